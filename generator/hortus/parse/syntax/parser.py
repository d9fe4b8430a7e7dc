"""Faster versions of markdown-it's block and inline parsers, with the same results.

* A rule is tried only at its possible first characters (`BLOCK_STARTS`, `INLINE_STARTS`); a rule that is not
  listed is tried everywhere.
* Tokens are made without the overhead of dataclasses.
"""

from collections.abc import Callable, Container, Mapping
from operator import attrgetter
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, text_join
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from hortus.parse.syntax.comment import BLANK

BLOCK_STARTS = {
    "comment": BLANK,
    "callout": "[",
    "math_block": "$",
    "admonition": "`~",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "footnote_def": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}
"""Block rules, and their possible first characters after a line's indentation."""
INLINE_STARTS: dict[str, Container[str]] = {
    "comment": f"{BLANK}\n",
    "newline": "\n",
    "math_inline": "$",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "highlight": "=",
    "emphasis": "*_",
    "wikilink": "[!",
    "url": ":",
    "link": "[",
    "image": "!",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "tag": "#",
}
"""Inline rules, and their possible first characters."""
MOST_CHARACTERS = 1000
"""Limit of characters whose rules are cached."""
Nesting = Literal[-1, 0, 1]
TYPE = attrgetter("type")
"""Return the type of a token."""


class LeanToken(Token):
    """A token that is made without the overhead of dataclasses."""

    __slots__ = ()

    def __init__(
        self, type: str, tag: str = "", nesting: Nesting = 0, content: str = "", meta: dict[str, Any] | None = None
    ) -> None:
        self.type = type
        self.tag = tag
        self.nesting = nesting
        self.attrs = {}
        self.map = None
        self.level = 0
        self.children = None
        self.content = content
        self.markup = self.info = ""
        self.meta = {} if meta is None else meta
        self.block = self.hidden = False

    def copy(self, **changes: Any) -> "LeanToken":
        new = LeanToken.__new__(LeanToken)
        for name in Token.__slots__:
            setattr(new, name, changes[name] if name in changes else getattr(self, name))
        return new


class NoteParser(MarkdownIt):
    """A parser that accepts every link destination unchanged; destinations are checked where errors can be reported."""

    renderer: RendererHTML

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url


def use_lean_parsers(md: MarkdownIt) -> None:
    """Replace the block and inline parsers of *md* by the faster ones; call this before adding plugins."""
    md.block = LeanBlockParser(md.block)
    md.inline = LeanInlineParser(md.inline)
    md.core.ruler.at("text_join", _join_text)


def _join_text(state: StateCore) -> None:
    """Join the text around escapes and entities; all other text of a token is already in one piece."""
    tokens = [token for token in state.tokens if "\\" in token.content or "&" in token.content]
    if tokens:
        text_join(StateCore(state.src, state.md, state.env, tokens))


class _Table(dict[str, list[Callable]]):
    """The rules of a chain by first character, in order; each list is made on first use."""

    def __init__(self, rules: list[tuple[Container[str] | None, Callable]]) -> None:
        super().__init__()
        self.rules = rules
        self.as_one = [self._try_block_rules]

    def __missing__(self, character: str) -> list[Callable]:
        found = [rule for starts, rule in self.rules if starts is None or character in starts]
        if len(self) < MOST_CHARACTERS:
            self[character] = found
        return found

    def _try_block_rules(self, state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        begin = state.bMarks[start_line] + state.tShift[start_line]
        for rule in self[state.src[begin : begin + 1]]:
            if rule(state, start_line, end_line, silent):
                break
        else:
            return False
        return True


class _StartRuler(Ruler):
    """A ruler that knows the possible first characters of its rules."""

    def __init__(self, ruler: Ruler, starts: Mapping[str, Container[str]]) -> None:
        super().__init__()
        self.__rules__ = ruler.__rules__
        self.starts = dict(starts)
        self.tables: dict[str, _Table] = {}

    def __compile__(self) -> None:
        super().__compile__()
        self.tables = {}

    def table(self, chain: str = "") -> _Table:
        if self.__cache__ is None:
            self.__compile__()
        if chain not in self.tables:
            rules = [rule for rule in self.__rules__ if rule.enabled and (not chain or chain in rule.alt)]
            self.tables[chain] = _Table([(self.starts.get(rule.name), rule.fn) for rule in rules])
        return self.tables[chain]


class _BlockRuler(_StartRuler):
    """Block rules, of which each chain looks like a single rule to its callers."""

    def getRules(self, chainName: str = "") -> list[Callable]:
        return self.table(chainName).as_one


class LeanBlockParser(ParserBlock):
    def __init__(self, parser: ParserBlock) -> None:
        self.ruler = _BlockRuler(parser.ruler, BLOCK_STARTS)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:
        if not src:
            return None
        state = _BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens


class _BlockState(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Nesting) -> Token:
        token = LeanToken(ttype, tag, nesting)
        token.block = True
        if nesting < 0:
            self.level -= 1
        token.level = self.level
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token


class _PlainCharacters:
    """The characters with which no syntax begins."""

    def __init__(self, parser: ParserInline) -> None:
        self.parser = parser

    def __contains__(self, character: object) -> bool:
        return isinstance(character, str) and not self.parser.terminator_re.match(character)


class LeanInlineParser(ParserInline):
    ruler: _StartRuler

    def __init__(self, parser: ParserInline) -> None:
        super().__init__()
        self.ruler2 = parser.ruler2
        self.ruler = _StartRuler(parser.ruler, INLINE_STARTS | {"text": _PlainCharacters(self)})

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _InlineState(src, md, env, tokens)
        self.tokenize(state)
        if state.delimiters or any(meta and meta["delimiters"] for meta in state.tokens_meta):  # what these rules read
            for rule in self.ruler2.getRules():
                rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Tokenise a text; a character that no rule matches is text."""
        src, end, rules = state.src, state.posMax, self.ruler.table()
        deepest = state.md.options["maxNesting"]
        while state.pos < end:
            for rule in rules[src[state.pos]] if state.level < deepest else ():
                if rule(state, False):
                    break
            else:
                state.append_pending(src[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:
        """Skip one token without making it."""
        pos = state.pos
        if pos in state.cache:
            state.pos = state.cache[pos]
            return
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax
        else:
            state.level += 1
            for rule in self.ruler.table()[state.src[pos]]:
                if rule(state, True):
                    break
            else:
                state.pos += 1
            state.level -= 1
        state.cache[pos] = state.pos


class _InlineState(StateInline):
    def pushPending(self) -> Token:
        token = LeanToken("text", content=self.pending)
        token.level = self.pendingLevel
        self.tokens.append(token)
        self._pending = ""
        return token

    def push(self, ttype: str, tag: str, nesting: Nesting) -> Token:
        if (self._pending_buffer or self._pending) and self.pending:
            self.pushPending()
        token, meta = LeanToken(ttype, tag, nesting), None
        if nesting < 0:
            self.level -= 1
            self.delimiters = self._prev_delimiters.pop()
        token.level = self.level
        if nesting > 0:
            self.level += 1
            self._prev_delimiters.append(self.delimiters)
            self.delimiters = []
            meta = {"delimiters": self.delimiters}
        self.pendingLevel = self.level
        self.tokens.append(token)
        self.tokens_meta.append(meta)
        return token
