"""Depth folds space.

Slide through the layers. Each folds an interval in half, with two ReLU neurons, and stretches it to
its old length. Above, output over input: every fold doubles the pieces, to 2⁴ = 16 from eight
neurons; a single layer has a neuron for every bend, fifteen. Below, both axes are folded. The
orange bird stands for what the last layer knows about its small square: it holds, mirrored, in all
256 places that were folded onto it. See [[Neural Networks MOC]].
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from _polygons import compound

ALT = (
    "Above, a zigzag with {pieces} straight pieces between 0 and 1. Below, a square creased into "
    "{cells} cells, each with a small paper crane, mirrored from cell to cell; "
    "one is orange, the others are blue."
)
FRAMES = "folds"
BIRD = (  # facets of a paper crane in the unit square, and how dark each is
    (((0.03, 0.64), (0.40, 0.22), (0.50, 0.40)), 0.55),  # tail
    (((0.36, 0.26), (0.52, 0.18), (0.80, 0.36), (0.62, 0.42)), 0.8),  # body
    (((0.66, 0.41), (0.80, 0.36), (0.85, 0.80)), 0.65),  # neck
    (((0.85, 0.80), (0.98, 0.66), (0.83, 0.68)), 0.95),  # head
    (((0.24, 0.96), (0.34, 0.33), (0.64, 0.44)), 0.45),  # wing
)


def fold(x):
    """The tent map as a layer of two ReLU neurons: up from 0 to 1 at the middle, and down again."""
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


def unfold(values):
    """The two places in [0, 1] that `fold` lays on each value: (...) -> (2, ...)."""
    return np.array([values / 2, 1 - values / 2])


def zigzag(folds):
    """Return the corners (x, y) of the tent map composed *folds* times, each (pieces + 1,)."""
    x = y = np.array([0.0, 1.0])
    for _ in range(folds):
        i = np.flatnonzero((y[:-1] - 0.5) * (y[1:] - 0.5) < 0)  # where the second neuron switches
        share = (0.5 - y[i]) / (y[i + 1] - y[i])
        x = np.concatenate([x, x[i] + share * (x[i + 1] - x[i])])
        order = np.argsort(x)
        x, y = x[order], fold(np.concatenate([y, np.full(len(i), 0.5)])[order])
    return x, y


def flock(folds):
    """Unfold the bird: for each facet all its copies (4 ** folds, corners, 2)."""
    return [unfold_all(np.array([corners]), folds) for corners, _ in BIRD]


def unfold_all(copies, folds):
    """Every fold that is undone turns each copy into four: (n, corners, 2) -> (n 4 ** folds, …)."""
    for _ in range(folds):
        x, y = unfold(copies[..., 0]), unfold(copies[..., 1])  # (2, n, corners)
        copies = np.concatenate([np.stack([a, b], axis=-1) for a in x for b in y])
    return copies


def compute(*, folds=4):
    return {
        "zigzags": [np.array(zigzag(k)) for k in range(folds + 1)],
        "flocks": [flock(k) for k in range(folds + 1)],
        "pieces": 2**folds,
        "cells": 4**folds,
        "table": [
            {"layers": k, "neurons": 2 * k, "pieces": 2**k, "neurons in one layer": 2**k - 1} for k in range(folds + 1)
        ],
    }


def draw(result, theme):
    return {str(k): draw_folds(result, k, theme) for k in range(len(result["flocks"]))}


def draw_folds(result, k, theme):
    fig = Figure(figsize=(5.6, 5.6))
    above, below = fig.subplots(2, height_ratios=(2, 5), sharex=True)
    blue, orange, *_ = theme.colours
    x, y = result["zigzags"][k]
    above.plot(x, y, color=orange)
    above.set(xlim=(0, 1), ylim=(-0.04, 1.04), xticks=(), yticks=())
    above.axis("off")
    pieces = len(x) - 1
    above.set_title(f"folds: {k}, pieces: {pieces}, birds: {pieces**2}", loc="left")
    for copies, (_, alpha) in zip(result["flocks"][k], BIRD, strict=True):
        below.add_patch(PathPatch(compound(copies[:1]), fc=orange, alpha=alpha, lw=0))
        if k > 0:
            below.add_patch(PathPatch(compound(copies[1:]), fc=blue, alpha=alpha, lw=0))
    creases = {"color": theme.grid, "lw": 0.6}
    below.vlines(x, 0, 1, **creases)
    below.hlines(x, 0, 1, **creases)
    below.set(xlim=(0, 1), ylim=(0, 1), xticks=(), yticks=())
    below.axis("off")
    return fig


def check(result):
    """Telgarsky 2015, "Representation benefits of deep feedforward networks": the tent map composed
    k times has 2^k pieces. In two dimensions: Montúfar et al. 2014, figure 3.
    """
    for k, (x, y) in enumerate(result["zigzags"]):
        assert len(x) - 1 == 2**k
        assert x.tolist() == [i / 2**k for i in range(2**k + 1)]
        assert y.tolist() == [i % 2 for i in range(2**k + 1)], "every piece spans the whole range"
        fine = np.arange(2 ** (k + 3) + 1) / 2 ** (k + 3)  # exact in binary
        slopes = np.diff(network(fine, k)) * 2 ** (k + 3)
        assert (abs(slopes) == 2**k).all()
        assert np.count_nonzero(np.diff(slopes)) == 2**k - 1, "as many neurons in one layer"
        for copies, (corners, _) in zip(result["flocks"][k], BIRD, strict=True):
            assert len(copies) == len(np.unique(copies.round(9), axis=0)) == 4**k
            assert abs(network(copies, k) - corners).max() < 1e-12, "the layers lay all on one"


def network(x, layers):
    for _ in range(layers):
        x = fold(x)
    return x
