"""Put a site together: pages, the theme's files, attachments that a note reaches, diagrams, figures."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from hortus.figures import filled_source
from hortus.gallery import figure_files
from hortus.graph import target_path
from hortus.model import LinkGraph, Page, Site
from hortus.names import digest, fold, is_taken
from hortus.render import Shown


def reached_assets(graph: LinkGraph) -> tuple[str, ...]:
    """Return the attachments that a note leads to; no other is copied."""
    targets = {target_path(resolution) for found in graph.resolutions.values() for resolution in found}
    return tuple(sorted(targets & graph.assets.keys()))


def asset_urls(paths: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return the address of each attachment: its own path and case, unless something else is there."""
    taken = {fold(url) for url in taken}
    taken |= {fold(name) for url in taken for name in _above(url)}
    urls = {}
    for path in sorted(paths):
        free = fold(path) not in taken and not is_taken(path)
        urls[path] = path if free else f"files/{digest(path)[:8]}/{path.rsplit('/', 1)[-1]}"
        taken.add(fold(urls[path]))
    return urls


def _above(url: str) -> list[str]:
    parts = url.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def theme_files(overrides: Path) -> dict[str, bytes]:
    """Read the theme's own files; ``theme.css`` beside the settings comes after the theme's style."""
    root = files("hortus") / "theme" / "static"
    found = {f"assets/{entry.name}": entry.read_bytes() for entry in root.iterdir() if entry.is_file()}
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
