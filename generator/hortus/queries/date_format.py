"""Dates written by patterns: the tokens of Moment.js (Bases) and of Luxon (Dataview), in English.

A token that is not known stays as it is written. Sources: momentjs.com/docs, "Format"; moment.github.io/luxon,
"Formatting: table of tokens" (Moment 2.30, Luxon 3.5).
"""

import re
from calendar import isleap
from collections.abc import Callable
from datetime import datetime

from hortus.queries.dates import SECONDS
from hortus.queries.values import Date

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
Formatter = Callable[[datetime], str]


def ordinal(number: int) -> str:
    """Write a number with its ending.

    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _hour12(at: datetime) -> int:
    return at.hour % 12 or 12


def _us_week(at: datetime) -> int:
    """Return the week's number as in Moment's English locale: weeks begin on Sunday, the first has January 1."""
    saturday = at.timetuple().tm_yday + 6 - at.isoweekday() % 7
    return 1 if saturday > 365 + isleap(at.year) else (saturday - 1) // 7 + 1


MOMENT: dict[str, Formatter] = {
    "YYYY": lambda at: f"{at.year:04}",
    "YY": lambda at: f"{at.year % 100:02}",
    "Y": lambda at: str(at.year),
    "Q": lambda at: str((at.month + 2) // 3),
    "Qo": lambda at: ordinal((at.month + 2) // 3),
    "MMMM": lambda at: MONTHS[at.month - 1],
    "MMM": lambda at: MONTHS[at.month - 1][:3],
    "MM": lambda at: f"{at.month:02}",
    "Mo": lambda at: ordinal(at.month),
    "M": lambda at: str(at.month),
    "DDDD": lambda at: f"{at.timetuple().tm_yday:03}",
    "DDD": lambda at: str(at.timetuple().tm_yday),
    "DD": lambda at: f"{at.day:02}",
    "Do": lambda at: ordinal(at.day),
    "D": lambda at: str(at.day),
    "dddd": lambda at: DAYS[at.weekday()],
    "ddd": lambda at: DAYS[at.weekday()][:3],
    "dd": lambda at: DAYS[at.weekday()][:2],
    "do": lambda at: ordinal((at.weekday() + 1) % 7),
    "d": lambda at: str((at.weekday() + 1) % 7),
    "e": lambda at: str((at.weekday() + 1) % 7),
    "E": lambda at: str(at.isoweekday()),
    "GGGG": lambda at: f"{at.isocalendar()[0]:04}",
    "GG": lambda at: f"{at.isocalendar()[0] % 100:02}",
    "WW": lambda at: f"{at.isocalendar()[1]:02}",
    "Wo": lambda at: ordinal(at.isocalendar()[1]),
    "W": lambda at: str(at.isocalendar()[1]),
    "ww": lambda at: f"{_us_week(at):02}",
    "wo": lambda at: ordinal(_us_week(at)),
    "w": lambda at: str(_us_week(at)),
    "HH": lambda at: f"{at.hour:02}",
    "H": lambda at: str(at.hour),
    "hh": lambda at: f"{_hour12(at):02}",
    "h": lambda at: str(_hour12(at)),
    "kk": lambda at: f"{at.hour or 24:02}",
    "k": lambda at: str(at.hour or 24),
    "mm": lambda at: f"{at.minute:02}",
    "m": lambda at: str(at.minute),
    "ss": lambda at: f"{at.second:02}",
    "s": lambda at: str(at.second),
    "SSS": lambda at: f"{at.microsecond // 1000:03}",
    "SS": lambda at: f"{at.microsecond // 10000:02}",
    "S": lambda at: str(at.microsecond // 100000),
    "A": lambda at: "PM" if at.hour >= 12 else "AM",
    "a": lambda at: "pm" if at.hour >= 12 else "am",
    "X": lambda at: str(int((at - datetime(1970, 1, 1)).total_seconds())),
    "x": lambda at: str(int((at - datetime(1970, 1, 1)).total_seconds() * 1000)),
}
LONG = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "LLL": "MMMM D, YYYY h:mm A",
    "LL": "MMMM D, YYYY",
    "L": "MM/DD/YYYY",
}
"""Moment's tokens for whole patterns."""
LUXON: dict[str, Formatter] = {
    "yyyy": MOMENT["YYYY"],
    "yy": MOMENT["YY"],
    "y": MOMENT["Y"],
    "LLLL": MOMENT["MMMM"],
    "LLL": MOMENT["MMM"],
    "LL": MOMENT["MM"],
    "L": MOMENT["M"],
    "MMMM": MOMENT["MMMM"],
    "MMM": MOMENT["MMM"],
    "MM": MOMENT["MM"],
    "M": MOMENT["M"],
    "dd": MOMENT["DD"],
    "d": MOMENT["D"],
    "ooo": MOMENT["DDDD"],
    "o": MOMENT["DDD"],
    "cccc": MOMENT["dddd"],
    "ccc": MOMENT["ddd"],
    "c": MOMENT["E"],
    "EEEE": MOMENT["dddd"],
    "EEE": MOMENT["ddd"],
    "E": MOMENT["E"],
    "kkkk": MOMENT["GGGG"],
    "kk": MOMENT["GG"],
    "WW": MOMENT["WW"],
    "W": MOMENT["W"],
    "q": MOMENT["Q"],
    "qq": lambda at: f"{(at.month + 2) // 3:02}",
    "a": MOMENT["A"],
    "HH": MOMENT["HH"],
    "H": MOMENT["H"],
    "hh": MOMENT["hh"],
    "h": MOMENT["h"],
    "mm": MOMENT["mm"],
    "m": MOMENT["m"],
    "ss": MOMENT["ss"],
    "s": MOMENT["s"],
    "SSS": MOMENT["SSS"],
    "X": MOMENT["X"],
    "x": MOMENT["x"],
    "S": lambda at: str(at.microsecond // 1000),
    "u": MOMENT["SSS"],
    "uu": MOMENT["SS"],
    "uuu": MOMENT["S"],
}
LUXON_LONG = {
    "D": "M/d/yyyy",
    "DD": "LLL d, yyyy",
    "DDD": "LLLL d, yyyy",
    "DDDD": "cccc, LLLL d, yyyy",
    "t": "h:mm a",
    "tt": "h:mm:ss a",
    "T": "HH:mm",
    "TT": "HH:mm:ss",
    "f": "M/d/yyyy, h:mm a",
    "ff": "LLL d, yyyy, h:mm a",
    "fff": "LLLL d, yyyy 'at' h:mm a",
    "ffff": "cccc, LLLL d, yyyy 'at' h:mm a",
    "F": "M/d/yyyy, h:mm:ss a",
    "FF": "LLL d, yyyy, h:mm:ss a",
    "FFF": "LLLL d, yyyy 'at' h:mm:ss a",
    "FFFF": "cccc, LLLL d, yyyy 'at' h:mm:ss a",
}
"""Luxon's tokens for whole patterns, as they are in American English, without the name of a zone."""
MOMENT_PART = re.compile(
    r"\[(?P<raw>[^\[\]]*)\]|" + "|".join(sorted([*MOMENT, *LONG], key=lambda token: (-len(token), token)))
)
LUXON_PART = re.compile(r"'(?P<raw>[^']*)'|(?P<run>([A-Za-z])\3*)")


def moment_format(date: Date, pattern: str) -> str:
    """Write a date by a pattern of Moment.js.

    >>> at = Date(datetime(2024, 1, 5, 15, 4), True)
    >>> moment_format(at, "dddd, MMMM Do YYYY [at] h:mm a")
    'Friday, January 5th 2024 at 3:04 pm'
    """

    def written(match: re.Match[str]) -> str:
        if match["raw"] is not None:
            return match["raw"]
        long = LONG.get(match[0])
        return MOMENT_PART.sub(written, long) if long else MOMENT[match[0]](date.at)

    return MOMENT_PART.sub(written, pattern)


def luxon_format(date: Date, pattern: str) -> str:
    """Write a date by a pattern of Luxon.

    >>> luxon_format(Date(datetime(2024, 1, 5)), "cccc, dd LLLL yyyy 'at' HH:mm")
    'Friday, 05 January 2024 at 00:00'
    """

    def written(match: re.Match[str]) -> str:
        if match["raw"] is not None:
            return match["raw"]
        if long := LUXON_LONG.get(match[0]):
            return LUXON_PART.sub(written, long)
        return LUXON[match[0]](date.at) if match[0] in LUXON else match[0]

    return LUXON_PART.sub(written, pattern)


STEPS = (("second", 44.5, 1.0), ("minute", 44.5, 60.0), ("hour", 21.5, 3600.0), ("day", 25.5, 86400.0))
"""Moment's rounding: a unit, the highest count that it is used for, and its seconds."""


def relative(date: Date, now: Date) -> str:
    """Compare a date with the current time in words, rounded as Moment.js does.

    >>> day = Date(datetime(2024, 1, 5))
    >>> relative(Date(datetime(2024, 1, 2)), day), relative(Date(datetime(2025, 1, 5)), day)
    ('3 days ago', 'in a year')
    """
    seconds = (date.at - now.at).total_seconds()
    words = _rounded(abs(seconds))
    return f"in {words}" if seconds > 0 else f"{words} ago"


def _rounded(seconds: float) -> str:
    for unit, most, size in STEPS:
        if seconds / size < most:
            if unit == "second":
                return "a few seconds"
            count = int(seconds / size + 0.5)
            return f"{count} {unit}s" if count > 1 else "an hour" if unit == "hour" else f"a {unit}"
    days = seconds / SECONDS["day"]
    if days < 320:
        months = int(days / 30.437 + 0.5)
        return "a month" if months <= 1 else f"{months} months"
    years = int(days / 365.25 + 0.5)
    return "a year" if years <= 1 else f"{years} years"
