"""Link resolution: the rules in docs/Links.md, a case each, and the index compared with a plain scan."""

import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Asset,
    Empty,
    FigureFound,
    Found,
    Link,
    Missing,
    Private,
    Source,
)
from hortus.links.graph import gather
from hortus.links.linker import link_notes
from hortus.links.resolve import index_names, resolve
from hortus.links.suggestions import near_names
from hortus.parse.note import parse_note

NOTE_MISSING = Missing("Note.md")


def resolutions(files, source, text, withheld=(), figures=()):
    """Resolve the links of *text* in the note *source*; *files* are paths, or paths with text."""
    texts = dict.fromkeys(files, "") | (files if isinstance(files, dict) else {}) | {source: text}
    notes = [parse_note(Source(path, content)) for path, content in texts.items() if path.endswith(".md")]
    assets = [Asset(path, Path(path), 0, 0) for path in texts if not path.endswith(".md")]
    return link_notes(gather(notes, assets, withheld, figures)).resolutions[source]


def lead(files, source, text, **known):
    (found,) = resolutions(files, source, text, **known)
    return found


@pytest.mark.parametrize(
    ("files", "source", "link", "expected"),
    [
        pytest.param(
            ["Note.md", "a/Note.md"], "a/s.md", "[[Note]]", Found("Note.md"), id="the root before the own folder"
        ),
        pytest.param(["a/Note.md", "b/Note.md"], "b/s.md", "[[Note]]", Found("b/Note.md"), id="the own folder"),
        pytest.param(
            ["a/Note.md", "b/Note.md"], "b/c/s.md", "[[Note]]", Ambiguous(("a/Note.md", "b/Note.md")), id="no ancestors"
        ),
        pytest.param(
            ["a/b/Note.md", "zzzz/Note.md"], "s.md", "[[Note]]", Found("a/b/Note.md"), id="the shortest string"
        ),
        pytest.param(["x/Note.md"], "s.md", "[[./Note]]", NOTE_MISSING, id="a dot is exact"),
        pytest.param(["Sub/My Note.md"], "s.md", "[y](My%20Note.md)", Found("Sub/My Note.md"), id="Markdown, anywhere"),
        pytest.param(["LOG.md"], "s.md", "[[log]]", Found("LOG.md"), id="without case"),
        pytest.param(["LOG.md"], "s.md", "[[Log.MD]]", Found("LOG.md"), id="the extension without case"),
        pytest.param(["ab/Note.md"], "s.md", "[[b/Note]]", Missing("b/Note.md"), id="segments are whole"),
        pytest.param([], "s.md", "[[A/New]]", Missing("A/New.md"), id="missing in A"),
        pytest.param([], "s.md", "[[B/New]]", Missing("B/New.md"), id="missing in B is another"),
    ],
)
def test_cases_to_start_from(files, source, link, expected):
    """The table of the specification."""
    assert expected == lead(files, source, link)


@pytest.mark.parametrize("source", ["s.md", "a/s.md", "Note.md"])
def test_an_alias_is_no_target_and_is_reported(source):
    """Links don't follow aliases; the issue names the note with the alias."""
    files = {"Note.md": "---\naliases: [AL]\n---\n"}

    found = lead(files, source, files.get(source, "") + "[[AL]]")

    assert Missing("AL.md", alias_of=("Note.md",)) == found


@pytest.mark.parametrize(
    ("target", "expected"),
    [("Title of it", "Title of it.md"), ("Its heading", "Its heading.md")],
)
def test_titles_and_headings_are_no_names(target, expected):
    """Only file names count."""
    files = {"Note.md": "---\ntitle: Title of it\n---\n# Its heading\n"}

    assert Missing(expected) == lead(files, "s.md", f"[[{target}]]")


