"""Pruning before training, and how layers collapse.

Five ways to score the weights of an untrained network, and what the survivors can learn. Under the
curves a strip a method shows the six layers, input on top: the fainter a cell, the less is left of
its layer; at × nothing is left, no signal passes, and accuracy is chance. SynFlow looks at no data
and yet never empties a layer: from 100-fold on it is ahead, though SNIP, which does look, is better
before. Small on purpose: 784-100-100-100-100-100-10, 150 steps on 4000 drawn digits with hidden
units normalised over the batch, means of three seeds. See
[[SynFlow-Pruning-Neural-Networks-without-data]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import PolyCollection

from _pruning import (
    accuracy,
    drawn_digits,
    fresh_weights,
    grasp,
    keep_best,
    loss_scores,
    prune_synflow,
    stack,
    train,
)

ALT = (
    "Test accuracy against compression from 1 to 10 000 for five pruning methods. Magnitude falls "
    "to chance before 10, random at about 100, GraSP and SNIP at about 300; SynFlow declines slowly "
    "and is at {synflow_percent} % when a thousandth is left. Five strips below show the weights "
    "left in each of six layers: all but SynFlow's end in empty layers."
)
SIDE = 28  # pixels
WIDTHS = (SIDE**2, 100, 100, 100, 100, 100, 10)
COMPRESSIONS = tuple(10 ** (k / 2) for k in range(9))  # ρ = weights before / weights after
METHODS = ("random", "magnitude", "GraSP", "SNIP", "SynFlow")
CHANCE = 0.1


def single_shot(weights, images, labels, generator):
    """Score all weights once, a list of layers for each method but SynFlow."""
    images = images.double()
    return {
        "random": [torch.rand(w.shape, generator=generator, dtype=w.dtype) for w in weights],
        "magnitude": [w.abs() for w in weights],
        "GraSP": grasp(weights, images, labels),
        "SNIP": [s.abs() for s in loss_scores(weights, images, labels)],
    }


def collapse(scores):
    """Find the compression above which a layer is empty: by the rank of each layer's best weight."""
    flat = torch.cat([s.flatten() for s in scores])
    return len(flat) / max((flat >= s.max()).sum().item() for s in scores)


def random_collapses(draws):
    """Repeat the random method's collapse: (draws,)."""
    generator = torch.Generator().manual_seed(0)
    shapes = list(zip(WIDTHS[1:], WIDTHS, strict=False))
    return [collapse([torch.rand(s, generator=generator) for s in shapes]) for _ in range(draws)]


def learn(weights, masks, digits, test):
    """Train one network under many masks, side by side; return the accuracy under each."""
    networks, masks = stack([[w.float() for w in weights]] * len(masks)), stack(masks)
    masks = [m.float() for m in masks]
    trained = train(networks, masks, *digits, steps=150, batch=48, seed=0, rate=0.01, normalise=True)
    return accuracy(trained, *test, normalise=True).tolist()


def compute(*, seeds=3, rounds=100, examples=4000):
    digits = drawn_digits(examples, SIDE, seed=0, noise=0.2)
    test = drawn_digits(2000, SIDE, seed=1, noise=0.2)
    right = np.full((len(METHODS), seeds, len(COMPRESSIONS)), np.nan)
    kept, collapses, extreme = np.zeros((*right.shape, len(WIDTHS) - 1), int), [], []
    for seed in range(seeds):
        generator = torch.Generator().manual_seed(seed)
        weights = fresh_weights(WIDTHS, generator, torch.float64)
        total = sum(w.numel() for w in weights)
        scores = single_shot(weights, digits[0][:1000], digits[1][:1000], generator)
        masks = {m: [keep_best(s, round(total / r)) for r in COMPRESSIONS] for m, s in scores.items()}
        masks["SynFlow"] = [prune_synflow(weights, r, rounds) for r in COMPRESSIONS]
        for m, method in enumerate(METHODS):
            kept[m, seed] = [[int(layer.sum()) for layer in mask] for mask in masks[method]]
            alive = [k for k, layers in enumerate(kept[m, seed]) if layers.all() and (m == 0 or k > 0)]
            right[m, seed, alive] = learn(weights, [masks[method][k] for k in alive], digits, test)
        right[:, seed, 0] = right[0, seed, 0]  # nothing is pruned: the methods agree
        collapses.append([collapse(scores[method]) for method in METHODS[:-1]])
        last = prune_synflow(weights, total / len(weights), rounds)
        extreme.append([int(layer.sum()) for layer in last])
    silent = (test[1] == 0).double().mean().item()  # an empty layer: all logits are 0, class 0 wins
    right = np.where(np.isnan(right), silent, right)
    return {
        "total": total,
        "accuracy": right,
        "kept": kept,  # (methods, seeds, compressions, layers)
        "random_collapses": np.array(random_collapses(100)),
        "collapse": np.array(collapses),  # (seeds, methods without SynFlow)
        "extreme": np.array(extreme),  # (seeds, layers), SynFlow at ρ_max
        "synflow_percent": round(100 * right[-1, :, 6].mean()),
        "table": [
            {"method": method, "compression": round(r, 2), "accuracy": right[m, :, k].mean().round(4).item()}
            | {f"layer {n + 1}": count for n, count in enumerate(kept[m, 0, k].tolist())}
            for m, method in enumerate(METHODS)
            for k, r in enumerate(COMPRESSIONS)
        ],
    }


