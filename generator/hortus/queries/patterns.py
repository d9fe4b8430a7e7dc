"""Regular expressions of JavaScript, run by the `regex` package, which can limit their time.

The limit counts processor time, so a busy machine changes no result. It costs more than a short search does, so it is
set only for texts and expressions that could be slow.
"""

from functools import lru_cache
from typing import Any

import regex

from hortus.queries.values import QueryError, check_length

SECONDS = 0.2
"""Limit of one search."""
SHORT = 64
"""Characters of a text that expressions without repeated groups search quickly."""
SET_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_"}
KEPT = frozenset("dDwWsSbBnrtfv0123456789xukpPcAZ")
"""What may follow a backslash in JavaScript; another letter means itself."""
FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
REPEATED_GROUP = regex.compile(r"\)\s*(?:[*+]|\{\d+,?\d*\})")


class Expression:
    """An expression of one query; *every*: it has the flag ``g``. One that took too long is not run again."""

    def __init__(self, source: str, flags: str = ""):
        unknown = set(flags) - set("dgimsuvy")
        if unknown:
            raise QueryError(f"`{min(unknown)}` is not a flag of regular expressions")
        self.source, self.every, self.slow = source, "g" in flags, False
        self.compiled = _compiled(source, flags)
        self.risky = bool(REPEATED_GROUP.search(source)) or "\\1" in source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and (self.source, self.every) == (other.source, other.every)

    def __hash__(self) -> int:
        return hash(self.source)

    def run(self, name: str, *given: Any, **options: Any) -> Any:
        """Call a method of the compiled expression on a text, which is the last of *given*."""
        if self.slow:
            raise QueryError("this regular expression took too long")
        if len(given[-1]) <= SHORT and not self.risky:
            return getattr(self.compiled, name)(*given, **options)
        try:
            return getattr(self.compiled, name)(*given, timeout=SECONDS, **options)
        except TimeoutError:
            self.slow = True
            raise QueryError("this regular expression took too long") from None

    def matches(self, text: str) -> bool:
        return self.run("search", text) is not None

    def replaced(self, by: str, text: str, every: bool) -> str:
        """Replace the first match, or every one; ``$1``, ``$<name>``, ``$&`` and ``$$`` are as in JavaScript."""
        made = 0

        def replacement(match: Any) -> str:
            nonlocal made
            new = expanded(by, match)
            made += len(new)
            check_length(made)
            return new

        return self.run("sub", replacement, text, count=0 if every else 1)

    def split(self, text: str) -> list[str]:
        """Cut a text at each match; groups of the expression are in the result, as in JavaScript."""
        parts = [part or "" for part in self.run("split", text)]
        if self.compiled.match("") is not None:  # JavaScript does not cut at the ends
            parts = [part for place, part in enumerate(parts) if part or 0 < place < len(parts) - 1]
        return parts


@lru_cache(maxsize=256)
def _compiled(source: str, flags: str) -> Any:
    number = regex.ASCII if source.isascii() else 0
    for flag in flags:
        number |= FLAGS.get(flag, 0)
    try:
        return regex.compile(translated(source), number)
    except (regex.error, OverflowError, RecursionError) as error:
        raise QueryError(f"this regular expression cannot be read: {getattr(error, 'msg', 'too large')}") from None


def expanded(by: str, match: Any) -> str:
    """Return the replacement of a match."""

    def part(found: Any) -> str:
        sign = found[1]
        if sign in "$&":
            return "$" if sign == "$" else match[0]
        name = sign[1:-1] if sign.startswith("<") else int(sign)
        try:
            return match[name] or ""
        except IndexError:
            return found[0]

    return regex.sub(r"\$(\$|&|\d{1,2}|<\w+>)", part, by)


def translated(source: str) -> str:
    r"""Rewrite an expression of JavaScript for `regex`.

    ``$`` without the flag m is the very end, ``[^]`` is any sign, a brace that counts nothing and an escape of a letter
    without a meaning are literal.

    >>> translated(r"^\w+$"), translated(r"[^]{x}\/")
    ('^\\w+(?!\\n)$', '[\\s\\S]\\{x}/')
    """
    written, place, in_set = [], 0, False
    while place < len(source):
        sign, rest = source[place], source[place:]
        if sign == "\\" and place + 1 < len(source):
            written.append(_escape(source[place + 1], in_set))
            place += 2
            continue
        if not in_set and rest.startswith(("[^]", "[]")):
            written.append("[\\s\\S]" if rest.startswith("[^]") else "(?!)")
            place += 3 if rest.startswith("[^]") else 2
            continue
        if in_set:
            in_set = sign != "]"
            written.append("\\" + sign if sign in "[&~|" else sign)
        else:
            in_set = sign == "["
            counts = sign != "{" or regex.match(r"\{\d+(?:,\d*)?\}", rest)
            written.append("(?!\\n)$" if sign == "$" else sign if counts else "\\{")
        place += 1
    return "".join(written)


def _escape(sign: str, in_set: bool) -> str:
    if in_set and sign in SET_CLASSES:
        return SET_CLASSES[sign]
    if sign == "/":
        return "/"
    return f"\\{sign}" if sign in KEPT or not sign.isalpha() else sign
