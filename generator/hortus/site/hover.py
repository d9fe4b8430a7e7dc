"""Hover cards: an excerpt of a link's target, shown next to the link, as files in ``previews/``.

Every note has a card with its opening. Every heading, block and footnote that a link or backlink on another page
points to has a card with exactly that part. Embedded notes are shown, one level deep. No file is larger than
LARGEST: a longer card is cut at the end of a block and marked. A file is a script, because pages opened from file://
cannot fetch anything else; it passes the title and the HTML, without ids and with addresses relative to the file.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape

from hortus.core.model import Ambiguous, Found, Note, Segments, Shown, Slot
from hortus.links.anchors import anchors_of
from hortus.links.graph import embedded_range
from hortus.site.render import render_figure, render_hover

FOLDER = "previews"
LARGEST = 9000
"""Bytes of a file."""
OPENING = 2400
"""Bytes after which a note's opening ends with the next block."""
TITLE = 200
"""Maximum characters of a title, the heading of a card."""
MORE = '<p class="preview-more">…</p>'
NOTHING = '<p class="preview-more">Nothing is written here yet.</p>'
TAG = re.compile(
    r"""
      <(?P<unit>math|svg)\b .*? </(?P=unit)>
    | <(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?:[^>"']|"[^"]*"|'[^']*')*>
    | <!-- .*? -->
    """,
    re.VERBOSE | re.DOTALL,
)
EMPTY = frozenset("area base br col embed hr img input link meta param source track wbr".split())
WHOLE = frozenset("math svg object audio video figure picture select button".split())
"""Elements that are never cut."""
BLOCKS = frozenset("blockquote div figure li ol p pre section table tr ul".split())
ID = re.compile(r'\sid="[^"]*"')
TAG_NAME = re.compile(r"<([A-Za-z0-9]+)")
LITERAL = re.compile(r"[\\`]|\$(?={)")
BACKREF = re.compile(r'<a [^>]*class="footnote-backref".*?</a>', re.DOTALL)


def figure_hover(name: str, shown: Shown) -> bytes:
    """Return the card of a figure's page."""
    figure = render_figure(name, hover_url(f"figures/{name}.html"), shown)
    return _file(shown.figures[name].script.title, figure, LARGEST)


def hover_url(url: str, anchor: str = "") -> str:
    """Return the address of the card of a page, or of a place on it.

    >>> hover_url("notes/sgd.html", "rates")
    'previews/notes/sgd~rates.js'
    """
    place = url.removesuffix(".html")
    return f"{FOLDER}/{place}~{anchor}.js" if anchor else f"{FOLDER}/{place}.js"


def linked_anchors(shown: Shown) -> Iterator[tuple[str, str]]:
    """Yield path and id of everything that needs a card: targets of links and backlinks, and all footnotes."""
    graph = shown.graph
    distinct = {id(one): one for resolutions in graph.resolutions.values() for one in resolutions}
    for one in distinct.values():
        if isinstance(one, Found | Ambiguous) and one.anchor and one.path in graph.notes:
            yield one.path, one.anchor
    for path, anchors in graph.places.items():
        yield from ((path, anchor) for anchor in anchors)


def hover_file(path: str, anchor: str, shown: Shown) -> bytes:
    """Return the card of a note's opening, or of one part; empty if there is no such part."""
    note = shown.graph.notes[path]
    segments = part_of(note, anchor) if anchor else opening_of(note)
    html = _unwrapped(_filled(path, segments, hover_url(shown.urls[path], anchor), shown))
    return _file(note.title, html if html or anchor else NOTHING, LARGEST if anchor else OPENING)


def _filled(path: str, segments: Segments, base: str, shown: Shown) -> str:
    """Return the HTML of a part of a note; embedded notes are included, and embeds in these are links."""
    html, done = "", 0
    for place, part in enumerate(segments):
        inner = _embedded(path, part, base, shown) if isinstance(part, Slot) and part.kind == "embed" else ""
        if inner:
            html += render_hover(path, segments[done:place], base, shown) + inner
            done = place + 1
        if len(html) > LARGEST:
            return html  # the rest would be cut off
    return html + render_hover(path, segments[done:], base, shown)


def _embedded(path: str, slot: Slot, base: str, shown: Shown) -> str:
    """Return an embedded note with a link to it; empty for other embeds."""
    graph = shown.graph
    source, start, end = embedded_range(graph.resolutions[path][slot.index], graph.notes)
    if not source or slot.name == "inline":
        return ""
    note = graph.notes[source]
    part = opening_of(note) if end - start == len(note.body) else note.body[start:end]
    link = render_hover(path, (slot,), base, shown).replace('class="internal"', 'class="embed-source"', 1)
    return f'<div class="embed note">{link}{_unwrapped(render_hover(source, part, base, shown))}</div>\n'


def _unwrapped(html: str) -> str:
    """Remove footnotes at the end, which have their own cards, back-references, and a list item around everything.

    >>> _unwrapped('<li class="footnote"><p>One. <a href="#" class="footnote-backref">^</a></p></li>')
    '<p>One. </p>'
    """
    html = BACKREF.sub("", html.partition('<section class="footnotes"')[0]).strip()
    return html[html.index(">") + 1 : -len("</li>")] if html.startswith("<li") and html.endswith("</li>") else html


