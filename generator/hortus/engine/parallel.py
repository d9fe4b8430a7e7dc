"""Make many files in several processes; files and their traces are returned in the order in which they are ready.

The processes are forked, so they share the surveyed vault without copying it. Each returns files, the facts that they
read, and the marks of these; the facts are renumbered for the traces of this process. If a process fails, its files
are made here.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from hortus.core.model import Content
from hortus.engine.facts import Fact, Reader
from hortus.engine.traces import Traces, renumbered
from hortus.parse.pool import Failure, Pool
from hortus.site.manifest import make_content
from hortus.site.pages import Press, Recipe

FEWEST = 400
"""The number of files from which several processes are faster."""
PART = 50
"""Files per message to a process."""
LIFE = 120
"""Parts per process; then a new one takes its place, without the copies of shared memory that reading makes in time."""
LIMIT = 300.0
"""Seconds of processor time for a part."""


class _Answer(msgspec.Struct, array_like=True):
    """What a process made."""

    facts: list[Fact]
    marks: bytes
    derived: dict[int, bytes]
    files: list[tuple[str, bytes | None, bool, bytes]]
    """Address, content or nothing, whether the content is the path of the file to be copied, and numbers of facts."""


def make_side_by_side(
    recipes: Mapping[str, Recipe], press: Press, reader: Reader, traces: Traces, jobs: int
) -> Iterator[tuple[str, Content | None]]:
    """Yield the files of *recipes*, recorded in *traces*; nothing where there is none after all."""
    urls = list(recipes)
    parts = [urls[start : start + PART] for start in range(0, len(urls), PART)]
    answer = partial(_answer, recipes, press, reader)
    gc.freeze()  # garbage collection would write to memory that the processes share, and thereby copy it
    try:
        for start in range(0, len(parts), jobs * LIFE):
            some = parts[start : start + jobs * LIFE]
            for number, made in _answers(some, Pool(answer, jobs)):
                if isinstance(made, Failure):
                    yield from (_made_here(url, recipes[url], press, reader, traces) for url in some[number])
                else:
                    yield from _taken_in(msgspec.msgpack.decode(made, type=_Answer), recipes, traces)
    finally:
        gc.unfreeze()


def _answers(parts: Sequence[Sequence[str]], pool: Pool) -> Iterator[tuple[int, bytes | Failure]]:
    """Yield the number of each part and what a process made of it, and end the processes."""
    try:
        yield from pool.run(len(parts), lambda number: (msgspec.msgpack.encode(parts[number]), LIMIT))
    finally:
        pool.close()


def make_one_by_one(
    recipes: Mapping[str, Recipe], press: Press, reader: Reader, traces: Traces
) -> Iterator[tuple[str, Content | None]]:
    """Make files in this process, one after another."""
    return (_made_here(url, recipe, press, reader, traces) for url, recipe in recipes.items())


def _made_here(url: str, recipe: Recipe, press: Press, reader: Reader, traces: Traces) -> tuple[str, Content | None]:
    content, reads = reader.record(partial(make_content, recipe, press))
    traces.keep(url, recipe.name, reads, reader)
    return url, content


def _answer(recipes: Mapping[str, Recipe], press: Press, reader: Reader, message: bytes) -> bytes:
    """Make the files named in a message; runs in the processes of the pool."""
    traces, files = Traces(), []
    for url in msgspec.msgpack.decode(message, type=list[str]):
        _, content = _made_here(url, recipes[url], press, reader, traces)
        copied = isinstance(content, Path)
        written = str(content).encode("utf-8", "surrogateescape") if isinstance(content, Path) else content
        files.append((url, written, copied, traces.files[url][2]))
    return msgspec.msgpack.encode(_Answer(traces.facts(), bytes(traces.marks), traces.derived, files))


def _taken_in(answer: _Answer, recipes: Mapping[str, Recipe], traces: Traces) -> Iterator[tuple[str, Content | None]]:
    numbers = traces.take(answer.facts, answer.marks, answer.derived)
    for url, content, copied, reads in answer.files:
        traces.files[url] = recipes[url].name, "", renumbered(reads, numbers)
        yield url, Path(content.decode("utf-8", "surrogateescape")) if copied and content else content
