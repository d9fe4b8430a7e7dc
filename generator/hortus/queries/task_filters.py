"""The conditions of a `tasks` block, and what its tasks can be sorted and grouped by."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from hortus.core.keys import fold, folder, tag_key
from hortus.queries.dates import months_later, parse_date, whole_day
from hortus.queries.env import Env
from hortus.queries.texts import text_of
from hortus.queries.values import Date, Value

Item = Mapping[str, Value]
Test = Callable[[Env, str, Item], bool]
Key = Callable[[str, Item], Value]
FIELDS = {
    "due": "due", "scheduled": "scheduled", "starts": "start", "start": "start", "done": "completion",
    "created": "created", "cancelled": "cancelled",
}  # fmt: skip
PRIORITIES = {
    "highest": "\N{UP-POINTING RED TRIANGLE}", "high": "\N{BLACK UP-POINTING DOUBLE TRIANGLE}",
    "medium": "\N{UP-POINTING SMALL RED TRIANGLE}", "none": "", "low": "\N{DOWN-POINTING SMALL RED TRIANGLE}",
    "lowest": "\N{BLACK DOWN-POINTING DOUBLE TRIANGLE}",
}  # fmt: skip
ORDER = tuple(PRIORITIES)
DATED = re.compile(
    rf"(?P<field>{'|'.join(FIELDS)}|happens) (?:date )?"
    r"(?:(?P<op>on or before|before or on|on or after|after or on|before|after|on|in|this|next|last) ?)?(?P<date>.+)"
)
PRESENT = re.compile(rf"(?P<op>has|no) (?P<field>{'|'.join(FIELDS)}|happens) date")
INCLUDES = re.compile(
    r"(?P<field>path|folder|root|filename|heading|description|tags?|status\.name) "
    r"(?P<op>includes?|does not include|do not include) (?P<text>.+)"
)
PRIORITY = re.compile(r"priority is (?P<op>above |below |not )?(?P<name>highest|high|medium|none|low|lowest)")
AGO = re.compile(
    r"(?:(?P<sign>in) )?(?P<count>\d{1,5}|an?|one|two|three) (?P<unit>day|week|month|year)s?(?P<ago> ago)?"
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
PERIOD = re.compile(r"(?:(?P<which>this|next|last) )?(?P<unit>week|month|quarter|year)")


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
        return lambda env, path, item: bool(_dates(item, name)) == wanted
    if match := INCLUDES.fullmatch(words):
        return _includes(match)
    if match := PRIORITY.fullmatch(lower):
        return _priority(match)
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


def is_done(item: Item) -> bool:
    return item.get("status") in ("x", "X", "-")


def _text(item: Item) -> str:
    return text_of(item.get("text"))


SIMPLE: dict[str, Test] = {
    "done": lambda env, path, item: is_done(item),
    "not done": lambda env, path, item: not is_done(item),
    "exclude sub-items": lambda env, path, item: not item.get("parent"),
    "is recurring": lambda env, path, item: "\N{CLOCKWISE RIGHTWARDS AND LEFTWARDS OPEN CIRCLE ARROWS}" in _text(item),
    "is not recurring": lambda env, path, item: (
        "\N{CLOCKWISE RIGHTWARDS AND LEFTWARDS OPEN CIRCLE ARROWS}" not in _text(item)
    ),
    "has tags": lambda env, path, item: bool(item.get("tags")),
    "no tags": lambda env, path, item: not item.get("tags"),
}


def _dates(item: Item, name: str) -> list[Date]:
    names = ("due", "scheduled", "start") if name == "happens" else (FIELDS[name],)
    return [whole_day(date) for one in names if isinstance(date := item.get(one), Date)]


def _dated(lower: str) -> Test | None:
    match = DATED.fullmatch(lower)
    if match is None:
        return None
    op, name = match["op"] or "on", match["field"]
    words = f"{op} {match['date']}" if op in ("this", "next", "last") else match["date"]
    words = f"in {words}" if op == "in" and AGO.fullmatch(words) else words
    if not _days(words, Date(datetime(2024, 1, 1))):
        return None
    op = "in" if op in ("this", "next", "last", "on") else op

    def test(env: Env, path: str, item: Item) -> bool:
        days = env.once(("days", words), lambda: _days(words, whole_day(env.now())))
        return days is not None and any(COMPARED[op](date, *days) for date in _dates(item, name))

    return test


COMPARED: dict[str, Callable[[Date, Date, Date], bool]] = {
    "in": lambda date, first, last: first.at <= date.at <= last.at,
    "before": lambda date, first, last: date.at < first.at,
    "after": lambda date, first, last: date.at > last.at,
    "on or before": lambda date, first, last: date.at <= last.at,
    "before or on": lambda date, first, last: date.at <= last.at,
    "on or after": lambda date, first, last: date.at >= first.at,
    "after or on": lambda date, first, last: date.at >= first.at,
}


def _days(words: str, today: Date) -> tuple[Date, Date] | None:
    """Return the first and the last day that words mean; None if they mean none, or one after the year 9999."""
    try:
        return _named_days(words, today)
    except OverflowError:
        return None


def _named_days(words: str, today: Date) -> tuple[Date, Date] | None:
    words = words.strip()
    near = {"today": 0, "tomorrow": 1, "yesterday": -1}
    if words in near:
        day = Date(today.at + timedelta(days=near[words]))
        return day, day
    if date := parse_date(words):
        return whole_day(date), whole_day(date)
    both = words.split()
    if len(both) == 2 and (first := parse_date(both[0])) and (last := parse_date(both[1])):
        return Date(min(first.at, last.at)), Date(max(first.at, last.at))
    if match := AGO.fullmatch(words):
        count = NUMBERS.get(match["count"]) or int(match["count"])
        if not match["ago"] and not match["sign"]:
            return None
        day = _moved(today, match["unit"], -count if match["ago"] else count)
        return day, day
    match = PERIOD.fullmatch(words)
    return _period(match, today) if match else None


def _moved(day: Date, unit: str, count: int) -> Date:
    if unit in ("day", "week"):
        return Date(day.at + timedelta(days=count * (7 if unit == "week" else 1)))
    return Date(months_later(day.at, count * (12 if unit == "year" else 1)))


def _period(match: re.Match[str], today: Date) -> tuple[Date, Date]:
    """Return the first and last day of this, the next or the last week, month, quarter or year."""
    unit, shift = match["unit"], {"next": 1, "last": -1}.get(match["which"] or "", 0)
    if unit == "week":
        monday = today.at - timedelta(days=today.at.weekday()) + timedelta(weeks=shift)
        return Date(monday), Date(monday + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = today.at.replace(month=(today.at.month - 1) // months * months + 1, day=1)
    start = months_later(start, shift * months)
    return Date(start), Date(months_later(start, months) - timedelta(days=1))


def _includes(match: re.Match[str]) -> Test:
    wanted, no = fold(match["text"].strip()), "not" in match["op"]
    read = PLACES[match["field"]]
    return lambda env, path, item: (wanted in fold(read(path, item))) != no


def _priority(match: re.Match[str]) -> Test:
    wanted, op = ORDER.index(match["name"]), (match["op"] or "").strip()

    def test(env: Env, path: str, item: Item) -> bool:
        place = rank(item)
        return {"above": place < wanted, "below": place > wanted, "not": place != wanted}.get(op, place == wanted)

    return test


def rank(item: Item) -> int:
    text = _text(item)
    return next((place for place, name in enumerate(ORDER) if PRIORITIES[name] and PRIORITIES[name] in text), 3)


STATUS = {" ": "Todo", "x": "Done", "X": "Done", "/": "In Progress", "-": "Cancelled"}
PLACES: dict[str, Callable[[str, Item], str]] = {
    "path": lambda path, item: path,
    "folder": lambda path, item: folder(path) + "/",
    "root": lambda path, item: path.split("/")[0] + "/",
    "filename": lambda path, item: path.rsplit("/", 1)[-1],
    "heading": lambda path, item: text_of(item.get("heading")),
    "description": lambda path, item: _text(item),
    "tag": lambda path, item: " ".join(f"#{tag_key(text_of(tag))}" for tag in item.get("tags", ())),
    "tags": lambda path, item: " ".join(f"#{tag_key(text_of(tag))}" for tag in item.get("tags", ())),
    "status.name": lambda path, item: STATUS.get(str(item.get("status")), "Unknown"),
}
KEYS: dict[str, Key] = {
    **{name: PLACES[name] for name in ("path", "folder", "root", "filename", "heading", "description", "tags")},
    **{name: lambda path, item, name=name: next(iter(_dates(item, name)), None) for name in (*FIELDS, "happens")},  # type: ignore[misc]  # each has its own name
    "priority": lambda path, item: f"Priority {ORDER[rank(item)]}",
    "status": lambda path, item: "Done" if is_done(item) else "Todo",
    "status.name": PLACES["status.name"],
    "backlink": lambda path, item: path.rsplit("/", 1)[-1].removesuffix(".md"),
}
