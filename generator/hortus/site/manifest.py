"""Every file of the site by URL, and how it is made; used by build, preview and receipt.

A recipe holds only names. What a file shows is read from the press while the file is made, so that it can be recorded.
"""

from collections.abc import Callable
from typing import Any

from hortus.core.model import Content, Page
from hortus.core.urls import tag_url
from hortus.figures.requests import figure_files, script_path
from hortus.site.addresses import reached_assets
from hortus.site.attachments import served_content
from hortus.site.feeds import (
    Feed,
    card_file,
    card_url,
    feed_text,
    feed_url,
    has_card,
    list_feed,
    llms_text,
    markdown_url,
)
from hortus.site.files import figure_file, made_files, theme_file, theme_names
from hortus.site.hover import figure_hover, hover_file, hover_url, linked_anchors
from hortus.site.math_font import math_font
from hortus.site.pages import Press, catalogue
from hortus.site.pages.about import graph_for_machines, graph_for_page, graph_page
from hortus.site.pages.backlinks import quotation
from hortus.site.pages.catalogue import Recipe, random_script, stub_page
from hortus.site.pages.folders import folder_branch
from hortus.site.pages.notes import local_graph, note_page
from hortus.site.pages.summary import newest, summary, where_to_begin
from hortus.site.search import FOLDER as SEARCH

GRAPHS = frozenset({graph_page, graph_for_page, graph_for_machines})
"""Recipes that depend on the whole graph."""
DERIVED: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (quotation, local_graph, folder_branch, summary, newest, where_to_begin)
}
"""Functions for `Press.derive`, by name."""
OTHER_KIND = "page"
"""The kind of files whose recipes are not in `KINDS`: pages that no author wrote."""
FEEDS = ("feed.xml", "atom.xml", "sitemap.xml")


def make_manifest(press: Press, home: str | None) -> dict[str, Recipe]:
    """Return the recipe of every file of the site by URL; *home* is the MOC of a first page without a note.

    A recipe for a hover card may make nothing.
    """
    recipes = dict(catalogue(press, home))

    def add(url: str, function: Callable[..., Any], *given: Any) -> None:
        assert url not in recipes, url
        recipes[url] = Recipe(function, given)

    shown, notes = press.shown, press.graph.notes
    for path, anchor in sorted({(path, "") for path in notes} | set(linked_anchors(shown))):
        add(hover_url(shown.urls[path], anchor), hover_card, path, anchor)
    for name in sorted(shown.figures):
        add(hover_url(f"figures/{name}.html"), figure_card, name)
    for path in notes:
        if path.endswith(".md"):
            add(markdown_url(shown.urls[path]), markdown_copy, path)
    add("llms.txt", llms_file)
    if press.settings.site_url:
        for name in FEEDS:
            add(name, feed_file, name)
        for path in sorted(press.mocs):
            add(feed_url(shown.urls[path]), map_feed, path)
        for key, held in press.tags.items():
            if held.holders:
                add(feed_url(tag_url(key)), tag_feed, key)
        for path in (*notes, *[""] * ("index.html" not in shown.urls.values())):
            if not path or has_card(path, shown):
                add(card_url(shown.urls[path] if path else "index.html"), social_card, path)
    add_media(press, add)
    for name in press.search:
        add(f"{SEARCH}/{name}.js", search_file, name)
    for url in shown.static:
        add(url, static_copy, url)
    for name in theme_names(bool(press.glyphs)):
        add(f"assets/{name}", theme_asset, name)
    return dict(sorted(recipes.items()))


