"""Dials: parameters of a figure that its reader turns, and the cells of their grid, all drawn at build time.

``DIALS`` maps the names of parameters to their values: a list of literals, or a ``range`` of numbers.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
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
        at = getattr(key, "lineno", line)
        if not isinstance(name, str) or name in [dial.name for dial in dials]:
            found = [("DIALS has a name that is not text, or twice", FORM)]
        else:
            dials.append(Dial(name, _values(values)))
            found = list(_flaws(dials[-1], parameters))
        for message, hint in found:
            report(at, message, hint)
        sound = sound and not found
    count = prod(len(dial.values) for dial in dials)
    if sound and count > MOST:
        more = " or more" if any(len(dial.values) > MOST for dial in dials) else ""
        report(line, f"DIALS has {count} cells{more}; at most {MOST} are drawn", "leave out values, or a dial")
        sound = False
    return tuple(_fitting(dial, parameters) for dial in dials) if sound else ()


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


def _flaws(dial: Dial, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield messages about a dial, with hints."""
    if len(dial.values) < 2:
        yield f'dial "{dial.name}" has fewer than two literal values', FORM
    for value in dial.values:
        problems = fit_parameters({dial.name: value}, parameters)[1]
        if problems:
            yield f"DIALS: {problems[0][0]}", problems[0][1]
            return
    fitting = _fitting(dial, parameters)
    for place, value in enumerate(fitting.values):
        if value in fitting.values[:place] or fitting.labels[place] in fitting.labels[:place]:
            yield f'dial "{dial.name}" has the value {value!r} twice', "every value is a position of the slider"
            return


def _fitting(dial: Dial, parameters: Mapping[str, Any]) -> Dial:
    """Return a dial whose values have the type of its parameter; they must fit."""
    name = dial.name
    return Dial(name, tuple(fit_parameters({name: value}, parameters)[0][name] for value in dial.values))


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
