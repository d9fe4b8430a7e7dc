"""The search index and previews: what is in them, what never is, and that they are the same every time."""

import json
import re
import sqlite3
import subprocess
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import playwright
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hortus.core.blobs import Blobs
from hortus.core.config import read_config
from hortus.core.progress import Stages
from hortus.engine import steps as steps_module
from hortus.engine.build import Making
from hortus.engine.steps import Steps
from hortus.engine.survey import survey
from hortus.site import search
from hortus.site.hover import LARGEST, hover_file, shortened
from hortus.site.search import index as index_
from hortus.site.search.documents import TEX, Document, Section
from hortus.site.search.terms import postings_text, read_postings
from hortus.site.search.words import RUN, fold, token_words, words_of
from hortus.vault.reader import read_vault

SCRIPT = Path(search.__file__).parents[2] / "theme" / "static" / "search.js"
VAULT = {
    "Home.md": "# Home\nOf zebras. [[Deep#Rates]], [[Deep#^eq|law]], [[Wanted thing]], [[Hidden]], [[学习]].[^1]\n\n[^1]: Foot.\n",
    "Deep.md": "---\ntags: [maths/analysis]\naliases: [Layers]\n---\n# Deep\nOpening.\n\n## Rates\nThe $x^2$ step.\n\n$$\ny\n$$\n^eq\n",
    "学习.md": "# 学习\n我们喜欢深度学习。\n",
    "Hidden.md": "---\nprivate: true\n---\n# Hidden\nCanary xyzzyplugh. [[Deep]]\n",
}


class Read:
    """An index, read from its files as the browser reads it: all of it."""

    def __init__(self, files):
        self.files = {url: content.decode() for url, content in files.items() if url.startswith(f"{search.FOLDER}/")}
        parts = dict(self.part(text) for text in self.files.values())
        self.listed = parts.pop("index")
        rows = [line.split("\t") for name, text in parts.items() if name[0] == "p" for line in text.split("\n")]
        self.groups = defaultdict(dict)
        for first, second, rest in rows:
            if first[0] not in "~!" and second[:1] != ">":
                self.groups[first][second or first] = read_postings(rest)
        self.stems = {(word, second[1:]) for word, second, _ in rows if second[:1] == ">"}
        self.backwards = {first[:0:-1] for first, *_ in rows if first[0] == "~"}
        self.words = {word for group in self.groups.values() for word in group if word[0] not in "#/"}
        self.unwritten = {(first[1:], title, url) for first, url, title in rows if first[0] == "!"}
        self.documents = {int(name[1:], 16): document for name, document in parts.items() if name[0] == "n"}

    @staticmethod
    def part(text):
        match = re.fullmatch(r'hortusSearch\("([^"]+)",(.*)\)\n', text, re.DOTALL)
        return match[1], json.loads(match[2])

    def find(self, word):
        """Return the titles of notes that have exactly this word."""
        found = {note for group in self.groups.values() if word in group for note in group[word]}
        return sorted(self.documents[note][0] for note in found)


def read(built) -> Read:
    return Read(built.bytes())


