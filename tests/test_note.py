"""Parsing one note: positions, grouping, publication."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hortus.core.model import ParseOptions, Slot, Source
from hortus.parse.note import parse_note
from hortus.vault.reader import parse_bytes


def text_of(segments):
    """Join segments, each slot as its kind and number."""
    return "".join(part if isinstance(part, str) else f"<{part.kind} {part.index}{part.name}>" for part in segments)


def ids_of(segments):
    return [part.name for part in segments if isinstance(part, Slot) and part.kind == "id"]


# --- structure --------------------------------------------------------------------------------


def test_text_below_a_formula_is_text():
    """An indented line below a one-line `$$…$$` keeps its links, with positions; also in lists."""
    note = parse_note(Source("a.md", "a\n$$x$$\n    b [[B]]\n\n- c\n  $$y$$\n      d [[D]]\n"))

    assert [("B", 3, 7), ("D", 7, 9)] == [(link.target, link.line, link.column) for link in note.links]
    assert () == note.issues


@pytest.mark.parametrize("line", ["see [[B]]", "see [b](b.md)", "where $x$ is", "$$y$$"])
def test_code_below_a_formula_is_reported(line):
    """Below a formula of several lines, an indented line with links or formulas is an issue."""
    (issue,) = parse_note(Source("a.md", f"a\n\n$$\nx\n$$\n    {line}\n")).issues

    assert ("accidental_code", 6, "remove the indentation") == (issue.kind, issue.line, issue.hint)


@pytest.mark.parametrize("text", ["$$\nx\n$$\n\n    [[B]]\n", "$$\nx\n$$\n    plain, 5 $\n", "a\n\n    [[B]]\n"])
def test_other_code_is_not(text):
    """Code after an empty line, and code without links and formulas, is not reported."""
    assert () == parse_note(Source("a.md", text)).issues


def test_headings_within_blocks_are_nested():
    """Headings in quotes, callouts, list items and footnotes are not part of the outline."""
    text = "# A\n> ## B\n\n> [!note]\n> ## C\n\n- ## D\n\nx[^1]\n\n[^1]:\n    ## E\n\n## F\n"
    headings = parse_note(Source("a.md", text)).headings

    assert {"A": False, "B": True, "C": True, "D": True, "E": True, "F": False} == {
        heading.text: heading.nested for heading in headings
    }


ADMONITION = """\
---
up: a
---
- item
  ````ad-note
  title: To [[A]] and #one
  see [[B]]
  ```ad-tip
  > in [[C#h|c]] #two
  ```
  TODO ![[d.png]][^1]
  ## Heading [[E]]
  %%[[Hidden]] #hidden%%
  ````