def add_media(press: Press, add: Callable[..., None]) -> None:
    """Add files that pages include or link to: attachments that notes link to, diagrams, figures.

    A link to the script of a figure points to the figure's page, which shows it.
    """
    scripts = {script_path(figure.script) for figure in press.shown.figures.values()}
    for path in sorted(set(reached_assets(press.graph)) - scripts):
        add(press.shown.urls[path], attachment_copy, path)
    holders = {name: path for path, note in press.graph.texts.items() for name, _ in (*note.files, *note.images)}
    for name, path in holders.items():
        add(f"assets/diagrams/{name}", diagram, path, name)
    for figure in press.shown.figures.values():
        for name in figure_files(figure, ""):
            add(f"figures/{name}", figure_copy, figure.name, name)


def make_content(recipe: Recipe, press: Press) -> Content | None:
    """Make a file; None if the recipe makes none."""
    made = recipe.make(press)
    return made.text.encode("utf-8", "replace") if isinstance(made, Page) else made


def hover_card(press: Press, path: str, anchor: str) -> bytes | None:
    return hover_file(path, anchor, press.shown) or None


def figure_card(press: Press, name: str) -> bytes | None:
    return figure_hover(name, press.shown) or None


def markdown_copy(press: Press, path: str) -> bytes:
    return press.markdown[path].encode("utf-8", "replace")


def llms_file(press: Press) -> bytes:
    return llms_text(press.shown, press.settings, press.site.title).encode("utf-8", "replace")


def feed_file(press: Press, name: str) -> bytes:
    return feed_text(name, press.shown, press.settings, press.site.title).encode("utf-8", "replace")


def map_feed(press: Press, path: str) -> bytes:
    """Write the feed of the notes that a map lists."""
    stops = {stop.path: None for trail in press.graph.trails if trail.moc == path for stop in trail.stops}
    url = press.shown.urls[path]
    feed = Feed(f"{press.title(path)} · {press.site.title}", feed_url(url), url)
    return list_feed(feed, filter(press.listed, stops), press.shown, press.settings).encode("utf-8", "replace")


def tag_feed(press: Press, key: str) -> bytes:
    """Write the feed of the notes with a tag."""
    held, url = press.tags[key], tag_url(key)
    feed = Feed(f"#{held.name} · {press.site.title}", feed_url(url), url)
    return list_feed(feed, held.holders, press.shown, press.settings).encode("utf-8", "replace")


def social_card(press: Press, path: str) -> bytes:
    return card_file(path, press.shown, press.site.title, press.cache)


def attachment_copy(press: Press, path: str) -> Content:
    return served_content(press.graph.assets[path], press.settings.attachments == "trusted")


def static_copy(press: Press, url: str) -> Content:
    return press.shown.static[url].file


def diagram(press: Press, path: str, name: str) -> bytes:
    return made_files(press.graph.texts[path])[name]


def figure_copy(press: Press, figure: str, name: str) -> bytes:
    return figure_file(press.shown.figures[figure], name)


def search_file(press: Press, name: str) -> bytes:
    return press.search[name]


def theme_asset(press: Press, name: str) -> bytes:
    font = math_font(press.glyphs, press.cache) if name == "math.woff2" else b""
    return theme_file(name, press.project, font, press.settings.language)


HERE = GRAPHS | {search_file}
"""Recipes for the process that has the graph's layout and the file of the search index."""
KINDS: dict[Callable[..., Any], str] = {
    note_page: "note",
    stub_page: "stub",
    attachment_copy: "attachment",
    static_copy: "static",
    figure_copy: "figure",
    diagram: "diagram",
    hover_card: "hover",
    figure_card: "hover",
    social_card: "card",
    markdown_copy: "text",
    llms_file: "text",
    feed_file: "text",
    map_feed: "text",
    tag_feed: "text",
    graph_for_machines: "text",
    theme_asset: "theme",
    graph_for_page: "theme",
    random_script: "theme",
    search_file: "search",
}
"""What the receipt of a published site calls the files of each recipe."""


def kind_of_file(recipe: Recipe | None) -> str:
    """Return the kind of a file; those without a recipe, such as ``.nojekyll``, are for machines."""
    return KINDS.get(recipe.function, OTHER_KIND) if recipe else "text"
