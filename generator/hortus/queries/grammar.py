"""What the grammars of Bases and Dataview share: a parser by precedence climbing over `Tokens`.

A subclass says which operators there are, from the weakest, and what an operand may be. The text is one expression;
whatever is wrong with it raises QueryError with the characters that it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from hortus.core.escapes import unescaped
from hortus.queries.tokens import Token, Tokens
from hortus.queries.tree import Binary, Call, Index, ListOf, Literal, Member, Name, Node, ObjectOf, Unary, depth_of
from hortus.queries.values import QueryError

DEEPEST = 64
"""Levels of nested expressions."""
TALLEST = 200
"""Levels of a tree; operators in a row make a level each."""
LONGEST = 20_000
"""Characters of an expression or query."""
CLOSING = {"(": ")", "[": "]", "{": "}"}
CONSTANTS = {"true": True, "false": False, "null": None}


class Grammar:
    """Parses the expressions of one language."""

    levels: ClassVar[Sequence[Mapping[str, str]]] = ()
    """Binary operators by precedence, from the weakest: as written, and what they mean."""
    mistakes: ClassVar[Mapping[str, str]] = {}
    """Operators of other languages, and what to write instead."""

    def __init__(self, tokens: Tokens):
        if len(tokens.text) > LONGEST:
            raise QueryError(f"longer than {LONGEST:,} characters", 0, LONGEST)
        self.tokens, self.depth = tokens, 0
        self.operators = {sign: (level, op) for level, ops in enumerate(self.levels) for sign, op in ops.items()}

    @property
    def token(self) -> Token:
        return self.tokens.token

    def whole(self) -> Node:
        """Parse all of the text."""
        if self.token.kind == "end":
            raise QueryError("an expression is missing", 0, 1)
        node = self.expression()
        if self.token.kind != "end":
            raise self.unexpected()
        return node

    def unexpected(self) -> QueryError:
        """Return the error for a token that is not expected here."""
        token = self.token
        if token.kind == "end":
            return QueryError("the expression ends too early", token.start, token.end)
        if hint := self.mistakes.get(token.text.lower()):
            return QueryError(f"`{token.text}` is not an operator here", token.start, token.end, hint)
        if token.text in CLOSING.values():
            opening = next(sign for sign, end in CLOSING.items() if end == token.text)
            return QueryError(f"`{token.text}` closes nothing", token.start, token.end, f"add `{opening}` or remove it")
        return QueryError(f"`{token.text}` is not expected here", token.start, token.end, "an operator may be missing")

    def missing(self, message: str) -> QueryError:
        """Return the error that something else is expected where the current token is."""
        return QueryError(message, self.token.start, max(self.token.end, self.token.start + 1))

    def expression(self) -> Node:
        """Parse an expression; its tree is at most so deep that it can be evaluated."""
        self.deeper(self.token)
        node = self._binary(0)
        self.depth -= 1
        if not self.depth and depth_of(node) > TALLEST:
            raise QueryError(f"more than {TALLEST} operators in a row", node.start, node.end, "divide it in several")
        return node

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise QueryError(f"nested deeper than {DEEPEST} levels", token.start, token.end)

    def _binary(self, lowest: int) -> Node:
        """Parse operators that bind at least as strongly as level *lowest*."""
        node = self.unary()
        while (found := self.operator()) and found[0] >= lowest:
            self.tokens.take()
            right = self._binary(found[0] + 1)
            node = Binary(node.start, right.end, found[1], node, right)
        return node

    def operator(self) -> tuple[int, str] | None:
        """Return level and meaning of the current token, None if it is no binary operator."""
        return self.operators.get(self.token.text) if self.token.kind == "op" else None

    def unary(self) -> Node:
        if self.token.kind == "op" and self.token.text in ("!", "-"):
            sign = self.tokens.take()
            self.deeper(sign)
            of = self.unary()
            self.depth -= 1
            return Unary(sign.start, of.end, sign.text, of)
        return self._postfix(self.operand())

    def _postfix(self, node: Node) -> Node:
        while self.token.kind == "op":
            if self.token.text == ".":
                self.tokens.take()
                node = self._member(node)
            elif self.token.text == "[":
                self.tokens.take()
                key = self.expression()
                node = Index(node.start, self.close("["), node, key)
            else:
                break
        return node

    def _member(self, of: Node) -> Node:
        if self.token.kind != "name":
            raise self.missing("a name is missing after the dot")
        name = self.tokens.take()
        if self.token.text == "(" and self.token.kind == "op":
            given = self.items("(")
            return Call(of.start, given[1], of, name.text, name.start, given[0])
        return Member(of.start, name.end, of, name.text, name.start)

    def operand(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.tokens.take()
            return Literal(token.start, token.end, float(token.text))
        if token.kind == "string":
            self.tokens.take()
            return Literal(token.start, token.end, self.unescaped(token.text[1:-1]))
        if token.kind == "name":
            return self.named()
        if token.text == "(":
            self.tokens.take()
            node = self.expression()
            return replace(node, start=token.start, end=self.close("(", token))
        if token.text == "[":
            found, end = self.items("[")
            return ListOf(token.start, end, found)
        if token.text == "{":
            return self._object()
        raise self.unexpected()

    def named(self) -> Node:
        name = self.tokens.take()
        if self.token.kind == "op" and self.token.text == "(":
            given, end = self.items("(")
            return Call(name.start, end, None, name.text, name.start, given)
        if name.text in CONSTANTS:
            return Literal(name.start, name.end, CONSTANTS[name.text])
        return Name(name.start, name.end, name.text)

    def items(self, opening: str) -> tuple[tuple[Node, ...], int]:
        """Parse expressions with commas between brackets; return also where the closing bracket ends."""
        opener, found = self.tokens.take(), []
        while self.token.text != CLOSING[opening] or self.token.kind != "op":
            found.append(self.item())
            if self.token.text != ",":
                break
            self.tokens.take()
        return tuple(found), self.close(opening, opener)

    def item(self) -> Node:
        return self.expression()

    def _object(self) -> Node:
        opener, keys, values = self.tokens.take(), [], []
        while self.token.text != "}":
            if self.token.kind not in ("name", "string"):
                raise self.missing("a key is missing")
            key = self.tokens.take()
            keys.append(self.unescaped(key.text[1:-1]) if key.kind == "string" else key.text)
            if self.token.text != ":":
                raise self.missing("`:` is missing after the key")
            self.tokens.take()
            values.append(self.expression())
            if self.token.text != ",":
                break
            self.tokens.take()
        return ObjectOf(opener.start, self.close("{", opener), tuple(keys), tuple(values))

    def close(self, opening: str, opener: Token | None = None) -> int:
        """Take the closing bracket; return where it ends."""
        token, closing = self.token, CLOSING[opening]
        if token.kind == "op" and token.text == closing:
            return self.tokens.take().end
        if token.kind == "end" or token.text in CLOSING.values():
            start = opener.start if opener else token.start
            raise QueryError(f"`{opening}` is not closed", start, start + 1, f"add `{closing}`")
        raise self.unexpected()

    def unescaped(self, text: str) -> str:
        """Return the text between quotes, its escapes resolved."""
        return unescaped(text)
