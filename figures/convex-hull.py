"""Sure of itself, far from all it has seen.

Colour is the class that leads, its strength how far it leads. The outline is the convex hull of all
the points that eight small networks learned, each without a mistake. Outside, one ReLU network is
sure nearly everywhere: along any ray its logits end as straight lines, and softmax takes the
steepest to 1. But the networks do not agree there, so faint fans open in their mean. Below, along
the arrow: each network dips where its border crosses, then is sure for ever; the mean is not. See
[[Training Neural Networks]] and [[Cross Entropy and Neural Network Mechanics]].
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn import functional as F

ALT = (
    "One network colours the plane around a swirl of points strongly everywhere; in the mean of {members}, "
    "faint fans open. Along an arrow into one, each is sure and their mean falls to {fan_confidence:.2f}."
)
CLASSES = 3
HIDDEN = 24
STEPS, LEARNING_RATE = 400, 0.01  # every point is classified right by then
WINDOW = 4.0  # the data end at 1.3
CELLS = 81  # a side of the grid
FAR = 1e6  # beyond the last kink of every network


def swirl(points, generator):
    """Three bent arms of points: (n, 2), and the arm of each (n,)."""
    arm = torch.arange(CLASSES)[:, None]
    r = 0.25 + torch.rand(CLASSES, points, generator=generator)
    turn = 2 * torch.pi * arm / CLASSES + 3 * r
    x = torch.stack([r * torch.cos(turn), r * torch.sin(turn)], dim=-1)
    x = x + 0.06 * torch.randn(x.shape, generator=generator)
    return x.reshape(-1, 2).double(), arm.expand(-1, points).reshape(-1)


def make_networks(members, generator):
    """Weights (members, in, out) and biases (members, 1, out) of three layers, after He."""
    layers, sizes = [], (2, HIDDEN, HIDDEN, CLASSES)
    for fan_in, out in pairwise(sizes):
        w = torch.randn(members, fan_in, out, generator=generator) * (2 / fan_in) ** 0.5
        b = torch.randn(members, 1, out, generator=generator) / 2
        layers.append((w.double().requires_grad_(), b.double().requires_grad_()))
    return layers


def logits(layers, x):
    """Ask all members at once: (n, 2) -> (members, n, CLASSES)."""
    *hidden, (w, b) = layers
    h = x.expand(len(w), *x.shape)
    for w_hidden, b_hidden in hidden:
        h = torch.relu(h @ w_hidden + b_hidden)
    return h @ w + b


def learn(layers, x, y):
    """Train every member on all points; the sum of losses keeps the members apart."""
    members = len(layers[0][0])
    adam = torch.optim.Adam([p for layer in layers for p in layer], lr=LEARNING_RATE, fused=True)
    for _ in range(STEPS):
        loss = members * F.cross_entropy(logits(layers, x).flatten(0, 1), y.repeat(members))
        adam.zero_grad()
        loss.backward()
        adam.step()


def compute(*, points=40, members=8, seed=6):
    generator = torch.Generator().manual_seed(seed)
    x, y = swirl(points, generator)
    layers = make_networks(members, generator)
    learn(layers, x, y)

    angle = 2 * torch.pi * torch.arange(360).double() / 360
    u = torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1)  # a ray a degree: (360, 2)
    support, corner = (x @ u.T).max(dim=0)  # the hull is all p with p·u ≤ support for every u
    side = torch.linspace(-WINDOW, WINDOW, CELLS).double()
    grid = torch.cartesian_prod(side, side)

    with torch.no_grad():
        chances = logits(layers, grid).softmax(-1)  # (members, cells, CLASSES)
        ends = torch.stack([logits(layers, k * FAR * u) for k in (1, 2, 3)])
        fan = logits(layers, FAR * u).softmax(-1).mean(0).amax(-1).argmin()  # the least sure ray
        radii = torch.logspace(-1, 3, 161).double()
        along = logits(layers, radii[:, None] * u[fan]).softmax(-1)  # (members, radii, CLASSES)
        right = (logits(layers, x).argmax(-1) == y).double().mean()
    return {
        "x": x,
        "y": y,
        "hull": x[torch.unique_consecutive(corner)],
        "side": side,
        "chances": chances,
        "ends": ends,
        "ray": u[fan],
        "radii": radii,
        "along": along,
        "leaves_hull": round(float((support / (u @ u[fan]))[u @ u[fan] > 0].min()), 4),
        "accuracy": float(right),
        "members": members,
        "fan_confidence": round(float(along[:, -1].mean(0).max()), 3),
        "table": [
            {
                "distance": round(float(r), 4),
                "least sure network": round(float(least), 4),
                "mean": round(float(mean), 4),
            }
            for r, least, mean in zip(radii, along.amax(-1).amin(0), along.mean(0).amax(-1), strict=True)
        ],
    }


def draw_plane(ax, chances, result, theme):
    """Shade the grid by how far the leading class leads: chances is (cells, CLASSES)."""
    for c, colour in enumerate(theme.colours[:CLASSES]):
        lead = chances[:, c] - np.delete(chances, c, axis=1).max(axis=1)
        lead = lead.reshape(CELLS, CELLS).T
        bands = {"levels": np.linspace(0, 1.001, 7), "colors": theme.ramp(colour, 8)[1:7]}
        ax.contourf(result["side"], result["side"], lead, **bands)
        dots = result["x"][result["y"] == c]
        ax.plot(*dots.T, "o", ms=2.2, mfc=colour, mec=theme.paper, mew=0.3)
    ax.fill(*result["hull"].T, fill=False, ec=theme.ink, lw=1, zorder=3)
    tip, tail = 0.95 * WINDOW * result["ray"], result["leaves_hull"] * result["ray"]
    arrow = {"arrowstyle": "->", "color": theme.ink, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", tip, tail, arrowprops=arrow)
    ax.set(aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def draw_ray(ax, result, theme):
    members, mean = result["along"].max(axis=2), result["along"].mean(axis=0).max(axis=1)
    for confidence in members:
        ax.plot(result["radii"], confidence, color=theme.muted, lw=0.9)
    ax.plot(result["radii"], mean, color=theme.colours[3], lw=2.6)
    ax.axvspan(result["radii"][0], result["leaves_hull"], color=theme.grid, alpha=0.5, lw=0)
    ax.text(0.12, 0.37, "in the hull", color=theme.muted)
    ax.text(result["radii"][-1], mean[-1] + 0.03, "their mean", ha="right", va="bottom")
    ax.text(result["radii"][-1], 0.96, "each network", ha="right", va="top")
    ax.set_xscale("log")
    ax.set_xticks((0.1, 1, 10, 100, 1000), ("0.1", "1", "10", "100", "1000"))
    ax.minorticks_off()
    ax.set(xlim=(0.1, 1000), ylim=(1 / 3, 1.03), yticks=(0.5, 1))
    ax.set(xlabel="distance along the arrow", ylabel="confidence")


def draw(result, theme):
    fig, axes = plt.subplot_mosaic([["one", "all"], ["ray", "ray"]], figsize=(5.6, 4.9), height_ratios=(2.7, 1.6))
    draw_plane(axes["one"], result["chances"][0], result, theme)
    draw_plane(axes["all"], result["chances"].mean(axis=0), result, theme)
    axes["one"].set_title("one network")
    axes["all"].set_title(f"the mean of {result['members']}")
    draw_ray(axes["ray"], result, theme)
    return fig


def check(result):
    """Far away each network is affine along a ray and its confidence tends to 1; together, not.

    Hein, Andriushchenko & Bitterwolf 2019, "Why ReLU networks yield high-confidence predictions
    far away from the training data and how to mitigate the problem", Theorem 3.1. Its condition
    is that no two classes share the final slope; the limit of softmax is then 1.
    """
    assert result["accuracy"] == 1.0
    once, twice, thrice = result["ends"]  # logits at 1, 2, 3 · FAR: (members, 360, CLASSES)
    assert np.abs(once - 2 * twice + thrice).max() < 1e-9 * np.abs(thrice).max()
    slopes = np.sort((twice - once) / FAR, axis=2)
    assert (slopes[..., -1] - slopes[..., -2]).min() > 1e-4  # one class wins, on every ray

    one, all_of_them = result["chances"][0], result["chances"].mean(axis=0)  # (cells, CLASSES) each
    assert (one.max(axis=1) > 0.9).mean() > 0.9, "one network is sure nearly everywhere"
    assert (all_of_them.max(axis=1) < 0.9).mean() > 2 * (one.max(axis=1) < 0.9).mean(), "fans"
    assert result["along"][:, -1].max(axis=1).min() > 0.999  # each network, at the arrow's end
    mean = result["along"].mean(axis=0).max(axis=1)  # (radii,)
    at_edge = mean[result["radii"] < result["leaves_hull"]][-1]
    assert at_edge > 0.8 and result["fan_confidence"] < 0.6, (at_edge, result["fan_confidence"])

    votes = once.argmax(axis=2)  # (members, 360)
    split = (votes != votes[0]).any(axis=0)
    assert 0.05 < split.mean() < 0.6, split.mean()  # at the data it is 0: see the accuracy
