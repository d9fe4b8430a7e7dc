"""Pages that list notes: all of them, those of a folder or tag, those that changed last."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from hortus.model import Page
from hortus.names import fold, folder, href, tag_url
from hortus.pages.entries import Branch, Entry, grow_tree
from hortus.pages.press import Head, Press

RECENT = 100
"""Notes on the page of what changed last."""


def all_notes_page(press: Press) -> Page:
    url = "all-notes.html"
    return list_page(press, url, "All notes", (), tree=folder_tree(press, url))


def recent_page(press: Press) -> Page:
    """List the notes that changed last, by month."""
    url, changed = "recent.html", press.shown.changed
    paths = sorted(changed, key=lambda path: (changed[path], path), reverse=True)[:RECENT]
    sections = [
        {"title": month, "href": "", "entries": [press.entry(path, url, changed[path]) for path in group]}
        for month, group in groupby(paths, key=lambda path: changed[path][:7])
    ]
    return list_page(press, url, "Recently changed", sections)


def folder_page(press: Press, name: str) -> Page:
    """Make the page of a folder that holds notes."""
    url = press.folder_urls[name]
    inside = [child for child in press.folder_urls if folder(child) == name]
    below = [Entry(child.rsplit("/", 1)[-1], href(press.folder_urls[child], url)) for child in inside]
    own = sorted(
        (path for path in press.graph.notes if folder(path) == name), key=lambda path: (fold(press.title(path)), path)
    )
    sections = [{"title": "Folders", "href": "", "entries": below}] if below else []
    return list_page(
        press, url, name, [*sections, {"title": "", "href": "", "entries": [press.entry(path, url) for path in own]}]
    )


def tag_page(press: Press, key: str) -> Page:
    """Make the page of a tag that notes carry, or of one above it."""
    url, tags = tag_url(key), press.tags
    below = [child for child in tags if folder(child) == key]
    entries = [
        press.entry(path, url) for path in sorted(tags[key].holders, key=lambda path: (fold(press.title(path)), path))
    ]
    sections = [{"title": "Tags below", "href": "", "entries": _tag_entries(press, below, url)}] if below else []
    return list_page(press, url, f"#{tags[key].name}", [*sections, {"title": "", "href": "", "entries": entries}])


def all_tags_page(press: Press) -> Page:
    url = "tags/index.html"
    above = {folder(key) for key in press.tags}
    held: dict[str, list[str]] = {"": [], **{key: [] for key in press.tags if key in above}}
    for key in press.tags:
        if key not in above:
            held[folder(key)].append(key)
    parts = {
        key: (_tag_name(press, key), tag_url(key) if key else "", _tag_entries(press, keys, url))
        for key, keys in held.items()
    }
    counts = {key: len(held.holders) for key, held in press.tags.items()}
    return list_page(press, url, "Tags", (), tree=grow_tree(parts, url, counts))


def list_page(
    press: Press, url: str, title: str, sections: Iterable[Mapping[str, Any]], tree: Branch | None = None
) -> Page:
    return press.page("list.html", url, Head(title), sections=list(sections), tree=tree)


def folder_tree(press: Press, base: str) -> Branch:
    """Return all notes as they lie in folders."""
    held: dict[str, list[str]] = {"": [], **{name: [] for name in press.folder_urls}}
    for path in sorted(press.graph.notes, key=lambda path: (fold(press.title(path)), path)):
        held[folder(path)].append(path)
    parts = {
        name: (name.rpartition("/")[2], press.folder_urls.get(name, ""), [press.entry(path, base) for path in paths])
        for name, paths in held.items()
    }
    return grow_tree(parts, base)


def _tag_name(press: Press, key: str) -> str:
    return f"#{press.tags[key].name}" if key else ""


def _tag_entries(press: Press, keys: Iterable[str], base: str) -> list[Entry]:
    return [
        Entry(f"#{press.tags[key].name}", href(tag_url(key), base), detail=str(len(press.tags[key].holders)))
        for key in keys
    ]
