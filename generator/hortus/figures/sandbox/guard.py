"""Restrict a running script, and record what it reads. Called in the child process before the script's code.

1. Limit file sizes; no core dumps; empty standard input.
2. Landlock, if the kernel has it: the kernel refuses writes outside the temporary folder and TCP connections,
   also by programs that the script starts.
3. An audit hook: it refuses the same in Python with an explanation, and records the files that are read. Without
   Landlock it also refuses to start programs, because they could not be restricted.
4. Where the kernel does not report all reads (`trace`), the hook is all that sees them: what it cannot see, programs
   and libraries that open files themselves, is refused, unless the script names its files in DATA.

Landlock does not cover modes, owners and times of files; the audit hook does, but in Python only.
"""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from glob import glob
from typing import Any

from hortus.figures.sandbox.places import Places

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture but alpha
WRITE_FILE = 1 << 1
WRITES = WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # write, remove, make; <linux/landlock.h>
REFER, TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
TCP, SCOPES = 0b11, 0b11  # bind and connect, since 4; abstract sockets and signals, since 6
PR_SET_NO_NEW_PRIVS = 38

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
DEVICES = ("/dev/null", "/dev/tty")
GPU_DEVICES = ("/dev/nvidia*", "/dev/dri/*", "/dev/kfd", "/dev/accel/*")
"""Device files that libraries open for writing to use a GPU."""
CHANGES = {
    "os.remove": 1,
    "os.rmdir": 1,
    "os.mkdir": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.truncate": 1,
    "os.utime": 1,
    "os.setxattr": 1,
    "os.removexattr": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
}
"""Audit events, and how many of their arguments are paths."""
STARTING = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "subprocess.Popen", "pty.spawn"}
NETWORK = {
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
}

UNSEEN = {"cv2", "duckdb", "fiona", "h5py", "netCDF4", "osgeo", "polars", "pyarrow", "pyogrio", "rasterio", "sqlite3"}
UNSEEN |= {"soundfile", "tables", "tensorflow", "vtk"}
"""Libraries that open files in C, C++ or Rust."""


class Refused(PermissionError):
    """A script tried an operation that is not allowed."""


def set_limits(output: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def gpu_devices(patterns: Sequence[str] = GPU_DEVICES) -> list[str]:
    """Return the device files of this machine's GPUs."""
    return sorted(path for pattern in patterns for path in glob(pattern) if not os.path.isdir(path))


def landlock(folders: Sequence[str], devices: Sequence[str] = ()) -> bool:
    """Restrict writes of this process and its children to *folders* and *devices*; return False if impossible."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    writes = WRITES | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = libc.syscall(LANDLOCK_CREATE, struct.pack("QQQ", writes, TCP, SCOPES), ctypes.c_size_t(size), 0)
    if rules < 0:
        return False
    try:
        for folder in folders:
            _allow(libc, rules, folder, writes)
        for device in ("/dev/null", *devices):
            _allow(libc, rules, device, writes & (WRITE_FILE | TRUNCATE))
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return libc.syscall(LANDLOCK_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    libc.syscall(LANDLOCK_ADD, rules, 1, struct.pack("=Qi", rights, descriptor), 0)
    os.close(descriptor)


class Watch:
    """The audit hook: refuses operations, and records reads of the project's files.

    *seen* maps a path to ``file`` (its content), ``folder`` (its names) or ``stat`` (its existence and size).
    """

    def __init__(self, writable: Sequence[str], places: Places, can_start: bool):
        self.writable = tuple(os.path.realpath(path) for path in writable)
        self.places = places
        self.seen: dict[str, str] = {}
        self.active = True
        self.actions: dict[str, Callable[[tuple[Any, ...]], None]] = {
            "open": self._open,
            "os.listdir": lambda args: self.see(args[0], "folder"),
            "os.scandir": lambda args: self.see(args[0], "folder"),
            "socket.__new__": self._socket,
        }
        self.actions |= {event: self._change(count) for event, count in CHANGES.items()}
        self.actions |= dict.fromkeys(NETWORK, _refuse_network)
        if not can_start:
            self.actions |= dict.fromkeys(STARTING, _refuse_start)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        action = self.actions.get(event)
        if action is not None and self.active:
            action(args)

    def _open(self, args: tuple[Any, ...]) -> None:
        path, mode, flags = args
        if isinstance(path, int):
            return
        writes = flags & WRITING if isinstance(flags, int) else set(mode or "r") & set("wax+")
        if writes:
            self._refuse_outside(path)
        else:
            self.see(path, "file")

    def _change(self, count: int) -> Callable[[tuple[Any, ...]], None]:
        def refuse_outside(args: tuple[Any, ...]) -> None:
            for path in args[:count]:
                self._refuse_outside(path)

        return refuse_outside

    def _refuse_outside(self, path: Any) -> None:
        if path is None or isinstance(path, int):
            return
        real = os.path.realpath(os.fsdecode(path))
        if real not in DEVICES and not _below(real, self.writable):
            raise Refused(
                f"a figure script can write only in its temporary folder (tempfile), not {os.path.basename(real)}"
            )

    def see(self, path: Any, kind: str) -> None:
        if isinstance(path, int):
            return
        full = self.places.data_path(os.path.join(os.getcwd(), os.fsdecode(path or ".")))
        self.places.record(self.seen, full, kind)

    def _socket(self, args: tuple[Any, ...]) -> None:
        if args[1] not in (-1, getattr(socket, "AF_UNIX", None)):
            _refuse_network(args)


def _refuse_network(args: tuple[Any, ...]) -> None:
    raise Refused("a figure script has no network access")


def _refuse_start(args: tuple[Any, ...]) -> None:
    raise Refused("a figure script cannot start programs on this system, because their access could not be restricted")


def watch_unseen(watch: Watch, declared: bool) -> None:
    """Have *watch* record `os.stat` too, and refuse what reads unseen, unless the script's files are *declared*."""
    for name in ("stat", "lstat", "access"):
        _record_calls(watch, name)
    if declared:
        return

    def refuse(args: tuple[Any, ...]) -> None:
        raise Refused("what another process reads cannot be seen on this system: name its files in DATA")

    def refuse_library(args: tuple[Any, ...]) -> None:
        name = str(args[0]).partition(".")[0]
        if name in UNSEEN:
            raise Refused(f"what {name} reads cannot be seen on this system: name its files in DATA")

    known = watch.actions
    watch.actions = dict.fromkeys([*STARTING, "os.fork", "os.forkpty"], refuse) | known
    watch.actions |= {"import": refuse_library, "sqlite3.connect": lambda args: refuse_library(("sqlite3",))}


def _record_calls(watch: Watch, name: str) -> None:
    """Have *watch* record the paths passed to the function *name* of `os`, for which there is no audit event."""
    original = getattr(os, name)

    def recorded(path: Any, *args: Any, **options: Any) -> Any:
        if watch.active and not isinstance(path, int) and options.get("dir_fd") is None:
            watch.see(path, "stat")
        return original(path, *args, **options)

    setattr(os, name, recorded)
    for able in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        able.update([recorded] if original in able else [])


def _below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)
