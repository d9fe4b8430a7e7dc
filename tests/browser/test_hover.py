"""Hover cards: the target of a link, shown next to it, from a file or from the page."""

import pytest
from playwright.sync_api import expect

PREVIEW = ".preview"
EVERYWHERE = pytest.mark.parametrize("place", ["disk", "root", "folder"])
NOTHING_HAPPENS = 450
"""Milliseconds after which hover.js would have fetched (60), opened or closed (300): for tests that it does not.

The pages' clock is set forward by them, so that nobody waits.
"""
ANIMATED = "Promise.all(document.getAnimations().map((one) => one.finished)).then(() => null)"
"""Resolves when all animations have ended."""


@pytest.fixture
def reader(reader):
    """Make browser contexts whose clock can be set forward."""

    def make(**options):
        context = reader(**options)
        if options.get("java_script_enabled", True):
            context.clock.install()
        return context

    return make


def pointed(page, name: str, within: str = "main"):
    """Hover over a link until its card is visible."""
    page.locator(within).get_by_role("link", name=name, exact=True).first.hover()
    expect(page.locator(PREVIEW).last).to_be_visible()
    return page.locator(PREVIEW).last


LINKED = {
    "Anchors": ("The opening of anchors", "What anchors add"),
    "its numbers": ("Deeper", "Blocks"),
    "words": ("Words that have a name", "opening"),
    "a law": ("mc", "opening"),
    "Footnote 1": ("Under the line", "Here is the place"),
    "Further down": ("Here is the place", "its numbers"),
}
"""Links to a note, a section, a block, a formula, and a footnote and a section of the page: what is shown, what is not."""


@EVERYWHERE
def test_exactly_what_is_linked(read, place):
    """The card has a note's opening, or only the section, block, formula or footnote."""
    page = read("pointing.html", place)
    for name, (shown, hidden) in LINKED.items():
        words = pointed(page, name).locator(".preview-body").text_content()

        assert (True, False) == (shown in words, hidden in words), name
        page.keyboard.press("Escape")
        expect(page.locator(PREVIEW)).to_have_count(0)
    assert page.complaints == []


def test_previews_of_previews(read):
    """A link in a card has a card as well, at any depth; leaving closes all."""
    page = read("pointing.html")
    pointed(page, "Anchors")
    page.locator(PREVIEW).get_by_role("link", name="Footnote 1").hover()
    expect(page.locator(PREVIEW)).to_have_count(2)

    assert "What anchors add" in page.locator(PREVIEW).last.inner_text()
    page.mouse.move(2, 2)
    expect(page.locator(PREVIEW)).to_have_count(0)


def test_pinned_stays(read):
    """A pinned card stays until it is closed."""
    page = read("pointing.html")
    pointed(page, "Anchors").get_by_role("button", name="Pin").click()
    page.mouse.move(2, 2)
    page.clock.run_for(NOTHING_HAPPENS)

    assert page.locator(PREVIEW).count() == 1
    page.keyboard.press("Escape")
    assert page.locator(PREVIEW).count() == 0


def test_escape_closes_the_uppermost(read):
    page = read("pointing.html")
    pointed(page, "Anchors")
    page.locator(PREVIEW).get_by_role("link", name="Footnote 1").hover()
    expect(page.locator(PREVIEW)).to_have_count(2)
    left = []
    for _ in range(2):
        page.keyboard.press("Escape")
        left.append(page.locator(PREVIEW).count())

    assert [1, 0] == left


def test_by_keyboard(read):
    """A focused link shows its card; Tab moves into it and on; Escape returns to the link."""
    page = read("pointing.html")
    link = page.locator("main p").get_by_role("link", name="Everything", exact=True).first
    page.keyboard.press("Tab")
    link.focus()
    page.wait_for_selector(PREVIEW)
    assert link.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.preview')")
    page.keyboard.press("Escape")

    assert link.evaluate("(link) => link === document.activeElement")
    assert link.get_attribute("aria-expanded") is None


def test_addresses_lead_on(read, places):
    """A link in a card has the same target as on its own page."""
    page = read("pointing.html", "folder")
    pointed(page, "Anchors").get_by_role("link", name="Pointing").click()
    assert page.url == places["folder"] + "pointing.html"
    pointed(page, "Anchors").locator(".preview-title").click()
    assert page.url == places["folder"] + "anchors.html"


def test_each_fetch_is_small(read, site):
    """A card has less than 10 kB, and only the hovered link's card is fetched."""
    page = read("pointing.html")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    pointed(page, "its numbers")

    assert ["everything~numbers.js"] == [url.rsplit("/", 1)[-1] for url in fetched if "/previews/" in url]
    assert all(file.stat().st_size < 10_000 for file in (site / "root" / "previews").rglob("*"))


def test_names_in_the_drawing_have_previews(read):
    """Links in the local graph have cards, for mouse and keyboard."""
    page = read("pointing.html")
    name = page.locator(".local-graph a", has_text="Anchors")
    name.hover()
    expect(page.locator(PREVIEW)).to_contain_text("The opening of anchors")
    page.keyboard.press("Escape")
    page.mouse.move(2, 2)
    page.locator(".local-graph a").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(PREVIEW)).to_have_count(1)
    assert page.complaints == []


