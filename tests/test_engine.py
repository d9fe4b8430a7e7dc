"""The build engine: what it keeps is what it would make, whatever was edited in between."""

import os
import random
from pathlib import Path

import pytest
from thorough import often

from hortus.core.config import Config, read_config
from hortus.core.model import HortusError, Kept
from hortus.core.progress import Stages
from hortus.engine.build import Making, build
from hortus.engine.facts import Reader, Table
from hortus.engine.freshness import environment_hash
from hortus.engine.steps import Steps
from hortus.engine.survey import survey
from hortus.engine.traces import read_traces
from hortus.site.pages import forget_templates
from hortus.site.writer import MANIFEST, places_for, write_files
from hortus.vault.reader import read_vault

SEQUENCES = int(os.environ.get("HORTUS_SEQUENCES", often(16)))
"""Random sequences of edits; more when asked for."""
EDITS = 6
"""Edits of a sequence."""
NAMES = ["Alpha", "beta", "Gamma MOC", "sub/Delta", "sub/beta", "deep/er/Épsilon", "zeta 1.2", "Index MOC", "sub/Iota"]
LINES = [
    "see [[Alpha]] and [[beta|the other]]. Then more.",
    "![[Delta]]",
    "![[beta#Part]]",
    "[x](sub/Delta.md) [y](Épsilon.md#Part)",
    "TODO [[Missing one]]",
    "- [[zeta 1.2]]\n- [[Gamma MOC]]\n- [[Nowhere]]",
    "# Part\ntext ^b",
    "## Other part\n[[Gamma MOC]] #tag #Tag/below",
    "- [[Iota#Part]] and [[Iota#^b]]",
    "$$\n\\frac{1}{2}\n$$",
    "> [!note] T\n> [[#Part]] and [[An alias]]",
    "![[picture.png|100]]\n*A caption with [[beta]].*",
    "footnote[^1]\n\n[^1]: words [[Alpha]]",
    "![[code.py]]",
    "plain words, a sentence. Another one.",
    "```mermaid\ngraph LR\nA-->B\n```",
    "rank:: 3\n\n- [ ] a task [[Alpha]] 📅 2026-01-05\n    - [x] below",
    '```dataview\nTABLE rank, date, file.mtime FROM #one OR "sub" SORT rank\n```',
    "```dataview\nTASK WHERE !completed\n```",
    "```base\nfilters: file.hasLink(this.file) || file.backlinks.contains(this.file)\nviews:\n  - type: table\n    order: [file.name, date, up, file.size]\n```",
    "![[Notes.base]]",
    "![[Notes.base#By date]]",
    "`= length(this.file.outlinks)` and `= date(today)`",
]
HEADS = [
    "",
    "",
    "---\ntags: [one, two]\naliases: [An alias]\n---\n",
    "---\npublish: false\n---\n",
    "---\nunlisted: true\n---\n",
    "---\ntitle: 'A title'\ndate: 2024-05-06\nup: '[[Gamma MOC]]'\n---\n",
    "---\npermalink: special\ncover: '[[picture.png]]'\n---\n",
]
SETTINGS = [
    "search = true\n",
    "search = false\n",
    "search = true\ntitle = 'Another'\n",
    "search = false\nprivate = ['sub/**']\n",
    "search = false\nsite_url = 'https://example.org/n/'\nreport = 'private'\n",
    "search = false\nmocs = ['beta']\nstrict_line_breaks = true\n",
]
BASES = [
    "filters: file.hasTag('one') || file.inFolder('sub')\nviews:\n  - type: table\n    name: All\n    order: [file.name, date, file.tags]\n"
    "  - type: cards\n    name: By date\n    groupBy: date\n    image: note.cover\n",
    "formulas:\n  n: file.links.length + file.backlinks.length\nviews:\n  - type: list\n    order: [file.name, formula.n, title]\n",
    "views:\n  - type: table\n    order: [file.name, formula.gone]\n",
]
Files = dict[str, str]


def some_note(dice: random.Random) -> str:
    return dice.choice(HEADS) + "\n\n".join(dice.sample(LINES, dice.randint(1, 6))) + "\n"


def start(dice: random.Random) -> Files:
    files = {f"{name}.md": some_note(dice) for name in dice.sample(NAMES, dice.randint(5, len(NAMES)))}
    more = {"Index MOC.md": "# Start\n- [[Alpha]]\n- [[beta]]\n- [[Nowhere]]\n", "pics/picture.png": "picture"}
    bases = {"Notes.base": dice.choice(BASES)}
    return files | more | bases | {"pics/code.py": "x = 1\n", "hortus.toml": SETTINGS[0]}


