r"""Commands whose MathML is written here, because math-core lacks them or writes what no engine draws: boxes.

1. `box_up` puts marks where they begin and end, as text that passes through the conversion.
2. `unbox` turns the marks into MathML. What is no colour, length or address stays a command, and so is reported.

``\boxed``, ``\fbox`` and ``\cancel`` are rows with a class: Chromium draws no `<menclose>`.
"""

import re
from collections.abc import Callable
from html import escape

from hortus.syntax.mathcommands import CSS_COLOURS
from hortus.syntax.mathtex import argument, arguments, environment, group, option, rest_of_group
from hortus.syntax.mathtext import text
from hortus.syntax.url import SAFE_SCHEMES, scheme_of

BEGIN, END, GAP = "\ufdd3", "\ufdd4", "\ufdd6"
COMMAND = re.compile(
    r"\\(?P<name>rule|f?colorbox|href|(?:text)?color|boxed|fbox|framebox|[bx]?cancel|cancelto|bbox|enclose|class|cssId"
    r"|style|unicode|overline|underline|(?:math|text)?rlap|crampedrlap|begin\s*\{[pbBvV]?smallmatrix(?=\}))(?![A-Za-z])\}?"
)
MARK = re.compile(f"<mtext>(?P<side>[{BEGIN}{END}])(?P<number>\\d+)</mtext>")
GAP_MARK = re.compile(f"<mtext>{GAP}(-?\\d+)</mtext>")
LENGTH = re.compile(r"\s*(?P<number>[-+]?\d*\.?\d+)\s*(?P<unit>em|ex|pt|px|mm|cm|in|pc|mu)\s*")
COLOUR = re.compile(r"\s*(?P<colour>#[0-9A-Fa-f]{3,8}|[A-Za-z]+)\s*")
ESCAPED = re.compile(r"\\([%#_&~])")
NEWLINE = re.compile(r"(?P<other>\\[^\\])|\\\\\*?\s*\[(?P<length>[^][]*)\]|\\\\")
ROW = re.compile(r"<(/?)mtr\b")
CELL = re.compile(r"<(/?)mt(?:d|able)\b[^>]*>")
MOST = 200
"""Boxes in one formula."""
LARGEST_GAP = 47

EMS = {"em": 18, "ex": 8, "pt": 1.8, "px": 1.35, "mm": 5.1, "cm": 51, "in": 130, "pc": 21.6, "mu": 1}
"""Eighteenths of an em in each unit, at ten points an em."""

Box = tuple[str, str]
"""The MathML before and after what is in it."""
Made = tuple[Box, str, int] | None
"""A box, the LaTeX of what is in it, and where the command ends."""


def box_up(latex: str) -> tuple[str, list[Box]]:
    """Return *latex* with marks in place of those commands, and the boxes that the marks stand for."""
    boxes: list[Box] = []
    for command in reversed(list(COMMAND.finditer(latex))[:MOST]):  # what is inside another comes first
        maker = MAKERS.get(command["name"]) or _smallmatrix
        if made := maker(latex, command.end(), command["name"]):
            box, content, end = made
            marked = rf"{{\text{{{BEGIN}{len(boxes)}}}{{{content}}}\text{{{END}{len(boxes)}}}}}"
            latex = latex[: command.start()] + marked + latex[end:]
            boxes.append(box)
    return latex, boxes


def mark_gaps(latex: str) -> str:
    r"""Put a mark with the length in place of each ``[4pt]`` after ``\\``, at the end of the row that it is below."""
    return NEWLINE.sub(_marked_gap, latex)


def _marked_gap(newline: re.Match[str]) -> str:
    length = LENGTH.fullmatch(newline["length"] or "")
    if length is None:
        return newline[0]
    return rf"\text{{{GAP}{round(float(length['number']) * EMS[length['unit']])}}}\\"


def unbox(mathml: str, boxes: list[Box]) -> str:
    """Put the boxes and gaps where their marks are."""
    if boxes:
        mathml = MARK.sub(lambda mark: boxes[int(mark["number"])][mark["side"] == END], mathml)
    return open_gaps(mathml) if GAP in mathml else mathml


def open_gaps(mathml: str) -> str:
    """Give the row that a mark is in the space below it: a class on each of its cells."""
    while mark := GAP_MARK.search(mathml):  # a row may hold a table with gaps of its own
        begin, end = _row_around(mathml, mark.start(), mark.end())
        row = mathml[begin : mark.start()] + mathml[mark.end() : end]
        step = max(0, min(7 + int(mark[1]), LARGEST_GAP))  # 7: half an ex, what browsers leave anyway
        mathml = mathml[:begin] + (_with_gap(row, step) if end > mark.end() else row) + mathml[end:]
    return mathml


def _row_around(mathml: str, begin: int, end: int) -> tuple[int, int]:
    """Return where the table row around a place begins and ends; the place itself when it is in none."""
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


