"""Dataview's functions that make values, and those of numbers and dates."""

import re
from collections.abc import Callable
from datetime import timedelta
from math import ceil, floor, isfinite, trunc
from typing import Any

from hortus.core.keys import stem
from hortus.queries.compare import as_duration
from hortus.queries.date_format import luxon_format
from hortus.queries.date_parse import parse_luxon
from hortus.queries.dates import LENGTHS, length, months_later, parse_date, whole_day
from hortus.queries.functions.numbers import rounded
from hortus.queries.functions.registry import MANY, dataview, date_given, number_of, text_given, whole, written_link
from hortus.queries.texts import dataview_text, text_of
from hortus.queries.values import Date, Duration, Image, Link, QueryError, Value, bounded, is_truthy, joined, type_name

NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)
DURATION_PART = re.compile(r"'[^']*'|([yMwdhmsS])\1*")
"""Of a pattern of durations: text in quotes, or a unit, repeated for the number of its digits."""


@dataview("list", 0, MANY)
@dataview("array", 0, MANY)
def list_(env: Any, *items: Value) -> Value:
    return items


@dataview("object", 0, MANY)
def object_(env: Any, *given: Value) -> Value:
    if len(given) % 2:
        raise QueryError("`object` takes keys and values in turn, so an even number of arguments")
    return {text_given(name): value for name, value in zip(given[::2], given[1::2], strict=True)}


@dataview("link", 1, 2, vector=[0, 1], nulls=[0])
def link(env: Any, path: Value, display: Value = None) -> Value:
    found = path if isinstance(path, Link) else written_link(env, text_of(path))
    return found if display is None else Link(found.target, found.path, found.anchor, display, found.embed)


@dataview("embed", 1, 2, vector=[0], nulls=[0])
def embed(env: Any, value: Value, on: Value = True) -> Value:
    if not isinstance(value, Link):
        raise QueryError(f"a link is expected, not a {type_name(value)}")
    return Link(value.target, value.path, value.anchor, value.display, is_truthy(on))


@dataview("elink", 1, 2, vector=[0], nulls=[0])
def elink(env: Any, url: Value, display: Value = None) -> Value:
    return Link(text_given(url), "", "", text_given(display) if display is not None else None)


@dataview("image", 1, 2, vector=[0], nulls=[0])
def image(env: Any, source: Value, width: Value = None) -> Value:
    return Image(link(env, source))


@dataview("date", 1, 2, vector=[0], nulls=[0])
def date(env: Any, value: Value, pattern: Value = None) -> Value:
    """Return the date of a text, by a pattern if there is one, or of a link's label or name; null if it has none."""
    if pattern is not None:
        return parse_luxon(text_given(value), text_given(pattern))
    if isinstance(value, Date):
        return value
    if isinstance(value, Link):
        for text in (value.display, stem(value.path or value.target)):
            if type(text) is str and (found := parse_date(text)):
                return found
        return day_of(value.path)
    return parse_date(value) if type(value) is str else None


def day_of(path: str) -> Date | None:
    """Return the day in a note's name, such as ``2024-01-31 Tuesday`` or ``20240131``."""
    match = DAY.search(stem(path))
    return parse_date("-".join(match.groups())) if match else None


@dataview("dur", 1, vector=[0], nulls=[0])
def dur(env: Any, value: Value) -> Value:
    return as_duration(value)


DATE_WORDS: dict[str, Callable[[Date], Date]] = {
    "now": lambda now: now,
    "today": lambda now: whole_day(now),
    "yesterday": lambda now: _days(now, -1),
    "tomorrow": lambda now: _days(now, 1),
    "sow": lambda now: _days(now, -now.at.weekday()),
    "eow": lambda now: _last_moment(_days(now, 7 - now.at.weekday())),
    "som": lambda now: Date(whole_day(now).at.replace(day=1)),
    "eom": lambda now: _last_moment(Date(months_later(whole_day(now).at.replace(day=1), 1))),
    "soy": lambda now: Date(whole_day(now).at.replace(month=1, day=1)),
    "eoy": lambda now: _last_moment(Date(months_later(whole_day(now).at.replace(month=1, day=1), 12))),
}
DATE_WORDS |= {
    f"{edge}-of-{unit}": DATE_WORDS[f"{edge[0]}o{unit[0]}"]
    for edge in ("start", "end")
    for unit in ("week", "month", "year")
}


def _days(now: Date, days: int) -> Date:
    return Date(whole_day(now).at + timedelta(days=days))


def _last_moment(after: Date) -> Date:
    return Date(after.at - timedelta(milliseconds=1), True)


@dataview("date of", 1)
def date_of(env: Any, word: Value) -> Value:
    """Return the date that a word in ``date(…)`` means, such as today; weeks begin on Monday."""
    return DATE_WORDS[word](env.now())


@dataview("dateformat", 2, vector=[0], nulls=[0])
def dateformat(env: Any, value: Value, pattern: Value) -> Value:
    return bounded(luxon_format(date_given(value), text_given(pattern)))


@dataview("localtime", 1, vector=[0], nulls=[0])
def localtime(env: Any, value: Value) -> Value:
    return date_given(value)


