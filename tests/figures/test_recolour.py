"""Matplotlib's SVG becomes adaptive, small and inert."""

import re
from base64 import b64encode

import pytest

from hortus.figures.recolour import pixels, recolour

ROOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="403.2pt" height="259.2pt" viewBox="0 0 403.2 259.2">{}</svg>'
)


def drawn(inner: str) -> str:
    return recolour(ROOT.format(inner).encode()).svg.decode()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        pytest.param('<path style="fill: #0a0b0c"/>', "fill: var(--figure-ink)", id="ink"),
        pytest.param('<path style="stroke: #FAFBFC"/>', "stroke: var(--figure-paper)", id="paper"),
        pytest.param('<path style="stroke: #000000"/>', "stroke: var(--figure-ink)", id="black is ink"),
        pytest.param('<path style="fill: #4288dc"/>', "fill: #4288dc", id="data keeps its colour"),
        pytest.param('<path d="M 1.23456 -0.00001 \nL 2.5 3"/>', 'd="M 1.23 0 L 2.5 3"', id="rounded"),
        pytest.param('<text x="1.23456">p = 0.123456</text>', "p = 0.123456", id="words are not rounded"),
        pytest.param('<g transform="scale(0.0012345)"/>', "scale(0.0012345)", id="scales are not rounded"),
        pytest.param(
            '<g id="a"/><use xlink:href="#a"/>', 'xlink:href="#fe3b0c-0"', id="a name that is used is counted"
        ),
    ],
)
def test_what_a_picture_becomes(inner, expected):
    assert expected in drawn(inner)


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param('<g onclick="alert(1)"/>', id="handler"),
        pytest.param('<a xlink:href="javascript:alert(1)"/>', id="address"),
        pytest.param('<image xlink:href="https://example.org/alert"/>', id="elsewhere"),
        pytest.param("<metadata>alert</metadata>", id="metadata"),
        pytest.param("<!-- alert -->", id="comment"),
        pytest.param('<g id="alert"/>', id="unused name"),
        pytest.param("<foreignObject>alert</foreignObject>", id="foreign"),
    ],
)
def test_nothing_in_it_runs_or_fetches(inner):
    svg = drawn(inner)

    assert "alert" not in svg and "example" not in svg


def test_last_bits_do_not_show():
    """Coordinates that differ in the last bit give the same bytes, and equal clip paths are merged."""
    clip = '<clipPath id="{0}"><rect x="{1}" y="0"/></clipPath><path clip-path="url(#{0})" d="M {1} 0"/>'
    path = '<path clip-path="url(#{0})" d="M 63.705 0"/>' + clip.format("pz", "9.5")
    one = drawn(clip.format("pab", "63.705000") + path.format("pab"))
    two = drawn(
        clip.format("pcd", "63.704999")
        + '<clipPath id="pef"><rect x="63.705000" y="0"/></clipPath>'
        + path.format("pef")
    )

    assert one == two
    assert 2 == one.count("<clipPath")


def test_light_and_dark_are_inside():
    """One file has the colours of both themes."""
    svg = drawn("")

    assert "--figure-ink:#1d2126" in svg.partition("@media")[0]
    assert "(prefers-color-scheme:dark)" in svg and "--figure-ink:#e6e4de" in svg.partition("@media")[2]
    assert ["light", "dark"] == re.findall(r"#(\w+):target", svg) == re.findall(r'<g id="(\w+)" />', svg)


def test_size_and_words():
    """Points become CSS pixels; text is returned for search."""
    picture = recolour(ROOT.format("<g><text>loss <tspan>of</tspan></text><text>net</text></g>").encode())

    assert (538, 346, "loss of net") == (picture.width, picture.height, picture.words)


def test_pixels_take_the_place_of_many_shapes():
    """Both themes are in one file, with the same size and text; shapes stay if they are smaller."""
    many = recolour(ROOT.format("<text>cloud</text>" + '<path d="M 1.2345 2.3456"/>' * 1000).encode())
    few = recolour(ROOT.format("<text>cloud</text>").encode())
    bright, gloomy = b"bright" * 100, b"gloomy" * 100
    picture = pixels(many, bright, gloomy)
    svg = picture.svg.decode()

    assert (538, 346, "cloud") == (picture.width, picture.height, picture.words)
    assert 1 == svg.count(b64encode(bright).decode()) == svg.count(b64encode(gloomy).decode())
    assert ["light", "dark"] == re.findall(r'<g id="(\w+)" />', svg)
    assert "<path" not in svg and "(prefers-color-scheme:dark)" in svg
    assert few == pixels(few, bright, gloomy)
