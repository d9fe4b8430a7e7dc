"""Every function, property and operator has the value that the documentation of Bases and Dataview gives for it."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hortus.queries.bases import BasesCompiler
from hortus.queries.bases_grammar import parse_bases
from hortus.queries.dql import DqlCompiler
from hortus.queries.dql_fields import FILE
from hortus.queries.dql_grammar import parse_dql_expression
from hortus.queries.env import Env
from hortus.queries.functions import dates, files
from hortus.queries.functions.registry import DATAVIEW, GLOBALS, METHODS
from hortus.queries.values import Date, Duration, Link, Tag, Value
from hortus.queries.world import PlainFile, PlainWorld

HERE = Path(__file__).parent / "conformance"
HERBERT = Link("Frank Herbert", "People/Frank Herbert.md")
BOOKS = PlainWorld(
    [
        PlainFile(
            "Books/Dune.md",
            {
                "price": 9.5,
                "age": 3.0,
                "done": False,
                "author": HERBERT,
                "authors": (HERBERT, Link("Nobody")),
                "due": Date(datetime(2026, 1, 2)),
                "my key": "x",
                "tags": (Tag("book"), Tag("scifi/classic")),
                "shelf": {"room": "hall", "row": 2.0},
            },
            tags=("book", "scifi/classic"),
            links=(HERBERT, Link("Nobody"), Link("cover.png", "cover.png", embed=True)),
            size=120.0,
            times=(Date(datetime(2025, 12, 1)), Date(datetime(2026, 1, 2, 10), True)),
        ),
        PlainFile("People/Frank Herbert.md", {"icon": "feather"}, links=(Link("Dune", "Books/Dune.md"),)),
        PlainFile("cover.png"),
    ],
    Date(datetime(2026, 1, 5), True),
)


def task(number: int, text: str, status: str, due: Date) -> dict[str, Value]:
    done = status == "x"
    own = {"number": float(number), "text": text, "task": True, "status": status, "due": due, "parent": None}
    return own | {"checked": done, "completed": done, "fullyCompleted": done}


LOG = PlainWorld(
    [
        PlainFile(
            "Log/2024-01-05 Friday.md",
            {
                "Due Date": Date(datetime(2026, 1, 2)),
                "Hello!": "world",
                "rating": 4.0,
                "read": True,
                "crew": ("Ann", "Bob"),
                "where": "here",
                "episode": {"previous": "S01E02", "next": "S01E04"},
                "up": Link("Home", "Home.md"),
                "aliases": ("Fri",),
            },
            {"mood": "good", "took": Duration(0, 5400)},
            ("log/day", "x"),
            (Link("Home", "Home.md"), Link("Nobody")),
            (
                task(0, "call", " ", Date(datetime(2024, 2, 1))),
                task(1, "ask", "x", Date(datetime(2024, 3, 1))),
                {"number": 2.0, "text": "note", "task": False, "parent": 1.0},
            ),
            77.0,
            (Date(datetime(2024, 1, 5, 8), True), Date(datetime(2024, 1, 6, 9), True)),
        ),
        PlainFile("Home.md", {"color": "red"}),
    ],
    Date(datetime(2026, 1, 7, 9, 30), True),
)


def of_bases(text: str) -> Value:
    env = Env(BOOKS, "People/Frank Herbert.md")
    env.go_to("Books/Dune.md")
    return BasesCompiler({}).compile(parse_bases(text))(env)


def of_dataview(text: str) -> Value:
    env = Env(LOG, "Home.md")
    env.path = "Log/2024-01-05 Friday.md"
    return DqlCompiler().compile(parse_dql_expression(text))(env)


def cases(name: str) -> Iterator[tuple[str, str]]:
    """Yield the expressions of a table with their values."""
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            expression, _, value = line.rpartition(" => ")
            yield expression, value


BASES, DQL = list(cases("bases.txt")), list(cases("dataview.txt"))


def plain(value: Value) -> str:
    """Return a value with its type, without how a link to a note was written."""
    if isinstance(value, Link) and value.path:
        return repr(Link(value.path, value.path, value.anchor, value.display, value.embed))
    return f"[{', '.join(map(plain, value))}]" if type(value) is tuple else repr(value)


@pytest.mark.parametrize(("expression", "value"), BASES, ids=[one for one, _ in BASES])
def test_bases(expression, value):
    """As in Obsidian's help."""
    assert plain(of_bases(value)) == plain(of_bases(expression))


@pytest.mark.parametrize(("expression", "value"), DQL, ids=[one for one, _ in DQL])
def test_dataview(expression, value):
    """As in Dataview's documentation."""
    assert plain(of_dataview(value)) == plain(of_dataview(expression))


def test_no_name_is_left_out():
    """Every function and field that can be called or read is in the tables."""
    bases = " ".join(expression for expression, _ in BASES)
    dataview = " ".join(expression for expression, _ in DQL)
    called = {name for name in [*GLOBALS, *METHODS] if not re.search(rf"(?<!\w){name}\(", bases)}
    fields = {name for name in [*files.FIELDS, *dates.FIELDS, "length"] if not re.search(rf"\.{name}\b", bases)}
    queried = {name for name in DATAVIEW if not re.search(rf"(?<!\w){name}\(", dataview)}
    implicit = {name for name in FILE if not re.search(rf"\bfile\.{name}\b", dataview)}

    assert ({"date of", "image"}, set(), set(), set()) == (queried, called, fields, implicit)
