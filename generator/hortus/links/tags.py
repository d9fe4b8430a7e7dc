"""Tags as a tree: which notes carry a tag, or one below it."""

from collections.abc import Mapping
from dataclasses import dataclass

from hortus.core.keys import above, fold, tag_key
from hortus.core.model import Note


@dataclass(frozen=True, slots=True)
class TagHeld:
    """A tag as first spelled, and the notes that carry it or one below it."""

    name: str
    holders: tuple[str, ...]
    """By title."""


def held_tags(notes: Mapping[str, Note]) -> dict[str, TagHeld]:
    """Return every tag and every tag above one, by key; a tag of unlisted notes alone has no holder."""
    holders: dict[str, set[str]] = {}
    spelling: dict[str, str] = {}
    for path, note in notes.items():
        for tag in note.tags:
            name = tag.name.strip("/")
            for one in (*above(name), name):
                key = tag_key(one)
                spelling.setdefault(key, one)
                holders.setdefault(key, set()).update([path] * note.listed)
    order = {path: number for number, path in enumerate(by_title(notes))}
    return {key: TagHeld(spelling[key], tuple(sorted(holders[key], key=order.__getitem__))) for key in sorted(holders)}


def by_title(notes: Mapping[str, Note]) -> list[str]:
    """Return the notes that lists have, in their order."""
    return sorted(
        (path for path, note in notes.items() if note.listed), key=lambda path: (fold(notes[path].title), path)
    )