@pytest.mark.parametrize("url", ["pointing.html", "everything.html", "anchors.html", "plain.html"])
def test_nothing_is_asked_for_in_vain(read, url):
    """No link on a page requests a file that does not exist: in text, drawing and backlinks."""
    page = read(url)
    failed, asked, answered = [], [], []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: answered.append(request.url))
    page.on("requestfailed", lambda request: answered.append(request.url))
    for link in page.locator("main a[href]").all():
        link.hover(force=True)
        page.clock.run_for(NOTHING_HAPPENS)
    while len(answered) < len(asked):
        page.wait_for_timeout(20)

    assert failed == []
    assert page.complaints == []


def test_what_is_passed_over_is_not_fetched(read):
    """Links that the pointer only crosses request nothing."""
    page = read("pointing.html")
    pointed(page, "Anchors")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.evaluate("""() => [...document.querySelectorAll('main p a, h1')].reverse().forEach((one) => {
        one.dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'}));
    })""")
    page.clock.run_for(NOTHING_HAPPENS)

    assert [] == [url for url in fetched if "/anchors." not in url]  # the links to copy, loaded on the first hover


def test_pictures_of_raw_html_are_where_its_page_has_them(read):
    """Trusted HTML has URLs relative to its page; its card shows the same pictures."""
    page = read("everything.html")
    page.evaluate("""() => document.querySelector('main p').append(Object.assign(document.createElement('a'),
        {href: 'raw.html', textContent: 'raw'}))""")
    picture = pointed(page, "raw").locator("img").first

    assert picture.evaluate("picture => picture.src").endswith("/b.svg")
    assert "/previews/" not in picture.evaluate("picture => picture.src")


def test_what_covers_the_page_has_the_escape(read):
    """Escape closes search above a pinned card first, then the card."""
    page = read("pointing.html")
    pointed(page, "Anchors").get_by_role("button", name="Pin").click()
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search[open]")
    left = []
    for _ in range(2):
        page.keyboard.press("Escape")
        left.append((page.locator("dialog[open]").count(), page.locator(PREVIEW).count()))

    assert [(0, 1), (0, 0)] == left


def test_an_enlarged_figure_leads_back_to_its_preview(read):
    """Closing a figure enlarged from a card returns focus to the card, which is still open."""
    page = read("plain.html")
    page.evaluate("""() => {
        const link = Object.assign(document.createElement('a'), {href: 'drawn.html', textContent: 'figure'});
        document.querySelector('main p').append(link);
    }""")
    pointed(page, "figure").locator("a.zoom").first.click()
    page.wait_for_selector("dialog.zoomed[open]")
    page.mouse.move(2, 2)  # where the page has no link, which would open a card of its own
    page.clock.run_for(NOTHING_HAPPENS)
    page.keyboard.press("Escape")

    page.wait_for_selector("dialog.zoomed", state="detached")
    assert page.locator(PREVIEW).count() == 1
    assert page.evaluate("!!document.activeElement.closest('.preview')")


def test_no_preview_of_what_has_none(read):
    """External links and links to missing notes have no card and request nothing."""
    page = read("pointing.html")
    for name in ("out", "Not yet"):
        page.locator("main p").get_by_role("link", name=name, exact=True).hover()
        page.clock.run_for(NOTHING_HAPPENS)

    assert page.locator(PREVIEW).count() == 0
    assert page.complaints == []


def test_held_on_a_phone(reader, read):
    """A long press opens a sheet without following the link; a tap follows it; a tap outside closes the sheet."""
    context = reader(width=390, has_touch=True, is_mobile=True)
    page = read("pointing.html", context=context)
    link = page.locator("main p").get_by_role("link", name="Anchors", exact=True).first
    link.scroll_into_view_if_needed()
    at = link.evaluate("(link) => { const {x, y} = link.getClientRects()[0]; return {x: x + 6, y: y + 8}; }")
    touch = context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    page.wait_for_selector(".preview.sheet")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.clock.run_for(NOTHING_HAPPENS)

    assert page.url.endswith("pointing.html")
    assert page.locator(".sheet").evaluate("(sheet) => sheet.getBoundingClientRect().bottom") == 900
    page.locator(".site-nav a").first.tap()
    expect(page.locator(PREVIEW)).to_have_count(0)
    page.clock.run_for(NOTHING_HAPPENS)
    assert page.url.endswith("pointing.html")
    link.tap()
    page.wait_for_url("**/anchors.html")


def test_without_script_a_link_is_a_link(read):
    page = read("pointing.html", java_script_enabled=False)
    page.locator("main p").get_by_role("link", name="Anchors", exact=True).click()

    assert page.url.endswith("anchors.html")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(read, violations, theme):
    """axe finds no problem on a page with a card."""
    page = read("pointing.html", theme=theme)
    pointed(page, "its numbers")
    page.evaluate(ANIMATED)

    assert [] == violations(page)
    assert page.evaluate(
        "[...document.querySelectorAll('[id]')].length === new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size"
    )


def test_still_when_asked(read):
    """With reduced motion cards are not animated."""
    page = read("pointing.html", reduced_motion="reduce")

    assert pointed(page, "Anchors").evaluate("(box) => getComputedStyle(box).animationName") == "none"
