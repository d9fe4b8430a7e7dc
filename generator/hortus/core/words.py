"""The interface texts of a language, from its catalogue in ``languages/``, and its formats of dates and numbers.

A text is looked up by its English form, which is also what is shown where a catalogue lacks it. Formats of dates and
numbers are a table that `generator/dev/make_formats.py` makes from CLDR. A regional language such as ``de-CH`` has its
own formats if the table has them, and the texts of ``de``.
"""

import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = files("hortus.core") / "languages"
SOURCE = "en"
PERIOD = 200
"""Larger numbers have the plural category of their last two digits plus 100."""
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Plural categories of CLDR, in the order in which a catalogue lists the forms of a text."""


class Words:
    """The texts, dates and numbers of one language."""

    def __init__(self, language: str):
        formats = _formats()
        base = language.split("-")[0].lower()
        self.language = base if base in formats else SOURCE
        """The language of the texts, which is English if there is no catalogue."""
        named = {name.lower(): name for name in formats}
        self.formats = formats[named.get(language.lower(), self.language)]
        self.texts = read_catalogue(self.language)

    def __call__(self, text: str, **values: object) -> str:
        """Return a text; ``{name}`` in it is replaced by a value, and ``{n}`` chooses the plural form.

        >>> Words("en")("{n} notes", n=1), Words("fr")("Tags"), Words("cs")("{n} notes", n=3)
        ('1 note', 'Étiquettes', '3 poznámky')
        """
        found = self.texts.get(text, text)
        if isinstance(found, list):
            found = found[self._form(values["n"], len(found))]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return found.format(**shown) if shown else found

    @property
    def categories(self) -> list[str]:
        """The plural categories that whole numbers have in this language."""
        used = {category for category, _ in self.formats["plurals"]}
        return [one for one in CATEGORIES if one in used]

    def forms(self, text: str) -> str | dict[str, str]:
        """Return a text as a catalogue has it, plural forms by category."""
        found = self.texts.get(text, text)
        return dict(zip(self.categories, found, strict=True)) if isinstance(found, list) else found

    def _form(self, number: Any, forms: int) -> int:
        categories = self.categories
        left = number if number < PERIOD else number % 100 + 100
        for category, length in self.formats["plurals"]:
            if left < length:
                return min(categories.index(category), forms - 1)
            left -= length
        return forms - 1

    def number(self, value: int) -> str:
        """Write a whole number.

        >>> Words("de").number(12345), Words("es").number(1234)
        ('12.345', '1234')
        """
        text = str(value)
        if len(text.lstrip("-")) < self.formats["fewest_grouped"]:
            return text
        return f"{value:,}".replace(",", self.formats["group"])

    def date(self, iso: str) -> str:
        """Write an ISO date.

        >>> Words("en").date("2026-11-23"), Words("cs").date("2026-11-23"), Words("ja").date("2026-11-23")
        ('23 November 2026', '23. listopadu 2026', '2026年11月23日')
        """
        return self._filled(self.formats["date"], iso)

    def month(self, iso: str) -> str:
        """Write the month and year of an ISO date.

        >>> Words("cs").month("2026-11")
        'listopad 2026'
        """
        return self._filled(self.formats["month"], iso)

    def day(self, iso: str) -> str:
        """Write the day and month of an ISO date.

        >>> Words("en-US").day("2026-11-23")
        'November 23'
        """
        return self._filled(self.formats["day"], iso)

    def _filled(self, pattern: str, iso: str) -> str:
        """Fill in a pattern of CLDR; text between apostrophes is literal."""
        year, month, day = (*map(int, iso.split("-")), 1)[:3]
        named = {"MMMM": self.formats["months"], "LLLL": self.formats["months_alone"]}
        plain = {"d": str(day), "dd": f"{day:02}", "M": str(month), "MM": f"{month:02}", "y": str(year)}
        known = plain | {field: names[month - 1] for field, names in named.items()}
        return "".join(known.get(part, part) for part in _parts(pattern))


def _parts(pattern: str) -> list[str]:
    """Cut a pattern into fields and text.

    >>> _parts("d 'de' MMMM y")
    ['d', ' ', 'de', ' ', 'MMMM', ' ', 'y']
    """
    parts: list[str] = []
    for number, piece in enumerate(pattern.split("'")):
        if number % 2:
            parts.append(piece)
            continue
        for letter in piece:
            if parts and letter.isascii() and letter.isalpha() and parts[-1][-1:] == letter:
                parts[-1] += letter
            else:
                parts.append(letter)
    return parts


@lru_cache(maxsize=1)
def _formats() -> Mapping[str, Any]:
    return json.loads((LANGUAGES / "formats.json").read_text("utf-8"))


@lru_cache(maxsize=4)
def read_catalogue(language: str) -> Mapping[str, Any]:
    """Return the texts of a language by their English form: a text, or a list of plural forms."""
    return tomllib.loads((LANGUAGES / f"{language}.toml").read_text("utf-8"))


@lru_cache(maxsize=4)
def words_of(language: str) -> Words:
    """Return the texts of a language."""
    return Words(language)
