"""Entries of lists of notes, and branches of trees."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from hortus.core.keys import fold, folder, stem

UNFOLDED = 60
"""Maximum number of notes in a folder, or of tags below a tag, that is shown expanded."""
BRANCHES, ENTRIES = 200, 600
"""Limits of a page; of a larger tree it shows fewer levels, and fewer entries of each branch."""
FEWEST = 12
"""Minimum number of entries of a branch, if not all are shown."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note in a list, with a URL relative to one page."""

    title: str
    href: str
    written: bool = True
    detail: str = ""
    words: str = ""
    """First words of the note, in lists that show them."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder or tag in a tree; the root is a branch without a name."""

    title: str
    href: str
    below: Sequence["Branch"]
    entries: Sequence[Entry]
    count: int
    """Number of entries below it, at any depth."""
    more: int
    """Number of entries that are only on the branch's own page."""
    open: bool
    """It is initially expanded."""


def children(names: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each folder or tag, those directly below it; those at the top are below "".

    >>> children(["b", "b/x", "A"])
    {'': ['A', 'b'], 'b': ['b/x']}
    """
    below: dict[str, list[str]] = {}
    for name in sorted(names, key=fold):
        below.setdefault(folder(name), []).append(name)
    return below


def tree_builder(
    held: Mapping[str, Sequence[str]],
    branch: Callable[[str], Entry],
    entry: Callable[[str], Entry],
    counts: Mapping[str, int] | None = None,
) -> Callable[[str], Branch]:
    """Return a function that makes the branch of a name, with everything below it within the limits of a page.

    *held* are the entries directly in each branch; *counts* the numbers below each branch if they are not sums.
    """
    below = children(held)
    levels = _levels(held)
    share = fair_share([len(keys) for name, keys in held.items() if name.count("/") < levels], ENTRIES)
    totals: dict[str, int] = {}
    for name in sorted(held, key=lambda name: -name.count("/")):
        totals[name] = len(held[name]) + sum(totals[child] for child in below.get(name, ()))

    def grow(name: str) -> Branch:
        named, total = branch(name), totals[name]
        branches = [grow(child) for child in below.get(name, ())] if name.count("/") + 1 < levels else []
        entries = [entry(key) for key in held[name][: share if share >= FEWEST or share >= len(held[name]) else 0]]
        counted = len(entries) + sum(totals[child] for child in below.get(name, ())) * bool(branches)
        count = (counts or {}).get(name, total)
        return Branch(named.title, named.href, branches, entries, count, total - counted, total <= UNFOLDED)

    return grow


def _levels(names: Iterable[str]) -> int:
    """Return how many levels of a tree fit on a page, at least one."""
    sizes = Counter(name.count("/") for name in names)
    return max(1, sum(total <= BRANCHES for total in accumulate(sizes[level] for level in range(len(sizes)))))


def fair_share(sizes: Sequence[int], room: int) -> int:
    """Return the largest limit per branch with which all branches fit into *room*.

    >>> fair_share([2, 50, 90], 100), fair_share([2, 3], 100)
    (49, 98)
    """
    share = room
    for waiting, size in zip(range(len(sizes), 0, -1), sorted(sizes), strict=True):
        share = room // waiting
        room -= min(size, share)
        if size > share:
            break
    return share


def in_own_order(paths: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return notes or folders in the order of the names in *wanted*; the rest follow in their order.

    >>> in_own_order(["a/Alps.md", "a/Ben.md", "a/Code"], ["code", "ben"])
    ['a/Code', 'a/Ben.md', 'a/Alps.md']
    """
    places = {fold(stem(name.strip("/"))): place for place, name in reversed(list(enumerate(wanted)))}
    return sorted(paths, key=lambda path: places.get(fold(stem(path)), len(places)))


def own_order(name: str, notes: Mapping[str, Any], settings: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return the names that come first in a folder: from the settings, otherwise from its note's property ``order``.

    The note of a folder has its name, or is called ``index``.
    """
    keyed = {fold(key.strip("/")): names for key, names in settings.items()}
    if fold(name) in keyed:
        return keyed[fold(name)]
    last = name.rpartition("/")[2]
    for path in (f"{name}/{last}.md", f"{name}/index.md", "index.md" if not name else ""):
        if path in notes and isinstance(order := notes[path].get("order"), list):
            return [str(one).strip("[] ").partition("|")[0] for one in order]
    return ()
