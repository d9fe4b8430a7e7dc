"""The math font, cut down to what the formulas of a site use.

STIX Two Math comes with the package ziamath; it is free under the SIL Open Font License, whose notice
stays in the font. What is kept: the characters asked for, the larger and built-up forms of each that
its MATH table knows, and the smaller ones for scripts. Same characters, same bytes.
Before it is cut, `mathglyphs` repairs it.
"""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from hortus.mathglyphs import repair
from hortus.names import digest

FILE = "fonts/STIXTwoMath-Regular.ttf"
FEATURES = ["ssty", "flac", "dtls", "kern", "ccmp", "mark", "mkmk"]
"""Script sizes, flat accents, dotless letters, and the placing of accents."""

VERSION = 4
"""Of the font that is made; another one when `mathglyphs` changes what it repairs."""

ANNOTATION = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
VARIABLE = re.compile(r"<mi(?P<attributes>[^>]*)>(?P<letter>&[^;<]+;|[^<])</mi>")
DRAWN = {"<msqrt": "√", "<mroot": "√", ">-<": "−", ">'<": "′"}
"""Signs that a browser draws though the text has none, or another."""


def _italics() -> dict[str, str]:
    """Return each letter that a lone `<mi>` slants, with the character it turns into."""
    runs = (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ρ", 0x1D6E2), ("Σ", "Ω", 0x1D6F4), ("α", "ω", 0x1D6FC))
    letters = {}
    for begin, end, first in runs:
        letters |= {chr(code): chr(first + code - ord(begin)) for code in range(ord(begin), ord(end) + 1)}
    return letters | {"h": "ℎ", **dict(zip("ϴ∇∂ϵϑϰϕϱϖıȷ", "𝛳𝛻𝜕𝜖𝜗𝜘𝜙𝜚𝜛𝚤𝚥", strict=True))}


ITALICS = _italics()


def glyphs_of(mathml: str) -> set[str]:
    """Return the characters that a browser needs to draw *mathml*.

    >>> sorted(glyphs_of("<math><msqrt><mi>x</mi></msqrt><mo>&lt;</mo><mi>sin</mi></math>"))
    ['<', 'i', 'n', 's', 'x', '√', '𝑥']
    """
    mathml = ANNOTATION.sub("", mathml)
    characters = set(unescape(TAG.sub("", mathml)))
    for variable in VARIABLE.finditer(mathml):
        if "mathvariant" not in variable["attributes"]:
            characters.add(ITALICS.get(unescape(variable["letter"]), ""))
    characters.update(sign for written, sign in DRAWN.items() if written in mathml)
    return {character for character in characters if character.strip()}


def math_font(characters: Iterable[str], store: Path) -> bytes:
    """Return the math font for *characters*, made once; empty when there are none."""
    wanted = "".join(sorted(set(characters)))
    if not wanted:
        return b""
    source = font_file()
    file = store / f"math-{digest(f'{wanted} {source.stat().st_size} {FEATURES} {VERSION}')[:16]}.woff2"
    with suppress(OSError):
        kept = file.read_bytes()
        if kept[:4] == b"wOF2" and kept[-20:] == digest(kept[:-20])[:20].encode():
            return kept[:-20]
    font = subset_math_font(wanted)
    with suppress(OSError):
        store.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{os.getpid()}")
        aside.write_bytes(font + digest(font)[:20].encode())
        aside.replace(file)
    return font


def whole_font(store: Path) -> bytes:
    """Return the math font with all its characters, for pages that change while they are read."""
    from fontTools.ttLib import TTFont

    return math_font(map(chr, TTFont(font_file(), lazy=True).getBestCmap()), store)


def subset_math_font(characters: Iterable[str]) -> bytes:
    """Return the math font with *characters* only, as WOFF2."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(
        layout_features=FEATURES,
        hinting=False,
        name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        notdef_outline=True,
        drop_tables=["DSIG", "GPOS"],
    )
    font = TTFont(font_file(), recalcTimestamp=False)
    repair(font)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(set(characters))))
    subsetter.subset(font)
    font.flavor = "woff2"
    output = BytesIO()
    font.save(output, reorderTables=False)
    return output.getvalue()


def font_file() -> Path:
    """Return the whole font's file; ziamath itself is never imported."""
    spec = find_spec("ziamath")
    assert spec and spec.submodule_search_locations, "ziamath, which carries the math font, is not installed"
    return Path(spec.submodule_search_locations[0]) / FILE
