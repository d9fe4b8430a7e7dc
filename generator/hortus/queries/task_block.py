"""A `tasks` block of the Tasks plugin: its lines understood one by one, and its tasks found.

A line that is not understood is a problem, and the others count. (publish.obsidian.md/tasks, "Queries"; Tasks 7.)
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hortus.core.hints import code_hint
from hortus.queries.compare import text_key
from hortus.queries.dql_rows import Line, task_rows
from hortus.queries.env import Env
from hortus.queries.result import Group, Problem, Result
from hortus.queries.task_filters import SIMPLE, Test, condition
from hortus.queries.task_parts import KEYS, RANKS, SORTED_BY, Item
from hortus.queries.texts import text_of
from hortus.queries.values import Date, QueryError, Value
from hortus.queries.world import World

KNOWN = (
    "not done", "done", "due before", "due after", "due on", "due in", "has due date", "no due date", "path includes",
    "filename includes", "heading includes", "description includes", "tags include", "path regex matches",
    "description regex matches", "priority is", "status.type is", "is recurring", "happens before", "happens on",
    "scheduled before", "sort by", "group by", "limit", "hide", "show", "exclude sub-items",
)  # fmt: skip
ORDERED = re.compile(r"(?P<what>sort|group) by (?P<by>[\w.]+)(?P<reverse> reverse)?")
BY_TAG = re.compile(r"sort by tags?(?P<first> reverse)? (?P<number>\d)(?P<last> reverse)?")
LIMIT = re.compile(r"limit (?:to )?(?P<groups>groups )?(?:to )?(?P<count>\d{1,7})(?: tasks?)?")
ELEMENTS = (
    "id|depends on|priority|(?:cancelled|created|start|scheduled|due|done) date|recurrence rule|on completion|tags|tree"
    "|edit button|postpone button|backlinks?|urgency|task count|toolbar"
)
SHOWN = re.compile(
    rf"(?P<what>hide|show) (?P<element>{ELEMENTS})|short(?: mode)?|full(?: mode)?|explain|ignore global query"
)
LINE_END = re.compile(r"(?<!(?<!\\)\\)\n")
CONTINUED = re.compile(r"[ \t]*\\\n[ \t]*")
"""A backslash at the end of a line, which continues on the next one; two are one backslash (Tasks 5.0)."""

Rank = Callable[[str, Item], tuple[Any, ...]]


@dataclass(slots=True)
class Block:
    tests: list[Test] = field(default_factory=list)
    sort: list[tuple[Rank, bool]] = field(default_factory=list)
    group: list[tuple[str, bool]] = field(default_factory=list)
    limit: int = 0
    """Tasks that are shown; 0 for all."""
    group_limit: int = 0
    """Tasks of each group that are shown; 0 for all."""
    hidden: set[str] = field(default_factory=set)
    """Parts of a task that are not shown."""
    problems: list[Problem] = field(default_factory=list)


def read_tasks(text: str) -> Block:
    """Understand a block; conditions are joined by *and*."""
    block = Block()
    for number, line, words in _lines(text):
        if not words or words.startswith("#"):
            continue
        column = len(line) - len(line.lstrip()) + 1
        try:
            understood = _instruction(words, block)
        except QueryError as error:
            slash = words.find("/")
            block.problems.append(Problem(number, column + slash, len(words) - slash, error.message, error.hint))
            continue
        if not understood:
            hint = _hint(words.lower())
            message = f"`{words[:60]}` is not understood"
            block.problems.append(Problem(number, column, len(line.strip()), message, hint))
    return block


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each instruction: the number of its first line, that line, and the words of all its lines."""
    number = 1
    for piece in LINE_END.split(text):
        words = CONTINUED.sub(" ", piece).strip()
        yield number, piece.split("\n")[0], words.removesuffix("\\") if words.endswith("\\\\") else words
        number += piece.count("\n") + 1


