"""Resolve links: find the file and place for a link, by Obsidian's rules as listed in docs/Links.md.

1. Index every file of the vault under its name, once.
2. For each link rank the files of that name: an exact path, then the source's own folder, then the
   shortest path, then the alphabet.
3. Check its anchor against the headings and blocks of the note found.

Aliases and titles play no part in finding; if a missing name is an alias, the hint says so.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from hortus.core.filetypes import is_asset_name
from hortus.core.keys import fold, folder, heading_key, inside, name_key, spaced
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Empty,
    FigureFound,
    Found,
    Link,
    Missing,
    Note,
    Private,
    Resolution,
)
from hortus.links.anchors import anchors_of
from hortus.links.nearest import NEAR

MOST_COMPARED = 500
"""Headings or blocks of a note that are compared so."""
URL_KINDS = frozenset({"markdown", "image", "html"})
"""Kinds of links whose fragment may be an id, as in any web page."""


@dataclass(frozen=True, slots=True)
class NameIndex:
    """Index of all possible link targets of a vault."""

    paths: Mapping[str, tuple[str, ...]]
    """By folded path: the paths; several if they differ only in case or Unicode composition."""
    names: Mapping[str, tuple[str, ...]]
    """By name key: folded paths, shortest first, then in alphabetical order."""
    withheld: Collection[str]
    aliases: Mapping[str, tuple[str, ...]]
    """By folded alias: the notes with it."""
    figures: Collection[str]
    """Names of figures."""


def index_names(
    paths: Iterable[str],
    withheld: Iterable[str] = (),
    aliases: Iterable[tuple[str, str]] = (),
    figures: Iterable[str] = (),
) -> NameIndex:
    """Index files by name; *aliases* are pairs of alias and path."""
    withheld = frozenset(withheld)
    by_path: dict[str, list[str]] = {}
    for path in sorted({*paths, *withheld}):
        by_path.setdefault(fold(path), []).append(path)
    names: dict[str, list[str]] = {}
    for key in sorted(by_path, key=lambda key: (len(key), key)):
        names.setdefault(name_key(key), []).append(key)
    by_alias: dict[str, list[str]] = {}
    for alias, path in sorted(aliases):
        by_alias.setdefault(fold(alias), []).append(path)
    return NameIndex(
        {key: tuple(spellings) for key, spellings in by_path.items()},
        {name: tuple(keys) for name, keys in names.items()},
        withheld,
        {alias: tuple(owners) for alias, owners in by_alias.items()},
        frozenset(figures),
    )


def resolve(link: Link, source: str, index: NameIndex, notes: Mapping[str, Note]) -> Resolution:
    """Find what *link*, written in the note *source*, points to."""
    if not link.target and not link.anchor:
        return Empty()
    if not link.target:
        return _with_anchor(link, (source,), notes)
    if figure := figure_name(link.target, index):
        return FigureFound(figure)
    if points_to_withheld(link.target, source, index):
        return Private()
    rank = candidates(link.target, source, index)
    if not rank:
        return _missing(link, source, index)
    paths = tuple(path for key in rank for path in index.paths[key])
    return _with_anchor(link, paths, notes)


def points_to_withheld(target: str, source: str, index: NameIndex) -> bool:
    """Return whether a link points to something that is not published.

    So does one that is broken because of its folders, if nothing published has its name: a note may have been moved.
    """
    if not index.withheld:
        return False
    keys = candidates(target, source, index)
    if keys:
        return any(path in index.withheld for key in keys for path in index.paths[key])
    named = files_named(target, index)
    return bool(named) and all(path in index.withheld for path in named)


def files_named(target: str, index: NameIndex) -> tuple[str, ...]:
    """Return every file with the name of a target, whatever its folder, the shortest path first."""
    name = name_key(target)
    keys = index.names.get(name) or index.names.get(f"{name}.md", ())
    return tuple(path for key in keys for path in index.paths[key])


def candidates(target: str, source: str, index: NameIndex) -> tuple[str, ...]:
    """Return the folded paths that match best: none, one, or several equal ones, in alphabetical order.

    Files of the target's full name are looked at; when there are none, those of that name with ``.md``.
    """
    spelling = fold(target)
    if name_key(spelling) not in index.names:
        spelling += ".md"
    if spelling.startswith(("./", "../", "/")):
        base = "" if spelling.startswith("/") else fold(folder(source))
        exact = inside(f"{base}/{spelling}".lstrip("/"))
        return (exact,) if exact is not None and exact in index.paths else ()
    if spelling in index.paths:
        return (spelling,)
    return _ranked(spelling, fold(folder(source)), index)


def _ranked(spelling: str, own: str, index: NameIndex) -> tuple[str, ...]:
    """Rank files whose path ends with *spelling*, in whole segments: own folder first, then the shortest path."""
    named = index.names.get(name_key(spelling), ())
    if "/" in spelling:
        named = tuple(key for key in named if key.endswith(f"/{spelling}"))
    if len(named) < 2:
        return named
    exact = f"{own}/{spelling}" if own else spelling
    named = tuple(key for key in named if key == exact or folder(key) == own) or named
    return tuple(key for key in named if len(key) == len(named[0]))


def figure_name(target: str, index: NameIndex) -> str:
    """Return the figure whose picture is *target*; empty if there is none.

    The picture that ``hortus figures --write`` leaves in the vault is the script's all the same.
    """
    name = target.rsplit("/", 1)[-1]
    return name[:-4] if name.endswith(".svg") and name[:-4] in index.figures else ""


def _with_anchor(link: Link, paths: tuple[str, ...], notes: Mapping[str, Note]) -> Resolution:
    path = paths[0]
    anchor, by_id = "", False
    if link.anchor and path in notes:
        found = find_anchor(link.anchor, notes[path])
        by_id = found is None and link.kind in URL_KINDS and has_id(link.anchor, notes[path])
        if found is None and not by_id:
            return AnchorMissing(path, _near_anchors(link.anchor, notes[path]))
        anchor = link.anchor if found is None else found
    return Found(path, anchor, by_id) if len(paths) == 1 else Ambiguous(paths, anchor)


def find_anchor(anchor: str, note: Note) -> str | None:
    """Find the id of a heading, of a path of headings ``A#B`` (`Anchors.descend`), or of a block ``^id``.

    None if it does not exist; empty for a view of a drawing, and for an anchor without a name.
    """
    last = anchor.rsplit("#", 1)[-1].strip()
    if note.drawing and note.drawing.view(last):
        return ""
    if last.startswith("^"):
        return anchors_of(note).blocks.get(fold(last[1:]))
    keys = [key for part in anchor.split("#") if (key := heading_key(part))]
    if not keys:
        return ""
    return anchors_of(note).descend(keys)


def has_id(anchor: str, note: Note) -> bool:
    """Return whether an element of the note's page has this id."""
    return anchor in anchors_of(note).ids


