"""What a query may ask of the vault: an interface, and a plain implementation of it.

Only published files are in a world. The engine's implementation records what is asked, so that a query is evaluated
again exactly when an answer changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hortus.core.keys import fold, stem
from hortus.queries.fields import spelled
from hortus.queries.values import Date, Link, Value

Properties = Mapping[str, Value]
"""Values by the folded name of the property."""


class World(Protocol):
    """Answers to what a query may ask. Paths are vault paths; a path that is not in the world has empty answers."""

    shared: dict[Any, Any]
    """What queries computed of it, for other queries."""

    def now(self) -> Date:
        """Return the time of the build."""

    def files(self) -> Sequence[str]:
        """Return all published files, sorted by path."""

    def notes(self) -> Sequence[str]:
        """Return all published notes, sorted by path."""

    def resolve(self, target: str, source: str) -> str:
        """Return the file that a link in *source* points to; empty if there is none."""

    def properties(self, path: str) -> Properties:
        """Return a note's properties, as typed."""

    def names(self, path: str) -> Mapping[str, str]:
        """Return the names of a note's properties as written, by their folded names."""

    def fields(self, path: str) -> Properties:
        """Return a note's inline fields (``key:: value``)."""

    def spellings(self) -> Mapping[str, Sequence[str]]:
        """Return the folded names of properties and fields that have spaces or signs, by their dashed form."""

    def tags(self, path: str) -> Sequence[str]:
        """Return a note's tags without ``#``."""

    def aliases(self, path: str) -> Sequence[str]: ...

    def links(self, path: str) -> Sequence[Link]:
        """Return a note's links to files, in properties and text, embeds included."""

    def backlinks(self, path: str) -> Sequence[str]:
        """Return the notes that link to a file."""

    def items(self, path: str) -> Sequence[Mapping[str, Value]]:
        """Return a note's list items, as Dataview has them."""

    def size(self, path: str) -> float:
        """Return a file's size in bytes."""

    def created(self, path: str) -> Date | None:
        """Return when a file was created, as far as git or its properties know."""

    def changed(self, path: str) -> Date | None:
        """Return when a file was last changed, as far as git or its properties know."""


@dataclass(frozen=True, slots=True)
class PlainFile:
    """One file of a plain world."""

    path: str
    properties: Mapping[str, Value] = field(default_factory=dict)
    fields: Mapping[str, Value] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    items: tuple[Mapping[str, Value], ...] = ()
    size: float = 0.0
    times: tuple[Date | None, Date | None] = (None, None)


class PlainWorld:
    """A world of records; a link points to the file of that path or name."""

    def __init__(self, files: Sequence[PlainFile], now: Date):
        self.by_path = {file.path: file for file in sorted(files, key=lambda file: file.path)}
        self.by_name = {fold(stem(path)): path for path in reversed(self.by_path)}
        self.by_name |= {fold(path): path for path in self.by_path}
        self.moment, self.none = now, PlainFile("")
        self.shared: dict[Any, Any] = {}
        self.sources: dict[str, list[str]] = {}
        for path, file in self.by_path.items():
            for target in dict.fromkeys(link.path for link in file.links):
                self.sources.setdefault(target, []).append(path)

    def _file(self, path: str) -> PlainFile:
        return self.by_path.get(path, self.none)

    def now(self) -> Date:
        return self.moment

    def files(self) -> Sequence[str]:
        return tuple(self.by_path)

    def notes(self) -> Sequence[str]:
        return tuple(path for path in self.by_path if path.endswith(".md"))

    def resolve(self, target: str, source: str) -> str:
        return self.by_name.get(fold(target)) or self.by_name.get(fold(f"{target}.md"), "")

    def properties(self, path: str) -> Properties:
        return {fold(name): value for name, value in self._file(path).properties.items()}

    def names(self, path: str) -> Mapping[str, str]:
        return {fold(name): name for name in self._file(path).properties}

    def fields(self, path: str) -> Properties:
        return {fold(name): value for name, value in self._file(path).fields.items()}

    def spellings(self) -> Mapping[str, Sequence[str]]:
        files = self.by_path.values()
        return spelled(name for file in files for name in (*file.properties, *file.fields))

    def tags(self, path: str) -> Sequence[str]:
        return self._file(path).tags

    def aliases(self, path: str) -> Sequence[str]:
        found = self._file(path).properties.get("aliases", ())
        return found if isinstance(found, tuple) else (str(found),)

    def links(self, path: str) -> Sequence[Link]:
        return self._file(path).links

    def backlinks(self, path: str) -> Sequence[str]:
        return self.sources.get(path, ())

    def items(self, path: str) -> Sequence[Mapping[str, Value]]:
        return self._file(path).items

    def size(self, path: str) -> float:
        return self._file(path).size

    def created(self, path: str) -> Date | None:
        return self._file(path).times[0]

    def changed(self, path: str) -> Date | None:
        return self._file(path).times[1]
