r"""Lengths in formulas: conversion to MathML lengths, and gaps between rows as in ``\\[4pt]``.

1. `mark_gaps` puts a mark with the length at the end of the row above, as text that the conversion leaves unchanged.
2. `open_gaps` replaces the mark by a class on the cells of that row.
"""

import re

from hortus.parse.syntax.mathtex import FormulaError

GAP = "\ufdd6"
MARK = re.compile(f"<mtext>{GAP}(-?\\d+|left|right)</mtext>")
"""Of a row: the gap below it, or the side that it is aligned at."""
LENGTH = re.compile(r"\s*(?P<number>[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+))\s*(?P<unit>em|ex|pt|px|mm|cm|in|pc|mu)\s*")
NEWLINE = re.compile(r"(?P<other>\\[^\\])|\\\\\*?(?P<apart>\s*)\[(?P<length>[^][]*)(?P<closed>\])?|\\\\")
ROW = re.compile(r"<(/?)mtr\b")
CELL = re.compile(r"<(/?)mt(?:d|able)\b[^>]*>")
LARGEST_GAP = 47

EMS = {"em": 18, "ex": 8, "pt": 1.8, "px": 1.35, "mm": 5.1, "cm": 51, "in": 130, "pc": 21.6, "mu": 1}
"""Eighteenths of an em in each unit, at ten points an em."""


def length_of(written: str) -> str:
    """Convert a TeX length to MathML; empty if it is invalid.

    >>> length_of("9mu"), length_of(".4pt"), length_of("1 furlong")
    ('0.5em', '.4pt', '')
    """
    length = LENGTH.fullmatch(written)
    if length is None:
        return ""
    number = length["number"].replace(",", ".")
    return f"{float(number) / 18:g}em" if length["unit"] == "mu" else f"{number}{length['unit']}"


def mark_gaps(latex: str) -> str:
    r"""Replace each ``[4pt]`` after ``\\`` by a mark with the length at the end of the row above.

    As in MathJax, a bracket directly after ``\\`` holds a length or nothing; otherwise FormulaError is raised.
    """
    return NEWLINE.sub(_marked_gap, latex)


def _marked_gap(newline: re.Match[str]) -> str:
    given = newline["length"]
    length = LENGTH.fullmatch(given or "")
    if length is not None and newline["closed"]:
        number = float(length["number"].replace(",", "."))
        return rf"\text{{{GAP}{round(number * EMS[length['unit']])}}}\\"
    if given is None or newline["apart"]:
        return newline[0]
    if given.strip() or not newline["closed"]:
        raise FormulaError(rf"no length in `\\[{given.strip()}{newline['closed'] or ''}`, where a gap belongs")
    return r"\\"


def align_row(row: str, side: str) -> str:
    """Mark a row of LaTeX as aligned ``left`` or ``right``."""
    return rf"{row}\text{{{GAP}{side}}}"


def open_gaps(mathml: str) -> str:
    """Add space below each row with a mark, or align it: a class on each of its cells."""
    while mark := MARK.search(mathml):  # a row may contain a table with gaps of its own
        begin, end = _row_around(mathml, mark.start(), mark.end())
        row = mathml[begin : mark.start()] + mathml[mark.end() : end]
        name = f"math-{mark[1]}" if mark[1].isalpha() else f"math-pad-bottom-{_step(int(mark[1]))}"
        mathml = mathml[:begin] + (_with_class(row, name) if end > mark.end() else row) + mathml[end:]
    return mathml


def _step(gap: int) -> int:
    return max(0, min(7 + gap, LARGEST_GAP))  # 7: half an ex, the default space in browsers


def _row_around(mathml: str, begin: int, end: int) -> tuple[int, int]:
    """Return the range of the table row around a position; the position itself if it is in none."""
    opened: list[int] = []
    for tag in ROW.finditer(mathml, 0, begin):
        if tag[1] and opened:
            opened.pop()
        elif not tag[1]:
            opened.append(tag.start())
    if not opened:
        return begin, end
    depth = 1
    for tag in ROW.finditer(mathml, end):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return opened[-1], tag.start()
    return begin, end


def _with_class(row: str, name: str) -> str:
    """Add the class to the cells of *row*, but not to those of nested tables."""
    depth, pieces, last = 0, [], 0
    for tag in CELL.finditer(row):
        if tag[1]:
            depth -= 1
            continue
        if depth == 0 and tag[0].startswith("<mtd"):
            whole = (
                tag[0].replace('class="', f'class="{name} ')
                if "class=" in tag[0]
                else f'<mtd class="{name}"{tag[0][4:]}'
            )
            pieces += [row[last : tag.start()], whole]
            last = tag.end()
        depth += 1
    return "".join(pieces) + row[last:]
