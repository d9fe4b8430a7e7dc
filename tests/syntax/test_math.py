"""Formulas: rewritten for math-core, numbered, with references, and without inline styles."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest

from hortus.core.model import Source
from hortus.core.slots import mark
from hortus.parse.glyphs import glyphs_of
from hortus.parse.note import parse_note
from hortus.parse.syntax.dialect import make_parser
from hortus.parse.syntax.mathfault import hint_of
from hortus.parse.syntax.mathml import convert_formulas, convert_math
from hortus.parse.syntax.mathstyle import math_css
from hortus.site.math_font import subset_math_font


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
def test_rewritten(latex, same_as):
    """LaTeX that MathJax reads and math-core does not is rewritten."""
    expected, _ = convert_math(same_as)
    mathml, error = convert_math(latex)

    assert error == ""
    assert re.sub("<annotation.*", "", expected) == re.sub("<annotation.*", "", mathml)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\rule{1em}{9mu}", '<mspace width="1em" height="0.5em" class="math-rule"/>'),
        (r"\rule[-.2ex]{1em}{1pt}", '<mpadded voffset="-.2ex"><mspace width="1em"'),
        (r"\colorbox{red}{a $x$}", '<mrow mathbackground="red">'),
        (r"\textcolor{#fe0}{x}", '<mrow mathcolor="#fe0"><mi>x</mi></mrow>'),
        (r"\href{https://a.b/?c&d\#e}{x}", '<mtext><a class="external" href="https://a.b/?c&amp;d#e" rel="noopener">'),
        (r"\href{mailto:a@b.c}{\colorbox{red}{a}}", '<mrow mathbackground="red">'),
        (
            r"\bigl(x\bigr)^2",
            '<msup><mrow><mo form="postfix" minsize="1.2em" maxsize="1.2em">)</mo><mspace height="0.858em"',
        ),
        ("y''", '<mi>y</mi><mo lspace="0" rspace="0">″</mo>'),
    ],
)
def test_shown_as_tex_does(latex, expected):
    """Output that math-core lacks or browsers render differently is corrected."""
    mathml, error = convert_math(latex)

    assert error == ""
    assert expected in mathml


def test_a_last_line_is_under_its_row():
    """A line at the end of an array adds no row, and is as wide as the last row."""
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
        (r"\text{if \alpha}", r"\text{if $\alpha > 0$}"),
        (r"a \above 2pt b", r"\genfrac{}{}{2pt}{}"),
        (r"\big{x}", "delimiter"),
        (r"\begin{aligned}a\\[4]b\end{aligned}", r"\\[4pt]"),
        (r"\begin{aligned}a\\[4pt b\end{aligned}", "no length in `\\\\[4pt b"),
        (r"\begin{cases}a\\*[b]\end{cases}", "no length in `\\\\[b]`"),
        (r"a \tag{1} b \tag{2}", "one \\tag"),
        (r"\begin{aligned}a \tag{1}\\ b \tag{2}\end{aligned}", "one \\tag"),
        (r"\begin{align}a \tag{1} \tag{2}\end{align}", "one \\tag"),
    ],
)
def test_not_shown(latex, hint):
    """Unsupported LaTeX is reported, with an alternative."""
    mathml, error = convert_math(latex, display=True)

    assert mathml is None
    assert hint in f"{error} {hint_of(error)}"


def test_the_source_comes_along():
    """The annotation has the author's source, escaped."""
    mathml, _ = convert_math(r"\text{if $x<y$}")

    assert mathml.endswith(r'x-tex">\text{if $x&lt;y$}</annotation></semantics></math>')


