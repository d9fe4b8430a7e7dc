"""Geometry of outlines, whose segments have two points (a line) or four (a cubic Bézier curve)."""

import math
from collections.abc import Iterable, Iterator, Sequence

from hortus.parse.excalidraw.scene import Point

Segment = tuple[Point, ...]
Outline = list[Segment]
ARC = 0.5523
"""Distance of the control points of a quarter circle, as a fraction of the radius."""
STEPS = 16
"""Points by which a curve is sampled."""
MOST_HATCHES = 300
"""Limit of hatching lines in one shape."""
PIECE = 400
"""Points of a stroke that are simplified at a time."""
LCG, LONGEST = 48271, (1 << 31) - 1
"""Multiplier and modulus of a Lehmer generator."""


class RandomNumbers:
    """Pseudorandom numbers that depend on *seed* alone (a Lehmer generator, as in rough.js)."""

    def __init__(self, seed: int):
        self.state = seed % LONGEST or 1

    def roll(self, reach: float) -> float:
        """Return a number between -*reach* and *reach*."""
        self.state = self.state * LCG % LONGEST
        return (2 * self.state / LONGEST - 1) * reach


def polygon(points: Sequence[Point], closed: bool = True) -> Outline:
    ends = [*points[1:], points[0]] if closed else points[1:]
    return [(a, b) for a, b in zip(points, ends, strict=False)]


def rounded_polygon(points: Sequence[Point], radii: Sequence[float], closed: bool = True) -> Outline:
    """Return a polygon with rounded corners; *radii* are the distances from each corner at which its curve begins."""
    outline: Outline = []
    count = len(points)
    inner = range(count) if closed else range(1, count - 1)
    last = None if closed else points[0]
    for i in inner:
        before, corner, after = points[i - 1], points[i], points[(i + 1) % count]
        start, end = _towards(corner, before, radii[i]), _towards(corner, after, radii[i])
        if last is not None:
            outline.append((last, start))
        outline.append((start, _between(start, corner, ARC), _between(end, corner, ARC), end))
        last = end
    if last is not None:
        outline.append((last, outline[0][0] if closed else points[-1]))
    return outline


def ellipse(x: float, y: float, width: float, height: float) -> Outline:
    rx, ry = width / 2, height / 2
    cx, cy, kx, ky = x + rx, y + ry, rx * ARC, ry * ARC
    top, right, bottom, left = (cx, cy - ry), (cx + rx, cy), (cx, cy + ry), (cx - rx, cy)
    return [
        (top, (cx + kx, cy - ry), (cx + rx, cy - ky), right),
        (right, (cx + rx, cy + ky), (cx + kx, cy + ry), bottom),
        (bottom, (cx - kx, cy + ry), (cx - rx, cy + ky), left),
        (left, (cx - rx, cy - ky), (cx - kx, cy - ry), top),
    ]


