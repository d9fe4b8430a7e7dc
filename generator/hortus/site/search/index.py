"""The index of a site, kept from build to build: documents in, files out, at a cost of what changed.

All that is looked up is in one sorted table. A line is a key with a tab in it, a tab, and what is known:

* ``p``, a stem, a tab, one of its words: the notes that have the word, with weights (`postings_text`)
* ``w``, a word, a tab, its stem: in how many notes it is
* ``e``, a word backwards, a tab, its stem: the same, to find typing errors in the first half of a word
* ``u``, a word, a tab, the address of a note that is linked and not written: its title

The table is cut into parts before some keys, by their hash. So a change reaches no further than its own part, and what
is kept depends on the documents alone. A part's name is the hash of its content. The text of each note is a file too.
"""

from base64 import b32encode
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from zlib import crc32

import msgspec

from hortus.core.blobs import Blobs
from hortus.core.hashing import digest
from hortus.site.search.documents import Document
from hortus.site.search.terms import document_terms, postings_text, read_postings
from hortus.site.search.words import IS_SOLID, Term, words_of

START = "index"
"""The file that lists all parts."""
MEAN = 2_000
"""Characters of a part, on average."""
ROOM = 2
"""Numbers to choose from, for each note at least: so that most keep theirs when others come and go."""
SHORTEST = 5
"""Letters of a word in which one error is looked for."""
read_document = msgspec.json.Decoder(Document).decode
write_json = msgspec.json.Encoder().encode


class Head(msgspec.Struct):
    """What is kept of an index, except the parts and texts."""

    key: str
    """What covers code and settings."""
    space: int = 0
    notes: dict[str, tuple[int, str]] = {}
    """By path: the note's number, and a text that changes whenever its document does."""
    unwritten: dict[str, str] = {}
    """Titles of notes that are linked and not written, by address."""
    parts: list[tuple[str, str]] = []
    """First key and name of each part, in order."""


