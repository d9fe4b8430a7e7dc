"""The input of linking, and what follows from all links: parents, hubs, components, cycles of embeds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hortus.core.filetypes import kind_of
from hortus.core.hashing import digest
from hortus.core.keys import heading_key
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Asset,
    Backlink,
    Found,
    LinkGraph,
    Missing,
    Note,
    Resolution,
    Source,
    Trail,
)
from hortus.links.anchors import anchors_of
from hortus.links.maps import check_mocs
from hortus.links.network import circles, joined_groups, reached_from, turned
from hortus.links.resolve import NameIndex, index_names

HUBS = 20


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that determines where a link points."""

    paths: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    aliases: frozenset[tuple[str, str]] = frozenset()
    """Pairs of alias and path."""
    figures: frozenset[str] = frozenset()

    def index(self) -> NameIndex:
        return index_names(self.paths, self.withheld, self.aliases, self.figures)


@dataclass(frozen=True, slots=True)
class Given:
    """The input of linking, by path and in the order of paths."""

    notes: Mapping[str, Note]
    assets: Mapping[str, Asset]
    texts: Mapping[str, Note]
    """All texts with links: the notes, then the captions."""
    names: Names
    mocs: tuple[str, ...]
    sources: Mapping[str, Source]
    """The sources of texts, by path, as far as they are known."""

    def check(self, path: str) -> str:
        """Return a hash of what a text was read from and of whether it is listed; empty if its source is unknown."""
        if (source := self.sources.get(path)) is None:
            return ""
        return digest(f"{self.texts[path].listed}\0{source.flaws}\0{source.text}")


def gather(
    notes: Iterable[Note],
    assets: Iterable[Asset],
    withheld: Iterable[str] = (),
    figures: Iterable[str] = (),
    captions: Iterable[Note] = (),
    mocs: Iterable[str] = (),
    sources: Mapping[str, Source] | None = None,
) -> Given:
    """Sort the input of linking.

    *withheld* are paths that links may name but nothing may show, *figures* the names of figures, *captions* the
    captions of their scripts, *mocs* the notes that are MOCs by the settings, *sources* the sources of texts, by path.
    """
    mocs = tuple(mocs)
    by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
    by_file = {asset.path: asset for asset in sorted(assets, key=lambda asset: asset.path)}
    texts = by_path | {caption.path: caption for caption in sorted(captions, key=lambda caption: caption.path)}
    aliases = frozenset((alias, note.path) for note in by_path.values() for alias in note.aliases)
    names = Names(frozenset({*by_path, *by_file}), frozenset(withheld), aliases, frozenset(figures))
    check_mocs(mocs, by_path)
    return Given(by_path, by_file, texts, names, mocs, sources or {})


def target_path(resolution: Resolution) -> str:
    """Return the path of the note or file that a resolution points to, written or not; empty if there is none.

    >>> target_path(Missing("b.md"))
    'b.md'
    """
    return resolution.path if isinstance(resolution, Found | AnchorMissing | Ambiguous | Missing) else ""


def has_links_out(path: str, resolutions: tuple[Resolution, ...]) -> bool:
    """Return whether any link of the note *path* points to another note or file."""
    return any(target_path(resolution) not in ("", path) for resolution in resolutions)


def make_network(notes: Collection[str], resolutions: Mapping[str, tuple[Resolution, ...]]) -> dict[str, list[str]]:
    """Return, for every written note, the other written notes that it links to, each once."""
    return {path: targets_of(path, resolutions[path], notes) for path in notes}


def targets_of(path: str, resolutions: tuple[Resolution, ...], notes: Collection[str]) -> list[str]:
    """Return the written notes that a note links to, each once, in the order of its text."""
    targets = dict.fromkeys(map(target_path, resolutions))
    return [target for target in targets if target in notes and target != path]


def unmapped_notes(
    network: Mapping[str, Sequence[str]], notes: Mapping[str, Note], trails: tuple[Trail, ...]
) -> tuple[str, ...]:
    """Return the notes that cannot be reached by links from any MOC; none if there is no MOC."""
    if not trails:
        return ()
    reached = reached_from((trail.moc for trail in trails), network)
    return tuple(path for path in notes if path not in reached)