def test_numbers_and_references():
    """Equations are numbered through the note; references find equations before and after them."""
    before, align, tagged, after = (
        mathml
        for mathml, _ in convert_formulas(
            [
                (r"\eqref{eq:one}", False),
                (r"\begin{align}a&=b\label{eq:one}\\c&=d\\e&=f\label{eq:two}\end{align}", True),
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
    """Macros come from the settings; a command defined in a note applies to the rest of it."""
    (defined, _), (used, _), (own, _) = convert_formulas(
        [(r"\newcommand{\f}{\mathbf f}\f", False), (r"\f", False), (r"\R", False)], (("R", r"\mathbb{R}"),)
    )

    assert "𝐟" in defined and "𝐟" in used and "ℝ" in own


def body(latex, display=False, macros=()):
    """Return the MathML of a formula without its annotation."""
    mathml, error = convert_math(latex, display, macros)
    assert error == "", latex
    return re.sub(r"<semantics>|<annotation.*</semantics>", "", mathml, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("latex", "same_as"),
    [
        (r"\newcommand{\R}{\mathbb R}\R^n", r"\mathbb R^n"),
        (r"\newcommand\R{\mathbb R}\newcommand\R{\mathbf R}\R", r"\mathbf R"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}}\vec v", r"\mathbf{v}"),
        (r"\let\old\vec\renewcommand{\vec}[1]{\old{\mathbf #1}}\vec v", r"\vec{\mathbf v}"),
        (r"\newcommand{\norm}[2][2]{\|#2\|_{#1}}\norm{x}+\norm[1]{y}", r"\|x\|_2+\|y\|_1"),
        (r"\def\bb#1{\mathbb#1}\bb R", r"\mathbb{R}"),
        (r"\DeclareMathOperator{\set}{set}\set A", r"\operatorname{set} A"),
        (r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}\abs*{x}", r"\left\lvert x\right\rvert"),
        (r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}\abs[\Big]{x}", r"\Bigl\lvert x\Bigr\rvert"),
        (
            r"\newenvironment{al}{\begin{aligned}}{\end{aligned}}\begin{al}a&=b\end{al}",
            r"\begin{aligned}a&=b\end{aligned}",
        ),
        (r"\newcommand{\x}{x}\\\x", r"\\x"),
        (r"\newcommand{\d}{d}\int\d x", r"\int dx"),
        (r"\alpha\def\x{}y", r"\alpha y"),
        (r"\providecommand{\y}{y}\providecommand{\y}{z}\y", "y"),
    ],
)
def test_defined_commands(latex, same_as):
    """Any name may be defined, also existing ones and more than once; bodies are parsed as in MathJax."""
    assert body(same_as) == body(latex)


@pytest.mark.parametrize("name", "R N Z P H argmax argmin set Re Im ket bra vec i bm Set O L".split())
def test_known_names_may_be_defined(name):
    """The author's definition overrides a command of the converter."""
    assert body(rf"\newcommand{{\{name}}}{{\mathbf{{q}}}}\{name} + 1") == body(r"\mathbf{q} + 1")


def test_a_preamble_serves_the_rest_of_the_note():
    """Commands defined in a displayed block apply to formulas after it, not before."""
    before, preamble, after = convert_formulas(
        [(r"\F", False), ("\\newcommand{\\F}{\\mathbb F}\n\\DeclareMathOperator{\\rk}{rk}", True), (r"\rk \F", False)]
    )

    assert before[0] is None
    assert preamble[1] == "" and "𝔽" in after[0] and "rk" in after[0]


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\newcommand{\f}{\f}\f", r"\f goes on without end"),
        (r"\newcommand{\f}{", "needs a name and a body"),
        (r"\newcommand", "needs the name of a command"),
        (r"\newcommand{\f}[2]{#1#2}\f a", "defined with 2 arguments"),
        (r"\newcommand{\f}[x]{#1}", "is a digit"),
        (r"\def\f(#1){#1}", r"\def\f needs"),
        (r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a", "goes on without end"),
    ],
)
def test_wrong_definitions_are_reported(latex, said):
    """An invalid definition is an issue of its formula, and never loops."""
    mathml, error = convert_math(latex)

    assert mathml is None
    assert said in error


@pytest.mark.parametrize(
    ("latex", "same_as"),
    [
        (r"\left< x \right>", r"\left\langle x \right\rangle"),
        (r"\bigl< x \bigr>", r"\bigl\langle x \bigr\rangle"),
        (r"\big{\{} \Big{[}", r"\big\{ \Big["),
        (r"\begin{gather}a&=b\\c\end{gather}", r"\begin{aligned}a&=b\\c\end{aligned}"),
        (r"\begin{alignedat}{2}a&=b&c&=d\end{alignedat}", r"\begin{aligned}a&=b&c&=d\end{aligned}"),
        (r"\begin{align}a&=b\nonumber\end{align}", r"\begin{aligned}a&=b\end{aligned}"),
        (r"\begin{array}{@{}l*{2}{c}}a&b&c\end{array}", r"\begin{array}{lcc}a&b&c\end{array}"),
        (r"\begin{cases*}a & if $x$\end{cases*}", r"\begin{cases}a & \text{if } x \end{cases}"),
        (r"\matrix{a & b \cr c & d}", r"\begin{matrix}a & b \\ c & d\end{matrix}"),
        ("a\\\\\\\nb", r"a\\\ b"),
        (r"\text{\textcopyright}", r"\text{\text{©}}"),
        (r"5\ohm", r"5\text{Ω}"),
        (r"\textdollar\textless\textgreater\textbardbl", r"\text{\$}\text{<}\text{>}\text{‖}"),
        (r"\text{a\textbackslash\textasciitilde}", r"\text{a}\unicode{92}\unicode{126}"),
        (r"\operatorname{top-k} x", r"\operatorname{top‐k} x"),
        (r"\operatorname{f*g} x", r"\mathop{\text{f*g}} x"),
        (r"\begin{matrix}a \cr cr\\cr\end{matrix}", r"\begin{matrix}a\\cr\\cr\end{matrix}"),
        (r"\begin{aligned}a \cr[4pt] b\end{aligned}", r"\begin{aligned}a \\[4pt] b\end{aligned}"),
        (r"\begin{multlined}[b][5cm]a\\b\end{multlined}", r"\begin{multlined}a\\b\end{multlined}"),
        (r"\begin{alignedat}[t]{1}a&=b\end{alignedat}", r"\begin{aligned}a&=b\end{aligned}"),
        (r"\begin{gathered}[b]a&b\end{gathered}", r"\begin{aligned}a&b\end{aligned}"),
        (r"\text{a \textcolor{red}{b} c}", r"\text{a }\textcolor{red}{\text{b}}\text{ c}"),
        (r"\mathop{\mathrm{argmax}}\limits_{x} f", r"\mathop{\underset{x}{\mathrm{argmax}}} f"),
        (r"\operatorname{\mathcal{H}om}", r"\mathop{\mathrm{\mathcal{H}om}}"),
        (r"f\colon x", r"f\mathpunct{:} x"),
        (r"\not\! p", r"\mathrlap{\,/}p"),
        (r"\root 3 \of x", r"\sqrt[3]{x}"),
        (r"\begin{matrix}a\\*b\\*[4pt]c\end{matrix}", r"\begin{matrix}a\\b\\[4pt]c\end{matrix}"),
        (r"\begin{array}{c}\hline\hline a\\\hline \hline\end{array}", r"\begin{array}{c}\hline a\\\hline\end{array}"),
        (r"\cfrac[l]{1}{x}\smash[b]{y}", r"\cfrac{1}{x}\smash{y}"),
        (r"\sqrt[\leftroot{-2}\uproot{2}\beta]{k}", r"\sqrt[\beta]{k}"),
        (r"\underbracket[1pt][2pt]{x}_y", r"\underbracket{x}_y"),
        (r"\adjustlimits\lim_{a}\sup_{b}", r"\lim_{a}\sup_{b}"),
        (r"x\buildrel\text{def}\over=y", r"x\stackrel{\text{def}}=y"),
        (r"a\llap{\gamma}\rlap{\gamma}", r"a\mathllap{\gamma}\mathrlap{\gamma}"),
        (r"\text{a \hbox{b $y$}}", r"\text{a }\text{b }y"),
        (r"{\not}p + \not\mathrel{R} + \not1", r"{\mathrlap{\,/}}p + \mathrlap{\,/}\mathrel{R} + \mathrlap{\,/}1"),
        (r"\left\lt x\right\gt", r"\left\langle x\right\rangle"),
        (r"\lower 2pt{x}\raise-2pt{y}", r"\raisebox{-2pt}{x}\raisebox{-2pt}{y}"),
        (
            r"\begin{empheq}[left={f=\empheqlbrace}, right=\empheqrvert]{align}a&=b\end{empheq}",
            r"f=\left\{\begin{aligned}a&=b\end{aligned}\right\rvert",
        ),
        (r"\begin{empheq}{gather*}a\\b\end{empheq}", r"\begin{gather*}a\\b\end{gather*}"),
        (
            r"\begin{numcases}{f=}1 & if $x$\\0 & else\end{numcases}",
            r"f=\begin{cases}1&\text{if }x\\0&\text{else}\end{cases}",
        ),
        (
            r"\begin{spreadlines}{9pt}\begin{aligned}a&=b\end{aligned}\end{spreadlines}",
            r"{\begin{aligned}a&=b\end{aligned}}",
        ),
        (r"\definecolor{mine}{RGB}{0,128,255}\textcolor{mine}{x}", r"\textcolor{#0080ff}{x}"),
        (r"\centernot\implies", r"\nRightarrow "),
        (r"\bigl{<}x\bigr{>}", r"\bigl\langle x\bigr\rangle"),
        (r"\big{<}x", r"\big\langle x"),
        (r"\kern 2mu a\hskip3mu b\hspace{4mu}c", r"\mkern 2mu a\mkern3mu b\mkern4mu c"),
        (r"\text{a\qquad b\negthinspace c}", r"\text{a}\qquad\text{b}\negthinspace\text{c}"),
        (r"\text{a\!b\hspace{1em}c\kern 3pt d}", r"\text{a}\!\text{b}\hspace{1em}\text{c}\kern3pt\text{d}"),
        (r"\text{a {\bf b} c \it d}", r"\text{a }\textbf{b}\text{ c }\textit{d}"),
        (r"\text{a\\b}", r"\text{a}\ \text{b}"),
        (r"\text{see \LaTeX{} now}", r"\text{see }\LaTeX\text{ now}"),
        (r"x_\text{if $y$}z", r"x_{\text{if }y}z"),
        (r"x^\text{a\qquad b}z", r"x^{\text{a}\qquad\text{b}}z"),
        (r"\frac\text{a $b$}{c}", r"\frac{\text{a }b}{c}"),
        (r"\begin{aligned}a\\[]b\\[1,5em]c\end{aligned}", r"\begin{aligned}a\\b\\[1.5em]c\end{aligned}"),
        (r"\begin{aligned}a\\[.5 em]b\end{aligned}", r"\begin{aligned}a\\[.5em]b\end{aligned}"),
    ],
)
def test_read_as_mathjax_reads(latex, same_as):
    """LaTeX that math-core refuses is rewritten to LaTeX that it supports."""
    assert body(same_as) == body(latex)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\boxed{x}", '<mrow class="math-box">'),
        (r"\fbox{a $x$}", "<mtext>a\u00a0</mtext><mi>x</mi>"),
        (r"\cancel{x}", '<mrow class="math-cancel"><mi>x</mi></mrow>'),
        (r"\bcancel{x}", '<mrow class="math-cancel-down">'),
        (r"\xcancel{x}", '<mrow class="math-cancel-both">'),
        (r"\textcolor{LightGray}{x}", '<mrow mathcolor="LightGray">'),
        (r"\color{RED} x", '<mrow mathcolor="RED">'),
        (r"\enclose{actuarial}{n}", '<mrow class="math-over"><mrow class="math-line-right"><mi>n</mi>'),
        (r"\enclose{left,bottom}{n}", '<mrow class="math-line-left"><mrow class="math-under"><mi>n</mi>'),
        (
            r"\overline{y}",
            '<mover accent="true"><mrow class="math-over"><mi>y</mi></mrow><mo stretchy="true">‾</mo></mover>',
        ),
        (
            r"\underline x",
            '<munder accentunder="true"><mrow class="math-under"><mi>x</mi></mrow><mo stretchy="true">_</mo></munder>',
        ),
        (r"\widehat{ab}", '<mo stretchy="true">ˆ</mo>'),
        (r"\widetilde{ab}", '<mo stretchy="true">˜</mo>'),
        (r"\vec F'", '<mo lspace="0" rspace="0">′</mo>'),
        (r"\text{x} = \text{y}", '</mtext><mi></mi><mo form="infix">=</mo><mtext>'),
        (r"a - \text{y} - b", '<mi></mi><mo form="infix">−</mo><mtext>y</mtext><mi></mi><mo form="infix">−</mo>'),
        (r"-\text{y}", '<mo lspace="0" rspace="0">−</mo>'),
        (r"\text{f}(x)", '<mo stretchy="false">(</mo>'),
        (
            r"\begin{smallmatrix}a&b\\c&d\end{smallmatrix}",
            '<mrow class="math-small"><mtable displaystyle="false"><mtr>',
        ),
        (r"\textcolor{rebeccapurple}{x}", '<mrow mathcolor="rebeccapurple"><mi>x</mi></mrow>'),
        (r"{\color{olive} x\color{navy} y} z", '<mrow mathcolor="navy"><mi>y</mi></mrow></mrow></mrow><mi>z</mi>'),
        (r"\color[RGB]{255,128,0}x", '<mrow mathcolor="#ff8000">'),
        (r"\textvisiblespace\textbraceleft", "<mtext>␣</mtext><mtext>{</mtext>"),
        (r"\unicode{x263a}", "<mtext>☺</mtext>"),
        (r"\mathrlap{/}p", '<mpadded width="0.05em">'),
        (r"\mathllap{/}p", '<mpadded width="0.05em"><mrow class="math-lap-left">'),
        (r"\sum_{\mathclap{i<j}}", '<mpadded width="0.05em"><mrow class="math-lap-middle">'),
        (r"\clap{so}", '<mrow class="math-lap-middle"><mtext>so</mtext>'),
        (r"\Big\downarrow", 'form="prefix" stretchy="true" minsize="1.623em"'),
        (r"\left<x\right>", '<mo>⟨</mo><mspace height="0.7em" depth="0.2em"/>'),
        (r"\left.x\right|_0", '<mo>\u2063</mo><mspace height="0.7em" depth="0.2em"/>'),
        (r"\class{a}{x}", "<mrow><mi>x</mi></mrow>"),
    ],
)
def test_drawn_in_all_engines(latex, expected):
    """MathML that a browser does not render is replaced by MathML that all browsers render alike."""
    assert expected in body(latex)


