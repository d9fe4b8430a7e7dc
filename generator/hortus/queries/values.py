"""The values of queries, with their types, texts and truth.

None, `bool`, `float` (every number), `str`, `tuple` (a list) and `dict` (an object) are Python's own; the others are
below. Numbers are floats because both query languages compute as JavaScript does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

Value = Any
"""One of the types of this module."""
LONGEST_TEXT = 1_000_000
"""Characters of one text that a query makes."""
MOST_ITEMS = 100_000
"""Items of one list that a query makes, and rows of a result."""


class QueryError(Exception):
    """A mistake in a query, and the characters of its source that it is about; -1: unknown until a caller sets them.

    *at* is the place of the source where that is a formula which another expression uses.
    """

    def __init__(self, message: str, start: int = -1, end: int = -1, hint: str = ""):
        super().__init__(message)
        self.message, self.start, self.end, self.hint = message, start, end, hint
        self.at: Any = None


class Reported(QueryError):
    """A mistake that is a problem of the query's text already."""


class Exhausted(QueryError):
    """A query takes too long or grows too large; no cell of it is evaluated any further."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or with *timed* a point in time. No value has a time zone: dates mean what was written."""

    at: datetime
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """Months, whose length depends on the date they are added to, and seconds."""

    months: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Link:
    """A link: *path* is the file it points to, empty if there is none; *target* and *anchor* are as written."""

    target: str
    path: str = ""
    anchor: str = ""
    display: Value = None
    embed: bool = False

    @property
    def external(self) -> bool:
        return not self.path and "://" in self.target


@dataclass(frozen=True, slots=True)
class File:
    """A file of the vault, by its path."""

    path: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, without ``#``; a text that begins with ``#`` wherever text is expected."""

    name: str


@dataclass(frozen=True, slots=True)
class This(File):
    """The note that shows the query: its fields are the note's properties, and `file`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a Dataview query: *extra* are names that steps added, the rest are the fields of the note *path*."""

    path: str
    extra: Mapping[str, Value] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]  # like any mapping


@dataclass(frozen=True, slots=True)
class Html:
    """HTML that is cleaned before it is shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: a link or an address."""

    source: Link


@dataclass(frozen=True, slots=True)
class Icon:
    name: str


@dataclass(frozen=True, slots=True)
class Rich:
    """Text of a note that is shown as it is there: piece number *index* of the note *path*."""

    text: str
    path: str
    index: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A cell that could not be evaluated, and why."""

    message: str


Lambda = Callable[..., Value]

NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    float: "number",
    str: "string",
    tuple: "list",
    dict: "object",
    Date: "date",
    Duration: "duration",
    Link: "link",
    Tag: "string",
    File: "file",
    This: "file",
    Row: "object",
    Html: "html",
    Image: "image",
    Icon: "icon",
    Rich: "string",
}


def type_name(value: Value) -> str:
    """Return the name of a value's type, as the function `isType` and messages have it.

    >>> type_name(1.0), type_name(("a",)), type_name(None)
    ('number', 'list', 'null')
    """
    return NAMES.get(type(value)) or ("function" if callable(value) else "regexp")


def is_truthy(value: Value) -> bool:
    """Return a value as a condition: null, false, 0, NaN, and empty texts, lists and objects are false.

    >>> is_truthy(()), is_truthy(float("nan")), is_truthy("0")
    (False, False, True)
    """
    kind = type(value)
    if kind is bool:
        return value
    if kind is float:
        return value == value and value != 0
    if kind is Duration:
        return bool(value.months or value.seconds)
    return True if kind in (Date, Link, File, This, Row, Tag) else bool(value)


def number_text(number: float) -> str:
    """Write a number as JavaScript does, as far as people write such numbers.

    >>> number_text(3.0), number_text(0.1), number_text(float("inf")), number_text(float("nan"))
    ('3', '0.1', 'Infinity', 'NaN')
    """
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number)) if abs(number) < 2**53 else f"{Decimal(repr(number)):f}".removesuffix(".0")
    mantissa, e, exponent = repr(number).partition("e")
    if not e:
        return mantissa
    if 1e-6 <= abs(number) < 1:
        return f"{number:.20f}".rstrip("0")
    return f"{mantissa}e{int(exponent):+d}"


def check_length(characters: int) -> None:
    """Raise Exhausted if a text of so many characters is too long; asked before a text is made that may be huge."""
    if characters > LONGEST_TEXT:
        raise Exhausted(f"a text of this query has more than {LONGEST_TEXT:,} characters")


def bounded(text: str) -> str:
    """Return a text that a query made, unless it is too long."""
    check_length(len(text))
    return text


def joined(separator: str, texts: Iterable[str]) -> str:
    """Join texts, unless the result is too long.

    >>> joined(", ", ["a", "b"])
    'a, b'
    """
    parts, length = [], -len(separator)
    for text in texts:
        parts.append(text)
        length += len(text) + len(separator)
        check_length(length)
    return separator.join(parts)


def listed(values: Any) -> tuple[Value, ...]:
    """Return the list that a query made, unless it is too long."""
    values = tuple(values)
    if len(values) > MOST_ITEMS:
        raise Exhausted(f"a list of this query has more than {MOST_ITEMS:,} items")
    return values


@lru_cache(maxsize=1 << 16)
def basename(path: str) -> str:
    """Return a file's name without folders and extension.

    >>> basename("a/Note 1.2.md"), basename("LICENSE"), basename(".env")
    ('Note 1.2', 'LICENSE', '.env')
    """
    name = path.rsplit("/", 1)[-1]
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def extension(path: str) -> str:
    """Return a file's extension without its dot; empty if there is none."""
    name = path.rsplit("/", 1)[-1]
    stem, _, after = name.rpartition(".")
    return after if stem else ""
