"""What names, fields and calls mean in Dataview: everything is a value, and nothing is ever unknown but a function."""

from hortus.core.hints import code_hint
from hortus.core.keys import fold
from hortus.queries import operators
from hortus.queries.dql_fields import FILE, field_of, page_value
from hortus.queries.env import Env
from hortus.queries.evaluate import Compiler, Run, located
from hortus.queries.functions import dataview_lists, dataview_texts, dataview_values
from hortus.queries.functions.registry import DATAVIEW, Function, check_count
from hortus.queries.tree import Call, Index, Literal, Member, Name, Node
from hortus.queries.values import (
    File,
    Link,
    QueryError,
    Rich,
    Row,
    Value,
    listed,
    type_name,
)

MODULES = (dataview_lists, dataview_texts, dataview_values)
"""Where the functions are, so that they are registered."""


SPECIAL = frozenset({tuple, Rich, type(None)})
"""Types of arguments that functions do not get as they are."""


class DqlCompiler(Compiler):
    operations = operators.DATAVIEW

    def literal(self, node: Literal) -> Run:
        value = node.value
        if isinstance(value, Link):
            return lambda env: env.link(value.target, value.anchor, value.display, value.embed)
        return lambda env: value

    def reads_literal(self, node: Literal) -> bool:
        return isinstance(node.value, Link)

    def name(self, node: Name) -> Run:
        name, key = node.name, fold(node.name)
        if name in self.scope:
            return lambda env: env.locals.get(name)
        if name == "this":
            return lambda env: Row(env.this)
        if name == "row":
            return lambda env: Row(env.path, env.locals)
        if name != "file":
            self.asked.setdefault(key, (name, node.start, node.end))

        def run(env: Env) -> Value:
            known = env.locals
            if name in known:
                return known[name]
            if key in known:
                return known[key]
            if key == "file":
                return File(env.path) if env.path else None
            return page_value(env, env.path, key)

        return run

    def member(self, node: Member) -> Run:
        name = node.name
        if isinstance(node.of, Name) and node.of.name == "file" and name in FILE:
            read = FILE[name]
            return lambda env: env.locals["file"].get(name) if "file" in env.locals else read(env, env.path)
        of_file = isinstance(node.of, Name | Member) and node.of.name == "file" and "file" not in self.scope
        if of_file and name not in FILE:
            self.asked.setdefault(f"file.{name}", (name, node.at, node.end))
        if isinstance(node.of, Name) and node.of.name == "this" and not {"this", name} & {*self.scope, "file"}:
            self.asked.setdefault(fold(name), (name, node.at, node.end))
        of = self.compile(node.of)
        return lambda env: field_of(env, of(env), name)

    def index(self, node: Index) -> Run:
        of, key = self.compile(node.of), self.compile(node.key)

        def run(env: Env) -> Value:
            value, place = of(env), key(env)
            if type(value) in (tuple, str) and type(place) is float:
                return value[int(place)] if place.is_integer() and 0 <= place < len(value) else None
            if place is None or type(place) is str:
                return field_of(env, value, place or "")
            raise QueryError(f"a {type_name(value)} has no item of a {type_name(place)}", node.start, node.end)

        return run

    def call(self, node: Call) -> Run:
        found = DATAVIEW.get(node.name.lower() if node.name.lower() in DATAVIEW else node.name)
        end = node.at + len(node.name)
        if node.of is not None:
            raise QueryError(f"`{node.name}` cannot follow a dot", node.at, end, f"write `{node.name}(…, …)`")
        if found is None:
            raise QueryError(f"there is no function `{node.name}`", node.at, end, code_hint(node.name, DATAVIEW))
        if fault := check_count(found, len(node.arguments)):
            raise QueryError(fault, node.at, node.end)
        given = tuple(map(self.compile, node.arguments))

        run = found.run
        if len(given) == 2:
            return _call_of_two(found, node, *given)

        def call(env: Env) -> Value:
            try:
                values = [one(env) for one in given]
                if SPECIAL.isdisjoint(map(type, values)):
                    return run(env, *values)
                return applied(env, found, list(map(_plain, values)))
            except QueryError as error:
                raise located(error, node) from None

        return call


def _call_of_two(found: Function, node: Call, first: Run, second: Run) -> Run:
    """Return a call of a function of two arguments, the most common in conditions."""
    run = found.run

    def call(env: Env) -> Value:
        try:
            value, other = first(env), second(env)
            if type(value) not in SPECIAL and type(other) not in SPECIAL:
                return run(env, value, other)
            return applied(env, found, [_plain(value), _plain(other)])
        except QueryError as error:
            raise located(error, node) from None

    return call


def _plain(value: Value) -> Value:
    """Return the text of a task; functions take it like any text."""
    return value.text if type(value) is Rich else value


def applied(env: Env, found: Function, given: list[Value]) -> Value:
    """Call a function; for each item where a list is given that it takes item by item."""
    if tuple in map(type, given) and (
        lists := [place for place in found.vector if place < len(given) and type(given[place]) is tuple]
    ):
        count = min(len(given[place]) for place in lists)
        env.spend(count * 2)
        rows = ([one[place] if number in lists else one for number, one in enumerate(given)] for place in range(count))
        return listed(applied(env, found, row) for row in rows)
    if None in given and any(given[place] is None for place in found.nulls if place < len(given)):
        return None
    return found.run(env, *given)


def name_of(source: str, node: Node) -> str:
    """Return how a column without a name is called: its expression."""
    return " ".join(source[node.start : node.end].split())
