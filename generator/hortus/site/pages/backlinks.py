"""Backlinks: the notes that link to a page, with headings and sentences around the links."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from hortus.core.model import Backlink, Link, Note, Segments, Slot
from hortus.core.urls import href
from hortus.site.pages.pagination import Listing, Section
from hortus.site.pages.templates import Press
from hortus.site.render import render_part

QUOTED, NAMED = 60, 300
"""Limits of backlinks on a page: notes with sentences, and notes with titles only; others are counted."""

SHOWN_LINKS = 100
"""Limit of links of one note to a page; others are counted."""


def backlinks(press: Press, path: str, base: str) -> dict[str, Any] | None:
    """Return the notes that link to a page: the first with sentences, others with titles, the rest as a count."""
    sources, tables = press.links_to.sources(path), _tables(press, path, base)
    if not sources and not tables:
        return None
    speaking, others = sources[:QUOTED], sources[QUOTED:]
    return {
        "speaking": [press.derive(quotation, source, path) for source in speaking],
        "named": [press.entry(source, base) for source in others[:NAMED]],
        "others": len(others),
        "unnamed": max(0, len(others) - NAMED),
        "tables": tables,
    }


def _tables(press: Press, path: str, base: str) -> list[dict[str, Any]]:
    """Return the tables that list a note: the title of each, and the note that shows it."""
    found = press.shown.listed_in.get(path, ())
    return [
        {"table": table, "title": press.title(host), "href": href(press.shown.urls[host], base)}
        for host, table in found
        if press.listed(host)
    ]


def all_backlinks(press: Press, path: str) -> Listing:
    """List all notes that link to a missing note, with sentences."""
    voices = Section("", press.links_to.sources(path), lambda source: press.derive(quotation, source, path))
    return Listing(press.shown.urls[path], press.title(path), [voices], ranked=True, hidden=True, part=QUOTED)


def quotation(press: Press, source: str, path: str) -> dict[str, Any]:
    """Return how the page of *path* shows a note that links to it."""
    base, links = press.shown.urls[path], press.links_to.between(source, path)
    kind = "figure" if source not in press.graph.notes else "map" if source in press.mocs else "prose"
    return {
        "title": press.title(source),
        "href": href(press.shown.urls[source], base),
        "kind": kind,
        "places": _places(press, source, links[:SHOWN_LINKS], base),
        "more": max(0, len(links) - SHOWN_LINKS),
    }


def _places(press: Press, source: str, links: Sequence[Backlink], base: str) -> list[dict[str, Any]]:
    """Return the places of links in a note: heading or property, and sentences."""
    note, url = press.graph.texts[source], href(press.shown.urls[source], base)
    places: dict[tuple[str, str, int], list[Backlink]] = {}
    for link in links:
        places.setdefault(_place(note, note.links[link.index]), []).append(link)
    found = []
    for (way, name, section), group in places.items():
        heading = note.headings[section] if section >= 0 else None
        title = Markup(render_part(source, heading.html, base, press.shown)) if heading else name
        sentences = [
            one
            for one in _sentences(press, source, group, base)
            if not isinstance(title, Markup) or _differ(one, title)
        ]
        if title or way or sentences:
            address = f"{url}#{heading.anchor}" if heading else ""
            found.append({"way": way, "title": title, "href": address, "sentences": sentences})
    return found


def _sentences(press: Press, source: str, links: Sequence[Backlink], base: str) -> list[Markup]:
    """Return the sentences around links, each once; embeds become links, and sentences with only a link are omitted."""
    note = press.graph.texts[source]
    contexts = dict.fromkeys(context for link in links if (context := note.links[link.index].context) >= 0)
    sentences = [_unembedded(note.contexts[context]) for context in contexts]
    rendered = [render_part(source, sentence, base, press.shown) for sentence in sentences if not _is_bare(sentence)]
    return [Markup(sentence) for sentence in dict.fromkeys(rendered)]


def _differ(sentence: Markup, heading: Markup) -> bool:
    """Return whether a sentence is more than its heading."""
    return sentence.striptags() != heading.striptags()


def _place(note: Note, link: Link) -> tuple[str, str, int]:
    """Return the kind of a backlink (``embed``, ``property`` or empty), the property's name and the heading's number.

    The heading that is the note's title does not count.
    """
    if link.kind == "property":
        return "property", link.name, -1
    titled = link.section >= 0 and note.headings[link.section].is_title
    return "embed" if link.kind == "embed" else "", "", -1 if titled else link.section


def _unembedded(sentence: Segments) -> Segments:
    """Turn embedded notes into links."""
    return tuple(
        part._replace(name="inline") if isinstance(part, Slot) and part.kind == "embed" else part for part in sentence
    )


def _is_bare(sentence: Segments) -> bool:
    """Return whether a sentence consists of only one link or embed.

    >>> _is_bare((Slot("link", 0, ""), "SGD</a>")), _is_bare((Slot("link", 0, ""), "SGD</a> is slow"))
    (True, False)
    """
    first, *rest = sentence or ("",)
    if not isinstance(first, Slot):
        return False
    return not rest if first.kind == "embed" else len(rest) == 1 and str(rest[0]).strip().endswith("</a>")