FILES = {
    1: [
        ("nothing before the #", ["s.md"], "s.md", "# H\n[[#H]]", Found("s.md", "h")),
        ("nor in Markdown", ["s.md"], "s.md", "# H\n[x](#H)", Found("s.md", "h")),
    ],
    2: [
        ("a decomposed name", [unicodedata.normalize("NFD", "Café.md")], "s.md", "[[CAFÉ]]", Found("Cafe\u0301.md")),
        ("a decomposed link", ["Café.md"], "s.md", "[[Cafe\u0301]]", Found("Café.md")),
        ("an extension in capitals", ["Ext.MD.md"], "s.md", "[[ext.md.MD]]", Found("Ext.MD.md")),
        ("folders too", ["Deep/Note.md"], "s.md", "[[dEEP/nOTE]]", Found("Deep/Note.md")),
        ("twins by case are a tie", ["Note.md", "note.md"], "s.md", "[[note]]", Ambiguous(("Note.md", "note.md"))),
    ],
    3: [
        ("a dot in the name", ["Note.1.md"], "s.md", "[[Note.1]]", Found("Note.1.md")),
        ("which is not another note", ["Note.md"], "s.md", "[[Note.1]]", Missing("Note.1.md")),
        ("the full name first", ["Note.md", "Note.md.md"], "s.md", "[[Note.md]]", Found("Note.md")),
        ("then the name and .md", ["Note.md.md"], "s.md", "[[Note.md]]", Found("Note.md.md")),
        ("when nothing has the full name", ["a/X.md", "b/X.md.md"], "s.md", "[[b/X.md]]", Missing("b/X.md")),
    ],
    4: [
        ("a picture", ["pics/Figure.jpg"], "s.md", "[[Figure.jpg]]", Found("pics/Figure.jpg")),
        ("needs its extension", ["Figure.jpg"], "s.md", "[[Figure]]", Missing("Figure.md")),
        ("and comes before a note", ["Figure.jpg", "Figure.jpg.md"], "s.md", "[[Figure.jpg]]", Found("Figure.jpg")),
        ("from anywhere", ["a/Figure.jpg", "Figure.jpg.md"], "s.md", "[[Figure.jpg]]", Found("a/Figure.jpg")),
        ("a folder is not a file", ["dir/a.md"], "s.md", "[[dir/]]", Missing("")),
    ],
    "detours": [
        ("a double slash", ["a/Note.md"], "s.md", "[[a//Note]]", Missing("")),
        ("there and back", ["a/Note.md"], "s.md", "[[b/../a/Note]]", Missing("")),
        ("to where nothing is", [], "s.md", "[[b/../a/Note]]", Missing("a/Note.md")),
    ],
    5: [
        ("the only one, below", ["a/b/c/Note.md"], "s.md", "[[Note]]", Found("a/b/c/Note.md")),
        ("the only one, above", ["Note.md"], "a/b/s.md", "[[Note]]", Found("Note.md")),
    ],
    6: [
        ("beside", ["a/Note.md", "Note.md"], "a/s.md", "[[./Note]]", Found("a/Note.md")),
        ("above", ["a/Note.md", "Note.md"], "a/s.md", "[[../Note]]", Found("Note.md")),
        ("across", ["b/Note.md"], "a/s.md", "[[../b/Note]]", Found("b/Note.md")),
        ("not elsewhere", ["b/Note.md"], "a/s.md", "[[./Note]]", Missing("a/Note.md")),
        ("not out of the vault", ["Note.md"], "a/s.md", "[[../../Note]]", Missing("")),
        ("in Markdown", ["a/Note.md", "Note.md"], "a/s.md", "[x](../Note.md)", Found("Note.md")),
    ],
    7: [
        ("the root's", ["a/Note.md", "Note.md"], "a/s.md", "[[/Note]]", Found("Note.md")),
        ("and only the root's", ["a/Note.md"], "a/s.md", "[[/Note]]", NOTE_MISSING),
        ("a folder of the root", ["a/Note.md", "b/a/Note.md"], "b/s.md", "[[/a/Note]]", Found("a/Note.md")),
    ],
    8: [
        ("a path of the vault", ["a/Note.md", "b/a/Note.md"], "b/s.md", "[[a/Note]]", Found("a/Note.md")),
        (
            "in Markdown",
            ["Sub/My Note.md", "Sub/Sub/My Note.md"],
            "Sub/s.md",
            "[z](Sub/My%20Note.md)",
            Found("Sub/My Note.md"),
        ),
    ],
    9: [
        ("part of a path", ["x/y/Note.md", "z/Note.md"], "s.md", "[[y/Note]]", Found("x/y/Note.md")),
        (
            "the own folder before a shorter",
            ["long/folder/Note.md", "b/Note.md"],
            "long/folder/s.md",
            "[[Note]]",
            Found("long/folder/Note.md"),
        ),
        (
            "the own folder, named in the link",
            ["y/b/Note.md", "x/b/Note.md"],
            "y/b/s.md",
            "[[b/Note]]",
            Found("y/b/Note.md"),
        ),
        ("from the own folder on", ["y/b/Note.md", "x/b/Note.md"], "y/s.md", "[[b/Note]]", Found("y/b/Note.md")),
        (
            "cousins count for nothing",
            ["a/x/Note.md", "b/y/Note.md"],
            "b/z/s.md",
            "[[Note]]",
            Ambiguous(("a/x/Note.md", "b/y/Note.md")),
        ),
    ],
    10: [
        (
            "fewer letters, more folders",
            ["abcdef/Note.md", "a/b/c/Note.md"],
            "s.md",
            "[[Note]]",
            Found("a/b/c/Note.md"),
        ),
        ("the shortest of three", ["aaa/Note.md", "b/Note.md", "cc/Note.md"], "s.md", "[[Note]]", Found("b/Note.md")),
    ],
    11: [
        (
            "the alphabet",
            ["c/Note.md", "a/Note.md", "b/Note.md", "long/Note.md"],
            "s.md",
            "[[Note]]",
            Ambiguous(("a/Note.md", "b/Note.md", "c/Note.md")),
        ),
        ("of pictures too", ["b/p.png", "a/p.png"], "s.md", "![[p.png]]", Ambiguous(("a/p.png", "b/p.png"))),
    ],
}


