"""The vault as queries see it: published notes and files, with a record of what was asked.

What is asked is a *column*: a property's name, or a kind of thing such as tags or links, of all notes. A column's mark
is the sum of the marks of its notes, so that an edit changes it at a cost that does not grow with the vault.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hortus.core.keys import fold
from hortus.core.marks import mark_of
from hortus.core.model import LinkGraph, Note
from hortus.engine.query_notes import note_fields, note_items, note_links, typed_properties
from hortus.links.graph import target_path
from hortus.links.resolve import candidates, index_names
from hortus.queries.fields import spelled
from hortus.queries.values import Date, Link, Value

ALL = "p:*"
"""The column of all properties."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a world is made of, apart from notes."""

    files: tuple[str, ...]
    """Notes and attachments that are published, without unlisted notes, sorted: those that rows may be about."""
    pages: tuple[str, ...]
    """All notes and attachments that are published, sorted: those that links may point to."""
    sizes: Mapping[str, int]
    """Bytes, by path."""
    created: Mapping[str, Date]
    changed: Mapping[str, Date]
    now: Date


class Seen(Mapping[str, Value]):
    """The properties of one note; which are read is recorded in the world's *asked*."""

    def __init__(self, values: dict[str, Value], world: "VaultWorld"):
        self.all, self.world = values, world

    def get(self, key: str, default: Any = None) -> Any:
        self.world.asked.add(f"p:{key}")
        return self.all.get(key, default)

    def __getitem__(self, key: str) -> Value:
        self.world.asked.add(f"p:{key}")
        return self.all[key]

    def __contains__(self, key: object) -> bool:
        self.world.asked.add(f"p:{key}")
        return key in self.all

    def __iter__(self) -> Iterator[str]:
        self.world.asked.add(ALL)
        return iter(self.all)

    def __len__(self) -> int:
        self.world.asked.add(ALL)
        return len(self.all)