def _with_gap(row: str, step: int) -> str:
    """Add the class to the cells of *row*, not to those of tables inside."""
    depth, pieces, last = 0, [], 0
    for tag in CELL.finditer(row):
        if tag[1]:
            depth -= 1
            continue
        if depth == 0 and tag[0].startswith("<mtd"):
            gap = f"math-pad-bottom-{step}"
            whole = (
                tag[0].replace('class="', f'class="{gap} ') if "class=" in tag[0] else f'<mtd class="{gap}"{tag[0][4:]}'
            )
            pieces += [row[last : tag.start()], whole]
            last = tag.end()
        depth += 1
    return "".join(pieces) + row[last:]


# --- what becomes a box -----------------------------------------------------------------------


def _rule(latex: str, start: int, name: str) -> Made:
    raised = option(latex, start)
    sizes = arguments(latex, raised[1] if raised else start, 2)
    if sizes is None or not (width := length_of(sizes[0][0])) or not (height := length_of(sizes[0][1])):
        return None
    rule = f'<mspace width="{width}" height="{height}" mathbackground="currentcolor"/>'
    raising = length_of(raised[0]) if raised else ""
    rule = f'<mpadded voffset="{raising}">{rule}</mpadded>' if raising else rule
    return (rule, ""), "", sizes[1]


def _colorbox(latex: str, start: int, name: str) -> Made:
    count = 3 if name == "fcolorbox" else 2
    given = arguments(latex, start, count)
    colours = [_colour(colour) for colour in given[0][:-1]] if given else [""]
    if given is None or not all(colours):
        return None
    frame = f'<mrow class="math-box" mathcolor="{colours[0]}">' if count == 3 else ""
    inside = f'<mrow mathbackground="{colours[-1]}">'
    return (frame + inside, "</mrow>" + ("</mrow>" if frame else "")), rf"\,{text(given[0][-1])}\,", given[1]


def _textcolor(latex: str, start: int, name: str) -> Made:
    """Read a colour that math-core does not know; a bare ``\\color`` holds up to the end of its group."""
    model = option(latex, start)
    given = argument(latex, model[1] if model else start)
    colour = colour_of_model(model[0], given[0]) if model and given else _colour(given[0], ours=True) if given else ""
    if given is None or not colour:
        return None
    end = rest_of_group(latex, given[1])
    content = argument(latex, given[1]) if name == "textcolor" else (latex[given[1] : end], end)
    return ((f'<mrow mathcolor="{colour}">', "</mrow>"), *content) if content else None


def _colour(written: str, ours: bool = False) -> str:
    """Return a colour of CSS, empty for what is none; with *ours*, only for what math-core does not know."""
    colour = COLOUR.fullmatch(written)
    known = colour and (colour["colour"].startswith("#") or colour["colour"].lower() in CSS_COLOURS or not ours)
    return colour["colour"] if colour and known else ""


def colour_of_model(model: str, written: str) -> str:
    """Return the colour that numbers in *model* stand for.

    >>> colour_of_model("rgb", "1,.5,0"), colour_of_model("HTML", "FF8000"), colour_of_model("gray", "0.5")
    ('#ff8000', '#FF8000', '#808080')
    """
    if model == "HTML":
        return f"#{written.strip()}" if re.fullmatch(r"\s*[0-9A-Fa-f]{6}\s*", written) else ""
    if model == "named":
        return _colour(written)
    try:
        parts = [float(part) * (1 if model == "RGB" else 255) for part in written.split(",")]
    except ValueError:
        return ""
    parts = parts * 3 if model == "gray" else parts
    fine = model in ("rgb", "RGB", "gray") and len(parts) == 3 and all(0 <= part <= 255 for part in parts)
    return "#" + "".join(f"{int(part + 0.5):02x}" for part in parts) if fine else ""


def _href(latex: str, start: int, name: str) -> Made:
    given = arguments(latex, start, 2)
    url = ESCAPED.sub(r"\1", given[0][0].strip()) if given else ""
    if given is None or scheme_of(url) not in SAFE_SCHEMES:
        return None
    link = f'<mtext><a class="external" href="{escape(url)}" rel="noopener"><math>'
    return (link, "</math></a></mtext>"), given[0][1], given[1]


def _classed(name: str, content: str = "%s") -> Callable[[str, int, str], Made]:
    """Make a row with the class *name*."""

    def make(latex: str, start: int, command: str) -> Made:
        read = argument(latex, start)
        return ((f'<mrow class="{name}">', "</mrow>"), content.replace("%s", read[0]), read[1]) if read else None

    return make


def _fbox(latex: str, start: int, name: str) -> Made:
    while read := option(latex, start):
        start = read[1]
    read = argument(latex, start)
    return (('<mrow class="math-box">', "</mrow>"), text(read[0]), read[1]) if read else None


def _lined(opening: str, closing: str) -> Callable[[str, int, str], Made]:
    """Make a line over or under; a border draws it alike in all engines, the sign in it is for what reads MathML."""

    def make(latex: str, start: int, command: str) -> Made:
        read = argument(latex, start)
        return ((opening, closing), *read) if read else None

    return make


