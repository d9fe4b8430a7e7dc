"""Notes are read in processes that can be ended."""

import time

from hortus.model import ParseOptions, Source
from hortus.note import parse_note
from hortus.preview.reader import Reader

SLOW = Source("slow.md", "\n".join(f"- **item** {number} with [[link]] and $x^{number}$" for number in range(4000)))


def test_reads_as_a_build_does():
    reader = Reader()
    sources = [Source(f"{number}.md", f"# {number}\n\n[[{number + 1}]] %%hidden%%\n") for number in range(60)]
    try:
        assert tuple(map(parse_note, sources)) == reader.read(sources, ParseOptions())
    finally:
        reader.close()


def test_a_note_that_hangs_costs_itself_only():
    """What takes too long is ended and named; the next note is read at once, and so is the same one when mended."""
    reader = Reader()
    fine = Source("fine.md", "# Fine\n")
    try:
        reader.read([fine, fine, fine], ParseOptions())  # both processes are warm
        reader.limit = 0.05
        (slow,) = reader.read([SLOW], ParseOptions())
        assert ["slow_note"] == [issue.kind for issue in slow.issues] and not slow.public
        reader.limit = 30.0
        begin = time.monotonic()
        assert (parse_note(fine),) == reader.read([fine], ParseOptions())
        assert time.monotonic() - begin < 5
        assert () != reader.read([SLOW], ParseOptions())[0].body
    finally:
        reader.close()


def test_a_process_that_is_gone_is_replaced():
    reader = Reader()
    fine = Source("fine.md", "# Fine\n")
    try:
        for process in reader.idle:
            process.process.kill()
            process.process.join()
        assert (parse_note(fine),) * 3 == reader.read([fine] * 3, ParseOptions())
    finally:
        reader.close()
