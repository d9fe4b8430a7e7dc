"""Fields of notes: properties typed, and Dataview's inline fields found in text.

A property's text is a number, date, link or tag by its shape, because a note has no types. Links are not resolved here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import regex

from hortus.core.keys import fold
from hortus.queries.compare import NUMBER
from hortus.queries.dates import parse_date, parse_duration
from hortus.queries.values import Link, Tag, Value

WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]+)\]\]")
MARKDOWN = re.compile(r"(!?)\[([^\[\]\n]*)\]\(<?([^()<>\n]+?)>?\)")
LEADING_ZERO = re.compile(r"\s*[+-]?0\d")
TAG_NAMES = frozenset({"tag", "tags"})
FULL_LINE = re.compile(r"^[^\w\[(]*(?P<key>[\w\s/-]+?)[_*~`]*::(?P<value>.*)$")
PLAIN = {"true": True, "false": False, "null": None}
DATES = {
    "created": re.compile("\N{HEAVY PLUS SIGN}\ufe0f?\\s*(\\d{4}-\\d{2}-\\d{2})"),
    "start": re.compile("\N{AIRPLANE DEPARTURE}\ufe0f?\\s*(\\d{4}-\\d{2}-\\d{2})"),
    "scheduled": re.compile("[\N{HOURGLASS WITH FLOWING SAND}\N{HOURGLASS}]\ufe0f?\\s*(\\d{4}-\\d{2}-\\d{2})"),
    "due": re.compile("[\N{CALENDAR}\N{TEAR-OFF CALENDAR}\N{SPIRAL CALENDAR PAD}]\ufe0f?\\s*(\\d{4}-\\d{2}-\\d{2})"),
    "completion": re.compile("\N{WHITE HEAVY CHECK MARK}\ufe0f?\\s*(\\d{4}-\\d{2}-\\d{2})"),
    "cancelled": re.compile("\N{CROSS MARK}\ufe0f?\\s*(\\d{4}-\\d{2}-\\d{2})"),
}
"""Dates of tasks, by the sign before them: those of the Tasks plugin, which Dataview reads too."""
UNNAMED = regex.compile(r"[^\p{L}\p{M}\p{N}\p{So}\s_-]+")
"""Signs that are no part of a field's name in Dataview."""


def typed(value: Any, name: str = "") -> Value:
    """Return a property's value with its type; that of `tags` is a list of tags.

    >>> typed("2.50"), typed("007"), typed("[[a|b]]"), typed("a, #b", "tags")
    (2.5, '007', Link(target='a', path='', anchor='', display='b', embed=False), (Tag(name='a'), Tag(name='b')))
    """
    if fold(name.strip()) in TAG_NAMES:
        items = value if isinstance(value, list) else re.split(r"[,\s]+", value) if isinstance(value, str) else []
        return tuple(
            Tag(text.strip().removeprefix("#")) for one in items if isinstance(one, str) and (text := one).strip()
        )
    if isinstance(value, list | tuple):
        return tuple(typed(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): typed(item) for key, item in value.items()}
    if value is None or isinstance(value, bool):
        return value
    return _typed_text(str(value))


@lru_cache(maxsize=1 << 16)
def _typed_text(text: str) -> Value:
    if link := link_of(text):
        return link
    if NUMBER.fullmatch(text) and not LEADING_ZERO.match(text) and len(text) < 300:
        return float(text)
    if len(text.strip()) > 7 and (date := parse_date(text)):
        return date
    return text


def link_of(text: str) -> Link | None:
    """Return the link that a text is, in either notation; None if it is none."""
    if match := WIKILINK.fullmatch(text.strip()):
        return wikilink(match[2], bool(match[1]))
    match = MARKDOWN.fullmatch(text.strip())
    if match is None:
        return None
    target, sign, anchor = unquote(match[3]).partition("#")
    return Link(target.removesuffix(".md"), "", sign + anchor, match[2] or None, bool(match[1]))


def wikilink(inner: str, embed: bool = False) -> Link:
    """Read what is between the brackets of ``[[target#anchor|label]]``; in a table, the bar may have a backslash.

    >>> wikilink("a#b\\\\|c", True)
    Link(target='a', path='', anchor='#b', display='c', embed=True)
    """
    inner, _, label = inner.replace("\\|", "|").partition("|")
    target, sign, anchor = inner.partition("#")
    return Link(target.strip(), "", sign + anchor.strip(), label.strip() or None, embed)


