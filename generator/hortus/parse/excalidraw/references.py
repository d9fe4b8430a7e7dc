"""Links of a drawing: those in the sections of its file, with their positions, then those only in its scene."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from hortus.core.model import External, Issue, Link, Note
from hortus.core.slots import mark
from hortus.core.urls import unquoted
from hortus.parse.canvas import shifted
from hortus.parse.excalidraw.geometry import number
from hortus.parse.excalidraw.layers import picture_size
from hortus.parse.excalidraw.lettering import Piece, cut_links, plain_lines, wrapped
from hortus.parse.excalidraw.pictures import stored_picture
from hortus.parse.excalidraw.scene import Element, Scene, Words
from hortus.parse.excalidraw.sections import Sections
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of
from hortus.parse.syntax.wikilink import split_wikilink

SIGNS = str.maketrans("", "", "📍🌐#> \t\n")
"""Symbols that the plugin writes before a link, and white space; ignored when texts are compared."""
PREFIX = "n1-"
NAMED = "named"
"""Name of the slot of a link around a shape: its opening tag has the target's name as a label."""
ID = re.compile(r'"id"\s*:\s*"([^"\\]+)"')


class References:
    """Collects links, and draws the parts of elements that depend on them."""

    def __init__(self, note: Note, data: Note, parts: Sections, scene: Scene):
        """*note* is the parsed prose, *data* the parsed sections."""
        self.path, self.parts, self.scene = note.path, parts, scene
        self.issues: list[Issue] = []
        self.files: dict[str, bytes] = {}
        self.lost: list[str] = []
        """Ids of images without a picture."""
        first, context = len(note.links), len(note.contexts)
        self.contexts = [*note.contexts, *(shifted(one, first, PREFIX) for one in data.contexts)]
        self.externals = [*note.externals, *data.externals]
        self.addresses = {known.url for known in self.externals}
        self.links = list(note.links)
        self.own: dict[Link, int] = {}
        """Links only in the scene, with their index."""
        self.by_line: dict[int, list[int]] = {}
        words = {line for text in parts.texts.values() for line in range(text.first, text.last + 1)}
        for link in data.links:
            self.by_line.setdefault(link.line, []).append(len(self.links))
            own = link.context + context if link.context >= 0 and link.line in words else -1
            self.links.append(replace(link, context=own, section=-1))
        self.places = _places(parts)

    # --- texts ---

    def lines(self, element: Element) -> list[list[Piece]]:
        """Return the lines of a text, split at its links; of a frame its name, of an embedded page its URL."""
        if not isinstance(element.detail, Words):
            label = element.name if element.kind == "frame" else plain_lines(element.link)[0]
            return [[Piece(label)]] if label else []
        words, text = element.detail, self.parts.texts.get(element.id)
        shown, links = plain_lines(words.text), self._written(words.raw, element)
        if text is not None:
            links = [
                (self.links[i].label or self.links[i].target, mark("link", i)) for i in self._on(text.first, text.last)
            ]
            links += [(label, opening) for label, opening in self._written(text.raw, element) if "external" in opening]
        raw = words.raw if text is None else text.raw
        if "![[" not in raw and _key(raw) != _key(words.text):  # a private name was removed from it, or it was edited
            shown = plain_lines(raw)
            if words.text.count("\n") > words.raw.count("\n"):  # it was wrapped
                shown = [row for line in shown for row in wrapped(line, words, element.width)]
        return _linked(shown, links)

    def opening(self, element: Element) -> str:
        """Return the opening tag of an element's own link; empty if it has none, or if it is the link in its text.

        The link of a shape has a label, because a shape has no text.
        """
        named = "" if isinstance(element.detail, Words) else NAMED
        if element.id in self.parts.links:
            found = self._on(self.parts.links[element.id], self.parts.links[element.id])
            return mark("link", found[0], named) if found else self._external(element.link, element, named)
        written = element.link.strip()
        if not written or (element.id in self.parts.texts and "[[" in written):
            return ""
        targets = [target for _, target in cut_links(written) if target] or [written] * bool(scheme_of(written))
        return self._opening(targets[0], element, named) if targets else ""

    def _written(self, raw: str, element: Element) -> list[tuple[str, str]]:
        """Return label and opening tag of each link in a text."""
        found = [part for line in raw.split("\n") for part in cut_links(line) if part[1]]
        if element.id in self.parts.texts:  # links into the vault come from the section
            found = [(label, target) for label, target in found if scheme_of(target)]
        return [(label, self._opening(target, element)) for label, target in found]

    def _opening(self, target: str, element: Element, named: str = "") -> str:
        if scheme_of(target):
            return self._external(target, element, named)
        name = split_wikilink(unquoted(target))
        line = self.places.get(element.id, self.parts.line)
        link = Link("canvas", name["target"], name["anchor"], name["shown"], line, 1, 1)
        if link not in self.own:
            self.own[link] = len(self.links)
            self.links.append(link)
        return mark("link", self.own[link], named)

    def _external(self, url: str, element: Element, named: str = "") -> str:
        scheme, line = scheme_of(url), self.places.get(element.id, self.parts.line)
        if scheme not in SAFE_SCHEMES:
            if scheme:
                message = f"links cannot have the scheme `{scheme}:`"
                self.issues.append(Issue("unsafe_url", self.path, line, 1, message, "", url))
            return ""
        if scheme in ("http", "https") and url not in self.addresses:
            self.addresses.add(url)
            self.externals.append(External(url, line, 1))
        name = f' aria-label="{escape(url)}"' if named else ""
        return f'<a class="external" href="{escape(url)}"{name} rel="noopener">'

    def _on(self, first: int, last: int) -> list[int]:
        return [index for line in range(first, last + 1) for index in self.by_line.get(line, ())]

    # --- pictures ---

    def picture(self, element: Element) -> tuple[str, str]:
        """Return the markup of an image, and a name whose suffix is its type."""
        width, height = map(number, picture_size(element))
        line, value = self.parts.files.get(element.picture.file, (0, ""))
        if found := self._on(line, line):
            return mark("picture", found[0], f"{width} {height}"), self.links[found[0]].target
        if stored := stored_picture(self.scene.files.get(element.picture.file, "")):
            name, content = stored
            self.files[name] = content
            address = mark("file", 0, name)
            size = f'width="{width}" height="{height}" preserveAspectRatio="none"'
            return f'<image href="{address}" {size}/>', name
        if not value:
            self.lost.append(element.id)
        return placeholder(value.strip("$ ") or "picture", element.width, element.height), ""


