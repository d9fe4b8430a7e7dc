"""Draw shapes and strokes as SVG in Excalidraw's style: rough lines, hatched fills, arrowheads.

Randomness comes from the element's own seed, so the same element always gives the same picture.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from hortus.parse.excalidraw.geometry import (
    Outline,
    RandomNumbers,
    at,
    curve,
    ellipse,
    hatches,
    number,
    path,
    polygon,
    rotated,
    rough,
    rounded_polygon,
    sampled,
    simplified,
)
from hortus.parse.excalidraw.scene import NONE, Element, Point, Stroke

LOOP = 8
"""Units between the ends of a line up to which it counts as closed."""
HATCH_ANGLE = -41
NAME_HEIGHT = 20
"""Units above a frame for its name."""
MOST_CORNERS = 100
"""Limit of corners of a hatched shape."""
FREEHAND = 2.6
"""Width of a freehand stroke, in stroke widths."""
HEADS: dict[str, tuple[float, float]] = {"arrow": (30, 20), "bar": (15, 90)}
"""Length and half angle, in degrees, of arrowheads; OTHER_HEAD for all others."""
OTHER_HEAD: tuple[float, float] = (15, 25)
Box = tuple[float, float, float, float]


def draw_shape(element: Element, gap: Box | None = None) -> str:
    """Draw an element's shape; *gap* is the box in which a label interrupts an arrow."""
    if element.kind == "frame":
        return _frame(element)
    if isinstance(element.detail, Stroke):
        return _freehand(element) if element.kind == "freedraw" else _line(element, gap)
    random = RandomNumbers(element.seed)
    outline = outline_of(element)
    return _fill(element, outline, random) + _stroke(element, [outline], random)


def outline_of(element: Element) -> Outline:
    """Return the outline of an element in the scene, without its rotation."""
    x, y, width, height = element.x, element.y, element.width, element.height
    if isinstance(element.detail, Stroke):
        return _line_outline(element)
    if element.kind == "ellipse":
        return ellipse(x, y, width, height)
    if element.kind == "diamond":
        corners = [(x + width / 2, y), (x + width, y + height / 2), (x + width / 2, y + height), (x, y + height / 2)]
        if not element.roundness:
            return polygon(corners)
        across, down = _radius(width / 2, element), _radius(height / 2, element)
        return rounded_polygon(corners, [across, down, across, down])
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    if element.kind == "rectangle" and element.roundness:
        return rounded_polygon(corners, [_radius(min(width, height), element)] * 4)
    return polygon(corners)


def bounds_of(element: Element) -> Box:
    """Return left, top, right and bottom of a drawn element, with its rotation."""
    if isinstance(element.detail, Stroke) and element.line.points:
        points = _scene_points(element) if element.kind == "freedraw" else sampled(outline_of(element), 6)
    else:
        x, y, width, height = element.x, element.y, element.width, element.height
        y, height = (y - NAME_HEIGHT, height + NAME_HEIGHT) if element.kind == "frame" and element.name else (y, height)
        points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    if element.angle:
        points = rotated(points, middle_of(element), element.angle)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def middle_of(element: Element) -> Point:
    """Return the point around which an element is rotated: of a line, the middle of its points' bounds."""
    if isinstance(element.detail, Stroke) and element.line.points:
        points = _scene_points(element)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return element.x + element.width / 2, element.y + element.height / 2


def _radius(side: float, element: Element) -> float:
    """Return the radius of a corner: a quarter of a side; for type 3, at most a fixed radius (`getCornerRadius`)."""
    return side / 4 if element.roundness != 3 else min(side / 4, element.radius)


def _frame(element: Element) -> str:
    x, y, width, height = map(number, (element.x, element.y, element.width, element.height))
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="none" stroke="#bbb" stroke-width="2"/>'
    )


# --- lines ------------------------------------------------------------------------------------


def _scene_points(element: Element) -> list[Point]:
    return [(element.x + x, element.y + y) for x, y in element.line.points]


def _line_outline(element: Element) -> Outline:
    points = _scene_points(element) or [(element.x, element.y)]
    if len(points) == 1:
        return [(points[0], points[0])]
    if element.line.elbowed:
        return (
            rounded_polygon(points, [16.0] * len(points), closed=False) if len(points) > 2 else polygon(points, False)
        )
    return curve(points) if element.roundness and len(points) > 2 else polygon(points, False)


def _line(element: Element, gap: Box | None) -> str:
    outline, random = _line_outline(element), RandomNumbers(element.seed)
    points = element.line.points
    loop = len(points) > 2 and math.dist(points[0], points[-1]) <= LOOP
    filled = _fill(element, outline, random) if loop else ""
    parts = [outline] if gap is None else list(_outside(outline, gap))
    return filled + _stroke(element, parts, random) + _heads(element, outline)


def _outside(outline: Outline, box: Box) -> Iterator[Outline]:
    """Yield the parts of a line that are outside of a box."""
    left, top, right, bottom = box
    part: list[Point] = []
    for point in _dense(sampled(outline)):
        if left < point[0] < right and top < point[1] < bottom:
            if len(part) > 1:
                yield polygon(simplified(part), False)
            part = []
        else:
            part.append(point)
    if len(part) > 1:
        yield polygon(simplified(part), False)


def _dense(points: Sequence[Point], step: float = 2.0) -> Iterator[Point]:
    """Yield points along a line, at most *step* apart as far as that is reasonable."""
    for a, b in pairwise(points):
        count = min(max(round(math.dist(a, b) / step), 1), 1000)
        yield from (at((a, b), i / count) for i in range(count))
    yield points[-1]