def test_a_commutative_diagram():
    """Objects and arrows of AMScd are the cells of a table, with labels on their side of the arrow."""
    square = body(r"\begin{CD} A @>f>{g}> B \\ @VaVV @AAbA \\ C @= D @. E \end{CD}", display=True)
    rows = [
        re.findall("<mtd>(.*?)</mtd>", row)
        for row in re.findall("<mtr>(.*?)</mtr>", re.sub("<mtd[^>]*>", "<mtd>", square))
    ]

    assert [3, 3, 5] == [len(row) for row in rows]
    assert re.search("→.*g.*f", rows[0][1]) and re.search("a.*↓", rows[1][0]) and re.search("↑.*b", rows[1][2])
    assert "=" in rows[2][1] and rows[2][3] == ""


def test_an_unfinished_commutative_diagram_is_reported():
    assert convert_math(r"\begin{CD} A @>f>> B \\ @VaV C \end{CD}")[0] is None


def test_a_colour_serves_the_rest_of_the_note():
    """A colour defined in one formula applies to those after it; other names are unchanged."""
    first, second = convert_formulas(
        [(r"\definecolor{warm}{HTML}{ff8800}", True), (r"\color{warm}x + \colorbox{warm}{y}\textcolor{gold}{z}", False)]
    )

    assert first[1] == ""
    assert 'mathcolor="#ff8800"' in second[0] and 'mathbackground="#ff8800"' in second[0] and '"gold"' in second[0]


