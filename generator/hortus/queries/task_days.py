"""The days that words in a `tasks` block mean: a date, a period by its number, or one relative to the current day."""

import re
from datetime import datetime, timedelta

from hortus.queries.dates import months_later, parse_date, whole_day
from hortus.queries.values import Date

RELATIVE = re.compile(
    r"(?:(?P<sign>in) )?(?P<count>\d{1,5}|an?|one|two|three) (?P<unit>day|week|month|year)s?(?P<ago> ago)?"
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
NUMBERED = re.compile(r"(?P<year>\d{4})(?:-w(?P<week>\d\d)|-(?P<month>\d\d)|-q(?P<quarter>[1-4]))?", re.ASCII)
PERIOD = re.compile(r"(?:(?P<which>this|next|last) )?(?P<unit>week|month|quarter|year)")


def days_of(words: str, today: Date) -> tuple[Date, Date] | None:
    """Return the first and the last day that words mean; None if they mean none, or one after the year 9999."""
    try:
        return _named_days(words, today)
    except OverflowError:
        return None


def _named_days(words: str, today: Date) -> tuple[Date, Date] | None:
    words = words.strip()
    near = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if words in near:
        day = Date(today.at + timedelta(days=near[words]))
        return day, day
    if numbered := NUMBERED.fullmatch(words):
        return _numbered(numbered)
    if date := parse_date(words):
        return whole_day(date), whole_day(date)
    both = words.split()
    if len(both) == 2 and (first := parse_date(both[0])) and (last := parse_date(both[1])):
        return Date(min(first.at, last.at)), Date(max(first.at, last.at))
    if match := RELATIVE.fullmatch(words):
        count = NUMBERS.get(match["count"]) or int(match["count"])
        if not match["ago"] and not match["sign"]:
            return None
        day = _moved(today, match["unit"], -count if match["ago"] else count)
        return day, day
    match = PERIOD.fullmatch(words)
    return _period(match, today) if match else None


def _numbered(match: re.Match[str]) -> tuple[Date, Date] | None:
    """Return the first and last day of a numbered week, month, quarter or year; None if there is no such number."""
    year, number = int(match["year"]), int(match["week"] or match["month"] or match["quarter"] or 1)
    try:
        if match["week"]:
            monday = datetime.fromisocalendar(year, number, 1)
            return Date(monday), Date(monday + timedelta(days=6))
        months = 1 if match["month"] else 3 if match["quarter"] else 12
        start = datetime(year, (number - 1) * months + 1, 1)
    except ValueError:
        return None
    return Date(start), Date(months_later(start, months) - timedelta(days=1))


def _moved(day: Date, unit: str, count: int) -> Date:
    if unit in ("day", "week"):
        return Date(day.at + timedelta(days=count * (7 if unit == "week" else 1)))
    return Date(months_later(day.at, count * (12 if unit == "year" else 1)))


def _period(match: re.Match[str], today: Date) -> tuple[Date, Date]:
    """Return the first and last day of this, the next or the last week, month, quarter or year."""
    unit, shift = match["unit"], {"next": 1, "last": -1}.get(match["which"] or "", 0)
    if unit == "week":
        monday = today.at - timedelta(days=today.at.weekday()) + timedelta(weeks=shift)
        return Date(monday), Date(monday + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = today.at.replace(month=(today.at.month - 1) // months * months + 1, day=1)
    start = months_later(start, shift * months)
    return Date(start), Date(months_later(start, months) - timedelta(days=1))
