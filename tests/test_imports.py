"""Which room may import which, and where each library is imported."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter

import pytest
import rooms
from rooms import ORDER, PACKAGE, imported, modules_now, names_now, room

from hortus.parse.note_cache import LIBRARIES, READERS

NARROW = {
    "vault": {"core"},
    "queries": {"core", "vault"},
    "figures": {"core"},
    "links": {"core", "parse", "vault"},
    "parse.syntax": {"core", "vault"},
    "site.writer": {"core"},
    "parse.note_cache": {"core"},
}
"""The rooms that these rooms and modules may import, and no others."""

HOMES = {
    "jinja2": "site.pages",
    "markupsafe": "site.pages",
    "markdown_it": "parse",
    "mdit_py_plugins": "parse.syntax",
    "pygments": "parse.syntax",
    "math_core": "parse.syntax",
    "nh3": "parse.syntax",
    "mmdr": "parse.syntax",
    "yaml": "vault.frontmatter vault.yaml_nodes",
    "regex": "queries",
    "fontTools": "site",
    "PIL": "site.social_cards figures.sandbox.drawings",
    "imagesize": "vault.reader",
    "sqlite3": "core.blobs",
    "msgspec": "core.cached_values core.marks core.settings parse.note_cache links.memory report.text_issues "
    "engine.answers engine.parallel engine.traces site.search site.writer",
    "snowballstemmer": "site.search.words",
    "platformdirs": "core.config",
    "rich": "cli.progress_bars",
    "multiprocessing": "core.background parse.pool",
    "subprocess": "figures core.git",
    "socket": "figures parse.worker report.http_check preview",
    "starlette": "preview",
    "uvicorn": "preview",
    "watchfiles": "preview",
}
"""The rooms and modules that may import a library. A library that is not here has no home yet."""
OF_THE_SCRIPTS = {"matplotlib", "torch", "numpy", "distributed", "vl_convert"}
"""Imported in processes of figure scripts, never by what the command itself runs."""


@cache
def imports_now() -> dict[str, set[str]]:
    """Return which modules each module imports."""
    return rooms.imports(modules_now())


def within(module: str, places: str) -> bool:
    """Return whether a module is one of these, or in one of these folders."""
    return any(f"{module}.".startswith(f"{place}.") for place in places.split())


@pytest.mark.parametrize("name", sorted({room(name) for name in names_now()} - {"__init__"}))
def test_imports_go_back(name):
    """Only from rooms before it; a new room needs a place in the order above."""
    earlier = {"__init__", *ORDER[: ORDER.index(name) + 1]}

    assert set() == {
        other
        for one in modules_now()
        if room(one) == name
        for other in imports_now()[one]
        if room(other) not in earlier
    }


def test_no_module_is_in_a_circle():
    """Also within a room."""
    TopologicalSorter(imports_now()).prepare()


def test_rooms_are_few():
    """A listing of the package shows its architecture."""
    assert len({room(name) for name in modules_now()}) <= 18
    assert len(rooms.arrows(modules_now())) <= 70


@pytest.mark.parametrize("name", NARROW)
def test_modules_that_know_little(name):
    """These rooms and modules import only what is listed above, and each other."""
    known = {
        other for one in modules_now() if within(one, name) for other in imports_now()[one] if room(other) != room(name)
    }

    assert set() == {room(other) for other in known} - NARROW[name] - {"__init__"}


def test_libraries_have_homes():
    """Each library is imported only in its home."""
    strangers = {
        (library, name)
        for name, tree in modules_now().items()
        for library in {one.split(".")[0] for one in imported(tree)}
        if library in HOMES and not within(name, HOMES[library])
    }

    assert set() == strangers


def test_no_library_without_a_home():
    """Every third-party library is listed above."""
    used = {name.split(".")[0] for tree in modules_now().values() for name in imported(tree)}

    assert set() == used - {"hortus"} - set(sys.stdlib_module_names) - HOMES.keys() - OF_THE_SCRIPTS


def test_scripts_libraries_are_for_scripts():
    """Libraries for figure scripts are imported only in the scripts' processes."""
    places = {
        name for name, tree in modules_now().items() if OF_THE_SCRIPTS & {one.split(".")[0] for one in imported(tree)}
    }

    child, executor = "figures.sandbox.child", "figures.executor"
    assert places <= {child, executor, *(f"figures.sandbox.{name}" for name in ("codec", "drawings", "net", "paint"))}


def test_who_prints():
    """Only the command line prints."""
    printing = {
        name
        for name, tree in modules_now().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert {"cli"} == {room(name) for name in printing}


def test_no_pickle():
    """Nothing that is read back can run code."""
    assert set() == {name for tree in modules_now().values() for name in imported(tree)} & {
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
    """``hortus --help`` imports none of the libraries for building a site."""
    code = "from hortus.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"

    assert set() == HEAVY & loaded(code)


def test_a_build_without_figures_loads_no_torch(tmp_path):
    """Nor matplotlib: the command never imports the scripts' libraries."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "a.md").write_text("# A\n$x$ [[b]]\n")
    command = ["build", str(tmp_path / "vault"), "--out", str(tmp_path / "site")]
    code = f"from hortus.cli.main import main\nmain({command})"
    names = loaded(code, HORTUS_CACHE=str(tmp_path / "cache"))

    assert set() == OF_THE_SCRIPTS & names
    assert "jinja2" in names
    assert "networkx" not in names


def test_an_unchanged_build_is_light(tmp_path):
    """The second build imports none of the libraries for building a site."""
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "a.md").write_text("# A\n")
    command = ["build", str(tmp_path / "vault"), "--out", str(tmp_path / "site")]
    code = f"from hortus.cli.main import main\nmain({command})"
    loaded(code, HORTUS_CACHE=str(tmp_path / "cache"))

    assert {"msgspec"} >= HEAVY & loaded(code, HORTUS_CACHE=str(tmp_path / "cache"))


def test_the_note_cache_key_covers_all_modules():
    """The key covers every module and library that parsing a note imports."""
    text = (
        "$x$ ![[a]]\\n\\n```python\\nx\\n```\\n\\n```mermaid\\ngraph TD; A-->B\\n```\\n\\n"
        "```figure\\nsrc: a\\n```\\n\\n<b>x</b>[^1]\\n\\n[^1]: y"
    )
    names = loaded(f"import hortus.parse.canvas\nfrom hortus.parse.note import *\nparse_note(Source('a.md', '{text}'))")
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
