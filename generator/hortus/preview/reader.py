"""Understand notes in processes that are kept warm, and that can be ended: a note that hangs costs itself only.

Two processes wait, started beside the preview and not forked from it, since it has threads. One is enough
for a save; both work when many files change at once; when one is ended the other is there.
"""

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait

from hortus.memo import decode_note, encode_note
from hortus.model import Note, ParseOptions, Source
from hortus.parsing import LIMIT, read_note, unread_note

WARM = 2
STARTING = 30.0
"""Seconds that a process may take to start, on top of a note's own."""


class Reader:
    """Keeps the processes."""

    def __init__(self, limit: float = LIMIT):
        self.limit = limit
        methods = multiprocessing.get_all_start_methods()
        self.context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        self.idle = [_Process(self.context) for _ in range(WARM)]

    def read(self, sources: Sequence[Source], options: ParseOptions) -> tuple[Note, ...]:
        """Return the note of each source, in their order."""
        notes: dict[int, Note] = {}
        waiting = list(reversed(range(len(sources))))
        busy: dict[Connection, tuple[_Process, int]] = {}
        while waiting or busy:
            while waiting and self.idle:
                process, number = self.idle.pop(0).living(), waiting.pop()
                process.start(sources[number], options, self.limit)
                busy[process.connection] = process, number
            deadline = min(process.deadline for process, _ in busy.values())
            for connection in wait(list(busy), max(deadline - time.monotonic(), 0)):
                process, number = busy.pop(connection)  # type: ignore[index]
                notes[number] = self._receive(process, sources[number])
            for connection, (process, number) in list(busy.items()):
                if process.deadline <= time.monotonic():
                    del busy[connection]
                    why = f"not understood within {self.limit:g} seconds, and not shown"
                    notes[number] = self._give_up(process, sources[number], why)
        return tuple(notes[number] for number in range(len(sources)))

    def close(self) -> None:
        for process in self.idle:
            process.end()

    def _receive(self, process: "_Process", source: Source) -> Note:
        try:
            note = decode_note(process.connection.recv_bytes())
        except (EOFError, OSError):
            return self._give_up(process, source, "could not be read: the parser broke on it")
        process.warm = True
        self.idle.insert(0, process)
        return note

    def _give_up(self, process: "_Process", source: Source, why: str) -> Note:
        process.end()
        self.idle.append(_Process(self.context))
        return unread_note(source, why)


class _Process:
    """One process, and the near end of its pipe."""

    def __init__(self, context):
        self.context = context
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.warm = False
        self.deadline = 0.0

    def start(self, source: Source, options: ParseOptions, limit: float) -> None:
        self.deadline = time.monotonic() + limit + (0 if self.warm else STARTING)
        try:
            self.connection.send((source, options))
        except OSError:
            self.deadline = 0.0  # it has ended by itself; another takes its place

    def living(self) -> "_Process":
        """Return this process, or another when it has ended by itself while it had nothing to do."""
        if self.process.is_alive():
            return self
        self.end()
        return _Process(self.context)

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()


def _work(connection: Connection) -> None:
    """Answer until nobody asks."""
    read_note(Source("warm.md", "A *first* note, $x$.\n"), ParseOptions())
    while True:
        try:
            source, options = connection.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        connection.send_bytes(encode_note(read_note(source, options)))
