"""Footnotes: ``[^1]`` with ``[^1]: text`` elsewhere, and ``^[text]`` in place; shown at the end of the note.

An unused definition is shown after the others, so that no text is lost. The index of the last heading before
each definition is in ``env["footnote_sections"]``, by label.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin as standard_plugin
from mdit_py_plugins.footnote.index import footnote_def, footnote_inline, footnote_ref

from hortus.core.slots import mark
from hortus.parse.syntax.interface import said

LABEL = re.compile(r"\[\^[^\s\]]{1,200}\]")
OPENER = re.compile(r"\^\[(?!\s*\])")
DEEPEST = 10
"""Levels of nested inline footnotes."""


def footnote_plugin(md: MarkdownIt) -> None:
    """Add footnotes to *md*; their ids are slots, so that two notes can be embedded in one page."""
    md.use(standard_plugin)
    md.block.ruler.at("footnote_def", _definition, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.at("footnote_ref", _reference)
    md.inline.ruler.at("footnote_inline", _inline)
    md.core.ruler.before("footnote_tail", "footnote_unused", _keep_unused)
    md.core.ruler.before("footnote_tail", "footnote_nested", _lift_nested)
    md.core.ruler.after("footnote_tail", "footnote_lines", _place_inline)
    for name, rule in {
        "footnote_ref": _render_reference,
        "footnote_block_open": _render_section,
        "footnote_open": _render_note,
        "footnote_anchor": _render_backref,
    }.items():
        md.add_render_rule(name, rule)


def _definition(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse a definition; a second one of the same label gets another label, so that its text is not lost."""
    place = len(state.tokens)
    if not footnote_def(state, start_line, end_line, silent):
        return False
    if not silent:
        opening = state.tokens[place]
        labels = state.env.setdefault("footnote_labels", set())
        if opening.meta["label"] in labels:
            opening.meta["label"] += f" {len(labels)}"
            state.env["footnotes"]["refs"][f":{opening.meta['label']}"] = -1
        labels.add(opening.meta["label"])
    return True


def _reference(state: StateInline, silent: bool) -> bool:
    return bool(LABEL.match(state.src, state.pos, state.posMax)) and footnote_ref(state, silent)


def _inline(state: StateInline, silent: bool) -> bool:
    depth = state.env.get("footnote_depth", 0)
    if depth >= DEEPEST or not OPENER.match(state.src, state.pos, state.posMax):
        return False
    if state.html_terminator_last("]") < state.pos:
        return False
    state.env["footnote_depth"] = depth + 1
    try:
        return footnote_inline(state, silent)
    finally:
        state.env["footnote_depth"] = depth


def _keep_unused(state: StateCore) -> None:
    footnotes = state.env.get("footnotes", {})
    listed = footnotes.get("list", {})
    for label, number in footnotes.get("refs", {}).items():
        if number < 0:
            footnotes["refs"][label] = len(listed)
            listed[len(listed)] = {"label": label[1:], "count": 0}


def _lift_nested(state: StateCore) -> None:
    """Move a definition out of the one that contains it, as GitHub does."""
    if "footnotes" not in state.env:
        return
    kept: list[Token] = []
    open_ones: list[list[Token]] = []
    section = -1
    for token in state.tokens:
        if token.type == "heading_open" and not open_ones:
            section += 1
        if token.type == "footnote_reference_open":
            state.env.setdefault("footnote_sections", {})[token.meta["label"]] = section
            open_ones.append([])
        (open_ones[-1] if open_ones else kept).append(token)
        if token.type == "footnote_reference_close":
            kept += open_ones.pop()
    state.tokens = kept


def _place_inline(state: StateCore) -> None:
    """Set the line range of the text of ``^[…]``, which the plugin does not set, to that of its block."""
    listed = state.env.get("footnotes", {}).get("list", {})
    blocks: dict[int, Token] = {}
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "footnote_ref" and "tokens" in listed.get(child.meta["id"], ()):
                blocks[child.meta["id"]] = token
    open_one = -1
    for token in state.tokens:
        if token.type == "footnote_open":
            open_one = token.meta["id"]
        elif token.type == "inline" and token.map is None and open_one in blocks:
            token.map = blocks[open_one].map


def _number(meta: dict) -> str:
    """Return the number of a reference: ``2``, and ``2-1`` for the second reference to the same footnote."""
    again = meta.get("subId", 0)
    return f"{meta['id'] + 1}-{again}" if again > 0 else str(meta["id"] + 1)


def _render_reference(self, tokens, idx, options, env) -> str:
    meta = tokens[idx].meta
    number = meta["id"] + 1
    ref, own = mark("ref", 0, f"fn{number}"), mark("id", 0, f"fnref{_number(meta)}")
    label = said(env, "Footnote {number}", number=str(number))
    link = f'<a href="{ref}" id="{own}" role="doc-noteref" aria-label="{label}">{number}</a>'
    return f'<sup class="footnote-ref">{link}</sup>'


def _render_section(self, tokens, idx, options, env) -> str:
    return f'<section class="footnotes" role="doc-endnotes" aria-label="{said(env, "Footnotes")}">\n<ol>\n'


def _render_note(self, tokens, idx, options, env) -> str:
    own = mark("id", 0, f"fn{tokens[idx].meta['id'] + 1}")
    return f'<li id="{own}" class="footnote">'


def _render_backref(self, tokens, idx, options, env) -> str:
    meta = tokens[idx].meta
    if env.get("footnotes", {}).get("list", {}).get(meta["id"], {}).get("count") == 0:
        return ""
    number = _number(meta)
    ref, label = mark("ref", 0, f"fnref{number}"), said(env, "Back to reference {number}", number=number)
    return f' <a href="{ref}" class="footnote-backref" role="doc-backlink" aria-label="{label}">↩︎</a>'
