"""Dataview's functions of lists and objects."""

from collections.abc import Callable, Sequence
from typing import Any

from hortus.queries.compare import order_key
from hortus.queries.dql_fields import field_of
from hortus.queries.functions.registry import MANY, dataview, text_given, whole
from hortus.queries.operators import DATAVIEW as OPERATORS
from hortus.queries.texts import dataview_text
from hortus.queries.values import File, QueryError, Row, Tag, Value, is_truthy, joined, listed, type_name

Items = tuple[Value, ...]


def items_of(value: Value) -> Items:
    if type(value) is not tuple:
        raise QueryError(f"a list is expected, not a {type_name(value)}")
    return value


def called(value: Value) -> Callable[..., Value]:
    if not callable(value):
        raise QueryError(f"a lambda is expected, such as (x) => x, not a {type_name(value)}")
    return value


@dataview("length", 1)
def length(env: Any, value: Value) -> Value:
    if value is None:
        return 0.0
    if type(value) not in (str, tuple, dict):
        raise QueryError(f"a {type_name(value)} has no length")
    return float(len(value))


def _within(env: Any, value: Value, wanted: Value, fold: Callable[[str], str]) -> bool:
    """Look for a value: in a list for each item, in a text for a part, in an object, note or `file` for a key."""
    if type(value) is str and type(wanted) is str:
        return fold(wanted) in fold(value)
    if type(value) is tuple:
        env.spend(len(value) / 4)
        return any(_within(env, item, wanted, fold) for item in value)
    if type(value) in (str, Tag) and type(wanted) in (str, Tag):
        return fold(text_given(wanted)) in fold(text_given(value))
    if type(value) is dict and type(wanted) is str:
        return wanted in value
    if type(value) in (File, Row) and type(wanted) is str:
        return field_of(env, value, wanted) is not None
    return OPERATORS["=="](value, wanted)


@dataview("contains", 2, vector=[1])
def contains(env: Any, value: Value, wanted: Value) -> Value:
    """Return whether a list, text or object contains a value; texts in lists may contain it as a part."""
    return _within(env, value, wanted, str)


@dataview("icontains", 2, vector=[1])
def icontains(env: Any, value: Value, wanted: Value) -> Value:
    return _within(env, value, wanted, str.lower)


@dataview("econtains", 2, vector=[1])
def econtains(env: Any, value: Value, wanted: Value) -> Value:
    """Return whether a list has exactly this item."""
    if type(value) is tuple:
        env.spend(len(value) / 4)
        return any(OPERATORS["=="](item, wanted) for item in value)
    return _within(env, value, wanted, str)


@dataview("reverse", 1)
def reverse(env: Any, value: Value) -> Value:
    return value[::-1] if type(value) in (str, tuple) else value


@dataview("sort", 1, 2)
def sort(env: Any, value: Value, key: Value = None) -> Value:
    if type(value) is not tuple:
        return value
    env.spend(len(value) * 4)
    return tuple(sorted(value, key=order_key if key is None else lambda item: order_key(called(key)(item))))


@dataview("unique", 1)
def unique(env: Any, value: Value) -> Value:
    if value is None:
        return None
    found: dict[Any, Value] = {}
    for item in items_of(value):
        found.setdefault(order_key(item), item)
    return tuple(found.values())


@dataview("flat", 1, 2)
def flat(env: Any, value: Value, depth: Value = 1.0) -> Value:
    items: Sequence[Value] = items_of(value) if value is not None else ()
    for _ in range(min(whole(depth), 20)):
        items = [one for item in items for one in (item if type(item) is tuple else (item,))]
        env.spend(len(items))
    return listed(items)


@dataview("slice", 1, 3)
def slice_(env: Any, value: Value, start: Value = 0.0, end: Value = None) -> Value:
    return items_of(value)[whole(start) : None if end is None else whole(end)]


@dataview("nonnull", 1, MANY)
def nonnull(env: Any, *given: Value) -> Value:
    items = given[0] if len(given) == 1 and type(given[0]) is tuple else given
    return tuple(item for item in items if item is not None)


@dataview("firstvalue", 1, nulls=[0])
def firstvalue(env: Any, value: Value) -> Value:
    return next((item for item in items_of(value) if item is not None), None)


