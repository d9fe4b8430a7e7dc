"""Join notes again after a save: what `link_notes` would return, by work in proportion to what changed.

1. A changed note's links are resolved again; so are links elsewhere that name a file that came or went, or
   a heading of the note. Which these are is looked up by name, not searched.
2. What follows from one note's links (backlinks, trails, parents, edges) is taken out and put in again.
3. What follows from the whole graph is computed again only when an edge changed.

Notes are told apart by identity: one that was not parsed again is the same object.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hortus.graph import (
    edges_of,
    embed_cycles,
    hub_notes,
    joined_groups,
    leads_away,
    make_network,
    make_parents,
    target_path,
    unmapped_notes,
)
from hortus.model import (
    Asset,
    Backlink,
    FigureFound,
    Link,
    LinkGraph,
    Missing,
    Note,
    Resolution,
    Trail,
)
from hortus.names import fold, name_key
from hortus.preview.suggest import Suggestions
from hortus.resolve import NameIndex, index_names, resolve
from hortus.trails import is_moc, make_trail

Resolutions = tuple[Resolution, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """All that decides where a name leads."""

    paths: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    aliases: frozenset[tuple[str, str]] = frozenset()
    figures: frozenset[str] = frozenset()

    def keys_unlike(self, other: "Names") -> set[str]:
        """Return the name keys of what is in one of both only."""
        paths = (self.paths ^ other.paths) | (self.withheld ^ other.withheld)
        return {name_key(name) for name in (*paths, *(alias for alias, _ in self.aliases ^ other.aliases))}


@dataclass
class Linker:
    """Keeps the newest graph, and by name, by target and by note what it was made from."""

    graph: LinkGraph | None = None
    names: Names = Names()
    mocs: tuple[str, ...] = ()
    index: NameIndex | None = None
    raw: dict[str, Resolutions] = field(default_factory=dict)
    """Before links to one missing note were given one spelling."""
    naming: dict[str, set[str]] = field(default_factory=dict)
    """By name key: the texts with a link of that name."""
    wanting: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """By folded path of a missing note, by spelling: the texts that want it."""
    lost: "Counter[str]" = field(default_factory=Counter)
    trails: dict[str, Trail] = field(default_factory=dict)
    suggestions: Suggestions = field(default_factory=Suggestions)
    network: Any = None

    def link(
        self,
        notes: Iterable[Note],
        assets: Iterable[Asset],
        withheld: Iterable[str] = (),
        figures: Iterable[str] = (),
        captions: Iterable[Note] = (),
        mocs: Iterable[str] = (),
    ) -> LinkGraph:
        """Join *notes*: see `hortus.graph.link_notes`."""
        by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
        by_file = {asset.path: asset for asset in sorted(assets, key=lambda asset: asset.path)}
        texts = by_path | {caption.path: caption for caption in sorted(captions, key=lambda caption: caption.path)}
        aliases = frozenset((alias, note.path) for note in by_path.values() for alias in note.aliases)
        names = Names(frozenset({*by_path, *by_file}), frozenset(withheld), aliases, frozenset(figures))
        if tuple(mocs) != self.mocs or names.figures != self.names.figures:
            self.__init__(mocs=tuple(mocs))  # type: ignore[misc]  from nothing
        before = self.graph or _nothing()
        changed = {path for path, note in texts.items() if before.texts.get(path) is not note}
        gone = before.texts.keys() - texts.keys()
        dirty = changed | self._pointing_at(changed, before, texts)
        if names != self.names or self.index is None:
            self.index = index_names(names.paths, names.withheld, names.aliases, names.figures)
            dirty |= {path for key in names.keys_unlike(self.names) for path in self.naming.get(key, ())} & texts.keys()
            self.suggestions.know(self.index)
            self.names = names
        resolutions = self._resolve(dirty, gone, before, texts, by_path)
        moved = {path for path in texts if resolutions[path] is not before.resolutions.get(path)} | changed
        self.graph = self._join(before, by_path, by_file, texts, resolutions, moved, gone)
        return self.graph

    def _pointing_at(self, changed: Iterable[str], before: LinkGraph, texts: Mapping[str, Note]) -> set[str]:
        """Return the texts with a link to a heading or block of a note whose headings or blocks changed."""
        found = set()
        for path in changed:
            if path in before.notes and _anchors(before.notes[path]) != _anchors(texts[path]):
                links = before.backlinks.get(path, ())
                found |= {link.source for link in links if before.texts[link.source].links[link.index].anchor}
        return found & texts.keys()

    # --- where links lead ---

    def _resolve(
        self, dirty: set[str], gone: set[str], before: LinkGraph, texts: Mapping[str, Note], notes: Mapping[str, Note]
    ) -> dict[str, Resolutions]:
        """Return where every link leads; that of a text which nothing touched is the same object as before."""
        assert self.index is not None
        affected: set[str] = set()
        for path in dirty | gone:
            old = self.raw.pop(path, ())
            new: Resolutions = ()
            if path in texts:
                new = self.raw[path] = tuple(resolve(link, path, self.index, notes) for link in texts[path].links)
            self._rename(path, before.texts.get(path), texts.get(path))
            affected |= self._want(path, old, new)
            self._lose(before.texts.get(path), old, texts.get(path), new)
        resolutions = {
            path: before.resolutions[path] for path in texts if path in before.resolutions and path not in dirty
        }
        respelled = {source for key in affected for sources in self.wanting.get(key, {}).values() for source in sources}
        for path in dirty | respelled:
            if path in texts:
                found = tuple(map(self._spelled, self.raw[path]))
                resolutions[path] = before.resolutions[path] if found == before.resolutions.get(path) else found
        return {path: resolutions[path] for path in texts}

    def _rename(self, path: str, old: Note | None, new: Note | None) -> None:
        """Keep `naming` true of a text."""
        for key in _keys(old):
            self.naming[key].discard(path)
        for key in _keys(new):
            self.naming.setdefault(key, set()).add(path)

    def _want(self, path: str, old: Resolutions, new: Resolutions) -> set[str]:
        """Keep `wanting` true of a text; return the missing notes whose spelling may now be another."""
        before, now = _missing(old), _missing(new)
        spellings = {key: min(self.wanting[key]) for key in map(fold, before ^ now) if self.wanting.get(key)}
        for wanted in before - now:
            sources = self.wanting[fold(wanted)][wanted]
            sources.discard(path)
            if not sources:
                del self.wanting[fold(wanted)][wanted]
        for wanted in now - before:
            self.wanting.setdefault(fold(wanted), {}).setdefault(wanted, set()).add(path)
        return {key for key, spelling in spellings.items() if min(self.wanting[key], default="") != spelling}

    def _lose(self, old: Note | None, before: Resolutions, new: Note | None, now: Resolutions) -> None:
        """Keep count of the targets that lead nowhere."""
        if old:
            self.lost.subtract(
                link.target for link, one in zip(old.links, before, strict=True) if isinstance(one, Missing)
            )
        if new:
            self.lost.update(link.target for link, one in zip(new.links, now, strict=True) if isinstance(one, Missing))

    def _spelled(self, one: Resolution) -> Resolution:
        if not isinstance(one, Missing) or not one.path:
            return one
        spelling = min(self.wanting[fold(one.path)])
        return one if spelling == one.path else replace(one, path=spelling)

    # --- what follows ---

    def _join(
        self,
        before: LinkGraph,
        notes: Mapping[str, Note],
        assets: Mapping[str, Asset],
        texts: Mapping[str, Note],
        resolutions: Mapping[str, Resolutions],
        moved: set[str],
        gone: set[str],
    ) -> LinkGraph:
        touched = moved | gone
        old = {path: before.resolutions.get(path, ()) for path in touched}
        new = {path: resolutions.get(path, ()) for path in touched}
        backlinks = _turned(before.backlinks, old, new, _led_to, notes)
        for path in touched:
            self.trails.pop(path, None)
            if path in notes and is_moc(notes[path], self.mocs):
                self.trails[path] = make_trail(notes[path], resolutions[path], notes)
        trails = tuple(self.trails[path] for path in sorted(self.trails))
        missing = tuple(sorted(min(spellings) for spellings in self.wanting.values() if spellings))
        embeds = any(
            link.kind == "embed"
            for path in touched
            for text in (before.texts.get(path), texts.get(path))
            if text
            for link in text.links
        )
        graph = LinkGraph(
            notes=notes,
            texts=texts,
            assets=assets,
            resolutions=resolutions,
            backlinks=backlinks,
            missing=missing,
            near=self.suggestions.near(target for target, count in self.lost.items() if count > 0),
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

    def _measured(self, graph: LinkGraph, before: LinkGraph, touched: set[str]) -> LinkGraph:
        """Add what follows from the whole, where an edge, a note or a map is another than before."""
        same = graph.notes.keys() == before.notes.keys() and [t.moc for t in graph.trails] == [
            t.moc for t in before.trails
        ]
        if same and all(_edges(path, graph) == _edges(path, before) for path in touched):
            return graph
        if self.network is None:
            self.network = make_network(graph.notes, graph.resolutions)
        else:
            self._rewire(graph, touched)
        return replace(
            graph,
            unmapped=unmapped_notes(self.network, graph.notes, graph.trails),
            hubs=hub_notes(self.network, graph.notes),
            components=joined_groups(self.network),
        )

    def _rewire(self, graph: LinkGraph, touched: set[str]) -> None:
        """Put the touched notes and their edges into the network anew; the ends of edges to them are touched too."""
        self.network.remove_nodes_from(touched - graph.notes.keys())
        self.network.add_nodes_from(touched & graph.notes.keys())
        for path in touched & graph.notes.keys():
            self.network.remove_edges_from(list(self.network.out_edges(path, keys=True)))
            self.network.add_edges_from(edges_of(graph.notes[path], graph.resolutions[path], graph.notes))


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


def _figure_shown(resolution: Resolution, path: str) -> str:
    return resolution.name if isinstance(resolution, FigureFound) else ""


def _edges(path: str, graph: LinkGraph) -> set[tuple[str, str, str]]:
    note = graph.notes.get(path)
    return set(edges_of(note, graph.resolutions[path], graph.notes)) if note else set()


def _keys(text: Note | None) -> set[str]:
    """Return the name keys under which a text's links may find a file, or have found one."""
    keys = {name_key(link.target) for link in _links(text)}
    return keys | {f"{key}.md" for key in keys}


def _links(text: Note | None) -> tuple[Link, ...]:
    return text.links if text else ()


def _missing(resolutions: Resolutions) -> set[str]:
    return {one.path for one in resolutions if isinstance(one, Missing) and one.path}


def _anchors(note: Note) -> tuple:
    headings = [(heading.level, heading.text, heading.anchor) for heading in note.headings]
    return headings, [(block.name, block.anchor) for block in note.blocks]  # type: ignore[return-value]


def _nothing() -> LinkGraph:
    return LinkGraph({}, {}, {}, {}, {}, (), {}, {}, {}, (), (), (), (), ())
