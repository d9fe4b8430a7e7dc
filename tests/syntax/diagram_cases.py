"""The diagrams of ``diagrams/*.md``, and what is counted in a drawing: its words and its arrows.

A case is a heading, a fence, and two lines that ``compare_diagrams.py --write`` takes from mermaid.js: the number of
arrows (lines between two things, with a head or without) and the words, sorted.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
RANDOM = re.compile(r"^(\d+)-[0-9a-f]{7}$")
"""The id that a commit without one gets."""
FOLDER = Path(__file__).parent / "diagrams"
CASE = re.compile(
    r"^## (?P<name>[^\n]+)\n```mermaid\n(?P<source>.*?\n)```\n"
    r"(?:\narrows: (?P<arrows>\d+)\nwords: (?P<words>[^\n]*)\n)?",
    re.MULTILINE | re.DOTALL,
)
LINES = re.compile(
    r"\b(?:flowchart-link|relation|transition|messageLine[01]|relationshipLine|arrow|edge)\b|^edge-\d",
)
"""Classes of the lines that mermaid.js draws between two things."""


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    name: str
    source: str
    arrows: int
    words: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.name}"


def read_cases() -> list[Case]:
    """Return all cases, by kind, in the order of their files."""
    return [
        Case(path.stem, case["name"], case["source"], int(case["arrows"] or 0), tuple((case["words"] or "").split()))
        for path in sorted(FOLDER.glob("*.md"))
        for case in CASE.finditer(path.read_text())
    ]


def words_of(root: ElementTree.Element) -> tuple[str, ...]:
    """Return the words that a drawing shows, sorted; a line break separates words, a change of style does not."""
    parts: list[str] = []
    hidden = {other for switch in root.iter(f"{SVG}switch") for child in switch[1:] for other in child.iter()}
    for element in root.iter():
        if element.tag in (f"{SVG}text", f"{SVG}foreignObject") and element not in hidden:
            _collect(element, parts)
            parts.append(" ")
    return tuple(sorted(RANDOM.sub(r"\1-random", word) for word in "".join(parts).split()))


def _collect(element: ElementTree.Element, parts: list[str]) -> None:
    name = element.tag.rpartition("}")[2]
    if name in ("title", "style", "annotation"):
        return
    broken = name in ("br", "p", "div") or (name == "tspan" and (element.get("x") or element.get("dy")))
    parts.append(" " if broken else "")
    parts.append(element.text or "")
    for child in element:
        _collect(child, parts)
        parts.append(child.tail or "")
    parts.append(" " if broken else "")


def arrows_of(root: ElementTree.Element) -> int:
    """Count the lines between two things: those of a known class, and those with a head."""
    return sum(
        element.tag.rpartition("}")[2] in ("path", "line", "polyline")
        and bool(
            element.get("marker-end")
            or element.get("marker-start")
            or element.get("data-edge")
            or LINES.search(element.get("class", ""))
        )
        for element in root.iter()
    )
