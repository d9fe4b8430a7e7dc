"""What an expression is evaluated in: the vault, the note that asks, the row, names, and how much may still be done."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from hortus.core.keys import above, fold, tag_key
from hortus.queries.patterns import Expression
from hortus.queries.values import Date, Exhausted, Link, Value
from hortus.queries.world import World

STEPS = 12_000_000
"""Parts of expressions that a query may evaluate: about two seconds on one core. A count and not a time, so that a
busy machine changes no result."""


class Env:
    """The state of one query. *path* is the row's file, *locals* are the names of lambdas and of added columns."""

    __slots__ = ("formulas", "known", "locals", "path", "properties", "steps", "this", "world")

    def __init__(self, world: World, this: str):
        self.world, self.this = world, this
        self.path = this
        self.properties: Mapping[str, Value] = {}
        self.locals: dict[str, Value] = {}
        self.formulas: dict[str, Value] = {}
        """Values of the row's formulas that were computed."""
        self.steps = STEPS
        self.known: dict[Any, Any] = {}

    def go_to(self, path: str) -> None:
        """Make a file the current row."""
        self.path, self.properties, self.formulas = path, self.world.properties(path), {}

    def spend(self, steps: float) -> None:
        """Count work; raise Exhausted when it is too much."""
        self.steps -= int(steps)
        if self.steps < 0:
            raise Exhausted("this query takes too long", hint="test fewer rows first, or shorten its lists")

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return a value that is computed once a query."""
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def now(self) -> Date:
        return self.once("now", self.world.now)

    def expression(self, source: str, flags: str = "") -> Expression:
        """Return a regular expression, the same one throughout the query: once too slow, it fails in every later row.

        Other queries have their own, so that a result does not depend on what was evaluated before.
        """
        return self.once(("expression", source, flags), lambda: Expression(source, flags))

    def link(self, target: str, anchor: str = "", display: Value = None, embed: bool = False) -> Link:
        """Return a link as written in the note that asks."""
        path = self.this if not target else self.once(("to", target), lambda: self.world.resolve(target, self.this))
        return Link(target, path, anchor, display, embed)

    def link_to(self, path: str, display: Value = None) -> Link:
        return link_to(path) if display is None else Link(path.removesuffix(".md"), path, "", display)

    def tags(self, path: str) -> tuple[str, ...]:
        """Return the keys of a note's tags."""
        tags = self.world.tags(path)
        return self.shared(("tags", path), lambda: tuple(map(tag_key, tags)))

    def linked(self, path: str) -> frozenset[str]:
        """Return the files that a note links to."""
        links = self.world.links(path)
        return self.shared(("linked", path), lambda: frozenset(link.path for link in links if link.path))

    def unwritten(self, path: str) -> frozenset[str]:
        """Return the keys of links of a note that point to no file."""
        links = self.world.links(path)
        return self.shared(("unwritten", path), lambda: frozenset(fold(link.target) for link in links if not link.path))

    def tagged(self, key: str) -> frozenset[str]:
        """Return the files that have a tag, or a tag below it."""
        paths = self.world.files()
        self.world.tags("")  # asked also where the table is known
        tags = self.shared(("tagged",), lambda: _by_tag({path: self.world.tags(path) for path in paths}))
        return tags.get(key, frozenset())

    def below(self, place: str) -> frozenset[str]:
        """Return the files in a folder and in those within it, by its folded name."""
        paths = self.world.files()
        return self.shared(("below",), lambda: _by_folder(paths)).get(place, frozenset())

    def shared(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return a value that is computed once for all queries; what it is made of has to be asked each time."""
        known = self.world.shared
        if key not in known:
            known[key] = make()
        return known[key]


@lru_cache(maxsize=1 << 16)
def link_to(path: str) -> Link:
    return Link(path.removesuffix(".md"), path)


def _by_tag(tags: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for path, own in tags.items():
        for key in {part for tag in map(tag_key, own) for part in (*above(tag), tag)}:
            found.setdefault(key, set()).add(path)
    return {key: frozenset(paths) for key, paths in found.items()}


def _by_folder(paths: Sequence[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for path in paths:
        for place in above(fold(path)):
            found.setdefault(place, set()).add(path)
    return {place: frozenset(paths) for place, paths in found.items()}
