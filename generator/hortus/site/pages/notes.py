"""Pages of notes, stubs of missing notes, and redirects of aliases."""

import re
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from hortus.core.model import Note, Page, Property, Segments
from hortus.core.settings import LANGUAGE
from hortus.core.urls import href, slug, tag_url
from hortus.site.feeds import feed_url, markdown_url
from hortus.site.graph.local_svg import LocalGraph, draw_local
from hortus.site.pages.backlinks import all_backlinks, backlinks
from hortus.site.pages.folders import folder_tree
from hortus.site.pages.meta import Head
from hortus.site.pages.navigation import breadcrumbs, trails_through
from hortus.site.pages.pagination import part_places, part_sections, part_title
from hortus.site.pages.summary import minutes, opening
from hortus.site.pages.templates import Press
from hortus.site.pages.tree import Entry
from hortus.site.render import render_note, render_part
from hortus.site.repository import repository_links
from hortus.vault.history import CREATED, DATES
from hortus.vault.properties import is_for_display, iso_date, task_mode

SAID_ELSEWHERE = frozenset({"description", "lang"})
"""Properties that are in the head of a page, or an attribute."""
DAYS = frozenset({*DATES, *CREATED, "published", "publish date", "due", "deadline", "start", "end"})
"""Properties whose digits are a day, as in ``20261123``."""
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
ONLY_DAY = re.compile(r"\d{4}-?\d\d-?\d\d(?:T00:00(?::00)?)?")
MARGINAL = 120
"""Maximum characters of a property next to the title; longer properties are at the end of the note."""


def note_page(press: Press, path: str) -> Page:
    note, url = press.graph.notes[path], press.shown.urls[path]
    return press.page(
        "note.html",
        url,
        _note_head(press, path, url),
        **_text(press, note, url),
        properties=_properties(press, note, url),
        sources=_sources(press, path, url),
        opening=opening(press, path) if url == "index.html" else None,
        tags=[{"name": tag.name, "href": href(tag_url(tag.name), url)} for tag in note.tags],
        headings=_headings(press, note, url),
        breadcrumbs=breadcrumbs(press, path, url),
        trails=trails_through(press, path, url),
        folders=folder_tree(press, path),
        around=_around(press, path),
        backlinks=backlinks(press, path, url),
    )


def _note_head(press: Press, path: str, base: str) -> Head:
    note, url = press.graph.notes[path], press.shown.urls[path]
    own, site = note.get("description"), press.settings.description if base == "index.html" else ""
    language, has_feed = note.get("lang"), press.settings.site_url and path in press.mocs
    return Head(
        note.title,
        own if isinstance(own, str) else site or note.excerpt,
        classes=tuple(slug(name) for name in _words(note.get("cssclasses"))),
        path=path,
        markdown=href(markdown_url(url), base) if path.endswith(".md") else "",
        hidden=not note.listed,
        feed=href(feed_url(url), base) if has_feed else "",
        language=language if isinstance(language, str) and LANGUAGE.fullmatch(language) else "",
    )


def stub_page(press: Press, path: str, number: int) -> Page:
    """Make the page of a missing note, or a further page of its mentions in other notes."""
    said = all_backlinks(press, path)
    url, places = said.urls[number - 1], part_places(said, number)
    return press.page(
        "stub.html",
        url,
        Head(part_title(press.words, said, places), hidden=True),
        heading=said.title,
        namesakes=_namesakes(press, path, url),
        breadcrumbs=breadcrumbs(press, path, url),
        trails=trails_through(press, path, url) if number == 1 else [],
        around=_around(press, path) if number == 1 else None,
        voices=[quotation for section in part_sections(said, number) for quotation in section["shown"]],
        places=places,
    )


def _namesakes(press: Press, path: str, base: str) -> list[Entry]:
    """Return the notes that have the name of a missing note as an alias: links do not follow it, but readers can."""
    return [press.entry(other, base) for other in press.namesakes.get(path, ())]


def redirect_page(press: Press, url: str, path: str) -> Page:
    """Make the page of an alias, which redirects to its note."""
    return press.page(
        "redirect.html", url, Head(press.title(path), hidden=True), target=href(press.shown.urls[path], url)
    )


