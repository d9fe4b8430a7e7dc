"""Each syntax by its Markdown cases: `NAME.md` is parsed with the plugin of that name only."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.utils import read_fixture_file

from hortus.parse.syntax.comment import BLANK, blank_comments

HERE = Path(__file__).parent
NEEDS = {"admonition": ("callout", "block_id", "code")}
"""Plugins that others build on."""
NAMES = sorted(path.stem for path in HERE.glob("*.md"))


def make_parser(name: str) -> MarkdownIt:
    """Make a parser with one plugin, and short replacements for parts that a case is not about."""
    md = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])
    for plugin in ("comment", *NEEDS.get(name, ()), name):
        md.use(getattr(import_module(f"hortus.parse.syntax.{plugin}"), f"{plugin}_plugin"))
    md.core.ruler.push("shown", _show_ids)
    md.renderer.rules.setdefault("tag", lambda tokens, idx, options, env: f"[{tokens[idx].content}]")
    return md


def _show_ids(state: StateCore) -> None:
    for token in state.tokens:
        if "block_id" in token.meta:
            token.attrs["id"] = token.meta["block_id"]


def shortened(html: str) -> str:
    """Shorten icons, formulas and footnotes to what a case is about."""
    html = re.sub(r"<svg.*?</svg>", "<svg/>", html)
    html = re.sub(r"<sup.*?:0:(fn\w+)\ufdd1.*?:0:([\w-]+)\ufdd1.*?>(\d+)</a></sup>", r"[\3=\2→\1]", html)
    html = re.sub(r'<a href="[^"]*?:0:(fnref[\w-]+)\ufdd1" class="footnote-backref.*?</a>', r"[↩\1]", html)
    html = re.sub(r'<li id="[^"]*?:0:(fn\d+)\ufdd1" class="footnote">', r"<li \1>", html)
    html = re.sub(r"<section.*?>\n<ol>|</ol>\n(?=</section>)", lambda m: "<section>" if "section" in m[0] else "", html)
    return re.sub(r"<math.*?x-tex\">(.*?)</annotation></semantics></math>", r"<math>\1</math>", html, flags=re.DOTALL)


def cases():
    for name in NAMES:
        for line, title, source, expected in read_fixture_file(HERE / f"{name}.md"):
            yield pytest.param(name, source, expected, id=f"{name}:{line} {title}")


@pytest.mark.parametrize(("name", "source", "expected"), list(cases()))
def test_syntax(name, source, expected):
    """The HTML is as in the case."""
    html = shortened(make_parser(name).render(blank_comments(source)[0]))

    assert expected.rstrip() == html.rstrip()


def test_comment_never_closed_is_reported():
    """A comment at the start of a line that is never closed hides the rest; its offset is returned."""
    assert blank_comments("a %%b%% c\n%% d\n\ne")[1] == (10,)


def test_comments_keep_places():
    """Lines and columns stay the same, and no text of a comment is left."""
    text = "---\na: '%%'\n---\n> %%one\n> two%%\n\n- x %%three%% y\n"
    blanked, _ = blank_comments(text)

    assert [len(line) for line in text.split("\n")] == [len(line) for line in blanked.split("\n")]
    assert blanked.replace(BLANK, "") == "---\na: '%%'\n---\n> \n> \n\n- x  y\n"
