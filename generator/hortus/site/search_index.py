"""The search index: notes as the site shows them in, the files of ``pagefind/`` out.

1. Each note becomes a small document, made when Pagefind is ready for it: title, aliases, what properties say,
   headings with their ids, words. Formulas become dots; embedded notes are left out, since they are found by
   themselves; a figure gives the words in its picture.
2. Pagefind, a program of its own, takes them in order of address, and gives the files back. Nothing is written.
3. Beside them go the notes of each tag, by the names that Pagefind gave them (its own filters come out in another
   order each time), and a list of notes that are wanted and not written; the index itself holds none of these.

Chinese and Japanese are written without spaces, and Korean attaches particles to words: each of their characters
counts as a word, here and in search.js, which asks for phrases of them and takes the gaps out of what it shows.
"""

import base64
import gzip
import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from html import escape
from itertools import chain

from hortus.core.keys import stem
from hortus.core.model import FigureFound, HortusError, Note, Segments, Shown, Slot
from hortus.links.privacy import wanted_by_unlisted
from hortus.links.tags import held_tags
from hortus.vault.properties import is_for_display

FOLDER = "pagefind"
WANTED = f"{FOLDER}/wanted.json"
TAGS = f"{FOLDER}/tags.json"
FRAGMENT = re.compile(r"fragment/(?P<id>.+)\.pf_fragment")
"""What Pagefind keeps of one page; search results have its name."""
HEAD = b"pagefind_dcd"
NEEDED = re.compile(r"pagefind(-worker)?\.js|pagefind-entry\.json|.*\.(pf_\w+|pagefind)")
"""What the site takes of what Pagefind makes: index and engine, none of its user interfaces."""
UNSAID = re.compile(
    r"""
      <(?P<name>math|button) \b .*? </(?P=name)>
    | <svg \b (?! [^>]* class="canvas-drawing" ) .*? </svg>
    | <sup[ ]class="footnote-ref"> .*? </sup>
    | <a[ ][^>]*class="footnote-backref" .*? </a>
    """,
    re.VERBOSE | re.DOTALL,
)
TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)[^>]*>")
WITHIN_WORDS = frozenset("a abbr b cite code del em i ins kbd mark q s small span strong sub sup u var wbr".split())
KEPT = frozenset("h1 h2 h3 h4 h5 h6 p".split())
SIGN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
JOIN = "\u2060"
"""Precedes each space that `spaced` puts in, so that search.js can take out these spaces and no other."""
TAG_OR_GAP = re.compile(rf"(<[^>]*>)|(?<=[^\s<>])(?={SIGN.pattern})|(?<={SIGN.pattern})(?=[^\s<])")
LETTER = re.compile(r"[^\W\d_]")
LINKED = re.compile(r"<a>.*?</a>", re.DOTALL)


