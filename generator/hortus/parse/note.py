"""Parse one note: a Source into a Note.

1. Properties and comments are blanked; line numbers stay the same.
2. markdown-it parses the rest into tokens, which are used only in this package.
3. A walk over the tokens (`blocks`, `inlines`) collects links, headings, tags, TODO marks and figures, with
   positions.
4. The tokens are rendered into HTML, split at slots whose content depends on other notes.

Links are not resolved here.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token

from hortus.core.keys import stem, tag_key
from hortus.core.model import Block, Heading, ListItem, Note, ParseOptions, Property, Segments, Source, Tag
from hortus.core.slots import cut
from hortus.parse.blocks import read_blocks
from hortus.parse.glyphs import glyphs_of
from hortus.parse.privacy_marks import is_listed, mark_issues, marks
from hortus.parse.property_values import read_property
from hortus.parse.reading import EXCERPT, Reading
from hortus.parse.syntax.arrange import arranged
from hortus.parse.syntax.cells import Cell
from hortus.parse.syntax.comment import blank_comments
from hortus.parse.syntax.ranges import mark_ranges, without_ranges
from hortus.vault.properties import Properties, iso_date, listed_texts, parse_properties, task_mode

DATES = ("date", "created", "updated")
UNDECODED = "save the file as UTF-8; the note is private until then"
WITHOUT_EXTRA = "diagrams are shown as source, because the extra that draws them is not installed"
WRITTEN_CLOSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Chinese and Japanese characters, which have no spaces between words; two take about as long to read as a word."""


class _Body(NamedTuple):
    segments: Segments
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    items: tuple[ListItem, ...]


def parse_note(source: Source, options: ParseOptions = ParseOptions(), cells: Sequence[Cell] = ()) -> Note:
    """Parse *source*; its problems are in the note's issues.

    *cells* are those of a notebook, whose Markdown is parsed cell by cell.
    """
    properties = parse_properties(source.text)
    text, unclosed = _without_comments(properties.body, cells)
    reading = Reading(source, text, options, cells)
    modes = (mode for entry in properties.entries if (mode := task_mode(entry.name, entry.value)))
    reading.tasks = next(modes, options.tasks)
    _report_source(reading, source, properties)
    for offset in unclosed:
        place = (text.count("\n", 0, offset) + 1, 1, 1)
        message = "this comment is not closed; the rest of the note is hidden"
        reading.issue("unclosed_comment", place, message, "close it with %%")
    body = _read_body(reading, text)
    shown = tuple(read_property(reading, entry) for entry in properties.entries)
    _report_syntax(reading)
    _report_remote_images(reading)
    private = marks(source, properties, text)
    reading.issues += mark_issues(source.path, private)
    return _note(reading, body, shown, public=not private, listed=is_listed(properties))


def _report_source(reading: Reading, source: Source, properties: Properties) -> None:
    for flaw in source.flaws:
        reading.issue("bad_encoding", (1, 1, 1), flaw, UNDECODED if "\ufffd" in source.text else "")
    if properties.error:
        hint = "the note is private until this is fixed"
        reading.issue("bad_front_matter", (properties.error_line, 1, 1), properties.error, hint)


def _read_body(reading: Reading, text: str) -> _Body:
    tokens = arranged(reading.md.parse(text, reading.env))
    items = read_blocks(reading, tokens)
    mark_ranges(tokens)
    segments, ranges = without_ranges(cut(reading.render(tokens)))
    return _Body(segments, *reading.sections.ranged(ranges, len(segments)), items)


def _report_syntax(reading: Reading) -> None:
    """Turn the problems that syntax plugins recorded in the environment into issues, some with a hint."""
    for kind, line, message, *rest in reading.env.get("issues", ()):
        hint = next((one for one in rest if isinstance(one, str)), "")
        formula = next((one for one in rest if not isinstance(one, str)), None)
        reading.issue(kind, (line, _column_of(formula, reading.places.lines[line - 1 : line]), 1), message, hint)
    if extra := reading.env.get("missing_extra"):
        reading.issue("bad_diagram", (1, 1, 1), WITHOUT_EXTRA, f"pip install 'hortus[{extra}]'")


def _column_of(formula: Token | None, lines: list[str]) -> int:
    """Return the column of what is wrong in a formula of several lines, or of the formula."""
    if formula is None:
        return 1
    fault = formula.meta.get("fault", "")
    found = lines[0].find(fault) if fault and lines else -1
    return found + 1 if found >= 0 else formula.meta.get("column", 1)


def _report_remote_images(reading: Reading) -> None:
    """Report remote pictures, which are links on the page: one issue for all of them."""
    remote = sorted(set(reading.references.remote_images), key=lambda image: (image.line, image.column))
    if not remote:
        return
    first = remote[0]
    message = "a remote image or other media is shown as a link"
    if len(remote) > 1:
        message = f"{len(remote)} remote images or other media are shown as links, the first: {first.url}"
    hint = "pages load nothing from other hosts; save the file in the vault and embed it"
    reading.issue("remote_image", (first.line, first.column, first.length), message, hint)


def _note(reading: Reading, body: _Body, properties: tuple[Property, ...], *, public: bool, listed: bool) -> Note:
    by_name = {prop.name.strip().lower(): prop for prop in reversed(properties)}
    words = " ".join(reading.words).split()
    excerpt = " ".join(words)
    return Note(
        path=reading.path,
        title=_title(reading.path, by_name["title"].value if "title" in by_name else None, body.headings),
        properties=properties,
        aliases=listed_texts(next((by_name[name].value for name in ("aliases", "alias") if name in by_name), None)),
        tags=_distinct(reading.tags),
        date=next((day for name in DATES if name in by_name and (day := iso_date(by_name[name].value))), ""),
        body=body.segments,
        headings=body.headings,
        blocks=body.blocks,
        links=tuple(found.link() for found in reading.references.links),
        contexts=tuple(reading.contexts),
        externals=tuple(reading.references.externals),
        figures=tuple(reading.figures),
        todos=tuple(reading.todos),
        excerpt=excerpt if len(excerpt) <= EXCERPT else excerpt[:EXCERPT].rsplit(" ", 1)[0] + "…",
        words=len(words) + len(WRITTEN_CLOSE.findall(excerpt)) // 2,
        glyphs="".join(sorted(glyphs_of("".join(reading.formulas)))),
        issues=tuple(reading.issues),
        files=tuple(dict(reading.env.get("diagrams", ())).items()),
        public=public,
        listed=listed,
        queries=tuple(reading.queries),
        fields=tuple(reading.fields),
        items=body.items,
    )


def _title(path: str, named: object, headings: Sequence[Heading]) -> str:
    """Return the property `title`, otherwise the heading that opens the note, otherwise the file's name."""
    if isinstance(named, str) and named.strip():
        return named
    return headings[0].text if headings and headings[0].is_title and headings[0].text else stem(path)


def _without_comments(body: str, cells: Sequence[Cell]) -> tuple[str, list[int]]:
    """Blank comments, cell by cell; also return the offsets of comments that are never closed."""
    if not cells:
        text, unclosed = blank_comments(body)
        return text, list(unclosed)
    lines, offset, found = body.split("\n"), 0, []
    for cell in cells:
        text, unclosed = blank_comments("\n".join(lines[cell.first : cell.last]))
        lines[cell.first : cell.last] = text.split("\n")
        found += [offset + place for place in unclosed]
        offset += len(text) + 1
    return "\n".join(lines), found


def _distinct(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    return tuple({tag_key(tag.name): tag for tag in reversed(tags)}.values())[::-1]
