"""A Dataview query understood: DQL in, its columns, sources and steps out.

(blacksmithgu.github.io/obsidian-dataview, "Query structure"; Dataview 0.5.67.)
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from hortus.core.hints import code_hint
from hortus.queries.dql import DqlCompiler, name_of
from hortus.queries.dql_grammar import KEYWORDS, DqlGrammar
from hortus.queries.evaluate import Asked, Run
from hortus.queries.fields import link_token
from hortus.queries.tokens import DATAVIEW, Tokens
from hortus.queries.tree import Name, Node
from hortus.queries.values import Link, QueryError

KINDS = ("TABLE", "LIST", "TASK", "CALENDAR")
BEGINNING = "it begins with TABLE, LIST, TASK or CALENDAR"
CLAUSES = ("FROM", "WHERE", "SORT", "GROUP BY", "FLATTEN", "LIMIT")
DIRECTIONS = {"asc": False, "ascending": False, "desc": True, "descending": True}
COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: *kind* is folder, tag, linking, linked, and, or, not."""

    kind: str
    text: str = ""
    link: Link = Link("")
    parts: "tuple[Source, ...]" = ()


@dataclass(frozen=True, slots=True)
class Named:
    """An expression and the name of its value; *descending* where rows are sorted by it."""

    node: Node
    run: Run
    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """*kind* is where, sort, group, flatten or limit."""

    kind: str
    by: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    with_id: bool
    columns: tuple[Named, ...]
    source: Source | None
    steps: tuple[Step, ...]
    asked: Asked


@lru_cache(maxsize=8)
def parse_query(text: str) -> Query:
    """Parse a Dataview query; raise QueryError with the characters that are wrong. The result is shared."""
    blanked = COMMENT.sub(lambda match: " " * len(match[0]), text)
    return _Reader(Tokens(blanked, DATAVIEW)).query()


