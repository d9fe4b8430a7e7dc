"""Properties: the bounds of front matter, and which block at the end of a note is one."""

import pytest

from hortus.properties import DEEPEST, LARGEST, parse_properties


def front(text):
    return f"---\n{text}\n---\nbody"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param("a: " + "x" * (LARGEST - 3), False, id="as long as may be"),
        pytest.param("a: " + "x" * (LARGEST - 2), True, id="a letter longer"),
        pytest.param("a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1), False, id="as deep as may be"),
        pytest.param("a: " + "[" * DEEPEST + "]" * DEEPEST, True, id="a level deeper"),
    ],
)
def test_bounds(text, refused):
    """Front matter has a size and a depth beyond which it is not read, and says so."""
    assert refused == bool(parse_properties(front(text)).error)


@pytest.mark.parametrize(
    ("block", "names"),
    [
        pytest.param("Date: 20240101\nTags: #a", ["Date", "Tags"], id="names and values"),
        pytest.param("References:\n* one\n* two", ["References"], id="bullets under a name"),
        pytest.param("* one\nDate: 20240101", [], id="bullets under none"),
        pytest.param("Note: this\nThat: too", [], id="no name of the owner's"),
        pytest.param("Date: 20240101\nsome prose", [], id="prose among them"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_the_block_at_the_end(block, names):
    """Only names with values, and bullets under them; anything else is the note's own text."""
    properties = parse_properties(f"text\n\n---\n{block}\n")

    assert names == [entry.name for entry in properties.entries]
    assert bool(names) != (block in properties.body)
