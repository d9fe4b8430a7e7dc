"""``==highlight==`` becomes ``<mark>``. A delimiter opens before and closes after any character but a space."""

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from hortus.parse.syntax.parser import Nesting

SIGN = ord("=")


def highlight_plugin(md: MarkdownIt) -> None:
    """Add ``==text==`` to *md*, as ``mark_open`` and ``mark_close`` tokens."""
    md.inline.ruler.after("strikethrough", "highlight", _highlight)
    md.inline.ruler2.before("emphasis", "highlight", _pair_up)


def _highlight(state: StateInline, silent: bool) -> bool:
    """Push each ``==`` as text and record it as a delimiter; other runs of ``=`` are text."""
    src, start = state.src, state.pos
    if silent or src[start] != "=":
        return False
    end = start
    while end < state.posMax and src[end] == "=":
        end += 1
    if end - start != 2:
        state.append_pending(src[start:end])
    else:
        state.push("text", "", 0).content = "=="
        can_open = end < state.posMax and not src[end].isspace()
        can_close = start > 0 and not src[start - 1].isspace()
        state.delimiters.append(Delimiter(SIGN, 0, len(state.tokens) - 1, -1, can_open, can_close))
    state.pos = end
    return True


def _pair_up(state: StateInline) -> None:
    nested = (meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)
    for delimiters in (state.delimiters, *nested):
        for opener in delimiters:
            if opener.marker == SIGN and opener.end != -1:
                _turn(state, opener, "mark_open", 1)
                _turn(state, delimiters[opener.end], "mark_close", -1)


def _turn(state: StateInline, delimiter: Delimiter, kind: str, nesting: Nesting) -> None:
    token = state.tokens[delimiter.token]
    token.type, token.tag, token.nesting, token.markup, token.content = kind, "mark", nesting, "==", ""
