"""All records that modules exchange. Each stage has its own types; no field is filled in later.

Paths are vault paths: strings with forward slashes, relative to the vault, spelled as on disk.
Lines and columns are 1-based and count the characters of the file, front matter included.
"""

from hortus.core.model.figures import Dial, Figure, FigureScript, FigureWanted, Frame
from hortus.core.model.issues import HortusError, Issue, Severity
from hortus.core.model.links import (
    Ambiguous,
    AnchorMissing,
    Backlink,
    Empty,
    FigureFound,
    Found,
    LinkGraph,
    Missing,
    Private,
    Resolution,
    Stop,
    Trail,
)
from hortus.core.model.note import (
    Block,
    Box,
    Drawing,
    External,
    FigureRequest,
    Heading,
    Layer,
    Link,
    LinkKind,
    Note,
    Property,
    Tag,
    Todo,
)
from hortus.core.model.queries import Answers, ListItem, Query, QueryLanguage
from hortus.core.model.report import Coverage, Report, Wanted
from hortus.core.model.segments import Segments, Slot
from hortus.core.model.site import Content, Kept, Page, Shown, Site
from hortus.core.model.vault import Asset, ParseOptions, Source, TaskMode, Vault

__all__ = [
    "Ambiguous",
    "AnchorMissing",
    "Answers",
    "Asset",
    "Backlink",
    "Block",
    "Box",
    "Content",
    "Coverage",
    "Dial",
    "Drawing",
    "Empty",
    "External",
    "Figure",
    "FigureFound",
    "FigureRequest",
    "FigureScript",
    "FigureWanted",
    "Found",
    "Frame",
    "Heading",
    "HortusError",
    "Issue",
    "Kept",
    "Layer",
    "Link",
    "LinkGraph",
    "LinkKind",
    "ListItem",
    "Missing",
    "Note",
    "Page",
    "ParseOptions",
    "Private",
    "Property",
    "Query",
    "QueryLanguage",
    "Report",
    "Resolution",
    "Segments",
    "Severity",
    "Shown",
    "Site",
    "Slot",
    "Source",
    "Stop",
    "Tag",
    "TaskMode",
    "Todo",
    "Trail",
    "Vault",
    "Wanted",
]
