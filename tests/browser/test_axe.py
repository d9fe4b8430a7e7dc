"""axe in the states of each kind of page: what is open, theme and width.

For every kind of page each state of one factor occurs with each of every other. A page is loaded once; its states
are emulated one after the other. By default one state a page is tested, with HORTUS_THOROUGH=1 all of them.
"""

from collections.abc import Callable
from itertools import combinations, product

import pytest
from playwright.sync_api import Locator, Page, expect
from thorough import often

OPEN = ("nothing", "search", "card")
THEMES = ("light", "dark", "forced")
WIDTHS = (320, 390, 1440)
STATES, KINDS = 6, 21
"""States of each page, and kinds of pages."""
LINKS = "main a[href$='.html']:not(.missing, .attachment, .figure-page, [inert] *):visible"
"""Links that have cards, if their target has one."""
SHOWN = ".preview, dialog[open]"
STILL = "Promise.all(document.getAnimations().map((one) => one.finished)).then(() => null)"
"""Resolves when all animations have ended."""


def states(page: int) -> list[tuple[str, str, int]]:
    """Return the states of the page of this number: what is open, theme, width; the first differs between pages."""
    rows = [(row % 3, (row + row // 3 + page) % 3, (row + 2 * (row // 3) + page // 3) % 3) for row in range(STATES)]
    first = page % STATES
    return [(OPEN[a], THEMES[b], WIDTHS[c]) for a, b, c in rows[first:] + rows[:first]]


def test_the_states_cover_all_pairs():
    """There are over 100 states; each pair of states of two factors occurs."""
    rows = [(page, *state) for page in range(KINDS) for state in states(page)]
    factors = (tuple(range(KINDS)), OPEN, THEMES, WIDTHS)

    assert len(set(rows)) > 100
    for one, other in combinations(range(4), 2):
        assert set(product(factors[one], factors[other])) == {(row[one], row[other]) for row in rows}


@pytest.fixture(scope="module")
def tab(chromium) -> Page:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture
def carded(tab, places, site) -> Callable[[], Locator | None]:
    """Find the first visible link of the page whose target has a card."""

    def find() -> Locator | None:
        for link in tab.locator(LINKS).all():
            place = (
                link.evaluate("a => new URL(a.getAttribute('href'), location.href).href")
                .removeprefix(places["root"])
                .removesuffix(".html")
            )
            if (site / "root" / "previews" / f"{place}.js").exists():
                return link
        return None

    return find


def open_part(page: Page, part: str, link: Locator | None) -> None:
    """Open the search, or the card of the link; without one, the list of keys."""
    if part == "search":
        page.keyboard.press("/")
        page.locator("dialog.search input").fill("a")
        expect(page.locator("dialog.search .search-results a").first).to_be_visible()
    elif part == "card" and link:
        link.hover()
        expect(page.locator(".preview").last).to_be_visible()
    elif part == "card":
        page.keyboard.press("?")
        expect(page.locator("dialog[open]")).to_be_visible()


def test_axe_finds_nothing(request, tab, places, violations, url, carded):
    """No state of the page has a violation."""
    number, wrong = request.node.callspec.indices["url"], []
    tab.goto(places["root"] + url)
    for part, theme, width in states(number)[: often(STATES)]:
        tab.set_viewport_size({"width": width, "height": 900})
        scheme = {"light": "light", "dark": "dark", "forced": "light"}[theme]
        tab.emulate_media(color_scheme=scheme, forced_colors="active" if theme == "forced" else "none")
        open_part(tab, part, carded() if part == "card" else None)
        tab.evaluate(STILL)
        wrong += [(part, theme, width, *found) for found in violations(tab)]
        tab.keyboard.press("Escape")
        tab.mouse.move(1, 1)
        expect(tab.locator(SHOWN)).to_have_count(0)

    assert number < KINDS
    assert [] == wrong
