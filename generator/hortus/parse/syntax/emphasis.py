"""Emphasis next to letters, as in Obsidian's reading view: ``**[[A]]**s``, ``**Name(abbr)**은``.

In CommonMark no run of ``*``, ``_`` or ``~~`` closes after punctuation and before a letter, or opens after a
letter and before punctuation, so such delimiters stay visible. Here a run may do so if it has a partner:

1. It may close before a letter, after punctuation that can end words or after an inline element (a link,
   code, a formula, a footnote reference, other emphasis).
2. It may open after a letter of a script without case (Chinese, Korean, Arabic, Thai, …) or before wide
   punctuation; ``**`` and ``~~`` may also open after any letter before an inline element. ``_`` may not.
3. Before an ASCII letter or digit, further conditions apply to a single ``*`` or ``_``, so that ``2*f(x)*y``, ``*a,*b``
   and ``.*foo.*bar`` stay text: see `_may_close` and `_begins_words`.

A run without a partner has exactly CommonMark's meaning, and so has text without such runs. Partners are
searched from left to right, in time linear in the number of delimiters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

MARKS = frozenset(map(ord, "*_~"))
UNDERSCORE = ord("_")
WORD = "\ufffc"
"""Placeholder for an inline element that is not text."""
SPACES = frozenset({"softbreak", "hardbreak", "checkbox"})
ASCII_ENDS = frozenset(")]}:!?%'\"-")
"""ASCII punctuation before which a single delimiter may close, although an ASCII letter follows."""
NEVER_ENDS = frozenset("/\\|&=<>@^*_~`")
STOPS = frozenset(".,;:!?。，、；：！？．")
NEXT_TO_LETTERS = re.compile(r"[*_~](?:(?<=\*)[_~]|(?<=_)[*~]|(?<=~)[*_]|(?<=[^\s*_~][*_~])[*_~]*[^\s*_~.,;:?)\]}])")
"""Delimiters next to other ones, or without a space on either side and not before punctuation that ends words: only
these may be relaxed."""
NEAREST = 8
"""Limit of openers that are considered for one run."""


def emphasis_plugin(md: MarkdownIt) -> None:
    """Allow emphasis and strikethrough in *md* to begin and end next to letters."""
    md.inline.ruler2.before("balance_pairs", "emphasis_next_to_letters", _relax)


@dataclass(slots=True)
class _Run:
    """A delimiter run, and the characters on both sides of it."""

    marks: Sequence[Delimiter]
    left: str
    right: str
    free: int
    """Delimiters without a partner."""

    @property
    def lone(self) -> bool:
        return len(self.marks) == 1 and self.marks[0].length > 0  # ~~ has length 0

    def allow(self, *, opens: bool = False, closes: bool = False) -> None:
        for mark in self.marks:
            mark.open |= opens
            mark.close |= closes


def _relax(state: StateInline) -> None:
    if not (state.delimiters or any(state.tokens_meta)) or not NEXT_TO_LETTERS.search(state.src):
        return
    nested = (meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)
    lists = [found for found in (state.delimiters, *nested) if found]
    marks = {mark.token: mark for found in lists for mark in found}
    for found in lists:
        runs = list(_runs(state.tokens, marks, found))
        if any(_may_close(run) or _may_open(run) for run in runs):
            _find_partners(runs)


def _runs(tokens: Sequence[Token], marks: dict[int, Delimiter], found: Sequence[Delimiter]) -> Iterator[_Run]:
    first = 0
    for place, mark in enumerate(found):
        follows = found[place + 1] if place + 1 < len(found) else None
        if follows and follows.marker == mark.marker and follows.token == mark.token + 1:
            continue
        run = found[first : place + 1]
        first = place + 1
        if mark.marker in MARKS:
            left, right = _left(tokens, marks, run[0].token - 1), _right(tokens, marks, mark.token + 1)
            yield _Run(run, left, right, len(run))


def _find_partners(runs: Sequence[_Run]) -> None:
    """Allow each run that may close or open next to a letter to do so, if it has a partner."""
    waiting: dict[int, list[_Run]] = {marker: [] for marker in MARKS}
    for run in runs:
        openers = waiting[run.marks[0].marker]
        if run.marks[0].close:
            closes = _close(openers, run, strict=False)
        elif closes := _may_close(run) and _close(openers, run, strict=True):
            run.allow(closes=True)
        if not closes and (run.marks[0].open or _may_open(run)):
            openers.append(run)


def _close(openers: list[_Run], closer: _Run, strict: bool) -> bool:
    """Pair *closer* with the nearest of *openers*; if *strict*, only as a whole and where words begin."""
    needed, partners = closer.free, []
    for place in range(len(openers) - 1, max(len(openers) - 1 - NEAREST, -1), -1):
        opener = openers[place]
        if needed and _fit(opener.marks[0], closer.marks[0]) and not (strict and not _begins_words(opener, closer)):
            partners.append((place, min(needed, opener.free)))
            needed -= partners[-1][1]
    if not partners or (strict and needed):
        return False
    for place, used in partners:
        openers[place].free -= used
        openers[place].allow(opens=True)
    last = partners[-1][0]
    del openers[last + (openers[last].free > 0) :]
    return True


def _fit(opener: Delimiter, closer: Delimiter) -> bool:
    """Apply CommonMark's rule of three, as markdown-it's pairing does."""
    either = opener.close or closer.open
    thirds = opener.length % 3, closer.length % 3
    return not (either and sum(thirds) % 3 == 0 and any(thirds))


def _may_close(run: _Run) -> bool:
    """Return whether *run*, which cannot close in CommonMark, may close before the letter on its right."""
    left, right = run.left, run.right
    if run.marks[0].close or not _is_letter(right) or not (left == WORD or _ends_words(left)):
        return False
    if not right.isascii() or _is_wide(left) or left == WORD or not run.lone:
        return True
    return run.marks[0].marker != UNDERSCORE and (left in ASCII_ENDS if left.isascii() else _is_punctuation(left))


def _may_open(run: _Run) -> bool:
    """Return whether *run*, which cannot open in CommonMark, may open after the letter on its left."""
    left, right = run.left, run.right
    if run.marks[0].open or run.marks[0].marker == UNDERSCORE or not _is_letter(left):
        return False
    if right == WORD:
        return _is_caseless(left) or not run.lone
    begins = _is_symbol(right) and right not in STOPS and unicodedata.category(right) not in ("Pe", "Pf")
    return begins and (_is_caseless(left) or _is_wide(right))


def _begins_words(opener: _Run, closer: _Run) -> bool:
    """Return whether words, not a product, begin at *opener*; called only before ASCII letters."""
    left = opener.left
    if not closer.right.isascii() or _is_wide(opener.right):
        return True
    if not left.isascii():
        return left != WORD or not opener.lone
    if opener.lone:
        return left in " ([{,;:!?-'\""
    return not left.isdigit() and left not in "/\\"


def _left(tokens: Sequence[Token], marks: dict[int, Delimiter], place: int) -> str:
    """Return the character before a run: a space at the start, WORD for an inline element, ``(`` for an opening tag."""
    if place < 0 or tokens[place].type in SPACES:
        return " "
    token = tokens[place]
    if place in marks:
        return WORD if marks[place].close else "("
    if token.nesting == 1:
        return "("
    if token.type == "html_inline":
        return WORD if token.content.startswith("</") else "("
    if not token.type.startswith(("text", "todo", "tag")) or not token.content:
        return WORD
    before = token.content[-2] if len(token.content) > 1 else _bare(tokens, place - 1)
    return _as_bracket(token.content[-1], not _is_quoted_word(before, token.content[-1]))


def _right(tokens: Sequence[Token], marks: dict[int, Delimiter], place: int) -> str:
    """Return the character after a run: a space at the end, WORD for an inline element, ``)`` for a closing tag."""
    if place >= len(tokens) or tokens[place].type in SPACES:
        return " "
    token = tokens[place]
    if place in marks:
        return WORD if marks[place].open else ")"
    if token.nesting == -1:
        return ")"
    if token.type == "html_inline":
        return ")" if token.content.startswith("</") else WORD
    if not token.type.startswith(("text", "todo", "tag")) or not token.content:
        return WORD
    return _as_bracket(token.content[0], not token.content[1:2].isspace())


def _bare(tokens: Sequence[Token], place: int) -> str:
    """Return what precedes a quotation mark in a token of its own: a space or a word."""
    return " " if place < 0 or tokens[place].type in SPACES or tokens[place].nesting == 1 else WORD


def _is_quoted_word(before: str, quote: str) -> bool:
    """Return whether *quote* after *before* ends a quotation; “ ends one in German, and begins one in Chinese."""
    if before.isspace() or unicodedata.category(before) in ("Ps", "Pi"):
        return False
    return unicodedata.category(quote) != "Pi" or not (_is_caseless(before) or _is_wide(before))


def _as_bracket(character: str, opens: bool) -> str:
    """Return a quotation mark as a bracket, depending on its position; any other character unchanged."""
    if character in "\"'" or unicodedata.category(character) in ("Pi", "Pf"):
        return "(" if opens else ")"
    return character


@lru_cache(maxsize=4096)
def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" and character != WORD


@lru_cache(maxsize=4096)
def _is_symbol(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS" and character != WORD


@lru_cache(maxsize=4096)
def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] == "P"


@lru_cache(maxsize=4096)
def _is_caseless(character: str) -> bool:
    """Return whether this is a letter of a script without case, or a mark on one."""
    return unicodedata.category(character) in ("Lo", "Lm", "Mn", "Mc")


@lru_cache(maxsize=4096)
def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF" and character != WORD


@lru_cache(maxsize=4096)
def _ends_words(character: str) -> bool:
    """Return whether emphasised words may end in this character."""
    return _is_symbol(character) and character not in NEVER_ENDS and unicodedata.category(character) not in ("Ps", "Pi")
