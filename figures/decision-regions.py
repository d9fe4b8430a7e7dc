"""A classifier learns where three spiral arms lie.

Slide through the epochs of a ReLU network with two hidden layers of 16. The points were held out of
training; those it gets wrong are ringed. Every class owns some of the cells the network is made of
(hairlines) or a straight cut of one, exactly, and is faint where another is at least a ninth as
likely: at first everywhere, in the end a band along the border. At this size more than 95 of 100
held-out points come to lie on their side. A click shows the neurons and the logits of a point.
See [[Training Neural Networks]] and [[Cross Entropy and Neural Network Mechanics]].
"""

import numpy as np
from matplotlib.figure import Figure

from _polygons import area
from _spirals import RIGHT, SURE, TOP, check_regions, draw_points, draw_regions, exported, forward, grid, regions, train

ALT = (
    "Points on three spiral arms, and three coloured regions with straight-sided borders that wind in between "
    "them over {epochs} epochs, until {percent:.1f} % of the points lie in their own."
)
FRAMES = "epoch"
NOISE = 0.25  # of the angle, in radians; the arms are 2π/3 apart
EPOCHS = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256)
RINGS = (0.05, 0.1, 0.2, 0.4)  # distances to the nearest point, between which the network is compared


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
    points, arm, history = train(width, 2, NOISE, EPOCHS[-1], seed)
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
        "net": {epoch: exported(frame["layers"]) for epoch, frame in zip(EPOCHS, frames, strict=True)},
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
    above.set(xlim=(-RIGHT, RIGHT), ylim=(-TOP, TOP), aspect="equal", xticks=(), yticks=())
    above.axis("off")
    above.set_title(f"epoch {epoch}: {len(frame['pieces'])} cells", loc="left")
    draw_regions(above, frame, theme)
    draw_points(above, result["points"], result["arm"], frame["predicted"], theme)
    draw_history(below, result["history"], epoch, theme)
    return fig


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
    for frame in result["frames"]:
        check_regions(frame, grid())
        right = forward(frame["layers"], result["points"]).argmax(axis=1) == result["arm"]
        assert (right == (frame["predicted"] == result["arm"])).all()
    assert right.mean() > 0.95
    shares = [strong_share(frame) for frame in result["frames"]]
    assert shares[0] < 0.01 and shares[-1] > 0.85, "what is faint has shrunk to a band"


def strong_share(frame):
    return sum(area(part) for part, _, sure in frame["parts"] if sure) / (4 * RIGHT * TOP)
