"""Stop each system call of a script that names a file, so that the supervisor sees it: a seccomp filter (Linux).

Called in the script's process. The filter's descriptor goes to the supervisor over a socket (`trace.Tracer`). The
filter holds for all processes and programs that the script starts. Calls that read without naming a file are refused:
io_uring, file handles, and connections.
"""

import ctypes
import errno
import os
import platform
import socket
import stat
import struct
import sys

CHANNEL = 3
"""The descriptor of the socket in the script's process."""
SET_FILTER, NEW_LISTENER, PR_SET_NO_NEW_PRIVS = 1, 1 << 3, 38
ALLOW, REFUSE, NOTIFY = 0x7FFF0000, 0x00050000, 0x7FC00000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of classic BPF
AT_EMPTY_PATH = 0x1000

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SECCOMP = {"x86_64": 317, "aarch64": 277}
REFUSED = {"x86_64": {42: errno.EACCES, 304: errno.EPERM}, "aarch64": {203: errno.EACCES, 265: errno.EPERM}}
"""connect and open_by_handle_at."""
IO_URING_SETUP = 425
Call = tuple[str, int | None, int, int | None]
"""What it does, and the numbers of its arguments: a folder's descriptor, the path, flags."""
CALLS: dict[str, dict[int, Call]] = {
    "x86_64": {
        2: ("open", None, 0, 1),
        4: ("stat", None, 0, None),  # stat, lstat, access, readlink
        6: ("stat", None, 0, None),
        21: ("stat", None, 0, None),
        89: ("stat", None, 0, None),
        59: ("execute", None, 0, None),
        257: ("open", 0, 1, 2),
        262: ("stat", 0, 1, 3),  # newfstatat, readlinkat, faccessat, execveat
        267: ("stat", 0, 1, None),
        269: ("stat", 0, 1, None),
        322: ("execute", 0, 1, None),
    },
    "aarch64": {
        56: ("open", 0, 1, 2),
        79: ("stat", 0, 1, 3),
        78: ("stat", 0, 1, None),
        48: ("stat", 0, 1, None),
        221: ("execute", None, 0, None),
        281: ("execute", 0, 1, None),
    },
}
ANYWHERE: dict[int, Call] = {437: ("open2", 0, 1, 2), 439: ("stat", 0, 1, None)}  # openat2, faccessat2
STATX = {"x86_64": 332, "aarch64": 291}


def calls(machine: str) -> dict[int, Call]:
    """Return the system calls of *machine* that name a file to read."""
    return CALLS[machine] | ANYWHERE | {STATX[machine]: ("stat", 0, 1, 2)}


def program(machine: str, connects: bool) -> bytes:
    """Return the filter in classic BPF: refuse, ask the supervisor, or allow each system call."""
    refused = {IO_URING_SETUP: errno.ENOSYS} | REFUSED[machine]
    if connects:
        refused = {number: error for number, error in refused.items() if error != errno.EACCES}
    rows = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, ARCHITECTURES[machine]), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    rows.append((LOAD, 0, 0, 0))
    if machine == "x86_64":  # calls of the x32 interface
        rows += [(AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    for number, error in sorted(refused.items()):
        rows += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | error)]
    for number, (act, _, _, flags) in sorted(calls(machine).items()):
        if act == "stat" and flags is not None:  # fstat: the file is open, its path was seen
            rows += [(EQUAL, 0, 4, number), (LOAD, 0, 0, 16 + 8 * flags), (ANY_BIT, 0, 1, AT_EMPTY_PATH)]
            rows += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, NOTIFY)]
        else:
            rows += [(EQUAL, 0, 1, number), (RETURN, 0, 0, NOTIFY)]
    rows.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


def install(connects: bool) -> bool:
    """Have the supervisor see this process's reads from now on; return False if this system cannot."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in ARCHITECTURES or not _is_socket(CHANNEL):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    rows = program(machine, connects)
    buffer = ctypes.create_string_buffer(rows, len(rows))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    packed = struct.pack("=HxxxxxxQ", len(rows) // 8, ctypes.addressof(buffer))
    listener = libc.syscall(SECCOMP[machine], SET_FILTER, NEW_LISTENER, packed)
    if listener < 0:
        return False
    with socket.socket(fileno=os.dup(CHANNEL)) as channel:
        socket.send_fds(channel, [b"listen\n"], [listener])
        os.close(listener)
        return channel.recv(1) == b"+"


def announce(stage: str) -> None:
    """Report to the supervisor that *stage* begins."""
    if sys.platform == "linux" and _is_socket(CHANNEL):
        os.write(CHANNEL, stage.encode() + b"\n")
        os.read(CHANNEL, 1)


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False
