"""Winning tickets.

Train, remove the smallest weights, rewind the others to where they started, and again: the winning
ticket learns as well as the whole network until nine tenths of it are gone, while the same wiring
with newly drawn weights falls behind, the more the sparser. Below, each pixel's square shows how
many of its weights are left: nobody told the network that a page is empty at its margins. Small on
purpose: a 196-100-40-10 network without biases, 400 steps on 4000 drawn digits; means of five
seeds, bars from worst to best. See [[Lottery Ticket Hypothesis]] and [[Neural Networks MOC]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import PolyCollection
from matplotlib.ticker import NullLocator

from _pruning import accuracy, drawn_digits, fresh_weights, stack, train

ALT = (
    "Test accuracy against the share of weights left. Winning tickets stay at or above the dense "
    "networks' {dense_percent} % down to about a tenth of the weights; the same masks with new "
    "weights sink steadily, to {reinit_percent} % at {last_percent} % left. Four squares of dots "
    "below: as weights go, the remaining ones gather at the middle of the page."
)
SIDE = 14  # pixels
WIDTHS = (SIDE**2, 100, 40, 10)
LENET = (784, 300, 100, 10)  # the paper's; only its weights are counted here
RATE, OUTPUT_RATE = 0.2, 0.1  # pruned in a round; the output layer is small and needed
SHOWN = (0, 3, 7, 15)  # rounds in the halftone


def prune(weights, masks):
    """Clear the mask of each layer's smallest survivors: a share of RATE, at the output OUTPUT_RATE."""
    pruned = []
    for weight, mask in zip(weights, masks, strict=True):
        rate = OUTPUT_RATE if weight is weights[-1] else RATE
        keep = round(mask[0].sum().item() * (1 - rate))  # the same in every network of the stack
        size = (weight.abs() * mask).flatten(1)
        top = size.topk(keep, dim=1).indices
        pruned.append(torch.zeros_like(size).scatter_(1, top, 1.0).view_as(mask))
    return pruned


def share_left(masks):
    return sum(m.sum().item() for m in masks) / sum(m.numel() for m in masks)


def lenet_left(rounds):
    """Count what the rule leaves of LeNet-300-100, a share a round; no training."""
    weights = stack([fresh_weights(LENET, torch.Generator().manual_seed(0))])
    masks = [torch.ones_like(w) for w in weights]
    left = [share_left(masks)]
    for _ in range(rounds):
        masks = prune(weights, masks)
        left.append(share_left(masks))
    return left


def compute(*, rounds=15, seeds=5, steps=400, examples=4000):
    learn = drawn_digits(examples, SIDE, seed=0)
    test = drawn_digits(2000, SIDE, seed=1)

    def fresh(first):
        seeds_here = range(first, first + seeds)
        return stack([fresh_weights(WIDTHS, torch.Generator().manual_seed(s)) for s in seeds_here])

    start = fresh(0)  # θ0, to which survivors return
    masks = [torch.ones_like(w) for w in start]
    left, right, seen, nested = [], [], [], True
    for k in range(rounds + 1):
        both = [torch.cat(pair) for pair in zip(start, fresh(1000 * (k + 1)), strict=True)]  # θ0, and new draws
        trained = train(both, [torch.cat((m, m)) for m in masks], *learn, steps=steps, seed=0)
        left.append(share_left(masks))
        right.append(accuracy(trained, *test).view(2, seeds))
        seen.append(masks[0].sum((0, 1)).view(SIDE, SIDE) / (seeds * WIDTHS[1]))
        smaller = prune([w[:seeds] for w in trained], masks)
        nested &= all(bool((new <= old).all()) for new, old in zip(smaller, masks, strict=True))
        masks = smaller
    ticket, reinit = torch.stack(right, dim=1)  # (rounds + 1, seeds) each
    dense = float(torch.stack(right)[0].mean())  # nothing is pruned yet: all are dense
    return {
        "left": left,
        "lenet_left": lenet_left(15),
        "ticket": ticket,
        "reinit": reinit,
        "dense": dense,
        "seen": torch.stack(seen),
        "nested": nested,
        "dense_percent": round(100 * dense),
        "reinit_percent": round(100 * float(reinit[-1].mean())),
        "last_percent": round(100 * left[-1], 1),
        "table": [
            {"round": k, "weights_left": left[k], "seed": s, "ticket": float(t), "reinitialised": float(r)}
            for k in range(rounds + 1)
            for s, (t, r) in enumerate(zip(ticket[k], reinit[k], strict=True))
        ],
    }


