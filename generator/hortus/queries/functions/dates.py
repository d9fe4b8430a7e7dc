"""Functions of dates and durations in Bases."""

from collections.abc import Callable
from typing import Any

from hortus.queries.compare import as_duration
from hortus.queries.date_format import moment_format, relative
from hortus.queries.dates import parse_date, whole_day
from hortus.queries.functions.registry import function, method, text_given
from hortus.queries.values import Date, QueryError, Value, bounded, type_name

FIELDS: dict[str, Callable[[Date], int]] = {
    "year": lambda date: date.at.year,
    "month": lambda date: date.at.month,
    "day": lambda date: date.at.day,
    "hour": lambda date: date.at.hour,
    "minute": lambda date: date.at.minute,
    "second": lambda date: date.at.second,
    "millisecond": lambda date: date.at.microsecond // 1000,
}


@function("date", 1)
def date(env: Any, value: Value) -> Value:
    """Read a date from text; a date stays as it is."""
    if value is None or isinstance(value, Date):
        return value
    found = parse_date(text_given(value))
    if found is None:
        raise QueryError(
            f"`{text_given(value)[:40]}` is not a date", hint="write it as 2024-01-31 or 2024-01-31 12:00:00"
        )
    return found


@function("duration", 1)
def duration(env: Any, value: Value) -> Value:
    if value is None:
        return None
    found = as_duration(value)
    if found is None:
        shown = f"`{value[:40]}`" if type(value) is str else f"a {type_name(value)}"
        raise QueryError(f"{shown} is not a duration", hint="write it as 1d, 2 weeks or 3h; M is a month, m a minute")
    return found


@function("now", 0)
def now(env: Any) -> Value:
    return env.now()


@function("today", 0)
def today(env: Any) -> Value:
    return whole_day(env.now())


@method("date", Date)
def date_(env: Any, value: Date) -> Value:
    return whole_day(value)


@method("time", Date)
def time(env: Any, value: Date) -> Value:
    return value.at.strftime("%H:%M:%S")


@method("format", Date, 1)
def format_(env: Any, value: Date, pattern: Value) -> Value:
    return bounded(moment_format(value, text_given(pattern)))


@method("relative", Date)
def relative_(env: Any, value: Date) -> Value:
    return relative(value, env.now())
