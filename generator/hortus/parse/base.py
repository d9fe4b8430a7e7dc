"""Bases: a ``.base`` file in, a Note out that has a section for each view."""

from dataclasses import replace

from hortus.core.keys import stem
from hortus.core.model import Heading, Issue, Note, ParseOptions, Query, Slot, Source
from hortus.core.urls import unique_anchor
from hortus.parse.note import parse_note
from hortus.parse.query_blocks import KIND
from hortus.parse.syntax.html import escapeHtml
from hortus.queries.understand import check, views_of

SUFFIX = ".base"


def parse_base(source: Source, options: ParseOptions = ParseOptions()) -> Note:
    """Understand a base; what is wrong with it is among the note's issues."""
    note = parse_note(replace(source, text=""), options)
    issues = [
        Issue(KIND, source.path, problem.line, problem.column, problem.message, problem.hint, "", problem.length)
        for problem in check("base", source.text)
    ]
    body: list[str | Slot] = []
    headings, queries = [], []
    taken: dict[str, int] = {}
    for number, view in enumerate(views_of(source.text)):
        anchor, start = unique_anchor(view, taken), len(body)
        html = escapeHtml(view)
        body += ['<h2 id="', Slot("id", 0, anchor), f'">{html}</h2>\n', Slot("query", number, ""), "\n"]
        headings.append(Heading(2, view, view, (html,), anchor, 1, 1, start, len(body)))
        queries.append(Query("base", source.text, 1, 1, view))
    title = stem(source.path).removesuffix(SUFFIX)
    return replace(
        note,
        title=title,
        body=tuple(body),
        headings=tuple(headings),
        queries=tuple(queries),
        issues=(*note.issues, *issues),
    )
