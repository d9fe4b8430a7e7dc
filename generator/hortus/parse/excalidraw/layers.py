"""Draw a scene: its elements from back to front, in as few layers as their order allows.

Shapes and texts are in layers whose colours follow the page's theme; pictures are in layers that keep their colours.
A large layer of shapes is a file with invisible text and links over it, so that its text can still be found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import groupby
from math import degrees

from hortus.core.model import Box, Drawing, Layer
from hortus.core.slots import cut
from hortus.parse.excalidraw.geometry import number
from hortus.parse.excalidraw.lettering import SANS, Piece, draw_words
from hortus.parse.excalidraw.scene import NONE, PAPER, Element, Picture, Scene, Words
from hortus.parse.excalidraw.shapes import bounds_of, draw_shape, middle_of

PADDING = 10
"""Empty units around the drawing."""
SMALL = 60_000
"""Characters up to which drawings are inlined in their page."""
FEW = 8000
"""Characters up to which a layer is always inlined."""
MOST = 5_000_000
"""Limit of characters of a drawing."""
MOST_LAYERS = 24
LABEL_GAP = 4
"""Units between an arrow and its label."""
VECTORS = (".svg",)
STYLE = 'stroke-linecap="round" stroke-linejoin="round"'


@dataclass(frozen=True, slots=True)
class Looks:
    """Properties of elements that the scene does not have."""

    lines: Callable[[Element], Sequence[Sequence[Piece]]]
    """The lines of a text, cut at its links."""
    opening: Callable[[Element], str]
    """The opening tag of an element's own link; empty for none."""
    picture: Callable[[Element], tuple[str, str]]
    """Markup of an element's picture, and the name of its file, whose suffix is its type."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A drawn element."""

    kind: str
    """``shapes``, ``vector`` or ``picture``."""
    seen: str
    plain: str
    """The same without links."""
    cover: str


def make_drawing(scene: Scene, looks: Looks) -> tuple[Drawing, dict[str, str], int]:
    """Draw a scene; return it with its files by name, and how many elements were left out."""
    frames = {element.id: element for element in scene.elements if element.kind == "frame"}
    labels = {e.detail.holder: e for e in scene.elements if isinstance(e.detail, Words) and e.detail.holder}
    box = _padded(_joined(map(bounds_of, scene.elements)))
    parts, size, left_out = [], 0, scene.left_out
    if scene.background not in (PAPER, NONE):
        sheet = f'<rect {_place(box)} fill="{scene.background}"/>'
        parts.append(_Part("shapes", sheet, sheet, ""))
    for drawn, element in enumerate(scene.elements):
        if size > MOST:
            left_out += len(scene.elements) - drawn
            break
        parts.append(_part(element, looks, labels.get(element.id), frames.get(element.frame)))
        size += len(parts[-1].seen)
    layers, files = _layers(parts, box, size)
    covered = any(not layer.inline for layer in layers)
    cover = cut("".join(part.cover for part in parts)) if covered else ()
    drawing = Drawing(box, tuple(layers), cover, _words(scene, looks), _views(scene))
    return drawing, files, left_out


def _layers(parts: Sequence[_Part], box: Box, size: int) -> tuple[list[Layer], dict[str, str]]:
    runs = [(kind, list(run)) for kind, run in groupby(parts, key=lambda part: part.kind)]
    if len(runs) > MOST_LAYERS:  # too many layers: pictures and shapes lose their relative order
        runs = [(kind, [part for part in parts if part.kind == kind]) for kind in ("picture", "vector", "shapes")]
    layers, files = [], {}
    for kind, run in runs:
        seen = "".join(part.seen for part in run)
        if not seen:
            continue
        name = ""
        if kind == "shapes":
            svg = _file("".join(part.plain for part in run), box)
            name = f"drawing-{sha256(svg.encode('utf-8', 'replace')).hexdigest()[:12]}.svg"
            files[name] = svg
        inline = not name or size <= SMALL or len(seen) <= FEW
        layers.append(Layer(kind != "picture", cut(seen) if inline else (), name, inline))
    return layers, files


def _file(markup: str, box: Box) -> str:
    x, y, width, height = map(number, box)
    size = f'viewBox="{x} {y} {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {STYLE}>{markup}</svg>\n'


