"""The expressions of Dataview: text in, a tree out.

`and` and `or` bind equally, from left to right, as in Dataview (0.5.67); parentheses decide.
"""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from hortus.queries.dates import parse_date, parse_duration
from hortus.queries.fields import link_token
from hortus.queries.functions.dataview_values import DATE_WORDS
from hortus.queries.grammar import CONSTANTS, Grammar
from hortus.queries.tokens import DATAVIEW, Token, Tokens
from hortus.queries.tree import Call, Lambda, Literal, Node
from hortus.queries.values import QueryError

KEYWORDS = frozenset({"from", "where", "limit", "group", "flatten"})
"""Words that begin a clause of a query, and so are no names of fields. (`sort` is a function as well.)"""
WORDS = {"and": "&&", "or": "||", "&": "&&", "|": "||", "&&": "&&", "||": "||"}
INNER = re.compile(r"\(\s*([^()\"]*?)\s*\)")
LAMBDA = re.compile(r"\(\s*(?:[^\W\d][\w-]*(?:\s*,\s*[^\W\d][\w-]*)*)?\s*\)\s*=>")
KINDS = {
    "date": "a day, such as 2024-01-31, or today, tomorrow, sow, eow, som, eom, soy, eoy",
    "dur": "a time, such as 2 days",
}


class DqlGrammar(Grammar):
    levels: ClassVar[Sequence[Mapping[str, str]]] = (
        {"and": "&&", "or": "||"},
        {"=": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="},
        {"+": "+", "-": "-"},
        {"*": "*", "/": "/", "%": "%"},
    )
    mistakes: ClassVar[Mapping[str, str]] = {
        "==": "compare with `=`",
        "=>": "a lambda is written `(x) => …`",
        "not": "write `!` before what is negated",
    }

    def operator(self) -> tuple[int, str] | None:
        word = WORDS.get(self.token.text.lower()) if self.token.kind in ("name", "op") else None
        return (0, word) if word else super().operator()

    def operand(self) -> Node:
        token = self.token
        if token.kind == "link":
            self.tokens.take()
            return Literal(token.start, token.end, link_token(token.text))
        if token.kind == "tag":
            self.tokens.take()
            return Literal(token.start, token.end, token.text)
        if token.text == "(" and LAMBDA.match(self.tokens.text, token.start):
            return self._lambda()
        if token.kind == "name" and token.text.lower() in KEYWORDS:
            raise QueryError("an expression is missing", token.start, token.end, f"before `{token.text}`")
        return super().operand()

    def named(self) -> Node:
        token = self.token
        if token.text in KINDS:
            match = INNER.match(self.tokens.text, token.end)
            if match and (node := self._literal(token, match)):
                return node
        if token.text in ("True", "False") and self.tokens.text[token.end : token.end + 1] != "(":
            self.tokens.take()
            return Literal(token.start, token.end, CONSTANTS[token.text.lower()])
        return super().named()

    def _literal(self, token: Token, match: re.Match[str]) -> Node | None:
        """Read ``date(today)``, ``date(2024-01-31)`` and ``dur(2 days)``; None for a call with an expression."""
        inner, end = match[1], match.end()
        known = parse_date(inner) if token.text == "date" else parse_duration(inner)
        if known is not None:
            node: Node = Literal(token.start, end, known)
        elif token.text == "date" and inner in DATE_WORDS:
            node = Call(token.start, end, None, "date of", token.start, (Literal(match.start(1), match.end(1), inner),))
        elif inner[:1].isdigit():
            raise QueryError(f"`{inner}` is not {KINDS[token.text]}", match.start(1), match.end(1))
        else:
            return None
        self.tokens.go_to(end)
        return node

    def _lambda(self) -> Node:
        opener = self.tokens.take()
        names = []
        while self.token.text != ")":
            names.append(self.tokens.take().text)
            if self.token.text == ",":
                self.tokens.take()
        self.tokens.take()
        self.tokens.take()
        body = self.expression()
        return Lambda(opener.start, body.end, tuple(names), body)

    def unescaped(self, text: str) -> str:
        """Resolve only the escapes of a quote and a backslash, as Dataview does."""
        return re.sub(r'\\(["\\])', r"\1", text)


def parse_dql_expression(text: str) -> Node:
    """Parse one expression of Dataview; raise QueryError with the characters that are wrong.

    >>> type(parse_dql_expression('filter(a, (x) => x > 2)')).__name__
    'Call'
    """
    return DqlGrammar(Tokens(text, DATAVIEW)).whole()
