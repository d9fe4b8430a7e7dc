"""The parts of a base: records that `base_file` makes and `base_rows` evaluates."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from hortus.core.keys import fold
from hortus.queries.env import Env
from hortus.queries.evaluate import Run
from hortus.queries.result import Problem, span_of
from hortus.queries.tree import Node
from hortus.queries.values import QueryError, is_truthy
from hortus.vault.yaml_nodes import Scalar

PREFIXES = ("note", "file", "formula")
FILE_NAMES = {
    "name": "Name", "basename": "Name", "mtime": "Modified", "ctime": "Created", "ext": "Extension", "file": "File",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression of a base: its place, and what evaluates it."""

    at: Scalar
    tree: Node
    run: Run
    cost: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition, or several joined by *join*."""

    join: str
    parts: "tuple[Filter | Formula, ...]"


@dataclass(frozen=True, slots=True)
class Column:
    """A property that a view shows or sorts by; *id* is ``note.NAME``, ``file.NAME`` or ``formula.NAME``."""

    id: str
    name: str
    run: Run
    at: Scalar
    descending: bool = False


@dataclass(frozen=True, slots=True)
class View:
    kind: str
    name: str
    filter: Filter | None
    columns: tuple[Column, ...]
    sort: tuple[Column, ...]
    group: Column | None
    limit: int
    """The highest number of rows; 0 for all."""
    summaries: Map[str, tuple[str, Formula | None]]
    """By id of a column: the name of its summary, and the base's own formula for it."""
    image: Column | None
    options: Map[str, str]


@dataclass(slots=True)
class Base:
    """One base; *problems* are those of its text, in their order."""

    filter: Filter | None = None
    formulas: dict[str, Run] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    asked: dict[str, tuple[str, Scalar, int]] = field(default_factory=dict)
    """Properties that expressions read, by folded name: as written, and where."""

    def view(self, name: str) -> View | None:
        """Return a view by its name, compared without case; the first if the name is empty."""
        named = (view for view in self.views if not name or fold(view.name) == fold(name))
        return next(named, None)


def column_id(text: str) -> str:
    """Return the id of a property: one without a prefix is a note's.

    >>> column_id("age"), column_id("file.name"), column_id("my.key")
    ('note.age', 'file.name', 'note.my.key')
    """
    text = text.strip()
    prefix, dot, _ = text.partition(".")
    return text if dot and prefix in PREFIXES else f"note.{text}"


def column_name(identity: str) -> str:
    """Return what a column without a display name is called."""
    prefix, _, name = identity.partition(".")
    return FILE_NAMES.get(name, name.capitalize()) if prefix == "file" else name


def problem_at(at: Scalar, error: QueryError) -> Problem:
    """Return the problem of an error in an expression, with its place in the file."""
    start, length = span_of(at.text, error)
    return Problem(*at.place(start), length, error.message, error.hint)


def passes(found: Filter | Formula, env: Env, failed: Callable[[Formula, QueryError], None]) -> bool:
    """Return whether the current row passes a filter; an error in a condition fails it."""
    if isinstance(found, Formula):
        env.spend(found.cost)
        try:
            return is_truthy(found.run(env))
        except QueryError as error:
            failed(found, error)
            return False
    for part in found.parts:
        if passes(part, env, failed) is not (found.join == "and"):
            return found.join == "or"
    return found.join != "or"


def cycle(name: str, uses: Map[str, list[str]]) -> list[str]:
    """Return the formulas by which a formula uses itself, in order, from it on; empty if it does not.

    >>> cycle("a", {"a": ["b", "c"], "c": ["a"]})
    ['a', 'c']
    """
    waiting: list[tuple[str, list[str]]] = [(name, [name])]
    seen: set[str] = set()
    while waiting:
        one, path = waiting.pop()
        for used in uses.get(one, ()):
            if used == name:
                return path
            if used not in seen:
                seen.add(used)
                waiting.append((used, [*path, used]))
    return []
