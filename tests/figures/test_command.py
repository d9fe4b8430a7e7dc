"""``hortus figures``: output and exit statuses."""

import pytest

from hortus.cli.main import main
from hortus.core.config import read_config
from hortus.figures.cache.store import Store

NOTE = """\
# Home

![[line.svg]]

```figure
src: lin
```

```figure
src: line
step: 3
```
"""


@pytest.fixture
def ask(project, line, monkeypatch, capsys):
    """Run ``hortus figures`` in a project with a good, a failing and a new script; return status, output, errors."""
    monkeypatch.setenv("HORTUS_CACHE", str(project.place / "cache"))
    monkeypatch.chdir(project.place)
    (project.vault / "index.md").write_text(NOTE)
    project.write({"line.py": line, "bad.py": line.replace("SLOPE = 2", "SLOPE = -2"), "new.py": line})

    def ask(*words: str) -> tuple[int, list[str], list[str]]:
        status = main(["figures", *words])
        said = capsys.readouterr()
        return status, said.out.splitlines(), said.err.splitlines()

    return ask


def test_the_list_shows_the_state_of_each(project, ask):
    """New, drawn, failed, changed; unknown figures in notes are reported, too."""
    first = ask()
    drawn, failed = ask("line"), ask("bad")
    second = ask()
    project.edit("line.py", "SLOPE = 2", "SLOPE = 3")
    third = ask()

    assert (0, ["bad   new", "line  new", "new   new"]) == first[:2]
    assert ['index.md:5:1: no figure script named "lin"; did you mean "line"?'] == first[2][:1]
    assert ['index.md:9:1: no parameter "step"; did you mean "steps"?'] == first[2][1:]
    assert (0, 1) == (drawn[0], failed[0])
    assert drawn[1][0].startswith("line  drawn") and failed[1][0] == "bad  failed"
    assert any("check failed: it does not rise (bad.py:" in line for line in failed[2])
    assert ["failed", "drawn", "new"] == [line.split()[1] for line in second[1]]
    assert ["failed", "changed", "new"] == [line.split()[1] for line in third[1]]


def test_why_tells_of_one_as_of_all(project, ask):
    """Reasons for one figure and for all: a cached failure, an edit, another version of a library."""
    ask("line"), ask("bad")
    untouched = ask("line", "--why")[1]
    store = Store(read_config(None).cache / "figures")
    for file in list(store.folder.glob("actions/*/*/*.json")):
        key = file.parent.parent.name + file.parent.name
        (action,) = store.actions(key)
        if "frames" in action:
            file.unlink()
            store.add_action(key, action | {"versions": action["versions"] | {"matplotlib": "0.9"}})
            store.set_last("line", store.last("line") | {"draw": store.actions(key)[0]})
    other = ask("line", "--why")[1]
    project.edit("line.py", "SLOPE = 2", "SLOPE = 3")

    assert ["line: nothing changed; it would not run"] == untouched
    assert other[0].startswith("line: made with matplotlib 0.9, here ")
    assert "line: line.py: SLOPE changed" == ask("line", "--why")[1][0]
    assert ask("--why")[1][0] == ask("bad", "--why")[1][0]
    assert ask("bad", "--why")[1][0].startswith(
        "bad: it failed and is not run again until something changes: check failed: "
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("lime", 'no figure is named "lime"; did you mean "line"?', id="nearly"),
        pytest.param("zebra", 'no figure is named "zebra"; `hortus figures` lists them', id="nothing like it"),
    ],
)
def test_a_misspelt_name_is_told_from_what_there_is(ask, name, words):
    assert (3, [], [f"hortus: {words}"]) == ask(name)


@pytest.mark.parametrize("address", ["ray://host:1", "dask://nowhere", "dask://host:port"])
def test_an_address_that_leads_nowhere_is_refused(ask, address):
    assert (3, [], [f'hortus: unknown executor "{address}"; use dask://host:port']) == ask(
        "line", "--executor", address
    )


def test_pictures_are_written_on_request(project, ask):
    """Pictures that could be drawn are written; the exit status tells of failures."""
    status, said, _ = ask("--write")
    written = sorted(file.name for file in (project.vault / "figures").iterdir())

    assert (1, ["line.svg", "new.svg"]) == (status, written)
    assert str(project.vault / "figures" / "line.svg") in said


def test_verify_passes_what_is_the_same_twice(ask):
    assert (0, ["1 figure: both runs gave the same bytes"]) == ask("line", "--verify")[:2]


def test_verify_runs_with_another_instruction_set(project, ask):
    """Torch uses it in the second run; results whose digits differ pass if pages show the same."""
    script = """\
'''A number.'''
import os
import matplotlib.pyplot as plt

ALT = "{digits}"

def compute():
    set = os.environ.get("ATEN_CPU_CAPABILITY", "")
    return {"set": [set], "digits": SHOWN}

def draw(result, theme):
    return plt.figure()
"""
    project.write({"same.py": script.replace("SHOWN", "1"), "other.py": script.replace("SHOWN", "len(set)")})

    assert (0, ["1 figure: both runs show the same"]) == ask("same", "--verify", "--capability", "default")[:2]
    assert (1, ["other: the result of compute differs"]) == ask("other", "--verify", "--capability", "default")[:2]


def test_seeds_counts_what_passes(project, ask, line):
    """Every seed is computed and checked; the errors of those that fail are printed, and nothing is drawn or stored."""
    chance = line.replace("steps=4", "seed=7").replace("np.arange(steps)", "np.arange(2)")
    chance = chance.replace('{"x": x,', '{"x": x, "seed": seed,').replace(
        "> 0).all()", '> 0).all() and result["seed"] != 1'
    )
    drawing = chance.replace("fig, ax = ", 'assert False, "drawn"; fig, ax = ')
    project.write({"chance.py": drawing})
    status, said, _ = ask("chance", "--seeds", "3")

    assert (1, ["chance: 2 of 3 seeds pass (67 %)"]) == (status, said[:1])
    assert [True] == [line.startswith("  seed 1: check failed: it does not rise (chance.py:") for line in said[1:]]
    assert ["chance: it was never drawn"] == ask("chance", "--why")[1]
    assert (3, [], ["hortus: line has no parameter named seed"]) == ask("line", "--seeds", "2")
