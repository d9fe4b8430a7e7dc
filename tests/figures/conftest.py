"""A project of figure scripts in its own folder, drawn for real."""

import shutil
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hortus.core.model import Figure, FigureWanted
from hortus.figures import FigureOptions, Limits, draw_figures, read_scripts, script_figures

LINE = """\
'''A line.

It rises.
'''
import numpy as np

ALT = "A line up to {top}."

def compute(*, steps=4):
    x = np.arange(steps) * SLOPE
    return {"x": x, "top": int(x[-1])}

def draw(result, theme):
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    ax.plot(result["x"], color=theme.ink)
    return fig

def check(result):
    '''Euclid, book I.'''
    assert (np.diff(result["x"]) > 0).all(), "it does not rise"

SLOPE = 2
"""


@dataclass
class Project:
    place: Path
    limits: Limits = field(default_factory=Limits)

    @property
    def folder(self) -> Path:
        return self.place / "figures"

    @property
    def vault(self) -> Path:
        return self.place / "vault"

    def write(self, files: dict[str, str]) -> "Project":
        """Write files of the scripts' folder."""
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text))
        return self

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))

    def options(self, **changes) -> FigureOptions:
        given = {"store": self.place / "store", "folder": self.folder, "vault": self.vault, "limits": self.limits}
        return FigureOptions(**given | changes)

    def wanted(self) -> list[FigureWanted]:
        return [one for script in read_scripts(self.folder).values() for one in script_figures(script)]

    def draw(self, **changes) -> dict[str, Figure]:
        return {figure.name: figure for figure in draw_figures(self.wanted(), self.options(**changes))}


@pytest.fixture(scope="session")
def make_project(tmp_path_factory, warm_figures):
    """Make an empty project; matplotlib's list of fonts is made once and copied into each store."""
    first = Project(tmp_path_factory.mktemp("fonts")).write({"line.py": LINE})
    assert first.draw()["line"].state == "drawn"

    def make(place: Path) -> Project:
        project = Project(place)
        project.folder.mkdir()
        project.vault.mkdir()
        shutil.copytree(warm_figures, place / "store" / "matplotlib")
        return project

    return make


@pytest.fixture
def project(tmp_path, make_project) -> Project:
    return make_project(tmp_path)


@pytest.fixture(scope="session")
def line() -> str:
    return LINE
