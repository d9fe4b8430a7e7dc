"""Records of one note, as it is parsed alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hortus.core.model.issues import Issue
from hortus.core.model.queries import ListItem, Query
from hortus.core.model.segments import Segments

LinkKind = Literal["wikilink", "markdown", "embed", "image", "property", "html", "canvas", "caption"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written, not resolved yet."""

    kind: LinkKind
    target: str
    """Note name or partial path, percent-decoded; empty for a link within its own note."""
    anchor: str
    """What follows the first ``#``: headings joined by ``#``, or ``^block``."""
    label: str
    """Plain text shown; for images the alternative text."""
    line: int
    column: int
    length: int
    """Characters in the source, for the caret; 1 if unknown."""
    width: int = 0
    """Width in pixels (``|300``); 0 if not set."""
    height: int = 0
    todo: bool = False
    """The place is marked as still to be written."""
    context: int = -1
    """Index into the note's contexts: the sentence with the link; -1 for none."""
    section: int = -1
    """Index of the heading above it; -1 before the first."""
    name: str = ""
    """Of a link in a property: the name of the property."""
    caption: Segments = ()
    """Of an embed alone in its paragraph: the paragraph of emphasis directly below it."""


@dataclass(frozen=True, slots=True)
class External:
    """An external link."""

    url: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    """Rendered text, without markup."""
    source: str
    """As written, without comments; links are compared with this first."""
    html: Segments
    """The heading as HTML without links, for tables of contents."""
    anchor: str
    """Its ``id`` on the page."""
    line: int
    column: int
    start: int
    end: int
    """Its section is ``body[start:end]``, the heading itself included."""
    nested: bool = False
    """It is in a quote, callout, list item or footnote: a link target, but not in the table of contents."""

    @property
    def is_title(self) -> bool:
        """It is at level 1 and at the start of the note, so it is the note's title."""
        return self.level == 1 and self.start == 0


@dataclass(frozen=True, slots=True)
class Block:
    """A block with a ``^id``."""

    name: str
    anchor: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    """As written, without ``#``."""
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Todo:
    """A TODO mark in running text, or an unticked task."""

    text: str
    line: int
    column: int
    length: int
    section: int
    links: tuple[int, ...]
    """Links in the same list item, cell or paragraph; if one of them is missing, it is reported and the mark is not."""
    counted: bool = False
    """An open task that is reported only in the count of its note."""


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """A figure declared by a fence in a note."""

    src: str
    """Name of a script or variant; empty for an inline one."""
    code: str
    """Of an inline one: its Python; otherwise empty."""
    parameters: tuple[tuple[str, Any], ...]
    alt: str
    caption: str
    """Markdown; empty for the script's own."""
    name: str
    """The value of `id:`; may be empty."""
    line: int
    column: int
    shown: Segments = ()
    """The caption, rendered."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property; *value* is text as typed, a boolean, None, or a list or mapping of these."""

    name: str
    value: Any
    line: int
    items: tuple[Segments, ...] = ()
    """The value, or each of its values, as HTML."""
    links: tuple[int, ...] = ()
    """Indices of the note's links in it."""
    quoted: tuple[str, ...] = ()
    """Values in quotes that would be numbers without."""


Box = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Part of a drawing, as SVG without its root."""

    inks: bool
    """Its colours are for light pages and are inverted on dark ones; colours of pictures are not."""
    markup: Segments
    file: str
    """Name of the file with the same content; empty if only the page can show it."""
    inline: bool
    """The page contains the markup; otherwise it shows the file."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An Excalidraw scene."""

    box: Box
    layers: tuple[Layer, ...]
    """From back to front."""
    cover: Segments
    """Invisible text and links above layers that are files; empty if there are none."""
    words: str
    """All text in it."""
    views: Mapping[str, Box]
    """Parts that an embed can show: an element by its id, its group by ``group=ID``, a frame by ``frame=`` and its
    id or name."""

    def view(self, anchor: str) -> Box | None:
        """Return the part with an anchor such as ``^frame=Plan``; None if there is none.

        ``area=ID`` is the element itself, and ``clippedframe=`` a frame, which is always clipped.
        """
        name = anchor.strip().removeprefix("^").removeprefix("area=")
        return self.views.get(name.replace("clippedframe=", "frame=", 1))


@dataclass(frozen=True, slots=True)
class Note:
    """One parsed note; nothing in it depends on other notes."""

    path: str
    title: str
    properties: tuple[Property, ...]
    aliases: tuple[str, ...]
    tags: tuple[Tag, ...]
    date: str
    """ISO date from the properties; empty if there is none."""
    body: Segments
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    contexts: tuple[Segments, ...]
    """Sentences with links, rendered."""
    externals: tuple[External, ...]
    figures: tuple[FigureRequest, ...]
    todos: tuple[Todo, ...]
    excerpt: str
    """The first words of the text, without markup."""
    words: int
    """Number of words; two Chinese or Japanese characters count as one."""
    glyphs: str
    """Characters in its formulas, for the math font."""
    issues: tuple["Issue", ...]
    files: tuple[tuple[str, str], ...] = ()
    """Name and text of each file made with the note: its diagrams, the layers of its drawing."""
    images: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each image in a notebook or drawing."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a notebook: line and column of the start of each cell."""
    public: bool = True
    listed: bool = True
    """False for unlisted notes, which are not in lists, feeds, search and graph."""
    drawing: Drawing | None = None
    queries: tuple[Query, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Names and texts of inline fields (``key:: value``)."""
    items: tuple[ListItem, ...] = ()

    @property
    def opens_with_title(self) -> bool:
        return bool(self.headings) and self.headings[0].is_title

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of property *name* (lower case; names are case-insensitive)."""
        for prop in self.properties:
            if prop.name.lower() == name:
                return prop.value
        return default
