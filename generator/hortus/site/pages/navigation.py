"""Ways to a note and through it: the notes above it, and the trails it is a stop of."""

from collections.abc import Mapping
from typing import Any

from hortus.core.model import Trail
from hortus.core.urls import href
from hortus.site.pages.templates import Press
from hortus.site.pages.tree import Entry

AROUND = 5
"""Stops of a trail shown in the margin, this note's own included."""
MOST_ARCS = 32
"""Stops of a trail that can be told apart in a ring."""


def breadcrumbs(press: Press, path: str, base: str) -> list[list[Entry]]:
    """Return a way from the top down to a note for each of its parents, the shortest first.

    A parent that is itself below the note is left out, and nothing is above the first page.
    """
    if path == press.home:
        return []
    chains = [_chain(parent, press.graph.parents, press.levels) for parent in press.graph.parents.get(path, ())]
    shortest = sorted((chain for chain in chains if path not in chain), key=len)
    return [[press.entry(above, base) for above in chain] for chain in shortest]


def trails_through(press: Press, path: str, base: str) -> list[dict[str, Any]]:
    """Return a note's trails: those of its parents first, a short one before a long one."""
    found = []
    parents = press.graph.parents.get(path, ())
    nearest = sorted(press.stops.get(path, ()), key=lambda stop: (stop[0].moc not in parents, len(stop[0].stops)))
    for trail, position in nearest:
        stops = trail.stops
        first = max(0, min(position - AROUND // 2, len(stops) - AROUND))
        found.append(
            {
                "title": press.title(trail.moc),
                "href": href(press.shown.urls[trail.moc], base),
                "section": stops[position].section,
                "position": position + 1,
                "total": len(stops),
                "written": trail.written,
                "ring": _ring(trail),
                "before": [press.entry(stop.path, base) for stop in stops[first:position]],
                "after": [press.entry(stop.path, base) for stop in stops[position + 1 : first + AROUND]],
                "more_before": first > 0,
                "more_after": first + AROUND < len(stops),
                "previous": press.entry(stops[position - 1].path, base) if position else None,
                "next": press.entry(stops[position + 1].path, base) if position + 1 < len(stops) else None,
            }
        )
    return found


def _chain(parent: str, parents: Mapping[str, tuple[str, ...]], levels: Mapping[str, int]) -> list[str]:
    """Return the notes from the top down to *parent*: each step up leads a level higher."""
    chain = [parent]
    while levels[chain[0]]:
        chain.insert(0, min(parents[chain[0]], key=levels.__getitem__))
    return chain


def _ring(trail: Trail) -> str:
    """Return the dashes and gaps of a ring with an arc for each written stop; empty when there are too many."""
    if len(trail.stops) > MOST_ARCS:
        return ""
    lengths = [0.0, 0.0]  # a dash, a gap, and so on, round a ring as long as the trail
    for stop in trail.stops:
        if stop.written:
            lengths += [0.7, 0.3]
        else:
            lengths[-1] += 1
    return " ".join(f"{length:g}" for length in lengths)
