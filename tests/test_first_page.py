"""The first page and lists: description, author, counts, dates, first words, links; reading time."""

import re
from html import unescape

import pytest

SETTINGS = """title = "Garden"
description = "Notes on growing."
author = "A. Gardener"
site_url = "https://example.org/"
repository = "https://github.com/a/b/tree/main/notes/"
"""
LONG = "Seeds become seedlings, and those want light. " * 60
NOTES = {
    "index.md": "---\ntitle: Home\n---\nWelcome.\n",
    "Plants MOC.md": "# Plants MOC\n\n1. [[Seed]]\n2. [[deep/Tree]]\n3. [[Unwritten]]\n",
    "Seed.md": f"---\ndate: 20261123\ntags: [bio/cells, bio]\n---\n# Seed\n\nGrows into a [[Tree]].\n\n{LONG}\n",
    "deep/Tree.md": "---\ndate: 2026-11-05\npublished: 2026-10-04\nisbn: 20261123\nlang: de\n---\n# Baum\n\nEin Baum.\n",
    "Undated.md": "---\ndescription: Own words.\n---\nWords.\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory, build_at):
    folder = tmp_path_factory.mktemp("garden")
    for path, text in {**NOTES, "hortus.toml": SETTINGS}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return build_at(folder)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_first_page_says_what_by_whom_and_where_to_begin(built):
    """Title, description, author, counts and the leading map are above the text; what is new is below it."""
    page = built.page("index.html")
    above, _, below = re.split(r"<p>Welcome\.</p>|</article>", page)

    assert "Garden" in above and '<p class="lead" dir="auto">Notes on growing.</p>' in above
    assert "by A. Gardener · 5 notes · 1 map · last change 23 November 2026" in above
    assert 'begin with <a class="internal" href="plants-moc.html">Plants MOC</a>' in above
    assert text_of(below).index("What is new") < text_of(below).index("Seed 23 November 2026 · 2 links Grows into")
    assert "What is new" not in built.page("seed.html") and "by A. Gardener" not in built.page("seed.html")


def test_the_home_note_speaks_for_itself(build_vault):
    """A description of the home note takes precedence over that of the settings."""
    page = build_vault({"index.md": "---\ndescription: Mine.\n---\nText.\n"}, 'description = "Other."\n').page(
        "index.html"
    )

    assert '<p class="lead" dir="auto">Mine.</p>' in page and '<meta name="description" content="Mine.">' in page


def test_a_first_page_without_a_note_is_introduced_too(build_vault):
    """The leading map as first page has description and counts, and no link to itself."""
    page = build_vault({"A MOC.md": "1. [[b]]\n", "b.md": "B"}, 'description = "Said."\n').page("index.html")

    assert "Said." in page and "2 notes · 1 map" in page and "begin with" not in page


def test_every_page_has_a_description(built):
    """Every page has its own description in its head."""
    pages = {
        url: built.page(url)
        for url in built.site.files
        if url.endswith(".html") and 'http-equiv="refresh"' not in built.page(url)
    }
    found = {url: re.findall('<meta name="description" content="([^"]+)">', page) for url, page in pages.items()}

    assert [] == [url for url, said in found.items() if len(said) != 1]
    assert len({said[0] for said in found.values()}) == len(found)


@pytest.mark.parametrize("url", ["all-notes.html", "recent.html", "tags/bio.html", "tags/bio/cells.html"])
def test_lists_say_more_than_titles(built, url):
    """Lists have the date of the last change, the number of linked notes, and the first words."""
    said = text_of(built.page(url).partition("<h1>")[2])
    date = "23 November" if url == "recent.html" else "23 November 2026"

    assert f"Seed {date} · 2 links Grows into a Tree." in said
    assert "Seeds become seedlings, and those want light. Seeds… " in said


def test_lists_of_recent_changes_have_months(built):
    """Recent changes are under the names of months."""
    assert "<h2>November 2026</h2>" in built.page("recent.html")


def test_dates_are_written_as_people_write_them(built):
    """Properties that are days are written out; digits of another property stay digits."""
    seed, tree = built.page("seed.html"), built.page("deep/tree.html")

    assert '<dd><time datetime="2026-11-23">23 November 2026</time></dd>' in seed
    assert '<time datetime="2026-10-04">4 October 2026</time>' in tree
    assert "<dd>20261123</dd>" in tree


def test_reading_time(built):
    """A text of 430 words takes two minutes; a few words take none."""
    assert "<dt>Reading time</dt><dd>2 minutes</dd>" in built.page("seed.html")
    assert "Reading time" not in built.page("undated.html")


def test_chinese_takes_time_too(build_vault):
    """Text without spaces has a reading time as well."""
    assert "<dd>2 minutes</dd>" in build_vault({"a.md": "字" * 900 + "\n"}).page("a.html")


def test_sources_of_a_note(built):
    """Below a note are links to its Markdown, to edit it, to its history, and to the feed of a map."""
    seed, moc = built.page("deep/tree.html"), built.page("plants-moc.html")
    links = re.findall(
        r'<a href="([^"]+)">(\w+)</a>', seed.partition('<p class="detail sources">')[2].partition("</p>")[0]
    )

    edit, history = (f"https://github.com/a/b/{view}/main/notes/deep/Tree.md" for view in ("edit", "commits"))
    assert [("tree.md", "Markdown"), (edit, "Edit"), (history, "History")] == links
    assert '<a href="plants-moc.feed.xml">Feed</a>' in moc


def test_maps_and_tags_have_feeds(built):
    """The feed of a map or tag has its dated notes, newest first, with their first words; the page names it."""
    moc, tag = built.page("plants-moc.feed.xml"), built.page("tags/bio/cells.feed.xml")

    assert ["Seed", "Baum"] == re.findall("<entry><title>([^<]+)", moc)
    assert '<link href="https://example.org/plants-moc.feed.xml" rel="self"/>' in moc
    assert ["Seed"] == re.findall("<entry><title>([^<]+)", tag)
    assert 'type="application/atom+xml" href="cells.feed.xml"' in built.page("tags/bio/cells.html")


def test_the_language_of_a_note_is_that_of_its_article(built):
    """`lang` of a note is on its article, not on the page, whose interface has the site's language."""
    page = built.page("deep/tree.html")

    assert '<article dir="auto" lang="de" class="note">' in page and '<html lang="en">' in page
    assert "<dt>lang</dt>" not in page


@pytest.mark.parametrize("value", ["https://github.com/a/b", "a/b", "javascript:/tree/x"])
def test_a_repository_without_a_folder_is_refused(write_vault, hortus, value):
    """The setting has to be the address of a folder, because branch and folder are not known otherwise."""
    done = hortus("build", write_vault({"hortus.toml": f'repository = "{value}"\n', "a.md": "A"}))

    assert 3 == done.returncode and "repository" in done.stderr and "tree/main/vault" in done.stderr


def test_figures_can_be_stepped_through(build_vault):
    """The page of a figure links to the figures before and after it in the gallery."""
    script = '"""Title {0}.\n\n{1}"""\nALT = "x"\n\n\ndef compute():\n    return 1\n\n\ndef draw(result, theme):\n    return None\n'
    files = {
        f"figures/{name}.py": script.format(name, "word " * count) for name, count in (("a", 20), ("b", 50), ("c", 1))
    }
    built = build_vault(
        {**files, "index.md": "".join(f"```figure\nsrc: {name}\n```\n\n" for name in "abc")}, "title = 'x'\n"
    )
    first, middle = built.page("figures/a.html"), built.page("figures/b.html")

    assert re.search(r'rel="prev"[^>]* href="a.html"', middle) and re.search(r'rel="next"[^>]* href="c.html"', middle)
    assert 'rel="prev"' not in first
    assert ["figure", "figure long", "figure"] == re.findall('<figure class="([^"]+)"', built.page("index.html"))