@pytest.mark.parametrize("around", ["aligned", "cases", "pmatrix", "gathered", "gather", "align"])
@pytest.mark.parametrize(("length", "step"), [("4pt", 14), ("1em", 25), ("-2pt", 3), ("1.5ex", 19), ("9cm", 47)])
def test_gaps_between_rows(around, length, step):
    """A length after a line break is a gap below its row only, and never shown as text."""
    mathml = body(rf"\begin{{{around}}}a\\[{length}] b\\c\end{{{around}}}", display=True)

    assert 1 == mathml.count(f"math-pad-bottom-{step}")
    assert mathml.index(f"math-pad-bottom-{step}") < mathml.index("<mi>a</mi>") < mathml.index("<mi>b</mi>")
    assert not re.search("<mi>[ptem]</mi>|<mn>", mathml)


@pytest.mark.parametrize(
    ("rows", "sides"),
    [
        (r"a \\ b \\ c", ["left", "", "right"]),
        (r"a \\[4pt] b \\[1em] c \\", ["left", "", "right"]),
        (r"a \\ \shoveleft{b} \\ \shoveright c \\ d", ["left", "left", "right", "right"]),
        (r"\begin{matrix} a \\ x \end{matrix} \\ b", ["left", "right"]),
        (r"a", ["left"]),
    ],
)
def test_the_rows_of_multlined(rows, sides):
    """The first is on the left, the last on the right, others in the middle or where they are shoved, as in MathJax."""
    shown = body(rf"\begin{{multlined}}{rows}\end{{multlined}}")
    shown = re.sub(r"(<mtd[^>]*>)<mtable[^>]*>.*?</mtable>", r"\1", shown)

    assert "\ufdd6" not in shown and "[" not in shown
    assert sides == [(re.findall("math-(left|right)", cell) or [""])[0] for cell in re.findall("<mtd[^>]*>", shown)]


