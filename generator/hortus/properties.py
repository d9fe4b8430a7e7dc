"""Properties: front matter, and the owner's block at the end of a note, read as values with their lines.

YAML is parsed by PyYAML into events, so that nothing is constructed, aliases, duplicate keys, depth and
size are bounded, and text stays as typed: ``NO``, ``1.10`` and ``2024-02-30`` are what was written.
Only plain ``true``, ``false`` and empty values are anything but text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from hortus.model import TaskMode

LARGEST, DEEPEST = 65536, 16
"""Characters and levels of front matter."""
PLAIN = {"true": True, "false": False, "True": True, "False": False, "": None, "~": None, "null": None}
TRAILING = re.compile(r"(?P<name>[A-Za-z][A-Za-z ]{0,30}):(?:\s+(?P<value>.*))?$")
PUBLIC = {"draft": False, "private": False, "publish": True}
OWNERS = frozenset({"date", "links to", "tags", "references", *PUBLIC})
"""Names that make a block at the end of a note one of properties."""
MEANT_FOR_PAGES = frozenset("title tags tag aliases alias cssclasses cssclass permalink cover".split()) | PUBLIC.keys()
"""Names of properties that say how and where a note is shown, or that its page shows in a place of their own."""
UNCLOSED = re.compile(r"---\s*\n\s*\w[\w ]*:(?!.*^---\s*$)", re.DOTALL | re.MULTILINE)
"""Front matter that is opened and never closed: who knows what it meant to say."""
MISPLACED = re.compile(
    r"""
    [\s\u200b\ufeff]* (?: -{3,} | \+{3,} | ;{3,} ) [^\n]* \n        # what looks like a fence
    (?: (?! \s* (?: -{3,} | \+{3,} ) \s* \n ) [^\n]* \n ){0,99}?   # and before the next one
    \s* ["']? (?: draft | private | publish ) ["']? \s* [:=]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Front matter that nearly is some, and says something of privacy."""
DATE = re.compile(r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)(?!\d)")
WORDS = {
    "cannot start any token": "text that begins with a tab, or a sign such as `@`, stands in quotes",
    "found a tab": "a tab, where only spaces may stand",
    "mapping values are not allowed": "a second `: `, or a line too far to the right; text with `: ` stands in quotes",
    "unexpected end of stream": "a quote that is not closed",
}
"""What PyYAML says, by a part of it, and what it means to whoever wrote the note."""
BULLET = re.compile(r"\s*[*+-](?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One property as read; *lines* are the lines of its values, in the order of a list."""

    name: str
    value: Any
    line: int
    lines: tuple[int, ...]
    markdown: bool = False
    """It stood in the block at the end, where values are Markdown."""


@dataclass(frozen=True, slots=True)
class Properties:
    entries: tuple[Entry, ...]
    body: str
    """The note with the lines of its properties emptied, so that every other line keeps its number."""
    error: str = ""
    error_line: int = 0


class Unreadable(ValueError):
    """Front matter that is not understood, and its 1-based line."""

    def __init__(self, message: str, line: int):
        super().__init__(message)
        self.line = line


def parse_properties(text: str) -> Properties:
    """Split a note into its properties and the rest."""
    lines = text.split("\n")
    entries: list[Entry] = []
    error, error_line = "", 0
    end = front_matter_end(lines)
    if end:
        try:
            entries = parse_yaml("\n".join(lines[1:end]))
        except Unreadable as unreadable:
            error, error_line = str(unreadable), unreadable.line
        lines[: end + 1] = [""] * (end + 1)
    elif UNCLOSED.match(text) or MISPLACED.match(text):
        error = "this looks like front matter, which stands between two lines `---` at the very beginning"
        error_line = 1
    start = trailing_start(lines)
    if start is not None:
        entries += parse_trailing(lines, start)
        lines[start:] = [""] * (len(lines) - start)
    return Properties(tuple(entries), "\n".join(lines), error, error_line)


def front_matter_end(lines: list[str]) -> int:
    """Return the index of the closing ``---``; 0 when there is no front matter."""
    if lines[0].rstrip() != "---":
        return 0
    return next((i for i in range(1, len(lines)) if lines[i].rstrip() == "---"), 0)


def is_public(properties: Properties) -> bool:
    """Tell whether a note may be published; whatever is not plainly public is private.

    >>> def public(text): return is_public(parse_properties(text))
    >>> public("a"), public("---\\npublish: yes\\n---\\n"), public("---\\ndraft: false\\n---\\n")
    (True, False, True)
    """
    if properties.error:
        return False
    return all(_is_public(entry.name, entry.value) for entry in properties.entries)


def _is_public(name: str, value: Any) -> bool:
    """Tell whether a property, or one inside it, leaves its note public."""
    name = name.strip().lower()
    if name in PUBLIC:
        return value is PUBLIC[name]
    inner = (
        value.items() if isinstance(value, dict) else [("", item) for item in value] if isinstance(value, list) else ()
    )
    return all(_is_public(name, item) for name, item in inner)


def parse_yaml(text: str) -> list[Entry]:
    """Read front matter; raise Unreadable with the line (the first line of *text* is line 2 of the note)."""
    if len(text) > LARGEST:
        raise Unreadable(f"front matter is longer than {LARGEST} characters", 1)
    try:
        value, keys = _build(text)
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        if isinstance(error, Unreadable):
            raise
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n")[0]
        words = next((words for says, words in WORDS.items() if says in problem), problem)
        line = min(mark.line, text.count("\n")) + 2 if mark else 2
        raise Unreadable(f"front matter is not YAML: {words}", line) from None
    if value is None:
        return []
    if not isinstance(value, dict):
        raise Unreadable("front matter is not a list of `name: value`", 2)
    return [Entry(name, value[name], line, lines or (line,)) for name, line, lines in keys]


def _build(text: str) -> tuple[Any, list[tuple[str, int, tuple[int, ...]]]]:
    """Make values of YAML's events; beside them the line of every top-level key and of its values."""
    root: list[Any] = []
    stack: list[Any] = [root]
    pending: list[str | None] = [None]  # the key that waits for its value, by level
    keys: list[tuple[str, int, list[int]]] = []

    def add(value: Any, line: int) -> None:
        top = stack[-1]
        if isinstance(top, list):
            top.append(value)
        else:
            top[pending[-1]] = value
            pending[-1] = None
        if 2 <= len(stack) <= 3 and keys and not isinstance(value, dict | list):
            keys[-1][2].append(line)

    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        line = event.start_mark.line + 2
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(f"`*{event.anchor}` is an alias in YAML, which is not read; put text in quotes", line)
        if isinstance(event, yaml.DocumentStartEvent) and root:
            raise Unreadable("front matter holds more than one document", line)
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.tag is None
            if isinstance(stack[-1], dict) and pending[-1] is None:
                if event.value in stack[-1]:
                    raise Unreadable(f"`{event.value}` stands twice in the front matter", line)
                pending[-1] = event.value
                if len(stack) == 2:
                    keys.append((event.value, line, []))
            else:
                add(PLAIN.get(event.value, event.value) if plain else event.value, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if isinstance(stack[-1], dict) and pending[-1] is None:
                raise Unreadable("a list or mapping cannot be a name in front matter", line)
            if len(stack) > DEEPEST:
                raise Unreadable(f"front matter is nested deeper than {DEEPEST} levels", line)
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            add(value, line)
            stack.append(value)
            pending.append(None)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
            pending.pop()
    return (root[0] if root else None), [(name, line, tuple(lines)) for name, line, lines in keys]


def trailing_start(lines: list[str]) -> int | None:
    """Return the index of the ``---`` that opens a block of properties at the end, None without one."""
    rule = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].rstrip() == "---"), None)
    if rule is None:
        return None
    rest = [line for line in lines[rule + 1 :] if line.strip()]
    names = [match["name"].lower() for line in rest if (match := TRAILING.match(line))]
    if not rest or not TRAILING.match(rest[0]) or not OWNERS.intersection(names):
        return None
    return rule if all(TRAILING.match(line) or BULLET.match(line) for line in rest) else None


