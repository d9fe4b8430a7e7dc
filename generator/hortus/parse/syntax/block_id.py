"""Block ids: ``^id`` at the end of a paragraph, heading or list item, or after a block.

At the end of a text it names the paragraph or heading; the list item, if the text is its first; or the
quote or callout around it, because Obsidian does not link to parts of those. On a line of its own
after a list, quote, callout, table, formula or paragraph it names that block, also on the very next
line. It is never shown.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

ID = re.compile(r"(?:^|[ \t\n]|(?<=\]\]))\^(?P<id>[A-Za-z0-9-]+)\Z")
PREFIX = re.compile(r"[ \t>]*")
QUOTES = ("blockquote_open", "callout_open")
LISTS = ("bullet_list_open", "ordered_list_open")
GROUPS = (*QUOTES, *LISTS, "table_open")


def block_id_plugin(md: MarkdownIt) -> None:
    """Add block ids to *md*; the opening token of the named block gets ``meta["block_id"]``."""
    md.core.ruler.before("inline", "block_id", _find_ids)


class _Frame:
    """A container being read: its opening token, and the last block that ended inside it."""

    def __init__(self, token: Token, place: int):
        self.token = token
        """For the note itself: a token that is not in the list."""
        self.place = place
        self.previous: Token | None = None
        self.holds_only_id = False


def _id_in(content: str) -> re.Match[str] | None:
    """Return the id at the end of a block; the search begins before the last ``^``."""
    last = content.rfind("^")
    return ID.search(content, max(0, last - 1)) if last >= 0 else None


def _find_ids(state: StateCore) -> None:
    if not any(_id_in(token.content) for token in state.tokens if token.type == "inline"):
        return
    lines = state.src.split("\n")
    kept: list[Token] = []
    frames = [_Frame(Token("note", "", 1), 0)]
    for token in state.tokens:
        if token.nesting == 1:
            frames.append(_Frame(token, len(kept)))
        kept.append(token)
        if token.nesting == -1:
            closed = frames.pop()
            if closed.holds_only_id:
                del kept[closed.place :]
            elif closed.token.type != "callout_title_open":
                frames[-1].previous = closed.token
        elif token.nesting == 0 and token.type != "inline":
            frames[-1].previous = token
        elif len(frames) > 1 and (match := _id_in(token.content)):
            _name(match, token, frames, lines[token.map[1] - 1] if token.map else "")
    state.tokens = kept


def _name(match: re.Match[str], text: Token, frames: list[_Frame], line: str) -> None:
    """Assign the id to the block it names, and remove it from the text; *line* is its source line."""
    only, alone = match.start() == 0, line.strip(" \t>") == f"^{match['id']}"
    block = frames[-1]
    if block.token.type in ("th_open", "td_open"):  # the parser reads the line under a table as a row
        named = frames[-4].token if only and alone and block.token.type == "td_open" else None
        block = frames[-2]
    elif block.token.type == "callout_title_open":
        named = frames[-2].token
    elif alone and (container := _left_by(line, frames)):
        named = container
    elif only:
        named = _before(frames[-2])
    else:
        named = _around(frames)
    if named is not None:
        named.meta.setdefault("block_id", match["id"])
        text.content = text.content[: match.start()].rstrip()
        block.holds_only_id = only


def _left_by(line: str, frames: list[_Frame]) -> Token | None:
    """Return the outermost quote or list that *line* is outside of, although it was parsed as part of it."""
    match = PREFIX.match(line)
    assert match is not None  # it may be empty
    prefix = match[0]
    quotes = prefix.count(">")
    indented = len(prefix.rsplit(">", 1)[-1]) > (quotes > 0)
    for frame in frames[1:]:
        if frame.token.type in QUOTES:
            if quotes == 0:
                return frame.token
            quotes -= 1
        elif frame.token.type in LISTS and quotes == 0 and not indented:
            return frame.token
    return None


def _before(parent: _Frame) -> Token | None:
    """Return the block that an id in a paragraph of its own names."""
    in_item = parent.token.type == "list_item_open"
    if in_item and (parent.previous is None or parent.previous.type not in GROUPS):
        return parent.token
    return parent.previous


def _around(frames: list[_Frame]) -> Token:
    """Return the block that an id at the end of a text names."""
    block, parent = frames[-1].token, frames[-2]
    if block.type != "paragraph_open":
        return block
    begins_item = parent.token.type == "list_item_open" and parent.previous is None
    return parent.token if begins_item or parent.token.type in QUOTES else block
