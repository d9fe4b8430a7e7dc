"""All files of the site, one after another: pages, the theme, attachments that a note reaches, diagrams, figures."""

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path

from hortus.core.model import Content, Page, Shown
from hortus.figures import filled_source
from hortus.figures.requests import figure_files
from hortus.parse.syntax.mathstyle import math_css
from hortus.site.addresses import reached_assets
from hortus.site.attachments import served_content

COMMENTS = {
    ".css": re.compile(r"\s*/\*.*?\*/(?=\s)", re.DOTALL),
    ".js": re.compile(r"^\s*// .*\n|\s+// .*$", re.MULTILINE),
}
"""What a reader need not fetch; in a script, comments end their line and stand apart by a space on either side."""


def each_once(parts: Iterable[Iterable[tuple[str, Content]]]) -> Iterator[tuple[str, Content]]:
    """Pass on all files; two for one address are a mistake of ours."""
    seen: set[str] = set()
    for url, content in chain.from_iterable(parts):
        assert url not in seen, url
        seen.add(url)
        yield url, content


def page_files(pages: Iterable[Page]) -> Iterator[tuple[str, bytes]]:
    return ((page.url, page.text.encode("utf-8", "replace")) for page in pages)


def theme_files(overrides: Path, font: bytes) -> dict[str, bytes]:
    """Read the theme's own files, without their comments; ``theme.css`` beside the settings comes after its style.

    *font* is the math font of this site, empty when there is no formula to draw.
    """
    root = files("hortus") / "theme" / "static"
    found = {f"assets/{entry.name}": _without_comments(entry) for entry in root.iterdir() if entry.is_file()}
    if font:
        found["assets/math.woff2"] = font
        found["assets/math.css"] = found.get("assets/math.css", b"") + math_css().encode()
    else:
        found.pop("assets/math.css", None)
    own = overrides / "theme.css"
    if own.is_file():
        found["assets/style.css"] += b"\n" + own.read_bytes()
    return found


def _without_comments(entry: Traversable) -> bytes:
    text = entry.read_text("utf-8")
    comments = COMMENTS.get(Path(entry.name).suffix)
    return (comments.sub("", text) if comments else text).encode()


def media_files(shown: Shown, trusted: bool) -> Iterator[tuple[str, Content]]:
    """Yield what pages show in addition to their text: attachments that a note reaches, diagrams, figures.

    *trusted*: attachments are served as they are.
    """
    for path in reached_assets(shown.graph):
        yield shown.urls[path], served_content(shown.graph.assets[path], trusted)
    texts = shown.graph.texts.values()
    made = {name: svg.encode("utf-8", "replace") for note in texts for name, svg in note.files}
    made |= {name: image for note in texts for name, image in note.images}
    for name, content in made.items():
        yield f"assets/diagrams/{name}", content
    for figure in shown.figures.values():
        for name, content in figure_files(figure, filled_source(figure)).items():
            yield f"figures/{name}", content
