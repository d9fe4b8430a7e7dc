"""Facts: the data that files are made from, with a `Reader` that records which facts are read.

A fact is the name of a table and a key in it. Its mark is a short hash of its value. A file is up to date if all of its
facts have the marks that they had when it was made.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from hortus.core.marks import mark_of

Fact = tuple[str, str]
"""Name of a table, and a key in it."""
Made = TypeVar("Made")
ALL = "\0"
"""The key that means all keys of a table, in their order."""


class Reader:
    """Records which facts are read while something is made. Reading at any other time raises AssertionError."""

    def __init__(self) -> None:
        self.reads: set[Fact] | None = None
        self.tables: dict[str, Table] = {}
        self.marks: dict[Fact, bytes] = {}
        self.derived: dict[Fact, tuple[Any, bytes, set[Fact]]] = {}
        """Facts computed from other facts: value, mark, and the facts it was computed from."""

    def record(self, make: Callable[[], Made]) -> tuple[Made, set[Fact]]:
        """Make something; return it with the facts that it was made from."""
        before, self.reads = self.reads, set()
        try:
            return make(), self.reads
        finally:
            self.reads = before

    def derive(self, fact: Fact, make: Callable[[], Made]) -> Made:
        """Return a fact that is computed from other facts, once."""
        self.note(fact)
        if fact not in self.derived:
            value, reads = self.record(make)
            self.derived[fact] = value, mark_of(value), reads
        return self.derived[fact][0]

    def note(self, fact: Fact) -> None:
        assert self.reads is not None, f"{fact} was read while nothing was made"
        self.reads.add(fact)

    def mark(self, fact: Fact) -> bytes:
        """Return the mark of a fact that is not derived; it is computed once."""
        if fact not in self.marks:
            self.marks[fact] = self.tables[fact[0]].mark(fact[1])
        return self.marks[fact]


class Table(Mapping[Any, Any]):
    """Values by key; reading a value and listing the keys are recorded.

    *values* are computed when first needed; *shown* returns what is hashed for a mark; by default, the value itself.
    """

    def __init__(
        self,
        reader: Reader,
        name: str,
        values: Callable[[], Mapping[Any, Any]],
        shown: Callable[[Any], Any] = lambda value: value,
    ):
        self.reader, self.name, self.source, self.shown = reader, name, values, shown
        self.known: Mapping[Any, Any] | None = None
        reader.tables[name] = self

    @property
    def raw(self) -> Mapping[Any, Any]:
        if self.known is None:
            self.known = self.source()
        return self.known

    def __getitem__(self, key: Any) -> Any:
        self.reader.note((self.name, key))
        return self.raw[key]

    def get(self, key: Any, default: Any = None) -> Any:
        self.reader.note((self.name, key))
        return self.raw.get(key, default)

    def __contains__(self, key: object) -> bool:
        self.reader.note((self.name, key))  # type: ignore[arg-type]  # a key is asked for as any object
        return key in self.raw

    def __iter__(self) -> Iterator[Any]:
        self.reader.note((self.name, ALL))
        return iter(self.raw)

    def __len__(self) -> int:
        self.reader.note((self.name, ALL))
        return len(self.raw)

    def whole(self) -> bytes:
        """Return the mark of all keys and values, empty if they cannot be listed."""
        if isinstance(self.raw, Asked):
            return self.raw.whole()
        return mark_of([(key, self.shown(value)) for key, value in self.raw.items()])

    def mark(self, key: Any) -> bytes:
        if key == ALL:
            return mark_of(list(self.raw))
        try:
            return mark_of((self.shown(self.raw[key]),))
        except KeyError:
            return mark_of(None)


class Asked(Mapping[str, Any]):
    """The results of a function by its argument, computed when they are read.

    *whole* returns a mark of everything that the results are computed from; empty if that is not known.
    """

    def __init__(self, function: Callable[[str], Any], whole: Callable[[], bytes] = lambda: b""):
        self.function, self.whole = function, whole

    def __getitem__(self, key: str) -> Any:
        return self.function(key)

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the keys cannot be listed")

    def __len__(self) -> int:
        raise TypeError("the keys cannot be counted")
