"""Find sections and named blocks as ranges of a note's segments.

1. `mark_ranges` puts marks around them into the tokens; a section ends at the end of its container at the latest.
2. `without_ranges` removes the marks from the HTML, and returns their positions.
"""

from collections.abc import Sequence

from markdown_it.token import Token

from hortus.core.model import Segments, Slot
from hortus.core.slots import mark

KINDS = ("start", "end", "start-block", "end-block")


def mark_ranges(tokens: Sequence[Token]) -> None:
    """Mark the sections of headings that have ``meta["heading"]``, and the blocks that have ``meta["block"]``."""
    containers: list[list[int]] = [[]]
    levels: list[int] = []
    blocks: list[int | None] = []
    for token in tokens:
        if token.nesting == 0 and "block" not in token.meta:
            continue
        before = ""
        if token.nesting == -1:
            if len(containers) > 1:
                before += "".join(mark("end", index) for index in reversed(containers.pop()))
            if blocks and (named := blocks.pop()) is not None:
                token.meta["after"] = token.meta.get("after", "") + mark("end-block", named)
        if token.type == "heading_open":
            index, level = token.meta["heading"], int(token.tag[1])
            while containers[-1] and levels[containers[-1][-1]] >= level:
                before += mark("end", containers[-1].pop())
            levels.append(level)
            containers[-1].append(index)
            before += mark("start", index)
        if "block" in token.meta and token.nesting >= 0:
            before += _begin_block(token)
        if token.nesting == 1:
            containers.append([])
            blocks.append(token.meta.get("block"))
        if before:
            token.meta["before"] = before


def _begin_block(token: Token) -> str:
    begin = mark("start-block", token.meta["block"])
    if token.nesting == 0:
        token.meta["after"] = mark("end-block", token.meta["block"])
    if token.type == "inline":
        begin += f'<span id="{token.attrs["id"]}"></span>'  # an embed has no element of its own
    return begin


def without_ranges(segments: Segments) -> tuple[Segments, dict[tuple[str, int], int]]:
    """Return the segments without marks, and the number of segments before each mark."""
    kept: list[str | Slot] = []
    ranges: dict[tuple[str, int], int] = {}
    for segment in segments:
        if isinstance(segment, Slot) and segment.kind in KINDS:
            ranges[segment.kind, segment.index] = len(kept)
        else:
            kept.append(segment)
    return tuple(kept), ranges
