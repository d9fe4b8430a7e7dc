"""Where things stand in the file: inline rules that note their offset, and the way from offset to line and column."""

from collections.abc import Callable

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
    """Let the standard rules for links, images and autolinks note where they stand."""
    rules = {rule.name: rule.fn for rule in md.inline.ruler.__rules__}
    for name in ("link", "image", "autolink"):
        md.inline.ruler.at(name, noting_position(rules[name]))


class Places:
    """Finds offsets of inline content in the lines of one file."""

    def __init__(self, lines: list[str]):
        self.lines = lines
        self.spans: dict[int, tuple[int, int]] = {}
        """By line: where the content being read begins and ends in it; the cells of a row come in order."""

    def start(self, token: Token) -> None:
        """Take note that the inline *token* is next, so that equal cells of a row are told apart."""
        if token.map and "\n" not in token.content:
            line = self._first_line(token)
            begin, end = self.spans.get(line, (0, 0))
            self.spans[line] = self._find(line, token.content, end) or self._find(line, token.content, begin) or (begin, end)

    def at(self, token: Token, pos: int) -> tuple[int, int]:
        """Return the 1-based line and column of offset *pos* in an inline token's content."""
        if not token.map:
            return 1, 1
        row = token.content.count("\n", 0, pos)
        begin = token.content.rfind("\n", 0, pos) + 1
        end = token.content.find("\n", pos)
        content = token.content[begin : end if end >= 0 else None]
        line = min(self._first_line(token) + row, len(self.lines) - 1)
        start = self.spans.get(line, (0, 0))[0] if "\n" not in token.content else 0
        column, _ = self._find(line, content, start) or (start, start)
        return line + 1, min(self._walk(line, column, content[: pos - begin]), len(self.lines[line])) + 1

    def _first_line(self, token: Token) -> int:
        """Return the line in which the content begins: lines of odd white space at its start are no part of it."""
        first = token.content.split("\n", 1)[0]
        return next((line for line in range(*token.map) if self._find(line, first, 0)), token.map[0])

    def _find(self, line: int, content: str, start: int) -> tuple[int, int] | None:
        """Return where *content* begins and ends in a line, as it was before tabs were widened and bars unescaped."""
        source = self.lines[line]
        bare = content.strip()
        for text in (content, bare, bare.replace("|", "\\|"), bare[:8].strip()):
            found = source.find(text, start)
            if text and found >= 0:
                lead = 0 if text == content else len(content) - len(content.lstrip())
                return found - lead, found + len(text)
        return None

    def _walk(self, line: int, column: int, content: str) -> int:
        """Go along *content*; a bar in it may be an escaped one in the file."""
        source = self.lines[line]
        for character in content:
            column += 2 if character == "|" and source.startswith("\\|", column) else 1
        return column
