"""Algorithms on directed graphs: reachable nodes, connected components, cycles."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)
Edges = Mapping[Node, Collection[Node]]
"""By node: its successors."""


def reached_from(starts: Iterable[Node], edges: Edges[Node], closed: AbstractSet[Node] = frozenset()) -> set[Node]:
    """Return the nodes that can be reached from *starts*, these included, without passing through *closed* ones.

    >>> sorted(reached_from("a", {"a": "b", "b": "c", "d": "a"}))
    ['a', 'b', 'c']
    """
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        new = set(edges.get(waiting.pop(), ())) - reached - closed
        reached |= new
        waiting += new
    return reached


def turned(edges: Edges[Node]) -> dict[Node, list[Node]]:
    """Return, by node, its predecessors."""
    sources: dict[Node, list[Node]] = {}
    for source, targets in edges.items():
        for target in targets:
            sources.setdefault(target, []).append(source)
    return sources


def joined_groups(edges: Edges[Node]) -> list[set[Node]]:
    """Return the groups of nodes that no link joins, in whichever direction; every node is a key of *edges*.

    >>> [sorted(group) for group in joined_groups({"a": "b", "b": "", "c": "b", "d": ""})]
    [['a', 'b', 'c'], ['d']]
    """
    sources = turned(edges)
    both = {node: [*targets, *sources.get(node, ())] for node, targets in edges.items()}
    groups: list[set[Node]] = []
    seen: set[Node] = set()
    for node in edges:
        if node not in seen:
            groups.append(reached_from([node], both))
            seen |= groups[-1]
    return groups


def circles(edges: Edges[Node]) -> list[set[Node]]:
    """Return the strongly connected groups of nodes: each can be reached from each of its group.

    Kosaraju's algorithm: nodes in reverse postorder, then searches against the edges.

    >>> sorted(sorted(group) for group in circles({"a": "b", "b": "ac", "c": ""}))
    [['a', 'b'], ['c']]
    """
    sources = turned(edges)
    groups: list[set[Node]] = []
    seen: set[Node] = set()
    for node in reversed(_postorder(edges)):
        if node not in seen:
            groups.append(reached_from([node], sources, seen))
            seen |= groups[-1]
    return groups


def _postorder(edges: Edges[Node]) -> Sequence[Node]:
    """Return nodes in the postorder of a depth-first search."""
    order: list[Node] = []
    seen: set[Node] = set()
    for first in edges:
        if first in seen:
            continue
        seen.add(first)
        waiting = [(first, iter(edges[first]))]
        while waiting:
            node, rest = waiting[-1]
            new = next((one for one in rest if one not in seen), None)
            if new is None:
                order.append(node)
                waiting.pop()
            else:
                seen.add(new)
                waiting.append((new, iter(edges.get(new, ()))))
    return order
