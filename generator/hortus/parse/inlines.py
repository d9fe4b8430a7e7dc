"""Read the inline tokens of one text: collect links, tags, TODO marks, formulas and words with their positions.

A handler of `HANDLERS` reads one type of token. Then the sentences around links are rendered.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from markdown_it.token import Token

from hortus.core.keys import fold
from hortus.core.model import Query, Tag, Todo
from hortus.core.slots import cut, mark
from hortus.parse.reading import Reading
from hortus.parse.syntax.attribute_list import AttributeList, find_attribute_lists
from hortus.parse.syntax.html import flattened
from hortus.parse.syntax.query import INLINE
from hortus.parse.syntax.sentence import sentences
from hortus.parse.syntax.words import clause, label_of, plain, word

IDS = re.compile(f' id="{mark("id", 0, "NAME")}"'.replace("NAME", '[^"]*'))
"""An id attribute; removed from sentences, because a page that shows a sentence twice must not repeat ids."""
LONE_ADDRESS = re.compile(r"(?:<a>[^<]*</a>|<[^>]*>)?$")
"""A sentence without text: only a link or picture in raw HTML."""
LONGEST_TODO = 40
"""Limit of tokens that are read for the text of a TODO mark."""


@dataclass(slots=True)
class Group:
    """The links and TODO marks of one list item, table cell or paragraph."""

    links: list[int] = field(default_factory=list)
    todos: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Text:
    """The inline token that is being read."""

    inline: Token
    group: Group
    spots: bool = False
    """It has raw HTML with URLs."""

    @property
    def children(self) -> Sequence[Token]:
        return self.inline.children or ()


def read_inline(reading: Reading, inline: Token, group: Group) -> None:
    """Collect the content of an inline token, render it, and keep the sentences around its links."""
    text, links = Text(inline, group), reading.references.links
    first = len(links)
    reading.places.start(inline)
    for found in find_attribute_lists(inline):
        _report_attribute_list(reading, found, reading.places.at(inline, found.start))
    words = []
    for position, token in enumerate(text.children):
        if token.type == "text":
            words.append(token.content)
            continue
        if handler := HANDLERS.get(token.type):
            handler(reading, text, position)
        words.append(reading.signs(token) if token.type == "math_inline" else word(token))
    reading.words.append("".join(words))
    group.links.extend(range(first, len(links)))
    shown = reading.render_inline(inline)
    if len(links) > first or text.spots:
        keep_contexts(reading, text.children, shown)


def _read_link(reading: Reading, text: Text, position: int) -> None:
    children = text.children
    reading.references.markdown(text.inline, children[position], label_of(children, position))


def _read_image(reading: Reading, text: Text, position: int) -> None:
    token = text.children[position]
    if "file" not in token.meta:
        reading.references.image(text.inline, token)


def _read_wikilink(reading: Reading, text: Text, position: int) -> None:
    reading.references.wikilink(text.inline, text.children[position])


def _read_footnote(reading: Reading, text: Text, position: int) -> None:
    references = reading.references
    references.footnotes.setdefault(text.children[position].meta["id"], references.section)


def _read_raw(reading: Reading, text: Text, position: int) -> None:
    text.spots |= find_spots(reading, text.children[position])


def _read_tag(reading: Reading, text: Text, position: int) -> None:
    token = text.children[position]
    reading.tags.append(Tag(token.meta["tag"], *reading.places.at(text.inline, token.meta["pos"])))
    if fold(token.content) in reading.todo_marks:
        _read_todo(reading, text, position)


def _read_todo(reading: Reading, text: Text, position: int) -> None:
    token = text.children[position]
    text.group.todos.append(len(reading.todos))
    line, column = reading.places.at(text.inline, token.meta["pos"])
    words = clause(plain(islice(text.children, position + 1, position + 1 + LONGEST_TODO)))
    section = len(reading.sections.headings) - 1
    reading.todos.append(Todo(words or token.content.rstrip(":："), line, column, len(token.content), section, ()))


def _read_formula(reading: Reading, text: Text, position: int) -> None:
    """Keep the characters of a formula, and its position if it has an error."""
    token = text.children[position]
    if reading.env.get("issues"):
        token.meta["column"] = reading.places.at(text.inline, token.meta["pos"])[1]
    reading.formulas.add(token.meta.get("mathml") or "")


def _read_code(reading: Reading, text: Text, position: int) -> None:
    """Turn inline code that is a query into one; its position is that of its text in the paragraph."""
    token = text.children[position]
    match = INLINE.fullmatch(token.content) if token.content.startswith("=") else None
    if match is None:
        return
    from hortus.parse.query_blocks import add_query

    place = max(text.inline.content.find(token.content), 0) + match.start("text")
    token.type = "query_inline"
    token.meta["query"] = add_query(reading, Query("inline", match["text"], *reading.places.at(text.inline, place)))


HANDLERS: Mapping[str, Callable[[Reading, Text, int], None]] = {
    "code_inline": _read_code,
    "link_open": _read_link,
    "image": _read_image,
    "wikilink": _read_wikilink,
    "embed": _read_wikilink,
    "footnote_ref": _read_footnote,
    "html_inline": _read_raw,
    "tag": _read_tag,
    "todo": _read_todo,
    "math_inline": _read_formula,
}


def find_spots(reading: Reading, token: Token) -> bool:
    """Record where raw HTML has URLs that point into the vault; return whether it has any."""
    spots = [] if reading.trusts_html else reading.references.raw(token.meta.get("html", token.content))
    if spots:
        token.meta["spots"] = spots
    return bool(spots)


def read_raw_block(reading: Reading, token: Token) -> None:
    """Read the text of a block of raw HTML, without its elements, as the paragraph around its links."""
    if reading.trusts_html or "=" not in token.content:
        return
    children = flattened(token.content, reading.env["schemes"])
    found = [find_spots(reading, child) for child in children]
    if any(found):
        keep_contexts(reading, children, None)


def keep_contexts(reading: Reading, children: Sequence[Token], shown: Sequence[str] | None) -> None:
    """Keep the sentence around each link, without ids; *shown* is the HTML of each token, if known."""
    for html, holders in sentences(children, shown, reading.render_again):
        if LONE_ADDRESS.match(html):
            continue
        for token in holders:
            if "slot" in token.meta:
                reading.references.links[token.meta["slot"]].context = len(reading.contexts)
            for spot in token.meta.get("spots", ()):
                spot.context = len(reading.contexts)
        reading.contexts.append(cut(without_ids(html)))


def without_ids(html: str) -> str:
    return IDS.sub("", html) if ' id="' in html else html


def join_group(reading: Reading, group: Group) -> None:
    """Join the TODO marks of a group with its links."""
    if not group.todos:
        return
    for index in group.links:
        reading.references.links[index].todo = True
    for number in group.todos:
        reading.todos[number] = replace(reading.todos[number], links=tuple(group.links))


def is_todo(reading: Reading, token: Token) -> bool:
    return token.type == "todo" or (token.type == "tag" and fold(token.content) in reading.todo_marks)


def _report_attribute_list(reading: Reading, found: AttributeList, place: tuple[int, int]) -> None:
    message = f"`{found.text}` is shown as text: Obsidian has no attribute lists"
    hint = f"to link to this block, write ^{found.name} instead" if found.name else "remove it"
    reading.issue("attribute_list", (*place, len(found.text)), message, hint)
