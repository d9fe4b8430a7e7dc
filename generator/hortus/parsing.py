"""All notes of a vault, understood: remembered ones as they were, the rest spread over processes.

Every parse runs in a process that can be ended: a note that exceeds its time costs one issue that
names it, and nothing else. How many processes there are is invisible in the result.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from hortus.memo import Memo, decode_note, encode_note, note_key
from hortus.model import Issue, Note, ParseOptions, Source

LIMIT = 10.0
"""Seconds that one note may take."""
FEW = 40
"""Notes for which one process is enough."""
AHEAD = 4
"""Notes handed to a process before it has answered."""
BATCH = 100
"""Notes that are remembered at a time."""
Progress = Callable[[int, int], None]


def parse_notes(
    sources: Sequence[Source],
    options: ParseOptions,
    memo: Memo,
    jobs: int = 0,
    progress: Progress = lambda done, total: None,
    limit: float = LIMIT,
) -> tuple[Note, ...]:
    """Return the note of each source, in their order."""
    keys = [note_key(source, options) for source in sources]
    known = memo.get(keys)
    todo = [number for number, key in enumerate(keys) if key not in known]
    if todo:
        import hortus.canvas  # noqa: F401  loaded before the processes are forked, so that each has it

        jobs = 1 if len(todo) <= FEW else jobs or os.cpu_count() or 1
        crew = _Crew(sources, options, todo, jobs, limit)
        fresh: dict[str, bytes] = {}
        for done, (number, encoded, lasting) in enumerate(crew.run(), 1):
            known[keys[number]] = decode_note(encoded)
            fresh |= {keys[number]: encoded} if lasting else {}
            if len(fresh) == BATCH or done == len(todo):
                memo.keep(fresh)
                fresh.clear()
            progress(len(sources) - len(todo) + done, len(sources))
    return tuple(known[key] for key in keys)


class _Crew:
    """Processes that parse, each with a queue of a few notes."""

    def __init__(self, sources: Sequence[Source], options: ParseOptions, todo: Sequence[int], jobs: int, limit: float):
        self.sources, self.options, self.limit = sources, options, limit
        self.waiting = list(reversed(todo))
        self.jobs = min(jobs, len(todo))
        self.context = get_context("fork" if sys.platform == "linux" else "spawn")
        self.done: list[tuple[int, bytes, bool]] = []
        self.workers: dict[Connection, _Worker] = {}

    def run(self) -> Iterator[tuple[int, bytes, bool]]:
        """Yield, as they come, the number of each note, the note, encoded, and whether it may be remembered."""
        try:
            for _ in range(self.jobs):
                self._hire()
            while self.workers:
                deadline = min(worker.deadline for worker in self.workers.values())
                for connection in wait(list(self.workers), max(deadline - time.monotonic(), 0)):
                    self._receive(connection)
                self._end_late()
                while self.done:
                    yield self.done.pop()
        finally:
            for worker in self.workers.values():
                worker.end()

    def _hire(self) -> None:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_work, args=(theirs, ours, self.options), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours, self.limit)
        self.workers[ours] = worker
        self._feed(ours)

    def _feed(self, connection: Connection) -> None:
        worker = self.workers[connection]
        while self.waiting and len(worker.queue) < AHEAD:
            number = self.waiting.pop()
            worker.queue.append(number)
            connection.send(self.sources[number])
        if not worker.queue:
            del self.workers[connection]
            worker.end()

    def _receive(self, connection: Connection) -> None:
        worker = self.workers[connection]
        try:
            encoded = connection.recv_bytes()
        except (EOFError, OSError):
            self._give_up(connection, "could not be read: the parser broke on it", lasting=True)
            return
        self.done.append((worker.queue.pop(0), encoded, True))
        worker.deadline = time.monotonic() + self.limit
        self._feed(connection)

    def _end_late(self) -> None:
        now = time.monotonic()
        for connection, worker in list(self.workers.items()):
            if worker.deadline <= now and not connection.poll():
                self._give_up(connection, f"not understood within {self.limit:g} seconds, and not shown", lasting=False)

    def _give_up(self, connection: Connection, why: str, lasting: bool) -> None:
        """End a process; the note it was at is reported, the others in its queue go to another."""
        worker = self.workers.pop(connection)
        worker.end()
        number, *others = worker.queue
        self.done.append((number, encode_note(unread_note(self.sources[number], why)), lasting))
        self.waiting += reversed(others)
        if self.waiting:
            self._hire()


class _Worker:
    def __init__(self, process, connection: Connection, limit: float):
        self.process, self.connection = process, connection
        self.queue: list[int] = []
        self.deadline = time.monotonic() + limit

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


def _work(connection: Connection, far: Connection, options: ParseOptions) -> None:
    """Parse what comes until nothing comes: the life of one process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the command ends this process too
    far.close()  # held here as well it would never end, and this process would outlive a command that is killed
    with suppress(EOFError, OSError):
        while True:
            source = connection.recv()
            connection.send_bytes(encode_note(read_note(source, options)))


def read_note(source: Source, options: ParseOptions) -> Note:
    """Understand a note or canvas; a fault of ours costs this one, not the site."""
    from hortus.canvas import parse_canvas
    from hortus.note import parse_note

    try:
        parse = parse_canvas if source.path.lower().endswith(".canvas") else parse_note
        return parse(source, options)
    except Exception as error:
        return unread_note(source, f"could not be read: {type(error).__name__}: {error}")


def unread_note(source: Source, why: str) -> Note:
    """Return a private note that holds nothing but what went wrong: nobody knows whether it may be shown."""
    from hortus.names import stem

    issue = Issue("slow_note", source.path, 1, 1, why, "please report this note as a fault of Hortus")
    return Note(
        path=source.path, title=stem(source.path), properties=(), aliases=(), tags=(), date="", body=(), headings=(),
        blocks=(), links=(), contexts=(), externals=(), figures=(), todos=(), excerpt="", words=0, glyphs="",
        issues=(issue,), public=False,
    )  # fmt: skip
