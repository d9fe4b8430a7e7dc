"""YAML with the place of every value: text in, a tree of scalars, lists and mappings out.

Front matter needs only lines and has its own reader; `.base` files hold expressions, whose mistakes have columns. Text
stays as typed, and aliases, depth and size are bounded, as in front matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from hortus.vault.frontmatter import DEEPEST, LARGEST, PLAIN, RESERVED_SIGNS, WORDS, Unreadable


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; *raw* is its source, which begins at *line* and *column* (from 1)."""

    text: str
    raw: str
    line: int
    column: int
    plain: bool
    """Without quotes, so that ``true`` is no text."""

    @property
    def value(self) -> Any:
        return PLAIN.get(self.text, self.text) if self.plain else self.text

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a character of *text*.

        Characters are looked up in the source one after another; what the source has in addition is quotes, escapes
        and indentation.
        """
        place = -1
        for sign in self.text[: offset + 1]:
            wanted = place + 1
            while wanted < len(self.raw) and not _same(self.raw[wanted], sign):
                wanted += 1
            place = wanted if wanted < len(self.raw) else place
        place = max(place, 0)
        above = self.raw.count("\n", 0, place)
        column = place - self.raw.rfind("\n", 0, place) if above else self.column + place
        return self.line + above, column


def _same(raw: str, sign: str) -> bool:
    return raw == sign or (sign.isspace() and raw.isspace())


@dataclass(frozen=True, slots=True)
class Listing:
    items: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    pairs: "tuple[tuple[Scalar, Node], ...]"
    line: int
    column: int

    def get(self, name: str) -> "Node | None":
        """Return the value of a key, the first where it is there twice."""
        return next((value for key, value in self.pairs if key.text == name), None)


Node = Scalar | Listing | Mapping


def parse_nodes(text: str) -> Node | None:
    """Read one YAML document; None if it is empty. Raise Unreadable, whose line is from 1."""
    if len(text) > LARGEST:
        raise Unreadable(f"longer than {LARGEST} characters", 1)
    try:
        events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        found = [event for event in events if not isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent)]
    except (yaml.YAMLError, ValueError, UnicodeError) as error:
        raise _not_yaml(text, error) from None
    inner = iter(event for event in found if not isinstance(event, yaml.DocumentStartEvent | yaml.DocumentEndEvent))
    if sum(isinstance(event, yaml.DocumentStartEvent) for event in found) > 1:
        raise Unreadable("more than one YAML document", 1)
    first = next(inner, None)
    if first is None or (isinstance(first, yaml.ScalarEvent) and not first.value):
        return None
    return _node(first, inner, text, 1)


def _not_yaml(text: str, error: Exception) -> Unreadable:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).split("\n")[0]
    lines = text.split("\n")
    line, column = (min(mark.line, len(lines) - 1), mark.column) if mark else (0, 0)
    words = next((words for says, words in WORDS.items() if says in problem), problem)
    if "cannot start any token" in problem and lines[line].startswith(RESERVED_SIGNS, column):
        words = f"no text begins with `{lines[line][column]}`, except in quotes"
    return Unreadable(f"not YAML: {words}", line + 1)


def _node(event: yaml.Event, events: Iterator[yaml.Event], text: str, depth: int) -> Node:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if isinstance(event, yaml.AliasEvent):
        raise Unreadable(f"`*{event.anchor}` is a YAML alias, which is not supported; put text in quotes", line)
    if isinstance(event, yaml.ScalarEvent):
        if event.tag is not None:
            raise Unreadable(f"`{event.tag}` is read as a YAML tag; put text that begins with `!` in quotes", line)
        raw = text[event.start_mark.index : event.end_mark.index]
        return Scalar(event.value, raw, line, column, bool(event.implicit[0]) and event.style is None)
    if depth > DEEPEST * 4:
        raise Unreadable(f"nested deeper than {DEEPEST * 4} levels", line)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(inner, events, text, depth + 1))
        return Listing(tuple(items), line, column)
    pairs: list[tuple[Scalar, Node]] = []
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(inner, events, text, depth + 1)
        if not isinstance(key, Scalar):
            raise Unreadable("a list or mapping cannot be a key", key.line)
        if any(key.text == other.text for other, _ in pairs):
            raise Unreadable(f"duplicate key `{key.text}`", key.line)
        pairs.append((key, _node(next(events), events, text, depth + 1)))
    return Mapping(tuple(pairs), line, column)
