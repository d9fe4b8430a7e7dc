"""The seed vault, a map of content alone: output of the command line, and the site."""

import json
import re
import shutil

import pytest

SEED = "Neural Networks MOC.md"
MISSING = {
    "Autoencoders.md",
    "Transformers.md",
    "notes/Stable Diffusion.md",
    "Cross Entropy and Neural Network Mechanics.md",
    "Lottery Ticket Hypothesis.md",
    "SynFlow-Pruning-Neural-Networks-without-data.md",
    "Neural Networks are Matrix Program Search.md",
    "Locality Sensitive Hashing (LSH).md",
    "High Dimensional Spaces.md",
    "Training Neural Networks.md",
    "AI MOC.md",
}


@pytest.fixture(scope="module")
def vault(tmp_path_factory, repository):
    folder = tmp_path_factory.mktemp("seed")
    shutil.copy(repository / "vault" / SEED, folder / SEED)
    return folder


@pytest.fixture(scope="module")
def checked(vault, hortus):
    return hortus("check", vault, "--format", "json")


@pytest.fixture(scope="module")
def issues(checked):
    return json.loads(checked.stdout)["issues"]


@pytest.fixture(scope="module")
def site(vault, hortus, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "site"
    assert hortus("build", vault, "--out", out).returncode == 0
    return out


@pytest.fixture(scope="module")
def built(vault, build_at):
    return build_at(vault)


@pytest.fixture(scope="module")
def report(site, read_page):
    return " ".join("".join(read_page((site / "report.html").read_text()).words).split())


def places(issues, *kinds):
    return [(issue["line"], issue["column"]) for issue in issues if issue["kind"] in kinds]


def test_check_fails(checked):
    """Links are broken: status 2, and nothing on standard error."""
    assert (2, "") == (checked.returncode, checked.stderr)


def test_missing_targets(issues):
    """Eleven notes are missing, in twelve links; one of them is linked twice."""
    broken = [issue for issue in issues if issue["kind"] in ("broken_link", "todo_link")]

    assert (12, MISSING) == (len(broken), {issue["target"] for issue in broken})


def test_places_of_missing_targets(issues):
    """Each with its line and the column of its link."""
    expected = [(2, 4), (3, 4), (4, 4), (5, 4), (6, 3), (7, 3), (9, 4), (16, 42), (17, 7), (21, 454), (52, 1), (55, 11)]

    assert expected == places(issues, "broken_link", "todo_link")


def test_columns_show_what_is_written_there(issues, vault):
    """At each position of a link is a bracket."""
    lines = (vault / SEED).read_text().split("\n")
    links = [issue for issue in issues if issue["kind"].endswith("_link")]

    assert {"["} == {lines[issue["line"] - 1][issue["column"] - 1] for issue in links}


def test_empty_link(issues):
    """The talk without URL."""
    assert [(14, 12)] == places(issues, "empty_link")


def test_todo_marks(issues):
    """Four, with their text and the heading above."""
    marks = [(issue["line"], issue["message"][:20]) for issue in issues if issue["kind"] == "todo"]

    assert [(10, "make that into a not"), (15, "Explain"), (24, "Explain"), (28, "Understand neural ne")] == marks
    assert "From this talk with Yan Lecun" in next(issue["hint"] for issue in issues if issue["line"] == 15)


def test_nothing_else(checked, issues):
    """No other issue."""
    assert {"broken_link", "todo_link", "empty_link", "todo"} >= set(json.loads(checked.stdout)["summary"])
    assert 17 == len(issues) == sum(json.loads(checked.stdout)["summary"].values())


def test_the_line_above_the_properties_is_no_heading(built):
    """A rule directly under "Training Neural Networks" only opens the block of properties."""
    note = built.graph.notes[SEED]

    assert "Training Neural Networks" not in [heading.text for heading in note.headings]
    assert "Training" == note.headings[-1].text


def test_properties(built):
    """Date and parent, which are not part of the text."""
    note = built.graph.notes[SEED]

    assert ("2021-11-12", ("AI MOC.md",)) == (note.date, built.graph.parents[SEED])
    body = built.page(built.urls[SEED]).split("</dl>", 1)[1].split("<section", 1)[0]
    assert (True, False) == ("Training Neural Networks" in body, "20211112" in body)


def test_trail(built):
    """The map's order is a trail of ten notes, each once, without the map above."""
    (trail,) = built.graph.trails

    assert (SEED, 10, 0) == (trail.moc, len(trail.stops), trail.written)
    assert ("Autoencoders.md", "") == (trail.stops[0].path, trail.stops[0].section)
    assert ("Training Neural Networks.md", "Training") == (trail.stops[-1].path, trail.stops[-1].section)


def test_report_page_says_the_same(report, issues):
    """The page has all messages and counts."""
    assert [] == [issue["message"] for issue in issues if issue["message"] not in report]
    counts = ("Broken links 12", "Empty links 1", "Places still to do 4")
    assert [] == [words for words in counts if words not in report]


def test_report_page_ranks_what_is_wanted(site, read_page):
    """All eleven are wanted, with links to their stubs."""
    page = (site / "report.html").read_text()
    wanted = page.split('id="wanted"', 1)[1].split("</ul>", 1)[0]

    assert 11 == wanted.count("<li>")
    assert 'href="notes/stable-diffusion.html"' in wanted


def test_every_page_leads_to_the_report(site):
    """The footer links to it, without counts, so that a new broken link changes no other page."""
    footers = {page.name: page.read_text().rsplit("<footer", 1)[1] for page in sorted(site.rglob("*.html"))}

    assert [] == [name for name, footer in footers.items() if 'report.html">Report</a>' not in footer]


def test_missing_notes_are_visibly_so(site):
    """Each link to one is marked, and so is the stub."""
    links = re.findall(r'<a class="missing" href="([^"]+)" title="([^"]+)">', (site / "index.html").read_text())

    assert {"not written yet"} == {title for _, title in links}
    assert "not written yet" in (site / "autoencoders.html").read_text()


def test_links_of_the_site(built, walk_site):
    """Every address points to a file, and every fragment to an id."""
    assert [] == walk_site(built.bytes())
