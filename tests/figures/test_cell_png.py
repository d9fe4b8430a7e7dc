"""Only the picture that is shown first has a PNG."""

import pytest

from hortus.figures.requests import figure_files

DIAL = """\
from matplotlib.figure import Figure

ALT = "A figure."
DIALS = {"size": [1, 2, 3]}

def compute(*, size=2):
    assert size != FAILS
    return {"size": size}

def draw(result):
    return Figure(figsize=(result["size"], 1))

FAILS = 1
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, make_project):
    """Draw two figures with dials: of the second, the cell that would be shown first fails."""
    project = make_project(tmp_path_factory.mktemp("cells"))
    project.write({"whole.py": DIAL, "torn.py": DIAL.replace("FAILS = 1", "FAILS = 2")})
    return project, project.draw()


def test_only_the_first_picture_has_a_png(drawn):
    """Of all cells of both figures one PNG is drawn and stored."""
    project, figures = drawn
    objects = [file.read_bytes() for file in (project.options().store / "objects").rglob("*") if file.is_file()]

    assert [figures["whole"].shown.png] == [one for one in objects if one.startswith(b"\x89PNG")]


def test_a_figure_without_its_own_picture_has_no_png(drawn):
    """Another cell is shown in place of one that failed; only its SVG is a file."""
    _, figures = drawn

    assert ("failed", b"", 0) == (figures["torn"].state, figures["torn"].shown.png, figures["torn"].still)
    assert {"torn.svg", "torn.2.svg", "torn.py", "torn.cells.js"} == set(figure_files(figures["torn"], ""))
