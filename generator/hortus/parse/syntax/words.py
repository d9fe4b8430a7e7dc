"""The text of inline tokens: without markup for labels and excerpts, without links for a table of contents."""

import re
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

SIZE = re.compile(r"(?P<width>\d{1,5})(?:\s*[xX]\s*(?P<height>\d{1,5}))?$")
BREAK = re.compile(r"</?br\b", re.IGNORECASE)
LONGEST = 300
"""Limit of characters of a TODO mark's text."""


def label_of(children: Sequence[Token], position: int) -> str:
    """Return the text between a link's opening and closing token."""
    depth = 0
    for end in range(position, len(children)):
        depth += (children[end].type == "link_open") - (children[end].type == "link_close")
        if depth == 0:
            return plain(children[position:end])
    return ""


def plain(children: Iterable[Token]) -> str:
    """Return the text of inline tokens."""
    return "".join(word(token) for token in children)


def word(token: Token) -> str:
    if token.type == "wikilink":
        return token.meta["shown"]
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type == "image":
        return plain(token.children or [])
    if token.type == "html_inline":
        return " " if BREAK.match(token.content) else ""
    return "" if token.type == "embed" else token.content


def unlinked(children: Sequence[Token]) -> list[Token]:
    """Return a heading for a table of contents: with markup, without links, ids and HTML."""
    kept = []
    for token in children:
        if token.type == "wikilink":
            kept.append(Token("text", "", 0, content=token.meta["shown"]))
        elif token.type == "tag":
            kept.append(Token("text", "", 0, content=token.content))
        elif token.type not in ("link_open", "link_close", "embed", "image", "html_inline", "footnote_ref"):
            kept.append(token)
    return kept


def clause(rest: str) -> str:
    """Return the text that belongs to a TODO mark: up to the end of its brackets or of its paragraph.

    >>> clause(" make that into a note) and more")
    'make that into a note'
    """
    depth = 0
    for position, character in enumerate(rest):
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            rest = rest[:position]
            break
    return rest.strip(" :-–—")[:LONGEST]


def sized(label: str) -> tuple[str, int, int]:
    """Split an image's label into label and size.

    >>> sized("a curve|300x200"), sized("30 x 20"), sized("120"), sized("a curve")
    (('a curve', 300, 200), ('', 30, 20), ('', 120, 0), ('a curve', 0, 0))
    """
    text, _, last = label.rpartition("|")
    if match := SIZE.match(last.strip()):
        return text.strip(), int(match["width"]), int(match["height"] or 0)
    return label, 0, 0