def curve(points: Sequence[Point]) -> Outline:
    """Return a smooth curve through *points* (Catmull-Rom, as rough.js draws it)."""
    outline: Outline = []
    padded = [points[0], *points, points[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        first = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6)
        second = (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6)
        outline.append((b, first, second, c))
    return outline


def at(segment: Segment, t: float) -> Point:
    """Return the point of a segment at *t* from 0 to 1."""
    if len(segment) == 2:
        return _between(*segment, t)
    a, b, c, d = segment
    p, q, r, s = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    return p * a[0] + q * b[0] + r * c[0] + s * d[0], p * a[1] + q * b[1] + r * c[1] + s * d[1]


def sampled(outline: Outline, steps: int = STEPS) -> list[Point]:
    """Return points along an outline, curves as *steps* lines each."""
    points = [outline[0][0]] if outline else []
    for segment in outline:
        points += (at(segment, i / steps) for i in range(1, steps + 1)) if len(segment) == 4 else [segment[-1]]
    return points


def rough(outline: Outline, reach: float, random: RandomNumbers) -> Outline:
    """Return an outline in hand-drawn style: points move by up to *reach*, and lines bend a little."""
    drawn: Outline = []
    moved = first = _shaken(outline[0][0], reach, random)
    closed = outline[0][0] == outline[-1][-1]
    for place, segment in enumerate(outline):
        start, last = moved, segment[-1]
        moved = first if closed and place == len(outline) - 1 else _shaken(last, reach, random)
        if len(segment) == 2:
            bend = min(math.dist(*segment) / 60, reach * 1.5)
            handles = [_shaken(_between(*segment, share), bend, random) for share in (0.35, 0.65)]
        else:
            handles = [_shaken(handle, reach / 2, random) for handle in segment[1:3]]
        drawn.append((start, *handles, moved))
    return drawn


def hatches(points: Sequence[Point], gap: float, degrees: float) -> Iterator[tuple[Point, Point]]:
    """Yield parallel lines that fill a polygon, clipped to it by the even-odd rule."""
    sine, cosine = math.sin(math.radians(-degrees)), math.cos(math.radians(-degrees))
    rotated = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in points]
    low, high = min(y for _, y in rotated), max(y for _, y in rotated)
    gap = max(gap, (high - low) / MOST_HATCHES, 0.5)
    edges = list(zip(rotated, [*rotated[1:], rotated[0]], strict=True))
    level = low + gap / 2
    while level < high:
        cuts = sorted(
            ax + (level - ay) * (bx - ax) / (by - ay) for (ax, ay), (bx, by) in edges if (ay <= level) != (by <= level)
        )
        for left, right in zip(cuts[::2], cuts[1::2], strict=False):
            across, up = level * sine, level * cosine
            yield (left * cosine + across, up - left * sine), (right * cosine + across, up - right * sine)
        level += gap


def simplified(points: Sequence[Point], tolerance: float = 0.3) -> list[Point]:
    """Leave out points of a stroke that lie within *tolerance* of the line between those kept (Douglas-Peucker).

    A long stroke is simplified in pieces, so that no input takes quadratic time.
    """
    kept = list(points[:1])
    for start in range(0, len(points) - 1, PIECE):
        kept += _kept(points[start : start + PIECE + 1], tolerance)[1:]
    return kept


def _kept(points: Sequence[Point], tolerance: float) -> list[Point]:
    kept, spans = {0, len(points) - 1}, [(0, len(points) - 1)]
    while spans:
        start, end = spans.pop()
        (ax, ay), (bx, by) = points[start], points[end]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy)
        farthest, place = tolerance, -1
        for i in range(start + 1, end):
            px, py = points[i][0] - ax, points[i][1] - ay
            away = abs(dx * py - dy * px) / length if length else math.hypot(px, py)
            if away > farthest:
                farthest, place = away, i
        if place > 0:
            kept.add(place)
            spans += [(start, place), (place, end)]
    return [points[i] for i in sorted(kept)]


def rotated(points: Iterable[Point], middle: Point, angle: float) -> list[Point]:
    """Rotate points around *middle*."""
    sine, cosine = math.sin(angle), math.cos(angle)
    x, y = middle
    return [(x + (px - x) * cosine - (py - y) * sine, y + (px - x) * sine + (py - y) * cosine) for px, py in points]


def path(outline: Outline, closed: bool = False) -> str:
    """Write an outline as path data with relative coordinates of one decimal, without accumulating rounding errors."""
    parts: list[str] = []
    here = (math.inf, math.inf)
    for segment in outline:
        points = [(round(x, 1), round(y, 1)) for x, y in segment]
        if points[0] != here:
            parts.append(f"M{number(points[0][0])} {number(points[0][1])}")
        shifts = (f"{number(x - points[0][0])} {number(y - points[0][1])}" for x, y in points[1:])
        parts.append(("l" if len(points) == 2 else "c") + " ".join(shifts).replace(" -", "-"))
        here = points[-1]
    return "".join(parts) + ("z" if closed else "")


def number(value: float) -> str:
    """Write a number to one decimal.

    >>> number(12.0), number(-0.04), number(0.25)
    ('12', '0', '.2')
    """
    text = f"{value:.1f}".removesuffix(".0")
    text = "0" if text == "-0" else text
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _towards(point: Point, other: Point, distance: float) -> Point:
    length = math.dist(point, other)
    return _between(point, other, min(distance / length, 0.5)) if length else point


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _shaken(point: Point, reach: float, random: RandomNumbers) -> Point:
    return point[0] + random.roll(reach), point[1] + random.roll(reach)
