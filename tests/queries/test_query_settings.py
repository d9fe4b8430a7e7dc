"""What queries know from outside of notes: the types of properties that a vault sets, and the dates of files."""

import json
import re
import subprocess

import pytest


def shown(page: str) -> list[list[str]]:
    """Return the cells of all rows, as text; a box that is ticked is x."""
    page = re.sub("<input[^>]*checked[^>]*>", "x", page)
    rows = re.findall("<tr><td.*?</tr>", page)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall("<td[^>]*>(.*?)</td>", row)] for row in rows]


TYPES = {
    "code": "text", "day": "date", "count": "number", "people": "multitext", "Done At": "datetime", "labels": "tags",
    "other": "plugin-type",
}  # fmt: skip
TYPED = """formulas:
  code: code.isType("string")
  day: day.year
  count: count + 1
  people: people.length
  at: note["done at"].hour
  labels: labels.length
  other: other + 1
views:
  - type: table
    order: [formula.code, formula.day, formula.count, formula.people, formula.at, formula.labels, formula.other]
"""


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (json.dumps({"types": TYPES}), ["x", "2026", "3", "1", "9", "2", "5"]),
        ("{}", ["", "2026", "21", "3", "9", "4", "5"]),
        ("not JSON", ["", "2026", "21", "3", "9", "4", "5"]),
        (json.dumps({"types": ["text"]}), ["", "2026", "21", "3", "9", "4", "5"]),
    ],
)
def test_types_of_properties(types, expected, build_vault):
    """A property has the type that the vault sets, as far as its text fits; without one, that of its text."""
    note = "---\ncode: 7\nday: 2026-01-02\ncount: '2'\npeople: Ann\nDone at: 2026-01-02T09:30\nlabels: a, b\nother: 4\n---\n"
    files = {
        ".obsidian/types.json": types,
        "a.md": note,
        "q.md": f"```base\n{TYPED}    filters: file.name == 'a.md'\n```\n",
    }

    assert expected == shown(build_vault(files).page("q.html"))[0]


def test_a_change_of_types_evaluates_queries_again(write_vault, build_at):
    """The cached marks of notes are of the old types."""
    ask = "```dataview\nTABLE typeof(code) WHERE code\n```\n"
    files = {"a.md": "---\ncode: 5\n---\n", "q.md": ask}
    types = {".obsidian/types.json": '{"types": {"code": "text"}}'}
    pages = [build_at(write_vault(files | more)).page("q.html") for more in ({}, types)]

    assert ["number", "string"] == [shown(page)[0][1] for page in pages]


ASK = (
    "```base\nfilters: file.ext == 'md'\nviews:\n  - type: table\n    order: [file.name, file.ctime, file.mtime]\n```\n"
)


def test_dates_that_are_not_known(build_vault):
    """Their cells are empty, and one issue says why, however many queries ask."""
    files = {"a.md": "---\ncreated: 2026-01-02\n---\n", "b.md": ASK, "c.md": ASK}
    built = build_vault(files)
    issues = [issue for issue in built.report.issues if issue.kind == "bad_query"]

    assert [["a", "2026-01-02", "2026-01-02"], ["b", "", ""]] == shown(built.page("b.html"))[:2]
    assert [("b.md", 2)] == [(issue.path, issue.line) for issue in issues]
    assert "`file.ctime` and `file.mtime`" in issues[0].message


def test_dates_of_notes_and_attachments_come_from_git(write_vault, build_at):
    """Of attachments too; then there is nothing to report."""
    ask = ASK.replace("'md'", "'png'")
    vault = write_vault({"q.md": f"![[a.png]]\n\n{ask}", "a.png": "picture"})
    for command in (
        "init -q",
        "add .",
        "-c user.name=A -c user.email=a@b.example commit -q -m x --date 2026-01-02T12:00:00Z",
    ):
        environment = {"GIT_COMMITTER_DATE": "2026-01-03T12:00:00Z", "PATH": "/usr/bin:/bin"}
        subprocess.run(["git", *command.split()], cwd=vault, check=True, env=environment)
    built = build_at(vault)

    assert ["a.png", "2026-01-03", "2026-01-03"] == shown(built.page("q.html"))[0]
    assert "bad_query" not in built.report.summary


def test_widths_of_columns(build_vault):
    """`columnSize` names columns by their properties; what is no number, or no column, is left out."""
    sizes = "{note.price: 130, file.name: wide, gone: 50}"
    ask = f"```base\nviews:\n  - type: table\n    order: [file.name, price]\n    columnSize: {sizes}\n```\n"

    assert '<th scope="col">Name</th><th scope="col" class="width-120">' in build_vault({"q.md": ask}).page("q.html")