@dataview("join", 1, 2)
def join(env: Any, value: Value, separator: Value = ", ") -> Value:
    items = value if type(value) is tuple else (value,)
    env.spend(len(items))
    return joined(text_given(", " if separator is None else separator), map(dataview_text, items))


@dataview("filter", 2, nulls=[0])
def filter_(env: Any, value: Value, keep: Value) -> Value:
    run = called(keep)
    return tuple(item for item in items_of(value) if is_truthy(run(item)))


@dataview("map", 2, nulls=[0])
def map_(env: Any, value: Value, new: Value) -> Value:
    run = called(new)
    return tuple(run(item) for item in items_of(value))


def _tested(given: tuple[Value, ...]) -> list[bool]:
    if len(given) == 2 and type(given[0]) is tuple and callable(given[1]):
        return [is_truthy(given[1](item)) for item in given[0]]
    items = given[0] if len(given) == 1 and type(given[0]) is tuple else given
    return [is_truthy(item) for item in items]


@dataview("any", 1, MANY)
def any_(env: Any, *given: Value) -> Value:
    return any(_tested(given))


@dataview("all", 1, MANY)
def all_(env: Any, *given: Value) -> Value:
    return all(_tested(given))


@dataview("none", 1, MANY)
def none(env: Any, *given: Value) -> Value:
    return not any(_tested(given))


REDUCERS: dict[str, Callable[[Value, Value], Value]] = {
    **{sign: OPERATORS[sign] for sign in "+-*/"},
    "&": lambda left, right: is_truthy(left) and is_truthy(right),
    "|": lambda left, right: is_truthy(left) or is_truthy(right),
}
"""The operators that `reduce` takes in quotes."""


@dataview("reduce", 2, nulls=[0, 1])
def reduce(env: Any, value: Value, step: Value) -> Value:
    """Join the items of a list by an operator in quotes or a lambda of two arguments; null for an empty list."""
    items = items_of(value)
    if not items:
        return None
    run = REDUCERS.get(step) if type(step) is str else called(step)
    if run is None:
        raise QueryError(f"`{step}` is not an operator of `reduce`: {' '.join(REDUCERS)}")
    result = items[0]
    for item in items[1:]:
        if item is not None or type(step) is str:
            result = run(result, item)
    return result


def _joined(items: Value, sign: str) -> Value:
    if type(items) is not tuple:
        return items
    there = [item for item in items if item is not None]
    return reduce(None, tuple(there), sign) if there else None


@dataview("sum", 1)
def sum_(env: Any, value: Value) -> Value:
    """Add the items of a list; absent ones count as nothing."""
    return _joined(value, "+")


@dataview("product", 1)
def product(env: Any, value: Value) -> Value:
    return _joined(value, "*")


@dataview("average", 1)
def average(env: Any, value: Value) -> Value:
    if type(value) is not tuple:
        return value
    there = [item for item in value if item is not None]
    return OPERATORS["/"](_joined(tuple(there), "+"), float(len(there))) if there else None


def _extreme(given: tuple[Value, ...], pick: Callable[..., Value]) -> Value:
    items = given[0] if len(given) == 1 and type(given[0]) is tuple else given
    there = [item for item in items if item is not None]
    return pick(there, key=order_key) if there else None


@dataview("min", 1, MANY)
def min_(env: Any, *given: Value) -> Value:
    return _extreme(given, min)


@dataview("max", 1, MANY)
def max_(env: Any, *given: Value) -> Value:
    return _extreme(given, max)


def _extreme_by(value: Value, key: Value, pick: Callable[..., Value]) -> Value:
    run, items = called(key), items_of(value)
    pairs = [(order_key(new), place) for place, item in enumerate(items) if (new := run(item)) is not None]
    if not pairs:
        return items[0] if items else None
    best = pick(new for new, _ in pairs)
    return next(items[place] for new, place in pairs if new == best)


@dataview("minby", 2, nulls=[0])
def minby(env: Any, value: Value, key: Value) -> Value:
    return _extreme_by(value, key, min)


@dataview("maxby", 2, nulls=[0])
def maxby(env: Any, value: Value, key: Value) -> Value:
    return _extreme_by(value, key, max)


@dataview("extract", 1, MANY, vector=[0], nulls=[0])
def extract(env: Any, value: Value, *names: Value) -> Value:
    return {text_given(name): field_of(env, value, text_given(name)) for name in names}
