"""One worker process of a pool, as its parent sees it, and the function that runs in it.

Both talk over a socket pair in frames: the length of the content (8 bytes, big endian) and the content. A request
begins with the CPU time that it may use, in seconds (a double); an answer is what the function returned.
"""

import os
import signal
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from hortus.core.background import start_uninterrupted

MOST_QUEUED, MOST_QUEUED_BYTES = 4, 1 << 15
"""Messages that a worker may have at a time, and the bytes after which it gets no further one."""
SECONDS_WITHOUT_PROC = 12
"""Where ``/proc`` does not tell a worker's CPU time: wall-clock seconds allowed for each second of CPU time."""
CHUNK = 1 << 18
LENGTH, SECONDS = struct.Struct(">Q"), struct.Struct(">d")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that a worker has not answered yet."""

    number: int
    size: int
    seconds: float


class Worker:
    """A process, and the parent's end of the socket to it."""

    def __init__(self, context, function: Callable, prepare: Callable, others: "list[Worker]"):
        self.socket, remote = socket.socketpair()
        forked = context.get_start_method() == "fork"
        inherited = [self.socket, *(other.socket for other in others)] if forked else []
        try:
            self.process = context.Process(target=_work, args=(remote, inherited, function, prepare), daemon=True)
            start_uninterrupted(self.process)
        except OSError:
            self.socket.close()
            raise
        finally:
            remote.close()
        self.socket.setblocking(False)
        self.queue: deque[_Sent] = deque()
        """The first is being processed."""
        self.outgoing: deque[memoryview] = deque()
        self.incoming = bytearray()
        self.silent = 0.0
        """Seconds since it last read, wrote or was seen to use the CPU."""
        self.used: int | None = None
        """CPU time that it had used then, in ticks."""
        self.status: int | None = None
        """Exit status; minus the signal that ended it."""

    def has_room(self) -> bool:
        held = sum(sent.size for sent in self.queue)
        return not self.queue or (len(self.queue) < MOST_QUEUED and held < MOST_QUEUED_BYTES)

    def send(self, number: int, content: bytes, seconds: float) -> None:
        if not self.queue:
            self.silent = 0.0
        self.queue.append(_Sent(number, len(content), seconds))
        head = LENGTH.pack(SECONDS.size + len(content)) + SECONDS.pack(seconds)
        self.outgoing += memoryview(head), memoryview(content)

    def used_cpu(self) -> bool:
        """Return whether it has used the CPU since the last call, as far as the system tells."""
        before, self.used = self.used, _cpu_time(self.process.pid)
        if self.used is None:
            return self.silent < SECONDS_WITHOUT_PROC * self.queue[0].seconds
        self.silent = 0.0 if self.used != before else self.silent
        return self.used != before

    def write(self) -> None:
        """Write as much as the socket takes; `read` notices if the process has ended."""
        with suppress(OSError):
            while self.outgoing:
                sent = self.socket.send(self.outgoing[0])
                self.silent = 0.0
                self.outgoing[0] = self.outgoing[0][sent:]
                if not self.outgoing[0]:
                    self.outgoing.popleft()

    def read(self) -> bool:
        """Read available data; return whether the process is still there."""
        try:
            data = self.socket.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.incoming += data
        self.silent = 0.0
        return bool(data)

    def answers(self) -> Iterator[bytes]:
        """Yield complete answers, and remove them from the buffer."""
        while len(self.incoming) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self.incoming)[0]
            if len(self.incoming) < end:
                return
            content = bytes(memoryview(self.incoming)[LENGTH.size : end])
            del self.incoming[:end]
            yield content

    def end(self, grace: float) -> None:
        """Kill the process, unless it exits within *grace* seconds."""
        self.socket.close()
        self.process.join(grace)
        self.process.kill()
        self.process.join()
        self.status = self.process.exitcode
        self.process.close()


def _cpu_time(process: int) -> int | None:
    """Return the CPU time that a process has used, in ticks; None on systems other than Linux."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])  # utime and stime: proc(5)


def _work(own: socket.socket, inherited: list[socket.socket], function: Callable, prepare: Callable) -> None:
    """Answer requests until the parent closes its end; this runs in the worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted command ends this process too
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for one in inherited:
        one.close()  # otherwise no worker sees end of file when the command is killed, and all outlive it
    with own, own.makefile("rb") as incoming, suppress(OSError, EOFError):
        try:
            prepare()
            while True:
                seconds, content = _request(incoming)
                signal.setitimer(signal.ITIMER_PROF, seconds)
                answer = function(content)
                signal.setitimer(signal.ITIMER_PROF, 0)
                own.sendall(LENGTH.pack(len(answer)))
                own.sendall(answer)
        except MemoryError:
            os._exit(1)


def _request(incoming: BinaryIO) -> tuple[float, bytes]:
    head = incoming.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    content = incoming.read(LENGTH.unpack(head)[0])
    return SECONDS.unpack_from(content)[0], content[SECONDS.size :]
