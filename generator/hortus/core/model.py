"""All records that modules exchange. Each stage has its own types; no field is filled in later.

Paths are vault paths: strings with forward slashes, relative to the vault, spelled as on disk.
Lines and columns are 1-based and count the characters of the file, front matter included.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple


class HortusError(Exception):
    """An error that the user has to fix; *status* is the command's exit status."""

    def __init__(self, message: str, status: int = 3):
        super().__init__(message)
        self.status = status


# --- read_vault -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one note, as read from disk."""

    path: str
    text: str
    """Decoded, without byte order mark, with ``\\n`` line ends."""
    flaws: tuple[str, ...] = ()
    """Problems of the encoding, as messages."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Any other file of the vault; its content is read only when a page needs it."""

    path: str
    file: Path
    size: int
    """Bytes."""
    stamp: int
    """Modification time in nanoseconds, to look up a known hash; never part of the output."""


@dataclass(frozen=True, slots=True)
class Vault:
    root: Path
    sources: tuple[Source, ...]
    assets: tuple[Asset, ...]
    withheld: frozenset[str] = frozenset()
    """Paths of ignored notes, only to distinguish links to them from broken links."""
    issues: tuple["Issue", ...] = ()
    """Issues found while reading the vault."""


TaskMode = Literal["count", "list", "off"]
"""Open tasks of a note: one issue with their count, one issue each, or no issue (and not TODO marks)."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """The settings that `parse_note` depends on; part of the key of a cached note."""

    strict_line_breaks: bool = False
    html: Literal["safe", "trusted"] = "safe"
    macros: tuple[tuple[str, str], ...] = ()
    """Names and bodies of the vault's LaTeX commands; a body without a name is a whole preamble."""
    todo_marks: tuple[str, ...] = ()
    """Words and signs that mark something as still to do, in addition to TODO and FIXME."""
    tasks: TaskMode = "count"
    url_schemes: tuple[str, ...] = ()
    """Schemes that links may have, in addition to http, https, mailto and tel."""
    vault_names: tuple[str, ...] = ()
    """Names of this vault in ``obsidian://`` links; if empty, every such link is assumed to mean this vault."""


# --- parse_note -------------------------------------------------------------------------------

LinkKind = Literal["wikilink", "markdown", "embed", "image", "property", "html", "canvas", "caption"]


class Slot(NamedTuple):
    """A place in rendered HTML whose content depends on other notes, or on the page that shows it.

    link     the opening tag of link *index*; its text and ``</a>`` are plain segments
    embed    embed *index*
    caption  the paragraph of emphasis under embed *index*: a figure's caption, otherwise a paragraph
    figure   figure request *index*
    url      the address of link *index*, in an attribute of HTML in the note
    id       the value of an ``id`` of this note, *name*; made unique where the note is embedded
    ref      the value of an ``href`` to such an id
    file     the address of file *name* that was made with the note (a diagram)
    tag      the address of the page of tag *name*
    drawing  the note's drawing
    picture  in a drawing: the file that link *index* points to; *name* is its width and height
    """

    kind: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which a slot has no use for
    name: str


Segments = tuple[str | Slot, ...]


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
    """The place is marked as still to come."""
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


Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Part of a drawing, as SVG without its root."""

    inks: bool
    """Its colours are for light pages and are inverted on dark ones; those of pictures are not."""
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

    @property
    def opens_with_title(self) -> bool:
        return bool(self.headings) and self.headings[0].is_title

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of property *name* (lower case; names are case-insensitive)."""
        for prop in self.properties:
            if prop.name.lower() == name:
                return prop.value
        return default


# --- resolve ----------------------------------------------------------------------------------


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


# --- link_notes -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Backlink:
    """Link number *index* of note *source*."""

    source: str
    index: int


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
    """Embeds that form loops: the links of each loop."""


# --- draw_figures -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureScript:
    """A script as read with `ast`, never imported."""

    name: str
    """The file's stem."""
    file: Path
    code: str
    title: str
    caption: str
    """Markdown, from the docstring after its first line."""
    caption_line: int
    alt: str
    parameters: Mapping[str, Any]
    """Name and default of each keyword of `compute`."""
    variants: Mapping[str, Mapping[str, Any]]
    frames: str
    """Name of the slider; empty for a single picture."""
    citation: str
    """Docstring of `check`."""
    issues: tuple["Issue", ...] = ()


@dataclass(frozen=True, slots=True)
class FigureWanted:
    """One figure to draw: a script with parameters."""

    name: str
    """Its id on the site: ``figures/NAME.html``."""
    script: FigureScript
    parameters: Mapping[str, Any]
    alt: str = ""
    """Alt text of the note; if empty, that of the script is used."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: an SVG for light and dark pages, and a PNG of twice the size."""

    label: str
    svg: bytes
    png: bytes


@dataclass(frozen=True, slots=True)
class Figure:
    """The result of a figure, as pages show it."""

    name: str
    script: FigureScript
    parameters: Mapping[str, Any]
    alt: str
    state: Literal["drawn", "stale", "failed", "skipped"]
    frames: tuple[Frame, ...]
    """Empty if there is nothing to show; the last is shown without a slider."""
    width: int
    height: int
    """CSS pixels."""
    words: str
    """Text in the picture, for search."""
    table: str
    """CSV; empty if `compute` returned no table."""
    provenance: Mapping[str, str]
    """Key, versions, seconds, in the order in which they are shown."""
    error: str = ""
    """Error message, possibly of the script; shown only in preview and terminal."""
    fault: str = ""
    """Message for the report: the line, and no text from the script."""
    traceback: str = ""
    """Frames of the script, and its output; shown only in preview and terminal."""
    ran: bool = False
    """A process was started for it in this build."""


# --- report -----------------------------------------------------------------------------------

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem that the author can fix."""

    kind: str
    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    target: str = ""
    length: int = 1
    severity: Severity = "warning"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A missing note, for the list of wanted notes."""

    path: str
    sources: tuple[str, ...]
    """Notes that link to it."""
    mocs: tuple[str, ...]
    """MOCs that list it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a MOC is written."""

    moc: str
    written: int
    missing: int
    todo: int


@dataclass(frozen=True, slots=True)
class Report:
    issues: tuple[Issue, ...]
    """By path, line, column."""
    summary: Mapping[str, int]
    wanted: tuple[Wanted, ...]
    """Most wanted first."""
    coverage: tuple[Coverage, ...]
    orphans: tuple[str, ...]
    unmapped: tuple[str, ...]


# --- pages and site ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that pages show of notes, with addresses."""

    graph: LinkGraph
    urls: Mapping[str, str]
    """Pages of notes and missing notes, and files of attachments, by path."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """By name."""
    requests: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """By note and number of its figure request: the figure's name."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of figures, by the path of their script."""
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height of pictures, by path."""
    files: Mapping[str, Segments] = field(default_factory=dict)
    """Text files that notes embed, as highlighted code, by path."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Notes by the url of an alias."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """ISO date of each note's last change, by path; missing if unknown."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """HTML below a figure's picture, by name: the preview's notices about running and failed figures."""


@dataclass(frozen=True, slots=True)
class Page:
    """A text file of the site; *url* is relative to the site's root, not percent-encoded."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An output file that is what it was: the hash of its content, and what makes it should it be gone."""

    check: str
    make: Callable[[], "Content"]


Content = bytes | Path
"""Of an output file: its bytes, or the file to copy them from."""


@dataclass(frozen=True, slots=True)
class Site:
    """All output files, by address."""

    files: Mapping[str, Content]