@pytest.mark.parametrize(
    ("files", "source", "text", "expected"),
    [pytest.param(*case, id=f"rule {rule}: {title}") for rule, cases in FILES.items() for title, *case in cases],
)
def test_rules(files, source, text, expected):
    """From text to file, rule by rule."""
    assert expected == lead(files, source, text)


@pytest.mark.parametrize(
    ("files", "link", "expected"),
    [
        pytest.param(["Note.md"], "[x](Note.md)", Found("Note.md"), id="with .md"),
        pytest.param(["Note.md"], "[x](Note)", Found("Note.md"), id="without .md"),
        pytest.param(
            ["Hashing (LSH).md"], "[x](Hashing%20(LSH).md)", Found("Hashing (LSH).md"), id="balanced brackets"
        ),
        pytest.param(
            ["Hashing (LSH).md"], "[x](Hashing%20%28LSH%29.md)", Found("Hashing (LSH).md"), id="escaped brackets"
        ),
        pytest.param(["Hashing (LSH).md"], "[x](<Hashing (LSH).md>)", Found("Hashing (LSH).md"), id="angle brackets"),
        pytest.param(["Hashing (LSH).md"], "[x](<Hashing%20(LSH).md>)", Found("Hashing (LSH).md"), id="both"),
        pytest.param(["My Note.md"], "[x][r]\n\n[r]: My%20Note.md", Found("My Note.md"), id="by reference"),
        pytest.param(["My Note.md"], "[r]\n\n[r]: <My Note.md> 'title'", Found("My Note.md"), id="by short reference"),
        pytest.param(["Café.md"], "[x](Cafe%CC%81.md)", Found("Café.md"), id="decomposed in escapes"),
        pytest.param(["Café.md"], "[x](Café.md)", Found("Café.md"), id="raw letters"),
        pytest.param(["100%.md"], "[x](100%.md)", Found("100%.md"), id="a stray percent sign"),
        pytest.param(["C#.md"], "[x](C%23.md)", Found("C#.md"), id="an escaped #"),
        pytest.param(["what?.md"], "[x](what%3F.md)", Found("what?.md"), id="an escaped ?"),
        pytest.param(["a/p q.png"], "![x](p%20q.png)", Found("a/p q.png"), id="a picture, anywhere"),
        pytest.param(["Note.md"], "[x]()", Empty(), id="no destination yet"),
        pytest.param(["Note.md"], "[x](<>)", Empty(), id="an empty one in angles"),
    ],
)
def test_markdown_links(files, link, expected):
    """Percent-decoded, NFC, then the same lookup as for wikilinks."""
    assert expected == lead(files, "s.md", link)


