"""Dials: declared, drawn cell by cell, packed."""

import json
import zlib
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from hortus.cli.terminal import print_figures
from hortus.core.model import Dial, FigureRequest
from hortus.figures import parse_script, request_figure, script_figures, state_of, why
from hortus.figures.dials import cells_of
from hortus.figures.packing import POSITION, _lines, pack
from hortus.figures.requests import figure_files
from hortus.report.report import _figure_issues

GRID = """\
'''A grid.'''
from matplotlib.figure import Figure

ALT = "{bars} bars."
DIALS = {"bars": [1, 2, 3], "width": (0.5, 1)}

def compute(*, bars=2, seed=0):
    if bars == FAILS:
        raise ValueError(f"{bars} bars are too many")
    return {"bars": bars}

def draw(result, theme, *, width=1.0):
    figure = Figure(figsize=(3, 2))
    figure.subplots().bar(range(result["bars"]), range(1, result["bars"] + 1), width, color=theme.ink)
    return figure

def check(result):
    assert result["bars"] < 9

FAILS = 3
"""


def parsed(dials: str):
    return parse_script(Path("figures/grid.py"), GRID.replace('{"bars": [1, 2, 3], "width": (0.5, 1)}', dials))


def test_dials_are_literals_or_ranges():
    """The values of a dial are a list, a tuple or a range, converted to the type of the parameter."""
    script = parsed('{"seed": range(2, 9, 3), "width": [1, 2]}')

    assert () == script.issues
    assert [("seed", (2, 5, 8)), ("width", (1.0, 2.0))] == [(dial.name, dial.values) for dial in script.dials]


@pytest.mark.parametrize(
    ("dials", "message", "hint"),
    [
        pytest.param("[1, 2]", "DIALS is not a dict", "write DIALS = {", id="form"),
        pytest.param("{}", "DIALS is not a dict", "write DIALS = {", id="none"),
        pytest.param('{"bar": [1, 2]}', 'DIALS: no parameter "bar"', 'did you mean "bars"?', id="unknown"),
        pytest.param('{"bars": [1, FAILS]}', "fewer than two literal values", "write DIALS", id="computed"),
        pytest.param('{"bars": range(FAILS)}', "fewer than two literal values", "write DIALS", id="computed range"),
        pytest.param('{"bars": []}', "fewer than two literal values", "write DIALS", id="empty"),
        pytest.param('{"bars": 3}', "fewer than two literal values", "write DIALS", id="number"),
        pytest.param('{"bars": [1, "many"]}', "cannot be 'many'", "it is int", id="type"),
        pytest.param('{"bars": ["1", "01"]}', "has the value 1 twice", "every value is a position", id="twice as text"),
        pytest.param('{"width": [1, 1e999]}', "cannot be inf", "it is float, by default 1.0", id="infinite"),
        pytest.param('{"width": ["nan", 1]}', "cannot be 'nan'", "it is float, by default 1.0", id="not a number"),
        pytest.param('{"bars": [{}, {1: {[2]}}]}', "fewer than two literal values", "write DIALS", id="unhashable"),
        pytest.param('{"bars": [1, 2, 1]}', "has the value 1 twice", "every value is a position", id="twice"),
        pytest.param('{"bars": [1, 2], "bars": [3, 4]}', "a name that is not text, or twice", "write", id="name twice"),
        pytest.param('{"seed": range(300)}', "DIALS has 201 cells or more", "leave out", id="long"),
        pytest.param('{"seed": range(50), "bars": range(5)}', "DIALS has 250 cells", "leave out", id="large"),
    ],
)
def test_wrong_dials_are_issues(dials, message, hint):
    """Dials that cannot be drawn are an issue with a line and a hint, and the figure has none."""
    script = parsed(dials)
    (issue,) = script.issues

    assert ("figure_failed", "figures/grid.py", 5) == (issue.kind, issue.path, issue.line)
    assert message in issue.message and hint in issue.hint
    assert () == script.dials


