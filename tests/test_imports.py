"""Who may import whom, and which library lives where: the shape of the package, held."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from hortus.memo import LIBRARIES, READERS

PACKAGE = Path(__file__).resolve().parent.parent / "generator" / "hortus"

LINES = """
    model stages streams __init__
    slots names svg git layout communities beside
    tags frontmatter attachments template_folders
    arrangement
    mathglyphs
    config properties mathfont probe
    marks privacy
    syntax
    note
    ansi notebook_file
    outputs
    canvas notebook
    excalidraw
    anchors
    resolve trails
    mentions
    graph
    figures
    gallery
    pictures report annotations cards
    render
    search fragments groups
    addresses feeds amend redact leaks history network
    localgraph wholegraph
    pages external
    explain site
    vault output memo leftovers
    freshness pool receipt notebook_links
    parsing
    build branch
    branch_files
    baseline publish newnote preview
    newvault
    terminal
    commands
    cli
    __main__
"""
"""A module imports only from lines above its own; `syntax`, `excalidraw`, `figures` and `commands` are folders."""
RANKS = {name: rank for rank, line in enumerate(LINES.strip().splitlines()) for name in line.split()}

NARROW = {
    "vault": {"config", "model", "names", "slots", "template_folders"},
    "output": {"config", "model", "names"},
    "memo": {"config", "model", "names"},
    "leftovers": set(),
    "figures": {"config", "model", "names"},
    "anchors": {"model", "names"},
    "resolve": {"anchors", "model", "names"},
    "model": set(),
    "names": set(),
}
"""What these modules may import, and nothing else of ours."""

HOMES = {
    "networkx": {"graph"},
    "jinja2": {"pages"},
    "markupsafe": {"pages"},
    "markdown_it": {"syntax", "note"},
    "mdit_py_plugins": {"syntax"},
    "pygments": {"syntax"},
    "math_core": {"syntax"},
    "nh3": {"syntax"},
    "mmdr": {"syntax"},
    "yaml": {"frontmatter"},
    "fontTools": {"mathfont", "mathglyphs", "cards"},
    "PIL": {"cards"},
    "imagesize": {"vault"},
    "sqlite3": {"memo"},
    "msgspec": {"config", "memo"},
    "pagefind_bin": {"search"},
    "platformdirs": {"config"},
    "rich": {"terminal"},
    "multiprocessing": {"beside", "pool"},
    "subprocess": {"figures", "git", "search"},
    "socket": {"figures", "pool", "probe", "preview"},
    "starlette": {"preview"},
    "uvicorn": {"preview"},
    "watchfiles": {"preview"},
}
"""The modules that may import a library. A library that is not here has no home yet."""
OF_THE_SCRIPTS = {"matplotlib", "torch", "numpy", "distributed"}
"""Imported in processes of figure scripts, never by what the command itself runs."""


def place(file: Path) -> str:
    """Name a module by its file, or by its folder."""
    parts = file.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else file.stem


MODULES = {file: ast.parse(file.read_text()) for file in sorted(PACKAGE.rglob("*.py"))}


def imported(tree: ast.Module) -> set[str]:
    """Return the full names of all that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(tree: ast.Module) -> set[str]:
    """Return the modules of ours that a module imports."""
    found = {name.split(".")[1] for name in imported(tree) if name.startswith("hortus.")}
    return {"__init__" if name.startswith("__version") else name for name in found}


def test_every_module_has_its_line():
    """A new module gets a place in the order above."""
    assert set() == {place(file) for file in MODULES} - RANKS.keys()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_up(file):
    """Only from lines above; inside a folder, from each other."""
    here = place(file)

    assert [] == sorted(name for name in ours(MODULES[file]) if name != here and not RANKS[name] < RANKS[here])


@pytest.mark.parametrize("name", NARROW)
def test_modules_that_know_little(name):
    """Readers, runners and writers know records, names and settings only."""
    known = {one for file, tree in MODULES.items() if place(file) == name for one in ours(tree)}

    assert set() == known - NARROW[name] - {name}


def test_libraries_have_homes():
    """Each library is imported where it lives, and nowhere else."""
    strangers = {
        (library, place(file))
        for file, tree in MODULES.items()
        for library in {name.split(".")[0] for name in imported(tree)}
        if library in HOMES and place(file) not in HOMES[library]
    }

    assert set() == strangers