class _Reader(DqlGrammar):
    def __init__(self, tokens: Tokens):
        super().__init__(tokens)
        self.compiler = DqlCompiler()

    def word(self, *words: str) -> bool:
        """Take the current token if it is one of these words."""
        if self.token.kind == "name" and self.token.text.upper() in words:
            self.tokens.take()
            return True
        return False

    def at_clause(self) -> bool:
        """Return whether the current token begins a clause; `sort(…)` is a function."""
        token = self.token
        if token.kind == "end" or token.text.lower() in KEYWORDS:
            return True
        return token.text.upper() == "SORT" and not self.tokens.text[token.end :].lstrip().startswith("(")

    def query(self) -> Query:
        first = self.token
        if first.kind == "end":
            raise QueryError("this query is empty", 0, 1, BEGINNING)
        kind = first.text.upper()
        if kind not in KINDS:
            message = f"`{first.text}` is not a kind of query"
            raise QueryError(message, first.start, first.end, code_hint(first.text, KINDS, BEGINNING))
        self.tokens.take()
        with_id = True
        if self.token.text.upper() == "WITHOUT":
            self.tokens.take()
            if not self.word("ID"):
                raise self.missing("`ID` is missing after `WITHOUT`")
            with_id = False
        columns = self._columns(kind, first.end)
        source = self.source() if self.word("FROM") else None
        steps: list[Step] = []
        while self.token.kind != "end":
            if kind == "LIST" and not steps and not source and not self.at_clause():
                self._refuse_clause(columns[0].node)
            steps.append(self._step())
        return Query(kind.lower(), with_id, columns, source, tuple(steps), self.compiler.asked)

    def _columns(self, kind: str, end: int) -> tuple[Named, ...]:
        if self.at_clause():
            if kind == "CALENDAR":
                raise QueryError("a date is missing after `CALENDAR`", 0, end, "for example `CALENDAR file.day`")
            return ()
        if kind == "TASK":
            raise QueryError("`TASK` has no columns", self.token.start, self.token.end, "continue with FROM or WHERE")
        columns = [self.named_field()]
        while kind == "TABLE" and self.token.text == ",":
            self.tokens.take()
            columns.append(self.named_field())
        return tuple(columns)

    def named_field(self) -> Named:
        node = self.expression()
        name = name_of(self.tokens.text, node)
        if self.word("AS"):
            if self.token.kind not in ("name", "string"):
                raise self.missing("a name is missing after `AS`")
            token = self.tokens.take()
            name = self.unescaped(token.text[1:-1]) if token.kind == "string" else token.text
        return Named(node, self.compiler.compile(node), name)

    def _step(self) -> Step:
        token = self.token
        word = token.text.upper()
        if token.kind != "name" or not self.at_clause() or word == "FROM":
            raise self._unknown_clause()
        self.tokens.take()
        if word == "GROUP" and not self.word("BY"):
            raise QueryError("`BY` is missing after `GROUP`", token.start, token.end)
        if word in ("GROUP", "FLATTEN"):
            return Step(word.lower(), (self.named_field(),))
        if word == "SORT":
            return Step("sort", tuple(self._sorted_by()))
        node = self.expression()
        return Step(word.lower(), (Named(node, self.compiler.compile(node), ""),))

    def _refuse_clause(self, node: Node) -> None:
        """Raise QueryError if what follows LIST is a misspelt clause."""
        if isinstance(node, Name) and (hint := code_hint(node.name, [*CLAUSES, "GROUP"])):
            raise QueryError(f"`{node.name}` is not expected here", node.start, node.end, hint)

    def _unknown_clause(self) -> QueryError:
        token = self.token
        if token.text.upper() == "FROM":
            return QueryError("`FROM` comes first, before every other clause", token.start, token.end)
        if token.kind == "name":
            otherwise = "a clause is one of " + ", ".join(CLAUSES)
            hint = code_hint(token.text, [*CLAUSES, "AND", "OR", "GROUP", "ASC", "DESC"], otherwise)
            return QueryError(f"`{token.text}` is not expected here", token.start, token.end, hint)
        return self.unexpected()

    def _sorted_by(self) -> list[Named]:
        found = []
        while True:
            node = self.expression()
            word = self.token.text.lower() if self.token.kind == "name" else ""
            if word in DIRECTIONS:
                self.tokens.take()
            found.append(Named(node, self.compiler.compile(node), "", DIRECTIONS.get(word, False)))
            if self.token.text != ",":
                return found
            self.tokens.take()

    def source(self) -> Source:
        """Parse what follows FROM; `and` and `or` bind equally, from left to right."""
        found = self._atom()
        while (op := self.operator()) and op[1] in ("&&", "||"):
            self.tokens.take()
            found = Source("and" if op[1] == "&&" else "or", parts=(found, self._atom()))
        return found

    def _atom(self) -> Source:
        self.deeper(self.token)
        found = self._source_atom()
        self.depth -= 1
        return found

    def _source_atom(self) -> Source:
        token = self.token
        if token.text in ("-", "!"):
            self.tokens.take()
            return Source("not", parts=(self._atom(),))
        if token.kind == "string":
            self.tokens.take()
            return Source("folder", self.unescaped(token.text[1:-1]).strip("/"))
        if token.kind == "tag":
            self.tokens.take()
            return Source("tag", token.text[1:])
        if token.kind == "link":
            self.tokens.take()
            return Source("linking", link=link_token(token.text))
        if token.text == "(":
            self.tokens.take()
            found = self.source()
            self.close("(", token)
            return found
        return self._function_source()

    def _function_source(self) -> Source:
        token = self.token
        if token.text.lower() == "outgoing":
            self.tokens.take()
            opener = self.tokens.take()
            if opener.text != "(" or self.token.kind != "link":
                raise QueryError("`outgoing` takes a link", token.start, token.end, "write `outgoing([[Note]])`")
            link = link_token(self.tokens.take().text)
            self.close("(", opener)
            return Source("linked", link=link)
        if token.text.lower() == "csv":
            raise QueryError("`csv(…)` is not read: only notes are", token.start, token.end)
        hint = 'folders are in quotes: FROM "Folder"' if token.kind == "name" else 'write #tag, "Folder" or [[Note]]'
        end = max(token.end, token.start + 1)
        raise QueryError("a source is missing after `FROM`", token.start, end, hint)
