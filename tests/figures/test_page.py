"""Figures on the site: in notes, on their own pages, in the gallery."""

import re
from html import unescape
from types import SimpleNamespace

import pytest

from hortus.cli.main import main

LINE = """\
'''A line of [[Slope]].

It rises, says [[Slope]].
'''
import numpy as np

ALT = "A line up to {top}."
VARIANTS = {
    "line-long": {"steps": 6},
    "line-own": {"steps": 5, "alt": "Five.", "caption": "Its *own* words, of [[Steeper]] and [[Nowhere]]."},
}


def compute(*, steps=4, seed=3):
    x = np.arange(steps)
    return {"x": x, "top": int(x[-1]), "table": [{"n": n, "square": n * n} for n in range(steps)]}


def draw(result, theme):
    import matplotlib.pyplot as plt
    fig, ax = plt.subplots()
    ax.plot(result["x"], color=theme.ink)
    ax.set_xlabel("findable")
    return fig


def check(result):
    '''Euclid, book I.'''
    assert (np.diff(result["x"]) > 0).all(), "it does not rise"
"""
NOTES = {
    "index.md": "# Home\n\n[[Slope]] [[Steeper]]\n\n![[line.svg|300]]\n\n*Here it has other words.*\n",
    "Slope.md": "# Slope\n\n![Up, it goes.|200](line.svg)\n",
    "Steeper.md": "# Steeper\n\n```figure\nsrc: line\nsteps: 9\nid: nine\ncaption: Nine *steps* up the [[Slope]].\n```\n\n![[bad.svg]]\n",
    "Stated.md": "# Stated\n\nIt rises to [[line.svg#top|3 units]], not to [4](line.svg#top), but to [[nine.svg#top]].\n"
    "Its [[line.svg#tip|tip]] and [[nine.svg#up]].\n\n"
    "```python figure\n#| id: flat\n#| alt: Flat at {level}.\n#| caption: A *flat* one.\nlevel = 5\nax.plot([level] * 2)\n```\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory, make_project):
    """Build a vault whose figures are drawn; return its exit status and its files."""
    project = make_project(tmp_path_factory.mktemp("site"))
    project.write(
        {"line.py": LINE, "bad.py": LINE.replace("> 0", "> 5").replace("line-", "bad-").replace("[[Nowhere]]", "none")}
    )
    for name, text in NOTES.items():
        (project.vault / name).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HORTUS_CACHE", str(project.place / "cache"))
        status = main(["build", str(project.place), "--out", str(project.place / "site")])
    root = project.place / "site"
    files = {file.relative_to(root).as_posix(): file for file in root.rglob("*") if file.is_file()}
    return SimpleNamespace(status=status, files=files, text=lambda name: unescape(files[name].read_text()))


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_a_note_shows_it_in_its_own_words(site):
    """The note's caption and alt text override the script's; the size stays the same."""
    home, slope = site.text("index.html"), site.text("slope.html")
    dark = '<source media="screen and (prefers-color-scheme: dark)" srcset="figures/line.svg#dark">'

    assert f'{dark}<img src="figures/line.svg#light" alt="A line up to 3." width="300" height="193"' in home
    assert "Here it has other words." in home and "It rises" not in home
    assert 'alt="Up, it goes." width="200"' in slope and "It rises, says" in slope
    assert 'src="figures/nine.svg#light" alt="A line up to 8."' in site.text("steeper.html")


def test_a_page_has_its_provenance(site):
    """Source, numbers, key, versions, parameters, check and citation, and the notes that show it."""
    page = site.text("figures/nine.html")
    said = words(page)

    assert '<span class="k">def</span>' in page
    assert "n square 0 0 1 1 2 4" in said
    assert all(re.search(rf"\b{name} \S", said) for name in ("key", "python", "numpy", "matplotlib"))
    assert "steps 9 seed 3 Checked: Euclid, book I." in said
    assert "seconds" not in said, "the same input gives the same bytes"
    assert said.partition("Shown in")[2].startswith(" Stated Steeper")
    assert {"figures/nine.csv", "figures/nine.svg", "figures/nine.png"} < site.files.keys()
    assert "def compute(*, steps=9, seed=3):" in site.text("figures/nine.py")


def test_a_note_states_results(site):
    """A link to a result shows its value, or is compared with it; unknown results are reported."""
    stated, report = words(site.text("stated.html")), words(site.text("report.html"))

    assert "It rises to 3 units , not to 4 , but to 8 ." in stated and "nine.svg > up" in stated
    assert 'href="figures/nine.html"' in site.text("stated.html")
    assert '"4" is stale: top of line is 3' in report and '"3 units"' not in report
    assert 'line has no result "tip"' in report and 'did you mean "top"?' in report


def test_checked_only_if_a_check_ran(site):
    """A figure without a check, or whose check failed, does not have the word."""
    assert "Checked: Euclid" in words(site.text("figures/line.html"))
    assert "Checked" not in site.text("figures/bad.html") and "Checked" not in site.text("figures/flat.html")
    assert 'alt="Flat at 5."' in site.text("stated.html")


def test_its_words_link(site):
    """A link in a script's docstring works, and counts as a backlink."""
    assert re.search(r'href="\.\./slope\.html"[^>]*>Slope</a>', site.text("figures/line.html"))
    assert "figures/line.html" in site.text("slope.html").partition('class="backlinks"')[2]


def test_the_gallery_has_all(site):
    gallery = site.text("figures/index.html")

    assert {"line", "line-long", "line-own", "nine", "bad", "bad-long", "bad-own", "flat"} == set(
        re.findall(r'<li><a href="([\w-]+)\.html">', gallery)
    )
    assert 'src="line-long.svg#light" alt="A line up to 5."' in gallery


def test_what_fails_is_named_and_no_more(site):
    """The build exits with 1, the page has a message instead of the picture, and no traceback."""
    everywhere = "".join(file.read_text(errors="replace") for file in site.files.values() if file.suffix != ".py")

    assert 1 == site.status
    assert "could not be drawn" in site.text("steeper.html")
    assert "figures/bad.svg" not in site.files
    assert "Traceback" not in everywhere and "AssertionError" not in everywhere
    assert "bad: failed at bad.py:29" in site.text("report.html")
    assert "it does not rise" not in site.text("report.html")


def test_a_page_has_the_caption_of_its_fence(site):
    """With its links and emphasis; the pages of the script's own figures keep the script's caption."""
    assert 'Nine <em>steps</em> up the <a class="internal" href="../slope.html"' in site.text("figures/nine.html")
    assert "A <em>flat</em> one." in site.text("figures/flat.html")
    assert "It rises, says" in site.text("figures/line.html") and "Nine" not in site.text("figures/line.html")


def test_a_variant_has_its_own_caption(site):
    """With its links, which count for its page alone, and its alt text; others have the script's caption."""
    own, long = site.text("figures/line-own.html"), site.text("figures/line-long.html")

    assert 'Its <em>own</em> words, of <a class="internal" href="../steeper.html"' in own
    assert 'alt="Five."' in own and "It rises, says <a" not in own
    assert "It rises, says <a" in long and 'alt="A line up to 5."' in long
    assert "figures/line-own.html" in site.text("steeper.html")
    assert "figures/line-long.html" not in site.text("steeper.html")


def test_issues_of_a_variants_caption_are_at_its_script(site):
    """With the line of the caption in VARIANTS."""
    assert 'line 10 no note named "Nowhere"' in words(site.text("report.html"))
