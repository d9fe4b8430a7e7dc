"""State of parsing one note: what was collected from its tokens, and how tokens are rendered."""

from collections.abc import Sequence

from markdown_it.token import Token

from hortus.core.keys import fold
from hortus.core.model import FigureRequest, Issue, ParseOptions, Query, Segments, Source, Tag, TaskMode, Todo
from hortus.parse.math_signs import UNREADABLE, signs_of
from hortus.parse.sections import Sections
from hortus.parse.syntax.cells import Cell
from hortus.parse.syntax.dialect import make_parser
from hortus.parse.syntax.html import Rewrite, render_each, render_tokens
from hortus.parse.syntax.parser import TYPE
from hortus.parse.syntax.position import Places
from hortus.parse.syntax.references import References, Spread, no_address

EXCERPT = 300
"""Characters of a note's first words."""
NOT_SEPARATELY = frozenset({"html_inline", "footnote_ref"})
"""Tokens that are not rendered one by one: raw HTML is cleaned as a whole, and sentences omit footnote references."""


class Reading:
    """What was found in one note, in order; `hortus.parse.note` completes it."""

    def __init__(self, source: Source, body: str, options: ParseOptions, cells: Sequence[Cell] = ()) -> None:
        self.path, self.options = source.path, options
        self.md = make_parser(options)
        schemes = ("obsidian", *options.url_schemes)
        self.env: dict = {"macros": options.macros, "cells": cells, "schemes": schemes, "language": options.language}
        lines = zip(body.split("\n"), source.text.split("\n"), strict=True)
        self.places = Places([shown if len(shown) == len(written) else written for shown, written in lines])
        self.references = References(body, self.places, self.issue, options)
        self.sections = Sections()
        self.todo_marks = frozenset(map(fold, options.todo_marks))
        self.tasks: TaskMode = options.tasks
        self.todos: list[Todo] = []
        self.tags: list[Tag] = []
        self.contexts: list[Segments] = []
        self.figures: list[FigureRequest] = []
        self.issues: list[Issue] = []
        self.queries: list[Query] = []
        self.fields: list[tuple[str, str]] = []
        self.formulas: set[str] = set()
        """As MathML."""
        self.words: list[str] = []
        """The words of each inline token."""
        self.has_first_words = False

    def issue(self, kind: str, place: Spread, message: str, hint: str = "", target: str = "") -> None:
        """Report a problem at a place: line, column and length."""
        line, column, length = place
        self.issues.append(Issue(kind, self.path, line, column, message, hint, target, length))

    @property
    def trusts_html(self) -> bool:
        return self.options.html == "trusted"

    def signs(self, formula: Token) -> str:
        """Return a formula as signs, for the note's first words; further down it only counts as a word."""
        if self.has_first_words:
            return UNREADABLE
        self.has_first_words = sum(map(len, self.words)) > EXCERPT
        return signs_of(formula.meta.get("mathml") or "")

    def parse_line(self, text: str, line: int) -> Token:
        """Parse a single line of Markdown, such as the value of a property; its issues get that line."""
        known = len(self.env.get("issues", ()))
        inline = self.md.parseInline(text, self.env)[0]
        inline.map = [line - 1, line]
        for number, (kind, _, *rest) in enumerate(self.env.get("issues", ())[known:], known):
            self.env["issues"][number] = (kind, line, *rest)
        return inline

    def render(self, tokens: Sequence[Token]) -> str:
        """Render tokens for the page; URLs in raw HTML become links of the note."""
        rewrite: Rewrite | None = None if self.trusts_html else self.references.raw_attribute
        return render_tokens(self.md, tokens, self.env, rewrite)

    def render_again(self, tokens: Sequence[Token]) -> str:
        """Render tokens a second time: without URLs in raw HTML, and without reporting anything again."""
        env = {"macros": self.options.macros, "language": self.options.language}
        return render_tokens(self.md, tokens, env, None if self.trusts_html else no_address)

    def render_inline(self, inline: Token) -> list[str] | None:
        """Render the children of an inline token one by one; None if they depend on each other."""
        children = inline.children or []
        if not NOT_SEPARATELY.isdisjoint(map(TYPE, children)):
            return None
        shown = render_each(self.md, children, self.env)
        inline.meta["html"] = "".join(shown)
        return shown
