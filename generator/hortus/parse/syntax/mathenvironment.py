r"""Rewrite environments that MathJax 3 supports and math-core 0.9.0 does not as environments that it supports."""

import re

from hortus.parse.syntax.mathcommands import COUNTED, ENVIRONMENTS
from hortus.parse.syntax.mathcommutative import commutative
from hortus.parse.syntax.mathlength import align_row
from hortus.parse.syntax.mathtex import environment, group, has_columns, option, rows
from hortus.parse.syntax.mathtext import split_text

BEGIN = re.compile(r"\\begin\s*\{(?P<name>[A-Za-z]+\*?)\}")
PLAIN = re.compile(r"\\(p?matrix|cases|eqalign|displaylines)\s*(?=\{)")
PLAINLY = {"eqalign": "aligned", "displaylines": "gathered"}
MATRIX = re.compile(r"(?P<kind>[pbBvV]?)(?P<small>small)?matrix\*")
FENCES = {"": "..", "p": "()", "b": "[]", "B": r"\{\}", "v": "||", "V": r"\|\|"}
CASES = re.compile(r"(?P<kind>d?r?)cases\*")
SIDE = re.compile(r"(?P<side>left|right)\s*=\s*(?P<what>\{(?:[^{}]|\{[^{}]*\})*\}|[^,]*)")
EMPHEQ = re.compile(r"\\empheq(?:big)?[lr](?P<name>brace|brack|angle|paren|vert|Vert|floor|ceil)(?![A-Za-z])")
EMPHEQ_FENCES = {
    "brace": (r"\{", r"\}"), "brack": ("[", "]"), "angle": (r"\langle", r"\rangle"), "paren": ("(", ")"),
    "vert": (r"\lvert", r"\rvert"), "Vert": (r"\lVert", r"\rVert"), "floor": (r"\lfloor", r"\rfloor"),
    "ceil": (r"\lceil", r"\rceil"),
}  # fmt: skip
NEWLINE = re.compile(r"\\\\\*?(?:\[[^][]*\])?")
SHOVE = re.compile(r"\s*\\shove(?P<side>left|right)(?![A-Za-z])")
OPTIONS = {"aligned": 1, "alignedat": 1, "gathered": 1, "array": 1, "multlined": 2}
"""Number of options of an environment: its position on the line, and for ``multlined`` its width."""
UNNUMBERED = {"align": "aligned", "gather": "gathered", "multline": "multline*"}


def rename_environments(latex: str) -> str:
    """Rewrite each unsupported environment, the outermost first."""
    place = 0
    while begin := BEGIN.search(latex, place):
        name, place = begin["name"], begin.end()
        read = environment(latex, place, name)
        if read and (made := _environment(name, read[0])):
            latex = latex[: begin.start()] + made + latex[read[1] :]
            place = begin.start() + (made.index("}") + 1 if made.startswith(r"\begin") else 0)
    return latex


def _environment(name: str, body: str) -> str:
    """Return an environment rewritten with others; empty if it stays unchanged."""
    if name in OPTIONS and (rest := _without_options(body, OPTIONS[name])) != body:
        return _environment(name, rest) or wrapped(name, rest)
    if name in COUNTED and (count := group(body, 0)):
        body = body[count[1] :]
    if MATRIX.fullmatch(name) or CASES.fullmatch(name):
        return _starred(name, body)
    if name == "array" and (columns := group(body, 0)) and not columns[0].isalpha():
        plain = _columns(columns[0])
        return wrapped(name, f"{{{plain}}}{body[columns[1] :]}") if plain != columns[0] else ""
    if name in ("gather", "gather*", "gathered") and has_columns(body):
        return wrapped({"gathered": "aligned"}.get(name, name.replace("gather", "align")), body)
    if name == "empheq":
        return _empheq(body)
    if name in ("numcases", "subnumcases") and (inner := group(body, 0)):
        return f"{inner[0]}{_starred('cases*', body[inner[1] :])}"
    if name == "subequations":
        return f"{{{body}}}"
    if name == "spreadlines" and (inner := group(body, 0)):
        return f"{{{body[inner[1] :]}}}"
    if name == "multlined":
        return _multlined(body)
    if name == "CD":
        return commutative(body)
    if name.startswith("eqnarray"):
        body = "".join(re.sub(r"(&[^&]*)&", r"\1", row, count=1) for row in rows(body))
    return wrapped(ENVIRONMENTS[name], body) if name in ENVIRONMENTS else ""