[^1]: foot [[F]]
"""


def test_links_in_admonition_blocks_count():
    """Links, tags, TODO marks and headings in them belong to the note, with correct positions."""
    note = parse_note(Source("a.md", ADMONITION))

    assert [("A", 6, 13), ("B", 7, 7), ("C", 9, 8), ("d.png", 11, 8), ("E", 12, 14), ("F", 16, 12)] == [
        (link.target, link.line, link.column) for link in note.links
    ]
    assert [("one", 6, 23), ("two", 9, 18)] == [(tag.name, tag.line, tag.column) for tag in note.tags]
    assert [(11, True)] == [(todo.line, bool(todo.links)) for todo in note.todos]
    assert [("Heading E", True)] == [(heading.text, heading.nested) for heading in note.headings]
    assert "Hidden" not in str(note)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a. { #one_b}", [(1, 4, 9, "one-b")], id="MkDocs"),
        pytest.param("## A {#one .two}", [(1, 6, 11, "one")], id="Pandoc, heading"),
        pytest.param('- a\n  b {: .c k="v w"}', [(2, 5, 14, "")], id="kramdown, list item"),
        pytest.param("> x\n> {: #y}", [(2, 3, 6, "y")], id="line of its own"),
        pytest.param(
            "![](a.png){width=9} [b](c){k=v} [d](e){k=v} f",
            [(1, 11, 9, ""), (1, 27, 5, ""), (1, 39, 5, "")],
            id="after pictures and links",
        ),
        pytest.param("![[a.png]]{.right}", [(1, 11, 8, "")], id="after an embed"),
        pytest.param("`{#a}`\n\n$x_{a=b}$\n\na {#b} c\n\n{#1} {a} {}\n\n{# a}", [], id="other braces"),
    ],
)
def test_attribute_lists_of_exporters(text, expected):
    """Ids and classes of other programs are an issue with position, and a block id as hint."""
    issues = [one for one in parse_note(Source("N.md", text)).issues if one.kind == "attribute_list"]

    assert [place[:3] for place in expected] == [(one.line, one.column, one.length) for one in issues]
    assert [name for *_, name in expected] == [one.hint.partition("^")[2].removesuffix(" instead") for one in issues]


# --- places -----------------------------------------------------------------------------------

LONG = "word " * 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("see [[x]]", [(1, 5, 5)], id="paragraph"),
        pytest.param("see [one](x.md) and\nthen ![[y]]", [(1, 5, 11), (2, 6, 6)], id="second line"),
        pytest.param("[[x]] [[x]]\n[[x]]", [(1, 1, 5), (1, 7, 5), (2, 1, 5)], id="equal ones"),
        pytest.param("- a\n  - see [[x]]", [(2, 9, 5)], id="list in a list"),
        pytest.param("1. one\n\n   two [[x]]", [(3, 8, 5)], id="second paragraph of an item"),
        pytest.param("> > deep [[x]]\n> > more [[y]]", [(1, 10, 5), (2, 10, 5)], id="quote in a quote"),
        pytest.param("> - a\n>   - [[x]]\nlazy [[y]]", [(2, 7, 5), (3, 6, 5)], id="a lazy line"),
        pytest.param("> [!note] A title with [[x]]\n> and [[y]]", [(1, 24, 5), (2, 7, 5)], id="callout"),
        pytest.param("- [ ] a task with [[x]]", [(1, 19, 5)], id="task"),
        pytest.param("## Heading [[x]] ##", [(1, 12, 5)], id="heading"),
        pytest.param("Heading [[x]]\n===", [(1, 9, 5)], id="underlined heading"),
        pytest.param("| a | b |\n|---|---|\n| [[x]] | [[x]] |", [(3, 3, 5), (3, 11, 5)], id="equal cells"),
        pytest.param("| a | b |\n|---|---|\n| [[x\\|y]] | [[z]] |", [(3, 3, 8), (3, 14, 5)], id="a bar in a cell"),
        pytest.param("| a |\n|---|\n| p \\| [[x\\|y]] [[z]] |", [(3, 8, 8), (3, 17, 5)], id="bars in a cell"),
        pytest.param("[[x\\|y]] [[z]]", [(1, 1, 8), (1, 10, 5)], id="a bar outside of tables"),
        pytest.param("| [[x]] |\n|---|\n| a |", [(1, 3, 5)], id="head of a table"),
        pytest.param("%%hidden%% see [[x]]", [(1, 16, 5)], id="after a comment"),
        pytest.param("%%hidden\nhidden%%\nsee [[x]]", [(3, 5, 5)], id="after lines of comment"),
        pytest.param("a %%b%% [[x]] %%c%% [[y]]", [(1, 9, 5), (1, 21, 5)], id="between comments"),
        pytest.param("---\ntitle: a\n---\n\nsee [[x]]", [(5, 5, 5)], id="after front matter"),
        pytest.param("**bold [[x]]** and [[x]]", [(1, 8, 5), (1, 20, 5)], id="inside emphasis"),
        pytest.param("a `[[x]]` then [[x]]", [(1, 16, 5)], id="after the same in code"),
        pytest.param(f"{LONG}[[x]]", [(1, 301, 5)], id="far right"),
        pytest.param("- x\n\tsee [[x]]", [(2, 6, 5)], id="a tab in an item"),
        pytest.param("> - x\n>\tsee [[x]]", [(2, 7, 5)], id="a tab in a quote"),
        pytest.param("> 1. x\n> \t- see [[x]]", [(2, 10, 5)], id="a tab after the space of a quote"),
        pytest.param("\u00a0\nsee [[x]]", [(2, 5, 5)], id="after a line that only looks empty"),
        pytest.param("> \u3000\n> see [[x]]", [(2, 7, 5)], id="and in a quote"),
        pytest.param("\tcode\n\n  [[x]]", [(3, 3, 5)], id="indented"),
        pytest.param("é ü 😀 [[x]]", [(1, 7, 5)], id="characters, not bytes"),
        pytest.param('a <b title="[[x]]">raw</b> [[x]]', [(1, 28, 5)], id="after raw HTML"),
        pytest.param('see <a href="x.md">raw</a>', [(1, 14, 4)], id="raw HTML"),
        pytest.param('---\nup: "[[x]]"\nall:\n  - "[[y]]"\n  - "[[z]]"\n---', [2, 4, 5], id="properties, by line"),
        pytest.param(
            "text\n\n---\nDate: 20240101\nLinks to: [a](a.md), [b](b.md)",
            [(5, 11, 9), (5, 22, 9)],
            id="the block at the end",
        ),
        pytest.param("[x][r]\n\n[r]: y.md", [(1, 1, 6)], id="by reference"),
        pytest.param("![[p.png]]\n*as [[x]] shows*", [(1, 1, 10), (2, 5, 5)], id="caption"),
        pytest.param("word[^1]\n\n[^1]: see [[x]]", [(3, 11, 5)], id="footnote"),
        pytest.param("<!-- [[x]] -->\n\n[[x]]", [(3, 1, 5)], id="after an HTML comment"),
    ],
)
def test_places_of_links(read_note, text, expected):
    """Line, column and length, counted in the characters of the file."""
    links = read_note(text).links

    assert expected == [
        link.line if isinstance(expected[0], int) else (link.line, link.column, link.length) for link in links
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\n\n## One\n\nTwo\n---\n", [(3, 4, "One"), (5, 1, "Two")], id="both styles"),
        pytest.param("---\na: b\n---\n# One", [(4, 3, "One")], id="after front matter"),
        pytest.param("> ## One\n\n- # Two", [(1, 6, "One"), (3, 5, "Two")], id="in a quote and an item"),
        pytest.param("%%x%%\n\n# One", [(3, 3, "One")], id="after a comment"),
        pytest.param("#\n\n# One", [(1, 1, ""), (3, 3, "One")], id="an empty one"),
        pytest.param("# See [[x|the *x*]] `y`", [(1, 3, "See the *x* y")], id="its words"),
    ],
)
def test_places_of_headings(read_note, text, expected):
    """A heading's position is where its text begins."""
    assert expected == [(heading.line, heading.column, heading.text) for heading in read_note(text).headings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("see #one and\n#two/three.", [("one", 1, 5), ("two/three", 2, 1)], id="paragraph"),
        pytest.param("- item #one", [("one", 1, 8)], id="item"),
        pytest.param("| a |\n|---|\n| #one |", [("one", 3, 3)], id="cell"),
        pytest.param(
            "---\ntags: [one, two]\n---\n#three", [("one", 2, 1), ("two", 2, 1), ("three", 4, 1)], id="front matter"
        ),
        pytest.param("---\ntags:\n  - one\n  - two\n---", [("one", 3, 1), ("two", 4, 1)], id="a list of lines"),
        pytest.param("---\ntags: one, two three\n---", [("one", 2, 1), ("two", 2, 1), ("three", 2, 1)], id="words"),
        pytest.param("#One and #one", [("One", 1, 1)], id="each once, by its first spelling"),
        pytest.param("#12 and #1a", [("1a", 1, 9)], id="not only digits"),
        pytest.param("text\n\n---\nTags: #one #two", [("one", 4, 1), ("two", 4, 1)], id="the block at the end"),
        pytest.param("text\n\n---\nTags:\n* #one #two", [("one", 5, 1), ("two", 5, 1)], id="its bullets"),
        pytest.param("---\ntags: [true, no, null]\n---", [("true", 2, 1), ("no", 2, 1)], id="words of YAML"),
        pytest.param("---\ntags: [a/, /b, c/2026]\n---", [("a", 2, 1), ("b", 2, 1), ("c/2026", 2, 1)], id="slashes"),
    ],
)
def test_places_of_tags(read_note, text, expected):
    """Tags of the text and of the properties."""
    tags = read_note(text).tags

    assert expected == sorted([(tag.name, tag.line, tag.column) for tag in tags], key=lambda tag: tag[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a <math><mi>x</mi></math> b", "<p>a x b</p>", id="a formula"),
        pytest.param("<p>a <svg><text>T</text></svg> b</p>", "<p>a T b</p>", id="a drawing in a block"),
        pytest.param("a <svg><text>**T**</text></svg> b", "<p>a <strong>T</strong> b</p>", id="Markdown within"),
        pytest.param("a <template>x</template> b", "<p>a x b</p>", id="a template"),
    ],
)
def test_words_of_foreign_html_stay_in_place(read_note, text, expected):
    """The sanitiser removes markup, not text."""
    assert expected == "".join(map(str, read_note(text).body)).strip()


