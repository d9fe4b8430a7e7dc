"""The index of a site, kept from build to build: documents in, files out, at a cost of what changed.

1. Documents whose fingerprint is the one they were made under are kept; the others are made.
2. What changed documents were and are found by changes lines of the tables, and only their blocks.
3. Files are cut from the blocks. `index.js` lists them all; the texts of neighbouring notes share a file.

What is kept depends on the documents alone, so that an index that was kept and a new one have the same bytes. If it is
damaged, or was made by other code, a new index is made.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from hortus.core.cache import read_cached, write_cached
from hortus.core.hashing import digest
from hortus.site.search.documents import Document, Origin
from hortus.site.search.tables import (
    FOLDER,
    Line,
    cut_block,
    file_name,
    grouped,
    merged,
    numbered,
    order,
    postings_text,
    read_postings,
    shortened,
)
from hortus.site.search.terms import document_terms
from hortus.site.search.words import IS_SOLID, Term, token_words, tokens

START = f"{FOLDER}/index.js"
KINDS = ("postings", "words", "endings", "unwritten")
PACK = 32
"""Numbers, of which one in 32 to 64 is given to a note, whose documents share a file."""
SHORTEST = 5
"""Letters of a word in which one error is looked for."""
read_document = msgspec.json.Decoder(tuple[int, Document]).decode
write_document = msgspec.json.Encoder().encode


class KeptDocument:
    """One document, as the browser reads it, and what it was made from."""

    __slots__ = ("fingerprint", "line", "number")

    def __init__(self, number: int, fingerprint: str, line: str):
        self.number, self.fingerprint, self.line = number, fingerprint, line

    @property
    def document(self) -> Document:
        return read_document(self.line)[1]


class Table:
    """Sorted lines in blocks, by the key that begins each; `changed` names the blocks that are not yet kept."""

    def __init__(self, kind: str, blocks: Mapping[str, str] | None = None):
        self.kind = kind
        self.blocks = dict(blocks or {})
        self.firsts = sorted(self.blocks, key=order)
        self.changed: set[str] = set()
        self.read: dict[str, dict[str, str]] = {}

    def _block(self, key: str) -> str:
        """Name the block that has, or would have, a key."""
        place = bisect_right(self.firsts, order(key), key=order)
        return self.firsts[place - 1] if place else ""

    def get(self, key: str) -> str:
        """Return a key's line, empty when there is none."""
        name = self._block(key)
        if name not in self.read:
            self.read[name] = dict(lines_of(self.blocks.get(name, "")))
        return self.read[name].get(key, "")

    def change(self, changes: Mapping[str, str]) -> None:
        """Change lines; an empty one is taken out. A block that loses its first key joins the one before."""
        joined: dict[str, set[str]] = defaultdict(set)
        for key in changes:
            joined[self._block(key)].add(key)
        merging: dict[str, tuple[list[str], dict[str, str]]] = {}
        for name in sorted(joined, key=order):
            gone = name and not changes.get(name, "kept")
            target = name
            while gone and target and not changes.get(target, "kept"):
                place = self.firsts.index(target)
                target = self.firsts[place - 1] if place else ""
            names, edits = merging.setdefault(target, ([], {}))
            names += [one for one in dict.fromkeys((target, name)) if one not in names]
            edits |= {key: changes[key] for key in joined[name]}
        for names, edits in merging.values():
            lines = merged([line for name in names for line in lines_of(self.blocks.get(name, ""))], edits)
            for name in names:
                self.blocks.pop(name, None)
                self.changed.add(name)
            for name, block in grouped(self.kind, lines):
                self.blocks[name] = "\n".join("\t".join(line) for line in block)
                self.changed.add(name)
        self.firsts = sorted(self.blocks, key=order)
        self.read.clear()

    def files(self) -> Iterator[Sequence[Line]]:
        for name in self.firsts:
            yield from cut_block(self.kind, list(lines_of(self.blocks[name])))


