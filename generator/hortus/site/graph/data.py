"""The data of the whole graph: for graph.html, for machines, and as a list for readers without JavaScript.

Data are in columns: the n-th title, URL and position belong to the n-th node. Links are, for each node, the
numbers of the nodes it points to.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from hortus.core.hashing import digest
from hortus.core.keys import folder, tag_key
from hortus.core.urls import href
from hortus.site.graph.layout_cache import Arrangement
from hortus.site.graph.nodes import Network, Node

PAGE = "graph.html"
KINDS = ("map", "note", "figure", "missing")
HUES = 8
"""Number of colours of communities."""
SMALLEST = 3
"""Minimum number of nodes of a community with a colour."""
LISTED = 300
"""Nodes in the list, the most linked of each community."""

Arrange = Callable[[Sequence[str], Sequence[Sequence[int]]], Arrangement]


@dataclass(frozen=True, slots=True)
class Community:
    leader: int
    """Its most linked node, preferably a map; the community has its name."""
    nodes: Sequence[int]
    """The most linked first."""
    hue: int
    """-1 for no colour of its own."""


@dataclass(frozen=True, slots=True)
class WholeGraph:
    nodes: Sequence[Node]
    links: Sequence[Sequence[int]]
    degrees: Sequence[int]
    """By node: the number of others linked to it, in either direction."""
    arrangement: Arrangement
    communities: Sequence[Community]


def make_graph(network: Network, arrange: Arrange) -> WholeGraph:
    """Number the nodes of a site, and arrange them."""
    ids = network.ids()
    numbers = {node: number for number, node in enumerate(ids)}
    nodes = [network.node(node) for node in ids]
    links = [[numbers[target] for target in network.targets(node)] for node in ids]
    joined: list[set[int]] = [set() for _ in ids]
    for source, targets in enumerate(links):
        joined[source].update(targets)
        for target in targets:
            joined[target].add(source)
    neighbours = [sorted(near) for near in joined]
    arrangement = arrange(ids, neighbours)
    degrees = [len(near) for near in neighbours]
    return WholeGraph(nodes, links, degrees, arrangement, _communities(nodes, degrees, arrangement.communities))


def _communities(nodes: Sequence[Node], degrees: Sequence[int], labels: Sequence[int]) -> list[Community]:
    """Name the communities; the colour is derived from the leader's name, or the next free one."""
    members: list[list[int]] = [[] for _ in range(max(labels, default=-1) + 1)]
    for number in sorted(range(len(nodes)), key=lambda number: (-degrees[number], nodes[number].id)):
        members[labels[number]].append(number)
    communities = []
    free: list[int] = []
    for group in members:
        leader = next((number for number in group if nodes[number].kind == "map"), group[0])
        hue = -1
        if len(group) >= SMALLEST:
            free = free or list(range(HUES))
            wish = int(digest(nodes[leader].id)[:8], 16) % HUES
            hue = min(free, key=lambda one: (one - wish) % HUES)
            free.remove(hue)
        communities.append(Community(leader, group, hue))
    return communities


def graph_json(graph: WholeGraph, network: Network) -> str:
    """Write the graph for machines."""
    return _written({"version": 1, "id": [node.id for node in graph.nodes], **_columns(graph, network)}) + "\n"


def graph_script(graph: WholeGraph, network: Network) -> str:
    """Write the graph as a classic script, because pages opened from file:// cannot fetch JSON."""
    return f"globalThis.hortusGraph = {_written(_columns(graph, network))};\n"


def count_filters(graph: WholeGraph, network: Network) -> int:
    """Return how many filters the page will have: by tag, by folder, for figures and for missing notes."""
    kinds = {node.kind for node in graph.nodes}
    notes = network.graph.notes
    has_tags = any(notes[node.id].tags for node in graph.nodes if node.id in notes)
    has_folders = any(folder(node.id) for node in graph.nodes if node.kind != "figure")
    return has_tags + has_folders + ("figure" in kinds) + ("missing" in kinds)


def _columns(graph: WholeGraph, network: Network) -> dict[str, Any]:
    notes = network.graph.notes
    folders = sorted({folder(node.id) if node.kind != "figure" else "" for node in graph.nodes})
    tags: dict[str, str] = {}
    for node in graph.nodes:
        for tag in notes[node.id].tags if node.id in notes else ():
            tags.setdefault(tag_key(tag.name), tag.name)
    keys = sorted(tags)
    places = {key: number for number, key in enumerate(keys)}
    folder_numbers = {name: number for number, name in enumerate(folders)}
    return {
        "kinds": KINDS,
        "tags": [tags[key] for key in keys],
        "folders": folders,
        "communities": [{"leader": one.leader, "hue": one.hue} for one in graph.communities],
        "title": [node.title for node in graph.nodes],
        "url": [href(node.url, PAGE) for node in graph.nodes],
        "kind": [KINDS.index(node.kind) for node in graph.nodes],
        "tag": [
            sorted({places[tag_key(tag.name)] for tag in notes[node.id].tags}) if node.id in notes else []
            for node in graph.nodes
        ],
        "folder": [folder_numbers[folder(node.id) if node.kind != "figure" else ""] for node in graph.nodes],
        "community": graph.arrangement.communities,
        "x": [place[0] for place in graph.arrangement.places],
        "y": [place[1] for place in graph.arrangement.places],
        "links": graph.links,
    }


def graph_list(graph: WholeGraph) -> list[dict[str, Any]]:
    """Return the most linked nodes of each community; isolated nodes are one group without a name."""
    groups: list[dict[str, Any]] = []
    total = max(len(graph.nodes), 1)
    alone = [number for one in graph.communities if one.hue < 0 for number in one.nodes]
    named = [one for one in graph.communities if one.hue >= 0]
    for nodes, leader, hue in [*((one.nodes, one.leader, one.hue) for one in named), (alone, None, -1)]:
        shown = nodes[: max(SMALLEST, LISTED * len(nodes) // total)]
        entries = [{"node": graph.nodes[number], "links": graph.degrees[number]} for number in shown]
        title = "" if leader is None else graph.nodes[leader].title
        groups.append({"title": title, "hue": hue, "entries": entries, "more": len(nodes) - len(shown)})
    room = accumulate(len(group["entries"]) for group in groups)
    return [group for group, taken in zip(groups, room, strict=True) if group["entries"] and taken <= 2 * LISTED]


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
