"""What lists of notes are made of: entries, and branches of a tree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hortus.names import fold, folder, href

UNFOLDED = 60
"""Notes in a folder, or tags below one, up to which it stands unfolded."""
LISTED = 100
"""Entries of a branch that has a page of its own."""


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
    more: int
    """Entries that are left to the branch's own page."""
    open: bool
    """It is unfolded when the page is opened."""


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
        listed = entries[:LISTED] if url else entries
        more = len(entries) - len(listed)
        return Branch(title, href(url, base) if url else "", below, listed, shown, more, count <= UNFOLDED)

    return grow("")
