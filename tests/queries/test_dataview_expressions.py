"""Expressions of Dataview beyond the examples of its documentation (`test_conformance`), and what is said of wrong ones."""

from datetime import datetime

import pytest

from hortus.queries.dql import DqlCompiler
from hortus.queries.dql_grammar import parse_dql_expression
from hortus.queries.env import Env
from hortus.queries.values import Date, Duration, Image, Link, QueryError, Tag
from hortus.queries.world import PlainFile, PlainWorld

NOW = Date(datetime(2026, 1, 7, 9, 30), True)
WORLD = PlainWorld(
    [
        PlainFile(
            "Log/2024-01-05 Friday.md",
            {"Due Date": Date(datetime(2026, 1, 2)), "rating": 4.0, "up": Link("Home", "Home.md"), "aliases": ("Fri",)},
            {"mood": "good", "rating": 5.0, "took": Duration(0, 5400)},
            ("log/day", "x"),
            (Link("Home", "Home.md"), Link("Nobody")),
            (
                {"number": 0, "text": "call", "task": True, "status": " ", "completed": False},
                {"number": 1, "text": "note"},
            ),
            77.0,
            (Date(datetime(2024, 1, 5, 8), True), None),
        ),
        PlainFile("Home.md", {"color": "red", "child": Link("2024-01-05 Friday", "Log/2024-01-05 Friday.md")}),
    ],
    NOW,
)


def value_of(text: str):
    env = Env(WORLD, "Home.md")
    env.path = "Log/2024-01-05 Friday.md"
    return DqlCompiler().compile(parse_dql_expression(text))(env)


