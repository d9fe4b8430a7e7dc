"""One note understood alone: Source in, Note out.

1. Properties and comments are taken out; every line keeps its number.
2. markdown-it reads the rest into tokens, which this module alone keeps.
3. A walk over the tokens collects links, headings, tags, TODO marks and figures, each with its place.
4. The tokens are rendered into HTML, cut at the slots that other notes decide about.

Whether a link leads anywhere is not asked here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import islice

from markdown_it.token import Token

from hortus.core.filetypes import is_picture_name
from hortus.core.keys import fold, stem, tag_key
from hortus.core.model import (
    Block,
    FigureRequest,
    Heading,
    Issue,
    Note,
    ParseOptions,
    Property,
    Segments,
    Source,
    Tag,
    TaskMode,
    Todo,
)
from hortus.core.slots import cut, mark
from hortus.core.urls import slug, unique_anchor
from hortus.parse.glyphs import glyphs_of
from hortus.parse.privacy_marks import is_listed, mark_issues, marks
from hortus.parse.syntax import make_parser
from hortus.parse.syntax.arrange import arranged
from hortus.parse.syntax.attribute_list import AttributeList, find_attribute_lists
from hortus.parse.syntax.cells import Cell
from hortus.parse.syntax.comment import BLANK, blank_comments
from hortus.parse.syntax.html import Rewrite, flattened, render_each, render_tokens
from hortus.parse.syntax.position import Places
from hortus.parse.syntax.ranges import mark_ranges, without_ranges
from hortus.parse.syntax.references import References, no_address
from hortus.parse.syntax.sentence import sentences
from hortus.parse.syntax.tag import read_tag, written_tags
from hortus.parse.syntax.words import clause, label_of, plain, unlinked
from hortus.vault.properties import (
    PICTURES,
    Entry,
    flat,
    iso_date,
    listed_texts,
    parse_properties,
    task_mode,
    value_lines,
)

LINKED = re.compile(r"!?\[\[.+\]\]$|!?\[.*\]\(.*\)$|https?://\S+$", re.DOTALL)
IDS = re.compile(f' id="{mark("id", 0, "NAME")}"'.replace("NAME", '[^"]*'))
"""An id that would stand twice on a page where its words do."""
LONE_ADDRESS = re.compile(r"(?:<a>[^<]*</a>|<[^>]*>)?$")
"""A sentence that says nothing: raw HTML's link or picture alone."""
BARE_PICTURE = re.compile(r"[^\[\]|#^<>]+")
DATES = ("date", "created", "updated")
UNDECODED = "save the file as UTF-8; the note is private until then"
WITHOUT_EXTRA = "diagrams are shown as source, because the extra that draws them is not installed"
TAG_HINT = "a tag may contain letters, digits, `_`, `-` and `/`, and must not consist of digits only"
LONGEST_TODO = 40
"""Pieces of markup that are read for the words of a TODO mark."""
EXCERPT = 300
"""Characters."""


def parse_note(source: Source, options: ParseOptions = ParseOptions(), cells: Sequence[Cell] = ()) -> Note:
    """Understand *source*; whatever is wrong with it is among the note's issues.

    *cells* are those of a notebook, whose Markdown is read cell by cell.
    """
    properties = parse_properties(source.text)
    body, unclosed = _without_comments(properties.body, cells)
    modes = [mode for entry in properties.entries if (mode := task_mode(entry.name, entry.value))]
    reading = _Reading(source, body, options, modes[0] if modes else options.tasks, cells)
    for flaw in source.flaws:
        reading.issue("bad_encoding", 1, 1, flaw, UNDECODED if "\ufffd" in source.text else "")
    if properties.error:
        hint = "the note is private until this is fixed"
        reading.issue("bad_front_matter", properties.error_line, 1, properties.error, hint)
    for offset in unclosed:
        line = body.count("\n", 0, offset) + 1
        reading.issue(
            "unclosed_comment",
            line,
            1,
            "this comment is not closed; the rest of the note is hidden",
            "close it with %%",
        )
    reading.read_body()
    shown = tuple(reading.read_property(entry) for entry in properties.entries)
    reading.count_remote_images()
    private = marks(source, properties, body)
    reading.issues += mark_issues(source.path, private)
    return replace(reading.note(shown), public=not private, listed=is_listed(properties))


