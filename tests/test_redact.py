"""Names of private notes in public notes."""

import json

import pytest

from hortus.core.model import Link, Source
from hortus.links.redact import redact

SECRET = "---\ndraft: true\n---\nhidden words\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("see [[Canary]].", "see private note.", id="a bare link"),
        pytest.param("see [[Canary|my plan]].", "see my plan.", id="a label stays"),
        pytest.param("## On [[Canary]] and us", "## On private note and us", id="in a heading"),
        pytest.param(
            "> - a\n>   [the **plan**](Canary.md) b", "> - a\n>   the **plan** b", id="a Markdown link, nested"
        ),
        pytest.param("![[Canary]]", "private note", id="an embed"),
        pytest.param('[x](<Canary.md> "a](b")', "x", id="a bracket in the title"),
        pytest.param("[x](Canary.md 'a](b')", "x", id="in single quotes"),
        pytest.param("[a [b] c](<Canary.md>)", "a [b] c", id="brackets in the label"),
        pytest.param("[a\\](b](Canary.md)", "a\\](b", id="an escaped bracket in the label"),
        pytest.param("[`](x)`](Canary.md)", "`](x)`", id="code in the label"),
        pytest.param("[](Canary.md)", "private note", id="no label"),
        pytest.param('![x](<Canary.md> "a](b")', "private note", id="a Markdown embed"),
        pytest.param("[[Canary]] [[Canary]]", "private note private note", id="twice in a line"),
        pytest.param("[x][r]\n\n[r]: Canary.md 'A'", "x\n\n[r]: # 'A'", id="a reference"),
        pytest.param("[Canary][]\n\n[Canary]: Canary.md", "private note\n\n[private note]: #", id="named as its note"),
        pytest.param("![x][r]\n\n[r]: Canary.md", "private note\n\n[r]: #", id="an embed by reference"),
        pytest.param("a <obsidian://open?file=Canary> b", "a private note b", id="an address in angle brackets"),
        pytest.param("[x](obsidian://open?file=Canary)", "x", id="a link of the app"),
        pytest.param(
            'Canary.md, [x](Canary.md) and <a href="Canary.md">y</a>',
            "private note, x and <a >y</a>",
            id="an address that is also a word before",
        ),
    ],
)
def test_markdown_of_a_public_note(build_vault, text, expected):
    """The published Markdown has the label, or a placeholder, instead of a link to a private note."""
    built = build_vault({"a.md": f"{text}\n", "Canary.md": SECRET})

    assert f"{expected}\n" == built.bytes()["a.md"].decode()


@pytest.mark.parametrize(
    "text",
    [
        "[[Canary]] and TODO ask [[Canary]]",
        "# About [[Canary]]\n\n- [ ] read [[Canary#Part]]",
        "| a |\n|---|\n| [[Canary\\|x]] [[Canary]] |",
        '---\nup: "[[Canary]]"\nalso:\n  - "[[Canary]]"\n---\nwords',
        'raw <a href="Canary.md">html</a> and [x]( <Canary.md> )',
        "a [label\nover lines](Canary.md)",
        "^[a footnote on [[Canary]]]",
    ],
)
def test_no_name_goes_on(build_vault, text):
    """No file of the site contains the name of a private note."""
    built = build_vault({"a.md": f"{text}\n", "b.md": "[[a]]\n", "Canary.md": SECRET}, 'site_url = "https://e.org"\n')

    assert [] == [
        url for url, content in built.bytes().items() if b"canary" in content.lower() or "canary" in url.lower()
    ]


def test_the_author_gets_a_report(build_vault):
    """The report has line and column, and not the name."""
    report = build_vault({"a.md": "x\n\nsee [[Canary]]\n", "Canary.md": SECRET}).report
    told = [(i.kind, i.path, i.line, i.column) for i in report.issues if i.kind == "private_link"]

    assert [("private_link", "a.md", 3, 5)] == told


def test_a_redacted_link_is_reported_once(build_vault):
    """As a link to a private note, not also as a link without destination."""
    text = (
        "[x](obsidian://open?file=Canary) <obsidian://open?file=Canary> [y][r] [z](<Canary.md> 'w')\n\n[r]: Canary.md\n"
    )
    told = [i.kind for i in build_vault({"a.md": text, "b.md": "[[a]]", "Canary.md": SECRET}).report.issues]

    assert {"private_link"} == {*told}


