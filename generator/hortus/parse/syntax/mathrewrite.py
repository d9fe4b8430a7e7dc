r"""Rewrite LaTeX that MathJax accepts and that math-core 0.9.0 refuses or renders differently.

The order matters: the author's commands were expanded before (`mathmacro`); then small repairs, text, environments,
limits, boxes (`mathbox`), gaps between rows (`mathlength`), and last equation numbers. A formula without any of these
is unchanged.
"""

import re
from dataclasses import dataclass, field
from functools import partial

from hortus.parse.syntax.mathbox import MAKERS as BOXES
from hortus.parse.syntax.mathbox import Box, colour_of_model, mark_boxes
from hortus.parse.syntax.mathcommands import EXPANDED, TEXT_SIGNS
from hortus.parse.syntax.mathenvironment import PLAIN, UNNUMBERED, of_plain_tex, rename_environments, wrapped
from hortus.parse.syntax.mathlength import mark_gaps
from hortus.parse.syntax.mathmacro import Macros
from hortus.parse.syntax.mathrepair import ANGLED, TRIGGERS, WRITTEN, apart_from_stars, repaired
from hortus.parse.syntax.mathtex import FormulaError, argument, arguments, environment, group, rows
from hortus.parse.syntax.mathtext import SIGN, SWITCH, named_signs, split_text

EXPANDABLE = Macros(tuple(EXPANDED.items()))
COLOURED = re.compile(r"\\(?:fcolorbox(?:\s*\{[^{}]*\}){2}|(?:(?:text)?color|colorbox)(?![A-Za-z])\s*\{[^{}]*\})")
COLOUR_NAME = re.compile(r"(?<=\{)\s*(?P<name>[^{}]*?)\s*(?=\})")
OPERATOR = re.compile(r"\\(?P<name>mathop|operatorname\*?)(?![A-Za-z])")
LIMITS = re.compile(r"\s*\\(?P<which>no)?limits(?![A-Za-z])")
SCRIPT = re.compile(r"\s*(?P<side>[_^])")
WORDS = re.compile(r"(?:[^\\{}$^_&]|\\[,;:! ])*")
NUMBERED = re.compile(r"\\begin\s*\{(?P<name>equation|align|gather|multline)(?P<star>\*?)\}")
NUMBERING = re.compile(r"\\(?P<command>tag|label)\*?\s*\{")
SILENT = re.compile(r"\\(?:notag|nonumber)(?![A-Za-z])")
LABEL = re.compile(r"\\(?P<command>label|eqref|ref)\s*\{(?P<name>[^{}]*)\}")
TAG = re.compile(r"\\tag\*?\s*(?=\{)")
SIMPLE = re.compile(r"[A-Za-z0-9 .,:;'()/+*-]*")
REWRITTEN = TRIGGERS | {
    f"\\{name}"
    for name in (
        *"limits nolimits begin tag label eqref ref mathop operatorname matrix pmatrix cases eqalign".split(),
        *"displaylines definecolor (".split(),
        *EXPANDED,
        *BOXES,
        *TEXT_SIGNS,
    )
}
"""Commands that need rewriting; most formulas have none of them."""


@dataclass(slots=True)
class Names:
    """Names shared by the formulas of a note: labels, tags that contain more than text, colours."""

    labels: dict[str, str] = field(default_factory=dict)
    """Alphanumeric names, which math-core requires, by the author's labels."""
    tags: list[str] = field(default_factory=list)
    colours: dict[str, str] = field(default_factory=dict)
    """Colours of ``\\definecolor``, by name."""


def is_plain(latex: str) -> bool:
    """Return whether the formula needs no rewriting, except for stars after commands."""
    if "$" in latex or (r"\left" in latex and ANGLED.search(latex)):
        return False
    if r"\text" in latex and SWITCH.search(latex):
        return False
    return REWRITTEN.isdisjoint(WRITTEN.findall(latex))


def rewritten(latex: str, display: bool, names: Names) -> tuple[str, list[Box]]:
    """Return *latex* for math-core, and the boxes whose marks are in it."""
    if is_plain(latex):
        return apart_from_stars(latex), []
    latex = _with_colours(latex, names.colours) if names.colours or r"\definecolor" in latex else latex
    latex = repaired(latex)
    latex = split_text(named_signs(latex)) if r"\text" in latex or "$" in latex or SIGN.search(latex) else latex
    latex = EXPANDABLE.expand(latex)
    latex = of_plain_tex(latex) if PLAIN.search(latex) else latex
    latex = rename_environments(latex) if r"\begin" in latex else latex
    latex = _operators(latex, display) if OPERATOR.search(latex) else latex
    latex, boxes = mark_boxes(latex)
    latex = mark_gaps(latex) if "\\\\" in latex else latex
    return _numbered(latex, display, names), boxes


def _with_colours(latex: str, colours: dict[str, str]) -> str:
    r"""Replace names that ``\definecolor`` defined by their colours, for the rest of the note."""
    while definition := re.search(r"\\definecolor(?![A-Za-z])", latex):
        read = arguments(latex, definition.end(), 3)
        if read is None or not (colour := colour_of_model(*read[0][1:])):
            break
        colours[read[0][0].strip()] = colour
        latex = latex[: definition.start()] + latex[read[1] :]
    named = partial(COLOUR_NAME.sub, lambda found: colours.get(found["name"], found["name"]))
    return COLOURED.sub(lambda use: named(use[0]), latex)