def _part(element: Element, looks: Looks, label: Element | None, frame: Element | None) -> _Part:
    kind, cover = "shapes", ""
    opening = looks.opening(element)
    if isinstance(element.detail, Words):
        lines = looks.lines(element)
        seen = draw_words(element, lines)
        plain = draw_words(element, [[Piece("".join(piece.text for piece in line))] for line in lines])
        cover = draw_words(element, lines, seen=False)
    elif isinstance(element.detail, Picture):
        seen, name = looks.picture(element)
        kind = "vector" if name.lower().endswith(VECTORS) else "picture"
        seen = plain = _placed_picture(element, seen)
    else:
        box = bounds_of(label) if label is not None and element.kind in ("arrow", "line") else None
        gap = (box[0] - LABEL_GAP, box[1], box[2] + LABEL_GAP, box[3]) if box else None
        seen = plain = draw_shape(element, gap)
        if element.kind in ("frame", "embeddable"):
            seen = plain = seen + _caption(element, looks)
    if opening:
        pressed = f'<rect {_place(_box(element))} fill="none" stroke="none" pointer-events="all"/>'
        seen = f"{opening}{pressed}{seen}</a>"
        cover = f"{opening}{pressed}{cover}</a>"
    return _Part(kind, *(_set(markup, element, frame) for markup in (seen, plain, cover)))


def _set(markup: str, element: Element, frame: Element | None) -> str:
    """Rotate, fade and clip the markup of an element."""
    if not markup:
        return ""
    attributes = f' opacity="{element.opacity:g}"' if element.opacity < 1 else ""
    if element.angle:
        x, y = map(number, middle_of(element))
        attributes += f' transform="rotate({degrees(element.angle):.2f} {x} {y})"'
    markup = f"<g{attributes}>{markup}</g>" if attributes else markup
    if frame is None or _inside(bounds_of(element), _box(frame)):
        return markup
    x, y, width, height = map(number, _box(frame))
    return f'<svg {_place(_box(frame))} viewBox="{x} {y} {width} {height}">{markup}</svg>'


def _caption(element: Element, looks: Looks) -> str:
    """Write a frame's name above it, or an embedded page's name into it."""
    name = "".join(piece.text for line in looks.lines(element) for piece in line)
    if not name:
        return ""
    x, y, size = element.x, element.y - 6, 14
    if element.kind == "embeddable":
        x, y, size = element.x + element.width / 2, element.y + element.height / 2, 16
    anchor = ' text-anchor="middle"' if element.kind == "embeddable" else ""
    place = f'x="{number(x)}" y="{number(y)}"{anchor}'
    return f'<text {place} font-family="{SANS}" font-size="{size}" fill="#777">{escape(name)}</text>'


def _placed_picture(element: Element, markup: str) -> str:
    """Move, crop and mirror a picture, which is drawn at the origin in its natural size."""
    picture = element.picture
    if picture.crop:
        part = " ".join(map(number, picture.crop))
        size = f'width="{number(element.width)}" height="{number(element.height)}"'
        markup = f'<svg {size} viewBox="{part}" preserveAspectRatio="none">{markup}</svg>'
    across, down = picture.flip
    x = element.x + (element.width if across < 0 else 0)
    y = element.y + (element.height if down < 0 else 0)
    scale = f" scale({across} {down})" if (across, down) != (1, 1) else ""
    return f'<g transform="translate({number(x)} {number(y)}){scale}">{markup}</g>'


def picture_size(element: Element) -> tuple[float, float]:
    """Return the size at which an element's picture is drawn before it is cropped."""
    return element.picture.natural if element.picture.crop else (element.width, element.height)


def _words(scene: Scene, looks: Looks) -> str:
    drawn = (looks.lines(e) for e in scene.elements if isinstance(e.detail, Words) or e.kind in ("frame", "embeddable"))
    return "\n".join(" ".join("".join(piece.text for piece in line) for line in lines) for lines in drawn if lines)


# --- boxes ------------------------------------------------------------------------------------


def _views(scene: Scene) -> dict[str, Box]:
    """Return the parts of a drawing that an embed can show: an element, its group, a frame by id or name."""
    members: dict[str, list[Element]] = {}
    for element in scene.elements:
        if element.groups:
            members.setdefault(element.groups[-1], []).append(element)
    groups = {name: _padded(_joined(map(bounds_of, inside))) for name, inside in members.items()}
    views: dict[str, Box] = {}
    for element in scene.elements:
        if element.kind == "frame":
            for name in filter(None, (element.id, element.name)):
                views.setdefault(f"frame={name}", _box(element))
        views.setdefault(element.id, _padded(bounds_of(element)))
        if element.groups:
            views.setdefault(f"group={element.id}", groups[element.groups[-1]])
    return views


def _box(element: Element) -> Box:
    if not isinstance(element.detail, Picture | Words | None):  # points of a line may be left of and above its origin
        left, top, right, bottom = bounds_of(element)
        return left, top, right - left, bottom - top
    return element.x, element.y, element.width, element.height


def _joined(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _padded(bounds: Box) -> Box:
    left, top, right, bottom = bounds
    return left - PADDING, top - PADDING, right - left + 2 * PADDING, bottom - top + 2 * PADDING


def _inside(bounds: Box, box: Box) -> bool:
    left, top, width, height = box
    return left <= bounds[0] and top <= bounds[1] and bounds[2] <= left + width and bounds[3] <= top + height


def _place(box: Box) -> str:
    x, y, width, height = map(number, box)
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'
