"""Read the elements of a scene from Excalidraw's JSON, with finite and bounded numbers and valid colours.

Source of the fields: the types of Excalidraw 0.18 (``packages/element/src/types.ts``).
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hortus.core.slots import without_marks

MOST_ELEMENTS, MOST_POINTS, MOST_LETTERS = 20_000, 300_000, 500_000
"""Limits of one scene."""
FARTHEST = 1e6
"""Limit of coordinates and of widths and heights, in units."""
COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]{3,24}|(?:rgb|hsl)a?\([\d\s.,%/]{5,40}\)", re.IGNORECASE
)
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that are not allowed in XML."""
KINDS = frozenset("rectangle ellipse diamond arrow line freedraw text image frame magicframe embeddable iframe".split())
INK, PAPER, NONE = "#1e1e1e", "#ffffff", "none"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """Properties of arrows, lines and freehand strokes."""

    points: tuple[Point, ...]
    """Relative to the element."""
    start: str
    end: str
    """Kinds of arrowheads; empty for none."""
    elbowed: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Properties of texts."""

    text: str
    """As shown: wrapped, links replaced by their labels."""
    raw: str
    """As written."""
    size: float
    family: int
    align: str
    line_height: float
    """In font sizes."""
    holder: str
    """Id of the shape or arrow that the text is bound to."""
    fixed: bool
    """Its width was set by hand, so it is not the measured width of its text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Properties of images."""

    file: str
    crop: tuple[float, float, float, float] | None
    natural: tuple[float, float]
    flip: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Element:
    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    angle: float
    """Radians, around the middle."""
    stroke: str
    fill: str
    fill_style: str
    stroke_width: float
    stroke_style: str
    roughness: float
    roundness: int
    """0 for sharp corners, otherwise Excalidraw's type of roundness."""
    radius: float
    opacity: float
    seed: int
    groups: tuple[str, ...]
    frame: str
    name: str
    """Name of a frame."""
    link: str
    detail: Stroke | Words | Picture | None

    @property
    def line(self) -> Stroke:
        """The detail of an arrow, a line or a freehand stroke."""
        assert isinstance(self.detail, Stroke)
        return self.detail

    @property
    def words(self) -> Words:
        """The detail of a text."""
        assert isinstance(self.detail, Words)
        return self.detail

    @property
    def picture(self) -> Picture:
        """The detail of an image."""
        assert isinstance(self.detail, Picture)
        return self.detail


@dataclass(frozen=True, slots=True)
class Scene:
    elements: tuple[Element, ...]
    """From back to front."""
    files: Mapping[str, str]
    """Data URLs of pictures, by id."""
    background: str
    left_out: int
    """Number of elements left out because of the limits."""


