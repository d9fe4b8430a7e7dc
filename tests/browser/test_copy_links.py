"""Links to copy at headings, figures, numbered formulas and blocks: with the mouse, by keyboard, by touch."""

import pytest
from playwright.sync_api import expect

SHOWN = ".anchors > a.shown"
PLACES = [
    pytest.param("anchors.html", "h2", "anchors.html#zephyr-of-the-west", id="heading"),
    pytest.param("anchors.html", "[id=block-words]", "anchors.html#block-words", id="block"),
    pytest.param("numbered.html", "mtd[id]", "numbered.html#eq-mass", id="formula"),
    pytest.param("drawn.html", ".figure img", "figures/steps.html", id="figure"),
]

RECORD_STATUS = """() => {
    const line = document.querySelector(".anchors-said");
    globalThis.said = new Promise((done) => {
        new MutationObserver(() => done(line.textContent)).observe(line, { childList: true });
        setTimeout(done, 30000, "");
    });
}"""
"""Keeps the first status after it, because the page clears its status after a moment."""


@pytest.mark.parametrize(("url", "place", "expected"), PLACES)
def test_hovered(read, places, url, place, expected):
    """Hovering shows one link, next to its place; a click copies its address and stays where one is."""
    page = read(url, permissions=["clipboard-read", "clipboard-write"])
    target = page.locator("main").locator(place).first
    target.hover()
    expect(page.locator(SHOWN)).to_have_count(1)
    page.evaluate(RECORD_STATUS)
    page.locator(SHOWN).click()
    assert page.evaluate("said") == "Link copied"

    assert page.evaluate("navigator.clipboard.readText()") == places["root"] + expected
    assert page.evaluate("scrollY") == 0 and page.url.startswith(places["root"] + url)
    page.mouse.move(2, 2)
    expect(page.locator(SHOWN)).to_have_count(0)
    assert page.complaints == []


@pytest.mark.parametrize("width", [390, 1440])
def test_by_keyboard(read, violations, width):
    """Tab reaches the links after the text; each is shown next to its place, within the window."""
    page = read("anchors.html", width=width, permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("Tab")
    links = page.get_by_role("navigation", name="Links to parts of this page").get_by_role("link")
    expect(links.first).to_have_accessible_name("Copy the link to “Anchors”")
    last = page.locator("main a[href]").last
    last.focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.anchors > a')"):
            break
    focused = page.locator(".anchors > a:focus")
    expect(focused).to_have_css("opacity", "1")
    box = focused.bounding_box()
    assert 0 <= box["x"] <= width - box["width"]
    assert [] == violations(page)

    page.keyboard.press("Enter")
    assert page.evaluate("navigator.clipboard.readText()").endswith("anchors.html#anchors")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_by_touch(read):
    """A tap on a heading shows its link."""
    page = read("anchors.html", width=390, has_touch=True)
    page.locator("main h2").first.tap()

    expect(page.locator(SHOWN)).to_have_accessible_name("Copy the link to “Zephyr of the west”")


def test_nothing_is_fetched_before(reader, places):
    page, asked = reader().new_page(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(places["root"] + "anchors.html", wait_until="networkidle")

    assert not [name for name in asked if name.startswith("anchors.") and name != "anchors.html"]
