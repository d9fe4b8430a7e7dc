"""What pages may read of a note, recorded: each field is a fact.

Lines and columns are left out of what is returned, so that a line inserted at the top of a note changes no other page.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from hortus.core.model import Note
from hortus.engine.facts import Reader, Table
from hortus.links.anchors import Anchors, anchors_of


def _plain(things: Iterable[Any], **nothing: int) -> tuple[Any, ...]:
    return tuple(replace(one, **nothing) for one in things)


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
    "properties": lambda properties: _plain(properties, line=0),
    "tags": lambda tags: _plain(tags, line=0, column=0),
    "headings": lambda headings: _plain(headings, line=0, column=0),
    "blocks": lambda blocks: _plain(blocks, line=0),
    "links": lambda links: _plain(links, line=0, column=0, length=0),
    "items": lambda items: _plain(items, line=0),
    "queries": lambda queries: _plain(queries, line=0, column=0),
    "figures": lambda figures: _plain(figures, line=0, column=0),
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
        self._known: dict[str, Any] = {}
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
        if name not in note._known:
            note._known[name] = plain(getattr(note._note, name))
        return note._known[name]

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


def note_tables(reader: Reader, texts: Mapping[str, Note]) -> None:
    """Make the tables of the fields of notes: one for each of `FIELDS`, and that of anchors."""
    for name, plain in FIELDS.items():
        Table(reader, f"note.{name}", lambda: texts, partial(_shown_field, name, plain))
    Table(reader, f"note.{ANCHORS}", lambda: texts, _anchor_values)


def _shown_field(name: str, plain: Callable[[Any], Any], note: Note) -> Any:
    return plain(getattr(note, name))
