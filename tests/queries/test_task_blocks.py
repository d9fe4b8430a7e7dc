"""Blocks of the Tasks plugin: every line that is understood, and what is said of one that is not."""

from datetime import datetime

import pytest

from hortus.queries.fields import task_dates
from hortus.queries.task_block import read_tasks, run_tasks
from hortus.queries.texts import text_of
from hortus.queries.values import Date, Tag
from hortus.queries.world import PlainFile, PlainWorld


def task(number: int, text: str, status: str = " ", heading: str = "", **fields):
    tags = tuple(Tag(word[1:]) for word in text.split() if word.startswith("#"))
    return {
        "number": number,
        "text": text,
        "task": True,
        "status": status,
        "heading": heading,
        "tags": tags,
        **task_dates(text),
        **fields,
    }


WORLD = PlainWorld(
    [
        PlainFile(
            "Home/Garden.md",
            items=(
                task(0, "mow 📅 2026-01-05 ⏫ 🛫 2026-01-03", heading="Lawn"),
                task(1, "rake #autumn 📅 2026-01-20", heading="Lawn"),
                task(2, "dig ✅ 2026-01-02", "x"),
                task(3, "dream", "-"),
                {"number": 4, "text": "no task"},
            ),
        ),
        PlainFile("Work.md", items=(task(0, "call #urgent ⏳ 2026-01-08 🔁 every week"), task(1, "sub", parent=0.0))),
    ],
    Date(datetime(2026, 1, 7), True),
)


