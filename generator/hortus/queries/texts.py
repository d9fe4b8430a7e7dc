"""Values as text."""

from hortus.queries.date_format import luxon_format
from hortus.queries.dates import date_text, duration_text
from hortus.queries.patterns import Expression
from hortus.queries.values import (
    Date,
    Duration,
    Failed,
    File,
    Html,
    Icon,
    Image,
    Link,
    Rich,
    Row,
    Tag,
    Value,
    basename,
    bounded,
    is_truthy,
    joined,
    number_text,
)

DAY, MOMENT = "MMMM dd, yyyy", "h:mm a - MMMM dd, yyyy"
"""Dataview's default formats of dates."""


def text_of(value: Value) -> str:
    """Return a value as text, as `toString` does in Bases.

    >>> text_of(("a", 1.0, None)), text_of(True)
    ('a, 1, ', 'true')
    """
    kind = type(value)
    if kind is str:
        return value
    if kind is float:
        return number_text(value)
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    if kind is tuple:
        return joined(", ", map(text_of, value))
    if kind is dict:
        return bounded("{" + joined(", ", (f"{name}: {text_of(item)}" for name, item in value.items())) + "}")
    return _special(value)


def _special(value: Value) -> str:
    if isinstance(value, Date):
        return date_text(value)
    if isinstance(value, Duration):
        return duration_text(value)
    if isinstance(value, Link):
        return text_of(value.display) if is_truthy(value.display) else link_text(value)
    if isinstance(value, File | Row):
        return value.path
    if isinstance(value, Html | Rich):
        return value.text
    if isinstance(value, Tag):
        return f"#{value.name}"
    if isinstance(value, Image):
        return link_text(value.source)
    if isinstance(value, Expression):
        return f"/{value.source}/"
    return value.name if isinstance(value, Icon) else value.message if isinstance(value, Failed) else ""


def link_text(link: Link) -> str:
    """Return what a link without a label shows: its target as written."""
    return link.target + link.anchor


def dataview_text(value: Value) -> str:
    """Return a value as text, as Dataview's `string` does: dates in words, links as they are written.

    >>> from hortus.queries.dates import parse_date
    >>> dataview_text(parse_date("2024-01-05")), dataview_text(Link("a", "x/a.md"))
    ('January 05, 2024', '[[x/a.md|a]]')
    """
    if isinstance(value, Date):
        return luxon_format(value, MOMENT if value.timed and value.at.time().isoformat() != "00:00:00" else DAY)
    if isinstance(value, Link):
        label = value.display or basename(value.path or value.target)
        return f"{'!' if value.embed else ''}[[{value.path or value.target}{value.anchor}|{text_of(label)}]]"
    if value is None:
        return "\\-"
    if type(value) is tuple:
        return joined(", ", map(dataview_text, value))
    return text_of(value)