def placeholder(words: str, width: float, height: float) -> str:
    """Draw a box with the name of a picture that cannot be shown."""
    size = min(16.0, width / max(len(words), 1) * 1.6, height / 2)
    return (
        f'<g class="drawing-placeholder"><rect width="{number(width)}" height="{number(height)}"/>'
        f'<text x="{number(width / 2)}" y="{number(height / 2)}" font-size="{number(size)}">{escape(words)}</text></g>'
    )


def _places(parts: Sections) -> dict[str, int]:
    """Return the line of each element, by id; empty if the scene is compressed."""
    if parts.compressed:
        return {}
    places: dict[str, int] = {}
    line, done = parts.line, 0
    for found in ID.finditer(parts.payload):
        line += parts.payload.count("\n", done, found.start())
        done = found.start()
        places.setdefault(found[1], line)
    return places


def _key(text: str) -> str:
    """Reduce a text to its letters, and links to their labels, for comparison."""
    return "".join(plain_lines(text)).translate(SIGNS)


def _linked(lines: Sequence[str], links: Sequence[tuple[str, str]]) -> list[list[Piece]]:
    """Split lines at the labels of links; if the label of a text's only link is not found, all of it is the link."""
    pieces = [[Piece(line)] for line in lines]
    for label, opening in links:
        if not opening or (label and _place_link(pieces, label, opening)) or len(links) > 1:
            continue
        pieces = [[Piece(line, opening)] for line in lines]
    return pieces


def _place_link(pieces: list[list[Piece]], label: str, opening: str) -> bool:
    for line in pieces:
        for place, piece in enumerate(line):
            before, found, after = piece.text.partition(label)
            if found and not piece.opening:
                cut = [Piece(before), Piece(found, opening), Piece(after)]
                line[place : place + 1] = [part for part in cut if part.text]
                return True
    return False
