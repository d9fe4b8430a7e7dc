r"""Write a formula so that math-core reads it: what MathJax accepts and math-core 0.9.0 refuses or draws otherwise.

The order matters: commands of the author are expanded before (`mathmacro`); then small repairs, text, environments,
limits, boxes (`mathbox`), gaps between rows, and last the numbers. A formula with nothing of this passes unchanged.
"""

import re
from dataclasses import dataclass, field

from hortus.syntax.mathbox import MAKERS as BOXES
from hortus.syntax.mathbox import Box, box_up, mark_gaps
from hortus.syntax.mathcommands import COUNTED, ENVIRONMENTS, EXPANDED, TEXT_SIGNS
from hortus.syntax.mathmacro import Macros
from hortus.syntax.mathtex import argument, environment, group, has_columns, option, rows
from hortus.syntax.mathtext import SIGN, named_signs, split_text

SIZES = "tiny|Tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge"
STAR = r"(?<![A-Za-z\\])(?!\\(?:operatorname|tag|newcommand|renewcommand)\*)(\\[A-Za-z]+)\*"
STARRED, ANGLED = re.compile(STAR), re.compile(r"\\(?:left|right|middle)\s*[<>]")
BIG = r"\\(?P<big>[bB]igg?[lrm]?)\s*"
REPAIRS = (
    (rf"\\(?:{SIZES}|scriptstyle(?=\s*\}}))(?![A-Za-z])", ""),
    (r"\\(?:require|usepackage|usetagform|newtagform)\s*\{[^{}]*\}", ""),
    (r"\\vspace\*?\s*\{[^{}]*\}", ""),
    (r"\\hspace\*", r"\\hspace"),
    (r"\\(?:mbox|textnormal|textup|textmd)(?![A-Za-z])", r"\\text"),
    (r"\\(?:center)?not\s*\\(?P<arrow>implies|iff|impliedby)(?![A-Za-z])", lambda found: NEGATED[found["arrow"]]),
    (r"\\not\s*\\!\s*", r"\\mathrlap{\\,/}"),
    ("\\\\\u00a0", r"\\ "),
    (r"\\(?P<left>left|right|middle)\s*(?P<angle>[<>])", lambda found: f"\\{found['left']}{ANGLES[found['angle']]} "),
    (rf"{BIG}(?P<pointed>[<>])", lambda found: f"\\{found['big']}{ANGLES[found['pointed']]} "),
    (rf"{BIG}\{{\s*(?P<sign>\\(?:[A-Za-z]+|.)|[^\\{{}}])\s*\}}", r"\\\g<big>\g<sign> "),
    (rf"{BIG}\.", ""),
    (r"\\root(?![A-Za-z])\s*(?P<degree>[^\\{}]*?|\{[^{}]*\})\s*\\of(?![A-Za-z])", r"\\sqrt[\g<degree>]"),
    (r"\\raise\s*(?P<length>-?[\d.]+\s*[a-z]{2})\s*(?=\{|\\)", r"\\raisebox{\g<length>}"),
    (r"\\h?skip\s*\{(?P<skip>[^{}]*)\}", r"\\hskip \g<skip> "),
    (r"(?P<newline>\\\\)|\\(?:\r?\n|$)", lambda found: found["newline"] or r"\ "),
    (STAR, r"\1 *"),
)
REPAIRED = tuple((re.compile(pattern), replacement) for pattern, replacement in REPAIRS)
NEGATED = {"implies": r"\nRightarrow ", "iff": r"\nLeftrightarrow ", "impliedby": r"\nLeftarrow "}
ANGLES = {"<": r"\langle", ">": r"\rangle"}

BEGIN = re.compile(r"\\begin\s*\{(?P<name>[A-Za-z]+\*?)\}")
EXPANDABLE = Macros(tuple(EXPANDED.items()))
PLAIN = re.compile(r"\\(p?matrix|cases|eqalign|displaylines)\s*(?=\{)")
PLAINLY = {"eqalign": "aligned", "displaylines": "gathered"}
MATRIX = re.compile(r"(?P<kind>[pbBvV]?)(?P<small>small)?matrix\*")
FENCES = {"": "..", "p": "()", "b": "[]", "B": r"\{\}", "v": "||", "V": r"\|\|"}
CASES = re.compile(r"(?P<kind>d?r?)cases\*")
OPERATOR = re.compile(r"\\(?P<name>mathop|operatorname\*?)(?![A-Za-z])")
LIMITS = re.compile(r"\s*\\(?P<which>no)?limits(?![A-Za-z])")
SCRIPT = re.compile(r"\s*(?P<side>[_^])")
WORDS = re.compile(r"(?:[^\\{}$^_&]|\\[,;:! ])*")
NUMBERED = re.compile(r"\\begin\s*\{(?P<name>equation|align|gather|multline)(?P<star>\*?)\}")
UNNUMBERED = {"align": "aligned", "gather": "gathered", "multline": "multline*"}
NUMBERING = re.compile(r"\\(?P<command>tag|label)\*?\s*\{")
SILENT = re.compile(r"\\(?:notag|nonumber)(?![A-Za-z])")
LABEL = re.compile(r"\\(?P<command>label|eqref|ref)\s*\{(?P<name>[^{}]*)\}")
TAG = re.compile(r"\\tag\*?\s*(?=\{)")
SIMPLE = re.compile(r"[A-Za-z0-9 .,:;'()/+*-]*")
WRITTEN = re.compile(r"\\(?:[A-Za-z]+|.|$)", re.DOTALL)
REWRITTEN = frozenset(
    f"\\{name}"
    for name in (
        *SIZES.split("|"),
        *"limits nolimits skip hskip begin tag label eqref ref require usepackage usetagform newtagform".split(),
        *"vspace hspace mbox textnormal textup textmd not centernot root raise mathop operatorname matrix".split(),
        *"pmatrix cases eqalign displaylines scriptstyle".split(),
        *(f"{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")),
        *("\n", "\r", "\\", "(", "\u00a0", ""),
        *EXPANDED,
        *BOXES,
        *TEXT_SIGNS,
    )
)
"""Commands that are looked at at all: most formulas have none of them."""


