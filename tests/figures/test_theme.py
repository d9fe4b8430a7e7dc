"""The colours of figures: contrast in both themes, and one definition."""

import re
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
