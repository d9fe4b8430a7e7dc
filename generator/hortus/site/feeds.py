"""Files for machines: feeds with full text, a sitemap, ``llms.txt``, and each note's Markdown.

Feeds and sitemap need absolute URLs, so they are made only if ``site_url`` is set.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote, urljoin

from hortus.core.filetypes import SHARED, suffix_of
from hortus.core.model import Ambiguous, FigureFound, Found, Shown, Slot
from hortus.core.settings import Settings
from hortus.core.urls import href
from hortus.links.tags import by_title
from hortus.site.render import render_note
from hortus.site.social_cards import make_card
from hortus.vault.properties import COVERS

ENTRIES = 30
"""Number of notes in a feed, the last changed first."""
ADDRESS = re.compile(r' (href|src|poster|data)="([^"]*)"')
LAZY = re.compile(r' (?:loading|decoding|data-[a-z]+)="[^"]*"')
THEMED = re.compile(r'<picture><source [^>]*><img src="([^"]*)#light"([^>]*)></picture>')
"""A picture with a dark version, which feed readers would not choose by their own theme."""
BRACKETS = re.compile(r"[\\\[\]]")
"""Characters that would end the title of a Markdown link."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What an Atom feed is about."""

    title: str
    url: str
    page: str
    """URL of the page with the same notes; empty for the site."""


def feed_text(name: str, shown: Shown, settings: Settings, title: str) -> str:
    """Write ``feed.xml``, ``atom.xml`` or ``sitemap.xml``."""
    site = site_root(settings)
    if name == "sitemap.xml":
        return _xml_text(sitemap(shown, site))
    entries = list(_entries(shown, site))
    if name == "feed.xml":
        return _xml_text(rss(settings, title, site, entries))
    return _xml_text(atom(settings, Feed(title, name, ""), site, entries))


def has_card(path: str, shown: Shown) -> bool:
    """Return whether a note has a social card, as all listed notes without a cover picture have."""
    return shown.graph.notes[path].listed and not cover_url(path, shown)


def card_file(path: str, shown: Shown, site: str, store: Path) -> bytes:
    """Return the card of a note; with an empty path, the card of a first page that is not a note."""
    if not path:
        return make_card(site, "", store)
    return make_card(shown.graph.notes[path].title, site, store, _first_picture(path, shown))


def card_url(url: str) -> str:
    """Return the URL of a page's card.

    >>> card_url("notes/sgd.html")
    'assets/cards/notes/sgd.png'
    """
    return f"assets/cards/{url.removesuffix('.html')}.png"


def cover_url(path: str, shown: Shown) -> str:
    """Return the URL of the picture in a note's property ``cover``, otherwise ``image``; empty if there is none."""
    note = shown.graph.notes[path]
    named: dict[str, str] = {}
    for link, where in zip(note.links, shown.graph.resolutions[path], strict=True):
        if link.kind != "property" or not isinstance(where, Found | Ambiguous):
            continue
        if link.name.lower() in COVERS and suffix_of(where.path) in SHARED:
            named.setdefault(link.name.lower(), shown.urls.get(where.path, ""))
    return next((named[name] for name in COVERS if name in named), "")


def _first_picture(path: str, shown: Shown) -> bytes:
    """Return the PNG of the first drawn figure in a note; empty if there is none."""
    names = (_figure_in(slot, path, shown) for slot in shown.graph.notes[path].body if isinstance(slot, Slot))
    return next((shown.figures[name].png for name in names if _has_png(name, shown)), b"")


def _figure_in(slot: Slot, path: str, shown: Shown) -> str:
    """Return the name of the figure that a slot shows; empty if it shows none."""
    if slot.kind == "figure":
        return shown.requests.get((path, slot.index), "")
    where = shown.graph.resolutions[path][slot.index] if slot.kind == "embed" else None
    return where.name if isinstance(where, FigureFound) else ""


def _has_png(name: str, shown: Shown) -> bool:
    return name in shown.figures and bool(shown.figures[name].png)