@pytest.mark.parametrize(
    ("properties", "tags", "faults"),
    [
        pytest.param("tags: a//b", ["a/b"], [(2, 7, "a//b")], id="an empty level"),
        pytest.param("tags: [https://x.org]", [], [(2, 8, "https://x.org")], id="an address"),
        pytest.param("tags: [with space, 2026]", [], [(2, 8, "with space"), (2, 20, "2026")], id="a space, a number"),
        pytest.param("tags: 2026 review", ["review"], [(2, 7, "2026")], id="a number among words"),
        pytest.param("tags:\n  - one\n  - two words", ["one"], [(4, 5, "two words")], id="a list of lines"),
        pytest.param(
            "tags: [C++, node.js, '#b#c']", [], [(2, 8, "C++"), (2, 13, "node.js"), (2, 23, "#b#c")], id="signs"
        ),
        pytest.param("tags: [[x]]", [], [(2, 8, "[x]")], id="a list in a list"),
        pytest.param("tags: {a: b}", [], [(2, 8, "a: b")], id="a mapping"),
        pytest.param("tags: ['#', /]", [], [(2, 9, "#"), (2, 13, "/")], id="nothing but signs"),
        pytest.param("tags: [2026/01]", [], [(2, 8, "2026/01")], id="numbers on two levels"),
        pytest.param("tags: [a, '']", ["a"], [], id="an empty one is none"),
    ],
)
def test_tags_that_are_none(read_note, properties, tags, faults):
    """Each invalid tag is an issue at its position; a tag that can be read is read."""
    note = read_note(f"---\n{properties}\n---\n")

    assert (tags, faults) == (
        [tag.name for tag in note.tags],
        [(issue.line, issue.column, issue.target) for issue in note.issues],
    )


def test_a_block_at_the_end_with_a_bad_tag(read_note):
    """Issues have the block's lines, and its other tags stay."""
    note = read_note("text\n\n---\nTags: #a//b https://x.org #c\n")

    assert ["a/b", "c"] == [tag.name for tag in note.tags]
    assert [("bad_tag", 4, 7), ("bad_tag", 4, 13)] == [(i.kind, i.line, i.column) for i in note.issues]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xef\xbb\xbf# One\r\n\r\nsee [[x]]\r\n", (3, 5), id="mark and CRLF"),
        pytest.param(b"---\r\ntitle: a\r\n---\r\n\r\nsee [[x]]", (5, 5), id="front matter and CRLF"),
        pytest.param(b"one\rtwo [[x]]", (2, 5), id="CR alone"),
        pytest.param("\ufeff---\na: b\n---\n[[x]]".encode(), (4, 1), id="mark and front matter"),
        pytest.param("é [[x]]".encode("utf-16"), (1, 3), id="UTF-16"),
        pytest.param(b"\xff\xe9 [[x]]", (1, 4), id="not UTF-8"),
    ],
)
def test_places_whatever_the_bytes(content, expected):
    """Byte order marks, other line ends and invalid bytes do not change positions."""
    (link,) = parse_note(parse_bytes("note.md", content)).links

    assert expected == (link.line, link.column)


@given(
    st.lists(
        st.sampled_from(["word", "- item", "> quote", "| a | b |", "[[x]]", "", "`c`", "%%h%%", "# H"]), max_size=8
    )
)
def test_every_position_is_that_of_the_link(lines):
    """At the line and column of a wikilink is that wikilink."""
    text = "\n".join([*lines, "", "- then [[x]] and [[y|z]]"])
    source = text.split("\n")
    links = parse_note(parse_bytes("note.md", text.encode())).links

    assert [] == [link for link in links if not source[link.line - 1].startswith("[[", link.column - 1)]


