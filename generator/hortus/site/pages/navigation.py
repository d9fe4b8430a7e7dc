"""Breadcrumbs and trails on a note's page."""

from collections.abc import Mapping
from typing import Any

from hortus.core.urls import href
from hortus.site.pages.templates import Press
from hortus.site.pages.trails import NEARBY, Place
from hortus.site.pages.tree import Entry


def breadcrumbs(press: Press, path: str, base: str) -> list[list[Entry]]:
    """Return the breadcrumbs of a note, from the top down, for each of its parents, the shortest first.

    A parent that is itself below the note is left out, and the first page has no breadcrumbs.
    """
    if path == press.home:
        return []
    chains = [_chain(parent, press.graph.parents, press.levels) for parent in press.graph.parents.get(path, ())]
    shortest = sorted((chain for chain in chains if path not in chain), key=len)
    return [[press.entry(above, base) for above in chain] for chain in shortest]


def trails_through(press: Press, path: str, base: str) -> list[dict[str, Any]]:
    """Return a note's trails: those of its parents first, short ones before long ones."""
    parents = press.graph.parents.get(path, ())
    places = press.places.get(path, ())
    nearest = sorted(places, key=lambda place: (place.moc not in parents, place.total))
    return [_trail(press, place, base) for place in nearest]


def _trail(press: Press, place: Place, base: str) -> dict[str, Any]:
    return {
        "title": press.title(place.moc),
        "href": href(press.shown.urls[place.moc], base),
        "section": place.section,
        "position": place.position + 1,
        "total": place.total,
        "written": place.written,
        "ring": place.ring,
        "before": [press.entry(path, base) for path in place.before],
        "after": [press.entry(path, base) for path in place.after],
        "more_before": place.first > 0,
        "more_after": place.first + NEARBY < place.total,
        "previous": press.entry(place.previous, base) if place.previous else None,
        "next": press.entry(place.next, base) if place.next else None,
    }


def _chain(parent: str, parents: Mapping[str, tuple[str, ...]], levels: Mapping[str, int]) -> list[str]:
    """Return the notes from the top down to *parent*, one per level."""
    chain = [parent]
    while levels[chain[0]]:
        chain.insert(0, min(parents[chain[0]], key=levels.__getitem__))
    return chain
