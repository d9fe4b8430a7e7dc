"""Write the table of date and number formats that the package reads: `python generator/dev/make_formats.py`.

The data are those of Unicode's CLDR, as Babel has them. Babel itself (34 MB) is needed by this script and by the test
that compares the table with it, not by the package.
"""

import json
from pathlib import Path
from typing import Any

from babel import Locale

TABLE = Path(__file__).resolve().parent.parent / "hortus" / "core" / "languages" / "formats.json"
LOCALES = {
    "en": "en_GB",  # 3 November 2026, as most of the world writes it; en-US has November 3, 2026
    "en-US": "en_US",
    "de-AT": "de_AT",
    "de-CH": "de_CH",
    **{name: name for name in ("ar", "cs", "de", "es", "fr", "it", "ja", "ko", "pt", "zh")},
}
UNGROUPED = frozenset({"es", "it"})
"""Languages that write 1234 without a sign (minimumGroupingDigits in CLDR, which Babel does not have)."""
PERIOD = 200
"""A number from this one on has the plural category of its last two digits plus 100."""


def formats(name: str) -> dict[str, Any]:
    """Return the formats of one locale; digits are always 0 to 9."""
    locale = Locale.parse(name)
    symbols, skeletons = locale.number_symbols["latn"], locale.datetime_skeletons
    months = locale.months
    return {
        "date": locale.date_formats["long"].pattern,
        "month": skeletons["yMMMM"].pattern,
        "day": skeletons["MMMMd" if "MMMMd" in skeletons else "MMMd"].pattern,
        "months": [months["format"]["wide"][month] for month in range(1, 13)],
        "months_alone": [months["stand-alone"]["wide"][month] for month in range(1, 13)],
        "decimal": symbols["decimal"],
        "group": symbols["group"],
        "fewest_grouped": 5 if locale.language in UNGROUPED else 4,
        "direction": locale.text_direction,
        "plurals": _runs([locale.plural_form(number) for number in range(PERIOD)]),
    }


def _runs(categories: list[str]) -> list[list[Any]]:
    """Return the categories of the numbers 0, 1, 2 … as runs: category, and how many numbers in a row have it."""
    runs: list[list[Any]] = []
    for category in categories:
        if runs and runs[-1][0] == category:
            runs[-1][1] += 1
        else:
            runs.append([category, 1])
    return runs


def table() -> str:
    """Return the whole table as JSON."""
    made = {name: formats(locale) for name, locale in sorted(LOCALES.items())}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
