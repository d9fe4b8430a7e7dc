"""Maps of content: which notes are maps, and the order of their links."""

import re

import pytest

from hortus.core.model import Coverage, HortusError
from hortus.links.maps import is_moc, make_coverage
from hortus.site.addresses import find_home


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("AI MOC.md", "", True, id="name"),
        pytest.param("x/AI MOC.md", "", True, id="name in a folder"),
        pytest.param("MOC.md", "", True, id="only that"),
        pytest.param("a.md", "# The AI MOC", True, id="title"),
        pytest.param("a.md", "---\ntitle: AI MOC\n---\n", True, id="title property"),
        pytest.param("a.md", "---\ntype: moc\n---\n", True, id="type"),
        pytest.param("a.md", "---\ntype: [note, MOC]\n---\n", True, id="one of its types"),
        pytest.param("a.md", "#moc", True, id="tag"),
        pytest.param("a.md", "---\ntags: [MOC]\n---\n", True, id="tag property"),
        pytest.param("a.md", "x\n\n---\nDate: 20240101\nTags: #MOC", True, id="tag of the owner's block"),
        pytest.param("MOC of things.md", "", False, id="at the start"),
        pytest.param("Democ.md", "", False, id="within a word"),
        pytest.param("a.md", "# A heading\n## MOC", False, id="another heading"),
        pytest.param("a.md", "#moc/ai", False, id="a tag below it"),
        pytest.param("a.md", "---\ntype: mocha\n---\n", False, id="another type"),
    ],
)
def test_is_moc(read_note, path, text, expected):
    """Name or title ends in MOC, or type or a tag is MOC."""
    assert expected == is_moc(read_note(text, path))


@pytest.mark.parametrize("named", ["x/Start.md", "x/Start", "Start", "START", "start.md"])
def test_settings_name_mocs(read_note, named):
    """By path or name, with or without the extension, in any case."""
    assert is_moc(read_note("", "x/Start.md"), [named])
    assert not is_moc(read_note("", "x/Start here.md"), [named])


@pytest.mark.parametrize(
    ("name", "hint"), [("Reding list", "; did you mean “x/Reading list.md”?"), ("zzz", "")], ids=["a slip", "no hint"]
)
def test_settings_that_name_no_note(join_notes, name, hint):
    """An unknown map is reported with a similar name."""
    with pytest.raises(HortusError) as error:
        join_notes({"x/Reading list.md": ""}, mocs=[name])

    assert f"hortus.toml: mocs: no note {name!r}{hint}" == str(error.value)


def stops(graph, moc="The MOC.md"):
    (trail,) = [trail for trail in graph.trails if trail.moc == moc]
    return [stop.path for stop in trail.stops]


FILES = {"a.md": "", "b.md": "", "c.md": "", "p.png": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[[b]] [[a]]\n\n- [[c]]", ["b.md", "a.md", "c.md"], id="the order of its links"),
        pytest.param("[[a]] [[b]] [[a]] [x](a.md)", ["a.md", "b.md"], id="each once, at its first place"),
        pytest.param("[[a]] [[The MOC]] [[#H]]\n# H", ["a.md"], id="not itself"),
        pytest.param("[[a]] [[new]]", ["a.md", "new.md"], id="missing notes too"),
        pytest.param("[[a]] [[p.png]] ![[b]] ![[p.png]]", ["a.md"], id="no attachments, no embeds"),
        pytest.param("---\nup: '[[b]]'\n---\n[[a]]", ["a.md"], id="no properties"),
        pytest.param("[[a]]\n\n---\nDate: 20240101\nLinks to: [[b]]", ["a.md"], id="not the map above"),
        pytest.param("[[a]] [x](https://x.org) [y]() [[q.png]]", ["a.md"], id="nothing that is no note"),
        pytest.param("[[a#nowhere]]", ["a.md"], id="whatever the heading"),
        pytest.param("`[[a]]` %%[[b]]%% [[c]]", ["c.md"], id="no code, no comments"),
        pytest.param("[[x/secret]] [[a]]", ["a.md"], id="no private notes"),
    ],
)
def test_trail(join_notes, text, expected):
    """Each note in a map, once, in order."""
    assert expected == stops(join_notes({**FILES, "The MOC.md": text}, withheld=["x/secret.md"]))


def test_a_link_that_fits_several_counts_as_the_first(join_notes):
    """The resolved note is the stop."""
    graph = join_notes({"x/a.md": "", "y/a.md": "", "The MOC.md": "[[a]]"})

    assert ["x/a.md"] == stops(graph)


def test_sections(join_notes):
    """A stop has the heading above it, except the map's title."""
    graph = join_notes({"The MOC.md": "[[a]]\n# Title\n[[b]]\n## Part [[c]]\n[[d]]\n### Deep\n[[e]]"})
    (trail,) = graph.trails

    assert [
        ("a.md", "", ""),
        ("b.md", "", ""),
        ("c.md", "Part c", "part-c"),
        ("d.md", "Part c", "part-c"),
        ("e.md", "Deep", "deep"),
    ] == [(stop.path, stop.section, stop.anchor) for stop in trail.stops]


def test_sections_of_the_first_level(join_notes):
    """First-level headings are sections as well; only the title is not."""
    graph = join_notes({"The MOC.md": "# The MOC\n[[a]]\n# Part\n[[b]]\n# Other\n[[c]]"})

    assert [("a.md", ""), ("b.md", "Part"), ("c.md", "Other")] == [
        (stop.path, stop.section) for stop in graph.trails[0].stops
    ]


