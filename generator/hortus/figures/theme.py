"""The colours of figures.

Ink and paper are *sentinels*: colours that nothing else uses, replaced after saving by CSS custom
properties, so that one SVG serves light and dark pages. Data colours are final, the same on both
backgrounds, each with a contrast of at least 3:1 against either. Any two of them differ by at least 15 (CIE 1976) for
readers with normal vision, deuteranopia and protanopia, as simulated by Machado et al. 2009; in grey they are alike, so
a figure needs labels, markers or line styles as well.
"""

from dataclasses import dataclass
from typing import TypedDict

from hortus.core.adaptive import adaptive_css

Colour = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Theme:
    """The argument *theme* of `draw(result, theme)`; every colour is ``#rrggbb``."""

    ink: str = "#0a0b0c"
    """Text, axes, and lines that must stand out."""
    muted: str = "#1a1b1c"
    """Ticks, secondary text, reference lines."""
    grid: str = "#2a2b2c"
    """Hairlines."""
    paper: str = "#fafbfc"
    """The page's background."""
    colours: tuple[str, ...] = (
        "#4288dc",  # blue
        "#d16745",  # orange
        "#43a279",  # green
        "#8b49a8",  # violet
        "#bb444f",  # red
        "#ab8307",  # ochre
        "#349dbc",  # teal
        "#7a7e89",  # grey
    )

    def ramp(self, colour: str, steps: int) -> tuple[Colour, ...]:
        """Return shades from transparent to *colour*, so that they suit any background.

        >>> [round(shade[3], 2) for shade in Theme().ramp("#4288dc", 3)]
        [0.0, 0.5, 1.0]
        """
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return tuple((red, green, blue, step / max(steps - 1, 1)) for step in range(steps))


class Inks(TypedDict):
    """The colours that replace the sentinels, by the names of Theme's fields."""

    ink: str
    muted: str
    grid: str
    paper: str


LIGHT: Inks = {"ink": "#1d2126", "muted": "#5b626b", "grid": "#dcdad3", "paper": "#fdfcf9"}
DARK: Inks = {"ink": "#e6e4de", "muted": "#a2a7ae", "grid": "#34383e", "paper": "#15171a"}
PREFIX = "figure"
"""Prefix of the root's class and of the properties: ``--figure-ink``."""


def _properties(inks: Inks) -> str:
    return "".join(f"--{PREFIX}-{name}:{colour};" for name, colour in inks.items())


STYLE_SHEET = adaptive_css(f".{PREFIX}", _properties(LIGHT), _properties(DARK))
"""The style sheet in each SVG."""