def _freehand(element: Element) -> str:
    points = _scene_points(element)
    if not points:
        return ""
    width = element.stroke_width * FREEHAND
    if len(points) == 1 or (points[0] == points[-1] and len(set(points)) == 1):
        x, y = map(number, points[0])
        return f'<circle cx="{x}" cy="{y}" r="{number(width / 2)}" fill="{element.stroke}"/>'
    outline = curve(simplified(points))
    loop = math.dist(points[0], points[-1]) <= LOOP and len(points) > 2
    filled = _fill(element, outline, RandomNumbers(element.seed)) if loop else ""
    return f'{filled}<path d="{path(outline)}" fill="none" stroke="{element.stroke}" stroke-width="{number(width)}"/>'


# --- arrowheads -------------------------------------------------------------------------------


def _heads(element: Element, outline: Outline) -> str:
    if element.kind != "arrow" and not (element.line.start or element.line.end):
        return ""
    total = sum(math.dist(segment[0], segment[-1]) for segment in outline)
    drawn = ""
    for kind, ends in ((element.line.start, outline[0][::-1]), (element.line.end, outline[-1])):
        if kind and total:
            drawn += _head(kind, ends, total, element)
    return drawn


def _head(kind: str, segment: Sequence[Point], total: float, element: Element) -> str:
    """Draw an arrowhead at the end of *segment*, at most half as long as its arrow."""
    tip, back = segment[-1], at(tuple(segment), 0.7 if len(segment) == 4 else 0)
    size, angle = HEADS.get(kind, OTHER_HEAD)
    size = min(size, total * (0.25 if "diamond" in kind else 0.5))
    way = math.atan2(back[1] - tip[1], back[0] - tip[0])

    def corner(degrees: float, distance: float = size) -> Point:
        turn = way + math.radians(degrees)
        return tip[0] + distance * math.cos(turn), tip[1] + distance * math.sin(turn)

    ink, paper = element.stroke, "#fff" if "outline" in kind else element.stroke
    width = number(element.stroke_width)
    if kind.startswith(("dot", "circle")):
        x, y = map(number, corner(0, size / 2))
        radius = number(size / 2)
        return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{paper}" stroke="{ink}" stroke-width="{width}"/>'
    if kind.startswith("triangle"):
        closed = [tip, corner(angle), corner(-angle)]
    elif kind.startswith("diamond"):
        closed = [tip, corner(angle), corner(0, 2 * size * math.cos(math.radians(angle))), corner(-angle)]
    else:
        lines = [line for part in _open_head(kind, tip, corner, size, angle) for line in part]
        return f'<path d="{path(lines)}" fill="none" stroke="{ink}" stroke-width="{width}"/>'
    return f'<path d="{path(polygon(closed), True)}" fill="{paper}" stroke="{ink}" stroke-width="{width}"/>'


def _open_head(kind: str, tip: Point, corner: Callable[..., Point], size: float, angle: float) -> Iterator[Outline]:
    """Yield the lines of an open arrowhead: arrow, bar, crow's feet."""
    if not kind.startswith("crowfoot"):
        yield polygon([corner(angle), tip, corner(-angle)], False)
    if kind.endswith("many"):
        side = size * math.tan(math.radians(angle))
        yield polygon([corner(90, side), corner(0), corner(-90, side)], False)
    if "one" in kind:
        yield polygon([corner(angle, size * 1.2), corner(-angle, size * 1.2)], False)


# --- strokes and fills ------------------------------------------------------------------------


def _stroke(element: Element, parts: Sequence[Outline], random: RandomNumbers) -> str:
    """Draw outlines: twice with roughness, unless the element is smooth; once if dashed."""
    if element.stroke == NONE or not element.stroke_width or not parts:
        return ""
    solid = element.stroke_style == "solid"
    if not element.roughness:
        data = "".join(map(path, parts))
    else:
        data = "".join(
            path(rough(part, _reach(part, element), random)) for part in parts for _ in range(2 if solid else 1)
        )
    width = element.stroke_width + (0 if solid else 0.5)
    dashes = {"dashed": f"8 {number(8 + element.stroke_width)}", "dotted": f"1.5 {number(6 + element.stroke_width)}"}
    dashed = f' stroke-dasharray="{dashes[element.stroke_style]}"' if element.stroke_style in dashes else ""
    return f'<path d="{data}" fill="none" stroke="{element.stroke}" stroke-width="{number(width)}"{dashed}/>'


def _reach(outline: Outline, element: Element) -> float:
    """Return how far a rough line deviates: less for small shapes."""
    xs, ys = zip(*(point for segment in outline for point in segment), strict=True)
    size = max(max(xs) - min(xs), max(ys) - min(ys))
    return min(element.roughness * 1.1, size / 25)


def _fill(element: Element, outline: Outline, random: RandomNumbers) -> str:
    if element.fill == NONE:
        return ""
    if element.fill_style == "solid":
        return f'<path d="{path(outline, True)}" fill="{element.fill}"/>'
    corners = sampled(outline, 8)
    corners = corners[:: len(corners) // MOST_CORNERS + 1]
    gap, width = max(element.stroke_width, 1) * 4, max(element.stroke_width, 1) / 2
    angles = (HATCH_ANGLE, HATCH_ANGLE + 90) if element.fill_style == "cross-hatch" else (HATCH_ANGLE,)
    reach = min(element.roughness, 1) * 0.8
    lines = [line for angle in angles for line in hatches(corners, gap, angle)]
    shaken = [[(x + random.roll(reach), y + random.roll(reach)) for x, y in line] for line in lines]
    data = path([tuple(line) for line in shaken])
    return f'<path d="{data}" fill="none" stroke="{element.fill}" stroke-width="{number(width)}"/>' if data else ""