def site_root(settings: Settings) -> str:
    """Return the URL of the site, with a slash at its end."""
    return settings.site_url.rstrip("/") + "/"


def page_address(site: str, url: str) -> str:
    """Return the absolute URL of a page; for the first page that of the site.

    >>> page_address("https://e.org/", "a/b c.html"), page_address("https://e.org/", "index.html")
    ('https://e.org/a/b%20c.html', 'https://e.org/')
    """
    return site + ("" if url == "index.html" else quote(url, safe="/"))


def markdown_url(url: str) -> str:
    """Return the URL of a page's Markdown.

    >>> markdown_url("notes/sgd.html")
    'notes/sgd.md'
    """
    return url.removesuffix(".html") + ".md"


def feed_url(url: str) -> str:
    """Return the URL of the feed of a map or tag, from that of its page; no note or attachment has such a URL.

    >>> feed_url("tags/ml.html")
    'tags/ml.feed.xml'
    """
    return url.removesuffix(".html") + ".feed.xml"


def list_feed(feed: Feed, paths: Iterable[str], shown: Shown, settings: Settings) -> str:
    """Write the Atom feed of a list of notes: those that changed last, with their first words.

    The texts are in the feeds of the whole site; in each of these they would multiply the size of the site.
    """
    site, notes = site_root(settings), shown.graph.notes
    dated = sorted((path for path in paths if path in shown.changed), key=lambda path: (shown.changed[path], path))
    entries = [
        {
            "title": notes[path].title,
            "page": page_address(site, shown.urls[path]),
            "date": shown.changed[path],
            "html": escape(notes[path].excerpt, quote=False),
        }
        for path in dated[::-1][:ENTRIES]
    ]
    return _xml_text(atom(settings, feed, site, entries))


def absolute(html: str, page: str) -> str:
    """Make the URLs in *html*, relative to *page*, absolute.

    >>> absolute('<a href="b.html#x">b</a>', "https://e.org/notes/a.html")
    '<a href="https://e.org/notes/b.html#x">b</a>'
    """

    def joined(match: re.Match[str]) -> str:
        with suppress(ValueError):  # `http://[` is not a URL, and stays unchanged
            return f" {match[1]}={_quoted(urljoin(page, unescape(match[2])))}"
        return match[0]

    return ADDRESS.sub(joined, html)


def _entries(shown: Shown, site: str) -> Iterator[dict[str, str]]:
    """Yield the notes of a feed: title, URL, date, and the whole text as HTML."""
    notes = shown.graph.notes
    dated = sorted(by_title(notes), key=lambda path: (shown.changed.get(path, ""), path), reverse=True)
    for path in dated[:ENTRIES]:
        if path not in shown.changed:
            return
        page = page_address(site, shown.urls[path])
        yield {"title": notes[path].title, "page": page, "date": shown.changed[path], "html": _text(path, site, shown)}


def _text(path: str, site: str, shown: Shown) -> str:
    """Return a note's HTML for feed readers; figures are PNG, which all of them support."""
    url = shown.urls[path]
    html = render_note(path, url, shown, light=True)
    if shown.graph.notes[path].opens_with_title:
        html = html.partition("</h1>")[2]

    def still(match: re.Match[str]) -> str:
        return f'src="{match[1]}.png"' if _has_png(match[2], shown) else match[0]

    html = absolute(LAZY.sub("", THEMED.sub(r'<img src="\1"\2>', html)), site + quote(url, safe="/"))
    return re.sub(rf'src="({re.escape(site)}figures/([^"/]+))\.svg"', still, html)


def rss(settings: Settings, title: str, site: str, entries: list[dict[str, str]]) -> str:
    """Write an RSS 2.0 feed."""
    items = "".join(
        f"<item><title>{_escaped(entry['title'])}</title><link>{_escaped(entry['page'])}</link>"
        f'<guid isPermaLink="true">{_escaped(entry["page"])}</guid><pubDate>{_rfc822(entry["date"])}</pubDate>'
        f"<description>{_escaped(entry['html'])}</description></item>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{_escaped(title)}</title><link>{_escaped(site)}</link>"
        f"<description>{_escaped(settings.description or title)}</description>"
        f"<language>{_escaped(settings.language)}</language>"
        f'<atom:link href={_quoted(site + "feed.xml")} rel="self" type="application/rss+xml"/>\n'
        f"{items}</channel></rss>\n"
    )


