"""What makes a note private: marks in all spellings, rules in the settings; and unlisted notes."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from hortus.cli.main import main
from hortus.core.model import Note
from hortus.parse.note import parse_note
from hortus.vault.reader import parse_bytes


def read(content: str | bytes) -> Note:
    return parse_note(parse_bytes("a.md", content if isinstance(content, bytes) else content.encode()))


UNCLEAR = {
    "a password": "---\npassword: hunter2\n---\nx",
    "a password without a value": "---\ntitle: a\nPassword:\n---\nx",
    "a password that is false": "---\npassword: false\n---\nx",
    "a password at the foot": "x\n\n---\nDate: 20240101\nPassword: x\n",
    "Jekyll's key": "---\npublished: false\n---\nx",
    "a zero-width space": "---\ndra\u200bft: true\n---\nx",
    "a soft hyphen": "---\npri\u00advate: yes\n---\nx",
    "a zero-width joiner at the end": "---\npublish\u200d: false\n---\nx",
    "full width": "---\n\uff44\uff52\uff41\uff46\uff54: true\n---\nx",
    "a Cyrillic letter": "---\ndr\u0430ft: true\n---\nx",
    "an invisible letter at the foot": "x\n\n---\nDate: 20240101\npriv\u200bate: true\n",
    "no space at the foot": "x\n\n---\nDate: 20240101\nprivate:true\n",
    "no space, alone at the foot": "x\n\n---\nprivate:true",
    "a second block": "---\ntitle: a\n---\n\n---\nprivate: true\n---\nx",
    "a second block, right after": "---\ntitle: a\n---\n---\npublish: false\n---\nx",
    "a second block, later": "---\ntitle: a\n---\n# H\n\nx\n\n---\ndraft: yes\n---\n",
    "a second block of TOML": "---\ntitle: a\n---\n+++\ndraft = true\n+++\nx",
    "a line of its own": "x\n\nprivate: true\n",
    "a field": "draft:: true\n\nx",
    "a field in a text": "x [private:: true] x",
    "emphasis": "**private:** true\n\nx",
    "front matter of JSON": '{"title": "a", "private": true}\n\nx',
    "front matter of JSON, deeper": '\n{"a": {"draft": "yes"}}\nx',
    "a password in JSON": '{"password": "x"}\n\nx',
    "line separators": "---\u2028private: true\u2028---\nx",
    "next lines": "---\x85draft: true\x85---\nx",
    "a form feed": "a\x0cprivate: true\n",
    "UTF-16 without a mark": "---\nprivate: true\n---\nx".encode("utf-16-le"),
    "UTF-16, the other way": "---\nprivate: true\n---\nx".encode("utf-16-be"),
    "Latin-1": "Gr\xfc\xdfe".encode("latin-1"),
    "a NUL character": b"---\npr\0ivate: true\n---\nx",
}


@pytest.mark.parametrize("content", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_unclear_marks(content):
    """A possible mark of privacy counts, and the author gets a hint."""
    note = read(content)
    issues = [issue for issue in note.issues if issue.kind in ("unclear_privacy", "bad_encoding")]

    assert not note.public
    assert issues and all(issue.hint for issue in issues)


PUBLIC = {
    "nothing": "x",
    "plainly public": "---\npublish: true\ndraft: false\nprivate: False\n---\nx",
    "a date of publication": "---\npublished: 2024-01-01\n---\nx",
    "code": "```yaml\n---\nprivate: true\n---\n```\n",
    "tildes": "~~~yaml\ndraft: true\n~~~",
    "code in a line": "`private: true` makes a note private.",
    "indented code": "x\n\n    private: true\n",
    "a table": "| `publish: false` | x |",
    "a sentence": "Draft: this was hard.\n\nThe password: hunter2.",
    "a rule before a sentence": "---\ntitle: a\n---\n\n---\n\nA private matter: true or not.\n",
    "a tag": "x\n\n---\nDate: 20240101\nTags: #draft\n",
    "a comment": "%%private: true%% x",
    "a public mark elsewhere": "x\n\n---\ndraft: false\n---\n",
    "another script": "\u65e5\u672c\u8a9e",
    "UTF-16 with its mark": "\xe9".encode("utf-16"),
}


@pytest.mark.parametrize("content", PUBLIC.values(), ids=PUBLIC.keys())
def test_what_is_no_mark(content):
    """Text about privacy is not a mark."""
    note = read(content)

    assert note.public and not [issue for issue in note.issues if issue.kind == "unclear_privacy"]


def test_the_line_is_reported():
    """The issue has the mark's line."""
    note = read("x\n\n---\nDate: 20240101\nprivate:true\n")

    assert [("unclear_privacy", 5)] == [(issue.kind, issue.line) for issue in note.issues]