# --- operators --------------------------------------------------------------------------------


def _operators(latex: str, display: bool) -> str:
    r"""Place the limits of ``\mathop``, and write operators that contain more than text with it."""
    place = 0
    while operator := OPERATOR.search(latex, place):
        place = operator.end()
        read = argument(latex, place)
        if read is None:
            continue
        content, end = read
        if operator["name"] != "mathop":
            plain = WORDS.fullmatch(content)
            starred = operator["name"].endswith("*") and LIMITS.match(latex, end)
            if plain and not starred and "*" not in content:
                latex = latex[:place] + latex[place:end].replace("-", "\N{HYPHEN}") + latex[end:]
                continue
            content = rf"\text{{{content}}}" if plain else rf"\mathrm{{{content}}}"
        limits = LIMITS.match(latex, end)
        below = (
            not limits["which"]
            if limits
            else operator["name"] == "operatorname*" or (display and operator["name"] == "mathop")
        )
        scripts, after = (
            _scripts(latex, limits.end() if limits else end) if below else ({}, limits.end() if limits else end)
        )
        body = _with_limits(content, scripts)
        head = latex[: operator.start()] + r"\mathop{"
        latex = f"{head}{body}}}{latex[after:]}"
        place = len(head)
    return latex


def _scripts(latex: str, place: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while script := SCRIPT.match(latex, place):
        read = argument(latex, script.end())
        if read is None or script["side"] in found:
            break
        found[script["side"]], place = read
    return found, place


def _with_limits(content: str, scripts: dict[str, str]) -> str:
    if "^" in scripts:
        content = rf"\overset{{{scripts['^']}}}{{{content}}}"
    return rf"\underset{{{scripts['_']}}}{{{content}}}" if "_" in scripts else content


# --- numbers ----------------------------------------------------------------------------------


def _numbered(latex: str, display: bool, names: Names) -> str:
    r"""Number only equations with ``\tag`` or ``\label``, as MathJax does by default."""
    if NUMBERING.search(latex):
        latex = _tags(latex, names)
        latex = _outer_labels(latex)
    latex = LABEL.sub(lambda match: _relabelled(match, names.labels), latex)
    if display and not NUMBERED.search(latex):
        commands = {match["command"] for match in NUMBERING.finditer(latex)}
        if commands:
            _check_tag(latex)
            return wrapped("equation*" if "tag" in commands else "equation", latex)
        return latex
    return _without_numbers(latex)


def _without_numbers(latex: str) -> str:
    place = 0
    while begin := NUMBERED.search(latex, place):
        place = begin.end()
        name = begin["name"] + begin["star"]
        if read := environment(latex, place, name):
            made = _with_asked_numbers(begin["name"], begin["star"], read[0])
            latex = latex[: begin.start()] + made + latex[read[1] :]
            place = begin.start() + 1
            place += made.index("}") if made.startswith(r"\begin") else 0
    return latex


def _with_asked_numbers(name: str, star: str, body: str) -> str:
    """Return an environment in which only rows with a tag or label are numbered."""
    if not NUMBERING.search(body):
        body = SILENT.sub("", body)
        return wrapped(UNNUMBERED[name], body) if name in UNNUMBERED else f"{{{body}}}"
    if star or name in ("equation", "multline"):
        _check_tag(body)
        return wrapped(name + star, body)
    pieces = []
    for row in rows(body):
        _check_tag(row)
        asks = NUMBERING.search(row) or SILENT.search(row) or row.strip() in ("", "\\\\")
        pieces.append(row if asks else rf"{row}\notag ")
    return wrapped(name, "".join(pieces))


def _check_tag(row: str) -> None:
    if len(TAG.findall(row)) > 1:
        raise FormulaError(r"an equation has one \tag, and here are two")


def _tags(latex: str, names: Names) -> str:
    """Replace tags that contain more than text by names; their content is converted separately."""
    for tag in reversed(list(TAG.finditer(latex))):
        read = group(latex, tag.end())
        if read and not SIMPLE.fullmatch(read[0]):
            code = f"HortusTag{len(names.tags)}"
            names.tags.append(split_text(rf"\text{{{read[0]}}}"))
            latex = f"{latex[: tag.end()]}{{{code}}}{latex[read[1] :]}"
    return latex


def _outer_labels(latex: str) -> str:
    r"""Move ``\tag`` and ``\label`` out of environments without numbers, such as ``aligned``."""
    if NUMBERED.search(latex) or r"\begin" not in latex:
        return latex
    found = []
    for command in reversed(list(NUMBERING.finditer(latex))):
        if read := group(latex, command.end() - 1):
            found.append(latex[command.start() : read[1]])
            latex = latex[: command.start()] + latex[read[1] :]
    return latex + "".join(reversed(found))


def _relabelled(match: re.Match[str], labels: dict[str, str]) -> str:
    command = "label" if match["command"] == "label" else "eqref"
    return rf"\{command}{{{labels.setdefault(match['name'].strip(), f'eq{len(labels)}')}}}"
