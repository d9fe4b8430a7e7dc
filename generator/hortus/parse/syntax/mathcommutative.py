r"""Commutative diagrams of AMScd, ``\begin{CD} A @>f>> B \\ @VVV @VVgV \\ C @= D \end{CD}``, as arrays.

A row of objects has an arrow or nothing between two of them; a row of vertical arrows has one below each object.
`@>over>under>` and `@<over<under<` are arrows to the right and left, `@VleftVrightV` and `@AleftArightA` down and up,
`@=` and `@|` double lines, and `@.` is nothing (AMScd 2.0; `@)` and `@(` are other names of `@>` and `@<`).
"""

import re

from hortus.parse.syntax.mathtex import rows

ARROW = re.compile(r"@\s*(?P<kind>[><)(VA=|.])")
HORIZONTAL, VERTICAL = {">": r"\xrightarrow", "<": r"\xleftarrow"}, {"V": r"\downarrow", "A": r"\uparrow"}
SAME = {")": ">", "(": "<"}
BRACES = re.compile(r"\\.|[{}]", re.DOTALL)


def commutative(body: str) -> str:
    """Return the array for the *body* of a commutative diagram; empty if it is not one."""
    lines = [line.removeprefix("\\\\").strip() for line in rows(body)]
    try:
        made = [_row(line) for line in lines if line]
    except ValueError:
        return ""
    columns = max((row.count("&") for row in made), default=0) + 1
    return rf"\begin{{array}}{{{'c' * columns}}}" + r"\\[2pt]".join(made) + r"\end{array}"


def _row(line: str) -> str:
    """Return the cells of a row: objects and arrows alternating, or vertical arrows below objects."""
    cells: list[str] = []
    place, vertical = 0, line.startswith("@")
    while arrow := ARROW.search(line, place):
        kind = SAME.get(arrow["kind"], arrow["kind"])
        labels, end = _labels(line, arrow.end(), arrow["kind"]) if kind in "><VA" else (["", ""], arrow.end())
        if vertical:
            cells += ["", _vertical(kind, *labels)] if cells else [_vertical(kind, *labels)]
        else:
            cells += [line[place : arrow.start()].strip(), _horizontal(kind, *labels)]
        place = end
    return " & ".join(cells if vertical else [*cells, line[place:].strip()])


def _labels(line: str, place: int, sign: str) -> tuple[list[str], int]:
    """Return the text before the next *sign* and between it and the one after; signs in braces do not count."""
    found, depth, start = [], 0, place
    for part in re.compile(rf"{BRACES.pattern}|{re.escape(sign)}", re.DOTALL).finditer(line, place):
        depth += {"{": 1, "}": -1}.get(part[0], 0)
        if part[0] == sign and depth == 0:
            found.append(line[start : part.start()].strip())
            start = part.end()
            if len(found) == 2:
                return found, start
    raise ValueError("an arrow without its end")


def _horizontal(kind: str, over: str, under: str) -> str:
    if kind in HORIZONTAL:
        below = rf"[\quad {under}\quad]" if under else ""
        return rf"{HORIZONTAL[kind]}{below}{{\quad {over}\quad}}"
    return r"=\!=\!=" if kind == "=" else ""


def _vertical(kind: str, left: str, right: str) -> str:
    """Return an arrow with its labels, with equal space on the other side of each, so that arrows are aligned."""
    if kind in VERTICAL:
        before, after = rf"\hphantom{{{right}}}{left}", rf"{right}\hphantom{{{left}}}"
        return rf"{{\scriptstyle {before}}}\Big{VERTICAL[kind]}{{\scriptstyle {after}}}"
    return r"\Big\Vert" if kind in "|=" else ""
