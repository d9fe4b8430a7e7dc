"""The rows of a Dataview query: pages or tasks from its sources, taken through its steps in their order.

An error in a condition leaves the row out, one in a cell spoils that cell; the first of each expression is a problem.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hortus.core.keys import fold, tag_key
from hortus.queries.compare import order_key
from hortus.queries.dates import whole_day
from hortus.queries.dql_fields import items
from hortus.queries.dql_query import Named, Query, Source, Step
from hortus.queries.env import Env
from hortus.queries.result import Group, Result, Shown
from hortus.queries.tree import walk
from hortus.queries.values import (
    MOST_ITEMS,
    Date,
    Exhausted,
    Failed,
    Link,
    QueryError,
    Row,
    Value,
    is_truthy,
)
from hortus.queries.world import World

NOTHING: Mapping[str, Value] = {}


class Line(NamedTuple):
    """A row on its way through the steps: *id* is the page, or what rows were grouped by."""

    id: Value
    path: str
    extra: Mapping[str, Value] = NOTHING
    grouped: str = ""
    """The name that the rows were grouped by."""


class Run:
    """Evaluates one query for the note *this*."""

    def __init__(self, query: Query, world: World, this: str):
        self.query, self.world, self.env = query, world, Env(world, this)
        self.faults: dict[int, QueryError] = {}
        """The first error of each expression, by where it starts."""

    def result(self) -> Result:
        """Return the rows; what is wrong is in `faults` afterwards."""
        lines: Sequence[Line] = ()
        failed = ""
        try:
            lines = self._steps(self._lines())
            groups, columns = LAYOUTS[self.query.kind](self, lines)
        except Exhausted as error:
            failed, groups, columns = error.message, (), ()
            self.faults.setdefault(0, QueryError(error.message, 0, 1, error.hint))
        layout = {"task": "tasks"}.get(self.query.kind, self.query.kind)
        return Result(layout, "", columns, groups, dated="now" in self.env.known, failed=failed)  # type: ignore[arg-type]  # one of Layout

    def value(self, line: Line, named: Named) -> Value:
        """Evaluate an expression for a row; raise QueryError."""
        self.env.path, self.env.locals = line.path, line.extra  # type: ignore[assignment]  # it is copied before a change
        return named.run(self.env)

    def cell(self, line: Line, named: Named) -> Value:
        self.env.spend(8)
        try:
            return self.value(line, named)
        except Exhausted:
            raise
        except QueryError as error:
            self.faults.setdefault(named.node.start, error)
            return Failed(error.message)

    def tried(self, lines: Iterable[Line], named: Named) -> Iterator[tuple[Line, Value]]:
        """Yield rows with the value of an expression, without those where it has an error."""
        env, run, cost = self.env, named.run, sum(1 for _ in walk(named.node))
        for line in lines:
            env.steps -= cost
            if env.steps < 0:
                env.spend(0)
            env.path, env.locals = line.path, line.extra  # type: ignore[assignment]  # it is copied before a change
            try:
                value = run(env)
            except Exhausted:
                raise
            except QueryError as error:
                self.faults.setdefault(named.node.start, error)
                continue
            yield line, value

    def _lines(self) -> list[Line]:
        paths = self.world.notes()
        if self.query.source is not None:
            notes = self.env.shared("notes", lambda: frozenset(paths))
            paths = sorted(self._sourced(self.query.source) & notes)
        if self.query.kind != "task":
            known = self.env.shared("lines", dict)
            for path in paths if len(known) < len(self.world.notes()) else ():
                if path not in known:
                    known[path] = Line(self.env.link_to(path), path)
            return [known[path] for path in paths]
        tasks = ((path, item) for path in paths for item in items(self.env, path) if item.get("task"))
        return [Line(self.env.link_to(path), path, item) for path, item in tasks]

    def _sourced(self, source: Source) -> frozenset[str]:
        """Return the notes of a source."""
        if source.kind in ("and", "or"):
            left, right = map(self._sourced, source.parts)
            return left & right if source.kind == "and" else left | right
        if source.kind == "not":
            return frozenset(self.world.notes()) - self._sourced(source.parts[0])
        return SOURCES[source.kind](self.env, source)

    def _steps(self, lines: Sequence[Line]) -> Sequence[Line]:
        for step in self.query.steps:
            lines = STEPS[step.kind](self, step, lines)
            if len(lines) > MOST_ITEMS:
                raise Exhausted(f"this query has more than {MOST_ITEMS:,} rows")
        return lines

    def where(self, step: Step, lines: Sequence[Line]) -> Sequence[Line]:
        return [line for line, value in self.tried(lines, step.by[0]) if value is not False and is_truthy(value)]

    def sort(self, step: Step, lines: Sequence[Line]) -> Sequence[Line]:
        for named in reversed(step.by):
            keyed = [(order_key(value), line) for line, value in self.tried(lines, named)]
            keyed.sort(key=lambda pair: pair[0], reverse=named.descending)
            lines = [line for _, line in keyed]
        return lines

    def limit(self, step: Step, lines: Sequence[Line]) -> Sequence[Line]:
        named = step.by[0]
        try:
            count = self.value(Line(None, ""), named)
            if type(count) is not float or not count >= 0:
                raise QueryError("`LIMIT` takes a number that is not negative", named.node.start, named.node.end)
        except QueryError as error:
            self.faults.setdefault(named.node.start, error)
            return lines
        return lines[: int(min(count, MOST_ITEMS))]

    def group(self, step: Step, lines: Sequence[Line]) -> Sequence[Line]:
        named = step.by[0]
        members: dict[Any, list[Line]] = {}
        keys: dict[Any, Value] = {}
        for line, value in self.tried(lines, named):
            members.setdefault(order_key(value), []).append(line)
            keys.setdefault(order_key(value), value)
        found = []
        for key in sorted(members):
            rows = tuple(Row(line.path, line.extra) for line in members[key])
            found.append(Line(keys[key], "", {"key": keys[key], "rows": rows, named.name: keys[key]}, named.name))
        return found

    def flatten(self, step: Step, lines: Sequence[Line]) -> Sequence[Line]:
        named, found = step.by[0], []
        for line, value in self.tried(lines, named):
            for item in value if type(value) is tuple else (value,):
                found.append(Line(line.id, line.path, {**line.extra, named.name: item}, line.grouped))
            if len(found) > MOST_ITEMS:
                raise Exhausted(f"this query has more than {MOST_ITEMS:,} rows")
        return found

    def table(self, lines: Sequence[Line]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
        """Return the rows of a table or list; `WITHOUT ID` leaves the note or group out if there is anything else."""
        query = self.query
        ids = query.with_id or not query.columns
        first = [(lines[0].grouped if lines and lines[0].grouped else self._group_name()) or "File"] * ids
        rows = tuple(
            Shown(line.path, (*[line.id] * ids, *(self.cell(line, named) for named in query.columns))) for line in lines
        )
        return (Group(rows),), (*first, *(named.name for named in query.columns))

    def _group_name(self) -> str:
        """Return the name that rows are grouped by, where there are none to ask."""
        groups = [step.by[0].name for step in self.query.steps if step.kind == "group"]
        return groups[-1] if groups else ""

    def calendar(self, lines: Sequence[Line]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
        """Put rows together by day, in the order of days; rows without a date are not shown."""
        days: dict[Date, list[Shown]] = {}
        for line in lines:
            value = self.cell(line, self.query.columns[0])
            if isinstance(value, Date):
                days.setdefault(whole_day(value), []).append(Shown(line.path, (line.id,)))
        found = sorted(days, key=lambda day: day.at)
        return tuple(Group(tuple(days[day]), self.query.columns[0].name, day) for day in found), ("File",)

    def tasks(self, lines: Sequence[Line]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
        """Return tasks, those below another one after it; each is there once."""
        if lines and lines[0].grouped:
            groups = []
            for line in lines:
                members = [Line(None, row.path, row.extra) for row in line.extra.get("rows", ())]
                groups.append(Group(task_rows(members), line.grouped, line.id))
            return tuple(groups), ()
        return (Group(task_rows(lines)),), ()


def task_rows(lines: Iterable[Line]) -> tuple[Shown, ...]:
    """Return rows of tasks with what is below them: text, status, depth. Items shown below another are not repeated."""
    lines = list(lines)
    below = {(line.path, child.get("number")) for line in lines for child in _descendants(line.extra)}
    rows: list[Shown] = []
    for line in lines:
        if (line.path, line.extra.get("number")) not in below:
            rows += _tree(line.path, line.extra, 0)
    return tuple(rows)


def _descendants(item: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    waiting = list(item.get("children", ()))
    while waiting:
        child = waiting.pop()
        yield child
        waiting += child.get("children", ())


def _tree(path: str, item: Mapping[str, Value], depth: int) -> Iterator[Shown]:
    status = item.get("status") if item.get("task") else None
    yield Shown(path, (item.get("text"), status, float(depth)))
    for child in item.get("children", ()):
        yield from _tree(path, child, depth + 1)


def _in_folder(env: Env, source: Source) -> frozenset[str]:
    """Return the notes in a folder; if there is no such folder, the note of that path, with ``.md`` or without."""
    place = fold(source.text)
    if not place:
        return frozenset(env.world.notes())
    named = frozenset(path for path in env.world.notes() if fold(path) in (place, f"{place}.md"))
    return env.below(place) or named


def _has_tag(env: Env, source: Source) -> frozenset[str]:
    return env.tagged(tag_key(source.text))


def _target(env: Env, link: Link) -> str:
    return env.link(link.target).path


def _links_to(env: Env, source: Source) -> frozenset[str]:
    """Return the notes that link to the source's; to one that does not exist by its name."""
    target, key = _target(env, source.link), fold(source.link.target)
    if target:
        return frozenset(env.world.backlinks(target)) | ({target} if target in env.linked(target) else frozenset())
    return frozenset(path for path in env.world.notes() if key in env.unwritten(path))


def _linked_from(env: Env, source: Source) -> frozenset[str]:
    target = _target(env, source.link)
    return env.linked(target) if target else frozenset()


SOURCES: dict[str, Callable[[Env, Source], frozenset[str]]] = {
    "folder": _in_folder,
    "tag": _has_tag,
    "linking": _links_to,
    "linked": _linked_from,
}
STEPS: dict[str, Callable[[Run, Step, Sequence[Line]], Sequence[Line]]] = {
    "where": Run.where,
    "sort": Run.sort,
    "limit": Run.limit,
    "group": Run.group,
    "flatten": Run.flatten,
}
LAYOUTS: dict[str, Callable[[Run, Sequence[Line]], tuple[tuple[Group, ...], tuple[str, ...]]]] = {
    "table": Run.table,
    "list": Run.table,
    "calendar": Run.calendar,
    "task": Run.tasks,
}
