"""The folder tree next to a note: the path down to its folder, and the content of that folder; the rest is linked.

Each level shows a limited number of folders, and the last one a limited number of notes, so that no page grows with
the vault.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from hortus.core.keys import folder
from hortus.core.urls import href
from hortus.site.pages.templates import Press

AROUND = 12
"""Folders, and notes, shown before and after the one on the path."""
Rows = tuple[tuple[str, str, str, Any], ...]
"""Title (that of a folder ends with a slash), URL, state (`open`, `here`, `more` or nothing), and the rows below.

The title of `more` is a number.
"""
Item = TypeVar("Item")


def folder_tree(press: Press, path: str) -> list[dict[str, Any]]:
    """Return the tree next to a note, with addresses on its page; empty in a vault without folders."""
    return _shown(press.derive(folder_branch, path), press.shown.urls[path]) if press.folder_urls else []


def folder_branch(press: Press, path: str) -> Rows:
    """Return the tree next to a note, with URLs."""
    return _level(press, "", path)


def _level(press: Press, name: str, path: str) -> Rows:
    """Return the folders in the folder *name* and, if it holds the note, its notes."""
    within = folder(path)
    inside = press.folders_in.get(name, ())
    on_the_way = next((child for child in inside if f"{within}/".startswith(f"{child}/")), "")
    folders, more = _around(inside, on_the_way)
    rows = [
        (f"{child.rpartition('/')[2]}/", press.folder_urls[child], "open", _level(press, child, path))
        if child == on_the_way
        else (f"{child.rpartition('/')[2]}/", press.folder_urls[child], "", ())
        for child in folders
    ]
    if name == within:
        notes, others = _around(press.notes_in.get(name, ()), path)
        rows += [(press.title(note), press.shown.urls[note], "here" if note == path else "", ()) for note in notes]
        more += others
    if more:
        rows.append((str(more), press.folder_urls[name] if name else "all-notes.html", "more", ()))
    return tuple(rows)


def _around(items: Sequence[Item], one: Item) -> tuple[Sequence[Item], int]:
    """Return the items around *one*, or the first ones, and the number of others.

    >>> _around("abcdef", "c"), _around(range(100), 50)[1]
    (('abcdef', 0), 75)
    """
    place = items.index(one) if one in items else 0
    first = max(0, min(place - AROUND, len(items) - 2 * AROUND - 1))
    shown = items[first : first + 2 * AROUND + 1]
    return shown, len(items) - len(shown)


def _shown(rows: Rows, base: str) -> list[dict[str, Any]]:
    return [
        {"title": title, "href": href(url, base), "state": state, "below": _shown(below, base)}
        for title, url, state, below in rows
    ]
