"""What a `tasks` block can ask of a task: its dates, texts and status; and what tasks are sorted and grouped by."""

import re
from collections.abc import Callable, Mapping

from hortus.core.keys import folder, tag_key
from hortus.queries.dates import whole_day
from hortus.queries.fields import DATES
from hortus.queries.texts import text_of
from hortus.queries.values import Date, Value

Item = Mapping[str, Value]
Key = Callable[[str, Item], Value]
DATE_FIELDS = {
    "due": "due", "scheduled": "scheduled", "starts": "start", "start": "start", "done": "completion",
    "created": "created", "cancelled": "cancelled",
}  # fmt: skip
PRIORITIES = {
    "highest": "\N{UP-POINTING RED TRIANGLE}", "high": "\N{BLACK UP-POINTING DOUBLE TRIANGLE}",
    "medium": "\N{UP-POINTING SMALL RED TRIANGLE}", "none": "", "low": "\N{DOWN-POINTING SMALL RED TRIANGLE}",
    "lowest": "\N{BLACK DOWN-POINTING DOUBLE TRIANGLE}",
}  # fmt: skip
"""From the highest to the lowest, by the sign for each."""
ORDER = tuple(PRIORITIES)
RECURS = "\N{CLOCKWISE RIGHTWARDS AND LEFTWARDS OPEN CIRCLE ARROWS}"
STATUS_TYPES = ("IN_PROGRESS", "TODO", "DONE", "CANCELLED")
"""In the order in which tasks are sorted by them."""
SIGNIFIERS = re.compile(
    "|".join(pattern.pattern for pattern in DATES.values()) + f"|[{''.join(PRIORITIES.values())}]\ufe0f?"
)
"""Dates and priorities, as they are written in a task."""


def is_done(item: Item) -> bool:
    """Return whether a task is done or cancelled."""
    return item.get("status") in ("x", "X", "-")


def task_text(item: Item) -> str:
    """Return a task's text as written."""
    return text_of(item.get("text"))


def dates_of(item: Item, name: str) -> list[Date]:
    """Return a task's dates of a field; those of ``happens`` are when it is due, scheduled and can start."""
    names = ("due", "scheduled", "start") if name == "happens" else (DATE_FIELDS[name],)
    return [whole_day(date) for one in names if isinstance(date := item.get(one), Date)]


def rank(item: Item) -> int:
    """Return the place of a task's priority in `PRIORITIES`."""
    text = task_text(item)
    return next((place for place, name in enumerate(ORDER) if PRIORITIES[name] and PRIORITIES[name] in text), 3)


def status_type(item: Item) -> str:
    """Return the type of a task's status; a status that is not known is that of a task to do."""
    return {"x": "DONE", "X": "DONE", "/": "IN_PROGRESS", "-": "CANCELLED"}.get(str(item.get("status")), "TODO")


def description_of(item: Item) -> str:
    """Return a task's text without the signs of dates and priority."""
    return " ".join(SIGNIFIERS.sub("", task_text(item)).split())


def _tags(item: Item) -> str:
    return " ".join(f"#{tag_key(text_of(tag))}" for tag in item.get("tags", ()))


STATUS = {" ": "Todo", "x": "Done", "X": "Done", "/": "In Progress", "-": "Cancelled"}
PLACES: dict[str, Callable[[str, Item], str]] = {
    "path": lambda path, item: path,
    "folder": lambda path, item: folder(path) + "/",
    "root": lambda path, item: path.split("/")[0] + "/",
    "filename": lambda path, item: path.rsplit("/", 1)[-1],
    "heading": lambda path, item: text_of(item.get("heading")),
    "description": lambda path, item: description_of(item),
    **dict.fromkeys(("tag", "tags"), lambda path, item: _tags(item)),
    "status.name": lambda path, item: STATUS.get(str(item.get("status")), "Unknown"),
}
KEYS: dict[str, Key] = {
    **{name: PLACES[name] for name in ("path", "folder", "root", "filename", "heading", "description", "tag", "tags")},
    **{
        name: lambda path, item, name=name: min(dates_of(item, name), key=lambda date: date.at, default=None)  # type: ignore[misc]  # each has its own name
        for name in (*DATE_FIELDS, "happens")
    },
    "priority": lambda path, item: f"Priority {ORDER[rank(item)]}",
    "status": lambda path, item: "Done" if is_done(item) else "Todo",
    "status.name": PLACES["status.name"],
    "status.type": lambda path, item: status_type(item),
    "recurring": lambda path, item: "Recurring" if RECURS in task_text(item) else "Not Recurring",
    "backlink": lambda path, item: path.rsplit("/", 1)[-1].removesuffix(".md"),
}
RANKS: dict[str, Callable[[Item], int]] = {
    "priority": rank,
    "status.type": lambda item: STATUS_TYPES.index(status_type(item)),
}
"""The keys whose order of groups and tasks is not that of their names."""
SORTED_BY: dict[str, Callable[[Item], int]] = {
    **RANKS,
    "status": lambda item: int(is_done(item)),
    "recurring": lambda item: int(RECURS not in task_text(item)),
}
"""The same for tasks alone: open tasks come before those that are done, although their group comes after."""
