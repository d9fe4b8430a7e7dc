"""Latent spaces, stitched together.

A small ReLU network has learned a flower from points inside and outside it. Slide through its
neurons: each cuts the plane along one line (heavy while it is new), straight in the first layer,
bent in the next ones wherever it meets an earlier seam. A cell is the set of inputs with one
activation pattern, and its shade says how many neurons are on: neighbours are one step apart. On a
cell the whole network is one affine map, so the line between the classes is straight inside a cell
and turns only at seams. The cells are computed exactly, not sampled; a click shows the cell, its map
and the neurons of a point. See [[Neural Networks MOC]].
"""

from itertools import pairwise
from math import comb

import numpy as np
import torch
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from torch import nn

from _polygons import affine_pieces, area, box, compound, through

ALT = (
    "{cells} convex polygons tile the plane, shaded by how many neurons are on. A heavy line of straight "
    "strokes, a flower with five petals, bends only where it passes from one polygon to the next."
)
VARIANTS = {"relu-regions-deep": {"depth": 3, "seed": 32}}
FRAMES = "cuts"
RIGHT, TOP = 1.5, 1.0  # of the window
SAME = 1e-9  # maps whose numbers differ by less are one map; different ones are far further apart
STEPS = 1500


def flower(x):
    """Positive inside five petals: (..., 2) -> (...)."""
    angle = torch.atan2(x[..., 1], x[..., 0])
    return 0.58 + 0.24 * torch.cos(5 * (angle - torch.pi / 2)) - x.norm(dim=-1)


def train(width, depth, seed, places):
    """Return the layers of the trained network, (weights, biases) each, and its outputs (n, 1) at *places* (n, 2)."""
    torch.manual_seed(seed)
    sizes = [2, *[width] * depth, 1]
    layers = [nn.Linear(*pair, dtype=torch.float64) for pair in pairwise(sizes)]
    net = nn.Sequential(layers[0], *[part for layer in layers[1:] for part in (nn.ReLU(), layer)])
    x = (2 * torch.rand(1500, 2, dtype=torch.float64) - 1) * torch.tensor([RIGHT, TOP])
    inside = (flower(x) > 0).double()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        loss = nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], inside)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        outputs = net(torch.from_numpy(places)).numpy()
    return [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in layers], outputs


def edges(polygons):
    """Map every edge, as its two rounded corners, to the indices of the polygons that share it."""
    shared = {}
    for i, polygon in enumerate(polygons):
        corners = [tuple(corner) for corner in (polygon.round(9) + 0.0).tolist()]
        for pair in pairwise([*corners, corners[0]]):
            shared.setdefault(tuple(sorted(pair)), []).append(i)
    return shared


def seams(polygons, patterns):
    """Return the edges inside the window (E, 2, 2) and which neuron switches there (E,)."""
    inner = {edge: sides for edge, sides in edges(polygons).items() if len(sides) == 2}
    switched = [np.flatnonzero(patterns[i] != patterns[j])[0] for i, j in inner.values()]
    return np.array(list(inner)), np.array(switched)


def silent(patterns, width):
    """Whether some layer has no neuron on, so that the network is constant there: (cells,)."""
    return (patterns.reshape(len(patterns), -1, width) == 0).all(axis=2).any(axis=1)


def linear_regions(polygons, maps):
    """Count the connected sets of cells with one map: neighbours whose maps agree are joined."""
    label = np.arange(len(maps))
    for i, j in (sides for sides in edges(polygons).values() if len(sides) == 2):
        if abs(maps[i] - maps[j]).max() < SAME:
            label[label == label[i]] = label[j]
    return len(set(label.tolist()))


def share_right(layers, points=200_000):
    """The share of the window that the network classifies as the flower does, from random points."""
    x = (2 * np.random.default_rng(0).random((points, 2)) - 1) * (RIGHT, TOP)
    return np.mean((forward(layers, x)[0][:, 0] > 0) == (flower(torch.from_numpy(x)) > 0).numpy())