def test_no_library_without_a_home():
    """What is neither ours nor Python's own is named above."""
    used = {name.split(".")[0] for tree in MODULES.values() for name in imported(tree)}

    assert set() == used - {"hortus"} - set(sys.stdlib_module_names) - HOMES.keys() - OF_THE_SCRIPTS


def test_scripts_libraries_are_for_scripts():
    """What figure scripts draw with is imported by the runner's processes only."""
    places = {
        file.relative_to(PACKAGE).as_posix()
        for file, tree in MODULES.items()
        if OF_THE_SCRIPTS & {name.split(".")[0] for name in imported(tree)}
    }

    assert places <= {"figures/child.py", "figures/codec.py", "figures/executor.py"}


def test_who_prints():
    """The command line and its terminal."""
    printing = {
        place(file)
        for file, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert printing <= {"cli", "commands", "terminal"}


def test_no_pickle():
    """Nothing that is read back can run."""
    assert set() == {name for tree in MODULES.values() for name in imported(tree)} & {
        "pickle",
        "marshal",
        "shelve",
        "dill",
    }


def loaded(code: str, **environment: str) -> set[str]:
    """Return the modules that a process has loaded after running *code*."""
    script = f"import sys\n{code}\nprint(*sorted(sys.modules), sep='\\n', file=sys.__stdout__)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(PACKAGE.parent), **environment}, capture_output=True, text=True
    )
    assert not done.returncode, done.stderr
    return set(done.stdout.split())


HEAVY = {
    "networkx",
    "jinja2",
    "markdown_it",
    "yaml",
    "pygments",
    "nh3",
    "math_core",
    "msgspec",
    "rich",
    "torch",
    "matplotlib",
    "numpy",
    "fontTools",
}


def test_help_is_light():
    """``hortus --help`` loads none of the libraries that make a site."""
    code = "from hortus.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"

    assert set() == HEAVY & loaded(code)


def test_a_build_without_figures_loads_no_torch(tmp_path):
    """Nor matplotlib: the command never imports what scripts draw with."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "a.md").write_text("# A\n$x$ [[b]]\n")
    command = ["build", str(tmp_path / "vault"), "--out", str(tmp_path / "site")]
    code = f"from hortus.cli import main\nmain({command})"
    names = loaded(code, HORTUS_CACHE=str(tmp_path / "cache"))

    assert set() == OF_THE_SCRIPTS & names
    assert {"networkx", "jinja2"} <= names


def test_an_unchanged_build_is_light(tmp_path):
    """The second time none of the libraries that make a site is loaded."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "a.md").write_text("# A\n")
    command = ["build", str(tmp_path / "vault"), "--out", str(tmp_path / "site")]
    code = f"from hortus.cli import main\nmain({command})"
    loaded(code, HORTUS_CACHE=str(tmp_path / "cache"))

    assert {"msgspec"} >= HEAVY & loaded(code, HORTUS_CACHE=str(tmp_path / "cache"))


def test_notes_are_remembered_by_all_that_reads_them():
    """The memory's key covers every module and library that reading a note loads."""
    text = (
        "$x$ ![[a]]\\n\\n```python\\nx\\n```\\n\\n```mermaid\\ngraph TD; A-->B\\n```\\n\\n"
        "```figure\\nsrc: a\\n```\\n\\n<b>x</b>[^1]\\n\\n[^1]: y"
    )
    names = loaded(f"import hortus.canvas\nfrom hortus.note import *\nparse_note(Source('a.md', '{text}'))")
    read = {
        PACKAGE / f"{name.replace('.', '/')}.py"
        for name in (name.removeprefix("hortus.") for name in names if name.startswith("hortus."))
    }
    kept = {file for pattern in READERS for file in PACKAGE.glob(pattern)}
    libraries = {name.split(".")[0] for name in names} & (HOMES.keys() - {"mmdr"})
    known = {name.lower().replace("-", "_").removesuffix("_py") for name in LIBRARIES} | {
        "yaml",
        "mdit_py_plugins",
        "markdown_it",
    }

    assert [] == sorted(file.name for file in read - kept if file.exists())
    assert set() == libraries - known - {"multiprocessing", "subprocess", "socket"}