def read_scene(text: str) -> Scene:
    """Read a scene; raise ValueError if it is invalid."""
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("its JSON is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"its JSON is damaged: {error.msg}") from None
    if not isinstance(document, dict) or not isinstance(document.get("elements"), list):
        raise ValueError("it contains no list of elements")
    state, files = document.get("appState"), document.get("files")
    given = [one for one in document["elements"] if isinstance(one, dict) and one.get("type") in KINDS]
    given = [one for one in given if one.get("isDeleted") is not True]
    elements = _bounded(given)
    return Scene(
        tuple(elements),
        {str(name): str(one.get("dataURL", "")) for name, one in files.items() if isinstance(one, dict)}
        if isinstance(files, dict)
        else {},
        _colour(state.get("viewBackgroundColor"), PAPER) if isinstance(state, dict) else PAPER,
        len(given) - len(elements),
    )


def _bounded(given: list[dict[str, Any]]) -> list[Element]:
    elements: list[Element] = []
    points, letters = MOST_POINTS, MOST_LETTERS
    for one in given[:MOST_ELEMENTS]:
        element = _element(one)
        points -= len(element.detail.points) if isinstance(element.detail, Stroke) else 0
        letters -= len(element.detail.text) if isinstance(element.detail, Words) else 0
        if points < 0 or letters < 0:
            break
        elements.append(element)
    return elements


def _element(one: dict[str, Any]) -> Element:
    kind = {"magicframe": "frame", "iframe": "embeddable"}.get(one["type"], one["type"])
    rounded = one.get("roundness")
    rounded = rounded if isinstance(rounded, dict) else {}
    groups = one.get("groupIds")
    return Element(
        id=_text(one, "id"),
        kind=kind,
        x=_number(one.get("x")),
        y=_number(one.get("y")),
        width=abs(_number(one.get("width"))),
        height=abs(_number(one.get("height"))),
        angle=_number(one.get("angle")) % math.tau,
        stroke=_colour(one.get("strokeColor"), INK),
        fill=_colour(one.get("backgroundColor"), NONE),
        fill_style=_text(one, "fillStyle") or "solid",
        stroke_width=min(max(_number(one.get("strokeWidth", 1)), 0), 200),
        stroke_style=_text(one, "strokeStyle") or "solid",
        roughness=min(max(_number(one.get("roughness", 1)), 0), 3),
        roundness=int(_number(rounded.get("type"))) or (one.get("strokeSharpness") == "round") * 2,
        radius=_number(rounded.get("value")) or 32,
        opacity=min(max(_number(one.get("opacity", 100)), 0), 100) / 100,
        seed=int(abs(_number(one.get("seed")))),
        groups=tuple(map(str, groups)) if isinstance(groups, list) else (),
        frame=_text(one, "frameId"),
        name=_text(one, "name"),
        link=_text(one, "link"),
        detail=_detail(kind, one),
    )


def _detail(kind: str, one: dict[str, Any]) -> Stroke | Words | Picture | None:
    if kind in ("arrow", "line", "freedraw"):
        start, end = _text(one, "startArrowhead"), _text(one, "endArrowhead")
        return Stroke(_points(one.get("points")), start, end, one.get("elbowed") is True)
    if kind == "text":
        text = _text(one, "text").replace("\r\n", "\n").replace("\r", "\n")
        raw = _text(one, "rawText") or _text(one, "originalText") or text
        size = min(max(_number(one.get("fontSize", 20)), 1), 2000)
        height = min(max(_number(one.get("lineHeight", 1.25)), 0.5), 4)
        holder, fixed = _text(one, "containerId"), one.get("autoResize") is False
        align = _text(one, "textAlign") or "left"
        return Words(text, raw, size, int(_number(one.get("fontFamily"))), align, height, holder, fixed)
    return _picture(one) if kind == "image" else None


def _picture(one: dict[str, Any]) -> Picture:
    crop, scale = one.get("crop"), one.get("scale")
    scale = scale if isinstance(scale, list) and len(scale) == 2 else [1, 1]
    across, down = (-1 if _number(side) < 0 else 1 for side in scale)
    box, natural = None, (0.0, 0.0)
    if isinstance(crop, dict):
        x, y, width, height = (_number(crop.get(name)) for name in ("x", "y", "width", "height"))
        natural = _number(crop.get("naturalWidth")), _number(crop.get("naturalHeight"))
        box = (x, y, width, height) if min(width, height, *natural) > 0 else None
    return Picture(_text(one, "fileId"), box, natural, (across, down))


def _points(value: Any) -> tuple[Point, ...]:
    if not isinstance(value, list):
        return ()
    return tuple((_number(one[0]), _number(one[1])) for one in value if isinstance(one, list) and len(one) >= 2)


def _number(value: Any) -> float:
    """Return a finite number; anything else counts as 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0.0
    return float(max(-FARTHEST, min(FARTHEST, value)))


def _text(one: dict[str, Any], name: str) -> str:
    value = one.get(name)
    return NO_XML.sub("", without_marks(value)) if isinstance(value, str) else ""


def _colour(value: Any, default: str) -> str:
    """Return a colour that is safe in an attribute; `none` for a transparent one."""
    if value == "transparent":
        return NONE
    return value if isinstance(value, str) and COLOUR.fullmatch(value) else default
