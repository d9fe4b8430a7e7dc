"""The nodes and links of the graph: notes, missing notes and figures.

Attachments, and everything that is not published, are left out.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from hortus.core.keys import stem
from hortus.core.model import FigureFound, Resolution, Shown
from hortus.figures.requests import caption_path, script_path
from hortus.links.graph import target_path
from hortus.links.privacy import wanted_by_unlisted

FIGURE = "figures/"
"""Prefix of a figure's id; no note has such a path, because it has no extension."""


Kind = Literal["map", "note", "figure", "missing"]


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    """Path of a note or missing note, or the id of a figure."""
    title: str
    url: str
    kind: Kind


class Network:
    """The nodes of a site and their links, computed on demand."""

    def __init__(self, shown: Shown):
        self.shown, self.graph = shown, shown.graph
        self.known: dict[str, dict[str, None]] = {}
        unlisted = frozenset(path for path, note in self.graph.notes.items() if not note.listed)
        self.unlisted = unlisted | wanted_by_unlisted(self.graph) | self._figures_of(unlisted)
        """Nodes that are not in graphs and lists: unlisted notes, and missing notes and figures only in them."""
        self.maps = frozenset(trail.moc for trail in self.graph.trails)
        self.scripted: dict[str, list[str]] = {}
        for name, figure in sorted(shown.figures.items()):
            self.scripted.setdefault(caption_path(figure.script, name), []).append(FIGURE + name)
        self.scripts = Counter(script_path(figure.script) for figure in shown.figures.values())

    def _figures_of(self, unlisted: frozenset[str]) -> frozenset[str]:
        """Return the figures written in the notes *unlisted* that no other note shows."""
        if not unlisted:
            return frozenset()
        shows = [(name, link.source) for name, links in self.graph.figures.items() for link in links]
        shows += [(name, path) for (path, _), name in self.shown.requests.items()]
        loud = {name for name, path in shows if path not in unlisted}
        own = {name for name, path in shows if path in unlisted} - loud
        return frozenset(FIGURE + name for name in own if self._in_note(name))

    def _in_note(self, name: str) -> bool:
        return name in self.shown.figures and self.shown.figures[name].script.inline

    def ids(self) -> list[str]:
        """Return all nodes in alphabetical order."""
        nodes = [*self.graph.notes, *self.graph.missing, *(FIGURE + name for name in self.shown.figures)]
        return sorted(node for node in nodes if node not in self.unlisted)

    def node(self, node: str) -> Node:
        if node in self.graph.notes:
            kind: Kind = "map" if node in self.maps else "note"
            return Node(node, self.graph.notes[node].title, self.shown.urls[node], kind)
        if self._is_figure(node):
            name = node.removeprefix(FIGURE)
            script = self.shown.figures[name].script
            alone = self.scripts[script_path(script)] == 1
            title = script.title if alone else f"{script.title} ({name})"
            return Node(node, title if script.title else name, f"{node}.html", "figure")
        return Node(node, stem(node), self.shown.urls[node], "missing")

    def targets(self, node: str) -> list[str]:
        """Return the targets of a node's links, in order, each once, without itself."""
        return list(self._linked(node))

    def has_link(self, node: str, target: str) -> bool:
        """Return whether one node points to the other."""
        return target in self._linked(node)

    def _linked(self, node: str) -> dict[str, None]:
        if node not in self.known:
            self.known[node] = self._targets(node)
        return self.known[node]

    def _targets(self, node: str) -> dict[str, None]:
        if self._is_figure(node):
            name = node.removeprefix(FIGURE)
            words = caption_path(self.shown.figures[name].script, name)
            return self._others(node, self.graph.resolutions.get(words, ()))
        if node not in self.graph.notes:
            return {}
        asked = (self.shown.requests.get((node, number)) for number in range(len(self.graph.notes[node].figures)))
        figures = [FigureFound(name) for name in asked if name]
        return self._others(node, (*self.graph.resolutions[node], *figures))

    def sources(self, node: str) -> list[str]:
        """Return the nodes that link to a note or missing note, in alphabetical order."""
        found: set[str] = set()
        for link in self.graph.backlinks.get(node, ()):
            found.update([link.source] if link.source in self.graph.notes else self.scripted.get(link.source, ()))
        return sorted(found - {node} - self.unlisted)

    def neighbour_count(self, node: str) -> int:
        """Return the number of notes that a node links to or that link to it."""
        return len({*self._linked(node), *self.sources(node)} & self.graph.notes.keys())

    def _others(self, node: str, resolutions: Iterable[Resolution]) -> dict[str, None]:
        found: dict[str, None] = {}
        for resolution in resolutions:
            if isinstance(resolution, FigureFound):
                target = FIGURE + resolution.name if resolution.name in self.shown.figures else ""
            else:
                target = target_path(resolution)
            if target and target != node and target not in self.unlisted and target not in self.graph.assets:
                found[target] = None
        return found

    def _is_figure(self, node: str) -> bool:
        return node.startswith(FIGURE) and node.removeprefix(FIGURE) in self.shown.figures