def opening_of(note: Note) -> Segments:
    """Return the start of a note's body, without its title, for the card's opening."""
    body = note.body
    if note.opens_with_title:
        ends = ((i, part) for i, part in enumerate(body) if isinstance(part, str) and "</h1>" in part)
        joined, end = next(ends, (-1, ""))
        body = (end.partition("</h1>")[2], *body[joined + 1 :])
    size = 0
    for number, part in enumerate(body):
        size += len(part) if isinstance(part, str) else 0
        if size > 4 * OPENING:
            return body[: number + 1]
    return body


def part_of(note: Note, anchor: str) -> Segments:
    """Return the section, block or footnote with this id; empty if there is none."""
    parts = anchors_of(note)
    if anchor in parts.ranges:
        start, end = parts.ranges[anchor]
        return note.body[start:end]
    place = parts.ids.get(anchor, -1)
    return _element(note.body, place) if place > 0 else ()


def _element(body: Segments, place: int) -> Segments:
    """Return the element whose id is the slot at *place*, from its opening to its closing tag."""
    before = body[place - 1]
    assert isinstance(before, str)  # a slot for an id is inside a tag
    opening = TAG_NAME.match(before, before.rindex("<"))
    assert opening
    name, depth = opening[1], 1
    found: list[str | Slot] = [before[opening.start() :], body[place]]
    for part in body[place + 1 :]:
        if isinstance(part, str):
            for tag in re.finditer(rf"<(/?){name}\b", part):
                depth += -1 if tag[1] else 1
                if not depth:
                    return (*found, part[: part.index(">", tag.start()) + 1])
        found.append(part)
    return tuple(found)


def _file(title: str, html: str, size: int) -> bytes:
    """Return the script with a title and HTML that is cut after *size* bytes; empty if there is no HTML."""
    html = ID.sub("", html).strip()
    if not html:
        return b""
    head = _literal(escape(title if len(title) <= TITLE else title[: TITLE - 1].rstrip() + "…"))
    room = most = LARGEST - _bytes(f"hortusCard(`{head}`,``);\n")
    while _bytes(card := _literal(shortened(html, min(size, most), most))) > room:
        most = most * room // _bytes(card)  # the literal is longer than the HTML
    return f"hortusCard(`{head}`,`{card}`);\n".encode("utf-8", "replace")


def _literal(text: str) -> str:
    """Escape the text of a JavaScript template literal.

    >>> _literal("`a` ${b}")
    '\\\\`a\\\\` \\\\${b}'
    """
    return LITERAL.sub(r"\\\g<0>", text)


def shortened(html: str, enough: int, most: int) -> str:
    """Cut HTML at the end of a block after *enough* bytes, and always before *most*; open elements are closed.

    >>> shortened("<p>one</p><p>two</p><p>three</p>", 12, 99)
    '<p>one</p><p>two</p><p class="preview-more">…</p>'
    >>> shortened("<ul><li>one two</li><li>" + "three " * 30 + "</li></ul>", 9, 70)
    '<ul><li>one two</li></ul><p class="preview-more">…</p>'
    """
    if _bytes(html) <= enough:
        return html
    most -= _bytes(MORE)
    size = place = 0
    opened = _OpenElements()
    best: tuple[int, tuple[str, ...]] = (0, ())
    for tag in TAG.finditer(html):
        words = html[place : tag.start()]
        length, fits = _bytes(words), most - size - opened.closing
        if length > fits and not opened.whole and words.strip():
            if fits > 40:
                return _closed(html[:place] + _cut(words, fits), opened.names)
            return _closed(html[: best[0]], best[1])
        size += length + _bytes(tag[0])
        place = tag.end()
        opened.follow(tag)
        if size + opened.closing > most:
            return _closed(html[: best[0]], best[1])
        if not opened.whole and (tag["close"] or tag["unit"]):
            best = place, tuple(opened.names)
            block = (tag["name"] or "").lower() in BLOCKS
            if size >= enough and block and len(opened.names) <= 1 and place < len(html.rstrip()):
                return _closed(html[:place], opened.names)
    return html if place and size <= most else _closed(_cut(html, most), ())


class _OpenElements:
    """The elements that are open at a place in HTML."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.closing = 0
        """Bytes of their closing tags."""
        self.whole = 0
        """How many of them are never cut."""

    def follow(self, tag: re.Match[str]) -> None:
        """Update the elements after one more tag."""
        name = (tag["name"] or "").lower()
        if tag["close"]:
            if self.names and self.names[-1] == name:
                self.names.pop()
                self.closing -= len(name) + 3
                self.whole -= name in WHOLE
        elif name and name not in EMPTY and not tag[0].endswith("/>"):
            self.names.append(name)
            self.closing += len(name) + 3
            self.whole += name in WHOLE


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def _closed(html: str, open_names: Sequence[str]) -> str:
    return html + "".join(f"</{name}>" for name in reversed(open_names)) + MORE


def _cut(words: str, size: int) -> str:
    """Return as many whole words as fit into *size* bytes, without cutting an entity."""
    kept = words.encode("utf-8", "replace")[: max(0, size)].decode(errors="ignore")
    if len(kept) < len(words):
        kept = kept.rpartition(" ")[0] or kept
        start = kept.rfind("&")
        kept = kept[:start] if start >= 0 and ";" not in kept[start:] else kept
    return kept
