"""Which values are equal, and which comes first.

Bases compares numbers, dates and texts; links and files are equal where they mean the same file. Dataview has one
order of all values: null first, then by the name of the type, then by value.
"""

import re
from typing import Any
from unicodedata import normalize

from hortus.core.keys import fold, tag_key
from hortus.queries.dates import length, parse_date, parse_duration
from hortus.queries.texts import text_of
from hortus.queries.values import (
    Date,
    Duration,
    File,
    Html,
    Icon,
    Image,
    Link,
    QueryError,
    Rich,
    Row,
    Tag,
    Value,
    type_name,
)

NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*", re.ASCII)
PLAIN = frozenset({str, float, bool})
DATAVIEW_NAMES = {"list": "array", "file": "object"}
"""Dataview's names of types, where they differ."""


def link_key(link: Link) -> str:
    """Return what links are compared by: the path of their file, otherwise their text as written."""
    return link.path or normalize("NFC", link.target)


def equal(left: Value, right: Value) -> bool:
    """Return whether two values are equal in Bases.

    >>> equal(Link("B", "a/B.md"), File("a/B.md")), equal(1.0, "1")
    (True, False)
    """
    kind = type(left)
    if kind is type(right) and kind in PLAIN:
        return left == right
    if left is None or right is None:
        return left is right
    if kind is Tag or type(right) is Tag:
        return _same_tag(left, right)
    if isinstance(left, File | Link) or isinstance(right, File | Link):
        return _same_file(left, right)
    if isinstance(left, Date) or isinstance(right, Date):
        one, other = as_date(left), as_date(right)
        return one is not None and other is not None and one.at == other.at
    if kind is tuple and type(right) is tuple:
        return len(left) == len(right) and all(map(equal, left, right))
    if kind is dict and type(right) is dict:
        return left.keys() == right.keys() and all(equal(item, right[name]) for name, item in left.items())
    if isinstance(left, Duration) or isinstance(right, Duration):
        one_, other_ = as_duration(left), as_duration(right)
        return one_ is not None and one_ == other_
    return kind is type(right) and left == right


def _same_tag(left: Value, right: Value) -> bool:
    """Compare tags without case; a text may have its ``#`` or not."""
    keys = [tag_key(text_of(one).removeprefix("#")) for one in (left, right) if type(one) in (Tag, str)]
    return len(keys) == 2 and keys[0] == keys[1]


def _same_file(left: Value, right: Value) -> bool:
    if isinstance(left, File) and isinstance(right, File):
        return left.path == right.path
    if isinstance(left, Link) and isinstance(right, Link):
        return link_key(left) == link_key(right)
    if isinstance(right, Link):
        left, right = right, left
    if isinstance(right, File):
        return left.path == right.path if isinstance(left, Link) else False
    return isinstance(left, Link) and isinstance(right, str) and fold(right) in (fold(left.target), fold(text_of(left)))


def as_date(value: Value) -> Date | None:
    return value if isinstance(value, Date) else parse_date(value) if type(value) is str else None


def as_duration(value: Value) -> Duration | None:
    return value if isinstance(value, Duration) else parse_duration(value) if type(value) is str else None


def as_number(value: Value) -> float | None:
    """Return a number, also that which a boolean or a text is, as JavaScript does.

    >>> as_number("2.50"), as_number(True), as_number("2 dollars")
    (2.5, 1.0, None)
    """
    if type(value) in (float, bool):
        return float(value)
    return float(value) if type(value) is str and NUMBER.fullmatch(value) else None


def comparable(left: Value, right: Value) -> tuple[Any, Any] | None:
    """Return what two values are compared by in Bases; raise QueryError where an order means nothing.

    None: a value is absent; nothing comes before or after it.
    """
    if left is None or right is None:
        return None
    if isinstance(left, Date) or isinstance(right, Date):
        one, other = as_date(left), as_date(right)
        if one is not None and other is not None:
            return one.at, other.at
    elif isinstance(left, Duration) or isinstance(right, Duration):
        one_, other_ = as_duration(left), as_duration(right)
        if one_ is not None and other_ is not None:
            return length(one_), length(other_)
    elif type(left) is str and type(right) is str:
        return left, right
    else:
        numbers = as_number(left), as_number(right)
        if None not in numbers:
            return numbers
    raise QueryError(f"a {type_name(left)} cannot be compared with a {type_name(right)}")


def text_key(text: str) -> tuple[str, str]:
    """Return the key that texts are sorted by: without case first.

    >>> sorted(["b", "A", "a"], key=text_key)
    ['a', 'A', 'b']
    """
    return fold(text), text.swapcase()


def dataview_type(value: Value) -> str:
    """Return the name of a value's type in Dataview; values of different types are in the order of these names."""
    return DATAVIEW_NAMES.get(type_name(value), type_name(value))


def order_key(value: Value) -> tuple[Any, ...]:
    """Return a key of Dataview's order of all values; equal keys mean equal values."""
    kind = type(value)
    if kind is float:
        return 1, "number", value
    if kind is str:
        return 1, "string", text_key(value)
    if value is None:
        return (0,)
    if kind is bool:
        return 1, "boolean", value
    if kind is tuple:
        return 1, "array", tuple(map(order_key, value))
    if kind is dict:
        names = sorted(value)
        return 1, "object", tuple(map(text_key, names)), tuple(order_key(value[name]) for name in names)
    return 1, dataview_type(value), _special_key(value)


def _special_key(value: Value) -> Any:
    if isinstance(value, Date):
        return value.at
    if isinstance(value, Duration):
        return length(value)
    if isinstance(value, Link):
        return link_key(value), fold(value.anchor)
    if isinstance(value, File):
        return (), (value.path,)
    if isinstance(value, Row):
        return (), (value.path, repr(sorted(value.extra)))
    if isinstance(value, Html | Rich | Tag):
        return text_key(text_of(value))
    return value.name if isinstance(value, Icon) else link_key(value.source) if isinstance(value, Image) else ""


def sort_key(value: Value) -> tuple[Any, ...]:
    """Return the key by which Bases sorts rows: numbers, then dates, then texts and what reads as text.

    Rows without a value come last in both directions: see `hortus.queries.base_rows`.
    """
    if type(value) in (float, bool):
        return 0, float(value)
    if isinstance(value, Duration):
        return 0, length(value)
    return (1, value.at) if isinstance(value, Date) else (2, text_key(text_of(value)))
