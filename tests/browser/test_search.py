"""Search: opened with a key, fetched only then, found by words, headings, signs and tags; said kindly where it cannot be."""

import pytest
from playwright.sync_api import expect

HTTP = pytest.mark.parametrize("place", ["root", "folder"])


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


def answer(page, selector: str = ".search-note .search-title") -> list[str]:
    expect(page.locator(".search-status")).not_to_be_empty()
    return page.locator(selector).all_inner_texts()


def test_nothing_is_fetched_before(read):
    """Neither script nor index nor engine."""
    page = read("everything.html")
    page.mouse.move(5, 5)
    page.keyboard.press("?")
    fetched = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")

    assert fetched
    assert not [name for name in fetched if "search" in name or "pagefind" in name or "hover" in name]


@HTTP
@pytest.mark.parametrize("key", ["/", "Control+k"])
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
    page.wait_for_url("**/anchors.html#zephyr-of-the-west")
    assert page.url == places[place] + "anchors.html#zephyr-of-the-west"
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
def test_found(ask, words, expected):
    """Notes are found by what they say and are called."""
    assert expected == answer(ask(words))


def test_signs_stand_together_again(ask):
    """What the index holds apart is shown as it is written."""
    page = ask("首都")
    answer(page)

    assert page.locator(".search-excerpt").first.inner_text() == "東京は日本の首都です。"
    assert page.locator(".search-excerpt mark").first.inner_text() == "首都"


def test_korean_keeps_its_spaces(ask):
    """An excerpt has the spaces of the note, no other, and the words that were asked for are marked."""
    page = ask("공부를")
    answer(page)

    assert page.locator(".search-excerpt").last.inner_text() == "학교에서 한국어(韓國語) 공부를, AI로도"
    assert page.locator(".search-excerpt mark").last.inner_text().startswith("공부를")


def test_tags_narrow(ask):
    """Tags of what is found are offered, and one that is chosen leaves only its notes; also without words."""
    page = ask("")
    page.get_by_role("button", name="#way").click()
    page.wait_for_selector(".search-note")

    assert sorted(answer(page)) == ["Anchors", "Pointing"]
    assert page.get_by_role("button", name="#way").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="#kitchen").first.click()
    expect(page.locator(".search-note")).to_have_count(1)
    assert answer(page) == ["Pointing"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("#way", ["Anchors", "Pointing"], id="a tag"),
        pytest.param("#kitchen/s", ["Everything"], id="the beginning of a tag"),
        pytest.param("#way zephyr", ["Anchors"], id="a tag and a word"),
        pytest.param("#nosuch zephyr", [], id="no such tag"),
    ],
)
def test_tags_can_be_written(ask, words, expected):
    """As they are written in notes."""
    assert expected == sorted(answer(ask(words)))


def test_a_word_that_only_a_tag_has(ask):
    """The tag is offered where its name is asked for."""
    page = ask("sink")
    page.get_by_role("button", name="#kitchen/sink").click()
    page.wait_for_selector(".search-note")

    assert ["Everything"] == answer(page)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("zephyrs", ["Anchors"], id="another ending"),
        pytest.param("zephyrology of nothing", [], id="a beginning and no more"),
        pytest.param("htmlish", [], id="one letter alike"),
    ],
)
def test_a_word_that_is_not_there_is_not_found(ask, words, expected):
    """Pagefind then takes for it the beginning that it knows, were it one letter."""
    assert expected == answer(ask(words))


def test_an_index_that_fails_is_said_and_tried_again(read):
    """When the line is back the next letter finds."""
    page = read("plain.html")
    page.route("**/pagefind/**", lambda route: route.abort())
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search[open]")
    page.keyboard.type("zephy")
    page.wait_for_selector("text=could not be read")
    page.unroute("**/pagefind/**")
    page.keyboard.type("r")
    page.wait_for_selector(".search-note")

    assert ["Anchors"] == answer(page)


def test_arrows_go_round(ask):
    """Down and up, past the ends; the reader's screen reader is told."""
    page = ask("zephyr")
    page.wait_for_selector("[role=option]")
    seen = []
    for key in ("", "ArrowDown", "ArrowDown", "ArrowUp"):
        if key:
            page.keyboard.press(key)
        active = page.get_attribute("#search-words", "aria-activedescendant")
        seen.append(page.locator(f"#{active}").inner_text().splitlines()[0])
        assert page.locator("[aria-selected=true]").count() == 1

    assert ["Anchors", "Zephyr of the west", "Anchors", "Zephyr of the west"] == seen


def test_wanted_notes_are_never_found_and_suggested_when_nothing_is(ask):
    """The stub of a note that is not written is no result; when there is none, the wish is mentioned."""
    page = ask("yet")
    assert sorted(answer(page)) == ["Garden MOC", "Pointing"]
    assert not page.locator("dialog.search [href$='not-yet.html']").count()
    page.fill("#search-words", "unheard")
    page.wait_for_selector("text=Nothing found")
    page.get_by_role("link", name="Unheard of").click()
    page.wait_for_url("**/unheard-of.html")


def test_escape_closes(ask):
    """And the focus is where it was; a second time the words are still there."""
    page = ask("zephyr")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Escape")
    assert not page.locator("dialog.search").is_visible()
    page.keyboard.press("/")
    assert page.locator("#search-words").input_value() == "zephyr"


def test_from_a_disk_it_is_said_kindly(ask, places):
    """An index cannot be read there; the list of all notes can."""
    page = ask("", "disk")
    page.wait_for_selector("text=opened from a disk")
    page.get_by_role("link", name="the list of all notes").click()

    assert page.url == places["disk"] + "all-notes.html"
    assert page.complaints == []


def test_without_script_there_is_no_button(read):
    """Only what works is shown."""
    page = read("plain.html", java_script_enabled=False)

    assert not page.locator("[data-key='/']").is_visible()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_dialog_is_for_everybody(ask, width, theme):
    """axe finds nothing, with results and with nothing found; nothing is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    for words in ("zephyr", "zzyzx"):
        page = ask(words, width=width, theme=theme)
        answer(page)
        page.wait_for_timeout(100)
        found = Axe().run(page, context="dialog.search").response["violations"]

        assert [] == [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        assert page.evaluate("document.querySelector('dialog.search').scrollWidth <= innerWidth")