# --- TODO marks ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("TODO: write [[x]]", [("write x", 1, 1, 1)], id="paragraph"),
        pytest.param("see (TODO: Explain). More [[x]]", [("Explain", 1, 6, 1)], id="brackets end it"),
        pytest.param("- a (see - TODO: make that)\n- [[x]]", [("make that", 1, 12, 0)], id="another item"),
        pytest.param("- TODO [[x]]\n  - [[y]]", [("x", 1, 3, 1)], id="an item below is another"),
        pytest.param("- TODO\n\n  [[x]]", [("TODO", 1, 3, 1)], id="paragraphs of one item"),
        pytest.param("| TODO: a | [[x]] |\n|---|---|\n", [("a", 1, 3, 0)], id="another cell"),
        pytest.param("| a |\n|---|\n| TODO [[x]] |", [("x", 3, 3, 1)], id="cell"),
        pytest.param("TODO a\n\n[[x]]", [("a", 1, 1, 0)], id="another paragraph"),
        pytest.param("TODO a\n[[x]]", [("a x", 1, 1, 1)], id="another line of the paragraph"),
        pytest.param("- [ ] read [[x]]", [("read x", 1, 1, 1)], id="an open task"),
        pytest.param("- [x] read [[x]]", [], id="a done task"),
        pytest.param("- [ ] TODO: read [[x]]", [("read x", 1, 7, 1)], id="both at once count once"),
        pytest.param("FIXME this", [("this", 1, 1, 0)], id="FIXME"),
        pytest.param("TODO", [("TODO", 1, 1, 0)], id="alone"),
        pytest.param("TODOs, mytodo, todo, TODO_list", [], id="words that hold it"),
        pytest.param("`TODO` $TODO$ %%TODO%%\n\n    TODO\n\n```\nTODO\n```", [], id="code, math, comments"),
        pytest.param("TODO: one. TODO: two", [("one. TODO: two", 1, 1, 0), ("two", 1, 12, 0)], id="two in a paragraph"),
        pytest.param("## TODO: heading", [("heading", 1, 4, 0)], id="heading"),
        pytest.param("> TODO: quoted [[x]]", [("quoted x", 1, 3, 1)], id="quote"),
    ],
)
def test_todo_marks(read_note, text, expected):
    """A mark's text, its position, and the number of links with it."""
    assert expected == [(todo.text, todo.line, todo.column, len(todo.links)) for todo in read_note(text).todos]


def test_links_know_that_they_are_to_come(read_note):
    """Links in the same item, cell or paragraph as a mark; no others."""
    note = read_note("- TODO [[a]]\n- [[b]]\n- [ ] [[c]]\n- [x] [[d]]\n\n[[e]] FIXME\n\n[[f]]\n")

    assert ["a", "c", "e"] == [link.target for link in note.links if link.todo]


def test_todo_marks_know_their_heading(read_note):
    """The heading above a mark is its section."""
    note = read_note("TODO a\n# One\nTODO b\n## Two\nTODO c\n")

    assert ["", "One", "Two"] == [note.headings[t.section].text if t.section >= 0 else "" for t in note.todos]


# --- headings and sections ------------------------------------------------------------------------


def test_anchors_are_unique(read_note):
    """Equal headings, headings without letters, and headings that look like numbered ones."""
    note = read_note("# A\n# A\n# A-1\n# A\n# ???\n# !!!\n# Ünïcödé ☃\n# 中文\n")

    assert ["a", "a-1", "a-1-1", "a-2", "section", "section-1", "ünïcödé", "中文"] == [h.anchor for h in note.headings]


def test_anchors_stay_when_text_is_added(read_note):
    """Text between headings changes no anchor, and neither does a later heading."""
    before = read_note("# A\n## B\n## B\n").headings
    after = read_note("text\n\n# A\nmore\n## B\n- list\n## B\n## C\n## B\n").headings

    assert [h.anchor for h in before] == [h.anchor for h in after][:3]


def test_ids_are_once_in_a_page(read_note):
    """Headings, blocks and footnotes of one note have different ids."""
    note = read_note("# block-a\n\ntext ^a\n\n# fn-1\n\nx[^1]\n\ny ^fn-1\n\n[^1]: note\n")

    assert len(ids_of(note.body)) == len(set(ids_of(note.body))) >= 4


def sections(note):
    return {h.text: text_of(note.body[h.start : h.end]) for h in note.headings}


