"""Expressions of Bases: every function, field and operator of the help with its documented example and value."""

from datetime import datetime

import pytest

from hortus.queries.bases import BasesCompiler
from hortus.queries.bases_grammar import parse_bases
from hortus.queries.env import Env
from hortus.queries.functions.registry import GLOBALS, METHODS
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
    ("[1, 2, 3][0]", 1.0),
    ("[1][5]", None),
    ('{"a": 1}["a"]', 1.0),
    ('{"a": 1}.a', 1.0),
    ("shelf.room", "hall"),
    ('shelf["row"]', 2.0),
    ("note.price", 9.5),
    ('note["my key"]', "x"),
    ("age", 3.0),
    ("missing", None),
    ("missing.deeper[0].further", None),
    ("'it\\'s'", "it's"),
    # dates
    ('date("2024-12-01") + "1M" + "4h" + "3m"', Date(datetime(2025, 1, 1, 4, 3), True)),
    ('(now() + "1d") - now()', 86_400_000.0),
    ("now() - file.ctime", 35 * 86_400_000.0),
    ('due > today() - "1 week"', True),
    ('due == "2026-01-02"', True),
    ('due < "2026-01-03"', True),
    ('date("2025-01-01 12:00:00") - "2h"', Date(datetime(2025, 1, 1, 10), True)),
    ('now() + duration("1d") * 2', Date(datetime(2026, 1, 7), True)),
    ('date("2025-05-27").year', 2025.0),
    ('date("2025-05-27").month', 5.0),
    ('date("2025-05-27").day', 27.0),
    ('date("2025-05-27 01:02:03.004").hour', 1.0),
    ('date("2025-05-27 01:02:03.004").minute', 2.0),
    ('date("2025-05-27 01:02:03.004").second', 3.0),
    ('date("2025-05-27 01:02:03.004").millisecond', 4.0),
    ('date("2025-12-31 23:59:59").date().format("YYYY-MM-DD HH:mm:ss")', "2025-12-31 00:00:00"),
    ('date("2025-05-27").format("YYYY-MM-DD")', "2025-05-27"),
    ('date("2025-12-31 23:59:59").time()', "23:59:59"),
    ("due.relative()", "3 days ago"),
    ("due.isEmpty()", False),
    ("today()", Date(datetime(2026, 1, 5))),
    ("now()", NOW),
    # global
    ('escapeHTML("<b>")', "&lt;b&gt;"),
    ('if(price, "$" + price.toFixed(2), "")', "$9.50"),
    ('if(missing, "yes")', None),
    ('list("value")', ("value",)),
    ("list([1])", (1.0,)),
    ("list(missing)", ()),
    ("max(1, 3, 2)", 3.0),
    ("min(1, 3, 2)", 1.0),
    ('number("3.4")', 3.4),
    ("number(true)", 1.0),
    ('number(date("1970-01-02"))', 86_400_000.0),
    ('html("<b>x</b>")', Html("<b>x</b>")),
    ('image("cover.png")', Image(Link("cover.png", "cover.png"))),
    ('image("https://a.example/b.svg").toString()', "https://a.example/b.svg"),
    ('icon("arrow-right")', Icon("arrow-right")),
    ('link("Dune") == file', True),
    ('link("Dune", "the book").toString()', "the book"),
    ('link("https://obsidian.md").toString()', "https://obsidian.md"),
    ('file("cover.png")', File("cover.png")),
    ('file(link("[[Dune]]"))', File("Books/Dune.md")),
    ('file("nowhere")', None),
    ("random() >= 0 && random() < 1 && random() == random()", True),
    # any
    ("1.isTruthy()", True),
    ('"".isTruthy()', False),
    ('"example".isType("string") && true.isType("boolean")', True),
    ("missing.isType('null')", True),
    ("123.toString()", "123"),
    # string
    ('"hello".contains("ell")', True),
    ('"hello".containsAll("h", "e")', True),
    ('"hello".containsAny("x", "y", "e")', True),
    ('"hello".endsWith("lo")', True),
    ('"Hello world".isEmpty()', False),
    ('"".isEmpty() && missing.isEmpty()', True),
    ('"HeLLo".lower()', "hello"),
    ('"a:b:c:d".replace(/:/, "-")', "a-b:c:d"),
    ('"a:b:c:d".replace(/:/g, "-")', "a-b-c-d"),
    ('"a:b:c".replace(":", "-")', "a-b-c"),
    (r'"John Smith".replace(/(\w+) (\w+)/, "$2, $1")', "Smith, John"),
    ('"123".repeat(2)', "123123"),
    ('"hello".reverse()', "olleh"),
    ('"hello".slice(1, 4)', "ell"),
    ('"hello".slice(-2)', "lo"),
    ('"a,b,c,d".split(",", 3)', ("a", "b", "c")),
    ('"a,b,c,d".split(/,/, 3)', ("a", "b", "c")),
    ('"hello".startsWith("he")', True),
    ('"hello world".title()', "Hello World"),
    ('"  hi  ".trim()', "hi"),
    ('"hello".length', 5.0),
    # number
    ("(-5).abs()", 5.0),
    ("(2.1).ceil()", 3.0),
    ("(2.9).floor()", 2.0),
    ("5.isEmpty()", False),
    ("(2.5).round()", 3.0),
    ("(2.3333).round(2)", 2.33),
    ("(3.14159).toFixed(2)", "3.14"),
    ("(2.5).toFixed(0)", "3"),
    # list
    ("[1,2,3].contains(2)", True),
    ("[1,2,3].containsAll(2,3)", True),
    ("[1,2,3].containsAny(3,4)", True),
    ("[1,2,3,4].filter(value > 2)", (3.0, 4.0)),
    ("[5,6].filter(index == 1)", (6.0,)),
    ("[1,[2,3]].flat()", (1.0, 2.0, 3.0)),
    ("[1,2,3].isEmpty()", False),
    ('[1,2,3].join(",")', "1,2,3"),
    ("[1,2,3,4].map(value + 1)", (2.0, 3.0, 4.0, 5.0)),
    ("[1,2,3].reduce(acc + value, 0)", 6.0),
    ("[1,9,'a'].filter(value.isType(\"number\")).reduce(if(acc == null || value > acc, value, acc), null)", 9.0),
    ("[1,2,3].reverse()", (3.0, 2.0, 1.0)),
    ("[1,2,3,4].slice(1,3)", (2.0, 3.0)),
    ("[3, 1, 2].sort()", (1.0, 2.0, 3.0)),
    ('["c", "a", "b"].sort()', ("a", "b", "c")),
    ("[1,2,2,3].unique()", (1.0, 2.0, 3.0)),
    ("[1,2,3].length", 3.0),
    ("[1,2,6].mean().round(3)", 3.0),
    ("[[1,2],[3]].map(value.map(value * 2))", ((2.0, 4.0), (6.0,))),
    # link
    ('link("[[Dune]]").asFile() == file', True),
    ('link("nowhere").asFile()', None),
    ('link("Frank Herbert").linksTo(file)', True),
    ('author == link("Frank Herbert")', True),
    ('authors.contains(link("Nobody"))', True),
    ('authors.contains(link("Somebody"))', False),
    ('list(author).contains(link("Frank Herbert"))', True),
    ('author.contains(link("Frank Herbert"))', True),
    ('author.contains("Herbert")', False),
    # file
    ("file.name", "Dune.md"),
    ("file.basename", "Dune"),
    ("file.path", "Books/Dune.md"),
    ("file.folder", "Books"),
    ("file.ext", "md"),
    ("file.size", 120.0),
    ("file.ctime", Date(datetime(2025, 12, 1))),
    ("file.mtime.date()", Date(datetime(2026, 1, 2))),
    ("file.file == file", True),
    ("file.tags.length", 2.0),
    ('file.tags.contains("book") && file.tags.contains("#book")', True),
    ('tags.contains("book")', True),
    ("file.links.length", 3.0),
    ("file.embeds.map(value.toString())", ("cover.png",)),
    ("file.backlinks.map(value.toString())", ("People/Frank Herbert.md",)),
    ("file.properties.price", 9.5),
    ('file.properties.keys().contains("my key")', True),
    ("file.asLink() == file", True),
    ('file.asLink("here").toString()', "here"),
    ('file.hasLink("Frank Herbert") && file.hasLink(author) && !file.hasLink("Dune")', True),
    ('file.hasLink("Nobody")', True),
    ('file.hasProperty("PRICE") && !file.hasProperty("cost")', True),
    ('file.hasTag("nothing", "scifi")', True),
    ('file.hasTag("sci")', False),
    ('file.inFolder("Books") && !file.inFolder("Book")', True),
    # object
    ("{}.isEmpty()", True),
    ('{"a": 1, "b": 2}.keys()', ("a", "b")),
    ('{"a": 1, "b": 2}.values()', (1.0, 2.0)),
    # regular expressions
    ('/abc/.matches("abcde")', True),
    ('/^ABC$/i.matches("abc")', True),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_value(text, expected):
    """An expression has the value that the help gives for it."""
    assert expected == value_of(text)


def test_every_function_has_a_case():
    """No function of Bases is without an example."""
    written = " ".join(text for text, _ in CASES)

    assert [] == sorted(name for name in [*GLOBALS, *METHODS] if f"{name}(" not in written)


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