def test_labels_are_one_line_each():
    """Values are shown on one line, and none is empty."""
    assert ("a b", '""', "-1.5", "2", "True") == Dial("any", ("a\nb", " ", -1.5, 2.0, True)).labels


def asked(**parameters):
    request = FigureRequest("grid", "", tuple(parameters.items()), "", "", "", line=1, column=1)
    return request_figure(request, {"grid": parsed('{"bars": [1, 2, 3], "width": (0.5, 1)}')}, "a.md", Path())


def test_cells_of_a_figure():
    """The first dial changes slowest; the cell of the figure's own parameters has no words."""
    (figure,) = script_figures(parsed('{"bars": [1, 2, 3], "width": (0.5, 1)}'))

    expected = [
        "bars 1, width 0.5",
        "bars 1, width 1",
        "bars 2, width 0.5",
        "",
        "bars 3, width 0.5",
        "bars 3, width 1",
    ]
    assert expected == [cell.cell for cell in cells_of(figure)]
    assert {"grid"} == {cell.name for cell in cells_of(figure)}


def test_a_note_sets_a_dial():
    """A value that the dial has is shown first; another one is fixed, and the figure has no such dial."""
    assert 4 == [cell.cell for cell in cells_of(asked(bars=3, width=0.5))].index("")
    assert ["width 0.5", ""] == [cell.cell for cell in cells_of(asked(bars=7))]
    assert 1 == len(cells_of(asked(bars=7, width=2)))


@pytest.fixture(scope="module")
def grid(tmp_path_factory, make_project):
    """Draw the grid twice; return its project, and the figures."""
    project = make_project(tmp_path_factory.mktemp("grid")).write({"grid.py": GRID})
    return project, project.draw()["grid"], project.draw()["grid"]


def test_cells_are_drawn_and_fail_on_their_own(grid):
    """All cells are drawn, with alt texts of their own; one that fails has a message and spoils no other."""
    _, figure, again = grid

    assert ("drawn", "2 bars.", 3, {"bars": 2}) == (figure.state, figure.alt, figure.still, figure.results)
    assert [True] * 4 + [False] * 2 == [bool(frame.svg) for frame in figure.frames]
    assert [False] * 3 + [True] + [False] * 2 == [bool(frame.png) for frame in figure.frames]
    assert ["1 bars.", "1 bars.", "2 bars.", "2 bars."] == [frame.alt for frame in figure.frames[:4]]
    assert ["", "", "", "", *["failed at grid.py:9"] * 2] == [frame.fault for frame in figure.frames]
    assert "3 bars are too many" in figure.frames[4].error
    assert (True, False) == (figure.ran, again.ran)
    assert (figure.frames, figure.packed) == (again.frames, again.packed)


def test_failed_cells_are_reported(grid, capsys):
    """Report and terminal name the cells that failed; the report says where, and nothing from the script."""
    _, figure, _ = grid
    graph = SimpleNamespace(figures={}, texts={})
    issues = [issue for issue in _figure_issues([figure], graph) if issue.kind == "figure_failed"]

    assert [
        "figure grid, bars 3, width 0.5: failed at grid.py:9",
        "figure grid, bars 3, width 1: failed at grid.py:9",
    ] == [issue.message for issue in issues]
    assert print_figures([figure])
    assert (
        "grid (bars 3, width 0.5), grid (bars 3, width 1): ValueError: 3 bars are too many" in capsys.readouterr().err
    )


def test_only_new_cells_run(grid):
    """A new value of a dial runs only its own cells; those that failed before and would again do not run."""
    project, figure, _ = grid
    project.edit("grid.py", "(0.5, 1)", "(0.5, 1, 2)")
    (wanted,) = project.wanted()
    assert "bars 1, width 2 and 4 more: it was never drawn" in why(wanted, project.options())
    assert "failed" == state_of(wanted, project.options())
    ran: set[str] = set()
    drawn = project.draw(progress=lambda done, total, name, *seconds: ran.add(name))

    assert {"grid, bars 1, width 2", "grid, bars 2, width 2"} == ran
    assert 9 == len(drawn["grid"].frames)
    assert figure.frames[1].svg == drawn["grid"].frames[1].svg