def atom(settings: Settings, feed: Feed, site: str, entries: list[dict[str, str]]) -> str:
    """Write an Atom 1.0 feed (RFC 4287)."""
    title, page = feed.title, page_address(site, feed.page) if feed.page else site
    items = "".join(
        f"<entry><title>{_escaped(entry['title'])}</title><link href={_quoted(entry['page'])}/>"
        f"<id>{_escaped(entry['page'])}</id><updated>{entry['date']}T00:00:00Z</updated>"
        f'<content type="html">{_escaped(entry["html"])}</content></entry>\n'
        for entry in entries
    )
    newest = entries[0]["date"] if entries else "1970-01-01"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{_escaped(title)}</title><id>{_escaped(page)}</id><link href={_quoted(page)}/>"
        f'<link href={_quoted(page_address(site, feed.url))} rel="self"/><updated>{newest}T00:00:00Z</updated>'
        f"<author><name>{_escaped(settings.author or title)}</name></author>\n{items}</feed>\n"
    )


def sitemap(shown: Shown, site: str) -> str:
    """Write the sitemap: every note's page, with the date of its last change."""
    lines = []
    for path in sorted(by_title(shown.graph.notes)):
        changed = f"<lastmod>{shown.changed[path]}</lastmod>" if path in shown.changed else ""
        lines.append(f"<url><loc>{_escaped(page_address(site, shown.urls[path]))}</loc>{changed}</url>\n")
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{start}{''.join(lines)}</urlset>\n"


def llms_text(shown: Shown, settings: Settings, title: str) -> str:
    """Write ``llms.txt``: title and description of the site, maps, then every note's Markdown with its first words."""
    graph, words = shown.graph, shown.words
    site = site_root(settings) if settings.site_url else ""
    mocs = [trail.moc for trail in graph.trails]
    listed = [path for path, note in graph.notes.items() if note.listed]
    lines = [f"# {title}", ""]
    lines += [f"> {settings.description}", ""] if settings.description else []
    others = [path for path in listed if path not in mocs]
    for heading, paths in ((words("Maps of content"), mocs), (words("Notes"), others)):
        if paths:
            lines += [f"## {heading}", ""]
            lines += [_llms_line(path, shown, site) for path in paths]
            lines.append("")
    return "\n".join(lines)


def _llms_line(path: str, shown: Shown, site: str) -> str:
    note, url = shown.graph.notes[path], shown.urls[path]
    address = href(markdown_url(url) if path.endswith(".md") else url, "llms.txt")
    excerpt = " ".join(note.excerpt.split())
    excerpt = excerpt[:120].rsplit(" ", 1)[0] if len(excerpt) > 120 else excerpt
    title = BRACKETS.sub(r"\\\g<0>", note.title)
    return f"- [{title}]({site}{address})" + (f": {excerpt}" if excerpt else "")


def _rfc822(date: str) -> str:
    """Convert an ISO date to the format of RSS.

    >>> _rfc822("2026-11-23")
    'Mon, 23 Nov 2026 00:00:00 +0000'
    """
    from email.utils import format_datetime

    return format_datetime(datetime.fromisoformat(date).replace(tzinfo=UTC))


@cache
def _no_xml() -> re.Pattern[str]:
    """Return the pattern of characters that no XML file may hold; compiled when needed, as it takes 10 ms."""
    return re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml_text(text: str) -> str:
    return _no_xml().sub("", text)


def _escaped(words: str) -> str:
    """Escape the text of an XML element."""
    return escape(words, quote=False)


def _quoted(address: str) -> str:
    """Escape the value of an attribute, and put it in quotes."""
    return f'"{escape(address)}"'
