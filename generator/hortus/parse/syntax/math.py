"""``$inline$`` and ``$$display$$`` math, converted to MathML after the whole note is parsed.

``$5 and $6`` is money: no space may follow the opening dollar sign, and the closing one
follows no space and precedes no digit. ``\\$`` is a dollar sign.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from hortus.parse.syntax.comment import BLANK
from hortus.parse.syntax.linktext import cuts_link
from hortus.parse.syntax.mathfault import fault_in, hint_of
from hortus.parse.syntax.mathml import convert_formulas
from hortus.parse.syntax.position import lines_of
from hortus.parse.syntax.text import text_html

INLINE = re.compile(
    r"""
    (?<! \$ )
    (?: \$\$ (?P<display> (?: [^$\\] | \\. | \$ (?!\$) )+ ) \$\$
      | \$ (?! [\s$] ) (?P<inline> (?: [^$\\] | \\. )+ ) (?<! \s ) \$ (?! \d )
    )
    """,
    re.VERBOSE | re.DOTALL,
)
STOP = re.compile(r"[.,;:!?%’”)\]]+")
MARKUP = re.compile(r"\[\[.+?\]\]|\]\([^)\s]|\$[^\s$]|\$\$")
"""A link or formula in code."""
SIGN = re.compile(r"\\. | \$\$", re.VERBOSE | re.DOTALL)
REFERENCE_ALONE = re.compile(r"<math><semantics><mtext>(?P<link><a [^>]*>[^<]*</a>)</mtext><annotation ")
"""An inline formula that is only a reference to an equation."""


def math_plugin(md: MarkdownIt) -> None:
    """Add math to *md*: ``math_inline`` with ``meta["display"]``, and ``math_block``.

    The result is in ``meta["mathml"]``; errors are added to ``env["issues"]``.
    Macros are in ``env["macros"]``, pairs of name and body.
    """
    md.inline.ruler.before("escape", "math_inline", _inline)
    md.block.ruler.before("fence", "math_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.core.ruler.after("block", "code_after_math", _find_code_after_math)
    md.core.ruler.push("math", _convert)
    md.add_render_rule("math_inline", _render_inline)
    md.add_render_rule("math_block", _render_block)
    md.add_render_rule("text", _render_text)


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$":
        return False
    match = INLINE.match(state.src, state.pos, state.posMax)
    if match is None or cuts_link(state, match.start(), match.end()):
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = (match["display"] or match["inline"]).replace(BLANK, "")
        token.markup = "$$" if match["display"] else "$"
        token.meta = {"display": bool(match["display"]), "pos": state.pos, "end": match.end()}
    state.pos = match.end()
    return True


def _block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Parse a line that begins with ``$$`` and all lines up to one that ends with it.

    A formula of one line with an indented line directly below is not a block: the two are one paragraph.
    """
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("$$", begin) or state.is_code_block(start_line):
        return False
    end = _next_delimiter(state, begin + 2)
    if end < 0 or (silent and _is_open(state, begin)):
        return False
    line = start_line
    while line < end_line and state.eMarks[line] < end:
        line += 1
        if line < end_line and not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return False
    if line >= end_line or state.src[end + 2 : state.eMarks[line]].strip():
        return False
    if line == start_line and line + 1 < end_line and not state.isEmpty(line + 1) and state.is_code_block(line + 1):
        return False
    if silent:
        return True
    text = state.getLines(start_line, line + 1, state.blkIndent, False)
    state.line = line + 1
    token = state.push("math_block", "math", 0)
    token.content = text.strip()[2:-2]
    token.markup = "$$"
    token.map = [start_line, state.line]
    token.meta = {"display": True}
    return True


def _delimiters(state: StateBlock) -> list[int]:
    """Return the offsets of all ``$$`` in the text; they are cached."""
    if state.env.get("math_delimiters", ("", ()))[0] is not state.src:
        found = [match.start() for match in SIGN.finditer(state.src) if match[0] == "$$"]
        state.env["math_delimiters"] = (state.src, found)
    return state.env["math_delimiters"][1]


