"""How many pieces: the bound, and what there is.

Above, ReLU networks with two inputs and two layers of n neurons each. The largest count that any
weights can reach lies in the band. The dots are random networks, their cells (activation patterns)
counted exactly: they follow the thin line, which is a single layer of as many neurons. Below, the
cells met along a line, a mean over 200 random networks a dot: they grow with the neurons, however
these are stacked. Depth allows far more cells, but a random start does not have them. See
[[Counting Linear Regions]].
"""

from itertools import pairwise
from math import comb

import numpy as np
from matplotlib.figure import Figure

from _polygons import affine_pieces, box

ALT = (
    "Above, cells against the width of two layers: a band up to {most}, and random networks far "
    "below it. Below, cells along a line: networks of one to four layers lie on one straight line."
)
WIDTHS = (4, 8, 12, 16, 20)
NETWORKS = 8  # counted at each width
NEURONS = (24, 48, 96, 144, 192)
DEPTHS = (1, 2, 3, 4)
LINES = 200
FAR = 1e6  # a window wide enough for all crossings of random lines
BIAS = 0.1  # standard deviation; small, so that most bends are near the origin, where the lines are


def pieces_at_most(n):
    """How many pieces n lines cut the plane into, and so how many one layer makes."""
    return sum(comb(n, j) for j in range(3))


def upper(n):
    """No network 2→n→n has more pieces: Montúfar 2017."""
    return pieces_at_most(n) ** 2


def lower(n):
    """Some network 2→n→n has as many: Montúfar et al. 2014."""
    return (n // 2) ** 2 * pieces_at_most(n)


def random_layers(sizes, rng):
    """He's weights, so that signals keep their size: pairs of weights (out, in) and biases."""
    return [(np.sqrt(2 / i) * rng.normal(size=(o, i)), BIAS * rng.normal(size=o)) for i, o in pairwise(sizes)]


def count(layers):
    """Pieces of the whole plane."""
    *_, pieces = affine_pieces(layers, box(FAR, FAR))
    return len(pieces)


def count_along(layers, start, end):
    """Pieces met on the way from start to end (2,): neurons are affine between the bends so far."""
    t = np.array([0.0, 1.0])  # where on the way: both ends, and every bend
    h = np.array([start, end])  # (len(t), neurons), what the layer receives there
    for W, b in layers:
        z = h @ W.T + b
        i, j = np.nonzero(z[:-1] * z[1:] < 0)  # neuron j switches after bend i
        share = z[i, j] / (z[i, j] - z[i + 1, j])
        t = np.concatenate([t, t[i] + share * (t[i + 1] - t[i])])
        z = np.vstack([z, z[i] + share[:, None] * (z[i + 1] - z[i])])
        order = np.argsort(t)
        t, h = t[order], np.maximum(z[order], 0)
    return len(t) - 1


def mean_along(depth, neurons, rng):
    sizes = [2, *[neurons // depth] * depth]
    ends = rng.normal(size=(LINES, 2, 2))
    return np.mean([count_along(random_layers(sizes, rng), *pair) for pair in ends])


def compute(*, seed=0):
    rng = np.random.default_rng(seed)
    counted = [[count(random_layers([2, n, n], rng)) for _ in range(NETWORKS)] for n in WIDTHS]
    along = [[mean_along(depth, neurons, rng) for neurons in NEURONS] for depth in DEPTHS]
    return {
        "counted": np.array(counted),  # (widths, networks)
        "one_layer": [count(random_layers([2, n], rng)) for n in WIDTHS],
        "along": np.round(along, 2),  # (depths, neurons)
        "most": upper(WIDTHS[-1]),
        "fewest_16": min(counted[WIDTHS.index(16)]),
        "most_16": max(counted[WIDTHS.index(16)]),
        "mean_16": round(np.mean(counted[WIDTHS.index(16)])),
        "bends": round(np.mean((np.array(along) - 1) / NEURONS), 2),
        "table": [
            {"n": n, "lower": lower(n), "upper": upper(n), "mean of random": round(float(np.mean(c)), 1)}
            for n, c in zip(WIDTHS, counted, strict=True)
        ],
    }


def draw(result, theme):
    fig = Figure(figsize=(5.6, 5.8))
    above, below = fig.subplots(2)
    draw_bounds(above, result["counted"], theme)
    draw_lines(below, result["along"], theme)
    return fig


def draw_bounds(ax, counted, theme):
    blue, orange, *_ = theme.colours
    low, high = [lower(n) for n in WIDTHS], [upper(n) for n in WIDTHS]
    ax.fill_between(WIDTHS, low, high, color=orange, alpha=0.25, lw=0)
    ax.plot(WIDTHS, high, color=orange)
    n = np.arange(WIDTHS[0], WIDTHS[-1] + 1)
    ax.plot(n, [pieces_at_most(2 * k) for k in n], color=theme.muted, lw=0.9)
    widths = np.repeat(WIDTHS, NETWORKS)
    ax.plot(widths, counted.ravel(), "o", color=blue, ms=5, alpha=0.5, mew=0)
    ax.set(yscale="log", xlabel="n, neurons in each of two layers", ylabel="cells")
    ax.set(xticks=WIDTHS, yticks=(100, 1000, 10_000), yticklabels=("100", "1000", "10 000"))
    ax.minorticks_off()
    ax.text(11.1, 9500, "the largest count is in here", color=orange, ha="right")
    ax.text(12.4, 150, "random networks, and", color=blue)
    ax.text(12.4, 75, "one layer of 2n neurons", color=theme.muted)


def draw_lines(ax, along, theme):
    for depth, means in zip(DEPTHS, along, strict=True):
        colour = theme.colours[depth - 1]
        ax.plot(NEURONS, means, marker="os^D"[depth - 1], color=colour, lw=0.8, ms=5)
        layers = "one layer" if depth == 1 else f"{depth} layers"
        ax.text(8, 90 - 12 * depth, f"{'●■▲◆'[depth - 1]} {layers}", color=colour)
    ax.set(xlim=(0, 200), ylim=(0, 105), xticks=NEURONS)
    ax.set(xlabel="neurons in all", ylabel="cells along a line")


def check(result):
    """One layer: Zaslavsky 1975. Bounds: Montúfar et al. 2014, "On the number of linear regions of
    deep neural networks", and Montúfar 2017, "Notes on" the same. At the start linear along a line:
    Hanin and Rolnick 2019, "Complexity of linear regions in deep networks"; in the plane a square:
    the same year, the same, "Deep ReLU networks have surprisingly few activation patterns".
    """
    assert (pieces_at_most(8), pieces_at_most(16)) == (37, 137)
    assert (lower(8), upper(8), lower(16), upper(16)) == (592, 1369, 8768, 18769)
    assert result["one_layer"] == [pieces_at_most(n) for n in WIDTHS], "general position: all meet"
    counted = result["counted"]
    assert (counted <= [[upper(n)] for n in WIDTHS]).all()
    assert (counted[1:] < [[lower(n)] for n in WIDTHS[1:]]).all(), "far below what could be"
    likeness = counted.mean(axis=1) / [pieces_at_most(2 * n) for n in WIDTHS]
    assert (abs(likeness - 1) < 0.35).all(), "like one layer of as many neurons"
    a_neuron = (result["along"] - 1) / NEURONS  # bends for each neuron: (depths, neurons)
    assert (abs(a_neuron / a_neuron.mean() - 1) < 0.15).all(), "one slope for all sizes and depths"
