"""Similar names among many."""

from collections import Counter
from difflib import get_close_matches
from itertools import product

import pytest

from hortus.links import nearest
from hortus.links.nearest import COMPARED, NEAR, Nearest, name_triples

NAMES = sorted(
    {
        f"{one} {two} {number}"
        for one, two, number in product(("data", "date", "gate"), ("flow", "flaw", "low"), range(9))
    }
    | {f"2024-{month:02}-{day:02}" for month, day in product(range(1, 13), range(1, 29))}
    | {"", "a", "ab", "漢字", "漢字の本", "그래프 보기", "aaaaaaaa"}
)


def compared_one_by_one(name: str) -> tuple[str, ...]:
    """The same rule, without bits: of the names that share a third of the triples, those that share most."""
    triples = name_triples(name)
    shared = Counter({other: len(triples & name_triples(other)) for other in NAMES})
    enough = sorted((-count, other) for other, count in shared.items() if count and count * 3 >= len(triples))
    return tuple(get_close_matches(name, sorted(other for _, other in enough[:COMPARED]), NEAR, 0.75))


@pytest.mark.parametrize("block", [1, 7, 4096])
@pytest.mark.parametrize(
    "name",
    [
        "data flow 10",
        "dota flow 3",
        "2024-13-01",
        "2024-02-29",
        "漢字の",
        "aaaaaaa",
        "b",
        "",
        "그래프 보가",
        "zz" * 200,
    ],
)
def test_the_nearest_names(name, block, monkeypatch):
    """The result is that of a comparison with each name, whatever the batch size."""
    monkeypatch.setattr(nearest, "BLOCK", block)

    assert compared_one_by_one(name) == Nearest(NAMES).find(name)


def test_many_names_are_not_compared_one_by_one(monkeypatch):
    """However many names there are, only a dozen are compared letter by letter."""
    compared = []
    monkeypatch.setattr(nearest, "get_close_matches", lambda name, likely, *_: compared.extend(likely) or [])
    Nearest(f"data flow {number}" for number in range(10_000)).find("data flow")

    assert COMPARED == len(compared)