@dataclass(slots=True)
class _Place:
    """A list item, table cell or paragraph: its links and TODO marks belong together."""

    links: list[int] = field(default_factory=list)
    todos: list[int] = field(default_factory=list)


class _Reading:
    """What has been collected so far of one note."""

    def __init__(self, source: Source, body: str, options: ParseOptions, tasks: TaskMode, cells: Sequence[Cell]):
        self.path, self.body, self.options = source.path, body, options
        self.tasks = tasks
        self.marks = frozenset(map(fold, options.todo_marks))
        self.md = make_parser(options)
        schemes = ("obsidian", *options.url_schemes)
        self.env: dict = {"macros": options.macros, "cells": cells, "schemes": schemes}
        lines = zip(body.split("\n"), source.text.split("\n"), strict=True)
        self.places = Places([shown if len(shown) == len(written) else written for shown, written in lines])
        self.references = References(body, self.places, self.issue, options)
        self.links = self.references.links
        self.contexts: list[Segments] = []
        self.figures: list[FigureRequest] = []
        self.todos: list[Todo] = []
        self.tags: list[Tag] = []
        self.issues: list[Issue] = []
        self.headings: list[Heading] = []  # ranges are added when the body is cut
        self.blocks: list[Block] = []
        self.segments: Segments = ()
        self.anchors: dict[str, int] = {}
        self.columns: dict[int, int] = {}
        """Column of each formula, by the identity of its token."""
        self.depth = 1
        """Level of the last heading, as one hears it."""
        self.footnotes: dict[int, int] = {}
        """Section that a footnote belongs to, by its number: where it is first referred to."""
        self.glyphs: set[str] = set()
        self.words: list[str] = []

    def issue(
        self, kind: str, line: int, column: int, message: str, hint: str = "", length: int = 1, target: str = ""
    ) -> None:
        self.issues.append(Issue(kind, self.path, line, column, message, hint, target, length))

    # --- tokens ---

    def read_body(self) -> None:
        tokens = self.md.parse(self.body, self.env)
        tokens = arranged(tokens)
        self._collect(tokens)
        mark_ranges(tokens)
        self._complain()
        self.segments, ranges = without_ranges(cut(render_tokens(self.md, tokens, self.env, self._rewrite())))
        self._range_all(ranges, len(self.segments))

    def _complain(self) -> None:
        """Turn what the syntax plugins left in the environment into issues."""
        for kind, line, message, *rest in self.env.get("issues", ()):
            column = next((self.columns[id(formula)] for formula in rest if id(formula) in self.columns), 1)
            self.issue(kind, line, column, message, next((hint for hint in rest if isinstance(hint, str)), ""))
        if extra := self.env.get("missing_extra"):
            self.issue("bad_diagram", 1, 1, WITHOUT_EXTRA, f"pip install 'hortus[{extra}]'")

    def _collect(self, tokens: Sequence[Token]) -> None:
        """Walk over block tokens; every link gets its index, every heading its anchor."""
        items: list[_Place] = []
        for position, token in enumerate(tokens):
            if token.type == "list_item_open":
                items.append(_Place())
                if token.meta.get("task") == " ":
                    self._unticked(token, tokens, position, items[-1])
            elif token.type == "list_item_close" and items:
                self._join_place(items.pop())
            elif token.type == "footnote_open":
                defined = self.env.get("footnote_sections", {}).get(token.meta["label"], -1)
                self.references.section = self.footnotes.get(token.meta["id"], defined)
            elif token.type == "html_block":
                self._raw_block(token)
            elif token.type == "figure":
                self._figure(token)
            elif token.type == "math_block":
                self.glyphs |= glyphs_of(token.meta.get("mathml") or "")
            elif token.type == "heading_open":
                self._heading(token, tokens[position + 1])
            elif token.type == "caption":
                self._caption(token)
            elif token.type == "inline":
                place = items[-1] if items else _Place()
                self._inline(token, place)
                if position and tokens[position - 1].type == "heading_open":
                    self.words.pop()  # an excerpt is not of titles
                if not items:
                    self._join_place(place)
            if "block_id" in token.meta and token.nesting >= 0:
                self._block(token)

    def _inline(self, inline: Token, place: _Place) -> None:
        self.places.start(inline)
        for found in find_attribute_lists(inline):
            self._attribute_list(found, *self.places.at(inline, found.start))
        children = inline.children or []
        first = len(self.links)
        for position, token in enumerate(children):
            match token.type:
                case "link_open":
                    self.references.markdown(inline, token, label_of(children, position))
                case "image" if "file" not in token.meta:
                    self.references.image(inline, token)
                case "wikilink":
                    self.references.wikilink(inline, token, "wikilink")
                case "embed":
                    self.references.wikilink(inline, token, "embed")
                case "footnote_ref":
                    self.footnotes.setdefault(token.meta["id"], self.references.section)
                case "html_inline":
                    self._raw(token)
                case "tag":
                    self.tags.append(Tag(token.meta["tag"], *self.places.at(inline, token.meta["pos"])))
                    if fold(token.content) in self.marks:
                        self._todo(inline, token, _rest(children, position), place)
                case "todo":
                    self._todo(inline, token, _rest(children, position), place)
                case "math_inline":
                    self.columns[id(token)] = self.places.at(inline, token.meta["pos"])[1]
                    self.glyphs |= glyphs_of(token.meta.get("mathml") or "")
        self.words.append(
            plain([child for child in children if child.type != "math_inline" or "\\" not in child.content])
        )
        place.links.extend(range(first, len(self.links)))
        shown = None
        if not any(child.type in ("html_inline", "footnote_ref") for child in children):
            shown = render_each(self.md, children, self.env)
            inline.meta["html"] = "".join(shown)
        if len(self.links) > first or any("spots" in child.meta for child in children):
            self._contexts(children, shown)

    def _contexts(self, children: Sequence[Token], shown: Sequence[str] | None = None) -> None:
        """Remember the sentence around each link, without ids and marks of position."""
        for html, holders in sentences(
            children, shown, lambda piece: render_tokens(self.md, piece, self._aside(), self._rewrite(aside=True))
        ):
            if LONE_ADDRESS.match(html):
                continue
            for token in holders:
                if "slot" in token.meta:
                    index = token.meta["slot"]
                    self.links[index] = replace(self.links[index], context=len(self.contexts))
                for spot in token.meta.get("spots", ()):
                    spot.context = len(self.contexts)
            self.contexts.append(cut(IDS.sub("", html) if ' id="' in html else html))

    def _join_place(self, place: _Place) -> None:
        if not place.todos:
            return
        for index in place.links:
            self.links[index] = replace(self.links[index], todo=True)
        for number in place.todos:
            self.todos[number] = replace(self.todos[number], links=tuple(place.links))

    def _attribute_list(self, found: AttributeList, line: int, column: int) -> None:
        message = f"`{found.text}` is shown as text: Obsidian has no attribute lists"
        hint = f"to link to this block, write ^{found.name} instead" if found.name else "remove it"
        self.issue("attribute_list", line, column, message, hint, len(found.text))

    # --- figures ---

    def _figure(self, token: Token) -> None:
        """Number a figure request; its caption is Markdown of this note."""
        request: FigureRequest = token.meta["request"]
        if request.caption:
            inline = self._parse_line(request.caption, request.line)
            request = replace(request, shown=cut(render_tokens(self.md, [inline], self.env, self._rewrite())))
        token.meta["figure"] = len(self.figures)
        self.figures.append(request)

    def _caption(self, token: Token) -> None:
        """Give an embed the paragraph under it: a figure shows it as caption, anything else as it was."""
        index = token.meta["slot"] = token.meta["embed"].meta.get("slot", -1)
        inline = token.meta["inline"]
        self._inline(inline, _Place())
        caption = cut(render_tokens(self.md, [inline], self.env, self._rewrite()))
        if index >= 0:
            self.links[index] = replace(self.links[index], caption=caption)
        else:  # a picture of another host is a link, and what stands under it a paragraph
            token.type, token.children, token.content = "inline", inline.children, inline.content

    def count_remote_images(self) -> None:
        """Report the pictures of other hosts, which are links on the page: one issue for all of them."""
        if remote := sorted(set(self.references.remote_images), key=lambda image: (image.line, image.column)):
            first = remote[0]
            message = (
                f"{len(remote)} remote images or other media are shown as links, the first: {first.url}"
                if len(remote) > 1
                else "a remote image or other media is shown as a link"
            )
            hint = "pages load nothing from other hosts; save the file in the vault and embed it"
            self.issue("remote_image", first.line, first.column, message, hint, first.length)

    # --- raw HTML ---

    def _raw(self, token: Token) -> None:
        if self.options.html != "trusted" and (spots := self.references.raw(token.meta.get("html", token.content))):
            token.meta["spots"] = spots

    def _raw_block(self, token: Token) -> None:
        """Read the words of a block, without its elements, as the paragraph around its links."""
        if self.options.html == "trusted" or "=" not in token.content:
            return
        children = flattened(token.content, self.env["schemes"])
        for child in children:
            self._raw(child)
        if any("spots" in child.meta for child in children):
            self._contexts(children)

    def _aside(self) -> dict:
        """Return an environment for rendering something a second time, so that nothing is reported twice."""
        return {"macros": self.options.macros}

    def _rewrite(self, aside: bool = False) -> Rewrite | None:
        if self.options.html == "trusted":
            return None
        return no_address if aside else self.references.raw_attribute

    # --- marks ---

    def _todo(self, inline: Token, token: Token, rest: str, place: _Place) -> None:
        place.todos.append(len(self.todos))
        line, column = self.places.at(inline, token.meta["pos"])
        words = clause(rest) or token.content.rstrip(":：")
        self.todos.append(Todo(words, line, column, len(token.content), len(self.headings) - 1, ()))

    def _unticked(self, item: Token, tokens: Sequence[Token], position: int, place: _Place) -> None:
        """An open task is a TODO, unless it has a mark of its own or tasks are none in this note."""
        inline = next((token for token in tokens[position : position + 3] if token.type == "inline"), None)
        if self.tasks == "off" or inline is None or any(map(self._is_mark, inline.children or ())):
            return
        line = item.map[0] + 1
        column = len(self.places.lines[item.map[0]]) - len(self.places.lines[item.map[0]].lstrip()) + 1
        place.todos.append(len(self.todos))
        words = plain(inline.children or []).strip() or "an empty task"
        self.todos.append(Todo(words, line, column, 1, len(self.headings) - 1, (), self.tasks == "count"))

    def _is_mark(self, token: Token) -> bool:
        return token.type == "todo" or (token.type == "tag" and fold(token.content) in self.marks)

    def _heading(self, token: Token, inline: Token) -> None:
        children = inline.children or []
        text = plain(children).strip()
        anchor = unique_anchor(text, self.anchors)
        token.attrs["id"] = mark("id", 0, anchor)
        level = int(token.tag[1])
        self.depth = min(level, self.depth + 1)
        if self.depth < level:
            token.attrs["aria-level"] = str(self.depth)  # for those who hear the page, no level is skipped
        line, column = self.places.at(inline, 0) if inline.content else (token.map[0] + 1, 1)
        html = cut(IDS.sub("", render_tokens(self.md, unlinked(children), self._aside(), self._rewrite(aside=True))))
        token.meta["heading"] = self.references.section = len(self.headings)
        source = inline.content.replace(BLANK, "") + (f" ^{token.meta['block_id']}" if "block_id" in token.meta else "")
        self.headings.append(Heading(level, text, source, html, anchor, line, column, 0, 0, token.level > 0))

    def _block(self, token: Token) -> None:
        name = token.meta["block_id"]
        anchor = unique_anchor(f"block-{slug(name) or 'id'}", self.anchors)
        token.attrs.setdefault("id", mark("id", 0, anchor))
        token.meta["block"] = len(self.blocks)
        self.blocks.append(Block(name, anchor, (token.map[0] if token.map else 0) + 1, 0, 0))

    def _range_all(self, ranges: Mapping[tuple[str, int], int], end: int) -> None:
        """Give each heading and named block its range of segments; *end* is how many there are."""
        self.headings = [
            replace(heading, start=ranges["start", i], end=ranges.get(("end", i), end))
            for i, heading in enumerate(self.headings)
        ]
        self.blocks = [
            replace(block, start=ranges.get(("start-block", i), 0), end=ranges.get(("end-block", i), 0))
            for i, block in enumerate(self.blocks)
        ]

    # --- properties ---

    def read_property(self, entry: Entry) -> Property:
        """Render the values of a property; links in them are links of the note."""
        first = len(self.links)
        name = entry.name.strip().lower()
        values = entry.value if isinstance(entry.value, list) else [] if entry.value is None else [entry.value]
        if name in ("tags", "tag"):
            self._property_tags(entry, values)
            return Property(entry.name, entry.value, entry.line)
        items = [
            self._property_value(entry, value, line)
            for value, line in zip(values, value_lines(entry, values), strict=True)
        ]
        links = tuple(range(first, len(self.links)))
        for index in links:
            self.links[index] = replace(self.links[index], kind="property", name=entry.name.strip(), section=-1)
        return Property(entry.name, entry.value, entry.line, tuple(items), links)

    def _property_value(self, entry: Entry, value: object, line: int) -> Segments:
        while isinstance(value, list) and len(value) == 1:  # [[x]] without quotes is a list in a list to YAML
            value = f"[[{value[0]}]]" if isinstance(value[0], str) else value[0]
        if entry.name.strip().lower() in PICTURES and isinstance(value, str) and BARE_PICTURE.fullmatch(value.strip()):
            value = f"![[{value.strip()}]]" if is_picture_name(value.strip()) else value
        if not isinstance(value, str):
            return (escape(str(value).lower() if isinstance(value, bool) else flat(value)),)
        if not entry.markdown and not LINKED.match(value):
            return (escape(value),)
        inline = self._parse_line(value, line)
        self.words.pop()
        return cut(render_tokens(self.md, [inline], self.env, self._rewrite()))

    def _parse_line(self, text: str, line: int) -> Token:
        """Read Markdown that stands alone on a line, such as a property's value."""
        known = len(self.env.get("issues", ()))
        inline = self.md.parseInline(text, self.env)[0]
        inline.map = [line - 1, line]
        for number, (kind, _, *rest) in enumerate(self.env.get("issues", ())[known:], known):
            self.env["issues"][number] = (kind, line, *rest)
        self._inline(inline, _Place())
        return inline

    def _property_tags(self, entry: Entry, values: Sequence[object]) -> None:
        """Take the tags of a property; what cannot be one is an issue."""
        for value, line in zip(values, value_lines(entry, values), strict=True):
            item = [value] if isinstance(entry.value, list) else value
            for text in written_tags(item, entry.markdown):
                name, fault = read_tag(text)
                if name:
                    self.tags.append(Tag(name, line, 1))
                if fault:
                    column = max(self.places.lines[line - 1].find(text), 0) + 1
                    self.issue(
                        "bad_tag", line, column, f'"{text}" is not a valid tag: {fault}', TAG_HINT, len(text), text
                    )

    # --- the end ---

    def note(self, properties: tuple[Property, ...]) -> Note:
        by_name = {prop.name.strip().lower(): prop for prop in reversed(properties)}
        title = by_name["title"].value if "title" in by_name else None
        leading = self.headings[0] if self.headings and self.headings[0].level == 1 else None
        opens = leading is not None and leading.start == 0
        words = " ".join(" ".join(self.words).split())
        return Note(
            path=self.path,
            title=title
            if isinstance(title, str) and title.strip()
            else leading.text
            if opens and leading.text
            else stem(self.path),
            properties=properties,
            aliases=listed_texts(next((by_name[name].value for name in ("aliases", "alias") if name in by_name), None)),
            tags=_distinct(self.tags),
            date=next((day for name in DATES if name in by_name and (day := iso_date(by_name[name].value))), ""),
            body=self.segments,
            headings=tuple(self.headings),
            blocks=tuple(self.blocks),
            links=tuple(self.links),
            contexts=tuple(self.contexts),
            externals=tuple(self.references.externals),
            figures=tuple(self.figures),
            todos=tuple(self.todos),
            excerpt=words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + "…",
            words=len(words.split()),
            glyphs="".join(sorted(self.glyphs)),
            issues=tuple(self.issues),
            files=tuple(dict(self.env.get("diagrams", ())).items()),
        )


def _without_comments(body: str, cells: Sequence[Cell]) -> tuple[str, list[int]]:
    """Blank comments, each cell's by itself; return also the offsets of those that are never closed."""
    if not cells:
        text, unclosed = blank_comments(body)
        return text, list(unclosed)
    lines, offset, found = body.split("\n"), 0, []
    for cell in cells:
        text, unclosed = blank_comments("\n".join(lines[cell.first : cell.last]))
        lines[cell.first : cell.last] = text.split("\n")
        found += [offset + place for place in unclosed]
        offset += len(text) + 1
    return "\n".join(lines), found


def _rest(children: Sequence[Token], position: int) -> str:
    """Return the words after a TODO mark."""
    return plain(islice(children, position + 1, position + 1 + LONGEST_TODO))


def _distinct(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    return tuple({tag_key(tag.name): tag for tag in reversed(tags)}.values())[::-1]
