"""Dataview queries: sources, steps in their order, layouts; and what their authors get wrong."""

from datetime import datetime

import pytest

from hortus.queries.dql_query import parse_query
from hortus.queries.dql_rows import Run
from hortus.queries.texts import dataview_text, text_of
from hortus.queries.understand import answer, check
from hortus.queries.values import Date, Link
from hortus.queries.world import PlainFile, PlainWorld

NOW = Date(datetime(2026, 1, 7), True)


def task(number: int, text: str, status: str = " ", children: tuple = (), **fields):
    done = status in ("x", "X")
    return {
        "number": number,
        "text": text,
        "task": True,
        "status": status,
        "completed": done,
        "children": children,
        **fields,
    }


CHILD = task(1, "pack")
WORLD = PlainWorld(
    [
        PlainFile("Daily/2026-01-01.md", {"mood": 3.0}, tags=("day",), links=(Link("Rome", "Trips/Rome.md"),)),
        PlainFile("Daily/2026-01-03.md", {"mood": 5.0}, tags=("day/good",)),
        PlainFile(
            "Trips/Rome.md",
            {"cost": 300.0, "with": ("Ann", "Bob"), "year": 2025.0},
            tags=("trip",),
            links=(Link("Ann", "People/Ann.md"), Link("Lost")),
            items=(
                task(0, "go", children=(CHILD,), due=Date(datetime(2026, 1, 2))),
                CHILD,
                task(2, "pay", "x"),
                {"number": 3, "text": "no task", "children": ()},
            ),
        ),
        PlainFile(
            "Trips/Oslo.md", {"cost": 200.0, "with": ("Ann",), "year": 2025.0}, tags=("trip",), items=(task(0, "book"),)
        ),
        PlainFile("People/Ann.md", {"year": 1990.0}),
    ],
    NOW,
)


def table(text: str, this: str = "People/Ann.md") -> list[str]:
    """Return the rows of a query as text."""
    run = Run(parse_query(text), WORLD, this)
    result = run.result()
    assert {} == run.faults
    assert "" == result.failed
    lines = []
    for group in result.groups:
        lines += [f"= {text_of(group.key)}"] if group.name else []
        lines += [" | ".join(shown(cell) for cell in row.cells) for row in group.rows]
    return lines


