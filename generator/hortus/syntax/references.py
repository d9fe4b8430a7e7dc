"""The links of one note, as its tokens are walked over: each gets its number and its place in the file.

What leads out of the site is kept apart, and what may lead nowhere at all is told at once. Whether a link
into the vault leads anywhere is not asked here.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

from markdown_it.token import Token

from hortus.model import External, Link, LinkKind
from hortus.slots import mark
from hortus.syntax.position import Places
from hortus.syntax.sanitize import REMOTE_IMAGE
from hortus.syntax.url import SAFE_SCHEMES, scheme_of, split_url
from hortus.syntax.words import plain, sized

ADDRESSES = ("href", "src", "poster")
RAW_ADDRESS = re.compile(
    r"""(?<![^\s"'])(?:href|src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
WITHOUT_APP = "readers of a site may not have Obsidian: write [[note]], or a web address"


@dataclass(slots=True)
class Spot:
    """Where an address of raw HTML stands, before the cleaner has told whether it stays."""

    section: int
    context: int = -1


class References:
    """What has been collected so far."""

    def __init__(self, body: str, places: Places, complain: Callable[..., None]):
        self.body, self.places, self.complain = body, places, complain
        self.links: list[Link] = []
        self.externals: list[External] = []
        self.remote_images: list[External] = []
        """Pictures of other hosts: a page of the site has links in place of them."""
        self.is_image = False
        """The next address of raw HTML is that of a link in place of a picture."""
        self.section = -1
        """Number of the heading that was met last; -1 before the first."""
        self.raw_offsets: dict[str, int] = {}
        """Where to look for the next address of raw HTML, by address."""
        self.spots: dict[str, deque[Spot]] = {}
        """Where raw HTML has addresses, by address."""

    def markdown(self, inline: Token, token: Token, label: str) -> None:
        destination = self._destination(inline, token, str(token.attrs.get("href", "")))
        if destination is not None:
            self._add("markdown", inline, token, *destination, label)

    def image(self, inline: Token, token: Token) -> None:
        token.meta["alt"] = plain(token.children or [])
        destination = self._destination(inline, token, str(token.attrs.get("src", "")))
        if destination is not None:
            self._add("image", inline, token, *destination, token.meta["alt"])
        else:
            token.meta["alt"] = sized(token.meta["alt"])[0]  # a link in words, which has no size
            if scheme_of(url := str(token.meta.get("url", ""))) in ("http", "https"):
                self.remote_images.append(External(url, *self._place(inline, token)))

    def wikilink(self, inline: Token, token: Token, kind: LinkKind) -> None:
        meta = token.meta
        label = meta["label"] if kind == "embed" else meta["shown"]
        self._add(kind, inline, token, meta["target"], meta["anchor"], label)

    def raw(self, html: str) -> list[Spot]:
        """Remember where addresses stand that lead into the vault."""
        found = []
        for parts in RAW_ADDRESS.findall(html):
            value = unescape("".join(parts))
            if not _leads_out(value):
                found.append(Spot(self.section))
                self.spots.setdefault(value, deque()).append(found[-1])
        return found

    def raw_attribute(self, tag: str, attribute: str, value: str) -> str | None:
        """Turn an address in raw HTML that leads into the vault into a slot."""
        if attribute not in ADDRESSES:
            self.is_image = tag == "a" and (attribute, value) == ("class", REMOTE_IMAGE)
            return value
        if _leads_out(value):
            if self.is_image:
                self.remote_images.append(External(value, *self._raw_place(value), len(value)))
                self.is_image = False
            return value if attribute == "href" else None
        line, column = self._raw_place(value)
        target, anchor = split_url(value)
        known = self.spots.get(value)
        spot = known.popleft() if known else Spot(-1)
        place = {"context": spot.context, "section": spot.section}
        self.links.append(Link("html", target, anchor, "", line, column, len(value) or 1, **place))
        return mark("url", len(self.links) - 1)

    def _raw_place(self, value: str) -> tuple[int, int]:
        """Return the line and column of the next time that raw HTML has an address."""
        spellings = (escape(value), value, value.removeprefix("https:"))
        found = (self.body.find(spelled, self.raw_offsets.get(value, 0)) for spelled in spellings)
        offset = next((place for place in found if place >= 0), 0)
        self.raw_offsets[value] = offset + 1
        return self.body.count("\n", 0, offset) + 1, offset - self.body.rfind("\n", 0, offset)

    def _add(self, kind: LinkKind, inline: Token, token: Token, target: str, anchor: str, label: str) -> None:
        line, column = self.places.at(inline, token.meta.get("pos", 0))
        width = height = 0
        if kind in ("embed", "image"):
            label, width, height = sized(label)
        token.meta["slot"] = len(self.links)
        length = self._length(inline, token)
        self.links.append(Link(kind, target, anchor, label, line, column, length, width, height, section=self.section))

    def _place(self, inline: Token, token: Token) -> tuple[int, int, int]:
        return *self.places.at(inline, token.meta.get("pos", 0)), self._length(inline, token)

    def _length(self, inline: Token, token: Token) -> int:
        """Return how many characters of the file a link covers, those of its first line when it has several."""
        start, end = token.meta.get("pos", 0), token.meta.get("end", 1)
        (line, column), (last, stop) = self.places.at(inline, start), self.places.at(inline, end)
        return max(stop - column if line == last else end - start, 1)

    def _destination(self, inline: Token, token: Token, url: str) -> tuple[str, str] | None:
        """Split a Markdown destination that leads into the vault; None for one that leads out of the site."""
        url = f"https:{url}" if url.startswith("//") else url
        scheme = scheme_of(url)
        if not scheme:
            return split_url(url)
        line, column, length = self._place(inline, token)
        if scheme in SAFE_SCHEMES:
            token.meta["url"] = url
            if scheme in ("http", "https"):
                self.externals.append(External(url, line, column, length))
        else:
            hint = WITHOUT_APP if scheme == "obsidian" else "http, https, mailto and tel are followed"
            said = f"a link with the scheme `{scheme}:` is not made"
            self.complain("unsafe_url", line, column, said, hint, length, url)
        return None


def _leads_out(value: str) -> bool:
    return bool(scheme_of(value)) or value.startswith("//")


def no_address(tag: str, attribute: str, value: str) -> str | None:
    """Let an attribute of raw HTML be, unless it is an address."""
    return None if attribute in ADDRESSES else value