def edit(files: Files, dice: random.Random) -> None:
    """Change a vault in one of the ways in which vaults change."""
    notes = sorted(path for path in files if path.endswith(".md"))
    path = dice.choice(notes)
    lines = files[path].split("\n\n")
    match dice.choice(
        "word line title cut swap add remove rename folder private settings style asset retitle base static".split()
    ):
        case "word":
            files[path] += f"\nword {dice.random()}\n"
        case "line":
            lines.insert(
                dice.randint(0, len(lines)) if not lines[0].startswith("---") else len(lines), dice.choice(LINES)
            )
            files[path] = "\n\n".join(lines) + "\n"
        case "title":
            files[path] = files[path].replace("# Part", f"# Part {dice.randint(1, 2)}")
        case "retitle":
            files[path] = f"# Called {dice.randint(1, 3)}\n\n{files[path]}" if files[path][:3] != "---" else files[path]
        case "cut":
            lines.pop(dice.randrange(len(lines)))
            files[path] = "\n\n".join(lines) + "\n"
        case "swap":
            files[path] = "\n".join(sorted(files[path].split("\n"), key=lambda line: dice.random()))
        case "add":
            files[f"{dice.choice([*NAMES, 'Missing one', 'Nowhere', 'new/Nowhere'])}.md"] = some_note(dice)
        case "remove" if len(notes) > 2:
            del files[path]
        case "rename":
            files[f"{dice.choice(['', 'sub/', 'else/'])}{dice.choice(['Nowhere', 'Kappa', 'Iota'])}.md"] = files.pop(
                path
            )
        case "folder":
            for one in [one for one in files if one.startswith("sub/")]:
                files[one.replace("sub/", "moved/")] = files.pop(one)
        case "private":
            body = files[path].split("---\n", 2)[-1]
            files[path] = dice.choice(HEADS) + body
        case "settings":
            files["hortus.toml"] = dice.choice(SETTINGS)
        case "style":
            files["theme.css"] = f"/* {dice.random()} */\n"
        case "base":
            files["Notes.base"] = dice.choice(BASES)
        case "static":
            files[f"static/{dice.choice(['a.txt', 'alpha.html', 'sub', 'pics/picture.png'])}"] = f"{dice.random()}"
        case "asset":
            files["pics/code.py"] = f"x = {dice.randint(1, 3)}\n"


def put(folder: Path, files: Files) -> None:
    """Let a folder hold these files and no others."""
    for file in sorted(folder.rglob("*"), reverse=True):
        path = file.relative_to(folder).as_posix()
        if file.is_file() and files.get(path) != file.read_text("utf-8"):
            file.unlink()
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / path).exists():
            (folder / path).write_text(text, "utf-8")


def surveyed(config: Config):
    settings = config.settings
    vault = read_vault(config.vault, settings.ignore, config.skip, settings.publish_templates)
    return survey(config, vault, Steps(config, 1))


def renew(folder: Path, out: Path, jobs: int = 1) -> tuple[Making, dict[str, bytes]]:
    """Build as the command does, and return also the site that a build without traces makes."""
    config = read_config(folder, out)
    forget_templates()
    found = surveyed(config)
    making = Making(config, found, Stages(), environment_hash(config), jobs)
    making.finish(write_files(making.files(), config.out, places=places_for(config.out, config.cache)).files)
    clean = build(config, found).files
    return making, {url: one if isinstance(one, bytes) else one.read_bytes() for url, one in clean.items()}


def on_disk(out: Path) -> dict[str, bytes]:
    files = (file for file in out.rglob("*") if file.is_file() and file.name != MANIFEST)
    return {file.relative_to(out).as_posix(): file.read_bytes() for file in files}


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "vault").mkdir()
    return tmp_path / "vault"


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_what_is_kept_is_what_would_be_made(folder, tmp_path, seed):
    """After any edits the site has, to the byte, the files that a build from nothing makes."""
    dice = random.Random(seed)
    files = start(dice)
    for number in range(EDITS):
        put(folder, files)
        try:
            _, clean = renew(folder, tmp_path / "site")
        except HortusError as error:  # the note that the settings call a MOC has been removed, or is private
            assert "mocs: no note 'beta'" in str(error)
        else:
            kept = on_disk(tmp_path / "site")

            assert [] == sorted(url for url in clean.keys() | kept.keys() if clean.get(url) != kept.get(url)), number
        for _ in range(dice.randint(1, 2)):
            edit(files, dice)


NOTE = "# Alpha\n\nA sentence with [[beta]]. A sentence without.\n\n## Part\n\nMore.\n"


def vault(folder: Path, **others: str) -> Files:
    """Write a vault of some notes that link to each other in a chain."""
    files = {f"n{number}.md": f"Note {number} links to [[n{number + 1}]] here.\n" for number in range(12)}
    files |= {"Alpha.md": NOTE, "beta.md": "See [[Alpha#Part]].\n", "hortus.toml": "search = false\n"} | others
    put(folder, files)
    return files


