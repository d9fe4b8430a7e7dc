"""Excerpts of long sentences for backlinks: the words on both sides of their links.

Otherwise every link in a paragraph without full stops would show the whole paragraph, and the site would grow with
the square of the paragraph's length.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from unicodedata import category

from markdown_it.token import Token

from hortus.parse.syntax.words import word

LONGEST = 800
"""Characters up to which a sentence is shown whole."""
MARGIN = 240
"""Characters shown before the first link of an excerpt, and after the last one."""
SPAN = 160
"""Characters between the first and the last link of one excerpt."""
MARKUP = 8
"""Minimum number of characters that a token other than text counts as."""
DEEPEST = 20
"""Limit of elements around the start of an excerpt, counted from the innermost."""
LONGEST_WORD = 40
ATTACHED = ("Mn", "Me", "Cf")
"""Unicode categories of characters that belong to the character before them."""

Part = tuple[Sequence[Token], Sequence[Token]]


def excerpts(tokens: Sequence[Token], links: Sequence[Token]) -> Iterator[Part]:
    """Yield the parts of a sentence to show, each with its links: the whole sentence, or the words around links.

    Links close to each other share an excerpt. An ellipsis replaces words that are left out; text is cut at
    spaces if possible. Elements that are open at either end of a part are opened and closed in it.
    """
    ends = list(accumulate(map(_width, tokens)))
    if not ends or ends[-1] <= LONGEST:
        yield [*tokens, *closings(_open_at_end(tokens))], links
        return
    wanted = {id(link) for link in links}
    places = [place for place, token in enumerate(tokens) if id(token) in wanted]
    tags: list[Token] = []
    passed = 0
    for group in _groups(places, ends):
        left, right = ends[group[0]] - _width(tokens[group[0]]) - MARGIN, ends[group[-1]] + MARGIN
        first = min(bisect_right(ends, left), group[0])
        last = max(bisect_left(ends, right), group[-1])
        for token in tokens[passed:first]:
            _follow(token, tags)
        passed = first
        piece = list(_cut(tokens, ends, range(first, min(last + 1, len(tokens))), (left, right), set(group)))
        yield _closed(tags[-DEEPEST:], piece, first > 0 or left > 0, right < ends[-1]), [tokens[one] for one in group]


def closings(tags: Sequence[Token]) -> list[Token]:
    """Return the closing tags of open elements, the innermost first."""
    return [
        Token(tag.type.replace("_open", "_close"), tag.tag, -1, markup=tag.markup, meta=tag.meta)
        for tag in reversed(tags)
    ]


def _width(token: Token) -> int:
    """Return how many characters a token counts as: those of its text, and at least those of its markup."""
    if token.type == "text":
        return len(token.content)
    return 0 if token.nesting == -1 else max(len(word(token)), MARKUP)


def _groups(places: Sequence[int], ends: Sequence[int]) -> Iterator[list[int]]:
    group: list[int] = []
    for place in places:
        if group and ends[place] - ends[group[0]] > SPAN:
            yield group
            group = []
        group.append(place)
    yield group


def _cut(
    tokens: Sequence[Token], ends: Sequence[int], places: range, bounds: tuple[int, int], kept: set[int]
) -> Iterator[Token]:
    """Yield the tokens at *places*, with text cut to *bounds*; links in *kept* stay whole."""
    left, right = bounds
    for place in places:
        token, end = tokens[place], ends[place]
        start = end - _width(token)
        if token.type == "text":
            content = token.content
            after = _word_end(content, right - start) if end > right else len(content)
            before = _word_start(content, left - start) if start < left else 0
            if content[before:after]:
                yield Token("text", "", 0, content=content[before:after])
        elif place in kept or token.nesting or (start >= left and end <= right):
            yield token


def _word_start(text: str, place: int) -> int:
    """Return where the first whole word at or after *place* starts."""
    space = text.find(" ", max(place - 1, 0), place + LONGEST_WORD)
    return space + 1 if space >= 0 else _character_start(text, place)


def _word_end(text: str, place: int) -> int:
    """Return where the last whole word at or before *place* ends.

    >>> _word_end("one two three", 9), _word_end("one two three", 7), _word_end("一二三四", 2)
    (7, 7, 2)
    """
    space = text.rfind(" ", max(0, place - LONGEST_WORD), place + 1)
    return space if space >= 0 else _character_start(text, place)


def _character_start(text: str, place: int) -> int:
    while 0 < place < len(text) and category(text[place]) in ATTACHED:
        place += 1
    return place


def _closed(tags: Sequence[Token], piece: Sequence[Token], cut_before: bool, cut_after: bool) -> list[Token]:
    """Return a part with ellipses, and with balanced opening and closing tags."""
    whole, opened = list(tags), list(tags)
    for token in piece:
        if token.nesting == -1 and not opened:
            continue
        _follow(token, opened)
        whole.append(token)
    before = [Token("text", "", 0, content="… ")] if cut_before else []
    after = [Token("text", "", 0, content=" …")] if cut_after else []
    return [*before, *whole, *closings(opened), *after]


def _open_at_end(tokens: Sequence[Token]) -> list[Token]:
    tags: list[Token] = []
    for token in tokens:
        _follow(token, tags)
    return tags


def _follow(token: Token, tags: list[Token]) -> None:
    """Update *tags*, the open elements, after one more token."""
    if token.nesting == 1:
        tags.append(token)
    elif token.nesting == -1 and tags:
        tags.pop()