@pytest.mark.parametrize(
    ("text", "heading", "inside", "outside"),
    [
        pytest.param("# A\none\n## B\ntwo\n# C\nthree", "A", ["one", "two"], ["three"], id="with what is below"),
        pytest.param("# A\none\n## B\ntwo\n# C\nthree", "B", ["two"], ["one", "three"], id="to the next higher"),
        pytest.param("# A\none\n## B\ntwo\n## C\nthree", "B", ["two"], ["one", "three"], id="to the next equal"),
        pytest.param("# A\none\n## B\ntwo", "B", ["two"], ["one"], id="to the end"),
        pytest.param("> ## A\n> one\n\ntwo\n\n# B", "A", ["one"], ["two"], id="within its quote"),
        pytest.param("- # A\n\n  one\n- two\n\n# B", "A", ["one"], ["two"], id="within its item"),
        pytest.param("# A\n> ## B\n> one\n\ntwo\n\n## C", "A", ["one", "two", "C"], [], id="around a quote"),
        pytest.param("Start\n\n#### A\none\n## B\ntwo", "A", ["one"], ["Start", "two"], id="deeper first"),
    ],
)
def test_sections(read_note, text, heading, inside, outside):
    """A section is its heading and everything up to the next of its level, in its container."""
    section = sections(read_note(text))[heading]

    assert section.startswith(("<h", "<id")) or "<h" in section[:12]
    assert (inside, []) == ([w for w in inside if w in section], [w for w in outside if w in section])


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        pytest.param("one\n\ntwo ^b\n\nthree", "two", "one three", id="paragraph"),
        pytest.param("- one\n- two ^b\n  - below\n- three", "two below", "one three", id="item"),
        pytest.param("- one\n- two\n\n^b\n\nthree", "one two", "three", id="list"),
        pytest.param("> one\n> two\n\n^b\n\nthree", "one two", "three", id="quote"),
        pytest.param("one\n\n| a |\n|---|\n| two |\n\n^b", "a two", "one", id="table"),
        pytest.param("first\n\n> [!note] title\n> two\n\n^b\n\nthree", "title two", "first three", id="callout"),
        pytest.param("one\n\n$$\nx\n$$\n\n^b\n\nthree", "<math", "one three", id="formula"),
        pytest.param("one\n\n```\ntwo\n```\n^b\n\nthree", "two", "one three", id="code"),
        pytest.param("one\n\n![[p.png]] ^b\n\nthree", "embed", "one three", id="picture"),
        pytest.param("one\n\n## two ^b\n\nthree", "two", "one", id="heading"),
    ],
)
def test_blocks(read_note, text, inside, outside):
    """A block id names its block, and is not shown."""
    note = read_note(text)
    (block,) = note.blocks
    part = text_of(note.body[block.start : block.end])

    assert ("b", inside.split(), []) == (
        block.name,
        [w for w in inside.split() if w in part],
        [w for w in outside.split() if w in part],
    )
    assert "^b" not in text_of(note.body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# A\nx[^1]\n# B\n[^1]: [[x]]\n# C\ny[^1]", 0, id="where it is first referred to"),
        pytest.param("x[^1]\n# A\n[^1]: [[x]]", -1, id="before the first heading"),
        pytest.param("# A\n[^1]: [[x]]\n# B\n", 0, id="where it is defined"),
        pytest.param("# A\nx^[in [[x]]]\n# B\n", 0, id="in place"),
        pytest.param("# A\nx[^1]\n# B\ny[^2]\n\n[^1]: one[^2]\n[^2]: [[x]]", 1, id="of two"),
    ],
)
def test_a_footnote_belongs_to_a_section(read_note, text, expected):
    """Its links belong to the section of the first reference."""
    assert [expected] == [link.section for link in read_note(text).links]


# --- sentences, embeds, captions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. See [[x]] there. Three.", ["See <link 0>x</a> there."], id="one of three"),
        pytest.param(
            "See [[x]] and [[y]]. More.", ["See <link 0>x</a> and <link 1>y</a>."], id="two links, one sentence"
        ),
        pytest.param("A [[x]]. B [[y]].", ["A <link 0>x</a>.", "B <link 1>y</a>."], id="a sentence each"),
        pytest.param("*All. Of [[x]] it. Here.*", ["<em>Of <link 0>x</a> it. </em>"], id="markup is closed"),
        pytest.param("- one\n- two [[x]]", ["two <link 0>x</a>"], id="an item"),
        pytest.param("line\nbreak [[x]]", ["line break <link 0>x</a>"], id="a line break is a space"),
        pytest.param("e.g. this [[x]] is, i.e. so", ["e.g. this <link 0>x</a> is, i.e. so"], id="short forms"),
        pytest.param(
            "As Montúfar et al. (2014) say, e.g. A. Smith, [[x]]. No.",
            ["As Montúfar et al. (2014) say, e.g. A. Smith, <link 0>x</a>."],
            id="short forms before capitals",
        ),
        pytest.param("See Fig. 3 of No. 7, [[x]].", ["See Fig. 3 of No. 7, <link 0>x</a>."], id="numbers"),
        pytest.param("Is it? No. There is [[x]].", ["There is <link 0>x</a>."], id="no is an answer"),
        pytest.param(
            "Some (as said. In [[x]]. Or so) do.", ["Some (as said. In <link 0>x</a>. Or so) do."], id="brackets"
        ),
        pytest.param("(Said. Then.) See [[x]] :). End", ["See <link 0>x</a> :)."], id="brackets are closed"),
        pytest.param("One (never closed. In [[x]].", ["In <link 0>x</a>."], id="no pair of brackets"),
    ],
)
def test_sentences(read_note, text, expected):
    """For backlinks: the sentence around a link, rendered."""
    note = read_note(text)

    assert expected == [text_of(context) for context in note.contexts]
    assert all(link.context >= 0 for link in note.links)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('# A\nOne. See <a href="x.md">x</a> there.\n# B', "See <a>x</a> there.", id="in a sentence"),
        pytest.param(
            '# A\n<div>\nAn <b><a href="x.md">x</a></b> &amp; y.\n</div>\n\n# B', "An <a>x</a> &amp; y.", id="a block"
        ),
        pytest.param('# A\n<a href="x.md">x</a>\n# B', "", id="alone"),
        pytest.param('y[^1]\n# A\nz\n\n[^1]: See <a href="x.md">x</a>.', "See <a>x</a>.", id="in a footnote"),
    ],
)
def test_links_of_raw_html_have_a_place(read_note, text, expected):
    """They have a section and a context, like other links."""
    note = read_note(text)
    (link,) = note.links

    assert link.section == (-1 if "[^1]" in text else 0)
    assert expected == (text_of(note.contexts[link.context]) if link.context >= 0 else "")