def draw(result, theme):
    fig, (top, *strips) = plt.subplots(
        1 + len(METHODS), sharex=True, figsize=(5.6, 6), height_ratios=[4.2, 1, 1, 1, 1, 1]
    )
    colours = {m: theme.colours[k] for m, k in zip(METHODS, (7, 5, 3, 1, 0), strict=True)}
    top.axhline(100 * CHANCE, color=theme.muted, lw=1, ls=(0, (4, 3)))
    top.text(1, 100 * CHANCE - 2, "chance", color=theme.muted, va="top")
    for method, percent in zip(METHODS, 100 * result["accuracy"], strict=True):
        wide = 2.6 if method == "SynFlow" else 1.6
        top.fill_between(COMPRESSIONS, percent.min(0), percent.max(0), color=colours[method], alpha=0.2, lw=0)
        top.plot(COMPRESSIONS, percent.mean(0), color=colours[method], marker="o", ms=3.5, lw=wide)
    top.set(ylabel="test accuracy, %", ylim=(0, 100))
    for ax, method, kept in zip(strips, METHODS, result["kept"][:, 0], strict=True):
        draw_strip(ax, kept, colours[method], theme)
        ax.set_ylabel(method, color=colours[method], rotation=0, ha="right", va="center")
    strips[-1].set(xscale="log", xlim=(10**-0.27, 10**4.27), xlabel="compression ρ")
    strips[-1].set_xticks([1, 10, 100, 1000, 10_000], ["1", "10", "100", "1000", "10 000"])
    strips[-1].minorticks_off()
    return fig


def draw_strip(ax, kept, colour, theme):
    """Draw a cell for each compression and layer, shaded by the layer's share left, on a log scale."""
    column, layer = np.indices(kept.shape).reshape(2, -1)
    share = (kept / kept[0]).reshape(-1)
    full = share > 0
    x = (column[:, None] + 0.47 * np.array([-1, 1, 1, -1])) / 2
    y = layer[:, None] + 0.42 * np.array([-1, -1, 1, 1])
    shade = np.clip(1 + np.log10(share[full]) / 4, 0.12, 1)  # one in 10 000 is palest
    cells = np.stack([10**x, y], axis=-1)
    ax.add_collection(PolyCollection(cells[full], facecolors=colour, alpha=shade, linewidths=0))
    ax.plot(10 ** (column[~full] / 2), layer[~full], "x", color=theme.ink, ms=3, mew=0.9)
    ax.set(ylim=(kept.shape[1] - 0.4, -0.6), yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(length=0)


def check(result):
    """Tanaka et al. 2020, "Pruning neural networks without any data by iteratively conserving synaptic flow".

    Section 3 defines ρ_max = N / L and layer collapse, section 6 (algorithm 1) the 100 rounds. The
    magnitude collapse has a closed form under PyTorch's initialisation, ±1/√fan_in: the first
    layer's largest weight is 1/28, and 1 − 10/28 of the others' weights are larger.
    """
    total, kept, right = result["total"], result["kept"], result["accuracy"]
    assert total == 119_400 and total / kept.shape[-1] == 19_900
    assert (kept.sum(-1) == np.round(total / np.array(COMPRESSIONS))).all()
    dead = (kept == 0).any(-1)
    assert not dead[-1].any(), "SynFlow keeps every layer at 10⁴"
    assert (result["extreme"] == 1).all(), "at ρ_max exactly one weight a layer: nothing wasted"

    _, magnitude, gradient, snip = result["collapse"].T
    assert np.allclose(magnitude, total / (41_000 * (1 - 10 / 28)), rtol=0.01)  # 4.53
    assert (kept[1, :, 2:, 0] == 0).all(), "it is the first layer that magnitude empties"
    rank = np.log(0.5) / np.log(1 - 1000 / total)  # median rank of the output layer's best weight
    assert abs(np.log10(np.median(result["random_collapses"]) / (total / rank))) < 0.15  # 1440
    assert (gradient < 1000).all() and (snip < 1000).all()

    assert np.allclose(right[dead], CHANCE, atol=0.02)
    mean = right.mean(axis=1)  # (methods, compressions)
    assert (mean[:, 0] > 0.8).all()
    assert (mean[-1, 4:] > mean[:-1, 4:].max(axis=0)).all(), "ahead from 100-fold on"
    assert (mean[-1, 4:7] > mean[:-1, 4:7].max(axis=0) + 0.03).all(), "and well ahead down to a thousandth"
    assert mean[-1, 6] > 0.13 and (mean[:-1, 6] < 0.12).all(), "alone above chance at 1000"
    assert mean[3, 2] > mean[-1, 2], "SNIP is better at 10"
