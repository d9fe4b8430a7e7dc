"""Worker processes: messages in, answers out, in whatever order they are ready; no message can hang the caller.

1. The parent writes and reads without blocking, driven by a selector, so no full pipe can block both sides.
2. A worker's timer (ITIMER_PROF) ends it when a message has used its processor time; a busy machine does not.
3. A worker that neither works nor writes for a long time (stopped, asleep) is killed by the parent.
4. A message whose worker was killed or silent is given to another worker once; after that, it is a `Failure`.

A frame is the length of what follows (8 bytes, big endian) and that many bytes. A request begins with the
processor time that it may use, in seconds (a double); an answer is what the function returned.
"""

import multiprocessing
import os
import selectors
import signal
import socket
import struct
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

PATIENCE = 60.0
"""Seconds of wall-clock time for which a worker may neither use the processor nor read nor write."""
BLIND = 12
"""Where the system does not say how much processor time a worker used: wall-clock seconds for a second allowed."""
AHEAD, AHEAD_BYTES = 4, 1 << 15
"""Messages that a worker may hold, and the bytes after which it gets no further one."""
ATTEMPTS = 2
GRACE = 1.0
"""Seconds that a worker has to end by itself once it has closed its socket."""
CHUNK = 1 << 18
LENGTH, SECONDS = struct.Struct(">Q"), struct.Struct(">d")
Message = Callable[[int], tuple[bytes, float]]
"""Number of a message in; its content and the processor time it may use, in seconds, out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    why: str
    """A clause without a subject: ``took more than 10 seconds of processor time``."""
    late: bool
    """It used up its processor time; otherwise its process was killed or stood still, twice."""


class Pool:
    """Workers that apply *function* to messages. They outlive a call of `run`; `close` ends them.

    *start* is ``fork`` (at once, with all that is loaded here; only while this process has no threads) or
    ``spawn`` (a new process, which calls *prepare* before its first message).
    """

    def __init__(
        self,
        function: Callable[[bytes], bytes],
        jobs: int,
        start: Literal["fork", "spawn"] = "fork",
        prepare: Callable[[], object] = tuple,
        patience: float = PATIENCE,
    ):
        self.context = multiprocessing.get_context(start if sys.platform == "linux" else "spawn")
        self.function, self.jobs, self.prepare, self.patience = function, jobs, prepare, patience
        self.workers: list[_Worker] = []

    def warm(self) -> None:
        """Start all workers that are not there."""
        self._hire(self.jobs)

    def run(self, count: int, message: Message) -> Iterator[tuple[int, bytes | Failure]]:
        """Yield the number of each of *count* messages and its answer, as they come.

        Raises OSError when not one worker can be started.
        """
        task = _Task(count, message)
        self._hire(min(self.jobs, count))
        clock = time.monotonic()
        try:
            while task.done < count:
                for worker in self.workers:
                    task.feed(worker)
                yield from self._exchange(task)
                now = time.monotonic()
                yield from self._end_silent(task, min(now - clock, self._tick()))
                clock = now
        finally:
            for worker in [worker for worker in self.workers if worker.queue]:
                self._remove(worker)

    def close(self) -> None:
        for worker in list(self.workers):
            self._remove(worker)

    def _hire(self, wanted: int) -> None:
        """Replace workers that ended while they had nothing to do, and start those that are missing."""
        for worker in [worker for worker in self.workers if not worker.queue and not worker.process.is_alive()]:
            self._remove(worker)
        while len(self.workers) < wanted:
            try:
                self.workers.append(_Worker(self.context, self.function, self.prepare, self.workers))
            except OSError:
                if not self.workers:
                    raise
                return

    def _tick(self) -> float:
        """Return the longest time that one wait may count; more means that this process itself was held up."""
        return min(1.0, self.patience / 4)

    def _exchange(self, task: "_Task") -> Iterator[tuple[int, bytes | Failure]]:
        """Wait until some worker can be written to or read from; do so, and yield what is complete."""
        with selectors.PollSelector() as selector:
            for worker in self.workers:
                if worker.queue:
                    events = selectors.EVENT_READ | (selectors.EVENT_WRITE if worker.outgoing else 0)
                    selector.register(worker.socket, events, worker)
            ready = selector.select(self._tick())
        for key, events in ready:
            worker = key.data
            if events & selectors.EVENT_WRITE:
                worker.write()
            if events & selectors.EVENT_READ and not worker.read():
                yield from self._replace(worker, task, "")
                continue
            for content in worker.answers():
                yield task.answered(worker.queue.popleft().number, content)

    def _end_silent(self, task: "_Task", elapsed: float) -> Iterator[tuple[int, bytes | Failure]]:
        for worker in [worker for worker in self.workers if worker.queue]:
            worker.silent += elapsed
            if worker.silent > self.patience and not worker.works():
                yield from self._replace(worker, task, f"its process stood still for {worker.silent:.0f} seconds")

    def _replace(self, worker: "_Worker", task: "_Task", why: str) -> Iterator[tuple[int, bytes | Failure]]:
        """End a worker; the message it was at has failed or is tried again, the others go to another worker."""
        self._remove(worker, grace=0.0 if why else GRACE)
        self._hire(min(self.jobs, len(self.workers) + 1))
        yield from task.failed(worker, why)

    def _remove(self, worker: "_Worker", grace: float = 0.0) -> None:
        self.workers.remove(worker)
        worker.end(grace)


class _Task:
    """The messages of one run: which wait, and how often each was tried."""

    def __init__(self, count: int, message: Message):
        self.message = message
        self.waiting = deque(range(count))
        self.attempts: Counter[int] = Counter()
        self.done = 0

    def feed(self, worker: "_Worker") -> None:
        """Give a worker its next messages; more than one, so that it does not wait for us between small ones."""
        while self.waiting and worker.has_room():
            number = self.waiting.popleft()
            worker.send(number, *self.message(number))

    def answered(self, number: int, content: bytes) -> tuple[int, bytes]:
        self.done += 1
        return number, content

    def failed(self, worker: "_Worker", why: str) -> Iterator[tuple[int, Failure]]:
        """Take back what a worker did not answer; *why* is empty if it ended by itself or was killed."""
        sent, *others = worker.queue
        self.waiting.extendleft(other.number for other in reversed(others))
        self.attempts[sent.number] += 1
        late = not why and worker.status == -signal.SIGPROF
        if not late and self.attempts[sent.number] < ATTEMPTS:
            self.waiting.append(sent.number)
            return
        self.done += 1
        if late:
            yield sent.number, Failure(f"took more than {sent.seconds:.3g} seconds of processor time", late)
        else:
            yield sent.number, Failure(f"{why or _end_in_words(worker.status)}, twice", late)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that a worker has not answered."""

    number: int
    size: int
    seconds: float


