"""Cache of graph layouts: positions and communities of the nodes.

An entry has the hash of the graph and of the code as its key; a damaged entry
is computed again.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hortus.core.cache import read_cached_json, write_cached_json
from hortus.core.hashing import digest
from hortus.site.graph.communities import find_communities
from hortus.site.graph.layout import place_nodes

FILE = "graph.json"
MAKERS = ("communities.py", "layout.py")


@dataclass(frozen=True, slots=True)
class Arrangement:
    places: Sequence[Sequence[int]]
    """By node: x and y."""
    communities: Sequence[int]
    """By node: the number of its community; 0 is the largest."""


def arrange(names: Sequence[str], neighbours: Sequence[Sequence[int]]) -> Arrangement:
    """Compute positions and communities."""
    return Arrangement(place_nodes(names, neighbours), find_communities(neighbours))


def arrange_once(names: Sequence[str], neighbours: Sequence[Sequence[int]], store: Path) -> Arrangement:
    """Do the same, with the result for the last graph cached in *store*."""
    key = digest(json.dumps([_code(), names, neighbours]))
    with suppress(OSError, ValueError):
        known, places, communities = read_cached_json(store / FILE)
        if known == key:
            return Arrangement(places, communities)
    made = arrange(names, neighbours)
    write_cached_json(store / FILE, [key, made.places, made.communities])
    return made


@lru_cache(maxsize=1)
def _code() -> str:
    here = Path(__file__).parent
    return digest(b"\0".join((here / name).read_bytes() for name in MAKERS))