class Indexing:
    """Pagefind at work on documents, by address, while something else is done; `files` waits for it."""

    def __init__(self, documents: Mapping[str, Callable[[], str]], language: str):
        asked = chain(
            [{"type": "NewIndex", "config": {"force_language": language, "keep_index_url": True}}],
            (
                {"type": "AddFile", "index_id": 0, "file_path": url, "url": None, "file_contents": documents[url]()}
                for url in sorted(documents)
            ),
            [{"type": "GetFiles", "index_id": 0}],
        )
        self.expected = len(documents) + 2
        self.answers: list[bytes] = []
        self.fault: Exception | None = None
        try:
            from pagefind_bin import get_executable

            command = [str(get_executable()), "--service"]
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except (ImportError, OSError) as error:
            raise HortusError(
                f"Pagefind cannot be run ({error}); `search = false` in hortus.toml leaves search out", 1
            ) from None
        self.threads = [
            threading.Thread(target=self._ask, args=(asked,), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]
        for thread in self.threads:
            thread.start()

    def _ask(self, asked: Iterable[Mapping[str, object]]) -> None:
        try:
            for number, payload in enumerate(asked):
                message = json.dumps({"message_id": number, "payload": payload}).encode()
                self.process.stdin.write(base64.b64encode(message) + b",")
            self.process.stdin.flush()
        except OSError:
            pass  # it has ended, and its last answer is missing
        except Exception as fault:
            self.fault = fault
            self.process.kill()

    def _listen(self) -> None:
        missing = self.expected
        while missing > 0 and (piece := self.process.stdout.read1(1 << 20)):
            self.answers.append(piece)
            missing -= piece.count(b",")
        with suppress(OSError):
            self.process.stdin.close()  # this ends it: it holds more than all else together

    def files(self) -> dict[str, bytes]:
        """Return the files of the index by address on the site."""
        for thread in self.threads:
            thread.join()
        self.process.stdout.close()
        self.process.wait()
        if self.fault:
            raise self.fault
        answers = [
            json.loads(base64.b64decode(answer))["payload"] for answer in b"".join(self.answers).split(b",") if answer
        ]
        faults = [answer.get("message", "") for answer in answers if answer["type"] == "Error"]
        if faults or len(answers) < self.expected:
            why = faults[0] if faults else f"it ended with status {self.process.returncode}"
            raise HortusError(f"Pagefind: {why}; `search = false` in hortus.toml leaves search out", 1)
        files = {file["path"]: base64.b64decode(file["content"]) for file in answers[-1]["files"]}
        return {path: files[path] for path in sorted(files) if NEEDED.fullmatch(path)}


def start_indexing(shown: Shown, language: str) -> Indexing:
    """Begin to make the index of all notes, and of the figures that no note shows."""
    return Indexing(search_documents(shown, language), language)


def search_files(indexing: Indexing, shown: Shown, wanted: bool = True) -> Iterator[tuple[str, bytes]]:
    """Yield all files that search needs, once the index is there; *wanted*: notes that are not written are listed."""
    files = indexing.files()
    for path, content in files.items():
        yield f"{FOLDER}/{path}", content
    yield TAGS, tags_file(files, shown)
    yield WANTED, wanted_file(shown if wanted else None)


def tags_file(files: Mapping[str, bytes], shown: Shown) -> bytes:
    """Write the names of all notes in the index, and for each tag and those above it its notes' places among them."""
    names = {}
    for path, content in files.items():
        if match := FRAGMENT.fullmatch(path):
            names[json.loads(gzip.decompress(content).removeprefix(HEAD))["url"]] = match["id"]
    pages = sorted(names)
    places = {page: place for place, page in enumerate(pages)}
    tags = {
        key: sorted(places["/" + shown.urls[path]] for path in held.holders)
        for key, held in held_tags(shown.graph.notes).items()
        if held.holders
    }
    known = {"notes": [names[page] for page in pages], "tags": tags}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def search_documents(shown: Shown, language: str) -> dict[str, Callable[[], str]]:
    """Return what makes the document of each thing that can be found, by address."""
    found = {
        shown.urls[path]: partial(_note_document, note, shown, language)
        for path, note in shown.graph.notes.items()
        if note.listed
    }
    seen = {name for (path, _), name in shown.requests.items() if path in shown.graph.notes}
    seen |= {
        name for name, links in shown.graph.figures.items() if any(link.source in shown.graph.notes for link in links)
    }
    for name in shown.figures.keys() - seen:
        found[f"figures/{name}.html"] = partial(_figure_document, name, shown, language)
    return found


def wanted_file(shown: Shown | None) -> bytes:
    """Write name and address of each note that is wanted; none where this is nobody's business."""
    paths = sorted({*shown.graph.missing} - wanted_by_unlisted(shown.graph)) if shown else []
    rows = [[stem(path), shown.urls[path]] for path in paths]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _note_document(note: Note, shown: Shown, language: str) -> str:
    words = "".join(_words(note.body, note.path, shown))
    return _document(note.title, note.aliases, words, language, "".join(_properties(note, shown)))


def _properties(note: Note, shown: Shown) -> Iterator[str]:
    """Yield what properties say; nothing but links to notes, such as a note's map, says nothing of its own."""
    for prop in note.properties:
        if not is_for_display(prop.name, prop.value):
            items = ["".join(_words(item, note.path, shown)) for item in prop.items]
            said = [item for item in items if LETTER.search(TAG.sub("", LINKED.sub("", item)))]
            if said:
                yield f"<p>{escape(prop.name)}: {'; '.join(said)}</p>"


def _figure_document(name: str, shown: Shown, language: str) -> str:
    return _document(shown.figures[name].script.title, (), _figure(name, shown), language)


def _document(title: str, aliases: Iterable[str], words: str, language: str, properties: str = "") -> str:
    text = spoken(words)
    heading = "" if text.lstrip().startswith("<h1") else f"<h1>{spaced(escape(title))}</h1>"
    also = "".join(f'<p data-pagefind-weight="5">{spaced(escape(alias))}</p>' for alias in aliases)
    name = f'<meta data-pagefind-meta="title[content]" content="{escape(title)}">'
    body = f"{heading}{also}{spoken(properties)}{text}"
    return f'<html lang="{escape(language)}"><head>{name}</head><body>{body}</body></html>'


def spoken(html: str) -> str:
    """Keep of HTML its words, paragraphs, and headings with their ids.

    >>> spoken('<h2 id="b">A <em>b</em></h2><ul><li>c<i>d</i></li></ul><p class="x">$ <math><mi>x</mi></math></p>')
    '<h2 id="b">A b</h2>  cd  <p>$  … </p>'
    """
    return spaced(TAG.sub(_kept_tag, UNSAID.sub(_unsaid, html)))


def _unsaid(left_out: re.Match[str]) -> str:
    return " … " if left_out["name"] == "math" else ""


def _kept_tag(tag: re.Match[str]) -> str:
    name = tag["name"].lower()
    if name == "p":
        return f"<{tag['close']}p>"
    return tag[0] if name in KEPT else "" if name in WITHIN_WORDS else " "


def spaced(html: str) -> str:
    """Set characters of scripts that are searched by character apart, with a `JOIN` before each gap; outside of tags.

    >>> spaced('<h2 id="深度">深度 net</h2>')
    '<h2 id="深度">深\\u2060 度 net</h2>'
    """
    if html.isascii() or not SIGN.search(html):
        return html
    return TAG_OR_GAP.sub(lambda found: found[1] or f"{JOIN} ", html.replace(JOIN, ""))


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
        elif part.kind == "drawing":
            yield "".join(f"<p>{escape(words)}</p>" for words in note.drawing.words.split("\n"))
        elif part.kind == "figure" and (name := shown.requests.get((path, part.index))) in shown.figures:
            caption = "".join(_words(note.figures[part.index].shown, path, shown))
            yield _figure(name, shown, f"{escape(note.figures[part.index].alt)} {caption}")


def _embedded(note: Note, slot: Slot, shown: Shown) -> str:
    """Return the words of an embed: of a picture its own, of a note none, since that is found by itself."""
    resolution = shown.graph.resolutions[note.path][slot.index]
    link = note.links[slot.index]
    if isinstance(resolution, FigureFound) and resolution.name in shown.figures:
        return _figure(resolution.name, shown, escape(link.label), not link.caption)
    return f" {escape(link.label)} "


def _figure(name: str, shown: Shown, said: str = "", own_caption: bool = True) -> str:
    """Return what a figure says: caption, alternative text, and the words in the picture, without its numbers."""
    figure = shown.figures[name]
    path = f"figures/{figure.script.name}.py"
    caption = (
        "".join(_words(shown.graph.texts[path].body, path, shown)) if own_caption and path in shown.graph.texts else ""
    )
    drawn = " ".join(word for word in figure.words.split() if LETTER.search(word))
    return f"<p>{escape(figure.script.title)}. {said}</p>{caption}<p>{escape(figure.alt)} {escape(drawn)}</p>"