def hub_notes(network: Mapping[str, Sequence[str]]) -> tuple[tuple[str, int], ...]:
    """Return the notes that most others link to."""
    counts = [(path, len(sources)) for path, sources in turned(network).items()]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:HUBS])


def separate_groups(network: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of notes that no link joins, the largest first."""
    groups = (tuple(sorted(group)) for group in joined_groups(network))
    return tuple(sorted(groups, key=lambda group: (-len(group), group)))


def make_parents(
    notes: Iterable[str], named: Mapping[str, tuple[str, ...]], trails: tuple[Trail, ...]
) -> dict[str, tuple[str, ...]]:
    """Return the notes above each note: those that its own properties name (*named*), else the MOCs that list it."""
    listed: dict[str, list[str]] = {}
    for trail in trails:
        for stop in trail.stops:
            listed.setdefault(stop.path, []).append(trail.moc)
    parents = {}
    for path in notes:
        if above := named.get(path) or tuple(listed.pop(path, ())):
            parents[path] = above
        listed.pop(path, None)
    parents.update({path: tuple(mocs) for path, mocs in listed.items()})
    return parents


def named_parents(note: Note, resolutions: tuple[Resolution, ...]) -> tuple[str, ...]:
    """Return the notes that a note's own properties put above it."""
    if not any(prop.links for prop in note.properties):
        return ()
    named = [
        target
        for link, resolution in zip(note.links, resolutions, strict=True)
        if link.kind == "property" and heading_key(link.name) in ("links to", "up", "parent", "parents")
        if (target := target_path(resolution)) and target != note.path
    ]
    return tuple(dict.fromkeys(named))


def embed_cycles(
    notes: Mapping[str, Note], resolutions: Mapping[str, tuple[Resolution, ...]]
) -> tuple[tuple[Backlink, ...], ...]:
    """Return, for each ring of embeds, the links that it is made of."""
    edges = {}
    waiting = [
        (path, 0, len(note.body)) for path, note in notes.items() if any(link.kind == "embed" for link in note.links)
    ]
    seen = set(waiting)
    while waiting:
        place = waiting.pop()
        path, start, end = place
        for segment in notes[path].body[start:end]:
            if isinstance(segment, str) or segment.kind != "embed":
                continue
            target = embedded_range(resolutions[path][segment.index], notes)
            if target[0]:
                edges[place, target] = Backlink(path, segment.index)
                waiting += [target] * (target not in seen)
                seen.add(target)
    if not edges:
        return ()
    leads: dict[tuple[str, int, int], list[tuple[str, int, int]]] = {}
    for place, target in edges:
        leads.setdefault(place, []).append(target)
    groups = circles(leads)
    group_of = {place: number for number, group in enumerate(groups) for place in group}
    rings: dict[int, set[Backlink]] = {}
    for (place, target), link in edges.items():
        if group_of[place] == group_of[target]:
            rings.setdefault(group_of[place], set()).add(link)
    found = {tuple(sorted(ring, key=lambda link: (link.source, link.index))) for ring in rings.values()}
    return tuple(sorted(found, key=lambda ring: [(link.source, link.index) for link in ring]))


def embedded_files(graph: LinkGraph) -> tuple[str, ...]:
    """Return the text files that notes embed."""
    return tuple(
        path
        for path in graph.assets
        if kind_of(path) == "text"
        and any(graph.texts[link.source].links[link.index].kind == "embed" for link in graph.backlinks.get(path, ()))
    )


def embedded_range(resolution: Resolution, notes: Mapping[str, Note]) -> tuple[str, int, int]:
    """Return the note and the range of its body that an embed shows; an empty path when it shows no note.

    Canvases and drawings are shown as pictures, which embed nothing in turn.
    """
    if not isinstance(resolution, Found | Ambiguous) or resolution.path not in notes:
        return "", 0, 0
    note = notes[resolution.path]
    if found := anchors_of(note).ranges.get(resolution.anchor):
        return note.path, *found
    picture = note.drawing or note.path.lower().endswith(".canvas")
    return ("", 0, 0) if picture else (note.path, 0, len(note.body))
