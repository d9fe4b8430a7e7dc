"""Callouts: quotes whose first line is ``[!type|metadata]± title``.

The title is inline Markdown; the default is the type's name, for Obsidian's types in the language of the site.
With ``+`` or ``-`` the callout can be folded, initially open or closed, if it has a body. `callout_icons` and the style
sheet define the icons and colours of types; in the style sheet, types of several words are written with hyphens.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore

from hortus.parse.syntax.callout_icons import KINDS, icon, kind_of
from hortus.parse.syntax.interface import said

HEAD = re.compile(
    r"""
    \[! (?P<type> [^\[\]|\n]+ ) (?: \| (?P<metadata> [^\[\]\n]* ) )? \]
    (?P<fold> [+-]? )
    (?: \s+ (?P<title> .* ) )? $  # a no-break space is enough
    """,
    re.VERBOSE,
)


def callout_plugin(md: MarkdownIt) -> None:
    """Add callouts to *md*: ``callout_open`` contains ``callout_title_open``, its text and then blocks."""
    md.block.ruler.before("table", "callout", _title)
    md.core.ruler.after("block", "callout", _close_callouts)
    md.core.ruler.push("callout_fold", _unfold_empty)
    for name, rule in {
        "callout_open": _render_open,
        "callout_title_open": _render_title_open,
        "callout_title_close": _render_title_close,
        "callout_close": _render_close,
    }.items():
        md.add_render_rule(name, rule)


def _title(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule: parse ``[!type]`` in the first line of a quote as a callout's title."""
    if silent or not state.tokens or state.tokens[-1].type != "blockquote_open":
        return False
    match = HEAD.match(state.src[state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]])
    if match is None or state.is_code_block(start_line):
        return False
    quote = state.tokens[-1]
    name = "-".join(match["type"].lower().split())
    quote.type, quote.tag = "callout_open", "details" if match["fold"] else "div"
    quote.meta = {"type": name, "metadata": (match["metadata"] or "").strip(), "fold": match["fold"]}
    state.line = start_line + 1
    if state.line < end_line and state.sCount[state.line] < 0:
        state.sCount[state.line] = state.blkIndent  # a lazy continuation line belongs to the callout
    push_title(state, quote.meta, match["title"] or "", start_line)
    return True


def push_title(state: StateBlock, meta: dict, title: str, line: int) -> None:
    """Push the tokens of a callout's title; the default title is the name of its type."""
    opening = state.push("callout_title_open", "summary" if meta["fold"] else "div", 1)
    opening.map, opening.meta = [line, line + 1], dict(meta)
    text = state.push("inline", "", 0)
    name = meta["type"].replace("-", " ").capitalize()
    text.content = title.strip() or (said(state.env, name) if meta["type"] in KINDS else name)
    text.map, text.children = opening.map, []
    closing = state.push("callout_title_close", opening.tag, -1)
    closing.meta = dict(meta)


def _close_callouts(state: StateCore) -> None:
    """Turn the closing tokens of callouts' quotes into ``callout_close``."""
    opened = []
    for token in state.tokens:
        if token.type in ("blockquote_open", "callout_open"):
            opened.append(token)
        elif token.type == "blockquote_close" and (quote := opened.pop()).type == "callout_open":
            token.type, token.tag, token.meta = "callout_close", quote.tag, dict(quote.meta)
        elif token.type == "callout_close":
            opened.pop()


def _unfold_empty(state: StateCore) -> None:
    """Make callouts without a body not foldable."""
    for place, token in enumerate(state.tokens):
        if token.type == "callout_close" and state.tokens[place - 1].type == "callout_title_close":
            whole = state.tokens[place - 4 : place + 1]  # opening, title, its text, its end, closing
            for part in whole:
                part.tag = "div" if part.tag else ""
                part.meta = part.meta | {"fold": ""} if part.tag else part.meta


def _render_open(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    meta = token.meta
    hue = f" hue-{meta['hue']}" if meta.get("hue") else ""
    attributes = f'class="callout callout-{kind_of(meta["type"])}{hue}" data-callout="{escapeHtml(meta["type"])}"'
    for name in ("metadata", "icon", "color"):
        if meta.get(name):
            attributes += f' data-callout-{name}="{escapeHtml(meta[name])}"'
    if meta["fold"] == "+":
        attributes += " open"
    start = "\n" if idx and tokens[idx - 1].hidden else ""
    titled = tokens[idx + 1].type == "callout_title_open"
    content = "" if titled else '<div class="callout-content">\n'
    return f"{start}<{token.tag} {attributes}{self.renderAttrs(token)}>\n{content}"


def _render_title_open(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    return f'<{token.tag} class="callout-title">{icon(token.meta["type"], token.meta.get("icon", ""))}<span>'


def _render_title_close(self, tokens, idx, options, env) -> str:
    body = tokens[idx + 1].type != "callout_close"
    return f"</span></{tokens[idx].tag}>\n" + '<div class="callout-content">\n' * body


def _render_close(self, tokens, idx, options, env) -> str:
    body = tokens[idx - 1].type != "callout_title_close"
    return "</div>\n" * body + f"</{tokens[idx].tag}>\n"
