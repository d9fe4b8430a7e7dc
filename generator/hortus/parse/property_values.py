"""Render the values of properties as HTML; links and tags in them belong to the note."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from hortus.core.filetypes import is_picture_name
from hortus.core.model import Property, Segments, Tag
from hortus.core.slots import cut
from hortus.parse.inlines import Group, read_inline
from hortus.parse.reading import Reading
from hortus.parse.syntax.tag import read_tag, written_tags
from hortus.vault.frontmatter import Quoted
from hortus.vault.properties import PICTURES, Entry, flat, value_lines

LINKED = re.compile(r"!?\[\[.+\]\]$|!?\[.*\]\(.*\)$|https?://\S+$", re.DOTALL)
BARE_PICTURE = re.compile(r"[^\[\]|#^<>]+")
TAG_HINT = "a tag may contain letters, digits, `_`, `-` and `/`, and must not consist of digits only"


def read_property(reading: Reading, entry: Entry) -> Property:
    """Render the values of a property; links in them belong to the note."""
    links = reading.references.links
    first = len(links)
    values = entry.value if isinstance(entry.value, list) else [] if entry.value is None else [entry.value]
    lines = value_lines(entry, values)
    if entry.name.strip().lower() in ("tags", "tag"):
        _read_tags(reading, entry, values)
        return Property(entry.name, _plain(entry.value), entry.line)
    quoted = tuple(str(value) for value in values if isinstance(value, Quoted))
    plain = _plain(entry.value)
    items = tuple(_read_value(reading, entry, value, line) for value, line in zip(values, lines, strict=True))
    for link in links[first:]:
        link.kind, link.name, link.section = "property", entry.name.strip(), -1
    return Property(entry.name, plain, entry.line, items, tuple(range(first, len(links))), quoted)


def _plain(value: Any) -> Any:
    """Return a value in which text in quotes is like any other."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return str(value) if isinstance(value, Quoted) else value


def _read_value(reading: Reading, entry: Entry, value: object, line: int) -> Segments:
    while isinstance(value, list) and len(value) == 1:  # YAML reads [[x]] without quotes as a list in a list
        value = f"[[{value[0]}]]" if isinstance(value[0], str) else value[0]
    if entry.name.strip().lower() in PICTURES and isinstance(value, str) and BARE_PICTURE.fullmatch(value.strip()):
        value = f"![[{value.strip()}]]" if is_picture_name(value.strip()) else value
    if not isinstance(value, str):
        return (escape(str(value).lower() if isinstance(value, bool) else flat(value)),)
    if not entry.markdown and not LINKED.match(value):
        return (escape(value),)
    inline = reading.parse_line(value, line)
    read_inline(reading, inline, Group())
    reading.words.pop()
    return cut(reading.render([inline]))


def _read_tags(reading: Reading, entry: Entry, values: Sequence[object]) -> None:
    """Collect the tags of a property; report invalid ones."""
    for value, line in zip(values, value_lines(entry, values), strict=True):
        item = [value] if isinstance(entry.value, list) else value
        for text in written_tags(item, entry.markdown):
            name, fault = read_tag(text)
            if name:
                reading.tags.append(Tag(name, line, 1))
            if fault:
                column = max(reading.places.lines[line - 1].find(text), 0) + 1
                message = f'"{text}" is not a valid tag: {fault}'
                reading.issue("bad_tag", (line, column, len(text)), message, TAG_HINT, text)