@dataview("striptime", 1, vector=[0], nulls=[0])
def striptime(env: Any, value: Value) -> Value:
    return whole_day(date_given(value))


UNITS = {"w": "week", "d": "day", "h": "hour", "m": "minute", "s": "second", "S": "millisecond"}
"""Units of a pattern of durations, without months and years."""


@dataview("durationformat", 2, vector=[0], nulls=[0])
def durationformat(env: Any, value: Value, pattern: Value) -> Value:
    """Write a duration by a pattern of the units y, M, w, d, h, m, s and S; text in quotes stays as it is."""
    if not isinstance(value, Duration):
        raise QueryError(f"a duration is expected, not a {type_name(value)}")
    text = text_given(pattern)
    sign = -1 if length(value) < 0 else 1
    size = Duration(sign * value.months, sign * value.seconds)
    counts = _counts(size, set(DURATION_PART.findall(text)))

    def written(match: re.Match[str]) -> str:
        return match[0][1:-1] if match[1] is None else str(sign * int(counts[match[1]])).rjust(len(match[0]), "0")

    return DURATION_PART.sub(written, text)


def _counts(value: Duration, units: set[str]) -> dict[str, float]:
    """Divide a duration into units, the largest first; 12 months are a year, 30 days a month, and 365 a year."""
    months, left, counts = value.months, value.seconds, {}
    if "M" in units:
        more, left = divmod(left, LENGTHS["month"])
        months += more
    elif "y" not in units:
        months, left = 0.0, length(value)
    if "y" in units:
        counts["y"], months = divmod(months, 12)
        if "M" not in units:
            more, left = divmod(left + months * LENGTHS["month"], LENGTHS["year"])
            counts["y"] += more
    counts["M"] = months
    for letter, unit in UNITS.items():
        if letter in units:
            counts[letter], left = divmod(left, LENGTHS[unit])
    return counts


@dataview("number", 1, vector=[0], nulls=[0])
def number(env: Any, value: Value) -> Value:
    """Return the first number in a text."""
    if type(value) is float:
        return value
    match = NUMBER.search(text_given(value))
    return float(match[0]) if match else None


@dataview("round", 1, 2, vector=[0], nulls=[0])
def round_(env: Any, value: Value, places: Value = 0.0) -> Value:
    return rounded(number_of(value), max(0, whole(places)) if places is not None else 0)


def _each(name: str, run: Callable[[float], int]) -> None:
    @dataview(name, 1, vector=[0], nulls=[0])
    def whole_number(env: Any, value: Value) -> Value:
        given = number_of(value)
        return float(run(given)) if isfinite(given) else given


_each("floor", floor)
_each("ceil", ceil)
_each("trunc", trunc)


SIGNS = {
    "USD": "$", "EUR": "\N{EURO SIGN}", "GBP": "\N{POUND SIGN}", "JPY": "\N{YEN SIGN}", "INR": "\N{INDIAN RUPEE SIGN}",
    "CNY": "CN\N{YEN SIGN}", "KRW": "\N{WON SIGN}", "BRL": "R$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$",
}  # fmt: skip
WHOLE = frozenset({"JPY", "KRW"})
"""Currencies that are written without decimals."""


@dataview("currencyformat", 1, 2, vector=[0], nulls=[0])
def currencyformat(env: Any, value: Value, currency: Value = "USD") -> Value:
    """Write an amount as in American English: a currency without a sign of its own with its code."""
    amount, code = number_of(value), text_given(currency).upper()
    sign = SIGNS.get(code) or f"{code}\N{NO-BREAK SPACE}"
    return f"{'-' * (amount < 0)}{sign}{abs(amount):,.{0 if code in WHOLE else 2}f}"


@dataview("default", 2, vector=[0, 1])
@dataview("ldefault", 2)
def default(env: Any, value: Value, otherwise: Value) -> Value:
    return otherwise if value is None else value


@dataview("choice", 3, vector=[0])
def choice(env: Any, condition: Value, yes: Value, no: Value) -> Value:
    return yes if is_truthy(condition) else no


@dataview("display", 1)
def display(env: Any, value: Value) -> Value:
    """Return what a value shows: of a link its label or the name of its note."""
    if isinstance(value, Link):
        return text_of(value.display) if value.display else stem(value.path or value.target)
    if type(value) is tuple:
        return joined(", ", (display(env, item) for item in value))
    return dataview_text(value)


@dataview("meta", 1, vector=[0], nulls=[0])
def meta(env: Any, value: Value) -> Value:
    """Return the parts of a link."""
    if not isinstance(value, Link):
        raise QueryError(f"a link is expected, not a {type_name(value)}")
    anchor = value.anchor.removeprefix("#").removeprefix("^")
    kind = "block" if value.anchor.startswith("#^") else "header" if anchor else "file"
    parts = {"display": value.display, "embed": value.embed, "path": value.path or value.target}
    return {**parts, "subpath": anchor or None, "type": kind}


@dataview("hash", 1, 3)
def hash_(env: Any, seed: Value, *given: Value) -> Value:
    """Return a number that depends on the arguments alone."""
    result = 0
    for sign in "".join(map(dataview_text, (seed, *given))):
        result = (result * 31 + ord(sign)) % 2**31
    return float(result)
