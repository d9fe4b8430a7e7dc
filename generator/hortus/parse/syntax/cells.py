"""Cells of a notebook: each Markdown cell is parsed separately, so that nothing in it continues into the next.

Code and outputs are already HTML; they are tokens between those of the Markdown cells, so that a heading's
section includes them. An image of ``attachment:name`` is a file of the cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore, block
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Cell:
    """A range of lines of the parsed text, 0-based, end excluded."""

    first: int
    last: int
    html: str = ""
    """HTML in place of the lines, which are empty; empty for Markdown."""
    attachments: Mapping[str, str] = field(default_factory=dict)
    """Names of files made with the note, by the attachment names in the cell."""


def cells_plugin(md: MarkdownIt) -> None:
    """Make *md* parse ``env["cells"]`` one by one."""
    md.core.ruler.at("block", _read_cells)
    md.core.ruler.push("attachments", _find_attachments)
    md.add_render_rule("cell", lambda self, tokens, idx, options, env: tokens[idx].content)


def _read_cells(state: StateCore) -> None:
    cells: Sequence[Cell] = state.env.get("cells", ())
    if state.inlineMode or not cells:
        block(state)
        return
    lines = state.src.split("\n")
    for cell in cells:
        if cell.html:
            lone = Token("cell", "", 0, content=cell.html, map=[cell.first, cell.last], block=True)
            state.tokens.append(lone)
            continue
        known = len(state.env.get("issues", ()))
        tokens: list[Token] = []
        state.md.block.parse("\n".join(lines[cell.first : cell.last]), state.md, state.env, tokens)
        for token in tokens:
            token.map = [line + cell.first for line in token.map] if token.map else token.map
        for number, (kind, line, *rest) in enumerate(state.env.get("issues", ())[known:], known):
            state.env["issues"][number] = (kind, line + cell.first, *rest)
        state.tokens.extend(tokens)


def _find_attachments(state: StateCore) -> None:
    """Set the file of each image that is an attachment of its cell."""
    cells = [cell for cell in state.env.get("cells", ()) if cell.attachments]
    for token in state.tokens if cells and not state.inlineMode else ():
        for child in token.children or ():
            scheme, _, name = str(child.attrs.get("src", "")).partition(":")
            if child.type == "image" and scheme == "attachment" and token.map:
                cell = next((cell for cell in cells if cell.first <= token.map[0] < cell.last), None)
                if cell and name in cell.attachments:
                    child.meta["file"] = cell.attachments[name]