def compute(*, width=8, depth=2, seed=39):
    grid = np.stack(np.meshgrid(np.linspace(-RIGHT, RIGHT, 61), np.linspace(-TOP, TOP, 41)), axis=-1).reshape(-1, 2)
    layers, outputs = train(width, depth, seed, grid)
    stages = list(affine_pieces(layers, box(RIGHT, TOP)))
    *_, whole, final = stages  # the decision line is the last neuron's cut
    received = [through(piece, *layers[-2])[2:] for piece in whole]
    W, b = layers[-1]
    maps = np.array([np.append(W @ A, W @ c + b) for A, c in received])  # (cells, 3)
    patterns, polygons = np.array([piece[1] for piece in whole]), [piece[0] for piece in whole]
    lines, switched = seams([piece[0] for piece in final], np.array([piece[1] for piece in final]))
    size, constant = np.array([area(polygon) for polygon in polygons]), silent(patterns, width)
    return {
        "width": width,
        "depth": depth,
        "cells": len(whole),
        "maps_distinct": len(np.unique(maps.round(9), axis=0)),
        "regions": linear_regions(polygons, maps),
        "constant": int(constant.sum()),
        "constant_percent": round(100 * size[constant].sum() / size.sum()),
        "faces": len(np.unique(patterns[:, -width:], axis=0)),
        "median_percent": round(100 * np.median(size) / size.sum(), 2),
        "right_percent": round(100 * share_right(layers), 1),
        "layers": layers,
        "net": {"layers": layers, "grid": grid, "outputs": outputs, "classes": ["outside", "inside"]},
        "polygons": [[piece[0] for piece in stage] for stage in stages],
        "patterns": [np.array([piece[1] for piece in stage], dtype=int) for stage in stages],
        "maps": maps,
        "lines": lines,
        "switched": switched,
        "table": [{"neurons": n, "cells": len(stage)} for n, stage in enumerate(stages[:-1])],
    }


def draw(result, theme):
    neurons = result["width"] * result["depth"]
    frames = {str(n): draw_stage(result, theme, n) for n in range(neurons + 1)}
    return frames | {str(neurons + 1): draw_stage(result, theme, neurons, newest=neurons)}  # the decision


def draw_stage(result, theme, asked, newest=None):
    """The pieces after *asked* neurons; heavy the line of the *newest*, else of the last asked."""
    width, depth, polygons = result["width"], result["depth"], result["polygons"][asked]
    fig = Figure(figsize=(5.6, 4.3))
    ax, key = fig.subplots(2, height_ratios=(20, 1))
    ax.set(xlim=(-RIGHT, RIGHT), ylim=(-TOP, TOP), aspect="equal", xticks=(), yticks=())
    ax.axis("off")
    most = result["patterns"][-2].sum(axis=1).max()
    panes = {}
    for polygon, pattern in zip(polygons, result["patterns"][asked], strict=True):
        panes.setdefault(pattern.sum(), []).append(polygon)
    for on, alike in sorted(panes.items()):
        ax.add_patch(PathPatch(compound(alike), fc=shade(on, most, theme), ec=theme.paper, lw=0.8))
    draw_key(key, most, theme)
    lines, switched = result["lines"], result["switched"]
    lead = lines[switched < min(asked, width)]
    ax.add_collection(LineCollection(lead, colors=theme.paper, linewidths=2.2, capstyle="round"))
    newest = asked - 1 if newest is None else newest
    heavy = lines[switched == newest]
    ax.add_collection(LineCollection(heavy, colors=theme.ink, linewidths=2.4, capstyle="round"))
    ax.set_title(say(asked, newest, width, depth, len(polygons)), loc="left")
    return fig


def shade(on, most, theme):
    """Blue, the fuller the more neurons are on."""
    return to_rgba(theme.colours[0], 0.04 + 0.92 * min(on / max(most, 1), 1))


