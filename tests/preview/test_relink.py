"""After any sequence of edits the preview's graph and report are those that a build would make."""

from dataclasses import fields
from pathlib import Path
from random import Random

import pytest

from hortus.core.model import Asset, Source
from hortus.links.graph import gather, link_notes
from hortus.parse.note import parse_note
from hortus.preview.relink import Linker
from hortus.preview.retell import Teller
from hortus.report.report import make_report

NAMES = [
    "a.md",
    "b.md",
    "A.md",
    "x/a.md",
    "x/b.md",
    "y/Café.md",
    "y/a b MOC.md",
    "x/MOC.md",
    "c.md",
    "optimiser.md",
    "optimizer.md",
    "pic.svg",
    "x/pic.svg",
    "notes.txt",
]
LINKS = [
    "[[a]]", "[[A]]", "[[b#Two]]", "[[x/a]]", "[[./b]]", "[[../c]]", "[t](a.md)", "[t](x/b.md#one)", "[[cafe\u0301]]", "[[Missing one]]",
    "[[missing One]]", "[[MISSING ONE]]", "![[b]]", "![[a#One]]", "![[pic.svg]]", "[[shape.svg]]", "![[shape.svg]]", "[[alias of b]]", "[[optimizr]]",
    "[[a b MOC]]", "[[#One]]", "[t]()", "[[notes.txt]]", "[[b#^block]]", "TODO [[later]]", "[[secret]]", "[[x/MOC]]", "[[new/Later]]", "[[c.md]]", "[[pic]]",
]  # fmt: skip
HEADINGS = ["# One\n", "## Two\n", "## one\n", "### Two\n", "para ^block\n"]
TOPS = [
    "",
    "---\naliases: [alias of b]\n---\n",
    "---\nup: '[[a]]'\n---\n",
    "---\ntags: [moc]\n---\n",
    "---\nLinks to: ['[[b]]', '[[Missing one]]']\n---\n",
]


def any_text(random: Random) -> str:
    lines = [random.choice(LINKS + HEADINGS) + "\n" for _ in range(random.randrange(7))]
    return random.choice(TOPS) + "\n".join(lines)


def any_edit(files: dict[str, str], random: Random) -> None:
    """Write, delete, rename or touch one file."""
    name = random.choice(NAMES)
    kind = random.randrange(6)
    if kind == 0 and len(files) > 2:
        del files[random.choice(sorted(files))]
    elif kind == 1 and files:
        files[name] = files.pop(random.choice(sorted(files)))
    else:
        files[name] = any_text(random)


def same(expected, found) -> None:
    for one in fields(expected):
        assert getattr(expected, one.name) == getattr(found, one.name), one.name


@pytest.mark.parametrize("seed", range(120))
def test_incremental_is_clean(seed):
    """Twenty-five edits in a row; what was kept from the last one is never out of date."""
    random = Random(seed)
    files: dict[str, str] = {}
    linker, teller = Linker(), Teller()
    known = {}
    hidden: list[str] = []
    figures = ["shape"]
    for _ in range(25):
        for _ in range(random.choice([1, 1, 1, 4])):
            any_edit(files, random)
        hidden = ["z/secret.md"] if random.random() < 0.3 else []
        figures = [] if random.random() < 0.1 else ["shape"]
        for path, text in files.items():
            if path.endswith(".md") and (path not in known or known[path][0] != text):
                known[path] = text, parse_note(Source(path, text))
        notes = [known[path][1] for path in sorted(files) if path.endswith(".md")]
        caption = known.setdefault(
            "caption", ("", parse_note(Source("figures/shape.py", "See [[a]] and [[shape.svg]].")))
        )[1]
        assets = [Asset(path, Path(path), 1, 1) for path in files if not path.endswith(".md")]
        given = {
            "notes": notes,
            "assets": assets,
            "withheld": hidden,
            "figures": figures,
            "captions": [caption],
            "mocs": [],
        }

        clean, graph = link_notes(gather(**given)), linker.link(gather(**given))

        same(clean, graph)
        assert list(clean.backlinks) == list(graph.backlinks) and list(clean.notes) == list(graph.notes)
        same(make_report(clean), teller.report(graph))
