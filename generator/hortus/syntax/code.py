"""Fenced code: coloured by Pygments into CSS classes, with a title, line numbers and marked lines.

The line that opens a fence may say, after the language: ``title="name.py"``, ``{1,3-5}``, ``linenos``
or ``linenos=10``. An unknown language stays plain. Classes are Pygments' own, of the kinds in `CLASSES`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from itertools import groupby, islice
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll

CLASSES = {
    "Comment": "c",
    "Comment.Preproc": "cp",
    "Keyword": "k",
    "Keyword.Constant": "kc",
    "Keyword.Type": "kt",
    "Literal": "l",
    "Literal.Number": "m",
    "Literal.String": "s",
    "Literal.String.Doc": "sd",
    "Literal.String.Escape": "se",
    "Literal.String.Interpol": "si",
    "Literal.String.Regex": "sr",
    "Name.Attribute": "na",
    "Name.Builtin": "nb",
    "Name.Class": "nc",
    "Name.Constant": "no",
    "Name.Decorator": "nd",
    "Name.Exception": "ne",
    "Name.Function": "nf",
    "Name.Namespace": "nn",
    "Name.Tag": "nt",
    "Name.Variable": "nv",
    "Operator": "o",
    "Operator.Word": "ow",
    "Generic.Deleted": "gd",
    "Generic.Emph": "ge",
    "Generic.Heading": "gh",
    "Generic.Inserted": "gi",
    "Generic.Output": "go",
    "Generic.Prompt": "gp",
    "Generic.Strong": "gs",
    "Generic.Subheading": "gu",
}
"""Kinds of Pygments token that get a class; any other kind looks like the one it belongs to, or plain."""

LONGEST = 200_000
"""Characters; longer code stays plain."""
LANGUAGE = re.compile(r"\s*(?P<language>[^\s{=]+)(?=[\s{]|\Z)")
OPTION = re.compile(
    r"""
      title = (?: "(?P<double> [^"]* )" | '(?P<single> [^']* )' | (?P<bare> \S+ ) )
    | \{ (?P<marked> [\d\s,-]* ) \}
    | (?<!\S) (?:linenos|showLineNumbers) (?: = (?P<first> \d{1,6} ) )? (?!\S)  (?P<numbered>)
    """,
    re.VERBOSE,
)
RANGE = re.compile(r"(?P<first>\d{1,6})(?:\s*-\s*(?P<last>\d{1,6}))?")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST_RANGES = 100


class Info(NamedTuple):
    """What the line that opens a fence says."""

    language: str
    title: str = ""
    first: int = 0
    """Number of the first line; 0 for no numbers."""
    marked: tuple[tuple[int, int], ...] = ()


def code_plugin(md: MarkdownIt) -> None:
    """Let *md* render fences with colours."""
    md.add_render_rule("fence", _render)


def _render(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    start = "\n" if idx and tokens[idx - 1].hidden else ""
    return start + render_code(token.content, parse_info(token.info), self.renderAttrs(token))


def parse_info(text: str) -> Info:
    """Read the line that opens a fence.

    >>> parse_info('py title="a.py" {1,3-5} linenos')
    Info(language='py', title='a.py', first=1, marked=((1, 1), (3, 5)))
    """
    text = unescapeAll(text)
    language = LANGUAGE.match(text)
    title, first, marked = "", 0, []
    for option in OPTION.finditer(text, language.end() if language else 0):
        title = option["double"] or option["single"] or option["bare"] or title
        if option["numbered"] is not None:
            first = int(option["first"] or 1)
        for lines in islice(RANGE.finditer(option["marked"] or ""), MOST_RANGES):
            marked.append((int(lines["first"]), int(lines["last"] or lines["first"])))
    return Info(language["language"] if language else "", title, first, tuple(marked))


def render_code(code: str, info: Info, attributes: str = "") -> str:
    """Render *code* as HTML; *attributes* are those of the outermost element."""
    name = f' class="language-{escape(info.language)}"' if info.language else ""
    title = f'<div class="code-title">{escape(info.title)}</div>' if info.title else ""
    lines = coloured_lines(code, info.language.lower())
    if info.first or info.marked:
        lines = _numbered(lines, info)
    html = "".join(lines)
    return f'<div class="code"{attributes}>{title}<pre tabindex="0"><code{name}>{html}</code></pre></div>\n'


def _numbered(lines: Iterator[str], info: Info) -> Iterator[str]:
    """Wrap each line, so that a style sheet can number and mark it."""
    lines = list(lines)
    marked = {n for first, last in info.marked for n in range(first, min(last, len(lines)) + 1)}
    for number, line in enumerate(lines, 1):
        classes = "line marked" if number in marked else "line"
        shown = f' data-line="{info.first + number - 1}"' if info.first else ""
        yield f'<span class="{classes}"{shown}>{line}</span>'


def coloured_lines(code: str, language: str) -> Iterator[str]:
    """Yield the lines of *code* as HTML, line ends included, no element across a line end."""
    lexer = _lexer(language) if language and len(code) <= LONGEST else None
    if lexer is None:
        yield from LINE.findall(escape(code))
        return
    line: list[str] = []
    for name, tokens in groupby(lexer.get_tokens(code), key=lambda token: _class_of(token[0])):
        for part in LINE.findall("".join(text for _, text in tokens)):
            html = escape(part.rstrip("\n"))
            line.append(f'<span class="{name}">{html}</span>' if name and html.strip() else html)
            if part.endswith("\n"):
                yield "".join(line) + "\n"
                line.clear()
    if line:
        yield "".join(line)


@lru_cache(maxsize=64)
def _lexer(language: str):
    """Return Pygments' lexer for *language*, None for a language it does not know."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=256)
def _class_of(kind: tuple[str, ...]) -> str:
    for length in range(len(kind), 0, -1):
        if name := CLASSES.get(".".join(kind[:length])):
            return name
    return ""