@pytest.mark.parametrize(
    ("text", "target", "anchor", "label"),
    [
        pytest.param("[[ Note ]]", "Note", "", "Note", id="trimmed"),
        pytest.param("[[Note|the label]]", "Note", "", "the label", id="label"),
        pytest.param("[[Note|a|b]]", "Note", "", "a|b", id="the first bar splits"),
        pytest.param("| a |\n|---|\n| [[Note\\|label]] |", "Note", "", "label", id="a backslash in a cell is dropped"),
        pytest.param("[[Note\\|label]]", "Note", "", "label", id="and elsewhere"),
        pytest.param("[[Note#Heading]]", "Note", "Heading", "Note > Heading", id="without a label"),
        pytest.param("[[Note#A#B]]", "Note", "A#B", "Note > A > B", id="a path of headings"),
        pytest.param("[[a]b]]", "a]b", "", "a]b", id="a single bracket inside"),
        pytest.param("[[Note]] and [[Other]]", "Note", "", "Note", id="the shortest match"),
        pytest.param("[[out [[in]]", "in", "", "in", id="a nested pair rejects the outer"),
    ],
)
def test_inside_brackets(read_note, text, target, anchor, label):
    """The parts of ``[[…]]``."""
    link = read_note(text).links[0]

    assert (target, anchor, label) == (link.target, link.anchor, link.label)


@pytest.mark.parametrize(
    "text",
    [
        "`[[Note]]`",
        "```\n[[Note]]\n```",
        "    [[Note]]",
        "$[[Note]]$",
        "$$\n[[Note]]\n$$",
        "%%[[Note]]%%",
        "%%\n[[Note]]\n%%",
        "[[]]",
        "[[|label]]",
        "\\[[Note]]",
    ],
)
def test_no_links_there(read_note, text):
    """Code, math and comments contain no links, and neither do empty brackets."""
    assert () == read_note(text).links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("![[p.png|300]]", ("", 300, 0), id="width"),
        pytest.param("![[p.png|300x200]]", ("", 300, 200), id="both"),
        pytest.param("![[p.png|30 x 20]]", ("", 30, 20), id="spaces"),
        pytest.param("![[p.png|30X20]]", ("", 30, 20), id="a capital"),
        pytest.param("![alt|30 x 20](p.png)", ("alt", 30, 20), id="Markdown, spaces"),
        pytest.param("![[p.png|30 x]]", ("30 x", 0, 0), id="half a size"),
        pytest.param("![[p.png|30px]]", ("30px", 0, 0), id="a unit"),
        pytest.param("![[p.png|30 x 20 x 10]]", ("30 x 20 x 10", 0, 0), id="three numbers"),
        pytest.param("![[p.png|alt|300]]", ("alt", 300, 0), id="the last part"),
        pytest.param("![[p.png|alt]]", ("alt", 0, 0), id="no size"),
        pytest.param("![alt|300](p.png)", ("alt", 300, 0), id="Markdown"),
        pytest.param("![300](p.png)", ("", 300, 0), id="Markdown, only a size"),
        pytest.param("![alt|300x200](p.png)", ("alt", 300, 200), id="Markdown, both"),
    ],
)
def test_picture_sizes(read_note, text, expected):
    """The last part of a label may be a size."""
    (link,) = read_note(text).links

    assert expected == (link.label, link.width, link.height)


