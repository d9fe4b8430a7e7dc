"""The columns of the data that queries read, and their marks.

A column is a property's name, or a kind of thing such as tags or links, of all notes. Its mark is the sum of the marks
of its notes, so that an edit changes it at a cost that does not grow with the vault.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hortus.core.marks import mark_of
from hortus.core.model import Note
from hortus.engine.query_notes import names_of, note_fields, tags_of
from hortus.engine.query_world import ALL, Facts, VaultWorld
from hortus.queries.fields import spelled


def column_value(world: VaultWorld, note: Note, column: str) -> Any:
    """Return what a note has in a column that depends on its text and links alone; something false for nothing."""
    if column in COLUMNS:
        return COLUMNS[column](world, note)
    return world.typed(note).get(column.removeprefix("p:"))


def column_marks(world: VaultWorld, paths: Iterable[str], column: str) -> dict[str, int]:
    """Return the marks of notes in a column, without those that have nothing there."""
    found: dict[str, int] = {}
    for path in paths:
        note = world.graph.notes[path]
        if value := column_value(world, note, column):
            mark = mark_of((path, note.listed, type(value).__name__, value))
            found[path] = int.from_bytes(mark)
    return found


def _every_property(world: VaultWorld, note: Note) -> Any:
    return [[prop.name for prop in note.properties], list(world.typed(note).items())]


def _without_lines(world: VaultWorld, note: Note) -> list[Any]:
    headings = [heading.text for heading in note.headings]
    return [headings, [replace(item, line=0) for item in note.items], world.all_links(note)]


COLUMNS: dict[str, Callable[[VaultWorld, Note], Any]] = {
    ALL: lambda world, note: _every_property(world, note) if note.properties else None,
    "tags": lambda world, note: tags_of(note),
    "aliases": lambda world, note: note.aliases,
    "spellings": lambda world, note: spelled(names_of(note)) if note.listed else {},
    "links": VaultWorld.all_links,
    "fields": lambda world, note: list(note_fields(note, world.resolved).items()),
    "items": lambda world, note: _without_lines(world, note) if note.items else None,
}
"""What notes have in each column that is not a single property."""
FACTS: dict[str, Callable[[Facts], Any]] = {
    "now": lambda facts: facts.now,
    "files": lambda facts: facts.files,
    "pages": lambda facts: facts.pages,
    "unlisted": lambda facts: sorted(facts.unlisted),
    "size": lambda facts: [sorted(facts.sizes.items()), sorted(facts.unlisted)],
    "times": lambda facts: [sorted(facts.created.items()), sorted(facts.changed.items()), sorted(facts.unlisted)],
}
"""Columns that do not depend on the notes' text alone."""
