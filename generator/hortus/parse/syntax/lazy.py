"""Find the end of a quote: the first line without ``>`` that is not a lazy continuation line (CommonMark).

markdown-it searches for that line before it has parsed the quote, down to the next empty line, and
again for every quote in between, which takes quadratic time. Here the lines of the quote are scanned
first. If the result is wrong, as can happen in unusual lists, lines follow the quote that should be in it.
"""

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import HTML_SEQUENCES

from hortus.parse.syntax.comment import BLANK

INSIDE = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*")
ITEM = re.compile(r"[-*+.)]")
CODE = re.compile(r" {5}\Z")
FENCE = re.compile(r"`{3,}(?=[^`]*\Z)|~{3,}")
NO_TEXT = re.compile(
    r"""
      \#{1,6} (?: [ \t] | \Z )                                   # a heading
    | (?P<sign> [-*_] ) [ \t]* (?: (?P=sign) [ \t]* ){2,} \Z     # a rule
    | \$\$ .+ \$\$ \s* \Z                                        # a formula
    """,
    re.VERBOSE,
)
ONLY_ALONE = re.compile(r"(?: [-*+] | \d{1,9}[.)] | \[ [^]\[^!] [^]\[]* \]: [ \t]* \S+ ) \s* \Z", re.VERBOSE)
"""An empty list item, or a link reference definition: neither interrupts a paragraph."""
UNDERLINE = re.compile(r"(?:=+|-+)\s*\Z")
FORMULA_END = re.compile(r"\$\$\s*\Z")
COLUMNS = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
BAR = re.compile(r"(?<!\\)\|")


def end_of_quote(state: StateBlock, line: int, end_line: int) -> int:
    """Return the first line without ``>`` that cannot be part of the quote; *end_line* if the rule finds it itself."""
    quoted = _Quoted()
    terminators = state.md.block.ruler.getRules("blockquote")
    while line < end_line:
        begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
        if state.src.startswith(">", begin) and state.sCount[line] >= state.blkIndent:
            quoted.read(state.src[begin:end])
        elif begin < end and not quoted.in_paragraph:
            return line
        elif begin >= end or any(begins(state, line, end_line, True) for begins in terminators):
            return end_line
        line += 1
    return end_line


class _Quoted:
    """The blocks that are open after the lines read so far."""

    def __init__(self) -> None:
        self.text = self.table = self.items = False
        self.closing: re.Pattern[str] | None = None
        """The end of the open code, HTML or formula."""
        self.above = ""

    @property
    def in_paragraph(self) -> bool:
        return self.text or self.closing is FORMULA_END  # a formula that is never closed is text

    def read(self, line: str) -> None:
        """Read the next line, with its markers of quotes and lists."""
        inside = INSIDE.match(line)
        assert inside is not None  # it may be empty
        words, before = line[inside.end() :], inside[0]
        if self.closing is not None:
            self.closing = None if self.closing.search(words) else self.closing
        elif words:
            self._read_words(words, before)
        else:
            self.text = self.table = False
        self.above = words

    def _read_words(self, words: str, before: str) -> None:
        if not words.strip(f"{BLANK} \t"):
            return  # a comment, which does not end the paragraph
        item, code = bool(ITEM.search(before)), bool(CODE.search(before.expandtabs(4)))
        self.items = item or (self.items and before[-2:].isspace())
        text, table = self.text and not item, self.table and not item
        self.text = self.table = False
        if words[0] in "`~" and (fence := FENCE.match(words)):
            self.closing = re.compile(rf"^{fence[0]}{fence[0][0]}*\s*\Z")
        elif words[0] == "<" and self._begins_html(words, text):
            pass
        elif table or (text and self._begins_table(words)):
            self.table = True
        elif words.startswith("$$") and "$$" not in words[2:]:
            self.closing = FORMULA_END
        elif text:
            self.text = not NO_TEXT.match(words) and not UNDERLINE.match(words)
        else:
            self.text = not NO_TEXT.match(words) and not ONLY_ALONE.match(words) and not (code and not self.items)

    def _begins_html(self, words: str, text: bool) -> bool:
        for begin, end, interrupts in HTML_SEQUENCES:
            if (interrupts or not text) and begin.search(words):
                self.closing = None if end.search(words) else end
                return True
        return False

    def _begins_table(self, words: str) -> bool:
        """Return whether this is the second line of a table."""
        return bool(COLUMNS.match(words)) and _columns(words) == _columns(self.above) and ("|" in words + self.above)


def _columns(row: str) -> int:
    return len(BAR.findall(row.strip().removeprefix("|").removesuffix("|")))
