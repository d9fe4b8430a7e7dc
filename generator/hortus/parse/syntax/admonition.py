"""Blocks of the Admonition plugin: fences of the language ``ad-TYPE`` with Markdown content, rendered as callouts.

The first lines may be ``title:``, ``collapse:`` (``open``, ``closed`` or ``none``), ``icon:``, ``color:`` and
``metadata:``, in any order. An empty title means no title, and no folding. A nested block needs
the longer fence outside. (https://www.ebullient.dev/projects/obsidian-admonition/options.html, read in 2026)
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from hortus.parse.syntax.callout import push_title
from hortus.parse.syntax.callout_colours import hue_of
from hortus.parse.syntax.comment import DEEPEST

HEAD = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*ad-(?P<type>[^\s`]+)[ \t]*(?P<title>[^`\n]*)\Z")
OPTION = re.compile(r"(?P<name>title|collapse|icon|colou?r|metadata):[ \t]*(?P<value>.*)", re.IGNORECASE)
FOLDS = {"open": "+", "none": "", "": ""}
"""Values of `collapse`; any other value means closed."""
INTERRUPTED = ["paragraph", "reference", "blockquote", "list"]
"""Blocks that the first line of an admonition block ends."""


def admonition_plugin(md: MarkdownIt) -> None:
    """Add admonition blocks to *md*; they become callout tokens (`callout`) with ``hue`` and ``icon`` in the meta."""
    md.block.ruler.before("fence", "admonition", _admonition, {"alt": INTERRUPTED})


def _admonition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    head = HEAD.match(_text(state, start_line))
    depth = state.env.get("admonition_depth", 0)
    if head is None or state.is_code_block(start_line) or depth >= DEEPEST:
        return False
    if silent:
        return True
    end, closed = _end(state, start_line, end_line, head["fence"])
    options, first = _options(state, start_line + 1, end)
    title = options.get("title", (head["title"].strip() or None, start_line))
    name = head["type"].lower()
    meta = {"type": name, "metadata": options.get("metadata", ("", 0))[0], "fold": ""}
    meta |= {key: options[key][0] for key in ("icon", "color") if key in options}
    meta["hue"] = hue_of(meta.get("color", ""))
    if title[0] != "":
        meta["fold"] = FOLDS.get(options.get("collapse", ("", 0))[0].lower(), "-")
    opening = state.push("callout_open", "details" if meta["fold"] else "div", 1)
    opening.map, opening.meta, opening.markup = [start_line, end + closed], meta, head["fence"]
    if title[0] != "":
        push_title(state, meta, title[0] or "", title[1])
    state.env["admonition_depth"] = depth + 1
    _read_content(state, first, end)
    state.env["admonition_depth"] = depth
    closing = state.push("callout_close", opening.tag, -1)
    closing.meta = dict(meta)
    state.line = end + closed
    return True


def _read_content(state: StateBlock, first: int, end: int) -> None:
    """Parse the lines of a block as blocks that end with it."""
    parent, last = state.parentType, state.lineMax
    state.parentType, state.lineMax = "admonition", end
    state.md.block.tokenize(state, first, end)
    state.parentType, state.lineMax = parent, last


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _end(state: StateBlock, start_line: int, end_line: int, fence: str) -> tuple[int, bool]:
    """Return the line that ends the block, and whether it is a closing fence, as for CommonMark's fenced code."""
    for line in range(start_line + 1, end_line):
        text = _text(state, line).rstrip()
        if text and state.sCount[line] < state.blkIndent:
            return line, False
        if text.startswith(fence) and not text.strip(fence[0]) and not state.is_code_block(line):
            return line, True
    return end_line, False


def _options(state: StateBlock, line: int, end: int) -> tuple[dict[str, tuple[str, int]], int]:
    """Return the options at the top of a block with their lines, and the next line; of equal names the first counts."""
    options: dict[str, tuple[str, int]] = {}
    while line < end and (option := OPTION.fullmatch(_text(state, line))):
        options.setdefault(option["name"].lower().replace("ou", "o"), (option["value"].strip(), line))
        line += 1
    return options, line
