"""Front matter: parse YAML into named values with line numbers.

libyaml's events are read, so that nothing is constructed, aliases, duplicate keys, depth and size are
bounded, and text stays as typed: ``NO``, ``1.10`` and ``2024-02-30`` are what was written. Only plain
``true``, ``false`` and empty values are anything but text.

Obsidian reads some front matter that libyaml refuses, part of it valid YAML. Where libyaml reports an error,
that place is rewritten, if it is of a known kind, and the text is read again (`repaired`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

LARGEST, DEEPEST = 65536, 16
"""Characters and levels of front matter."""
MOST_REPAIRS = 200
PLAIN = {"true": True, "false": False, "True": True, "False": False, "": None, "~": None, "null": None}
WORDS = {
    "cannot start any token": "a tab, where only spaces are allowed",
    "found a tab": "a tab, where only spaces are allowed",
    "did not find expected key": "text after a closing quote or bracket; put the whole value in quotes",
    "mapping values are not allowed": "a second `: `, or a line too far to the right; text with `: ` needs quotes",
    "unexpected end of stream": "a quote that is not closed",
}
"""What PyYAML says, by a part of it, and what it means to the author of the note."""
NUMERIC = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
DASH = re.compile(r"\s*-[ -]*$")
"""Text that may precede a tab between an item and its dash."""
RESERVED_SIGNS = ("@", "`", "%")
"""Characters that no text without quotes begins with in YAML."""
RESERVED = re.compile(r"[@`%](?:[^:#]|:(?=\S)|(?<=\S)#)*")
"""Text that begins with a character which YAML reserves, up to a comment, or the colon of a key."""
RESERVED_IN_FLOW = re.compile(r"[@`%][^,\[\]{}\n]*")
EMBED = re.compile(r"(?<=[:\-\[,] )\s*(?P<embed>!\[\[[^\[\]\n]*\]\])")
"""An embed without quotes, which libyaml reads as a YAML tag."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One property as read; *lines* are the lines of its values, in the order of a list."""

    name: str
    value: Any
    line: int
    lines: tuple[int, ...]
    markdown: bool = False
    """It is in the block at the end of a note, where values are Markdown."""


class Quoted(str):
    """Text in quotes that would be a number without."""

    __slots__ = ()


class Unreadable(ValueError):
    """Front matter cannot be read; with its 1-based line."""

    def __init__(self, message: str, line: int):
        super().__init__(message)
        self.line = line


def parse_yaml(text: str) -> list[Entry]:
    """Read front matter; raise Unreadable with the line (the first line of *text* is line 2 of the note)."""
    if len(text) > LARGEST:
        raise Unreadable(f"front matter is longer than {LARGEST} characters", 1)
    for _ in range(MOST_REPAIRS):
        try:
            return _entries(text)
        except (yaml.YAMLError, ValueError, UnicodeError) as error:
            if isinstance(error, Unreadable):
                raise
            better = repaired(text, error)
            if better is None:
                raise _unreadable(text, error) from None
            text = better
    raise Unreadable(f"front matter has more than {MOST_REPAIRS} values that begin with a reserved sign", 1)


def _unreadable(text: str, error: Exception) -> Unreadable:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).split("\n")[0]
    words = next((words for says, words in WORDS.items() if says in problem), problem)
    line = min(mark.line, text.count("\n")) + 2 if mark else 2
    return Unreadable(f"front matter is not YAML: {words}", line)


def repaired(text: str, error: Exception) -> str | None:
    """Rewrite the place where libyaml failed, without changing line numbers; None if the error is of no known kind.

    1. A line of spaces and tabs is empty.
    2. A tab after the dash of a list item is a space. (Valid YAML, as is the first.)
    3. Text that begins with a reserved character, as in ``- @name``, is quoted.
    4. An embed, as in ``banner: ![[a.png]]``, is quoted.
    """
    mark = getattr(error, "problem_mark", None)
    lines = text.split("\n")
    if mark is None or mark.line >= len(lines):
        return None
    line = lines[mark.line]
    better = _rewritten(line, mark.column, "\n".join(lines[: mark.line]))
    return None if better == line else "\n".join([*lines[: mark.line], better, *lines[mark.line + 1 :]])