def _next_delimiter(state: StateBlock, offset: int) -> int:
    signs = _delimiters(state)
    place = bisect_left(signs, offset)
    return signs[place] if place < len(signs) else -1


def _is_open(state: StateBlock, offset: int) -> bool:
    """Return whether the ``$$`` at *offset* closes one that opened in the paragraph above it."""
    signs = _delimiters(state)
    begin = state.bMarks[state.line] + state.tShift[state.line]
    return (bisect_left(signs, offset) - bisect_left(signs, begin)) % 2 == 1


def _find_code_after_math(state: StateCore) -> None:
    """Report an indented line with links or formulas directly below a formula of several lines, because it is code."""
    for formula, code in pairwise(state.tokens):
        if formula.type != "math_block" or code.type != "code_block" or lines_of(formula)[1] != lines_of(code)[0]:
            continue
        if MARKUP.search(code.content):
            message = (
                "this line is code, because it is indented below a formula: its links and formulas are shown as typed"
            )
            issue = ("accidental_code", lines_of(code)[0] + 1, message, "remove the indentation")
            state.env.setdefault("issues", []).append(issue)


def _convert(state: StateCore) -> None:
    """Convert all formulas of the note together, because they share numbers, labels and commands."""
    state.env.pop("math_delimiters", None)
    formulas = [(token, line) for token, line in _formulas(state.tokens)]
    if not formulas:
        return
    results = convert_formulas(
        [(token.content, token.meta["display"]) for token, _ in formulas], tuple(state.env.get("macros", ()))
    )
    for (token, line), (mathml, error) in zip(formulas, results, strict=True):
        token.meta["mathml"] = mathml
        if error:
            message = f"${token.content.strip()}$: {error.rstrip('.')}"
            line += _find_fault(token, error)
            state.env.setdefault("issues", []).append(("bad_math", line, message, token, hint_of(error)))


def _find_fault(token: Token, error: str) -> int:
    """Note what in a formula is wrong, if it is named and not on the formula's first line; return on which."""
    fault = fault_in(token.content, error)
    below = token.content.count("\n", 0, fault.start()) if fault else 0
    if fault and (below or token.type == "math_block"):
        token.meta["fault"] = fault[0]
    return below


def _formulas(tokens: list[Token]):
    """Yield every formula with its 1-based line."""
    for token in tokens:
        first = token.map[0] + 1 if token.map else 1
        if token.type == "math_block":
            yield token, first
        line, last = first, 0
        for child in token.children or ():
            if child.type == "math_inline":
                line += token.content.count("\n", last, child.meta["pos"])
                last = child.meta["pos"]
                yield child, line


def _source(token: Token) -> str:
    return f'<code class="math-error">{escapeHtml(token.markup + token.content + token.markup)}</code>'


def stop_after(tokens: Sequence[Token], idx: int) -> str:
    """Return punctuation after the formula at *idx*, which is rendered with it, so that no line begins with it."""
    formula, follows = tokens[idx], tokens[idx + 1] if idx + 1 < len(tokens) else None
    if follows is None or formula.type != "math_inline" or follows.type != "text" or formula.meta["display"]:
        return ""
    stop = STOP.match(follows.content)
    return stop[0] if stop else ""


def _render_inline(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    html = token.meta.get("mathml") or _source(token)
    if token.meta["display"]:
        return f'<span class="math-display">{html}</span>'
    if lone := REFERENCE_ALONE.match(html):  # a plain link: screen readers find no links in <math>
        html = lone["link"]
    stop = stop_after(tokens, idx)
    return f'<span class="math-stop">{html}{escapeHtml(stop)}</span>' if stop else html


def _render_text(self, tokens, idx, options, env) -> str:
    """Render text without the punctuation that was rendered with the formula before it."""
    shown = tokens[idx].content
    if idx and tokens[idx - 1].type == "math_inline":
        shown = shown[len(stop_after(tokens, idx - 1)) :]
    return text_html(shown)


def _render_block(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    start = "\n" if idx and tokens[idx - 1].hidden else ""
    html = token.meta.get("mathml") or _source(token)
    return f'{start}<div class="math-display"{self.renderAttrs(token)}>{html}</div>\n'
