"""Winning tickets.

Train, remove the smallest weights, rewind the others to where they started, and again: the winning
ticket learns as well as the whole network ([[lottery-ticket.svg#dense_14|−0.6]] points apart at a seventh,
[[lottery-ticket.svg#dense_14_low|−2.6]] to [[lottery-ticket.svg#dense_14_high|1.3]] with 95 % confidence),
while the same wiring with newly drawn weights falls behind, by
[[lottery-ticket.svg#gap_21|4.6]] points at a fifth ([[lottery-ticket.svg#gap_21_low|3.6]] to
[[lottery-ticket.svg#gap_21_high|5.6]]) and more the sparser. Below, each pixel's square shows how many of its
weights are left: nobody told the network that a page is empty at its margins. Small on purpose: a
196-100-40-10 network without biases, 200 steps on 2500 drawn digits; means of six runs, each with its
own weights, digits and batches, bars from worst to best. See [[Lottery Ticket Hypothesis]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import PolyCollection
from matplotlib.ticker import NullLocator

from _pruning import accuracy, digits_of_runs, fresh_weights, stack, train
from _runs import interval

ALT = (
    "Accuracy against weights left. Winning tickets stay near the dense networks' {dense_percent} % down to a "
    "seventh; new weights sink to {redrawn_percent} %. Dots below: weights gather at the page's middle."
)
SIDE = 14  # pixels
WIDTHS = (SIDE**2, 100, 40, 10)
LENET = (784, 300, 100, 10)  # the paper's; only its weights are counted here
RATE, OUTPUT_RATE = 0.2, 0.1  # pruned in a round; the output layer is small and needed
SHOWN = (0, 3, 7, 15)  # rounds in the halftone
REDRAWN = (0, 3, 5, 7, 9, 12, 15)  # rounds in which the masks are tried with new weights, too
EDGE, MIDDLE = torch.ones(2, SIDE, SIDE, dtype=bool)  # the outermost ring of pixels; the middle
EDGE[1:-1, 1:-1] = False
MIDDLE[:4], MIDDLE[10:], MIDDLE[:, :3], MIDDLE[:, 11:] = False, False, False, False
RUNS = 6  # each with its own weights, digits and batches


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


def compute(*, seed=0, rounds=15, steps=200, examples=2500):
    """Train tickets in every round, and new weights under the same masks in REDRAWN, in RUNS runs."""
    first = 2 * RUNS * seed
    learn = digits_of_runs(range(first, first + 2 * RUNS, 2), examples, SIDE)
    test = digits_of_runs(range(first + 1, first + 2 * RUNS + 1, 2), 1500, SIDE)

    def fresh(k):
        seeds = (1000 * run + k for run in range(first, first + RUNS))
        return stack([fresh_weights(WIDTHS, torch.Generator().manual_seed(s)) for s in seeds])

    start = fresh(0)  # θ0, to which survivors return
    masks = [torch.ones_like(w) for w in start]
    left, ticket, redrawn, seen, nested, grown = [], [], [], [], True, None
    for k in range(rounds + 1):
        networks, copies = start, 1
        if k in REDRAWN:  # the same wiring, data and batches with new weights, side by side
            networks, copies = [torch.cat(pair) for pair in zip(start, fresh(k + 1), strict=True)], 2
        trained = train(networks, [m.repeat(copies, 1, 1) for m in masks], *learn, steps=steps, seed=seed)
        right = accuracy(trained, *test).view(copies, RUNS)
        ticket.append(right[0])
        redrawn += [right[1]] if copies == 2 else []
        left.append(share_left(masks))
        grown = growth(start[0], trained[0][:RUNS]) if k == 0 else grown
        seen.append(masks[0].sum((0, 1)).view(SIDE, SIDE) / (RUNS * WIDTHS[1]))
        smaller = prune([w[:RUNS] for w in trained], masks)
        nested &= all(bool((new <= old).all()) for new, old in zip(smaller, masks, strict=True))
        masks = smaller
    ticket, redrawn = torch.stack(ticket).T.numpy(), torch.stack(redrawn).T.numpy()
    last = 100 * seen[-1]
    return {
        "left": left,
        "lenet_left": lenet_left(15),
        "ticket": ticket,  # (runs, rounds + 1)
        "redrawn": redrawn,  # (runs, rounds in REDRAWN)
        "seen": torch.stack(seen),
        "nested": nested,
        "edge_left": round(last[EDGE].mean().item(), 1),
        "middle_left": round(last[MIDDLE].mean().item(), 1),
        "edge_grew": round(grown[EDGE].mean().item(), 1),
        "middle_grew": round(grown[MIDDLE].mean().item(), 1),
        "dense_percent": round(100 * ticket[:, 0].mean(), 1),
        "last_percent": round(100 * left[-1], 1),
        "redrawn_percent": round(100 * redrawn[:, -1].mean(), 1),
        "table": [
            {"round": k, "weights_left": round(left[k], 4), "run": run, "ticket": round(float(right[k]), 3)}
            | ({"new weights": round(float(redrawn[run, REDRAWN.index(k)]), 3)} if k in REDRAWN else {})
            for k in range(rounds + 1)
            for run, right in enumerate(ticket)
        ],
    } | differences(ticket, redrawn, left)


def growth(before, after):
    """By how much each pixel's weights grew in training, as a ratio of root mean squares: (SIDE, SIDE)."""
    size = [w.square().mean((0, 1)).sqrt().view(SIDE, SIDE) for w in (before, after)]
    return size[1] / size[0]


