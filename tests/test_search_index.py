"""The search index and previews: what is in them, what never is, and that they are the same every time."""

import gzip
import json
import re

import pytest

from hortus.site.hover import LARGEST, preview_file, shortened
from hortus.site.search_index import search_documents

VAULT = {
    "Home.md": "# Home\nOf zebras. [[Deep#Rates]], [[Deep#^eq|law]], [[Wanted thing]], [[Hidden]], [[学习]].[^1]\n\n[^1]: Foot.\n",
    "Deep.md": "---\ntags: [maths/analysis]\naliases: [Layers]\n---\n# Deep\nOpening.\n\n## Rates\nThe $x^2$ step.\n\n$$\ny\n$$\n^eq\n",
    "学习.md": "# 学习\n我们喜欢深度学习。\n",
    "Hidden.md": "---\nprivate: true\n---\n# Hidden\nCanary xyzzyplugh. [[Deep]]\n",
}


def words_of_index(files) -> str:
    """Return everything that the index holds, unpacked."""
    packed = [content for url, content in files.items() if re.search(r"pf_\w+$", url)]
    return "\n".join(gzip.decompress(content).decode(errors="replace") for content in packed)


def fragments(files) -> dict[str, dict]:
    """Return what the index knows of each page, by its address."""
    packed = [content for url, content in files.items() if url.endswith(".pf_fragment")]
    known = [json.loads(gzip.decompress(content).decode().partition("pagefind_dcd")[2]) for content in packed]
    return {one["url"]: one for one in known}


def test_notes_are_in_the_index_and_nothing_else(build_vault):
    """Notes with title, tags and headings; no stub, list or report."""
    found = fragments(build_vault(VAULT).bytes())

    assert {"/home.html", "/deep.html", "/学习.html"} == {url.replace("index.html", "home.html") for url in found}
    assert "Deep" == found["/deep.html"]["meta"]["title"]
    assert {"deep", "rates"} == {anchor["id"] for anchor in found["/deep.html"]["anchors"]}
    assert "Layers" in found["/deep.html"]["content"]
    assert "深\u2060 度\u2060 学\u2060 习" in found["/学习.html"]["content"]


def test_what_properties_say_is_found(build_vault):
    """References and the like; not names of maps that a note belongs to, nor how it is shown."""
    note = "---\nup: '[[Deep]]'\nstatus: ripening\ncssclasses: wide\nReferences:\n  - 'A. Author: A title, 1989'\n---\nText.\n"
    words = fragments(build_vault(VAULT | {"Kept.md": note}).bytes())["/kept.html"]["content"]

    assert "status: ripening" in words
    assert "A. Author: A title, 1989" in words
    assert not re.search("wide|up:", words)


def test_private_notes_are_in_no_index_and_no_preview(build_vault):
    """Neither words nor name nor address."""
    files = build_vault({**VAULT, "Home.md": "# Home\n[[Deep]]\n"}).bytes()
    text = words_of_index(files) + "\n".join(files) + "".join(c.decode() for u, c in files.items() if "previews/" in u)

    assert "zyzzy" not in text
    assert "Opening" in text
    assert not re.search("xyzzyplugh|Hidden|hidden", text)


@pytest.mark.parametrize("settings", ["", "search = false\n"])
def test_search_can_be_left_out(build_vault, settings):
    """Then there is neither index nor button, and no program is run."""
    built = build_vault(VAULT, settings)
    there = not settings

    assert there == any(url.startswith("pagefind/") for url in built.site.files)
    assert there == ('data-key="/"' in built.page("deep.html"))


def test_same_notes_same_index(build_vault):
    """Byte for byte, whatever the files' order on a disk; and as after edits that were taken back."""
    notes = VAULT | {
        f"n{number}.md": f"# N{number}\n#tag{number} #odd/{number % 7}\n\nWord{number} and [[n{number + 1}]].\n"
        for number in range(40)
    }
    first = build_vault(notes).bytes()
    again = build_vault(dict(reversed(notes.items()))).bytes()
    build_vault({**notes, "n1.md": "# Other\nAltogether.\n"})

    assert first == again
    assert first == build_vault(notes).bytes()