def test_several_maps_list_one_note(join_notes):
    """A note has a place in each."""
    graph = join_notes({"A MOC.md": "[[x]] [[y]]", "B MOC.md": "[[y]] [[x]]", "x.md": "", "y.md": ""})

    assert (["x.md", "y.md"], ["y.md", "x.md"]) == (stops(graph, "A MOC.md"), stops(graph, "B MOC.md"))


@pytest.mark.parametrize(
    ("files", "first"),
    [
        ({"A MOC.md": "[[a]]", "B MOC.md": "[[a]] [[b]]"}, "B MOC.md"),
        ({"A MOC.md": "[[B MOC]]", "B MOC.md": "[[a]] [[b]]"}, "A MOC.md"),
        ({"A MOC.md": "[[a]] [[b]]", "Z MOC.md": "[[Y MOC]]", "Y MOC.md": "[[a]] [[b]] [[c]]"}, "Z MOC.md"),
        ({"A MOC.md": "[[B MOC]] [[a]]", "B MOC.md": "[[A MOC]]"}, "A MOC.md"),
        ({"A MOC.md": "[[a]]", "B MOC.md": "[[new]] [[newer]]"}, "A MOC.md"),
        ({"A MOC.md": "[[a]]", "B MOC.md": "[[a]] [[new]]"}, "B MOC.md"),
        ({}, None),
    ],
    ids=[
        "lists most",
        "lists the map that lists most",
        "leads to most through others",
        "rings",
        "written",
        "tie",
        "none",
    ],
)
def test_the_leading_map(join_notes, files, first):
    """The one that no other map lists and from which most notes are reached."""
    assert ("", first) == find_home(join_notes({**FILES, **files}), "")


def test_coverage(join_notes):
    """Written, missing, and marked as still to be written; each note counts once."""
    text = "- [[a]]\n- TODO [[b]]\n- TODO [[new]]\n- [ ] [[newer]]\n- [[newest]]\n- [[newest]] TODO\n"
    (trail,) = join_notes({**FILES, "The MOC.md": text}).trails

    assert Coverage("The MOC.md", written=2, missing=1, todo=2) == make_coverage(trail)


def test_pages_show_trails(build_vault, read_page):
    """Previous, next, position and section, in every map that lists the note."""
    built = build_vault({"A MOC.md": "[[x]]\n\n## Part\n[[y]] [[new]]", "B MOC.md": "[[y]]", "x.md": "", "y.md": ""})
    page = read_page(built.page("y.html"))
    words = " ".join("".join(page.words).split())

    assert {"prev": "x.html", "next": "new.html"} == {
        values["rel"]: values["href"]
        for tag, values in page.tags
        if tag == "a" and values.get("rel") in ("prev", "next")
    }
    assert [] == [text for text in ("2 of 3 in A MOC", "1 of 1 in B MOC", "Part") if text not in words]
    assert "3 of 3 in" in built.page("new.html")


def crumbs(built, url):
    return [
        re.findall(r">([^<]+)</a>", way)
        for way in re.findall(r'<nav class="breadcrumb.*?</nav>', built.page(url), re.S)
    ]


def test_every_parent_has_breadcrumbs(build_vault):
    """However many maps list a note, and also if they list each other."""
    maps = {f"{name} MOC.md": "[[x]] [[A MOC]] [[B MOC]]" for name in "ABCDEFG"}
    ways = crumbs(build_vault({**maps, "x.md": ""}), "x.html")

    assert {f"{name} MOC" for name in "ABCDEFG"} == {way[-1] for way in ways}
    assert 7 == len(ways)


def test_maps_that_all_list_each_other(build_vault):
    """Twenty maps that list each other take no time, and one of them is at the top."""
    maps = {f"M{n:02} MOC.md": " ".join(f"[[M{m:02} MOC]]" for m in range(20)) for n in range(20)}
    built = build_vault({**maps, "x MOC.md": "[[y]]", "M19 MOC.md": "[[x MOC]]" + maps["M19 MOC.md"], "y.md": ""})

    assert [["M00 MOC", "M19 MOC", "x MOC"]] == crumbs(built, "y.html")
    assert [] == crumbs(built, "m00-moc.html")


@pytest.mark.parametrize(
    ("home", "first", "second"),
    [
        pytest.param("[[B MOC]] [[A MOC]]", [["B MOC"]], [], id="what the first page names first is above"),
        pytest.param("", [], [["A MOC"]], id="else the alphabet decides"),
    ],
)
def test_two_maps_that_list_each_other(build_vault, home, first, second):
    """One is above the other, and no map is above the first page."""
    built = build_vault({"Home.md": home, "A MOC.md": "[[Home]] [[B MOC]]", "B MOC.md": "[[Home]] [[A MOC]]"})

    assert (first, second) == (crumbs(built, "a-moc.html"), crumbs(built, "b-moc.html"))
    assert [] == crumbs(built, "index.html")


def test_the_way_back_to_the_first_page_is_no_stop(build_vault):
    """A link home at the start of a map is not a stop of its trail."""
    built = build_vault(
        {"Home.md": "[[A MOC]]", "A MOC.md": "Up: [[Home]]\n\n- [[x]]\n- [[y]]", "x.md": "", "y.md": ""}
    )

    assert "1 of 2 in" in built.page("x.html") and 'rel="prev"' not in built.page("x.html")
    assert 'class="trail"' not in built.page("index.html")
