"""The report: all kinds of issues, hints, wanted notes."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hortus.cli.terminal import print_figures
from hortus.core.model import Figure, FigureScript, Issue, Wanted
from hortus.report.groups import group_issues, rank_targets
from hortus.report.kinds import BROKEN, SEVERITY
from hortus.report.report import make_report

UNREADABLE = "---\na: [1\n---\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"a.md": "x\n\nsee [[new]]"}, [("broken_link", "a.md", 3, 5, "new")], id="broken_link"),
        pytest.param({"a.md": "TODO: write [[new]]"}, [("todo_link", "a.md", 1, 13, "new")], id="todo_link"),
        pytest.param({"a.md": "- [ ] write [[new]]"}, [("todo_link", "a.md", 1, 13, "new")], id="todo_link by task"),
        pytest.param({"a.md": "TODO: [[a]]"}, [("orphan", "a.md", 1, 1, ""), ("todo", "a.md", 1, 1, "")], id="todo"),
        pytest.param(
            {"a.md": "[[b#Nowhere]]", "b.md": "# H"},
            [("missing_heading", "a.md", 1, 1, "b#Nowhere")],
            id="missing_heading",
        ),
        pytest.param(
            {"a.md": "[x](b.md#my-heading)", "b.md": "## My heading"},
            [("missing_heading", "a.md", 1, 1, "b.md#my-heading")],
            id="missing_heading, though the page has the id",
        ),
        pytest.param(
            {"a.md": "[[b#^no]]", "b.md": "x ^yes"}, [("missing_block", "a.md", 1, 1, "b#^no")], id="missing_block"
        ),
        pytest.param(
            {"a.md": "![[p.png]]"},
            [("missing_asset", "a.md", 1, 1, "p.png"), ("orphan", "a.md", 1, 1, "")],
            id="missing_asset",
        ),
        pytest.param(
            {"s.md": "[[n]]", "x/n.md": "", "y/n.md": "[[s]]"},
            [("ambiguous_link", "s.md", 1, 1, "n")],
            id="ambiguous_link",
        ),
        pytest.param(
            {"a.md": "[words]()"}, [("empty_link", "a.md", 1, 1, ""), ("orphan", "a.md", 1, 1, "")], id="empty_link"
        ),
        pytest.param(
            {"a.md": "[[b]] [x](javascript:x)", "b.md": ""},
            [("unsafe_url", "a.md", 1, 7, "javascript:x")],
            id="unsafe_url",
        ),
        pytest.param(
            {"a.md": "![[b]]", "b.md": "x\n![[a]]"},
            [("embed_cycle", "a.md", 1, 1, "b"), ("embed_cycle", "b.md", 2, 1, "a")],
            id="embed_cycle",
        ),
        pytest.param(
            {"a.md": "[[b]]\n\n![x](https://x.org/x.png)\n<img src='//y.org/y.png'>", "b.md": "![[b]]"},
            [("remote_image", "a.md", 3, 1, ""), ("embed_cycle", "b.md", 1, 1, "b")],
            id="remote_image, once a note",
        ),
        pytest.param({"a.md": "alone"}, [("orphan", "a.md", 1, 1, "")], id="orphan"),
        pytest.param(
            {"The MOC.md": "[[a]]", "a.md": "", "b.md": "[[a]]"}, [("unmapped", "b.md", 1, 1, "")], id="unmapped"
        ),
        pytest.param(
            {"The MOC.md": "[[a]]", "a.md": "", "b.md": ""},
            [("orphan", "b.md", 1, 1, "")],
            id="an orphan is not unmapped as well",
        ),
        pytest.param(
            {"a b.md": "[[a-b]]", "a-b.md": "[[a b]]"},
            [("duplicate_url", "a-b.md", 1, 1, "a b.md")],
            id="duplicate_url",
        ),
        pytest.param(
            {"a.md": "---\naliases: X\n---\n[[b]]", "b.md": "---\naliases: [b, x]\n---\n[[a]]"},
            [("duplicate_url", "b.md", 1, 1, "a.md")],
            id="duplicate_url of an alias",
        ),
        pytest.param(
            {"a.md": "---\npermalink: search\n---\n[[b]]", "b.md": "[[a]]"},
            [("duplicate_url", "a.md", 1, 1, "")],
            id="duplicate_url of a page that every site has",
        ),
        pytest.param(
            {"a-b.md": "TODO [[a b]] TODO [[a+b]]"},
            [("todo_link", "a-b.md", 1, 6, "a b"), ("todo_link", "a-b.md", 1, 19, "a+b")],
            id="a missing note has no address to lose",
        ),
        pytest.param(
            {"a.md": UNREADABLE, "b.md": "[[c]]", "c.md": ""},
            [("bad_front_matter", "a.md", 2, 1, "")],
            id="bad_front_matter",
        ),
        pytest.param(
            {"a.md": "[[b]]", "b.md": "---\ndraft: true\n---\n", "c.md": "[[a]]"},
            [("private_link", "a.md", 1, 1, "")],
            id="private_link",
        ),
        pytest.param(
            {"a.md": "[[b]]".encode("utf-16"), "b.md": ""}, [("bad_encoding", "a.md", 1, 1, "")], id="bad_encoding"
        ),
        pytest.param(
            {"a.md": "[[b]]\n\n%% rest", "b.md": ""}, [("unclosed_comment", "a.md", 3, 1, "")], id="unclosed_comment"
        ),
        pytest.param({"a.md": "[[b]] $\\frac{1$", "b.md": ""}, [("bad_math", "a.md", 1, 7, "")], id="bad_math"),
    ],
)
def test_kinds(build_vault, files, expected):
    """Every kind of issue of notes and links, with position and target."""
    issues = build_vault(files).report.issues

    assert expected == [(issue.kind, issue.path, issue.line, issue.column, issue.target) for issue in issues]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("a: *b", "`*b` is a YAML alias", id="stars"),
        pytest.param("\ta: b", "a tab, where only spaces are allowed", id="a tab"),
        pytest.param("a: b: c", "a second `: `", id="two colons"),
        pytest.param('a: "b', "a quote that is not closed", id="a quote"),
    ],
)
def test_front_matter_in_plain_words(build_vault, line, said):
    """YAML errors are reworded for authors, with their line."""
    (issue,) = build_vault({"a.md": f"---\nx: y\n{line}\n---\n"}).report.issues

    assert ("bad_front_matter", 3, True) == (issue.kind, issue.line, said in issue.message)


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        pytest.param({"a.md": "[[Sofmax]]", "Softmax.md": "[[a]]"}, "did you mean “Softmax”?", id="a note"),
        pytest.param(
            {"a.md": "![[curv.png]] ![[curve.png]]", "curve.png": ""}, "did you mean “curve.png”?", id="a file"
        ),
        pytest.param({"a.md": "[[b#Heding]]", "b.md": "# Heading"}, "did you mean “Heading”?", id="a heading"),
        pytest.param({"a.md": "[[b#^blok]]", "b.md": "x ^block"}, "did you mean “^block”?", id="a block"),
        pytest.param({"a.md": "[[SGD]]", "b.md": "---\naliases: SGD\n---\n[[a]]"}, "write [[b|SGD]]", id="an alias"),
        pytest.param({"a.md": "[[Zebra]]", "b.md": "[[a]]"}, "", id="nothing like it"),
        pytest.param({"a.md": "[[Sofmax]]", "Softmax.md": "---\ndraft: true\n---\n"}, "", id="nothing private"),
    ],
)
def test_did_you_mean(build_vault, files, hint):
    """Similar names."""
    (issue,) = [issue for issue in build_vault(files).report.issues if issue.path == "a.md"]

    assert hint in issue.hint and bool(hint) == bool(issue.hint)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- TODO [[new]]\n- [[newer]]", ["todo_link", "broken_link"], id="items"),
        pytest.param("- TODO\n  - [[new]]", ["todo", "broken_link"], id="an item below"),
        pytest.param("TODO [[new]]\n\n[[newer]]", ["todo_link", "broken_link"], id="paragraphs"),
        pytest.param("| TODO [[new]] | [[newer]] |\n|---|---|", ["todo_link", "broken_link"], id="cells"),
        pytest.param("- [x] [[new]]", ["broken_link"], id="a task that is done"),
        pytest.param("- [ ] [[new]] and [[newer]]", ["todo_link", "todo_link"], id="an open task with two"),
        pytest.param("TODO [[new]] and [[a]]", ["todo_link"], id="one of them is written"),
        pytest.param("TODO [[a#b]]", ["missing_heading", "todo"], id="the note is there"),
        pytest.param("TODO ![[p.png]]", ["missing_asset"], id="a picture to come is missing all the same"),
        pytest.param("`TODO` [[new]]", ["broken_link"], id="a mark in code is none"),
        pytest.param("TODO [x]()", ["empty_link", "todo"], id="no destination yet"),
        pytest.param("# TODO\n[[new]]", ["broken_link", "todo"], id="a heading is a place of its own"),
    ],
)
def test_broken_or_todo(build_vault, text, expected):
    """A missing note is broken unless its item, cell or paragraph is marked as TODO."""
    issues = build_vault({"a.md": text, "b.md": "[[a]]"}).report.issues

    assert sorted(expected) == sorted(issue.kind for issue in issues)


def test_a_missing_note_takes_nobodys_address(build_vault):
    """A written note keeps its URL, and the stub gets another."""
    built = build_vault({"a-b.md": "[[a b]]"})

    assert ("a-b.html", True) == (built.urls["a-b.md"], built.urls["a b.md"].startswith("a-b-"))


def test_marks_in_a_paragraph_are_reported_once(build_vault):
    """A mark with a missing link is reported for the link only."""
    report = build_vault({"a.md": "TODO: read [[new]]\n\nTODO: think\n"}).report

    assert {"todo": 1, "todo_link": 1} == report.summary


def test_wanted_by_demand(build_vault):
    """Notes with links count once each, maps again; ties are in alphabetical order."""
    report = build_vault(
        {
            "The MOC.md": "[[zeal]] [[a]] [[b]]",
            "a.md": "[[often]] [[often]] [[often]] [[twice]]",
            "b.md": "[[twice]] [[often]] [[third]] [[zeal]]",
        }
    ).report

    assert (
        Wanted("zeal.md", ("The MOC.md", "b.md"), ("The MOC.md",)),
        Wanted("often.md", ("a.md", "b.md"), ()),
        Wanted("twice.md", ("a.md", "b.md"), ()),
        Wanted("third.md", ("b.md",), ()),
    ) == report.wanted


def test_order_and_counts(build_vault):
    """By path, line, column; the summary counts every kind."""
    report = build_vault({"b.md": "[[y]]\n[[x]] [[w]]", "a.md": "[[z]] [x]()"}).report
    places = [(issue.path, issue.line, issue.column) for issue in report.issues]

    assert places == sorted(places)
    assert {"broken_link": 4, "empty_link": 1} == report.summary


def test_severity_by_kind(build_vault):
    """The kind decides; kinds that fail a check are errors, except external links."""
    report = build_vault({"a.md": "[[new]] TODO\n\n[[x]]"}).report

    assert {issue.kind: issue.severity for issue in report.issues} == {
        issue.kind: SEVERITY[issue.kind] for issue in report.issues
    }
    assert {"broken_link": "error", "missing_asset": "error", "external_broken": "warning"} == {
        kind: SEVERITY[kind] for kind in BROKEN
    }


def test_an_issue_is_reported_once(join_notes):
    """Equal issues from two sources are one."""
    graph = join_notes({"a.md": "[[b]]", "b.md": ""})
    issue = Issue("bad_encoding", "a.md", 1, 1, "words")

    assert (replace(issue, severity="warning"),) == make_report(graph, issues=[issue, issue]).issues


def test_a_missing_extra_is_reported_once(join_notes):
    """At the first note that needs it, in order of path."""
    graph = join_notes({"a.md": "[[b]]", "b.md": ""})
    hint = "pip install 'hortus[diagrams]'"
    issues = [Issue("bad_diagram", path, 1, 1, "words", hint) for path in ("b.md", "a.md")]

    assert [("a.md", hint)] == [(issue.path, issue.hint) for issue in make_report(graph, issues=issues).issues]


def figure(name, **changes):
    script = FigureScript(name, Path(f"{name}.py"), "", name, "", 1, "", {}, {}, "", "", path=f"figures/{name}.py")
    return replace(Figure(name, script, {}, "words", "drawn", (), 1, 1, "", "", {}), **changes)


@pytest.mark.parametrize(
    ("changes", "text", "expected"),
    [
        pytest.param(
            {"state": "failed", "error": "it broke"},
            "x\n![[curve.svg]]",
            [("figure_failed", "a.md", 2)],
            id="failed, shown",
        ),
        pytest.param(
            {"state": "failed", "error": "it broke"},
            "",
            [("figure_failed", "figures/curve.py", 1)],
            id="failed, not shown",
        ),
        pytest.param(
            {"state": "stale", "error": "it broke"}, "![[curve.svg]]", [("figure_stale", "a.md", 1)], id="stale"
        ),
        pytest.param({"alt": ""}, "![[curve.svg]]", [("missing_alt", "a.md", 1)], id="no words"),
        pytest.param({"alt": ""}, "![[curve.svg|words]]", [], id="words in the note"),
        pytest.param({"alt": ""}, "", [("missing_alt", "figures/curve.py", 1)], id="no words, not shown"),
        pytest.param({}, "![[curve.svg]]", [], id="fine"),
    ],
)
def test_figures(join_notes, changes, text, expected):
    """Failures and missing alt texts, at the first place that shows the figure, otherwise at its script."""
    graph = join_notes({"a.md": f"{text}\n\n[[b]]", "b.md": ""}, figures=["curve"])
    issues = make_report(graph, [figure("curve", **changes)]).issues

    assert expected == [(issue.kind, issue.path, issue.line) for issue in issues]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[[curve.svg#pieces|1,369]] [1369.0 pieces](curve.svg#pieces)", [], id="right"),
        pytest.param("[[curve.svg#share|98.6 %]] [99](curve.svg#share) [[curve.svg#low|−0.5]]", [], id="rounded"),
        pytest.param("[[curve.svg#low|0.5]] behind", [], id="without a sign, its size"),
        pytest.param("[[curve.svg#few|eight of them]] [[curve.svg#way|rising]]", [], id="words"),
        pytest.param(
            "[[curve.svg#pieces|see]] [[curve.svg#few|7 of 8]] [[curve.svg#pieces]]", [], id="no single number"
        ),
        pytest.param("[[curve.svg#share|98.7 %]] [[curve.svg#few|nine]]", ["stale_number"] * 2, id="stale"),
        pytest.param("[[curve.svg#few|−8]] [[curve.svg#way|falling]]", ["stale_number"] * 2, id="sign, text"),
        pytest.param("[[curve.svg#piece|1369]] [[curve.svg#Pieces]]", ["unknown_result"] * 2, id="unknown"),
        pytest.param("![[curve.svg#light|words]] [[curve.svg]] [[curve.svg|12]]", [], id="not a result"),
    ],
)
def test_results_of_figures(join_notes, text, expected):
    """Links that name a result are compared with it; nothing is, if the figure is not drawn."""
    graph = join_notes({"a.md": f"{text}\n\n[[b]]", "b.md": ""}, figures=["curve"])
    results = {"pieces": 1369, "share": 98.63, "low": -0.5, "few": 8, "way": "rising"}

    assert expected == [issue.kind for issue in make_report(graph, [figure("curve", results=results)]).issues]
    stale = figure("curve", results=results, state="stale", error="it broke")
    assert ["figure_stale"] == [issue.kind for issue in make_report(graph, [stale]).issues]


def test_what_a_figure_says_is_not_published(join_notes):
    """The report has figure and line, without the script's message."""
    graph = join_notes({"a.md": "![[curve.svg]]"}, figures=["curve"])
    broken = figure("curve", state="failed", error="OSError: host-17 /home/me/x", fault="failed at curve.py:5")
    messages = [issue.message for issue in make_report(graph, [broken]).issues]

    assert "figure curve: failed at curve.py:5" in messages
    assert "host-17" not in " ".join(messages)


