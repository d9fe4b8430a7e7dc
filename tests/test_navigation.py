"""Navigation: backlinks with places, trees of folders and tags, wanted notes."""

import re


def backlinks(page: str) -> str:
    return page.split('class="backlinks"', 1)[1]


def test_backlinks_have_their_heading(build_vault):
    """Each sentence has its heading before it, as a link; the note's title does not count."""
    text = "# A\nFirst [[b]].\n\n## Of $x$ and\nThen [[b]] again.\n\nAnd [[b]].\n\n## Else\n- [[b]]\n"
    told = backlinks(build_vault({"x/a.md": text, "b.md": ""}).page("b.html"))
    places = re.findall(r'<p class="place"><a href="([^"]+)">(.*?)</a></p>', told)
    order = re.findall(r"First|Of <math|Then|And|Else", told)

    assert ["x/a.html#of-x-and", "x/a.html#else"] == [address for address, _ in places]
    assert "<math" in places[0][1]
    assert ["First", "Of <math", "Then", "And", "Else"] == order


def test_backlinks_have_kinds(build_vault):
    """Maps, embeds and properties are labelled; plain links are not."""
    files = {
        "All MOC.md": "## Part\n- [[b]]\n",
        "embeds.md": "## Shown\n![[b]]\n",
        "has.md": "---\nparent: '[[b]]'\n---\n",
        "says.md": "Words on [[b]].\n",
        "b.md": "",
    }
    told = backlinks(build_vault(files).page("b.html"))
    group = r'<article class="backlink kind-\w+">\s*<h3><a[^>]*>([^<]+)</a>(.*?)</article>'
    groups = dict(re.findall(group, told, re.DOTALL))

    assert '<span class="detail">map</span>' in groups["All MOC"] and ">Part</a></p>" in groups["All MOC"]
    assert '>Shown</a> <span class="way">embed</span>' in groups["embeds"]
    assert 'parent <span class="way">property</span>' in groups["has"]
    assert 'class="place"' not in groups["says"] and "Words on" in groups["says"]


def test_embed_and_prose_of_one_section_stay_apart(build_vault):
    """Links of one section are grouped, whatever is between them."""
    told = backlinks(build_vault({"a.md": "## H\nOne [[b]].\n\n![[b]]\n\nTwo [[b]].\n", "b.md": ""}).page("b.html"))

    assert ["One", "Two"] == re.findall("One|Two", told)
    assert 2 == told.count('class="place"')


# --- trees ------------------------------------------------------------------------------------------


def outline(page: str) -> list[tuple[int, str]]:
    """Return depth and name of all branches and entries of a page's tree."""
    found, depth = [], 0
    for tag, name in re.findall(r'(<details|</details|<a class="internal"[^>]*>([^<]+)</a>)', page.split("<h1>", 1)[1]):
        depth += (tag == "<details") - (tag == "</details")
        found += [(depth, name)] if name else []
    return found


def test_folders_are_a_tree(build_vault):
    """A folder is inside its parent, folders before notes, and links to its page."""
    files = {"x/y/deep.md": "", "x/b.md": "", "x/A.md": "", "Z.md": "", "a/one.md": ""}
    page = build_vault(files).page("all-notes.html")

    assert outline(page) == [(0, "a"), (1, "one"), (0, "x"), (1, "y"), (2, "deep"), (1, "A"), (1, "b"), (0, "Z")]
    assert 'href="x/y/index.html"' in page
    assert '>x</a> <span class="detail">3</span>' in page


def test_tags_are_a_tree(build_vault):
    """A nested tag is below its parent; the count is of notes, each once."""
    page = build_vault({"a.md": "#ml/nets #ml/nets/deep #solo", "b.md": "#ml"}).page("tags/index.html")

    assert outline(page) == [(0, "#ml"), (1, "#ml/nets"), (2, "#ml/nets/deep"), (0, "#solo")]
    assert '>#ml</a> <span class="detail">2</span>' in page and '>#ml/nets</a> <span class="detail">1</span>' in page


def test_large_folders_are_folded(build_vault):
    """Large folders are initially collapsed."""
    many = {f"many/{number}.md": "" for number in range(70)}
    page = build_vault({**many, "few/a.md": ""}).page("all-notes.html")

    assert ["few"] == re.findall(r'<details open>\s*<summary aria-label="Contents of (\w+)"', page)
    assert ["many"] == re.findall(r'<details>\s*<summary aria-label="Contents of (\w+)"', page)


# --- wanted -----------------------------------------------------------------------------------------


def test_wanted_by_notes_and_maps(build_vault):
    """Notes and maps with links are counted, and maps named; search engines do not index the page."""
    files = {"X MOC.md": "- [[mapped]]\n", "a.md": "[[twice]] [[twice]]", "b.md": "[[twice]] [[mapped]] [[once]]"}
    page = build_vault(files).page("wanted.html")
    rows = re.findall(r'<li><a class="missing" href="([^"]+)".*?<span class="detail">(.*?)</span></li>', page)

    assert [address for address, _ in rows] == ["mapped.html", "twice.html", "once.html"]
    assert rows[0][1] == '2 notes, in <a href="x-moc.html">X MOC</a>'
    assert rows[2][1] == "1 note"
    assert 'content="noindex"' in page


def test_the_report_names_some(build_vault):
    """The first twenty; all are on their page, linked from the report."""
    built = build_vault({"a.md": " ".join(f"[[w{number}]]" for number in range(25))})
    report = built.page("report.html").split('id="wanted"', 1)[1].split("<h2", 1)[0]

    assert 20 == report.count('class="missing"')
    assert 'href="wanted.html">And 5 more' in report
    assert 25 == built.page("wanted.html").count('class="missing"')


def test_the_line_of_an_only_issue_is_apart_from_its_note(build_vault):
    """There is a space between a note's name and the line."""
    page = build_vault({"a.md": "[[gone]]"}).page("report.html")

    assert '<a class="internal" href="a.html">a</a> <span class="detail">line 1</span>' in page


def test_report_shows_hubs_and_isolated_groups(build_vault):
    """The most linked notes with the number of notes that link to them, and isolated groups."""
    files = {"a.md": "[[b]] [[c]]", "b.md": "[[c]]", "c.md": "x", "d.md": "[[e]]", "e.md": "y", "alone.md": "z"}
    report = build_vault(files).page("report.html")
    hubs = report.split('id="hubs"', 1)[1].split("<h2", 1)[0]
    islands = report.split('id="islands"', 1)[1].split("</article>", 1)[0]

    assert ["c.html", "b.html", "e.html"] == re.findall(r'href="([^"]*)"', hubs)
    assert ["2 notes", "1 note", "1 note"] == re.findall(r'"detail">([^<]*)<', hubs)
    assert ["d.html", "e.html"] == re.findall(r'href="([^"]*)"', islands)


def test_nothing_wanted(build_vault):
    """The page says so."""
    assert "All linked notes are written." in build_vault({"a.md": ""}).page("wanted.html")


def test_the_contents_list_the_outline(build_vault):
    """Headings in quotes, callouts and list items are link targets, but not in "On this page"."""
    text = "# N\n## A\n> ## In quote\n\n> [!note]\n> ## In callout\n\n- ## In list\n\n## B\n[[#In quote]]\n"
    page = build_vault({"N.md": text}).page("n.html")
    (contents,) = re.findall(r'<nav aria-label="On this page">.*?</nav>', page, re.DOTALL)

    assert ["#a", "#b"] == re.findall(r'href="(#[^"]*)"', contents)
    assert 'href="#in-quote"' in page
