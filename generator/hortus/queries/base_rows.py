"""The rows of a view of a base.

1. Files that pass the base's filter and the view's.
2. Sorted: empty values last in both directions, ties by name and path.
3. The first *limit* of them, in groups, with summaries.

An error in a cell spoils that cell; an error in a condition leaves the row out. The first error of each expression is a
problem.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hortus.queries.base_parts import Base, Column, Formula, View, passes, problem_at
from hortus.queries.compare import order_key, sort_key, text_key
from hortus.queries.env import Env
from hortus.queries.functions.texts import is_empty
from hortus.queries.likely import likely
from hortus.queries.result import Group, Problem, Result, Shown
from hortus.queries.summaries import SUMMARIES
from hortus.queries.values import (
    MOST_ITEMS,
    Exhausted,
    Failed,
    File,
    Link,
    QueryError,
    Reported,
    Value,
    basename,
)
from hortus.queries.world import World


@dataclass(slots=True)
class _Faults:
    """The first error of each expression, by its place."""

    found: dict[tuple[int, int], Problem] = field(default_factory=dict)

    def add(self, at: Any, error: QueryError) -> None:
        if isinstance(error, Exhausted):
            raise error
        at = error.at or at
        if not isinstance(error, Reported):
            self.found.setdefault((at.line, at.column), problem_at(at, error))

    def of_filter(self, formula: Formula, error: QueryError) -> None:
        self.add(formula.at, error)


def run_view(base: Base, view: View, world: World, this: str) -> tuple[Result, list[Problem]]:
    """Evaluate a view for the note *this*; return also the problems that only values show."""
    env, faults, failed = Env(world, this), _Faults(), ""
    paths: list[str] = []
    try:
        filters = [one for one in (base.filter, view.filter) if one]
        for path in likely(world.files(), filters, env):
            env.go_to(path)
            if all(passes(one, env, faults.of_filter) for one in filters):
                paths.append(path)
        paths = _sorted(paths[:MOST_ITEMS], view, env, faults)
    except Exhausted as error:
        failed = error.message
    columns = view.columns + ((view.image,) if view.image else ())
    rows, group_keys = _rows(paths[: view.limit or None], columns, view.group, env, faults)
    options = dict(view.options)
    if view.image:
        options["image"] = str(len(columns) - 1)
    result = Result(
        layout=view.kind,  # type: ignore[arg-type]  # one of LAYOUTS
        title=view.name,
        columns=tuple(column.name for column in view.columns),
        groups=_groups(rows, group_keys, view, env, faults),
        summaries=_summaries(rows, view, env, faults) if view.group is None else (),
        dated="now" in env.known,
        options=options,
        failed=failed,
    )
    problems = [*faults.found.values()]
    if failed:
        problems.append(Problem(view.columns[0].at.line, 1, 1, failed, "the rows found so far are shown"))
    return result, problems


def _value(column: Column, env: Env, faults: _Faults) -> Value:
    """Evaluate a cell; the file's name is a link to it."""
    if column.id in ("file.name", "file.file", "file.basename"):
        return env.link_to(env.path, basename(env.path) if env.path.endswith(".md") else env.path.rsplit("/", 1)[-1])
    try:
        found = column.run(env)
    except QueryError as error:
        faults.add(column.at, error)
        return Failed(error.message)
    return env.link_to(found.path, basename(found.path)) if isinstance(found, File) else found


def _sorted(paths: list[str], view: View, env: Env, faults: _Faults) -> list[str]:
    """Sort rows by the view's properties, the last one first, so that each keeps the order of those after it."""
    paths = sorted(paths, key=lambda path: (text_key(basename(path)), path))
    for column in reversed(view.sort):
        values = {}
        for path in paths:
            env.go_to(path)
            values[path] = _sortable(column, env, faults)
        there = [path for path in paths if values[path] is not None]
        empty = [path for path in paths if values[path] is None]
        there.sort(key=lambda path: values[path], reverse=column.descending)
        paths = there + empty
        env.spend(len(paths))
    return paths


def _sortable(column: Column, env: Env, faults: _Faults) -> Any:
    """Return the key of a row; None for an empty value."""
    try:
        value = column.run(env)
    except QueryError as error:
        faults.add(column.at, error)
        return None
    if is_empty(env, value):
        return None
    return sort_key(value.path.rsplit("/", 1)[-1] if isinstance(value, Link) and value.path else value)


def _rows(
    paths: Sequence[str], columns: Sequence[Column], group: Column | None, env: Env, faults: _Faults
) -> tuple[list[Shown], list[Value]]:
    """Evaluate the cells of each row, and what it is grouped by."""
    rows, keys = [], []
    for path in paths:
        env.go_to(path)
        try:
            env.spend(len(columns) * 4)
            cells = tuple(_value(column, env, faults) for column in columns)
            keys.append(_value(group, env, faults) if group else None)
        except Exhausted as error:
            cells = tuple(Failed(error.message) for _ in columns)
            keys.append(None)
        rows.append(Shown(path, cells))
    return rows, keys


def _groups(rows: list[Shown], keys: list[Value], view: View, env: Env, faults: _Faults) -> tuple[Group, ...]:
    """Put rows with equal keys together, sorted by the key, rows without one last."""
    if view.group is None:
        return (Group(tuple(rows)),)
    members: dict[Any, list[Shown]] = {}
    values: dict[Any, Value] = {}
    for row, key in zip(rows, keys, strict=True):
        value = None if is_empty(env, key) or isinstance(key, Failed) else key
        members.setdefault(order_key(value), []).append(row)
        values.setdefault(order_key(value), value)
    there = sorted(
        (key for key in members if values[key] is not None),
        key=lambda key: sort_key(values[key]),
        reverse=view.group.descending,
    )
    ordered = [*there, *(key for key in members if values[key] is None)]
    return tuple(
        Group(tuple(members[key]), view.group.name, values[key], _summaries(members[key], view, env, faults))
        for key in ordered
    )


def _summaries(rows: list[Shown], view: View, env: Env, faults: _Faults) -> tuple[tuple[str, Value], ...]:
    """Return name and value of each column's summary; nothing if no column has one."""
    if not view.summaries:
        return ()
    found: list[tuple[str, Value]] = []
    for place, column in enumerate(view.columns):
        name, own = view.summaries.get(column.id, ("", None))
        values = tuple(row.cells[place] for row in rows)
        found.append((name, _summary(name, own, values, env, faults) if name else None))
    return tuple(found)


def _summary(name: str, own: Formula | None, values: tuple[Value, ...], env: Env, faults: _Faults) -> Value:
    values = tuple(None if isinstance(value, Failed) else value for value in values)
    if own is None:
        return SUMMARIES[name](env, values)
    env.locals = {"values": values}
    try:
        return own.run(env)
    except Exhausted as error:
        return Failed(error.message)
    except QueryError as error:
        faults.add(own.at, error)
        return Failed(error.message)
    finally:
        env.locals = {}
