"""A query in a note understood, whatever its language: its problems, and later its rows.

`check` is asked when a note is read, `answer` when all notes are known; both read the query's text.
"""

from hortus.core.hints import code_hint
from hortus.core.keys import fold
from hortus.queries.base_file import read_base
from hortus.queries.base_rows import run_view
from hortus.queries.dql import DqlCompiler
from hortus.queries.dql_fields import FILE
from hortus.queries.dql_grammar import parse_dql_expression
from hortus.queries.dql_query import parse_query
from hortus.queries.dql_rows import Run
from hortus.queries.env import Env
from hortus.queries.evaluate import Asked
from hortus.queries.result import Group, Problem, Result, Shown, span_of
from hortus.queries.task_block import read_tasks, run_tasks
from hortus.queries.values import Exhausted, QueryError
from hortus.queries.world import World

TASK_FIELDS = frozenset(
    "number text task status checked completed fullycompleted line path link section header heading tags outlinks "
    "children parent annotated due created start scheduled completion cancelled".split()
)
"""Fields that every task may have."""


def check(language: str, text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a query's text."""
    if language == "base":
        return tuple(read_base(text).problems)
    if language == "tasks":
        return tuple(read_tasks(text).problems)
    try:
        if language == "inline":
            DqlCompiler().compile(parse_dql_expression(text))
        else:
            parse_query(text)
    except QueryError as error:
        return (problem_in(text, error),)
    return ()


def views_of(text: str) -> tuple[str, ...]:
    """Return the names of a base's views."""
    return tuple(view.name for view in read_base(text).views)


def asked_by(language: str, text: str) -> list[tuple[str, Problem]]:
    """Return the properties that a query names: the folded name, and the problem that it would be if no note had it."""
    if language == "base":
        return [
            (key, Problem(*at.place(start), len(name), f"no note has a property `{name}`"))
            for key, (name, at, start) in read_base(text).asked.items()
        ]
    try:
        asked, made = _asked_in_dataview(language, text)
    except QueryError:
        return []
    return [
        (key, problem_in(text, _no_field(key, name, start, end)))
        for key, (name, start, end) in asked.items()
        if key.partition(".")[0] not in made
    ]


def _asked_in_dataview(language: str, text: str) -> tuple[Asked, set[str]]:
    """Return the fields that a block or an inline query names, and those that it makes itself; raise QueryError.

    Of an inline query only those of ``file``: it may well name a field that notes do not have yet.
    """
    if language == "inline":
        compiler = DqlCompiler()
        compiler.compile(parse_dql_expression(text))
        return {key: at for key, at in compiler.asked.items() if key.startswith("file.")}, set()
    if language != "dataview":
        return {}, set()
    query = parse_query(text)
    made = {fold(named.name) for step in query.steps for named in step.by if named.name} | {"rows", "key"}
    return query.asked, made | (TASK_FIELDS if query.kind == "task" else set())


def _no_field(key: str, name: str, start: int, end: int) -> QueryError:
    """Return the error of a field that no note has; those of ``file`` are known."""
    if key.startswith("file."):
        hint = code_hint(name, FILE, "it is empty in every row", prefix="file.")
        return QueryError(f"a file has no `{name}`", start, end, hint)
    return QueryError(f"no note has a field `{name}`", start, end)


def problem_in(text: str, error: QueryError) -> Problem:
    """Return the problem of an error in a text, with its line and column."""
    start, length = span_of(text, error)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return Problem(line, column, length, error.message, error.hint)


def answer(language: str, text: str, world: World, this: str, view: str = "") -> tuple[Result, tuple[Problem, ...]]:
    """Evaluate a query for the note *this*; return also what only values show to be wrong.

    A query whose text is wrong has no rows; `check` says why. *view* is the name of a base's view, the first if empty.
    """
    if language == "base":
        base = read_base(text)
        found = base.view(view)
        if found is None:
            return Result(
                "table", view, failed="this base has no such view" if view else "this base cannot be read"
            ), ()
        result, problems = run_view(base, found, world, this)
        return result, tuple(problems)
    if language == "tasks":
        try:
            return run_tasks(read_tasks(text), world, this), ()
        except Exhausted as error:
            return Result("tasks", failed=error.message), (problem_in(text, error),)
    try:
        return _inline(text, world, this) if language == "inline" else _dataview(text, world, this)
    except QueryError as error:
        return Result("value" if language == "inline" else "table", failed=error.message), ()


def _dataview(text: str, world: World, this: str) -> tuple[Result, tuple[Problem, ...]]:
    run = Run(parse_query(text), world, this)
    result = run.result()
    return result, tuple(problem_in(text, error) for _, error in sorted(run.faults.items()))


def _inline(text: str, world: World, this: str) -> tuple[Result, tuple[Problem, ...]]:
    run = DqlCompiler().compile(parse_dql_expression(text))
    env = Env(world, this)
    try:
        cells = (run(env),)
    except QueryError as error:
        return Result("value", failed=error.message), (problem_in(text, error),)
    return Result("value", groups=(Group((Shown(this, cells),)),), dated="now" in env.known), ()
