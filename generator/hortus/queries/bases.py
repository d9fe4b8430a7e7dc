"""What names, fields and calls mean in Bases."""

from collections.abc import Callable, Mapping
from typing import Any

from hortus.core.hints import code_hint
from hortus.core.keys import fold
from hortus.queries import operators
from hortus.queries.env import Env
from hortus.queries.evaluate import Compiler, Run, located
from hortus.queries.functions import GLOBALS, METHODS, dates, files
from hortus.queries.functions.registry import ANY, Function, check_count
from hortus.queries.texts import text_of
from hortus.queries.tree import Call, Index, Literal, Member, Name, Node
from hortus.queries.values import (
    Date,
    File,
    Link,
    QueryError,
    Tag,
    This,
    Value,
    type_name,
)

BOUND = {"filter": ("value", "index"), "map": ("value", "index"), "reduce": ("value", "index", "acc")}
"""The names that functions bind in the expressions they are given."""
CONSTANT = frozenset({"link", "file", "date", "duration", "now", "today"})
"""Functions whose value is the same in every row if their arguments are literals."""
OF_NOTHING = frozenset({"isEmpty", "isTruthy", "isType", "toString"})
"""Methods that an absent value has; any other gives an absent value."""
INSTEAD = {
    "not": "write `!` before what is negated, as in `!done`",
    "empty": "write `.isEmpty()` after the value",
    "isempty": "write `.isEmpty()` after the value",
    "sum": "write `values.reduce(acc + value, 0)`",
    "and": "write `&&` between conditions",
    "or": "write `||` between conditions",
}
"""Functions of other languages, and what to write in Bases."""
DIFFERENCES = {
    unit: f"a difference of dates is in milliseconds: divide it by {milliseconds}"
    for unit, milliseconds in {"days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000}.items()
}
"""Fields that a difference of dates is often taken to have, and what to write."""


class BasesCompiler(Compiler):
    """Compiles expressions of one base; *formulas* are its formulas by name, which may use each other."""

    operations = operators.BASES

    def __init__(self, formulas: Mapping[str, Run], names: tuple[str, ...] = ()):
        super().__init__()
        self.formulas, self.scope = formulas, names
        self.formula_uses: list[str] = []
        """The formulas that were used."""

    def name(self, node: Name) -> Run:
        name = node.name
        if name in self.scope:
            return lambda env: env.locals.get(name)
        if name == "this":
            return lambda env: This(env.this)
        if name == "file":
            return lambda env: File(env.path)
        if name == "note":
            return lambda env: files.FIELDS["properties"](env, env.path)
        return self.property(name, node)

    def property(self, name: str, node: Node) -> Run:
        key = fold(name.strip())
        self.asked.setdefault(key, (name, node.start, node.end))
        return lambda env: env.properties.get(key)

    def formula(self, name: str, node: Node) -> Run:
        """Return what evaluates a formula, once a row."""
        formulas = self.formulas
        if name not in formulas:
            raise QueryError(f"there is no formula `{name}`", node.start, node.end, code_hint(name, formulas))
        self.formula_uses.append(name)

        def run(env: Env) -> Value:
            known = env.formulas
            if name not in known:
                known[name] = formulas[name](env)
            return known[name]

        return run

    def member(self, node: Member) -> Run:
        of, name = node.of, node.name
        if isinstance(of, Name) and of.name not in self.scope:
            if of.name == "note":
                return self.property(name, node)
            if of.name == "formula":
                return self.formula(name, node)
            if of.name == "file":
                return self._file_field(node)
        value, key = self.compile(of), fold(name)

        def run(env: Env) -> Value:
            try:
                return field_of(env, value(env), name, key)
            except QueryError as error:
                raise located(error, node) from None

        return run

    def _file_field(self, node: Member) -> Run:
        read = files.FIELDS.get(node.name)
        if read is None:
            otherwise = "a property of the note is written without `file.`"
            hint = code_hint(node.name, files.FIELDS, otherwise, prefix="file.")
            raise QueryError(f"a file has no `{node.name}`", node.at, node.end, hint)
        return lambda env: read(env, env.path)

    def index(self, node: Index) -> Run:
        of, key = node.of, node.key
        if isinstance(of, Name) and isinstance(key, Literal) and type(key.value) is str and of.name not in self.scope:
            if of.name == "note":
                return self.property(key.value, node)
            if of.name == "formula":
                return self.formula(key.value, node)
        value, place = self.compile(of), self.compile(key)

        def run(env: Env) -> Value:
            try:
                return item_of(env, value(env), place(env))
            except QueryError as error:
                raise located(error, node) from None

        return run

    def call(self, node: Call) -> Run:
        if node.of is not None:
            return self._method(node)
        found = GLOBALS.get(node.name)
        if found is None:
            raise self._unknown(node, [*GLOBALS, *METHODS])
        self._check(found, node)
        given = self._arguments(found, node)
        if found.lazy:
            return lambda env: found.run(env, *given)
        run = found.run

        def call(env: Env) -> Value:
            try:
                return run(env, *[one(env) for one in given])
            except QueryError as error:
                raise located(error, node) from None

        if node.name in CONSTANT and all(isinstance(one, Literal) for one in node.arguments):
            key = object()  # hashing the node itself would take as long as the call
            return lambda env: env.once(key, lambda: call(env))
        return call

    def _unknown(self, node: Call, known: list[str]) -> QueryError:
        end = node.at + len(node.name)
        hint = INSTEAD.get(node.name.lower(), "")
        if not hint and node.of is None and node.name in METHODS:
            hint = f"write `….{node.name}(…)` after a value"
        hint = hint or code_hint(node.name, known)
        return QueryError(f"there is no function `{node.name}`", node.at, end, hint)

    def _check(self, found: Function, node: Call) -> None:
        if fault := check_count(found, len(node.arguments)):
            raise QueryError(fault, node.at, node.end)

    def _arguments(self, found: Function, node: Call) -> tuple[Any, ...]:
        if not found.lazy:
            return tuple(map(self.compile, node.arguments))
        bound = BOUND.get(node.name, ())
        with self.bound(*bound):
            first = [self.body(one) if bound else self.compile(one) for one in node.arguments[:1]]
        return (*first, *map(self.compile, node.arguments[1:]))

    def _method(self, node: Call) -> Run:
        table = METHODS.get(node.name)
        if table is None:
            raise self._unknown(node, list(METHODS))
        found = next(iter(table.values()))
        if not any(one.low <= len(node.arguments) <= one.high for one in table.values()):
            self._check(found, node)
        assert node.of is not None
        of, given, name = self.compile(node.of), self._arguments(found, node), node.name
        lazy = found.lazy

        def call(env: Env) -> Value:
            value = of(env)
            try:
                run, value = chosen(table, value, name)
                if run is None:
                    return None
                return run(env, value, *given) if lazy else run(env, value, *[one(env) for one in given])
            except QueryError as error:
                raise located(error, node) from None

        return call


def chosen(table: Mapping[Any, Function], value: Value, name: str) -> tuple[Callable[..., Value] | None, Value]:
    """Return the method for a value's type, and the value as it takes it; None for an absent value.

    A link, tag or date is a list with one item where only lists and texts have the method and a list fits, otherwise
    it is its text.
    """
    kind = type(value)
    found = table.get(kind) or table.get(ANY)
    if found is not None and (value is not None or name in OF_NOTHING):
        return found.run, value
    if value is None:
        return None, None
    if kind is This and File in table:
        return table[File].run, value
    if kind in (Link, Tag, File, This) and tuple in table and str in table:
        return table[tuple].run, (value,)
    if kind in (Link, Tag, Date) and str in table:
        return table[str].run, text_of(value)
    kinds = sorted({type_name(one()) if one in (float, str, tuple, dict) else one.__name__.lower() for one in table})
    hint = "turn it into a list with list(…)" if kinds == ["list"] else ""
    raise QueryError(f"a {type_name(value)} has no `{name}`, only a {' or '.join(kinds)} has", hint=hint)


def field_of(env: Env, value: Value, name: str, key: str) -> Value:
    """Return a field of a value; *key* is the folded name."""
    kind = type(value)
    if value is None:
        return None
    if kind is dict:
        return _entry(value, name, key)
    if kind is This:
        return File(value.path) if name == "file" else env.world.properties(value.path).get(key)
    if kind is File and name in files.FIELDS:
        return files.FIELDS[name](env, value.path)
    if name == "length" and kind in (str, tuple, Tag):
        return float(len(value if kind is not Tag else text_of(value)))
    if kind is Date and name in dates.FIELDS:
        return float(dates.FIELDS[name](value))
    hint = DIFFERENCES.get(name, "") if kind is float else ""
    raise QueryError(f"a {type_name(value)} has no field `{name}`", hint=hint)


def _entry(value: Mapping[str, Value], name: str, key: str) -> Value:
    if name in value:
        return value[name]
    return next((item for other, item in value.items() if fold(other) == key), None)


def item_of(env: Env, value: Value, place: Value) -> Value:
    """Return an item of a list or text by its number, or of an object by its key; null where there is none."""
    if type(value) in (tuple, str) and type(place) is float:
        number = int(place) if place.is_integer() else -1
        return value[number] if 0 <= number < len(value) else None
    if value is None or place is None:
        return None
    if type(place) is str:
        return field_of(env, value, place, fold(place))
    raise QueryError(f"a {type_name(value)} has no item of a {type_name(place)}")
