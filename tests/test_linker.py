"""After any sequence of edits the graph and the report are those that a build from nothing makes."""

import os
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from thorough import often

from hortus.core.model import Asset, LinkGraph, Note, ParseOptions, Source
from hortus.links.graph import Given, gather
from hortus.links.linker import Linker, link_notes, read_linker, store_linker
from hortus.parse.all_notes import read_note
from hortus.report.report import make_report
from hortus.report.text_issues import KnownIssues, read_issues, store_issues

SEQUENCES = int(os.environ.get("HORTUS_SEQUENCES", often(100)))
"""Random sequences of edits; more when asked for."""
NAMES = [
    "a.md", "b.md", "A.md", "x/a.md", "x/b.md", "y/Café.md", "y/a b MOC.md", "x/MOC.md", "c.md", "x/y/c.md",
    "optimiser.md", "optimizer.md", "pic.svg", "x/pic.svg", "notes.txt", "Pic.SVG", "book.ipynb", "plan.canvas",
]  # fmt: skip
LINKS = [
    "[[a]]", "[[A]]", "[[b#Two]]", "[[x/a]]", "[[./b]]", "[[../c]]", "[t](a.md)", "[t](x/b.md#one)", "[[cafe\u0301]]",
    "[[Missing one]]", "[[missing One]]", "[[MISSING ONE]]", "![[b]]", "![[a#One]]", "![[pic.svg]]", "[[shape.svg]]",
    "![[shape.svg]]", "[[alias of b]]", "[[optimizr]]", "[[a b MOC]]", "[[#One]]", "[t]()", "[[notes.txt]]", "[[pic]]",
    "[[b#^block]]", "TODO [[later]]", "[[secret]]", "[[x/MOC]]", "[[new/Later]]", "[[c.md]]", "[t](b.md#fn1)", "[t](b.md#own-x)",
    "[[book.ipynb#Part]]", "[[plan.canvas]]", "![[book.ipynb]]", "[[pix.svg]]", "[[b#Two words]]", "[[x/z/c]]", "[[note.txt]]",
    "- [[a]]\n- [[later]]\n- [[x/b]]", "[t](b.md#two)",
    "[[b#See a other]]", "[[b#See other]]", "[[pix.svg]]",
]  # fmt: skip
HEADINGS = [
    "# One\n", "## Two\n", "## one\n", "### Two\n", "para ^block\n", "## Two %%remark%%\n", "## *Two* words\n",
    "x[^1]\n\n[^1]: y\n", "## own `x`\n", "## own *x*\n", "## See [[a|other]]\n", "## See other\n",
]  # fmt: skip
TOPS = [
    "", "---\naliases: [alias of b]\n---\n", "---\nup: '[[a]]'\n---\n", "---\ntags: [moc]\n---\n", "---\nunlisted: true\n---\n",
    "---\nLinks to: ['[[b]]', '[[Missing one]]']\n---\n",
]  # fmt: skip
OTHERS = {
    "book.ipynb": '{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Part\\nsee [[a]]"}], "metadata": {}, '
    '"nbformat": 4, "nbformat_minor": 5}',
    "plan.canvas": '{"nodes": [{"id": "1", "type": "text", "text": "to [[b]]", "x": 0, "y": 0, "width": 9, "height": 9}]}',
}


@cache
def known_note(path: str, text: str) -> Note:
    """Return the note of a file, the same object while the file is the same."""
    return read_note(Source(path, text), ParseOptions())


class Vault:
    """A vault that is edited, and what is given to the linker at each moment. It has few names, so that they meet."""

    def __init__(self, random: Random):
        self.random = random
        self.names = random.sample(NAMES, 8)
        self.lines = random.sample(LINKS, 10) + random.sample(HEADINGS, 4)
        self.files: dict[str, str] = {}

    def text(self) -> str:
        lines = [self.random.choice(self.lines) + "\n" for _ in range(self.random.randrange(7))]
        return self.random.choice(TOPS) + "\n".join(lines)

    def edit(self) -> None:
        """Write, delete, rename or move files, or change one a little."""
        random, files, name = self.random, self.files, self.random.choice(self.names)
        old = random.choice(sorted(files) or [name])
        match random.choice("write write write delete rename folder line line cut cut word heal".split()):
            case "delete" if len(files) > 2:
                del files[old]
            case "rename" if files:
                files[name if name.rpartition(".")[2] == old.rpartition(".")[2] else old] = files.pop(old)
            case "folder":
                for path in [path for path in sorted(files) if path.startswith(("x/", "z/"))]:
                    files[{"x": "z", "z": "x"}[path[0]] + path[1:]] = files.pop(path)
            case "line" | "word" as kind if old in files and old.endswith(".md"):
                files[old] += f"\n{random.choice(self.lines) if kind == 'line' else 'word'}\n"
            case "cut" if old in files and old.endswith(".md"):
                blocks = files[old].split("\n\n")
                files[old] = "\n\n".join(block for block in blocks if random.random() < 0.7)
            case "heal":
                files[random.choice(["missing One.md", "new/Later.md", "later.md", "x/Later.md"])] = self.text()
            case _:
                files[name] = self.text() if name.endswith(".md") else OTHERS.get(name, "")

    def given(self) -> Given:
        random = self.random
        read = {path for path in self.files if path.endswith((".md", ".canvas"))}
        read |= {"book.ipynb"} & self.files.keys() if random.random() < 0.5 else set()
        sources = {path: Source(path, self.files[path]) for path in read}
        sources["figures/shape.py"] = Source(
            "figures/shape.py", random.choice(["See [[a]] and [[shape.svg]].", "None."])
        )
        notes = [known_note(path, self.files[path]) for path in sorted(read)]
        quiet = random.choice(NAMES) if random.random() < 0.2 else ""
        return gather(
            [replace(note, listed=False) if note.path == quiet else note for note in notes],
            [Asset(path, Path(path), 1, 1) for path in self.files if path not in read],
            ["z/secret.md"] if random.random() < 0.3 else [],
            [] if random.random() < 0.1 else ["shape"],
            [known_note("figures/shape.py", sources["figures/shape.py"].text)],
            ["a"] if {"a.md", "A.md", "x/a.md"} & read and random.random() < 0.1 else [],
            sources,
        )


