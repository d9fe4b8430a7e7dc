"""Every record that crosses a module boundary. A new stage gets a new type; nothing is filled in later.

Paths are vault paths: strings with forward slashes, relative to the vault, spelled as on disk.
Lines and columns are 1-based and count the characters of the file, front matter included.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple


class HortusError(Exception):
    """Something the person at the keyboard must mend; *status* is the command's exit status."""

    def __init__(self, message: str, status: int = 3):
        super().__init__(message)
        self.status = status


# --- read_vault -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """One Markdown file as it was read."""

    path: str
    text: str
    """Decoded, without byte order mark, with ``\\n`` line ends."""
    flaws: tuple[str, ...] = ()
    """What had to be mended in reading, in words."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Any other file of the vault; it is read only when a page needs it."""

    path: str
    file: Path
    size: int
    """Bytes."""
    stamp: int
    """Modification time in nanoseconds: a short cut to a known digest, never output."""


@dataclass(frozen=True, slots=True)
class Vault:
    root: Path
    sources: tuple[Source, ...]
    assets: tuple[Asset, ...]
    withheld: frozenset[str] = frozenset()
    """Paths of ignored notes. They are known only so that a link to one can be told from a broken link."""
    issues: tuple["Issue", ...] = ()
    """What reading itself found."""


TaskMode = Literal["count", "list", "off"]
"""Open tasks of a note: one issue that counts them, one issue each, or not reported and no TODO mark."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """The settings that reach `parse_note`, and so the key under which a note is remembered."""

    strict_line_breaks: bool = False
    html: Literal["safe", "trusted"] = "safe"
    macros: tuple[tuple[str, str], ...] = ()
    """Names and bodies of LaTeX commands of the vault's own; a body without a name is a whole preamble."""
    todo_marks: tuple[str, ...] = ()
    """Words and signs that mark something as still to do, in addition to TODO and FIXME."""
    tasks: TaskMode = "count"
    url_schemes: tuple[str, ...] = ()
    """Schemes that links may have, in addition to http, https, mailto and tel."""
    vault_names: tuple[str, ...] = ()
    """Names of this vault in ``obsidian://`` links; without any, each such link is taken for one of this vault."""


# --- parse_note -------------------------------------------------------------------------------

LinkKind = Literal["wikilink", "markdown", "embed", "image", "property", "html", "canvas", "caption"]


class Slot(NamedTuple):
    """A place in finished HTML whose filling depends on other notes, or on the page it is shown in.

    link     the opening tag of link *index*; its text and ``</a>`` are plain segments
    embed    all of embed *index*
    caption  the paragraph of emphasis under embed *index*: a figure's caption, else a paragraph
    figure   all of figure request *index*
    url      only the address of link *index*, inside an attribute of the author's HTML
    id       the value of an ``id`` of this note, *name*; made unique where the note is embedded
    ref      the value of an ``href`` to such an id
    file     the address of file *name* that was made with the note (a diagram)
    tag      the address of the page of tag *name*
    drawing  all of the note's drawing
    picture  within a drawing: the file that link *index* leads to; *name* is its width and height
    """

    kind: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which a slot has no use for
    name: str


