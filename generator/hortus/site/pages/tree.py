"""What lists of notes are made of: entries, and branches of a tree."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from hortus.core.keys import fold, folder

UNFOLDED = 60
"""Largest number of notes in a folder, or of tags below a tag, that is shown expanded."""
BRANCHES, ENTRIES = 200, 600
"""What a page has room for: of a larger tree it shows fewer levels, and of each branch fewer entries."""
FEWEST = 12
"""Entries of a branch that say something of it, when not all of them are shown."""


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
    """What is left to the branch's own page."""
    open: bool
    """It is unfolded when the page is opened."""


def children(names: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each folder or tag, those directly below it; those at the top are below "".

    >>> children(["b", "b/x", "A"])
    {'': ['A', 'b'], 'b': ['b/x']}
    """
    below: dict[str, list[str]] = {}
    for name in sorted(names, key=fold):
        below.setdefault(folder(name), []).append(name)
    return below


def tree_grower(
    held: Mapping[str, Sequence[str]],
    branch: Callable[[str], Entry],
    entry: Callable[[str], Entry],
    counts: Mapping[str, int] | None = None,
) -> Callable[[str], Branch]:
    """Return what grows the branch of a name, with all that is below it and that a page has room for.

    *held* has the entries that hang on each branch itself; *counts* says how many hang on one when it is no sum.
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
        told = len(entries) + sum(totals[child] for child in below.get(name, ())) * bool(branches)
        count = (counts or {}).get(name, total)
        return Branch(named.title, named.href, branches, entries, count, total - told, total <= UNFOLDED)

    return grow


def _levels(names: Iterable[str]) -> int:
    """Return how many levels of a tree a page has room for, the first one always."""
    sizes = Counter(name.count("/") for name in names)
    return max(1, sum(total <= BRANCHES for total in accumulate(sizes[level] for level in range(len(sizes)))))


def fair_share(sizes: Sequence[int], room: int) -> int:
    """Return the most that each may have for all of them to find room.

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
