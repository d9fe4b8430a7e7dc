"""The sentences of a paragraph that hold links, as HTML of their own: what a backlink shows.

A sentence ends at its stop, before white space and a capital or digit; but neither after a short form such as
"et al." nor within brackets.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from markdown_it.token import Token

from hortus.parse.syntax.excerpt import excerpts

END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9À-ÞΑ-ΩА-Я])|(?<=[。！？])")
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
BRACKETS = {")": "(", "]": "[", "}": "{", "）": "（", "」": "「"}


def sentences(
    children: Sequence[Token], render: Callable[[Sequence[Token]], str]
) -> Iterator[tuple[str, Sequence[Token]]]:
    """Yield the HTML of each sentence that holds links, with their tokens; markup across its ends is closed.

    A long sentence comes in excerpts around its links.
    """
    for piece, links in _linked(children):
        for part, within in excerpts(piece, links):
            yield render(part).strip(), within


def _linked(children: Sequence[Token]) -> Iterator[tuple[list[Token], list[Token]]]:
    """Yield the tokens of each sentence that holds links, and those that are links."""
    open_tags: list[Token] = []
    piece: list[Token] = []
    links: list[Token] = []
    for token in _split(children):
        if token is None:
            if links:
                yield piece, links
            piece, links = list(open_tags), []
            continue
        if token.nesting == 1:
            open_tags.append(token)
        elif token.nesting == -1 and open_tags:
            open_tags.pop()
        piece.append(token)
        if "slot" in token.meta or "spots" in token.meta:
            links.append(token)
    if links:
        yield piece, links


def _split(children: Sequence[Token]) -> Iterator[Token | None]:
    """Yield the tokens, and None wherever a sentence ends; line breaks turn into spaces."""
    depths = _depths("".join(token.content for token in children if token.type == "text"))
    before = 0  # characters of the tokens before
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            yield Token("text", "", 0, content=" ")
        elif token.type in ("footnote_ref", "footnote_anchor"):
            continue
        elif token.type == "text":
            start = 0
            for end in END.finditer(token.content):
                if depths[before + end.end()] or _is_short(end):
                    continue
                yield Token("text", "", 0, content=token.content[start : end.end()])
                yield None
                start = end.end()
            yield Token("text", "", 0, content=token.content[start:])
            before += len(token.content)
        else:
            yield token


def _is_short(end: re.Match) -> bool:
    """Tell whether the stop before *end* is that of a short form."""
    text, stop = end.string, end.start()
    begin = max(0, stop - LONGEST_SHORT - 1)
    return any(found.start() < stop <= found.end() for found in SHORT.finditer(text, begin, end.end() + 1))


def _depths(text: str) -> list[int]:
    """Return in how many pairs of brackets each place of *text* stands; what is never closed is no pair.

    >>> _depths("a (b) :)")
    [0, 0, 0, 1, 1, 0, 0, 0, 0]
    """
    steps = [0] * (len(text) + 1)
    opened: dict[str, list[int]] = {}
    for place, character in enumerate(text):
        if character in BRACKETS.values():
            opened.setdefault(character, []).append(place)
        elif character in BRACKETS and opened.get(BRACKETS[character]):
            steps[opened[BRACKETS[character]].pop() + 1] += 1
            steps[place + 1] -= 1
    return list(accumulate(steps))
