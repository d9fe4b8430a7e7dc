"""A `tasks` block of the Tasks plugin: its lines understood one by one, and its tasks found.

A line that is not understood is a problem, and the others count. (publish.obsidian.md/tasks, "Queries"; Tasks 7.)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hortus.queries.compare import text_key
from hortus.queries.dql_rows import Line, task_rows
from hortus.queries.env import Env
from hortus.queries.functions.registry import near_hint
from hortus.queries.result import Group, Problem, Result
from hortus.queries.task_filters import KEYS, Item, Key, Test, condition, rank
from hortus.queries.texts import text_of
from hortus.queries.values import Date, Value
from hortus.queries.world import World

KNOWN = (
    "not done", "done", "due before", "due after", "due on", "has due date", "no due date", "path includes",
    "heading includes", "description includes", "tags include", "sort by", "group by", "limit", "hide",
    "exclude sub-items",
)  # fmt: skip
ORDERED = re.compile(r"(?P<what>sort|group) by (?P<by>[\w.]+)(?P<reverse> reverse)?")
LIMIT = re.compile(r"limit (?:to )?(?P<groups>groups )?(?:to )?(?P<count>\d{1,7})(?: tasks?)?")
SHOWN = re.compile(r"(?:hide|show) .+|short(?: mode)?|full(?: mode)?|explain")


@dataclass(slots=True)
class Block:
    tests: list[Test] = field(default_factory=list)
    sort: list[tuple[Key, bool]] = field(default_factory=list)
    group: list[tuple[str, Key, bool]] = field(default_factory=list)
    limit: int = 0
    """Tasks that are shown; 0 for all."""
    group_limit: int = 0
    """Tasks of each group that are shown; 0 for all."""
    problems: list[Problem] = field(default_factory=list)


def read_tasks(text: str) -> Block:
    """Understand a block; conditions are joined by *and*."""
    block = Block()
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if not _instruction(words, block):
            start = len(line) - len(line.lstrip())
            hint = near_hint(words.lower(), KNOWN, "the other lines are followed")
            message = f"`{words[:60]}` is not understood"
            block.problems.append(Problem(number, start + 1, len(words), message, hint))
    return block


def _instruction(words: str, block: Block) -> bool:
    """Follow one line; return False if it is not understood."""
    lower = words.lower()
    if match := ORDERED.fullmatch(lower):
        name, reverse = match["by"], bool(match["reverse"])
        if name not in KEYS:
            return False
        if match["what"] == "sort":
            block.sort.append((KEYS[name], reverse))
        else:
            block.group.append((name, KEYS[name], reverse))
        return True
    if match := LIMIT.fullmatch(lower):
        if match["groups"]:
            block.group_limit = int(match["count"])
        else:
            block.limit = int(match["count"])
        return True
    if SHOWN.fullmatch(lower):
        return True
    test = condition(words)
    if test is not None:
        block.tests.append(test)
    return test is not None


def _sort_key(key: Key, path: str, item: Item) -> Any:
    """Return what tasks are compared by; those without a value come last."""
    if key is KEYS["priority"]:
        return 0, rank(item)
    value = key(path, item)
    return (1,) if value is None else (0, value.at) if isinstance(value, Date) else (0, text_key(value))


def run_tasks(block: Block, world: World, this: str) -> Result:
    """Find the tasks of all published notes that pass every line, in order, in groups."""
    env = Env(world, this)
    found: list[Line] = []
    for path in world.notes():
        for item in world.items(path):
            env.spend(len(block.tests) + 1)
            if item.get("task") and all(test(env, path, item) for test in block.tests):
                found.append(Line(None, path, item))
    for key, reverse in reversed(block.sort):
        found.sort(key=lambda line, key=key: _sort_key(key, line.path, line.extra), reverse=reverse)  # type: ignore[misc]  # each has its own key
    found = found[: block.limit or None]
    return Result("tasks", groups=_groups(block, found), dated="now" in env.known)


def _groups(block: Block, found: Sequence[Line]) -> tuple[Group, ...]:
    if not block.group:
        return (Group(task_rows(found)),)
    members: dict[tuple[Any, ...], list[Line]] = {}
    for line in found:
        place = tuple(_sort_key(key, line.path, line.extra) for _, key, _ in block.group)
        members.setdefault(place, []).append(line)
    places = sorted(members)
    for number, (_, _, reverse) in reversed(list(enumerate(block.group))):
        places.sort(key=lambda place, number=number: place[number], reverse=reverse)  # type: ignore[misc]  # each has its own number
    name, most = ", ".join(name for name, _, _ in block.group), block.group_limit or None
    return tuple(Group(task_rows(members[place][:most]), name, _heading(block, members[place][0])) for place in places)


def _heading(block: Block, line: Line) -> Value:
    values = [key(line.path, line.extra) for _, key, _ in block.group]
    return values[0] if len(values) == 1 else ", ".join(text_of(value) for value in values)
