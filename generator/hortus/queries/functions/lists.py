"""Functions of lists and objects in Bases. An expression given to `filter`, `map` and `reduce` is evaluated for each
item, with the names `value`, `index` and `acc`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hortus.queries.compare import equal, sort_key
from hortus.queries.evaluate import Body, Run
from hortus.queries.functions.registry import MANY, method, text_given, whole
from hortus.queries.texts import text_of
from hortus.queries.values import Value, is_truthy, joined, listed


@contextmanager
def _names(env: Any, items: tuple[Value, ...], body: Body) -> Iterator[dict[str, Value]]:
    """Make a scope for the names of an expression that is evaluated for each item; count the work."""
    env.spend(len(items) * body.cost)
    before = env.locals
    env.locals = inner = {**before}
    try:
        yield inner
    finally:
        env.locals = before


@method("filter", tuple, 1, lazy=True)
def filter_(env: Any, items: tuple[Value, ...], keep: Body) -> Value:
    found, run = [], keep.run
    with _names(env, items, keep) as names:
        for place, item in enumerate(items):
            names["value"], names["index"] = item, float(place)
            if is_truthy(run(env)):
                found.append(item)
    return tuple(found)


@method("map", tuple, 1, lazy=True)
def map_(env: Any, items: tuple[Value, ...], new: Body) -> Value:
    found, run = [], new.run
    with _names(env, items, new) as names:
        for place, item in enumerate(items):
            names["value"], names["index"] = item, float(place)
            found.append(run(env))
    return tuple(found)


@method("reduce", tuple, 2, lazy=True)
def reduce(env: Any, items: tuple[Value, ...], step: Body, start: Run) -> Value:
    result, run = start(env), step.run
    with _names(env, items, step) as names:
        for place, item in enumerate(items):
            names["value"], names["index"], names["acc"] = item, float(place), result
            result = run(env)
    return result


@method("contains", tuple, 1)
def contains(env: Any, items: tuple[Value, ...], wanted: Value) -> Value:
    env.spend(len(items) / 4)
    return any(equal(item, wanted) for item in items)


@method("containsAll", tuple, 1, MANY)
def contains_all(env: Any, items: tuple[Value, ...], *wanted: Value) -> Value:
    return all(contains(env, items, one) for one in wanted)


@method("containsAny", tuple, 1, MANY)
def contains_any(env: Any, items: tuple[Value, ...], *wanted: Value) -> Value:
    return any(contains(env, items, one) for one in wanted)


@method("flat", tuple)
def flat(env: Any, items: tuple[Value, ...]) -> Value:
    """Put the items of lists within the list in their place, those of lists within these as well."""
    found: list[Value] = []
    waiting = list(reversed(items))
    while waiting:
        item = waiting.pop()
        if type(item) is tuple:
            waiting.extend(reversed(item))
        else:
            found.append(item)
    env.spend(len(found))
    return listed(found)


@method("join", tuple, 1)
def join(env: Any, items: tuple[Value, ...], separator: Value) -> Value:
    env.spend(len(items))
    return joined(text_given(separator), map(text_of, items))


@method("reverse", tuple)
def reverse(env: Any, items: tuple[Value, ...]) -> Value:
    return items[::-1]


@method("slice", tuple, 1, 2)
def slice_(env: Any, items: tuple[Value, ...], start: Value, end: Value = None) -> Value:
    return items[whole(start) : None if end is None else whole(end)]


@method("sort", tuple)
def sort(env: Any, items: tuple[Value, ...]) -> Value:
    """Sort from smallest to largest; absent values come last."""
    env.spend(len(items) * 4)
    there = [item for item in items if item is not None]
    return (*sorted(there, key=sort_key), *[None] * (len(items) - len(there)))


@method("unique", tuple)
def unique(env: Any, items: tuple[Value, ...]) -> Value:
    """Keep the first of equal items."""
    return distinct(env, items)


def distinct(env: Any, items: tuple[Value, ...]) -> tuple[Value, ...]:
    plain: set[Any] = set()
    others: list[Value] = []
    found = []
    for item in items:
        if type(item) in (str, float, bool):
            if (key := (type(item), item)) in plain:
                continue
            plain.add(key)
        else:
            env.spend(len(others))
            if any(equal(item, other) for other in others):
                continue
            others.append(item)
        found.append(item)
    return tuple(found)


@method("mean", tuple)
def mean(env: Any, items: tuple[Value, ...]) -> Value:
    """Return the mean of the numbers of a list; null if there are none."""
    numbers = [item for item in items if type(item) is float]
    return sum(numbers) / len(numbers) if numbers else None


@method("keys", dict)
def keys(env: Any, items: dict[str, Value]) -> Value:
    return tuple(items)


@method("values", dict)
def values(env: Any, items: dict[str, Value]) -> Value:
    return tuple(items.values())