def assert_same(clean: LinkGraph, graph: LinkGraph) -> None:
    for one in fields(clean):
        assert getattr(clean, one.name) == getattr(graph, one.name), one.name
    for name in ("notes", "texts", "resolutions", "backlinks", "figures", "parents", "near"):
        assert list(getattr(clean, name)) == list(getattr(graph, name)), name


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_incremental_is_clean(seed, tmp_path):
    """Fifteen edits in a row; what is known from the last one, in memory or in the cache, is never out of date."""
    random = Random(seed)
    vault, kept = Vault(random), (Linker(), KnownIssues())
    for _ in range(15):
        for _ in range(random.choice([1, 1, 1, 4])):
            vault.edit()
        given = vault.given()
        stored = read_linker(tmp_path, ParseOptions()), read_issues(tmp_path, ParseOptions())
        clean = link_notes(given)
        report = make_report(clean)

        for linker, issues in (kept, stored):
            graph = linker.link(given)
            assert_same(clean, graph)
            assert make_report(graph, known=issues) == report
        store_linker(stored[0], tmp_path, ParseOptions())
        store_issues(stored[1], tmp_path, ParseOptions())


def joined(files: dict[str, str]) -> Given:
    sources = {path: Source(path, text) for path, text in files.items() if path.endswith(".md")}
    notes = [known_note(path, source.text) for path, source in sources.items()]
    return gather(notes, [Asset(path, Path(path), 1, 1) for path in files.keys() - sources.keys()], sources=sources)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"b.md": "## See [[a|other]]\n"}, {"b.md": "## See other\n"}, id="a heading's Markdown"),
        pytest.param({"b.md": "## See other\n"}, {"b.md": "## See others\n"}, id="a heading's words"),
        pytest.param({"b.md": "x[^1]\n\n[^1]: y\n"}, {"b.md": "x\n"}, id="an id"),
        pytest.param({"b.md": "x ^own\n"}, {"b.md": "x\n"}, id="a block"),
        pytest.param({"b.md": "# own `x`\n"}, {"b.md": "# own *x*\n"}, id="how to link to a heading that is named by its id"),
        pytest.param({"d.md": "![[pic.svg]]\n"}, {"d.md": "x\n"}, id="an attachment that may be suggested"),
        pytest.param(
            {"f.md": "[[pic.svg|x]]\n", "d.md": "x\n"},
            {"f.md": "[[pic.svg|x]]\n", "d.md": "[[more/pic.svg]] [[pics/pic.svg]]\n"},
            id="the attachments between which a link chooses",
        ),
        pytest.param({}, {"a.md": "x\n"}, id="a new note"),
        pytest.param({"d.md": "---\naliases: [Nowhere]\n---\n"}, {"d.md": "x\n"}, id="an alias"),
        pytest.param({"d.md": "[[NOWHERE]]\n"}, {}, id="the spelling of a missing note"),
    ],
)  # fmt: skip
def test_what_links_depend_on(before, after):
    """Links of notes that nobody touched point elsewhere, or something else is said of them."""
    same = {
        "c.md": "[[b#See a other]] [[b#See other]] [t](b.md#fn1) [t](b.md#own-x) [[b#^own]] [[a]] [[x/a]]\n",
        "e.md": "[[pix.svg]] [[Nowhere]] [[b#^owm]]\n",
        "pics/pic.svg": "",
        "more/pic.svg": "",
    }
    for first, second in ((before, after), (after, before)):
        linker, issues = Linker(), KnownIssues()
        make_report(linker.link(joined(same | first)), known=issues)
        given = joined(same | second)
        graph, clean = linker.link(given), link_notes(given)

        assert_same(clean, graph)
        assert make_report(clean) == make_report(graph, known=issues)
        assert make_report(clean) != make_report(link_notes(joined(same | first)))
