"""Ways to a note and through it: the notes above it, and the trails it is a stop of."""

from collections.abc import Mapping
from typing import Any

from hortus.model import Trail
from hortus.names import href
from hortus.pages.entries import Entry
from hortus.pages.press import Press

CHAINS, LONGEST_CHAIN = 4, 6
"""Breadcrumbs shown, and notes in each."""
AROUND = 5
"""Stops of a trail shown in the margin, this note's own included."""
MOST_ARCS = 32
"""Stops of a trail that can be told apart in a ring."""


def breadcrumbs(press: Press, path: str, base: str) -> list[list[Entry]]:
    """Return the ways from the top down to a note, the shortest first."""
    chains = sorted(_chains(path, press.graph.parents), key=lambda chain: (len(chain), chain))[:CHAINS]
    return [[press.entry(above, base) for above in chain] for chain in chains]


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


def _chains(path: str, parents: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return ways from the top down to *path*, which is not in them; rings are cut."""
    chains = []
    waiting = [(parent,) for parent in parents.get(path, ())]
    while waiting and len(chains) < 4 * CHAINS:
        chain = waiting.pop(0)
        above = [parent for parent in parents.get(chain[0], ()) if parent not in chain and parent != path]
        if above and len(chain) < LONGEST_CHAIN:
            waiting += [(parent, *chain) for parent in above]
        else:
            chains.append(chain)
    return chains


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
