"""Properties of parsing: no text is lost, links are at their positions, nothing hangs the build."""

from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import often

from hortus.core.model import ParseOptions, Source
from hortus.parse.all_notes import Work, parse_notes
from hortus.parse.note import parse_note
from hortus.parse.note_cache import Memo

LINKS = ("[[SGD]]", "[[SGD#Step|how far]]", "![[SGD]]", "[words](SGD.md)", "![pic](a.png)")
MARKUP = (
    "*{}*",
    "**{}**",
    "=={}==",
    "~~{}~~",
    "`{}`",
    "[[{}]]",
    "#{}",
    "${}$",
    "<b>{}</b>",
    "<{}>",
    "^[{}]",
    "{}|",
    "\\{}",
)
PREFIXES = ("[^1]: ", "- ", "> ", "1. ", "  ", "> [!note] ", "- [ ] ", "| ", "## ", "    ", "\t")


@st.composite
def documents(draw):
    """A note of numbered words with random nesting and markup, and the words that it must show."""
    words, lines = [], []
    for _ in range(draw(st.integers(1, 14))):
        prefix = "".join(draw(st.lists(st.sampled_from(PREFIXES), max_size=4)))
        pieces = []
        for _ in range(draw(st.integers(0, 4))):
            word = f"word{len(words)}x"
            words.append(word)
            markup = draw(st.sampled_from(("{}",) * 6 + MARKUP))
            pieces.append(markup.format(word))
        lines.append(prefix + " ".join(pieces))
        lines += draw(st.sampled_from(([], [], [""], ["-|-"])))
    return "\n".join(lines), words


@given(documents())
@settings(max_examples=often(400))
def test_no_word_is_lost(document):
    """Every word is on the page, in a link's target or a property, or an issue names it."""
    text, words = document
    note = parse_note(Source("a.md", text))
    html = "".join(part if isinstance(part, str) else part.name for part in note.body)
    shown = " ".join([html, *(f"{link.target} {link.label}" for link in note.links), *map(repr, note.properties)])
    told = " ".join(f"{issue.message} {issue.kind}" for issue in note.issues)

    assert [] == [word for word in words if word not in shown and word not in told]


@given(
    st.lists(
        st.tuples(st.sampled_from(PREFIXES), st.sampled_from(LINKS), st.sampled_from(("", "x ", "é😀 "))), max_size=12
    )
)
@settings(max_examples=often(300))
def test_links_are_where_they_are_said_to_be(parts):
    """At a link's line and column is the link itself, to its last character."""
    text = "\n\n".join(f"{prefix}{before}{link} after" for prefix, link, before in parts)
    lines = text.split("\n")
    note = parse_note(Source("a.md", text))
    found = [lines[link.line - 1][link.column - 1 :][: link.length] for link in note.links]

    assert [] == [words for words in found if words not in LINKS]


@given(st.text(alphabet=st.sampled_from("[]()!#^|$%`*_=~<>-: \n\tax1{}\\&;\"'"), max_size=120))
@settings(max_examples=often(600))
def test_nothing_raises(text):
    """Any text is a note."""
    assert "a.md" == parse_note(Source("a.md", text)).path


def test_a_note_that_takes_too_long_is_ended_and_reported(tmp_path):
    """It results in one issue; the notes after it in the same process are parsed by another."""
    slow = Source("slow.md", "**bold** [[link]] $x^2$ text.\n\n" * 40_000)
    others = [Source(f"{number}.md", f"# {number}\n") for number in range(3)]
    memo = Memo(tmp_path / "notes.sqlite")
    first, *rest = parse_notes([slow, *others], ParseOptions(), memo, Work(jobs=1, limit=0.3))

    assert [("unread", "slow.md")] == [(issue.kind, issue.path) for issue in first.issues]
    assert not first.public
    assert ["0", "1", "2"] == [note.title for note in rest]


def test_a_note_that_was_too_slow_is_tried_again(tmp_path):
    """A time-out is not cached: with more time the note is parsed."""
    slow = Source("slow.md", "**bold** [[link]] text.\n\n" * 4_000)
    memo = Memo(tmp_path / "notes.sqlite")
    parse_notes([slow], ParseOptions(), memo, Work(limit=0.001))
    (note,) = parse_notes([slow], ParseOptions(), memo)

    assert () == note.issues
