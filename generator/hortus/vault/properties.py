"""Properties: front matter and the block at the end of a note, as values with line numbers.

`frontmatter` parses the YAML.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hortus.core.filetypes import is_picture_name
from hortus.core.model import TaskMode
from hortus.vault.frontmatter import Entry, Unreadable, parse_yaml

TRAILING = re.compile(r"(?P<name>[A-Za-z][A-Za-z ]{0,30}):(?:\s+(?P<value>.*))?$")
PUBLIC = {"draft": False, "private": False, "publish": True}
OWNERS = frozenset({"date", "links to", "tags", "references", "password", "unlisted", *PUBLIC})
"""A block at the end of a note is read as properties if it has one of these names."""
MEANT_FOR_PAGES = PUBLIC.keys() | frozenset(
    "title tags tag aliases alias cssclasses cssclass permalink unlisted".split()
)
"""Names of properties that control how a note is shown, or that have their own place on its page."""
COVERS = ("cover", "image")
"""Names of properties with the picture for shared pages, in order of priority."""
PICTURES = frozenset({*COVERS, "banner"})
"""Names of properties in which the path of a picture is an embed."""
PLUGIN_PROPERTIES = re.compile(
    r"""
    (?: excalidraw | kanban | banner | dg | sr | linter | obsidian ) [-_] .*   # a plugin's prefix
    | .* -plugin                                                               # what plugin draws the note
    | obsidian (?: ui | editing ) mode | mobile | number \s headings
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Names of properties that only Obsidian or its plugins read."""
EMBEDDED = re.compile(r"!?\[\[(?P<wiki>[^|\]]+)(?:\|[^\]]*)?\]\]|!\[[^\]]*\]\((?P<link>[^()]+)\)")
FENCE = "---"
ODD_FENCE = re.compile(r"---[ \t]+\S")
NEARLY = "this looks like front matter, which must be between two lines `---` at the start of the note"
UNCLOSED = re.compile(r"---\s*\n\s*\w[\w ]*:(?!.*^---\s*$)", re.DOTALL | re.MULTILINE)
"""Front matter that is not closed."""
MISPLACED = re.compile(
    r"""
    [\s\u200b\ufeff]* (?: -{3,} | \+{3,} | ;{3,} ) [^\n]* \n        # what looks like a fence
    (?: (?! \s* (?: -{3,} | \+{3,} ) \s* \n ) [^\n]* \n ){0,99}?   # and before the next one
    \s* ["']? (?: draft | private | publish ) ["']? \s* [:=]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Text that looks like misplaced front matter with a property that makes notes private."""
DATE = re.compile(r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)(?!\d)")
BULLET = re.compile(r"\s*[*+-](?:\s+|$)")
TASK_MODES: dict[str, TaskMode] = {"count": "count", "list": "list", "off": "off", "false": "off"}


@dataclass(frozen=True, slots=True)
class Properties:
    entries: tuple[Entry, ...]
    body: str
    """The note with the lines of its properties blanked, so that line numbers stay the same.

    What follows the closing fence on its line begins the body."""
    error: str = ""
    error_line: int = 0


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
        after = "\n".join(lines[end:])
        if not error and lines[end].rstrip() != FENCE and MISPLACED.match(after):
            error, error_line = NEARLY, end + 1
        lines[: end + 1] = [*[""] * end, lines[end].removeprefix(FENCE).strip()]
    elif UNCLOSED.match(text) or MISPLACED.match(text):
        error, error_line = NEARLY, 1
    start = trailing_start(lines)
    if start is not None:
        entries += parse_trailing(lines, start)
        lines[start:] = [""] * (len(lines) - start)
    return Properties(tuple(entries), "\n".join(lines), error, error_line)


def front_matter_end(lines: list[str]) -> int:
    """Return the index of the line that closes the front matter; 0 if there is none.

    It is ``---``. Text may follow after a space, as Obsidian allows, if what is above it can be read.
    """
    if lines[0].rstrip() != FENCE:
        return 0
    end = next((i for i in range(1, len(lines)) if lines[i].rstrip() == FENCE), 0)
    odd = next((i for i in range(1, end or len(lines)) if ODD_FENCE.match(lines[i])), 0)
    return odd if odd and _is_readable(lines[1:odd]) else end


def _is_readable(lines: list[str]) -> bool:
    try:
        return bool(parse_yaml("\n".join(lines)))
    except Unreadable:
        return False


def trailing_start(lines: list[str]) -> int | None:
    """Return the index of the ``---`` that opens a block of properties at the end; None if there is none."""
    rule = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].rstrip() == "---"), None)
    if rule is None:
        return None
    rest = [line for line in lines[rule + 1 :] if line.strip()]
    names = [match["name"].lower() for line in rest if (match := TRAILING.match(line))]
    if not rest or not TRAILING.match(rest[0]) or not OWNERS.intersection(names):
        return None
    return rule if all(TRAILING.match(line) or BULLET.match(line) for line in rest) else None


def parse_trailing(lines: list[str], start: int) -> list[Entry]:
    """Read the block at the end: one name and value per line, or list items under a name."""
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
    """Return the line of each value; parts of a nested value share a line."""
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
    """Return how a note's open tasks are reported according to its property `tasks`; None for any other property.

    >>> task_mode("tasks", "Off"), task_mode("tasks", False), task_mode("tasks", "12")
    ('off', 'off', None)
    """
    return TASK_MODES.get(str(value).strip().lower()) if name.strip().lower() == "tasks" else None


def is_for_display(name: str, value: object) -> bool:
    """Return whether a property only controls how a note is displayed, in Obsidian or here.

    >>> is_for_display("banner_y", "0.5"), is_for_display("image", "[[a.png]]"), is_for_display("image", "ubuntu")
    (True, True, False)
    """
    name = name.strip().lower()
    if name in COVERS:
        return is_picture_name(embedded_name(flat(value)))
    return name in MEANT_FOR_PAGES or PLUGIN_PROPERTIES.fullmatch(name) is not None


def embedded_name(text: str) -> str:
    """Return the target if *text* is a link or embed, otherwise the text.

    >>> embedded_name("![[a.png|300]]"), embedded_name("![x](a.png)"), embedded_name("a b.png")
    ('a.png', 'a.png', 'a b.png')
    """
    match = EMBEDDED.fullmatch(text.strip())
    return ((match["wiki"] or match["link"]) if match else text).strip()


def iso_date(value: object) -> str:
    """Return the ISO date at the start of a property; empty if it is not a valid date.

    >>> iso_date("20211112"), iso_date("2024-02-30")
    ('2021-11-12', '')
    """
    match = DATE.match(str(value).strip())
    try:
        return date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""
