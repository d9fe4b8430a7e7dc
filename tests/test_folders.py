"""The folder tree next to a note, and the order of what is in a folder."""

import re

import pytest

VAULT = {
    "Start.md": "# Start\n[[Rake]]\n",
    "shed/Bench.md": "A bench.\n",
    "shed/tools/Rake.md": "A rake.\n",
    "shed/tools/Spade.md": "A spade.\n",
    "shed/tools/old/Hoe.md": "A hoe.\n",
    "beds/Roses.md": "Roses.\n",
}
ROW = re.compile(r"<ul>|</ul>|<li(?: class=\"(\w+)\")?><a href=\"([^\"]*)\"[^>]*>([^<]*)</a>")


def tree(html: str) -> list[str]:
    """Return the lines of a page's folder tree, indented, with the state of each."""
    lines, depth = [], -1
    for row in ROW.finditer(html.partition('<nav aria-label="Folders">')[2].partition("</nav>")[0]):
        depth += {"<ul>": 1, "</ul>": -1}.get(row[0], 0)
        if row[3]:
            lines.append("  " * depth + row[3] + (f" ({row[1]})" if row[1] else ""))
    return lines


def test_the_branch_of_a_note_is_open(build_vault, walk_site):
    """The folders on the way and the notes of its own folder are shown; other folders are links."""
    built = build_vault(VAULT)

    assert [
        "beds/",
        "shed/ (open)",
        "  tools/ (open)",
        "    old/",
        "    Rake (here)",
        "    Spade",
    ] == tree(built.page("shed/tools/rake.html"))
    assert ["beds/", "shed/", "Start (here)"] == tree(built.page("start.html"))
    assert [] == walk_site(built.bytes())


def test_a_vault_without_folders_has_no_tree(build_vault):
    built = build_vault({"a.md": "[[b]]\n", "b.md": "B\n"})

    assert "folders" not in built.page("a.html")


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, '[order]\n"" = ["shed", "Start"]\n"shed/tools" = ["spade"]\n', id="settings"),
        pytest.param(
            {
                "index.md": "---\norder: [shed, Start]\n---\n# Home\n",
                "shed/tools/tools.md": "---\norder: ['[[Spade]]', Rake]\nunlisted: true\n---\n",
            },
            "",
            id="notes of folders",
        ),
    ],
)
def test_an_order_of_its_own(build_vault, files, settings):
    """What is named comes first; the rest follows by name, on the pages of folders too."""
    built = build_vault(VAULT | files, settings)
    lines = tree(built.page("shed/tools/rake.html"))

    assert ["shed/ (open)", "  tools/ (open)", "    old/", "    Spade", "    Rake (here)", "beds/"] == lines
    page = built.page("shed/tools/index.html")
    assert page.index(">Spade</a>") < page.index(">Rake</a>")


def test_no_page_grows_with_the_vault(build_vault):
    """In a large folder the notes around this one are shown, and the number of the others with a link to all."""
    files = {f"many/Note {number:03}.md": "Words.\n" for number in range(200)}
    files |= {f"folder {number:03}/a.md": "A.\n" for number in range(60)}
    lines = tree(build_vault(files).page("many/note-100.html"))

    assert len(lines) == 2 * 25 + 2
    assert "  Note 088" in lines and "  Note 112" in lines and "  Note 100 (here)" in lines
    assert {"  175 more (more)", "36 more (more)"} == {line for line in lines if "more" in line}


def test_trails_are_before_the_tree(build_vault):
    page = build_vault(VAULT | {"Garden MOC.md": "# Garden MOC\n1. [[Rake]]\n2. [[Spade]]\n"}).page(
        "shed/tools/rake.html"
    )

    assert page.index('class="stem"') < page.index('class="contents folders folded"')
