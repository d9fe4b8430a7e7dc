"""What can be found: notes and figures as the site shows them in, one `Document` each out.

A document is what the browser shows of a note (title, address, sections, text for excerpts) and all that its words are
counted from. Embedded notes are left out, since they are found by themselves; a figure gives the words in its picture,
a formula its TeX. What properties say comes last, in a section of its own.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

import msgspec

from hortus.core.hashing import digest
from hortus.core.model import FigureFound, Note, Segments, Shown, Slot
from hortus.vault.properties import is_for_display

UNSAID = re.compile(
    r"""
      <math\b .*? (?: <annotation[ ][^>]*> (?P<tex>.*?) </annotation> .*? )? </math>
    | <button\b .*? </button>
    | <summary>Source</summary>
    | <svg \b (?! [^>]* class="canvas-drawing" ) .*? </svg>
    | <sup[ ]class="footnote-ref"> .*? </sup>
    | <a[ ][^>]*class="footnote-backref" .*? </a>
    """,
    re.VERBOSE | re.DOTALL,
)
HEADING = re.compile(r'<h[1-6][ ][^>]*?id="(?P<id>[^"]*)"[^>]*>(?P<title>.*?)</h[1-6]>', re.DOTALL)
INLINE = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u|var|wbr)\b[^>]*>",
    re.IGNORECASE,
)
TAG = re.compile(r"<[^>]*>")
LETTER = re.compile(r"[^\W\d_]")
SAYING = re.compile(r"[^\W_]")
LINKED = re.compile(r"<a>.*?</a>", re.DOTALL)


class Section(NamedTuple):
    anchor: str
    """Its id on the page; empty for the note itself."""
    title: str
    text: str


class Document(NamedTuple):
    """What the index holds of one note; the browser reads it as a JSON array."""

    title: str
    url: str
    path: str
    language: str
    aliases: tuple[str, ...]
    tags: tuple[str, ...]
    sections: tuple[Section, ...]


class Origin(NamedTuple):
    """Where a document comes from; *fingerprint* changes whenever the document could."""

    path: str
    fingerprint: str


def origins(shown: Shown, language: str) -> list[Origin]:
    """Return all that can be found, in order of path: listed notes, and figures that no note shows."""
    pictured: dict[str, list[str]] = {}
    for name, links in shown.graph.figures.items():
        for link in links:
            pictured.setdefault(link.source, []).append(name)
    for (path, _), name in shown.requests.items():
        pictured.setdefault(path, []).append(name)
    notes = shown.graph.notes
    found = [
        Origin(path, _fingerprint(note, shown, language, pictured.get(path, ())))
        for path, note in notes.items()
        if note.listed
    ]
    seen = {name for path, names in pictured.items() if path in notes for name in names}
    alone = sorted(shown.figures.keys() - seen)
    return sorted([*found, *(Origin(f"figures/{name}.py", _figure_print(name, shown)) for name in alone)])


def _fingerprint(note: Note, shown: Shown, language: str, figures: Iterable[str]) -> str:
    """Hash all that `make_document` reads of a note."""
    drawn = note.drawing.words if note.drawing else ""
    head = (
        note.path,
        note.title,
        note.aliases,
        [tag.name for tag in note.tags],
        language,
        shown.urls[note.path],
        drawn,
    )
    told = (note.body, note.properties, [(link.label, link.caption) for link in note.links], note.figures)
    pictures = [_figure_print(name, shown) for name in sorted(figures)]
    return digest(msgspec.msgpack.encode((head, told, pictures)))


def _figure_print(name: str, shown: Shown) -> str:
    if (figure := shown.figures.get(name)) is None:
        return name
    caption = shown.graph.texts.get(f"figures/{figure.script.name}.py")
    said = (name, figure.script.title, figure.words, figure.alt, caption and (caption.body, caption.links))
    return digest(msgspec.msgpack.encode(said))


def make_document(path: str, shown: Shown, language: str) -> Document:
    """Return the document of a note, or of a figure by the path of its own page's script."""
    note = shown.graph.notes.get(path)
    if note is None:
        name = path.removeprefix("figures/").removesuffix(".py")
        title = _sound(shown.figures[name].script.title)
        said_of_it = tuple(sections_of(_figure(name, shown)))
        return Document(title, f"figures/{name}.html", path, language, (), (), said_of_it)
    sections = list(sections_of("".join(_words(note.body, path, shown))))
    if (
        len(sections) > 1 and sections[1].title == note.title and not sections[0].text
    ):  # the title is no place within it
        sections[:2] = [Section("", "", sections[1].text)]
    if said := "; ".join(_properties(note, shown)):
        sections.append(Section("", "", said))
    own = note.get("lang")
    language = own if isinstance(own, str) and own else language
    tags = tuple(sorted({_sound(tag.name.strip("/")) for tag in note.tags}))
    aliases = tuple(map(_sound, note.aliases))
    return Document(
        _sound(note.title), shown.urls[path], _sound(path), _sound(language), aliases, tags, tuple(sections)
    )


