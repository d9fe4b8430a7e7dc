"""Tabs in quotes: as in Obsidian, tab stops are counted from the start of the quote's text, not of the line.

In CommonMark tab stops are at every fourth column of the line, so the tab in ``> ⇥- sub`` is two columns wide
and the item does not nest below ``> 1. step``. Here it is four. A single tab right after ``>`` is both the optional
space and an indentation of three; two or more tabs are parsed as in CommonMark.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

STOP = 4
"""Columns from one tab stop to the next."""


def tabs_plugin(md: MarkdownIt) -> None:
    """Make quotes in *md* count tabs from their text. Use this plugin before others with rules for quotes."""
    md.block.ruler.before("table", "quote_tabs", _correct_indentation)


def _correct_indentation(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Correct the indentation of all lines of a quote that has just been opened; this rule never matches."""
    if silent or not state.tokens or state.tokens[-1].type != "blockquote_open" or "\t" not in state.src:
        return False
    quote = state.tokens[-1]
    if not quote.meta.get("tabs"):
        quote.meta["tabs"] = True
        for line in range(start_line, end_line):
            if state.sCount[line] >= 0 and state.src.find("\t", state.bMarks[line] - 1, state.eMarks[line]) >= 0:
                _count(state, line)
    return False


def _count(state: StateBlock, line: int) -> None:
    begin, text = state.bMarks[line], state.bMarks[line] + state.tShift[line]
    if state.src[begin - 2 : begin] == ">\t" and text == begin:  # the tab was parsed as the optional space only
        begin -= 1
    if state.src[begin - 1] != ">":
        state.sCount[line] = len(state.src[begin:text].expandtabs(STOP))
        state.bsCount[line] = 0
    elif state.src[begin:text] == "\t":
        state.bMarks[line], state.tShift[line] = begin, 1
        state.sCount[line], state.bsCount[line] = STOP - 1, 1
