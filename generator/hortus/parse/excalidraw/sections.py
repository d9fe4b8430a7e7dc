"""Split a file that the Excalidraw plugin wrote into the author's prose and the data of the drawing.

Every part keeps the file's line numbers, so that positions in it are positions in the file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hortus.core.model import Source
from hortus.parse.excalidraw.lz import decompress
from hortus.parse.syntax.comment import without_comments

HEADING = re.compile(r"#{1,2} +(Excalidraw Data|Text Elements|Element Links|Embedded Files|Drawing)\s*")
FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})\s*(?P<form>compressed-json|json)\s*")
WARNING = re.compile(r"==⚠.*⚠==.*")
"""The plugin's notice for readers who open the file as text."""
FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<inside>(?:(?!---[ \t]*$).*\n)*)---[ \t]*$", re.MULTILINE)
PLUGIN = re.compile(r"^[\"']?excalidraw-plugin[\"']?[ \t]*:[ \t]*[\"']?(?P<mode>\w+)", re.MULTILINE)
TEXT_END = re.compile(r"(?:^|\s)\^(?P<id>\S{8})\s*$")
ENTRY = re.compile(r"(?P<id>\S+?):\s*(?P<value>.*)")


@dataclass(frozen=True, slots=True)
class Text:
    """A text element in the file's section."""

    raw: str
    first: int
    last: int
    """Lines."""


@dataclass(frozen=True, slots=True)
class Sections:
    prose: str
    """The file without the drawing and its data."""
    data: str
    """The sections that may contain links; other lines are empty."""
    texts: Mapping[str, Text]
    links: Mapping[str, int]
    """Line of an element's link, by id."""
    files: Mapping[str, tuple[int, str]]
    """Line and value of an embedded file, by id."""
    payload: str
    line: int
    """Line at which the payload begins."""
    compressed: bool

    def scene(self) -> str:
        """Return the JSON of the scene; raise ValueError if there is none or it is damaged."""
        if not self.payload.strip():
            raise ValueError("it contains no drawing")
        return decompress(self.payload) if self.compressed else self.payload


def is_drawing(source: Source) -> bool:
    """Return whether a file is a drawing: by its name, or by the property that the plugin sets.

    A note named ``x.excalidraw.md`` without that property is one if it has a section named Drawing.
    """
    path = source.path.lower()
    if path.endswith(".excalidraw"):
        return True
    front = FRONT_MATTER.match(source.text)
    found = PLUGIN.search(front["inside"]) if front else None
    if found:
        return found["mode"].lower() not in ("false", "no", "null")
    return path.endswith(".excalidraw.md") and any(
        (heading := HEADING.fullmatch(line)) and heading[1] == "Drawing" for line in source.text.split("\n")
    )


def split_sections(source: Source) -> Sections:
    """Split a drawing's file."""
    if not source.path.lower().endswith(".md"):
        return Sections("", "", {}, {}, {}, source.text, 1, False)
    lines = source.text.split("\n")
    first = next((i for i, line in enumerate(lines) if HEADING.fullmatch(line)), len(lines))
    payload, place, end, compressed = _payload(lines, first)
    start = _comment_start(lines, first)
    prose = ["" if start <= i < end or WARNING.match(line) else line for i, line in enumerate(lines)]
    data, texts, links, files = [""] * len(lines), {}, {}, {}
    name, begun = "", first
    for number in range(first, min(place, end)):
        line = lines[number]
        if heading := HEADING.fullmatch(line):
            name, begun = heading[1], number + 1
        elif name == "Text Elements":
            data[number] = line if line.strip() != "%%" else ""
            if found := TEXT_END.search(line):
                raw = "\n".join([*lines[begun:number], line[: found.start()]]).strip("\n")
                texts[found["id"]] = Text(raw, begun + 1, number + 1)
                begun = number + 1
        elif name in ("Element Links", "Embedded Files") and (entry := ENTRY.fullmatch(line.strip())):
            data[number] = line if "[[" in line else ""
            if name == "Element Links":
                links[entry["id"]] = number + 1
            else:
                files[entry["id"]] = number + 1, entry["value"]
    return Sections(
        "\n".join(prose), "\n".join(data), texts, links, files, payload, min(place + 1, len(lines)), compressed
    )


def _payload(lines: list[str], first: int) -> tuple[str, int, int, bool]:
    """Return the payload, the indices of its first line and of the line after it, and whether it is compressed."""
    for number in range(first, len(lines)):
        if fence := FENCE.fullmatch(lines[number]):
            rest = range(number + 1, len(lines))
            end = next((i for i in rest if lines[i].strip() == fence["fence"]), len(lines))
            after = next((i for i in range(end + 1, len(lines)) if lines[i].strip()), len(lines))
            closed = after < len(lines) and lines[after].strip() == "%%"
            stop = after + 1 if closed else end + 1
            return "\n".join(lines[number + 1 : end]), number + 1, stop, fence["form"] == "compressed-json"
        if lines[number].startswith("{"):  # as early versions wrote it
            end = next((i for i in range(number, len(lines)) if lines[i].strip() == "%%"), len(lines))
            return "\n".join(lines[number:end]), number, min(end + 1, len(lines)), False
    return "", len(lines), len(lines), False


def _comment_start(lines: list[str], first: int) -> int:
    """Return the line at which the data begins: a ``%%`` right before its first heading, otherwise the heading."""
    before = first - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    return before if before >= 0 and lines[before].strip() == "%%" else first


def published_text(source: Source) -> str:
    """Return the text of a note for publication: without comments; of a drawing only its prose and text elements."""
    if not is_drawing(source):
        return without_comments(source.text)
    parts = split_sections(source)
    words = "\n\n".join(text.raw.strip() for text in parts.texts.values() if text.raw.strip())
    return f"{without_comments(parts.prose).rstrip()}\n\n{words}".strip("\n") + "\n"
