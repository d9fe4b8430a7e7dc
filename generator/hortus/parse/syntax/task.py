"""Tasks: list items that begin with ``[ ]``, ``[x]`` or any other single character in brackets."""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from hortus.parse.syntax.interface import said

BOX = re.compile(r"\[(?P<sign>[^\[\]\n])\](?:[ \t]+|(?=\n)|\Z)")


def task_plugin(md: MarkdownIt) -> None:
    """Add tasks to *md*: ``list_item_open`` gets ``meta["task"]``, the character, and its text a ``checkbox`` token."""
    md.core.ruler.after("block", "task", _find_tasks)
    md.add_render_rule("checkbox", _render)


def _find_tasks(state: StateCore) -> None:
    for item, block, text in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or block.type not in ("paragraph_open", "heading_open"):
            continue
        if box := BOX.match(text.content):
            item.meta["task"] = box["sign"]
            item.attrs |= {"class": "task", "data-task": box["sign"]}
            text.content = text.content[box.end() :]
            text.children = [Token("checkbox", "input", 0, meta={"task": box["sign"]})]


def _render(self, tokens, idx, options, env) -> str:
    sign = tokens[idx].meta["task"]
    if sign == " ":
        return f'<input type="checkbox" disabled aria-label="{said(env, "To do")}"> '
    name = said(env, "Done") if sign in "xX" else said(env, "Marked {sign}", sign=sign)
    return f'<input type="checkbox" disabled checked aria-label="{escapeHtml(name)}"> '
