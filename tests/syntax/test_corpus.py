"""The formulas of formulas.txt, one a line, in the manner of lecture notes: what MathJax renders, Hortus converts.

They are composed for this test: physics, statistics, machine learning, algebra, logic, analysis, and each kind of
formula that was once read or drawn wrongly. MathJax 3 is the measure, because Obsidian uses it; `npm install --prefix
tests/syntax` brings it. Where continuous integration runs, it must be there.
"""

import json
import os
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from hortus.parse.syntax.mathml import convert_math

HERE = Path(__file__).parent
FORMULAS = (HERE / "formulas.txt").read_text(encoding="utf-8").splitlines()
MATHJAX = HERE / "node_modules/mathjax/package.json"
LEAST = 0.999
REFUSED = {r"Undefined control sequence \bm", r"\textcopyright is only supported in math mode"}
"""What MathJax says of the formulas that it refuses and Hortus reads."""


@pytest.fixture(scope="module")
def mathjax() -> dict[str, tuple[str, str]]:
    """What MathJax makes of each formula: what is wrong with it, and its MathML."""
    if not (MATHJAX.exists() and shutil.which("node")):
        if "CI" in os.environ:
            pytest.fail("MathJax is not installed: npm install --prefix tests/syntax")
        pytest.skip("needs node and MathJax: npm install --prefix tests/syntax")
    given = json.dumps([(latex, True) for latex in FORMULAS])
    done = subprocess.run(["node", "mathjax.cjs"], cwd=HERE, input=given, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(zip(FORMULAS, map(tuple, json.loads(done.stdout)), strict=True))


@pytest.fixture(scope="module")
def refusals(mathjax) -> dict[str, str]:
    """What MathJax says of each formula that it refuses."""
    return {latex: error for latex, (error, _) in mathjax.items() if error}


@pytest.fixture(scope="module")
def converted() -> dict[str, tuple[str | None, str]]:
    """What Hortus makes of each formula: its MathML, and what is wrong with it."""
    return {latex: convert_math(latex, display=True) for latex in FORMULAS}


def letters(mathml: str) -> Counter:
    """Count the letters and digits that *mathml* shows, whatever their alphabet; accents are no letters."""
    mathml = re.sub(r"<annotation.*?</annotation>|<mphantom.*?</mphantom>", "", mathml, flags=re.DOTALL)
    shown = unicodedata.normalize("NFKC", unescape(re.sub(r"<[^>]*>", "", mathml)))
    return Counter(sign for sign in shown if sign.isalnum() and sign not in "ˆˇ")


def test_no_letter_is_lost(mathjax, converted):
    """Each formula shows the letters and digits that MathJax shows; labelled equations have a number more."""
    differing = []
    for latex, (error, theirs) in mathjax.items():
        ours, _ = converted[latex]
        if not error and ours and r"\label" not in latex and letters(ours) != letters(theirs):
            differing.append(latex)

    assert [] == differing


def test_the_corpus_is_large_and_distinct():
    assert len(FORMULAS) == len(set(FORMULAS)) >= 3_000


def test_what_mathjax_renders_is_converted(refusals, converted, record_property):
    """At least 99.9 %, and nothing that MathJax renders comes with a complaint."""
    rendered = [latex for latex in FORMULAS if latex not in refusals]
    failed = [(latex, error) for latex in rendered if (error := converted[latex][1])]
    share = 1 - len(failed) / len(rendered)
    record_property("share", f"{share:.4%} of {len(rendered)}")
    print(f"Hortus converts {share:.3%} of the {len(rendered)} formulas that MathJax renders")

    assert share >= LEAST, failed


def test_what_mathjax_refuses_is_known(refusals):
    """Each refusal is of a known kind, so that a mistake in the corpus is not taken for one of MathJax."""
    for error, count in Counter(refusals.values()).items():
        print(f"MathJax refuses {count}: {error}")

    assert REFUSED == set(refusals.values())


@pytest.mark.parametrize(
    "command", [r"\nosuchcommand", r"\frac{1}{", r"\begin{nosuch}\end{nosuch}", r"\left(x", "x^2^3"]
)
def test_what_both_refuse(command):
    """What is wrong stays an issue: a formula is not accepted by reading less of it."""
    mathml, error = convert_math(command)

    assert mathml is None
    assert error


def test_output_is_well_formed(converted):
    """Each formula is XML whose elements are MathML's, with the source in its annotation, and no style."""
    from xml.etree import ElementTree

    for latex, (mathml, _) in converted.items():
        if mathml is None:
            continue
        root = ElementTree.fromstring(re.sub(r" id=\"[^\"]*\"", "", mathml))
        assert root.find("./semantics/annotation").text == latex
        for element in root.iter():
            assert "style" not in element.attrib, latex
            assert len(element) == CHILDREN.get(element.tag, len(element)), (latex, element.tag)


CHILDREN = {
    "mfrac": 2,
    "mroot": 2,
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "mover": 2,
    "munder": 2,
    "munderover": 3,
    "semantics": 2,
}
