r"""Convert the formulas of one note from LaTeX to MathML, with equation numbers and references.

1. Expand the author's commands (`mathmacro`), and rewrite what math-core does not support (`mathrewrite`).
2. Convert all formulas of the note together, so that equations are numbered consecutively and ``\eqref``
   finds its equation before or after it.
3. Put the author's LaTeX into the annotation, turn styles into classes (`mathstyle`) and ids into slots, and repair
   MathML that browsers would render wrongly (`mathshape`).

There are no inline styles, and all LaTeX is escaped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from hortus.core.slots import mark
from hortus.parse.syntax.mathbox import Box, write_boxes
from hortus.parse.syntax.mathcommands import COMMANDS
from hortus.parse.syntax.mathlength import open_gaps
from hortus.parse.syntax.mathmacro import Given, Macros
from hortus.parse.syntax.mathrepair import apart_from_stars
from hortus.parse.syntax.mathrewrite import LABEL, Names, is_plain, rewritten
from hortus.parse.syntax.mathshape import reshaped
from hortus.parse.syntax.mathstyle import without_styles
from hortus.parse.syntax.mathtex import FormulaError

MOST_COMMANDS = 4000
"""Commands and braces in one formula; math-core recurses for each and overflows the stack at 5,265."""
MOST_EXPANSIONS = 300

FAILED = re.compile(r'<(?:span|p) class="math-core-error" title="(?:input\d+:)?(?:\d+: )?(?P<message>[^"]*)"')
ANNOTATION, CLOSING = '<annotation encoding="application/x-tex">', "</annotation></semantics></math>"
REFERENCE = re.compile(r'<a href="\#(?P<id>[^"]*)">\((?P<number>[^<]*)\)</a>')
TAGGED = re.compile(r"HortusTag(?P<tag>\d+)")
NUMBER = re.compile(r"<mtext>([^<]*HortusTag\d+[^<]*)</mtext>")
TAGS = re.compile(r"<[^>]*>")
ID = re.compile(r' id="(?P<id>[^"]*)"')


def convert_math(latex: str, display: bool = False, macros: Given = ()) -> tuple[str | None, str]:
    """Return the MathML of one formula and its error; None if it cannot be converted.

    >>> convert_math(r"\\frac{1}{")
    (None, 'Expected closing token "}", but reached end of input.')
    """
    return convert_formulas([(latex, display)], macros)[0]


def convert_formulas(formulas: Sequence[tuple[str, bool]], macros: Given = ()) -> list[tuple[str | None, str]]:
    """Convert all formulas of a note, in order: LaTeX, and whether it is displayed."""
    names, defined = Names(), Macros(macros)
    prepared = [_prepared(latex, display, defined, names) for latex, display in formulas]
    joint = [
        (source.latex, display) for source, (_, display) in zip(prepared, formulas, strict=True) if not source.alone
    ]
    outputs = _convert_all([*joint, *((tag, False) for tag in names.tags)])
    shared = Shared(names, [_inside(output) for output in outputs[len(joint) :]])
    following = iter(outputs)
    return [
        _converted_alone(latex, display) if source.alone else _finish(next(following), latex, source, shared)
        for (latex, display), source in zip(formulas, prepared, strict=True)
    ]


@lru_cache(maxsize=4096)
def _converted_alone(latex: str, display: bool) -> tuple[str | None, str]:
    """Convert a formula that is independent of others; cached, because vaults repeat short formulas."""
    return _finish(_convert_all([(apart_from_stars(latex), display)])[0], latex, ALONE, NOTHING_SHARED)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A formula as it is passed to math-core."""

    latex: str
    boxes: list[Box]
    commands: tuple[str, ...] = ()
    """``ref`` or ``eqref`` for each reference, in order."""
    error: str = ""
    alone: bool = False
    """Without labels, references and author's commands, so that it is converted separately, and once."""


ALONE = Prepared("", [], alone=True)


class Shared:
    """Numbers and labels shared by the formulas of a note, after conversion."""

    def __init__(self, names: Names, tags: list[str]) -> None:
        self.names = {code: name for name, code in names.labels.items()}
        self.tags = tags
        self.seen: set[str] = set()