class VaultWorld:
    """A `World` of the published notes; *asked* collects the columns that were read."""

    def __init__(self, graph: LinkGraph, facts: Facts):
        self.graph, self.facts = graph, facts
        self.asked: set[str] = set()
        self.known: dict[tuple[str, str], Any] = {}
        self.shared: dict[Any, Any] = {}

    @cached_property
    def index(self) -> Any:
        return index_names(self.facts.pages)

    def now(self) -> Date:
        self.asked.add("now")
        return self.facts.now

    def files(self) -> Sequence[str]:
        self.asked.add("files")
        return self.facts.files

    def notes(self) -> Sequence[str]:
        self.asked.add("files")
        return tuple(path for path in self.facts.files if path.endswith(".md"))

    def resolve(self, target: str, source: str) -> str:
        self.asked.add("pages")
        keys = candidates(target, source, self.index)
        return self.index.paths[keys[0]][0] if keys else ""

    def properties(self, path: str) -> Mapping[str, Value]:
        return self._once("properties", path, self._properties)

    def _properties(self, path: str) -> Mapping[str, Value]:
        return Seen(self.typed(path), self)

    def typed(self, path: str) -> dict[str, Value]:
        """Return a note's properties without a record of what is read."""
        return self._once("typed", path, self._typed)

    def _typed(self, path: str) -> dict[str, Value]:
        note = self.graph.notes.get(path)
        return typed_properties(note, self.resolved) if note else {}

    def names(self, path: str) -> Mapping[str, str]:
        self.asked.add(ALL)
        note = self.graph.notes.get(path)
        return {fold(prop.name.strip()): prop.name.strip() for prop in note.properties} if note else {}

    def fields(self, path: str) -> Mapping[str, Value]:
        self.asked.add("fields")
        return self._once("fields", path, lambda path: note_fields(self.graph.notes.get(path), self.resolved))

    def spellings(self) -> Mapping[str, Sequence[str]]:
        self.asked.add("spellings")
        return self._once("spellings", "", lambda _: spelled(name for note in self._listed() for name in _names(note)))

    def _listed(self) -> Iterator[Note]:
        return (note for note in self.graph.notes.values() if note.listed)

    def tags(self, path: str) -> Sequence[str]:
        self.asked.add("tags")
        return self._once("tags", path, self._tags)

    def _tags(self, path: str) -> tuple[str, ...]:
        note = self.graph.notes.get(path)
        return tuple(tag.name for tag in note.tags) if note else ()

    def aliases(self, path: str) -> Sequence[str]:
        self.asked.add("aliases")
        note = self.graph.notes.get(path)
        return note.aliases if note else ()

    def links(self, path: str) -> Sequence[Link]:
        self.asked.add("links")
        return self._once("links", path, self._links)

    def _links(self, path: str) -> tuple[Link, ...]:
        note = self.graph.notes.get(path)
        return note_links(note, self.graph) if note else ()

    def backlinks(self, path: str) -> Sequence[str]:
        self.asked |= {"links", "files"}
        links = self.graph.backlinks.get(path, ())
        notes = self.graph.notes
        return tuple(dict.fromkeys(link.source for link in links if link.source in notes and notes[link.source].listed))

    def items(self, path: str) -> Sequence[Mapping[str, Value]]:
        self.asked.add("items")
        return self._once("items", path, self._items)

    def _items(self, path: str) -> tuple[Mapping[str, Value], ...]:
        note = self.graph.notes.get(path)
        return note_items(note, note_links(note, self.graph, True), self.resolved) if note and note.items else ()

    def size(self, path: str) -> float:
        self.asked.add("size")
        return float(self.facts.sizes.get(path, 0))

    def times(self, path: str) -> tuple[Date | None, Date | None]:
        self.asked.add("times")
        return self.facts.created.get(path), self.facts.changed.get(path)

    def _once(self, table: str, path: str, make: Any) -> Any:
        if (table, path) not in self.known:
            self.known[table, path] = make(path)
        return self.known[table, path]

    def _targets(self, path: str) -> dict[str, str]:
        """Return where a note's links point, by the keys of their targets."""
        found = zip(self.graph.notes[path].links, self.graph.resolutions[path], strict=True)
        return {_target_key(link.target): self._there(target_path(where)) for link, where in found if link.target}

    def _there(self, path: str) -> str:
        return path if path in self.graph.notes or path in self.graph.assets else ""

    def resolved(self, link: Link, source: str) -> Link:
        """Fill in where a link in a property or field points, which is a link of its note as well."""
        return replace(link, path=self._once("targets", source, self._targets).get(_target_key(link.target), ""))


def _names(note: Note) -> Iterator[str]:
    """Yield the names of a note's properties and inline fields, as written."""
    yield from (prop.name for prop in note.properties)
    yield from (name for name, _ in note.fields)


def _target_key(target: str) -> str:
    return fold(target).removesuffix(".md")


def column_marks(world: VaultWorld, path: str) -> dict[str, int]:
    """Return the mark of a note in each column that depends on its text and links alone."""
    note = world.graph.notes[path]
    values = world.typed(path)
    columns: dict[str, Any] = {f"p:{name}": value for name, value in values.items()}
    columns[ALL] = [[prop.name for prop in note.properties], list(values.items())]
    columns |= {
        "tags": [tag.name for tag in note.tags],
        "aliases": note.aliases,
        "links": note_links(note, world.graph),
        "spellings": spelled(_names(note)) if note.listed else {},
    }
    if note.fields:
        columns["fields"] = list(note_fields(note, world.resolved).items())
    if note.items:
        columns["items"] = [_without_lines(note), columns["links"]]
    return {name: int.from_bytes(mark_of((path, _typed_mark(value)))) for name, value in columns.items() if value}


def _without_lines(note: Note) -> list[Any]:
    headings = [heading.text for heading in note.headings]
    return [headings, [replace(item, line=0) for item in note.items]]


def _typed_mark(value: Any) -> Any:
    return (type(value).__name__, value)
