"""The index of a site, kept from build to build: documents in, files out, at a cost of what changed.

All that is looked up is in one sorted table. A line is a key with a tab in it, a tab, and what is known:

* a stem, a tab, one of its words (nothing if it is the stem): the notes that have the word, with weights
* a word, a tab, ``>`` and its stem, if that is another: in how many notes it is, as a number of bits
* ``~`` and a word backwards, a tab: the same, to find typing errors in the first half of a word
* ``!`` and a word, a tab, the address of a note that is linked and not written: its title

The table is cut into parts before some keys, by their hash. So a change reaches no further than its own part, and what
is kept depends on the documents alone. A part's name is the hash of its content. The text of each note is a file too.
"""

from base64 import b32encode
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property
from itertools import compress, groupby
from operator import ne
from zlib import crc32

import msgspec

from hortus.core.blobs import Blobs
from hortus.core.hashing import digest
from hortus.core.keys import stem
from hortus.site.search.documents import Document, sound
from hortus.site.search.terms import document_terms, postings_text, read_postings
from hortus.site.search.words import IS_SOLID, Term, words_of

START = "index"
"""The file that lists all parts."""
MEAN = 2_000
"""Characters of a part, on average."""
BATCH = 256
"""Documents that are made, and then counted; which is faster than one after another."""
SHORTEST = 5
"""Letters of a word in which one error is looked for."""
read_document = msgspec.json.Decoder(Document).decode
write_json = msgspec.json.Encoder().encode
text_name = "n{:x}".format
"""The name of the file with a note's text, by its number."""
GONE = -1
"""The weight of a term that a note no longer has."""


class Head(msgspec.Struct):
    """What is kept of an index, except the parts and texts."""

    key: str
    """What covers code and settings."""
    space: int = 1
    """How many numbers there are to give."""
    origins: dict[str, str] = {}
    """By path, sorted: a text that changes whenever the note's document does."""
    numbers: list[int] = []
    """Of these notes, in this order."""
    unwritten: dict[str, str] = {}
    """Paths of notes that are linked and not written, by address."""
    firsts: list[str] = []
    """First key of each part, in order."""
    names: list[str] = []
    """Of the parts; a hash of the content."""