def test_notes_are_in_the_index_and_nothing_else(build_vault):
    """Notes with title, tags and headings; no stub, list or report."""
    index = read(build_vault(VAULT))
    found = {title: (url, tags, sections) for title, url, _, _, _, tags, sections in index.documents.values()}

    assert {"Home", "Deep", "学习"} == found.keys()
    assert [["", "", "Opening."], ["rates", "Rates", f"The {TEX}x^2{TEX} step. \n {TEX}y{TEX}"]] == found["Deep"][2]
    assert ["maths/analysis"] == found["Deep"][1]
    assert (
        ["Deep"] == index.find("layers") == index.find("#maths") == index.find("#maths/analysis") == index.find("/deep")
    )
    assert ["学习"] == index.find("深度")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Learned", ["learned"], id="a word"),
        pytest.param("cross-entropy", ["cross", "entropy", "crossentropy"], id="a hyphen"),
        pytest.param("snake_case_name", ["snake", "case", "name", "snakecasename"], id="underscores"),
        pytest.param("matMul HTTPServer", ["matmul", "mat", "mul", "httpserver", "server"], id="camel case"),
        pytest.param("Café naïve Straße", ["cafe", "naive", "strasse"], id="diacritics"),
        pytest.param("don't l’amour", ["dont", "don", "lamour", "amour"], id="apostrophes"),
        pytest.param("C++ and C#", ["c++", "c", "c#"], id="languages"),
        pytest.param("机器学习AI模型", ["机器", "学习", "习", "ai", "模型"], id="Chinese and Latin"),
        pytest.param("東京タワーへ", ["東京", "タワ", "へ"], id="Japanese"),
        pytest.param("한국어를", ["한국", "국어", "를"], id="Korean"),
        pytest.param("الكِتاب", ["الكتاب"], id="Arabic vowels"),
        pytest.param("Häuser", ["hauser"], id="German"),
        pytest.param(r"$\alpha R_k \frac{u}{v}$", ["alpha", "α", "rk", "r", "frac", "u"], id="a formula"),
        pytest.param("α-decay", ["α", "alpha", "decay"], id="a Greek letter"),
        pytest.param("2024-01-31 3.14", ["20240131", "2024", "314", "14"], id="numbers"),
        pytest.param("`nn.Linear(x)`", ["nn", "linear", "nnlinear", "x"], id="code"),
        pytest.param("หนังสือ", ["หน", "อ"], id="Thai"),
    ],
)
def test_words(build_vault, text, words):
    """What a note says is found under each of these."""
    index = read(build_vault({"Only.md": f"# Only\n{text}\n", "Other.md": "# Other\nElse.\n"}))

    assert {word: ["Only"] for word in words} == {word: index.find(word) for word in words}


def test_postings_of_any_distance():
    """A distance that no character has is the sum of several."""
    postings = {0: 1, 57: 79, 55_260: 10, 55_261: 3, 400_000: 37}

    assert postings == read_postings(postings_text(postings))


@pytest.mark.parametrize(
    ("language", "text", "stem", "words"),
    [
        ("en", "learning learned learns", "learn", ["learned", "learning", "learns"]),
        ("de", "Hauses Haus", "haus", ["haus", "hauses"]),
        ("ar", "الكتاب", "كتاب", ["الكتاب", "كتاب"]),
        ("de-AT", "Blumen Blume", "blum", ["blume", "blumen"]),
        ("xx", "learning", "learning", ["learning"]),
    ],
)
def test_stems(build_vault, language, text, stem, words):
    """Words of one stem are in one group, by the note's language."""
    index = read(build_vault({"N.md": f"---\nlang: {language}\n---\n# N\n{text}\n"}))

    assert words == sorted(index.groups[stem])


def test_what_properties_say_is_found(build_vault):
    """Values, not names; not names of maps that a note belongs to, nor how it is shown."""
    note = "---\nup: '[[Deep]]'\nstatus: ripening\ncssclasses: wide\nReferences:\n  - 'A. Author: A title, 1989'\n---\nText.\n"
    index = read(build_vault(VAULT | {"Kept.md": note}))

    assert ["Kept"] == index.find("ripening") == index.find("1989") == index.find("author")
    assert [] == index.find("wide") == index.find("status") == index.find("up")


def test_private_and_unlisted_notes_are_not_there(build_vault):
    """Neither words nor name nor address."""
    unlisted = {"Quiet.md": "---\nunlisted: true\ntags: [quietly]\n---\n# Quiet\nCanary xyzzyplover.\n"}
    files = build_vault({**VAULT, **unlisted, "Home.md": "# Home\n[[Deep]] [[Quiet|there]]\n"}).bytes()
    index = Read(files)
    text = "\n".join(index.files.values()) + "\n".join(files).replace("quiet.", "").replace("tags/quietly", "")

    assert "Opening" in text
    assert not re.search("xyzzyp|[Hh]idden|[Qq]uiet", text)
    assert {"Home", "Deep", "学习"} == {document[0] for document in index.documents.values()}


