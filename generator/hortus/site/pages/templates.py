"""The press: templates, and what all pages of one site have in common. The only home of jinja2."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError

from hortus.core.config import Settings
from hortus.core.keys import above, folder, stem
from hortus.core.model import HortusError, Page, Report, Shown, Trail
from hortus.core.urls import folder_urls, href
from hortus.links.graph import target_path
from hortus.links.maps import make_levels
from hortus.links.tags import TagHeld, by_title, held_tags
from hortus.site.graph.data import Arrange, WholeGraph, make_graph
from hortus.site.graph.layout_cache import arrange
from hortus.site.graph.nodes import Network
from hortus.site.pages.meta import Head, abroad
from hortus.site.pages.tree import Entry, children

FEATURES = {
    "math": re.compile("<math"),
    "notebook": re.compile('class="cell-'),
    "drawings": re.compile('class="(?:canvas|drawing)'),
}
"""Style sheets that only some pages need, by what shows the need in a page's HTML."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What every page says of the whole."""

    title: str
    language: str
    report: bool
    """The report and the wanted notes are part of the site."""
    figures: bool
    search: bool
    recent: bool
    """It is known of some note when it changed."""


class Press:
    """Prints pages of one site: templates, and what they all need.

    *edit* gives the address that opens a note at a line in its author's editor; only the preview has one.
    """

    def __init__(
        self,
        shown: Shown,
        report: Report,
        settings: Settings,
        project: Path | None = None,
        edit: Callable[[str, int], str] = lambda path, line: "",
        arrange: Arrange = arrange,
    ):
        self.shown, self.graph, self.report, self.edit = shown, shown.graph, report, edit
        self.settings, self.arrange, self.network = settings, arrange, Network(shown)
        self.home = next((path for path, url in shown.urls.items() if url == "index.html"), "")
        home = self.graph.notes.get(self.home)
        title = settings.title or (home.title if home else "Notes")
        self.site = SiteInfo(
            title,
            settings.language,
            settings.report == "public",
            bool(shown.figures),
            settings.search,
            bool(shown.changed),
        )
        self.overrides = project / "templates" if project else None
        self.templates = _environment(self.overrides)
        self.stops = _stops(self.graph.trails, self.home)
        self.mocs = {trail.moc for trail in self.graph.trails}
        names = {name for path in by_title(self.graph.notes) for name in above(path)}
        self.folder_urls = folder_urls(names, shown.urls.values())

    @cached_property
    def whole_graph(self) -> WholeGraph:
        return make_graph(self.network, self.arrange)

    @cached_property
    def levels(self) -> dict[str, int]:
        named = map(target_path, self.graph.resolutions.get(self.home, ()))
        return make_levels(self.graph.parents, self.home, named)

    @cached_property
    def tags(self) -> dict[str, TagHeld]:
        return held_tags(self.graph.notes)

    @cached_property
    def tags_below(self) -> dict[str, list[str]]:
        """Tags below each tag that lists have; tags of unlisted notes alone are not among them."""
        return children(key for key, held in self.tags.items() if held.holders)

    @cached_property
    def folders_in(self) -> dict[str, list[str]]:
        return children(self.folder_urls)

    @cached_property
    def notes_in(self) -> dict[str, list[str]]:
        """Notes of each folder, the vault's root among them, by title."""
        held: dict[str, list[str]] = {"": [], **{name: [] for name in self.folder_urls}}
        for path in by_title(self.graph.notes):
            held[folder(path)].append(path)
        return held

    def page(self, template: str, url: str, head: Head, **values: Any) -> Page:
        features = tuple(name for name, sign in FEATURES.items() if _has(sign, values))
        head = replace(head, features=features) if features else head
        if self.settings.site_url and not head.hidden:
            head = abroad(head, url, self.site.title, self.shown, self.settings)
        common = {"site": self.site, "page": head, "at": url, "to": lambda target: href(target, url)}
        try:
            return Page(url, self.templates.get_template(template).render(common | values))
        except TemplateError as error:
            raise _told(error, self.overrides) from error

    def title(self, path: str) -> str:
        if path in self.graph.notes:
            return self.graph.notes[path].title
        return self.shown.titles.get(path) or stem(path)

    def listed(self, path: str) -> bool:
        """Tell whether lists may have what is at *path*: all but unlisted notes."""
        return path not in self.network.unlisted

    def entry(self, path: str, base: str, detail: str = "") -> Entry:
        return Entry(self.title(path), href(self.shown.urls[path], base), path in self.graph.notes, detail)


def _stops(trails: Sequence[Trail], home: str) -> dict[str, list[tuple[Trail, int]]]:
    """By path of a note: the trails it is in, and its place in each. The way back to the first page is no stop."""
    places: dict[str, list[tuple[Trail, int]]] = {}
    for trail in trails:
        stops = tuple(stop for stop in trail.stops if stop.path != home)
        walked = trail if len(stops) == len(trail.stops) else replace(trail, stops=stops)
        for position, stop in enumerate(stops):
            places.setdefault(stop.path, []).append((walked, position))
    return places


def _has(sign: re.Pattern[str], value: Any) -> bool:
    """Tell whether *sign* is anywhere in what a template is handed."""
    if isinstance(value, str):
        return sign.search(value) is not None
    if isinstance(value, dict):
        return any(_has(sign, part) for part in value.values())
    return isinstance(value, list) and any(_has(sign, part) for part in value)


def _told(error: TemplateError, overrides: Path | None) -> Exception:
    """Say where a template beside the settings is wrong; a mistake in one of ours is told as it is."""
    frames = extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(frames) if overrides and Path(frame.filename).parent == overrides), None)
    return HortusError(f"templates/{Path(place.filename).name}:{place.lineno}: {error}") if place else error


def forget_templates() -> None:
    """Read templates anew when next asked for."""
    _environment.cache_clear()


@lru_cache(maxsize=4)
def _environment(overrides: Path | None) -> Environment:
    """Load templates: single ones beside the settings win over the theme's."""
    loaders = [FileSystemLoader(overrides)] if overrides and overrides.is_dir() else []
    return Environment(
        loader=ChoiceLoader([*loaders, PackageLoader("hortus", "theme/templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
