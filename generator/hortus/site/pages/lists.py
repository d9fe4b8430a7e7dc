"""Pages that list notes: all notes, folders, tags, recent changes."""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from hortus.core.keys import above
from hortus.core.model import Page
from hortus.core.urls import href, tag_url
from hortus.site.feeds import feed_url
from hortus.site.pages.meta import Head
from hortus.site.pages.pagination import Listing, Section, part_places, part_sections, part_title, part_url
from hortus.site.pages.summary import last_changed, listed
from hortus.site.pages.templates import Press
from hortus.site.pages.tree import Entry, children, tree_builder

RECENT = 100
"""Notes on the page of recent changes."""


def list_page(press: Press, number: int, lists: Callable[..., Listing], *given: str) -> Page:
    """Make one page of the list that *lists* returns for the arguments *given*."""
    listing = lists(press, *given)
    places = part_places(listing, number)
    return press.page(
        listing.template,
        part_url(listing.url, number),
        _list_head(press, listing, places),
        heading=listing.heading or listing.title,
        above=listing.above,
        sections=part_sections(listing, number),
        feed=listing.feed,
        places=places,
    )


def _list_head(press: Press, listing: Listing, places: Mapping[str, Any] | None) -> Head:
    count = press.words("{n} entries", n=listing.length)
    title = part_title(press.words, listing, places)
    return Head(title, f"{title} · {count} · {press.site.title}", hidden=listing.hidden, feed=listing.feed)


def all_notes(press: Press, url: str, title: str) -> Listing:
    """List all notes as a tree of folders."""
    grow = tree_builder(
        {name: paths for name, paths in press.notes_in.items() if name},
        lambda name: _folder_entry(press, name, url),
        lambda path: listed(press, path, url),
    )
    folders = Section("", children(press.folder_urls).get("", ()), grow, trees=True)
    return Listing(url, title, [folders, Section("", press.notes_in[""], lambda path: listed(press, path, url))])


def recent_notes(press: Press) -> Listing:
    """List the notes that changed last, by month."""
    url, changed, words = "recent.html", press.shown.changed, press.words
    paths = last_changed(press)[:RECENT]
    sections = [
        Section(words.month(month), list(group), lambda path: listed(press, path, url, words.day(changed[path])))
        for month, group in groupby(paths, key=lambda path: changed[path][:7])
    ]
    return Listing(url, words("Recently changed"), sections)


def folder_notes(press: Press, name: str) -> Listing:
    """List the content of a folder: folders, then notes."""
    url = press.folder_urls[name]
    inside = Section(
        press.words("Folders"), press.folders_in.get(name, ()), lambda child: _folder_entry(press, child, url)
    )
    own = Section("", press.notes_in[name], lambda path: listed(press, path, url))
    way = [
        Entry(press.words("All notes"), href("all-notes.html", url)),
        *(_folder_entry(press, one, url) for one in above(name)),
    ]
    return Listing(url, name, [inside, own], heading=name.rpartition("/")[2], above=way)


def tag_notes(press: Press, key: str) -> Listing:
    """List the tags below a tag, then the notes with it or one of them."""
    url, held = tag_url(key), press.tags[key]
    below = Section(
        press.words("Nested tags"), press.tags_below.get(key, ()), lambda child: _tag_entry(press, child, url)
    )
    own = Section("", held.holders, lambda path: listed(press, path, url))
    way = [
        Entry(press.words("Tags"), href("tags/index.html", url)),
        *(_tag_entry(press, one, url) for one in above(key)),
    ]
    feed = href(feed_url(url), url) if press.settings.site_url else ""
    return Listing(url, f"#{held.name}", [below, own], above=way, feed=feed)


def all_tags(press: Press) -> Listing:
    """List all tags as a tree."""
    url, below = "tags/index.html", press.tags_below
    leaves = {key: [one for one in keys if one not in below] for key, keys in below.items()}
    counts = {key: len(held.holders) for key, held in press.tags.items()}
    grow = tree_builder(
        {key: keys for key, keys in leaves.items() if key},
        lambda key: _tag_entry(press, key, url),
        lambda key: _tag_entry(press, key, url),
        counts,
    )
    branches = Section("", [key for key in below.get("", ()) if key in below], grow, trees=True)
    return Listing(
        url, press.words("Tags"), [branches, Section("", leaves.get("", ()), lambda key: _tag_entry(press, key, url))]
    )


def _folder_entry(press: Press, name: str, base: str) -> Entry:
    return Entry(name.rpartition("/")[2], href(press.folder_urls[name], base))


def _tag_entry(press: Press, key: str, base: str) -> Entry:
    held = press.tags[key]
    return Entry(f"#{held.name}", href(tag_url(key), base), detail=str(len(held.holders)))