@pytest.mark.parametrize("lines", ["", "search = false\n"])
def test_search_can_be_left_out(build_vault, lines):
    """Then there is neither index nor field."""
    built = build_vault(VAULT, lines)
    there = not lines

    assert there == any(url.startswith(f"{search.FOLDER}/") for url in built.site.files)
    assert there == ('data-key="/"' in built.page("deep.html"))


def test_same_notes_same_index(build_vault):
    """Byte for byte, whatever the files' order on disk; and as after edits that were taken back."""
    notes = VAULT | {
        f"n{number}.md": f"# N{number}\n#tag{number} #odd/{number % 7}\n\nWord{number} and [[n{number + 1}]].\n"
        for number in range(40)
    }
    first = build_vault(notes).bytes()
    again = build_vault(dict(reversed(notes.items()))).bytes()
    build_vault({**notes, "n1.md": "# Other\nAltogether.\n"})

    assert first == again
    assert first == build_vault(notes).bytes()


TEXTS = st.lists(
    st.sampled_from("graft grafts leaf leaves Root-stock rootStock 根茎 الجذور jardin β".split()), max_size=6
).map(" ".join)
NOTES = st.dictionaries(st.integers(0, 200).map("n{}.md".format), TEXTS, max_size=40)


def filled(states, keep: Path | None = None) -> dict[str, bytes]:
    """Return the files of an index that went through *states*, kept on disk between them or not."""
    index = search.Index("", Blobs(keep))
    for notes in states:
        index.update(
            {path: text for path, text in notes.items() if text != "leaf"},
            lambda path, notes=notes: document(path, notes[path]),
            {f"{path}.html": f"{text} unwritten" for path, text in notes.items() if text == "leaf"},
        )
        if keep:
            index.keep()
            index.blobs.close()
            index = search.Index("", Blobs(keep))
    return dict(index)


def document(path: str, text: str) -> Document:
    return Document(path, f"{path}.html", path, "ar" if "ال" in text else "en", (), (), (Section("", "", text),))


@given(st.lists(NOTES, min_size=1, max_size=5))
def test_an_index_that_was_kept_is_as_one_made_anew(states):
    """After any notes came, changed and went."""
    assert filled(states[-1:]) == filled(states)


@given(NOTES)
def test_the_words_of_the_index_are_those_of_the_notes(notes):
    """Every word of a note finds it, and there are no others."""
    index = Read({f"{search.FOLDER}/{name}.js": content for name, content in filled([notes]).items()})
    said = {path: set(words_of(f"{path} {text}")) for path, text in notes.items() if text != "leaf"}

    assert index.words == {word for words in said.values() for word in words}
    assert index.stems == {(word, stem) for stem, group in index.groups.items() for word in group if word != stem}
    assert {"graft", "grafts", "leaves", "jardin"} & index.words <= index.backwards <= index.words
    assert [] == [(path, word) for path, words in said.items() for word in words if path not in index.find(word)]
    assert {f"{path}.html" for path, text in notes.items() if text == "leaf"} == {url for *_, url in index.unwritten}


def test_words_of_a_stem_stay_in_one_part(monkeypatch):
    """Also when another word comes before or after them; and however short the parts are."""
    monkeypatch.setattr(index_, "MEAN", 30)
    texts = ["learning tree", "learning learned tree", "learned learns learning tree trees", "learn learns", "trees"]
    states = [{"n0.md": text, "n1.md": texts[-1 - at]} for at, text in enumerate(texts)]
    for end in range(1, len(states) + 1):
        files = filled(states[:end])
        parts = [Read.part(text.decode())[1] for name, text in files.items() if name[0] == "p"]
        firsts = [line.split("\t")[0] for part in parts for line in {*part.split("\n")}]
        held = [{line.split("\t")[0] for line in part.split("\n")} for part in parts]

        assert files == filled(states[end - 1 : end])
        assert len({*firsts}) == sum(map(len, held)) > len(parts) > 3


@settings(max_examples=25)
@given(states=st.lists(NOTES, min_size=2, max_size=3))
def test_an_index_read_from_disk_is_as_one_made_anew(tmp_path_factory, states):
    assert filled(states[-1:]) == filled(states, tmp_path_factory.mktemp("kept") / "search.sqlite")


