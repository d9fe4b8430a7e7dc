"""Find Markdown links in source text: whether a formula would split one, and what its label is.

Both work on the source, independently of the parser.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

LONGEST_LABEL = 999
"""Limit of characters in a label, as in CommonMark; how far back the opening bracket is searched."""
BRACKET = re.compile(r"\\.|\[|\]\(?", re.DOTALL)
SHIFT = {"[": 1, "]": -1, "](": -1}
SPACES = " \t\n"


def cuts_link(state: StateInline, start: int, end: int) -> bool:
    """Return whether a link is partly inside and partly outside of ``src[start:end]``.

    Two labels decide: the first that closes inside and opens before, and the last that is completely inside.
    """
    text, depth = state.src, 0
    before: list[int] = []  # ends of labels that begin before the range
    inside: list[int] = []
    for bracket in BRACKET.finditer(text, start, end):
        if bracket[0] == "](":
            (inside if depth else before).append(bracket.start())
        depth = max(depth + SHIFT.get(bracket[0], 0), 0)
    if before and opening_bracket(text, before[0]) >= 0 and _closes(state, before[0], start):
        return True
    return bool(inside) and _closes(state, inside[-1], end)


def _closes(state: StateInline, middle: int, least: int) -> bool:
    """Return whether the link whose label closes at *middle* ends at *least* or later."""
    return closing_parenthesis(state.md, state.src, middle + 1, state.posMax) >= least


def opening_bracket(text: str, closing: int) -> int:
    """Return the offset of the bracket that matches the one at *closing*; -1 if there is none.

    >>> opening_bracket("[a [b]](c)", 6), opening_bracket("a](c)", 1)
    (0, -1)
    """
    depth = 0
    for place in range(closing, max(closing - LONGEST_LABEL, 0) - 1, -1):
        if text[place] in "[]" and not _escaped(text, place):
            depth += 1 if text[place] == "]" else -1
            if not depth:
                return place
    return -1


def _escaped(text: str, place: int) -> bool:
    before = text[max(place - LONGEST_LABEL, 0) : place]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def closing_parenthesis(md: MarkdownIt, text: str, opening: int, end: int) -> int:
    """Return the end of destination and title of a link, which begin at the parenthesis *opening*; -1 if invalid."""
    place = _after_spaces(text, opening + 1, end)
    destination = md.helpers.parseLinkDestination(text, place, end)
    if destination.ok:
        place = _after_spaces(text, destination.pos, end)
        title = md.helpers.parseLinkTitle(text, place, end)
        if place > destination.pos and title.ok:
            place = _after_spaces(text, title.pos, end)
    return place if text.startswith(")", place) and place < end else -1


def _after_spaces(text: str, place: int, end: int) -> int:
    while place < end and text[place] in SPACES:
        place += 1
    return place


def label_written(md: MarkdownIt, link: str) -> str | None:
    """Return the source of the label of an inline or reference link; None if it is not a Markdown link."""
    state = StateInline(link, md, {}, [])
    end = md.helpers.parseLinkLabel(state, 0) if link.startswith("[") else -1
    return link[1:end] if end >= 0 and link[end + 1 :][:1] in ("(", "[", "") else None
