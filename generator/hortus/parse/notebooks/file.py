"""Read a Jupyter notebook's file, formats 3 and 4: parse its JSON into cells whose texts have positions in the file."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

SPACE = re.compile(r"[ \t\r\n]*")
UNIT = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
"""One character of a JSON string, as written."""
UNWANTED = dict.fromkeys([0, *range(0xFDD0, 0xFDF0), *range(0xD800, 0xE000)], "\ufffd")
"""NUL, the noncharacters that mark slots, and lone surrogates."""
MIMES = {
    "text": "text/plain", "html": "text/html", "svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg",
    "latex": "text/latex", "markdown": "text/markdown", "javascript": "application/javascript",
    "json": "application/json",
}  # fmt: skip
"""Keys of an output in format 3, and their names in format 4."""
OLD_OUTPUTS = {"pyout": "execute_result", "pyerr": "error"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text from one string of the file."""

    text: str
    start: int
    """Offset of its string in the file; -1 if the text is not in the file."""
    skipped: int = 0
    """Characters of the string before it."""

    def cut(self, first: int, last: int) -> "Chunk":
        """Return the characters from *first* to *last*."""
        return Chunk(self.text[first:last], self.start, self.skipped + first)


Text = tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class RawCell:
    kind: str
    """``markdown``, ``code``, ``raw``."""
    source: Text
    start: int
    """Offset of the cell in the file."""
    record: Mapping[str, Any]
    """The cell in format 4."""
    texts: Mapping[tuple[int, str], Text]
    """Texts of outputs that are parsed as Markdown, by the number of the output and their type."""