def parse_trailing(lines: list[str], start: int) -> list[Entry]:
    """Read the block at the end: a name and its value a line, or bullets under a name."""
    entries: list[Entry] = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        bullet = BULLET.match(line)
        if bullet and entries:
            last = entries.pop()
            values = last.value if isinstance(last.value, list) else [last.value] if last.value else []
            places = last.lines if values else ()
            item = line[bullet.end() :].strip()
            if item:
                values, places = [*values, item], (*places, number)
            entries.append(Entry(last.name, values, last.line, places, True))
        elif match := TRAILING.match(line):
            value = (match["value"] or "").strip()
            entries.append(Entry(match["name"], value or None, number, (number,), True))
    return entries


def value_lines(entry: Entry, values: Sequence[object]) -> list[int]:
    """Return a line for each value; those of a nested one share it."""
    return [*entry.lines, *[entry.line] * len(values)][: len(values)]


def flat(value: object) -> str:
    """Write a nested value on one line.

    >>> flat(["a", {"b": None}])
    'a, b: '
    """
    if isinstance(value, dict):
        return ", ".join(f"{name}: {flat(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(flat, value))
    return "" if value is None else str(value)


def listed_texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, or of one text with commas.

    >>> listed_texts("a, b"), listed_texts(["a, b"]), listed_texts(None)
    (('a', 'b'), ('a, b',), ())
    """
    values = value if isinstance(value, list) else [] if value is None else str(value).split(",")
    return tuple(text for one in values if (text := flat(one).strip()))


def task_mode(name: str, value: object) -> TaskMode | None:
    """Return how a note's property `tasks` says its open tasks are reported; None for any other property.

    >>> task_mode("tasks", "Off"), task_mode("tasks", False), task_mode("tasks", "12")
    ('off', 'off', None)
    """
    known: dict[str, TaskMode] = {"count": "count", "list": "list", "off": "off", "false": "off"}
    return known.get(str(value).strip().lower()) if name.strip().lower() == "tasks" else None


def iso_date(value: object) -> str:
    """Return the ISO date that a property begins with, empty when it names no day.

    >>> iso_date("20211112"), iso_date("2024-02-30")
    ('2021-11-12', '')
    """
    match = DATE.match(str(value).strip())
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""