def test_a_figure_without_its_library(join_notes):
    """The hint names the extra, at every figure."""
    graph = join_notes({"a.md": "![[curve.svg]] ![[wave.svg]]"}, figures=["curve", "wave"])
    error = "ModuleNotFoundError: No module named 'matplotlib'"
    issues = make_report(graph, [figure(name, state="failed", error=error) for name in ("curve", "wave")]).issues

    assert [("figure_failed", True)] * 2 == [(i.kind, "hortus[figures]" in i.hint) for i in issues if i.hint]


def test_figures_that_fail_alike_are_printed_together(capsys):
    """Once, with the missing extra; a traceback without information is left out."""
    error = "ModuleNotFoundError: No module named 'torch'"
    failed = {"state": "failed", "error": error, "traceback": f"{error}\n"}
    other = {"state": "failed", "error": "it broke", "traceback": "one.py, line 3\nit broke"}
    some = [figure("a", **failed), figure("b", **other), figure("c", **failed), figure("d")]

    assert (True, False) == (print_figures(some), print_figures([figure("d")]))
    assert [
        f"figures a, c: {error}",
        "  torch comes with the extra: pip install 'hortus[torch]'",
        "figure b: it broke",
        "  | one.py, line 3",
        "  | it broke",
    ] == capsys.readouterr().err.splitlines()