DAY = Date(datetime(2024, 1, 5))
CASES = [
    # operators: and, or from left to right, null first in the order of values
    ("1 + 2 * 3", 7.0),
    ("true or false and false", False),
    ("true or (false and false)", True),
    ("!missing", True),
    ("missing < 1", True),
    ("missing = null", True),
    ("missing + 1", None),
    ('"a" + 1', "a1"),
    ('"ab" * 2', "abab"),
    ("[1] + [2]", (1.0, 2.0)),
    ("{a: 1} + {b: 2}", {"a": 1.0, "b": 2.0}),
    ("7 % 4", 3.0),
    ("1 / 4", 0.25),
    ("date(2024-01-05) - date(2024-01-01)", Duration(0, 345600)),
    ("date(2024-01-31) + dur(1 month)", Date(datetime(2024, 2, 29))),
    ("dur(1h) * 2 + dur(30m)", Duration(0, 9000)),
    ("dur(1h) / 2", Duration(0, 1800)),
    ("[[Home]] = up", True),
    ("up = [[Elsewhere]]", False),
    # fields
    ("rating", (4.0, 5.0)),
    ('row["Due Date"]', Date(datetime(2026, 1, 2))),
    ("this.color", "red"),
    ("this.file.name", "Home"),
    ("up.child.mood", "good"),
    ("missing.field", None),
    ("[{a: 1}, {a: 2}].a", (1.0, 2.0)),
    ("[1, 2][1]", 2.0),
    ("[1, 2][7]", None),
    ("took.minutes", 90.0),
    ("file.day.year", 2024.0),
    ("file.day.weekday", 5.0),
    ("file.tags", (Tag("log"), Tag("log/day"), Tag("x"))),
    ("file.etags", (Tag("log/day"), Tag("x"))),
    ("length(this.file.inlinks)", 1.0),
    ("this.file.inlinks[0] = file.link", True),
    # constructors
    ('object("a", 1)', {"a": 1.0}),
    ("list(1, 2)", (1.0, 2.0)),
    ("array(1)", (1.0,)),
    ('date("2024-01-05")', DAY),
    ("date(tomorrow) - date(yesterday)", Duration(0, 172800)),
    ("date(som) = date(soy)", True),
    ("dur(3 days)", Duration(0, 259200)),
    ("string(date(2024-01-05))", "January 05, 2024"),
    ('link("Home", "h")', Link("Home", "Home.md", "", "h")),
    ('embed(link("Home")).file.name', "Home"),
    ('elink("www.google.com", "G")', Link("www.google.com", "", "", "G")),
    ('image("Home")', Image(Link("Home", "Home.md"))),
    ("typeof([1])", "array"),
    ('hash("a", "b") = hash("a", "b")', True),
    # numbers
    ("trunc(-12.9)", -12.0),
    ("floor(12.9)", 12.0),
    ("ceil(12.1)", 13.0),
    ("max([3, 1, null])", 3.0),
    ("sum([1, 2, null, 3])", 6.0),
    ("product([1, 2, 3])", 6.0),
    ("average([1, 3])", 2.0),
    ("reduce([1, 2, 3], (a, b) => a * b)", 6.0),
    ('currencyformat(1234.5, "EUR")', "€1,234.50"),
    # lists and texts
    ('contains(["yes", "words"], "word")', True),
    ('econtains(["yes", "words"], "word")', False),
    ('econtains(["yes", "words"], "words")', True),
    ('contains({a: 1}, "a")', True),
    ('contains(file.tags, "#log")', True),
    ('contains(list("abc"), ["b", "z"])', (True, False)),
    ('extract({a: 1, b: 2}, "a")', {"a": 1.0}),
    ("sort([3, 2, 1])", (1.0, 2.0, 3.0)),
    ("sort([1, 2, 3], (x) => 0 - x)", (3.0, 2.0, 1.0)),
    ("reverse([1, 2])", (2.0, 1.0)),
    ("length([1, 2])", 2.0),
    ("length(missing)", 0.0),
    ("nonnull([null, 1])", (1.0,)),
    ("all([1, 0])", False),
    ("all([1, 2], (x) => x > 0)", True),
    ("any([0, 2])", True),
    ("none([0, null])", True),
    ('join(["a", "b"])', "a, b"),
    ('join([1, 2], "-")', "1-2"),
    ("map([1, 2], (x) => map([1, 2], (y) => x * y))", ((1.0, 2.0), (2.0, 4.0))),
    ("unique([1, 3, 1])", (1.0, 3.0)),
    ("flat([1, [2, [3]]])", (1.0, 2.0, (3.0,))),
    ("flat([1, [2, [3]]], 2)", (1.0, 2.0, 3.0)),
    ("slice([1, 2, 3], 1)", (2.0, 3.0)),
    ('regexmatch("\\w", "hello")', False),
    ('lower("A")', "a"),
    ('upper(["a", "b"])', ("A", "B")),
    ('split("hello  world", "\\s+")', ("hello", "world")),
    ('split("a, b, c", ", ", 2)', ("a", "b")),
    ('startswith("path/to", "path/")', True),
    ('endswith("path/to", "/to")', True),
    ('padleft("hi", 4)', "  hi"),
    ('padright("hi", 4, "!")', "hi!!"),
    ('substring("hello", 1, 3)', "el"),
    # other
    ("default(missing, 3)", 3.0),
    ("default([1, null], 2)", (1.0, 2.0)),
    ("ldefault([1, null], 2)", (1.0, None)),
    ('choice(rating, "yes", "no")', ("yes", "yes")),
    ('choice(mood = "good", 1, 2)', 1.0),
    ("striptime(date(now))", Date(datetime(2026, 1, 7))),
    ('dateformat(date(2024-01-05), "yyyy-MM")', "2024-01"),
    ("durationformat(dur(\"3 days 7 hours\"), \"d'd' h'h'\")", "3d 7h"),
    ("display(up)", "Home"),
    ("meta([[Home#Plans|x]]).subpath", "Plans"),
    ("meta([[Home#^b1]]).type", "block"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_value(text, expected):
    """An expression has the value that Dataview gives it."""
    assert expected == value_of(text)


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ('contans("a", "b")', "there is no function `contans`", "contans"),
        ("file.name.lower()", "`lower` cannot follow a dot", "lower"),
        ("length()", "`length` takes 1 argument, not 0", "length()"),
        ("a == b", "`==` is not an operator here", "=="),
        ("date(2024-13-01)", "`2024-13-01` is not a day", "2024-13-01"),
        ("dur(3 parsecs)", "`3 parsecs` is not a time", "3 parsecs"),
        ("filter(a, (x) => )", "`)` closes nothing", ")"),
        ("[1, 2", "`[` is not closed", "["),
        ('"open', "this text is not closed", '"open'),
        ("a and", "the expression ends too early", "d"),
    ],
)
def test_mistake_is_marked(text, message, marked):
    """With the characters it is about."""
    with pytest.raises(QueryError) as caught:
        DqlCompiler().compile(parse_dql_expression(text))
    error = caught.value
    start = min(error.start, len(text) - 1)

    assert error.message.startswith(message)
    assert marked == text[start : max(error.end, start + 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mood * date(today)", "`*` cannot join a string and a date"),
        ('filter("a", (x) => x)', "a list is expected, not a string"),
        ("map([1], 2)", "a lambda is expected"),
        ("length(1)", "a number has no length"),
        ('regexmatch("(", "a")', "this regular expression cannot be read"),
        ('dateformat(mood, "yyyy")', "a date is expected, not a string"),
    ],
)
def test_wrong_value(text, message):
    """A value that a function does not take is an error of that cell."""
    with pytest.raises(QueryError) as caught:
        value_of(text)

    assert message in caught.value.message
