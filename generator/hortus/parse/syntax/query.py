"""Queries: fences of the languages ``base``, ``dataview`` and ``tasks``, and inline code such as ``= this.rating``.

They become ``query`` and ``query_inline`` tokens. Inline code that begins with ``=`` is a query only if it names this
note, a link or the day, because code such as ``= 0`` and ``=SUM(A1)`` is common. Scripts of Dataview are never run: a
fence of the language ``dataviewjs`` says so, and shows its source folded.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from hortus.parse.syntax.code import Info, render_code
from hortus.parse.syntax.interface import said

LANGUAGES = frozenset({"base", "dataview", "tasks"})
INLINE = re.compile(
    r"=\s*(?P<text>(?![=>\s])(?=.*(?:\bthis[.\[]|\[\[|\bdate\((?:today|now|tomorrow|yesterday|[se]o[wmy])\b)).*)",
    re.DOTALL,
)
"""Inline code that is a query: it names the note, a link or the day."""


def query_plugin(md: MarkdownIt) -> None:
    """Add queries to *md*."""
    md.core.ruler.after("figure", "query", _find_queries)
    md.add_render_rule("dataviewjs", _render_script)


def _find_queries(state: StateCore) -> None:
    for token in state.tokens:
        words = token.info.split() if token.type == "fence" else []
        if words:
            language = words[0].lower()
            if language in LANGUAGES:
                token.type = "query"
                token.meta["language"] = language
            elif language == "dataviewjs":
                token.type = "dataviewjs"


def _render_script(self, tokens, idx, options, env) -> str:
    """Show a script of Dataview folded."""
    code = render_code(tokens[idx].content, Info("js"))
    return f'<details class="query-script"><summary>{said(env, "Dataview script, not run")}</summary>{code}</details>\n'