def test_nothing_changed_nothing_run(hortus, write_vault, tmp_path, monkeypatch):
    """A second build does not index, and loads nothing that could."""
    vault = write_vault(VAULT)
    hortus("build", vault, "--out", tmp_path / "site")
    done = hortus("build", vault, "--out", tmp_path / "site", "--timings")

    assert "nothing changed" in done.stdout
    assert "search" not in done.stderr + done.stdout.replace(str(tmp_path), "")


def test_words_in_figures(build_vault):
    """A figure's alternative text and caption are words of the note that shows it; numbers on its axes are not."""
    script = '"""A valley of loss.\n\nDescent along the floor.\n"""\nALT = "Two marmots."\n\ndef compute():\n    return 1\n\ndef draw(data, theme):\n    pass\n'
    built = build_vault({"Home.md": "# Home\n![[valley.svg]]\n", "figures/valley.py": script})
    documents = search_documents(built.found.shown, "en")

    assert ["index.html"] == list(documents)
    for words in ("A valley of loss", "Descent along the floor", "Two marmots"):
        assert words in documents["index.html"]()


def test_embedded_notes_are_found_by_themselves(build_vault):
    """Their words are not said to be those of every note that embeds them."""
    found = build_vault({"a.md": "# A\n![[b]]\n", "b.md": "# B\nOnly here.\n"}).found
    documents = search_documents(found.shown, "en")

    assert ["b.html"] == [url for url, make in documents.items() if "Only here" in make()]


def test_tags_name_their_notes(build_vault):
    """By the names that search results have; a tag above another has its notes as well."""
    files = build_vault(VAULT).bytes()
    known = json.loads(files["pagefind/tags.json"])
    name = known["notes"][known["tags"]["maths"][0]]

    assert ["maths", "maths/analysis"] == list(known["tags"])
    assert "/deep.html" == json.loads(gzip.decompress(files[f"pagefind/fragment/{name}.pf_fragment"])[12:])["url"]


def test_wanted_notes_are_listed_apart(build_vault):
    assert [["Wanted thing", "wanted-thing.html"]] == json.loads(build_vault(VAULT).bytes()["pagefind/wanted.json"])


# --- previews ---


def test_every_address_has_its_preview(build_vault):
    """Openings of all notes; sections, blocks and footnotes that are linked; nothing for what is not written."""
    files = build_vault(VAULT).site.files
    home = next(url for url in ("home", "index") if f"previews/{url}.txt" in files)
    expected = ["deep", "deep~block-eq", "deep~rates", home, f"{home}~fn1", "学习"]

    assert sorted(f"previews/{name}.txt" for name in expected) == sorted(
        url for url in files if url.startswith("previews/")
    )
    assert files["previews/deep~rates.txt"].decode().startswith("Deep\n<h2>Rates</h2>\n<p>The ")
    assert files[f"previews/{home}~fn1.txt"].decode() == "Home\n<p>Foot. </p>"
    assert "Rates" not in files["previews/deep~block-eq.txt"].decode()


def test_sections_that_backlinks_name_have_their_preview(build_vault):
    """The section in which a link stands, but not a note's own title or the property that a link stands in."""
    text = "---\nup: '[[b]]'\n---\n# A\n[[b]]\n\n## Where it is said\nOf [[b]] and more.\n\n## Elsewhere\nNothing.\n"
    files = build_vault({"a.md": text, "b.md": "B\n"}).bytes()

    assert ["previews/a.txt", "previews/a~where-it-is-said.txt"] == sorted(url for url in files if "previews/a" in url)
    assert b"A\n<h2>Where it is said</h2>" in files["previews/a~where-it-is-said.txt"]