def _rewritten(line: str, column: int, above: str) -> str:
    """Return the line with the text at *column*, where libyaml failed, rewritten if it is of a known kind."""
    if not line.strip():
        return ""
    before, after = line[:column], line[column:]
    if after.startswith("\t") and DASH.match(before):
        return f"{before} {after[1:]}"
    if after.startswith(RESERVED_SIGNS):
        pattern = RESERVED_IN_FLOW if _in_flow(before, above) else RESERVED
        return before + pattern.sub(lambda match: _quoted(match[0]), after, count=1)
    return EMBED.sub(lambda match: _quoted(match["embed"]), line)


def _in_flow(before: str, above: str) -> bool:
    """Return whether a list in brackets or a mapping in braces is open after *before* and the lines *above*."""
    property_lines = re.split(r"\n(?=[^\s\-])", f"\n{above}\n{before}")[-1]
    return sum(map(property_lines.count, "[{")) > sum(map(property_lines.count, "]}"))


def _quoted(text: str) -> str:
    bare = text.rstrip()
    return "'" + bare.replace("'", "''") + "'" + text[len(bare) :]


def _entries(text: str) -> list[Entry]:
    """Read the names and values of the top-level mapping."""
    events = iter(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    root = next(event for event in events if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent))
    if isinstance(root, yaml.StreamEndEvent) or (isinstance(root, yaml.ScalarEvent) and _text(root) is None):
        return []
    if not isinstance(root, yaml.MappingStartEvent):
        _value(root, events, 1)
        raise Unreadable("front matter is not a list of `name: value`", 2)
    entries = [_entry(name, line, event, events) for name, line, event in _pairs(events)]
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            raise Unreadable("front matter contains more than one YAML document", _line(event))
    return entries


def _entry(name: str, line: int, event: yaml.Event, events: Iterator[yaml.Event]) -> Entry:
    if not isinstance(event, yaml.SequenceStartEvent):
        return Entry(name, _value(event, events, 2), line, (_line(event),))
    items, lines = [], []
    for item in _until(yaml.SequenceEndEvent, events):
        lines.append(_line(item))
        items.append(_value(item, events, 3))
    return Entry(name, items, line, tuple(lines) or (line,))


def _value(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Any:
    """Read the value that begins with *event*; *depth* is the nesting depth of a list here."""
    if isinstance(event, yaml.AliasEvent):
        hint = "is a YAML alias, which is not supported; put text in quotes"
        raise Unreadable(f"`*{event.anchor}` {hint}", _line(event))
    if isinstance(event, yaml.ScalarEvent):
        return _text(event)
    if depth > DEEPEST:
        raise Unreadable(f"front matter is nested deeper than {DEEPEST} levels", _line(event))
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(item, events, depth + 1) for item in _until(yaml.SequenceEndEvent, events)]
    return {name: _value(value, events, depth + 1) for name, _, value in _pairs(events)}


def _pairs(events: Iterator[yaml.Event]) -> Iterator[tuple[str, int, yaml.Event]]:
    """Yield each name of a mapping, its line, and the first event of its value; the caller reads the rest."""
    names: set[str] = set()
    for event in _until(yaml.MappingEndEvent, events):
        if isinstance(event, yaml.AliasEvent):
            _value(event, events, 1)
        if not isinstance(event, yaml.ScalarEvent):
            raise Unreadable("a list or mapping cannot be a key in front matter", _line(event))
        if event.value in names:
            raise Unreadable(f"duplicate key `{event.value}` in front matter", _line(event))
        names.add(event.value)
        yield event.value, _line(event), next(events)


def _until(end: type[yaml.Event], events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """Yield the first event of each value up to the end of a list or mapping; the caller reads the rest."""
    for event in events:
        if isinstance(event, end):
            return
        yield event


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 2


def _text(event: yaml.ScalarEvent) -> Any:
    plain = event.implicit[0] and event.tag is None
    if plain:
        return PLAIN.get(event.value, event.value)
    return Quoted(event.value) if NUMERIC.fullmatch(event.value) else event.value
