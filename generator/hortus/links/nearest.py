"""Find the names of a vault that are most similar to a missing name."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from heapq import nsmallest
from itertools import islice

NEAR = 3
"""Highest number of suggestions."""
COMPARED = 12
"""Number of names that are compared letter by letter."""
BLOCK = 4096
"""Names per block; larger blocks would waste memory for rare triples."""


class Nearest:
    """Finds similar names: those that share most letter triples are compared letter by letter.

    The names with a triple are an integer with a bit for each name, so that thousands of names are counted at once: a
    large vault has many missing targets, and many names to compare with each.
    """

    def __init__(self, names: Iterable[str]):
        ordered = sorted(names)
        self.blocks = [_Block(ordered[start : start + BLOCK]) for start in range(0, len(ordered), BLOCK)]

    def find(self, name: str) -> tuple[str, ...]:
        triples = name_triples(name)
        enough = [found for block in self.blocks for found in block.sharing(triples)]
        likely = [other for _, other in nsmallest(COMPARED, enough)]
        return tuple(get_close_matches(name, sorted(likely), NEAR, 0.75))


class _Block:
    """Up to BLOCK names and their triples."""

    def __init__(self, names: Sequence[str]):
        self.names = names
        self.holders: dict[str, int] = {}
        for place, name in enumerate(names):
            for triple in name_triples(name):
                self.holders[triple] = self.holders.get(triple, 0) | 1 << place

    def sharing(self, triples: Collection[str]) -> list[tuple[int, str]]:
        """Return up to COMPARED names that share most of *triples*, at least a third, as (minus the number, name)."""
        sums: list[int] = []  # the n-th bit of the number of triples that a name shares, for all names
        for triple in triples:
            carry = self.holders.get(triple, 0)
            for digit, bits in enumerate(sums):
                sums[digit], carry = bits ^ carry, bits & carry
            sums += [carry] if carry else []
        found: list[tuple[int, str]] = []
        for count, group in _by_count(sums, (1 << len(self.names)) - 1):
            if count == 0 or count * 3 < len(triples) or len(found) >= COMPARED:
                break
            found += [(-count, self.names[place]) for place in islice(_places(group), COMPARED)]
        return found


def _by_count(sums: Sequence[int], group: int, count: int = 0) -> Iterator[tuple[int, int]]:
    """Yield each number that *sums* hold for a bit of *group*, the greatest first, with the bits that have it."""
    if not group:
        return
    if not sums:
        yield count, group
        return
    *rest, last = sums
    yield from _by_count(rest, group & last, count + (1 << len(rest)))
    yield from _by_count(rest, group & ~last, count)


def _places(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def name_triples(name: str) -> set[str]:
    """Return all letter triples of a name with a space at both ends."""
    return {f" {name} "[i : i + 3] for i in range(len(name))}