def _hint(line: str) -> str:
    """Return what a line that is not understood may have meant."""
    otherwise = "the other lines are followed"
    if match := ORDERED.fullmatch(line):
        return code_hint(match["by"], KEYS, otherwise, prefix=f"{match['what']} by ")
    begun = max((one for one in KNOWN if f"{line} ".startswith(f"{one} ")), key=len, default="")
    if begun and begun not in SIMPLE:
        return f"what follows `{begun}` is missing, or not understood"
    if line.startswith("("):
        return "write each condition in parentheses, as in `(done) AND (has due date)`"
    return code_hint(line, KNOWN, otherwise)


def _instruction(words: str, block: Block) -> bool:
    """Follow one line; return False if it is not understood."""
    lower = words.lower()
    if match := BY_TAG.fullmatch(lower):
        block.sort.append((partial(_tag_rank, int(match["number"])), bool(match["first"] or match["last"])))
        return True
    if match := ORDERED.fullmatch(lower):
        name, reverse = match["by"], bool(match["reverse"])
        if name not in KEYS:
            return False
        if match["what"] == "sort":
            block.sort.append((partial(_rank, SORTED_BY, name), reverse))
        else:
            block.group.append((name, reverse))
        return True
    if match := LIMIT.fullmatch(lower):
        if match["groups"]:
            block.group_limit = int(match["count"])
        else:
            block.limit = int(match["count"])
        return True
    if match := SHOWN.fullmatch(lower):
        if match["element"]:
            (block.hidden.add if match["what"] == "hide" else block.hidden.discard)(match["element"].rstrip("s"))
        return True
    test = condition(words)
    if test is not None:
        block.tests.append(test)
    return test is not None


def _rank(ranks: Mapping[str, Callable[[Item], int]], name: str, path: str, item: Item) -> tuple[Any, ...]:
    """Return what tasks are compared by; those without a value come last."""
    if name in ranks:
        return 0, ranks[name](item)
    value = KEYS[name](path, item)
    return (1,) if value is None else (0, value.at) if isinstance(value, Date) else (0, text_key(value))


def _tag_rank(number: int, path: str, item: Item) -> tuple[Any, ...]:
    """Return what tasks are compared by: the tag of this number; tasks with fewer tags come last."""
    tags = item.get("tags", ())
    return (0, text_key(text_of(tags[number - 1]))) if 0 < number <= len(tags) else (1,)


def run_tasks(block: Block, world: World, this: str) -> Result:
    """Find the tasks of all published notes that pass every line, in order, in groups."""
    env = Env(world, this)
    found: list[Line] = []
    for path in world.notes():
        for item in world.items(path):
            env.spend(len(block.tests) + 1)
            if item.get("task") and all(test(env, path, item) for test in block.tests):
                found.append(Line(None, path, item))
    for rank, reverse in reversed(block.sort):
        found.sort(key=lambda line, rank=rank: rank(line.path, line.extra), reverse=reverse)  # type: ignore[misc]  # each has its own rank
    found = found[: block.limit or None]
    options = {"hidden": ", ".join(sorted(block.hidden))} if block.hidden else {}
    return Result("tasks", groups=_groups(block, found), dated="now" in env.known, options=options)


def _groups(block: Block, found: Sequence[Line]) -> tuple[Group, ...]:
    if not block.group:
        return (Group(task_rows(found)),)
    members: dict[tuple[Any, ...], list[Line]] = {}
    for line in found:
        place = tuple(_rank(RANKS, name, line.path, line.extra) for name, _ in block.group)
        members.setdefault(place, []).append(line)
    places = sorted(members)
    for number, (_, reverse) in reversed(list(enumerate(block.group))):
        places.sort(key=lambda place, number=number: place[number], reverse=reverse)  # type: ignore[misc]  # each has its own number
    name, most = ", ".join(name for name, _ in block.group), block.group_limit or None
    return tuple(Group(task_rows(members[place][:most]), name, _heading(block, members[place][0])) for place in places)


def _heading(block: Block, line: Line) -> Value:
    """Return what a group's tasks have in common; None for nothing."""
    values = [KEYS[name](line.path, line.extra) or None for name, _ in block.group]
    return values[0] if len(values) == 1 else ", ".join(text_of(value) for value in values)
