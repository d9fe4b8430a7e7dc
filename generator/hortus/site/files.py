"""Files of the site in addition to its pages: those of the theme, diagrams, figures."""

import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from hortus.core.model import Figure, Note
from hortus.core.words import SOURCE, words_of
from hortus.figures import filled_source
from hortus.figures.requests import figure_files
from hortus.parse.syntax.mathstyle import math_css

THEME = files("hortus") / "theme" / "static"
MARKED = re.compile(r"""\bT\((?P<text>"[^"\\\n]*")\)""")
"""An interface text in a script."""
COMMENTS = {
    ".css": re.compile(r"\s*/\*.*?\*/(?=\s)", re.DOTALL),
    ".js": re.compile(r"^\s*// .*\n|\s+// .*$", re.MULTILINE),
}
"""Comments, which are removed; in scripts, only those at the end of a line with spaces around ``//``."""
INDENTATION = re.compile(r"\n\s+")
"""Also removed, with blank lines; the only text that goes over several lines is HTML, of which the meaning stays."""


def theme_names(font: bool) -> list[str]:
    """Return the names of the theme's files; *font*: the site has formulas."""
    names = [entry.name for entry in THEME.iterdir() if entry.is_file() and (font or entry.name != "math.css")]
    return sorted([*names, *["math.woff2"] * font])


def theme_file(name: str, overrides: Path, font: bytes = b"", language: str = SOURCE) -> bytes:
    """Read a file of the theme, without comments and indentation.

    ``theme.css`` next to the settings is appended to the style sheet. *font* is the math font of this site. In scripts,
    ``T("text")`` becomes the text in *language*.
    """
    if name == "math.woff2":
        return font
    content = _condensed((THEME / name).read_text("utf-8"), Path(name).suffix, language)
    if name == "math.css":
        content += math_css().encode()
    own = overrides / "theme.css"
    if name == "style.css" and own.is_file():
        content += b"\n" + own.read_bytes()
    return content


@lru_cache(maxsize=64)
def _condensed(text: str, suffix: str, language: str) -> bytes:
    text = INDENTATION.sub("\n", COMMENTS[suffix].sub("", text)) if suffix in COMMENTS else text
    return (said_in(text, language) if suffix == ".js" else text).encode()


def said_in(script: str, language: str) -> str:
    """Replace each ``T("text")`` of a script by the text in a language; one with a number by its plural forms.

    >>> said_in('say(T("Close"))', "de"), said_in('T("{n} notes")', "en")
    ('say("Schließen")', '{"one": "{n} note", "other": "{n} notes"}')
    """
    words = words_of(language)
    return MARKED.sub(lambda match: json.dumps(words.forms(json.loads(match["text"])), ensure_ascii=False), script)


def made_files(note: Note) -> dict[str, bytes]:
    """Return the files made with a note, by name: diagrams, layers of drawings, images of notebooks."""
    return {name: svg.encode("utf-8", "replace") for name, svg in note.files} | dict(note.images)


def figure_file(figure: Figure, name: str) -> bytes:
    """Return one of the files of a figure."""
    return figure_files(figure, filled_source(figure) if name.endswith(".py") else "")[name]
