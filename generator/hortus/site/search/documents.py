"""What can be found: notes and figures as the site shows them in, one `Document` each out.

A document is what the browser shows of a note (title, address, sections, text for excerpts) and all that its words are
counted from. Embedded notes are left out, since they are found by themselves; a figure gives the words in its picture,
a formula its TeX between two `TEX`. The text of properties comes last, in a separate section.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import NamedTuple

import msgspec

from hortus.core.hashing import digest
from hortus.core.model import FigureFound, Note, Segments, Shown
from hortus.figures.requests import caption_path
from hortus.vault.properties import is_for_display

TEX = "\u2063"
"""The invisible separator: before and after a formula's TeX, for which the browser shows its signs."""
UNSAID = re.compile(
    r'<button\b.*?</button>|<summary>Source</summary>|<svg\b(?![^>]*class="canvas-drawing").*?</svg>'
    r'|<sup class="footnote-ref">.*?</sup>|<a [^>]*class="footnote-backref".*?</a>',
    re.DOTALL,
)
HEADING = re.compile(r'<h[1-6][ ][^>]*?id="([^"]*)"[^>]*>(.*?)</h[1-6]>', re.DOTALL)
INLINE = re.compile(
    r"</?(?:[aAbBiIqQsSuU]|code|em|strong|span|abbr|cite|del|font|ins|kbd|mark|small|sub|sup|var|wbr)(?:>|\s[^>]*>)"
)
TAG = re.compile(r"<[^>]*>")
LETTER = re.compile(r"[^\W\d_]")
LINKED = re.compile(r"<a>.*?</a>", re.DOTALL)


class Section(NamedTuple):
    anchor: str
    """Its id on the page; empty for the note itself."""
    title: str
    text: str


class Document(NamedTuple):
    """What the index has of one note; the browser reads it as a JSON array."""

    title: str
    url: str
    path: str
    language: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    sections: tuple[Section, ...]


def origins(shown: Shown) -> dict[str, str]:
    """Return, by path of each listed note, a text that changes whenever its document could.

    That is what the link graph knows of its text and of where its links lead, its address, its path (another note of
    the same text and address may take its number), and what figures say.
    """
    graph, versions, urls = shown.graph, shown.graph.versions, shown.urls
    found = {
        path: f"{check[:20]}{led.hex()}{urls[path]} {path}"
        for path, note in graph.notes.items()
        if note.listed
        for check, led in [versions.get(path) or (digest(repr((note, graph.resolutions[path]))), b"")]
    }
    if shown.figures:
        said = [
            (name, one.script.title, one.words, one.alt, graph.texts[path].body if path in graph.texts else ())
            for name, one in sorted(shown.figures.items())
            for path in [caption_path(one.script, name)]
        ]
        figures = digest(msgspec.msgpack.encode((said, sorted(shown.requests.items()))))
        showing = {path for path, _ in shown.requests}
        showing |= {link.source for links in graph.figures.values() for link in links}
        found |= {path: f"{found[path]} {figures}" for path in showing & found.keys()}
    return found


def make_document(path: str, shown: Shown, language: str) -> Document:
    """Return the document of a note; *language* is the site's."""
    note = shown.graph.notes[path]
    sections = list(sections_of("".join(_words(note.body, path, shown))))
    if not sections[0].text and len(sections) > 1 and sections[1].title == note.title:
        sections[:2] = [Section("", "", sections[1].text)]  # a note's title is no place within it
    if said := "; ".join(_properties(note, shown)):
        sections.append(Section("", "", said))
    own = note.get("lang")
    language = sound(own) if isinstance(own, str) and own else language
    tags, aliases = sorted({sound(tag.name.strip("/")) for tag in note.tags}), map(sound, note.aliases)
    names = sound(note.title), sound(shown.urls[path]), sound(path)
    return Document(*names, language, tuple(aliases), tuple(tags), tuple(sections))


def sections_of(html: str) -> Iterator[Section]:
    """Cut HTML into sections of plain text; the first is what precedes any heading.

    >>> list(sections_of('a <em>b</em><ul><li>c<li>d</ul><h2 id="e">E</h2><p>f <math><mi>x</mi></math></p>'))
    [Section(anchor='', title='', text='a b  c d'), Section(anchor='e', title='E', text='f …')]
    """
    first, *rest = HEADING.split(INLINE.sub("", UNSAID.sub(" ", with_tex(html))))
    yield Section("", "", plain(first))
    anchors = map(unescape, map(sound, rest[::3]))
    yield from map(Section, anchors, map(plain, rest[1::3]), map(plain, rest[2::3]))


def with_tex(html: str) -> str:
    """Replace each formula by its TeX."""
    before, *formulas = html.split("<math")
    parts = [before]
    for formula in formulas:
        inner, _, rest = formula.partition("</math>")
        tex = inner.partition("<annotation ")[2].partition(">")[2].partition("<")[0]
        parts += (f"{TEX}{tex}{TEX}" if tex else "…", rest)
    return "".join(parts)


def plain(html: str) -> str:
    """Reduce HTML without `INLINE` to its words."""
    return unescape(sound(TAG.sub(" ", html))).strip()


def sound(text: str) -> str:
    """Replace what is no character, as the pages do."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _properties(note: Note, shown: Shown) -> Iterator[str]:
    """Yield the text of properties, except for values that are only links to notes, such as a note's map."""
    for item in (item for one in note.properties if not is_for_display(one.name, one.value) for item in one.items):
        said = "".join(_words(item, note.path, shown))
        if any(map(str.isalnum, plain(LINKED.sub("", said)))):
            yield plain(INLINE.sub("", said))


def _words(segments: Segments, path: str, shown: Shown) -> Iterator[str]:
    """Yield a note's HTML with the text of its slots; of an embedded note only its label."""
    note = shown.graph.texts[path]
    for part in segments:
        if isinstance(part, str):
            yield part
        elif part.kind == "link":
            yield "<a>"
        elif part.kind == "id":
            yield part.name
        elif part.kind == "caption":
            yield from _words(note.links[part.index].caption, path, shown)
        elif part.kind == "embed":
            link, found = note.links[part.index], shown.graph.resolutions[path][part.index]
            yield f" {escape(link.label)} "
            if isinstance(found, FigureFound) and found.name in shown.figures:
                yield from _figure(found.name, shown, not link.caption)
        elif part.kind == "drawing" and note.drawing:
            yield "".join(f"<p>{escape(words)}</p>" for words in note.drawing.words.split("\n"))
        elif part.kind == "figure" and (name := shown.requests.get((path, part.index), "")) in shown.figures:
            yield f"{escape(note.figures[part.index].alt)} "
            yield from _words(note.figures[part.index].shown, path, shown)
            yield from _figure(name, shown, True)


def _figure(name: str, shown: Shown, own_caption: bool) -> Iterator[str]:
    """Yield the text of a figure: title, caption, alt text, and the words (not the numbers) in the picture."""
    figure = shown.figures[name]
    path = caption_path(figure.script, name)
    drawn = " ".join(word for word in figure.words.split() if LETTER.search(word))
    yield f"<p>{escape(figure.script.title)}</p><p>{escape(figure.alt)} {escape(drawn)}</p>"
    if own_caption and path in shown.graph.texts:
        yield from _words(shown.graph.texts[path].body, path, shown)
