"""Bare URLs, ``https://…``, become links as in Obsidian: with balanced brackets, without punctuation at the end."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from hortus.core.filetypes import is_asset_name
from hortus.core.urls import unquoted

SCHEME = re.compile(r"(?<![\w])https?$", re.IGNORECASE)
ADDRESS = re.compile(r"://(?:(?!\*\*|~~)[^\s<>\"`\[\]{}|\\^])+")
"""A URL up to ``**`` or ``~~``, which end the emphasis around it, whatever letters follow."""
ANY_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\x00-\x20-]+?)\s*:(?!\s)")
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
QUERY = re.compile(r"(?!.*\.md$)(?:[\w-]|$)", re.IGNORECASE)
"""A query after a question mark; in a file's name an extension follows instead."""
CLOSING = ".,;:!?'*_~=”’"


def url_plugin(md: MarkdownIt) -> None:
    """Add bare URLs to *md*, as ``link_open``, ``text``, ``link_close`` tokens."""
    md.inline.ruler.before("link", "url", _url)


def _url(state: StateInline, silent: bool) -> bool:
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME.search(state.pending[-6:])
    address = scheme and ADDRESS.match(state.src, state.pos, state.posMax)
    if not scheme or not address:
        return False
    rest = without_stops(address[0])
    if len(rest) <= 3:
        return False
    start = state.pos - len(scheme[0])
    url = scheme[0] + rest
    state.pending = state.pending[: -len(scheme[0])]
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": url}
    token.markup = "url"
    token.meta = {"pos": start, "end": start + len(url)}
    state.push("text", "", 0).content = url
    state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def without_stops(address: str) -> str:
    """Remove punctuation that ends the sentence, not the URL.

    >>> without_stops("https://example.org/Hash_(LSH)).")
    'https://example.org/Hash_(LSH)'
    """
    surplus = address.count(")") - address.count("(")
    end = len(address)
    while end and (address[end - 1] in CLOSING or (address[end - 1] == ")" and surplus > 0)):
        surplus -= address[end - 1] == ")"
        end -= 1
    return address[:end]


def split_url(url: str) -> tuple[str, str]:
    """Split a relative URL into path and fragment, both decoded; the query of a file with an extension is dropped.

    >>> split_url("red%20dot.png?raw=true"), split_url("what?.md#A%20B")
    (('red dot.png', ''), ('what?.md', 'A B'))
    """
    path, _, fragment = url.partition("#")
    name, sign, query = path.partition("?")
    if sign and QUERY.match(query) and (is_asset_name(name) or name.lower().endswith(".md")):
        path = name
    return unquoted(path), unquoted(fragment)


def scheme_of(url: str) -> str:
    """Return the scheme of a URL in lower case; empty for a relative one.

    >>> scheme_of("JavaScript:alert(1)"), scheme_of("notes/a.md"), scheme_of("Note: one.md")
    ('javascript', '', '')
    """
    match = ANY_SCHEME.match(url)
    return re.sub(r"[\x00-\x20]", "", match[1]).lower() if match else ""
