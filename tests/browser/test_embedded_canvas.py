"""Canvases embedded in notes: large enough to be read, in a box that scrolls instead of the page."""

import pytest

BOX = """() => {
    const view = document.querySelector(".canvas-view"), canvas = view.querySelector(".canvas-drawing");
    return {
        scale: canvas.getBoundingClientRect().width / canvas.viewBox.baseVal.width,
        scrolls: view.scrollWidth > view.clientWidth,
        covered: view.querySelector(".canvas-cover").clientWidth - view.scrollWidth,
        focusable: view.tabIndex,
        page: document.documentElement.scrollWidth - innerWidth,
    };
}"""


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_a_wide_canvas_can_be_read(read, width):
    """A canvas of 3,320 pixels is at least at seven tenths of its size; all of it is a link, and can be scrolled by keyboard."""
    page = read("drawings.html", width=width)
    page.locator(".canvas-view[tabindex]").wait_for()
    box = page.evaluate(BOX)

    assert box["scale"] == pytest.approx(0.7, abs=0.01)
    assert (box["scrolls"], box["covered"], box["focusable"], box["page"]) == (True, 0, 0, 0)
    assert [] == page.complaints
