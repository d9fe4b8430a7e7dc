"""Join notes by their links, with work in proportion to what changed since the last time.

1. Resolve links again if their text changed, a name that they could match was added or removed, or a heading, block or
   id that they name in another note was (`targets`).
2. Collect backlinks of notes, missing notes, attachments and figures. Read the MOCs as trails.
3. If a link between notes changed, find hubs, components and notes that no MOC reaches.

The results are kept in memory from one save to the next, and in the cache from one build to the next. The graph is the
same as without them.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from hortus.core.marks import mark_of
from hortus.core.model import Backlink, FigureFound, LinkGraph, Note, ParseOptions, Resolution, Slot, Trail
from hortus.links.anchors import own_places
from hortus.links.graph import (
    Given,
    embed_cycles,
    has_links_out,
    hub_notes,
    make_network,
    make_parents,
    named_parents,
    separate_groups,
    target_path,
    targets_of,
    unmapped_notes,
)
from hortus.links.maps import is_moc, make_trail
from hortus.links.memory import Memory, Resolutions, Text, Whole, read_memory, write_memory
from hortus.links.suggestions import Named, named_paths
from hortus.links.targets import Targets


def link_notes(given: Given) -> LinkGraph:
    """Join what is *given*, without results of an earlier time."""
    return Linker().link(given)


def read_linker(cache: Path, options: ParseOptions) -> "Linker":
    """Return a linker with the results that the last one stored in *cache*; *options* are those of the texts."""
    memory = read_memory(cache, options)
    linker = Linker(memory)
    linker.stored = memory is not None
    return linker


def store_linker(linker: "Linker", cache: Path, options: ParseOptions) -> None:
    """Store the results of a linker, unless the cache has them."""
    if not linker.stored:
        write_memory(cache, options, linker.memory)
        linker.stored = True


class Linker:
    """The newest graph, and what is needed to make the next one."""

    def __init__(self, memory: Memory | None = None):
        self._begin(memory or Memory())

    def _begin(self, memory: Memory) -> None:
        self.memory = memory
        self.targets = Targets(self.memory)
        self.trails: dict[str, Trail] = {}
        self.named: Named = {}
        self.named_for: tuple[object, object] = None, None
        self.graph = _last_graph(self.memory, self.targets)
        self.stored = False
        """Whether the cache has this memory."""

    def link(self, given: Given) -> LinkGraph:
        """Resolve every link of what is *given*, and make the graph."""
        if given.mocs != self.memory.mocs:
            self._begin(Memory(given.mocs))
        try:
            self.graph = self._link(given)
        except BaseException:
            self._begin(Memory())  # it may be half updated
            raise
        return self.graph

    def _link(self, given: Given) -> LinkGraph:
        before, texts, names = self.graph, self.memory.texts, self.memory.names
        fresh = {path: _read(path, given) for path in given.texts if not self._is_same(path, given)}
        known = {path: text for path, text in texts.items() if path in fresh or path not in given.texts}
        flipped = {path for path, text in texts.items() if text.is_note} ^ given.notes.keys()
        led = {link.source for path in flipped for link in before.backlinks.get(path, ())} & given.texts.keys()
        touched = led | self.targets.resolve(given, fresh, led | self._pointing_into(fresh, given))
        self.stored &= not touched and names is self.memory.names
        graph = self._joined(given, touched)
        maps = {path for path, text in known.items() if text.is_map} ^ {path for path in fresh if fresh[path].is_map}
        notes, old, new = given.notes, before.resolutions, graph.resolutions
        if flipped or maps or any(_edges(path, old, notes) != _edges(path, new, notes) for path in touched):
            network = make_network(notes, new)
            graph = replace(
                graph,
                unmapped=unmapped_notes(network, notes, graph.trails),
                hubs=hub_notes(network),
                components=separate_groups(network),
            )
        if any(text.embeds for text in known.values()) or any(texts[path].embeds for path in touched & texts.keys()):
            graph = replace(graph, cycles=embed_cycles(notes, new))
        self.memory.whole = Whole(graph.unmapped, graph.hubs, graph.components, graph.cycles)
        return graph

    def _is_same(self, path: str, given: Given) -> bool:
        """Return whether a text is unchanged: the same object, or read from the same source."""
        if path in self.graph.texts:
            return self.graph.texts[path] is given.texts[path]
        known = self.memory.texts.get(path)
        return known is not None and known.check != "" and known.check == given.check(path)

    def _pointing_into(self, fresh: Mapping[str, Text], given: Given) -> set[str]:
        """Return the texts with a link to a heading, block or id of a note in which these changed."""
        known, texts = self.memory.texts, given.texts
        return {
            link.source
            for path, text in fresh.items()
            if path in known and known[path].parts != text.parts
            for link in self.graph.backlinks.get(path, ())
            if link.source in texts and link.source not in fresh and texts[link.source].links[link.index].anchor
        }

    def _joined(self, given: Given, touched: set[str]) -> LinkGraph:
        """Make the new graph from the last, where only the *touched* texts are different."""
        before, texts, notes, resolutions = self.graph, self.memory.texts, given.notes, self.targets.resolutions
        backlinks, figures = _turned(before, resolutions, touched, list(given.texts))
        for path in touched & notes.keys():
            texts[path].above = named_parents(notes[path], resolutions[path])
        trails = self._trails(given, touched)
        whole = self.memory.whole
        return LinkGraph(
            notes=notes,
            texts=given.texts,
            assets=given.assets,
            resolutions=resolutions,
            backlinks=backlinks,
            missing=self.targets.missing(),
            near=self.memory.suggestions.near(self.targets.lost_targets(), self._named(given, backlinks)),
            figures=figures,
            parents=make_parents(notes, {path: text.above for path, text in texts.items() if text.above}, trails),
            trails=trails,
            orphans=tuple(
                path for path in notes if path not in backlinks and not has_links_out(path, resolutions[path])
            ),
            unmapped=whole.unmapped,
            hubs=whole.hubs,
            components=whole.components,
            cycles=whole.cycles,
            versions={path: (text.check, text.led) for path, text in texts.items() if text.check},
            places={path: texts[path].places for path in notes if texts[path].places},
        )

    def _trails(self, given: Given, touched: Iterable[str]) -> tuple[Trail, ...]:
        for path in touched:
            self.trails.pop(path, None)
        maps = [path for path in given.notes if self.memory.texts[path].is_map]
        for path in maps:
            if path not in self.trails:
                self.trails[path] = make_trail(given.notes[path], self.targets.resolutions[path], given.notes)
        return tuple(self.trails[path] for path in maps)

    def _named(self, given: Given, backlinks: Mapping[str, object]) -> Named:
        """Return the paths that may be suggested, by name: of attachments those that notes link to."""
        asked = self.memory.names, given.assets.keys() & backlinks.keys()
        if self.named_for[0] is not asked[0] or self.named_for[1] != asked[1]:
            self.named, self.named_for = named_paths(self.targets.names_index(), backlinks.keys()), asked
        return self.named


def _last_graph(memory: Memory, targets: Targets) -> LinkGraph:
    """Return the last graph without its notes, as far as it is needed for the next one."""
    nothing = LinkGraph({}, {}, {}, {}, {}, (), {}, {}, {}, (), (), (), (), ())
    ends = targets.ends()
    backlinks: dict[str, list[Backlink]] = {}
    figures: dict[str, list[Backlink]] = {}
    for path in sorted(memory.texts, key=lambda path: (not memory.texts[path].is_note, path)):
        for index, number in enumerate(array("I", memory.texts[path].raw)):
            end, is_figure = ends[number]
            if end and (end != path or is_figure):
                (figures if is_figure else backlinks).setdefault(end, []).append(Backlink(path, index))
    return replace(
        nothing,
        resolutions=targets.resolutions,
        backlinks={end: tuple(links) for end, links in sorted(backlinks.items())},
        figures={name: tuple(links) for name, links in sorted(figures.items())},
    )


def _read(path: str, given: Given) -> Text:
    """Return the record of a text, except where its links point."""
    text = given.texts[path]
    headings = [(one.level, one.text, one.source, one.anchor) for one in text.headings]
    blocks = [(one.name, one.anchor) for one in text.blocks]
    ids = sorted({piece.name for piece in text.body if isinstance(piece, Slot) and piece.kind == "id"})
    parts = mark_of((headings, blocks, ids, sorted(text.drawing.views) if text.drawing else None))
    is_note = path in given.notes
    embeds = any(link.kind == "embed" for link in text.links)
    return Text(given.check(path), parts, is_note, is_note and is_moc(text, given.mocs), embeds, own_places(text))


def _turned(
    before: LinkGraph, resolutions: Mapping[str, Resolutions], touched: set[str], order: Iterable[str]
) -> tuple[dict[str, tuple[Backlink, ...]], dict[str, tuple[Backlink, ...]]]:
    """Return links by the path and by the figure that they point to; only those of the *touched* texts have changed.

    *order*: all texts, notes first.
    """
    gone: tuple[set[str], set[str]] = set(), set()
    for path in touched:
        for one in before.resolutions.get(path, ()):
            gone[type(one) is FigureFound].add(_end(one, path))
    come: tuple[dict[str, list[Backlink]], dict[str, list[Backlink]]] = {}, {}
    order = list(order)
    for path in [path for path in order if path in touched]:
        for number, one in enumerate(resolutions[path]):
            come[type(one) is FigureFound].setdefault(_end(one, path), []).append(Backlink(path, number))
    places = {path: place for place, path in enumerate(order)}
    backlinks = _exchanged(before.backlinks, gone[False], come[False], touched, places)
    return backlinks, _exchanged(before.figures, gone[True], come[True], touched, places)


def _exchanged(
    before: Mapping[str, tuple[Backlink, ...]],
    gone: set[str],
    come: Mapping[str, list[Backlink]],
    touched: set[str],
    places: Mapping[str, int],
) -> dict[str, tuple[Backlink, ...]]:
    """Return links by target, with the links of the *touched* texts replaced.

    *gone* are the old targets of these texts, *come* their new links by target.
    """
    turned = dict(before)
    for end in (gone | come.keys()) - {""}:
        stay = [link for link in before.get(end, ()) if link.source not in touched]
        links = stay + come.get(end, [])
        if links:
            in_order = sorted(links, key=lambda link: (places[link.source], link.index)) if stay else links
            turned[end] = tuple(in_order)
        else:
            turned.pop(end, None)
    return turned if turned.keys() == before.keys() else dict(sorted(turned.items()))


def _end(one: Resolution, path: str) -> str:
    """Return what a link in *path* points to: a path or the name of a figure; empty for nothing and for itself."""
    if isinstance(one, FigureFound):
        return one.name
    end = target_path(one)
    return end if end != path else ""


def _edges(path: str, resolutions: Mapping[str, Resolutions], notes: Mapping[str, Note]) -> set[str]:
    return set(targets_of(path, resolutions[path], notes)) if path in notes else set()
