"""What a mask knows: shuffled inside its layers.

Shuffle a mask within each layer: as many weights stay in each, but which ones is up to chance.
SynFlow's networks learn about as well down to 3 % of the weights, where shuffling costs
[[masks-shuffled.svg#synflow_32|0.3 points]] ([[masks-shuffled.svg#synflow_32_low|−2.4]] to
[[masks-shuffled.svg#synflow_32_high|3.1]] with 95 % confidence): its mask says how many weights each
layer needs, and only further down do the paths it protects count. A mask read off the trained
network, its weights rewound to the same start, loses earlier, at an eighth by
[[masks-shuffled.svg#trained_8|4.9 points]] ([[masks-shuffled.svg#trained_8_low|3.4]] to
[[masks-shuffled.svg#trained_8_high|6.3]]): it knew which ones. Small on purpose: 196-100-100-10, 120 steps
on 2500 drawn digits with hidden units normalised over the batch; means of six runs, each with its own
weights, digits and batches, bands from worst to best. See
[[SynFlow-Pruning-Neural-Networks-without-data]] and [[Lottery Ticket Hypothesis]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.ticker import NullLocator

from _pruning import accuracy, drawn_digits, fresh_weights, keep_best, prune_synflow, stack, train
from _runs import interval

ALT = (
    "Accuracy against weights left, for a mask and the mask shuffled. SynFlow's run together down to 3 % "
    "and part at 1.6 %. A trained network's shuffled mask is below, by {trained_32} points at 3 %."
)
SIDE = 14  # pixels
WIDTHS = (SIDE**2, 100, 100, 10)
COMPRESSIONS = (2, 8, 32, 64)
SOURCES = ("SynFlow, before training", "magnitude, after training")
RUNS = 6  # each with its own weights, digits and batches


def shuffled(masks, generator):
    """Put each layer's mask in a random order: as many weights a layer, others."""
    orders = [torch.randperm(m.numel(), generator=generator).view_as(m) for m in masks]
    return [m.flatten()[order] for m, order in zip(masks, orders, strict=True)]


def counts(masks):
    return [[int(layer.sum()) for layer in mask] for mask in masks]


def compute(*, seed=0, steps=120, examples=2500):
    first = 2 * RUNS * seed
    right, whole, same_counts = [], [], True
    for run in range(first, first + 2 * RUNS, 2):
        generator = torch.Generator().manual_seed(run)
        start = fresh_weights(WIDTHS, generator)
        digits, test = drawn_digits(examples, SIDE, seed=run), drawn_digits(1500, SIDE, seed=run + 1)

        def learn(networks, masks, digits=digits, run=run):
            return train(networks, masks, *digits, steps=steps, rate=0.01, seed=run, normalise=True)

        total = sum(w.numel() for w in start)
        dense = learn(stack([start]), stack([[torch.ones_like(w) for w in start]]))
        whole.append(accuracy(dense, *test, normalise=True).item())
        trained = [w[0].abs() for w in dense]
        masks = prune_synflow(start, COMPRESSIONS)
        masks += [keep_best(trained, round(total / r)) for r in COMPRESSIONS]
        mixed = [shuffled(mask, generator) for mask in masks]
        same_counts &= counts(masks) == counts(mixed)
        networks = learn(stack([start] * 2 * len(masks)), stack(masks + mixed))
        right.append(accuracy(networks, *test, normalise=True).view(2, len(SOURCES), -1))
    right = torch.stack(right).numpy()  # (runs, mask or shuffled, sources, compressions)
    kept, mixed = right.mean(0)
    ends = [100 * end for end in interval(right[:, 0] - right[:, 1])]  # what shuffling costs, in points
    return {
        "accuracy": right,
        "same_counts": same_counts,
        "dense": round(float(np.mean(whole)), 4),
        "table": [
            {"mask": source, "weights_left": 1 / r, "accuracy": round(kept[k, n], 3), "shuffled": round(mixed[k, n], 3)}
            for k, source in enumerate(SOURCES)
            for n, r in enumerate(COMPRESSIONS)
        ],
    } | {
        f"{source}_{r}{name}": round(float(end[k, n]), 1)
        for k, source in enumerate(("synflow", "trained"))
        for n, r in enumerate(COMPRESSIONS)
        for name, end in zip(("", "_low", "_high"), ends, strict=True)
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
        ax.set_xticks([50, 12.5, 3.1, 1.6], ["50 %", "12.5", "3.1", "1.6"])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.title.set_color(colour)
    axes[0].set(ylabel="test accuracy, %")
    axes[0].text(53, 100 * result["dense"] + 0.9, "nothing pruned", color=theme.muted)
    axes[0].text(22, 45, "its mask and\nthe shuffled one", color=theme.ink, ha="center")
    axes[1].text(4.6, 69, "its mask", color=theme.colours[5])
    axes[1].text(17, 56, "shuffled", color=theme.muted, ha="center")
    return fig


def draw_band(ax, left, percent, colour, style):
    """Draw the mean over seeds within the band from worst to best; percent: (seeds, compressions)."""
    ax.fill_between(left, percent.min(0), percent.max(0), color=colour, alpha=0.2, lw=0)
    ax.plot(left, percent.mean(0), color=colour, ls=style, marker="o", ms=3.5)


def check(result):
    """Frankle et al. 2021, "Pruning Neural Networks at Initialization: Why Are We Missing the Mark?"

    Its abstract: unlike for pruning after training, shuffling within each layer which weights are
    pruned before training (SynFlow's among the methods) preserves the accuracy or improves it. Tested by
    paired differences over six runs, with 95 % intervals.
    """
    assert result["same_counts"], "a shuffled layer keeps its number of weights"
    assert len(result["accuracy"]) == RUNS
    cost = result["accuracy"][:, 0] - result["accuracy"][:, 1]  # (runs, sources, compressions)
    _, (synflow_low, trained_low), (synflow_high, _) = interval(cost)
    assert (synflow_high[:3] < 0.06).all(), "shuffling SynFlow's mask costs little down to 3 %"
    assert (trained_low[1:3] > 0).all(), "shuffling a trained network's mask costs at 12.5 and 3 %"
    _, low, _ = interval((cost[:, 1] - cost[:, 0])[:, 1:3].mean(axis=1))
    assert low > 0, "and more than shuffling SynFlow's, on average over both"
    assert synflow_low[3] > 0, "at 1.6 % few paths are left, and which ones matters"