def test_a_withheld_note_is_reported(build_vault):
    """The reason is in the author's report, and on no page."""
    built = build_vault({"index.md": "x\n", "kanari.md": "---\npassword: hunter2\n---\nx\n"})

    assert [("unclear_privacy", "kanari.md", 2)] == [
        (i.kind, i.path, i.line) for i in built.report.issues if i.kind != "orphan"
    ]
    assert not [url for url, content in built.bytes().items() if b"kanari" in content or "kanari" in url]


# --- rules of the settings ---------------------------------------------------------------------------

VAULT = {
    "index.md": "---\npublish: true\n---\n# Home\n\n[[day]] [[plan]] [[note]] ![[photo.png]]\n",
    "Journal/2024/day.md": "---\npublish: true\n---\nkanariday\n",
    "plan.md": "---\ntags: [personal/money]\n---\nkanariplan\n",
    "note.md": "kanarinote #other\n",
    "Journal/photo.png": "kanaripixels",
}


@pytest.mark.parametrize(
    ("settings", "withheld"),
    [
        pytest.param("", set(), id="no rule"),
        pytest.param('private = ["Journal/**"]', {"kanariday", "kanaripixels"}, id="a glob"),
        pytest.param('private = ["journal/"]', {"kanariday", "kanaripixels"}, id="a folder, by case"),
        pytest.param('private = ["2024"]', {"kanariday"}, id="a folder at any depth"),
        pytest.param('private = ["*.png"]', {"kanaripixels"}, id="attachments"),
        pytest.param('private = ["#personal"]', {"kanariplan"}, id="a tag above"),
        pytest.param('private = ["#Personal/Money", "note.md"]', {"kanariplan", "kanarinote"}, id="several"),
        pytest.param('publish = "marked"', {"kanariplan", "kanarinote"}, id="marked only"),
        pytest.param(
            'publish = "marked"\nprivate = ["Journal"]',
            {"kanariday", "kanaripixels", "kanariplan", "kanarinote"},
            id="private wins",
        ),
    ],
)
def test_rules(build_vault, settings, withheld):
    """Rules withhold notes and attachments; everything else is published."""
    files = b"\0".join(build_vault(VAULT, f"{settings}\n").bytes().values())
    words = {"kanariday", "kanariplan", "kanarinote", "kanaripixels"}

    assert withheld == {word for word in words if word.encode() not in files}
    assert not withheld or b"private note" in files


def test_names_of_withheld_notes(build_vault):
    """The name of a note that a rule withholds is nowhere on the site."""
    built = build_vault(VAULT | {"x.md": "[[day]] and [[Journal/photo.png]]\n"}, 'private = ["Journal"]\n').bytes()

    assert [] == [
        url for url, content in built.items() if b"photo.png" in content or "photo" in url or b"[[day]]" in content
    ]


def test_rule_that_fits_nothing(build_vault):
    """A rule without matches may be misspelt, and is reported."""
    report = build_vault(VAULT, 'private = ["Jornal/**", "#personal"]\n').report

    assert [("unclear_privacy", "hortus.toml")] == [(i.kind, i.path) for i in report.issues if "Jornal" in i.message]
    assert not [i for i in report.issues if "#personal" in i.message]