def test_report_page_shows_every_issue(build_vault, read_page):
    """Every message and hint, a link to each note, coverage, and wanted notes, with positions."""
    built = build_vault(
        {
            "The MOC.md": "[[a]] [[new]] TODO\n\n[[newer]]",
            "a.md": "[[Sofmax]] [x]()\n\nTODO: think",
            "Softmax.md": "",
            "b.md": "",
        }
    )
    page = read_page(built.page("report.html"))
    words = " ".join("".join(page.words).split())

    assert [] == [text for issue in built.report.issues for text in (issue.message, issue.hint) if text not in words]
    assert {"wanted", "coverage", "broken_link", "todo", "orphan"} <= set(page.ids)
    assert {"a.html", "new.html", "newer.html"} <= set(page.addresses)


def test_report_page_names_some_and_counts_the_rest(build_vault):
    """Of maps, isolated groups and their notes, and maps that want a note."""
    files = {f"m{n:03} MOC.md": f"[[a{n:03}]] [[hub]] [[far]]" for n in range(105)}
    files |= {f"a{n:03}.md": "" for n in range(105)} | {"hub.md": ""}
    files |= {f"p{n}.md": f"[[q{n}]]" for n in range(23)} | {f"q{n}.md": "" for n in range(23)}
    files |= {f"r{n}.md": "[[r0]]" for n in range(30)}
    built = build_vault(files, settings="search = false")
    report = built.page("report.html")
    apart = report.split('id="islands"', 1)[1].split("<h2", 1)[0]

    assert 100 == report.count('<th scope="row">') and "and 5 more" in report
    assert 20 == apart.count("<ul") and "and 4 more<" in apart
    assert 20 == apart.split("</ul>")[0].count("<li>") and "and 10 more<" in apart
    assert '<a href="m004-moc.html">m004 MOC</a> and 100 more</span>' in built.page("wanted.html")


