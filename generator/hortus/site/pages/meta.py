"""The head of a page: title, style sheets, canonical URL, Open Graph, JSON-LD.

The last three need absolute URLs, so they are present only if ``site_url`` is set.
"""

import json
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from hortus.core.model import Shown
from hortus.core.settings import Settings
from hortus.site.feeds import card_url, cover_url, page_address, site_root


@dataclass(frozen=True, slots=True)
class Head:
    """Data for the head of a page."""

    title: str
    description: str = ""
    hidden: bool = False
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    """Style sheets that the page needs in addition to the common one: ``math``, ``notebook``, ``drawings``."""
    path: str = ""
    """Path of the note on the page; empty for any other page."""
    shows: str = ""
    """URL of the picture that the page is about; a note has a cover or a card instead."""
    canonical: str = ""
    """Its absolute URL, if ``site_url`` is set."""
    picture: str = ""
    """Absolute URL of the picture for social media."""
    markdown: str = ""
    """URL of its Markdown, relative to the page."""
    feed: str = ""
    """URL of the feed of the notes on it, relative to the page."""
    language: str = ""
    """Language of the note, if it has its own."""
    linked_data: Markup = Markup()
    """JSON-LD (schema.org)."""


def add_metadata(head: Head, url: str, title: str, shown: Shown, settings: Settings) -> Head:
    """Add the canonical URL, Open Graph and JSON-LD metadata; *title* is the title of the site.

    If a note is also shown on the first page, its own page is the canonical one.
    """
    site = site_root(settings)
    note = shown.graph.notes.get(head.path)
    page = page_address(site, shown.urls[head.path] if note else url)
    cover = cover_url(head.path, shown) if note else head.shows
    card = card_url(shown.urls[head.path] if note else "index.html")
    picture = site + quote(cover or card, safe="/")
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article" if note else "WebSite" if page == site else "WebPage",
        "headline" if note else "name": head.title,
        "description": head.description,
        "url": page,
        "image": picture,
        "inLanguage": head.language or settings.language,
    }
    data |= {"isPartOf": {"@type": "WebSite", "name": title, "url": site}} if page != site or note else {}
    data |= {"datePublished": note.date} if note and note.date else {}
    data |= {"dateModified": shown.changed[head.path]} if head.path in shown.changed else {}
    data |= {"author": {"@type": "Person", "name": settings.author}} if settings.author else {}
    data |= {"keywords": [tag.name for tag in note.tags]} if note and note.tags else {}
    linked = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    return replace(head, canonical=page, picture=picture, linked_data=Markup(linked.replace("<", "\\u003c")))