def test_frames_are_a_dial(tmp_path, make_project):
    """The frames of a cell are the last dial; a cell with other frames has a message, and so has one that fails.

    If that is the one to be shown first, another is.
    """
    script = GRID.replace("FAILS = 3", "FAILS = 2").replace('"width": (0.5, 1)}', '"seed": (0, 1)}\nFRAMES = "step"')
    frames = "    return {label: figure for label in 'ab'[: 2 - (result['seed'] and result['bars'] == 3)]}\n"
    script = script.replace("    return figure\n", frames).replace('"bars": bars}', '"bars": bars, "seed": seed}')
    figure = make_project(tmp_path).write({"grid.py": script}).draw()["grid"]

    assert [("bars", 3), ("seed", 2), ("step", 2)] == [(dial.name, len(dial.values)) for dial in figure.dials]
    assert ("failed", 1, {}) == (figure.state, figure.still, figure.results)
    assert ["failed at grid.py:10"] * 4 == [frame.fault for frame in figure.frames[4:8]]
    assert "its pictures are a, not a, b" == figure.frames[-1].fault
    assert [True] * 4 + [False] * 4 + [True] * 2 + [False] * 2 == [bool(frame.svg) for frame in figure.frames]
    assert ("bars 1, seed 0, b", b"") == (figure.shown.label, figure.shown.png)


def test_files_of_cells(grid):
    """Every drawn cell has a file, and a script has all of them."""
    _, figure, _ = grid
    files = figure_files(figure, "")

    assert {"grid.0.svg", "grid.1.svg", "grid.2.svg", "grid.svg", "grid.png", "grid.py", "grid.cells.js"} == set(files)
    packed, alts, faults, _ = cells_given(figure)
    assert ["1 bars.", "1 bars.", "", ""] == alts[:4] and "failed at grid.py:9" == faults[-1]
    assert packed and all(line.startswith("<") and ":" not in line[:9] for frame in unpacked(packed) for line in frame)
    assert [_lines(frame.svg) if frame.svg else [] for frame in figure.frames] == unpacked(packed)


def cells_given(figure) -> list:
    """Return what the script of a figure's cells gives to a page."""
    script = figure_files(figure, "")[f"{figure.name}.cells.js"].decode()
    return json.loads(f"[{script[len('hortusCells(') : -3]}]")


def test_earlier_pictures_of_cells(tmp_path, make_project):
    """A cell that fails shows its earlier picture, and readers are told so; one whose ALT cannot be filled is drawn."""
    script = GRID.replace(', "width": (0.5, 1)', "").replace('{bars} bars."', '{bars} bars, {wide}."')
    script = script.replace("FAILS = 3", "FAILS = 9").replace(
        '{"bars": bars}', '{"bars": bars} | ({} if bars == 3 else {"wide": 1})'
    )
    project = make_project(tmp_path).write({"grid.py": script})
    project.draw()
    project.edit("grid.py", "FAILS = 9", "FAILS = 1")
    figure = project.draw()["grid"]
    graph = SimpleNamespace(figures={}, texts={})

    assert [True] * 3 == [bool(frame.svg) for frame in figure.frames]
    assert [["", "", ""], [True, False, False]] == cells_given(figure)[2:]
    assert [
        ("figure_stale", "figure grid, bars 1: failed at grid.py:9"),
        ("figure_failed", "figure grid, bars 3: its ALT cannot be filled"),
    ] == [(issue.kind, issue.message) for issue in _figure_issues([figure], graph)]
    assert "`compute` returns" in list(_figure_issues([figure], graph))[-1].hint


