"""Pagination of long lists: the URL and content of each page (part), and the links to other pages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from hortus.core.keys import fold
from hortus.core.urls import href
from hortus.core.words import Words
from hortus.site.pages.tree import Entry

WORD_END = re.compile(r"(?<=\w)(?!\w)")
PART = 300
"""Default number of items on one page."""
PLACES = 24
"""Number of evenly spread parts that each part links to, in addition to the adjacent parts and the last."""


@dataclass(frozen=True, slots=True)
class Section:
    """Items of a list under one heading; an item is made together with the part that shows it."""

    title: str
    keys: Sequence[Any]
    show: Callable[[Any], Any]
    trees: bool = False
    """Its items are branches, not entries."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its title, the URL of its first part, and its items."""

    url: str
    title: str
    sections: Sequence[Section]
    ranked: bool = False
    """Parts are labelled by number, because the list is not sorted by name."""
    hidden: bool = False
    template: str = "list.html"
    heading: str = ""
    """The heading above the list, if it differs from the title, which includes the folders above."""
    above: Sequence[Entry] = ()
    """Breadcrumbs."""
    feed: str = ""
    """URL of its feed, relative to the page; empty if it has none."""
    part: int = PART
    """Items on one page."""

    @property
    def length(self) -> int:
        return sum(len(section.keys) for section in self.sections)

    @property
    def urls(self) -> list[str]:
        """Return the URLs of its parts; a list always has a first one."""
        return [part_url(self.url, number) for number in range(1, max(1, ceil(self.length / self.part)) + 1)]


def part_url(url: str, number: int) -> str:
    """Return the URL of a part of a list; URLs of notes, folders and tags have no dot there.

    >>> part_url("tags/ml.html", 1), part_url("tags/ml.html", 3)
    ('tags/ml.html', 'tags/ml.3.html')
    """
    return url if number == 1 else f"{url.removesuffix('.html')}.{number}.html"


def part_title(words: Words, listing: Listing, places: Mapping[str, Any] | None) -> str:
    """Return the title of a part's page."""
    if not places:
        return listing.title
    return words(
        "{title}, page {number} of {count}", title=listing.title, number=places["number"], count=places["count"]
    )


def part_sections(listing: Listing, number: int) -> list[dict[str, Any]]:
    """Return the content of one part, section by section."""
    first, size = (number - 1) * listing.part, listing.part
    found = []
    for section in listing.sections:
        keys = section.keys[max(0, first) : max(0, first + size)]
        if keys:
            shown = list(map(section.show, keys))
            found.append({"title": section.title, "shown": shown, "first": max(0, first) + 1, "trees": section.trees})
        first -= len(section.keys)
    return found


def part_places(listing: Listing, number: int) -> Mapping[str, Any] | None:
    """Return the links from one part to others: to some of all, to the previous, to the next."""
    urls = listing.urls
    if len(urls) == 1:
        return None
    named = {*range(1, len(urls) + 1, ceil(len(urls) / PLACES)), number - 1, number, number + 1, len(urls)}
    places = {
        one: {"label": _label(listing, one), "href": href(urls[one - 1], listing.url), "here": one == number}
        for one in sorted(named & set(range(1, len(urls) + 1)))
    }
    near = {"previous": places.get(number - 1), "next": places.get(number + 1)}
    return {"number": number, "count": len(urls), "all": list(places.values()), **near}


def _label(listing: Listing, number: int) -> str:
    """Label a part by the ranks of its items, otherwise by the first name in the last of its sections."""
    first, end = (number - 1) * listing.part, number * listing.part
    if listing.ranked:
        return f"{first + 1}–{min(end, listing.length)}"
    start = 0
    for section in listing.sections:
        if section.keys and start < end:
            index, here = max(0, first - start), section
        start += len(section.keys)
    before = here.show(here.keys[index - 1]).title if index else ""
    return guide(before, here.show(here.keys[index]).title)


def guide(before: str, name: str) -> str:
    """Return as many first words of a name as distinguish it from the one before it.

    >>> guide("", "Affine maps"), guide("Mixed leaf", "Mixed vine, late"), guide("Leaf", "Leaf")
    ('Affine', 'Mixed vine', 'Leaf')
    """
    for end in WORD_END.finditer(name):
        if not fold(before).startswith(fold(name[: end.start()])):
            return name[: end.start()]
    return name
