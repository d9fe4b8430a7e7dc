"""Dates and durations: shapes, arithmetic, and patterns of Moment and Luxon."""

from datetime import datetime

import pytest

from hortus.queries.date_format import luxon_format, moment_format, relative
from hortus.queries.dates import between, date_text, duration_text, parse_date, parse_duration, shifted
from hortus.queries.values import Date, Duration

AT = Date(datetime(2024, 2, 9, 15, 4, 5, 67000), True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05", "2024-01-05"),
        ("2024-01", "2024-01-01"),
        ("2024-01-05T09:30", "2024-01-05 09:30:00"),
        ("2024-01-05 9:30:15", "2024-01-05 09:30:15"),
        ("2024-01-05T09:30:15.25Z", "2024-01-05 09:30:15"),
        ("2024-01-05T09:30:15+02:00", "2024-01-05 09:30:15"),
        ("2024-1-5", None),
        ("20240105", None),
        ("2024-02-30", None),
        ("2024", None),
        ("2024-01-05 25:00", None),
        ("tomorrow", None),
    ],
)
def test_only_these_shapes_are_dates(text, expected):
    """Nothing is filled in from the current day."""
    found = parse_date(text)

    assert expected == (date_text(found) if found else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1d", Duration(0, 86400)),
        ("1M", Duration(1, 0)),
        ("1m", Duration(0, 60)),
        ("2 weeks", Duration(0, 1209600)),
        ("1 year", Duration(12, 0)),
        ("3 hours, 2 minutes", Duration(0, 10920)),
        ("1.5h", Duration(0, 5400)),
        ("-2 days", Duration(0, -172800)),
        ("4hr2min", Duration(0, 14520)),
        ("2 Days", Duration(0, 172800)),
        ("", None),
        ("3", None),
        ("3 parsecs", None),
        ("1d later", None),
    ],
)
def test_durations(text, expected):
    """In every documented spelling; M is a month and m a minute."""
    assert expected == parse_duration(text)


@pytest.mark.parametrize(
    ("day", "by", "expected"),
    [
        ("2024-01-31", "1M", "2024-02-29"),
        ("2024-02-29", "1y", "2025-02-28"),
        ("2024-03-31", "-1M", "2024-02-29"),
        ("2024-12-31", "1d", "2025-01-01"),
        ("2024-01-05", "90m", "2024-01-05 01:30:00"),
    ],
)
def test_shifted(day, by, expected):
    """A day that a month lacks is its last."""
    assert expected == date_text(shifted(parse_date(day), parse_duration(by)))


def test_between_is_the_way_back():
    """Months first, then days."""
    assert duration_text(between(parse_date("2024-03-05"), parse_date("2023-01-01"))) == "1 year, 2 months, 4 days"


MOMENT = {
    "YYYY-MM-DD HH:mm:ss.SSS": "2024-02-09 15:04:05.067",
    "YY M D H m s": "24 2 9 15 4 5",
    "dddd, MMMM Do YYYY": "Friday, February 9th 2024",
    "ddd dd d E e do": "Fri Fr 5 5 5 5th",
    "MMM Mo Q Qo": "Feb 2nd 1 1st",
    "DDD DDDD": "40 040",
    "h:mm a A hh": "3:04 pm PM 03",
    "GGGG-[W]WW W": "2024-W06 6",
    "w ww": "6 06",
    "[today is] dddd": "today is Friday",
    "LT LL": "3:04 PM February 9, 2024",
    "L LTS": "02/09/2024 3:04:05 PM",
    "X": "1707491045",
    "k kk": "15 15",
}


@pytest.mark.parametrize("pattern", MOMENT)
def test_moment(pattern):
    """The tokens of Moment's table of formats."""
    assert MOMENT[pattern] == moment_format(AT, pattern)


LUXON = {
    "yyyy-MM-dd HH:mm:ss.SSS": "2024-02-09 15:04:05.067",
    "cccc, dd LLLL yyyy": "Friday, 09 February 2024",
    "ccc d LLL yy": "Fri 9 Feb 24",
    "EEEE EEE E c": "Friday Fri 5 5",
    "h:mm a": "3:04 PM",
    "kkkk-'W'WW": "2024-W06",
    "o ooo q": "40 040 1",
    "'on' dd": "on 09",
    "DD": "Feb 9, 2024",
    "D T": "2/9/2024 15:04",
    "MMMM M": "February 2",
}


@pytest.mark.parametrize("pattern", LUXON)
def test_luxon(pattern):
    """The tokens of Luxon's table of tokens."""
    assert LUXON[pattern] == luxon_format(AT, pattern)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (datetime(2000, 12, 31), "1"),
        (datetime(2023, 1, 1), "1"),
        (datetime(2023, 1, 7), "1"),
        (datetime(2023, 1, 8), "2"),
        (datetime(2022, 12, 31), "53"),
        (datetime(2023, 12, 31), "1"),
    ],
)
def test_weeks_of_the_english_locale(day, expected):
    """From Sunday; the week that contains January 1 is the first, also where it begins in December."""
    assert expected == moment_format(Date(day), "w")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0.0001, "in a few seconds"),
        (-0.02, "29 minutes ago"),
        (-0.0007, "a minute ago"),
        (-1, "a day ago"),
        (-3, "3 days ago"),
        (-26, "a month ago"),
        (-60, "2 months ago"),
        (-400, "a year ago"),
        (800, "in 2 years"),
        (1 / 24, "in an hour"),
    ],
)
def test_relative(days, expected):
    """Rounded as in Moment."""
    assert expected == relative(shifted(AT, Duration(0, days * 86400)), AT)