def test_sentences_bring_no_ids_along(read_note):
    """A sentence on another page must not repeat an id."""
    note = read_note("See[^1] the [[x]] ^here\n\n[^1]: note\n")

    assert [] == [name for context in note.contexts for name in ids_of(context)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("![[p.png]]\n*Words under it.*", "<em>Words under it.</em>", id="the next line"),
        pytest.param("![[p.png]]\n\n*Words under it.*", "<em>Words under it.</em>", id="the next paragraph"),
        pytest.param("![p](p.png)\n*See [[x]].*", "<em>See <link 1>x</a>.</em>", id="with a link"),
        pytest.param("![[p.png]]\n*Not* all.", "", id="not all emphasis"),
        pytest.param("![[p.png]] text\n*Words.*", "", id="not alone"),
    ],
)
def test_captions(read_note, text, expected):
    """The paragraph of pure emphasis directly below an embed that is alone."""
    assert expected == text_of(read_note(text).links[0].caption)


@pytest.mark.parametrize(
    ("embed", "block"),
    [
        pytest.param("![[Note]]", True, id="a note"),
        pytest.param("![[growth.ipynb]]", True, id="a notebook"),
        pytest.param("![[growth.ipynb#Results|these]]", True, id="a section of one"),
        pytest.param("![[plan.canvas]]", True, id="a canvas"),
        pytest.param("![[plan.canvas|300]]", True, id="a canvas, which has no size of its own"),
        pytest.param("![[Sketch.Excalidraw]]", True, id="a drawing"),
        pytest.param("![[sketch.excalidraw#^group=ab|the plan]]", True, id="a part of one"),
        pytest.param("![[sketch.excalidraw|40]]", False, id="a small drawing"),
        pytest.param("![[sketch.excalidraw|icon|40x20]]", False, id="a small drawing with a name"),
        pytest.param("![[curve.png]]", False, id="a picture"),
        pytest.param("![[talk.mp3]]", False, id="a sound"),
    ],
)
def test_an_embed_within_a_line(embed, block, read_note):
    """Notes, canvases and drawings are blocks between the text before and after; other files stay inline."""
    before, *_, after = read_note(f"before {embed} after\n").body

    assert block == (before == "<p>before </p>\n" and after == "<p> after</p>\n")


def test_embeds_are_outside_paragraphs(read_note):
    """Embedded blocks are not allowed in a paragraph."""
    html = text_of(read_note("before\n![[Note]]\nafter").body)

    assert "<p>before</p>\n<embed 0block><p>after</p>\n" == html.replace("block>\n", "block>")


def test_bold_pictures_in_a_line_stay(read_note):
    """A picture inside text stays inline."""
    assert "<p>a <embed 0inline> b</p>\n" == text_of(read_note("a ![[p.png]] b").body)


# --- properties -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("NO", "NO"),
        ("no", "no"),
        ("1.10", "1.10"),
        ("12:30", "12:30"),
        ("2024-02-30", "2024-02-30"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("007", "007"),
        ("yes", "yes"),
        ("=", "="),
        ("!!python/name:os.system x", "x"),
        ('"true"', "true"),
        ("true", True),
        ("false", False),
        ("", None),
        ("null", None),
        ("[a, 1.0, [b]]", ["a", "1.0", ["b"]]),
        ("{a: 1}", {"a": "1"}),
    ],
)
def test_values_stay_as_typed(read_note, yaml, expected):
    """YAML's types for numbers, dates and booleans do not change the text."""
    assert expected == read_note(f"---\nkey: {yaml}\n---\n").get("key")


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        pytest.param("a: [1, 2", 2, id="not closed"),
        pytest.param("a: 1\na: 2", 3, id="twice"),
        pytest.param("a: &x 1\nb: *x", 3, id="an alias"),
        pytest.param("a: 1\n--- \nb: 2", 0, id="the block ends there"),
        pytest.param("- a\n- b", 2, id="a list"),
        pytest.param("just words", 2, id="words"),
        pytest.param("a: " + "[" * 40 + "]" * 40, 2, id="too deep"),
        pytest.param("? [a]\n: b", 2, id="a list as name"),
        pytest.param("a: b\n\tc: d", 3, id="a tab"),
        pytest.param("a: " + "x" * 70000, 1, id="too long"),
        pytest.param("a: \x01", 2, id="a control character"),
    ],
)
def test_front_matter_that_cannot_be_read(read_note, yaml, line):
    """One issue with its line, and the note is private."""
    note = read_note(f"---\n{yaml}\n---\n\n# Body\n")

    if line:
        assert [("bad_front_matter", False)] == [(issue.kind, note.public) for issue in note.issues]
        assert line == note.issues[0].line
    else:
        assert ((), True, "1") == (note.issues, note.public, note.get("a"))


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("date: 20211112", "2021-11-12"),
        ("date: 2021-11-12", "2021-11-12"),
        ("date: 2021-11-12T10:00:00+02:00", "2021-11-12"),
        ("created: 2021-11-12", "2021-11-12"),
        ("date: 2024-02-30", ""),
        ("date: yesterday", ""),
        ("date: 2021", ""),
        ("date:", ""),
        ("Date: 2021-11-12", "2021-11-12"),
        ("date: [2021-11-12]", ""),
    ],
)
def test_dates(read_note, yaml, expected):
    """The date in a property, if it is valid."""
    assert expected == read_note(f"---\n{yaml}\n---\n").date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Heading\ntext", "Heading"),
        ("---\ntitle: From properties\n---\n# Heading", "From properties"),
        ("text\n# Heading", "The name"),
        ("## Second level", "The name"),
        ("---\ntitle: ''\n---\ntext", "The name"),
        ("---\ntitle: 1.10\n---\n", "1.10"),
        ("%%c%%\n\n# Heading", "Heading"),
        ("", "The name"),
    ],
)
def test_titles(read_note, text, expected):
    """The property, otherwise the heading at the start, otherwise the file's name."""
    assert expected == read_note(text, "folder/The name.md").title


