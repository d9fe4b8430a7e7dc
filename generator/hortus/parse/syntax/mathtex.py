"""Parse LaTeX source: groups, arguments, options, environments and rows, by offset.

TeX's rules: an argument is a group in braces, or a single command or character; spaces before it do not count.
A backslash escapes the character after it, so ``\\{`` and ``\\\\`` neither open nor close a group.
"""

import re
from collections.abc import Iterator

SPACE = re.compile(r"(?:\s|%[^\n]*\n)*")
PART = re.compile(r"\\(?:[A-Za-z]+\*?|.)|[{}]|%[^\n]*(?:\n|$)", re.DOTALL)
ENVIRONMENT = re.compile(r"\s*\{(?P<name>[A-Za-z]+\*?)\}")
MARKED = re.compile(r"\\(?:begin|end)(?=\s*\{)|\\(?:[A-Za-z]+|.)|[{}&]", re.DOTALL)
OPTION = re.compile(r"\s*\[")


class FormulaError(Exception):
    """A formula that cannot be read; its text says why."""


Read = tuple[str, int]
"""The text that was read, and the offset after it."""


def group(latex: str, start: int) -> Read | None:
    """Return the content of the braces that open at *start*.

    >>> group("{a{b}} c", 0)
    ('a{b}', 6)
    """
    start = _after_space(latex, start)
    if latex[start : start + 1] != "{":
        return None
    depth = 0
    for part in PART.finditer(latex, start):
        depth += {"{": 1, "}": -1}.get(part[0], 0)
        if depth == 0:
            return latex[start + 1 : part.start()], part.end()
    return None


def argument(latex: str, start: int) -> Read | None:
    """Return the argument at *start*: a group, a command, or a character."""
    start = _after_space(latex, start)
    if start >= len(latex) or latex[start] == "}":
        return None
    if latex[start] == "{":
        return group(latex, start)
    if latex[start] == "\\" and (command := re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL).match(latex, start)):
        return command[0], command.end()
    return latex[start], start + 1


def arguments(latex: str, start: int, count: int) -> tuple[list[str], int] | None:
    """Return *count* arguments from *start* on."""
    found = []
    for _ in range(count):
        if (read := argument(latex, start)) is None:
            return None
        found.append(read[0])
        start = read[1]
    return found, start


def option(latex: str, start: int) -> Read | None:
    """Return the content of the brackets that open at *start*; brackets within braces do not count."""
    opening = OPTION.match(latex, start)
    if opening is None:
        return None
    depth = 0
    for place in range(opening.end(), len(latex)):
        sign = latex[place]
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if sign == "]" and depth == 0:
            return latex[opening.end() : place], place + 1
        if depth < 0:
            break
    return None


def environment(latex: str, start: int, name: str) -> Read | None:
    r"""Return the body of the environment *name* whose ``\begin{name}`` ends at *start*, and the offset after it."""
    depth = 1
    for part in re.compile(rf"\\(begin|end)\s*\{{{re.escape(name)}\}}").finditer(latex, start):
        depth += 1 if part[1] == "begin" else -1
        if depth == 0:
            return latex[start : part.start()], part.end()
    return None


def rest_of_group(latex: str, start: int) -> int:
    r"""Return the end of the group around *start*: its brace, ``&``, ``\\``, ``\right`` or ``\end``."""
    for kind, place, depth in _syntax(latex, start):
        if depth < 0 or (depth == 0 and kind in ("&", "\\\\", "\\right", "\\middle")):
            return place
    return len(latex)


def rows(body: str) -> list[str]:
    r"""Split the body of an environment at each top-level ``\\``, which begins the next piece.

    >>> [piece.strip() for piece in rows(r"a \cr {b \cr c} \cr d")]
    ['a', '\\cr {b \\cr c}', '\\cr d']
    """
    cuts = [place for kind, place, depth in _syntax(body, 0) if kind in ("\\\\", "\\cr") and depth == 0]
    return [body[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


def has_columns(body: str) -> bool:
    """Return whether *body* has a top-level ``&``."""
    return any(kind == "&" and depth == 0 for kind, _, depth in _syntax(body, 0))


def _syntax(latex: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield each command, brace and ``&`` with its offset and depth; a closing one has the depth outside."""
    depth = 0
    for sign in MARKED.finditer(latex, start):
        if sign[0] in ("{", "\\begin", "\\left"):
            yield sign[0], sign.start(), depth
            depth += 1
        else:
            depth -= sign[0] in ("}", "\\end", "\\right")
            yield sign[0], sign.start(), depth


def _after_space(latex: str, start: int) -> int:
    space = SPACE.match(latex, start)
    return space.end() if space else start