Segments = tuple[str | Slot, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A reference as its author wrote it; nobody has asked yet where it leads."""

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
    """Characters of the source it covers, for the caret; 1 when unknown."""
    width: int = 0
    """Pixels asked for (``|300``); 0 when not."""
    height: int = 0
    todo: bool = False
    """Its author marked the place as still to come."""
    context: int = -1
    """Index into the note's contexts: the sentence it stands in; -1 for none."""
    section: int = -1
    """Index of the heading it stands under; -1 before the first."""
    name: str = ""
    """Of a property's link: the property."""
    caption: Segments = ()
    """Of an embed alone in its paragraph: the paragraph of pure emphasis right under it."""


@dataclass(frozen=True, slots=True)
class External:
    """A link out of the site."""

    url: str
    line: int
    column: int
    length: int = 1


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    """As read, without markup."""
    source: str
    """As written, without comments; links are compared with this first."""
    html: Segments
    """The heading's words as HTML, without links, for tables of contents."""
    anchor: str
    """Its ``id`` on the page."""
    line: int
    column: int
    start: int
    end: int
    """Its section is ``body[start:end]``, the heading itself included."""
    nested: bool = False
    """It is in a quote, callout, list item or footnote: a target of links, but not part of the note's outline."""

    @property
    def is_title(self) -> bool:
        """It opens the note, at the first level: the note's own title, no place within it."""
        return self.level == 1 and self.start == 0


@dataclass(frozen=True, slots=True)
class Block:
    """Something named by ``^id``."""

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
    """An open task that the report only counts, with the others of its note."""


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """A figure declared by a fence in a note."""

    src: str
    """Name of a script or variant; empty for an inline one."""
    code: str
    """Of an inline one: its Python; else empty."""
    parameters: tuple[tuple[str, Any], ...]
    alt: str
    caption: str
    """Markdown; empty for the script's own."""
    name: str
    """What `id:` says, else empty."""
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
    """The note's links that stand in it."""


Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Part of a drawing, as SVG without its root."""

    inks: bool
    """Its colours are those of a light page, and are inverted on a dark one; pictures keep theirs."""
    markup: Segments
    file: str
    """Name of the note's file that shows the same; empty when only the page can show it."""
    inline: bool
    """The page shows the markup; else the file."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An Excalidraw scene."""

    box: Box
    layers: tuple[Layer, ...]
    """From back to front."""
    cover: Segments
    """Unseen text and links over layers that are files; empty when none is."""
    words: str
    """All text in it."""
    views: Mapping[str, Box]
    """Parts that an embed may ask for: an element by its id, its group by ``group=ID``, a frame by ``frame=`` and its
    id or name."""

    def view(self, anchor: str) -> Box | None:
        """Return the part that an anchor such as ``^frame=Plan`` asks for; None when there is none of that name.

        ``area=ID`` is the element itself, and ``clippedframe=`` a frame, which is always clipped.
        """
        name = anchor.strip().removeprefix("^").removeprefix("area=")
        return self.views.get(name.replace("clippedframe=", "frame=", 1))


@dataclass(frozen=True, slots=True)
class Note:
    """One note understood alone."""

    path: str
    title: str
    properties: tuple[Property, ...]
    aliases: tuple[str, ...]
    tags: tuple[Tag, ...]
    date: str
    """ISO date, from the properties; empty when there is none."""
    body: Segments
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    contexts: tuple[Segments, ...]
    """Sentences that hold links, rendered."""
    externals: tuple[External, ...]
    figures: tuple[FigureRequest, ...]
    todos: tuple[Todo, ...]
    excerpt: str
    """The first plain words, without markup."""
    words: int
    glyphs: str
    """Characters that its formulas are drawn with."""
    issues: tuple["Issue", ...]
    files: tuple[tuple[str, str], ...] = ()
    """Name and text of each file made with the note: its diagrams, the layers of its drawing."""
    images: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each image that a notebook or a drawing holds."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a notebook: the line and column at which each cell begins."""
    public: bool = True
    listed: bool = True
    """Lists, feeds, search and graph may have it."""
    drawing: Drawing | None = None

    @property
    def opens_with_title(self) -> bool:
        return bool(self.headings) and self.headings[0].is_title

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of property *name*, compared without case."""
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
    """Several files fit equally; the first is taken."""

    paths: tuple[str, ...]
    anchor: str = ""

    @property
    def path(self) -> str:
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class FigureFound:
    """An embed or link of a picture that a script makes; *name* is the figure's id."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing of that name. *path* is where the note would be written; empty for an attachment."""

    path: str
    alias_of: tuple[str, ...] = ()
    """Notes that carry the target as an alias, which Obsidian does not follow."""


@dataclass(frozen=True, slots=True)
class Private:
    """The target exists and is not published. Nothing more is known here, on purpose."""


@dataclass(frozen=True, slots=True)
class Empty:
    """``[text]()``: still to be given its destination."""


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
    """Text of the heading of the MOC it stands under; empty before the first."""
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
    """All notes, joined."""

    notes: Mapping[str, Note]
    texts: Mapping[str, Note]
    """Everything that holds links: the notes, and the captions of figures, by the path of their script."""
    assets: Mapping[str, Asset]
    resolutions: Mapping[str, tuple[Resolution, ...]]
    """By note, in the order of its links."""
    backlinks: Mapping[str, tuple[Backlink, ...]]
    """By path of a note, asset or missing note; in order of source and place."""
    missing: tuple[str, ...]
    """Paths of notes that are linked and not written."""
    near: Mapping[str, tuple[str, ...]]
    """By target of a link that leads nowhere: names it may have meant."""
    figures: Mapping[str, tuple[Backlink, ...]]
    """By name of a figure: the embeds and links that show it."""
    parents: Mapping[str, tuple[str, ...]]
    """The notes above a note: what its ``Links to`` names, else the MOCs that list it."""
    trails: tuple[Trail, ...]
    orphans: tuple[str, ...]
    """Notes without any link in or out."""
    unmapped: tuple[str, ...]
    """Notes that no MOC reaches."""
    hubs: tuple[tuple[str, int], ...]
    """Most linked notes, with the number of notes that link to them."""
    components: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[Backlink, ...], ...] = ()
    """Embeds that lead back to where they started: the links of each round."""


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
    """What the slider counts; empty for a single picture."""
    citation: str
    """Docstring of `check`."""
    issues: tuple["Issue", ...] = ()


