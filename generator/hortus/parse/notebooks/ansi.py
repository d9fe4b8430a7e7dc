"""Convert a program's terminal output to HTML: colours as classes, progress bars in their final state.

Carriage return, backspace and "erase in line" act on the line, as on a terminal; SGR sequences (ECMA-48, and
the colon forms of ISO 8613-6) set colours and styles; all other sequences and control characters are removed.
256-colour and 24-bit colours become the nearest of the 16, for which the style sheet has light and dark variants.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
PALETTE = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip
"""xterm's 16 default colours."""
STEPS = (0, 95, 135, 175, 215, 255)
"""Levels of the 6 x 6 x 6 cube of the 256 colours."""
SEQUENCE = re.compile(
    r"""
      \x1b\[ (?P<values> [0-9;:]* ) (?P<action> [mK] )    # SGR, erase in line
    | \x1b\[ [0-?]* [ -/]* [@-~]                          # any other CSI
    | \x1b [\]PX^_] [^\x07\x1b]* (?: \x07 | \x1b\\ )?     # OSC and other strings
    | \x1b [ -/]* [0-~]?
    | (?P<control> [\r\b\n] )
    | [\x00-\x08\x0b-\x1f\x7f-\x9f]
    """,
    re.VERBOSE,
)
STYLES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse", 9: "strike"}
OFF = {22: {"bold", "dim"}, 23: {"italic"}, 24: {"underline"}, 27: {"inverse"}, 29: {"strike"}}


class Look(NamedTuple):
    """Style of a character."""

    colour: str = ""
    ground: str = ""
    styles: frozenset[str] = frozenset()


def ansi_html(text: str) -> str:
    """Return terminal output as HTML.

    >>> ansi_html("a\\x1b[1;31m<b>\\x1b[0m"), ansi_html("10%\\r100%")
    ('a<span class="ansi-bold ansi-red">&lt;b&gt;</span>', '100%')
    """
    return "\n".join(map(_line_html, _lines(text)))


def plain_text(text: str) -> str:
    """Return terminal output as plain text."""
    return "\n".join("".join(letter for letter, _ in line) for line in _lines(text))


def _lines(text: str) -> Iterator[list[tuple[str, Look]]]:
    """Yield each line in its final state: characters with their styles."""
    line: list[tuple[str, Look]] = []
    look, column, last = Look(), 0, 0

    def write(letters: str) -> None:
        nonlocal column
        line.extend([(" ", Look())] * (column - len(line)))
        line[column : column + len(letters)] = [(letter, look) for letter in letters]
        column += len(letters)

    for found in SEQUENCE.finditer(text):
        write(text[last : found.start()])
        last = found.end()
        if found["control"] == "\n":
            yield line
            line, column = [], 0
        elif found["control"]:
            column = 0 if found["control"] == "\r" else max(column - 1, 0)
        elif found["action"] == "m":
            look = _changed(look, found["values"])
        elif found["action"] == "K":
            del line[0 if found["values"] == "2" else column :]
    write(text[last:])
    yield line


def _changed(look: Look, values: str) -> Look:
    """Return the style after an SGR sequence; unknown codes are ignored."""
    codes = [int(code or 0) for code in values.replace(":", ";").split(";")]
    while codes:
        code = codes.pop(0)
        if code == 0:
            look = Look()
        elif code in STYLES:
            look = look._replace(styles=look.styles | {STYLES[code]})
        elif code in OFF:
            look = look._replace(styles=look.styles - OFF[code])
        elif code in (38, 48):
            name = _extended(codes)
            look = look._replace(colour=name) if code == 38 else look._replace(ground=name)
        elif code in (39, 49):
            look = look._replace(colour="") if code == 39 else look._replace(ground="")
        elif 30 <= code <= 37 or 90 <= code <= 97:
            look = look._replace(colour=_named(code % 10 + 8 * (code >= 90)))
        elif 40 <= code <= 47 or 100 <= code <= 107:
            look = look._replace(ground=_named(code % 10 + 8 * (code >= 100)))
    return look


def _extended(codes: list[int]) -> str:
    """Take the rest of ``38;5;N`` or ``38;2;R;G;B`` from *codes*; return the colour's name."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return _named(_of_256(codes.pop(0)))
    if kind == 2 and len(codes) >= 3:
        red, green, blue = codes[:3]
        del codes[:3]
        return _named(_nearest((red, green, blue)))
    return ""


def _of_256(number: int) -> int:
    if number < 16:
        return number
    if number >= 232:
        return _nearest((8 + 10 * (min(number, 255) - 232),) * 3)
    number -= 16
    return _nearest((STEPS[number // 36], STEPS[number // 6 % 6], STEPS[number % 6]))


def _nearest(colour: Sequence[int]) -> int:
    return min(range(16), key=lambda one: sum((a - b) ** 2 for a, b in zip(PALETTE[one], colour, strict=True)))


def _named(number: int) -> str:
    return ("bright-" if number >= 8 else "") + NAMES[number % 8]


def _line_html(line: Sequence[tuple[str, Look]]) -> str:
    pieces = []
    for look, letters in groupby(line, key=lambda cell: cell[1]):
        html = escape("".join(letter for letter, _ in letters), quote=False)
        names = [*sorted(look.styles), look.colour, *([f"on-{look.ground}"] if look.ground else [])]
        classes = " ".join(f"ansi-{name}" for name in names if name)
        pieces.append(f'<span class="{classes}">{html}</span>' if classes else html)
    return "".join(pieces)
