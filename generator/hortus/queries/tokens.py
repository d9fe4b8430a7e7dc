"""Text of an expression cut into tokens, one after another."""

from dataclasses import dataclass
from typing import NamedTuple

import regex

from hortus.queries.values import QueryError


class Token(NamedTuple):
    """*kind* is number, string, name, link, tag, regexp, op or end; *text* is as written."""

    kind: str
    text: str
    start: int
    end: int


NUMBER = r"(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
STRING = r"""(?P<string>"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*')"""
BASES = regex.compile(
    rf"""
    {NUMBER} | {STRING}
    | (?P<name>[\p{{L}}\p{{So}}_$][\p{{L}}\p{{M}}\p{{N}}\p{{So}}_$\ufe0f]*)
    | (?P<op>===|!==|&&|\|\||==|!=|<=|>=|=>|[-+*/%<>!=()\[\]{{}},.:?&|;])
    """,
    regex.VERBOSE | regex.DOTALL,
)
DATAVIEW = regex.compile(
    rf"""
    {NUMBER} | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<link>!?\[\[[^\[\]\n]*\]\])
    | (?P<tag>\#[\p{{L}}\p{{M}}\p{{N}}\p{{So}}_/\-\ufe0f]+)
    | (?P<name>[\p{{L}}\p{{So}}_][\p{{L}}\p{{M}}\p{{N}}\p{{So}}_\-\ufe0f]*)
    | (?P<op>==|!=|<=|>=|=>|&&|\|\||[-+*/%<>!=()\[\]{{}},.:&|])
    """,
    regex.VERBOSE | regex.DOTALL,
)
REGEXP = regex.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[A-Za-z]*")
SPACE = regex.compile(r"\s*")
ENDS_OPERAND = frozenset({"number", "string", "name", "link", "regexp"})


@dataclass
class Tokens:
    """Cuts a text; *token* is the current one. A slash begins a regular expression where an operand is expected."""

    text: str
    pattern: "regex.Pattern[str]"
    slashes: bool = False
    token: Token = Token("end", "", 0, 0)

    def __post_init__(self) -> None:
        self.go_to(0)

    def go_to(self, place: int) -> None:
        """Make the token at or after *place* the current one."""
        self.token = self._at(place, operand=True)

    def take(self) -> Token:
        """Return the current token, and make the next one current."""
        taken = self.token
        operand = taken.kind not in ENDS_OPERAND and taken.text not in (")", "]", "}")
        self.token = self._at(taken.end, operand)
        return taken

    def _at(self, place: int, operand: bool) -> Token:
        place = SPACE.match(self.text, place).end()
        if place >= len(self.text):
            return Token("end", "", len(self.text), len(self.text))
        if self.slashes and operand and (found := REGEXP.match(self.text, place)):
            return Token("regexp", found[0], place, found.end())
        match = self.pattern.match(self.text, place)
        if match is None:
            sign = self.text[place]
            if sign in "\"'" and (sign == '"' or self.slashes):
                raise QueryError("this text is not closed", place, len(self.text), f"end it with {sign}")
            raise QueryError(f"`{sign}` is not part of an expression", place, place + 1)
        return Token(str(match.lastgroup), match[0], place, match.end())
