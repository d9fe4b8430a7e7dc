"""Collect the links of one note while its tokens are read: each gets a number and a position in the file.

External links are collected separately, and forbidden schemes reported. Links into the vault are not
resolved here.
"""

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

from markdown_it.token import Token

from hortus.core.model import External, Link, LinkKind, ParseOptions, Segments
from hortus.core.slots import mark
from hortus.core.urls import CODE_SCHEMES
from hortus.parse.syntax.obsidian_uri import note_of_uri
from hortus.parse.syntax.position import Places
from hortus.parse.syntax.sanitize import REMOTE_IMAGE
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of, split_url
from hortus.parse.syntax.words import plain, sized

ADDRESSES = ("href", "src", "poster")
RAW_ADDRESS = re.compile(
    r"""(?<![^\s"'])(?:href|src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
BEFORE_ADDRESS = re.compile(r"""\b(?:href|src|poster)\s*=\s*["']?\Z""", re.IGNORECASE)
WITHOUT_APP = "it opens no note in this vault, and readers may not have Obsidian; write [[note]], or a web address"


Spread = tuple[int, int, int]
"""Line, column and length."""


@dataclass(slots=True)
class LinkFound:
    """A link whose sentence, group and caption may still be unknown; see `hortus.core.model.Link`."""

    kind: LinkKind
    target: str
    anchor: str
    label: str
    place: Spread
    size: tuple[int, int] = (0, 0)
    section: int = -1
    context: int = -1
    todo: bool = False
    name: str = ""
    caption: Segments = ()

    def link(self) -> Link:
        return Link(
            self.kind,
            self.target,
            self.anchor,
            self.label,
            *self.place,
            *self.size,
            self.todo,
            self.context,
            self.section,
            self.name,
            self.caption,
        )


@dataclass(slots=True)
class Spot:
    """Where raw HTML has a URL that the sanitiser may still remove."""

    section: int
    context: int = -1


class References:
    """The links collected so far."""

    def __init__(self, body: str, places: Places, report: Callable[..., None], options: ParseOptions):
        self.body, self.places, self.report = body, places, report
        self.schemes = SAFE_SCHEMES.union(options.url_schemes)
        self.vaults = options.vault_names
        self.links: list[LinkFound] = []
        self.externals: list[External] = []
        self.remote_images: list[External] = []
        """Remote pictures, which are links on the page."""
        self.is_image = False
        """The next URL in raw HTML is that of a link in place of a picture."""
        self.section = -1
        """Index of the last heading; -1 before the first."""
        self.line_ends = [end.start() for end in re.finditer("\n", body)]
        self.raw_offsets: dict[str, int] = {}
        """Where to search the next occurrence of a URL in raw HTML, by URL."""
        self.spots: dict[str, deque[Spot]] = {}
        """Where raw HTML has URLs, by URL."""
        self.footnotes: dict[int, int] = {}
        """Section of a footnote's first reference, by its number."""

    def markdown(self, inline: Token, token: Token, label: str) -> None:
        destination = self._destination(inline, token, str(token.attrs.get("href", "")))
        if destination is not None:
            self._add("markdown", (inline, token), destination, label)

    def image(self, inline: Token, token: Token) -> None:
        token.meta["alt"] = plain(token.children or [])
        destination = self._destination(inline, token, str(token.attrs.get("src", "")))
        if destination is not None:
            self._add("image", (inline, token), destination, token.meta["alt"])
        else:
            token.meta["alt"] = sized(token.meta["alt"])[0]  # a text link, which has no size
            if scheme_of(url := str(token.meta.get("url", ""))) in ("http", "https"):
                self.remote_images.append(External(url, *self._place(inline, token)))

    def wikilink(self, inline: Token, token: Token) -> None:
        """Read a ``wikilink`` or ``embed``."""
        kind: LinkKind = "embed" if token.type == "embed" else "wikilink"
        meta = token.meta
        label = meta["label"] if kind == "embed" else meta["shown"]
        self._add(kind, (inline, token), (meta["target"], meta["anchor"]), label)

    def raw(self, html: str) -> list[Spot]:
        """Record where URLs are that point into the vault."""
        found = []
        for parts in RAW_ADDRESS.findall(html):
            value = unescape("".join(parts))
            if self._inside(value):
                found.append(Spot(self.section))
                self.spots.setdefault(value, deque()).append(found[-1])
        return found

    def raw_attribute(self, tag: str, attribute: str, value: str) -> str | None:
        """Turn a URL in raw HTML that points into the vault into a slot."""
        if attribute not in ADDRESSES:
            self.is_image = tag == "a" and (attribute, value) == ("class", REMOTE_IMAGE)
            return value
        inside = self._inside(value)
        if inside is None:
            if self.is_image:
                self.remote_images.append(External(value, *self._raw_place(value)))
                self.is_image = False
            return self._outside(value) if attribute == "href" else None
        place = self._raw_place(value)
        known = self.spots.get(value)
        spot = known.popleft() if known else Spot(-1)
        self.links.append(LinkFound("html", *inside, "", place, section=spot.section, context=spot.context))
        return mark("url", len(self.links) - 1)

    def _outside(self, url: str) -> str | None:
        """Return an external URL of raw HTML, if its scheme is allowed."""
        scheme = scheme_of(url)
        if scheme not in self.schemes and scheme:
            self._refuse(scheme, url, self._raw_place(url))
            return None
        return url

    def _inside(self, url: str) -> tuple[str, str] | None:
        """Split and decode a URL that points into the vault; None for an external one."""
        if url.startswith("//"):
            return None
        scheme = scheme_of(url)
        return split_url(url) if not scheme else note_of_uri(url, self.vaults) if scheme == "obsidian" else None

    def _refuse(self, scheme: str, url: str, place: Spread) -> None:
        said = f"links cannot have the scheme `{scheme}:`"
        allow = f'`url_schemes = ["{scheme}"]` in hortus.toml allows it'
        hint = WITHOUT_APP if scheme == "obsidian" else "" if scheme in CODE_SCHEMES else allow
        self.report("unsafe_url", place, said, hint, url)

    def _raw_place(self, value: str) -> Spread:
        """Return line, column and length of the next occurrence of a URL in raw HTML, as spelled there."""
        spellings = (escape(value), value, value.removeprefix("https:"))
        start = self.raw_offsets.get(value, 0)
        found = ((_find_address(self.body, spelled, start), len(spelled)) for spelled in spellings)
        offset, length = next((place for place in found if place[0] >= 0), (0, len(value)))
        self.raw_offsets[value] = offset + 1
        line = bisect_left(self.line_ends, offset)
        column = offset - (self.line_ends[line - 1] if line else -1)
        return line + 1, column, length or 1

    def _add(self, kind: LinkKind, tokens: tuple[Token, Token], destination: tuple[str, str], label: str) -> None:
        """Number a link; *tokens* are the inline token and the link in it."""
        inline, token = tokens
        width = height = 0
        if kind in ("embed", "image"):
            label, width, height = sized(label)
        token.meta["slot"] = len(self.links)
        place = self._place(inline, token)
        self.links.append(LinkFound(kind, *destination, label, place, (width, height), self.section))

    def _place(self, inline: Token, token: Token) -> Spread:
        """Return the position of a link; if it has several lines, its length is that of the first."""
        return self.places.spread(inline, token.meta.get("pos", 0), token.meta.get("end", 1))

    def _destination(self, inline: Token, token: Token, url: str) -> tuple[str, str] | None:
        """Split a Markdown destination that points into the vault; None for an external one."""
        url = f"https:{url}" if url.startswith("//") else url
        if inside := self._inside(url):
            return inside
        scheme, place = scheme_of(url), self._place(inline, token)
        if scheme not in self.schemes:
            self._refuse(scheme, url, place)
        else:
            token.meta["url"] = url
            if scheme in ("http", "https"):
                self.externals.append(External(url, *place))
        return None


def _find_address(html: str, value: str, start: int) -> int:
    """Return the offset of an attribute value with this URL, otherwise of this text; -1 if not found."""
    first = place = html.find(value, start)
    while place >= 0 and not BEFORE_ADDRESS.search(html, max(0, place - 20), place):
        place = html.find(value, place + 1)
    return first if place < 0 else place


def no_address(tag: str, attribute: str, value: str) -> str | None:
    """Keep an attribute of raw HTML unless it is a URL."""
    return None if attribute in ADDRESSES else value
