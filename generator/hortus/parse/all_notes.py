"""All notes of a vault, parsed: cached ones as they were, the rest spread over worker processes.

A note that exceeds its processor time, or whose process is killed twice, costs one issue that names it,
and nothing else. How many processes there are is invisible in the result.
"""

import os
from collections.abc import Callable, Iterator, Sequence

from hortus.core.model import Issue, Note, ParseOptions, Source
from hortus.parse.note_cache import Memo, decode_job, decode_note, encode_job, encode_note, note_key
from hortus.parse.pool import Failure, Pool

LIMIT = 10.0
"""Seconds of processor time for a short note; a longer one has `PER_LETTER` as much in addition for each character."""
PER_LETTER = 2e-6
FEW = 40
"""Notes for which one process is enough."""
BATCH = 100
"""Notes that are written to the cache at a time."""
REPORT = "report this as a bug of Hortus, with the note if you can"
SPLIT = "split the note"
AGAIN = f"run the command again; if it happens again, {REPORT}"
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
        import hortus.parse.excalidraw.drawing  # noqa: F401  loaded before the processes are forked, so that each has it

        pool = Pool(answer_message, 1 if len(todo) <= FEW else jobs or os.cpu_count() or 1)
        fresh: dict[str, bytes] = {}
        try:
            for done, (place, encoded, lasting) in enumerate(
                read_notes([sources[number] for number in todo], options, pool, limit), 1
            ):
                key = keys[todo[place]]
                known[key] = decode_note(encoded)
                fresh |= {key: encoded} if lasting else {}
                if len(fresh) == BATCH or done == len(todo):
                    memo.keep(fresh)
                    fresh.clear()
                progress(len(sources) - len(todo) + done, len(sources))
        finally:
            pool.close()
    return tuple(known[key] for key in keys)


def read_notes(
    sources: Sequence[Source], options: ParseOptions, pool: Pool, limit: float = LIMIT
) -> Iterator[tuple[int, bytes, bool]]:
    """Yield, as they come, the number of each note, the note, encoded, and whether it may be remembered."""
    order = sorted(range(len(sources)), key=lambda number: -len(sources[number].text))  # the longest ends last

    def message(place: int) -> tuple[bytes, float]:
        source = sources[order[place]]
        return encode_job((source, options)), limit * (1 + PER_LETTER * len(source.text))

    for place, answer in pool.run(len(order), message):
        number = order[place]
        if isinstance(answer, Failure):
            hint = SPLIT if answer.late else AGAIN
            yield number, encode_note(unread_note(sources[number], answer.why, hint)), False
        else:
            yield number, answer, True


def answer_message(content: bytes) -> bytes:
    """Read the note of a message; run by the pool's workers."""
    return encode_note(read_note(*decode_job(content)))


def load_parser() -> None:
    """Load all that reading a note takes; run by workers that do not have it yet."""
    read_note(Source("warm.md", "A *first* note, $x$.\n"), ParseOptions())


def read_note(source: Source, options: ParseOptions) -> Note:
    """Read a note, canvas, notebook or drawing; a fault of ours costs this one, not the site."""
    from hortus.parse.canvas import parse_canvas
    from hortus.parse.excalidraw.drawing import parse_drawing
    from hortus.parse.excalidraw.sections import is_drawing
    from hortus.parse.note import parse_note
    from hortus.parse.notebooks.reader import parse_notebook

    try:
        parsers = {"canvas": parse_canvas, "ipynb": parse_notebook}
        parse = parsers.get(source.path.lower().rpartition(".")[2], parse_note)
        return (parse_drawing if is_drawing(source) else parse)(source, options)
    except MemoryError:
        raise
    except Exception as error:
        return unread_note(source, f"the parser failed: {type(error).__name__}: {error}", REPORT)


def unread_note(source: Source, why: str, hint: str) -> Note:
    """Return a private note that holds only what went wrong: whether it may be published is unknown."""
    from hortus.core.keys import stem

    issue = Issue("unread", source.path, 1, 1, f"not on the site: {why}", hint)
    return Note(
        path=source.path, title=stem(source.path), properties=(), aliases=(), tags=(), date="", body=(), headings=(),
        blocks=(), links=(), contexts=(), externals=(), figures=(), todos=(), excerpt="", words=0, glyphs="",
        issues=(issue,), public=False,
    )  # fmt: skip
