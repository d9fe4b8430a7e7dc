"""Evaluation ends: depth, lengths, steps and regular expressions are bounded, and the bounds do not depend on time."""

from datetime import datetime

import pytest

from hortus.queries.bases import BasesCompiler
from hortus.queries.bases_grammar import parse_bases
from hortus.queries.dql import DqlCompiler
from hortus.queries.dql_grammar import parse_dql_expression
from hortus.queries.dql_query import parse_query
from hortus.queries.dql_rows import Run
from hortus.queries.env import Env
from hortus.queries.patterns import Expression
from hortus.queries.understand import answer
from hortus.queries.values import Date, Exhausted, Failed, QueryError
from hortus.queries.world import PlainFile, PlainWorld

WORLD = PlainWorld([PlainFile(f"{number}.md") for number in range(40)], Date(datetime(2026, 1, 5)))


def value_of(text: str):
    env = Env(WORLD, "0.md")
    return BasesCompiler({}).compile(parse_bases(text))(env)


@pytest.mark.parametrize(
    "text",
    ["(" * 1000 + "1" + ")" * 1000, "!" * 1000 + "1", "[" * 1000 + "]" * 1000, "1+" * 20_000, "f(" * 1000 + ")" * 1000],
)
def test_depth_and_length(text):
    """Brackets, signs and lists within each other without end are a mistake, not a crash."""
    with pytest.raises(QueryError, match=r"nested deeper|longer than"):
        parse_bases(text)


def test_long_chains():
    """Two hundred terms in a row are read and evaluated; a thousand are a mistake, not a crash."""
    assert value_of("+".join(["1"] * 200)) == 200
    assert value_of("x" + ".x" * 198) is None
    with pytest.raises(QueryError, match="more than 200 operators in a row"):
        value_of("+".join(["1"] * 1000))
    with pytest.raises(QueryError, match="more than 200 operators in a row"):
        value_of("x" + ".x" * 1000)


@pytest.mark.parametrize(
    "text",
    [
        '"x".repeat(9999999)',
        '["aaaaaaaaaa"].map(value.repeat(100000))[0].replace("a", "aaaaaaaaaa")',
        '"x".repeat(1000000) + "y"',
        '"x".repeat(100000).split("").map("x".repeat(1000)).join("")',
        '"x".repeat(100000).split("").map("x".repeat(1000)).toString()',
        '"x".repeat(1000000).replace(/x/g, "y".repeat(1000000))',
        '"' + "a,".replace(",", "") + '".repeat(200000).split("")',
        "[1,2,3,4,5,6,7,8,9,10].map([1,2,3,4,5,6,7,8,9,10].map([1,2,3,4,5,6,7,8,9,10]"
        ".map([1,2,3,4,5,6,7,8,9,10].map([1,2,3,4,5,6,7,8,9,10].map([1,2,3,4,5,6,7,8,9,10]"
        ".map([1,2,3,4,5,6,7,8,9,10].map(value)))))))",
    ],
)
def test_what_grows_without_bound_is_stopped(text):
    """Texts, lists and loops."""
    with pytest.raises(Exhausted):
        value_of(text)


@pytest.mark.parametrize(
    "text",
    [
        'join(map(split("x" * 100000, ""), (x) => "x" * 1000), "")',
        'string(map(split("x" * 100000, ""), (x) => "x" * 1000))',
        'display(map(split("x" * 100000, ""), (x) => "x" * 1000))',
        'replace("x" * 1000000, "x", "y" * 1000000)',
        'regexreplace("x" * 1000000, "x", "y" * 1000000)',
    ],
)
def test_texts_that_are_too_long_are_not_made_in_dataview(text):
    """Nor are they made and refused afterwards: a join of 100,000 texts could need all memory."""
    with pytest.raises(Exhausted):
        DqlCompiler().compile(parse_dql_expression(text))(Env(WORLD, "0.md"))


def test_a_slow_expression_is_stopped_once():
    """A regular expression that backtracks without end fails, and is not tried again in other rows."""
    expression = Expression("^(a|aa|b?a)+(c|d)$")
    for _ in range(3):
        with pytest.raises(QueryError, match="took too long"):
            expression.matches("a" * 300 + "e")


@pytest.mark.parametrize(
    ("language", "query"),
    [
        ("inline", 'regextest("^(a|aa|b?a)+(c|d)$", this.text)'),
        (
            "base",
            "formulas:\n  fits: /^(a|aa|b?a)+(c|d)$/.matches(this.text)\nviews:\n"
            "  - type: table\n    order: [formula.fits]\n    limit: 1\n",
        ),
    ],
)
def test_a_slow_expression_fails_in_its_own_query_only(language, query):
    """Another query with the same expression has the result that it has alone, whatever was evaluated before."""
    world = PlainWorld(
        [PlainFile("slow.md", {"text": "a" * 300 + "e"}), PlainFile("quick.md", {"text": "a" * 70 + "c"})],
        Date(datetime(2026, 1, 5)),
    )
    cells = [answer(language, query, world, f"{name}.md")[0].groups for name in ("slow", "quick")]

    assert not cells[0] or isinstance(cells[0][0].rows[0].cells[0], Failed)
    assert cells[1][0].rows[0].cells == (True,)


def test_rows_of_dataview_are_bounded():
    """Flattening lists again and again stops."""
    steps = "\n".join(f"FLATTEN [1,2,3,4,5,6,7,8,9] AS a{number}" for number in range(9))
    run = Run(parse_query(f"LIST\n{steps}"), WORLD, "0.md")

    assert "more than 100,000 rows" in run.result().failed


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        (r"^\w+$", "abc\n", False),
        (r"[^]b", "\nb", True),
        (r"a{x}", "a{x}", True),
        (r"(?<year>\d{4})", "in 2024", True),
        (r"[]", "a", False),
        (r"\/", "a/b", True),
        (r"\m", "m", True),
        (r"[&&]", "&", True),
        (r"(?:te){e}", "te{e}", True),
    ],
)
def test_expressions_mean_what_they_mean_in_javascript(source, text, expected):
    """Not what they would mean to Python or to the `regex` package."""
    assert expected == Expression(source).matches(text)
