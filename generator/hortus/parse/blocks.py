"""Read the block tokens of a note, in order; each function in `HANDLERS` reads one type of token."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from hortus.core.model import FigureRequest, ListItem, Query, Todo
from hortus.core.slots import cut
from hortus.parse.inlines import Group, is_todo, join_group, read_inline, read_raw_block, without_ids
from hortus.parse.list_items import ListItems
from hortus.parse.query_blocks import add_query, add_views, read_fields
from hortus.parse.reading import Reading
from hortus.parse.sections import HeadingFound, source_of
from hortus.parse.syntax.position import lines_of
from hortus.parse.syntax.words import plain, unlinked


@dataclass(slots=True)
class Walk:
    """State while the tokens are read."""

    reading: Reading
    tokens: Sequence[Token]
    items: list[Group] = field(default_factory=list)
    """The list items that are open."""
    listed: ListItems = field(default_factory=ListItems)


def read_blocks(reading: Reading, tokens: Sequence[Token]) -> tuple[ListItem, ...]:
    """Collect the content of block tokens: number the links, and give headings their anchors; return list items."""
    walk = Walk(reading, tokens)
    for position, token in enumerate(tokens):
        if handler := HANDLERS.get(token.type):
            handler(walk, position)
        if token.meta and "block_id" in token.meta and token.nesting >= 0:
            reading.sections.read_block(token)
    return tuple(walk.listed.found)


def _read_inline(walk: Walk, position: int) -> None:
    reading, token = walk.reading, walk.tokens[position]
    group = walk.items[-1] if walk.items else Group()
    links, tags = len(reading.references.links), len(reading.tags)
    read_inline(reading, token, group)
    walk.listed.read(reading, token, links, tags)
    if "::" in token.content:
        read_fields(reading, token.content)
    if position and walk.tokens[position - 1].type == "heading_open":
        reading.words.pop()  # an excerpt has no headings
    if not walk.items:
        join_group(reading, group)


def _open_item(walk: Walk, position: int) -> None:
    token = walk.tokens[position]
    walk.items.append(Group())
    walk.listed.begin(token)
    if token.meta.get("task") == " ":
        _read_task(walk, position)


def _close_item(walk: Walk, position: int) -> None:
    walk.listed.end()
    if walk.items:
        join_group(walk.reading, walk.items.pop())


def _read_task(walk: Walk, position: int) -> None:
    """Record an open task as a TODO, unless it has a TODO mark or the note's tasks are off."""
    reading, item = walk.reading, walk.tokens[position]
    inline = next((token for token in walk.tokens[position : position + 3] if token.type == "inline"), None)
    if reading.tasks == "off" or inline is None or any(is_todo(reading, child) for child in inline.children or ()):
        return
    first = lines_of(item)[0]
    line = reading.places.lines[first]
    column = len(line) - len(line.lstrip()) + 1
    words = plain(inline.children or []).strip() or "an empty task"
    walk.items[-1].todos.append(len(reading.todos))
    section = len(reading.sections.headings) - 1
    reading.todos.append(Todo(words, first + 1, column, 1, section, (), reading.tasks == "count"))


def _read_heading(walk: Walk, position: int) -> None:
    reading, token, inline = walk.reading, walk.tokens[position], walk.tokens[position + 1]
    children = inline.children or []
    text = plain(children).strip()
    anchor = reading.sections.read_heading(token, text)
    line, column = reading.places.at(inline, 0) if inline.content else (lines_of(token)[0] + 1, 1)
    html = cut(without_ids(reading.render_again(unlinked(children))))
    reading.references.section = len(reading.sections.headings)
    source, nested = source_of(token, inline), token.level > 0
    reading.sections.headings.append(HeadingFound(int(token.tag[1]), text, source, html, anchor, line, column, nested))


def _open_footnote(walk: Walk, position: int) -> None:
    """Set the section of a footnote's links: that of the first reference, otherwise that of the definition."""
    reading, meta = walk.reading, walk.tokens[position].meta
    defined = reading.env.get("footnote_sections", {}).get(meta["label"], -1)
    reading.references.section = reading.references.footnotes.get(meta["id"], defined)


def _read_html(walk: Walk, position: int) -> None:
    read_raw_block(walk.reading, walk.tokens[position])


def _read_formula(walk: Walk, position: int) -> None:
    reading, token = walk.reading, walk.tokens[position]
    reading.formulas.add(token.meta.get("mathml") or "")
    reading.words.append(reading.signs(token))


def _read_figure(walk: Walk, position: int) -> None:
    """Number a figure request; its caption is Markdown of this note."""
    reading, token = walk.reading, walk.tokens[position]
    request: FigureRequest = token.meta["request"]
    if request.caption:
        inline = reading.parse_line(request.caption, request.line)
        read_inline(reading, inline, Group())
        request = replace(request, shown=cut(reading.render([inline])))
    token.meta["figure"] = len(reading.figures)
    reading.figures.append(request)


def _read_query(walk: Walk, position: int) -> None:
    """Number a query; whatever is wrong with its text is an issue."""
    token = walk.tokens[position]
    lines = token.content.split("\n")
    first = lines_of(token)[0] + 1
    written = walk.reading.places.lines[first] if lines[0] and first < len(walk.reading.places.lines) else ""
    column = len(written) - len(lines[0]) + 1 if written.endswith(lines[0]) else 1
    query = Query(token.meta["language"], token.content, first + 1, column)
    token.meta["query"] = add_query(walk.reading, query)
    token.meta["views"] = add_views(walk.reading, query)


def _read_caption(walk: Walk, position: int) -> None:
    """Attach the paragraph under an embed to it: the caption of a figure, otherwise a paragraph."""
    reading, token = walk.reading, walk.tokens[position]
    index = token.meta["slot"] = token.meta["embed"].meta.get("slot", -1)
    inline = token.meta["inline"]
    read_inline(reading, inline, Group())
    caption = cut(reading.render([inline]))
    if index >= 0:
        reading.references.links[index].caption = caption
    else:  # a remote picture is shown as a link, which has no caption
        token.type, token.children, token.content = "inline", inline.children, inline.content


HANDLERS: Mapping[str, Callable[[Walk, int], None]] = {
    "inline": _read_inline,
    "list_item_open": _open_item,
    "list_item_close": _close_item,
    "heading_open": _read_heading,
    "footnote_open": _open_footnote,
    "html_block": _read_html,
    "math_block": _read_formula,
    "figure": _read_figure,
    "caption": _read_caption,
    "query": _read_query,
}
