"""Formulas in the labels of a diagram: MathML in place of placeholder words.

mmdr 0.4.0 renders a label ``$$…$$`` empty. ``diagram_source`` writes a word of about the right width there; here the
text with it becomes a ``foreignObject`` with the rest of the label and the formula, centred at the same place.
"""

import re
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring

from hortus.core.svg import MATHML, SVG, XHTML
from hortus.parse.syntax.mathml import convert_math

MATH_FONTS = "math,'STIX Two Math','Cambria Math','Latin Modern Math',serif"
SIZE = re.compile(r"font-size:\s*([\d.]+)px")
ANCHOR = re.compile(r"text-anchor:\s*(\w+)")
WIDE, HIGH = 400, 120
"""Width and height in pixels of a label's invisible box, larger than any label."""


def place_formulas(root: Element, formulas: dict[str, str]) -> None:
    """Put *formulas*, LaTeX by placeholder word, into the drawing; raise ValueError for an invalid one."""
    if not formulas:
        return
    converted = {word: _converted(latex) for word, latex in formulas.items()}
    words = re.compile("|".join(sorted(map(re.escape, formulas), key=len, reverse=True)))
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag == f"{SVG}text" and words.search("".join(child.itertext())):
                parent[place] = _label(child, words, converted)


def _converted(latex: str) -> str:
    mathml, error = convert_math(latex, display=True)
    if mathml is None:
        raise ValueError(f"the formula {latex} cannot be read: {error.rstrip('.')}")
    return mathml


def _label(text: Element, words: re.Pattern[str], converted: dict[str, str]) -> Element:
    """Return a label at the position and with the alignment of *text*."""
    style = text.get("style", "")
    size = float(found[1]) if (found := SIZE.search(style)) else 16.0
    anchor = text.get("text-anchor") or (found[1] if (found := ANCHOR.search(style)) else "start")
    x, y = float(text.get("x", "0")), _middle(text, size)
    left = {"middle": x - WIDE / 2, "end": x - WIDE}.get(anchor, x)
    room = {"x": f"{left:g}", "y": f"{y - HIGH / 2:g}", "width": str(WIDE), "height": str(HIGH)}
    frame = Element(f"{SVG}foreignObject", room)
    align = {"middle": "center", "end": "right"}.get(anchor, "left")
    look = f"display:flex;flex-direction:column;justify-content:center;height:{HIGH}px;text-align:{align}"
    box = SubElement(frame, f"{XHTML}div", {"style": f"{look};font-size:{size:g}px;color:{text.get('fill', '#333')}"})
    _fill(SubElement(box, f"{XHTML}div"), _lines(text), words, converted)
    return frame


def _middle(text: Element, size: float) -> float:
    """Return the vertical centre of all lines."""
    rows = [row for row in text if row.tag == f"{SVG}tspan"]
    y = float(text.get("y", "0"))
    return y + (len(rows) - 1) * size * 0.6 if len(rows) > 1 else y


def _lines(text: Element) -> str:
    rows = ["".join(row.itertext()) for row in text if row.tag == f"{SVG}tspan"]
    return " ".join([text.text or "", *rows]).strip()


def _fill(box: Element, label: str, words: re.Pattern[str], converted: dict[str, str]) -> None:
    """Write *label* into *box*, each formula once."""
    last: Element | None = None
    seen: set[str] = set()
    for piece in re.split(f"({words.pattern})", label):
        if piece not in converted:
            if last is None:
                box.text = (box.text or "") + piece
            else:
                last.tail = (last.tail or "") + piece
        elif piece not in seen:
            seen.add(piece)
            last = _math(converted[piece])
            box.append(last)


def _math(mathml: str) -> Element:
    try:
        math = fromstring(mathml)
    except ParseError as error:
        raise ValueError(f"a formula is no XML: {error}") from error
    for element in math.iter():
        element.tag = MATHML + element.tag.rpartition("}")[2]
        for child in [child for child in element if child.tag.rpartition("}")[2] == "annotation"]:
            element.remove(child)
    math.set("style", f"font-family:{MATH_FONTS}")
    return math
