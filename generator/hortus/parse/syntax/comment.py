"""Remove ``%%comments%%`` from a note's text before it is parsed.

1. `blank_comments` replaces each of their characters by a noncharacter, so that lines and
   columns stay the same. Code, ``$$`` blocks and front matter are skipped; admonition blocks are text.
2. `comment_plugin` makes the parser skip them: ``a%%x%%b`` is one word, and a comment on a
   line of its own does not end the paragraph or list around it.

A comment at the start of a line ends at the next ``%%``, whatever is in between; without one it hides
the rest of the note. A comment inside a line ends in its paragraph; if there is no ``%%`` there, it ends at the next
``%%`` if an even number of marks follows, otherwise it is text: ``100%% sure``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEEPEST = 20
"""Levels of nested admonition blocks; a deeper one is code, as the end of each is searched for separately."""
BLANK = "\ufdd2"
"""Placeholder for one character of a comment."""

CODE_OR_COMMENT = re.compile(
    r"""
      (?P<code>
          ^ [ \t>]* (?P<fence> `{3,} | ~{3,} ) .* (?: \n .* )*? (?: \n [ \t>]* (?P=fence) [`~]* [ \t]* $ | \Z )
        | (?<! ` ) (?P<ticks> `+ ) (?! ` )
          (?: (?! \n [ \t]* \n ) [^`] | (?! (?P=ticks) (?! ` ) ) `+ )*? (?P=ticks) (?! ` )
      )
    | <!--
    """,
    re.VERBOSE | re.MULTILINE,
)
"""Code, which contains no HTML comments, or the beginning of a comment."""
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|\Z)")
QUOTES = re.compile(r"[ \t>]*")
CONTAINERS = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*")
FENCE = re.compile(r"`{3,}(?=[^`\n]*$)|~{3,}", re.MULTILINE)
ADMONITION = re.compile(r"[ \t]*ad-[^\s`]")
"""The info string of an admonition block, whose content is text (`admonition`)."""
PARAGRAPH_END = re.compile(r"^[ \t>]*(?:$|[-*+][ \t]|\d{1,9}[.)][ \t]|\#{1,6}[ \t]|`{3}|~{3})", re.MULTILINE)
INDENT = ("    ", "\t")
MARK = re.compile(r"\\[\\`$%] | `+ | \$\$ | %%", re.VERBOSE)
HIDDEN = re.compile(r"(?<=\n)[ \t>]+ | (?P<character>[^\n])", re.VERBOSE)
SHOWN = re.compile(f"[^ \t>{BLANK}]")
INVISIBLE = re.compile(
    rf"""
      (?<! \S ) {BLANK}+ [ ]?                              # after a space: the next space goes too
    | {BLANK}+
    | (?: \n [ \t]* {BLANK} [{BLANK}\ \t]* (?= \n | \Z ) )+  # whole lines, with the break before them
    """,
    re.VERBOSE,
)


def without_comments(text: str) -> str:
    """Return a whole note without Obsidian and HTML comments, for publication.

    >>> without_comments("a %%b%% c"), without_comments("a <!-- b --> `<!-- c -->`")
    ('a  c', 'a  `<!-- c -->`')
    """
    text = blank_comments(text)[0].replace(BLANK, "")
    if "<!--" not in text:
        return text
    front = FRONT_MATTER.match(text)
    start = front.end() if front else 0
    return text[:start] + without_html_comments(text[start:])


def without_html_comments(text: str) -> str:
    """Return *text* without ``<!-- -->``; one that is never closed hides the rest if it is at the start of a line."""
    if "<!--" not in text:
        return text
    pieces, kept, at, last = [], 0, 0, text.rfind("-->")
    while match := CODE_OR_COMMENT.search(text, at):
        start, at = match.span()
        if match["code"]:
            continue
        end = text.find("-->", start + 2) + 3 if start + 2 <= last else 0
        if not end and not text[text.rfind("\n", 0, start) + 1 : start].strip(" "):
            end = len(text)
        if end:
            pieces.append(text[kept:start])
            kept = at = end
    return "".join(pieces) + text[kept:]


def blank_comments(text: str) -> tuple[str, tuple[int, ...]]:
    """Return *text* with its comments blanked, and the offset of a comment that is never closed.

    >>> blank_comments("a %%b%% c")[0].replace(BLANK, "_")
    'a _____ c'
    """
    text = text.replace(BLANK, "\ufffd")
    if "%%" not in text:
        return text, ()
    spans, unclosed = _Scanner(text).comments()
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += text[last:start], HIDDEN.sub(_blank, text[start:end])
        last = end
    return _spare_empty_lines("".join(pieces) + text[last:]), unclosed


def _blank(match: re.Match[str]) -> str:
    """Keep only the indentation and quote markers of a line."""
    return BLANK if match["character"] else match[0]


def _spare_empty_lines(text: str) -> str:
    """Turn comment lines after an empty line into empty lines, because no block continues there."""
    lines, above = text.split("\n"), ""
    for number, line in enumerate(lines):
        if BLANK in line and not above.strip(" \t>") and not SHOWN.search(line):
            lines[number] = line.replace(BLANK, " ")
        above = lines[number]
    return "\n".join(lines)


class _Scanner:
    """Scans a text for comments, skipping code and math."""

    def __init__(self, text: str):
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
        self.breaks = [match.start() for match in PARAGRAPH_END.finditer(text)] + [len(text)]
        self.ticks: dict[int, list[int]] = defaultdict(list)
        for match in re.finditer("`+", text):
            self.ticks[len(match[0])].append(match.start())

    def comments(self) -> tuple[list[tuple[int, int]], tuple[int, ...]]:
        """Return the range of each comment, and the offset of a comment that is never closed."""
        marks = [mark for mark, _ in self._running_marks({})]
        ends: dict[int, int] = {}
        for mark, begins_line in self._running_marks(ends):
            end = self.text.find("%%", mark + 2)
            if begins_line and end < 0:
                return [*ends.items(), (mark, len(self.text))], (mark,)
            if not begins_line and end >= self._paragraph_end(mark):
                place = bisect_right(marks, mark)
                end = marks[place] if place < len(marks) and (len(marks) - place) % 2 else -1
            if end >= 0:
                ends[mark] = end + 2
        return list(ends.items()), ()

    def _running_marks(self, ends: Mapping[int, int]) -> Iterator[tuple[int, bool]]:
        """Yield each ``%%`` outside of code and math, and whether it begins its line.

        If the caller decides that the mark at *i* opens a comment, it sets ``ends[i]`` to its end.
        """
        front = FRONT_MATTER.match(self.text)
        at, in_list = front.end() if front else 0, False
        blocks: list[int] = []  # last rows of the open admonition blocks
        while at < len(self.text):
            row = bisect_right(self.starts, at) - 1
            line, stop = self.starts[row], self.starts[row + 1] - 1
            containers = CONTAINERS.match(self.text, line, stop)
            assert containers is not None  # it may be empty
            inner = containers.end()
            if at == line:
                prefix = self.text[line:inner]
                in_list = bool(prefix.strip(" \t>")) or (in_list and bool(prefix or line == stop))
                fence = FENCE.match(self.text, inner)
                if fence and (in_list or not prefix.endswith(INDENT)):
                    at = self.starts[self._after_fence(row, fence, prefix, in_list, blocks)]
                    continue
            while found := MARK.search(self.text, at, stop):
                at = self._end(found, found.start() == inner)
                if found[0] == "%%":
                    yield found.start(), found.start() == inner
                    at = ends.get(found.start(), at)
                if at > stop:
                    break
            else:
                at = stop + 1

    def _end(self, found: re.Match[str], begins_line: bool) -> int:
        """Return the end of the code or math that *found* opens; the end of *found* if it opens none."""
        end = -1
        if found[0][0] == "`":
            runs = self.ticks[len(found[0])]
            place = bisect_left(runs, found.end())
            end = runs[place] if place < len(runs) else -1
        elif found[0] == "$$":
            end = self.text.find("$$", found.end())
        if end < 0 or (end >= self._paragraph_end(found.start()) and not (found[0] == "$$" and begins_line)):
            return found.end()
        return end + len(found[0])

    def _after_fence(self, row: int, fence: re.Match[str], prefix: str, in_list: bool, blocks: list[int]) -> int:
        """Return the next row to scan after a fence in *row*; the content of an admonition block is scanned."""
        while blocks and blocks[-1] < row:
            blocks.pop()
        if blocks and blocks[-1] == row and not self.text[fence.end() : self.starts[row + 1]].strip():
            return row + 1
        end = self._fence_end(row, fence, prefix, in_list)
        if len(blocks) >= DEEPEST or not ADMONITION.match(self.text, fence.end()):
            return end
        blocks.append(end - 1)
        return row + 1

    def _fence_end(self, row: int, fence: re.Match[str], prefix: str, in_list: bool) -> int:
        """Return the row after the fenced block in *row*, which ends at its fence or with its container."""
        quotes = prefix.count(">")
        for later in range(row + 1, len(self.starts) - 1):
            line, stop = self.starts[later], self.starts[later + 1] - 1
            signs = QUOTES.match(self.text, line, stop)
            assert signs is not None  # it may be empty
            before = signs[0]
            if before.count(">") < quotes or (in_list and not before and line < stop):
                return later
            close = FENCE.match(self.text, line + len(before), stop)
            indented = not in_list and before.endswith(INDENT)
            if close and not indented and self.text[close.start() : stop].rstrip() == close[0] >= fence[0]:
                return later + 1
        return len(self.starts) - 1

    def _paragraph_end(self, at: int) -> int:
        return self.breaks[bisect_right(self.breaks, at)] if at < len(self.text) else at


def comment_plugin(md: MarkdownIt) -> None:
    """Make *md* skip blanked comments."""
    md.block.ruler.before("table", "comment", _comment_line)
    md.inline.add_terminator_char(BLANK)
    md.inline.ruler.before("newline", "comment", _comment)
    md.core.ruler.after("block", "comment", _comments_elsewhere)


def _comment_line(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    begin, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    if silent or not state.src.startswith(BLANK, begin) or SHOWN.search(state.src, begin, end):
        return False
    state.line = start_line + 1
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    match = INVISIBLE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    state.pos = match.end()
    if state.pos == state.posMax and not silent:
        state.pending = state.pending.rstrip(" ")
    return True


def _comments_elsewhere(state: StateCore) -> None:
    """Remove comments from raw HTML and indented code, and table rows that contain nothing else."""
    if BLANK not in state.src:
        return
    kept: list[Token] = []
    for token in state.tokens:
        if token.type != "inline":
            token.content = token.content.replace(BLANK, "")
        kept.append(token)
        if token.type == "tr_close":
            row = next(place for place in range(len(kept) - 1, -1, -1) if kept[place].type == "tr_open")
            words = "".join(cell.content for cell in kept[row:])
            if BLANK in words and not SHOWN.search(words):
                del kept[row:]
    state.tokens = kept
