"""Traces: of each file of a site its hash and the facts that it was made from, kept from one build to the next.

1. The facts that have another mark than in the last build are found; those of notes that are as they were are not
   looked at.
2. What was derived from one of them is derived again; only if its mark is another, too, it counts as changed.
3. Files that were made from none of the changed facts are kept; the others are made, and recorded, anew.

Facts have numbers, and a trace is an array of these. A file that cannot be read is no trace: everything is made.
(Verifying traces with early cut-off: Mokhov, Mitchell, Peyton Jones, "Build systems à la carte", 2018.)
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from hortus.core.cache import keep, kept
from hortus.engine.facts import MARK, OF_LINKS, OF_NOTES, Fact, Reader

GONE = bytes(MARK)
"""The mark of a derived fact that cannot be derived any more."""
SLACK = 2
"""How many times as many facts as are in use there may be before those out of use are forgotten."""


@dataclass
class Traces:
    """What is known of the last build; changed while the next one is made."""

    facts: list[Fact] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    derived: dict[int, bytes] = field(default_factory=dict)
    """By number of a derived fact: the numbers of the facts it was derived from."""
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    """By address: name of the recipe, hash of the file (empty: there is none), numbers of facts."""
    notes: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By path: what tells a note's text from its next version, and where its links lead from where they led."""

    def __post_init__(self) -> None:
        self.numbers = {fact: number for number, fact in enumerate(self.facts) if self.marks[number] != GONE}

    def keep(self, url: str, name: str, reads: Iterable[Fact], reader: Reader) -> None:
        """Remember what a file was made from; its hash is known when it is written."""
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
        """Take in facts that another process read, in its numbers; return the numbers that they have here."""
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
        """Return the numbers of the facts that are not what they were, with their new marks taken in.

        *notes* are as `notes` of this build; *derive* works out a derived fact anew.
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
        """Work out a derived fact; return whether it changed. One that cannot be derived any more has."""
        fact, before = self.facts[number], self.marks[number]
        try:
            reader.record(lambda: derive(fact))
        except KeyError:
            self.derived[number], self.marks[number] = b"", GONE
            del self.numbers[fact]  # should it be read again, it is another fact
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
        """Forget files that are not among *urls*, and facts that nothing is made from if there are many of these.

        Facts may have other numbers afterwards.
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
    """Traces as they are on the disk."""

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
        written = msgspec.msgpack.decode(kept(file), type=_Written)
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
    keep(file, msgspec.msgpack.encode(written))
