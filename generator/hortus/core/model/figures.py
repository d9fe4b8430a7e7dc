"""Records of figures: scripts, what notes ask for, and what was drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from hortus.core.model.issues import Issue


@dataclass(frozen=True, slots=True)
class Dial:
    """A slider of a figure."""

    name: str
    """What it turns: a parameter, or what `FRAMES` says."""
    values: tuple[Any, ...]
    """Literals, in the order of the slider; labels if it is that of `FRAMES`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The values in words, on one line; a whole number has no decimals, and empty text is written as ``""``."""
        texts = (str(value).removesuffix(".0") if isinstance(value, float) else str(value) for value in self.values)
        return tuple(" ".join(text.split()) or '""' for text in texts)


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
    """Name and default of each keyword parameter of `compute` and `draw`."""
    variants: Mapping[str, Mapping[str, Any]]
    frames: str
    """Name of the slider; empty for a single picture."""
    citation: str
    """Docstring of `check`."""
    issues: tuple["Issue", ...] = ()
    captions: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Captions of variants that have their own: Markdown, and its line."""
    alts: Mapping[str, str] = field(default_factory=dict)
    """Alt texts of variants that have their own."""
    path: str = ""
    """Its path in issues: that of its file below the folder that contains the scripts' folder, or that of its note."""
    drawing: frozenset[str] = frozenset()
    """Names of the parameters of `draw`."""
    computing: frozenset[str] = frozenset()
    """Names of the parameters of `compute`."""
    dials: tuple[Dial, ...] = ()
    """The parameters that the reader turns; the last one changes fastest."""

    @property
    def inline(self) -> bool:
        """Whether it is code in a note's fence; *file* is then the note."""
        return self.file.suffix != ".py"


@dataclass(frozen=True, slots=True)
class FigureWanted:
    """One figure to draw: a script with parameters."""

    name: str
    """Its id on the site: ``figures/NAME.html``."""
    script: FigureScript
    parameters: Mapping[str, Any]
    alt: str = ""
    """Alt text of the note; if empty, that of the script is used."""
    cell: str = ""
    """The values of its dials in words, if it is a cell of a figure and not the one that is shown first."""

    @property
    def title(self) -> str:
        """A name of its own, for progress and for its last good picture."""
        return f"{self.name}, {self.cell}" if self.cell else self.name


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a figure: an SVG for light and dark pages, and a PNG of twice the size."""

    label: str
    svg: bytes
    """Empty if it could not be drawn."""
    png: bytes
    """Only of the frame that is shown first; empty if that one failed and another is shown in its place."""
    alt: str = ""
    """Alt text, with the results of its own cell."""
    net: str = ""
    """The network that it shows, as JSON (`figures.sandbox.net`); empty if it exports none."""
    error: str = ""
    """Error message, possibly of the script; shown only in preview and terminal."""
    fault: str = ""
    """Message for the report, and for readers if there is no picture: the line, and no text from the script."""
    stale: bool = False
    """Whether it is an earlier picture, because the script has changed since and fails."""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """The result of a figure, as pages show it."""

    name: str
    script: FigureScript
    parameters: Mapping[str, Any]
    alt: str
    state: Literal["drawn", "stale", "failed", "skipped"]
    frames: tuple[Frame, ...]
    """Empty if there is nothing to show; one for each position of the dials, of which the last changes fastest."""
    width: int
    height: int
    """CSS pixels."""
    words: str
    """Text in the picture, for search."""
    table: str
    """CSV; empty if `compute` returned no table."""
    provenance: Mapping[str, str]
    """Key, versions, seconds, in the order in which they are shown."""
    results: Mapping[str, int | float | str] = field(default_factory=dict)
    """By name: the single numbers and texts that `compute` returned, or the script's variables of that kind."""
    checked: bool = False
    """The script has a `check`, and it passed for this picture."""
    error: str = ""
    """Error message, possibly of the script; shown only in preview and terminal."""
    fault: str = ""
    """Message for the report: the line, and no text from the script."""
    traceback: str = ""
    """Frames of the script, and its output; shown only in preview and terminal."""
    ran: bool = False
    """Its script ran in this build."""
    dials: tuple[Dial, ...] = ()
    """The sliders; none if there is one picture."""
    still: int = -1
    """The number of the frame that is shown first, and without a script."""
    packed: str = ""
    """All frames, with what they share stored once (`figures.packing`); empty if there is one, or it is impossible."""

    @property
    def shown(self) -> Frame:
        """The frame that is shown first."""
        return self.frames[self.still]

    @property
    def png(self) -> bytes:
        """The PNG of the frame that is shown first; empty if there is none."""
        return self.shown.png if self.frames else b""
