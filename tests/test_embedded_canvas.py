"""The size of a canvas that a note embeds."""

import pytest

from hortus.site.media import embedded_canvas


def drawn(width: str, height: str) -> str:
    return f'<div class="canvas"><svg class="canvas-drawing" viewBox="0 0 {width} {height}" width="{width}" height="{height}"></svg>'


@pytest.mark.parametrize(
    ("size", "expected", "long"),
    [
        pytest.param(("1000", "600"), ("700", "420"), False, id="overview"),
        pytest.param(("3000", "200.5"), ("2100", "140"), True, id="flat"),
        pytest.param(("380", "3140"), ("266", "2198"), True, id="tall"),
        pytest.param(("600", "200"), ("420", "140"), False, id="three times as long"),
    ],
)
def test_size(size, expected, long):
    """It has seven tenths of its size, and is marked if it is more than three times longer than wide."""
    html = embedded_canvas(drawn(*size), "plan-canvas.html", "Plan")

    assert f'viewBox="0 0 {size[0]} {size[1]}" width="{expected[0]}" height="{expected[1]}"' in html
    assert long == html.startswith('<div class="canvas-small canvas-long">')


def test_only_the_canvas_itself():
    """Pictures in its boxes keep their sizes."""
    html = embedded_canvas(drawn("100", "100") + '<img width="50" height="40">', "plan-canvas.html", "Plan")

    assert '<img width="50" height="40">' in html


def test_nothing_drawn():
    """A canvas without a drawing, because its file cannot be read, is a link."""
    assert '<a class="canvas-link" href="plan-canvas.html">Plan</a>' in embedded_canvas("", "plan-canvas.html", "Plan")
