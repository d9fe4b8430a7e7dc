"""Figures that export their networks: what a click or a key shows, and that the page computes as the build did."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

from hortus.figures.sandbox.net import infer

LAYERS = [
    (np.array([[1.5, -0.5], [0.25, 1.0], [-1.0, -1.0]]), np.array([0.1, -0.2, 0.3])),
    (np.array([[1.0, -2.0, 0.5]]), np.array([0.05])),
]
NET = """() => new Promise(done => {
    const before = window.hortusNets;
    window.hortusNets = (nets) => { window.hortusNets = before; done(nets[0].layers ?? before.read(nets[0])); };
    document.head.append(Object.assign(document.createElement("script"), {src: "figures/plane.net.js"}));
})"""


@pytest.mark.parametrize("place", ["disk", "root", "folder"])
def test_a_click_shows_what_the_network_computes(read, place):
    """A click shows class, affine map and neurons of its point, and an arrow key moves the point."""
    page = read("plane.html", place)
    plane = page.get_by_role("application")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    picture = page.locator("figure img").bounding_box()
    assert box["width"] == pytest.approx(picture["width"] / 2, abs=1)
    plane.click(position={"x": 0.75 * box["width"], "y": 0.5 * box["height"]})
    answer = page.get_by_role("status").filter(has_text="inside")
    answer.wait_for()

    # at (0.5, 0) neuron 1 is on (0.85), neuron 2 off (-0.075), neuron 3 off (-0.2): z = 1.5 x - 0.5 y + 0.15 = 0.9
    assert "z = 1.5" in answer.text_content() and "= 0.9" in answer.text_content()
    assert "layer 1, 1 / 3" == page.locator(".net span").text_content()
    corners = plane.locator("polygon").get_attribute("points").split()
    for _ in range(60):
        plane.press("Shift+ArrowLeft")
    page.locator(".net span").filter(has_text="1 / 3").wait_for()
    answer = page.get_by_role("status").filter(has_text="(\u22121.000,")
    answer.wait_for()
    assert corners != plane.locator("polygon").get_attribute("points").split()
    assert page.complaints == []
    assert not Axe().run(page).response["violations"]


def test_the_page_computes_as_the_build(read):
    """The page's inference gives the same numbers as that of the build, which was compared with the network's own."""
    page = read("plane.html")
    page.wait_for_function("() => window.hortusNets")
    points = np.random.default_rng(1).uniform(-1, 1, (20, 2))
    net = page.evaluate(NET)
    found = page.evaluate("([net, xs]) => xs.map(x => window.hortusNets.infer(net.layers, x))", [net, points.tolist()])

    expected = infer(LAYERS, points)
    assert expected.tolist() == [one["values"][-1] for one in found]
    maps = np.array([one["maps"][-1] for one in found])
    assert np.allclose((maps[:, :, :2] @ points[:, :, None])[..., 0] + maps[:, :, 2], expected, atol=1e-12)