TASKS = "- [ ] one\n- [ ] two\n- [x] three\n\nTODO: four\n"


@pytest.mark.parametrize(
    ("settings", "head", "expected"),
    [
        pytest.param("", "", ["2 open tasks, the first: one", "four"], id="counted unless settings say otherwise"),
        pytest.param('tasks = "list"', "", ["one", "two", "four"], id="listed"),
        pytest.param('tasks = "off"', "", ["four"], id="off"),
        pytest.param('tasks = "off"', "tasks: list", ["one", "two", "four"], id="the note's own word wins"),
        pytest.param("", "Tasks: OFF", ["four"], id="off for one note, in capitals"),
        pytest.param("", "tasks: false", ["four"], id="off for one note, by false"),
        pytest.param("", "tasks: 12", ["2 open tasks, the first: one", "four"], id="a property of the author's own"),
    ],
)
def test_open_tasks(build_vault, settings, head, expected):
    """Open tasks are counted, listed or off, for all notes or for one; marks in text are always listed."""
    files = {"a.md": f"---\n{head}\n---\n{TASKS}", "b.md": "[[a]]"}
    todos = [issue for issue in build_vault(files, settings).report.issues if issue.kind == "todo"]

    assert expected == [issue.message for issue in todos]


def test_a_single_open_task_keeps_its_words(build_vault):
    """One task is listed with its text; a task with a missing link is the link's issue."""
    issues = build_vault({"a.md": "## H\n\n- [ ] one\n- [ ] write [[new]]\n"}).report.issues

    assert [("todo", "one", "under “H”"), ("todo_link", 'no note named "new"', "")] == [
        (issue.kind, issue.message, issue.hint) for issue in issues if issue.kind != "orphan"
    ]


