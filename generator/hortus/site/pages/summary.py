"""Notes in lists and on the first page: dates, first words, numbers of links; what is new."""

from dataclasses import dataclass
from typing import Any

from hortus.core.urls import href
from hortus.site.addresses import leading_map
from hortus.site.pages.templates import Press
from hortus.site.pages.tree import Entry

FIRST_WORDS = 120
"""Characters of a note that lists show."""
NEWEST = 5
"""Changed notes on the first page."""
SPEED = 220
"""Words read in a minute: 238 for non-fiction (M. Brysbaert, "How many words do we read per minute?", 2019), less for
formulas and figures."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Data about a note that lists show in addition to its title."""

    changed: str
    """ISO date of the last change, empty if unknown."""
    words: str
    links: int
    """Number of notes that it links to or that link to it."""


def summary(press: Press, path: str) -> Summary:
    """Return the data about a note for lists; a derived fact, because many lists need it."""
    excerpt = press.graph.notes[path].excerpt
    return Summary(press.shown.changed.get(path, ""), first_words(excerpt), press.network.neighbour_count(path))


def first_words(text: str) -> str:
    """Return the beginning of a text, cut between words where there are spaces.

    >>> first_words("word " * 30)[-10:], len(first_words("字" * 200))
    ('word word…', 121)
    """
    text = " ".join(text.split())
    if len(text) <= FIRST_WORDS:
        return text
    cut = text[: FIRST_WORDS + 1]
    return (cut.rpartition(" ")[0] or cut[:-1]).rstrip(" ,;:…") + "…"


def listed(press: Press, path: str, base: str, date: str = "") -> Entry:
    """Return a note's entry in a list, with *date*, by default that of its last change, links and first words."""
    said, words = press.derive(summary, path), press.words
    date = date or (words.date(said.changed) if said.changed else "")
    links = words("{n} links", n=said.links) if said.links else ""
    detail = " · ".join(filter(None, (date, links)))
    return Entry(press.title(path), href(press.shown.urls[path], base), True, detail, said.words)


def newest(press: Press, count: str) -> tuple[tuple[str, str], ...]:
    """Return path and date of the listed notes that changed last; a derived fact, for the first page."""
    return tuple((path, press.shown.changed[path]) for path in last_changed(press)[: int(count)])


def last_changed(press: Press) -> list[str]:
    """Return the listed notes whose last change is known, the newest first, then by title."""
    changed = press.shown.changed
    known = [path for path in press.by_title if path in changed]
    return sorted(known, key=lambda path: changed[path], reverse=True)


def where_to_begin(press: Press, home: str) -> str:
    """Return the leading map, for the first page *home*; a derived fact; empty without maps."""
    return leading_map(press.graph.trails, home)


def opening(press: Press, path: str) -> dict[str, Any]:
    """Return the opening of the first page (description, facts about the site, where to begin), and what is new."""
    words, url = press.words, "index.html"
    new = press.derive(newest, str(NEWEST))
    count, maps = len(press.by_title), len(press.mocs)
    facts = [words("by {author}", author=press.settings.author)] if press.settings.author else []
    facts += [words("{n} notes", n=count), *([words("{n} maps", n=maps)] if maps else [])]
    facts += [words("last change {date}", date=words.date(new[0][1]))] if new else []
    first = press.derive(where_to_begin, path)
    own = press.graph.notes[path].get("description")
    return {
        "lead": own if isinstance(own, str) else press.settings.description,
        "facts": " · ".join(facts),
        "begin": press.entry(first, url) if first and first != path else None,
        "new": [listed(press, one, url, words.date(date)) for one, date in new if one != path],
    }


def minutes(words: int) -> int:
    """Return the reading time of a text in minutes; 0 for a few words.

    >>> minutes(40), minutes(200), minutes(1500)
    (0, 1, 7)
    """
    return round(words / SPEED) if words >= SPEED / 2 else 0