def draw_key(ax, most, theme):
    """One box for each number of neurons that are on, with the number in every second one."""
    for on in range(most + 1):
        ax.add_patch(Rectangle((on, 0), 1, 1, fc=shade(on, most, theme), ec=theme.paper, lw=0.8))
        if on % 2 == 0 or most < 9:
            ax.text(on + 0.5, -0.25, str(on), color=theme.muted, ha="center", va="top")
    ax.text(-0.4, 0.5, "neurons on", color=theme.muted, ha="right", va="center")
    ax.set(xlim=(-4.5 * max(most, 6) / 12, most + 1), ylim=(-1.3, 1), xticks=(), yticks=())
    ax.axis("off")


def say(asked, newest, width, depth, pieces):
    if newest < 0:
        return "the plane, uncut"
    layer, neuron = divmod(newest, width)
    if layer == depth:
        return f"the decision line across {pieces} cells"
    return f"layer {layer + 1}, neuron {neuron + 1} of {width}: {pieces} cells"


def check(result):
    """Cells and bounds: Montúfar et al. 2014, section 2; Montúfar 2017, "Notes on the
    number of linear regions of deep neural networks": at most ∏ Σ_{j≤2} C(n, j) over the layers.
    Cells (activation regions) and linear regions are counted apart, as by Hanin and Rolnick 2019,
    "Deep ReLU networks have surprisingly few activation patterns": neighbouring cells have different
    maps, except where a whole layer is off and the network is constant.
    """
    width, layers = result["width"], result["layers"]
    polygons, patterns = result["polygons"][-2], result["patterns"][-2]
    assert np.isclose(sum(map(area, polygons)), 4 * RIGHT * TOP, rtol=1e-12)
    rng = np.random.default_rng(0)
    maps, constant = result["maps"], silent(patterns, width)
    for polygon, pattern, (*A, c) in zip(polygons, patterns, maps, strict=True):
        x = rng.dirichlet(np.ones(len(polygon)), size=5) @ polygon
        y, bits = forward(layers, x)
        assert abs(x @ np.array(A) + c - y[:, 0]).max() < 1e-10, "one affine map a cell"
        assert (bits == pattern).all()
    assert len(np.unique(patterns, axis=0)) == len(patterns) == result["cells"], "a pattern a cell"
    assert (maps[constant, :2] == 0).all()

    shared = edges(polygons)
    corners = {corner for edge in shared for corner in edge}
    assert len(corners) - len(shared) + len(polygons) == 1, "Euler's formula: no gap, no overlap"
    for i, j in (sides for sides in shared.values() if len(sides) > 1):
        assert sum(patterns[i] != patterns[j]) == 1, "one neuron switches at a seam"
        differ = abs(maps[i] - maps[j]).max() > 1e3 * SAME
        assert differ or (constant[i] and constant[j]), "neighbouring maps differ, unless constant"
    assert result["maps_distinct"] <= result["regions"] <= result["cells"]
    for n, pieces in enumerate(result["polygons"][:-1]):
        full, rest = divmod(n, width)
        assert len(pieces) <= at_most(width) ** full * at_most(rest)

    heavy = result["lines"][result["switched"] == width * result["depth"]]
    assert len(heavy) > 0
    assert abs(forward(layers, heavy.mean(axis=1))[0]).max() < 1e-6, "undecided along the line"
    assert result["right_percent"] > 90


def at_most(n):
    """How many pieces n lines can cut a plane into: Σ_{j≤2} C(n, j)."""
    return sum(comb(n, j) for j in range(3))


def forward(layers, x):
    """Run the network itself: x (n, 2) -> outputs (n, 1) and which neurons are on (n, neurons)."""
    bits = []
    for W, b in layers[:-1]:
        x = x @ W.T + b
        bits.append(x > 0)
        x = np.maximum(x, 0)
    W, b = layers[-1]
    return x @ W.T + b, np.hstack(bits)
