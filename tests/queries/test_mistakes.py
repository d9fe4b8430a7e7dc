"""Wrong queries in notes: one issue each, with the column and the nearest name; what can be evaluated is shown."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import build_folder, write_files

BOOKS = 'filters: file.inFolder("Books")'
VIEW = f"views:\n  - type: table\n    {BOOKS}\n    order: [file.name, price]"
NOTES = {
    "Books/Dune.md": "---\nprice: 9\nstatus: read\ndue: 2026-01-02\ntags: book\n---\n- [ ] lend it\n",
    "Books/Emma.md": "---\nprice: 5\nstatus: open\n---\n- [x] return it\n",
}


class Mistake(NamedTuple):
    language: str
    place: str
    message: str
    hint: str
    shown: str
    text: str


def mistakes() -> list[Mistake]:
    text = (Path(__file__).parent / "mistakes.txt").read_text("utf-8")
    found = []
    for case in re.split(r"^@ ", text, flags=re.MULTILINE)[1:]:
        head, _, query = case.partition("\n")
        parts = [part.strip() for part in head.split(" |")]
        found.append(Mistake(*parts, query.rstrip("\n").replace("{view}", VIEW).replace("{books}", BOOKS)))
    return found


MISTAKES = mistakes()


def written(mistake: Mistake) -> str:
    if mistake.language == "inline":
        return f"`= {mistake.text}`\n"
    return f"```{mistake.language}\n{mistake.text}\n```\n".replace("\n\n```", "\n```")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    notes = {f"wrong {number}.md": written(mistake) for number, mistake in enumerate(MISTAKES)}
    return build_folder(write_files(tmp_path_factory.mktemp("mistakes"), NOTES | notes))


def test_there_are_enough():
    """Sixty kinds at least, each once."""
    assert 60 <= len({(one.language, one.message, one.hint) for one in MISTAKES})


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=[one.message[:50] for one in MISTAKES])
def test_mistake(number, site):
    """One issue, at the place of the mistake; the page shows the rest."""
    mistake = MISTAKES[number]
    path = f"wrong {number}.md"
    line, column = map(int, mistake.place.split(":"))
    offset = (0, 3) if mistake.language == "inline" else (1, 0)
    issues = [one for one in site.report.issues if one.path == path and one.kind == "bad_query"]
    page = site.page(site.urls[path]).partition("<main")[2].partition("</main>")[0]
    shown = " ".join(re.sub("<[^>]*>", " ", page).split())

    assert [(line + offset[0], column + offset[1])] == [(one.line, one.column) for one in issues], issues
    assert issues[0].message.startswith(mistake.message)
    assert mistake.hint in issues[0].hint
    assert mistake.shown in shown.replace("&lt;", "<").replace("&gt;", ">")