class NotebookFile:
    """A parsed notebook; raises ValueError if the text is not one."""

    def __init__(self, text: str):
        self.text = text
        self.record = json.loads(text, object_pairs_hook=_no_duplicates)
        if not isinstance(self.record, dict) or not isinstance(self.metadata, dict):
            raise ValueError("not a notebook: no object with metadata")
        self.old = "worksheets" in self.record
        sheets = self.record.get("worksheets", []) if self.old else [self.record]
        if not all(isinstance(sheet, dict) and isinstance(sheet.get("cells", []), list) for sheet in sheets):
            raise ValueError("not a notebook: no list of cells")

    @property
    def metadata(self) -> Any:
        return self.record.get("metadata", {})

    @property
    def language(self) -> str:
        """The language of the code, for Pygments; empty if unknown."""
        info, kernel = self.metadata.get("language_info"), self.metadata.get("kernelspec")
        names = [info.get("pygments_lexer"), info.get("name")] if isinstance(info, dict) else []
        names += [kernel.get("language")] if isinstance(kernel, dict) else []
        return next((name for name in names if isinstance(name, str) and name), "")

    def cells(self) -> Iterator[RawCell]:
        """Yield the cells in order; invalid cells are skipped."""
        for start in self._starts():
            record, _ = _scan(self.text, start)
            if isinstance(record, dict):
                yield self._cell(record, start)

    def _starts(self) -> Iterator[int]:
        top = dict(_members(self.text, _past_space(self.text, 0)))
        sheets = _items(self.text, top["worksheets"]) if self.old else [top.get("cells", -1)]
        for sheet in sheets:
            cells = dict(_members(self.text, sheet)).get("cells", -1) if self.old else sheet
            if cells >= 0:
                yield from _items(self.text, cells)

    def _cell(self, record: dict[str, Any], start: int) -> RawCell:
        places = dict(_members(self.text, start))
        kind = str(record.get("cell_type", ""))
        source = self._text(places.get("input" if self.old and kind == "code" else "source", -1))
        if kind == "heading":
            level = record.get("level")
            marks = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
            kind, source = "markdown", (Chunk(f"{marks} ", -1), *source)
        outputs = [one for one in _listed(record.get("outputs")) if isinstance(one, dict)]
        if self.old:
            outputs = [_in_format_4(one) for one in outputs]
            record = record | {"execution_count": record.get("prompt_number")}
        texts = dict(self._output_texts(places["outputs"])) if outputs and "outputs" in places else {}
        return RawCell(kind, source, start, record | {"outputs": outputs}, texts)

    def _output_texts(self, start: int) -> Iterator[tuple[tuple[int, str], Text]]:
        """Yield the texts of outputs that are Markdown or LaTeX, with their positions."""
        if self.text[start] != "[":
            return
        starts = [place for place in _items(self.text, start) if self.text[place] == "{"]
        for number, place in enumerate(starts):
            data = dict(_members(self.text, place))
            if "data" in data and self.text[data["data"]] == "{":
                data = dict(_members(self.text, data["data"]))
            for name, value in data.items():
                mime = MIMES.get(name, name)
                if mime in ("text/markdown", "text/latex"):
                    yield (number, mime), self._text(value)

    def _text(self, start: int) -> Text:
        """Return a string, or a list of strings, with positions; empty for anything else."""
        if start < 0 or self.text[start] not in '"[':
            return ()
        starts = [start] if self.text[start] == '"' else _items(self.text, start)
        return tuple(Chunk(cleaned(_scan(self.text, one)[0]), one + 1) for one in starts if self.text[one] == '"')

    # --- places ---

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of an offset."""
        line = bisect_right(self._breaks, offset - 1)
        return line + 1, offset - (self._breaks[line - 1] if line else -1)

    def offset(self, text: Text, ends: Sequence[int], index: int) -> int:
        """Return the offset in the file of character *index* of a text; -1 if it is not in the file.

        *ends* is the result of `chunk_ends` for the text.
        """
        number = min(bisect_right(ends, index), len(text) - 1)
        if number < 0 or text[number].start < 0:
            return -1
        chunk = text[number]
        within = min(index - (ends[number] - len(chunk.text)), len(chunk.text))
        return self._units(chunk.start)[chunk.skipped + within]

    def _units(self, start: int) -> list[int]:
        """Return the offsets of the characters of the string at *start*, and the offset of its end."""
        known = self.__dict__.setdefault("_known_units", {})
        if start not in known:
            end = _scan(self.text, start - 1)[1] - 1
            known[start] = [*(found.start() for found in UNIT.finditer(self.text, start, end)), end]
        return known[start]


def chunk_ends(text: Text) -> list[int]:
    """Return, for each chunk of a text, the index in the text at which it ends."""
    return list(accumulate(len(chunk.text) for chunk in text))


def cleaned(text: str) -> str:
    """Replace the characters that a note must not contain; the length stays the same."""
    return text.translate(UNWANTED).replace("\r\n", " \n").replace("\r", "\n")


def joined(value: Any) -> str:
    """Return a string, or the joined strings of a list.

    >>> joined(["a\\n", "b"]), joined("c"), joined(None)
    ('a\\nb', 'c', '')
    """
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _in_format_4(output: dict[str, Any]) -> dict[str, Any]:
    """Convert an output of format 3 to format 4."""
    kind = str(output.get("output_type", ""))
    data = {MIMES[name]: value for name, value in output.items() if name in MIMES}
    name = output.get("stream", output.get("name"))
    return output | {"output_type": OLD_OUTPUTS.get(kind, kind), "data": data, "name": name}


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("duplicate key in an object")
    return found


def _scan(text: str, start: int) -> tuple[Any, int]:
    return json.JSONDecoder().raw_decode(text, start)


def _past_space(text: str, place: int) -> int:
    match = SPACE.match(text, place)
    assert match is not None  # it may be empty
    return match.end()


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield each name of the (valid) object at *start*, and the offset of its value."""
    if start < 0 or text[start] != "{":
        return
    place = _past_space(text, start + 1)
    while text[place] != "}":
        name, place = _scan(text, place)
        value = _past_space(text, _past_space(text, place) + 1)  # after the colon
        yield name, value
        place = _after(text, value)


def _items(text: str, start: int) -> Iterator[int]:
    """Yield the offset of each item of the (valid) list at *start*."""
    if text[start] != "[":
        return
    place = _past_space(text, start + 1)
    while text[place] != "]":
        yield place
        place = _after(text, place)


def _after(text: str, value: int) -> int:
    """Return the offset after a value: of the next name or item, or of the closing bracket."""
    place = _past_space(text, _scan(text, value)[1])
    return _past_space(text, place + 1) if text[place] == "," else place
