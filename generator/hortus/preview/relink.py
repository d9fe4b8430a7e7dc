"""Join notes again after a save: what `link_notes` would return, by work in proportion to what changed.

1. A changed note's links are resolved again; so are links elsewhere that name a file that came or went, or
   a heading of the note (`targets`).
2. What follows from one text's links (backlinks, trails, edges) is taken out and put in again.
3. What follows from the whole graph is computed again only when an edge changed.

Notes are told apart by identity: one that was not parsed again is the same object.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hortus.core.model import Backlink, FigureFound, LinkGraph, Note, Resolution, Trail
from hortus.links.graph import (
    Given,
    embed_cycles,
    hub_notes,
    leads_away,
    make_network,
    make_parents,
    separate_groups,
    target_path,
    targets_of,
    unmapped_notes,
)
from hortus.links.maps import is_moc, make_trail
from hortus.preview.targets import Resolutions, Targets

NOTHING = LinkGraph({}, {}, {}, {}, {}, (), {}, {}, {}, (), (), (), (), ())


@dataclass
class Linker:
    """Keeps the newest graph, and what it was made from."""

    graph: LinkGraph = NOTHING
    given: Given | None = None
    targets: Targets = field(default_factory=Targets)
    trails: dict[str, Trail] = field(default_factory=dict)

    def link(self, given: Given) -> LinkGraph:
        """Join what is *given*, as `hortus.links.graph.link_notes` would."""
        if self.given and (given.mocs, given.names.figures) != (self.given.mocs, self.given.names.figures):
            self.graph, self.targets, self.trails = NOTHING, Targets(), {}
        before, self.given = self.graph, given
        changed = {path for path, text in given.texts.items() if before.texts.get(path) is not text}
        resolutions = self.targets.resolve(given, before, changed | _pointing_at(changed, before, given.texts))
        touched = changed | (before.texts.keys() - given.texts.keys())
        touched |= {path for path in given.texts if resolutions[path] is not before.resolutions.get(path)}
        self.graph = self._join(given, resolutions, before, touched)
        return self.graph

    def _join(
        self, given: Given, resolutions: Mapping[str, Resolutions], before: LinkGraph, touched: set[str]
    ) -> LinkGraph:
        """Make the new graph of the old one, where only the *touched* texts are other than before."""
        notes = given.notes
        old = {path: before.resolutions.get(path, ()) for path in touched}
        new = {path: resolutions.get(path, ()) for path in touched}
        backlinks = _turned(before.backlinks, old, new, _led_to, notes)
        trails = self._trails(given, resolutions, touched)
        embeds = any(_embeds(texts.get(path)) for path in touched for texts in (before.texts, given.texts))
        graph = LinkGraph(
            notes=notes,
            texts=given.texts,
            assets=given.assets,
            resolutions=resolutions,
            backlinks=backlinks,
            missing=self.targets.missing(),
            near=self.targets.near(),
            figures=_turned(before.figures, old, new, _figure_shown, notes),
            parents=make_parents(notes, resolutions, trails),
            trails=trails,
            orphans=tuple(path for path in notes if path not in backlinks and not leads_away(path, resolutions[path])),
            unmapped=before.unmapped,
            hubs=before.hubs,
            components=before.components,
            cycles=embed_cycles(notes, resolutions) if embeds else before.cycles,
        )
        return self._measured(graph, before, touched)

    def _trails(
        self, given: Given, resolutions: Mapping[str, Resolutions], touched: Iterable[str]
    ) -> tuple[Trail, ...]:
        for path in touched:
            self.trails.pop(path, None)
            if path in given.notes and is_moc(given.notes[path], given.mocs):
                self.trails[path] = make_trail(given.notes[path], resolutions[path], given.notes)
        return tuple(self.trails[path] for path in sorted(self.trails))

    def _measured(self, graph: LinkGraph, before: LinkGraph, touched: set[str]) -> LinkGraph:
        """Add what follows from the whole, where an edge, a note or a map is another than before."""
        same = graph.notes.keys() == before.notes.keys() and [t.moc for t in graph.trails] == [
            t.moc for t in before.trails
        ]
        if same and all(_edges(path, graph) == _edges(path, before) for path in touched):
            return graph
        network = make_network(graph.notes, graph.resolutions)
        return replace(
            graph,
            unmapped=unmapped_notes(network, graph.notes, graph.trails),
            hubs=hub_notes(network),
            components=separate_groups(network),
        )


def _turned(before, old: Mapping[str, Resolutions], new: Mapping[str, Resolutions], target, notes: Mapping[str, Note]):
    """Return links by what they lead to, those of the texts in *old* taken out and those in *new* put in."""
    gone = {found for path, resolutions in old.items() for one in resolutions if (found := target(one, path))}
    come: dict[str, list[Backlink]] = {}
    for path, resolutions in new.items():
        for number, one in enumerate(resolutions):
            if found := target(one, path):
                come.setdefault(found, []).append(Backlink(path, number))
    turned = dict(before)
    for found in gone | come.keys():
        links = [link for link in before.get(found, ()) if link.source not in old] + come.get(found, [])
        if links:
            turned[found] = tuple(sorted(links, key=lambda link: (link.source not in notes, link.source, link.index)))
        else:
            turned.pop(found, None)
    return turned if turned.keys() == before.keys() else dict(sorted(turned.items()))


def _led_to(resolution: Resolution, path: str) -> str:
    found = target_path(resolution)
    return found if found != path else ""


def _embeds(text: Note | None) -> bool:
    return text is not None and any(link.kind == "embed" for link in text.links)


def _figure_shown(resolution: Resolution, path: str) -> str:
    return resolution.name if isinstance(resolution, FigureFound) else ""


def _edges(path: str, graph: LinkGraph) -> set[str]:
    return set(targets_of(path, graph.resolutions[path], graph.notes)) if path in graph.notes else set()


def _pointing_at(changed: Iterable[str], before: LinkGraph, texts: Mapping[str, Note]) -> set[str]:
    """Return the texts with a link to a heading or block of a note whose headings or blocks changed."""
    found = set()
    for path in changed:
        if path in before.notes and _anchors(before.notes[path]) != _anchors(texts[path]):
            links = before.backlinks.get(path, ())
            found |= {link.source for link in links if before.texts[link.source].links[link.index].anchor}
    return found & texts.keys()


def _anchors(note: Note) -> tuple[list, list]:
    headings = [(heading.level, heading.text, heading.anchor) for heading in note.headings]
    return headings, [(block.name, block.anchor) for block in note.blocks]