def test_a_notebook_that_names_a_private_note(build_vault):
    """Its links are redacted in place; none becomes a link to a note named "private note"."""
    words = "Canary.md [x](Canary.md) ![[Canary]] <a href=\"Canary.md\">y</a> <a href='Canary.md'>z</a> <obsidian://open?file=Canary>"
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [words]}]
    book = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    built = build_vault({"n.ipynb": book, "a.md": "![[n.ipynb]]\n", "Canary.md": SECRET})

    assert {"private_link"} == {issue.kind for issue in built.report.issues}
    assert [] == [url for url, content in built.bytes().items() if b"canary" in content.lower()]


def test_what_is_not_found_withholds_the_note(build_vault):
    """A canvas cannot be redacted by lines, so it is not published."""
    canvas = '{"nodes":[{"id":"1","type":"file","file":"Canary.md","x":0,"y":0,"width":9,"height":9}]}'
    built = build_vault({"map.canvas": canvas, "a.md": "words\n", "Canary.md": SECRET})

    assert ["a.md"] == list(built.graph.notes)


def test_a_withheld_note_does_not_take_others_along(build_vault):
    """A note with two names, withheld one after the other, is redacted twice and stays."""
    files = {
        "index.md": "# Home\n\nwords [[Canary]] [[one]] [[two]]\n",
        "one.md": "x Can&#97;ry.md\n",
        "two.md": "y [[one]] tw&#111;.md one.md\n",
        "last.md": "all [[index]]\n",
        "Canary.md": SECRET,
    }
    built = build_vault(files)

    assert {"index.md", "two.md", "last.md"} == {*built.graph.notes}
    assert b"words" in built.bytes()["index.html"]


def test_a_link_elsewhere_than_said():
    """A wrong position is not changed, and reported."""
    link = Link("wikilink", "x", "", "x", 1, 1, 5)

    assert redact(Source("a.md", "no link"), [link]) is None


# --- hints ---------------------------------------------------------------------------------------


def test_hints_name_what_is_published(build_vault):
    """ "Did you mean" suggests only published notes and attachments."""
    files = {
        "a.md": "![[invoice-2025.png]] [[Canarie]] ![[photo1.png]] ![[photo.png]]\n",
        "invoice-2026.png": "x",
        "photo.png": "x",
        "Canary.md": f"{SECRET}![[invoice-2026.png]]\n",
    }
    hints = {issue.target: issue.hint for issue in build_vault(files).report.issues}

    assert ("", "", "did you mean “photo.png”?") == (
        hints["invoice-2025.png"],
        hints["Canarie"],
        hints["photo1.png"],
    )


def test_rivals_are_named_if_published(build_vault):
    """Of several files for a link only published ones are listed."""
    files = {"a.md": "![[p.png]] [[n]]\n", "x/p.png": "x", "y/p.png": "y", "x/n.md": "x", "y/n.md": "y"}
    said = {i.target: i.message for i in build_vault(files).report.issues if i.kind == "ambiguous_link"}

    assert "y/p.png" not in said["p.png"] and "x/p.png" in said["p.png"]
    assert "x/n.md, y/n.md" in said["n"]


def test_bases_that_no_note_reaches(build_vault):
    """A base that only a private note embeds is not in the report."""
    files = {
        "a.md": "![[open.base]]\n",
        "open.base": "x",
        "canary.base": "x",
        "Canary.md": f"{SECRET}![[canary.base]]\n",
    }
    paths = [issue.path for issue in build_vault(files).report.issues if issue.kind == "bad_query"]

    assert ["open.base"] == paths


# --- comments of HTML ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a <!-- canary --> b", "a  b", id="in a line"),
        pytest.param("a\n\n<!--\ncanary\n\ncanary\n-->\n\nb", "a\n\n\n\nb", id="over lines"),
        pytest.param("a\n\n<!-- canary\n\ncanary", "a\n\n", id="never closed"),
        pytest.param("a <!--> b <!-- canary -->", "a  b ", id="short ones"),
        pytest.param("`<!-- code -->` ``a ` <!-- code -->``", "`<!-- code -->` ``a ` <!-- code -->``", id="code"),
        pytest.param("```html\n<!-- code -->\n```\n<!-- canary -->", "```html\n<!-- code -->\n```\n", id="a fence"),
        pytest.param("~~~~\n~~~\n<!-- code -->\n~~~~\nx", "~~~~\n~~~\n<!-- code -->\n~~~~\nx", id="a longer fence"),
        pytest.param("it`s <!-- canary --> x", "it`s  x", id="a lone backtick"),
    ],
)  # fmt: skip
def test_comments_of_html(build_vault, text, expected):
    """The published Markdown has no HTML comments, except in code."""
    assert expected == build_vault({"a.md": text}).bytes()["a.md"].decode()