NOTHING_SHARED = Shared(Names(), [])


def _prepared(latex: str, display: bool, defined: Macros, names: Names) -> Prepared:
    try:
        expanded = defined.expand(latex)
        if len(expanded) > MOST_COMMANDS and expanded.count("\\") + expanded.count("{") > MOST_COMMANDS:
            raise FormulaError("the formula is too long")
        if expanded is latex and is_plain(latex):
            return ALONE
        commands = (found["command"] for found in LABEL.finditer(expanded) if found["command"] != "label")
        return Prepared(*rewritten(expanded, display, names), tuple(commands))
    except FormulaError as error:
        return Prepared("", [], error=str(error))


def _convert_all(sources: list[tuple[str, bool]]) -> list[str]:
    """Convert formulas together, with common numbers and references."""
    from math_core import LatexError

    try:
        return _converter().convert_all(sources)
    except LatexError as error:
        return [f'<span class="math-core-error" title="{escape(str(error))}"></span>'] * len(sources)


@lru_cache(maxsize=1)
def _converter():
    from math_core import LatexToMathML

    return LatexToMathML(
        macros=COMMANDS,
        annotation=True,
        continue_on_error=True,
        allow_unreliable_rendering=True,
        fancy_error=False,
        max_expansions=MOST_EXPANSIONS,
    )


# --- after ------------------------------------------------------------------------------------


def _finish(output: str, latex: str, source: Prepared, shared: Shared) -> tuple[str | None, str]:
    if source.error:
        return None, source.error
    if failed := FAILED.match(output):
        return None, unescape(failed["message"])
    wrong: list[str] = []
    commands = iter(source.commands)

    def refer(match: re.Match[str]) -> str:
        number = TAGGED.sub(lambda tag: TAGS.sub("", shared.tags[int(tag["tag"])]), match["number"])
        name = shared.names.get(match["id"], match["id"])
        number = number if next(commands, "eqref") == "ref" else f"({number})"
        if match["number"] == "??":
            wrong.append(f"no equation is labelled `{name}`")
            return number
        return f'<a href="{mark("ref", 0, equation_id(name))}">{number}</a>'

    def identify(match: re.Match[str]) -> str:
        label = shared.names.get(match["id"], match["id"])
        name = equation_id(label)
        if name in shared.seen:
            wrong.append(rf"`\label{{{label}}}` is already that of another equation")
            return ""
        shared.seen.add(name)
        return f' id="{mark("id", 0, name)}"'

    output = REFERENCE.sub(refer, output) if "<a " in output else output
    output = without_styles(ID.sub(identify, output) if ' id="' in output else output)
    if shared.tags:
        output = NUMBER.sub(lambda number: _tagged(number[1], shared.tags), output)
    output = reshaped(open_gaps(write_boxes(output, source.boxes)))
    head, _, _ = output.rpartition(ANNOTATION)
    return f"{head}{ANNOTATION}{escape(latex.strip(), quote=False)}{CLOSING}", "; ".join(wrong)


def _inside(output: str) -> str:
    """Return the MathML of a tag, without the annotation and the surrounding elements."""
    return without_styles(output.partition("<semantics>")[2].partition("<annotation")[0])


def _tagged(number: str, tags: list[str]) -> str:
    """Return a tag that contains more than text, with its brackets."""
    before, code, after = re.split(TAGGED.pattern.replace("?P<tag>", ""), number, maxsplit=1)
    return f"<mrow><mtext>{before}</mtext>{tags[int(code)]}<mtext>{after}</mtext></mrow>".replace("<mtext></mtext>", "")


def equation_id(label: str) -> str:
    """Return the id on the page of an equation with this label.

    >>> equation_id("eq:Euler 1")
    'eq-euler-1'
    """
    return "eq-" + (re.sub(r"[^a-z0-9]+", "-", re.sub(r"^eqn?[:\-]", "", label.lower())).strip("-") or "x")
