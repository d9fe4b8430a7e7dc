"""The values of queries as HTML, on a given page."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from hortus.core.filetypes import kind_of
from hortus.core.keys import stem
from hortus.core.model import Segments, Shown
from hortus.core.urls import href, tag_url
from hortus.links.resolve import find_anchor
from hortus.parse.syntax.callout_icons import DRAWINGS
from hortus.parse.syntax.sanitize import clean_skeleton
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of
from hortus.queries.dates import date_text, duration_text
from hortus.queries.texts import text_of
from hortus.queries.values import (
    Date,
    Duration,
    Failed,
    File,
    Html,
    Icon,
    Image,
    Link,
    Rich,
    Tag,
    Value,
    number_text,
)

MOST = 200
"""Items of one list that a cell shows."""


@dataclass(frozen=True, slots=True)
class Values:
    """Writes values on the page *base*; *fill* renders a piece of a note: its path and segments."""

    base: str
    shown: Shown
    fill: Callable[[str, Segments], str]

    def html(self, value: Value) -> str:
        """Return a value as HTML; nothing for an absent one."""
        write = WRITE.get(type(value))
        if write:
            return write(self, value)
        return escape(text_of(value))

    def link(self, link: Link) -> str:
        """Return a link: to a note or file, to another site, or of a note that is not written."""
        label = self.html(link.display) if link.display not in (None, "") else escape(stem(link.path or link.target))
        if link.embed and (picture := self.picture(link)):
            return picture
        if link.path in self.shown.urls:
            anchor = self._anchor(link)
            same = self.shown.urls[link.path] == self.base
            address = "" if same and anchor else href(self.shown.urls[link.path], self.base)
            return f'<a class="internal" href="{escape(address + anchor)}">{label}</a>'
        if scheme_of(link.target) in SAFE_SCHEMES and ":" in link.target:
            shown = label if link.display else escape(link.target)
            return f'<a class="external" href="{escape(link.target)}" rel="noopener">{shown}</a>'
        unwritten = self.shown.words("not written yet")
        return f'<a class="missing" title="{unwritten}">{label or escape(link.target + link.anchor)}</a>'

    def _anchor(self, link: Link) -> str:
        """Return the fragment of the heading or block that a link names; empty if there is none."""
        note = self.shown.graph.notes.get(link.path)
        found = find_anchor(link.anchor, note) if note and link.anchor else ""
        return f"#{found}" if found else ""

    def picture(self, link: Link, label: str = "") -> str:
        """Return a picture of this site; empty if the link is none."""
        path = link.path
        if path not in self.shown.urls or kind_of(path) != "image":
            return ""
        size = self.shown.sizes.get(path)
        pixels = f' width="{size[0]}" height="{size[1]}"' if size else ""
        address = escape(href(self.shown.urls[path], self.base))
        return f'<img src="{address}" alt="{escape(label)}" loading="lazy"{pixels}>'

    def tag(self, tag: Tag) -> str:
        return f'<a class="tag" href="{escape(href(tag_url(tag.name), self.base))}">#{escape(tag.name)}</a>'

    def rich(self, text: Rich) -> str:
        note: Any = self.shown.graph.notes.get(text.path)
        if note is None or text.index >= len(note.items):
            return escape(text.text)
        return self.fill(text.path, note.items[text.index].html)


def _items(values: Values, items: tuple[Value, ...]) -> str:
    shown = ", ".join(values.html(item) for item in items[:MOST])
    more = values.shown.words("and {n} more", n=len(items) - MOST)
    return f"{shown} {more}" if len(items) > MOST else shown


def _checkbox(values: Values, value: bool) -> str:
    words = values.shown.words
    return f'<input type="checkbox" disabled{" checked" * value} aria-label="{words("yes") if value else words("no")}">'


def _date(values: Values, date: Date) -> str:
    text = date_text(date)
    return f'<time datetime="{text.replace(" ", "T")}">{text.removesuffix(":00") if date.timed else text}</time>'


def _icon(values: Values, icon: Icon) -> str:
    drawn = DRAWINGS.get(icon.name.removeprefix("lucide-"))
    if drawn is None:
        return f'<span class="query-icon">{escape(icon.name)}</span>'
    return f'<svg class="query-icon" viewBox="0 0 24 24" role="img" aria-label="{escape(icon.name)}">{drawn}</svg>'


def _image(values: Values, image: Image) -> str:
    return values.picture(image.source) or values.link(image.source)


def _html(values: Values, html: Html) -> str:
    return clean_skeleton(html.text, lambda element, name, value: None if name in ("href", "src") else value)


WRITE: dict[type, Callable[[Values, Any], str]] = {
    type(None): lambda values, value: "",
    bool: _checkbox,
    float: lambda values, value: number_text(value),
    tuple: _items,
    Date: _date,
    Duration: lambda values, value: escape(duration_text(value)),
    Link: Values.link,
    File: lambda values, value: values.link(Link(stem(value.path), value.path)),
    Tag: Values.tag,
    Icon: _icon,
    Image: _image,
    Html: _html,
    Rich: Values.rich,
    Failed: lambda values, value: f'<span class="query-wrong" title="{escape(value.message)}">–</span>',
}