def _without_options(body: str, most: int) -> str:
    for _ in range(most):
        if read := option(body, 0):
            body = body[read[1] :]
    return body


def _multlined(body: str) -> str:
    r"""Align the first row left and the last right, unless ``\shoveleft`` or ``\shoveright`` says otherwise."""
    lines = [line for line in rows(body) if line.strip().strip("\\")]
    for number, line in enumerate(lines):
        newline = NEWLINE.match(line)
        start = newline.end() if newline else 0
        shove = SHOVE.match(line, start)
        side = shove["side"] if shove else "left" if number == 0 else "right" if number == len(lines) - 1 else ""
        content = line[shove.end() if shove else start :]
        content = {"left": rf"{content}\quad ", "right": rf"\quad {content}"}.get(side, content)
        lines[number] = line[:start] + (align_row(content, side) if side else content)
    return wrapped("gathered", "".join(lines))


def _empheq(body: str) -> str:
    """Write the content to the left and right of ``empheq``; delimiters grow with the environment."""
    sides = option(body, 0)
    inner = group(body, sides[1] if sides else 0)
    if inner is None:
        return ""
    given = {side["side"]: side["what"].strip() for side in SIDE.finditer(sides[0] if sides else "")}
    if not given:
        return wrapped(inner[0], body[inner[1] :])
    fences = {}
    for side in ("left", "right"):
        what = given.get(side, "")
        what = what[1:-1] if what.startswith("{") and what.endswith("}") else what
        fence = EMPHEQ.search(what)
        grown = rf"\{side}{EMPHEQ_FENCES[fence['name']][side == 'right']} " if fence else rf"\{side}."
        fences[side] = what[: fence.start()] + grown + what[fence.end() :] if fence else what + grown
    name = inner[0].removesuffix("*")
    table = wrapped(UNNUMBERED.get(name, "aligned").removesuffix("*"), body[inner[1] :])
    return f"{fences['left']}{table}{fences['right']}"


def of_plain_tex(latex: str) -> str:
    r"""Rewrite ``\matrix{a & b \cr c & d}`` and similar plain TeX commands as environments."""
    place = 0
    while command := PLAIN.search(latex, place):
        place = command.end()
        if read := group(latex, place):
            made = wrapped(PLAINLY.get(command[1], command[1]), re.sub(r"\\cr(?![A-Za-z])", r"\\\\", read[0]))
            latex = latex[: command.start()] + made + latex[read[1] :]
    return latex


def wrapped(name: str, body: str) -> str:
    return rf"\begin{{{name}}}{body}\end{{{name}}}"


def _columns(written: str) -> str:
    r"""Expand ``*{3}{c}``, and remove ``@{}`` and ``!{}``; columns with a width are aligned left."""
    while repeated := re.search(r"\*\s*\{\s*(\d{1,2})\s*\}\s*\{([^{}]*)\}", written):
        written = written[: repeated.start()] + repeated[2] * int(repeated[1]) + written[repeated.end() :]
    written = re.sub(r"[@!><]\s*\{[^{}]*\}", "", written)
    return re.sub(r"[pmb]\s*\{[^{}]*\}", "l", written)


def _starred(name: str, body: str) -> str:
    """Rewrite a matrix with column alignment, or cases whose second column is text."""
    if cases := CASES.fullmatch(name):
        pieces = []
        for row in rows(body):
            first, sign, second = row.partition("&")
            pieces.append(rf"{first}&\text{{{second.strip()}}}" if sign else row)
        return wrapped(f"{cases['kind']}cases", split_text("".join(pieces)))
    matrix = MATRIX.fullmatch(name)
    assert matrix
    read = option(body, 0)
    side, body = (read[0].strip(), body[read[1] :]) if read else ("c", body)
    count = max((row.count("&") for row in rows(body)), default=0) + 1
    array = wrapped("array", f"{{{(side or 'c')[0] * count}}}{body}")
    fences = FENCES[matrix["kind"]]
    left, right = fences[: len(fences) // 2], fences[len(fences) // 2 :]
    small = r"\scriptstyle " if matrix["small"] else ""
    return rf"\left{left}{{{small}{array}}}\right{right}"