def test_an_embed_is_shown_in_a_preview(build_vault):
    """A note that is nothing but an embed has that for its opening; what is embedded there is only linked."""
    files = build_vault(
        {
            "a.md": "![[b#Deep]]\n",
            "b.md": "# B\nTop.\n\n## Deep\nWords.[^1] ![[c]]\n\n[^1]: Foot.\n",
            "c.md": "Deepest.\n",
        }
    ).bytes()
    html = files["previews/a.txt"].decode()

    assert '<div class="embed note"><a class="embed-source" href="../b.html#deep">' in html
    assert "Words." in html
    assert not re.search(r"Top|Foot\.|Deepest", html)
    assert 'href="../c.html"' in html


@pytest.mark.parametrize("text", ["", "# a\n", "---\ntags: [x]\n---\n"], ids=["empty", "a title", "properties"])
def test_a_note_without_words_says_so(build_vault, text):
    """What is pointed at is always answered."""
    assert "Nothing is written here yet" in build_vault({"a.md": text}).bytes()["previews/a.txt"].decode()


@pytest.mark.parametrize("title", ["long " * 4000, "ä" * 20000, "&" * 20000], ids=["words", "one word", "signs"])
def test_a_long_title_is_cut_in_its_preview(build_vault, title):
    content = build_vault({"a.md": f"# {title}\nThe words.\n"}).bytes()["previews/a.txt"]

    assert len(content) < 2000
    assert "The words." in content.decode()


LONG = {
    "words": "word and word " * 3000,
    "paragraphs": "One line of words that goes on.\n\n" * 600,
    "list": "- item of a list\n" * 900,
    "nested": "".join("  " * (n % 30) + "- deeper and deeper\n" for n in range(900)),
    "table": "| a | b |\n|---|---|\n" + "| cell | other |\n" * 600,
    "code": "```python\n" + "x = [1 < 2, 3 > 4]\n" * 900 + "```\n",
    "math": "$$\n" + " + ".join(f"x_{{{n}}}" for n in range(900)) + "\n$$\n",
    "one word": "ä" * 20000,
    "signs": "&<>\"' " * 4000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("anchor", ["", "part"])
def test_previews_are_small_and_whole(build_vault, read_page, text, anchor):
    """However long a note is, its previews are not; and whatever is opened in them is closed."""
    shown = build_vault({"a.md": f"# A\n## Part\n{text}\n", "b.md": "[[a#Part]]\n"}).found.shown
    html = preview_file("a.md", anchor, shown)

    assert 0 < len(html) <= LARGEST
    void = {"br", "hr", "img", "input", "wbr", "col", "path"}
    opened = [name for name, _ in read_page(html.decode()).tags if name not in void]
    closed = re.findall(r"</([a-z0-9]+)>", html.decode())
    assert sorted(opened) == sorted(closed)


@pytest.mark.parametrize("most", range(40, 400, 7))
def test_cut_anywhere(most):
    """Never more than asked, never half an entity or half a formula."""
    html = (
        "<ul><li>a &amp; b <em>c d</em></li><li><math><mi>x</mi><mo>&lt;</mo></math> word word word</li></ul><p>"
        + "e &lt; f " * 40
        + "</p>"
    )
    cut = shortened(html, most // 2, most)

    assert len(cut.encode()) <= max(most, 40)
    assert cut.count("<math>") == cut.count("</math>")
    assert not re.search(r"&[a-z]*(?![a-z;])", cut)


def test_previews_are_the_same_every_time(build_vault):
    first = {url: content for url, content in build_vault(VAULT).bytes().items() if url.startswith("previews/")}

    assert first
    assert first == {
        url: content for url, content in build_vault(VAULT, jobs=2).bytes().items() if url.startswith("previews/")
    }


def test_addresses_in_previews_lead_somewhere(build_vault, read_page, walk_site):
    """Seen from the file they stand in."""
    files = build_vault(
        VAULT | {"a/b/c.md": "# C\n[[Deep]] and [[c#Down]].[^1]\n\n## Down\n[[Home]]\n\n[^1]: F [[Deep]]\n"}
    ).bytes()
    pages = {url: content for url, content in files.items() if not url.startswith("previews/")}
    previews = {url.replace(".txt", ".html"): content for url, content in files.items() if url.startswith("previews/")}

    assert previews
    assert [] == walk_site(pages | previews)
