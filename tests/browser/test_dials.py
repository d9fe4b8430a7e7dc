"""Figures with dials: sliders and play button, pictures inline, messages; and links without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

EVERYWHERE = pytest.mark.parametrize("place", ["disk", "root", "folder"])
SHAPES = (
    """svg => [...svg.querySelectorAll("path")].map(path => path.getBBox()).map(b => [b.x, b.y, b.width, b.height])"""
)


@EVERYWHERE
def test_dials_are_turned_by_keyboard(read, reader, places, place):
    """Arrow keys turn a dial; the picture is that of the cell's file, has its alt text, and follows the theme."""
    page = read("dials.html", place)
    bars = page.get_by_role("slider", name="bars")
    assert bars.get_attribute("aria-valuetext") == "2"
    bars.focus()
    page.keyboard.press("ArrowLeft")
    cell = page.get_by_role("img", name="A grid of 1 bars.")
    cell.wait_for()

    assert "1" == page.locator("output").first.text_content() == bars.get_attribute("aria-valuetext")
    assert not page.locator("figure picture img").is_visible()
    own = reader().new_page()
    own.goto(f"{places[place]}figures/grid.0.svg")
    assert cell.locator("svg").evaluate(SHAPES) == own.locator("svg").evaluate(SHAPES)
    ink = "svg => getComputedStyle(svg).fill"
    assert "rgb(29, 33, 38)" == cell.locator("svg").evaluate(ink)
    page.emulate_media(color_scheme="dark")
    assert "rgb(230, 228, 222)" == cell.locator("svg").evaluate(ink)
    page.emulate_media(color_scheme="dark", media="print")
    assert "rgb(29, 33, 38)" == cell.locator("svg").evaluate(ink)
    assert page.complaints == []


def test_a_failed_cell_says_so(read):
    """A cell that failed shows its message in place of a picture, and leaving it shows a picture again."""
    page = read("dials.html")
    page.get_by_role("slider", name="bars").focus()
    page.keyboard.press("End")

    page.get_by_role("status").filter(has_text="failed at grid.py:10").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator("figure picture img").wait_for()
    assert "" == page.locator("p[role=status]").text_content()


def test_pictures_from_files(read):
    """Pictures that are not packed are loaded from their files, each with its own alt text."""
    page = read("dials.html", "root")
    cells = 'hortusCells("", ["A grid of 1 bars.", "", "", "", "", ""], ["", "", "", "", "", ""], []);'
    page.route("**/grid.cells.js", lambda route: route.fulfill(body=cells, content_type="text/javascript"))
    page.get_by_role("slider", name="bars").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("img", name="A grid of 1 bars.")).to_have_attribute("src", re.compile("/grid.0.svg"))

    page.keyboard.press("ArrowRight")
    expect(page.locator("figure picture img")).to_have_attribute("alt", "A grid")
    expect(page.locator("figure picture img")).to_have_attribute("src", re.compile("/grid.svg"))


def test_one_dial_plays(read):
    """Play runs through all pictures from the first and stops at the last."""
    page = read("drawn.html")
    page.get_by_role("button", name="Play").click()
    page.locator(".dials output").filter(has_text="2").wait_for()

    page.get_by_role("button", name="Play").wait_for()
    assert "3" == page.locator(".dials output").text_content()


def test_cells_without_scripts(read, reader):
    """Without JavaScript the first picture is shown, and the figure's page links to all."""
    page = read("figures/grid.html", context=reader(java_script_enabled=False))
    page.get_by_text("All pictures").click()

    assert page.locator("figure img").is_visible() and not page.locator(".dials").count()
    page.get_by_role("link", name="bars 1, width 0.5").click()
    page.wait_for_url("**/figures/grid.0.svg")
