"""What makes a figure run again, and what does not."""

import time

import pytest

from hortus.figures import read_scripts
from hortus.figures.cache.key import changed_files, make_plan, observed
from hortus.figures.requests import collect_figures

SCRIPT = """\
'''A title.'''
import numpy as np
from _shared import double  # a helper
import _whole

ALT = "x"
SIZE = 3  # points
COLOUR = "C0"
DATA = ["points.csv"]
LEVELS = [1]
LEVELS[0] = 2

def points(n):
    '''Some points.'''
    return double(n * SIZE)

def compute(*, seed=0):
    return {"x": points(seed), "levels": LEVELS}

def label(ax):
    ax.set(xlabel=_whole.NAME, color=COLOUR)

def draw(result, theme):
    label(None)

def check(result):
    assert result["x"] >= 0
"""
FILES = {
    "a.py": SCRIPT,
    "_shared.py": "STEP = 2\nOTHER = 1\n\ndef double(x):\n    return STEP * x\n\ndef unused():\n    return OTHER\n",
    "_whole.py": "NAME = 'n'\n",
    "points.csv": "1,2\n",
    "style.mplstyle": "lines.linewidth: 1\n",
}


def keys(project):
    (wanted,) = project.wanted()
    plan = make_plan(wanted, project.options())
    return plan.compute_key, plan.draw_key("result")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param("a.py", "# points", "# dots", "", id="comment"),
        pytest.param("a.py", "A title", "Another", "", id="title"),
        pytest.param("a.py", "Some points", "Points", "", id="docstring"),
        pytest.param("a.py", 'ALT = "x"', 'ALT = "y"', "", id="alt"),
        pytest.param("a.py", "n * SIZE", "(n*SIZE)", "", id="formatting"),
        pytest.param("_shared.py", "return OTHER", "return 0", "", id="function that nobody calls"),
        pytest.param("_shared.py", "OTHER = 1", "OTHER = 3", "", id="constant that nobody reads"),
        pytest.param("a.py", "SIZE = 3", "SIZE = 4", "compute", id="constant"),
        pytest.param("a.py", "seed=0", "seed=1", "compute", id="parameter"),
        pytest.param("a.py", "LEVELS[0] = 2", "LEVELS[0] = 3", "compute", id="changed in place"),
        pytest.param("a.py", "def points", "SIZE += 1\n\ndef points", "compute", id="changed later"),
        pytest.param("_shared.py", "STEP = 2", "STEP = 3", "compute", id="constant of a module"),
        pytest.param("_shared.py", "OTHER = 1", "OTHER = 1\nSTEP.real", "compute", id="what an import does"),
        pytest.param("points.csv", "1,2", "1,3", "compute", id="declared data"),
        pytest.param("a.py", '"C0"', '"C1"', "draw", id="colour"),
        pytest.param("a.py", ">= 0", "> 0", "draw", id="check"),
        pytest.param("_whole.py", "'n'", "'m'", "draw", id="module taken whole"),
        pytest.param("style.mplstyle", "1", "2", "draw", id="style"),
    ],
)
def test_an_edit_reruns_what_it_reaches(project, file, old, new, expected):
    """Only code, parameters, data and style count, each for the stages that depend on it."""
    project.write(FILES)
    before = keys(project)
    project.edit(file, old, new)
    after = keys(project)

    changed = [name for name, one, two in zip(("compute", "draw"), before, after, strict=True) if one != two]
    assert ([expected] if expected else []) == changed


def test_code_that_looks_names_up_reaches_everything(project):
    """With dynamic name lookup, all of the module is a dependency."""
    project.write(FILES)
    project.edit("a.py", "points(seed)", "globals()['points'](seed)")
    before = keys(project)
    project.edit("a.py", "SIZE = 3", "SIZE = 4")

    assert before[0] != keys(project)[0]


def test_the_place_does_not_count(project, tmp_path):
    """A moved project keeps its cached figures."""
    project.write(FILES)
    before = keys(project)
    (tmp_path / "elsewhere").mkdir()
    project.folder.rename(tmp_path / "elsewhere" / "figures")
    project.place = tmp_path / "elsewhere"

    assert before == keys(project)


DATA = """\
DATA = ["table.csv", "folder", "many/*.txt"]

def compute(*, seed=0):
    return {}

def draw(result, theme):
    ...
"""


@pytest.mark.parametrize("file", ["table.csv", "folder/deep/part", "folder/new", "many/a.txt", "many/new.txt", ""])
def test_data_may_be_folders_and_patterns(project, file):
    """Files below a folder and files that match a pattern count, new ones as well; others do not."""
    project.write({"a.py": DATA, "table.csv": "1", "folder/deep/part": "1", "many/a.txt": "1", "many/b.csv": "1"})
    before = keys(project)
    project.write({file or "many/b.csv": "2"})

    assert bool(file) == (before[0] != keys(project)[0])


def test_missing_data_is_an_issue(project):
    """Each name in DATA without a file is reported with its place and the nearest name."""
    project.write({"a.py": DATA.replace('"folder"', '\n    "tabel.csv", 3'), "table.csv": "1"})
    issues = collect_figures([], read_scripts(project.folder), project.vault).issues

    assert [
        ("figures/a.py", 2, 5, 'DATA names "tabel.csv", and there is no such file', 'did you mean "table.csv"?'),
        ("figures/a.py", 2, 18, "DATA names 3, which is not text", "write the names of files as text"),
        (
            "figures/a.py",
            2,
            21,
            'DATA names "many/*.txt", and there is no such file',
            "names are relative to the script",
        ),
    ] == [(one.path, one.line, one.column, one.message, one.hint) for one in issues]


def test_data_that_changes_during_the_run_makes_it_run_again(tmp_path):
    """It is unknown whether the script read the old or the new content."""
    began = time.time() - 60
    (tmp_path / "new").write_text("1")
    seen = [("file", str(tmp_path / "new")), ("stat", str(tmp_path / "new")), ("file", str(tmp_path / "absent"))]

    assert ["new", "new"] == changed_files(observed(seen, (tmp_path,), began), (tmp_path,))
    assert [] == changed_files(observed(seen, (tmp_path,), began + 3600), (tmp_path,))
