"""The words TODO and FIXME in running text, with the colon that may follow."""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline

MARK = re.compile(r"(?<![^\W_])(?<![^\W_]_)(?:TODO|FIXME)(?!_?[^\W_]):?")  # _TODO_ is one, TODO_list is not


def todo_plugin(md: MarkdownIt) -> None:
    """Teach *md* TODO marks; they come out as ``todo`` tokens that say what was written."""
    md.inline.ruler.at("text", _text)
    md.add_render_rule("todo", _render)


def _text(state: StateInline, silent: bool) -> bool:
    """Take all text up to the next character that may begin syntax, marks included."""
    src, start = state.src, state.pos
    terminator = state.md.inline.terminator_re.search(src, start)
    end = terminator.start() if terminator else state.posMax
    if end == start:
        return False
    state.pos = end
    if not silent:
        text = src[start:end]
        if "TODO" in text or "FIXME" in text:
            _push_marks(state, start, end)
        else:
            state.append_pending(text)
    return True


def _push_marks(state: StateInline, start: int, end: int) -> None:
    for mark in MARK.finditer(state.src, start, min(end + 2, state.posMax)):  # what follows may tell it is no mark
        if mark.start() >= end:
            break
        if mark.start() > start:
            state.append_pending(state.src[start : mark.start()])
        token = state.push("todo", "span", 0)
        token.content = mark[0]
        token.meta = {"pos": mark.start(), "end": mark.end()}
        start = mark.end()
    state.append_pending(state.src[start:end])
    state.pos = max(start, end)


def _render(self, tokens, idx, options, env) -> str:
    return f'<span class="todo">{escapeHtml(tokens[idx].content)}</span>'
