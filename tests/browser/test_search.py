"""Search: opened with a key, fetched only then, found by words, headings, signs and tags; said kindly where it cannot be."""

import pytest
from conftest import write_files
from playwright.sync_api import expect

from hortus.site.search.words import words_of


@pytest.fixture
def ask(read):
    """Open search on a page and ask it for words."""

    def make(words: str, place: str = "root", url: str = "plain.html", **options):
        page = read(url, place, **options)
        page.keyboard.press("/")
        page.wait_for_selector("dialog.search[open]")
        if words:
            page.keyboard.type(words)
        return page

    return make


@pytest.fixture(scope="module")
def open_search(chromium, places):
    """A page on which search is open, for all questions that leave nothing behind."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.goto(places["root"] + "plain.html")
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search[open]")
    yield page
    context.close()


@pytest.fixture
def ask_again(open_search):
    """Ask search for words, in place of the last."""

    def make(words: str):
        open_search.fill("#search-words", words)
        return open_search

    return make


def answer(page, selector: str = ".search-note .search-title") -> list[str]:
    expect(page.locator(".search")).to_have_attribute("data-answers", page.locator("#search-words").input_value())
    return page.locator(selector).all_inner_texts()


def test_nothing_is_fetched_before(read):
    """Neither script nor index nor engine."""
    page = read("everything.html")
    page.mouse.move(5, 5)
    page.keyboard.press("?")
    fetched = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")

    assert fetched
    assert not [name for name in fetched if "search" in name or "hover" in name]


@pytest.mark.parametrize(("place", "key"), [("root", "/"), ("folder", "Control+k"), ("disk", "/")])
def test_found_and_gone_to(read, places, place, key):
    """Two keys and a word lead from any page to a heading in another note; no rule of the page is broken."""
    page = read("tags/kitchen/sink.html", place)
    page.keyboard.press(key)
    page.wait_for_selector("dialog.search[open]")
    page.keyboard.type("zephyr")
    page.wait_for_selector(".search-heading")

    assert page.locator(".search-note .search-title").all_inner_texts() == ["Anchors"]
    assert page.locator(".search-heading .search-title").all_inner_texts() == ["Zephyr of the west"]
    assert "zephyr" in [mark.lower() for mark in page.locator(".search-excerpt mark").all_inner_texts()]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/anchors.html?mark=zephyr#zephyr-of-the-west")
    assert page.url == places[place] + "anchors.html?mark=zephyr#zephyr-of-the-west"
    assert page.complaints == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("Signpost", ["Pointing"], id="alias"),
        pytest.param("首都", ["東京"], id="Japanese, within a sentence"),
        pytest.param("深度学习", ["東京"], id="Chinese, within a sentence"),
        pytest.param("习学", [], id="the same signs in another order"),
        pytest.param("机器", ["東京"], id="Chinese, in a heading"),
        pytest.param("공부", ["東京"], id="Korean, before a particle"),
        pytest.param("국어", ["東京"], id="Korean, within a word"),
        pytest.param("재미있게 공부를", ["東京"], id="Korean, two words"),
        pytest.param("부공", [], id="Korean, in another order"),
    ],
)
def test_found(ask_again, words, expected):
    """Notes are found by what they say and are called."""
    assert expected == answer(ask_again(words))


def test_signs_stand_together_again(ask_again):
    """What the index holds apart is shown as it is written."""
    page = ask_again("首都")
    answer(page)

    assert page.locator(".search-excerpt").first.inner_text() == "東京は日本の首都です。"
    assert page.locator(".search-excerpt mark").first.inner_text() == "首都"


def test_korean_keeps_its_spaces(ask_again):
    """An excerpt has the spaces of the note, no other, and the words that were asked for are marked."""
    page = ask_again("공부를")
    answer(page)

    assert (
        page.locator(".search-excerpt").last.inner_text()
        == "학교에서 한국어(韓國語) 공부를, AI로도 합니다. 아주 재미있게!"
    )
    assert page.locator(".search-excerpt mark").last.inner_text().startswith("공부를")


def test_tags_narrow(ask):
    """Tags and folders are offered; one that is chosen is part of the question, leaves only its notes, and can be let go."""
    page = ask("anchors")
    answer(page)
    page.get_by_role("button", name="#way").click()
    expect(page.locator("#search-words")).to_have_value("anchors #way")
    assert ["Anchors", "Pointing"] == answer(page)
    page.fill("#search-words", "#way")
    assert ["Anchors", "Pointing"] == answer(page)
    assert "#way" == page.locator("#search-words").input_value()
    assert page.get_by_role("button", name="#way").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="#kitchen").first.click()
    expect(page.locator(".search-note")).to_have_count(1)
    assert answer(page) == ["Pointing"]
    page.get_by_role("button", name="#way").click()
    expect(page.locator("#search-words")).to_have_value("#kitchen")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("#way", ["Anchors", "Pointing"], id="a tag"),
        pytest.param("tag:way", ["Anchors", "Pointing"], id="a tag by name"),
        pytest.param("#kitchen/s", ["Everything"], id="the beginning of a tag"),
        pytest.param("#way zephyr", ["Anchors"], id="a tag and a word"),
        pytest.param("#nosuch zephyr", [], id="no such tag"),
        pytest.param("path:shed", ["Bench", "Rake"], id="a folder"),
        pytest.param("path:tools/", ["Rake"], id="a folder within"),
        pytest.param('path:"shed/tools/Rake"', ["Rake"], id="a path"),
        pytest.param('"for plain"', ["Rake"], id="a phrase with a link"),
        pytest.param('"for plain" -path:shed', [], id="not a folder"),
        pytest.param("#way -zephyr", ["Pointing"], id="not a word"),
        pytest.param("#way -#kitchen", ["Anchors"], id="not a tag"),
        pytest.param('"the opening of anchors"', ["Anchors"], id="a phrase"),
        pytest.param('"anchors of opening"', [], id="a phrase in another order"),
        pytest.param('"opening of"', ["Anchors"], id="part of a phrase"),
        pytest.param('#way -"zephyr of nowhere"', ["Anchors", "Pointing"], id="not a phrase that is nowhere"),
        pytest.param('#way -"leads to pointing"', ["Pointing"], id="not a phrase"),
    ],
)
def test_operators(ask_again, words, expected):
    """As Obsidian has them."""
    assert expected == sorted(answer(ask_again(words)))[: len(expected) + 1]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        pytest.param("zephyrs", "Anchors", id="another ending"),
        pytest.param("zephry", "Anchors", id="two letters exchanged"),
        pytest.param("zefhyr", "Anchors", id="another letter"),
        pytest.param("ephyr", "Anchors", id="the first is missing"),
        pytest.param("zzephyr", "Anchors", id="one too many"),
    ],
)
def test_one_error(ask_again, words, title):
    """What is found instead is said to be something else."""
    page = ask_again(words)

    assert [title] == answer(page)
    assert f"No note says “{words}”. Did you mean zephyr?" == page.inner_text(".search-meant")
    before = (
        "document.querySelector('.search-meant').compareDocumentPosition(document.querySelector('.search-results'))"
    )
    assert page.evaluate(before) & 4, "the question is above the results"


@pytest.mark.parametrize(
    "words", ["zephyrology", "htmlish", "theta", "thesis", "forest", "android", "zephyr qqqqq qqqqw"]
)
def test_a_word_that_is_not_there_is_not_found(ask_again, words):
    """Nothing is guessed from a beginning."""
    assert [] == answer(ask_again(words))


def test_formulas_in_excerpts_are_readable(ask_again):
    """They show signs, not commands, and the signs are found by their names."""
    page = ask_again("sum")
    answer(page)

    assert "∑_(i=1)^n x_i^2 = ∫_0^1 f(t) dt" in " ".join(page.locator(".search-excerpt").all_inner_texts())
    assert "∑" in page.locator(".search-excerpt mark").all_inner_texts()


def test_an_address_is_shared_and_gone_back_to(ask, places):
    """The address has the words; opening it, or going back to it, shows their results."""
    page = ask("zephyr")
    answer(page)
    assert page.url == places["root"] + "plain.html?q=zephyr"
    page.keyboard.press("Enter")
    page.wait_for_url("**/anchors.html*")
    page.go_back()
    page.wait_for_selector(".search-note")
    assert "zephyr" == page.locator("#search-words").input_value()
    page.keyboard.press("Escape")
    page.wait_for_url(places["root"] + "plain.html")


@pytest.mark.parametrize("place", ["root", "disk"])
def test_words_are_marked_on_arrival(ask, place):
    """Until the reader has seen enough; then the page is as ever, its address too."""
    page = ask("zephyrs", place)
    answer(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.found")
    before = page.inner_text("#content")
    assert {"zephyr"} == {text.lower() for text in page.locator("mark.found").all_inner_texts()}
    page.keyboard.press("Escape")
    expect(page.locator("mark.found")).to_have_count(0)
    assert before == page.inner_text("#content")
    assert "mark" not in page.url and not page.locator(".search-dismiss").count()
    assert page.complaints == []


def test_an_index_that_fails_is_said_and_tried_again(read):
    """When the line is back the next letter finds."""
    page = read("plain.html")
    page.route("**/assets/search/**", lambda route: route.abort())
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search[open]")
    page.keyboard.type("zephy")
    page.wait_for_selector("text=could not be read")
    page.unroute("**/assets/search/**")
    page.keyboard.type("r")
    page.wait_for_selector(".search-note")

    assert ["Anchors"] == answer(page)


def test_arrows_go_round(ask):
    """Down and up, past the ends, from the first; what is typed on a result goes on with the words."""
    page = ask("zephy")
    answer(page)
    seen = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.innerText.split('\\n')[0]"))
    page.keyboard.type("r")
    expect(page.locator("#search-words")).to_be_focused()

    assert ["Zephyr of the west", "Anchors", "Zephyr of the west"] == seen
    assert "zephyr" == page.locator("#search-words").input_value()


def test_wanted_notes_are_apart(ask):
    """The stub of a note that is not written is no result; the wish is mentioned below, found or not."""
    page = ask("yet")
    assert sorted(answer(page)) == ["Garden MOC", "Pointing"]
    assert ["Not yet"] == page.locator(".search-other a").all_inner_texts()
    page.fill("#search-words", "unheard o")
    page.get_by_role("link", name="Unheard of").click()
    page.wait_for_url("**/unheard-of.html")


def test_escape_closes(ask):
    """And the focus is where it was; a second time the words are still there."""
    page = ask("zephyr")
    page.wait_for_selector(".search-note")
    page.keyboard.press("Escape")
    assert not page.locator("dialog.search").is_visible()
    page.keyboard.press("/")
    assert page.locator("#search-words").input_value() == "zephyr"


def test_without_script_all_notes_are_listed(read):
    """Only what works is shown."""
    page = read("plain.html", java_script_enabled=False)

    assert not page.locator("[data-key='/']").is_visible()
    page.get_by_role("link", name="Notes", exact=True).click()
    page.wait_for_url("**/all-notes.html")


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_the_dialog_is_for_everybody(ask, violations, width, theme):
    """axe finds nothing, with results and with nothing found; nothing is wider than the window."""
    page = ask("", width=width, theme=theme)
    for words in ("zephyr", "zzyzx"):
        page.fill("#search-words", words)
        answer(page)
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished)).then(() => null)")

        assert [] == violations(page, context="dialog.search")
        assert page.evaluate("document.querySelector('dialog.search').scrollWidth <= innerWidth")


KINDS = {
    "Home.md": "---\nstatus: ripening\n---\n# Home\nSays matMul and HTTPServer, cross-entropy, snake_case_name, C++ and a café.\n",
    "Deep.md": "# Deep\nThe risk $R_k = \\frac{\\partial \\alpha}{2} + \\mathcal{L}$ and β-decay; it learned.\n\n![[valley.svg]]\n",
    "学习.md": "# 学习\n我们用GPT模型学习。한국어 공부를 합니다. 東京タワーへ。\n",
    "Ar.md": "---\nlang: ar\n---\n# Ar\nقرأت الكِتاب في المكتبة.\n",
    "Secret.md": "---\nprivate: true\n---\n# Secret\nCanary xyzzyplugh near [[Deep]].\n",
    "figures/valley.py": '"""A valley of loss.\n\nDescent along the floor.\n"""\nALT = "Two marmots."\n\ndef compute():\n    return 1\n\ndef draw(data, theme):\n    pass\n',
}
ASKED = {
    "Home": "matmul mul matMul httpserver server crossentropy cross-entropy entropy snake_case snakecasename c++ cafe café ripening",
    "Deep": "R_k rk alpha α \\alpha frac \\frac partial mathcal β beta valley marmots descent learn learned learnde",
    "学习": "学习 模型 GPT GPT模型 공부 공부를 한국어 東京 タワー",
    "Ar": "كتاب الكتاب مكتبة المكتبة كِتاب",
    "": "xyzzyplugh Secret Canary theta thesis forest caf习 习模 mathematics serverless 国語学",
}
ANSWER = """words => new Promise(done => {
    const dialog = document.querySelector(".search"), field = dialog.querySelector("input");
    new MutationObserver((_, watch) => {
        if (dialog.dataset.answers !== words) return;
        watch.disconnect();
        done([...dialog.querySelectorAll(".search-note .search-title")].map((one) => one.textContent));
    }).observe(dialog, { attributes: true });
    field.value = words;
    field.dispatchEvent(new InputEvent("input"));
})"""


@pytest.fixture(scope="module")
def ask_kinds(tmp_path_factory, build_at, chromium):
    """Ask in a site of words of every kind, opened from a disk."""
    folder = tmp_path_factory.mktemp("kinds")
    site = build_at(write_files(folder / "vault", KINDS)).write(folder / "site")
    context = chromium.new_context()
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search[open]")
    yield lambda words: page.evaluate(ANSWER, words)
    context.close()


def test_words_of_every_kind(ask_kinds):
    """Each is found as it is written and in other ways; what no public note says is not."""
    wrong = {
        (words, *found)
        for title, asked in ASKED.items()
        for words in asked.split()
        if [title] != (found := ask_kinds(words) or [""])
    }

    assert set() == wrong


def test_a_long_text_is_searched_for_by_its_longest_words(ask_kinds):
    """The longest eight; shorter ones need not be in the note, so that a pasted text does not fetch the whole index."""
    text = "snake_case_name cross-entropy HTTPServer crossentropy ripening matMul entropy server qa qb qc qd qe qf "

    assert ["Home"] == ask_kinds(text)


def test_every_word_finds_its_notes_and_no_other_word_finds_any(ask_kinds):
    """The law of the index, asked in the browser: words of the notes, and the same words with letters exchanged."""
    said = {name.removesuffix(".md"): words_of(f"{name} {text}") for name, text in KINDS.items() if name[0] in "HD"}
    known = {word for words in said.values() for word in words} - {"md", "status", "svg"}
    absent = {f"q{word[::-1]}j" for word in known if len(word) > 3}
    lost = {
        (word, name) for name, words in said.items() for word in {*words} & known if name not in ask_kinds(f"{word} ")
    }
    guessed = {word for word in absent if ask_kinds(f"{word} ")}

    assert (set(), set()) == (lost, guessed)
