"""Subset the math font to the characters in the formulas of a site.

STIX Two Math comes with the package ziamath; it is free under the SIL Open Font License, whose notice
stays in the font. The subset has the requested characters, their larger variants and assemblies in
the MATH table, and their script-size variants. The same characters give the same bytes.
Before subsetting, `math_font_repairs` repairs it.
"""

from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from hortus.core.cache import read_cached, write_cached
from hortus.core.hashing import digest
from hortus.site.math_font_repairs import repair

FILE = "fonts/STIXTwoMath-Regular.ttf"
FEATURES = ["ssty", "flac", "dtls", "kern", "ccmp", "mark", "mkmk"]
"""OpenType features: script sizes, flat accents, dotless letters, and positions of accents."""

VERSION = 4
"""Version of the generated font; increase it when `math_font_repairs` changes."""


def math_font(characters: Iterable[str], store: Path) -> bytes:
    """Return the math font for *characters*, cached; empty if there are none."""
    wanted = "".join(sorted(set(characters)))
    if not wanted:
        return b""
    source = font_file()
    file = store / f"math-{digest(f'{wanted} {source.stat().st_size} {FEATURES} {VERSION}')[:16]}.woff2"
    with suppress(OSError, ValueError):
        return read_cached(file)
    font = subset_math_font(wanted)
    write_cached(file, font)
    return font


def whole_font(store: Path) -> bytes:
    """Return the math font with all characters, for the preview, whose pages change."""
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
    """Return the file of the complete font; ziamath itself is never imported."""
    spec = find_spec("ziamath")
    assert spec and spec.submodule_search_locations, "ziamath, which carries the math font, is not installed"
    return Path(spec.submodule_search_locations[0]) / FILE
