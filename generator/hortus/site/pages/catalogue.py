"""All pages of the site: for each address what makes that page."""

from collections.abc import Callable, Iterator
from functools import partial
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


def make_pages(press: Press, home: str | None) -> Iterator[Page]:
    """Make every page of the site. *home* is the MOC to open with when no note is the first page."""
    return (make() for make in catalogue(press, home).values())


def catalogue(press: Press, home: str | None) -> dict[str, Callable[[], Page]]:
    """Return, for the address of every page of the site, what makes that page."""
    shown, urls = press.shown, press.shown.urls
    makers: dict[str, Callable[[], Page]] = {urls[path]: partial(note_page, press, path) for path in press.graph.notes}

    def add(url: str, make: Callable[..., Page], *given: Any) -> None:
        assert url not in makers, url
        makers[url] = partial(make, press, *given)

    def add_list(listing: Listing) -> None:
        for number, url in enumerate(listing.urls, 1):
            add(url, list_page, listing, number)

    for path in press.graph.missing:
        for number, url in enumerate(all_backlinks(press, path).urls, 1):
            add(url, stub_page, path, number)
    for url, path in shown.redirects.items():
        add(url, redirect_page, url, path)
    if home:
        add("index.html", home_page, home)
    elif "index.html" not in makers:
        add_list(all_notes(press, "index.html", press.site.title))
    add_list(all_notes(press, "all-notes.html", "All notes"))
    if shown.changed:
        add_list(recent_notes(press))
    for name in press.folder_urls:
        add_list(folder_notes(press, name))
    for key in press.tags:
        add_list(tag_notes(press, key))
    add_list(all_tags(press))
    for name in sorted(shown.figures):
        add(f"figures/{name}.html", figure_page, name)
    if shown.figures:
        add("figures/index.html", gallery_page)
    add("graph.html", graph_page)
    add("assets/graph-data.js", graph_for_page)
    for number, paths in enumerate(random_parts(press), 1):
        add(random_url(number), random_script, paths, number)
    add("graph.json", graph_for_machines)
    if press.site.report:
        add("report.html", report_page)
        add_list(wanted_notes(press))
    add("404.html", not_found_page)
    return makers