def sections_of(html: str) -> Iterator[Section]:
    """Cut HTML into sections of plain text; the first is what precedes any heading.

    >>> list(sections_of('a <em>b</em><ul><li>c<li>d</ul><h2 id="e">E</h2><p>f <math><mi>x</mi></math></p>'))
    [Section(anchor='', title='', text='a b c d'), Section(anchor='e', title='E', text='f …')]
    """
    html = UNSAID.sub(lambda left: f" {left['tex'] or '…'} " if left[0].startswith("<math") else " ", html)
    anchor, title, start = "", "", 0
    for heading in HEADING.finditer(html):
        yield Section(anchor, title, plain(html[start : heading.start()]))
        anchor, title, start = unescape(heading["id"]), plain(heading["title"]), heading.end()
    yield Section(anchor, title, plain(html[start:]))


def plain(html: str) -> str:
    """Reduce HTML to its words, one space between them.

    >>> plain("<p>a<i>b</i> &amp;<br>c</p>")
    'ab & c'
    """
    return _sound(" ".join(unescape(TAG.sub(" ", INLINE.sub("", html))).split()))


def _sound(text: str) -> str:
    """Replace what is no character, as the pages do."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _properties(note: Note, shown: Shown) -> Iterator[str]:
    """Yield what properties say; a value that is only links to notes, such as a note's map, says nothing of its own."""
    for prop in note.properties:
        if not is_for_display(prop.name, prop.value):
            for item in prop.items:
                said = "".join(_words(item, note.path, shown))
                if SAYING.search(TAG.sub("", LINKED.sub("", said))):
                    yield plain(said)


def _words(segments: Segments, path: str, shown: Shown) -> Iterator[str]:
    """Yield a note's HTML with slots filled by what is said there."""
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
            yield _embedded(note, part, shown)
        elif part.kind == "drawing" and note.drawing:
            yield "".join(f"<p>{_escaped(words)}</p>" for words in note.drawing.words.split("\n"))
        elif part.kind == "figure" and (name := shown.requests.get((path, part.index), "")) in shown.figures:
            caption = "".join(_words(note.figures[part.index].shown, path, shown))
            yield _figure(name, shown, f"{_escaped(note.figures[part.index].alt)} {caption}")


def _embedded(note: Note, slot: Slot, shown: Shown) -> str:
    """Return the words of an embed: of a picture its own, of a note none, since that is found by itself."""
    resolution = shown.graph.resolutions[note.path][slot.index]
    link = note.links[slot.index]
    if isinstance(resolution, FigureFound) and resolution.name in shown.figures:
        return _figure(resolution.name, shown, _escaped(link.label), not link.caption)
    return f" {_escaped(link.label)} "


def _figure(name: str, shown: Shown, said: str = "", own_caption: bool = True) -> str:
    """Return what a figure says: caption, alternative text, and the words in the picture, without its numbers."""
    figure = shown.figures[name]
    path = f"figures/{figure.script.name}.py"
    caption = (
        "".join(_words(shown.graph.texts[path].body, path, shown)) if own_caption and path in shown.graph.texts else ""
    )
    drawn = " ".join(word for word in figure.words.split() if LETTER.search(word))
    return f"<p>{_escaped(figure.script.title)}. {said}</p>{caption}<p>{_escaped(figure.alt)} {_escaped(drawn)}</p>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
