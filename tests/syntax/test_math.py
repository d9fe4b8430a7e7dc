"""Formulas: mended, numbered through, joined up, and without a single inline style."""

import re

import pytest

from hortus.mathfont import glyphs_of, subset_math_font
from hortus.slots import mark
from hortus.syntax import make_parser
from hortus.syntax.mathml import convert_formulas, convert_math
from hortus.syntax.mathstyle import math_css


@pytest.mark.parametrize(
    ("latex", "same_as"),
    [
        (r"\alpha*x", r"\alpha * x"),
        (r"\text{if $x$ is}", r"\text{if } x \text{ is}"),
        (r"\scriptsize x \Large y", "x y"),
        (r"\mbox{a}", r"\text{a}"),
        (r"\require{cancel}\hspace*{1em}x", r"\hspace{1em}x"),
        (r"\DeclareMathOperator{\am}{am}\am x", r"\operatorname{am} x"),
        (r"\begin{split}a&=b\end{split}", r"\begin{aligned}a&=b\end{aligned}"),
        (r"\sum_{\substack{a\\b}}", r"\sum_{\begin{subarray}{c}a\\b\end{subarray}}"),
        (r"\mathds{1}", r"\mathbb{1}"),
    ],
)
def test_mended(latex, same_as):
    """What Obsidian's MathJax reads and math-core does not is written so that it does."""
    expected, _ = convert_math(same_as)
    mathml, error = convert_math(latex)

    assert error == ""
    assert re.sub("<annotation.*", "", expected) == re.sub("<annotation.*", "", mathml)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\rule{1em}{9mu}", '<mspace width="1em" height="0.5em" mathbackground="currentcolor"/>'),
        (r"\rule[-.2ex]{1em}{1pt}", '<mpadded voffset="-.2ex"><mspace width="1em"'),
        (r"\colorbox{red}{a $x$}", '<mrow mathbackground="red">'),
        (r"\textcolor{#fe0}{x}", '<mrow mathcolor="#fe0"><mi>x</mi></mrow>'),
        (r"\href{https://a.b/?c&d\#e}{x}", '<mtext><a class="external" href="https://a.b/?c&amp;d#e" rel="noopener">'),
        (r"\href{mailto:a@b.c}{\colorbox{red}{a}}", '<mrow mathbackground="red">'),
        (r"\bigl(x\bigr)^2", '<msup><mrow><mo minsize="1.2em" maxsize="1.2em">)</mo></mrow><mn>2</mn></msup>'),
        ("y''", '<mi>y</mi><mo lspace="0" rspace="0">″</mo>'),
    ],
)
def test_shown_as_tex_does(latex, expected):
    """What math-core lacks or browsers draw otherwise."""
    mathml, error = convert_math(latex)

    assert error == ""
    assert expected in mathml


def test_a_last_line_is_under_its_row():
    """A line at the end of an array adds no row, and goes all along the last."""
    mathml, _ = convert_math(r"\begin{array}{cc} a & b \\ c & d \\ \hline \end{array}")

    assert 2 == mathml.count("<mtr>") == mathml.count("math-line-bottom")


@pytest.mark.parametrize(
    ("latex", "hint"),
    [
        (r"\ce{H2O}", r"\mathrm{H_2O}"),
        (r"\href{javascript:a}{b}", "http, https"),
        (r"\href{a.md}{b}", "http, https"),
        (r"\colorbox{a\"b}{c}", "colorbox"),
        (r"\rule{1em}{wide}", "rule"),
    ],
)
def test_not_shown(latex, hint):
    """What cannot be shown is told, with what to write instead."""
    mathml, error = convert_math(latex)

    assert mathml is None
    assert hint in error


def test_the_source_comes_along():
    """Copying a formula gives back what its author wrote, escaped."""
    mathml, _ = convert_math(r"\text{if $x<y$}")

    assert mathml.endswith(r'x-tex">\text{if $x&lt;y$}</annotation></semantics></math>')


def test_numbers_and_references():
    """Equations are numbered through the note; a reference finds its equation before or after it."""
    before, align, tagged, after = (
        mathml
        for mathml, _ in convert_formulas(
            [
                (r"\eqref{eq:one}", False),
                (r"\begin{align}a&=b\label{eq:one}\\c&=d\end{align}", True),
                (r"E=mc^2\tag{E}\label{Énergie 1}", True),
                (r"\ref{Énergie 1}", False),
            ]
        )
    )

    assert f'<a href="{mark("ref", 0, "eq-one")}">(1)</a>' in before
    assert f'id="{mark("id", 0, "eq-one")}"><mtext>(1)</mtext>' in align and "(2)" in align
    assert f'id="{mark("id", 0, "eq-nergie-1")}"><mtext>(E)</mtext>' in tagged
    assert f'<a href="{mark("ref", 0, "eq-nergie-1")}">E</a>' in after


def test_a_reference_to_nothing_is_told():
    mathml, error = convert_math(r"\eqref{nope}")

    assert error == "no equation is labelled `nope`"
    assert "(??)" in mathml and "href" not in mathml


def test_macros_and_commands():
    """Macros come from the settings; a command defined in a note holds for the rest of it."""
    (defined, _), (used, _), (own, _) = convert_formulas(
        [(r"\newcommand{\f}{\mathbf f}\f", False), (r"\f", False), (r"\R", False)], (("R", r"\mathbb{R}"),)
    )

    assert "𝐟" in defined and "𝐟" in used and "ℝ" in own


@pytest.mark.parametrize("latex", ["{" * 9_000, r"\sqrt" * 9_000, "x^{" * 9_000, r"\hat{" * 3_000 + "}" * 3_000])
def test_too_deep_is_told(latex):
    """What would overflow the converter's stack never reaches it."""
    assert convert_math(latex) == (None, "the formula is too long")


def test_no_inline_styles():
    """Every style is a class that the style sheet knows, or an attribute."""
    latex = (
        r"a\!b \color{red}c \mathop{d} \begin{array}{|l:r||c|}\hline a&b&c\end{array} \cancel{e} \text{f \textsc g}"
        r"\begin{cases}a&b\end{cases}\cfrac12 \begin{multline}a\\b\end{multline} \mspace{-7mu}"
    )
    mathml, error = convert_math(latex, True)
    named = {name for names in re.findall('class="([^"]*)"', mathml) for name in names.split()}

    assert error == ""
    assert " style=" not in mathml
    assert 'mathcolor="#FF0000"' in mathml
    assert set() == {name for name in named if f".{name}" not in math_css()}


def test_errors_have_their_line():
    env: dict = {}
    make_parser().parse("a\nb $\\frac{$ c\n\n> $$\n> \\nope\n> $$\n", env)

    assert [issue[:2] for issue in env["issues"]] == [("bad_math", 2), ("bad_math", 4)]


def test_the_font_has_what_is_drawn_and_little_else():
    """Letters slant, roots and brackets grow; the bytes depend on the set of characters alone."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    characters = glyphs_of(convert_math(r"\sqrt{h}-\sin(\mathrm{d}\alpha)")[0])
    data = subset_math_font(characters)
    font = TTFont(BytesIO(data))

    assert set("√hℎ−sin()d𝛼α") <= characters
    assert characters <= {chr(code) for code in font.getBestCmap()} | {"\u2061"}
    assert font["MATH"].table.MathVariants.VertGlyphCount > 2
    assert len(data) < 30_000
    assert data == subset_math_font(sorted(characters, reverse=True))
