"""Sliders and planes of figures by touch."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def phone(reader):
    """A narrow screen that is touched."""
    return reader(width=390, has_touch=True, is_mobile=True)


def test_dials_are_turned_by_touch(read, phone):
    """A tap on a dial's track turns it; the picture is that of the cell."""
    page = read("dials.html", context=phone)
    bars = page.get_by_role("slider", name="bars")
    bars.tap(position={"x": 3, "y": 12})

    page.get_by_role("img", name="A grid of 1 bars.").wait_for()
    expect(bars).to_have_attribute("aria-valuetext", "1")
    assert bars.bounding_box()["height"] >= 24, "WCAG 2.2, 2.5.8: target size"
    assert page.complaints == []


def test_a_net_is_asked_by_touch(read, phone):
    """A tap on the plane shows what the network computes there, and does not zoom or leave the page."""
    page = read("plane.html", context=phone)
    plane = page.get_by_role("application")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    plane.tap(position={"x": 0.75 * box["width"], "y": 0.5 * box["height"]})

    page.get_by_role("status").filter(has_text="inside").wait_for()
    assert not page.locator("dialog").count()
    assert page.complaints == []