def test_tasks_that_are_off_mark_no_link(build_vault):
    """Check boxes of a quiz do not turn a broken link into one still to be written."""
    files = {"a.md": "---\ntasks: off\n---\n- [ ] [[new]]\n"}

    assert {"broken_link": 1} == {k: n for k, n in build_vault(files).report.summary.items() if k != "orphan"}


def test_the_tasks_property_is_not_shown(build_vault):
    """A property that only sets the mode is hidden; one with other text is shown."""
    built = build_vault({"a.md": "---\ntasks: off\n---\n[[b]]", "b.md": "---\ntasks: 12\n---\n[[a]]"})

    assert ("<dt>tasks</dt>" in built.page("a.html"), "<dt>tasks</dt>" in built.page("b.html")) == (False, True)


MARKS = 'todo_marks = ["🔴", "⚠️", "#todo", "!!", "待办", "TBD", "[?]"]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a 🔴 write b", [("todo", "write b")], id="a sign"),
        pytest.param("⚠ one\n\n⚠️: two", [("todo", "one"), ("todo", "two")], id="with and without variant"),
        pytest.param("a #todo b, a #todo/later c", [("todo", "b, a #todo/later c")], id="a tag, not one below it"),
        pytest.param("a #TODO b", [("todo", "b")], id="a tag in capitals"),
        pytest.param("!! b", [("todo", "b")], id="a sign of the syntax"),
        pytest.param("[?] b", [("todo", "b")], id="brackets"),
        pytest.param("这里待办：写", [("todo", "写")], id="a script without spaces"),
        pytest.param("TBD b, TBDs, STBD", [("todo", "b, TBDs, STBD")], id="a whole word only"),
        pytest.param("TODO b", [("todo", "b")], id="the usual ones still count"),
        pytest.param("🔴 [[new]]", [("todo_link", 'no note named "new"')], id="next to a link that is missing"),
        pytest.param("| a |\n|---|\n| 🔴 [[new]] |", [("todo_link", 'no note named "new"')], id="in a table"),
        pytest.param("- [ ] 🔴 b", [("todo", "b")], id="a task with a mark counts once"),
        pytest.param("- [ ] #todo b", [("todo", "b")], id="a task with a marking tag counts once"),
        pytest.param("## 🔴 b", [("todo", "b")], id="a heading"),
        pytest.param("`🔴` %%🔴%% $!!$", [], id="not in code, comments, formulas"),
    ],
)
def test_own_marks(build_vault, text, expected):
    """Marks in the settings are TODO marks everywhere."""
    built = build_vault({"a.md": f"[[a]]\n\n{text}\n", "b.md": "[[a]]"}, MARKS)
    found = [(issue.kind, issue.message) for issue in built.report.issues if issue.kind.startswith("todo")]

    assert expected == found


