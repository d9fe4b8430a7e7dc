"""All pages of the site: for each address what makes that page."""

from collections.abc import Callable, Iterator
from functools import partial

from hortus.model import Page
from hortus.names import tag_url
from hortus.pages.figures import figure_page, gallery_page
from hortus.pages.lists import all_notes_page, all_tags_page, folder_page, recent_page, tag_page
from hortus.pages.notes import home_page, note_page, redirect_page, stub_page
from hortus.pages.press import Press
from hortus.pages.whole import (
    graph_for_machines,
    graph_for_page,
    graph_page,
    not_found_page,
    report_page,
    wanted_page,
)


def make_pages(press: Press, home: str | None) -> Iterator[Page]:
    """Make every page of the site. *home* is the MOC to open with when no note is the first page."""
    return (make() for make in catalogue(press, home).values())


def catalogue(press: Press, home: str | None) -> dict[str, Callable[[], Page]]:
    """Return, for the address of every page of the site, what makes that page."""
    shown, urls = press.shown, press.shown.urls
    makers: dict[str, Callable[[], Page]] = {urls[path]: partial(note_page, press, path) for path in press.graph.notes}

    def add(url: str, make: Callable[..., Page], *given: str | None) -> None:
        assert url not in makers, url
        makers[url] = partial(make, press, *given)

    for path in press.graph.missing:
        add(urls[path], stub_page, path)
    for url, path in shown.redirects.items():
        add(url, redirect_page, url, path)
    if "index.html" not in makers:
        add("index.html", home_page, home)
    add("all-notes.html", all_notes_page)
    if shown.changed:
        add("recent.html", recent_page)
    for name, url in press.folder_urls.items():
        add(url, folder_page, name)
    for key in press.tags:
        add(tag_url(key), tag_page, key)
    add("tags/index.html", all_tags_page)
    for name in sorted(shown.figures):
        add(f"figures/{name}.html", figure_page, name)
    if shown.figures:
        add("figures/index.html", gallery_page)
    add("graph.html", graph_page)
    add("assets/graph-data.js", graph_for_page)
    add("graph.json", graph_for_machines)
    add("report.html", report_page)
    add("wanted.html", wanted_page)
    add("404.html", not_found_page)
    return makers
