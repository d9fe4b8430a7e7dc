"""The vault as queries see it: published notes and files, with a record of what was asked.

What is asked is a column: see `hortus.engine.query_columns`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from hortus.core.keys import fold
from hortus.core.model import LinkGraph, Note
from hortus.engine.query_notes import (
    names_of,
    note_fields,
    note_items,
    note_links,
    public_target,
    tags_of,
    typed_properties,
)
from hortus.links.resolve import candidates, index_names
from hortus.queries.fields import spelled
from hortus.queries.values import Date, Link, Value

ALL = "p:*"
"""The column of all properties."""
LINKS = frozenset({"links", "unlisted"})
"""The columns of the links of notes: a link to a note that becomes unlisted is listed no more."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The data that queries can read in addition to notes."""

    files: tuple[str, ...]
    """Notes and attachments that are published, without unlisted notes, sorted: those that rows may be about."""
    pages: tuple[str, ...]
    """All notes and attachments that are published, sorted: those that links may point to."""
    sizes: Mapping[str, int]
    """Bytes, by path."""
    created: Mapping[str, Date]
    changed: Mapping[str, Date]
    now: Date
    unlisted: frozenset[str] = frozenset()
    """Published notes that are not rows: they are in `pages`, but not in `files`."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Types of properties that the vault sets, by folded name."""


class Seen(Mapping[str, Value]):
    """The properties of one note; which are read is recorded in *asked*, the columns that the current query read."""

    def __init__(self, values: dict[str, Value], asked: set[str], columns: dict[str, str]):
        self.all, self.asked, self.columns = values, asked, columns

    def _ask(self, key: Any) -> None:
        if key not in self.columns:
            self.columns[key] = f"p:{key}"
        self.asked.add(self.columns[key])

    def get(self, key: str, default: Any = None) -> Any:
        self._ask(key)
        return self.all.get(key, default)

    def __getitem__(self, key: str) -> Value:
        self._ask(key)
        return self.all[key]

    def __contains__(self, key: object) -> bool:
        self._ask(key)
        return key in self.all

    def __iter__(self) -> Iterator[str]:
        self.asked.add(ALL)
        return iter(self.all)

    def __len__(self) -> int:
        self.asked.add(ALL)
        return len(self.all)


