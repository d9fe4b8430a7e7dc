"""The fields of notes, files and other values in Dataview."""

from collections.abc import Callable, Mapping

from hortus.core.keys import above, fold, folder
from hortus.queries.dates import LENGTHS, length, whole_day
from hortus.queries.env import Env
from hortus.queries.fields import dashed
from hortus.queries.functions import dates, files
from hortus.queries.functions.dataview_values import day_of
from hortus.queries.texts import text_of
from hortus.queries.values import Date, Duration, File, Link, Row, Tag, This, Value, basename, extension

DATES: dict[str, Callable[[Date], int]] = {
    **dates.FIELDS,
    "weekyear": lambda date: date.at.isocalendar()[1],
    "week": lambda date: date.at.day // 7 + 1,
    "weekday": lambda date: date.at.isoweekday(),
}


def page_value(env: Env, path: str, name: str) -> Value:
    """Return a field of a note: a property, an inline field, or where both have the name, all values.

    A name also finds the field that is written with spaces for its dashes, or with signs that no name has.
    """
    key, world = fold(name), env.world
    found = world.properties(path).get(key)
    fields = world.fields(path)
    if key in fields:
        found = fields[key] if found is None else (*_many(found), *_many(fields[key]))
    if found is None:
        others = (page_value(env, path, other) for other in world.spellings().get(key, ()) if other != key)
        return next((value for value in others if value is not None), None)
    return found


def _many(value: Value) -> tuple[Value, ...]:
    return value if type(value) is tuple else (value,)


def _day(env: Env, path: str) -> Value:
    found = page_value(env, path, "date")
    return day_of(path) or (whole_day(found) if isinstance(found, Date) else None)


def _only_day(date: Date | None) -> Value:
    return None if date is None else whole_day(date)


def _tags(env: Env, path: str) -> Value:
    tags = env.world.tags(path)
    return tuple(map(Tag, dict.fromkeys(part for tag in tags for part in (*above(tag), tag))))


def items(env: Env, path: str) -> tuple[Mapping[str, Value], ...]:
    return tuple(env.world.items(path))


FILE: dict[str, Callable[[Env, str], Value]] = {
    "path": lambda env, path: path,
    "folder": lambda env, path: folder(path),
    "name": lambda env, path: basename(path),
    "ext": lambda env, path: extension(path),
    "link": lambda env, path: env.link_to(path),
    "size": lambda env, path: env.world.size(path),
    "ctime": lambda env, path: env.world.created(path),
    "cday": lambda env, path: _only_day(env.world.created(path)),
    "mtime": lambda env, path: env.world.changed(path),
    "mday": lambda env, path: _only_day(env.world.changed(path)),
    "day": _day,
    "tags": _tags,
    "etags": lambda env, path: tuple(map(Tag, env.world.tags(path))),
    "aliases": lambda env, path: tuple(env.world.aliases(path)),
    "inlinks": lambda env, path: tuple(map(env.link_to, env.world.backlinks(path))),
    "outlinks": lambda env, path: files.distinct_links(env, path, False),
    "lists": items,
    "tasks": lambda env, path: tuple(item for item in items(env, path) if item.get("task")),
    "frontmatter": lambda env, path: files.FIELDS["properties"](env, path),
    "starred": lambda env, path: False,
}
"""The fields of `file`; nothing is starred, because bookmarks are not part of a vault."""


def field_of(env: Env, value: Value, name: str) -> Value:
    """Return a field of a value: of a list, the field of each item; null where there is none."""
    kind = type(value)
    if kind is tuple:
        env.spend(len(value))
        return tuple(field_of(env, item, name) for item in value)
    if kind is dict:
        return entry(value, name)
    if kind is Row:
        found = entry(value.extra, name)
        return found if found is not None or name in value.extra else _of_page(env, value.path, name)
    if kind is Link:
        return _of_page(env, value.path, name) if value.path else None
    if kind is File or kind is This:
        return FILE[name](env, value.path) if name in FILE else None
    if kind is Date:
        return float(DATES[name](value)) if name in DATES else None
    if kind is Duration:
        unit = name.removesuffix("s")
        return length(value) / LENGTHS[unit] if unit in LENGTHS else None
    if name == "length" and kind in (str, Tag):
        return float(len(text_of(value)))
    return None


def _of_page(env: Env, path: str, name: str) -> Value:
    if not path:
        return None
    return File(path) if name == "file" else page_value(env, path, name)


def entry(value: Mapping[str, Value], name: str) -> Value:
    """Return the value of a key, as written or in Dataview's spelling."""
    if name in value:
        return value[name]
    key = dashed(name)
    return next((item for other, item in value.items() if dashed(other) == key), None)
