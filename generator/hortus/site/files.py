"""Files of the site in addition to its pages: those of the theme, diagrams, figures."""

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from hortus.core.model import Figure, Note
from hortus.figures import filled_source
from hortus.figures.requests import figure_files
from hortus.parse.syntax.mathstyle import math_css

THEME = files("hortus") / "theme" / "static"
COMMENTS = {
    ".css": re.compile(r"\s*/\*.*?\*/(?=\s)", re.DOTALL),
    ".js": re.compile(r"^\s*// .*\n|\s+// .*$", re.MULTILINE),
}
"""Comments, which are removed; in scripts, only those at the end of a line with spaces around ``//``."""


def theme_names(font: bool) -> list[str]:
    """Return the names of the theme's files; *font*: the site has formulas."""
    names = [entry.name for entry in THEME.iterdir() if entry.is_file() and (font or entry.name != "math.css")]
    return sorted([*names, *["math.woff2"] * font])


def theme_file(name: str, overrides: Path, font: bytes = b"") -> bytes:
    """Read a file of the theme, without comments; ``theme.css`` next to the settings is appended to the style sheet.

    *font* is the math font of this site.
    """
    if name == "math.woff2":
        return font
    content = _without_comments((THEME / name).read_text("utf-8"), Path(name).suffix)
    if name == "math.css":
        content += math_css().encode()
    own = overrides / "theme.css"
    if name == "style.css" and own.is_file():
        content += b"\n" + own.read_bytes()
    return content


@lru_cache(maxsize=64)
def _without_comments(text: str, suffix: str) -> bytes:
    return (COMMENTS[suffix].sub("", text) if suffix in COMMENTS else text).encode()


def made_files(note: Note) -> dict[str, bytes]:
    """Return the files made with a note, by name: diagrams, layers of drawings, images of notebooks."""
    return {name: svg.encode("utf-8", "replace") for name, svg in note.files} | dict(note.images)


def figure_file(figure: Figure, name: str) -> bytes:
    """Return one of the files of a figure."""
    return figure_files(figure, filled_source(figure) if name.endswith(".py") else "")[name]
