"""Records of queries in notes, and of what queries can find in a note."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hortus.core.model.issues import Issue
from hortus.core.model.segments import Segments

QueryLanguage = Literal["base", "dataview", "tasks", "inline"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query as written; its text is understood by `hortus.queries`."""

    language: QueryLanguage
    text: str
    line: int
    """Line of its first character in the file."""
    column: int
    view: str = ""
    """Of a base: the name of its view; the first if empty."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """A list item or task, for queries over these."""

    text: str
    """As written, without its mark and block id."""
    status: str
    """The character in its box; empty if it is no task."""
    parent: int
    """Number of the item that it is below; -1 for none."""
    line: int
    section: int
    """Index of the heading above it; -1 before the first."""
    tags: tuple[str, ...]
    links: tuple[int, ...]
    html: Segments
    """Of a task: its text, rendered."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The results of all queries."""

    results: Mapping[str, Any] = field(default_factory=dict)
    """By `hortus.links.bases.answer_key`: a `hortus.queries.result.Result`."""
    listed: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By path of a row: the notes whose tables list it, with the title of the table."""
    issues: tuple[Issue, ...] = ()