TRAILING = """\
Text.
---
Date: 20211112
Links to: [AI MOC](AI%20MOC.md)
Tags: #a b
References:
* [P](https://p.org)
* two
"""


def test_the_block_at_the_end_is_properties(read_note):
    """Date, parents, tags and references; they are not text, and the line above is not a heading."""
    note = read_note(TRAILING)

    assert ("2021-11-12", ["AI MOC.md"], ["a", "b"]) == (
        note.date,
        [link.target for link in note.links],
        [tag.name for tag in note.tags],
    )
    assert ["[P](https://p.org)", "two"] == note.get("references")
    assert ("<p>Text.</p>\n", ()) == (text_of(note.body), note.headings)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Heading\n---\nText: with a colon\n", id="no name of the owner's"),
        pytest.param("Heading\n---\nDate: 2021\nand prose\n", id="prose in it"),
        pytest.param("Heading\n---\n", id="nothing in it"),
        pytest.param("Heading\n---\nDate: 2021\n\n## More\n", id="a heading in it"),
    ],
)
def test_other_rules_are_markdown(read_note, text):
    """A rule under a line makes a heading."""
    note = read_note(text)

    assert ("Heading", ()) == (note.headings[0].text, note.properties)


def test_front_matter_and_the_block_at_the_end(read_note):
    """A note may have both."""
    note = read_note("---\ntitle: A\n---\nText\n\n---\nDate: 20240102\nLinks to: [[B]]\n")

    assert ("A", "2024-01-02", ["B"], 7) == (
        note.title,
        note.date,
        [link.target for link in note.links],
        note.properties[1].line,
    )


# --- privacy ------------------------------------------------------------------------------------------

PRIVATE = [
    "true",
    "True",
    "yes",
    "1",
    "on",
    '"true"',
    "'false'",
    "TRUE",
    "FALSE",
    "False ish",
    "",
    "null",
    "~",
    "[false]",
    "{}",
    "no",
    "NO",
    "0",
    "off",
]


@pytest.mark.parametrize("value", [*PRIVATE, "!!bool false", "| \n  false"])
@pytest.mark.parametrize("name", ["draft", "private", "Draft", "PRIVATE", '"draft"', "'private'", " draft"])
def test_whatever_is_not_plainly_public_is_private(read_note, name, value):
    """A note with ``draft`` is private unless it is ``false``."""
    assert not read_note(f"---\n{name}: {value}\n---\ntext").public


@pytest.mark.parametrize(
    "value", ["false", "False", "no", "0", '"true"', "'true'", "yes", "1", "on", "TRUE", "", "null", "[true]"]
)
@pytest.mark.parametrize("name", ["publish", "Publish"])
def test_publish_wants_a_plain_true(read_note, name, value):
    """A note with ``publish`` is private unless it is ``true``."""
    assert not read_note(f"---\n{name}: {value}\n---\ntext").public


@pytest.mark.parametrize(
    "text",
    [
        "---\ndraft: false\nDraft: true\n---\n",
        "---\ndraft: false\nprivate: true\npublish: true\n---\n",
        "---\npublish: true\ndraft: true\n---\n",
        "---\ndraft: false\ndraft: false\n---\n",
        "---\ndraft: true\ntext without an end",
        "---\na: [\ndraft: false\n---\n",
        "---\n- draft: false\n---\n",
        "--- \ndraft: true\n--- \n",
        "---\n\tdraft: true\n---\n",
        "---\ndraft : true\n---\n",
        "---\n# comment\n\ndraft: true\n---\n",
        "text\n\n---\nDate: 20240101\nDraft: true\n",
        "text\n\n---\nDate: 20240101\nPrivate:\n",
        "text\n\n---\nDraft: true\n",
        "---\r\ndraft: true\r\n---\r\n",
        "\ufeff---\ndraft: true\n---\n",
        "---\ndraft: true\n...\ntext\n",
        "---yaml\ndraft: true\n---\n",
        "----\ndraft: true\n----\n",
        "\n---\ndraft: true\n---\n",
        " ---\ndraft: true\n---\n",
        "+++\ndraft = true\n+++\n",
        "---\nmeta:\n  draft: true\n---\n",
        "\u200b---\ndraft: true\n---\n",
    ],
)
def test_private_however_spelled(text):
    """Duplicates, invalid YAML, the block at the end, other line ends, near-fences: private."""
    assert not parse_note(parse_bytes("note.md", text.encode())).public


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text",
        "---\ntitle: a\n---\n",
        "---\ndraft: false\n---\n",
        "---\nprivate: false\npublish: true\n---\n",
        "---\npublish: True\n---\n",
        "---\n\n---\n",
        "The key `draft: true` in prose.\n",
        "```\n---\ndraft: true\n---\n```\n",
        "# A\n\n---\n\ntext\n\n---\n\nprivate matters\n",
    ],
)
def test_public(read_note, text):
    """Notes without marks, or with marks that say public."""
    assert read_note(text).public


def test_comments_leave_nothing(read_note):
    """No text of a comment is in the parsed note."""
    note = read_note(
        "a %%canary%% b\n\n%%\ncanary [[canary]] #canary TODO canary\n%%\n\n# H %%canary%%\n\n| a %%canary%% |\n|---|\n"
    )

    assert "canary" not in repr(note)


# --- laws -----------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"\n\n\n   #>|-*_`~[]()!^$%{}<&\\:;.1aÉ中😀",
        "[[",
        "]]",
        "![[",
        "%%",
        "$$",
        "---\n",
        "- [ ] ",
        "TODO",
        "```\n",
        "> [!x]\n",
        "\t",
        "[^1]",
        "[^1]: ",
        "| a |\n|---|\n",
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "https://a.b",
        "==",
        " ^id",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join), st.booleans())