def test_a_gap_is_that_of_its_own_row():
    """Nested tables keep their own gaps; invalid lengths stay as typed."""
    outer = body(r"\begin{array}{c|c}\begin{matrix}a\\b\end{matrix}&c\\[4pt]\hline d&e\end{array}")

    nested = body(r"\begin{aligned}\begin{cases}a & b \\[4pt] c & d\end{cases}\\[1em] e\end{aligned}")

    assert 2 == outer.count("math-pad-bottom-14")
    assert "abcde" == "".join(re.findall("<mi>(.)</mi>", nested))
    assert (2, 1) == (nested.count("math-pad-bottom-14"), nested.count("math-pad-bottom-25"))
    assert "<mi>x</mi>" in body(r"\begin{gathered}a\\ [x]\end{gathered}")


@pytest.mark.parametrize("environment", ["equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign"])
def test_no_number_unless_asked(environment):
    r"""As in MathJax with the default `tags: "none"`, only \tag and \label add numbers."""
    count = "{2}" if environment == "alignat" else ""
    plain = body(rf"\begin{{{environment}}}{count} a = b \end{{{environment}}}", display=True)
    asked = body(rf"\begin{{{environment}}}{count} a = b \label{{q}}\end{{{environment}}}", display=True)

    assert "mtext" not in plain and "math-half" not in plain
    assert 'math-wide"' in asked and "<mtext>(1)</mtext>" in asked


