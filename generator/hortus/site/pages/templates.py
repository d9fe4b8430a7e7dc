"""The press: renders templates, with the data that the pages of a site share."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import TemplateError

from hortus.core.keys import folder, stem
from hortus.core.model import Backlink, Missing, Page, Report, Shown, Wanted
from hortus.core.settings import Settings
from hortus.core.urls import href
from hortus.core.words import words_of
from hortus.links.graph import target_path
from hortus.links.maps import make_levels
from hortus.links.tags import TagHeld, by_title, held_tags
from hortus.site.addresses import folder_pages
from hortus.site.graph.data import Arrange, WholeGraph, make_graph
from hortus.site.graph.layout_cache import arrange
from hortus.site.graph.nodes import Network
from hortus.site.pages.environment import environment, template_error
from hortus.site.pages.meta import Head, add_metadata
from hortus.site.pages.trails import Place, trail_places
from hortus.site.pages.tree import Entry, children, in_own_order, own_order

Made = TypeVar("Made")

FEATURES = {
    "math": re.compile("<math"),
    "notebook": re.compile('class="cell-'),
    "queries": re.compile('class="(?:query|embed base)'),
    "drawings": re.compile('class="(?:canvas|drawing)'),
}
"""Style sheets that only some pages need, with the HTML by which such pages are recognised."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """Data about the site on every page."""

    title: str
    language: str
    report: bool
    """The report and the wanted notes are part of the site."""
    figures: bool
    search: bool
    recent: bool
    """The date of the last change is known for at least one note."""
    direction: str
    """``rtl`` if its language is written from right to left, otherwise ``ltr``."""


@dataclass(frozen=True, slots=True)
class Material:
    """The data that a site is made from."""

    shown: Shown
    report: Report
    markdown: Mapping[str, str]
    """Each note's Markdown for publication, by path."""
    settings: Settings
    project: Path
    """The folder that may contain templates and a style sheet."""
    cache: Path