def home_page(press: Press, moc: str) -> Page:
    """Make the first page of a vault without one: its leading MOC."""
    note = press.graph.notes[moc]
    return press.page(
        "note.html",
        "index.html",
        _note_head(press, moc, "index.html"),
        **_text(press, note, "index.html"),
        properties=[],
        sources=_sources(press, moc, "index.html"),
        opening=opening(press, moc),
        tags=[],
        headings=_headings(press, note, "index.html"),
        breadcrumbs=[],
        trails=[],
        folders=[],
        around=None,
        backlinks=None,
    )


def _text(press: Press, note: Note, base: str) -> dict[str, Markup]:
    """Return the heading with which a note opens, empty if there is none, and the rest of the body."""
    body = render_note(note.path, base, press.shown)
    heading, end, rest = body.partition("</h1>") if note.opens_with_title else ("", "", body)
    return {"heading": Markup(heading + end), "body": Markup(rest)}


def _properties(press: Press, note: Note, base: str) -> list[dict[str, Any]]:
    """Return the properties to show, dates as people write them, then the last change and the reading time."""
    shown = [
        {"name": prop.name, "html": html, "long": sum(len(item.striptags()) for item in html) > MARGINAL}
        for prop in note.properties
        if prop.items and not is_for_display(prop.name, prop.value) and prop.name.strip().lower() not in SAID_ELSEWHERE
        if not task_mode(prop.name, prop.value)
        for html in [_dated(press, prop) or [_part(press, note, item, base) for item in prop.items]]
    ]
    words, changed, time = press.words, press.shown.changed.get(note.path, ""), minutes(note.words)
    more = {words("Last change"): [_time(press, changed)]} if changed and changed != note.date else {}
    more |= {words("Reading time"): [Markup(escape(words("{n} minutes", n=time)))]} if time else {}
    return [*shown, *({"name": name, "html": html, "long": False} for name, html in more.items())]


def _part(press: Press, note: Note, item: Segments, base: str) -> Markup:
    return Markup(render_part(note.path, item, base, press.shown))


def _dated(press: Press, prop: Property) -> list[Markup]:
    """Return the value of a property that is a day; empty if it is none."""
    named = prop.name.strip().lower() in DAYS
    day = iso_date(prop.value) if named or ISO_DAY.fullmatch(str(prop.value).strip()) else ""
    return [_time(press, day)] if day and ONLY_DAY.fullmatch(str(prop.value).strip()) else []


def _time(press: Press, day: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(day, press.words.date(day))


def _sources(press: Press, path: str, base: str) -> list[Entry]:
    """Return links to the text of a note: its Markdown, and where it is edited and its history."""
    words, url = press.words, press.shown.urls[path]
    found = [Entry(words("Markdown"), href(markdown_url(url), base))] if path.endswith(".md") else []
    labels = {"Edit": words("Edit"), "History": words("History")}
    for name, pattern in repository_links(press.settings).items():
        found.append(Entry(labels[name], pattern.replace("{path}", quote(path))))
    if path in press.mocs and press.settings.site_url:
        found.append(Entry(words("Feed"), href(feed_url(url), base)))
    return found


def _headings(press: Press, note: Note, base: str) -> list[dict[str, Any]]:
    shown = [heading for heading in note.headings if heading.text and not heading.is_title and not heading.nested]
    top = min((heading.level for heading in shown), default=1)
    return [
        {
            "anchor": heading.anchor,
            "depth": heading.level - top,
            "html": Markup(render_part(note.path, heading.html, base, press.shown)),
        }
        for heading in shown
    ]


def _around(press: Press, path: str) -> dict[str, Any] | None:
    """Return the local graph, if the note has neighbours, and the address of the whole graph at this note."""
    drawn, url = press.derive(local_graph, path), press.shown.urls[path]
    graph = f"{href('graph.html', url)}#{href(url, 'graph.html')}"
    return {"svg": Markup(drawn.svg), "more": drawn.more, "graph": graph} if drawn.svg else None


def local_graph(press: Press, path: str) -> LocalGraph:
    """Draw the neighbours of a note."""
    return draw_local(path, press.network, press.words)


def _words(value: Any) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
    return [str(word) for word in values if str(word).strip()]
