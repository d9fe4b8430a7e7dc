"""A classifier learns where three spiral arms lie.

Slide through the epochs of a ReLU network with two hidden layers of 16. The points were held out of
training; those it gets wrong are ringed. Every class owns some of the cells the network is made of
(hairlines) or a straight cut of one, exactly, and is faint where another is at least a ninth as
likely: at first everywhere, in the end a band along the border. At this size more than 95 of 100
held-out points come to lie on their side. See [[Training Neural Networks]] and
[[Cross Entropy and Neural Network Mechanics]].
"""

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from torch import nn

from _polygons import affine_pieces, area, box, compound, cut, through

ALT = (
    "Points on three spiral arms, and three coloured regions with straight-sided borders that wind in between "
    "them over {epochs} epochs, until {percent:.1f} % of the points lie in their own."
)
FRAMES = "epoch"
RIGHT, TOP = 1.4, 1.05  # of the window
ARMS = 3
NOISE = 0.25  # of the angle, in radians; the arms are 2π/3 apart
EPOCHS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
BATCH = 60
RINGS = (0.05, 0.1, 0.2, 0.4)  # distances to the nearest point, between which the network is compared
SURE = np.log(9)  # between logits: a class nine times as likely as any other


def spirals(n, generator):
    """Return n points (n, 2) scattered along the arms, and the arm of each (n,)."""
    arm = torch.arange(n) % ARMS
    radius = torch.rand(n, generator=generator, dtype=torch.float64).sqrt()
    noise = NOISE * torch.randn(n, generator=generator, dtype=torch.float64)
    angle = 2 * torch.pi * arm / ARMS + 5 * radius + noise
    return radius[:, None] * torch.stack([1.3 * angle.cos(), angle.sin()], dim=1), arm


