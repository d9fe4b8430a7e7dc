"""LaTeX to MathML: the formulas of one note in, their MathML out, numbers and references joined up.

1. Mend what math-core does not read: `COMMANDS`, `MENDED`, math inside ``\\text``, a bare ``\\tag``.
2. Convert all formulas of the note together, so that equations are numbered through and ``\\eqref``
   finds its equation, before or after it.
3. Put the author's LaTeX into the annotation, styles into classes (`mathstyle`), ids into slots.

No page gets an inline style, and nothing of the LaTeX gets out unescaped.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape, unescape

from hortus.slots import mark
from hortus.syntax.mathbox import Box, box_up, unbox
from hortus.syntax.mathshape import reshaped
from hortus.syntax.mathstyle import without_styles

Macros = tuple[tuple[str, str], ...]

COMMANDS = {
    "allowbreak": "",
    "centering": "",
    "dotsb": r"\cdots",
    "dotsc": r"\ldots",
    "dotsi": r"\cdots",
    "dotsm": r"\cdots",
    "hfill": r"\quad",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "par": "",
    "pmb": r"\boldsymbol{#1}",
    "slash": "/",
    "smash": "{#1}",
    "strut": "",
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
}
"""Commands that MathJax knows and math-core does not. A vault's own macros come before them."""

MENDED = (
    (r"\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)(?![A-Za-z])", ""),
    (r"\\require\s*\{[^{}]*\}", ""),
    (r"\\vspace\*?\s*\{[^{}]*\}", ""),
    (r"\\hspace\*", r"\\hspace"),
    (r"\\mbox(?![A-Za-z])", r"\\text"),
    (r"\\DeclareMathOperator\s*(\*?)\s*\{(\\[A-Za-z]+)\}\s*\{([^{}]*)\}", r"\\newcommand{\2}{\\operatorname\1{\3}}"),
    (r"\\(begin|end)\{split\}", r"\\\1{aligned}"),
    (r"\\(begin|end)\{smallmatrix\}", r"\\\1{matrix}"),
    (r"\\begin\{eqnarray\*?\}", r"\\begin{array}{rcl}"),
    (r"\\end\{eqnarray\*?\}", r"\\end{array}"),
    (r"(?<![A-Za-z\\])(?!\\(?:operatorname|tag|newcommand|renewcommand)\*)(\\[A-Za-z]+)\*", r"\1 *"),
)
MENDS = tuple((re.compile(pattern), replacement) for pattern, replacement in MENDED)
MENDABLE = re.compile("|".join(pattern for pattern, _ in MENDED))

HINTS = {
    "ce": r" Chemistry is not read: write \mathrm{H_2O}.",
    "pu": r" Units are not read: write 3\,\mathrm{kg}.",
    "href": " It leads to an address with http, https, mailto or tel.",
}
"""What to write instead, by the command that is not known."""

MOST_COMMANDS = 4000
"""Commands and braces in one formula; math-core descends once for each and overflows the stack at 5,265."""
MOST_EXPANSIONS = 300

TEXT = re.compile(r"\\text(?:rm|bf|it|sf|tt|normal)?\s*(?=\{)")
BRACE = re.compile(r"\\. | (?P<open> \{ ) | (?P<close> \} )", re.VERBOSE | re.DOTALL)
DOLLAR = re.compile(r"(?<!\\)\$")
NUMBERED = re.compile(r"\\begin\{(?:equation|align|gather|multline)\*?\}")
NUMBERING = re.compile(r"\\(?P<command>tag|label)\*?\s*\{")
LABEL = re.compile(r"\\(?P<command>label|eqref|ref)\s*\{(?P<name>[^{}]*)\}")
FAILED = re.compile(r'<(?:span|p) class="math-core-error" title="(?:input\d+:)?(?:\d+: )?(?P<message>[^"]*)"')
ANNOTATION, CLOSING = '<annotation encoding="application/x-tex">', "</annotation></semantics></math>"
REFERENCE = re.compile(r'<a href="\#(?P<id>[^"]*)">\((?P<number>[^<]*)\)</a>')
ID = re.compile(r' id="(?P<id>[^"]*)"')


def convert_math(latex: str, display: bool = False, macros: Macros = ()) -> tuple[str | None, str]:
    """Return the MathML of one formula and what is wrong with it; None when it cannot be read.

    >>> convert_math(r"\\frac{1}{")
    (None, 'Expected closing token "}", but reached end of input.')
    """
    return convert_formulas([(latex, display)], macros)[0]


