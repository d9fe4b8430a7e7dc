"""Fenced code: highlighted by Pygments with CSS classes, with optional title, line numbers and marked lines.

The info string of a fence may contain, after the language:

* a title: ``title="x"``, ``title:x``, ``file=``, ``filename=``, ``caption=``, ``py:x.py``, or free text,
* lines to mark: ``{1,3-5}``, ``hl:1,3``, ``hl_lines="1 3-5"``,
* line numbers: ``linenos``, ``linenos=10``, ``showLineNumbers{10}``, ``ln:true``, ``linenums="10"``.

This is the syntax of Code Styler, rehype-pretty-code, Docusaurus and MkDocs. The rest of it is in
``data-info``. Code in an unknown language is not highlighted. Classes are Pygments', for the types in `CLASSES`.
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
"""Pygments token types that get a class; other types look like the type they belong to, or plain."""

LONGEST = 200_000
"""Characters; longer code is not highlighted."""
LANGUAGE = re.compile(r"\s*(?P<language>[^\s{=:,]+)(?::(?P<file>[^\s{=]+)|,(?P<more>\S+))?(?=[\s{]|\Z)")
OPTION = re.compile(
    r"""
      (?<!\S) (?:title|file|filename|caption|ti) [ ]?[=:][ ]?
      (?: "(?P<double> [^"]* )" | '(?P<single> [^']* )' | (?P<bare> \S+ ) )
    | (?<!\S) \{ (?P<marked> [\d\s,-]* ) \}
    | (?<!\S) (?:hl|hl_lines|highlight) [=:] (?: "(?P<quoted> [\d\s,-]+ )" | (?P<lines> [\d,-]+ ) ) (?!\S)
    | (?<!\S) (?:linenos|linenums|lineNumbers|showLineNumbers|ln)
      (?: [=:{] "? (?: (?P<first> \d{1,6} ) | true | (?P<off> false ) ) "? \}? )? (?!\S) (?P<numbered>)
    """,
    re.VERBOSE | re.IGNORECASE,
)
WORD = re.compile(r""" "[^"]*" | '[^']*' | \{[^{}]*\} | \S+ """, re.VERBOSE)
PLAIN = re.compile(r"[^\s\"'{}/=:][^\s\"'{}=:]*:?")
"""A word of a title, not an option of a tool: without quotes, ``=``, patterns or braces."""
SWITCHES = frozenset(
    """
    title file filename caption fold unfold collapse collapsed expand wrap unwrap nowrap copy nocopy run exec eval norun
    noeval noexec editable live hidden hide ignore include exclude inline export
    """.split()
)
"""Words that are switches of tools, not titles."""
RANGE = re.compile(r"(?P<first>\d{1,6})(?:\s*-\s*(?P<last>\d{1,6}))?")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST_RANGES = 100


class Info(NamedTuple):
    """The parsed info string of a fence."""

    language: str
    title: str = ""
    first: int = 0
    """Number of the first line; 0 for no numbers."""
    marked: tuple[tuple[int, int], ...] = ()
    rest: str = ""
    """Options for other tools."""


def code_plugin(md: MarkdownIt) -> None:
    """Add highlighted code fences to *md*."""
    md.add_render_rule("fence", _render)


def _render(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    start = "\n" if idx and tokens[idx - 1].hidden else ""
    return start + render_code(token.content, parse_info(token.info), self.renderAttrs(token))


def parse_info(text: str) -> Info:
    """Parse the info string of a fence.

    >>> parse_info('py title="a.py" {1,3-5} linenos')
    Info(language='py', title='a.py', first=1, marked=((1, 1), (3, 5)), rest='')
    >>> parse_info("js The loop, again fold ref=2")
    Info(language='js', title='The loop, again', first=0, marked=(), rest='fold ref=2')
    """
    text = unescapeAll(text)
    language = LANGUAGE.match(text)
    options = text[language.end() :] if language else text
    title, first, marked = (language["file"] or "") if language else "", 0, []
    for option in OPTION.finditer(options):
        title = option["double"] or option["single"] or option["bare"] or title
        if option["numbered"] is not None:
            first = 0 if option["off"] else int(option["first"] or 1)
        found = option["marked"] or option["quoted"] or option["lines"] or ""
        for lines in islice(RANGE.finditer(found), MOST_RANGES):
            marked.append((int(lines["first"]), int(lines["last"] or lines["first"])))
    words = WORD.findall(OPTION.sub(" ", options))
    own = [] if title else [word for word in words if PLAIN.fullmatch(word) and word not in SWITCHES]
    more = [language["more"]] if language and language["more"] else []
    rest = " ".join([*more, *(word for word in words if word not in own)])
    return Info(language["language"] if language else "", title or " ".join(own), first, tuple(marked), rest)


def render_code(code: str, info: Info, attributes: str = "") -> str:
    """Render *code* as HTML; *attributes* are put on the outermost element."""
    name = f' class="language-{escape(info.language)}"' if info.language else ""
    title = f'<div class="code-title">{escape(info.title)}</div>' if info.title else ""
    attributes += f' data-info="{escape(info.rest)}"' if info.rest else ""
    lines = coloured_lines(code, info.language.lower())
    if info.first or info.marked:
        lines = _numbered(lines, info)
    html = "".join(lines)
    return f'<div class="code"{attributes}>{title}<pre tabindex="0"><code{name}>{html}</code></pre></div>\n'


def _numbered(coloured: Iterator[str], info: Info) -> Iterator[str]:
    """Wrap each line in an element, for line numbers and marks."""
    lines = list(coloured)
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
    """Return Pygments' lexer for *language*; None if it is unknown."""
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
