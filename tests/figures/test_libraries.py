"""Scripts and the libraries that they import: names that both have, and random numbers."""

import textwrap

import pytest

from hortus.figures.cache.key import make_plan

PLAIN = "ax.plot([1, 2])\n"


def words(figure) -> str:
    assert ("drawn", "") == (figure.state, figure.error)
    return figure.words


@pytest.mark.parametrize("name", ["statistics", "PIL", "cycler"])
def test_a_script_named_as_a_library_does_not_hide_it(project, name):
    """Both the script with the library's name and another script import the library."""
    title = (
        f"import {name}\nax.plot([1])\nax.set_title('from figures' if 'figures' in {name}.__file__ else 'library')\n"
    )
    figures = project.write({f"{name}.py": title, "other.py": title}).draw()

    assert ["library", "library"] == [word for one in (name, "other") for word in words(figures[one]).split()[-1:]]


def test_a_library_does_not_find_a_script(project):
    """A library that looks for an optional library does not run the script of that name; the author's code does."""
    optional = """
    import sys, types, importlib
    library = types.ModuleType("library")
    exec(compile("def find():\\n try:\\n  import tables\\n except ImportError:\\n  return 'absent'\\n return 'found'",
                 "library.py", "exec"), library.__dict__)
    first = library.find()
    ax.plot([1])
    ax.set_title(f"{first} {importlib.import_module('tab' + 'les').VALUE}")
    """
    figures = project.write({"optional.py": optional, "tables.py": "VALUE = 'mine'\nax = None\n"}).draw()

    assert words(figures["optional"]).endswith("absent mine")


def test_shared_code_comes_before_installed_libraries(project):
    """A helper with ``_`` is the author's, at any depth; the standard library's own ``_json`` stays its own."""
    script = """
    import json, _pytest, _pkg.deep.part
    ax.plot([1])
    ax.set_title(f"{json.loads('[3]')[0]} {_pytest.VALUE} {_pkg.deep.part.VALUE}")
    """
    project.write(
        {
            "shared.py": script,
            "_json.py": "raise RuntimeError",
            "_pytest.py": "VALUE = 'mine'",
            "_pkg/deep/part.py": "VALUE = 'deep'",
        }
    )

    assert words(project.draw()["shared"]).endswith("3 mine deep")


def test_the_key_follows_the_library(project):
    """An edit of a script named as a library does not rerun the scripts that import the library."""
    project.write({"other.py": "import statistics\n" + PLAIN, "statistics.py": PLAIN})
    before = {one.name: make_plan(one, project.options()).draw_key("") for one in project.wanted()}
    project.write({"statistics.py": "ax.plot([3])\n"})
    after = {one.name: make_plan(one, project.options()).draw_key("") for one in project.wanted()}

    assert {"statistics"} == {name for name in before if before[name] != after[name]}


UNSEEDED = """
import random, secrets, tempfile
import numpy as np

def compute(*, seed=0):
    random.seed()
    numbers = {
        "default_rng": np.random.default_rng().random(), "another": np.random.default_rng().random(),
        "sequence": float(np.random.SeedSequence().entropy % 10**9), "state": np.random.RandomState().rand(),
        "bits": float(np.random.PCG64().random_raw() % 10**9), "python": random.Random().random(),
        "secret": float(secrets.randbelow(10**9)), "system": random.SystemRandom().random(), "again": random.random(),
    }
    np.random.seed()
    numbers["legacy"] = np.random.rand()
    return {"table": [numbers]}

def draw(result, theme):
    import matplotlib.pyplot as plt
    return plt.figure()
"""


def test_generators_without_a_seed_give_the_same_numbers(project):
    """Two runs without the cache agree, and two generators of one run differ."""
    project.write({"unseeded.py": textwrap.dedent(UNSEEDED)})
    once = project.draw()["unseeded"]
    again = project.draw(store=project.place / "again")["unseeded"]
    numbers = once.table.splitlines()[1].split(",")

    assert (once.state, once.table) == ("drawn", again.table)
    assert len(numbers) == len(set(numbers)) == 10
