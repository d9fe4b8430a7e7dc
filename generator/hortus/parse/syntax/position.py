"""Positions in the file: record the offsets of inline tokens, and convert offsets to line and column."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

Rule = Callable[[StateInline, bool], bool]


def noting_position(rule: Rule) -> Rule:
    """Wrap an inline rule so that the first token it pushes carries ``meta["pos"]`` and ``meta["end"]``."""

    def noted(state: StateInline, silent: bool) -> bool:
        start, first = state.pos, len(state.tokens)
        matched = rule(state, silent)
        if matched and not silent:
            pushed = first + 1 if state.tokens[first].type == "text" else first  # pending text goes before
            state.tokens[pushed].meta |= {"pos": start, "end": state.pos}
        return matched

    return noted


def position_plugin(md: MarkdownIt) -> None:
    """Make the standard rules for links, images and autolinks record their offsets."""
    rules = {rule.name: rule.fn for rule in md.inline.ruler.__rules__}
    for name in ("link", "image", "autolink"):
        md.inline.ruler.at(name, noting_position(rules[name]))


def lines_of(token: Token) -> list[int]:
    """Return the first line of a block, 0-based, and the line after its last."""
    assert token.map is not None  # markdown-it sets the lines of each block
    return token.map


class _Row(NamedTuple):
    """One line of inline content, and its position in the file."""

    line: int
    column: int
    bars: tuple[int, ...]
    """Offsets in the row of bars that are escaped in the file, where each is one character longer."""


class Places:
    """Finds the positions of inline content in the lines of one file; each content is searched once."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        self.spans: dict[int, tuple[int, int]] = {}
        """By line: begin and end of the last content found in it; the cells of a row come in order."""
        self.token: Token | None = None
        self.waiting: dict[int, list[Token]] = {}
        """By first line: tokens that were started and not searched yet."""
        self.begins: list[int] = []
        self.rows: list[_Row] = []

    def start(self, token: Token) -> None:
        """Register the inline *token* as the next one, so that equal cells of a row are distinguished."""
        if self.token is not None and self.token.content is token.content and "\n" in token.content:
            return  # a piece of the same paragraph
        self.token = token
        self.waiting.setdefault(token.map[0] if token.map else -1, []).append(token)

    def _find_waiting(self, line: int) -> None:
        """Search the tokens that begin at *line* and were not searched yet, in order."""
        for token in self.waiting.pop(line, ()):
            self._find_rows(token)

    def _find_rows(self, token: Token) -> None:
        self.begins, self.rows = [0], []
        contents = token.content.split("\n")
        for content in contents[:-1]:
            self.begins.append(self.begins[-1] + len(content) + 1)
        first = self._first_line(token, contents[0])
        for number, content in enumerate(contents):
            line = min(first + number, len(self.lines) - 1)
            begin, end = self.spans.get(line, (0, 0)) if len(contents) == 1 else (0, 0)
            found = self._find(line, content, end)
            span = found or self._find(line, content, begin) or self._find(line, content, 0) or (begin, end)
            if len(contents) == 1:
                self.spans[line] = span
            self.rows.append(_Row(line, span[0], self._escaped(line, span[0], content)))

    def at(self, token: Token, pos: int) -> tuple[int, int]:
        """Return the 1-based line and column of offset *pos* in an inline token's content."""
        if not token.map:
            return 1, 1
        known = self.token
        if known is None or known.content is not token.content:
            self.start(token)
            known = token
        if self.waiting:
            self._find_waiting(lines_of(known)[0])
        number = bisect_right(self.begins, pos) - 1 if len(self.begins) > 1 else 0
        row, offset = self.rows[number], pos - self.begins[number]
        column = row.column + offset + (bisect_left(row.bars, offset) if row.bars else 0)
        return row.line + 1, min(column, len(self.lines[row.line])) + 1

    def spread(self, token: Token, start: int, end: int) -> tuple[int, int, int]:
        """Return line, column and length of a range of a token's content; of several lines, the length of the first."""
        line, column = self.at(token, start)
        if len(self.rows) == 1 and not self.rows[0].bars:
            return line, column, max(min(end - start, len(self.lines[line - 1]) + 1 - column), 1)
        last, stop = self.at(token, end)
        return line, column, max(stop - column if line == last else end - start, 1)

    def _first_line(self, token: Token, content: str) -> int:
        """Return the line in which the content begins, after lines with only unusual white space."""
        first, end = lines_of(token)
        return next((line for line in range(first, end) if self._find(line, content, 0)), first)

    def _find(self, line: int, content: str, start: int) -> tuple[int, int] | None:
        """Return begin and end of *content* in a source line, in which tabs are not expanded and bars are escaped."""
        source = self.lines[line]
        bare = content.strip()
        for text in (content, bare, bare.replace("|", "\\|"), bare[:8].strip()):
            found = source.find(text, start)
            if text and found >= 0:
                lead = 0 if text == content else len(content) - len(content.lstrip())
                return found - lead, found + len(text)
        return None

    def _escaped(self, line: int, column: int, content: str) -> tuple[int, ...]:
        """Return the offsets in *content* of bars that are escaped in the file."""
        source = self.lines[line]
        if "|" not in content or "\\|" not in source:
            return ()
        bars: list[int] = []
        for offset, character in enumerate(content):
            if character == "|" and source.startswith("\\|", column + offset + len(bars)):
                bars.append(offset)
        return tuple(bars)
