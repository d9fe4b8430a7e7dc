"""What a mask knows: shuffled inside its layers.

Shuffle a mask within each layer: as many weights stay in each, but which ones is up to chance.
SynFlow's networks learn about as well (within two points down to 3 %), so all its mask had told
was how many weights each layer needs; only further down do the paths it protects count. A mask read
off the trained network, its weights rewound to the same start, loses at once: it knew which ones.
Small on purpose: 196-100-100-10, 150 steps on 4000 drawn digits with hidden units normalised over
the batch; means of four seeds, bands from worst to best. See [[SynFlow-Pruning-Neural-Networks-without-data]]
and [[Lottery Ticket Hypothesis]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.ticker import NullLocator

from _pruning import accuracy, drawn_digits, fresh_weights, keep_best, prune_synflow, stack, train

ALT = (
    "Two plots of test accuracy against the share of weights left, each with a line for the mask and "
    "one for the mask shuffled. Left, SynFlow: the lines run together from 50 to 3 % and part at "
    "1.6 %. Right, a mask read off the trained network: its shuffled line runs below, by up to "
    "{worst} points."
)
SIDE = 14  # pixels
WIDTHS = (SIDE**2, 100, 100, 10)
COMPRESSIONS = (2, 4, 8, 16, 32, 64)
SOURCES = ("SynFlow, before training", "magnitude, after training")


def shuffled(masks, generator):
    """Put each layer's mask in a random order: as many weights a layer, others."""
    orders = [torch.randperm(m.numel(), generator=generator).view_as(m) for m in masks]
    return [m.flatten()[order] for m, order in zip(masks, orders, strict=True)]


def counts(masks):
    return [[int(layer.sum()) for layer in mask] for mask in masks]


def compute(*, seeds=4, steps=150, examples=4000):
    digits, test = drawn_digits(examples, SIDE, seed=0), drawn_digits(2000, SIDE, seed=1)

    def learn(networks, masks):
        return train(networks, masks, *digits, steps=steps, rate=0.01, seed=0, normalise=True)

    starts = [fresh_weights(WIDTHS, torch.Generator().manual_seed(s)) for s in range(seeds)]
    total = sum(w.numel() for w in starts[0])
    dense = learn(stack(starts), [torch.ones_like(w) for w in stack(starts)])
    right, same_counts = [], True
    for seed, start in enumerate(starts):
        generator = torch.Generator().manual_seed(1000 + seed)
        trained = [w[seed].abs() for w in dense]
        masks = [prune_synflow(start, r) for r in COMPRESSIONS]
        masks += [keep_best(trained, round(total / r)) for r in COMPRESSIONS]
        mixed = [shuffled(mask, generator) for mask in masks]
        same_counts &= counts(masks) == counts(mixed)
        networks = learn(stack([start] * 2 * len(masks)), stack(masks + mixed))
        right.append(accuracy(networks, *test, normalise=True).view(2, len(SOURCES), -1))
    right = torch.stack(right)  # (seeds, mask or shuffled, sources, compressions)
    kept, mixed = right.mean(0).tolist()
    return {
        "accuracy": right,
        "same_counts": same_counts,
        "dense": accuracy(dense, *test, normalise=True).mean().item(),
        "worst": round(100 * max(a - b for a, b in zip(kept[1], mixed[1], strict=True))),
        "table": [
            {"mask": source, "weights_left": 1 / r, "accuracy": kept[k][n], "shuffled": mixed[k][n]}
            for k, source in enumerate(SOURCES)
            for n, r in enumerate(COMPRESSIONS)
        ],
    }


def draw(result, theme):
    fig, axes = plt.subplots(1, 2, sharey=True, figsize=(5.6, 3.4))
    left = 100 / np.array(COMPRESSIONS)
    colours = (theme.colours[0], theme.colours[5])
    for k, (ax, source, colour) in enumerate(zip(axes, SOURCES, colours, strict=True)):
        percent = 100 * result["accuracy"][:, :, k]  # (seeds, mask or shuffled, compressions)
        ax.axhline(100 * result["dense"], color=theme.muted, lw=1, ls=(0, (4, 3)))
        draw_band(ax, left, percent[:, 0], colour, "-")
        draw_band(ax, left, percent[:, 1], theme.muted, (0, (2, 1.5)))
        ax.set(title=source, xscale="log", xlim=(60, 1.3), xlabel="weights left")
        ax.set_xticks([50, 25, 12.5, 6.25, 3.1, 1.6], ["50 %", "25", "12.5", "6.3", "3.1", "1.6"])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.title.set_color(colour)
    axes[0].set(ylabel="test accuracy, %")
    axes[0].text(53, 100 * result["dense"] + 0.9, "nothing pruned", color=theme.muted)
    axes[0].text(9, 50, "its mask and\nthe shuffled one", color=theme.ink, ha="center")
    axes[1].text(3.9, 76, "its mask", color=theme.colours[5])
    axes[1].text(7.5, 58, "shuffled", color=theme.muted, ha="center")
    return fig


def draw_band(ax, left, percent, colour, style):
    """Draw the mean over seeds within the band from worst to best; percent: (seeds, compressions)."""
    ax.fill_between(left, percent.min(0), percent.max(0), color=colour, alpha=0.2, lw=0)
    ax.plot(left, percent.mean(0), color=colour, ls=style, marker="o", ms=3.5)


def check(result):
    """Frankle et al. 2021, "Pruning Neural Networks at Initialization: Why Are We Missing the Mark?"

    Its abstract: unlike for pruning after training, shuffling within each layer which weights are
    pruned before training (SynFlow's among the methods) preserves the accuracy or improves it.
    """
    assert result["same_counts"], "a shuffled layer keeps its number of weights"
    kept, mixed = result["accuracy"].mean(axis=0)  # (sources, compressions) each
    synflow, trained = kept - mixed  # what shuffling costs
    fair = np.array(COMPRESSIONS) <= 32
    assert (abs(synflow[fair]) < 0.02).all() and synflow[fair].mean() < 0.005, "within two points"
    assert (trained[1:] > 0.03).all() and (trained[fair] > synflow[fair] + 0.005).all()
    assert synflow[-1] > 0.05, "at 1.6 % few paths are left, and which ones matters"
    assert abs(kept[0, 0] - result["dense"]) < 0.03
