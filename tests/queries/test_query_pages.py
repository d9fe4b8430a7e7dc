"""Queries on pages: rows, links, backlinks, what is private, and what is evaluated again."""

import re

import pytest

from hortus.core.config import read_config
from hortus.engine.answers import Memory, evaluate, gather_facts
from hortus.engine.survey import survey
from hortus.vault.history import Dates
from hortus.vault.reader import read_vault

CANARY = "Zebrafink"
BASE = """
filters: file.hasTag("book")
formulas:
  half: price / 2
views:
  - type: table
    name: Shelf
    order: [file.name, price, author, formula.half]
    sort:
      - property: price
        direction: DESC
    summaries:
      price: Sum
  - type: cards
    name: Covers
    order: [file.name]
    image: note.cover
"""
DRAFTS = {
    "draft": f"---\ndraft: true\ntags: [book, {CANARY}]\nprice: 99999\n{CANARY}: 1\n---\n- [ ] {CANARY} 📅 2026-01-01\n{CANARY}:: x [[Dune]]\n",
    "private": f"---\nprivate: true\ntags: book\nprice: 99999\n---\n# {CANARY}\n![[Dune]]\n",
    "unpublished": f"---\npublish: false\ntags: book\nprice: 99999\n---\n[[Dune|{CANARY}]]\n",
}
FILES = {
    "Dune.md": "---\ntags: book\nprice: 9.5\nauthor: '[[Herbert]]'\ncover: '[[dune.png]]'\n---\n# Dune\n- [ ] read [[Herbert|him]]\n",
    "Emma.md": "---\ntags: book\nprice: 5\nauthor: Austen\n---\nmood:: good\n",
    "Herbert.md": "# Frank Herbert\n",
    "dune.png": "picture",
    "Library.base": BASE,
    "index.md": "# Home\n![[Library.base]]\n\n![[Library.base#Covers]]\n\nThere are `= length(this.file.outlinks)` links.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build one vault with private notes; return its files as text."""
    from conftest import build_folder, write_files

    asks = {
        "all.md": "```dataview\nTABLE price, file.inlinks, file.tags, file.frontmatter FROM #book\n```\n",
        "tasks.md": "```tasks\nnot done\n```\n\n```dataview\nTASK\n```\n",
        "sums.md": '```dataview\nTABLE sum(rows.price) AS total, length(rows) AS n GROUP BY "all"\n```\n',
        "links.md": "```base\nfilters: file.name == 'Dune.md'\nformulas:\n  back: file.backlinks.map(value.asLink())\n"
        "  n: file.backlinks.length\nviews:\n  - type: table\n    order: [file.name, formula.back, formula.n]\n```\n",
        "every.md": "```base\nviews:\n  - type: list\n    order: [file.name, file.tags, file.size, file.properties, file.links]\n```\n",
    }
    drafts = {f"{CANARY} {name}.md": text for name, text in DRAFTS.items()}
    built = build_folder(write_files(tmp_path_factory.mktemp("canaries"), FILES | asks | drafts))
    return built


def text_of(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_rows_are_links(site):
    """A view shows its rows in order, with links to notes in cells, and a summary."""
    page = site.page("index.html")
    rows = re.findall("<tr>(.*?)</tr>", page)

    assert ["Dune 9.5 Herbert 4.75", "Emma 5 Austen 2.5"] == [text_of(row) for row in rows if "<td" in row][:2]
    assert '<a class="internal" href="dune.html">Dune</a>' in page
    assert "Sum 14.5" in text_of(page)
    assert '<img src="dune.png"' in page
    assert "There are 1 links." in text_of(page)


def test_a_base_has_a_page(site):
    """With a section for each view."""
    page = site.page("library-base.html")

    assert ["Shelf", "Covers"] == re.findall('<h2 id="[^"]*">(.*?)</h2>', page)[:2]


def test_backlinks_say_in_which_table(site):
    """A row's note names the table, and the note that shows it."""
    assert "in the table Shelf of Home" in text_of(site.page("dune.html"))
    assert "in the table Shelf of Library" in text_of(site.page("dune.html"))


def test_rows_do_not_make_orphans_linked(build_vault):
    """A note that only a table names is an orphan, and no map reaches it."""
    files = {"Lone.md": "words\n", "index.md": "```dataview\nLIST\n```\n", "a.md": "[[index]]\n"}

    assert ("Lone.md",) == build_vault(files).graph.orphans


def test_nothing_private_is_anywhere(site):
    """No name, tag, property, task, sum, count or backlink of private notes is in any file, in its name included."""
    found = [
        url
        for url, content in site.bytes().items()
        if CANARY.lower() in (url + content.decode("utf-8", "replace")).lower()
    ]
    sums = [url for url, content in site.bytes().items() if b"99999" in content or b"100013" in content]

    assert [] == found
    assert [] == sums
    assert "all 14.5 9" in text_of(site.page("sums.html"))


def test_backlinks_count_published_notes_only(site):
    """`file.backlinks` has no private note, also not in its length."""
    assert "Dune 0" in text_of(site.page("links.html"))


def test_a_query_about_a_private_note(build_vault):
    """It has no rows, is not about the note that asks instead, and is reported for the name alone."""
    asks = 'views:\n  - type: table\n    filters: author == link("Hidden")\n    order: [file.name]\n'
    files = {
        "Hidden.md": "---\nprivate: true\n---\nx\n",
        "by.md": "---\nauthor: '[[ask]]'\n---\nx\n",
        "Asks.base": asks,
        "ask.md": "![[Asks.base]]\n\n```dataview\nLIST FROM [[Hidden]] or outgoing([[Hidden]])\n```\n\n"
        '```dataview\nTABLE [[Hidden]].x, link("Hidden") WHERE file.name = "by"\n```\n',
    }
    built = build_vault(files)
    page = text_of(built.page("ask.html"))

    assert 2 == page.count("No results")
    assert "by private note" in page
    assert {"private_link"} == {one.kind for one in built.report.issues if one.path in ("ask.md", "Asks.base")}
    assert b"Hidden" not in b"".join(built.bytes().values())


def test_an_unlisted_note_in_queries(write_vault, build_at):
    """Links to it lead there; its properties are in no hint; both are so after it was listed before."""
    note = "---\nunlisted: {}\nkanarione: 1\n---\nx\n"
    files = {
        "Quiet.md": note.format("false"),
        "ask.md": "---\nto: '[x](Quiet.md)'\n---\nwho:: [[Quiet]]\n\n`= this.who` `= [[Quiet]]` `= this.to`\n\n"
        "```dataview\nTABLE kanarion\n```\n",
    }
    loud = build_at(write_vault(files))
    quiet = build_at(write_vault(files | {"Quiet.md": note.format("true")}))
    shown = re.findall('<span class="query-value"><a class="internal" href="quiet.html">', quiet.page("ask.html"))

    assert "kanarione" in loud.page("report.html")
    assert "kanarione" not in quiet.page("report.html")
    assert 3 == len(shown)


def test_a_script_is_never_run(build_vault):
    """It is shown folded, with words that say so."""
    page = build_vault({"a.md": "```dataviewjs\ndv.list(dv.pages())\n```\n"}).page("a.html")

    assert "Dataview script, not run" in page
    assert "dv" in page


@pytest.mark.parametrize("code", ["= 0", "=SUM(A1:A5)", "= x + 1", "== this.x", "=> this.x"])
def test_ordinary_code_is_no_query(code, build_vault):
    """Inline code is a query only if it names the note, a link or the day."""
    built = build_vault({"a.md": f"Write `{code}` here.\n"})

    assert "<code>" in built.page("a.html")
    assert "bad_query" not in built.report.summary


def test_values_are_inert(build_vault):
    """Markup in properties, names and `html` cannot run."""
    evil = "<img src=x onerror=alert(1)>"
    files = {
        "a.md": f"---\nevil: '{evil}'\n---\n",
        "q.md": "```base\nformulas:\n  h: html(note.evil)\n  l: link('javascript:alert(1)', 'x')\nviews:\n"
        f"  - type: table\n    name: '{evil}'\n    order: [file.name, evil, formula.h, formula.l]\n```\n",
    }
    page = build_vault(files).page("q.html")

    assert "onerror=" not in page.replace("&lt;img src=x onerror=", "")
    assert "javascript:" not in re.sub(">[^<]*<", "><", page)


def test_problems_have_their_place_in_the_note(build_vault):
    """In a fence, also within a quote, and in a base; an unknown property has the nearest name."""
    files = {
        "a.md": "---\nprice: 3\n---\ntext\n\n> ```base\n> filters: prize > 2\n> views:\n>   - type: table\n> ```\n",
        "b.md": "words ![[x.base]]\n",
        "x.base": "filters: price.lower() == 'x'\nviews:\n  - type: table\n",
    }
    issues = [one for one in build_vault(files).report.issues if one.kind == "bad_query"]

    assert [("a.md", 7, 12, "did you mean `price`?"), ("x.base", 1, 10, "")] == [
        (one.path, one.line, one.column, one.hint) for one in issues
    ]


def test_a_query_is_evaluated_again_only_if_a_row_could_change(write_vault, monkeypatch):
    """Not after an edit of words, nor of a property that it does not read; but after one that it reads."""
    import hortus.engine.answers as answers

    evaluated = []
    monkeypatch.setattr(
        answers, "answer", lambda *given, answer=answers.answer: evaluated.append(given[1]) or answer(*given)
    )
    memory = Memory()

    def run(files: dict[str, str]) -> int:
        evaluated.clear()
        config = read_config(write_vault(files, f"v{run.count}"))
        run.count += 1
        found = survey(config, read_vault(config.vault))
        evaluated.clear()
        facts = gather_facts(found.shown.graph, found.sources, found.shown.urls, Dates({}, {}), {})
        evaluate(found.shown.graph, facts, memory)
        return len(evaluated)

    run.count = 0
    ask = "```dataview\nTABLE price WHERE price > 1\n```\n"
    note = "---\nprice: {}\nother: {}\n---\n{}\n"

    assert 1 == run({"a.md": note.format(2, 1, "words"), "q.md": ask})
    assert 0 == run({"a.md": note.format(2, 1, "other words"), "q.md": ask})
    assert 0 == run({"a.md": note.format(2, 5, "other words"), "q.md": ask})
    assert 1 == run({"a.md": note.format(3, 5, "other words"), "q.md": ask})
    assert 1 == run({"a.md": note.format(3, 5, "other words"), "b.md": note.format(4, 1, "x"), "q.md": ask})


def test_the_day_is_an_input(build_vault, monkeypatch):
    """`SOURCE_DATE_EPOCH` decides what today is, and the page says so."""
    files = {"a.md": "Today is `= date(today)`.\n\n```dataview\nLIST WHERE date(today) > date(2020-01-01)\n```\n"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    page = text_of(build_vault(files).page("a.html"))

    assert "Today is 2023-11-14 ." in page
    assert "As of 2023-11-14" in page


def test_a_base_in_a_canvas(build_vault):
    """Its rows are shown in the box, and `this` is the canvas."""
    box = '{"nodes": [{"id": "1", "type": "file", "file": "x.base", "x": 0, "y": 0, "width": 400, "height": 300}]}'
    files = {
        "p.canvas": box,
        "x.base": "filters: file.name == 'n.md'\nformulas:\n  at: this.file.name\n"
        "views:\n  - type: table\n    order: [file.name, formula.at]\n",
        "n.md": "[[p.canvas]]\n",
    }
    page = build_vault(files).page("p-canvas.html")

    assert ["n p.canvas"] == [text_of(row) for row in re.findall("<tr>(.*?)</tr>", page) if "<td" in row]
