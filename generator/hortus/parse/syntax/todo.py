"""TODO marks in running text: TODO, FIXME and the marks in the settings, each with an optional colon."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from unicodedata import east_asian_width

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline

WORDS = ("TODO", "FIXME")
VARIANT = "\ufe0f"
"""Variation selector; a mark matches with and without it."""


def todo_plugin(md: MarkdownIt, own: Sequence[str] = ()) -> None:
    """Add TODO marks to *md*, as ``todo`` tokens with the text as written.

    *own* are marks in addition to TODO and FIXME. One that begins with ``#`` is a tag, which the rule for tags parses.
    """
    words = tuple(sorted({*WORDS, *(mark for mark in own if not mark.startswith("#"))}, key=len, reverse=True))
    marks = re.compile("|".join(map(_pattern, words)))
    bare = tuple(word.removesuffix(VARIANT) for word in words)
    md.inline.ruler.at("text", partial(_text, words=bare, longest=len(words[0]), marks=marks))
    if not all(word[0].isalnum() for word in words):
        md.inline.ruler.after("text", "todo", partial(_mark, marks=marks))
    md.add_render_rule("todo", _render)


def _pattern(word: str) -> str:
    """Match a mark as a whole word if its script has spaces between words.

    >>> re.findall(_pattern("TODO"), "_TODO_ TODO_list"), re.findall(_pattern("待办"), "这里待办：写")
    (['TODO'], ['待办：'])
    """
    bare = word.removesuffix(VARIANT)
    before = r"(?<![^\W_])(?<![^\W_]_)" if _spaced(bare[0]) else ""
    after = r"(?!_?[^\W_])" if _spaced(bare[-1]) else f"{VARIANT}?"
    return f"{before}{re.escape(bare)}{after}[:：]?"


def _spaced(letter: str) -> bool:
    return letter.isalnum() and east_asian_width(letter) not in ("W", "F")


def _text(state: StateInline, silent: bool, *, words: Sequence[str], longest: int, marks: re.Pattern[str]) -> bool:
    """Read all text up to the next character that may begin syntax, including marks."""
    src, start = state.src, state.pos
    terminator = state.md.inline.terminator_re.search(src, start)
    end = terminator.start() if terminator else state.posMax
    if end == start:
        return False
    state.pos = end
    if silent:
        return True
    for word in words:
        if src.find(word, start, end + longest) >= 0:
            _push_marks(state, start, end, marks.finditer(src, start, min(end + longest + 4, state.posMax)))
            break
    else:
        state.append_pending(src[start:end])
    return True


def _push_marks(state: StateInline, start: int, end: int, marks: Iterator[re.Match[str]]) -> None:
    for mark in marks:  # search beyond the end, because the next characters may show that it is not a mark
        if mark.start() >= end:
            break
        state.append_pending(state.src[start : mark.start()])
        _push(state, mark)
        start = mark.end()
    state.append_pending(state.src[start:end])
    state.pos = max(start, end)


def _mark(state: StateInline, silent: bool, *, marks: re.Pattern[str]) -> bool:
    """Read a mark that begins with a syntax character, such as ``!!``."""
    mark = marks.match(state.src, state.pos, state.posMax)
    if mark is None:
        return False
    if not silent:
        _push(state, mark)
    state.pos = mark.end()
    return True


def _push(state: StateInline, mark: re.Match[str]) -> None:
    token = state.push("todo", "span", 0)
    token.content = mark[0]
    token.meta = {"pos": mark.start(), "end": mark.end()}


def _render(self, tokens, idx, options, env) -> str:
    return f'<span class="todo">{escapeHtml(tokens[idx].content)}</span>'
