"""Draw text as SVG text, line by line, with the width that Excalidraw measured, whatever font the reader has."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import NamedTuple

from hortus.parse.excalidraw.geometry import number
from hortus.parse.excalidraw.scene import Element, Words

LINK = re.compile(
    r"""
      !? \[\[ (?P<target> [^\]|]+ ) (?: \| (?P<label> [^\]]* ) )? \]\]
    | \[ (?P<words> [^\]\n]* ) \] \( (?P<url> [^()\s]+ ) \)
    """,
    re.VERBOSE,
)
HAND = "Excalifont,Virgil,'Segoe Print','Comic Neue','Comic Sans MS','Chalkboard SE',sans-serif"
SANS, MONO = "Helvetica,Arial,sans-serif", "'Cascadia Code',Menlo,Consolas,'DejaVu Sans Mono',monospace"
FONTS = {
    1: (HAND, 0.886, 0.374),
    2: (SANS, 0.77, 0.23),
    3: (MONO, 0.928, 0.234),
    5: (HAND, 0.886, 0.374),
    6: (f"Nunito,{SANS}", 1.011, 0.353),
    7: (f"'Lilita One',Impact,{SANS}", 0.923, 0.22),
    8: (f"'Comic Shanns','Comic Mono',{MONO}", 0.75, 0.25),
    9: (f"'Liberation Sans',{SANS}", 0.905, 0.212),
}
"""By Excalidraw's number of a font family: fonts, and their ascent and descent in font sizes."""
NARROW, WIDE = frozenset("ijlI.,;:'|!`()[]{}frt "), frozenset("mwMW@%&")
MOST_LINES = 2000
SHARES = {"center": 0.5, "right": 1.0}
"""Fraction of the width to the left of a line's anchor, by alignment; 0 for others."""


class Piece(NamedTuple):
    """Part of a line, with the opening tag if it is a link."""

    text: str
    opening: str = ""


def draw_words(element: Element, lines: Sequence[Sequence[Piece]], seen: bool = True) -> str:
    """Draw a text; if not *seen*, it is invisible text over a picture of it, for search, selection and clicks."""
    words = element.words
    family, above, below = FONTS.get(words.family, FONTS[2] if words.family else FONTS[1])
    height = words.size * words.line_height
    baseline = element.y + (height - words.size * (above + below)) / 2 + words.size * above
    share = SHARES.get(words.align, 0.0)
    widths = _widths(lines, element)
    ink = f'fill="{element.stroke}"' if seen else 'fill-opacity="0"'
    drawn = []
    for row, line in enumerate(lines[:MOST_LINES]):
        text = "".join(piece.text for piece in line)
        if not text.strip():
            continue
        inner = "".join(f"{p.opening}{escape(p.text)}</a>" if p.opening else escape(p.text) for p in line)
        x, y = number(element.x + share * element.width), number(baseline + row * height)
        fitted = f' textLength="{number(widths[row])}" lengthAdjust="spacingAndGlyphs"' if widths[row] else ""
        kept = ' xml:space="preserve"' if "  " in text or text != text.strip() else ""
        drawn.append(f'<text x="{x}" y="{y}"{_anchor(share, text)}{fitted}{kept}>{inner}</text>')
    font = f'font-family="{family}" font-size="{number(words.size)}" {ink}'
    return f"<g {font}>{''.join(drawn)}</g>" if drawn else ""


def fitted(element: Element, lines: Sequence[Sequence[Piece]]) -> Element:
    """Fit a text's size to *lines*, if these are not the lines that Excalidraw measured.

    That happens if the name of a private note was removed, or the file was edited. The middle of a text bound to a
    shape keeps its place, and so does the side to which a text is aligned.
    """
    shown = "\n".join("".join(piece.text for piece in line) for line in lines)
    words = element.words
    if shown == "\n".join(plain_lines(words.text)):
        return element
    width = max((_length(line) for line in lines), default=0) * words.size
    height = len(lines) * words.size * words.line_height
    x = element.x + SHARES.get(words.align, 0.0) * (element.width - width)
    y = element.y + (element.height - height) / 2 if words.holder else element.y
    detail = replace(words, text=shown, fixed=False)
    return replace(element, x=x, y=y, width=width, height=height, detail=detail)


def wrapped(line: str, words: Words, width: float) -> list[str]:
    """Wrap a line at spaces to *width*; a wider word has a line of its own."""
    rows: list[str] = []
    for word in line.split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and _length([Piece(longer)]) * words.size <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def plain_lines(text: str) -> list[str]:
    """Return the lines of a text as shown, with links as their labels.

    >>> plain_lines("see [[SGD|this]] and [[Loss#Hinge]]")
    ['see this and Loss > Hinge']
    """
    return ["".join(piece for piece, _ in cut_links(line)) for line in text.split("\n")]


def cut_links(line: str) -> list[tuple[str, str]]:
    """Split a line at its links; return each part with its target or URL, empty if it is no link."""
    parts, place = [], 0
    for found in LINK.finditer(line):
        target = (found["target"] or found["url"]).strip()
        label = found["label"] or found["words"] or " > ".join(filter(None, map(str.strip, target.split("#"))))
        parts += [(line[place : found.start()], ""), (label, target)]
        place = found.end()
    return [part for part in [*parts, (line[place:], "")] if part[0]]


def _anchor(share: float, text: str) -> str:
    """Return the anchor of a line; right-to-left text begins at its right end."""
    strong = next((kind for letter in text if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), "L")
    way = {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
    if strong == "L":
        return "" if way == "start" else f' text-anchor="{way}"'
    way = {"start": "end", "end": "start"}.get(way, way)
    return f' direction="rtl" text-anchor="{way}"'


def _widths(lines: Sequence[Sequence[Piece]], element: Element) -> list[float]:
    """Return the width of each line: of the longest the element's, of others in proportion; 0 for the natural width."""
    guesses = [_length(line) * element.words.size for line in lines]
    longest = max(guesses, default=0)
    if element.words.fixed or not longest or not 0.6 < element.width / longest < 1.6:
        return [0.0] * len(lines)
    return [guess / longest * element.width for guess in guesses]


def _length(line: Sequence[Piece]) -> float:
    """Estimate the width of a line, in font sizes."""
    return sum(_guess(letter) for piece in line for letter in piece.text)


def _guess(letter: str) -> float:
    """Estimate the width of a character, in font sizes."""
    if letter in NARROW:
        return 0.32
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.85 if letter in WIDE else 0.66 if letter.isupper() else 0.54