def made_by(folder: Path, out: Path, files: Files) -> int:
    """Return how many files a build makes after an edit."""
    put(folder, files)
    return renew(folder, out)[0].made


def test_nothing_changed_makes_nothing(folder, tmp_path):
    """A build of what was built makes no file."""
    files = vault(folder)
    first = made_by(folder, tmp_path / "site", files)

    assert 0 == made_by(folder, tmp_path / "site", files)
    assert first > 30


@pytest.mark.parametrize(
    ("before", "after", "most"),
    [
        pytest.param(
            "A sentence without", "A sentence more", 7, id="a word: the page, two cards, its Markdown, llms, two lists"
        ),
        pytest.param("\n\nMore", "\n\nTODO write this", 8, id="a todo: the report, too"),
        pytest.param("# Alpha\n\n", "# Alpha\n\nAn inserted line.\n\n", 7, id="lines that move"),
    ],
)
def test_an_edit_makes_what_it_changes(folder, tmp_path, before, after, most):
    """Notes that link to an edited one are not made again unless they show what was edited."""
    files = vault(folder)
    made_by(folder, tmp_path / "site", files)
    files["Alpha.md"] = NOTE.replace(before, after)

    assert 1 <= made_by(folder, tmp_path / "site", files) <= most


def test_damaged_traces_cost_time_only(folder, tmp_path):
    """Whatever byte of the traces is another, they are no traces, and everything is made."""
    files = vault(folder)
    out = tmp_path / "site"
    making, _ = renew(folder, out)
    whole = making.file.read_bytes()
    dice = random.Random(1)
    for _ in range(1000):
        place = dice.randrange(len(whole))
        making.file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << dice.randrange(8)]) + whole[place + 1 :])

        assert read_traces(making.file, making.key) is None
    files["Alpha.md"] += "More.\n"
    put(folder, files)
    again, clean = renew(folder, out)

    assert again.made > 30
    assert clean == on_disk(out)


def test_notes_that_go_one_by_one(folder, tmp_path):
    """When so many facts are out of use that they are forgotten, an edit of that very build is not missed."""
    notes = {f"n{number:02}.md": f"Note {number}.\n" for number in range(12)}
    facts = []
    while notes:
        put(folder, notes | {"zz.md": f"{NOTE}{len(notes)}\n", "hortus.toml": "search = false\n"})
        making, clean = renew(folder, tmp_path / "site")
        facts.append(len(making.traces.facts()))

        assert clean == on_disk(tmp_path / "site")
        notes.popitem()

    assert min(facts) < max(facts)


@pytest.mark.parametrize("jobs", [1, 3])
def test_processes_make_the_same(folder, tmp_path, monkeypatch, jobs):
    """Files and their traces are the same, however many processes make them."""
    monkeypatch.setattr("hortus.engine.build.FEWEST", 10)
    monkeypatch.setattr("hortus.engine.parallel.PART", 4)
    monkeypatch.setattr("hortus.engine.parallel.LIFE", 3)
    files = vault(folder) | {f"more/{number}.md": f"Number {number}, see [[n{number % 12}]].\n" for number in range(40)}
    for text in ("", "A word more.\n"):
        files["Alpha.md"] += text
        put(folder, files)
        making, clean = renew(folder, tmp_path / "site", jobs)

        assert clean == on_disk(tmp_path / "site")
    assert making.made < 10


def test_an_edited_page_is_made_again(folder, tmp_path):
    """A page that somebody changed or removed is made again, although nothing that it shows has changed."""
    files = vault(folder)
    out = tmp_path / "site"
    made_by(folder, out, files)
    (out / "alpha.html").write_text("mine")
    (out / "beta.html").unlink()
    files["n3.md"] += "More.\n"
    put(folder, files)
    _, clean = renew(folder, out)

    assert clean == on_disk(out)


def test_reading_unrecorded_raises():
    """What is read while nothing is made would be in no trace."""
    table = Table(Reader(), "table", lambda: {"a": 1})

    with pytest.raises(AssertionError):
        table["a"]


def test_kept_files_can_be_made(folder, tmp_path):
    """What is said to be kept can be made, should it be gone."""
    vault(folder)
    renew(folder, tmp_path / "site")
    config = read_config(folder, tmp_path / "site")
    found = surveyed(config)
    files = dict(Making(config, found, Stages(), environment_hash(config)).files())
    clean = build(config, found).files

    assert clean == {url: one.make() if isinstance(one, Kept) else one for url, one in files.items()}


def test_a_renamed_note_with_an_address_of_its_own(folder, tmp_path):
    """A note that takes the number of another in the search index has a file of its own there."""
    for name in ("a", "b", "d"):  # of these paths two have one number
        put(folder, {f"{name}.md": "---\npermalink: special\n---\nWords.\n"})
        _, clean = renew(folder, tmp_path / "site")

        assert clean == on_disk(tmp_path / "site"), name
