"""Trails of maps of content: previous, next, position, coverage."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from hortus.core.keys import fold, stem, tag_key
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Coverage,
    Found,
    HortusError,
    Missing,
    Note,
    Resolution,
    Stop,
    Trail,
)
from hortus.links.network import turned


def is_moc(note: Note, named: Iterable[str] = ()) -> bool:
    """Return whether a note is a map of content.

    An unlisted note is none. It is one when its name or title ends in ``MOC``, its type or one of its tags
    is ``moc``, or the settings (*named*: paths or names) say so.
    """
    if not note.listed:
        return False
    if stem(note.path).endswith("MOC") or note.title.rstrip().endswith("MOC"):
        return True
    kind = note.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if any(isinstance(one, str) and fold(one.lstrip("#")) == "moc" for one in kinds):
        return True
    if any(tag_key(tag.name) == "moc" for tag in note.tags):
        return True
    return not _names(note.path).isdisjoint(fold(name).removesuffix(".md") for name in named)


def _names(path: str) -> set[str]:
    """Return the keys by which settings can name a note: path and name, folded, without the extension."""
    return {fold(path).removesuffix(".md"), fold(stem(path))}


def check_mocs(named: Iterable[str], paths: Collection[str]) -> None:
    """Raise HortusError if the setting `mocs` names a note that does not exist."""
    named = tuple(named)
    known = set().union(*map(_names, paths)) if named else set()
    for name in named:
        if fold(name).removesuffix(".md") not in known:
            raise HortusError(f"hortus.toml: mocs: no note {name!r}{near_notes(name, paths)}")


def near_notes(name: str, paths: Iterable[str]) -> str:
    """Return a hint with the most similar note name; empty if there is none.

    >>> near_notes("Hom", ["Home.md", "a/Far.md"]), near_notes("x", ["Home.md"])
    ('; did you mean “Home.md”?', '')
    """
    spelled = {key: path for path in sorted(paths, reverse=True) for key in _names(path)}
    near = get_close_matches(fold(name).removesuffix(".md"), sorted(spelled), 1)
    return f"; did you mean “{spelled[near[0]]}”?" if near else ""


def make_trail(moc: Note, resolutions: tuple[Resolution, ...], notes: Mapping[str, Note]) -> Trail:
    """Return the trail of a MOC: its links in order, each note once, at its first link, without the MOC itself."""
    stops: dict[str, Stop] = {}
    lone = sum(heading.level == 1 for heading in moc.headings) == 1
    for link, resolution in zip(moc.links, resolutions, strict=True):
        if link.kind in ("property", "embed", "image") or not isinstance(
            resolution, Found | AnchorMissing | Ambiguous | Missing
        ):
            continue
        path = resolution.path
        written = path in notes
        if not path or path == moc.path or (not written and not isinstance(resolution, Missing)):
            continue
        if path in stops:
            continue
        heading = moc.headings[link.section] if link.section >= 0 else None
        if heading and heading.level == 1 and (lone or heading.text == moc.title):
            heading = None
        section, anchor = (heading.text, heading.anchor) if heading else ("", "")
        stops[path] = Stop(path, written, link.todo and not written, section, anchor)
    return Trail(moc.path, tuple(stops.values()))


def make_levels(parents: Mapping[str, tuple[str, ...]], home: str, named: Iterable[str]) -> dict[str, int]:
    """Return the depth of each note that has children, counted from the top.

    At the top are *home* and what nothing is above. Of notes that are above each other in a ring, the one
    that *home* names first (*named*: the paths it points to) is at the top, otherwise the first in alphabetical order.
    """
    below = turned(parents)
    tops = [path for path in sorted(below) if path not in parents or path == home]
    levels: dict[str, int] = {}
    for first in (tops, *([path] for path in (*named, *sorted(below)) if path in below)):
        waiting = deque((path, 0) for path in first)
        while waiting:
            path, level = waiting.popleft()
            if path not in levels:
                levels[path] = level
                waiting.extend((child, level + 1) for child in below.get(path, ()) if child in below)
    return levels


def make_coverage(trail: Trail) -> Coverage:
    """Count the notes of a MOC that are written, missing, and missing but marked as still to come."""
    todo = sum(stop.todo for stop in trail.stops)
    return Coverage(trail.moc, trail.written, len(trail.stops) - trail.written - todo, todo)
