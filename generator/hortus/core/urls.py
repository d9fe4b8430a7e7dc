"""Addresses on the site: of notes, folders and tags, and relative addresses between pages."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, unquote

from hortus.core.hashing import digest
from hortus.core.keys import fold, tag_key

PART = re.compile(r"\.(?:\d+\.html|feed\.xml)(?=/|$)", re.IGNORECASE)
"""URLs of the second and later pages of a long list, and of feeds of maps and tags; URLs of notes have no dot before
the extension."""
NOT_LETTERS = re.compile(r"[\W_]+")
TAG_PART = re.compile(r"[\w-]{1,25}")
LONGEST = 100
"""Bytes; a longer path segment of a url is shortened with a hash."""
PAGES = frozenset("index all-notes 404 report search graph wanted recent random gallery".split())
FOLDERS = frozenset("tags figures assets previews files".split())
FILES = frozenset("atom.xml feed.xml graph.json llms.txt sitemap.xml".split())
"""Names of generated pages, folders and files at the site's root; notes and attachments get other addresses."""
CODE_SCHEMES = frozenset("about blob data file filesystem javascript vbscript view-source".split())
"""Schemes of addresses with code or files; no setting allows them in a published page."""


def slug(text: str) -> str:
    """Turn text of any script into a path segment of a url.

    >>> slug("Locality Sensitive Hashing (LSH)")
    'locality-sensitive-hashing-lsh'
    """
    words = NOT_LETTERS.sub("-", fold(text)).strip("-")
    if len(words.encode()) > LONGEST:
        cut = words.encode()[: LONGEST - 9].decode(errors="ignore").rstrip("-")
        words = f"{cut}-{digest(text)[:8]}"
    return words


def unique_anchor(text: str, taken: dict[str, int]) -> str:
    """Return an id for a heading that is not in *taken*, which counts how often each was requested.

    >>> taken = {}
    >>> [unique_anchor(text, taken) for text in ("Loss", "Loss", "???", "Loss 1")]
    ['loss', 'loss-1', 'section', 'loss-1-1']
    """
    base = slug(text) or "section"
    anchor = base
    while anchor in taken:
        taken[base] += 1
        anchor = f"{base}-{taken[base]}"
    taken[anchor] = 0
    return anchor


@lru_cache(maxsize=1 << 16)
def note_url(path: str) -> str:
    """Return the preferred address of a note, relative to the site's root.

    >>> note_url("notes/Stable Diffusion.md")
    'notes/stable-diffusion.html'
    """
    return "/".join(slug(part) or digest(part)[:8] for part in path.removesuffix(".md").split("/")) + ".html"


def permalink_url(permalink: str) -> str:
    """Return the address of a ``permalink``; empty if it is not valid.

    >>> permalink_url("/guides/Start here/"), permalink_url("../x")
    ('guides/start-here.html', 'x.html')
    """
    parts = [slug(part) for part in permalink.removesuffix(".html").split("/")]
    return "/".join(part for part in parts if part) + ".html" if any(parts) else ""


def tag_url(tag: str) -> str:
    """Return the page of a tag.

    >>> tag_url("todo/Later")
    'tags/todo/later.html'
    """
    parts = tag_key(tag).split("/")
    named = [
        part if TAG_PART.fullmatch(part) and part != "index" else f"{slug(part)}-{digest(part)[:8]}" for part in parts
    ]
    return f"tags/{'/'.join(named)}.html"


def assign_urls(
    paths: Iterable[str], claims: Mapping[str, str], home: str, missing: Iterable[str] = ()
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Give every path a unique url; return those that did not get the preferred one, with its holder.

    *claims* are urls asked for by property; they go first, and *missing* notes last. Among equals the first in
    order of path keeps the url; the others get a hash of their path. *home* lives at the site's root.
    The holder is empty if it is a page that every site has.
    """
    urls: dict[str, str] = {}
    holders: dict[str, str] = {}
    losers = []
    ordered = sorted(paths, key=lambda path: (path != home, path not in claims, path))
    for path in (*ordered, *sorted(missing)):
        url = "index.html" if path == home else claims.get(path) or note_url(path)
        if path != home and (url in holders or is_taken(url)):
            losers.append((path, holders.get(url, "")))
            url = f"{url.removesuffix('.html')}-{digest(path)[:8]}.html"
        urls[path] = url
        holders[url] = path
    return urls, losers


def is_taken(url: str) -> bool:
    """Return whether a generated page or folder needs this address.

    >>> is_taken("tags/x.png"), is_taken("report.html"), is_taken("notes/index.2.html"), is_taken("notes/report.html")
    (True, True, True, False)
    """
    first, _, rest = url.partition("/")
    known = first in FOLDERS if rest else first in FILES or first.removesuffix(".html") in PAGES
    return known or PART.search(url) is not None


def folder_urls(folders: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Give every folder's page an address that is not *taken*.

    >>> folder_urls(["AI", "Machine Learning"], ["ai/index.html"])
    {'AI': 'ai/index-086f8f4b.html', 'Machine Learning': 'machine-learning/index.html'}
    """
    taken = set(taken)
    urls = {}
    for name in sorted(folders):
        url = "/".join(slug(part) or digest(part)[:8] for part in name.split("/")) + "/index.html"
        if url in taken or is_taken(url):
            url = f"{url.removesuffix('.html')}-{digest(name)[:8]}.html"
        taken.add(url)
        urls[name] = url
    return urls


def href(url: str, base: str) -> str:
    """Return the percent-encoded relative address of *url* on page *base*.

    >>> href("notes/b.html", "notes/a.html"), href("index.html", "notes/x/a.html")
    ('b.html', '../../index.html')
    """
    target = _quoted(url)
    if "/" not in base:
        return target
    parts, source = target.split("/"), _quoted(base).split("/")
    common = 0
    while common < len(source) - 1 and common < len(parts) - 1 and source[common] == parts[common]:
        common += 1
    return "../" * (len(source) - 1 - common) + "/".join(parts[common:])


@lru_cache(maxsize=1 << 16)
def _quoted(url: str) -> str:
    return quote(url, safe="/!$&'()*+,;=@~-._")


def unquoted(text: str) -> str:
    """Percent-decode a Markdown destination; invalid escapes are kept."""
    return unicodedata.normalize("NFC", unquote(text, errors="replace")) if "%" in text or not text.isascii() else text
