"""Expressions of Bases beyond the examples of the help (`test_conformance`), and what is said of wrong ones."""

from datetime import datetime

import pytest

from hortus.queries.bases import BasesCompiler
from hortus.queries.bases_grammar import parse_bases
from hortus.queries.env import Env
from hortus.queries.texts import text_of
from hortus.queries.values import Date, File, Html, Icon, Image, Link, QueryError, Tag
from hortus.queries.world import PlainFile, PlainWorld

NOW = Date(datetime(2026, 1, 5), True)
DUNE = PlainFile(
    "Books/Dune.md",
    {
        "price": 9.5,
        "Age": 3.0,
        "done": False,
        "author": Link("Frank Herbert", "People/Frank Herbert.md"),
        "authors": (Link("Frank Herbert", "People/Frank Herbert.md"), Link("Nobody")),
        "due": Date(datetime(2026, 1, 2)),
        "my key": "x",
        "tags": (Tag("book"), Tag("scifi/classic")),
        "shelf": {"room": "hall", "row": 2.0},
        "empty": None,
        "rating": "2.50",
    },
    tags=("book", "scifi/classic"),
    links=(
        Link("Frank Herbert", "People/Frank Herbert.md"),
        Link("Nobody"),
        Link("cover.png", "cover.png", embed=True),
    ),
    size=120.0,
    times=(Date(datetime(2025, 12, 1)), Date(datetime(2026, 1, 2, 10), True)),
)
HERBERT = PlainFile("People/Frank Herbert.md", links=(Link("Dune", "Books/Dune.md"),))
WORLD = PlainWorld([DUNE, HERBERT, PlainFile("cover.png")], NOW)


def value_of(text: str, this: str = "Books/Dune.md"):
    """Evaluate an expression for Dune.md."""
    env = Env(WORLD, this)
    env.go_to("Books/Dune.md")
    return BasesCompiler({}).compile(parse_bases(text))(env)


