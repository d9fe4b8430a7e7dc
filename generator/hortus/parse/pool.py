"""A pool of worker processes: messages in, answers out, in whatever order they are ready.

No message can block the caller:

1. The parent writes and reads without blocking, driven by a selector, so no full pipe can block both sides.
2. A worker's timer (ITIMER_PROF) ends it when a message has used its CPU time; a busy machine does not.
3. A worker that neither uses the CPU nor reads nor writes for a long time (stopped, asleep) is killed.
4. A message whose worker was killed or silent is sent to another worker once; after that, its result is a `Failure`.

`worker` has the processes and the protocol.
"""

import multiprocessing
import selectors
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from hortus.parse.worker import Worker

SILENCE_LIMIT = 60.0
"""Seconds of wall-clock time for which a worker may neither use the CPU nor read nor write."""
ATTEMPTS = 2
GRACE = 1.0
"""Seconds that a worker has to exit once it has closed its socket."""
Message = Callable[[int], tuple[bytes, float]]
"""A function from the number of a message to its content and the CPU time it may use, in seconds."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message has no answer."""

    why: str
    """A clause without a subject: ``took more than 10 seconds of processor time``."""
    late: bool
    """It used up its CPU time; otherwise its process was killed or stopped responding, twice."""


class Pool:
    """Workers that apply *function* to messages. They outlive a call of `run`; `close` ends them.

    *start* is ``fork`` (fast, with all modules that are loaded here; only while this process has no threads) or
    ``spawn`` (a new process, which calls *prepare* before its first message).
    """

    def __init__(
        self,
        function: Callable[[bytes], bytes],
        jobs: int,
        start: Literal["fork", "spawn"] = "fork",
        prepare: Callable[[], object] = tuple,
        silence_limit: float = SILENCE_LIMIT,
    ):
        self.context = multiprocessing.get_context(start if sys.platform == "linux" else "spawn")
        self.function, self.jobs, self.prepare, self.silence_limit = function, jobs, prepare, silence_limit
        self.workers: list[Worker] = []

    def warm(self) -> None:
        """Start all workers that are not running."""
        self._start_workers(self.jobs)

    def run(self, count: int, message: Message) -> Iterator[tuple[int, bytes | Failure]]:
        """Yield the number of each of *count* messages and its answer, as they come.

        Raises OSError if no worker can be started.
        """
        task = _Task(count, message)
        self._start_workers(min(self.jobs, count))
        clock = time.monotonic()
        try:
            while task.done < count:
                for worker in self.workers:
                    task.feed(worker)
                yield from self._exchange(task)
                now = time.monotonic()
                yield from self._replace_silent(task, min(now - clock, self._tick()))
                clock = now
        finally:
            for worker in [worker for worker in self.workers if worker.queue]:
                self._remove(worker)

    def close(self) -> None:
        for worker in list(self.workers):
            self._remove(worker)

    def _start_workers(self, wanted: int) -> None:
        """Replace idle workers that ended, and start more until there are *wanted*."""
        for worker in [worker for worker in self.workers if not worker.queue and not worker.process.is_alive()]:
            self._remove(worker)
        while len(self.workers) < wanted:
            try:
                self.workers.append(Worker(self.context, self.function, self.prepare, self.workers))
            except OSError:
                if not self.workers:
                    raise
                return

    def _tick(self) -> float:
        """Return how many seconds one wait may count as silence; a longer one means that this process was suspended."""
        return min(1.0, self.silence_limit / 4)

    def _exchange(self, task: "_Task") -> Iterator[tuple[int, bytes | Failure]]:
        """Wait until some worker can be written to or read from; do so, and yield complete answers."""
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

    def _replace_silent(self, task: "_Task", elapsed: float) -> Iterator[tuple[int, bytes | Failure]]:
        for worker in [worker for worker in self.workers if worker.queue]:
            worker.silent += elapsed
            if worker.silent > self.silence_limit and not worker.used_cpu():
                yield from self._replace(worker, task, f"its process did not respond for {worker.silent:.0f} seconds")

    def _replace(self, worker: Worker, task: "_Task", why: str) -> Iterator[tuple[int, bytes | Failure]]:
        """End a worker; its current message has failed or is tried again, the others go to another worker."""
        self._remove(worker, grace=0.0 if why else GRACE)
        self._start_workers(min(self.jobs, len(self.workers) + 1))
        yield from task.failed(worker, why)

    def _remove(self, worker: Worker, grace: float = 0.0) -> None:
        self.workers.remove(worker)
        worker.end(grace)


class _Task:
    """The messages of one run: which are waiting, and how often each was tried."""

    def __init__(self, count: int, message: Message):
        self.message = message
        self.waiting = deque(range(count))
        self.attempts: Counter[int] = Counter()
        self.done = 0

    def feed(self, worker: Worker) -> None:
        """Send a worker its next messages; several, so that it does not wait for the parent between small ones."""
        while self.waiting and worker.has_room():
            number = self.waiting.popleft()
            worker.send(number, *self.message(number))

    def answered(self, number: int, content: bytes) -> tuple[int, bytes]:
        self.done += 1
        return number, content

    def failed(self, worker: Worker, why: str) -> Iterator[tuple[int, Failure]]:
        """Requeue the messages that a worker did not answer; *why* is empty if its process ended or was killed."""
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
            yield sent.number, Failure(f"{why or _how_it_ended(worker.status)}, twice", late)


def _how_it_ended(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its process was killed (signal {-status})"
    return f"its process ended (status {status})"
