"""The expressions of Bases: text in, a tree out. (help.obsidian.md, "Bases syntax", "Operators"; Obsidian 1.10.)"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from hortus.queries.grammar import Grammar
from hortus.queries.tokens import BASES, Tokens
from hortus.queries.tree import Node, Pattern
from hortus.queries.values import QueryError


class BasesGrammar(Grammar):
    levels: ClassVar[Sequence[Mapping[str, str]]] = (
        {"||": "||"},
        {"&&": "&&"},
        {"==": "==", "!=": "!=", "===": "==", "!==": "!="},
        {"<": "<", ">": ">", "<=": "<=", ">=": ">="},
        {"+": "+", "-": "-"},
        {"*": "*", "/": "/", "%": "%"},
    )
    mistakes: ClassVar[Mapping[str, str]] = {
        "=": "compare with `==`",
        "=>": "Bases has no `=>`: write the expression with `value`, as in `list.map(value + 1)`",
        "and": "write `&&`",
        "or": "write `||`",
        "not": "write `!` before what is negated",
        "&": "write `&&`",
        "|": "write `||`",
        "?": "write `if(condition, yes, no)`",
        ";": "a formula is one expression",
    }

    def operand(self) -> Node:
        token = self.token
        if token.kind == "regexp":
            self.tokens.take()
            source, _, flags = token.text[1:].rpartition("/")
            return Pattern(token.start, token.end, source, flags)
        if token.kind == "name" and token.text == "not":
            after = self.tokens.text[token.end :].lstrip()[:1]
            if after and after not in "().,=!<>&|+-*/":
                raise QueryError("`not` is not an operator here", token.start, token.end, self.mistakes["not"])
        return super().operand()


def parse_bases(text: str) -> Node:
    """Parse an expression of Bases; raise QueryError with the characters that are wrong.

    >>> type(parse_bases('price > 2.1 && !done')).__name__
    'Binary'
    """
    return BasesGrammar(Tokens(text, BASES, slashes=True)).whole()