def test_reading_never_raises(text, strict):
    """Any file gives a note, with positions inside the file."""
    note = parse_note(parse_bytes("note.md", text.encode()), ParseOptions(strict))
    lines = text.replace("\r", "\n").split("\n")
    places = [*note.links, *note.headings, *note.tags, *note.todos, *note.issues, *note.externals]

    assert [] == [p for p in places if not (1 <= p.line <= len(lines) and 1 <= p.column <= len(lines[p.line - 1]) + 1)]


@given(st.lists(PIECES, max_size=40).map("".join))
def test_ranges_lie_in_the_body(text):
    """Sections and blocks are ranges of the body, and ids are unique."""
    note = parse_note(parse_bytes("note.md", text.encode()))
    ranges = [(part.start, part.end) for part in (*note.headings, *note.blocks)]
    ids = ids_of(note.body)

    assert [] == [r for r in ranges if not 0 <= r[0] < r[1] <= len(note.body)]
    assert len(ids) == len(set(ids))


def test_nothing_is_lost_in_the_deep(read_note):
    """Items nested 100 deep, and a quote as deep, keep their text."""
    deep = "\n".join("  " * depth + f"- word{depth}" for depth in range(100))
    note = read_note(f"{deep}\n\n{'>' * 100} quoted\n")

    assert [] == [
        word for word in [f"word{depth}" for depth in range(100)] + ["quoted"] if word not in text_of(note.body)
    ]


def test_long_tables_are_whole(read_note):
    """A table of 10,000 rows is complete."""
    note = read_note("| a |\n|---|\n" + "".join(f"| row{number} |\n" for number in range(10_000)))

    assert 10_000 == text_of(note.body).count("<td>row")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a\n\nb^[see $\\nope$]", (3, 8)),
        ("> b^[see $\\nope$]", (1, 10)),
        ("- a^[b\n  $\\nope$ c]", (2, 3)),
        ("a^[b^[c $\\nope$]]", (1, 9)),
        ("| a | b |\n|--|--|\n| x^[c $\\nope$] | y |", (3, 8)),
    ],
)
def test_formulas_of_inline_footnotes_have_their_place(text, place):
    """Errors in ``^[…]`` are reported at their position, not at the first line."""
    note = parse_note(Source("a.md", text))

    assert [("bad_math", *place)] == [(issue.kind, issue.line, issue.column) for issue in note.issues]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("$$\na\n+ \\nope b\n$$", (3, 3)),
        ("> [!tip]\n> $$\n> a = \\begin{foo}x\\end{foo}\n> $$", (3, 14)),
        ("- a\n  $$\n  a \\\\[4]\n  $$", (3, 5)),
        ("a $$b\n c\n  \\nope$$", (3, 3)),
        ("a $b \\nope$", (1, 3)),
    ],
)
def test_what_is_wrong_in_a_long_formula_has_its_line(text, place):
    """A formula of many lines is reported at what is wrong with it, with a hint."""
    (issue,) = parse_note(Source("a.md", text)).issues

    assert ("bad_math", *place) == (issue.kind, issue.line, issue.column)
    assert issue.hint


def test_a_formula_of_a_property_is_reported():
    """Values of the block at the end are Markdown, and errors in them have their line."""
    note = parse_note(Source("a.md", "# A\n\n---\nDate: 2020\nLinks to: $\\frac{1}{$\nReferences: [[b]]\n"))

    assert [("bad_math", 5)] == [(issue.kind, issue.line) for issue in note.issues]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("grew by 88 % and 3 ‰.", "grew by 88\u00a0% and 3\u00a0‰."),
        ("88 %d and `88 %` and x %", "88 %d and <code>88 %</code> and x %"),
    ],
)
def test_a_number_stays_with_its_sign(read_note, text, shown):
    """A line does not break between a number and a percent sign; other text and code stay as written."""
    assert f"<p>{shown}</p>" in "".join(map(str, read_note(text).body))


@pytest.mark.parametrize(
    ("text", "excerpt"),
    [
        pytest.param("With $f_\\theta$, and $k < d$ it is\n$$\n\\|x_i\\|^2 .\n$$\n\nNext.", "With f_θ, and k < d it is ‖x_i‖². Next.", id="signs"),
        pytest.param("Say $\\frac{a+b}{2}$ and $\\sum_{i=1}^n x^2$.", "Say (a + b)/2 and ∑_(i=1)ⁿ x².", id="in a line"),
        pytest.param("So $\\hat y = -\\log p(x)$, $\\mathbb{R}^{d\\times d}$.", "So y = − log p(x), ℝ^(d×d).", id="accents, functions"),
        pytest.param("A matrix $\\begin{pmatrix}1&2\\end{pmatrix}$, and $\\nope$.", "A matrix …, and ….", id="what a line cannot show"),
        pytest.param(f"Long ${'x + ' * 40}x$. Next.", "Long …. Next.", id="too long"),
    ],
)  # fmt: skip
def test_first_words_show_formulas_as_signs(text, excerpt):
    """No gap is left where a formula is; what one line cannot show is an ellipsis, and the end of a sentence stays."""
    assert excerpt == parse_note(Source("n.md", text)).excerpt


@pytest.mark.parametrize("space", ["\u00a0", "\u3000", "&nbsp;"])
def test_a_fence_whose_language_is_white_space(space):
    """It is code without a language, and nothing after it is lost."""
    note = parse_note(Source("a.md", f"~~~{space}\ncode\n~~~\n\n[[A]]\n"))

    assert ["A"] == [link.target for link in note.links]
    assert "code" in str(note.body)
