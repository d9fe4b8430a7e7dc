"""Emphasis next to letters, together with other syntax, and text that must stay as in CommonMark."""

import random

import pytest
from markdown_it import MarkdownIt
from thorough import often

from hortus.core.model import Source
from hortus.parse.note import parse_note
from hortus.parse.syntax.dialect import make_parser


def drawn(source: str) -> str:
    """Render one paragraph, with links in angle brackets and formulas as source."""
    shown = {"wikilink": "⟨{}⟩", "embed": "⟪{}⟫", "math_inline": "{}", "footnote_ref": "[^]", "code_inline": "`{}`"}
    children = make_parser().parse(source)[1].children
    return "".join(
        shown.get(token.type, "{}").format(token.meta.get("shown") or token.content)
        if token.nesting == 0
        else f"<{'/' * (token.nesting < 0)}{token.tag}>"
        for token in children
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**[[A]]**s", "<strong>⟨A⟩</strong>s"),
        ("un**[[A]]**s", "un<strong>⟨A⟩</strong>s"),
        ("前**[[A]]**后", "前<strong>⟨A⟩</strong>后"),
        ("**![[a.png]]**s", "<strong>⟪a.png⟫</strong>s"),
        ("**$k$**th", "<strong>k</strong>th"),
        ("第**$k$**个", "第<strong>k</strong>个"),
        ("**==f()==**s", "<strong><mark>f()</mark></strong>s"),
        ("==**f()**s==", "<mark><strong>f()</strong>s</mark>"),
        ("~~**[[A]]**s~~는", "<s><strong>⟨A⟩</strong>s</s>는"),
        ("**word^[x]**는", "<strong>word[^]</strong>는"),
        ("**TODO:**다음", "<strong>TODO:</strong>다음"),
        ("**#tag**은", "<strong>#tag</strong>은"),
        ("**https://x.org**은", "<strong><a>https://x.org</a></strong>은"),
        ("**a%%b)%%)**은", "<strong>a%%b)%%)</strong>은"),
        ("[[a]] *b(c)*d", "⟨a⟩ <em>b(c)</em>d"),
        ("[[a]]*b(c)*d", "⟨a⟩*b(c)*d"),
    ],
)
def test_next_to_the_rest(source, expected):
    """Links, formulas, code, highlights, footnotes and tags count as words at the ends of emphasis."""
    assert expected == drawn(source)


def test_places_stay_true():
    """A link within such emphasis has the correct line and column."""
    note = parse_note(Source("a.md", "x\n\n**가(나) [[B]]**은 **[[C]]**s\n"))

    assert [("B", 3, 8), ("C", 3, 19)] == [(link.target, link.line, link.column) for link in note.links]


@pytest.mark.parametrize("seed", range(often(400)))
def test_text_without_punctuation_is_commonmark(seed):
    """Letters, spaces and delimiters alone give CommonMark's result: the rule only adds cases."""
    mark = "*_~"[seed % 3]
    pieces = ["a", "가", "3", " ", mark, mark * 2, mark * 3]
    text = "x" + "".join(random.Random(seed).choices(pieces, k=40))
    standard = MarkdownIt("commonmark", {"breaks": True}).enable("strikethrough")

    assert standard.render(text) == make_parser().render(text)


@pytest.mark.parametrize("seed", range(often(400)))
def test_no_letter_is_lost(seed):
    """Whatever the delimiters, every letter is still there, in order."""
    pieces = ["a", "가", "3", " ", "*", "**", "_", "~~", "==", "(", ")", "：", "“", '"', "$k$", "`c`", "."]
    text = "x" + "".join(random.Random(seed).choices(pieces, k=60))
    words = "".join(token.content for token in make_parser().parse(text)[1].children or ())

    assert [c for c in text if c.isalnum()] == [c for c in words if c.isalnum()]