def test_a_cell_that_lacks_a_library_has_a_hint(grid):
    """The hint of a cell is for its own error, not for that of the picture that is shown first."""
    _, figure, _ = grid
    last = replace(figure.frames[-1], error="ModuleNotFoundError: No module named 'sklearn'")
    figure = replace(figure, frames=(*figure.frames[:-1], last))
    *_, issue = _figure_issues([figure], SimpleNamespace(figures={}, texts={}))

    assert "sklearn is not installed: pip install scikit-learn" == issue.hint


def unpacked(packed: str) -> list[list[str]]:
    """Return the lines of each frame, as `theme/static/dials.js` does."""
    data, at = zlib.decompress(b64decode(packed), -15), 0
    columns = []
    for _ in range(10):
        width, count = data[at], int.from_bytes(data[at + 1 : at + 4], "little")
        planes = [data[at + 4 + count * k : at + 4 + count * (k + 1)] for k in range(width)]
        columns.append([sum(plane[i] << 8 * k for k, plane in enumerate(planes)) for i in range(count)])
        at += 4 + count * width
    dx, dy, points_back, sizes, polygons_back, counts, used, starts, lengths, runs = columns
    fresh, points, place = [], [], (0, 0)
    for back in points_back:
        if not back:
            place = place[0] + unfold(dx[len(fresh)]), place[1] + unfold(dy[len(fresh)])
            fresh.append(place)
        points.append(fresh[-back] if back else place)
    polygons, corner, new = [], 0, iter(sizes)
    for back in polygons_back:
        if back:
            polygons.append(polygons[-back])
        else:
            size = next(new)
            polygons.append((size % 2, points[corner : corner + size // 2]))
            corner += size // 2
    shapes, numbers = iter(polygons), iter(counts)
    templates = data[at:].decode().split("\n")
    lines = ["".join(filled(sign, shapes, numbers) for sign in templates[number]) for number in used]
    frames, run = [], 0
    for count in runs:
        frame, end = [], 0
        for start, length in zip(starts[run : run + count], lengths[run : run + count], strict=True):
            start, end = end + unfold(start), end + unfold(start) + length
            frame += lines[start:end]
        frames.append(frame)
        run += count
    return frames


def filled(sign: str, shapes, counts) -> str:
    def number(value: int) -> str:
        return f"{value / 100:.2f}".rstrip("0").rstrip(".")

    if sign == POSITION:
        _, [(x, y)] = next(shapes)
        return f' x="{number(x)}" y="{number(y)}"'
    if sign != "\x01":
        return sign
    parts = []
    for _ in range(next(counts)):
        closed, corners = next(shapes)
        words = [f"{'L' if i else 'M'} {number(x)} {number(y)}" for i, (x, y) in enumerate(corners)]
        parts.append(" ".join([*words, *["z"] * closed]))
    return " ".join(parts)


def unfold(number: int) -> int:
    return -(number + 1) // 2 if number % 2 else number // 2


def test_text_that_looks_like_a_position():
    """Text in a picture is left as it is, also if it looks like an attribute or has two lines."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text x="1.5" y="2">a x="1.50" y="2"\nb</text></svg>'
    ((_, line),) = unpacked(pack([svg.encode()]))

    assert '<text x="1.5" y="2">a x=&quot;1.50&quot; y=&quot;2&quot; b</text></svg>' == line


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param('<image href="data:image/png;base64,AAAA"/>', id="image"),
        pytest.param("<style>text{fill:red}</style>", id="style sheet"),
        pytest.param('<path style="mix-blend-mode: screen"/>', id="property"),
    ],
)
def test_what_pages_forbid_is_not_packed(inner):
    """Pictures with images or style sheets, which the CSP forbids in a page, are shown from their files."""
    assert "" == pack([f'<svg xmlns="http://www.w3.org/2000/svg">{inner}</svg>'.encode()] * 2)