def _near_anchors(anchor: str, note: Note) -> tuple[str, ...]:
    last = anchor.rsplit("#", 1)[-1].strip()
    parts = anchors_of(note)
    key, names = (fold(last[1:]), parts.block_names) if last.startswith("^") else (heading_key(last), parts.texts)
    return tuple(names[near] for near in _near(key, names))


def _near(wanted: str, names: Collection[str]) -> list[str]:
    """Return similar anchor names; empty if there are too many to compare them all."""
    return get_close_matches(wanted, names, NEAR, 0.5) if len(names) <= MOST_COMPARED else []


def _missing(link: Link, source: str, index: NameIndex) -> Missing:
    """Return the future path of a missing note; empty if the path is not valid."""
    owners = index.aliases.get(fold(link.target), ())
    if is_asset_name(link.target) or link.target.endswith("/"):
        return Missing("", alias_of=owners)
    target = spaced(link.target if link.target.lower().endswith(".md") else f"{link.target}.md")
    if target.startswith(("./", "../")):
        path = inside(f"{folder(source)}/{target}".lstrip("/"))
    else:
        path = inside(target.lstrip("/"))
    if path is None or fold(path) in index.paths:  # a detour such as a//b.md does not point to the note that is there
        path = ""
    return Missing(path, alias_of=owners)
