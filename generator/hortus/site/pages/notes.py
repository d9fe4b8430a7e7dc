"""Pages of notes, stubs of missing notes, and redirects of aliases."""

from typing import Any

from markupsafe import Markup

from hortus.core.model import Note, Page
from hortus.core.urls import href, slug, tag_url
from hortus.site.feeds import markdown_url
from hortus.site.graph.local_svg import LocalGraph, draw_local
from hortus.site.pages.backlinks import all_backlinks, backlinks
from hortus.site.pages.meta import Head
from hortus.site.pages.navigation import breadcrumbs, trails_through
from hortus.site.pages.pagination import part_places, part_sections, part_title
from hortus.site.pages.templates import Press
from hortus.site.pages.tree import Entry
from hortus.site.render import render_note, render_part
from hortus.vault.properties import is_for_display, task_mode

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
        tags=[{"name": tag.name, "href": href(tag_url(tag.name), url)} for tag in note.tags],
        headings=_headings(press, note, url),
        breadcrumbs=breadcrumbs(press, path, url),
        trails=trails_through(press, path, url),
        around=_around(press, path),
        backlinks=backlinks(press, path, url),
    )


def _note_head(press: Press, path: str, base: str) -> Head:
    note, url = press.graph.notes[path], press.shown.urls[path]
    description = note.get("description")
    return Head(
        note.title,
        description if isinstance(description, str) else note.excerpt,
        classes=tuple(slug(name) for name in _words(note.get("cssclasses"))),
        path=path,
        markdown=href(markdown_url(url), base) if path.endswith(".md") else "",
        hidden=not note.listed,
    )


def stub_page(press: Press, path: str, number: int) -> Page:
    """Make the page of a missing note, or a further page of its mentions in other notes."""
    said = all_backlinks(press, path)
    url, places = said.urls[number - 1], part_places(said, number)
    return press.page(
        "stub.html",
        url,
        Head(part_title(said, places), hidden=True),
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
        tags=[],
        headings=_headings(press, note, "index.html"),
        breadcrumbs=[],
        trails=[],
        around=None,
        backlinks=None,
    )


def _text(press: Press, note: Note, base: str) -> dict[str, Markup]:
    """Return the heading with which a note opens, empty if there is none, and the rest of the body."""
    body = render_note(note.path, base, press.shown)
    heading, end, rest = body.partition("</h1>") if note.opens_with_title else ("", "", body)
    return {"heading": Markup(heading + end), "body": Markup(rest)}


def _properties(press: Press, note: Note, base: str) -> list[dict[str, Any]]:
    return [
        {"name": prop.name, "html": html, "long": sum(len(item.striptags()) for item in html) > MARGINAL}
        for prop in note.properties
        if prop.items and not is_for_display(prop.name, prop.value) and prop.name.strip().lower() != "description"
        if not task_mode(prop.name, prop.value)
        for html in [[Markup(render_part(note.path, item, base, press.shown)) for item in prop.items]]
    ]


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
    """Return the local graph, if the note has neighbours."""
    drawn = press.derive(local_graph, path)
    return {"svg": Markup(drawn.svg), "more": drawn.more} if drawn.svg else None


def local_graph(press: Press, path: str) -> LocalGraph:
    """Draw the neighbours of a note."""
    return draw_local(path, press.network)


def _words(value: Any) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
    return [str(word) for word in values if str(word).strip()]