def link_token(text: str) -> Link:
    """Read a link with its brackets, such as ``![[target#anchor|label]]``."""
    return wikilink(text.removeprefix("!")[2:-2], text.startswith("!"))


def inline_fields(line: str) -> list[tuple[str, str]]:
    """Return Dataview's inline fields of one line as names and texts, in their order.

    >>> inline_fields("read [rating:: 5] in (year:: 2024)"), inline_fields("**Author**:: [[Kay]]")
    ([('rating', '5'), ('year', '2024')], [('Author', '[[Kay]]')])
    """
    if "::" not in line:
        return []
    found = sorted([*_wrapped(line, "[", "]"), *_wrapped(line, "(", ")")])
    if found:
        return [(key, value) for _, key, value in found]
    match = FULL_LINE.match(line)
    return [(match["key"].strip(), match["value"].strip())] if match and match["key"].strip() else []


def _wrapped(line: str, opening: str, closing: str) -> Iterator[tuple[int, str, str]]:
    """Yield place, name and text of fields in brackets, which may hold brackets of the same kind."""
    place = line.find(opening)
    while place >= 0:
        separator = line.find("::", place)
        key = line[place + 1 : separator]
        end = _closing(line, separator + 2, opening, closing) if separator >= 0 else -1
        if end >= 0 and key.strip() and not set("[]()") & set(key):
            yield place, key.strip(), line[separator + 2 : end].strip()
            place = line.find(opening, end)
        else:
            place = line.find(opening, place + 1)


def _closing(line: str, place: int, opening: str, closing: str) -> int:
    depth = 0
    while place < len(line):
        if line[place] == "\\":
            place += 1
        elif line[place] == opening:
            depth += 1
        elif line[place] == closing:
            if not depth:
                return place
            depth -= 1
        place += 1
    return -1


def inline_value(text: str) -> Value:
    """Return the value of an inline field: a date, duration, link, tag, number or list of these; otherwise its text.

    >>> inline_value("1d"), inline_value("[[a]], [[b]]")[1].target, inline_value("one, two")
    (Duration(months=0.0, seconds=86400.0), 'b', 'one, two')
    """
    if not text.strip():
        return None
    whole = _inline_atom(text)
    if whole is not None or text.strip() == "null":
        return whole
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 1 and len(parts) <= 1000:
        items = [_inline_atom(part) for part in parts]
        if all(item is not None for item in items):
            return tuple(items)
    return text.strip()


def _inline_atom(text: str) -> Value:
    text = text.strip()
    if text in PLAIN:
        return PLAIN[text]
    if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        return text[1:-1]
    if match := WIKILINK.fullmatch(text):
        return wikilink(match[2], bool(match[1]))
    if text.startswith("#") and re.fullmatch(r"#[\w/-]+", text):
        return Tag(text[1:])
    if NUMBER.fullmatch(text):
        return float(text)
    return parse_date(text) or parse_duration(text)


def task_dates(text: str) -> dict[str, Value]:
    """Return the dates that signs in a task give, by the name of the field."""
    if text.isascii():
        return {}
    found = {name: pattern.search(text) for name, pattern in DATES.items()}
    return {name: date for name, match in found.items() if match and (date := parse_date(match[1]))}


def dashed(name: str) -> str:
    """Return the name by which Dataview also knows a field: in lower case, with dashes for spaces, without signs.

    >>> dashed("Due Date"), dashed("Really?!")
    ('due-date', 'really')
    """
    return "-".join(UNNAMED.sub("", fold(name)).split())


def spelled(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the folded names whose dashed form differs, by that form.

    >>> spelled(["Due Date", "price", "due date"])
    {'due-date': ('due date',)}
    """
    found: dict[str, dict[str, None]] = {}
    for name in names:
        if (key := dashed(name)) != fold(name):
            found.setdefault(key, {})[fold(name)] = None
    return {key: tuple(sorted(others)) for key, others in found.items()}


def merged(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    """Return fields by folded name; those with the same name are a list of their values."""
    found: dict[str, list[Value]] = {}
    for name, value in pairs:
        found.setdefault(fold(name), []).append(value)
    return {name: values[0] if len(values) == 1 else tuple(values) for name, values in found.items()}
