"""Results as plain values, for caches and fingerprints, and back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from hortus.queries.result import Group, Problem, Result, Shown
from hortus.queries.texts import text_of
from hortus.queries.values import (
    Date,
    Duration,
    Failed,
    File,
    Html,
    Icon,
    Image,
    Link,
    Rich,
    Row,
    Tag,
    This,
    Value,
)


def _link(link: Link) -> list[Any]:
    return ["link", link.target, link.path, link.anchor, to_plain(link.display), link.embed]


WRITE: dict[type, Callable[[Any], Any]] = {
    tuple: lambda value: ["list", [to_plain(item) for item in value]],
    dict: lambda value: ["object", [[name, to_plain(item)] for name, item in value.items()]],
    Date: lambda value: ["date", value.at.isoformat(), value.timed],
    Duration: lambda value: ["duration", value.months, value.seconds],
    Link: _link,
    File: lambda value: ["file", value.path],
    This: lambda value: ["file", value.path],
    Row: lambda value: ["file", value.path],
    Tag: lambda value: ["tag", value.name],
    Html: lambda value: ["html", value.text],
    Image: lambda value: ["image", _link(value.source)],
    Icon: lambda value: ["icon", value.name],
    Rich: lambda value: ["rich", value.text, value.path, value.index],
    Failed: lambda value: ["failed", value.message],
}
READ: dict[str, Callable[..., Value]] = {
    "list": lambda items: tuple(map(from_plain, items)),
    "object": lambda pairs: {name: from_plain(item) for name, item in pairs},
    "date": lambda at, timed: Date(datetime.fromisoformat(at), timed),
    "duration": Duration,
    "link": lambda target, path, anchor, display, embed: Link(target, path, anchor, from_plain(display), embed),
    "file": File,
    "tag": Tag,
    "html": Html,
    "image": lambda link: Image(from_plain(link)),
    "icon": Icon,
    "rich": Rich,
    "failed": Failed,
}


def to_plain(value: Value) -> Any:
    """Return a value as None, a boolean, number, text, or a list that begins with the name of its type."""
    if value is None or type(value) in (bool, float, str):
        return value
    write = WRITE.get(type(value))
    return write(value) if write else text_of(value)


def from_plain(plain: Any) -> Value:
    """Return the value that `to_plain` wrote."""
    if isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    return READ[plain[0]](*plain[1:]) if isinstance(plain, list) else plain


def plain_result(result: Result) -> list[Any]:
    groups = [
        [
            [[row.path, [to_plain(cell) for cell in row.cells]] for row in group.rows],
            group.name,
            to_plain(group.key),
            [[name, to_plain(value)] for name, value in group.summaries],
        ]
        for group in result.groups
    ]
    summaries = [[name, to_plain(value)] for name, value in result.summaries]
    head = [result.layout, result.title, list(result.columns), result.dated, dict(result.options), result.failed]
    return [head, groups, summaries]


def result_from(plain: list[Any]) -> Result:
    """Return the result that `plain_result` wrote."""
    (layout, title, columns, dated, options, failed), groups, summaries = plain
    return Result(
        layout=layout,
        title=title,
        columns=tuple(columns),
        groups=tuple(
            Group(
                tuple(Shown(path, tuple(map(from_plain, cells))) for path, cells in rows),
                name,
                from_plain(key),
                tuple((label, from_plain(value)) for label, value in sums),
            )
            for rows, name, key, sums in groups
        ),
        summaries=tuple((label, from_plain(value)) for label, value in summaries),
        dated=dated,
        options=options,
        failed=failed,
    )


def plain_problem(problem: Problem) -> list[Any]:
    return [problem.line, problem.column, problem.length, problem.message, problem.hint]
