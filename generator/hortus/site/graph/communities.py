"""Find the communities of a graph: assign a number to each node.

The Louvain method (Blondel et al. 2008): a node joins the neighbouring community with the largest gain, until
there is no gain; then communities become nodes, and so on. Nodes are visited from the most linked
to the least, not in random order: the implementation in networkx shuffles differently for each additional node,
and then half of the nodes change their community instead of a few.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

PASSES = 20


@dataclass(frozen=True, slots=True)
class _Level:
    """A graph of nodes, or of communities as nodes."""

    links: Sequence[Mapping[int, float]]
    """By node: its neighbours and the number of links to each."""
    weights: Sequence[float]
    """Number of links of each node; links within it count twice."""


def find_communities(neighbours: Sequence[Sequence[int]]) -> list[int]:
    """Return the number of each node's community; 0 is the largest, and equal ones are ordered by first node.

    >>> find_communities([[1, 2], [0, 2], [0, 1], [4], [3]])
    [0, 0, 0, 1, 1]
    """
    level = _Level([dict.fromkeys(near, 1.0) for near in neighbours], [float(len(near)) for near in neighbours])
    found = list(range(len(neighbours)))
    while True:
        joined = _numbered(_join(level))
        if len(set(joined)) == len(level.links):
            return _by_size(found)
        found = [joined[community] for community in found]
        level = _merged(level, joined)


def _join(level: _Level) -> list[int]:
    """Let nodes join communities, each labelled by a node, until few gain from a change."""
    count, total = len(level.links), sum(level.weights) or 1
    own, sums = list(range(count)), list(level.weights)
    turns = sorted(range(count), key=lambda node: (-level.weights[node], node))
    for _ in range(PASSES):
        moved = 0
        for node in turns:
            weight, old = level.weights[node], own[node]
            sums[old] -= weight
            best, most = old, -sums[old] * weight / total
            shares = _shares(level.links[node], own)
            most += shares.pop(old, 0.0)
            for community, links in shares.items():
                gain = links - sums[community] * weight / total
                if gain > most + 1e-9:
                    best, most = community, gain
            sums[best] += weight
            own[node] = best
            moved += best != old
        if moved <= count // 200:
            break
    return own


def _shares(links: Mapping[int, float], own: Sequence[int]) -> dict[int, float]:
    shares: dict[int, float] = {}
    for other, weight in links.items():
        community = own[other]
        shares[community] = shares.get(community, 0.0) + weight
    return shares


def _numbered(labels: Sequence[int]) -> list[int]:
    numbers: dict[int, int] = {}
    return [numbers.setdefault(label, len(numbers)) for label in labels]


def _merged(level: _Level, joined: Sequence[int]) -> _Level:
    """Return the graph of communities."""
    count = max(joined) + 1
    links: list[dict[int, float]] = [{} for _ in range(count)]
    weights = [0.0] * count
    for node, community in enumerate(joined):
        weights[community] += level.weights[node]
        for other, weight in _outside(level.links[node], joined, community):
            links[community][other] = links[community].get(other, 0.0) + weight
    return _Level(links, weights)


def _outside(links: Mapping[int, float], joined: Sequence[int], community: int) -> Iterator[tuple[int, float]]:
    return ((joined[other], weight) for other, weight in links.items() if joined[other] != community)


def _by_size(labels: Sequence[int]) -> list[int]:
    sizes: dict[int, int] = {}
    for label in labels:
        sizes[label] = sizes.get(label, 0) + 1
    ranks = {label: rank for rank, label in enumerate(sorted(sizes, key=lambda label: -sizes[label]))}
    return [ranks[label] for label in labels]