def shown(value) -> str:
    if isinstance(value, Link):
        return value.target.rsplit("/", 1)[-1]
    if type(value) is tuple:
        return ", ".join(map(shown, value))
    return dataview_text(value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"Trips"', "Oslo Rome"),
        ('"trips/"', "Oslo Rome"),
        ('"Trips/Rome"', "Rome"),
        ("#day", "2026-01-01 2026-01-03"),
        ("#day/good", "2026-01-03"),
        ("[[Rome]]", "2026-01-01"),
        ("[[]]", "Rome"),
        ("[[Lost]]", "Rome"),
        ("outgoing([[Rome]])", "Ann"),
        ('#trip and "Trips"', "Oslo Rome"),
        ('#day or "People"', "2026-01-01 2026-01-03 Ann"),
        ('-"Trips" and -#day', "Ann"),
        ('!"Trips" and !#day', "Ann"),
        ('#trip and (#day or "Trips") and -[[Ann]]', "Oslo"),
        ('#day and "Trips" or #trip', "Oslo Rome"),
        ('""', "2026-01-01 2026-01-03 Ann Oslo Rome"),
        ("[[#]]", "Rome"),
        ('"Trips/Rome.md"', "Rome"),
        ('"Trips/Rome" or "People/Ann"', "Ann Rome"),
        ("(#day or #trip) and (#trip or [[Rome]])", "2026-01-01 Oslo Rome"),
    ],
)
def test_from(source, expected):
    """Folders, tags with those below, links in and out, negated, joined from left to right."""
    assert expected.split() == table(f"LIST FROM {source}")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("TABLE cost FROM #trip", ["Oslo | 200", "Rome | 300"]),
        ('table without id cost, year AS "The year" from #trip', ["200 | 2025", "300 | 2025"]),
        ("LIST cost FROM #trip", ["Oslo | 200", "Rome | 300"]),
        ("LIST WITHOUT ID cost FROM #trip", ["200", "300"]),
        ("LIST WITHOUT ID FROM #trip", ["Oslo", "Rome"]),
        ("TABLE WITHOUT ID FROM #trip", ["Oslo", "Rome"]),
        ('LIST WITHOUT ID length(rows) + " of " + key GROUP BY year', ["2 of \\-", "1 of 1990", "2 of 2025"]),
        ("LIST GROUP BY year", ["\\-", "1990", "2025"]),
        ("LIST FROM #trip LIMIT 1 SORT cost DESC", ["Oslo"]),
        ("LIST FROM #trip SORT cost DESC LIMIT 1", ["Rome"]),
        ("LIST FROM #trip WHERE file.link != [[Rome]]", ["Oslo"]),
        ("LIST WHERE any(file.tasks, (t) => !t.completed)", ["Oslo", "Rome"]),
        (
            "TABLE T.text FROM #trip FLATTEN file.tasks AS T WHERE !T.completed",
            ["Oslo | book", "Rome | go", "Rome | pack"],
        ),
        ("TABLE WITHOUT ID key, length(rows.file.link) GROUP BY file.folder", ["Daily | 2", "People | 1", "Trips | 2"]),
        ('CALENDAR due WHERE typeof(due) = "date"', []),
        ("LIST WHERE cost > 250", ["Rome"]),
        ('LIST WHERE cost AND contains(with, "Bob")', ["Rome"]),
        ("LIST FROM #trip SORT cost DESC", ["Rome", "Oslo"]),
        ("LIST SORT year, file.name DESC", ["2026-01-03", "2026-01-01", "Ann", "Rome", "Oslo"]),
        ("LIST FROM #trip LIMIT 1", ["Oslo"]),
        ("LIST FROM #trip SORT cost DESCENDING\nLIMIT 2 - 1", ["Rome"]),
        ("LIST WHERE year WHERE year < 2000", ["Ann"]),
        ("TABLE who FROM #trip FLATTEN with AS who", ["Oslo | Ann", "Rome | Ann", "Rome | Bob"]),
        ('TABLE with FROM #trip FLATTEN with WHERE with = "Bob"', ["Rome | Bob"]),
        ("TABLE rows.file.name FROM #trip GROUP BY year", ["2025 | Oslo, Rome"]),
        ("LIST rows.file.link FROM #trip GROUP BY year AS y", ["2025 | Oslo, Rome"]),
        ("TABLE sum(rows.cost) AS total WHERE year GROUP BY year SORT key DESC", ["2025 | 500", "1990 | \\-"]),
        ("TABLE length(rows) FROM #trip FLATTEN with GROUP BY with", ["Ann | 2", "Bob | 1"]),
        ("TABLE max(map(rows, (r) => r.cost)) FROM #trip GROUP BY year", ["2025 | 300"]),
        ("CALENDAR file.day", ["= 2026-01-01", "2026-01-01", "= 2026-01-03", "2026-01-03"]),
        ("TASK FROM #trip", ["book |   | 0", "go |   | 0", "pack |   | 1", "pay | x | 0"]),
        ("TASK FROM #trip WHERE !completed", ["book |   | 0", "go |   | 0", "pack |   | 1"]),
        ("TASK WHERE due AND due < date(today)", ["go |   | 0", "pack |   | 1"]),
        ('TASK WHERE text = "pack"', ["pack |   | 0"]),
        ("TASK WHERE completed GROUP BY file.name", ["= Rome", "pay | x | 0"]),
        ("TASK WHERE cost = 200", ["book |   | 0"]),
        ("// a comment\nLIST FROM #trip\n// LIMIT 1", ["Oslo", "Rome"]),
        ("TABLE this.year FROM #trip LIMIT 1", ["Oslo | 1990"]),
        ("TABLE sort(file.tags) FROM #trip LIMIT 1", ["Oslo | #trip"]),
        ("LIST SORT length(file.tags), file.name LIMIT 1", ["Ann"]),
    ],
)
def test_query(query, expected):
    """Steps are followed in the order in which they are written."""
    assert expected == table(query)


