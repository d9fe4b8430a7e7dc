r"""``\rule``, ``\colorbox``, ``\href`` and ``\textcolor{#…}`` in formulas: math-core lacks them, MathML can show them.

1. `box_up` puts marks where they begin and end, as text that passes through the conversion.
2. `unbox` turns the marks into MathML. What is no colour, length or address stays a command, and so is reported.
"""

import re
from collections.abc import Callable
from html import escape

from hortus.syntax.url import SAFE_SCHEMES, scheme_of

BEGIN, END = "\ufdd3", "\ufdd4"
COMMAND = re.compile(r"\\(?P<name>rule|colorbox|href|textcolor(?=\s*\{\s*\#))(?![A-Za-z])")
MARK = re.compile(f"<mtext>(?P<side>[{BEGIN}{END}])(?P<number>\\d+)</mtext>")
LENGTH = re.compile(r"\s*(?P<number>-?\d*\.?\d+)\s*(?P<unit>em|ex|pt|px|mm|cm|in|pc|mu)\s*")
COLOUR = re.compile(r"\s*(?P<colour>#[0-9A-Fa-f]{3,8}|[A-Za-z]+)\s*")
OPTION = re.compile(r"\s*\[(?P<option>[^][]*)\]")
OPENING = re.compile(r"\s*\{")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
ESCAPED = re.compile(r"\\([%#_&~])")
MOST = 40
"""Boxes in one formula."""

Box = tuple[str, str]
"""The MathML before and after what is in it."""


def box_up(latex: str) -> tuple[str, list[Box]]:
    """Return *latex* with marks in place of those commands, and the boxes that the marks stand for."""
    boxes: list[Box] = []
    commands = list(COMMAND.finditer(latex))
    for command in reversed(commands[:MOST]):  # what is inside another comes first
        if made := MAKERS[command["name"]](latex, command.end()):
            box, content, end = made
            marked = rf"{{\text{{{BEGIN}{len(boxes)}}}{{{content}}}\text{{{END}{len(boxes)}}}}}"
            latex = latex[: command.start()] + marked + latex[end:]
            boxes.append(box)
    return latex, boxes


def unbox(mathml: str, boxes: list[Box]) -> str:
    """Put the boxes where their marks are."""
    return MARK.sub(lambda mark: boxes[int(mark["number"])][mark["side"] == END], mathml) if boxes else mathml


def _argument(latex: str, start: int) -> tuple[str, int] | None:
    """Return what is between the braces that open at *start*, and where they end."""
    opening = OPENING.match(latex, start)
    if opening is None:
        return None
    depth = 1
    for brace in BRACE.finditer(latex, opening.end()):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return latex[opening.end() : brace.start()], brace.end()
    return None


def _two_arguments(latex: str, start: int) -> tuple[str, str, int] | None:
    first = _argument(latex, start)
    second = _argument(latex, first[1]) if first else None
    return (first[0], *second) if first and second else None


def _rule(latex: str, start: int) -> tuple[Box, str, int] | None:
    option = OPTION.match(latex, start)
    raised = _length(option["option"]) if option else ""
    sizes = _two_arguments(latex, option.end() if option else start)
    if sizes is None or not (width := _length(sizes[0])) or not (height := _length(sizes[1])):
        return None
    rule = f'<mspace width="{width}" height="{height}" mathbackground="currentcolor"/>'
    rule = f'<mpadded voffset="{raised}">{rule}</mpadded>' if raised else rule
    return (rule, ""), "", sizes[2]


def _colorbox(latex: str, start: int) -> tuple[Box, str, int] | None:
    return _coloured(latex, start, "mathbackground", r"\,\text{%s}\,")


def _textcolor(latex: str, start: int) -> tuple[Box, str, int] | None:
    return _coloured(latex, start, "mathcolor", "%s")


def _coloured(latex: str, start: int, attribute: str, content: str) -> tuple[Box, str, int] | None:
    arguments = _two_arguments(latex, start)
    colour = COLOUR.fullmatch(arguments[0]) if arguments else None
    if arguments is None or colour is None:
        return None
    return (f'<mrow {attribute}="{colour["colour"]}">', "</mrow>"), content.replace("%s", arguments[1]), arguments[2]


def _href(latex: str, start: int) -> tuple[Box, str, int] | None:
    arguments = _two_arguments(latex, start)
    url = ESCAPED.sub(r"\1", arguments[0].strip()) if arguments else ""
    if arguments is None or scheme_of(url) not in SAFE_SCHEMES:
        return None
    link = f'<mtext><a class="external" href="{escape(url)}" rel="noopener"><math>'
    return (link, "</math></a></mtext>"), arguments[1], arguments[2]


def _length(text: str) -> str:
    """Write a TeX length as one of MathML; empty for what is none.

    >>> _length("9mu"), _length(".4pt"), _length("1 furlong")
    ('0.5em', '.4pt', '')
    """
    length = LENGTH.fullmatch(text)
    if length is None:
        return ""
    return f"{float(length['number']) / 18:g}em" if length["unit"] == "mu" else f"{length['number']}{length['unit']}"


MAKERS: dict[str, Callable[[str, int], tuple[Box, str, int] | None]] = {
    "rule": _rule,
    "colorbox": _colorbox,
    "href": _href,
    "textcolor": _textcolor,
}