class VaultWorld:
    """A `World` of the published notes; *asked* collects the columns that a query reads.

    Of an unlisted note, only its own queries read anything.
    """

    def __init__(self, graph: LinkGraph, facts: Facts):
        self.graph, self.facts = graph, facts
        self.asked: set[str] = set()
        self.undated: set[str] = set()
        """The fields whose date was asked for and is not known."""
        self.shared: dict[Any, Any] = {}
        self.host = ""
        self.all_notes = tuple(path for path in facts.files if path.endswith(".md"))
        self.columns: dict[str, str] = {}
        """Names of columns, by the keys of properties."""
        self.tables: dict[str, dict[str, Any]] = {}
        """What queries of the current host may read, by table and path."""
        self.made: dict[str, dict[str, Any]] = {"typed": {}, "links": {}, "targets": {}, "spellings": {}}
        """Properties and links of all notes, by table and path; the path is empty for values of the whole vault."""

    def begin(self, host: str) -> None:
        """Begin a query of the note *host*: nothing is asked yet."""
        self.asked.clear()
        self.undated.clear()
        if {self.host, host} & self.facts.unlisted:  # what only their own queries see is in no table of others
            self.tables, self.shared = {}, {}
        self.host = host

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
        return self.all_notes

    def resolve(self, target: str, source: str) -> str:
        self.asked.add("pages")
        keys = candidates(target, source, self.index)
        return self.index.paths[keys[0]][0] if keys else ""

    def _note(self, path: str) -> Note | None:
        """Return a note that the current query may read."""
        return None if self._hidden(path) else self.graph.notes.get(path)

    def _hidden(self, path: str) -> bool:
        return path in self.facts.unlisted and path != self.host

    def _once(self, table: str, path: str, make: Callable[[Note], Any], empty: Any) -> Any:
        """Return what is computed once from a note; *empty* if there is no such note."""
        known = self.tables.setdefault(table, {})
        if path not in known:
            note = self._note(path)
            known[path] = empty if note is None else make(note)
        return known[path]

    def properties(self, path: str) -> Mapping[str, Value]:
        found = self._once("properties", path, self._seen, None)
        return self._seen(None) if found is None else found

    def _seen(self, note: Note | None) -> Seen:
        return Seen(self.typed(note) if note else {}, self.asked, self.columns)

    def typed(self, note: Note) -> dict[str, Value]:
        """Return a note's properties without a record of what is read."""
        known = self.made["typed"]
        if note.path not in known:
            known[note.path] = typed_properties(note, self.resolved, self.facts.types)
        return known[note.path]

    def all_links(self, note: Note) -> tuple[Link, ...]:
        """Return a note's links, those to unlisted notes as well."""
        known = self.made["links"]
        if note.path not in known:
            known[note.path] = note_links(note, self.graph)
        return known[note.path]

    def names(self, path: str) -> Mapping[str, str]:
        self.asked.add(ALL)
        note = self._note(path)
        return {fold(prop.name.strip()): prop.name.strip() for prop in note.properties} if note else {}

    def fields(self, path: str) -> Mapping[str, Value]:
        self.asked.add("fields")
        return self._once("fields", path, lambda note: note_fields(note, self.resolved), {})

    def spellings(self) -> Mapping[str, Sequence[str]]:
        self.asked.add("spellings")
        known = self.made["spellings"]
        if "" not in known:
            notes = (note for note in self.graph.notes.values() if note.listed)
            known[""] = spelled(name for note in notes for name in names_of(note))
        return known[""]

    def tags(self, path: str) -> Sequence[str]:
        self.asked.add("tags")
        return self._once("tags", path, tags_of, ())

    def aliases(self, path: str) -> Sequence[str]:
        self.asked.add("aliases")
        note = self._note(path)
        return note.aliases if note else ()

    def links(self, path: str) -> Sequence[Link]:
        self.asked |= LINKS
        return self._once("links", path, self._links, ())

    def _links(self, note: Note) -> tuple[Link, ...]:
        """Return the links that a query may list: none to unlisted notes."""
        return tuple(link for link in self.all_links(note) if not self._hidden(link.path))

    def backlinks(self, path: str) -> Sequence[str]:
        self.asked |= LINKS
        self.asked.add("files")
        if self._hidden(path):
            return ()
        notes, links = self.graph.notes, self.graph.backlinks.get(path, ())
        return tuple(dict.fromkeys(link.source for link in links if link.source in notes and notes[link.source].listed))

    def items(self, path: str) -> Sequence[Mapping[str, Value]]:
        self.asked |= {"items", "unlisted"}
        return self._once("items", path, self._items, ())

    def _items(self, note: Note) -> tuple[Mapping[str, Value], ...]:
        if not note.items:
            return ()
        links = enumerate(note_links(note, self.graph, True))
        shown = {number: link for number, link in links if not self._hidden(link.path)}
        return note_items(note, shown, self.resolved)

    def size(self, path: str) -> float:
        self.asked.add("size")
        return 0.0 if self._hidden(path) else float(self.facts.sizes.get(path, 0))

    def created(self, path: str) -> Date | None:
        return self._date(path, self.facts.created, "file.ctime")

    def changed(self, path: str) -> Date | None:
        return self._date(path, self.facts.changed, "file.mtime")

    def _date(self, path: str, dates: Mapping[str, Date], name: str) -> Date | None:
        self.asked.add("times")
        if not path or self._hidden(path):
            return None
        if path not in dates:
            self.undated.add(name)
        return dates.get(path)

    def resolved(self, link: Link, source: str) -> Link:
        """Fill in where a link in a property or field points, which is a link of its note as well."""
        targets = self.made["targets"]
        if source not in targets:
            targets[source] = self._targets(source)
        path = targets[source].get(_target_key(link.target), "")
        return Link(link.target, path, link.anchor, link.display, link.embed)

    def _targets(self, path: str) -> dict[str, str]:
        """Return where a note's links point, by the keys of their targets."""
        found = zip(self.graph.notes[path].links, self.graph.resolutions[path], strict=True)
        return {_target_key(link.target): public_target(where, self.graph) for link, where in found if link.target}


def _target_key(target: str) -> str:
    return fold(target).removesuffix(".md")
