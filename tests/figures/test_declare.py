"""Declarations of scripts, and requests in notes."""

from pathlib import Path

import pytest

from hortus.core.model import Figure, FigureRequest
from hortus.figures import filled_source, inline_script, parse_script, read_scripts, request_figure, script_figures
from hortus.figures.parameters import fit_parameters

SCRIPT = """\
'''Regions of a network.

Count [[them]].
'''
ALT = ("{n} "
       "regions.")
VARIANTS = {"deep": {"depth": 3}}
FRAMES = "epoch"

def compute(*, depth: int = 2, rate=0.1, name="a", on=True, size=(1,
                                                                2)):
    return {"é": depth}

def draw(result, theme): ...

def check(result):
    '''Montúfar 2014, theorem 4.'''
"""


def script(code=SCRIPT):
    return parse_script(Path("figures/regions.py"), code)


def request(**changes):
    given = {"src": "regions", "code": "", "parameters": (), "alt": "", "caption": "", "name": ""}
    return FigureRequest(**given | {"line": 7, "column": 1} | changes)


def test_a_script_is_read_without_running():
    """Title, caption, alt text, parameters, variants, frames and citation are literals."""
    read = script()

    assert ("Regions of a network", "Count [[them]].", 3) == (read.title, read.caption, read.caption_line)
    assert ("{n} regions.", "epoch", "Montúfar 2014, theorem 4.") == (read.alt, read.frames, read.citation)
    assert {"depth": 2, "rate": 0.1, "name": "a", "on": True, "size": (1, 2)} == read.parameters
    assert [("regions", 2), ("deep", 3)] == [(one.name, one.parameters["depth"]) for one in script_figures(read)]
    assert () == read.issues


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        pytest.param("x = (", 1, "not Python", id="syntax"),
        pytest.param("\nALT = f'{x}'", 2, "ALT is computed", id="computed"),
        pytest.param("VARIANTS = {[1]: {}}", 1, "VARIANTS is computed", id="unhashable"),
        pytest.param("FRAMES = 3", 1, "FRAMES is a int", id="type"),
        pytest.param("def compute(a): ...\ndef draw(r, t): ...", 1, "must be keywords", id="positional"),
        pytest.param("def compute(*, a): ...\ndef draw(r, t): ...", 1, 'parameter "a" has no literal', id="default"),
        pytest.param("def compute(*, a=1e999): ...\ndef draw(r, t): ...", 1, "no literal default", id="infinite"),
        pytest.param(
            "def compute(*, a=1): ...\ndef draw(r, t, *, a=2): ...",
            2,
            '"a" is 1 in compute and 2 in draw',
            id="defaults",
        ),
        pytest.param("\ndef compute(): ...", 2, "has compute but no draw", id="half"),
        pytest.param(SCRIPT.replace('"depth": 3', '"dept": 3'), 7, 'variant "deep": no parameter "dept"', id="variant"),
    ],
)
def test_flaws_are_issues_with_a_line(code, line, words):
    """A script that breaks the rules has an issue with a line; nothing is raised."""
    (issue,) = script(code).issues

    assert ("figure_failed", "figures/regions.py", line) == (issue.kind, issue.path, issue.line)
    assert words in issue.message


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"depth": "3"}, {"depth": 3}, id="digits"),
        pytest.param({"rate": 1}, {"rate": 1.0}, id="whole number"),
        pytest.param({"on": "false"}, {"on": False}, id="word"),
        pytest.param({"size": [3, 4]}, {"size": (3, 4)}, id="list"),
        pytest.param({"depth": True}, None, id="truth is no number"),
        pytest.param({"depth": 1.5}, None, id="part of a layer"),
        pytest.param({"depth": "many"}, None, id="words"),
        pytest.param({"on": "perhaps"}, None, id="perhaps"),
        pytest.param({"rate": "nan"}, None, id="not a number"),
        pytest.param({"rate": "-inf"}, None, id="infinite"),
    ],
)
def test_parameters_fit_or_are_refused(given, expected):
    """A parameter is converted to the type of its default, or reported."""
    fitting, problems = fit_parameters(given, script().parameters)

    assert (expected or {}) == fitting
    assert (expected is None) == bool(problems)


def test_a_note_asks_for_other_parameters():
    """The figure's name contains the changed parameters."""
    wanted = request_figure(
        request(parameters=(("depth", 4),), alt="mine"), {"regions": script()}, "a.md", Path("vault")
    )

    assert ("regions-depth-4", 4, "mine") == (wanted.name, wanted.parameters["depth"], wanted.alt)


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        pytest.param({"src": "region"}, 'no figure script named "region"', 'did you mean "regions"?', id="script"),
        pytest.param({"parameters": (("dpeth", 1),)}, 'no parameter "dpeth"', 'did you mean "depth"?', id="parameter"),
        pytest.param(
            {"parameters": (("depth", "x"),)}, "parameter \"depth\" cannot be 'x'", "it is int, by default 2", id="type"
        ),
    ],
)
def test_an_unknown_request_names_the_nearest(asked, message, hint):
    """An impossible request is reported in the note, with a similar name."""
    (issue,) = request_figure(request(**asked), {"regions": script()}, "a.md", Path("vault"))

    assert ("a.md", 7, message, hint) == (issue.path, issue.line, issue.message, issue.hint)


def test_an_inline_script_counts_lines_of_its_note():
    """Issues of code in a fence have lines of the note."""
    inline = inline_script(request(src="", code="x = 1\nALT = x\n", name="hinge"), Path("a.md"), "a.md")

    assert "hinge" == inline.name
    assert [("a.md", 9)] == [(issue.path, issue.line) for issue in inline.issues]


def test_the_download_has_the_parameters_filled_in():
    """Defaults are replaced in place; the rest is unchanged."""
    read = script()
    figure = Figure("f", read, {"depth": 9, "rate": 0.1, "size": (3, 4)}, "", "drawn", (), 0, 0, "", "", {})

    assert SCRIPT.replace("depth: int = 2", "depth: int = 9").replace(
        "size=(1,\n                                                                2)", "size=(3, 4)"
    ) == filled_source(figure)


def test_shared_code_that_the_standard_library_hides_is_reported(tmp_path):
    """``import _json`` means Python's module, even next to a file ``_json.py``."""
    (tmp_path / "_json.py").touch()
    script = parse_script(tmp_path / "a.py", "import math\n\nimport _json, _heapq\n")

    assert [(3, '"_json" is a module of Python\'s standard library')] == [
        (issue.line, issue.message) for issue in script.issues
    ]


def test_scripts_in_folders(tmp_path):
    """Scripts may be in folders; shared code and packages are none; of two with one name the first counts."""
    files = {
        "a.py": "import lib.tools\n",
        "deep/er/b.py": "",
        "deep/a.py": "",
        "lib/tools.py": "",
        "package/__init__.py": "",
        "package/inner/c.py": "",
        "_shared/d.py": "",
        "deep/_e.py": "",
    }
    for name, code in files.items():
        (tmp_path / "figures" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "figures" / name).write_text(code)
    scripts = read_scripts(tmp_path / "figures")

    assert ["a", "b"] == sorted(scripts)
    assert ("figures/a.py", "figures/deep/er/b.py") == (scripts["a"].path, scripts["b"].path)
    assert [("figures/deep/a.py", 'another figure is named "a": figures/a.py', "rename one of the files")] == [
        (issue.path, issue.message, issue.hint) for issue in scripts["a"].issues
    ]