HEADED = """# Top
## Q&A: what's new?
## Twice
### Deep
first
## Twice
### Deep
second
## Only here
#### Far below
## `code` and *stress* [[x|shown]] #tag
text ^AbC

- item ^in-list

> quote

^quoted
"""


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        pytest.param("q a what's new", "q-a-what-s-new", id="signs are spaces"),
        pytest.param("Q&A: what's new?", "q-a-what-s-new", id="as written"),
        pytest.param("  TOP ", "top", id="case and ends"),
        pytest.param("Twice", "twice", id="the first of two"),
        pytest.param("Twice#Deep", "deep", id="a path"),
        pytest.param("Only here#Far below", "far-below", id="a level left out"),
        pytest.param("Top#Twice", "twice", id="from the top"),
        pytest.param("code and stress shown tag", "code-and-stress-shown-tag", id="the words of markup"),
        pytest.param("^abc", "block-abc", id="a block without case"),
        pytest.param("^in-list", "block-in-list", id="of an item"),
        pytest.param("^quoted", "block-quoted", id="of a quote"),
    ],
)
def test_headings_and_blocks(anchor, expected):
    """Fragments are compared by words, then mapped to ids."""
    assert Found("N.md", expected) == lead({"N.md": HEADED}, "s.md", f"[[N#{anchor}]]")


@pytest.mark.parametrize(
    ("anchor", "near"),
    [
        pytest.param("Only hear", ("Only here",), id="a slip"),
        pytest.param("whats new", ("Q&A: what's new?",), id="an apostrophe counts"),
        pytest.param("Only here#Deep", ("Deep",), id="not under that one"),
        pytest.param("Deep#Twice", ("Twice",), id="steps go down"),
        pytest.param("Twice#Only here", ("Only here",), id="not beside it"),
        pytest.param("^abd", ("^AbC",), id="a block"),
        pytest.param("zzz", (), id="nothing like it"),
    ],
)
def test_missing_headings_lead_to_the_note(anchor, near):
    """The link works without the fragment, and similar headings are suggested."""
    found = lead({"N.md": HEADED}, "s.md", f"[[N#{anchor}]]")

    assert isinstance(found, AnchorMissing)
    assert ("N.md", near) == (found.path, found.near[: len(near)])
    assert bool(near) == bool(found.near)


WRITTEN = """## See [[Dune|the book]]
## HTTP Basic ([MDN](https://example.org/a))
## _definition:_ a ring
## note[^1]
## Line<br>break
## __bold__
## snake\\_case
## Named ^here
## 1\\. First
## a %%hidden%% word
## ![[dot.png|30]] drawn
Set *over*
two lines
===
## bold
## _bold_

[^1]: A footnote.
"""


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        pytest.param("See Dune the book", "see-the-book", id="wikilink, source"),
        pytest.param("See the book", "see-the-book", id="wikilink, as read"),
        pytest.param("HTTP Basic ([MDN](https //example.org/a))", "http-basic-mdn", id="link, source"),
        pytest.param("HTTP Basic (MDN)", "http-basic-mdn", id="link, as read"),
        pytest.param("_definition _ a ring", "definition-a-ring", id="underscores, source"),
        pytest.param("definition: a ring", "definition-a-ring", id="underscores, as read"),
        pytest.param("note[^1]", "note", id="footnote, source"),
        pytest.param("note", "note", id="footnote, as read"),
        pytest.param("Line<br>break", "line-break", id="HTML, source"),
        pytest.param("Line break", "line-break", id="HTML, as read"),
        pytest.param("__bold__", "bold", id="double underscores"),
        pytest.param("bold", "bold-1", id="the source before what another reads as"),
        pytest.param("_bold_", "bold-2", id="each source its own"),
        pytest.param("snake _case", "snake-case", id="an escape, source"),
        pytest.param("snake_case", "snake-case", id="an escape, as read"),
        pytest.param("1. First", "1-first", id="an escaped number"),
        pytest.param("Named ^here", "named", id="with its block id"),
        pytest.param("Named", "named", id="without it"),
        pytest.param("a word", "a-word", id="a comment is no part of it"),
        pytest.param("dot.png 30 drawn", "drawn", id="a picture, source"),
        pytest.param("drawn", "drawn", id="a picture, as read"),
        pytest.param("Set *over* two lines", "set-over-two-lines", id="two lines"),
    ],
)
def test_headings_by_source_then_as_read(anchor, expected):
    """Obsidian writes a heading's source in links; people write its text."""
    assert Found("N.md", expected) == lead({"N.md": WRITTEN}, "s.md", f"[[N#{anchor}]]")