def train(width, seed):
    """Return the held-out points, and after every epoch the layers and which arm they predict."""
    generator = torch.Generator().manual_seed(seed)
    (x, arm), (held_out, held_out_arm) = spirals(600, generator), spirals(300, generator)
    torch.manual_seed(seed)
    sizes = [(2, width), (width, width), (width, ARMS)]
    layers = [nn.Linear(*size, dtype=torch.float64) for size in sizes]
    net = nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])
    optimizer = torch.optim.Adam(net.parameters(), lr=0.008)
    history = []
    for _ in range(EPOCHS[-1] + 1):
        now = [(layer.weight.detach().clone(), layer.bias.detach().clone()) for layer in layers]
        history.append((now, net(held_out).argmax(dim=1)))
        for batch in torch.randperm(len(x), generator=generator).split(BATCH):
            loss = nn.functional.cross_entropy(net(x[batch]), arm[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return held_out, held_out_arm, history


def class_parts(polygon, A, c):
    """Yield (part, class, sure) for a piece whose logits are A x + c: cut it where logits tie."""
    for k in range(ARMS):
        part = polygon
        leads = [(A[k] - A[j], c[k] - c[j]) for j in range(ARMS) if j != k]
        for a, d in leads:
            part = None if part is None else cut(part, part @ a + d)[0]
        for a, d in leads:
            if part is not None:
                part, doubtful = cut(part, part @ a + d - SURE)
                if doubtful is not None:
                    yield doubtful, k, False
        if part is not None:
            yield part, k, True


def regions(layers):
    """Return the network's pieces, and the parts they fall into, each with class and sureness."""
    layers = [(W.numpy(), b.numpy()) for W, b in layers]
    *_, pieces = affine_pieces(layers[:-1], box(RIGHT, TOP))
    W, b = layers[-1]
    parts = []
    for piece in pieces:
        polygon, _, A, c = through(piece, *layers[-2])
        parts += class_parts(polygon, W @ A, W @ c + b)
    return {"pieces": [piece[0] for piece in pieces], "parts": parts}


def snapshot(layers, predicted):
    return {"layers": layers, "predicted": predicted} | regions(layers)


def by_distance(layers, points):
    """Name by distance to the nearest point: share of the window, mean confidence, share that is sure."""
    x = np.stack(np.meshgrid(np.linspace(-RIGHT, RIGHT, 141), np.linspace(-TOP, TOP, 106)), axis=-1).reshape(-1, 2)
    logits = np.sort(forward([(W.numpy(), b.numpy()) for W, b in layers], x), axis=1)
    confidence = 1 / np.exp(logits - logits[:, -1:]).sum(axis=1)
    sure = logits[:, -1] - logits[:, -2] > SURE
    nearest = np.sqrt(np.square(x[:, None] - points.numpy()).sum(axis=2)).min(axis=1)
    ring = np.digitize(nearest, RINGS)  # (places,)
    found = {}
    for k in range(len(RINGS) + 1):
        found[f"share_{k}"] = round(100 * (ring == k).mean())
        found[f"confidence_{k}"] = round(confidence[ring == k].mean(), 3)
        found[f"sure_{k}"] = round(100 * sure[ring == k].mean())
    return found


def compute(*, width=16, seed=0):
    points, arm, history = train(width, seed)
    percent = [round(100 * (predicted == arm).double().mean().item(), 1) for _, predicted in history]
    frames = [snapshot(*history[epoch]) for epoch in EPOCHS]
    cells = [len(frame["pieces"]) for frame in frames]
    return by_distance(history[-1][0], points) | {
        "cells_first": cells[0],
        "cells_16": cells[EPOCHS.index(16)],
        "cells_last": cells[-1],
        "percent_16": percent[16],
        "sure_percent": round(100 * strong_share(frames[-1])),
        "points": points,
        "arm": arm,
        "frames": frames,
        "history": percent,
        "percent": percent[-1],
        "epochs": EPOCHS[-1],
        "table": [{"epoch": n, "held-out accuracy, %": value} for n, value in enumerate(percent)],
    }


def draw(result, theme):
    return {str(epoch): draw_epoch(result, epoch, theme) for epoch in EPOCHS}


def draw_epoch(result, epoch, theme):
    frame = result["frames"][EPOCHS.index(epoch)]
    fig = Figure(figsize=(5.6, 5.3))
    above, below = fig.subplots(2, height_ratios=(6, 1))
    above.set(xlim=(-RIGHT, RIGHT), ylim=(-TOP, TOP), aspect="equal")
    above.axis("off")
    above.set_title(f"epoch {epoch}: {len(frame['pieces'])} cells", loc="left")
    draw_regions(above, frame, theme)
    draw_points(above, result["points"], result["arm"], frame["predicted"], theme)
    draw_history(below, result["history"], epoch, theme)
    return fig


def draw_regions(ax, frame, theme):
    for k, sure in sorted({part[1:] for part in frame["parts"]}):
        alike = [part[0] for part in frame["parts"] if part[1:] == (k, sure)]
        alpha = 0.5 if sure else 0.2
        ax.add_patch(PathPatch(compound(alike), fc=theme.colours[k], alpha=alpha, lw=0))
    ax.add_patch(PathPatch(compound(frame["pieces"]), fc="none", ec=theme.paper, lw=0.5))


def draw_points(ax, points, arm, predicted, theme):
    for k in range(ARMS):
        style = {"ms": 6.5, "mew": 0.6, "mec": theme.paper, "color": theme.colours[k]}
        ax.plot(*points[arm == k].T, ".", **style)
    ax.plot(*points[arm != predicted].T, "o", ms=5.5, mew=1.1, mec=theme.ink, mfc="none")


def draw_history(ax, history, epoch, theme):
    """The share of held-out points that are right, up to *epoch* strong, the rest faint."""
    ax.plot(history, color=theme.grid)
    ax.plot(history[: epoch + 1], color=theme.ink)
    ax.plot(epoch, history[epoch], "o", color=theme.ink, ms=6, clip_on=False)
    side = {"ha": "right", "xytext": (4, -9)} if epoch > 64 else {"ha": "left", "xytext": (-4, -9)}
    label = f"{history[epoch]:.0f} % right"
    ax.annotate(label, (epoch, history[epoch]), textcoords="offset points", va="top", **side)
    ax.set_xscale("symlog", base=2, linthresh=1)
    ax.set(xlim=(-0.1, EPOCHS[-1] * 1.1), ylim=(-15, 105), yticks=[], xticks=EPOCHS)
    ax.set_xticklabels(EPOCHS)
    ax.minorticks_off()
    ax.spines.left.set_visible(False)


def check(result):
    """In each linear region the logits are affine (Montúfar et al. 2014), so classes tie on lines.

    At every epoch shown, on a grid: the class of the part a point lies in is the network's own
    argmax, and it is drawn strong just where that class is nine times as likely as the next.
    """
    x = np.stack(np.meshgrid(np.linspace(-1.39, 1.39, 61), np.linspace(-1.04, 1.04, 41)), axis=-1)
    x = x.reshape(-1, 2)  # (61 · 41, 2)
    for frame in result["frames"]:
        parts = frame["parts"]
        assert np.isclose(sum(area(part) for part, _, _ in parts), 4 * RIGHT * TOP, rtol=1e-9)
        logits = forward(frame["layers"], x)
        second, first = np.sort(logits, axis=1)[:, -2:].T
        found = np.array([contains(part, x) for part, _, _ in parts])  # (parts, points)
        assert (found.sum(axis=0) == 1).all(), "every point lies in one part"
        owner = found.argmax(axis=0)
        assert (np.array([k for _, k, _ in parts])[owner] == logits.argmax(axis=1)).all()
        assert (np.array([sure for *_, sure in parts])[owner] == (np.exp(first - second) > 9)).all()
        right = forward(frame["layers"], result["points"]).argmax(axis=1) == result["arm"]
        assert (right == (frame["predicted"] == result["arm"])).all()
    assert right.mean() > 0.95
    shares = [strong_share(frame) for frame in result["frames"]]
    assert shares[0] < 0.01 and shares[-1] > 0.85, "what is faint has shrunk to a band"


def strong_share(frame):
    return sum(area(part) for part, _, sure in frame["parts"] if sure) / (4 * RIGHT * TOP)


def contains(polygon, x):
    """Whether points x (n, 2) lie to the left of all edges of a counter-clockwise polygon: (n,)."""
    edge = np.roll(polygon, -1, axis=0) - polygon
    offset = x[:, None] - polygon
    return (edge[:, 0] * offset[..., 1] > edge[:, 1] * offset[..., 0]).all(axis=1)


def forward(layers, x):
    for W, b in layers[:-1]:
        x = np.maximum(x @ W.T + b, 0)
    W, b = layers[-1]
    return x @ W.T + b