def found(text: str) -> str:
    block = read_tasks(text)
    assert [] == block.problems
    result = run_tasks(block, WORLD, "Work.md")
    return " / ".join(
        f"{text_of(group.key)}: " * bool(group.name) + " ".join(text_of(row.cells[0]).split()[0] for row in group.rows)
        for group in result.groups
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("not done", "mow rake call sub"),
        ("done", "dig dream"),
        ("due before 2026-01-10", "mow"),
        ("due before today", "mow"),
        ("due after 2026-01-05", "rake"),
        ("due on 2026-01-05", "mow"),
        ("due 2026-01-05", "mow"),
        ("due on or before 2026-01-20", "mow rake"),
        ("due on or after tomorrow", "rake"),
        ("due this week", "mow"),
        ("due in two weeks", ""),
        ("due before in two weeks", "mow rake"),
        ("due 2026-01-01 2026-01-06", "mow"),
        ("scheduled tomorrow", "call"),
        ("happens this week", "mow call"),
        ("done after 2026-01-01", "dig"),
        ("no due date", "dig dream call sub"),
        ("has due date", "mow rake"),
        ("path includes home", "mow rake dig dream"),
        ("path does not include home", "call sub"),
        ("folder includes Home/", "mow rake dig dream"),
        ("root includes Home/", "mow rake dig dream"),
        ("filename includes Work.md", "call sub"),
        ("heading includes lawn", "mow rake"),
        ("description includes ra", "rake"),
        ("tags include #urgent", "call"),
        ("tag includes urgent", "call"),
        ("tags do not include urgent", "mow rake dig dream sub"),
        ("has tags", "rake call"),
        ("no tags", "mow dig dream sub"),
        ("status.name includes cancel", "dream"),
        ("priority is high", "mow"),
        ("priority is above none", "mow"),
        ("priority is not high", "rake dig dream call sub"),
        ("is recurring", "call"),
        ("is not recurring", "mow rake dig dream sub"),
        ("exclude sub-items", "mow rake dig dream call"),
        ("(not done) AND (due before today)", "mow"),
        ("(path includes Work) OR (heading includes Lawn)", "mow rake call sub"),
        ("NOT (done)", "mow rake call sub"),
        ("(not done) AND NOT (has due date)", "call sub"),
        ("# a comment", "mow rake dig dream call sub"),
        ("limit 2", "mow rake"),
        ("limit to 1 task", "mow"),
        ("hide edit button", "mow rake dig dream call sub"),
        ("short mode", "mow rake dig dream call sub"),
        ("starts before 2026-01-01", "rake dig dream call sub"),
        ("(starts before tomorrow) AND (has start date)", "mow"),
        ("due in 2026-01", "mow rake"),
        ("due before 2026-02", "mow rake"),
        ("due in 2026-W02", "mow"),
        ("due in or after 2026-W03", "rake"),
        ("due in 2026-Q1", "mow rake"),
        ("due after 2025", "mow rake"),
        ("due in or before this week", "mow"),
        ("path regex matches /^home/i", "mow rake dig dream"),
        ("path regex matches /^home/", ""),
        ("description regex does not match /^(mow|rake|dig)$/", "rake dream call sub"),
        ("description includes 2026", ""),
        ("tags regex matches /^#ur/", "call"),
        ("status.type is cancelled", "dream"),
        ("status.type is not todo", "dig dream"),
        ("(status.type is done) OR (status.type is cancelled)", "dig dream"),
        ("hide due date", "mow rake dig dream call sub"),
        ("show urgency", "mow rake dig dream call sub"),
    ],
)
def test_line(line, expected):
    """One line chooses tasks; conditions in brackets are joined by AND, OR and NOT."""
    assert expected == found(line)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("sort by description", "call dig dream mow rake sub"),
        ("not done\nsort by due", "mow rake call sub"),
        ("not done\nsort by due reverse", "call sub rake mow"),
        ("not done\nsort by priority\nsort by description", "mow call rake sub"),
        ("not done\ngroup by filename", "Garden.md: mow rake / Work.md: call sub"),
        ("done\ngroup by status.name", "Cancelled: dream / Done: dig"),
        ("group by due\nhas due date", "2026-01-05: mow / 2026-01-20: rake"),
        ("not done\ndue after today\npath includes Garden", "rake"),
        ("not done\ngroup by filename\nlimit groups to 1 task", "Garden.md: mow / Work.md: call"),
        ("not done\ngroup by filename\nlimit groups 1\nlimit 3", "Garden.md: mow / Work.md: call"),
        ("not done\nlimit 2\nlimit groups 1", "mow rake"),
        ("sort by status\nsort by description", "call mow rake sub dig dream"),
        ("group by status", "Done: dig dream / Todo: mow rake call sub"),
        ("sort by status.type reverse", "dream dig mow rake call sub"),
        ("not done\nsort by happens", "mow call rake sub"),
        ("has tags\nsort by tag", "rake call"),
        ("has tags\nsort by tag reverse", "call rake"),
        ("has tags\nsort by tag 2", "rake call"),
        ("not done\nsort by recurring", "call mow rake sub"),
        ("(not done) \\\n  AND (path \\\n includes Work)\nignore global query\nlimit 1", "call"),
        ("path includes Work\\\\\nlimit 1", ""),
    ],
)
def test_order_and_groups(lines, expected):
    """Several lines hold together; the first sort counts most."""
    assert expected == found(lines)


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("not dnoe", "did you mean `not done`?"),
        ("due befor tomorrow", "did you mean `due before`?"),
        ("sort by colour", ""),
        ("filter by function task.due", "the other lines are followed"),
        ("(done", ""),
        ("due in 99999 years", ""),
        ("due after 99999 months ago", ""),
        ("sort by functiondue", ""),
        ("(done) XOR (done)", ""),
        ("hide everything", ""),
        ("due in 2026-W60", ""),
    ],
)
def test_a_line_that_is_not_understood(line, hint):
    """It is a problem with its line, and the other lines count."""
    block = read_tasks(f"not done\n  {line}\nlimit 1")

    assert [(2, 3, len(line))] == [(one.line, one.column, one.length) for one in block.problems]
    assert hint in block.problems[0].hint
    assert 1 == run_tasks(block, WORLD, "Work.md").count


def test_a_regular_expression_that_cannot_be_read():
    """It is marked within its line."""
    (problem,) = read_tasks("path regex matches /(/").problems

    assert (1, 20, 3) == (problem.line, problem.column, problem.length)
    assert problem.message.startswith("this regular expression cannot be read")


def test_what_is_hidden():
    """Of what can be hidden, the last line that names it counts."""
    assert {"hidden": "backlink"} == run_tasks(read_tasks("hide backlink"), WORLD, "").options
    assert {} == run_tasks(read_tasks("hide backlink\nshow backlink"), WORLD, "").options


def test_a_day_that_is_after_the_last_year_only_today():
    """It could be understood on the day that conditions are tested with; later, no task has it."""
    assert "" == found("due before in 7975 years")
