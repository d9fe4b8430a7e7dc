"""Dates and durations: read from text, and arithmetic with them.

Text is a date only in these shapes: ``2024-01``, ``2024-01-05``, and with a time after ``T`` or a space. (Python's own
``fromisoformat`` takes ``20240105``, and ``dateutil`` fills gaps from the current day.) A zone or offset is not
converted: a date means what was written.
"""

import re
from calendar import monthrange
from datetime import datetime, timedelta

from hortus.queries.values import Date, Duration, QueryError

DATE = re.compile(
    r"""
    (?P<year>\d{4}) - (?P<month>\d{2}) (?: - (?P<day>\d{2})
        (?: [T ] (?P<hour>\d{1,2}) : (?P<minute>\d{2}) (?: :(?P<second>\d{2}) (?: \.(?P<part>\d{1,6})\d* )? )?
            (?: \s*Z | [+-]\d{2}:?\d{2} )?
        )?
    )?
    """,
    re.VERBOSE | re.ASCII,
)
PIECE = re.compile(r"\s*(?P<count>-?\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z]+)\s*,?", re.ASCII)
MONTH, YEAR = "month", "year"
SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
SPELLINGS = {
    "year": "y yr yrs year years",
    "month": "M mo mos month months",
    "week": "w wk wks week weeks",
    "day": "d day days",
    "hour": "h hr hrs hour hours",
    "minute": "m min mins minute minutes",
    "second": "s sec secs second seconds",
}
UNITS = {spelling: unit for unit, spellings in SPELLINGS.items() for spelling in spellings.split()}
"""``M`` is a month and ``m`` a minute; longer spellings are read without case."""
LENGTHS = {"year": 365 * SECONDS["day"], "month": 30 * SECONDS["day"], **SECONDS, "millisecond": 0.001}
"""Seconds of each unit where no date says how long a month is."""
EPOCH = datetime(1970, 1, 1)


def parse_date(text: str) -> Date | None:
    """Return the date that a text is, None if it is none.

    >>> parse_date("2024-02-30") is None, parse_date("2024-02-29 8:05").timed, parse_date("20240105")
    (True, True, None)
    """
    match = DATE.fullmatch(text.strip())
    if match is None:
        return None
    named = {name: int(part) for name, part in match.groupdict().items() if part and name != "part"}
    micro = int((match["part"] or "").ljust(6, "0"))
    try:
        return Date(datetime(**{"day": 1, **named}, microsecond=micro), "hour" in named)  # type: ignore[arg-type]  # all are numbers
    except ValueError:
        return None


def parse_duration(text: str) -> Duration | None:
    """Return the duration that a text such as ``1d`` or ``3 hours, 2 minutes`` is, None if it is none.

    >>> parse_duration("1M"), parse_duration("1m"), parse_duration("soon")
    (Duration(months=1.0, seconds=0.0), Duration(months=0.0, seconds=60.0), None)
    """
    place, months, seconds = 0, 0.0, 0.0
    text = text.strip()
    while place < len(text):
        match = PIECE.match(text, place)
        if match is None:
            return None
        word = match["unit"]
        unit = UNITS.get(word if len(word) == 1 else word.lower())
        if unit is None:
            return None
        count = float(match["count"])
        if unit in (MONTH, YEAR):
            months += count * (12 if unit == YEAR else 1)
        else:
            seconds += count * SECONDS[unit]
        place = match.end()
    return Duration(months, seconds) if place else None


def shifted(date: Date, by: Duration, sign: int = 1) -> Date:
    """Return a date moved by a duration; a day that its new month lacks becomes the month's last.

    >>> shifted(parse_date("2024-01-31"), Duration(1)).at.day
    29
    """
    whole = int(by.months)
    seconds = by.seconds + (by.months - whole) * LENGTHS["month"]
    timed = date.timed or bool(seconds % SECONDS["day"])
    try:
        at = months_later(date.at, sign * whole) + timedelta(seconds=sign * seconds)
    except (OverflowError, ValueError):
        raise QueryError("this date is outside the years 1 to 9999") from None
    return Date(at, timed)


def months_later(at: datetime, months: int) -> datetime:
    """Return the same day of the month some months later, or the month's last day."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def milliseconds(later: Date, earlier: Date) -> float:
    """Return the difference of two dates in milliseconds."""
    return float(round((later.at - earlier.at) / timedelta(milliseconds=1)))


def epoch(date: Date) -> float:
    """Return the milliseconds since 1970 of a date, read as UTC."""
    return milliseconds(date, Date(EPOCH))


def whole_day(date: Date) -> Date:
    """Return a date without its time.

    >>> date_text(whole_day(parse_date("2024-01-05 10:00")))
    '2024-01-05'
    """
    return Date(date.at.replace(hour=0, minute=0, second=0, microsecond=0))


def between(later: Date, earlier: Date) -> Duration:
    """Return the duration between two dates in whole months and seconds, as Dataview has it.

    >>> between(parse_date("2024-03-02"), parse_date("2024-01-31"))
    Duration(months=1.0, seconds=172800.0)
    """
    if later.at < earlier.at:
        back = between(earlier, later)
        return Duration(-back.months, -back.seconds)
    months = (later.at.year - earlier.at.year) * 12 + later.at.month - earlier.at.month
    while months and months_later(earlier.at, months) > later.at:
        months -= 1
    return Duration(float(months), (later.at - months_later(earlier.at, months)).total_seconds())


def length(duration: Duration) -> float:
    """Return a duration in seconds, a month as 30 days and a year as 365, for comparisons."""
    years, months = divmod(abs(duration.months), 12)
    days = years * LENGTHS["year"] + months * LENGTHS["month"]
    return duration.seconds + (days if duration.months >= 0 else -days)


def date_text(date: Date) -> str:
    """Write a date as in ISO 8601, with a space before the time.

    >>> date_text(parse_date("2024-01-05T10:00"))
    '2024-01-05 10:00:00'
    """
    return date.at.isoformat(" ", "seconds") if date.timed else date.at.date().isoformat()


def duration_text(duration: Duration) -> str:
    """Write a duration in words, the largest unit first.

    >>> duration_text(Duration(14, 90061)), duration_text(Duration())
    ('1 year, 2 months, 1 day, 1 hour, 1 minute, 1 second', '0 seconds')
    """
    negative = duration.months < 0 or (not duration.months and duration.seconds < 0)
    years, months = divmod(abs(duration.months), 12)
    parts = [(years, "year"), (months, "month")]
    left = abs(duration.seconds)
    for unit in ("week", "day", "hour", "minute", "second"):
        if unit == "week" and left % SECONDS["week"]:
            continue
        count, left = divmod(left, SECONDS[unit]) if unit != "second" else (left, 0.0)
        parts.append((count, unit))
    words = [f"{count:g} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return ("-" if negative else "") + (", ".join(words) or "0 seconds")
