"""What pages may read of a note, recorded: each field is a fact.

Lines and columns are left out of what is returned, so that a line inserted at the top of a note changes no other page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache, partial
from operator import attrgetter
from typing import Any

from hortus.core.model import Note
from hortus.engine.facts import Reader, Table
from hortus.links.anchors import Anchors, anchors_of


def _plain(things: Iterable[Any], *nothing: str) -> tuple[Any, ...]:
    """Return records with 0 in the fields named *nothing*."""
    return tuple(_copier(type(one), nothing)(one) for one in things)  # type: ignore[arg-type]  # a class is hashable


@cache
def _copier(record: Callable[..., Any], nothing: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return a function that copies a record of a class; much faster than `dataclasses.replace`."""
    names = [field.name for field in fields(record)]  # type: ignore[arg-type]  # a data class
    read, places = attrgetter(*names), [names.index(name) for name in nothing]

    def copy(one: Any) -> Any:
        values = list(read(one))
        for place in places:
            values[place] = 0
        return record(*values)

    return copy


FIELDS: dict[str, Callable[[Any], Any]] = {
    "title": str,
    "aliases": tuple,
    "date": str,
    "body": tuple,
    "contexts": tuple,
    "excerpt": str,
    "words": int,
    "files": tuple,
    "images": tuple,
    "glyphs": str,
    "listed": bool,
    "drawing": lambda drawing: drawing,
    "properties": lambda properties: _plain(properties, "line"),
    "tags": lambda tags: _plain(tags, "line", "column"),
    "headings": lambda headings: _plain(headings, "line", "column"),
    "blocks": lambda blocks: _plain(blocks, "line"),
    "links": lambda links: _plain(links, "line", "column", "length"),
    "items": lambda items: _plain(items, "line"),
    "queries": lambda queries: _plain(queries, "line", "column"),
    "figures": lambda figures: _plain(figures, "line", "column"),
}
"""The fields of a note that may be read, and what removes positions in the file from each."""
ANCHORS = "anchors"
OF_NOTES = frozenset(f"note.{name}" for name in (*FIELDS, ANCHORS)) | {"markdown"}
"""Tables whose facts depend only on the text of the note of that path, and on whether it is listed."""
OF_LINKS = frozenset({"resolutions", "between"})
"""Tables whose facts also depend on where the links of a note point: the note whose path the keys begin with."""


class RecordedNote:
    """A note whose fields are facts; it has only the fields of `FIELDS`."""

    def __init__(self, note: Note, reader: Reader):
        self._note, self._reader = note, reader
        self.values: dict[str, Any] = {}
        """The fields that were read, by name."""
        self.path = note.path

    @property
    def opens_with_title(self) -> bool:
        return bool(self.headings) and self.headings[0].is_title  # type: ignore[attr-defined]  # a property made below

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of property *name*, compared without case."""
        for prop in self.properties:  # type: ignore[attr-defined]  # a property made below
            if prop.name.lower() == name:
                return prop.value
        return default

    @property
    def recorded_anchors(self) -> Anchors:
        self._reader.note(("note.anchors", self.path))
        return anchors_of(self._note)


def _field(name: str, plain: Callable[[Any], Any]) -> property:
    table = f"note.{name}"

    def read(note: RecordedNote) -> Any:
        note._reader.note((table, note.path))
        if name not in note.values:
            note.values[name] = plain(getattr(note._note, name))
        return note.values[name]

    return property(read)


for _name, _function in FIELDS.items():
    setattr(RecordedNote, _name, _field(_name, _function))


def _anchor_values(note: Note) -> Any:
    """Return everything that `Anchors` of a note can return."""
    fields = (FIELDS["headings"](note.headings), FIELDS["blocks"](note.blocks))
    return *fields, anchors_of(note).ids


class Notes(Table):
    """Notes by path; that a note exists is a separate fact."""

    def __init__(self, reader: Reader, name: str, values: Callable[[], Mapping[str, Note]], known: dict):
        super().__init__(reader, name, values, lambda note: True)
        self.recorded: dict[str, RecordedNote] = known

    def __getitem__(self, path: str) -> Any:
        note = super().__getitem__(path)
        if path not in self.recorded:
            self.recorded[path] = RecordedNote(note, self.reader)
        return self.recorded[path]

    def get(self, path: str, default: Any = None) -> Any:
        return self[path] if path in self else default  # noqa: SIM401  this is `get`


def note_tables(reader: Reader, texts: Mapping[str, Note], known: Mapping[str, RecordedNote]) -> None:
    """Make the tables of the fields of notes: one for each of `FIELDS`, and that of anchors.

    *known* are the notes that were read, with the values that they returned.
    """
    for name, plain in FIELDS.items():
        Table(reader, f"note.{name}", lambda: texts, partial(_shown_field, name, plain, known))
    Table(reader, f"note.{ANCHORS}", lambda: texts, _anchor_values)


def _shown_field(name: str, plain: Callable[[Any], Any], known: Mapping[str, RecordedNote], note: Note) -> Any:
    read = known[note.path].values if note.path in known else {}
    return read[name] if name in read else plain(getattr(note, name))