class _Worker:
    """A process, and the near end of the socket to it."""

    def __init__(self, context, function: Callable, prepare: Callable, others: "list[_Worker]"):
        self.socket, theirs = socket.socketpair()
        forked = context.get_start_method() == "fork"
        near = [self.socket, *(other.socket for other in others)] if forked else []
        try:
            self.process = context.Process(target=_work, args=(theirs, near, function, prepare), daemon=True)
            self.process.start()
        except OSError:
            self.socket.close()
            raise
        finally:
            theirs.close()
        self.socket.setblocking(False)
        self.queue: deque[_Sent] = deque()
        """It is at the first."""
        self.outgoing: deque[memoryview] = deque()
        self.incoming = bytearray()
        self.silent = 0.0
        """Seconds since it last read or wrote, or was seen to work."""
        self.used: int | None = None
        """Processor time that it had used then."""
        self.status: int | None = None
        """Exit status; minus the signal that ended it."""

    def has_room(self) -> bool:
        held = sum(sent.size for sent in self.queue)
        return not self.queue or (len(self.queue) < AHEAD and held < AHEAD_BYTES)

    def send(self, number: int, content: bytes, seconds: float) -> None:
        if not self.queue:
            self.silent = 0.0
        self.queue.append(_Sent(number, len(content), seconds))
        head = LENGTH.pack(SECONDS.size + len(content)) + SECONDS.pack(seconds)
        self.outgoing += memoryview(head), memoryview(content)

    def works(self) -> bool:
        """Return whether it has used the processor since this was last asked, as far as the system says."""
        before, self.used = self.used, _processor_time(self.process.pid)
        if self.used is None:
            return self.silent < BLIND * self.queue[0].seconds
        self.silent = 0.0 if self.used != before else self.silent
        return self.used != before

    def write(self) -> None:
        """Write as much as the socket takes; that nobody reads any more is seen by `read`."""
        with suppress(OSError):
            while self.outgoing:
                sent = self.socket.send(self.outgoing[0])
                self.silent = 0.0
                self.outgoing[0] = self.outgoing[0][sent:]
                if not self.outgoing[0]:
                    self.outgoing.popleft()

    def read(self) -> bool:
        """Read what there is; return whether the worker is still there."""
        try:
            got = self.socket.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.incoming += got
        self.silent = 0.0
        return bool(got)

    def answers(self) -> Iterator[bytes]:
        """Take out the answers that are complete."""
        while len(self.incoming) >= LENGTH.size:
            end = LENGTH.size + LENGTH.unpack_from(self.incoming)[0]
            if len(self.incoming) < end:
                return
            content = bytes(memoryview(self.incoming)[LENGTH.size : end])
            del self.incoming[:end]
            yield content

    def end(self, grace: float) -> None:
        """Kill it, unless it ends by itself within *grace* seconds."""
        self.socket.close()
        self.process.join(grace)
        self.process.kill()
        self.process.join()
        self.status = self.process.exitcode
        self.process.close()


def _processor_time(process: int) -> int | None:
    """Return the processor time that a process has used, in ticks; None where there is no Linux to say it."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])  # utime and stime: proc(5)


def _end_in_words(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its process was killed (signal {-status})"
    return f"its process ended (status {status})"


def _work(own: socket.socket, near: list[socket.socket], function: Callable, prepare: Callable) -> None:
    """Answer until nobody asks: the life of one worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted command ends this process too
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for one in near:
        one.close()  # open here as well, they would never end, and this process would outlive a killed command
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