@pytest.mark.parametrize("rule", ["", "#", "/", "!x"])
def test_rules_that_make_no_sense(write_vault, rule, capsys):
    """An empty or negated rule is an error in the settings, with its line."""
    folder = write_vault(VAULT | {"hortus.toml": f'private = ["{rule}"]\n'})

    assert 3 == main(["check", str(folder)])
    assert "hortus.toml:1: private:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "note", "status", "said"),
    [
        ("", "note", 0, "nothing makes it private"),
        ("", "index.md", 0, "the note says `publish: true`"),
        ('private = ["Journal/**"]', "Journal/2024/day", 2, 'private = ["Journal/**"] in the settings: it matches the path'),
        ('private = ["#personal"]', "plan", 2, 'private = ["#personal"] in the settings: the note has this tag'),
        ('publish = "marked"', "note", 2, "the note does not say `publish: true`"),
        ('ignore = ["plan.md"]', "plan.md", 2, "ignore"),
        ("", "secret", 2, "line 2: `draft: true`"),
        ("", "drawing.canvas", 2, "a node of the canvas is private"),
        ("", "quiet", 0, "published, unlisted"),
    ],
)  # fmt: skip
def test_why_published(write_vault, capsys, settings, note, status, said):
    """`hortus why --published` prints the rule that decided, with its line."""
    node = '{"nodes": [{"id": "1", "type": "text", "text": "---\\ndraft: true\\n---\\nx", "x": 0, "y": 0, "width": 9, "height": 9}]}'
    more = {"secret.md": "---\ndraft: true\n---\nx\n", "quiet.md": "---\nunlisted: true\n---\n", "drawing.canvas": node}
    folder = write_vault(VAULT | more | {"hortus.toml": f"{settings}\n"})

    assert status == main(["why", "--published", note, "--vault", str(folder)])
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["[[a]]"], ["--from", "a"], ["[[a]]", "--from", "a", "--published", "a"]])
def test_why_needs_one_question(write_vault, arguments):
    """A link with its note, or a note; anything else is a usage error."""
    assert 3 == main(["why", *arguments, "--vault", str(write_vault(VAULT))])


# --- unlisted ----------------------------------------------------------------------------------------

QUIET = {
    "index.md": "# Home MOC\n\n[[Public]]\n",
    "Public.md": "---\ndate: 2024-01-01\n---\nSee [[Loud]].\n",
    "Loud.md": "Loud. #shared\n",
    "kanari MOC.md": (
        "---\ndate: 2024-02-02\n{mark}\ntags: [kanaritag, shared]\n---\n"
        "# kanarititle MOC\n\nkanariwords on [[Public]], [[Loud]] and [[wanted]]. TODO kanaritodo [[nowhere]]\n"
    ),
}
LEAVING = ("kanari-moc.html", "kanari-moc.md", "previews/", "tags/", "wanted", "nowhere", ".hortus")


def built_quiet(build_vault, mark: str, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, bytes]:
    files = {path: text.replace("{mark}", mark) for path, text in QUIET.items()} | dict(more)
    return build_vault(files, 'site_url = "https://e.org/"\n').bytes()


def test_unlisted(build_vault):
    """An unlisted note has its page and is in no list, feed, sitemap, search index, graph or report."""
    files = built_quiet(build_vault, "unlisted: true")
    page = files["kanari-moc.html"]
    others = {url: content for url, content in files.items() if not url.startswith(LEAVING)}

    assert b"kanariwords" in page and b"noindex" in page
    assert [] == [url for url, content in others.items() if b"kanari" in content]
    assert {"graph.json", "feed.xml", "sitemap.xml", "llms.txt", "report.html"} <= others.keys()


ALONE = {
    "Hid.md": (
        "---\nunlisted: true\ntags: [kanarione, shared/kanaritwo]\n---\nSee [[kanariwanted]] and [[wanted by all]].\n\n"
        "```python figure\n#| id: kanarifigure\n#| alt: a line\nax.plot([0, 1], [0, 1])\n```\n"
    ),
    "Public.md": "See [[Hid]] and [[wanted by all]]. #shared\n",
}
LISTS = (
    "tags/index.html",
    "tags/shared.html",
    "wanted.html",
    "report.html",
    "figures/index.html",
    "graph.json",
    "graph.html",
)


