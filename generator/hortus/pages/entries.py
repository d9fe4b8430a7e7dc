"""What lists of notes are made of: entries, branches of a tree, the notes that carry a tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hortus.model import Note
from hortus.names import fold, folder, href, tag_key

UNFOLDED = 60
"""Notes in a folder, or tags below one, up to which it stands unfolded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note in a list, as seen from one page."""

    title: str
    href: str
    written: bool = True
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder or tag in the tree of all; the whole tree is a branch without a name."""

    title: str
    href: str
    below: Sequence["Branch"]
    entries: Sequence[Entry]
    count: int
    """What hangs on it, at any depth."""
    open: bool
    """It is unfolded when the page is opened."""


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
            parts = tag.name.strip("/").split("/")
            for depth in range(1, len(parts) + 1):
                name = "/".join(parts[:depth])
                key = tag_key(name)
                spelling.setdefault(key, name)
                holders.setdefault(key, set()).add(path)
    return {key: TagHeld(spelling[key], frozenset(holders[key])) for key in sorted(holders)}


def grow_tree(
    parts: Mapping[str, tuple[str, str, Sequence[Entry]]], base: str, counts: Mapping[str, int] | None = None
) -> Branch:
    """Grow a tree from title, url and entries of each branch; *counts* says how many hang on one when it is no sum."""
    children: dict[str, list[str]] = {}
    for name in sorted(parts, key=fold):
        if name:
            children.setdefault(folder(name), []).append(name)

    def grow(name: str) -> Branch:
        below = [grow(child) for child in children.get(name, ())]
        title, url, entries = parts[name]
        count = sum(branch.count for branch in below) + len(entries)
        shown = (counts or {}).get(name, count)
        return Branch(title, href(url, base) if url else "", below, entries, shown, count <= UNFOLDED)

    return grow("")