DEEP = "## 1 Types\n### Core\n## 2 Maps\n#### HashMap\n# Part\n### Core\n"


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        pytest.param("1 Types#Core", "core", id="within the section"),
        pytest.param("1 Types#Core#HashMap", "hashmap", id="after the section, deeper"),
        pytest.param("1 Types#HashMap", "hashmap", id="after a heading of the same level"),
        pytest.param("2 Maps#Core", "core-1", id="after a higher heading"),
        pytest.param("Part#Core", "core-1", id="the first after it, not the first of all"),
        pytest.param("1 Types#2 Maps", None, id="not of the same level"),
        pytest.param("2 Maps#Part", None, id="not a higher one"),
        pytest.param("HashMap#Core", None, id="a later one must be deeper"),
        pytest.param("2 Maps#1 Types", None, id="not one before"),
    ],
)
def test_paths_of_headings(anchor, expected):
    """Each step is the first deeper heading after the previous one, in any section."""
    found = lead({"N.md": DEEP}, "s.md", f"[[N#{anchor}]]")

    assert expected == (found.anchor if isinstance(found, Found) else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[x](N.md#my-heading)", Found("N.md", "my-heading", True), id="in another note"),
        pytest.param("[x](#setup-1)\n# Setup\n# Setup", Found("s.md", "setup-1", True), id="the second of two"),
        pytest.param("[x](N#block-b1)", Found("N.md", "block-b1", True), id="a block"),
        pytest.param('<a href="N.md#my-heading">x</a>', Found("N.md", "my-heading", True), id="in HTML"),
        pytest.param("[x](N.md#My%20heading)", Found("N.md", "my-heading"), id="by its text no id is needed"),
        pytest.param("[x](N.md#my-heding)", AnchorMissing("N.md", ("My heading",)), id="no such id"),
        pytest.param("[[N#my-heading]]", AnchorMissing("N.md", ("My heading",)), id="not in a wikilink"),
    ],
)
def test_fragments_that_are_ids(text, expected):
    """A Markdown link may have an id of the page, as on the web."""
    assert expected == lead({"N.md": "## My heading\ntext ^b1\n"}, "s.md", text)


@pytest.mark.parametrize(
    ("files", "link", "expected"),
    [
        pytest.param(["a b.md"], "[[a\u00a0b]]", Found("a b.md"), id="no-break"),
        pytest.param(["a b.md"], "[[a\u202fb]]", Found("a b.md"), id="narrow no-break"),
        pytest.param(["a b.md"], "[x](a%C2%A0b.md)", Found("a b.md"), id="escaped"),
        pytest.param(["a\u00a0b.md"], "[[a b]]", Found("a\u00a0b.md"), id="in the name of the file"),
        pytest.param(["d e/a b.md", "f/a b.md"], "[[d\u00a0e/a b]]", Found("d e/a b.md"), id="in a folder"),
        pytest.param(["p q.png"], "![[p\u00a0q.png]]", Found("p q.png"), id="of a picture"),
        pytest.param([], "[[a\u00a0b]]", Missing("a b.md"), id="a missing note has a space"),
    ],
)
def test_no_break_spaces(files, link, expected):
    """A no-break space in a link is a space."""
    assert expected == lead(files, "s.md", link)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        pytest.param("![x](red.png?raw=true)", Found("red.png"), id="a picture"),
        pytest.param("![x](red.png?v=2&w=3#left)", Found("red.png"), id="several, and a fragment"),
        pytest.param("![x](red.png?)", Found("red.png"), id="an empty one"),
        pytest.param("[x](b.md?plain=1)", Found("b.md"), id="a note"),
        pytest.param('<img src="red.png?raw=true">', Found("red.png"), id="HTML"),
        pytest.param("[x](a.png?b.md)", Found("a.png?b.md"), id="a name of that kind"),
        pytest.param("[x](what?)", Found("what?.md"), id="a question"),
        pytest.param("[x](red.png%3Fraw=true)", Missing("red.png?raw=true.md"), id="an escaped one is no query"),
    ],
)
def test_queries(link, expected):
    """A query after a file name, as in links of code hosts, is ignored."""
    assert expected == lead(["red.png", "b.md", "what?.md", "a.png?b.md"], "s.md", link)


