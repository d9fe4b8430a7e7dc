"""Join notes by their links.

1. Index every name once and resolve every link.
2. Turn links around: who links to a note, a missing note, an attachment, a figure.
3. Read the MOCs as trails; find parents, orphans, hubs, components, and what no MOC reaches.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hortus.core.filetypes import kind_of
from hortus.core.keys import fold, heading_key
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Asset,
    Backlink,
    FigureFound,
    Found,
    LinkGraph,
    Missing,
    Note,
    Resolution,
    Trail,
)
from hortus.links.anchors import anchors_of
from hortus.links.maps import check_mocs, is_moc, make_trail
from hortus.links.network import circles, joined_groups, reached_from, turned
from hortus.links.resolve import NameIndex, index_names, near_names, resolve

HUBS = 20


@dataclass(frozen=True, slots=True)
class Names:
    """All that decides where a name leads."""

    paths: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()
    aliases: frozenset[tuple[str, str]] = frozenset()
    """Pairs of alias and path."""
    figures: frozenset[str] = frozenset()

    def index(self) -> NameIndex:
        return index_names(self.paths, self.withheld, self.aliases, self.figures)


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be joined, by path and in the order of paths."""

    notes: Mapping[str, Note]
    assets: Mapping[str, Asset]
    texts: Mapping[str, Note]
    """All that holds links: the notes, then the captions."""
    names: Names
    mocs: tuple[str, ...]


def gather(
    notes: Iterable[Note],
    assets: Iterable[Asset],
    withheld: Iterable[str] = (),
    figures: Iterable[str] = (),
    captions: Iterable[Note] = (),
    mocs: Iterable[str] = (),
) -> Given:
    """Put in order what is to be joined.

    *withheld* are paths that links may name and nothing may show, *figures* the names of pictures that
    scripts make, *captions* the scripts' own words, *mocs* the notes that the settings call MOCs.
    """
    mocs = tuple(mocs)
    by_path = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
    by_file = {asset.path: asset for asset in sorted(assets, key=lambda asset: asset.path)}
    texts = by_path | {caption.path: caption for caption in sorted(captions, key=lambda caption: caption.path)}
    aliases = frozenset((alias, note.path) for note in by_path.values() for alias in note.aliases)
    names = Names(frozenset({*by_path, *by_file}), frozenset(withheld), aliases, frozenset(figures))
    check_mocs(mocs, by_path)
    return Given(by_path, by_file, texts, names, mocs)


def link_notes(given: Given) -> LinkGraph:
    """Join what is *given*: resolve every link, and turn the links round."""
    by_path, texts, index = given.notes, given.texts, given.names.index()
    resolutions = _one_spelling(
        {path: tuple(resolve(link, path, index, by_path) for link in note.links) for path, note in texts.items()}
    )
    backlinks, shown, missing, lost = _turned(texts, resolutions)
    trails = tuple(
        make_trail(note, resolutions[path], by_path) for path, note in by_path.items() if is_moc(note, given.mocs)
    )
    network = make_network(by_path, resolutions)
    return LinkGraph(
        notes=by_path,
        texts=texts,
        assets=given.assets,
        resolutions=resolutions,
        backlinks=backlinks,
        missing=missing,
        near=near_names(lost, index, backlinks.keys()),
        figures=shown,
        parents=make_parents(by_path, resolutions, trails),
        trails=trails,
        orphans=tuple(path for path in by_path if path not in backlinks and not leads_away(path, resolutions[path])),
        unmapped=unmapped_notes(network, by_path, trails),
        hubs=hub_notes(network),
        components=separate_groups(network),
        cycles=embed_cycles(by_path, resolutions),
    )


def _one_spelling(resolutions: Mapping[str, tuple[Resolution, ...]]) -> dict[str, tuple[Resolution, ...]]:
    """Let links to a missing note that differ in case or composition alone want one note: the first by the alphabet."""
    missing = {one.path for found in resolutions.values() for one in found if isinstance(one, Missing) and one.path}
    spelling = {fold(path): path for path in sorted(missing, reverse=True)}
    return {
        path: tuple(
            replace(one, path=spelling[fold(one.path)]) if isinstance(one, Missing) and one.path else one
            for one in found
        )
        for path, found in resolutions.items()
    }


def target_path(resolution: Resolution) -> str:
    """Return the path that a resolution leads to, written or not; empty when it leads to none.

    >>> target_path(Missing("b.md")), target_path(FigureFound("b"))
    ('b.md', '')
    """
    return resolution.path if isinstance(resolution, Found | AnchorMissing | Ambiguous | Missing) else ""


def leads_away(path: str, resolutions: tuple[Resolution, ...]) -> bool:
    return any(target_path(resolution) not in ("", path) for resolution in resolutions)


def _turned(notes: Mapping[str, Note], resolutions: Mapping[str, tuple[Resolution, ...]]):
    """Turn links around: backlinks by path, by figure, the missing notes, and targets that lead nowhere."""
    backlinks: dict[str, list[Backlink]] = {}
    figures: dict[str, list[Backlink]] = {}
    missing: set[str] = set()
    lost: set[str] = set()
    for path, note in notes.items():
        for number, resolution in enumerate(resolutions[path]):
            target = target_path(resolution)
            if isinstance(resolution, FigureFound):
                figures.setdefault(resolution.name, []).append(Backlink(path, number))
            elif target and target != path:
                backlinks.setdefault(target, []).append(Backlink(path, number))
            if isinstance(resolution, Missing):
                lost.add(note.links[number].target)
                missing.update({target} if target else ())
    turned = {path: tuple(links) for path, links in sorted(backlinks.items())}
    return turned, {name: tuple(links) for name, links in sorted(figures.items())}, tuple(sorted(missing)), lost


def make_network(notes: Mapping[str, Note], resolutions: Mapping[str, tuple[Resolution, ...]]) -> dict[str, list[str]]:
    """Return, for every written note, the other written notes that it links to, each once."""
    return {path: targets_of(path, resolutions[path], notes) for path in notes}


def targets_of(path: str, resolutions: tuple[Resolution, ...], notes: Mapping[str, Note]) -> list[str]:
    """Return the written notes that a note links to, each once, in the order of its text."""
    targets = dict.fromkeys(map(target_path, resolutions))
    return [target for target in targets if target in notes and target != path]


def unmapped_notes(
    network: Mapping[str, Sequence[str]], notes: Mapping[str, Note], trails: tuple[Trail, ...]
) -> tuple[str, ...]:
    """Return the notes that cannot be reached by following links from any MOC; none when there is no MOC."""
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
    notes: Mapping[str, Note], resolutions: Mapping[str, tuple[Resolution, ...]], trails: tuple[Trail, ...]
) -> dict[str, tuple[str, ...]]:
    """Return the notes above each note: those that its ``Links to`` or ``up`` names, else the MOCs that list it."""
    listed: dict[str, list[str]] = {}
    for trail in trails:
        for stop in trail.stops:
            listed.setdefault(stop.path, []).append(trail.moc)
    parents = {}
    for path, note in notes.items():
        if above := named_parents(note, resolutions[path]) or tuple(listed.get(path, ())):
            parents[path] = above
    parents.update({path: tuple(mocs) for path, mocs in listed.items() if path not in notes})
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