# --- groups -----------------------------------------------------------------------------------


def broken(path: str, line: int, target: str, kind: str = "broken_link") -> Issue:
    return Issue(kind, path, line, 1, f'no note named "{target}"', target=target, severity=SEVERITY[kind])


MANY = [
    broken("a.md", 1, "Sofmax"),
    broken("a.md", 2, "sofmax"),
    broken("a.md", 3, "Once"),
    broken("b.md", 1, "Often"),
    broken("c.md", 1, "Often"),
    broken("c.md", 2, "Sofmax"),
    broken("d.md", 1, "Often", "todo_link"),
    broken("e.md", 9, "x.png", "missing_asset"),
]


def test_groups_by_kind_and_note():
    """Errors first, then the notes with most of them; in a note, the most wanted targets first."""
    found = [(group.kind, group.path, len(group.issues), group.targets) for group in group_issues(MANY[::-1])]

    assert found == [
        ("broken_link", "a.md", 3, ("Sofmax", "Once")),
        ("broken_link", "c.md", 2, ("Sofmax", "Often")),
        ("broken_link", "b.md", 1, ("Often",)),
        ("missing_asset", "e.md", 1, ("x.png",)),
        ("todo_link", "d.md", 1, ("Often",)),
    ]


def test_targets_by_demand():
    """By number of notes, then of links; spellings that differ in case are one."""
    found = [(one.kind, one.target, one.count, one.paths) for one in rank_targets(MANY)]

    assert found == [
        ("broken_link", "Sofmax", 3, ("a.md", "c.md")),
        ("broken_link", "Often", 2, ("b.md", "c.md")),
        ("broken_link", "Once", 1, ("a.md",)),
        ("missing_asset", "x.png", 1, ("e.md",)),
        ("todo_link", "Often", 1, ("d.md",)),
    ]