def convert_formulas(formulas: Sequence[tuple[str, bool]], macros: Macros = ()) -> list[tuple[str | None, str]]:
    """Convert all formulas of a note, in their order: LaTeX, and whether it is displayed."""
    from math_core import LatexError

    labels: dict[str, str] = {}
    boxed = [box_up(latex) for latex, _ in formulas]
    mended = [_mend(latex, display, labels) for (latex, _), (_, display) in zip(boxed, formulas, strict=True)]
    try:
        outputs = _converter(macros).convert_all(mended)
    except LatexError as error:
        return [(None, str(error))] * len(formulas)
    names = {code: name for name, code in labels.items()}
    seen: set[str] = set()
    return [
        _finish(output, latex, prepared, boxes, names, seen)
        for output, (latex, _), (prepared, _), (_, boxes) in zip(outputs, formulas, mended, boxed, strict=True)
    ]


@lru_cache(maxsize=8)
def _converter(macros: Macros):
    from math_core import LatexToMathML

    return LatexToMathML(
        macros=COMMANDS | {name.removeprefix("\\"): body for name, body in macros},
        annotation=True,
        continue_on_error=True,
        allow_unreliable_rendering=True,
        global_group=True,  # a \newcommand holds for the rest of the note, as in Obsidian
        fancy_error=False,
        max_expansions=MOST_EXPANSIONS,
    )


# --- before -----------------------------------------------------------------------------------


def _mend(latex: str, display: bool, labels: dict[str, str]) -> tuple[str, bool]:
    """Write a formula so that math-core reads it; labels get names of letters and digits, kept in *labels*."""
    if latex.count("\\") + latex.count("{") > MOST_COMMANDS:
        return r"\toolong", display
    if MENDABLE.search(latex):
        for pattern, replacement in MENDS:
            latex = pattern.sub(replacement, latex)
    if "$" in latex:
        latex = _split_text(latex)
    latex = LABEL.sub(lambda match: _relabelled(match, labels), latex)
    if display and not NUMBERED.search(latex):
        commands = {match["command"] for match in NUMBERING.finditer(latex)}
        if commands:
            name = "equation*" if "tag" in commands else "equation"
            latex = rf"\begin{{{name}}}{latex}\end{{{name}}}"
    return latex, display


def _relabelled(match: re.Match[str], labels: dict[str, str]) -> str:
    command = "label" if match["command"] == "label" else "eqref"
    return rf"\{command}{{{labels.setdefault(match['name'].strip(), f'eq{len(labels)}')}}}"


def _split_text(latex: str) -> str:
    """Turn math inside text into text, math, text.

    >>> print(_split_text(r"\\text{if $x$ is}"))
    \\text{if } x \\text{ is}
    """
    ends: dict[int, int] = {}
    opened: list[int] = []
    for brace in BRACE.finditer(latex):
        if brace["open"]:
            opened.append(brace.start())
        elif brace["close"] and opened:
            ends[opened.pop()] = brace.start()
    pieces, last = [], 0
    for command in TEXT.finditer(latex):
        begin = command.end()
        end = ends.get(begin, -1)
        if command.start() < last or "$" not in latex[begin:end]:
            continue
        parts = DOLLAR.split(latex[begin + 1 : end])
        if len(parts) % 2 == 0:
            continue
        pieces.append(latex[last : command.start()])
        pieces += (f" {part} " if place % 2 else f"{command[0]}{{{part}}}" for place, part in enumerate(parts))
        last = end + 1
    return "".join(pieces) + latex[last:]


# --- after ------------------------------------------------------------------------------------


def _finish(
    output: str, latex: str, prepared: str, boxes: list[Box], names: dict[str, str], seen: set[str]
) -> tuple[str | None, str]:
    if failed := FAILED.match(output):
        message = unescape(failed["message"])
        message += next((hint for command, hint in HINTS.items() if f'"\\{command}"' in message), "")
        return None, "the formula is too long" if prepared == r"\toolong" else message
    missing: list[str] = []
    commands = (match["command"] for match in LABEL.finditer(latex) if match["command"] != "label")

    def refer(match: re.Match[str]) -> str:
        bare = next(commands, "eqref") == "ref"
        number = match["number"] if bare else f"({match['number']})"
        name = names.get(match["id"], match["id"])
        if match["number"] == "??":
            missing.append(f"no equation is labelled `{name}`")
            return number
        return f'<a href="{mark("ref", 0, equation_id(name))}">{number}</a>'

    def identify(match: re.Match[str]) -> str:
        name = equation_id(names.get(match["id"], match["id"]))
        if name in seen:
            return ""
        seen.add(name)
        return f' id="{mark("id", 0, name)}"'

    output = without_styles(ID.sub(identify, REFERENCE.sub(refer, output)))
    output = reshaped(unbox(output, boxes))
    head, _, _ = output.rpartition(ANNOTATION)
    return f"{head}{ANNOTATION}{escape(latex.strip(), quote=False)}{CLOSING}", "; ".join(missing)


def equation_id(label: str) -> str:
    """Return the id that an equation labelled so has on the page.

    >>> equation_id("eq:Euler 1")
    'eq-euler-1'
    """
    return "eq-" + (re.sub(r"[^a-z0-9]+", "-", re.sub(r"^eqn?[:\-]", "", label.lower())).strip("-") or "x")