@pytest.mark.parametrize("sign", list('!"$%&()*+,.:;<=>?@^`{}~/\\'))
def test_signs_of_headings_are_spaces(sign):
    """Each of these in a heading compares as a space."""
    text = f"## one \\{sign} two\n"

    assert Found("N.md", "one-two") == lead({"N.md": text}, "s.md", "[[N#one two]]")


@pytest.mark.parametrize("sign", ["'", "-", "_"])
def test_signs_that_stay(sign):
    """Apostrophe, hyphen and underscore count."""
    files = {"N.md": f"## one{sign}two\n"}

    assert isinstance(lead(files, "s.md", "[[N#one two]]"), AnchorMissing)
    assert isinstance(lead(files, "s.md", f"[[N#one{sign}two]]"), Found)


@pytest.mark.parametrize("fragment", ["page=3", "height=400", "center", "invert-dark"])
def test_fragments_of_files_are_hints(fragment):
    """Fragments of attachments are never broken."""
    assert Found("p.pdf") == lead(["p.pdf"], "s.md", f"![[p.pdf#{fragment}]]")


def test_properties_hold_links():
    """Quoted, and unquoted, which is a nested list in YAML."""
    text = '---\nup: "[[a]]"\nnext: [[b]]\nall:\n  - "[[c]]"\n  - plain\n---\n'

    assert (Found("a.md"), Found("b.md"), Found("c.md")) == resolutions(["a.md", "b.md", "c.md"], "s.md", text)


@pytest.mark.parametrize("link", ["[[secret]]", "[x](deep/secret.md)", "![[secret]]", "[[secret#H]]"])
def test_private_targets_say_nothing_more(link):
    """A link to a private note has no further data."""
    assert Private() == lead([], "s.md", link, withheld=["deep/secret.md"])


def test_private_among_equals():
    """If one of several files that differ only in case is private, the link is private."""
    assert Private() == lead(["Note.md"], "s.md", "[[note]]", withheld=["note.md"])


@pytest.mark.parametrize("link", ["![[curve.svg]]", "![c](figures/curve.svg)", "![[figures/curve.svg]]"])
def test_pictures_of_scripts(link):
    """A script's figure is found by its name."""
    assert FigureFound("curve") == lead([], "s.md", link, figures=["curve"])


@pytest.mark.parametrize(
    ("target", "near"),
    [
        pytest.param("Sofmax", ("Softmax",), id="a letter short"),
        pytest.param("papers/Softmaxx", ("Softmax",), id="in a folder"),
        pytest.param("Attention is all you ned", ("Attention Is All You Need",), id="a sentence"),
        pytest.param("curve.pgn", (), id="a file's name is for files"),
        pytest.param("curv.png", ("curve.png",), id="a file"),
        pytest.param("Entorpy", ("Entropy",), id="two letters swapped"),
        pytest.param("Zebra", (), id="nothing like it"),
    ],
)
def test_near_names(target, near):
    """Similar names, only of published notes."""
    index = index_names(
        ["Softmax.md", "Entropy.md", "papers/Attention Is All You Need.md", "curve.png", "Sofmux.md"],
        withheld=["Sofmux.md"],
    )

    assert {target: near} == near_names([target], index)


