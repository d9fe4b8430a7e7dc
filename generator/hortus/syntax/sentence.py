"""The sentences of a paragraph that hold links, as HTML of their own: what a backlink shows."""

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9À-ÞΑ-ΩА-Я])|(?<=[。！？])")


def sentences(children: Sequence[Token], render: Callable[[Sequence[Token]], str]) -> Iterator[tuple[str, list[int]]]:
    """Yield the HTML of each sentence that holds links, with their indexes; markup across its ends is closed."""
    open_tags: list[Token] = []
    piece: list[Token] = []
    links: list[int] = []
    for token in _split(children):
        if token is None:
            if links:
                yield render([*piece, *(_closing(tag) for tag in reversed(open_tags))]).strip(), links
            piece, links = list(open_tags), []
            continue
        if token.nesting == 1:
            open_tags.append(token)
        elif token.nesting == -1 and open_tags:
            open_tags.pop()
        piece.append(token)
        if "slot" in token.meta:
            links.append(token.meta["slot"])
    if links:
        yield render(piece).strip(), links


def _split(children: Sequence[Token]) -> Iterator[Token | None]:
    """Yield the tokens, and None wherever a sentence ends; line breaks turn into spaces."""
    for token in children:
        if token.type in ("softbreak", "hardbreak"):
            yield Token("text", "", 0, content=" ")
        elif token.type in ("footnote_ref", "footnote_anchor"):
            continue
        elif token.type == "text" and END.search(token.content):
            start = 0
            for end in END.finditer(token.content):
                yield Token("text", "", 0, content=token.content[start : end.end()])
                yield None
                start = end.end()
            yield Token("text", "", 0, content=token.content[start:])
        else:
            yield token


def _closing(tag: Token) -> Token:
    return Token(tag.type.replace("_open", "_close"), tag.tag, -1, markup=tag.markup, meta=tag.meta)
