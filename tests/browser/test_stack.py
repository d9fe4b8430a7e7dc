"""Pages side by side on a wide screen: opened with Alt or from a card, kept in the address, closed by Escape."""

import pytest
from playwright.sync_api import expect

COLUMNS = ".stack iframe"


def opened(page, name: str) -> None:
    """Open a link of the page next to it."""
    page.locator("main p").get_by_role("link", name=name, exact=True).first.click(modifiers=["Alt"])


@pytest.mark.parametrize("place", ["disk", "root", "folder"])
def test_a_link_opens_next_to_the_page(read, place):
    """The page and the target of the link are columns without header; Escape closes them and restores the page."""
    page = read("pointing.html", place)
    opened(page, "Anchors")
    expect(page.locator(COLUMNS)).to_have_count(2)
    expect(page.frame_locator(COLUMNS).nth(1).get_by_role("heading", level=1)).to_have_text("Anchors")
    expect(page.frame_locator(COLUMNS).nth(1).locator(".site-header")).to_be_hidden()
    assert page.url.endswith("pointing.html?stack=anchors.html")
    page.frame_locator(COLUMNS).nth(1).get_by_role("link", name="Pointing").first.click(modifiers=["Alt"])
    expect(page.locator(".stack header").nth(2)).to_contain_text("Pointing")  # the column listens

    for left in (2, 0):
        page.keyboard.press("Escape")
        expect(page.locator(COLUMNS)).to_have_count(left)
    assert page.url.endswith("pointing.html")
    assert page.locator("h1").is_visible() and page.complaints == []


def test_the_address_restores_the_columns(read, violations):
    """Only pages of the site are shown, whatever the address says."""
    page = read("pointing.html?stack=anchors.html|https://example.org/x.html|../../x.html|plain.html", "folder")
    expect(page.locator(COLUMNS)).to_have_count(3)
    expect(page.locator(".stack header").nth(2)).to_contain_text("Plain")

    assert [] == violations(page)


def test_from_a_card(read):
    page = read("pointing.html")
    page.locator("main p").get_by_role("link", name="Anchors", exact=True).first.hover()
    page.get_by_role("button", name="Open next to this page").click()

    expect(page.frame_locator(COLUMNS).nth(1).get_by_role("heading", level=1)).to_have_text("Anchors")


def test_a_narrow_screen_has_no_columns(read):
    page = read("pointing.html", width=900)
    page.locator("main p").get_by_role("link", name="Anchors", exact=True).first.hover()
    page.locator(".preview").wait_for()

    assert page.get_by_role("button", name="Open next to this page").count() == 0
