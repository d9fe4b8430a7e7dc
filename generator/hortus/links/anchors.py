"""An index of the parts of a note: its headings, blocks and ids, by name.

It is built once per note: a note with many headings may have as many links to them.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from hortus.core.keys import fold, heading_key
from hortus.core.model import Block, Heading, Note, Slot

FOOTNOTE = re.compile(r"fn\d+")
CACHED = 500
"""Number of notes whose index is cached."""
Positions = dict[tuple[str, int], list[int]]
"""Numbers of headings in the order of the note, by key and level."""


class Anchors:
    """The parts of one note."""

    def __init__(self, note: Note):
        self.headings, self.named_blocks = note.headings, note.blocks
        self.blocks: dict[str, str] = {}
        """Id of each block, by its folded name; of equal ones the first counts."""
        self.ranges: dict[str, tuple[int, int]] = {}
        """Start and end in the body of each heading's section and each block, by id."""
        self.ids: dict[str, int] = {}
        """Place in the body of each id."""
        parts: tuple[Heading | Block, ...] = (*note.headings, *note.blocks)
        for part in parts:
            self.ranges.setdefault(part.anchor, (part.start, part.end))
        for block in note.blocks:
            self.blocks.setdefault(fold(block.name), block.anchor)
        for place, piece in enumerate(note.body):
            if isinstance(piece, Slot) and piece.kind == "id":
                self.ids.setdefault(piece.name, place)
        self.titles = {heading.anchor: heading for heading in reversed(note.headings)}
        """Heading of each id; of equal ones the first counts."""
        self.sources = _positions(note.headings, lambda heading: {heading_key(heading.source)})
        self.spellings = _positions(
            note.headings, lambda heading: {heading_key(heading.source), heading_key(heading.text)}
        )

    @cached_property
    def block_names(self) -> dict[str, str]:
        """Each block as links write it, by its folded name, in the order of these."""
        return dict(sorted({fold(block.name): f"^{block.name}" for block in self.named_blocks}.items()))

    @cached_property
    def texts(self) -> dict[str, str]:
        """Texts of headings, by key, in the order of keys; of equal ones the first counts."""
        texts = {heading_key(heading.text): heading.text for heading in reversed(self.headings)}
        return dict(sorted(texts.items()))

    def descend(self, keys: Sequence[str]) -> str | None:
        """Return the id of the heading that a path of keys points to; None if it points to none.

        The source of headings is compared first, as Obsidian writes links to them; if none matches, their text. Each
        heading of a path comes after the one before and is deeper; of equal ones the first counts.
        """
        return self._descend(keys, self.sources) or self._descend(keys, self.spellings)

    def _descend(self, keys: Sequence[str], positions: Positions) -> str | None:
        place, level = -1, 0
        for key in keys:
            later = (_after(positions.get((key, deeper), ()), place) for deeper in range(level + 1, 7))
            place = min((one for one in later if one >= 0), default=-1)
            if place < 0:
                return None
            level = self.headings[place].level
        return self.headings[place].anchor


def own_places(note: Note) -> tuple[str, ...]:
    """Return the ids in a note that pages can point to without a link that names them, in alphabetical order.

    These are the headings above its links, which backlinks point to (not the title), and its footnotes.
    """
    places = {
        part.name for part in note.body if type(part) is Slot and part.kind == "id" and FOOTNOTE.fullmatch(part.name)
    }
    sections = {link.section for link in note.links if link.kind != "property" and link.section >= 0}
    places.update(note.headings[number].anchor for number in sections if not note.headings[number].is_title)
    return tuple(sorted(places - {""}))


_known: dict[int, tuple[Note, Anchors]] = {}
"""By the identity of the note, which an entry keeps alive; the oldest first."""


def anchors_of(note: Note) -> Anchors:
    """Return the index of a note's parts."""
    if recorded := getattr(note, "recorded_anchors", None):
        return recorded
    entry = _known.get(id(note))
    if entry is None:
        entry = _known[id(note)] = note, Anchors(note)
        for oldest in list(_known)[:-CACHED]:
            _known.pop(oldest, None)
    return entry[1]


def _positions(headings: Sequence[Heading], keys: Callable[[Heading], Iterable[str]]) -> Positions:
    positions: Positions = {}
    for number, heading in enumerate(headings):
        for key in keys(heading):
            positions.setdefault((key, heading.level), []).append(number)
    return positions


def _after(numbers: Sequence[int], place: int) -> int:
    """Return the first of *numbers*, which ascend, that is greater than *place*; -1 when none is."""
    found = bisect_right(numbers, place)
    return numbers[found] if found < len(numbers) else -1
