"""The results of linking that are cached for the next time: see `hortus.links.linker`.

Backlinks are not stored, since they follow from resolved links. If the cache cannot be read, all links are resolved.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from hortus.core.cached_values import read_cached_value, write_cached_value
from hortus.core.hashing import code_hash, digest
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Backlink,
    Empty,
    FigureFound,
    Found,
    Missing,
    ParseOptions,
    Private,
    Resolution,
)
from hortus.links.graph import Names
from hortus.links.suggestions import Suggestions
from hortus.parse.note_cache import code_version

FILE = "links.msgpack"
CODE = ("links/*.py",)
"""The modules whose change may change a link, in addition to those that read notes."""
Resolutions = tuple[Resolution, ...]
TYPES: dict[str, type] = {
    one.__name__: one for one in (Found, AnchorMissing, Ambiguous, FigureFound, Missing, Private, Empty)
}
SLACK = 2
"""The ratio of stored resolutions to those in use above which the memory is discarded."""


class Text(msgspec.Struct, array_like=True):
    """The record of a text with links: a note or a caption."""

    check: str
    """Hash of what it was read from; empty if unknown."""
    parts: bytes
    """Mark of what links can name within it: headings, blocks and ids."""
    is_note: bool
    is_map: bool
    embeds: bool
    """It has embeds."""
    places: tuple[str, ...]
    """Ids in it, as `own_places` has them."""
    raw: bytes = b""
    """Numbers of the resolutions of its links, before links to one missing note have one spelling."""
    lost: tuple[str, ...] = ()
    """Targets of its links that are missing."""
    led: bytes = b""
    """Mark of the resolutions of its links."""
    above: tuple[str, ...] = ()
    """The notes that its properties put above it."""


class Numbered:
    """Resolutions by number: many links have the same one, which is stored once."""

    def __init__(self, known: Iterable[Resolution] = ()):
        self.known = list(known)
        self.numbers = {one: number for number, one in enumerate(self.known)}

    def pack(self, resolutions: Iterable[Resolution]) -> bytes:
        """Return the numbers of resolutions."""
        return array("I", [self._number(one) for one in resolutions]).tobytes()

    def unpack(self, numbers: bytes) -> Resolutions:
        """Return the resolutions that have these numbers."""
        return tuple(map(self.known.__getitem__, array("I", numbers)))

    def _number(self, one: Resolution) -> int:
        number = self.numbers.setdefault(one, len(self.known))
        if number == len(self.known):
            self.known.append(one)
        return number


class Whole(msgspec.Struct, array_like=True):
    """What follows from all links together, as `LinkGraph` has it."""

    unmapped: tuple[str, ...] = ()
    hubs: tuple[tuple[str, int], ...] = ()
    components: tuple[tuple[str, ...], ...] = ()
    cycles: tuple[tuple[Backlink, ...], ...] = ()


@dataclass
class Memory:
    """The results of the last time that the vault was linked."""

    mocs: tuple[str, ...] = ()
    """The notes that the settings call MOCs."""
    names: Names = Names()
    texts: dict[str, Text] = field(default_factory=dict)
    """By path."""
    numbered: Numbered = field(default_factory=Numbered)
    whole: Whole = field(default_factory=Whole)
    suggestions: Suggestions = field(default_factory=Suggestions)


class _Written(msgspec.Struct, array_like=True):
    """Memory as stored on disk."""

    mocs: tuple[str, ...]
    names: Names
    texts: dict[str, Text]
    known: list[tuple[str, list[Any]]]
    """Type and fields of each resolution."""
    whole: Whole
    near: dict[str, tuple[str, ...]]
    near_names: dict[bool, frozenset[str]]


def read_memory(cache: Path, options: ParseOptions) -> Memory | None:
    """Return the results of the last time; None if there are none, they are damaged, or of other code or options."""
    written = read_cached_value(cache / FILE, _key(options), _Written)
    if written is None:
        return None
    used: set[int] = set()
    for text in written.texts.values():
        used.update(array("I", text.raw))
    if len(used) * SLACK < len(written.known):
        return None
    known = Numbered(TYPES[name](*map(_plain, fields)) for name, fields in written.known)
    suggestions = Suggestions(written.near, written.near_names)
    return Memory(written.mocs, written.names, written.texts, known, written.whole, suggestions)


def write_memory(cache: Path, options: ParseOptions, memory: Memory) -> None:
    """Store the results for the next time."""
    known = [
        (type(one).__name__, [getattr(one, name) for name in type(one).__match_args__]) for one in memory.numbered.known
    ]
    near, near_names = memory.suggestions.found, memory.suggestions.names
    written = _Written(memory.mocs, memory.names, memory.texts, known, memory.whole, near, near_names)
    write_cached_value(cache / FILE, _key(options), written)


def _key(options: ParseOptions) -> str:
    """Hash everything that links depend on, apart from the vault and `Memory.mocs`."""
    return digest(repr((code_version(), code_hash(CODE), options)))


def _plain(field: Any) -> Any:
    return tuple(field) if isinstance(field, list) else field