def test_tags_that_are_more_than_words():
    """A tag may contain a formula; references to it show its text."""
    (tagged, error), (reference, _) = convert_formulas([(r"a=b\tag{$*$}\label{q}", True), (r"\eqref{q}", False)])

    assert error == ""
    assert "<mtext>(</mtext><mo" in tagged.replace("<mrow>", "") and "∗" in tagged
    assert "(∗)</a>" in reference


@pytest.mark.parametrize("latex", ["{" * 9_000, r"\sqrt" * 9_000, "x^{" * 9_000, r"\hat{" * 3_000 + "}" * 3_000])
def test_too_deep_is_reported(latex):
    """Input that would overflow the converter's stack is refused."""
    assert convert_math(latex) == (None, "the formula is too long")


def test_no_inline_styles():
    """Every style is a class in the style sheet, or an attribute."""
    latex = (
        r"a\!b \color{red}c \mathop{d} \begin{array}{|l:r||c|}\hline a&b&c\end{array} \cancel{e} \text{f \textsc g}"
        r"\begin{cases}a&b\end{cases}\cfrac12 \begin{multline}a\\b\end{multline} \mspace{-7mu}"
    )
    own = (files("hortus") / "theme/static/math.css").read_text(encoding="utf-8")
    mathml, error = convert_math(latex, True)
    named = {name for names in re.findall('class="([^"]*)"', mathml) for name in names.split()}

    assert error == ""
    assert " style=" not in mathml
    assert 'mathcolor="#FF0000"' in mathml
    assert set() == {name for name in named if f".{name}" not in math_css() + own}