# --- the law ------------------------------------------------------------------------------------


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def same(one: str, other: str) -> bool:
    return plain(one) == plain(other)


def parent(path: str) -> str:
    return path.rpartition("/")[0]


def walked(start: str, steps: str) -> str | None:
    """Follow a path with dots, step by step; None if it leaves the vault."""
    parts = [part for part in start.split("/") if part]
    for step in steps.split("/"):
        if step == "..":
            if not parts:
                return None
            parts.pop()
        elif step not in (".", ""):
            parts.append(step)
    return "/".join(parts)


def scan(target: str, source: str, files: list[str]) -> tuple[str, ...]:
    """Resolve *target* by looking at every file, rule by rule."""
    last = target.rsplit("/", 1)[-1]
    for ending in ("", ".md"):  # rule 3
        named = [path for path in files if same(path.rsplit("/", 1)[-1], last + ending)]
        if named:
            break
    linkpath = target + ending
    if target.startswith(("./", "../")):  # rule 6
        exact = walked(parent(source), linkpath)
        return tuple(sorted(path for path in named if exact is not None and same(path, exact)))
    if target.startswith("/"):  # rule 7
        return tuple(sorted(path for path in named if same(path, linkpath[1:])))
    if exact := sorted(path for path in named if same(path, linkpath)):  # rule 8
        return tuple(exact)
    fitting = [path for path in named if same(path[-len(linkpath) - 1 :], "/" + linkpath)]
    own = [path for path in fitting if same(parent(path), parent(source)) or same(path, f"{parent(source)}/{linkpath}")]
    ranked = sorted(own or fitting, key=lambda path: (len(path), plain(path), path))  # rules 9 to 11
    return tuple(path for path in ranked if len(path) == len(ranked[0]))


def paths_of(found) -> tuple[str, ...]:
    return found.paths if isinstance(found, Ambiguous) else (found.path,) if isinstance(found, Found) else ()


segments = st.sampled_from(["a", "b", "A", "Note", "note", "Note.1", "Note.md", "é", "É"])
names = st.sampled_from(["Note.md", "note.md", "Note.1.md", "Note.md.md", "b.md", "é.md", "a.png", "a.png.md"])
paths = st.builds(
    lambda folders, name: "/".join([*folders, name]),
    st.lists(st.sampled_from(["a", "b", "cc", "A"]), max_size=3),
    names,
)
targets = st.builds(
    lambda lead, folders, name: lead + "/".join([*folders, name]),
    st.sampled_from(["", "", "", "./", "../", "/", "../../"]),
    st.lists(st.sampled_from(["a", "b", "cc"]), max_size=2),
    st.one_of(segments, names, names.map(lambda name: name.removesuffix(".md"))),
)


@given(st.lists(paths, max_size=10, unique=True), paths, targets)
@example(["a/Note.md", "b/Note.md.md"], "s.md", "b/Note.md")
@example(["x/b/Note.md", "y/b/Note.md"], "y/b/s.md", "b/Note")
def test_the_index_finds_what_a_scan_finds(files, source, target):
    """For random files, links and sources, the index agrees with a scan."""
    link = Link("wikilink", target, "", "", 1, 1, 1)

    found = resolve(link, source, index_names(files), {})

    assert scan(target, source, files) == paths_of(found)


@given(paths)
def test_every_spelling_of_a_path_finds_it(path):
    """Percent-encoded, in angle brackets, with and without .md, in capitals: the same file."""
    names = [path, path.upper(), f"/{path}", path.removesuffix(".md")]
    texts = [text for name in names for text in (f"[[{name}]]", f"[x]({quote(name)})", f"[x](<{name}>)")]

    found = {lead([path], "z/s.md", text) for text in texts}

    assert {Found(path)} == found
