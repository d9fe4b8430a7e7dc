"""Traces: of each file of a site its hash and the facts that it was made from, kept from one build to the next.

1. Find the facts whose marks differ from the last build; facts of unchanged notes are skipped.
2. Compute facts derived from these again; one counts as changed only if its own mark differs.
3. Keep the files that read none of the changed facts; make and record the others.

Facts have numbers, and a trace is an array of these. If the traces cannot be read, everything is made.
(Verifying traces with early cut-off: Mokhov, Mitchell, Peyton Jones, "Build systems à la carte", 2018.)
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from hortus.core.cache import read_cached, write_cached
from hortus.engine.facts import MARK, Fact, Reader
from hortus.engine.recorded import OF_LINKS, OF_NOTES

GONE = bytes(MARK)
"""The mark of a derived fact that can no longer be computed."""
SLACK = 2
"""The ratio of stored facts to facts in use above which unused ones are removed."""


@dataclass
class Traces:
    """What is known of the last build; updated during the next one."""

    facts: list[Fact] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    derived: dict[int, bytes] = field(default_factory=dict)
    """By number of a derived fact: the numbers of the facts it was derived from."""
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    """By address: name of the recipe, hash of the file (empty: there is none), numbers of facts."""
    notes: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By path: a hash of the note's text, and a mark of where its links point."""

    def __post_init__(self) -> None:
        self.numbers = {fact: number for number, fact in enumerate(self.facts) if self.marks[number] != GONE}

    def keep(self, url: str, name: str, reads: Iterable[Fact], reader: Reader) -> None:
        """Record what a file was made from; its hash is known when it is written."""
        self.files[url] = name, "", self._numbered(reads, reader)

    def _numbered(self, reads: Iterable[Fact], reader: Reader) -> bytes:
        return array("I", [self._number(fact, reader) for fact in reads]).tobytes()

    def _number(self, fact: Fact, reader: Reader) -> int:
        number = self.numbers.get(fact)
        if number is None:
            number = self.numbers[fact] = len(self.facts)
            self.facts.append(fact)
            self.marks.append(GONE)
            if fact in reader.derived:
                self._derive(number, fact, reader)
            else:
                self.marks[number] = reader.mark(fact)
        return number

    def _derive(self, number: int, fact: Fact, reader: Reader) -> None:
        _, self.marks[number], reads = reader.derived[fact]
        self.derived[number] = self._numbered(reads, reader)

    def take(self, facts: Sequence[Fact], marks: Sequence[bytes], derived: Mapping[int, bytes]) -> list[int]:
        """Add facts that another process read; return, by its numbers, the numbers they have here."""
        numbers = []
        for fact, mark in zip(facts, marks, strict=True):
            if fact not in self.numbers:
                self.numbers[fact] = len(self.facts)
                self.facts.append(fact)
                self.marks.append(mark)
            numbers.append(self.numbers[fact])
        for number, reads in derived.items():
            self.derived[numbers[number]] = array("I", [numbers[one] for one in array("I", reads)]).tobytes()
        return numbers

    def changed(
        self, reader: Reader, notes: Mapping[str, tuple[str, bytes]], derive: Callable[[Fact], Any]
    ) -> set[int]:
        """Return the numbers of the facts that changed, and store their new marks.

        *notes* are `Traces.notes` of this build; *derive* computes a derived fact.
        """
        same = {path for path, known in self.notes.items() if path in notes and notes[path][0] == known[0]}
        led = {path for path in same if notes[path][1] == self.notes[path][1]}
        changed = set()
        for number, (table, key) in enumerate(self.facts):
            if (
                number in self.derived
                or (table in OF_NOTES and key in same)
                or (table in OF_LINKS and key.partition("\0")[0] in led)
            ):
                continue
            mark = reader.mark((table, key))
            if mark != self.marks[number]:
                self.marks[number] = mark
                changed.add(number)
        self.notes = dict(notes)
        for number in [one for one, reads in self.derived.items() if not changed.isdisjoint(array("I", reads))]:
            if self._derive_again(number, reader, derive):
                changed.add(number)
        return changed

    def _derive_again(self, number: int, reader: Reader, derive: Callable[[Fact], Any]) -> bool:
        """Compute a derived fact; return whether it changed. One that can no longer be computed has changed."""
        fact, before = self.facts[number], self.marks[number]
        try:
            reader.record(lambda: derive(fact))
        except KeyError:
            self.derived[number], self.marks[number] = b"", GONE
            del self.numbers[fact]  # if it is read again, it gets a new number
            return True
        self._derive(number, fact, reader)
        return self.marks[number] != before

    def stale(self, recipes: Mapping[str, Any], changed: Collection[int]) -> set[str]:
        """Return the addresses of *recipes* whose files have to be made."""
        changed = frozenset(changed)
        return {url for url, recipe in recipes.items() if not self._is_fresh(url, recipe.name, changed)}

    def _is_fresh(self, url: str, name: str, changed: frozenset[int]) -> bool:
        known = self.files.get(url)
        return known is not None and known[0] == name and changed.isdisjoint(array("I", known[2]))

    def drop(self, urls: Collection[str]) -> None:
        """Remove files that are not in *urls*, and unused facts if there are many.

        This may renumber the facts.
        """
        self.files = {url: known for url, known in self.files.items() if url in urls}
        used: set[int] = set()
        for _, _, reads in self.files.values():
            used.update(array("I", reads))
        for number in list(used & self.derived.keys()):
            used.update(array("I", self.derived[number]))
        if len(used) * SLACK < len(self.facts):
            self._renumber(sorted(used))

    def _renumber(self, used: list[int]) -> None:
        new = {old: number for number, old in enumerate(used)}

        def moved(reads: bytes) -> bytes:
            return array("I", [new[one] for one in array("I", reads)]).tobytes()

        self.derived = {new[one]: moved(reads) for one, reads in self.derived.items() if one in new}
        self.files = {url: (name, check, moved(reads)) for url, (name, check, reads) in self.files.items()}
        self.facts, self.marks = [self.facts[one] for one in used], [self.marks[one] for one in used]
        self.__post_init__()


class _Written(msgspec.Struct, array_like=True):
    """Traces as stored on disk."""

    key: str
    tables: list[str]
    keys: list[str]
    marks: bytes
    derived: dict[int, bytes]
    files: dict[str, tuple[str, str, bytes]]
    notes: dict[str, tuple[str, bytes]]


def read_traces(file: Path, key: str) -> Traces | None:
    """Return the traces of the last build, None when there are none or they are damaged.

    *key* covers everything that is no fact: the code, the settings, the templates.
    """
    try:
        written = msgspec.msgpack.decode(read_cached(file), type=_Written)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    if written.key != key:
        return None
    marks = [written.marks[start : start + MARK] for start in range(0, len(written.marks), MARK)]
    facts = list(zip(written.tables, written.keys, strict=True))
    return Traces(facts, marks, written.derived, written.files, written.notes)


def write_traces(file: Path, key: str, traces: Traces, checks: Mapping[str, str]) -> None:
    """Keep traces for the next build; *checks* are the hashes of the files that there are, by address."""
    tables, keys = [fact[0] for fact in traces.facts], [fact[1] for fact in traces.facts]
    marks = b"".join(traces.marks)
    files = {url: (name, checks.get(url, ""), reads) for url, (name, _, reads) in traces.files.items()}
    written = _Written(key, tables, keys, marks, traces.derived, files, traces.notes)
    write_cached(file, msgspec.msgpack.encode(written))
