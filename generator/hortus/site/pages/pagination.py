"""Lists that outgrow a page, in parts: where each part is, what it shows, and how the others are reached."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from hortus.core.keys import fold
from hortus.core.urls import href
from hortus.site.pages.tree import Entry

WORD_END = re.compile(r"(?<=\w)(?!\w)")
PART = 300
"""Items of a list on one page, unless the list has it otherwise."""
PLACES = 24
"""Parts that each part names, evenly spread; it also names those next to it and the last."""


@dataclass(frozen=True, slots=True)
class Section:
    """Items of a list that belong together; an item is made when the part that shows it is."""

    title: str
    keys: Sequence[Any]
    show: Callable[[Any], Any]
    trees: bool = False
    """Its items are branches, not entries."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: what it is called, the address of its first part, and all that is in it."""

    url: str
    title: str
    sections: Sequence[Section]
    ranked: bool = False
    """Parts are named by number, because the list is not sorted by name."""
    hidden: bool = False
    template: str = "list.html"
    heading: str = ""
    """The heading above the list, if it is shorter than the title (which also names what is above)."""
    above: Sequence[Entry] = ()
    """The way to it from the top."""
    part: int = PART
    """Items on one page."""

    @property
    def length(self) -> int:
        return sum(len(section.keys) for section in self.sections)

    @property
    def urls(self) -> list[str]:
        """Return where its parts are; a list always has a first one."""
        return [part_url(self.url, number) for number in range(1, max(1, ceil(self.length / self.part)) + 1)]


def part_url(url: str, number: int) -> str:
    """Return where a part of a list is; no page of a note, folder or tag has a dot there.

    >>> part_url("tags/ml.html", 1), part_url("tags/ml.html", 3)
    ('tags/ml.html', 'tags/ml.3.html')
    """
    return url if number == 1 else f"{url.removesuffix('.html')}.{number}.html"


def part_title(listing: Listing, places: Mapping[str, Any] | None) -> str:
    """Return what the page of a part is called."""
    return f"{listing.title}, page {places['number']} of {places['count']}" if places else listing.title


def part_sections(listing: Listing, number: int) -> list[dict[str, Any]]:
    """Return what one part shows, section by section."""
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
    """Return the ways from one part to the others: to some of all, to the one before, to the one after."""
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
    """Say where a part begins: by ranks, otherwise by the name that the last of its sections begins with there."""
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
    """Return the first words of a name, as many as tell it from the one before it.

    >>> guide("", "Affine maps"), guide("Mixed leaf", "Mixed vine, late"), guide("Leaf", "Leaf")
    ('Affine', 'Mixed vine', 'Leaf')
    """
    for end in WORD_END.finditer(name):
        if not fold(before).startswith(fold(name[: end.start()])):
            return name[: end.start()]
    return name
