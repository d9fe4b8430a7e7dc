"""Attachments that a browser could run: sanitised, served as text, or trusted."""

import pytest

from hortus.core.filetypes import KINDS
from hortus.core.svg import LARGEST

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
HOSTILE = SVG.format("<script>alert(1)</script><rect onclick='x()'/><rect onload='y()'/>")


def issues(built) -> list[tuple[str, str]]:
    return [(issue.path, issue.message) for issue in built.report.issues if issue.kind == "unsafe_attachment"]


def test_a_cleaned_copy_is_served(build_vault):
    """The site's file has no script; the issue lists what was removed, and the vault's file is unchanged."""
    built = build_vault({"a.md": "![[p.svg]]", "p.svg": HOSTILE})

    assert b"alert" not in built.bytes()["p.svg"] and b"<rect" in built.bytes()["p.svg"]
    assert [("p.svg", "the site serves a copy without: <script>, event handlers (2)")] == issues(built)
    assert HOSTILE == (built.vault / "p.svg").read_text()


def test_a_harmless_picture_is_no_issue(build_vault):
    """It is served unchanged in appearance."""
    built = build_vault({"a.md": "![[p.SVG]]", "p.SVG": SVG.format('<rect width="9"/>')})

    assert [] == issues(built)
    assert b'<rect width="9"' in built.bytes()["p.SVG"]


@pytest.mark.parametrize("content", ["<svg", "no picture", "<svg/>", SVG.format("<g>" * 300 + "</g>" * 300)])
def test_what_cannot_be_read_is_a_picture_that_says_so(build_vault, content):
    """The URL has a placeholder picture, and an issue has the reason."""
    built = build_vault({"a.md": "![[p.svg]]", "p.svg": content})
    ((path, message),) = issues(built)

    assert "p.svg cannot be read" in built.bytes()["p.svg"].decode()
    assert path == "p.svg" and message.startswith("not shown: it")


def test_an_enormous_picture_is_not_read(build_vault):
    """It is refused by its size."""
    built = build_vault({"a.md": "![[p.svg]]", "p.svg": " " * (LARGEST + 1)})

    assert f"it has {LARGEST + 1:,} bytes" in issues(built)[0][1]
    assert len(built.bytes()["p.svg"]) < 1000


@pytest.mark.parametrize("suffix", [f".{suffix}" for suffix in KINDS["page"].split()])
def test_pages_are_served_as_text(build_vault, walk_site, suffix):
    """No attachment has a URL of an HTML page; links point to the text."""
    built = build_vault(
        {"a.md": f"[[p{suffix}]] ![[q{suffix.upper()}]]", f"p{suffix}": "<p>", f"q{suffix.upper()}": "<p>"}
    )
    site = built.bytes()

    assert {f"p{suffix}.txt", f"q{suffix.upper()}.txt"} <= site.keys()
    assert not {f"p{suffix}", f"q{suffix.upper()}"} & site.keys()
    assert [] == walk_site(site)
    assert 2 == len(issues(built))


def test_a_page_and_its_text(build_vault, walk_site):
    """Of an attachment that already has the URL and the text, both have URLs; none is lost."""
    built = build_vault({"a.md": "[[p.html]] [[p.html.txt]]", "p.html": "<p>", "p.html.txt": "text"})
    contents = [content for url, content in built.bytes().items() if url.endswith("p.html.txt")]

    assert {b"<p>", b"text"} == set(contents)
    assert [] == walk_site(built.bytes())


def test_trusted_attachments_are_served_as_they_are(build_vault):
    """A setting serves them unchanged."""
    files = {"a.md": "![[p.svg]] [[q.html]]", "p.svg": HOSTILE, "q.html": "<script>alert(1)</script>"}
    built = build_vault(files, 'attachments = "trusted"\n')

    assert HOSTILE.encode() == built.bytes()["p.svg"]
    assert b"<script>" in built.bytes()["q.html"]
    assert [] == issues(built)


def test_what_no_note_reaches_is_not_named(build_vault):
    """An attachment that is not on the site has no issue."""
    built = build_vault({"a.md": "x", "b.md": "---\nprivate: true\n---\n![[p.svg]]", "p.svg": HOSTILE})

    assert [] == issues(built)
