"""Properties: limits of front matter, and the block at the end of a note."""

import pytest

from hortus.vault.frontmatter import DEEPEST, LARGEST, MOST_REPAIRS
from hortus.vault.properties import parse_properties


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
    """Front matter over the limits of size and depth is reported."""
    assert refused == bool(parse_properties(front(text)).error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("tags:\n- @name\n- b", {"tags": ["@name", "b"]}, id="a reserved sign in a list"),
        pytest.param("a: [@x, `y`]", {"a": ["@x", "`y`"]}, id="in brackets"),
        pytest.param("a: [\n  @x,\n  @y\n]", {"a": ["@x", "@y"]}, id="in brackets over lines"),
        pytest.param("a: {k: @v, l: w}", {"a": {"k": "@v", "l": "w"}}, id="in braces"),
        pytest.param("a: @x # note\nb: c", {"a": "@x", "b": "c"}, id="before a comment"),
        pytest.param("a: `x` it's", {"a": "`x` it's"}, id="with an apostrophe"),
        pytest.param("a: %x\nb: @", {"a": "%x", "b": "@"}, id="per cent, and nothing after it"),
        pytest.param("@context: x", {"@context": "x"}, id="a name"),
        pytest.param("a:\n  -\tx\n  - \ty", {"a": ["x", "y"]}, id="tabs after a dash"),
        pytest.param("a:\n  -\tk: v", {"a": [{"k": "v"}]}, id="a tab before a mapping"),
        pytest.param("a: 1\n\t\nb: 2", {"a": "1", "b": "2"}, id="a line with only a tab"),
        pytest.param("a:\n  - x\n \t \n  - y\n\t", {"a": ["x", "y"]}, id="in a list, and at the end"),
        pytest.param("a: [x,\n\t\ny]", {"a": ["x", "y"]}, id="in brackets, an empty line"),
        pytest.param("a: |\n  x\n\t\n  y", {"a": "x\n\ny"}, id="in a text of several lines"),
        pytest.param("banner: ![[x.png]]", {"banner": "![[x.png]]"}, id="an embed without quotes"),
        pytest.param("a:\n- ![[x y.png|30]]\n- z", {"a": ["![[x y.png|30]]", "z"]}, id="in a list"),
        pytest.param("a: b\n\tc: d", None, id="a tab for indentation"),
        pytest.param("a: @x: y", None, id="two colons"),
        pytest.param("a: [@x", None, id="a bracket that is not closed"),
    ],
)
def test_what_libyaml_refuses(text, expected):
    """Valid YAML that it refuses is read, and so is what Obsidian accepts; the rest is an error."""
    properties = parse_properties(front(text))

    assert expected == (None if properties.error else {entry.name: entry.value for entry in properties.entries})


def test_many_reserved_signs_are_a_bounded_amount_of_work():
    """Rewriting has a limit, beyond which there is an error."""
    assert not parse_properties(front("a:\n" + "- @x\n" * (MOST_REPAIRS - 1))).error
    assert parse_properties(front("a:\n" + "- @x\n" * MOST_REPAIRS)).error


@pytest.mark.parametrize("sign", ["@x", "`x`", "%x", "-\ttrue"])
@pytest.mark.parametrize("name", ["draft", "private", "publish"])
def test_what_is_rewritten_is_never_public(read_note, name, sign):
    """A value that libyaml refuses never makes a note public."""
    assert not read_note(front(f"{name}: {sign}")).public


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        pytest.param("---\ntitle: x\n--- text\nmore", "x", "\n\ntext\nmore", id="words"),
        pytest.param("---\ntitle: x\n---\t# Head\nmore", "x", "\n\n# Head\nmore", id="a heading after a tab"),
        pytest.param("---\ntitle: x\n---  \nmore", "x", "\n\n\nmore", id="spaces"),
        pytest.param("---\ntitle: x\n--- text\n\n---\nmore", "x", "\n\ntext\n\n---\nmore", id="a rule below"),
        pytest.param("---\ntitle: x\n---\n--- text", "x", "\n\n\n--- text", id="a plain fence comes first"),
        pytest.param("---\nprose\n--- text\nmore", None, "---\nprose\n--- text\nmore", id="no properties above"),
    ],
)
def test_text_after_the_closing_fence(text, title, body):
    """Front matter may end at ``--- text``; the text is the first line of the body."""
    properties = parse_properties(text)

    assert ("", body) == (properties.error, properties.body)
    assert title == next((entry.value for entry in properties.entries), None)


@pytest.mark.parametrize("name", ["draft", "private", "publish"])
def test_privacy_after_such_a_fence(read_note, name):
    """A mark of privacy between such a fence and the next one makes the note private."""
    text = f"---\ntitle: x\n--- note\n{name}: true\n---\nmore"

    assert (False, 3) == (read_note(text).public, parse_properties(text).error_line)


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
    """Only names with values, and bullets under them; anything else is text."""
    properties = parse_properties(f"text\n\n---\n{block}\n")

    assert names == [entry.name for entry in properties.entries]
    assert bool(names) != (block in properties.body)
