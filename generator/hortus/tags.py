"""Tags as a tree: which notes carry a tag, or one below it."""

from collections.abc import Mapping
from dataclasses import dataclass

from hortus.model import Note
from hortus.names import above, tag_key


@dataclass(frozen=True, slots=True)
class TagHeld:
    """A tag as first spelled, and the notes that carry it or one below it."""

    name: str
    holders: frozenset[str]


def held_tags(notes: Mapping[str, Note]) -> dict[str, TagHeld]:
    """Return every tag and every tag above one, by key."""
    holders: dict[str, set[str]] = {}
    spelling: dict[str, str] = {}
    for path, note in notes.items():
        for tag in note.tags:
            name = tag.name.strip("/")
            for one in (*above(name), name):
                key = tag_key(one)
                spelling.setdefault(key, one)
                holders.setdefault(key, set()).add(path)
    return {key: TagHeld(spelling[key], frozenset(holders[key])) for key in sorted(holders)}
