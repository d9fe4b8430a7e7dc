"""The day of the build, which queries can read; it is an input like any other."""

import os
from datetime import UTC, datetime

VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, as reproducible builds set it (reproducible-builds.org, "SOURCE_DATE_EPOCH")."""


def build_day() -> datetime:
    """Return midnight of the current day, local time; or of the day in SOURCE_DATE_EPOCH, in UTC."""
    given = os.environ.get(VARIABLE, "")
    if given.isdecimal() and len(given) < 12:
        return datetime.fromtimestamp(int(given), UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
