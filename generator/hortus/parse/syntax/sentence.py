"""Extract the sentences of a paragraph that contain links as separate HTML, for backlinks.

A sentence ends at a full stop before white space and a capital letter or digit, but not after an abbreviation such as
"et al." or within brackets.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from hortus.parse.syntax.excerpt import LONGEST, MARKUP, excerpts
from hortus.parse.syntax.math import stop_after
from hortus.parse.syntax.parser import LeanToken

END = re.compile(r"[.!?…。！？](?:(?<=[。！？])|[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9À-ÞΑ-ΩА-Я]))")
"""The end of a sentence with closing quotes and brackets; begins with one set of characters, which is found fast."""
SHORT = re.compile(
    r"""
    (?<! \w ) (?:
        (?i: al | approx | cf | ch | dr | e\.g | eqs? | figs? | i\.e | mrs? | pp? | prof | resp | secs? | vol | vs )
      | [A-ZÀ-ÞΑ-ΩА-Я]  # an initial
    ) \. \s
  | (?<! \w ) (?i: nos? ) \. \s+ \d  # before a word, "no" is an answer
    """,
    re.VERBOSE,
)
LONGEST_SHORT = len("approx.")
PAIRS = {")": "(", "]": "[", "}": "{", "）": "（", "」": "「"}
OPENERS = frozenset(PAIRS.values())
BRACKET = re.compile(r"[()\[\]{}（）「」]")
BREAKS = ("softbreak", "hardbreak")
FOOTNOTES = ("footnote_ref", "footnote_anchor")


_Part = tuple[int, int, int]
"""Index of a token, and the range of a text token's content; the range of any other token ends at -1."""


class _Sentence(NamedTuple):
    opened: list[int]
    """Indices of the tokens that open the elements around its beginning."""
    parts: list[_Part]
    links: list[int]
    """Indices of its links."""
    unclosed: list[int]
    """Indices of the tokens that open the elements around its end."""


def sentences(
    children: Sequence[Token], shown: Sequence[str] | None, render: Callable[[Sequence[Token]], str]
) -> Iterator[tuple[str, Sequence[Token]]]:
    """Yield the HTML of each sentence with links, and their tokens; elements across its ends are opened and closed.

    *shown* is the HTML of each token; None if tokens cannot be rendered one by one. A long sentence comes in excerpts
    around its links.
    """
    for sentence in _linked(children):
        links = [children[place] for place in sentence.links]
        html = None if shown is None else _joined(children, shown, sentence)
        if html is not None:
            yield html.strip(), links
        else:
            for part, within in excerpts(_tokens(children, sentence), links):
                yield render(part).strip(), within


def _joined(children: Sequence[Token], shown: Sequence[str], sentence: _Sentence) -> str | None:
    """Join the HTML of a sentence's tokens; None if it may be too long to be shown whole."""
    html = [shown[place] for place in sentence.opened]
    for place, start, stop in sentence.parts:
        token = children[place]
        if token.type in BREAKS:
            html.append(" ")
        elif token.type == "image":
            return None  # its text may be longer than its HTML
        elif stop < 0 or (start == 0 and stop == len(token.content)):
            html.append(shown[place])
        else:
            taken = len(stop_after(children, place - 1)) if start == 0 and place else 0
            html.append(escapeHtml(token.content[start + taken : stop]))
    html += [f"</{children[place].tag}>" for place in reversed(sentence.unclosed)]
    whole = "".join(html)
    return whole if len(whole) + MARKUP * len(html) <= LONGEST else None


def _tokens(children: Sequence[Token], sentence: _Sentence) -> list[Token]:
    tokens = [children[place] for place in sentence.opened]
    for place, start, stop in sentence.parts:
        token = children[place]
        if token.type in BREAKS:
            tokens.append(LeanToken("text", content=" "))
        elif token.type == "text":
            tokens.append(LeanToken("text", content=token.content[start:stop]))
        else:
            tokens.append(token)
    return tokens


def _linked(children: Sequence[Token]) -> Iterator[_Sentence]:
    """Yield the sentences that contain links."""
    open_tags: list[int] = []
    opened: list[int] = []
    parts: list[_Part] = []
    links: list[int] = []
    ends = _ends(children)
    for place, token in enumerate(children):
        if token.type == "text":
            start = 0
            for end in ends.get(place, ()):
                parts.append((place, start, end))
                if links:
                    yield _Sentence(opened, parts, links, list(open_tags))
                start, opened, parts, links = end, list(open_tags), [], []
            parts.append((place, start, len(token.content)))
            continue
        if token.type in FOOTNOTES:
            continue
        if token.nesting == 1:
            open_tags.append(place)
        elif token.nesting == -1 and open_tags:
            open_tags.pop()
        parts.append((place, 0, -1))
        if token.meta and token.type not in BREAKS and ("slot" in token.meta or "spots" in token.meta):
            links.append(place)
    if links:
        yield _Sentence(opened, parts, links, open_tags)


def _ends(children: Sequence[Token]) -> dict[int, list[int]]:
    """Return the offsets at which sentences end, by the index of the text token."""
    found: dict[int, list[int]] = {}
    before = 0  # characters in the tokens before
    brackets: _Brackets | None = None
    for place, token in enumerate(children):
        if token.type != "text":
            continue
        for end in END.finditer(token.content):
            if brackets is None:
                brackets = _Brackets("".join(child.content for child in children if child.type == "text"))
            if not brackets.around(before + end.end()) and not _is_short(end):
                found.setdefault(place, []).append(end.end())
        before += len(token.content)
    return found


def _is_short(end: re.Match) -> bool:
    """Return whether the full stop at *end* belongs to an abbreviation."""
    text, stop = end.string, end.start() + 1
    begin = max(0, stop - LONGEST_SHORT - 1)
    return any(found.start() < stop <= found.end() for found in SHORT.finditer(text, begin, end.end() + 1))


class _Brackets:
    """The pairs of brackets in a text; brackets without a partner are ignored."""

    def __init__(self, text: str) -> None:
        steps: dict[int, int] = defaultdict(int)
        opened: dict[str, list[int]] = defaultdict(list)
        for found in BRACKET.finditer(text):
            bracket, place = found[0], found.start()
            if bracket in OPENERS:
                opened[bracket].append(place)
            elif opened[PAIRS[bracket]]:
                steps[opened[PAIRS[bracket]].pop() + 1] += 1
                steps[place + 1] -= 1
        self.places = sorted(steps)
        self.depths = [0, *accumulate(steps[place] for place in self.places)]

    def around(self, place: int) -> int:
        """Return how many pairs are around *place*.

        >>> [_Brackets("a (b) :)").around(place) for place in range(9)]
        [0, 0, 0, 1, 1, 0, 0, 0, 0]
        """
        return self.depths[bisect_right(self.places, place)]