def draw(result, theme):
    fig = plt.figure(figsize=(5.6, 4.9))
    top, *below = fig.subplot_mosaic([["top"] * 4, list("abcd")], height_ratios=[2.6, 1]).values()
    left = 100 * np.array(result["left"])
    blue, orange = theme.colours[:2]
    top.axhline(100 * result["dense"], color=theme.muted, lw=1, ls=(0, (4, 3)))
    draw_band(top, left, 100 * result["reinit"], orange)
    draw_band(top, left, 100 * result["ticket"], blue)
    top.set_xscale("log")
    top.set(xlim=(110, left[-1] * 0.92), ylim=(None, 78), xlabel="weights left", ylabel="test accuracy, %")
    top.set_xticks([100, 50, 20, 10, 5], ["100 %", "50 %", "20 %", "10 %", "5 %"])
    top.xaxis.set_minor_locator(NullLocator())
    top.text(17, 76.6, "winning ticket: rewound to θ₀", color=blue, ha="center")
    top.text(27, 69, "same mask, new weights", color=orange, ha="center")
    top.text(left[-1] * 0.95, 100 * result["dense"] + 0.3, "dense", color=theme.muted, ha="right", va="bottom")
    below[0].text(-2.2, -6.5, "left per pixel", color=theme.muted, rotation=90, ha="center", va="center")
    for ax, k in zip(below, SHOWN, strict=True):
        draw_halftone(ax, result["seen"][min(k, len(left) - 1)], blue)
        ax.set_title(f"{left[min(k, len(left) - 1)]:.3g} %", color=theme.muted)
    return fig


def draw_band(ax, left, percent, colour):
    """Draw the mean over seeds, and bars from the worst to the best; percent: (rounds, seeds)."""
    mean = percent.mean(axis=1)
    bars = np.abs(np.stack([percent.min(axis=1), percent.max(axis=1)]) - mean)
    ax.errorbar(left, mean, bars, color=colour, marker="o", ms=3.5, elinewidth=1, capsize=2)


def draw_halftone(ax, seen, colour):
    """Draw a square per pixel whose area is the share of its weights that survive."""
    row, column = np.indices(seen.shape).reshape(2, -1)
    half = 0.46 * np.sqrt(seen.reshape(-1))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    squares = np.stack([column, -row], axis=1)[:, None] + corners * half[:, None, None]
    ax.add_collection(PolyCollection(squares, facecolors=colour, linewidths=0))
    ax.set(xlim=(-1, SIDE), ylim=(-SIDE, 1), aspect="equal")
    ax.axis("off")


def check(result):
    """Frankle & Carbin 2019, "The Lottery Ticket Hypothesis", sections 2 and 3 (figures 3 and 4).

    The rule, on the paper's own LeNet-300-100, leaves 51.3, 21.1 and 3.6 % after 3, 7 and 15 rounds.
    On drawn digits the order holds: tickets match the dense network, new weights fall behind.
    """
    k = np.arange(16)
    formula = (265_200 * 0.8**k + 1000 * 0.9**k) / 266_200
    assert np.allclose(result["lenet_left"], formula, atol=2e-5)
    assert [round(100 * result["lenet_left"][r], 1) for r in (3, 7, 15)] == [51.3, 21.1, 3.6]
    assert result["nested"], "a pruned weight came back"

    left, dense = np.array(result["left"]), result["dense"]
    ticket, reinit = result["ticket"].mean(axis=1), result["reinit"].mean(axis=1)
    assert result["ticket"].shape[1] >= 5
    assert (ticket[(left >= 0.2) & (left <= 0.65)] >= dense).all()
    assert (ticket[left >= 0.1] > dense - 0.005).all(), "as good as dense down to a tenth"
    gap = dict(zip(np.round(left, 2), ticket - reinit, strict=True))
    assert 0.005 < gap[0.52] < gap[0.21] < gap[0.11] < gap[0.04], "worse the sparser"
    sparse = left < 0.25
    assert (result["ticket"].min(axis=1) > result["reinit"].max(axis=1))[sparse].all()
    middle, all_pixels = result["seen"][-1][4:10, 3:11].mean(), result["seen"][-1].mean()
    assert middle > 2 * all_pixels, "the survivors look at the middle"
