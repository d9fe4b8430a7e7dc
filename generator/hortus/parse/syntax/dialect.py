"""The parser of notes, with the syntax of every file in this folder."""

from functools import lru_cache, partial

from hortus.core.model import ParseOptions
from hortus.parse.syntax.admonition import admonition_plugin
from hortus.parse.syntax.block_id import block_id_plugin
from hortus.parse.syntax.callout import callout_plugin
from hortus.parse.syntax.cells import cells_plugin
from hortus.parse.syntax.code import code_plugin
from hortus.parse.syntax.comment import comment_plugin
from hortus.parse.syntax.depth import depth_plugin
from hortus.parse.syntax.diagram import diagram_plugin
from hortus.parse.syntax.emphasis import emphasis_plugin
from hortus.parse.syntax.figure import figure_plugin
from hortus.parse.syntax.footnote import footnote_plugin
from hortus.parse.syntax.highlight import highlight_plugin
from hortus.parse.syntax.html import html_plugin
from hortus.parse.syntax.math import math_plugin
from hortus.parse.syntax.parser import NoteParser, use_lean_parsers
from hortus.parse.syntax.position import position_plugin
from hortus.parse.syntax.query import query_plugin
from hortus.parse.syntax.table import table_plugin
from hortus.parse.syntax.tabs import tabs_plugin
from hortus.parse.syntax.tag import tag_plugin
from hortus.parse.syntax.task import task_plugin
from hortus.parse.syntax.todo import todo_plugin
from hortus.parse.syntax.url import url_plugin
from hortus.parse.syntax.wikilink import wikilink_plugin

DEEPEST = 500
"""Levels of nesting; with markdown-it's default of 20, deeper text would be lost without an error."""


@lru_cache(maxsize=8)
def make_parser(options: ParseOptions = ParseOptions()) -> NoteParser:
    """Make the parser of notes."""
    md = NoteParser("commonmark", {"maxNesting": DEEPEST, "html": True, "breaks": not options.strict_line_breaks})
    md.enable(["table", "strikethrough"])
    use_lean_parsers(md)
    for plugin in (
        tabs_plugin,
        comment_plugin,
        partial(todo_plugin, own=options.todo_marks),
        math_plugin,
        wikilink_plugin,
        url_plugin,
        footnote_plugin,
        highlight_plugin,
        emphasis_plugin,
        tag_plugin,
        table_plugin,
        callout_plugin,
        admonition_plugin,
        task_plugin,
        block_id_plugin,
        figure_plugin,
        query_plugin,
        code_plugin,
        diagram_plugin,
        html_plugin,
        position_plugin,
        depth_plugin,
        cells_plugin,
    ):
        md.use(plugin)
    return md
