"""Bases: filters, formulas, views, sorting, groups and summaries; and what their authors get wrong."""

from datetime import datetime

import pytest

from hortus.queries.base_file import read_base
from hortus.queries.base_rows import run_view
from hortus.queries.texts import text_of
from hortus.queries.values import Date, Duration, Failed, Link, Tag
from hortus.queries.world import PlainFile, PlainWorld

NOW = Date(datetime(2026, 1, 5), True)


def note(path: str, *tags: str, links: tuple[Link, ...] = (), **properties) -> PlainFile:
    values = {name: float(value) if type(value) is int else value for name, value in properties.items()}
    return PlainFile(path, {**values, "tags": tuple(map(Tag, tags))}, tags=tags, links=links)


WORLD = PlainWorld(
    [
        note("Books/Dune.md", "book", price=9, pages=412, status="read", lent=True, read=Date(datetime(2024, 3, 1))),
        note("Books/Emma.md", "book", price=5, pages=474, status="open", lent=False),
        note("Books/Ulysses.md", "book/long", price=7, status="open", read=Date(datetime(2025, 1, 1))),
        note("Required/Logic.md", "book", price=30, status="done"),
        note("Shop.md", links=(Link("Dune", "Books/Dune.md"),)),
        PlainFile("cover.png"),
    ],
    NOW,
)


def rows(text: str, view: str = "", this: str = "Shop.md"):
    """Return the groups of a view: key, and name of file with the other cells of each row."""
    base = read_base(text)
    assert [] == base.problems
    result, problems = run_view(base, base.view(view), WORLD, this)
    assert [] == problems
    return result


def names(result) -> list[str]:
    return [row.path.rsplit("/", 1)[-1].removesuffix(".md") for group in result.groups for row in group.rows]


VIEW = "views:\n  - type: table\n"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("filters: file.hasTag('book')", "Dune Emma Logic Ulysses"),
        ("filters:\n  and:\n    - file.hasTag('book')\n    - price < 8", "Emma Ulysses"),
        ("filters:\n  or:\n    - price == 9\n    - price == 5", "Dune Emma"),
        ("filters:\n  not:\n    - file.hasTag('book')", "cover.png Shop"),
        (
            "filters:\n  and:\n    - file.hasTag('book')\n    - not:\n        - status == 'open'\n        - price > 20",
            "Dune",
        ),
        (
            "filters:\n  or:\n    - file.hasTag('long')\n    - and:\n        - price > 4\n        - not:\n"
            "            - file.inFolder('Books')",
            "Logic",
        ),
        ("filters: file.ext == 'png'", "cover.png"),
        ("filters: this.file.hasLink(file)", "Dune"),
        ("filters:\n  and: []", "cover.png Dune Emma Logic Shop Ulysses"),
        ("filters:\n  or: []", ""),
    ],
)
def test_filters(filters, expected):
    """A text, or texts joined by and, or, not to any depth; every file of the vault is a row to begin with."""
    assert expected.split() == names(rows(f"{filters}\n{VIEW}"))


def test_the_views_filter_is_joined_with_the_bases():
    """Both have to hold."""
    text = f"filters: file.hasTag('book')\n{VIEW}    name: One\n    filters: price < 6\n  - type: list\n    name: Two\n"

    assert ["Emma"] == names(rows(text))
    assert 4 == rows(text, "two").count


def test_the_documented_example():
    """The example of "Bases syntax", with the formulas, groups and the view's own filter."""
    text = """
filters:
  or:
    - file.hasTag("tag")
    - and:
        - file.hasTag("book")
        - not:
            - file.inFolder("Required")
formulas:
  formatted_price: 'if(price, price.toFixed(2) + " dollars")'
  ppu: "(price / pages * 100).toFixed(2)"
properties:
  status:
    displayName: Status
  formula.formatted_price:
    displayName: "Price"
  file.ext:
    displayName: Extension
views:
  - type: table
    name: "My table"
    limit: 10
    groupBy:
      property: note.status
      direction: DESC
    filters:
      and:
        - 'status != "done"'
        - or:
            - "formula.ppu > 2"
            - "price > 2.1"
    order:
      - file.name
      - file.ext
      - status
      - formula.ppu
      - formula.formatted_price
    summaries:
      note.pages: Average
      formula.ppu: Filled
"""
    result = rows(text)

    assert ("Name", "Extension", "Status", "ppu", "Price") == result.columns
    assert ["read", "open"] == [group.key for group in result.groups]
    assert [["md", "read", "2.18", "9.00 dollars"]] == [list(row.cells[1:]) for row in result.groups[0].rows]
    assert ["Dune", "Emma", "Ulysses"] == names(result)
    assert ("Filled", 1.0) == result.groups[0].summaries[3]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("- property: price\n        direction: ASC", "Emma Ulysses Dune Logic"),
        ("- property: price\n        direction: DESC", "Logic Dune Ulysses Emma"),
        ("- column: note.price\n        direction: DESC", "Logic Dune Ulysses Emma"),
        (
            "- property: status\n        direction: ASC\n      - property: price\n        direction: DESC",
            "Logic Ulysses Emma Dune",
        ),
        ("- property: read\n        direction: DESC", "Ulysses Dune Emma Logic"),
        ("- property: read\n        direction: ASC", "Dune Ulysses Emma Logic"),
        ("- property: file.folder\n        direction: DESC", "Logic Dune Emma Ulysses"),
        ("- property: formula.half\n        direction: ASC", "Emma Ulysses Dune Logic"),
    ],
)
def test_sort(sort, expected):
    """By one property or several; empty values last in both directions; equal ones by name."""
    text = f"filters: file.hasTag('book')\nformulas:\n  half: price / 2\n{VIEW}    sort:\n      {sort}\n"

    assert expected.split() == names(rows(text))


