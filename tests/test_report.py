"""Everything there is to tell an author: every kind of issue, what was meant instead, what is wanted most."""

from dataclasses import replace
from pathlib import Path

import pytest

from hortus.model import Figure, FigureScript, Issue, Wanted
from hortus.report import BROKEN, SEVERITY, make_report
from hortus.terminal import print_figures

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
        pytest.param({"a.md": b"[[b]] \xff", "b.md": ""}, [("bad_encoding", "a.md", 1, 1, "")], id="bad_encoding"),
        pytest.param(
            {"a.md": "[[b]]\n\n%% rest", "b.md": ""}, [("unclosed_comment", "a.md", 3, 1, "")], id="unclosed_comment"
        ),
        pytest.param({"a.md": "[[b]] $\\frac{1$", "b.md": ""}, [("bad_math", "a.md", 1, 7, "")], id="bad_math"),
    ],
)
def test_kinds(build_vault, files, expected):
    """Every kind that notes and links can bring, with its place and target."""
    issues = build_vault(files).report.issues

    assert expected == [(issue.kind, issue.path, issue.line, issue.column, issue.target) for issue in issues]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("a: *b", "`*b` is an alias in YAML", id="stars"),
        pytest.param("a: @b", "a sign such as `@`, stands in quotes", id="a sign"),
        pytest.param("\ta: b", "a tab, where only spaces may stand", id="a tab"),
        pytest.param("a: b: c", "a second `: `", id="two colons"),
        pytest.param('a: "b', "a quote that is not closed", id="a quote"),
    ],
)
def test_front_matter_in_plain_words(build_vault, line, said):
    """What the reader of YAML says is said so that the author of a note can mend it, at its line."""
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
    """The nearest names, for whoever is about to mend it."""
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
    """A missing note is broken unless its author marked the item, cell or paragraph as still to come."""
    issues = build_vault({"a.md": text, "b.md": "[[a]]"}).report.issues

    assert sorted(expected) == sorted(issue.kind for issue in issues)


def test_a_missing_note_takes_nobodys_address(build_vault):
    """What is written keeps its page, and a stub gets out of the way."""
    built = build_vault({"a-b.md": "[[a b]]"})

    assert ("a-b.html", True) == (built.urls["a-b.md"], built.urls["a b.md"].startswith("a-b-"))


def test_marks_in_a_paragraph_are_told_once(build_vault):
    """A mark whose link is missing is told by the link, not twice."""
    report = build_vault({"a.md": "TODO: read [[new]]\n\nTODO: think\n"}).report

    assert {"todo": 1, "todo_link": 1} == report.summary


def test_wanted_by_demand(build_vault):
    """Notes that link count once each, and maps that list it once more; then the alphabet."""
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
    """The kind decides, whatever an issue said of itself; what fails a check is an error, but for another's host."""
    report = build_vault({"a.md": "[[new]] TODO\n\n[[x]]"}).report

    assert {issue.kind: issue.severity for issue in report.issues} == {
        issue.kind: SEVERITY[issue.kind] for issue in report.issues
    }
    assert {"broken_link": "error", "missing_asset": "error", "external_broken": "warning"} == {
        kind: SEVERITY[kind] for kind in BROKEN
    }


def test_an_issue_is_told_once(join_notes):
    """The same complaint from two sides is one."""
    graph = join_notes({"a.md": "[[b]]", "b.md": ""})
    issue = Issue("bad_encoding", "a.md", 1, 1, "words")

    assert (replace(issue, severity="warning"),) == make_report(graph, issues=[issue, issue]).issues


def test_a_missing_extra_is_told_once(join_notes):
    """At the first note that wants it, in order of path, and not at the others."""
    graph = join_notes({"a.md": "[[b]]", "b.md": ""})
    hint = "pip install 'hortus[diagrams]'"
    issues = [Issue("bad_diagram", path, 1, 1, "words", hint) for path in ("b.md", "a.md")]

    assert [("a.md", hint)] == [(issue.path, issue.hint) for issue in make_report(graph, issues=issues).issues]


def figure(name, **changes):
    script = FigureScript(name, Path(f"{name}.py"), "", name, "", 1, "", {}, {}, "", "")
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
    """What fails and what cannot be heard, at the first place that shows it, else at its script."""
    graph = join_notes({"a.md": f"{text}\n\n[[b]]", "b.md": ""}, figures=["curve"])
    issues = make_report(graph, [figure("curve", **changes)]).issues

    assert expected == [(issue.kind, issue.path, issue.line) for issue in issues]


def test_a_figure_without_its_library(join_notes):
    """What brings the library is the hint, at every figure."""
    graph = join_notes({"a.md": "![[curve.svg]] ![[wave.svg]]"}, figures=["curve", "wave"])
    error = "ModuleNotFoundError: No module named 'matplotlib'"
    issues = make_report(graph, [figure(name, state="failed", error=error) for name in ("curve", "wave")]).issues

    assert [("figure_failed", True)] * 2 == [(i.kind, "hortus[figures]" in i.hint) for i in issues if i.hint]


def test_figures_that_fail_alike_are_told_together(capsys):
    """Once, with the extra that brings what they lack; a traceback that adds nothing is left out."""
    error = "ModuleNotFoundError: No module named 'torch'"
    failed = {"state": "failed", "error": error, "traceback": f"{error}\n"}
    other = {"state": "failed", "error": "it broke", "traceback": "one.py, line 3\nit broke"}
    some = [figure("a", **failed), figure("b", **other), figure("c", **failed), figure("d")]

    assert (True, False) == (print_figures(some), print_figures([figure("d")]))
    assert [
        f"figures a, c: {error}",
        "  torch comes with the extra: pip install 'hortus[figures]'",
        "figure b: it broke",
        "  one.py, line 3",
        "  it broke",
    ] == capsys.readouterr().err.splitlines()


def test_report_page_shows_every_issue(build_vault, read_page):
    """Every message and hint, a link to each note, coverage, and what is wanted, with places."""
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
    """Of maps, of groups apart from the rest, of notes in one of them, of maps that want a note."""
    files = {f"m{n:03} MOC.md": f"[[a{n:03}]] [[hub]] [[far]]" for n in range(105)}
    files |= {f"a{n:03}.md": "" for n in range(105)} | {"hub.md": ""}
    files |= {f"p{n}.md": f"[[q{n}]]" for n in range(23)} | {f"q{n}.md": "" for n in range(23)}
    files |= {f"r{n}.md": "[[r0]]" for n in range(30)}
    built = build_vault(files, settings="search = false")
    report = built.page("report.html")
    apart = report.split('id="islands"', 1)[1].split("<h2", 1)[0]

    assert 100 == report.count('<th scope="row">') and "And 5 more." in report
    assert 20 == apart.count("<ul") and "And 4 more." in apart
    assert 20 == apart.split("</ul>")[0].count("<li>") and "and 10 more" in apart
    assert '<a href="m004-moc.html">m004 MOC</a> and 100 more</span>' in built.page("wanted.html")