@dataclass(frozen=True, slots=True)
class FigureWanted:
    """One picture to be made: a script with parameters."""

    name: str
    """Its id on the site: ``figures/NAME.html``."""
    script: FigureScript
    parameters: Mapping[str, Any]
    alt: str = ""
    """The note's own words, when it gave some; else the script's."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: an adaptive SVG and a PNG at twice its size, both bytes of the figure store."""

    label: str
    svg: bytes
    png: bytes


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it will be shown."""

    name: str
    script: FigureScript
    parameters: Mapping[str, Any]
    alt: str
    state: Literal["drawn", "stale", "failed", "skipped"]
    frames: tuple[Frame, ...]
    """Empty when there is nothing to show; the last is the still one."""
    width: int
    height: int
    """CSS pixels."""
    words: str
    """Text of the picture, for search."""
    table: str
    """CSV; empty when `compute` returned no table."""
    provenance: Mapping[str, str]
    """Key, versions, seconds: in the order they are shown."""
    error: str = ""
    """One line: what went wrong, perhaps in the script's own words: for preview and terminal only."""
    fault: str = ""
    """What the report says of it: at which line, in words of ours, without any that the script chose."""
    traceback: str = ""
    """User frames, output: for preview and terminal only."""
    ran: bool = False
    """A process was started for it in this build."""


# --- report -----------------------------------------------------------------------------------

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something its author can mend. Written for someone about to do so."""

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
    """A note that is linked and not written."""

    path: str
    sources: tuple[str, ...]
    """Notes that want it."""
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
    """All that pages show of notes, and where it is on the site."""

    graph: LinkGraph
    urls: Mapping[str, str]
    """Pages of notes and missing notes, and files of attachments, by path."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """By name."""
    requests: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """By note and number of its figure request: the figure's name."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of what is no note: figures, by the path of their script."""
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height of pictures, by path."""
    files: Mapping[str, Segments] = field(default_factory=dict)
    """Text files that notes embed, as highlighted code, by path."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Notes by the url of an alias."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """ISO date of a note's last change, by path; a note without one is not known to have changed."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """HTML under a figure's picture, by name: the preview's word on what runs and what failed."""


@dataclass(frozen=True, slots=True)
class Page:
    """A finished file of text; *url* is relative to the site's root, not percent-encoded."""

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