def _cancelto(latex: str, start: int, name: str) -> Made:
    given = arguments(latex, start, 2)
    if given is None:
        return None
    return ('<mrow class="math-cancel">', "</mrow>"), rf"{given[0][1]}}}^{{{given[0][0]}", given[1]


def _bbox(latex: str, start: int, name: str) -> Made:
    asked = option(latex, start)
    content = argument(latex, asked[1] if asked else start)
    if content is None:
        return None
    parts = [part.strip() for part in (asked[0] if asked else "").split(",")]
    colour = next((_colour(part) for part in parts if _colour(part)), "")
    framed = any(part.startswith("border") for part in parts)
    attributes = (f' mathbackground="{colour}"' if colour else "") + (' class="math-box"' if framed else "")
    return (f"<mrow{attributes}>", "</mrow>"), *content


NOTATIONS = {
    "box": "math-box",
    "circle": "math-box math-round",
    "roundedbox": "math-box math-round",
    "updiagonalstrike": "math-cancel",
    "downdiagonalstrike": "math-cancel-down",
    "horizontalstrike": "math-strike",
    "top": "math-over",
    "bottom": "math-under",
}


def _enclose(latex: str, start: int, name: str) -> Made:
    given = argument(latex, start)
    attributes = option(latex, given[1]) if given else None
    content = argument(latex, attributes[1] if attributes else given[1]) if given else None
    if given is None or content is None:
        return None
    names = given[0].split()
    if not names or not set(names) <= NOTATIONS.keys():
        return None
    opening = "".join(f'<mrow class="{NOTATIONS[name]}">' for name in names)
    return (opening, "</mrow>" * len(names)), *content


def _unnoticed(latex: str, start: int, name: str) -> Made:
    r"""Keep what ``\class``, ``\cssId`` and ``\style`` hold; no note styles the page."""
    given = arguments(latex, start, 2)
    return (("<mrow>", "</mrow>"), given[0][1], given[1]) if given else None


def _unicode(latex: str, start: int, name: str) -> Made:
    while read := option(latex, start):
        start = read[1]
    read = group(latex, start)
    number = re.fullmatch(r"\s*(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))\s*", read[0]) if read else None
    code = (int(number[1], 16) if number[1] else int(number[2])) if number else 0
    if read is None or not (32 < code < 0xD800 or 0xE000 <= code < 0x110000) or code & 0xFFFE == 0xFFFE:
        return None
    return (f"<mtext>{escape(chr(code))}</mtext>", ""), "", read[1]


def _rlap(latex: str, start: int, name: str) -> Made:
    """Give what overlaps nearly no width; WebKit does not draw what has none."""
    read = argument(latex, start)
    content = text(read[0]) if read and name == "textrlap" else read[0] if read else ""
    return (('<mpadded width="0.05em"><mrow>', "</mrow></mpadded>"), content, read[1]) if read else None


def _smallmatrix(latex: str, start: int, name: str) -> Made:
    kind = name.split("{")[1]
    read = environment(latex, start, kind)
    if read is None:
        return None
    around = kind.removesuffix("smallmatrix") + "matrix"
    return (('<mrow class="math-small">', "</mrow>"), rf"\begin{{{around}}}{read[0]}\end{{{around}}}", read[1])


def length_of(written: str) -> str:
    """Write a TeX length as one of MathML; empty for what is none.

    >>> length_of("9mu"), length_of(".4pt"), length_of("1 furlong")
    ('0.5em', '.4pt', '')
    """
    length = LENGTH.fullmatch(written)
    if length is None:
        return ""
    return f"{float(length['number']) / 18:g}em" if length["unit"] == "mu" else f"{length['number']}{length['unit']}"


MAKERS: dict[str, Callable[[str, int, str], Made]] = {
    "rule": _rule,
    "colorbox": _colorbox,
    "fcolorbox": _colorbox,
    "href": _href,
    "textcolor": _textcolor,
    "color": _textcolor,
    "boxed": _classed("math-box", r"\displaystyle %s"),
    "fbox": _fbox,
    "framebox": _fbox,
    "cancel": _classed("math-cancel"),
    "bcancel": _classed("math-cancel-down"),
    "xcancel": _classed("math-cancel-both"),
    "cancelto": _cancelto,
    "overline": _lined('<mover accent="true"><mrow class="math-over">', '</mrow><mo stretchy="true">‾</mo></mover>'),
    "underline": _lined(
        '<munder accentunder="true"><mrow class="math-under">', '</mrow><mo stretchy="true">_</mo></munder>'
    ),
    "bbox": _bbox,
    "enclose": _enclose,
    "class": _unnoticed,
    "cssId": _unnoticed,
    "style": _unnoticed,
    "unicode": _unicode,
    "rlap": _rlap,
    "textrlap": _rlap,
    "mathrlap": _rlap,
    "crampedrlap": _rlap,
}
