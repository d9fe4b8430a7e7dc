"""Pages of notes: written ones, the places of those that are wanted, and what an alias points to."""

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
"""Characters of a property that stands next to the title; a longer one is at the foot of the note."""


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
    """Make the page of a note that is not written, or one more part of what others say of it."""
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
        voices=[voice for section in part_sections(said, number) for voice in section["shown"]],
        places=places,
    )


def _namesakes(press: Press, path: str, base: str) -> list[Entry]:
    """Return the notes that go by the name of a missing one: links do not follow an alias, but readers may."""
    return [press.entry(other, base) for other in press.namesakes.get(path, ())]


def redirect_page(press: Press, url: str, path: str) -> Page:
    """Make the page of an alias, which redirects to its note."""
    return press.page(
        "redirect.html", url, Head(press.title(path), hidden=True), target=href(press.shown.urls[path], url)
    )


def home_page(press: Press, moc: str) -> Page:
    """Make a first page for a vault that has none: its leading MOC."""
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
    """Return a note's own title, empty if it does not open with one, and what follows."""
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
    """Return the drawing of what is one link away, if anything is."""
    drawn = press.derive(local_graph, path)
    return {"svg": Markup(drawn.svg), "more": drawn.more} if drawn.svg else None


def local_graph(press: Press, path: str) -> LocalGraph:
    """Draw what is one link away from a note."""
    return draw_local(path, press.network)


def _words(value: Any) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
    return [str(word) for word in values if str(word).strip()]
