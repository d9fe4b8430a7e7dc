r"""Boxes and other commands whose MathML is written here, because math-core lacks them or browsers fail on its result.

1. `mark_boxes` puts marks at their begin and end, as text that the conversion leaves unchanged.
2. `write_boxes` replaces the marks by MathML. A command with an invalid colour, length or URL stays, and is reported.

``\boxed``, ``\fbox`` and ``\cancel`` are rows with a class, because Chromium does not support `<menclose>`.
"""

import re
from collections.abc import Callable
from html import escape

from hortus.parse.syntax.mathcommands import BASIC_COLOURS, CSS_COLOURS
from hortus.parse.syntax.mathlength import length_of
from hortus.parse.syntax.mathtex import argument, arguments, environment, group, option, rest_of_group
from hortus.parse.syntax.mathtext import text
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of

BEGIN, END = "\ufdd3", "\ufdd4"
COMMAND = re.compile(
    r"\\(?P<name>rule|f?colorbox|href|(?:text)?color|boxed|fbox|framebox|[bx]?cancel|cancelto|bbox|enclose|class|cssId"
    r"|style|unicode|overline|underline|(?:math|text|cramped)?[lrc]lap|begin\s*\{[pbBvV]?smallmatrix(?=\}))(?![A-Za-z])\}?"
)
MARK = re.compile(f"<mtext>(?P<side>[{BEGIN}{END}])(?P<number>\\d+)</mtext>")
COLOUR = re.compile(
    r"\s*(?P<colour>#[0-9A-Fa-f]{3,8}|[A-Za-z]+|(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([-\d.,%/ a-z]+\))\s*"
)
GIVEN_COLOUR = re.compile(r"\s*\{(?P<colour>[^{}\\]*)\}")
"""The colour in braces; a percent sign in it begins no comment."""
ESCAPED = re.compile(r"\\([%#_&~])")
MOST = 200
"""Limit of boxes in one formula."""

Box = tuple[str, str]
"""The MathML before and after its content."""
Made = tuple[Box, str, int] | None
"""A box, the LaTeX of its content, and the end of the command."""


def mark_boxes(latex: str) -> tuple[str, list[Box]]:
    """Return *latex* with marks in place of these commands, and the boxes, by the numbers in the marks."""
    boxes: list[Box] = []
    for command in reversed(list(COMMAND.finditer(latex))[:MOST]):  # inner ones first
        maker = MAKERS.get(command["name"]) or _smallmatrix
        if made := maker(latex, command.end(), command["name"]):
            box, content, end = made
            marked = rf"{{\text{{{BEGIN}{len(boxes)}}}{{{content}}}\text{{{END}{len(boxes)}}}}}"
            latex = latex[: command.start()] + marked + latex[end:]
            boxes.append(box)
    return latex, boxes


def write_boxes(mathml: str, boxes: list[Box]) -> str:
    """Replace the marks by their boxes."""
    return MARK.sub(lambda mark: boxes[int(mark["number"])][mark["side"] == END], mathml) if boxes else mathml


# --- commands that become boxes ---------------------------------------------------------------


def _rule(latex: str, start: int, name: str) -> Made:
    raised = option(latex, start)
    sizes = arguments(latex, raised[1] if raised else start, 2)
    if sizes is None or not (width := length_of(sizes[0][0])) or not (height := length_of(sizes[0][1])):
        return None
    rule = f'<mspace width="{width}" height="{height}" class="math-rule"/>'
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
    """Read a colour that math-core does not know; a bare ``\\color`` applies up to the end of its group."""
    model = option(latex, start)
    place = model[1] if model else start
    written = GIVEN_COLOUR.match(latex, place)
    given = (written["colour"], written.end()) if written else argument(latex, place)
    colour = colour_of_model(model[0], given[0]) if model and given else _colour(given[0], ours=True) if given else ""
    if given is None or not colour:
        return None
    end = rest_of_group(latex, given[1])
    content = argument(latex, given[1]) if name == "textcolor" else (latex[given[1] : end], end)
    return ((f'<mrow mathcolor="{colour}">', "</mrow>"), *content) if content else None


def _colour(written: str, ours: bool = False) -> str:
    """Return a CSS colour, empty if invalid; with *ours*, only colours that math-core does not know."""
    colour = COLOUR.fullmatch(written)
    name = colour["colour"] if colour else ""
    known = not ours or not name.isalpha() or name.lower() in CSS_COLOURS or name in BASIC_COLOURS
    return name if known else ""


def colour_of_model(model: str, written: str) -> str:
    """Return the CSS colour of a colour specification in *model*.

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
    """Return a maker of rows with the class *name*."""

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
    """Return a maker of lines over or under, drawn as borders, which all browsers render alike."""

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


LAPS = {"l": ' class="math-lap-left"', "c": ' class="math-lap-middle"', "r": ""}
NOTATIONS = {
    "box": "math-box",
    "circle": "math-box math-round",
    "roundedbox": "math-box math-round",
    "updiagonalstrike": "math-cancel",
    "downdiagonalstrike": "math-cancel-down",
    "horizontalstrike": "math-strike",
    "left": "math-line-left",
    "right": "math-line-right",
    "top": "math-over",
    "bottom": "math-under",
}


def _enclose(latex: str, start: int, name: str) -> Made:
    given = argument(latex, start)
    attributes = option(latex, given[1]) if given else None
    content = argument(latex, attributes[1] if attributes else given[1]) if given else None
    if given is None or content is None:
        return None
    names = given[0].replace(",", " ").replace("actuarial", "top right").split()
    if not names or not set(names) <= NOTATIONS.keys():
        return None
    opening = "".join(f'<mrow class="{NOTATIONS[name]}">' for name in names)
    return (opening, "</mrow>" * len(names)), *content


def _unnoticed(latex: str, start: int, name: str) -> Made:
    r"""Keep the content of ``\class``, ``\cssId`` and ``\style``, and ignore their styles and ids."""
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


def _lap(latex: str, start: int, name: str) -> Made:
    """Overlap content: nearly no width (WebKit does not render content without width), moved to the left by a class."""
    read = argument(latex, start)
    if read is None:
        return None
    side = LAPS[name[-4]]
    content = text(read[0]) if name.startswith("text") or name == "clap" or "$" in read[0] else read[0]
    return (f'<mpadded width="0.05em"><mrow{side}>', "</mrow></mpadded>"), content, read[1]


def _smallmatrix(latex: str, start: int, name: str) -> Made:
    kind = name.split("{")[1]
    read = environment(latex, start, kind)
    if read is None:
        return None
    around = kind.removesuffix("smallmatrix") + "matrix"
    return (('<mrow class="math-small">', "</mrow>"), rf"\begin{{{around}}}{read[0]}\end{{{around}}}", read[1])


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
} | {f"{kind}{side}lap": _lap for kind in ("", "text", "math", "cramped") for side in LAPS}
