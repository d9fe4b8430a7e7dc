"""A note as queries see it: typed properties, inline fields, links, list items."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hortus.core.keys import fold
from hortus.core.model import LinkGraph, Note, Resolution
from hortus.links.graph import target_path
from hortus.queries.compare import as_number
from hortus.queries.dates import parse_date
from hortus.queries.fields import inline_fields, inline_value, link_of, merged, task_dates, typed
from hortus.queries.values import Link, Rich, Tag, Value

SHOWN = frozenset({"wikilink", "markdown", "embed", "image", "property", "canvas", "html"})
EMBEDS = frozenset({"embed", "image"})
DONE = frozenset({"x", "X"})
LISTS = frozenset({"multitext", "aliases"})
"""Obsidian's types of properties that are lists of texts."""
Resolve = Callable[[Link, str], Link]
"""Fills in where a link in the note of a path points."""


def typed_properties(note: Note, resolve: Resolve, types: Mapping[str, str]) -> dict[str, Value]:
    """Return a note's properties by folded name; the first of a name counts.

    *types* are those that the vault sets; another property has the type of its text, as has a value that does not fit.
    """
    found: dict[str, Value] = {}
    for prop in note.properties:
        name = prop.name.strip()
        key = fold(name)
        if key not in found:
            raw = _link_lists(prop.value)
            value = _of_kind(raw, types.get(key, ""))
            if value is None:
                value = _kept(typed(raw, name), prop.quoted)
            found[key] = _pointed(value, note.path, resolve)
    return found


def tags_of(note: Note) -> tuple[str, ...]:
    """Return the names of a note's tags."""
    return tuple(tag.name for tag in note.tags)


def names_of(note: Note) -> Iterator[str]:
    """Yield the names of a note's properties and inline fields, as written."""
    yield from (prop.name.strip() for prop in note.properties)
    yield from (name for name, _ in note.fields)


def _of_kind(value: Any, kind: str) -> Value:
    """Return a value as one of a type of Obsidian's; nothing if it has none, or does not fit."""
    if kind in LISTS and value not in (None, ""):
        return tuple(_text_or_link(item) for item in value) if isinstance(value, list) else (_text_or_link(value),)
    if not isinstance(value, str):
        return None
    if kind == "text":
        return _text_or_link(value)
    if kind in ("date", "datetime"):
        return parse_date(value)
    if kind == "number":
        return as_number(value)
    return typed(value, "tags") if kind == "tags" else None


def _text_or_link(value: Any) -> Value:
    return link_of(value) or value if isinstance(value, str) else typed(value)


def _link_lists(value: Any) -> Any:
    """Turn links without quotes, which YAML reads as a list in a list, into links."""
    if not isinstance(value, list):
        return value
    return _unquoted_link([value]) or [_unquoted_link(item) or item for item in value] if value else value


def _unquoted_link(value: Any) -> str:
    """Return the link that ``[[name]]`` without quotes is; empty for any other value."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 1:
        value = value[0]
        if isinstance(value[0], str):
            return f"[[{value[0]}]]"
    return ""


def _kept(value: Value, quoted: Sequence[str]) -> Value:
    """Return numbers that are in quotes as text."""
    if not quoted:
        return value
    if type(value) is tuple:
        return tuple(_kept(item, quoted) for item in value)
    return next((text for text in quoted if type(value) is float and float(text) == value), value)


def _pointed(value: Value, path: str, resolve: Resolve) -> Value:
    """Fill in where the links in a value of the note *path* point."""
    if type(value) is Link:
        return resolve(value, path)
    if type(value) is tuple:
        return tuple(_pointed(item, path, resolve) for item in value)
    return {name: _pointed(item, path, resolve) for name, item in value.items()} if type(value) is dict else value


def note_fields(note: Note | None, resolve: Resolve) -> dict[str, Value]:
    """Return a note's inline fields by folded name."""
    if note is None or not note.fields:
        return {}
    return merged([(name, _field(text, note.path, resolve)) for name, text in note.fields])


def _field(text: str, path: str, resolve: Resolve) -> Value:
    return _pointed(inline_value(text), path, resolve)


def public_target(resolution: Resolution, graph: LinkGraph) -> str:
    """Return the path of the public note or file that a resolved link points to; empty if there is none."""
    path = target_path(resolution)
    return path if path in graph.notes or path in graph.assets else ""


def note_links(note: Note, graph: LinkGraph, every: bool = False) -> tuple[Link, ...]:
    """Return a note's links into the vault with where they point; *every*: a link for each of the note's."""
    found = []
    for link, where in zip(note.links, graph.resolutions[note.path], strict=True):
        there = public_target(where, graph)
        if every or (link.kind in SHOWN and (there or link.target)):
            anchor = f"#{link.anchor}" if link.anchor else ""
            found.append(Link(link.target or note.path, there, anchor, link.label or None, link.kind in EMBEDS))
    return tuple(found)


def note_items(note: Note, links: Mapping[int, Link], resolve: Resolve) -> tuple[Mapping[str, Value], ...]:
    """Return a note's list items as Dataview has them, each with those below it; *links* are the note's, by number."""
    items: list[dict[str, Value]] = []
    for number, item in enumerate(note.items):
        heading = note.headings[item.section].text if item.section >= 0 else ""
        section = Link(note.path, note.path, f"#{heading}" if heading else "", heading or None)
        fields = merged(
            [
                (name, _field(text, note.path, resolve))
                for line in item.text.split("\n")
                for name, text in inline_fields(line)
            ]
        )
        done = item.status in DONE
        own: dict[str, Value] = {
            "number": float(number),
            "text": Rich(item.text, note.path, number) if item.html else item.text,
            "task": bool(item.status),
            "line": float(number),
            "path": note.path,
            "link": section,
            "section": section,
            "heading": heading,
            "tags": tuple(map(Tag, item.tags)),
            "outlinks": tuple(links[index] for index in item.links if index in links),
            "children": (),
            "parent": float(item.parent) if item.parent >= 0 else None,
            "annotated": bool(fields),
        }
        if item.status:
            own |= {"status": item.status, "checked": item.status != " ", "completed": done, "fullyCompleted": done}
        items.append({**fields, **task_dates(item.text), **own})
    return _nested(note, items)


def _nested(note: Note, items: list[dict[str, Value]]) -> tuple[Mapping[str, Value], ...]:
    """Put each item among the children of the one above it; the last first, so that children are complete."""
    for number in range(len(items) - 1, -1, -1):
        parent = note.items[number].parent
        if parent >= 0:
            items[parent]["children"] = (items[number], *items[parent]["children"])
            if not items[number].get("fullyCompleted", True):
                items[parent]["fullyCompleted"] = False
    return tuple(items)