@pytest.mark.parametrize("year", [1884, 1970, 2024])
def test_dates_are_sorted_by_their_time(year):
    """Also before 1970, and whatever the time zone of the machine."""
    hours = {"a": 3, "b": 2, "c": 1}
    world = PlainWorld(
        [note(f"{name}.md", at=Date(datetime(year, 3, 31, hour), True)) for name, hour in hours.items()], NOW
    )
    base = read_base(f"{VIEW}    sort:\n      - property: at\n")

    assert ["c", "b", "a"] == names(run_view(base, base.view(""), world, "")[0])


def test_groups_and_limit():
    """The limit counts rows after sorting; rows without a value are the last group."""
    text = f"{VIEW}    groupBy: status\n    limit: 4\n    sort:\n      - property: price\n        direction: DESC\n"
    result = rows(text)

    assert [("done", 1), ("open", 2), ("read", 1)] == [(group.key, len(group.rows)) for group in result.groups]


SUMMARIES = {
    "price": {
        "Average": 12.75, "Min": 5.0, "Max": 30.0, "Sum": 51.0, "Range": 25.0, "Median": 8.0, "Stddev": 10.0591997694,
        "Empty": 0.0, "Filled": 4.0, "Unique": 4.0, "doubled": 102.0,
    },
    "read": {
        "Earliest": Date(datetime(2024, 3, 1)), "Latest": Date(datetime(2025, 1, 1)), "Range": Duration(0, 306 * 86400),
        "Empty": 2.0, "Filled": 2.0, "Unique": 2.0,
    },
    "lent": {"Checked": 1.0, "Unchecked": 1.0, "Empty": 2.0},
    "status": {"Unique": 3.0, "Average": None},
}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "name"), [(column, name) for column, names_ in SUMMARIES.items() for name in names_]
)
def test_summary(column, name):
    """Every documented summary, and one of the base's own."""
    text = (
        "filters: file.hasTag('book')\nsummaries:\n  doubled: values.reduce(acc + value, 0) * 2\n"
        f"{VIEW}    order: [file.name, {column}]\n    summaries:\n      {column}: {name}\n"
    )

    assert (name, SUMMARIES[column][name]) == rows(text).summaries[1]


def test_cards_lists_and_their_options():
    """Layouts keep their settings; the picture is a cell after the columns."""
    text = f"{VIEW.replace('table', 'cards')}    image: note.cover\n    imageFit: contain\n    imageAspectRatio: 0.5\n"
    result = rows(text)

    assert ("cards", {"image": "1", "imageFit": "contain", "imageAspectRatio": "0.5"}) == (
        result.layout,
        result.options,
    )


def test_an_error_spoils_one_cell():
    """And is one problem, however many rows have it."""
    base = read_base(f"formulas:\n  low: status.lower() + price.lower()\n{VIEW}    order: [file.name, formula.low]\n")
    result, problems = run_view(base, base.view(""), WORLD, "Shop.md")
    cells = {row.path: row.cells[1] for row in result.groups[0].rows}

    assert ["a number has no `lower`, only a string has"] == [problem.message for problem in problems]
    assert Failed("a number has no `lower`, only a string has") == cells["Books/Dune.md"]
    assert None is cells["Shop.md"]


def test_an_error_in_a_filter_leaves_the_row_out():
    """The others are shown, and the problem names the condition."""
    base = read_base(f"filters: status.lower() == 'read' || price.lower() == 'x'\n{VIEW}")
    result, problems = run_view(base, base.view(""), WORLD, "Shop.md")

    assert ["Dune"] == names(result)
    assert [(1, 38, 13)] == [(one.line, one.column, one.length) for one in problems]


def test_formulas_use_formulas():
    """Over several lines, in any order."""
    text = f"formulas:\n  b: |\n    formula.a\n      + 1\n  a: price * 2\nfilters: formula.b > 60\n{VIEW}    order: [formula.b]\n"

    assert 61.0 == rows(text).groups[0].rows[0].cells[0]


