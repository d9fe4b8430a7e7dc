"""Positions of notes in the trails of maps, and the stops around them, without titles and URLs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hortus.core.model import Trail

NEARBY = 5
"""Number of stops of a trail shown in the margin, including the note itself."""
MOST_ARCS = 32
"""Limit of stops that can be distinguished in a ring."""


@dataclass(frozen=True, slots=True)
class Place:
    """One stop of a trail."""

    moc: str
    section: str
    """Text of the heading in the map under which it is listed."""
    position: int
    total: int
    """Stops of the trail."""
    written: int
    """Stops that are written."""
    ring: str
    """Dashes and gaps of a ring with an arc for each written stop; empty if there are too many."""
    first: int
    """Position of the first stop in *before*."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    previous: str
    """Empty at the start, as *next* is at the end."""
    next: str


def trail_places(trails: Sequence[Trail], home: str) -> dict[str, list[Place]]:
    """Return the places of notes in trails, by path. A map's link back to the first page is not a stop."""
    places: dict[str, list[Place]] = {}
    for trail in trails:
        stops = tuple(stop for stop in trail.stops if stop.path != home)
        walked = trail if len(stops) == len(trail.stops) else replace(trail, stops=stops)
        ring, written = _ring(walked), walked.written
        for position, stop in enumerate(stops):
            places.setdefault(stop.path, []).append(_place(walked, position, written, ring))
    return places


def _place(trail: Trail, position: int, written: int, ring: str) -> Place:
    stops = trail.stops
    first = max(0, min(position - NEARBY // 2, len(stops) - NEARBY))
    return Place(
        trail.moc,
        stops[position].section,
        position,
        len(stops),
        written,
        ring,
        first,
        tuple(stop.path for stop in stops[first:position]),
        tuple(stop.path for stop in stops[position + 1 : first + NEARBY]),
        stops[position - 1].path if position else "",
        stops[position + 1].path if position + 1 < len(stops) else "",
    )


def _ring(trail: Trail) -> str:
    """Return the dashes and gaps of a ring with an arc for each written stop; empty if there are too many."""
    if len(trail.stops) > MOST_ARCS:
        return ""
    lengths = [0.0, 0.0]  # a dash, a gap, and so on, round a ring as long as the trail
    for stop in trail.stops:
        if stop.written:
            lengths += [0.7, 0.3]
        else:
            lengths[-1] += 1
    return " ".join(f"{length:g}" for length in lengths)
