"""Dials: parameters of a figure that its reader turns, and the cells of their grid, all drawn at build time.

``DIALS`` maps the names of parameters to their values: a list of literals, or a ``range`` of numbers.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any

from hortus.core.model import Dial, FigureWanted
from hortus.figures.parameters import fit_parameters

MOST = 200
"""Cells of a figure."""
FORM = 'write DIALS = {"depth": [1, 2, 3], "seed": range(5)}'

Report = Callable[[int, str, str], None]
"""Takes the line, the message and the hint of an issue."""


def read_dials(node: ast.AST, parameters: Mapping[str, Any], report: Report) -> tuple[Dial, ...]:
    """Return the dials of the value of DIALS; none if there is an issue."""
    if isinstance(node, ast.Pass):
        return ()
    line: int = getattr(node, "lineno", 1)
    if not isinstance(node, ast.Dict) or not node.keys:
        report(line, "DIALS is not a dict of lists", FORM)
        return ()
    dials: list[Dial] = []
    sound = True
    for key, values in zip(node.keys, node.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else None
        if not isinstance(name, str) or name in [dial.name for dial in dials]:
            mistake: tuple[str, str] | None = ("DIALS has a name that is not text, or twice", FORM)
        else:
            dial, mistake = _fitted(Dial(name, _values(values)), parameters)
            dials.append(dial)
        if mistake:
            report(getattr(key, "lineno", line), *mistake)
            sound = False
    count = prod(len(dial.values) for dial in dials)
    if sound and count > MOST:
        more = " or more" if any(len(dial.values) > MOST for dial in dials) else ""
        report(line, f"DIALS has {count} cells{more}; at most {MOST} are drawn", "leave out values, or a dial")
        sound = False
    return tuple(dials) if sound else ()


def _values(node: ast.expr) -> tuple[Any, ...]:
    """Return the values of a dial; none if they are not literals."""
    try:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
            numbers = range(*map(ast.literal_eval, node.args)) if not node.keywords else range(0)
            return tuple(numbers[: MOST + 1])
        found = ast.literal_eval(node)
    except (ValueError, TypeError):
        return ()
    return tuple(found) if isinstance(found, list | tuple) else ()


def _fitted(dial: Dial, parameters: Mapping[str, Any]) -> tuple[Dial, tuple[str, str] | None]:
    """Return a dial with values of its parameter's type, and the first mistake in it: message and hint."""
    if len(dial.values) < 2:
        return dial, (f'dial "{dial.name}" has fewer than two literal values', FORM)
    values: list[Any] = []
    for value in dial.values:
        fitting, problems = fit_parameters({dial.name: value}, parameters)
        if problems:
            return dial, (f"DIALS: {problems[0][0]}", problems[0][1])
        values.append(fitting[dial.name])
    fitted = Dial(dial.name, tuple(values))
    for place, value in enumerate(values):
        if value in values[:place] or fitted.labels[place] in fitted.labels[:place]:
            return fitted, (
                f'dial "{dial.name}" has the value {value!r} twice',
                "every value is a position of the slider",
            )
    return fitted, None


def dials_of(wanted: FigureWanted) -> tuple[Dial, ...]:
    """Return the dials of a figure; one that a note or variant sets to a value that it does not have is left out."""
    script = wanted.script
    return tuple(
        dial for dial in script.dials if wanted.parameters[dial.name] in (*dial.values, script.parameters[dial.name])
    )


def cells_of(wanted: FigureWanted) -> tuple[FigureWanted, ...]:
    """Return the cells of a figure, of which the last dial changes fastest.

    The cell that is shown first has no words for it. It is that of the figure's own parameters; where the default of
    one is no value of its dial, that of the first value.
    """
    dials = dials_of(wanted)
    own = tuple(
        dial.values.index(wanted.parameters[dial.name]) if wanted.parameters[dial.name] in dial.values else 0
        for dial in dials
    )
    cells = []
    for places in product(*(range(len(dial.values)) for dial in dials)):
        given = {dial.name: dial.values[at] for dial, at in zip(dials, places, strict=True)}
        words = ", ".join(f"{dial.name} {dial.labels[at]}" for dial, at in zip(dials, places, strict=True))
        cells.append(replace(wanted, parameters={**wanted.parameters, **given}, cell="" if places == own else words))
    return tuple(cells)
