"""What a query gives: rows of values in groups, and what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hortus.queries.values import QueryError, Value

Layout = Literal["table", "cards", "list", "tasks", "calendar", "value"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a query: line and column in its own source, from 1."""

    line: int
    column: int
    length: int
    message: str
    hint: str = ""


def span_of(text: str, error: QueryError) -> tuple[int, int]:
    """Return where an error starts in a text and how many characters of that line it is about, at least one.

    >>> span_of("a\\nbc", QueryError("", 1, 4)), span_of("a ", QueryError(""))
    ((1, 1), (0, 1))
    """
    start = min(max(error.start, 0), max(len(text.rstrip()) - 1, 0))
    end = min(error.end, len(text))
    stop = text.find("\n", start, max(end, start))
    return start, max((stop if stop >= 0 else end) - start, 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row: the file it is about, empty for a group of several, and its cells."""

    path: str
    cells: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same *key*; *name* is the name of what they were grouped by, empty where nothing was grouped."""

    rows: tuple[Shown, ...]
    name: str = ""
    key: Value = None
    summaries: tuple[tuple[str, Value], ...] = ()
    """By column: name and value of its summary; both empty for none."""


@dataclass(frozen=True, slots=True)
class Result:
    """The rows that a page shows; *dated*: they depend on the day of the build."""

    layout: Layout
    title: str = ""
    columns: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    summaries: tuple[tuple[str, Value], ...] = ()
    dated: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    """How a view looks, by the keys of Bases (`base_file.OPTIONS`); ``image``: number of the cell with the picture;
    ``day``: the day of the build, where rows depend on it."""
    failed: str = ""
    """Why there are no rows, or not all."""

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)
