"""Headings and named blocks: ids are assigned while tokens are read, ranges of segments when the body is split."""

from collections.abc import Mapping
from dataclasses import dataclass

from markdown_it.token import Token

from hortus.core.model import Block, Heading, Segments
from hortus.core.slots import mark
from hortus.core.urls import slug, unique_anchor
from hortus.parse.syntax.comment import BLANK


@dataclass(slots=True)
class HeadingFound:
    """A heading whose range is not known yet."""

    level: int
    text: str
    source: str
    html: Segments
    anchor: str
    line: int
    column: int
    nested: bool

    def heading(self, start: int, end: int) -> Heading:
        return Heading(
            self.level,
            self.text,
            self.source,
            self.html,
            self.anchor,
            self.line,
            self.column,
            start,
            end,
            self.nested,
        )


class Sections:
    """The headings and named blocks found so far."""

    def __init__(self) -> None:
        self.headings: list[HeadingFound] = []
        self.blocks: list[tuple[str, str, int]] = []
        """Name, anchor and line."""
        self.anchors: dict[str, int] = {}
        self.depth = 1
        """Level of the last heading in the HTML."""

    def read_heading(self, token: Token, text: str) -> str:
        """Assign an id to the heading *text*, and a level that skips none; return the id without its slot mark."""
        anchor = unique_anchor(text, self.anchors)
        token.attrs["id"] = mark("id", 0, anchor)
        level = int(token.tag[1])
        self.depth = min(level, self.depth + 1)
        if self.depth < level:
            token.attrs["aria-level"] = str(self.depth)
        token.meta["heading"] = len(self.headings)
        return anchor

    def read_block(self, token: Token) -> None:
        """Assign an id to a named block."""
        name = token.meta["block_id"]
        anchor = unique_anchor(f"block-{slug(name) or 'id'}", self.anchors)
        token.attrs.setdefault("id", mark("id", 0, anchor))
        token.meta["block"] = len(self.blocks)
        self.blocks.append((name, anchor, (token.map[0] if token.map else 0) + 1))

    def ranged(self, ranges: Mapping[tuple[str, int], int], end: int) -> tuple[tuple[Heading, ...], tuple[Block, ...]]:
        """Return headings and blocks with their ranges of segments; *end* is the number of segments."""
        headings = (
            found.heading(ranges["start", number], ranges.get(("end", number), end))
            for number, found in enumerate(self.headings)
        )
        blocks = (
            Block(*found, ranges.get(("start-block", number), 0), ranges.get(("end-block", number), 0))
            for number, found in enumerate(self.blocks)
        )
        return tuple(headings), tuple(blocks)


def source_of(token: Token, inline: Token) -> str:
    """Return a heading as written, without comments."""
    name = f" ^{token.meta['block_id']}" if "block_id" in token.meta else ""
    return inline.content.replace(BLANK, "") + name