class Press:
    """Renders the pages of one site, and computes data that they share.

    *edit* returns the URL that opens a note at a line in the author's editor; only the preview has one.
    """

    def __init__(
        self,
        material: Material,
        edit: Callable[[str, int], str] = lambda path, line: "",
        arrange: Arrange = arrange,
    ):
        shown, settings, project = material.shown, material.settings, material.project
        self.shown, self.graph, self.report, self.edit = shown, shown.graph, material.report, edit
        self.markdown, self.project, self.cache = material.markdown, project, material.cache
        self.settings, self.arrange, self.network = settings, arrange, Network(shown)
        self.words = words_of(settings.language)
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
            self.words.formats["direction"],
        )
        self.overrides = project / "templates"
        self.templates = environment(self.overrides if self.overrides.is_dir() else None, settings.language)
        self.mocs = {trail.moc for trail in self.graph.trails}
        self.search: Mapping[str, bytes] = {}
        """Files of the search index by name, where there is one."""

    def derive(self, what: Callable[..., Made], *given: str) -> Made:
        """Return *what*(press, *given); the engine records the result as a derived fact."""
        return what(self, *given)

    @cached_property
    def places(self) -> dict[str, list[Place]]:
        return trail_places(self.graph.trails, self.home)

    @property
    def wanted(self) -> Sequence[Wanted]:
        """Missing notes, the most wanted first."""
        return self.report.wanted

    @cached_property
    def by_title(self) -> list[str]:
        """Listed notes by title."""
        return by_title(self.graph.notes)

    @cached_property
    def listed_notes(self) -> tuple[str, ...]:
        """Listed notes by path."""
        return tuple(path for path, note in self.graph.notes.items() if note.listed)

    @cached_property
    def folder_urls(self) -> dict[str, str]:
        return folder_pages(self.graph.notes, self.shown.urls.values())

    @cached_property
    def links_to(self) -> "LinksTo":
        """By path: the listed notes that link to it, with their links."""
        return LinksTo(self)

    @cached_property
    def namesakes(self) -> dict[str, list[str]]:
        """By path of a missing note: the notes with its name as an alias."""
        found: dict[str, set[str]] = {}
        for path in self.graph.missing:
            for link in self.graph.backlinks.get(path, ()):
                one = self.graph.resolutions[link.source][link.index]
                if isinstance(one, Missing) and one.alias_of:
                    found.setdefault(path, set()).update(other for other in one.alias_of if other in self.graph.notes)
        return {path: sorted(others) for path, others in found.items()}

    @cached_property
    def glyphs(self) -> str:
        """Characters in the formulas of the site."""
        return "".join(sorted({glyph for note in self.graph.texts.values() for glyph in note.glyphs}))

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
        """Tags below each listed tag; tags only of unlisted notes are not included."""
        return children(key for key, held in self.tags.items() if held.holders)

    @cached_property
    def folders_in(self) -> dict[str, list[str]]:
        inside = children(self.folder_urls)
        return {name: self._in_own_order(name, folders) for name, folders in inside.items()}

    @cached_property
    def notes_in(self) -> dict[str, list[str]]:
        """Notes of each folder, including the vault's root, in their own order, then by title."""
        held: dict[str, list[str]] = {"": [], **{name: [] for name in self.folder_urls}}
        for path in self.by_title:
            held[folder(path)].append(path)
        return {name: self._in_own_order(name, paths) for name, paths in held.items()}

    def _in_own_order(self, name: str, paths: Sequence[str]) -> list[str]:
        """Return what is in a folder in the order that the settings or the folder's note give."""
        return in_own_order(paths, own_order(name, self.graph.notes, self.settings.order))

    def page(self, template: str, url: str, head: Head, **values: Any) -> Page:
        text = _joined_text(values)
        features = tuple(name for name, sign in FEATURES.items() if sign.search(text))
        head = replace(head, features=features) if features else head
        said = self.settings.description or self.site.title
        described = head.description or (said if head.title == self.site.title else f"{head.title} · {said}")
        head = replace(head, description=described)
        if self.settings.site_url and not head.hidden:
            head = add_metadata(head, url, self.site.title, self.shown, self.settings)
        common = {"site": self.site, "page": head, "at": url, "to": lambda target: href(target, url)}
        try:
            return Page(url, self.templates.get_template(template).render(common | values))
        except TemplateError as error:
            raise template_error(error, self.overrides) from error

    def title(self, path: str) -> str:
        if path in self.graph.notes:
            return self.graph.notes[path].title
        return self.shown.titles.get(path) or stem(path)

    def listed(self, path: str) -> bool:
        """Return whether *path* may be in lists: everything but unlisted notes."""
        return path not in self.network.unlisted

    def entry(self, path: str, base: str, detail: str = "") -> Entry:
        return Entry(self.title(path), href(self.shown.urls[path], base), path in self.graph.notes, detail)


class LinksTo:
    """The links from listed notes to each path, grouped by note on first use."""

    def __init__(self, press: Press):
        self.press = press
        self.known: dict[str, dict[str, tuple[Backlink, ...]]] = {}

    def sources(self, path: str) -> tuple[str, ...]:
        """Return the notes that link to *path*, in order."""
        return tuple(self._grouped(path))

    def between(self, source: str, path: str) -> tuple[Backlink, ...]:
        """Return the links of one note to another, in order of position."""
        return self._grouped(path).get(source, ())

    def _grouped(self, path: str) -> dict[str, tuple[Backlink, ...]]:
        if path not in self.known:
            by_source = groupby(self.press.graph.backlinks.get(path, ()), key=lambda link: link.source)
            self.known[path] = {source: tuple(links) for source, links in by_source if self.press.listed(source)}
        return self.known[path]


def _joined_text(values: Mapping[str, Any]) -> str:
    """Return all strings in a template's context, in dictionaries and lists too, one after another."""
    texts: list[str] = []
    waiting: list[Any] = [values]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return "\n".join(texts)
