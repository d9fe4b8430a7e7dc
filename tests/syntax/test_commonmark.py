"""The examples of CommonMark 0.31.2 through our parser: all of them, but for those whose text is our own syntax.

The specification (John MacFarlane, CC BY-SA 4.0) is no part of this project. `npm install --prefix
tests/syntax` brings it; where continuous integration runs, it must be there.
"""

import os
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from hortus.core.model import ParseOptions
from hortus.parse.syntax.comment import blank_comments
from hortus.parse.syntax.dialect import make_parser

SPECIFICATION = Path(__file__).parent / "node_modules/commonmark-spec/spec.txt"
EMPTY = "<blockquote>\n</blockquote>"  # markdown-it has no line end inside
EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)

OURS = {
    64: "a tag: #hashtag",
    548: "a link: [[[foo]]",
    559: "a link: [[*foo* bar]]",
    590: "an embed: ![[foo]]",
    602: "a bare address is a link, as in Obsidian",
    608: "a bare address",
    611: "a bare address",
}
"""Examples that mean something else here, and why."""


def examples():
    if not SPECIFICATION.exists():
        return []
    text = SPECIFICATION.read_text(encoding="utf-8").replace("→", "\t")
    return [(number, *match.groups()) for number, match in enumerate(EXAMPLE.finditer(text), 1)]


EXAMPLES = examples()


def render(source: str) -> str:
    """Parse as Hortus does, and render as markdown-it does, so that only the parse is compared."""
    plain = MarkdownIt("commonmark")
    env: dict = {}
    tokens = make_parser(ParseOptions(strict_line_breaks=True)).parse(blank_comments(source)[0], env)
    for token in tokens:
        for child in token.children or ():
            for name in {"href", "src"} & set(child.attrs):
                child.attrs[name] = plain.normalizeLink(str(child.attrs[name]))
    return plain.renderer.render(tokens, plain.options, env)


@pytest.mark.skipif(not SPECIFICATION.exists() and "CI" not in os.environ, reason="npm install --prefix tests/syntax")
def test_the_specification_is_whole():
    assert len(EXAMPLES) == 652


@pytest.mark.parametrize(("number", "source", "expected"), EXAMPLES, ids=[str(number) for number, *_ in EXAMPLES])
def test_example(number, source, expected):
    """It comes out as the specification says, or it is listed and does not."""
    same = expected.replace(EMPTY, EMPTY.replace("\n", "")) == render(source)

    assert same == (number not in OURS)