def lines_of(text: str) -> Iterator[Line]:
    """Read lines of keys, each parted from the rest by a tab."""
    for line in text.split("\n") if text else ():
        key, _, rest = line.partition("\t")
        yield key, rest


class Index:
    """Documents and tables, as they were after the last update."""

    def __init__(self) -> None:
        self.is_new = True
        self.space = 0
        self.kept: dict[str, KeptDocument] = {}
        self.tables = {kind: Table(kind) for kind in KINDS}
        self.changed: set[str] = set()
        self.counts: dict[tuple[str, str], int] = {}

    def update(self, origins: Iterable[Origin], make: Callable[[str], Document], wanted: Mapping[str, str]) -> None:
        """Bring the index up to date; *make* gives the document of a path, *wanted* titles by address."""
        known = {origin.path: origin.fingerprint for origin in origins}
        numbers, space = numbered(known)
        if space != self.space:
            Index.__init__(self)
            self.space = space
        old, new = {}, {}
        for path in self.kept.keys() | known.keys():
            before = self.kept.get(path)
            if before and before.number == numbers.get(path) and before.fingerprint == known[path]:
                continue
            self.changed.add(path)
            if before:
                old[before.number] = before.document
                del self.kept[path]
            if path in known:
                new[numbers[path]] = document = make(path)
                line = write_document((numbers[path], document)).decode()
                self.kept[path] = KeptDocument(numbers[path], known[path], line)
        self._change_words(old, new)
        self._change_wanted(wanted)

    def _change_words(self, old: Mapping[int, Document], new: Mapping[int, Document]) -> None:
        terms: dict[Term, dict[int, int]] = defaultdict(dict)
        for number in sorted(old.keys() | new.keys()):
            before = document_terms(old[number]) if number in old else {}
            after = document_terms(new[number]) if number in new else {}
            for term in before.keys() - after.keys():
                terms[term][number] = -1
            for term, weight in after.items():
                if before.get(term) != weight:
                    terms[term][number] = weight
        edits: dict[str, dict[str, dict[int, int]]] = defaultdict(dict)
        touched: dict[str, set[str]] = defaultdict(set)
        for term, notes in terms.items():
            stem, _, word = term.partition("\t")
            edits[stem][word] = notes
            touched[word].add(stem)
            touched[stem].add(stem)
        self.counts = {}
        self.tables["postings"].change({stem: self._group(stem, words) for stem, words in edits.items()})
        words = self.tables["words"]
        lines = {word: self._word(word, stems) for word, stems in touched.items()}
        lines = {word: line for word, line in lines.items() if line != words.get(word)}
        words.change(lines)
        self.tables["endings"].change({w[::-1]: size.partition("\t")[0] for w, size in lines.items() if has_ending(w)})

    def _group(self, stem: str, words: Mapping[str, Mapping[int, int]]) -> str:
        """Return a stem's line after some of its words changed."""
        group = group_of(stem, self.tables["postings"].get(stem))
        for word, edits in words.items():
            notes = (dict(read_postings(group[word])) if word in group else {}) | dict(edits)
            notes = {number: weight for number, weight in notes.items() if weight >= 0}
            self.counts[stem, word] = len(notes)
            group[word] = postings_text(sorted(notes.items()))
        parts = [part for word in sorted(group) if group[word] for part in ("" if word == stem else word, group[word])]
        return "\t".join(parts)

    def _word(self, word: str, stems: set[str]) -> str:
        """Return a word's line: the size of its list, and its stems unless it is its own only one.

        A stem that no word of its begins with is listed as well, as if it were a word of no note.
        """
        _, *known = self.tables["words"].get(word).split("\t")
        counts = {stem: self._count(stem, word) for stem in sorted({*stems, *(known or [word])})}
        found = [stem for stem, count in counts.items() if count]
        if not found:
            group = group_of(word, self.tables["postings"].get(word))
            if not group or any(other.startswith(word) for other in group):
                return ""
            found = [word]
        size = str(sum(counts.values()).bit_length())
        return "\t".join([size, *(found if found != [word] else ())])

    def _count(self, stem: str, word: str) -> int:
        if (stem, word) not in self.counts:
            text = group_of(stem, self.tables["postings"].get(stem)).get(word, "")
            self.counts[stem, word] = sum(1 for _ in read_postings(text))
        return self.counts[stem, word]

    def _change_wanted(self, wanted: Mapping[str, str]) -> None:
        rows: dict[str, list[str]] = defaultdict(list)
        for url, title in sorted(wanted.items()):
            row = [" ".join(title.split()), url]
            for word in dict.fromkeys(word for token in tokens(title) for word in token_words(token)):
                rows[word] += row
        table = self.tables["unwritten"]
        lines = {word: "\t".join(row) for word, row in rows.items()}
        gone = {word: "" for text in table.blocks.values() for word, _ in lines_of(text) if word not in lines}
        table.change(gone | {word: line for word, line in lines.items() if table.get(word) != line})

    def files(self, facets: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
        """Yield every file; *facets* are what the dialog offers before anything is asked for."""
        listed: dict[str, object] = {}
        for kind in KINDS:
            firsts, names, before = [], [], ""
            for lines in self.tables[kind].files():
                name = file_name(kind, lines)
                firsts.append(shortened(before, lines[0][0]))
                names.append(name[1:])
                before = lines[-1][0]
                yield script(name, "\n".join("\t".join(line) for line in lines))
            listed[kind] = ["\t".join(firsts), "".join(names)]
        packs: dict[int, list[KeptDocument]] = defaultdict(list)
        for one in sorted(self.kept.values(), key=lambda one: one.number):
            packs[one.number // PACK].append(one)
        for pack, documents in packs.items():
            yield script(f"n{pack:x}", "\n".join(one.line for one in documents))
        version = digest("".join(one.fingerprint for _, one in sorted(self.kept.items())))[:8]
        yield script("index", {"notes": len(self.kept), "pack": PACK, "version": version, **listed, **facets})


def script(name: str, content: object) -> tuple[str, bytes]:
    """Wrap content so that a page opened from a disk can read it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"{FOLDER}/{name}.js", f'hortusSearch("{name}",{text})\n'.encode("utf-8", "replace")


def group_of(stem: str, line: str) -> dict[str, str]:
    """Read a stem's line: postings by word."""
    parts = line.split("\t") if line else []
    return {word or stem: postings for word, postings in zip(parts[::2], parts[1::2], strict=True)}


def has_ending(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not IS_SOLID.search(word)


# --- kept from build to build ---------------------------------------------------------------------


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash the code that makes an index."""
    return digest(b"\0".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py"))))


class _Written(msgspec.Struct, array_like=True):
    """An index as stored in the cache."""

    code: str
    space: int
    notes: dict[str, tuple[int, str, str]]
    blocks: dict[str, dict[str, str]]


def load_index(file: Path) -> Index:
    """Read what `save_index` kept; return an empty index if there is none, or if it is damaged or of other code."""
    index = Index()
    with suppress(OSError, ValueError):
        written = msgspec.msgpack.decode(read_cached(file), type=_Written)
        if written.code == code_version():
            index.kept = {path: KeptDocument(*one) for path, one in written.notes.items()}
            index.tables = {kind: Table(kind, blocks) for kind, blocks in written.blocks.items()}
            index.space, index.is_new = written.space, False
    return index


def save_index(index: Index, file: Path) -> None:
    """Keep an index if it changed; if it cannot be written, it is made again next time."""
    if not (index.is_new or index.changed or any(table.changed for table in index.tables.values())):
        return
    notes = {path: (one.number, one.fingerprint, one.line) for path, one in index.kept.items()}
    blocks = {kind: table.blocks for kind, table in index.tables.items()}
    write_cached(file, msgspec.msgpack.encode(_Written(code_version(), index.space, notes, blocks)))
