"""The conditions of a `tasks` block."""

import re
from collections.abc import Callable
from datetime import datetime

from hortus.core.keys import fold
from hortus.queries.dates import whole_day
from hortus.queries.env import Env
from hortus.queries.patterns import Expression
from hortus.queries.task_days import RELATIVE, days_of
from hortus.queries.task_parts import (
    DATE_FIELDS,
    ORDER,
    PLACES,
    RECURS,
    STATUS_TYPES,
    Item,
    dates_of,
    is_done,
    rank,
    status_type,
    task_text,
)
from hortus.queries.texts import text_of
from hortus.queries.values import Date

Test = Callable[[Env, str, Item], bool]
STATUS_TYPE = re.compile(rf"status\.type is (?P<no>not )?(?P<name>{'|'.join(STATUS_TYPES).lower()})")
DATED = re.compile(
    rf"(?P<field>{'|'.join(DATE_FIELDS)}|happens) (?:date )?"
    r"(?:(?P<op>(?:on|in) or (?:before|after)|(?:before|after) or on|before|after|on|in|this|next|last) ?)?"
    r"(?P<date>.+)"
)
PRESENT = re.compile(rf"(?P<op>has|no) (?P<field>{'|'.join(DATE_FIELDS)}|happens) date")
TEXT = r"(?P<field>path|folder|root|filename|heading|description|tags?|status\.name) "
INCLUDES = re.compile(TEXT + r"(?P<op>includes?|does not include|do not include) (?P<text>.+)")
MATCHES = re.compile(TEXT + r"regex (?P<op>matches|does not match) /(?P<source>.+)/(?P<flags>[a-z]*)")
PRIORITY = re.compile(r"priority is (?P<op>above |below |not )?(?P<name>highest|high|medium|none|low|lowest)")


def condition(words: str, depth: int = 0) -> Test | None:
    """Return the test that a line is, None if it is none. Conditions in brackets are joined by AND, OR and NOT."""
    words = words.strip()
    if words.startswith(("(", "NOT")) and depth < 20:
        return _joined(words, depth)
    lower = words.lower()
    if lower in SIMPLE:
        return SIMPLE[lower]
    if match := PRESENT.fullmatch(lower):
        name, wanted = match["field"], match["op"] == "has"
        return lambda env, path, item: bool(dates_of(item, name)) == wanted
    if match := INCLUDES.fullmatch(words):
        return _includes(match)
    if match := MATCHES.fullmatch(words):
        return _matches(match)
    if match := PRIORITY.fullmatch(lower):
        return _priority(match)
    if match := STATUS_TYPE.fullmatch(lower):
        wanted, no = match["name"].upper(), bool(match["no"])
        return lambda env, path, item: (status_type(item) == wanted) != no
    return _dated(lower)


def _joined(words: str, depth: int) -> Test | None:
    """Read ``(a) AND (b)``, ``NOT (a)``: one operator a level, so that no precedence has to be known."""
    parts, joins, level, start = [], [], 0, 0
    for place, sign in enumerate(words):
        if sign == "(":
            if not level:
                joins.append(words[start:place].strip())
                start = place + 1
            level += 1
        elif sign == ")":
            level -= 1
            if not level:
                parts.append(words[start:place])
                start = place + 1
    if level or words[start:].strip() or not parts:
        return None
    negated = [join.endswith("NOT") for join in joins]
    ops = {join.removesuffix("NOT").strip() for join in joins[1:]}
    tests = [condition(part, depth + 1) for part in parts]
    if joins[0] not in ("", "NOT") or len(ops) > 1 or ops - {"AND", "OR"} or None in tests:
        return None
    pairs = [(test, no) for test, no in zip(tests, negated, strict=True) if test is not None]
    every = any if ops == {"OR"} else all
    return lambda env, path, item: every(test(env, path, item) != no for test, no in pairs)


SIMPLE: dict[str, Test] = {
    "done": lambda env, path, item: is_done(item),
    "not done": lambda env, path, item: not is_done(item),
    "exclude sub-items": lambda env, path, item: item.get("parent") is None,
    "is recurring": lambda env, path, item: RECURS in task_text(item),
    "is not recurring": lambda env, path, item: RECURS not in task_text(item),
    "has tags": lambda env, path, item: bool(item.get("tags")),
    "no tags": lambda env, path, item: not item.get("tags"),
}


def _dated(lower: str) -> Test | None:
    """Read a condition on a date; a task without a start date can start at any time, so that it passes."""
    match = DATED.fullmatch(lower)
    if match is None:
        return None
    op, name = match["op"] or "on", match["field"]
    words = f"{op} {match['date']}" if op in ("this", "next", "last") else match["date"]
    words = f"in {words}" if op == "in" and RELATIVE.fullmatch(words) else words
    if not days_of(words, Date(datetime(2024, 1, 1))):
        return None
    op = "in" if op in ("this", "next", "last", "on") else op

    def test(env: Env, path: str, item: Item) -> bool:
        days = env.once(("days", words), lambda: days_of(words, whole_day(env.now())))
        dates = dates_of(item, name)
        if not dates and DATE_FIELDS.get(name) == "start":
            return True
        return days is not None and any(COMPARED[op](date, *days) for date in dates)

    return test


COMPARED: dict[str, Callable[[Date, Date, Date], bool]] = {
    "in": lambda date, first, last: first.at <= date.at <= last.at,
    "before": lambda date, first, last: date.at < first.at,
    "after": lambda date, first, last: date.at > last.at,
    **dict.fromkeys(("on or before", "in or before", "before or on"), lambda date, first, last: date.at <= last.at),
    **dict.fromkeys(("on or after", "in or after", "after or on"), lambda date, first, last: date.at >= first.at),
}


def _includes(match: re.Match[str]) -> Test:
    wanted, no = fold(match["text"].strip()), "not" in match["op"]
    read = PLACES[match["field"]]
    return lambda env, path, item: (wanted in fold(read(path, item))) != no


def _matches(match: re.Match[str]) -> Test:
    """Read a regular expression, compared with case unless it has the flag i; raise QueryError if it cannot be read."""
    source, flags, no, name = match["source"], match["flags"], "not" in match["op"], match["field"]
    Expression(source, flags)

    def test(env: Env, path: str, item: Item) -> bool:
        texts = map(text_of, item.get("tags", ())) if name in ("tag", "tags") else (PLACES[name](path, item),)
        return any(map(env.expression(source, flags).matches, texts)) != no

    return test


def _priority(match: re.Match[str]) -> Test:
    wanted, op = ORDER.index(match["name"]), (match["op"] or "").strip()

    def test(env: Env, path: str, item: Item) -> bool:
        place = rank(item)
        return {"above": place < wanted, "below": place > wanted, "not": place != wanted}.get(op, place == wanted)

    return test
