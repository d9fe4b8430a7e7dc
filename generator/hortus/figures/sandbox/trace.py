"""Record every file that a script and the programs it starts read, as the Linux kernel reports it.

1. The script's process installs a seccomp filter, which stops each system call that names a file (`syscalls.install`).
2. The supervisor reads the path in the script's memory, records it, and lets the call continue. C libraries, memory
   maps, forked children and other programs cannot avoid this.
3. The script's process announces its stages on the same socket, so that each stage has its own reads.

The path is read before the kernel reads it: a script may deceive the record, which only harms its own figure.
"""

import ctypes
import os
import platform
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from fcntl import ioctl

from hortus.figures.sandbox.places import Places
from hortus.figures.sandbox.syscalls import ARCHITECTURES, Call, calls

RECEIVE, SEND = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV and _SEND
SET_FLAGS, SYNCHRONOUS = 0x40082104, 1  # since Linux 6.6: wakes the supervisor on the script's processor
CONTINUE = 1
NOTIFICATION, RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
AT_FDCWD, O_PATH, PAGE = -100, 0o10000000, 4096


class Tracer:
    """The supervisor's side: records reads by stage, while the script waits for each answer."""

    def __init__(self, places: Places, local: set[str]):
        self.channel, self.far = socket.socketpair()
        self.places, self.local = places, local
        self.listener: int | None = None
        self.calls = calls(platform.machine()) if platform.machine() in ARCHITECTURES else {}
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.reads: dict[str, dict[str, str]] = {}
        self.stage = "import"

    @property
    def waits(self) -> list[int]:
        """Descriptors to wait for."""
        open_channel = [self.channel.fileno()] if self.channel.fileno() >= 0 else []
        return open_channel + ([] if self.listener is None else [self.listener])

    def found(self) -> dict[str, list[list[str]]]:
        """Return ``[kind, path]`` of all reads, by stage."""
        return {stage: sorted([kind, path] for path, kind in reads.items()) for stage, reads in self.reads.items()}

    def answer(self, ready: list[int]) -> None:
        """Answer the descriptors of `waits` that are *ready*."""
        if self.listener in ready:
            self._answer_call()
        if self.channel.fileno() in ready:
            self._answer_channel()

    def _answer_channel(self) -> None:
        data, descriptors, _, _ = socket.recv_fds(self.channel, 4096, 1)
        if descriptors:
            self.listener = descriptors[0]
            with suppress(OSError):
                ioctl(self.listener, SET_FLAGS, SYNCHRONOUS)
        elif data:
            self.stage = data.decode(errors="replace").strip()
        else:
            self.channel.close()
            return
        with suppress(OSError):
            self.channel.send(b"+")

    def _answer_call(self) -> None:
        assert self.listener is not None
        buffer = bytearray(NOTIFICATION.size)
        try:
            ioctl(self.listener, RECEIVE, buffer)
        except OSError:  # the process has ended, or nothing uses the filter any more
            return
        identity, pid, _, number, _, _, *arguments = NOTIFICATION.unpack(buffer)
        with suppress(OSError, ValueError, KeyError):
            self._record(pid, self.calls[number], arguments)
        with suppress(OSError):
            ioctl(self.listener, SEND, RESPONSE.pack(identity, 0, 0, CONTINUE))

    def _record(self, pid: int, call: Call, arguments: list[int]) -> None:
        act, folder, path_at, flags_at = call
        name = os.fsdecode(self._text(pid, arguments[path_at]))
        if not name:
            return
        if not os.path.isabs(name):
            descriptor = AT_FDCWD if folder is None else ctypes.c_int32(arguments[folder]).value
            here = f"/proc/{pid}/cwd" if descriptor == AT_FDCWD else f"/proc/{pid}/fd/{descriptor}"
            name = os.path.join(os.readlink(here), name)
        path = self.places.data_path(name)
        if not path or path in self.local:
            return
        flags = 0 if flags_at is None else arguments[flags_at]
        if act == "open2":
            flags = struct.unpack("=Q", self._memory(pid, flags, 8))[0]
        kind = _kind(act, flags, path)
        if kind:
            self.places.record(self.reads.setdefault(self.stage, {}), path, kind)

    def _text(self, pid: int, address: int) -> bytes:
        """Return the text at *address*, up to its NUL, in pages because the next one may not exist."""
        return b"".join(self._pieces(pid, address))

    def _pieces(self, pid: int, address: int) -> Iterator[bytes]:
        for _ in range(3):  # PATH_MAX is one page
            size = PAGE - address % PAGE
            piece, end, _ = self._memory(pid, address, size).partition(b"\0")
            yield piece
            if end:
                return
            address += size

    def _memory(self, pid: int, address: int, size: int) -> bytes:
        buffer = ctypes.create_string_buffer(size)
        here = struct.pack("=QQ", ctypes.addressof(buffer), size)
        there = struct.pack("=QQ", address, size)
        none = ctypes.c_ulong
        if self.libc.process_vm_readv(pid, here, none(1), there, none(1), none(0)) != size:
            raise OSError(ctypes.get_errno(), "cannot read the path")
        return buffer.raw


def _kind(act: str, flags: int, path: str) -> str:
    """Return what a call reads: ``file`` (content), ``folder`` (names) or ``stat`` (existence and size)."""
    if act == "stat":
        return "stat"
    if act == "execute":
        return "file"
    if flags & O_PATH:
        return "stat"
    if flags & os.O_ACCMODE == os.O_WRONLY:
        return ""
    return "folder" if os.path.isdir(path) else "file"
