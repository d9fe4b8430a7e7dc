"""Tags as a tree: the notes with a tag or a nested tag."""

from collections.abc import Mapping
from dataclasses import dataclass

from hortus.core.keys import above, fold, tag_key
from hortus.core.model import Note


@dataclass(frozen=True, slots=True)
class TagHeld:
    """A tag in its first spelling, and the notes with it or a nested tag."""

    name: str
    holders: tuple[str, ...]
    """By title."""


def held_tags(notes: Mapping[str, Note]) -> dict[str, TagHeld]:
    """Return all tags and parent tags, by key; a tag only of unlisted notes has no holders."""
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
    """Return the listed notes, in order."""
    return sorted(
        (path for path, note in notes.items() if note.listed), key=lambda path: (fold(notes[path].title), path)
    )