def test_an_index_of_another_version_is_replaced(tmp_path):
    """Nothing of it is used, and nothing of it stays in the cache."""
    file = tmp_path / "search.sqlite"
    for key, word in (("old", "graft"), ("new", "jardin")):
        index = search.Index(key, Blobs(file))
        index.update({"a.md": key}, lambda path, word=word: document(path, word), {})
        index.keep()
        index.blobs.close()
    with sqlite3.connect(file) as table:
        stored = {name for (name,) in table.execute("SELECT key FROM entries")}

    assert {"head", *index} - {"index"} == stored
    assert b"jardin" in index["n" + "".join(name[1:] for name in stored if name[0] == "n")]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda kept: bytes([kept[0] ^ 1]) + kept[1:], id="the hash"),
        pytest.param(
            lambda kept: kept[: len(kept) // 2] + bytes([kept[len(kept) // 2] ^ 4]) + kept[len(kept) // 2 + 1 :],
            id="a text",
        ),
        pytest.param(lambda kept: kept[:-1] + bytes([kept[-1] ^ 1]), id="the last byte"),
        pytest.param(lambda kept: kept[: len(kept) // 2], id="half of it"),
        pytest.param(lambda kept: b"", id="empty"),
        pytest.param(lambda kept: b"SQLite format 3\0" + b"x" * 5000, id="another file"),
    ],
)
def test_a_damaged_index_is_made_anew(build_vault, cache, damage):
    """What was kept has a hash; the site is the same as ever, and so is the next."""
    first = build_vault(VAULT).bytes()
    for file in cache.rglob("search.sqlite"):
        file.write_bytes(damage(file.read_bytes()))

    assert first == build_vault(VAULT).bytes()
    assert first == build_vault(VAULT).bytes()


def test_an_index_made_while_the_survey_goes_on_is_as_one_made_later(tmp_path, monkeypatch):
    """A large site's first index is made in another process; no private word is in it either."""
    monkeypatch.setattr(steps_module, "MANY", 1)
    (tmp_path / "vault").mkdir()
    for name, text in VAULT.items():
        (tmp_path / "vault" / name).write_text(text, "utf-8")
    sites = []
    for is_ahead in (False, True):
        config = replace(read_config(tmp_path / "vault"), cache=tmp_path / f"cache {is_ahead}")
        steps = Steps(config, 1)
        steps.has_index_ahead = is_ahead
        found = survey(config, read_vault(config.vault), steps)
        steps.indexed()
        assert search.has_index(config.cache) is is_ahead
        stored = Making(config, found, Stages()).files()
        sites.append({url: content for url, content in stored if isinstance(content, bytes)})

    assert sites[0] == sites[1]
    assert not any(b"xyzzyplugh" in content for content in sites[1].values())


def test_an_edit_changes_few_files(build_vault):
    """The files of the words that came and went, the texts of the note's neighbours, and the list of files."""
    notes = {
        f"n{number}.md": f"# N{number}\n" + " ".join(f"word{number * k % 997}x" for k in range(1, 40))
        for number in range(300)
    }
    before = {url: c for url, c in build_vault(notes).bytes().items() if url.startswith(f"{search.FOLDER}/")}
    after = build_vault({**notes, "n7.md": notes["n7.md"] + " brandnew"}).bytes()
    changed = {url for url in before if after.get(url) != before[url]}

    assert len(before) > 60
    assert len(changed) <= 6


def test_every_word_of_a_public_note_finds_it(build_at):
    """In the owner's own vault: all words of all texts, titles and headings, as the tokens' rules cut them."""
    built = build_at(Path(__file__).parent.parent / "vault")
    index = read(built)
    by_path = {document[2]: document for document in index.documents.values()}
    missing = []
    for path, note in built.graph.notes.items():
        page = by_path[path]
        text = (built.vault / path).read_text("utf-8")
        said = set(RUN.findall(" ".join([note.title, note.excerpt, *(heading.text for heading in note.headings)])))
        written = [token for token in said if token in text]  # not the signs of formulas
        missing += [(path, word) for token in written for word in token_words(token) if page[0] not in index.find(word)]
        assert len(written) > 10

    assert [] == missing


def test_nothing_changed_nothing_run(hortus, write_vault, tmp_path):
    """A second build does not index, and loads nothing that could."""
    vault = write_vault(VAULT)
    hortus("build", vault, "--out", tmp_path / "site")
    done = hortus("build", vault, "--out", tmp_path / "site", "--timings")

    assert "nothing changed" in done.stdout
    assert "search" not in done.stderr + done.stdout.replace(str(tmp_path), "")


def test_words_in_figures(build_vault):
    """A figure's alternative text and caption are words of the note that shows it; numbers on its axes are not."""
    script = '"""A valley of loss.\n\nDescent along the floor.\n"""\nALT = "Two marmots."\n\ndef compute():\n    return 1\n\ndef draw(data, theme):\n    pass\n'
    files = {"Home.md": "# Home\n![[valley.svg]]\n", "figures/valley.py": script}
    index = read(build_vault(files))

    assert ["Home"] == [document[0] for document in index.documents.values()]
    for word in "valley descent floor marmots".split():
        assert ["Home"] == index.find(word)
    changed = read(build_vault(files | {"figures/valley.py": script.replace("marmots", "chamois")}))
    assert ["Home"] == changed.find("chamois")
    assert [] == changed.find("marmots")


def test_words_of_a_variant(build_vault):
    """A note that shows a variant is found by the variant's caption, not by the script's."""
    script = '"""A valley.\n\nMarmots."""\nALT = "A."\nVARIANTS = {"alp": {"n": 2, "caption": "Chamois."}}\n\ndef compute(*, n=1):\n    return {}\n\ndef draw(result, theme):\n    pass\n'
    index = read(build_vault({"a.md": "# Alp\n![[alp.svg]]\n", "figures/valley.py": script}))

    assert ["Alp"] == index.find("chamois")
    assert [] == index.find("marmots")


def test_embedded_notes_are_found_by_themselves(build_vault):
    """Their words are not said to be those of every note that embeds them."""
    index = read(build_vault({"a.md": "# A\n![[b]]\n", "b.md": "# B\nOnly here.\n"}))

    assert ["B"] == index.find("only")


def test_wanted_notes_are_listed_apart(build_vault):
    index = read(build_vault(VAULT))

    expected = {(word, "Wanted thing", "wanted-thing.html") for word in ("wanted", "thing")}
    assert expected == {row for row in index.unwritten if row[1] == "Wanted thing"}
    assert ["Home"] == index.find("wanted")


def test_the_browser_cuts_words_as_the_index_does():
    """A query is folded and cut by the same rules: each way it can be found is among the index's words."""
    texts = [
        "Cross-entropy matMul HTTPServer R_k snake_case_name C++ C# don't l’amour Café Straße ÅNGSTRÖM ﬁn x² Ⅷ İstanbul",
        "机器学习AI模型 東京タワーへ 한국어를 ｶﾀｶﾅ หนังสือ が ガ 々",
        "الكِتاب ـالعـربية שָׁלוֹם הַבַּיִת йод ёлка синий ΣΊΣΥΦΟΣ σας ά",
        "naïve co\u00adoperate a\u200bb 3.14 2024-01-31 ... -- _x_ __init__ nn.Linear ½ café",
    ]
    source = SCRIPT.read_text()
    rules = source[source.index("  const SOFT") : source.index("  const CLAUSE")]
    code = f"{rules}\nconst texts = {json.dumps(texts)};\nconsole.log(JSON.stringify(texts.map((text) => (text.match(RUN) ?? []).map((token) => [token, ways(token)]))));"
    node = Path(playwright.__file__).parent / "driver/node"  # installed with the tests
    done = subprocess.run([node, "-"], input=code, capture_output=True, text=True, check=True)
    cut = json.loads(done.stdout)

    assert [[token for token, _ in tokens_] for tokens_ in cut] == [RUN.findall(text) for text in texts]
    wrong = [
        (token, way, token_words(token))
        for row in cut
        for token, ways in row
        for way in ways
        if not set(way) <= set(token_words(token))
    ]
    assert [] == wrong
    assert fold("ΣΊΣΥΦΟΣ") == fold("σίσυφος")


# --- previews ---


def test_every_address_has_its_preview(build_vault):
    """Openings of all notes; sections, blocks and footnotes that are linked; nothing for what is not written."""
    files = build_vault(VAULT).site.files
    home = next(url for url in ("home", "index") if f"previews/{url}.js" in files)
    expected = ["deep", "deep~block-eq", "deep~rates", home, f"{home}~fn1", "学习"]

    assert sorted(f"previews/{name}.js" for name in expected) == sorted(
        url for url in files if url.startswith("previews/")
    )
    assert files["previews/deep~rates.js"].decode().startswith("hortusCard(`Deep`,`<h2>Rates</h2>\n<p>The ")
    assert files[f"previews/{home}~fn1.js"].decode() == "hortusCard(`Home`,`<p>Foot. </p>`);\n"
    assert "Rates" not in files["previews/deep~block-eq.js"].decode()


def test_sections_that_backlinks_name_have_their_preview(build_vault):
    """The section in which a link stands, but not a note's own title or the property that a link is in."""
    text = "---\nup: '[[b]]'\n---\n# A\n[[b]]\n\n## Where it is said\nOf [[b]] and more.\n\n## Elsewhere\nNothing.\n"
    files = build_vault({"a.md": text, "b.md": "B\n"}).bytes()

    assert ["previews/a.js", "previews/a~where-it-is-said.js"] == sorted(url for url in files if "previews/a" in url)
    assert b"(`A`,`<h2>Where it is said</h2>" in files["previews/a~where-it-is-said.js"]


def test_an_embed_is_shown_in_a_preview(build_vault):
    """A note that is nothing but an embed has that for its opening; what is embedded there is only linked."""
    files = build_vault(
        {
            "a.md": "![[b#Deep]]\n",
            "b.md": "# B\nTop.\n\n## Deep\nWords.[^1] ![[c]]\n\n[^1]: Foot.\n",
            "c.md": "Deepest.\n",
        }
    ).bytes()
    html = files["previews/a.js"].decode()

    assert '<div class="embed note"><a class="embed-source" href="../b.html#deep">' in html
    assert "Words." in html
    assert not re.search(r"Top|Foot\.|Deepest", html)
    assert 'href="../c.html"' in html


@pytest.mark.parametrize("text", ["", "# a\n", "---\ntags: [x]\n---\n"], ids=["empty", "a title", "properties"])
def test_a_note_without_words_says_so(build_vault, text):
    """What is pointed at is always answered."""
    assert "Nothing is written here yet" in build_vault({"a.md": text}).bytes()["previews/a.js"].decode()


@pytest.mark.parametrize("title", ["long " * 4000, "ä" * 20000, "&" * 20000], ids=["words", "one word", "signs"])
def test_a_long_title_is_cut_in_its_preview(build_vault, title):
    content = build_vault({"a.md": f"# {title}\nThe words.\n"}).bytes()["previews/a.js"]

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
    "escapes": r"`` \ ` ``\\ ${a} " * 2000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("anchor", ["", "part"])
def test_previews_are_small_and_whole(build_vault, read_page, text, anchor):
    """However long a note is, its previews are not; and whatever is opened in them is closed."""
    shown = build_vault({"a.md": f"# A\n## Part\n{text}\n", "b.md": "[[a#Part]]\n"}).found.shown
    html = hover_file("a.md", anchor, shown)

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
    """Seen from the file they are in."""
    files = build_vault(
        VAULT | {"a/b/c.md": "# C\n[[Deep]] and [[c#Down]].[^1]\n\n## Down\n[[Home]]\n\n[^1]: F [[Deep]]\n"}
    ).bytes()
    pages = {url: content for url, content in files.items() if not url.startswith("previews/")}
    previews = {url.replace(".js", ".html"): content for url, content in files.items() if url.startswith("previews/")}

    assert previews
    assert [] == walk_site(pages | previews)