def test_errors_have_their_line():
    """The line of what is named; otherwise the one on which the formula begins."""
    env: dict = {}
    make_parser().parse("a\nb $\\frac{$ c\n\n> $$\n> a\n> \\nope\n> $$\n\nb\n$$a\n\\text{\\frac}$$ c\n", env)

    assert [issue[:2] for issue in env["issues"]] == [("bad_math", 2), ("bad_math", 6), ("bad_math", 10)]


def test_a_label_is_of_one_equation():
    """A second equation with the same label is shown, and reported; so is one whose label makes the same address."""
    first, second, third, other = (rf"a \label{{{name}}}" for name in ("eq:a b", "eq:a b", "a-b", "c"))
    results = convert_formulas([(latex, True) for latex in (first, second, third, other)])

    assert all(mathml for mathml, _ in results)
    assert ["", r"`\label{eq:a b}` is already", r"`\label{a-b}` is already", ""] == [
        error.removesuffix(" that of another equation") for _, error in results
    ]


@pytest.mark.parametrize("colour", ["rgb(1, 2, 3)", "hsl(120,50%,50%)", "hwb(120 20% 10% / 50%)", "transparent"])
def test_colours_of_css(colour):
    """MathJax passes colours on to the browser; a percent sign in one begins no comment."""
    mathml, error = convert_math(rf"\textcolor{{{colour}}}{{x}} + {{\color{{{colour}}} y}}")

    assert error == ""
    assert 2 == mathml.count(f'mathcolor="{colour}"')


def test_the_font_has_what_is_drawn_and_little_else():
    """The font has italic letters and growing brackets; its bytes depend only on the set of characters."""
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


def test_a_preamble_of_the_vault():
    """Definitions in `preamble.sty` apply to all notes; other content is ignored, and settings take precedence."""
    preamble = r"""
        \ProvidesPackage{preamble} % \newcommand{\no}{no}
        \usepackage{amsmath}
        \newcommand{\R}{\mathbb{R}}
        \DeclareMathOperator*{\argmax}{arg\,max}
        \newcommand{\broken
        \newcommand{\E}[2][x]{\mathbb{E}_{#1}\left[#2\right]}
    """
    macros = (("", preamble), ("R", r"\mathbf{R}"))

    assert body(r"\R + \argmax_x f + \E{y}", macros=macros) == body(
        r"\mathbf{R} + \operatorname*{arg\,max}_x f + \mathbb{E}_{x}\left[y\right]"
    )
    assert convert_math(r"\no", macros=macros)[0] is None


def test_repairs_of_the_font():
    """Marks have the width of their outline, arrows can be joined, accents and bars have larger variants."""
    from fontTools.ttLib import TTFont

    from hortus.site.math_font import font_file
    from hortus.site.math_font_repairs import repair

    whole, repaired = TTFont(font_file()), TTFont(font_file(), recalcTimestamp=False)
    repair(repaired)
    variants, names = repaired["MATH"].table.MathVariants, repaired.getBestCmap()
    wide = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    tall = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    joints = [
        (sign, before.EndConnectorLength, after.StartConnectorLength)
        for sign, construction in wide.items()
        if construction.GlyphAssembly
        for before, after in pairwise(construction.GlyphAssembly.PartRecords)
    ]

    assert whole["hmtx"][names[0x20D7]][0] == 0 < repaired["hmtx"][names[0x20D7]][0]
    assert [] == [joint for joint in joints if min(joint[1:]) < variants.MinConnectorOverlap]
    assert variants.HorizGlyphCoverage.glyphs == sorted(wide, key=repaired.getGlyphID)
    assert all(len(wide[names[ord(sign)]].MathGlyphVariantRecord) > 5 for sign in "ˆ˜ˇ")
    assert all(len(tall[names[ord(sign)]].MathGlyphVariantRecord) > 12 for sign in "|‖∣∥")


def test_a_reference_alone_is_a_link():
    """It is not inside a `math` element, where many screen readers find no links; in a formula it is."""
    text = "$$x\\label{m}\\tag{1}$$\n\nSee $\\eqref{m}$. And $x + \\eqref{m}$\n"
    html = "".join(piece for piece in parse_note(Source("a.md", text)).body if isinstance(piece, str))
    _, _, after = html.partition("See ")

    assert after.startswith('<span class="math-stop"><a href="')
    assert 1 == after.count("<math>")