class Index(Mapping[str, bytes]):
    """The files of an index by name, as of the last update; *blobs* may have one with the same *key*."""

    def __init__(self, key: str, blobs: Blobs):
        self.blobs, self.head = blobs, Head(key)
        self.fresh: dict[str, str] = {}
        """Contents of files that are not in *blobs*."""
        for _, content in blobs.get(["head"]):
            with suppress(msgspec.MsgspecError):
                self.head = msgspec.msgpack.decode(content, type=Head)
        self.versions = self._versions()
        self.stored = {*self}
        if self.head.key != key:
            self.head = Head(key)

    def update(self, origins: Mapping[str, str], make: Callable[[str], Document], unwritten: Mapping[str, str]) -> None:
        """Bring the index up to date: *origins* and *unwritten* as in `Head`, *make* returns the document of a path."""
        self.given = origins, make, unwritten
        try:
            self._update(*self.given)
        except LookupError:
            self._begin_anew()
        self.versions = self._versions()
        self.fresh = {name: self.fresh[name] for name in self if name in self.fresh}

    def keep(self) -> None:
        """Store what changed."""
        fresh = {name: text.encode("utf-8", "surrogatepass") for name, text in self.fresh.items()}
        self.blobs.change(fresh | {"head": msgspec.msgpack.encode(self.head)}, self.stored.difference(self))

    def _begin_anew(self) -> None:
        """Make the whole index, because something that was stored is lost or damaged."""
        self.head = Head(self.head.key)
        self._update(*self.given)

    def _update(
        self, origins: Mapping[str, str], make: Callable[[str], Document], unwritten: Mapping[str, str]
    ) -> None:
        numbers, space = numbered(origins)
        if space != self.head.space:
            self.head = Head(self.head.key, space)
        before, notes = self.head.notes, {path: (numbers[path], origin) for path, origin in origins.items()}
        old = {
            number: self.text(f"n{number:x}") for path, (number, _) in before.items() if notes.get(path) != before[path]
        }
        changes: dict[Term, dict[int, int]] = defaultdict(dict)
        for number, path in sorted((numbers[path], path) for path in notes if notes[path] != before.get(path)):
            document = make(path)
            self.fresh[f"n{number:x}"] = write_json(document).decode()
            _compare(changes, number, old.pop(number, ""), document)
        for number, text in old.items():
            _compare(changes, number, text, None)
        edits = self._edits(changes)
        for titles, others in ((self.head.unwritten, unwritten), (unwritten, self.head.unwritten)):
            for url, title in titles.items() - others.items():
                edits |= {f"u{word}\t{url}": title if titles is unwritten else "" for word in words_of(title)}
        self._change(edits)
        self.head.notes, self.head.unwritten = notes, dict(unwritten)

    def _edits(self, changes: Mapping[Term, dict[int, int]]) -> dict[str, str]:
        """Return the lines that change, empty where they are taken out; *changes* are new weights, -1 for none."""
        places = {self._place(f"p{term}") for term in changes}
        old = {key: rest for place in places for key, rest in self._lines(place).items()}
        edits = {}
        for term, weights in changes.items():
            was = read_postings(old.get(f"p{term}", ""))
            now = (
                {number: weight for number, weight in sorted((was | weights).items()) if weight >= 0}
                if was
                else weights
            )
            edits[f"p{term}"] = postings_text(now)
            stem, _, word = term.partition("\t")
            word, stem = word or stem, stem if word else ""
            if len(was).bit_length() != len(now).bit_length() and term[0] not in "#/":
                edits[f"w{word}\t{stem}"] = size = str(len(now).bit_length() or "")
                if len(word) >= SHORTEST and word.isalpha() and not IS_SOLID.search(word):
                    edits[f"e{word[::-1]}\t{stem}"] = size
        return edits

    # --- the table ---

    def _place(self, key: str) -> int:
        """Return the place of the part that has a key, or would have it."""
        return max(0, bisect(self.head.parts, order(key), key=lambda part: order(part[0])) - 1)

    def _lines(self, place: int) -> dict[str, str]:
        text = self.text(self.head.parts[place][1]) if self.head.parts else ""
        return {key: rest for line in text.split("\n") if line for key, _, rest in [line.rpartition("\t")]}

    def _change(self, edits: Mapping[str, str]) -> None:
        """Change lines, and cut the parts that they are in again."""
        if not edits:
            return
        edited: dict[int, dict[str, str]] = defaultdict(dict)
        for key, rest in edits.items():
            edited[self._place(key)][key] = rest
        firsts = [first for first, _ in self.head.parts] or [""]
        joined = {
            place - 1 for place in edited if place and firsts[place] in edited[place]
        }  # a part may lose its beginning
        parts: list[tuple[str, str]] = []
        for is_edited, places in groupby(range(len(firsts)), lambda place: place in edited or place in joined):
            if is_edited:
                lines = {
                    key: rest for place in places for key, rest in (self._lines(place) | edited[place]).items() if rest
                }
                for part in cut(sorted(lines.items(), key=lambda line: order(line[0]))):
                    text = "\n".join(map("\t".join, part))
                    name = b32encode(bytes.fromhex(digest(text)))[:6].decode().lower()
                    parts.append((part[0][0], f"p{name}"))
                    self.fresh[f"p{name}"] = text
            else:
                parts += (self.head.parts[place] for place in places)
        self.head.parts = parts

    # --- the files ---

    def text(self, name: str) -> str:
        """Return what is in a file; raise LookupError if it is lost."""
        if name not in self.fresh:
            return dict(self.blobs.get([name]))[name].decode("utf-8", "surrogatepass")
        return self.fresh[name]

    def _versions(self) -> dict[str, str]:
        """Return the name of each file with what changes when the file does; the names of parts have their hash."""
        texts = {f"n{number:x}": origin for number, origin in self.head.notes.values()}
        return {START: self._start(), **{name: "" for _, name in self.head.parts}, **texts}

    def _start(self) -> str:
        firsts = "\n".join(first for first, _ in self.head.parts)
        names = "".join(name[1:] for _, name in self.head.parts)
        version = digest(repr(sorted(self.head.notes.items())))[:8]
        listed = {"notes": len(self.head.notes), "version": version, "firsts": firsts, "names": names}
        return write_json(listed).decode()

    def __getitem__(self, name: str) -> bytes:
        text = self.versions[name]
        if name != START:
            try:
                text = self.text(name)
            except LookupError:
                self._begin_anew()
                text = self.fresh[name]
        content = write_json(text).decode() if name[0] == "p" else text
        return f'hortusSearch("{name}",{content})\n'.encode("utf-8", "replace")

    def __iter__(self) -> Iterator[str]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)


def _compare(changes: dict[Term, dict[int, int]], number: int, old: str, new: Document | None) -> None:
    """Add to *changes* the terms of a note that have another weight now, or none."""
    before = document_terms(read_document(old)) if old else {}
    after = document_terms(new) if new else {}
    for term in before.keys() - after.keys():
        changes[term][number] = -1
    for term, weight in after.items():
        if term not in before or before[term] != weight:
            changes[term][number] = weight


def order(key: str) -> bytes:
    """Return what keys are sorted by: UTF-16, as the browser compares strings."""
    return key.encode("utf-16-be", "surrogatepass")


def cut(lines: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Cut sorted lines into parts. A long line is likely to begin one.

    >>> [len(part) for part in cut([(f"w{number}", "x" * 96) for number in range(100)])]
    [13, 30, 26, 1, 27, 3]
    """
    part: list[tuple[str, str]] = []
    for key, rest in lines:
        if part and crc32(key.encode("utf-8", "surrogatepass")) % MEAN < len(key) + len(rest):
            yield part
            part = []
        part.append((key, rest))
    if part:
        yield part


def numbered(paths: Iterable[str]) -> tuple[dict[str, int], int]:
    """Give every path a number by its hash; return the numbers, and how many there are to give."""
    paths = sorted(paths)
    space = 1 << (len(paths) * ROOM).bit_length()
    taken: dict[int, str] = {}
    for path in paths:
        number = crc32(path.encode("utf-8", "surrogatepass")) % space
        while number in taken:
            number = (number + 1) % space
        taken[number] = path
    return {path: number for number, path in taken.items()}, space
