"""Records of links and of all notes joined by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hortus.core.model.note import Note
from hortus.core.model.vault import Asset


@dataclass(frozen=True, slots=True)
class Found:
    """*path* is a note, an asset or a canvas; *anchor* is the site's id in it, or empty."""

    path: str
    anchor: str = ""
    by_id: bool = False
    """The link names the id itself, which Obsidian does not find."""


@dataclass(frozen=True, slots=True)
class AnchorMissing:
    path: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several files match equally well; the first is used."""

    paths: tuple[str, ...]
    anchor: str = ""

    @property
    def path(self) -> str:
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class FigureFound:
    """An embed of or link to a figure; *name* is the figure's id."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No file of that name. *path* is the future path of the note; empty for an attachment."""

    path: str
    alias_of: tuple[str, ...] = ()
    """Notes with the target as an alias, by which Obsidian does not resolve links."""


@dataclass(frozen=True, slots=True)
class Private:
    """The target exists but is not published. On purpose, nothing else is stored."""


@dataclass(frozen=True, slots=True)
class Empty:
    """``[text]()``: no destination yet."""


Resolution = Found | AnchorMissing | Ambiguous | FigureFound | Missing | Private | Empty


class Backlink(NamedTuple):
    """Link number *index* of note *source*."""

    source: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which a backlink has no use for


@dataclass(frozen=True, slots=True)
class Stop:
    """One note in the trail of a MOC."""

    path: str
    written: bool
    todo: bool
    section: str
    """Text of the MOC's heading above the link; empty before the first."""
    anchor: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The order of the links in a MOC, each target once."""

    moc: str
    stops: tuple[Stop, ...]

    @property
    def written(self) -> int:
        return sum(stop.written for stop in self.stops)


@dataclass(frozen=True, slots=True)
class LinkGraph:
    """All notes with their resolved links."""

    notes: Mapping[str, Note]
    texts: Mapping[str, Note]
    """All texts with links: notes, and captions of figures by the path of their script."""
    assets: Mapping[str, Asset]
    resolutions: Mapping[str, tuple[Resolution, ...]]
    """By note, in the order of its links."""
    backlinks: Mapping[str, tuple[Backlink, ...]]
    """By path of a note, asset or missing note; in order of source and place."""
    missing: tuple[str, ...]
    """Paths of missing notes: linked but not written."""
    near: Mapping[str, tuple[str, ...]]
    """Similar names, by the target of a broken link."""
    figures: Mapping[str, tuple[Backlink, ...]]
    """By name of a figure: the embeds and links that show it."""
    parents: Mapping[str, tuple[str, ...]]
    """Parents of a note: the targets of its ``Links to``, otherwise the MOCs that list it."""
    trails: tuple[Trail, ...]
    orphans: tuple[str, ...]
    """Notes without any link in or out."""
    unmapped: tuple[str, ...]
    """Notes that cannot be reached from any MOC."""
    hubs: tuple[tuple[str, int], ...]
    """Most linked notes, with the number of notes that link to them."""
    components: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[Backlink, ...], ...] = ()
    """Embeds that form cycles: the links of each cycle."""
    versions: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    """By text: a hash of what it was read from, and a mark of where its links point; missing if unknown."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By note: ids of its own that pages can point to, as `hortus.links.anchors.own_places` has them."""
