"""Render links: opening tags, names and URLs, relative to the page on which they are shown."""

from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs

from hortus.core.model import Ambiguous, AnchorMissing, Empty, FigureFound, Found, Link, Missing, Private, Shown, Slot
from hortus.core.urls import href
from hortus.links.graph import target_path


@dataclass(slots=True)
class Place:
    """The context in which HTML is rendered: the page, and the embeds around it."""

    base: str
    path: str
    prefix: str = ""
    ids: frozenset[str] | None = None
    """Ids within the rendered range; None for all ids of the note."""
    stack: tuple[tuple[str, int, int], ...] = ()
    counter: list[int] = field(default_factory=lambda: [0])
    light: bool = False
    """Drawings are shown by their files, for hover cards and feeds."""


def opening_tag(slot: Slot, place: Place, shown: Shown) -> str:
    """Return the opening tag of a link; a slot with a name has no text, so its link gets a label."""
    address = escape(link_address(slot.index, place, shown))
    name = f' aria-label="{escape(target_name(slot.index, place, shown))}"' if slot.name and address else ""
    match shown.graph.resolutions[place.path][slot.index]:
        case Missing(path) if path:
            return f'<a class="missing" href="{address}"{name} title="{shown.words("not written yet")}">'
        case Missing():
            return f'<a class="missing" title="{shown.words("no such file")}">'
        case Empty():
            return f'<a class="missing" title="{shown.words("no destination yet")}">'
        case Private():
            return '<a class="private">'
        case Found(path) if path in shown.graph.assets:
            return f'<a class="internal attachment" href="{address}"{name}>'
        case _ if address:
            return f'<a class="internal" href="{address}"{name}>'
        case _:
            return f'<a class="missing" title="{shown.words("not written yet")}">'


def target_name(index: int, place: Place, shown: Shown) -> str:
    """Return the name of a link with a target: its label, otherwise the title of its note, otherwise as written."""
    link = shown.graph.texts[place.path].links[index]
    note = shown.graph.notes.get(target_path(shown.graph.resolutions[place.path][index]))
    return link.label or (note.title if note else link.target)


def link_address(index: int, place: Place, shown: Shown) -> str:
    """Return the URL of a link, relative to the page; empty if it is broken."""
    link, resolution = shown.graph.texts[place.path].links[index], shown.graph.resolutions[place.path][index]
    match resolution:
        case FigureFound(name):
            return href(f"figures/{name}.html", place.base)
        case Found(path, anchor) if path in shown.graph.assets:
            return _file_address(path, link, place, shown)
        case Found(path, anchor):
            return _note_address(path, anchor, place, shown)
        case Ambiguous() if resolution.path in shown.graph.assets:
            return _file_address(resolution.path, link, place, shown)
        case Ambiguous():
            return _note_address(resolution.path, resolution.anchor, place, shown)
        case AnchorMissing(path) | Missing(path) if path:
            return _note_address(path, "", place, shown)
        case _:
            return ""


def _note_address(path: str, anchor: str, place: Place, shown: Shown) -> str:
    url = shown.urls[path]
    if url == place.base and anchor:
        return f"#{anchor}"
    return href(url, place.base) + (f"#{anchor}" if anchor else "")


def _file_address(path: str, link: Link, place: Place, shown: Shown) -> str:
    page = f"#page={values['page'][0]}" if (values := parse_qs(link.anchor)) and "page" in values else ""
    return href(shown.urls[path], place.base) + page
