"""Traces: for each file of a site its hash, and the facts that it was made from, cached from one build to the next.

1. Find the facts whose marks differ from the last build. Facts of unchanged notes are skipped, and so are all facts
   of a table if the mark of the whole table is unchanged.
2. Compute facts derived from these again; one counts as changed only if its own mark differs.
3. Keep the files that read none of the changed facts; make and record the others.

Facts have numbers, and a trace is an array of these. If the traces cannot be read, all files are made.
(Verifying traces with early cut-off: Mokhov, Mitchell, Peyton Jones, "Build systems à la carte", 2018.)
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hortus.core.cached_values import read_cached_value, write_cached_value
from hortus.core.marks import MARK
from hortus.engine.facts import Fact, Reader
from hortus.engine.recorded_notes import OF_LINKS, OF_NOTES

GONE = bytes(MARK)
"""The mark of a derived fact that can no longer be computed."""
SLACK = 1.5
"""Unused facts are removed when there are so many times more facts, or fewer files, than at the last removal."""
FEW = 100
"""Number of changed facts up to which a search for each fact is faster than reading all traces."""
Name = TypeVar("Name", bound=Hashable)


@dataclass
class Traces:
    """The facts and files of the last build, updated during the next one."""

    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    """The number of each fact, by table and key."""
    marks: bytearray = field(default_factory=bytearray)
    """The marks of all facts, one after another."""
    derived: dict[int, bytes] = field(default_factory=dict)
    """By number of a derived fact: the numbers of the facts it was derived from."""
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    """By address: name of the recipe, hash of the file (empty: there is none), numbers of facts."""
    notes: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By path: a hash of the note's text, and a mark of where its links point."""
    wholes: dict[str, bytes] = field(default_factory=dict)
    """By name: the mark of all values of a table."""
    counted: tuple[int, int] = (0, 0)
    """How many facts and files there were when unused facts were last removed."""

    def keep(self, url: str, name: str, reads: Iterable[Fact], reader: Reader) -> None:
        """Record the facts that a file was made from; its hash is known when it is written."""
        self.files[url] = name, "", self._numbered(reads, reader)

    def mark(self, number: int) -> bytes:
        return bytes(self.marks[number * MARK : (number + 1) * MARK])

    def facts(self) -> list[Fact]:
        """Return all facts by number; removed facts are empty."""
        facts = [("", "")] * (len(self.marks) // MARK)
        for table, numbers in self.numbers.items():
            for key, number in numbers.items():
                facts[number] = table, key
        return facts

    def _numbered(self, reads: Iterable[Fact], reader: Reader) -> bytes:
        tables, found = self.numbers, array("I")
        for fact in reads:
            table, key = fact
            number = tables[table].get(key) if table in tables else None
            found.append(self._new_number(fact, reader) if number is None else number)
        return found.tobytes()

    def _new_number(self, fact: Fact, reader: Reader) -> int:
        if fact not in reader.derived:
            return self._add(fact, reader.mark(fact))
        number = self._add(fact, GONE)
        self._derive(number, fact, reader)
        return number

    def _add(self, fact: Fact, mark: bytes) -> int:
        number = self.numbers.setdefault(fact[0], {})[fact[1]] = len(self.marks) // MARK
        self.marks += mark
        return number

    def _set(self, number: int, mark: bytes) -> bool:
        """Store a mark; return whether it has changed."""
        if self.mark(number) == mark:
            return False
        self.marks[number * MARK : (number + 1) * MARK] = mark
        return True

    def _derive(self, number: int, fact: Fact, reader: Reader) -> bool:
        _, mark, reads = reader.derived[fact]
        self.derived[number] = self._numbered(reads, reader)
        return self._set(number, mark)

    def take(self, facts: Sequence[Fact], marks: bytes, derived: Mapping[int, bytes]) -> list[int]:
        """Add facts that another process read; return, by its numbers, the numbers they have here."""
        numbers = []
        for place, fact in enumerate(facts):
            number = self.numbers.get(fact[0], {}).get(fact[1])
            numbers.append(self._add(fact, marks[place * MARK : (place + 1) * MARK]) if number is None else number)
        for number, reads in derived.items():
            self.derived[numbers[number]] = renumbered(reads, numbers)
        return numbers

    def changed(
        self, reader: Reader, notes: Mapping[str, tuple[str, bytes]], derive: Callable[[Fact], Any]
    ) -> set[int]:
        """Return the numbers of the facts that changed, and store their new marks.

        *notes* are `Traces.notes` of this build; *derive* computes a derived fact.
        """
        differing = {path for path in notes.keys() | self.notes.keys() if notes.get(path) != self.notes.get(path)}
        edited = {path for path in differing if notes.get(path, ("",))[0] != self.notes.get(path, ("",))[0]}
        changed = set()
        for table, numbers in self.numbers.items():
            if table not in reader.tables:
                continue  # its facts are derived
            for key in self._candidates(table, reader, edited, differing):
                number = numbers[key]
                if self._set(number, reader.mark((table, key))):
                    changed.add(number)
        self.notes = dict(notes)
        return changed | self._derived_anew(list(_readers(self.derived, changed)), reader, derive)

    def _derived_anew(self, stale: Sequence[int], reader: Reader, derive: Callable[[Fact], Any]) -> set[int]:
        """Compute derived facts; return the numbers of those that changed."""
        if not stale:
            return set()
        facts = {
            number: (table, key)
            for table, numbers in self.numbers.items()
            if table not in reader.tables
            for key, number in numbers.items()
        }
        return {one for one in stale if one in facts and self._derive_again(one, facts[one], reader, derive)}

    def _candidates(
        self, table: str, reader: Reader, edited: Collection[str], differing: Collection[str]
    ) -> Iterable[str]:
        """Return the keys of a table whose facts may have changed: *edited* notes, notes with *differing* links."""
        numbers = self.numbers[table]
        if table in OF_NOTES:
            return [key for key in edited if key in numbers]
        if table in OF_LINKS:
            return [key for key in numbers if key.partition("\0")[0] in differing]
        if len(numbers) == 1:
            return numbers
        whole = reader.tables[table].whole()
        if whole and self.wholes.get(table) == whole:
            return ()
        self.wholes[table] = whole
        return numbers

    def _derive_again(self, number: int, fact: Fact, reader: Reader, derive: Callable[[Fact], Any]) -> bool:
        """Compute a derived fact; return whether it changed. One that can no longer be computed has changed."""
        try:
            reader.record(lambda: derive(fact))
        except KeyError:
            self.derived[number] = b""
            del self.numbers[fact[0]][fact[1]]  # if it is read again, it gets a new number
            return self._set(number, GONE)
        return self._derive(number, fact, reader)

    def stale(self, recipes: Mapping[str, Any], changed: Collection[int]) -> set[str]:
        """Return the addresses of *recipes* whose files have to be made."""
        stale = {url for url, recipe in recipes.items() if self.files.get(url, ("",))[0] != recipe.name}
        reads = {url: known[2] for url, known in self.files.items() if url in recipes}
        return stale.union(_readers(reads, changed))

    def weigh(self, reader: Reader) -> None:
        """Store the marks of whole tables that have none yet."""
        for table in self.numbers.keys() & reader.tables.keys() - self.wholes.keys() - OF_NOTES - OF_LINKS:
            self.wholes[table] = reader.tables[table].whole()

    def drop(self, urls: Collection[str]) -> None:
        """Remove files that are not in *urls*, and unused facts if there are many.

        This may renumber the facts.
        """
        if self.files.keys() != urls:
            self.files = {url: known for url, known in self.files.items() if url in urls}
        facts, files = self.counted
        if not facts:
            self.counted = len(self.marks) // MARK, len(self.files)
        elif len(self.marks) // MARK > facts * SLACK or len(self.files) * SLACK < files:
            self._renumber()

    def _renumber(self) -> None:
        used: set[int] = set()
        for _, _, reads in self.files.values():
            used.update(array("I", reads))
        for number in list(used & self.derived.keys()):
            used.update(array("I", self.derived[number]))
        new = {old: number for number, old in enumerate(sorted(used))}

        self.derived = {new[one]: renumbered(reads, new) for one, reads in self.derived.items() if one in new}
        self.files = {url: (name, check, renumbered(reads, new)) for url, (name, check, reads) in self.files.items()}
        self.marks = bytearray(b"".join(self.mark(old) for old in new))
        tables = {table: {k: new[one] for k, one in keys.items() if one in new} for table, keys in self.numbers.items()}
        self.numbers = {table: keys for table, keys in tables.items() if keys}
        self.wholes = {table: whole for table, whole in self.wholes.items() if table in self.numbers}
        self.counted = len(used), len(self.files)


def _readers(reads: Mapping[Name, bytes], changed: Collection[int]) -> Iterator[Name]:
    """Yield the names that read any of the *changed* facts; *reads* are the numbers of the facts that each reads."""
    if len(changed) > FEW:
        facts = frozenset(changed)
        yield from (name for name, numbers in reads.items() if not facts.isdisjoint(array("I", numbers)))
        return
    names, ends, everything = list(reads), list(accumulate(map(len, reads.values()))), b"".join(reads.values())
    found: set[int] = set()
    for number in changed:
        sign = array("I", [number]).tobytes()
        place = everything.find(sign)
        while place >= 0:
            if place % len(sign) == 0:
                found.add(bisect_right(ends, place))
            place = everything.find(sign, place + 1)
    yield from (names[one] for one in sorted(found))


class _Written(msgspec.Struct, array_like=True):
    """Traces as stored on disk; arrays of bytes are joined, with the ends of each."""

    tables: dict[str, tuple[list[str], bytes]]
    marks: bytes
    derived: tuple[bytes, bytes, bytes]
    """Numbers of the derived facts, ends, numbers of the facts they were derived from."""
    files: tuple[list[str], list[str], list[str], bytes, bytes]
    """Addresses, names of recipes, hashes, ends, numbers of facts."""
    notes: dict[str, tuple[str, bytes]]
    wholes: dict[str, bytes]
    counted: tuple[int, int]


def read_traces(file: Path, key: str) -> Traces | None:
    """Return the traces of the last build; None if there are none or they are damaged.

    *key* covers everything that is not a fact: code, settings, templates.
    """
    written = read_cached_value(file, key, _Written)
    if written is None:
        return None
    numbers = {table: dict(zip(keys, _array(places), strict=True)) for table, (keys, places) in written.tables.items()}
    derived, ends, reads = written.derived
    urls, names, checks, file_ends, file_reads = written.files
    files = zip(names, checks, _parts(file_ends, file_reads), strict=True)
    return Traces(
        numbers,
        bytearray(written.marks),
        dict(zip(_array(derived), _parts(ends, reads), strict=True)),
        dict(zip(urls, files, strict=True)),
        written.notes,
        written.wholes,
        written.counted,
    )


def write_traces(file: Path, key: str, traces: Traces, checks: Mapping[str, str]) -> None:
    """Store traces for the next build; *checks* are the hashes of the files, by address."""
    tables = {
        table: (list(numbers), array("I", numbers.values()).tobytes()) for table, numbers in traces.numbers.items()
    }
    names, reads = [known[0] for known in traces.files.values()], [known[2] for known in traces.files.values()]
    derived = array("I", traces.derived).tobytes(), *_joined(traces.derived.values())
    files = list(traces.files), names, [checks.get(url, "") for url in traces.files], *_joined(reads)
    marks = bytes(traces.marks)
    written = _Written(tables, marks, derived, files, traces.notes, traces.wholes, traces.counted)
    write_cached_value(file, key, written)


def renumbered(reads: bytes, numbers: Sequence[int] | Mapping[int, int]) -> bytes:
    """Replace the numbers of facts; *numbers* are the new ones by the old ones."""
    return array("I", [numbers[one] for one in array("I", reads)]).tobytes()


def _array(numbers: bytes) -> "array[int]":
    return array("I", numbers)


def _joined(parts: Collection[bytes]) -> tuple[bytes, bytes]:
    """Return the ends of *parts* and all of them in one."""
    return array("I", accumulate(map(len, parts))).tobytes(), b"".join(parts)


def _parts(ends: bytes, joined: bytes) -> list[bytes]:
    """Divide what `_joined` returned."""
    places = [0, *_array(ends)]
    return [joined[start:end] for start, end in pairwise(places)]