def differences(ticket, redrawn, left):
    """Name by the percentage left what tickets gain over the dense networks and over new weights, in points."""
    over_dense, over_new = (ticket - ticket[:, :1])[:, REDRAWN], ticket[:, REDRAWN] - redrawn
    return {
        f"{name}_{100 * left[k]:.0f}{end_name}": round(100 * float(end[place]), 1)
        for name, gains in (("dense", over_dense), ("gap", over_new))
        for end_name, end in zip(("", "_low", "_high"), interval(gains), strict=True)
        for place, k in enumerate(REDRAWN)
    }


def draw(result, theme):
    fig = plt.figure(figsize=(5.6, 4.9))
    top, *below = fig.subplot_mosaic([["top"] * 4, list("abcd")], height_ratios=[2.6, 1]).values()
    left = 100 * np.array(result["left"])
    blue, orange = theme.colours[:2]
    dense = 100 * result["ticket"][:, 0].mean()
    top.axhline(dense, color=theme.muted, lw=1, ls=(0, (4, 3)))
    draw_band(top, left[list(REDRAWN)], 100 * result["redrawn"], orange, "s--")
    draw_band(top, left, 100 * result["ticket"], blue, "o-")
    top.set_xscale("log")
    top.set(xlim=(110, left[-1] * 0.92), ylim=(None, 78), xlabel="weights left", ylabel="test accuracy, %")
    top.set_xticks([100, 50, 20, 10, 5], ["100 %", "50 %", "20 %", "10 %", "5 %"])
    top.xaxis.set_minor_locator(NullLocator())
    top.text(17, 76.6, "winning ticket: rewound to θ₀", color=blue, ha="center")
    top.text(38, 56, "same mask, new weights", color=orange, ha="center")
    top.text(left[-1] * 0.95, dense + 0.3, "dense", color=theme.muted, ha="right", va="bottom")
    below[0].text(-2.2, -6.5, "left per pixel", color=theme.muted, rotation=90, ha="center", va="center")
    for ax, k in zip(below, SHOWN, strict=True):
        draw_halftone(ax, result["seen"][min(k, len(left) - 1)], blue)
        ax.set_title(f"{left[min(k, len(left) - 1)]:.3g} %", color=theme.muted)
    return fig


def draw_band(ax, left, percent, colour, style):
    """Draw the mean over runs, and bars from the worst to the best; percent: (runs, rounds)."""
    mean = percent.mean(axis=0)
    bars = np.abs(np.stack([percent.min(axis=0), percent.max(axis=0)]) - mean)
    ax.errorbar(left, mean, bars, fmt=style, color=colour, ms=3.5, elinewidth=1, capsize=2)


def draw_halftone(ax, seen, colour):
    """Draw a square per pixel whose area is the share of its weights that survive."""
    row, column = np.indices(seen.shape).reshape(2, -1)
    half = 0.46 * np.sqrt(seen.reshape(-1))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    squares = np.stack([column, -row], axis=1)[:, None] + corners * half[:, None, None]
    ax.add_collection(PolyCollection(squares, facecolors=colour, linewidths=0))
    ax.set(xlim=(-1, SIDE), ylim=(-SIDE, 1), aspect="equal", xticks=(), yticks=())
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

    left, ticket, redrawn = np.array(result["left"]), result["ticket"], result["redrawn"]
    assert len(ticket) == RUNS
    over_dense = interval(ticket - ticket[:, :1])[1]  # the lower ends: (rounds + 1,)
    assert (over_dense[(left >= 0.2) & (left <= 0.65)] > -0.03).all(), "less than three points behind dense"
    redone = left[list(REDRAWN)]
    gap = ticket[:, REDRAWN] - redrawn
    assert (interval(gap)[1][redone < 0.35] > 0).all(), "ahead of new weights"
    assert interval(gap[:, -1] - gap[:, 1])[1] > 0, "further ahead at the end than after three rounds"
    middle, all_pixels = result["seen"][-1][MIDDLE.numpy()].mean(), result["seen"][-1].mean()
    assert middle > 2 * all_pixels, "the survivors look at the middle"
