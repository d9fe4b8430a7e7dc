"""Parse all notes of a vault: take cached ones from the cache, and spread the rest over worker processes.

A note that exceeds its CPU time, or whose process is killed twice, results in an issue and affects no other note.
The result does not depend on the number of processes.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hortus.core.model import Issue, Note, ParseOptions, Source
from hortus.parse.note_cache import Memo, decode_job, decode_note, encode_job, encode_note, note_key
from hortus.parse.pool import Failure, Pool

LIMIT = 10.0
"""Seconds of CPU time for a short note; each character adds `PER_CHARACTER` times as much."""
PER_CHARACTER = 2e-6
FEW = 40
"""Notes for which one process is enough."""
BATCH = 100
"""Notes that are written to the cache at a time."""
REPORT = "report this as a bug of Hortus, with the note if you can"
SPLIT = "split the note"
AGAIN = f"run the command again; if it happens again, {REPORT}"
Progress = Callable[[int, int], None]
Parser = Callable[[Source, ParseOptions], Note]


@dataclass(frozen=True, slots=True)
class Work:
    """How notes are parsed; the result does not depend on it."""

    jobs: int = 0
    """The most processes; 0 for one per core."""
    progress: Progress = lambda done, total: None
    limit: float = LIMIT
    meanwhile: Callable[[], object] = lambda: None
    """Called while the first processes start."""


def parse_notes(sources: Sequence[Source], options: ParseOptions, memo: Memo, work: Work = Work()) -> tuple[Note, ...]:
    """Return the note of each source, in their order.

    Processes for what is not cached start first, and import the parser while cached notes are read here.
    """
    keys = [note_key(source, options) for source in sources]
    missing = memo.missing(keys)
    pool = _start_pool([source for source, key in zip(sources, keys, strict=True) if key in missing], work)
    try:
        work.meanwhile()
        known = memo.get(keys)
        todo = [number for number, key in enumerate(keys) if key not in known]
        if not todo:
            return tuple(known[key] for key in keys)
        pool = pool or _start_pool([sources[number] for number in todo], work)
        assert pool  # there is something to do
        fresh: dict[str, bytes] = {}
        for done, (place, encoded, cacheable) in enumerate(
            read_notes([sources[number] for number in todo], options, pool, work.limit), 1
        ):
            key = keys[todo[place]]
            known[key] = decode_note(encoded)
            fresh |= {key: encoded} if cacheable else {}
            if len(fresh) == BATCH or done == len(todo):
                memo.put(fresh)
                fresh.clear()
            work.progress(len(sources) - len(todo) + done, len(sources))
        return tuple(known[key] for key in keys)
    finally:
        if pool:
            pool.close()


def _start_pool(sources: Sequence[Source], work: Work) -> Pool | None:
    """Start processes that parse *sources*; None if there are none.

    One process imports the parsers itself; several share the modules that are imported here.
    """
    if not sources:
        return None

    def load() -> None:
        for source in sources:
            parser_of(source)

    workers = 1 if len(sources) <= FEW else work.jobs or os.cpu_count() or 1
    if workers > 1:
        load()
    pool = Pool(answer_message, workers, prepare=load if sys.platform == "linux" else load_parser)
    pool.warm()
    return pool


def read_notes(
    sources: Sequence[Source], options: ParseOptions, pool: Pool, limit: float = LIMIT
) -> Iterator[tuple[int, bytes, bool]]:
    """Yield, as they come, the number of each note, the encoded note, and whether it may be cached."""
    order = sorted(range(len(sources)), key=lambda number: -len(sources[number].text))  # longest first

    def message(place: int) -> tuple[bytes, float]:
        source = sources[order[place]]
        return encode_job((source, options)), limit * (1 + PER_CHARACTER * len(source.text))

    for place, answer in pool.run(len(order), message):
        number = order[place]
        if isinstance(answer, Failure):
            hint = SPLIT if answer.late else AGAIN
            yield number, encode_note(unread_note(sources[number], answer.why, hint)), False
        else:
            yield number, answer, True


def answer_message(content: bytes) -> bytes:
    """Parse the note of a message; this runs in the pool's workers."""
    return encode_note(read_note(*decode_job(content)))


def load_parser() -> None:
    """Import all modules that parsing needs; this runs in workers that were not forked."""
    read_note(Source("warm.md", "A *first* note, $x$.\n"), ParseOptions())


def read_note(source: Source, options: ParseOptions) -> Note:
    """Parse a note, canvas, notebook or drawing; an exception becomes an issue of this note."""
    try:
        return parser_of(source)(source, options)
    except MemoryError:
        raise
    except Exception as error:
        return unread_note(source, f"the parser failed: {type(error).__name__}: {error}", REPORT)


def parser_of(source: Source) -> Parser:
    """Return what parses a source; parsers are imported when the first source of their kind is read."""
    from hortus.parse.excalidraw.sections import is_drawing

    suffix = source.path.lower().rpartition(".")[2]
    if is_drawing(source):
        from hortus.parse.excalidraw.drawing import parse_drawing as parse
    elif suffix == "base":
        from hortus.parse.base import parse_base as parse
    elif suffix == "canvas":
        from hortus.parse.canvas import parse_canvas as parse
    elif suffix == "ipynb":
        from hortus.parse.notebooks.reader import parse_notebook as parse
    else:
        from hortus.parse.note import parse_note as parse
    return parse


def unread_note(source: Source, why: str, hint: str) -> Note:
    """Return a note with only an issue; it is private, because nobody knows whether it may be published."""
    from hortus.core.keys import stem

    issue = Issue("unread", source.path, 1, 1, f"not on the site: {why}", hint)
    return Note(
        path=source.path, title=stem(source.path), properties=(), aliases=(), tags=(), date="", body=(), headings=(),
        blocks=(), links=(), contexts=(), externals=(), figures=(), todos=(), excerpt="", words=0, glyphs="",
        issues=(issue,), public=False,
    )  # fmt: skip
