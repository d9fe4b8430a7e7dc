"""Results as HTML: what is folded, grouped, summed, drawn on cards, and empty."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from hortus.core.model import LinkGraph, Shown, Source
from hortus.parse.note import parse_note
from hortus.queries.result import Group, Result
from hortus.queries.result import Shown as Row
from hortus.queries.values import Date, Failed, Image, Link, Tag
from hortus.site.query_results import FIRST, render_result
from hortus.site.query_values import Values

EMPTY = LinkGraph({}, {}, {}, {}, {}, (), {}, {}, {}, (), (), (), (), ())
SHOWN = Shown(EMPTY, {"a.md": "a.html", "pic.png": "pic.png"}, sizes={"pic.png": (60, 90)})


def html(result: Result) -> str:
    return render_result(result, Values("index.html", SHOWN, lambda path, segments: ""))


def table(*rows: tuple, **known) -> Result:
    groups = (Group(tuple(Row(f"{number}.md", row) for number, row in enumerate(rows))),)
    return Result("table", "T", tuple("abcdef"[: len(rows[0])] if rows else "a"), groups, **known)


def test_the_first_rows_are_shown_and_the_others_folded():
    """With the sum after all of them."""
    page = html(table(*((float(number),) for number in range(300)), summaries=(("Sum", 44850.0),)))
    first, _, rest = page.partition('<details class="query-rest"><summary>250 more</summary>')

    assert (FIRST, 250) == (first.count("<tr><td"), rest.count("<tr><td"))
    assert "44850" in rest and "44850" not in first


def test_braces_in_a_cell_are_shown():
    """Also where the table has a sum below its rows, or rows that are folded."""
    for count in (1, 60):
        page = html(table(*[("{}",)] * count, summaries=(("Sum", 1.0),)))

        assert count == page.count("<td>{}</td>")
        assert 1 == page.count("<tfoot>")


def test_folded_rows_sort_with_the_first():
    """The script finds both tables; grouped rows are not sorted."""
    page = html(table(*((float(number),) for number in range(60))))

    assert 2 == page.count(" data-sortable>")


@pytest.mark.parametrize(
    ("size", "name"),
    [("", "medium"), ("150", "small"), ("320", "medium"), ("500", "large"), ("20000", "large"), ("nan", "large")],
)
def test_size_of_cards(size, name):
    """Any number has a size, also one that no slider gives."""
    groups = (Group((Row("a.md", ("A",)),)),)

    assert f"cards-{name}" in html(Result("cards", "T", ("name",), groups, options={"cardSize": size}))


def test_links_to_headings_and_blocks():
    """A link in a cell points where the same link in a note does; a heading that is missing to the note."""
    note = parse_note(Source("a.md", "# Top\n## Q&A: *what*\n## Other\n### Q&A: *what*\nwords ^one\n"))
    values = Values("index.html", Shown(replace(EMPTY, notes={"a.md": note}), {"a.md": "a.html"}), None)
    found = [
        re.search('href="([^"]*)"', values.html(Link("a", "a.md", anchor)))[1]
        for anchor in ("#q a what", "#Other#Q&A: *what*", "#^one", "#No")
    ]

    assert ["a.html#q-a-what", "a.html#q-a-what-1", "a.html#block-one", "a.html"] == found


def test_no_rows():
    """A result without rows says so; one that failed says why."""
    assert "No results" in html(Result("list"))
    assert "This base is empty." in html(Result("table", failed="this base is empty"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (2.5, "2.5"),
        (True, '<input type="checkbox" disabled checked aria-label="yes">'),
        ("<b>", "&lt;b&gt;"),
        (("x", 1.0), "x, 1"),
        (Tag("a/b"), '<a class="tag" href="tags/a/b.html">#a/b</a>'),
        (Link("a", "a.md"), '<a class="internal" href="a.html">a</a>'),
        (Link("gone"), '<a class="missing" title="not written yet">gone</a>'),
        (
            Link("https://a.example"),
            '<a class="external" href="https://a.example" rel="noopener">https://a.example</a>',
        ),
        (Link("javascript:alert(1)"), '<a class="missing" title="not written yet">javascript:alert(1)</a>'),
        (Image(Link("pic.png", "pic.png")), '<img src="pic.png" alt="" loading="lazy" width="60" height="90">'),
        (Image(Link("https://a.example/b.png")), '<a class="external" href="https://a.example/b.png" rel="noopener">'),
        (Failed("no"), '<span class="query-wrong" title="no">–</span>'),
    ],
)
def test_value(value, expected):
    """Each kind of value in a cell; text is escaped, and no address can run."""
    cell = re.search("<td[^>]*>(.*?)</td>", html(table((value,))))[1]

    assert cell.startswith(expected)


def test_groups_have_their_key_and_summaries():
    """Rows without a key are in a group that says so."""
    groups = (
        Group((Row("a.md", (1.0,)),), "when", Date(datetime(2026, 1, 5)), (("Sum", 1.0),)),
        Group((Row("b.md", (2.0,)),), "when", None),
    )
    page = html(Result("table", "T", ("n",), groups))

    assert 2 == page.count("<tbody>")
    assert "2026-01-05" in page and "<em>No when</em>" in page
    assert '<span class="query-summary">Sum</span> 1' in page
    assert "data-sortable" not in page


def test_cards_have_a_picture_or_its_place():
    """The nearest of a few heights is taken, as pages have no inline styles."""
    options = {"image": "1", "imageFit": "contain", "imageAspectRatio": "1.4"}
    groups = (Group((Row("a.md", ("A", Link("pic.png", "pic.png"))), Row("b.md", ("B", None)))),)
    page = html(Result("cards", "T", ("name",), groups, options=options))

    assert 2 == page.count('<div class="card-cover fit-contain ratio-150">')
    assert 1 == page.count("<img ")


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        (Link("pic.png", "pic.png"), '<img src="pic.png" alt="a"'),
        ("#ff8800", '<path fill="#ff8800"'),
        ("#12", '"card-cover fit-cover ratio-100"></div>'),
        ("https://a.example/b.png", '<a class="external" href="https://a.example/b.png" rel="noopener">'),
        ("javascript://%0Aalert(1)", '<a class="missing" title="not written yet">'),
        (Link("https://a.example/b.png"), '<a class="external" href="https://a.example/b.png" rel="noopener">'),
        ('#fff"/><script>', '"card-cover fit-cover ratio-100"></div>'),
    ],
)
def test_cover(cover, expected):
    """A picture of the site, a colour, or the address of a picture, which stays a link; nothing else."""
    groups = (Group((Row("a.md", ("A", cover)),)),)

    assert expected in html(Result("cards", "T", ("name",), groups, options={"image": "1"}))


def test_tasks_are_lists_within_lists():
    """Those below another one are in its item; depth never skips a level."""
    rows = (Row("a.md", ("one", " ", 0.0)), Row("a.md", ("two", "x", 1.0)), Row("a.md", ("three", " ", 0.0)))
    page = html(Result("tasks", groups=(Group(rows),)))

    assert page.count("<ul") == page.count("</ul>") == 2
    assert page.count("<li") == page.count("</li>") == 3
    assert re.search("one.*<ul><li[^>]*>.*two</li></ul></li><li[^>]*>.*three", page)


def test_columns_have_the_nearest_width_and_rows_a_height():
    """As far as a view sets them, since pages have no inline styles; other values change nothing."""
    options = {"columnSize": "100,,1000", "rowHeight": "extra tall"}
    page = html(table(("a", "b", "c"), options=options))

    assert [
        '<th scope="col" class="width-90">',
        '<th scope="col">',
        '<th scope="col" class="width-400">',
    ] == re.findall("<th [^>]*>", page)
    assert "rows-extra-tall" in page
    assert '<table class="query-rows"' in html(table(("a",), options={"rowHeight": "huge"}))