@pytest.mark.parametrize("unlisted", [True, False])
def test_what_only_an_unlisted_note_has(write_vault, build_at, unlisted):
    """Tags, missing notes and figures only of unlisted notes are in no list."""
    files = ALONE | {"Hid.md": ALONE["Hid.md"].replace("unlisted: true", f"unlisted: {str(unlisted).lower()}")}
    built = build_at(write_vault({"index.md": "# Home\n", **files}), figures="run").bytes()
    lists = [built[url] for url in (*LISTS, "llms.txt")]
    lists += [content for url, content in built.items() if url.startswith("assets/search/")]
    together = b"".join(lists)

    for canary in (b"kanarione", b"kanaritwo", b"kanariwanted", b"kanarifigure"):
        assert (canary in together) is not unlisted, canary
    assert b"wanted by all" in built["wanted.html"] and b"kanarifigure" in built["hid.html"]


def test_listed_otherwise(build_vault):
    """Control: without the mark, or if it is false, the note is in all of these."""
    files = built_quiet(build_vault, "unlisted: false")

    for url in ("graph.json", "feed.xml", "sitemap.xml", "llms.txt", "report.html", "public.html"):
        assert b"kanari" in files[url], url


def test_unlisted_is_reached_by_links(build_vault):
    """A link to it works, and has a hover card."""
    files = built_quiet(build_vault, "unlisted: yes", {"Public.md": "See [[kanari MOC|there]].\n"})

    assert b'href="kanari-moc.html"' in files["public.html"]
    assert any(b"kanariwords" in content for url, content in files.items() if url.startswith("previews/"))
    assert b"kanari" not in files["graph.json"] + files["sitemap.xml"] + files["llms.txt"]


NOTEBOOK = (
    '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "markdown", "source": "WORDS"}]}'
)
DRAWING = "---\nexcalidraw-plugin: parsed\n---\n# Excalidraw Data\n\n## Text Elements\nkanaridrawn ^a1\n"
BOARD = (
    '{"nodes": [{"id": "1", "type": "text", "text": "WORDS", "x": 0, "y": 0, "width": 9, "height": 9}], "edges": []}'
)
OWN = {
    "kanaribook.ipynb": NOTEBOOK.replace("WORDS", "kanaribookwords [[kanaridata.csv]]"),
    "kanariboard.canvas": BOARD.replace("WORDS", "kanariboardwords [[kanarinested.ipynb]]"),
    "kanarinested.ipynb": NOTEBOOK.replace("WORDS", "kanarinestedwords"),
    "kanaridrawing.excalidraw.md": DRAWING,
    "kanaridata.csv": "kanaricolumn\n1\n",
    "kanariscan.svg": '<svg xmlns="http://www.w3.org/2000/svg"><title>kanariscan</title></svg>',
}
SHOWS = {
    "kanari more.md": (
        "---\nunlisted: true\n---\n[[kanaribook.ipynb]] ![[kanariboard.canvas]] ![[kanaridrawing.excalidraw]] "
        "![[kanaridata.csv]] ![[kanariscan.svg]] [[Public]]\n"
    )
}


def test_files_of_an_unlisted_note(build_vault):
    """Notebooks, canvases, drawings and attachments only in it are in no list."""
    files = built_quiet(build_vault, "", {**SHOWS, **OWN, "kanari MOC.md": "---\nunlisted: true\n---\nx\n"})
    others = {url: content for url, content in files.items() if not url.startswith((*LEAVING, "kanari"))}

    pages = [f"kanari{name}.html" for name in ("book-ipynb", "board-canvas", "nested-ipynb", "drawing-excalidraw")]
    assert [] == [url for url in pages if b"noindex" not in files[url]]
    assert [] == [url for url, content in others.items() if b"kanari" in content]
    assert {"graph.json", "sitemap.xml", "all-notes.html", "llms.txt"} <= others.keys()


def test_files_that_a_listed_note_shows_too(build_vault):
    """Control: a file that a listed note links to, or that nothing links to, is listed."""
    loud = {"Public.md": "[[kanaribook.ipynb]] [[kanariboard.canvas]]\n", "kanarialone.canvas": BOARD}
    files = built_quiet(build_vault, "", {**SHOWS, **OWN, **loud})

    for name in (b"kanaribook", b"kanariboard", b"kanarinested", b"kanarialone"):
        assert name in files["all-notes.html"] and name in files["sitemap.xml"], name
    assert b"kanaridrawing" not in files["all-notes.html"] + files["sitemap.xml"] + files["graph.json"]