def test_today_makes_a_base_depend_on_the_day():
    """Only where it was asked."""
    assert rows(f"filters: read < today()\n{VIEW}").dated
    assert not rows(VIEW).dated


MISTAKES = [
    ("", 1, 1, "this base is empty", "views:"),
    ("- a\n", 1, 1, "a base is a list of `name: value`", "filters"),
    ("views: [", 1, 1, "this base cannot be read", ""),
    ("views:\n\t- type: table\n", 2, 1, "this base cannot be read: not YAML: a tab", ""),
    ("views: *a\n", 1, 1, "this base cannot be read", ""),
    (f"filters: !done\n{VIEW}", 1, 1, "this base cannot be read: `!done` is read as a YAML tag", ""),
    (f"{VIEW}{VIEW}", 3, 1, "this base cannot be read: duplicate key `views`", ""),
    (f"filter: a\n{VIEW}", 1, 1, "a base has no `filter`", "did you mean `filters`?"),
    ("filters: a\n", 1, 1, "this base has no views", "- type: table"),
    ("views: table\n", 1, 8, "`views` is a list", "- "),
    ("views:\n  - table\n", 2, 5, "a view is a list of `name: value`", "- type: table"),
    (f"formulas: a\n{VIEW}", 1, 11, "`formulas` is a list of `name: value`", ""),
    (f"formulas:\n  x: [1]\n{VIEW}", 2, 6, "an expression is expected here", "in quotes"),
    (f"filters:\n  xor: [a]\n{VIEW}", 2, 3, "a filter has no `xor`", "and"),
    (f"filters: price > 3 &&\n{VIEW}", 1, 21, "the expression ends too early", ""),
    (f"filters: 'price >> 3'\n{VIEW}", 1, 18, "`>` is not expected here", ""),
    (f'filters: "file.hasTg(\\"a\\")"\n{VIEW}', 1, 16, "there is no function `hasTg`", "did you mean `hasTag`?"),
    (f"formulas:\n  x: |\n    price +\n      foo(1)\n{VIEW}", 4, 7, "there is no function `foo`", ""),
    (f"formulas:\n  x: empty(price)\n{VIEW}", 2, 6, "there is no function `empty`", "isEmpty"),
    (f"formulas:\n  x: not(price)\n{VIEW}", 2, 6, "there is no function `not`", "!done"),
    (f"formulas:\n  x: formula.y + 1\n  yy: 1\n{VIEW}", 2, 6, "there is no formula `y`", "did you mean `yy`?"),
    (f"formulas:\n  x: formula.x\n{VIEW}", 2, 3, "the formula `x` uses itself: x → x", ""),
    (f"formulas:\n  a: formula.b\n  b: formula.c\n  c: formula.a\n{VIEW}", 2, 3, "the formula `a` uses itself: a → b → c → a", ""),
    (f"formulas:\n  x: /(/.matches(file.name)\n{VIEW}", 2, 6, "this regular expression cannot be read", ""),
    ("views:\n  - type: map\n", 2, 11, "views of type `map` are shown as a table", "cards"),
    (f"{VIEW}    limit: ten\n", 3, 12, "`limit` is a whole number, not `ten`", ""),
    (f"{VIEW}    order:\n      - formula.nope\n", 4, 9, "there is no formula `nope`", ""),
    (f"{VIEW}    order:\n      - file.nme\n", 4, 14, "a file has no `nme`", "did you mean `file.name`?"),
    (f"{VIEW}    sort:\n      - direction: ASC\n", 4, 9, "the name of a property is missing", "property"),
    (f"{VIEW}    summaries:\n      price: Averag\n", 4, 14, "there is no summary `Averag`", "did you mean `Average`?"),
    (f"{VIEW}    name: [a]\n", 3, 11, "`name` is one text", ""),
    (f"summaries:\n  s: values.men()\n{VIEW}", 2, 13, "there is no function `men`", "did you mean `mean`?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), MISTAKES, ids=[one[3][:40] for one in MISTAKES])
def test_mistake(text, line, column, message, hint):
    """One problem, with line, column and what to do."""
    problems = read_base(text).problems

    assert [(line, column)] == [(problem.line, problem.column) for problem in problems], problems
    assert problems[0].message.startswith(message)
    assert hint in problems[0].hint


def test_what_can_be_evaluated_is():
    """A base with a mistake in one formula shows its other columns."""
    base = read_base(
        f"formulas:\n  bad: price.foo()\n  good: price + 1\n{VIEW}    order: [formula.bad, formula.good]\n"
    )
    result, _ = run_view(base, base.view(""), WORLD, "Shop.md")

    assert ["the formula `bad` has a mistake", "10"] == [text_of(cell) for cell in result.groups[0].rows[1].cells]
