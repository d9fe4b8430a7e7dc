"""Anchors in a note: found by name without a scan for each link."""

import sys
from types import FrameType

import pytest

from hortus.core.keys import heading_key
from hortus.links.anchors import anchors_of
from hortus.links.graph import gather
from hortus.links.linker import link_notes


def steps(work) -> int:
    """Return the number of executed lines of Python, which does not depend on other processes."""
    count = 0

    def trace(frame: FrameType, event: str, _):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_the_path_of_headings(read_note):
    """Each heading comes after the previous one and is deeper; of equal ones the first counts."""
    note = read_note("## A\n\n### B\n\n## B\n\n#### C\n\n## A\n\n### C\n")
    found = {
        path: anchors_of(note).descend([heading_key(key) for key in path]) for path in ("A", "B", "AB", "BC", "CA")
    }

    assert {"A": "a", "B": "b", "AB": "b", "BC": "c", "CA": None} == found


def test_the_first_of_equal_names_counts(read_note):
    """For blocks as well, compared without case."""
    note = read_note("one ^X\n\ntwo ^x\n")

    assert (anchors_of(note).blocks["x"], 0) == (
        note.blocks[0].anchor,
        anchors_of(note).ranges[note.blocks[0].anchor][0],
    )


KINDS = {
    "headings": lambda n: {"a.md": "".join(f"## H {i}\n\n[[#H {i}]]\n\n" for i in range(n))},
    "blocks": lambda n: {"a.md": "".join(f"see [[#^b{i}]] ^b{i}\n\n" for i in range(n))},
    "headings that are not there": lambda n: {"a.md": "".join(f"## H {i}\n\n[[#G {i}]]\n\n" for i in range(3 * n))},
    "headings of one name": lambda n: {"a.md": "## A\n\n" + "## B\n\n[[#A#B]]\n\n" * n},
    "embeds of sections": lambda n: {
        "a.md": "".join(f"![[b#H {i}]]\n\n" for i in range(n)),
        "b.md": "".join(f"## H {i}\n\nwords\n\n" for i in range(n)),
    },
    "embeds in rings": lambda n: {f"n{i}.md": f"![[n{i ^ 1}]]\n" for i in range(n)},
    "links to one note": lambda n: {"a.md": "# A\n", **{f"n{i}.md": "see [[a]]\n" for i in range(n)}},
    "links to many notes": lambda n: {"a.md": " ".join(f"[[n{i}]]" for i in range(n))},
}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in KINDS.items()])
def test_joining_grows_in_line(read_note, make):
    """Twice as many links take less than 2.6 times the steps."""
    efforts = []
    for size in (200, 400):
        given = gather([read_note(text, path) for path, text in make(size).items()], ())
        efforts.append(steps(lambda given=given: link_notes(given)))

    assert efforts[1] < 2.6 * efforts[0]