def test_every_issue_is_in_one_group():
    """Nothing is counted twice or lost, in any order."""
    groups = group_issues(MANY)

    assert sorted(MANY, key=repr) == sorted((one for group in groups for one in group.issues), key=repr)
    assert groups == group_issues(MANY[::-1])


def test_the_page_groups_a_note_with_many(build_vault, read_page):
    """Several issues of a kind in a note are one expandable line, with each issue inside."""
    text = "\n\n".join(f"[[n{number}]]" for number in range(40)) + "\n\n[[n1]]"
    page = build_vault({"a.md": text, "b.md": "[[n1]] [[a]]"}, "search = false").page("report.html")
    section = page.split('id="broken_link"', 1)[1].split("<h2", 1)[0]

    assert '>Broken links <span class="detail">42 · targets: 40</span>' in section
    assert '<a class="missing" href="n1.html">n1</a>' in section and "3 links, 2 notes" in section
    assert "<summary>41: <span>n1, n0, n2</span> and 37 more</summary>" in section
    assert section.count('class="detail">line') == 42


# --- what the site shows of it ------------------------------------------------------------------


def test_a_broken_link_changes_no_other_page(build_vault):
    """The footer has no counts: a broken link changes its note, its first words, the report, and lists of missing notes."""
    files = {f"n{number}.md": f"[[n{(number + 1) % 5}]]" for number in range(5)} | {"The MOC.md": "[[n1]]"}
    before = build_vault(files, "search = false").bytes()
    after = build_vault(files | {"n3.md": "[[n4]] [[new]]"}, "search = false").bytes()
    changed = {url for url in after if after[url] != before.get(url)}
    pages = {url for url in changed if url.endswith(".html") and not url.startswith("previews/")}

    assert pages <= {
        "n3.html",
        "new.html",
        "report.html",
        "wanted.html",
        "graph.html",
        "n2.html",
        "n4.html",
        "all-notes.html",
    }
    assert {"n3.html", "new.html", "report.html", "wanted.html"} <= pages
    assert "n0.html" not in changed and "the-moc.html" not in changed


