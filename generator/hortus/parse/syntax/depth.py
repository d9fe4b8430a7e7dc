"""Limit nesting, so that no text overflows Python's stack or takes quadratic time, and no text is lost.

markdown-it drops text nested deeper than ``maxNesting``. Here a quote or list that is too deep stays
text, and so does a link, image or footnote inside too many others. Use this plugin after all others.
"""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from hortus.parse.syntax.lazy import end_of_quote

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]

DEEPEST_BLOCK = 160
"""Quotes in quotes; a list in a list counts twice."""
DEEPEST_INLINE = 25


def depth_plugin(md: MarkdownIt) -> None:
    """Limit the depth of the recursive rules of *md*. ``maxNesting`` must be larger than both limits."""
    for rule in md.block.ruler.__rules__:
        if rule.name in ("blockquote", "list", "footnote_def", "admonition"):
            fn = _ending_quote(rule.fn) if rule.name == "blockquote" else rule.fn
            md.block.ruler.at(rule.name, _bounded_block(fn), {"alt": rule.alt})
    for inline in md.inline.ruler.__rules__:
        if inline.name in ("link", "image", "footnote_inline"):
            md.inline.ruler.at(inline.name, _bounded_inline(inline.fn, "![^"))


def _bounded_block(rule: BlockRule) -> BlockRule:
    def bounded(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        return state.level < DEEPEST_BLOCK and rule(state, start_line, end_line, silent)

    return bounded


def _ending_quote(rule: BlockRule) -> BlockRule:
    """End a quote at the first line without ``>`` that cannot be a continuation line."""

    def bounded(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        begin = state.bMarks[start_line] + state.tShift[start_line]
        if silent or not state.src.startswith(">", begin):
            return rule(state, start_line, end_line, silent)
        return rule(state, start_line, end_of_quote(state, start_line, end_line), silent)

    return bounded


def _bounded_inline(rule: InlineRule, openers: str) -> InlineRule:
    """Limit the depth of a rule that searches for the end of a label, in which it is called again.

    At the limit the search is given up for the whole text, as markdown-it does at its own limit: searching
    on from every opener would take quadratic time.
    """

    def bounded(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] not in openers:
            return False
        depth = state.env.get("inline_depth", 0)
        if depth >= DEEPEST_INLINE:
            state.pos = state.posMax if silent else state.pos
            return silent
        state.env["inline_depth"] = depth + 1
        try:
            return rule(state, silent)
        finally:
            state.env["inline_depth"] = depth

    return bounded
