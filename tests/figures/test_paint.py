"""Pixels of a figure in a theme's colours equal those of a figure drawn in them."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from hortus.figures.sandbox.paint import painted
from hortus.figures.theme import DARK, LIGHT, Theme


def draw(theme):
    """Use each kind of drawing: lines, markers, text, collections, hatches, meshes, alpha."""
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2), facecolor=theme.paper)
    ax = figure.add_subplot(facecolor=theme.grid)
    ax.plot([0, 1], [0, 1], "o-", color=theme.ink, mec=theme.paper, alpha=0.7)
    ax.scatter([0, 0.5], [0.5, 0.2], c=[theme.muted, theme.colours[0]], edgecolors=theme.ink)
    ax.add_collection(LineCollection([[(0, 1), (1, 0)]], colors=theme.muted))
    ax.bar([0.5], [0.5], width=0.2, facecolor="none", edgecolor=theme.ink, hatch="//")
    ax.fill_between([0, 1], [0, 0.2], color=theme.ink, alpha=0.3)
    ax.pcolormesh([0.8, 0.9, 1], [0, 0.1, 0.2], np.zeros((2, 2)), facecolors=[theme.ink] * 4)
    ax.text(0.2, 0.8, "words $x^2$", color=theme.muted)
    ax.tick_params(colors=theme.muted)
    ax.spines[:].set_color(theme.ink)
    return figure


@pytest.mark.parametrize("inks", [LIGHT, DARK], ids=["light", "dark"])
def test_sentinels_are_painted_in_the_colours_of_a_theme(inks):
    direct = BytesIO()
    draw(Theme(**inks)).savefig(direct, format="png", dpi=100)
    pixels = [
        np.asarray(Image.open(BytesIO(data)))
        for data in (painted(draw(Theme()), inks, format="png", dpi=100), direct.getvalue())
    ]

    assert (pixels[0] == pixels[1]).all()