class Index(Mapping[str, bytes]):
    """The files of an index by name, as of the last update; *blobs* may have one with the same *key*."""

    def __init__(self, key: str, blobs: Blobs):
        self.blobs, self.head = blobs, Head(key)
        self.fresh: dict[str, bytes] = {}
        """Contents of files that are not in *blobs*."""
        self.dropped: list[str] = []
        """Names of files that the index had."""
        for _, content in blobs.get(["head"]):
            with suppress(msgspec.MsgspecError):
                self.head = msgspec.msgpack.decode(content, type=Head)
        if self.head.key != key:
            self._begin_anew(key)

    def update(self, origins: Mapping[str, str], make: Callable[[str], Document], unwritten: Mapping[str, str]) -> None:
        """Bring the index up to date: *origins* and *unwritten* as in `Head`, *make* returns the document of a path."""
        self.given = {path: origins[path] for path in sorted(origins)}, make, unwritten
        try:
            self._update(*self.given)
        except LookupError:
            self._make_again()
        self.__dict__.pop("versions", None)
        self.fresh = {name: content for name, content in self.fresh.items() if name in self.versions}

    @cached_property
    def versions(self) -> dict[str, str]:
        """All files by name, each with what changes when it does; the names of parts have their hash."""
        head = self.head
        start = {
            "notes": len(head.numbers),
            "space": head.space,
            "version": digest("".join(head.origins.values()))[:8],
            "firsts": "\n".join(head.firsts),
            "names": "".join(head.names),
        }
        texts = zip(map(text_name, head.numbers), head.origins.values(), strict=True)
        return {START: write_json(start).decode(), **dict.fromkeys(head.names, ""), **dict(texts)}

    def keep(self) -> None:
        """Store what changed."""
        kept = self.fresh | {"head": msgspec.msgpack.encode(self.head)}
        self.blobs.change(kept, [name for name in self.dropped if name not in self.versions])

    def _begin_anew(self, key: str, space: int = 1) -> None:
        self.dropped += [*self.head.names, *map(text_name, self.head.numbers)]
        self.head = Head(key, space)

    def _make_again(self) -> None:
        """Make the whole index, because something that was stored is lost or damaged."""
        self._begin_anew(self.head.key)
        self._update(*self.given)

    def _update(self, origins: dict[str, str], make: Callable[[str], Document], unwritten: Mapping[str, str]) -> None:
        same = origins.keys() == self.head.origins.keys()
        numbers, space = (self.head.numbers, self.head.space) if same else numbered(origins)
        if space != self.head.space:
            self._begin_anew(self.head.key, space)
        old = self.head
        before = dict(zip(old.origins, old.numbers, strict=True))
        after = before if same else dict(zip(origins, numbers, strict=True))
        paths = differing(old.origins, origins) | (set() if same else differing(before, after))
        gone = {before[path]: path for path in paths if path in before}
        come = {after[path]: path for path in paths if path in after}
        self.dropped += map(text_name, gone.keys() - come.keys())
        changes: dict[Term, dict[int, int]] = defaultdict(dict)
        todo = sorted(gone.keys() | come.keys())
        for some in (todo[at : at + BATCH] for at in range(0, len(todo), BATCH)):
            was = {number: read_document(self.content(text_name(number))) for number in some if number in gone}
            now = {number: make(come[number]) for number in some if number in come}
            self.fresh |= {text_name(number): write_json(document) for number, document in now.items()}
            add_changes(changes, was, now)
        edits = self._edits(changes)
        for url in differing(old.unwritten, unwritten):
            for path, is_new in ((old.unwritten.get(url, ""), False), (unwritten.get(url, ""), True)):
                title = sound(" ".join(stem(path).split()))
                edits |= {f"!{word}\t{url}": title if is_new else "" for word in words_of(title)}
        self._change(edits)
        old.numbers, old.origins, old.unwritten = numbers, origins, dict(unwritten)

    def _edits(self, changes: Mapping[Term, dict[int, int]]) -> dict[str, str]:
        """Return the lines that change, empty where they are taken out; *changes* are new weights."""
        edits, lines = {}, cache(self._lines)
        for term, weights in changes.items():
            was = read_postings(lines(self._place(term)).get(term, "")) if self.head.names else {}
            now = {note: weight for note, weight in sorted((was | weights).items()) if weight >= 0} if was else weights
            edits[term] = postings_text(now)
            size = len(now).bit_length()
            if size != len(was).bit_length() and term[0] not in "#/":
                root, word = term.split("\t")
                if word:
                    edits[f"{word}\t>{root}"] = str(size or "")
                word = word or root
                if len(word) >= SHORTEST and word.isalpha() and not IS_SOLID.search(word):
                    edits[f"~{word[::-1]}\t{root}"] = str(size or "")
        return edits

    # --- the table ---

    def _place(self, key: str) -> int:
        """Return the place of the part that has a key, or would have it."""
        last = key if key[0] == "!" else f"{group(key)}\t\uffff"
        return max(0, bisect(self.head.firsts, order(last), key=order) - 1)

    def _lines(self, place: int) -> dict[str, str]:
        text = self.content(self.head.names[place]).decode() if self.head.names else ""
        return {key: rest for line in text.split("\n") if line for key, _, rest in [line.rpartition("\t")]}

    def _change(self, edits: Mapping[str, str]) -> None:
        """Change lines, and cut the parts that they are in again."""
        firsts, names = self.head.firsts, self.head.names
        edited: dict[int, dict[str, str]] = defaultdict(dict)
        for key, rest in edits.items():
            place = self._place(key)
            edited[place][key] = rest
            if place and order(key) <= order(firsts[place]):
                edited[place - 1] |= {}  # this part may begin in another way
        runs = groupby(enumerate(sorted(edited)), lambda one: one[1] - one[0])
        for places in reversed([[place for _, place in run] for _, run in runs]):
            lines = {
                key: rest for place in places for key, rest in (self._lines(place) | edited[place]).items() if rest
            }
            parts = [*cut(sorted(lines.items(), key=lambda line: order(line[0])))]
            contents = ["\n".join(map("\t".join, part)).encode() for part in parts]
            new = [f"p{b32encode(bytes.fromhex(digest(content)[:10])).decode().lower()}" for content in contents]
            self.fresh |= zip(new, contents, strict=True)
            firsts[places[0] : places[-1] + 1] = [part[0][0] for part in parts]
            self.dropped += names[places[0] : places[-1] + 1]
            names[places[0] : places[-1] + 1] = new

    # --- the files ---

    def content(self, name: str) -> bytes:
        """Return what is in a file; raise LookupError if it is lost."""
        return self.fresh[name] if name in self.fresh else dict(self.blobs.get([name]))[name]

    def __getitem__(self, name: str) -> bytes:
        if name == START:
            return script(name, self.versions[name].encode())
        try:
            content = self.content(name if name in self.versions else "")
        except LookupError:
            self._make_again()
            content = self.fresh[name]
        return script(name, write_json(content.decode()) if name[0] == "p" else content)

    def __iter__(self) -> Iterator[str]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)


def script(name: str, content: bytes) -> bytes:
    """Return a file of the index: JSON, in a script that passes it on."""
    return b'hortusSearch("%b",%b)\n' % (name.encode(), content)


def add_changes(
    changes: dict[Term, dict[int, int]], before: Mapping[int, Document], after: Mapping[int, Document]
) -> None:
    """Add the weights that change when documents do, by term and number."""
    old, new = [{number: document_terms(one) for number, one in some.items()} for some in (before, after)]
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number, {}), new.get(number, {})
        for term, weight in now.items() - was.items() if was else now.items():
            changes[term][number] = weight
        for term in was.keys() - now.keys():
            changes[term][number] = GONE


def differing(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    """Return the keys with different values, or with one only."""
    return {*compress(new, map(ne, map(old.get, new), new.values())), *(old.keys() - new.keys())}


def order(key: str) -> bytes:
    """Return what keys are sorted by: UTF-16, as the browser compares strings."""
    return key.encode("utf-16-be", "surrogatepass")


def group(key: str) -> str:
    """Return what lines have in common that stay in one part: the first column, except for notes not written."""
    return key if key[0] == "!" else key.partition("\t")[0]


def cut(lines: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Cut sorted lines into parts before some groups, by their hash; a long line is likely to begin one."""
    part: list[tuple[str, str]] = []
    last = ""
    for key, rest in lines:
        name = group(key)
        if part and name != last and crc32(name.encode("utf-8", "surrogatepass")) % MEAN < len(key) + len(rest):
            yield part
            part = []
        part.append((key, rest))
        last = name
    if part:
        yield part


def numbered(paths: Iterable[str]) -> tuple[list[int], int]:
    """Give sorted paths numbers by their hash; a fifth of all numbers at least is free, so that most paths keep theirs.

    Return the numbers, and how many there are to give.
    """
    paths = list(paths)
    space = 1 << (len(paths) * 5 // 4).bit_length()
    taken: dict[int, None] = {}
    for path in paths:
        number = crc32(path.encode("utf-8", "surrogatepass")) % space
        while number in taken:
            number = (number + 1) % space
        taken[number] = None
    return list(taken), space
