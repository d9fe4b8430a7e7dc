"""What can be hit while a hover card is open: links under its edges, links in it, and what scrolls in it."""

import pytest
from playwright.sync_api import expect

CASES = [
    pytest.param("everything.html", 320, ".properties a[href='plain.html']", id="a list below the link"),
    pytest.param("everything.html", 1440, ".stem a[href='wide-things.html']", id="a formula that scrolls in the card"),
    pytest.param("everything.html", 1440, ".stem a[href='dials.html']", id="links of the trail below the card"),
    pytest.param("not-yet.html", 390, "main a[href='pointing.html']", id="the source of an embed in the card"),
]
STILL = "Promise.all(document.getAnimations().map((one) => one.finished)).then(() => null)"


@pytest.mark.parametrize(("url", "width", "link"), CASES)
def test_targets_of_a_page_with_a_card(read, violations, url, width, link):
    """A card covers links or leaves 24 pixels of them; what is in it has that size, and what scrolls can be focused."""
    page = read(url, width=width)
    page.locator(link).first.hover()
    expect(page.locator(".preview")).to_be_visible()
    page.evaluate(STILL)

    assert [] == violations(page)
    assert [] == page.complaints