@dataclass(slots=True)
class Names:
    """What the formulas of a note share: their labels, and tags that are more than words."""

    labels: dict[str, str] = field(default_factory=dict)
    """Names of letters and digits, which math-core asks for, by those of the author."""
    tags: list[str] = field(default_factory=list)


def is_plain(latex: str) -> bool:
    """Return whether nothing but a star after a command has to be written otherwise."""
    if "$" in latex or (ANGLED.search(latex) if "<" in latex or ">" in latex else False):
        return False
    return REWRITTEN.isdisjoint(WRITTEN.findall(latex))


def rewritten(latex: str, display: bool, names: Names) -> tuple[str, list[Box]]:
    """Return *latex* as math-core reads it, and the boxes whose marks are in it."""
    if is_plain(latex):
        return STARRED.sub(r"\1 *", latex) if "*" in latex else latex, []
    for pattern, replacement in REPAIRED:
        latex = pattern.sub(replacement, latex)
    latex = EXPANDABLE.expand(latex)
    latex = split_text(named_signs(latex)) if r"\text" in latex or "$" in latex or SIGN.search(latex) else latex
    latex = _of_plain_tex(latex) if PLAIN.search(latex) else latex
    latex = _environments(latex) if r"\begin" in latex else latex
    latex = _operators(latex, display) if OPERATOR.search(latex) else latex
    latex, boxes = box_up(latex)
    latex = mark_gaps(latex) if "\\\\" in latex else latex
    return _numbered(latex, display, names), boxes


# --- environments -----------------------------------------------------------------------------


def _environments(latex: str) -> str:
    """Write each environment that math-core lacks as one that it has, the outermost first."""
    place = 0
    while begin := BEGIN.search(latex, place):
        name, place = begin["name"], begin.end()
        read = environment(latex, place, name)
        if read and (made := _environment(name, read[0])):
            latex = latex[: begin.start()] + made + latex[read[1] :]
            place = begin.start() + (made.index("}") + 1 if made.startswith(r"\begin") else 0)
    return latex


def _environment(name: str, body: str) -> str:
    """Return an environment in the terms of others; empty where it stays as it is."""
    if name in COUNTED and (count := group(body, 0)):
        body = body[count[1] :]
    if MATRIX.fullmatch(name) or CASES.fullmatch(name):
        return _starred(name, body)
    if name in ("aligned", "alignedat", "gathered", "array", "multlined") and (where := option(body, 0)):
        return _wrapped(name, body[where[1] :])
    if name == "multlined":
        return _wrapped("gathered", body)
    if name == "array" and (columns := group(body, 0)) and not columns[0].isalpha():
        plain = _columns(columns[0])
        return _wrapped(name, f"{{{plain}}}{body[columns[1] :]}") if plain != columns[0] else ""
    if name in ("gather", "gather*", "gathered") and has_columns(body):
        return _wrapped({"gathered": "aligned"}.get(name, name.replace("gather", "align")), body)
    if name == "empheq" and (inner := group(body, option(body, 0)[1] if option(body, 0) else 0)):
        return _wrapped(inner[0], body[inner[1] :])
    if name in ("numcases", "subnumcases") and (inner := group(body, 0)):
        return f"{inner[0]}{_wrapped('cases', body[inner[1] :])}"
    if name == "subequations":
        return f"{{{body}}}"
    if name.startswith("eqnarray"):
        body = "".join(re.sub(r"(&[^&]*)&", r"\1", row, count=1) for row in rows(body))
    return _wrapped(ENVIRONMENTS[name], body) if name in ENVIRONMENTS else ""


