"""All pages of the site: the recipe of each by URL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hortus.core.model import Page
from hortus.site.pages.about import (
    graph_for_machines,
    graph_for_page,
    graph_page,
    not_found_page,
    random_parts,
    random_script,
    random_url,
    report_page,
    wanted_notes,
)
from hortus.site.pages.backlinks import all_backlinks
from hortus.site.pages.figures import figure_page, gallery_page
from hortus.site.pages.lists import all_notes, all_tags, folder_notes, list_page, recent_notes, tag_notes
from hortus.site.pages.notes import home_page, note_page, redirect_page, stub_page
from hortus.site.pages.pagination import Listing
from hortus.site.pages.templates import Press


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a file of the site is made: by *function*, from a press and names; it contains no data of the site."""

    function: Callable[..., Any]
    given: tuple[Any, ...] = ()

    @property
    def name(self) -> str:
        """Return a name that distinguishes it from other recipes for the same URL."""
        name = self.function.__name__
        for part in self.given:
            name += f"\0{part if isinstance(part, str) else getattr(part, '__name__', part)}"
        return name

    def make(self, press: Press) -> Any:
        return self.function(press, *self.given)


def catalogue(press: Press, home: str | None) -> dict[str, Recipe]:
    """Return the recipe of every page of the site by URL.

    *home* is the MOC on the first page if no note is the first page.
    """
    shown, urls = press.shown, press.shown.urls
    recipes: dict[str, Recipe] = {urls[path]: Recipe(note_page, (path,)) for path in press.graph.notes}

    def add(url: str, function: Callable[..., Page], *given: Any) -> None:
        assert url not in recipes, url
        recipes[url] = Recipe(function, given)

    def add_list(lists: Callable[..., Listing], *given: str) -> None:
        for number, url in enumerate(lists(press, *given).urls, 1):
            add(url, list_page, number, lists, *given)

    for path in press.graph.missing:
        for number, url in enumerate(all_backlinks(press, path).urls, 1):
            add(url, stub_page, path, number)
    for url, path in shown.redirects.items():
        add(url, redirect_page, url, path)
    if home:
        add("index.html", home_page, home)
    elif "index.html" not in recipes:
        add_list(all_notes, "index.html", press.site.title)
    add_list(all_notes, "all-notes.html", press.words("All notes"))
    if shown.changed:
        add_list(recent_notes)
    for name in press.folder_urls:
        add_list(folder_notes, name)
    for key in press.tags:
        add_list(tag_notes, key)
    add_list(all_tags)
    for name in sorted(shown.figures):
        add(f"figures/{name}.html", figure_page, name)
    if shown.figures:
        add("figures/index.html", gallery_page)
    add("graph.html", graph_page)
    add("assets/graph-data.js", graph_for_page)
    for number in random_parts(len(press.listed_notes)):
        add(random_url(number), random_script, number)
    add("graph.json", graph_for_machines)
    if press.site.report:
        add("report.html", report_page)
        add_list(wanted_notes)
    add("404.html", not_found_page)
    return recipes
