"""Dates read by a pattern of Luxon, in English.

(moment.github.io/luxon, "Parsing: table of tokens"; Luxon 3.5.) A token that is not known is text that has to be there.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from hortus.queries.date_format import DAYS, LUXON_PART, MONTHS
from hortus.queries.dates import EPOCH
from hortus.queries.values import Date

SHORT_MONTHS, SHORT_DAYS = [month[:3] for month in MONTHS], [day[:3] for day in DAYS]


def _one_of(names: list[str]) -> str:
    return "|".join(names)


TOKENS: dict[str, tuple[str, str]] = {
    "yyyy": ("year", r"\d{4}"),
    "y": ("year", r"\d{1,6}"),
    "yy": ("short_year", r"\d{2}"),
    **dict.fromkeys(("MM", "LL"), ("month", r"\d{2}")),
    **dict.fromkeys(("M", "L"), ("month", r"\d{1,2}")),
    **{token: ("short_month", _one_of(SHORT_MONTHS)) for token in ("MMM", "LLL")},
    **{token: ("long_month", _one_of(MONTHS)) for token in ("MMMM", "LLLL")},
    "dd": ("day", r"\d{2}"),
    "d": ("day", r"\d{1,2}"),
    "ooo": ("day_of_year", r"\d{3}"),
    "o": ("day_of_year", r"\d{1,3}"),
    **{token: ("", _one_of(SHORT_DAYS)) for token in ("EEE", "ccc")},
    **{token: ("", _one_of(DAYS)) for token in ("EEEE", "cccc")},
    "HH": ("hour", r"\d{2}"),
    "H": ("hour", r"\d{1,2}"),
    "hh": ("hour12", r"\d{2}"),
    "h": ("hour12", r"\d{1,2}"),
    "a": ("half", "AM|PM"),
    "mm": ("minute", r"\d{2}"),
    "m": ("minute", r"\d{1,2}"),
    "ss": ("second", r"\d{2}"),
    "s": ("second", r"\d{1,2}"),
    "SSS": ("millisecond", r"\d{3}"),
    "S": ("millisecond", r"\d{1,3}"),
    "X": ("seconds", r"-?\d{1,12}"),
    "x": ("milliseconds", r"-?\d{1,15}"),
}
"""The part of a date that a token is, and what may be written for it; the name of a weekday is not compared."""
TIMES = frozenset({"hour", "hour12", "minute", "second", "millisecond", "seconds", "milliseconds"})
LAST_SHORT_YEAR = 60
"""Two digits up to this one are years from 2000 on, the others before."""


def parse_luxon(text: str, pattern: str) -> Date | None:
    """Return the date that a text is by a pattern; None if it does not fit, or is no date.

    >>> parse_luxon("12/31/2022", "MM/dd/yyyy").at.isoformat(), parse_luxon("31/12/2022", "MM/dd/yyyy")
    ('2022-12-31T00:00:00', None)
    """
    compiled, parts = _compiled(pattern)
    match = compiled.fullmatch(text.strip())
    if match is None:
        return None
    found = dict(zip(parts, match.groups(), strict=True))
    try:
        return Date(_moment(found), bool(TIMES & found.keys()))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    written, parts, place = [], [], 0
    for match in LUXON_PART.finditer(pattern):
        written.append(re.escape(pattern[place : match.start()]))
        place = match.end()
        part, shape = TOKENS.get(match[0], ("", "")) if match["raw"] is None else ("", "")
        if part:
            parts.append(part)
        written.append(f"({shape})" if part else f"(?:{shape})" if shape else re.escape(match["raw"] or match[0]))
    return re.compile("".join([*written, re.escape(pattern[place:])]), re.IGNORECASE | re.ASCII), tuple(parts)


def _moment(found: Mapping[str, str]) -> datetime:
    if "milliseconds" in found or "seconds" in found:
        return EPOCH + timedelta(milliseconds=int(found.get("milliseconds", 0)), seconds=int(found.get("seconds", 0)))
    hour = int(found.get("hour", 0))
    if "hour12" in found:
        hour = int(found["hour12"]) % 12 + 12 * (found.get("half", "").upper() == "PM")
    day = datetime(_year(found), _month(found), int(found.get("day", 1)))
    if "day_of_year" in found:
        day = datetime(day.year, 1, 1) + timedelta(days=int(found["day_of_year"]) - 1)
    return day.replace(
        hour=hour,
        minute=int(found.get("minute", 0)),
        second=int(found.get("second", 0)),
        microsecond=int(found.get("millisecond", 0)) * 1000,
    )


def _year(found: Mapping[str, str]) -> int:
    if short := found.get("short_year"):
        return int(short) + (2000 if int(short) <= LAST_SHORT_YEAR else 1900)
    if "year" not in found:
        raise ValueError("a date without a year")
    return int(found["year"])


def _month(found: Mapping[str, str]) -> int:
    for part, names in (("long_month", MONTHS), ("short_month", SHORT_MONTHS)):
        if part in found:
            return names.index(found[part].capitalize()) + 1
    return int(found.get("month", 1))