CASES = [
    # operators
    ("2 * (3 + 4) - 6 / 3 % 2", 14.0),
    ("7 % 3", 1.0),
    ("-price", -9.5),
    ("!done && price > 9 || false", True),
    ('"a" + 1 + true', "a1true"),
    ("1 == 1.0", True),
    ('1 == "1"', False),
    ("price >= 9.5 && price <= 9.5 && price != 1", True),
    ('rating > 2 && rating < "3"', True),
    ('rating * "2"', 5.0),
    ("empty + 1", None),
    ('empty + "x"', "x"),
    ("empty < 3 || empty > 3 || empty >= 3", False),
    ("1 / 0", float("inf")),
    # literals and access
    ("[1][5]", None),
    ('{"a": 1}["a"]', 1.0),
    ('{"a": 1}.a', 1.0),
    ('shelf["row"]', 2.0),
    ("age", 3.0),
    ("missing", None),
    ("missing.deeper[0].further", None),
    ("'it\\'s'", "it's"),
    # dates
    ('due > today() - "1 week"', True),
    ('due == "2026-01-02"', True),
    ('due < "2026-01-03"', True),
    ('now() + duration("1d") * 2', Date(datetime(2026, 1, 7), True)),
    ('date("2025-05-27").year', 2025.0),
    ('date("2025-05-27").month', 5.0),
    ('date("2025-05-27").day', 27.0),
    # global
    ('if(missing, "yes")', None),
    ("list([1])", (1.0,)),
    ("list(missing)", ()),
    ('html("<b>x</b>")', Html("<b>x</b>")),
    ('image("cover.png")', Image(Link("cover.png", "cover.png"))),
    ('image("https://a.example/b.svg").toString()', "https://a.example/b.svg"),
    ('icon("arrow-right")', Icon("arrow-right")),
    ('link("Dune", "the book").toString()', "the book"),
    ('file("cover.png")', File("cover.png")),
    ('file(link("[[Dune]]"))', File("Books/Dune.md")),
    ('file("nowhere")', None),
    ("random() >= 0 && random() < 1 && random() == random()", True),
    # any
    ('"".isTruthy()', False),
    ('"example".isType("string") && true.isType("boolean")', True),
    ("missing.isType('null')", True),
    # string
    ('"".isEmpty() && missing.isEmpty()', True),
    ('"a:b:c".replace(":", "-")', "a-b-c"),
    ('"hello".slice(-2)', "lo"),
    # number
    ("(2.5).toFixed(0)", "3"),
    # list
    ("[5,6].filter(index == 1)", (6.0,)),
    ("[1,9,'a'].filter(value.isType(\"number\")).reduce(if(acc == null || value > acc, value, acc), null)", 9.0),
    ("[1,2,6].mean().round(3)", 3.0),
    ("[[1,2],[3]].map(value.map(value * 2))", ((2.0, 4.0), (6.0,))),
    # link
    ('link("nowhere").asFile()', None),
    ('author == link("Frank Herbert")', True),
    ('authors.contains(link("Nobody"))', True),
    ('authors.contains(link("Somebody"))', False),
    ('list(author).contains(link("Frank Herbert"))', True),
    ('author.contains(link("Frank Herbert"))', True),
    ('author.contains("Herbert")', False),
    # file
    ('file.tags.contains("book") && file.tags.contains("#book")', True),
    ("file.embeds.map(value.toString())", ("cover.png",)),
    ("file.backlinks.map(value.toString())", ("People/Frank Herbert.md",)),
    ('file.properties.keys().contains("my key")', True),
    ("file.asLink() == file", True),
    ('file.asLink("here").toString()', "here"),
    ('file.hasLink("Frank Herbert") && file.hasLink(author) && !file.hasLink("Dune")', True),
    ('file.hasLink("Nobody")', True),
    ('file.hasProperty("PRICE") && !file.hasProperty("cost")', True),
    ('file.hasTag("nothing", "scifi")', True),
    ('file.hasTag("sci")', False),
    ('file.inFolder("Books") && !file.inFolder("Book")', True),
    # regular expressions
    ('/^ABC$/i.matches("abc")', True),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_value(text, expected):
    """An expression has the value that its rules give, where the help is silent."""
    assert expected == value_of(text)


def test_this_is_the_note_that_shows_the_base():
    """Not the row."""
    assert value_of("this.file.name", "People/Frank Herbert.md") == "Frank Herbert.md"
    assert value_of("author == this", "People/Frank Herbert.md")
    assert value_of("file.hasLink(this.file)", "People/Frank Herbert.md")
    assert value_of("this.price", "Books/Dune.md") == 9.5


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ('"x".contians("a")', "there is no function `contians`", "contians"),
        ("today() + foo(1)", "there is no function `foo`", "foo"),
        ("file.nam", "a file has no `nam`", "nam"),
        ("price.toFixed(1, 2)", "`toFixed` takes 0 to 1 arguments, not 2", "toFixed(1, 2)"),
        ("if(price)", "`if` takes 2 to 3 arguments, not 1", "if(price)"),
        ("(price", "`(` is not closed", "("),
        ("price)", "`)` closes nothing", ")"),
        ("price = 3", "`=` is not an operator here", "="),
        ("price > 3 and done", "`and` is not an operator here", "and"),
        ("price >", "the expression ends too early", ">"),
        ('"open', "this text is not closed", '"open'),
        ("/(/.matches('a')", "this regular expression cannot be read: missing )", "/(/"),
        ("/a/q.matches('a')", "`q` is not a flag of regular expressions", "/a/q"),
        ("price § 3", "`§` is not part of an expression", "§"),
        ("price.", "a name is missing after the dot", "."),
        ("{1: 2}", "a key is missing", "1"),
        ("not done", "`not` is not an operator here", "not"),
        ("1 2", "`2` is not expected here", "2"),
    ],
)
def test_mistake_is_marked(text, message, marked):
    """What can be known without a row is said with the characters it is about."""
    with pytest.raises(QueryError) as caught:
        BasesCompiler({}).compile(parse_bases(text))
    error = caught.value
    start = min(error.start, len(text) - 1)

    assert (message, marked) == (error.message, text[start : max(error.end, start + 1)])


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ('price > "much"', "a number cannot be compared with a string", 'price > "much"'),
        ('due > "soon"', "a date cannot be compared with a string", 'due > "soon"'),
        ("price * due", "`*` cannot join a number and a date", "price * due"),
        ("1 + price.lower()", "a number has no `lower`, only a string has", "price.lower()"),
        ('number("x")', "`x` is not a number", 'number("x")'),
        ('date("x")', "`x` is not a date", 'date("x")'),
        ("2 * duration('1d')", "`*` cannot join a number and a duration", "2 * duration('1d')"),
        ("'x'.map(value)", "a string has no `map`, only a list has", "'x'.map(value)"),
        ("price.year", "a number has no field `year`", "price.year"),
        ("[1].filter(value.lower())", "a number has no `lower`, only a string has", "value.lower()"),
    ],
)
def test_wrong_value_is_marked(text, message, marked):
    """What only values show to be wrong is said with the innermost expression that it is about."""
    with pytest.raises(QueryError) as caught:
        value_of(text)
    error = caught.value

    assert (message, marked) == (error.message, text[error.start : error.end])


def test_a_number_is_written_as_in_javascript():
    """No trailing zero, no exponent for common sizes."""
    assert [text_of(number) for number in (3.0, -0.5, 1e21, 123456789012345680000.0)] == [
        "3",
        "-0.5",
        "1e+21",
        "123456789012345680000",
    ]