def test_columns_are_named():
    """By AS, otherwise by the expression; the first after what rows are grouped by."""
    assert ("(cost + 1) * 2",) == Run(parse_query("TABLE WITHOUT ID (cost + 1) * 2"), WORLD, "").result().columns
    assert ("File", "cost * 2", "Y") == Run(parse_query("TABLE cost  *  2, year AS Y"), WORLD, "").result().columns
    assert ("year", "n") == Run(parse_query("TABLE length(rows) AS n GROUP BY year"), WORLD, "").result().columns
    assert ("year",) == Run(parse_query('LIST FROM "No" GROUP BY year'), WORLD, "").result().columns


def test_inline():
    """One value for the note that has it."""
    result, problems = answer("inline", "this.year + 1", WORLD, "People/Ann.md")

    assert (1991.0,) == result.groups[0].rows[0].cells
    assert () == problems


def test_an_error_leaves_a_row_out_or_spoils_a_cell():
    """And is one problem."""
    result, problems = answer("dataview", "TABLE lower(cost) FROM #trip\nWHERE length(year) = 1", WORLD, "")

    assert 0 == result.count
    assert [(2, 7, 12, "a number has no length")] == [
        (one.line, one.column, one.length, one.message) for one in problems
    ]


MISTAKES = [
    ("", 1, 1, "this query is empty", "TABLE"),
    ("TABEL cost", 1, 1, "`TABEL` is not a kind of query", "did you mean `TABLE`?"),
    ("LIST\nWERE cost", 2, 1, "`WERE` is not expected here", "did you mean `WHERE`?") ,
    ("TABLE cost\nFROM Trips", 2, 6, "a source is missing after `FROM`", 'FROM "Folder"'),
    ("LIST\nFROM", 2, 4, "a source is missing after `FROM`", "#tag"),
    ("LIST\nWHERE cost >\nSORT cost", 3, 6, "`cost` is not expected here", ""),
    ("LIST WHERE", 1, 10, "the expression ends too early", ""),
    ("LIST WHERE cost\nFROM #trip", 2, 1, "`FROM` comes first", ""),
    ("LIST GROUP year", 1, 6, "`BY` is missing after `GROUP`", ""),
    ("TABLE cost AS", 1, 13, "a name is missing after `AS`", ""),
    ("TABLE WITHOUT cost", 1, 15, "`ID` is missing after `WITHOUT`", ""),
    ("TASK cost", 1, 6, "`TASK` has no columns", "FROM"),
    ("CALENDAR", 1, 1, "a date is missing after `CALENDAR`", "file.day"),
    ("LIST WHERE contans(with, 1)", 1, 12, "there is no function `contans`", "did you mean `contains`?"),
    ("LIST WHERE cost == 1", 1, 17, "`==` is not an operator here", "compare with `=`"),
    ("LIST WHERE (cost = 1", 1, 12, "`(` is not closed", "add `)`"),
    ('LIST FROM csv("a.csv")', 1, 11, "`csv(…)` is not read", ""),
    ("LIST FROM outgoing(Rome)", 1, 11, "`outgoing` takes a link", "[[Note]]"),
    ("LIST FROM #trip and", 1, 19, "a source is missing", ""),
    ("LIST FROM #trip \"Trips\"", 1, 17, '`"Trips"` is not expected here', ""),
    ("LIST\nLIMT 2", 2, 1, "`LIMT` is not expected here", "did you mean `LIMIT`?"),
    ("TABLE dateformat(file.day)", 1, 7, "`dateformat` takes 2 arguments, not 1", ""),
    ("TABLE cost, FROM #trip", 1, 13, "an expression is missing", "before `FROM`"),
    ("TABLE file.name.upper()", 1, 17, "`upper` cannot follow a dot", ""),
    ('LIST WHERE file.name = "x', 1, 24, "this text is not closed", ""),
    ("LIST SORT", 1, 9, "the expression ends too early", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), MISTAKES, ids=[one[0][:30] for one in MISTAKES])
def test_mistake(text, line, column, message, hint):
    """One problem, with line, column and what to do."""
    problems = check("dataview", text)

    assert [(line, column)] == [(problem.line, problem.column) for problem in problems], problems
    assert problems[0].message.startswith(message)
    assert hint in problems[0].hint
