"""Put a site together: pages, the theme's files, attachments that a note reaches, diagrams, figures."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from hortus.addresses import reached_assets
from hortus.figures import filled_source
from hortus.gallery import figure_files
from hortus.model import Page, Site
from hortus.render import Shown
from hortus.syntax.mathstyle import math_css


def theme_files(overrides: Path, font: bytes) -> dict[str, bytes]:
    """Read the theme's own files; ``theme.css`` beside the settings comes after the theme's style.

    *font* is the math font of this site, empty when there is no formula to draw.
    """
    root = files("hortus") / "theme" / "static"
    found = {f"assets/{entry.name}": entry.read_bytes() for entry in root.iterdir() if entry.is_file()}
    if font:
        found["assets/math.woff2"] = font
        found["assets/math.css"] = found.get("assets/math.css", b"") + math_css().encode()
    else:
        found.pop("assets/math.css", None)
    own = overrides / "theme.css"
    if own.is_file():
        found["assets/style.css"] += b"\n" + own.read_bytes()
    return found


def make_site(pages: Iterable[Page], shown: Shown, others: Mapping[str, bytes]) -> Site:
    """Gather all output files; two for one address are a mistake of ours."""
    graph = shown.graph
    site: dict[str, bytes | Path] = dict(others)
    for page in pages:
        assert page.url not in site, page.url
        site[page.url] = page.text.encode("utf-8", "replace")
    for path in reached_assets(graph):
        assert shown.urls[path] not in site, path
        site[shown.urls[path]] = graph.assets[path].file
    for note in graph.notes.values():
        site |= {f"assets/diagrams/{name}": svg.encode() for name, svg in note.files}
    for figure in shown.figures.values():
        site |= {f"figures/{name}": content for name, content in figure_files(figure, filled_source(figure)).items()}
    return Site({url: site[url] for url in sorted(site)})