def _of_plain_tex(latex: str) -> str:
    r"""Write ``\matrix{a & b \cr c & d}`` and its kin as environments."""
    place = 0
    while command := PLAIN.search(latex, place):
        place = command.end()
        if read := group(latex, place):
            made = _wrapped(PLAINLY.get(command[1], command[1]), re.sub(r"\\cr(?![A-Za-z])", r"\\\\", read[0]))
            latex = latex[: command.start()] + made + latex[read[1] :]
    return latex


def _wrapped(name: str, body: str) -> str:
    return rf"\begin{{{name}}}{body}\end{{{name}}}"


def _columns(written: str) -> str:
    r"""Write out ``*{3}{c}``, and leave out ``@{}`` and ``!{}``; widths become columns on the left."""
    while repeated := re.search(r"\*\s*\{\s*(\d{1,2})\s*\}\s*\{([^{}]*)\}", written):
        written = written[: repeated.start()] + repeated[2] * int(repeated[1]) + written[repeated.end() :]
    written = re.sub(r"[@!><]\s*\{[^{}]*\}", "", written)
    return re.sub(r"[pmb]\s*\{[^{}]*\}", "l", written)


def _starred(name: str, body: str) -> str:
    """Write a matrix that says how its columns are set, or cases whose second column is text."""
    if cases := CASES.fullmatch(name):
        pieces = []
        for row in rows(body):
            first, sign, second = row.partition("&")
            pieces.append(rf"{first}&\text{{{second.strip()}}}" if sign else row)
        return _wrapped(f"{cases['kind']}cases", split_text("".join(pieces)))
    matrix = MATRIX.fullmatch(name)
    assert matrix
    read = option(body, 0)
    side, body = (read[0].strip(), body[read[1] :]) if read else ("c", body)
    count = max((row.count("&") for row in rows(body)), default=0) + 1
    array = _wrapped("array", f"{{{(side or 'c')[0] * count}}}{body}")
    fences = FENCES[matrix["kind"]]
    left, right = fences[: len(fences) // 2], fences[len(fences) // 2 :]
    small = r"\scriptstyle " if matrix["small"] else ""
    return rf"\left{left}{{{small}{array}}}\right{right}"


# --- operators --------------------------------------------------------------------------------


def _operators(latex: str, display: bool) -> str:
    r"""Put the limits of ``\mathop`` where they belong, and write operators that are more than words by it."""
    place = 0
    while operator := OPERATOR.search(latex, place):
        place = operator.end()
        read = argument(latex, place)
        if read is None:
            continue
        content, end = read
        if operator["name"] != "mathop":
            plain = WORDS.fullmatch(content)
            if plain and not (operator["name"].endswith("*") and LIMITS.match(latex, end)):
                continue
            content = rf"\mathrm{{{content}}}"
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
    r"""Number only the equations that ask by ``\tag`` or ``\label``, as MathJax does unless it is set otherwise."""
    if NUMBERING.search(latex):
        latex = _tags(latex, names)
        latex = _outer_labels(latex)
    latex = LABEL.sub(lambda match: _relabelled(match, names.labels), latex)
    if display and not NUMBERED.search(latex):
        commands = {match["command"] for match in NUMBERING.finditer(latex)}
        if commands:
            return _wrapped("equation*" if "tag" in commands else "equation", latex)
        return latex
    return _silenced(latex)


def _silenced(latex: str) -> str:
    place = 0
    while begin := NUMBERED.search(latex, place):
        place = begin.end()
        name = begin["name"] + begin["star"]
        if read := environment(latex, place, name):
            made = _asking(begin["name"], begin["star"], read[0])
            latex = latex[: begin.start()] + made + latex[read[1] :]
            place = begin.start() + 1
            place += made.index("}") if made.startswith(r"\begin") else 0
    return latex


def _asking(name: str, star: str, body: str) -> str:
    """Return an environment in which only those rows have a number that ask for one."""
    if not NUMBERING.search(body):
        body = SILENT.sub("", body)
        return _wrapped(UNNUMBERED[name], body) if name in UNNUMBERED else f"{{{body}}}"
    if star or name in ("equation", "multline"):
        return _wrapped(name + star, body)
    pieces = []
    for row in rows(body):
        asks = NUMBERING.search(row) or SILENT.search(row) or row.strip() in ("", "\\\\")
        pieces.append(row if asks else rf"{row}\notag ")
    return _wrapped(name, "".join(pieces))


def _tags(latex: str, names: Names) -> str:
    """Put names in place of tags that are more than words; they are converted apart."""
    for tag in reversed(list(TAG.finditer(latex))):
        read = group(latex, tag.end())
        if read and not SIMPLE.fullmatch(read[0]):
            code = f"HortusTag{len(names.tags)}"
            names.tags.append(split_text(rf"\text{{{read[0]}}}"))
            latex = f"{latex[: tag.end()]}{{{code}}}{latex[read[1] :]}"
    return latex


def _outer_labels(latex: str) -> str:
    r"""Move ``\tag`` and ``\label`` out of environments that have no numbers, such as ``aligned``."""
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
