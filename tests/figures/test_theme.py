"""The colours of figures: contrast in both themes, and one definition."""

import re
from itertools import combinations
from math import dist
from operator import mul
from pathlib import Path

import pytest

from hortus.figures.cache.key import BASE_STYLE
from hortus.figures.theme import DARK, LIGHT, Theme

STYLES = (BASE_STYLE, Path(__file__).parents[2] / "figures" / "style.mplstyle")
GROUNDS = {"light": LIGHT, "dark": DARK}


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_measured_as_it_should():
    assert (1, 21) == (contrast("#123456", "#123456"), round(contrast("#000000", "#ffffff"), 9))


@pytest.mark.parametrize("ground", GROUNDS)
def test_everything_stands_out(ground):
    """Data colours have a contrast of 3:1, text 4.5:1 (WCAG)."""
    look = GROUNDS[ground]

    assert [] == [colour for colour in Theme().colours if contrast(colour, look["paper"]) < 3]
    assert [] == [name for name in ("ink", "muted") if contrast(look[name], look["paper"]) < 4.5]


MACHADO = {  # Machado, Oliveira and Fernandes 2009, severity 1.0; of linear RGB
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
D65 = (0.95047, 1.0, 1.08883)


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    """CIELAB of a colour as it is seen with *vision*."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    seen = [min(max(sum(map(mul, row, linear)), 0), 1) for row in MACHADO[vision]]
    x, y, z = (sum(map(mul, row, seen)) / white for row, white in zip(XYZ, D65, strict=True))
    f = [t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29 for t in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def test_differences_of_colours_are_measured_correctly():
    """White is L = 100; the orange and ochre of the first palette were one colour to deuteranopes."""
    assert (100, 0, 0) == tuple(abs(round(part, 1)) for part in lab("#ffffff", "normal"))
    assert 3.1 == round(dist(lab("#d9662b", "deuteranopia"), lab("#a8801f", "deuteranopia")), 1)


@pytest.mark.parametrize("vision", MACHADO)
def test_data_colours_can_be_told_apart(vision):
    """Any two of them can be a key."""
    pairs = combinations(Theme().colours, 2)

    assert [] == [pair for pair in pairs if dist(*(lab(colour, vision) for colour in pair)) < 15]


@pytest.mark.parametrize("style", STYLES, ids=lambda file: file.name)
def test_a_style_has_no_colours_but_the_themes(style):
    """Styles use only sentinels and the eight data colours, because others would not adapt to the theme."""
    theme, text = Theme(), style.read_text()
    cycle = re.findall(r'"([0-9a-f]{6})"', text)
    others = re.findall(r"(?m)color: *([0-9a-f]{6})$", text)

    assert list(theme.colours) == [f"#{colour}" for colour in cycle]
    assert others and {f"#{colour}" for colour in others} <= {theme.ink, theme.muted, theme.grid}


def test_text_can_be_read_on_a_phone():
    """A figure 5.6 inches wide is shown 354 px wide; its text must have at least 9 px."""
    sizes = re.findall(r"(?m)(?:font\.?|title|label)size: *([\d.]+)$", STYLES[1].read_text())

    assert 6 == len(sizes)
    assert min(float(size) / 72 * 354 / 5.6 for size in sizes) > 9