def test_a_private_report_is_not_part_of_the_site(build_vault):
    """No report, no list of wanted notes, no links to them, nothing in the search."""
    files = {"a.md": "[[b]] [[Wanted one]] [[#no]]\n\nTODO: think", "b.md": "[[a]]"}
    built = build_vault(files, 'report = "private"')
    text = built.page("a.html")

    assert [] == [url for url in built.site.files if url in ("report.html", "wanted.html")]
    search = [content for url, content in built.bytes().items() if url.startswith("assets/search/")]
    assert search and not any(b"wanted-one.html" in content for content in search)
    assert "report.html" not in text and "wanted.html" not in text
    assert built.report.summary["todo"] == 1


def test_a_public_report_is(build_vault):
    """By default the report is a page, linked from every footer."""
    built = build_vault({"a.md": "[[b]] [[Wanted one]]", "b.md": "[[a]]"})

    assert {"report.html", "wanted.html"} <= built.site.files.keys()
    assert '<a href="report.html">Report</a>' in built.page("b.html")
    assert any(b"wanted-one.html" in c for url, c in built.bytes().items() if url.startswith("assets/search/"))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"a.md": "---\naliases: B\n---\n[[b]]", "b.md": "[[a]]"},
            [("a.md", "b.md", 'the alias "B" already points to "b.md"')],
            id="a written note",
        ),
        pytest.param(
            {"a.md": "---\naliases: Old\n---\n[[b]]", "b.md": "---\npermalink: old\n---\n[[a]]"},
            [("a.md", "b.md", 'the alias "Old" already points to "b.md"')],
            id="a permalink",
        ),
        pytest.param(
            {"a.md": "---\naliases: C-D\n---\n[[b]]", "b.md": "[[a]] [[c d]]"},
            [("a.md", "c d.md", 'the alias "C-D" already points to "c d.md"')],
            id="a wanted note of another name",
        ),
        pytest.param(
            {"a.md": "---\naliases: C\n---\n[[b]]", "b.md": "[[a]] [[c]]"},
            [],
            id="a wanted note whose page names this one",
        ),
        pytest.param({"a.md": "---\naliases: A\n---\n[[b]]", "b.md": "[[a]]"}, [], id="the note itself"),
        pytest.param(
            {"a.md": "---\naliases: x/index\n---\n[[b]]", "b.md": "[[a]]"},
            [("a.md", "", 'the alias "x/index" has no page: its address is that of a generated page')],
            id="a folder's page",
        ),
    ],
)
def test_an_alias_with_the_address_of_another_page(build_vault, files, expected):
    """It does not redirect, and is reported."""
    found = [(i.path, i.target, i.message) for i in build_vault(files).report.issues if i.kind == "duplicate_url"]

    assert expected == found


@pytest.mark.parametrize("alias", ["Search", "recent", "404", "tags/x"])
def test_an_alias_with_the_address_of_a_page_of_every_site(build_vault, alias):
    """It is reported; an alias with the note's own URL is fine."""
    built = build_vault({"a.md": f'---\naliases: ["{alias}", a, free]\n---\n[[b]]', "b.md": "[[a]]"})
    told = [(i.path, i.message) for i in built.report.issues if i.kind == "duplicate_url"]

    assert [("a.md", f'the alias "{alias}" has no page: its address is that of a generated page')] == told
    assert "free.html" in built.bytes()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("c.canvas", "[]", id="a canvas that is a list"),
        pytest.param("c.canvas", '{"nodes": [5]}', id="a node that is a number"),
        pytest.param("c.canvas", "[" * 100_000, id="a deep canvas"),
        pytest.param("n.ipynb", "[" * 100_000, id="a deep notebook"),
        pytest.param(
            "d.excalidraw", '{"elements": [{"type": "image", "fileId": "f", "width": 9, "height": 9}]}', id="no id"
        ),
    ],
)
def test_messages_are_for_authors(build_vault, path, text):
    """Messages about files are not those of Python."""
    said = [i.message for i in build_vault({path: text, "a.md": f"![[{path}]]"}).report.issues if i.path == path]

    assert 1 == len(said)
    assert not re.search(r"object|attribute|recursion|subscriptable|: ?$", said[0])
