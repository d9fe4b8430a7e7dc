"""Fences that request a figure: ```` ```figure ```` with YAML, ```` ```python figure ```` with code and ``#|`` options.

They become ``figure`` tokens with a FigureRequest in the meta, or stay code, with problems in
``env["issues"]``. Code cells of other systems stay code, with a hint.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from hortus.core.hints import nearest
from hortus.core.model import FigureRequest
from hortus.parse.syntax.position import lines_of
from hortus.vault.frontmatter import Unreadable, parse_yaml

OPTIONS = ("src", "id", "alt", "caption")
"""Options of a fence; parameters of the script cannot have these names."""
ELSEWHERE = {
    "label": "id",
    "name": "id",
    "fig-alt": "alt",
    "fig-cap": "caption",
    "fig.alt": "alt",
    "fig.cap": "caption",
}
"""What Quarto, knitr and MyST call the options."""
CELL = re.compile(r"\{(python|code-cell|plot|pyplot|jupyter-execute|matplotlib)\b[^{}]*\}")
"""The info string of a code cell that another system runs."""


def figure_plugin(md: MarkdownIt) -> None:
    """Add figure fences to *md*."""
    md.core.ruler.after("block", "figure", _figures)


def _figures(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "fence" and (cell := CELL.match(token.info.strip())):
            message = f"code in a `{{{cell[1]}}}` fence is not run"
            hint = "write ```python figure, with the options #| id: and #| alt:"
            issue = ("not_shown", lines_of(token)[0] + 1, message, hint)
            state.env.setdefault("issues", []).append(issue)
        if token.type != "fence" or token.info.split() not in (["figure"], ["python", "figure"]):
            continue
        line = lines_of(token)[0] + 1
        try:
            request = _request(token.content, line, inline=token.info.startswith("python"))
        except Unreadable as unreadable:
            at = line + unreadable.line - 1
            state.env.setdefault("issues", []).append(("figure_failed", at, str(unreadable)))
        else:
            token.type = "figure"
            token.meta["request"] = request


def _request(content: str, line: int, inline: bool) -> FigureRequest:
    """Read a fence's options; all others are parameters of the script."""
    options, code = content, ""
    if inline:
        lines = content.split("\n")
        options = "\n".join(text[2:].strip() if text.startswith("#|") else "" for text in lines)
        code = "\n".join("" if text.startswith("#|") else text for text in lines)
    entries = parse_yaml(options)
    values = {entry.name: entry.value for entry in entries}
    if not inline and not values.get("src"):
        raise Unreadable("a figure fence needs `src:`, the name of a script", 1)
    for entry in entries if inline else ():
        if entry.name not in OPTIONS[1:]:
            near = ELSEWHERE.get(entry.name) or nearest(entry.name, OPTIONS[1:])
            more = f'did you mean "{near}"?' if near else f"there is {', '.join(OPTIONS[1:])}"
            raise Unreadable(f'an inline figure has no option "{entry.name}": {more}', entry.line)
    return FigureRequest(
        src="" if inline else str(values["src"]),
        code=code,
        parameters=tuple((name, value) for name, value in values.items() if name not in OPTIONS),
        alt=str(values.get("alt") or ""),
        caption=str(values.get("caption") or ""),
        name=str(values.get("id") or ""),
        line=line,
        column=1,
    )
