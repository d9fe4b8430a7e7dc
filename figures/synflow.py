"""Pruning before training, and how layers collapse.

Five ways to score the weights of an untrained network, and what the survivors can learn. Under the
curves a strip a method shows the six layers, input on top: the fainter a cell, the less is left of
its layer; at × nothing is left, no signal passes, and accuracy is chance. SynFlow looks at no data
and yet never empties a layer. At a tenth it is [[synflow.svg#lead_10|5.1]] points behind the best other
method ([[synflow.svg#lead_10_high|1.5]] to [[synflow.svg#lead_10_low|8.7]] with 95 % confidence); at a hundredth
five runs do not tell ([[synflow.svg#lead_100_low|−6.0]] to [[synflow.svg#lead_100_high|23.7]] ahead), at
316-fold compression it is ahead by [[synflow.svg#lead_316|9.5]] ([[synflow.svg#lead_316_low|2.9]] to
[[synflow.svg#lead_316_high|16.0]]), and far from learning well. Small on purpose:
784-100-100-100-100-100-10, 120 steps on 2500 drawn digits with hidden units normalised over the
batch; means of five runs, each with its own weights, digits and batches, bands from worst to best;
strips of the first. See [[SynFlow-Pruning-Neural-Networks-without-data]].
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
from _runs import interval

ALT = (
    "Accuracy against compression for five methods: magnitude falls to chance before 10, the others between "
    "10 and 316, SynFlow slowest, with {synflow_100} % at 100. All others end in empty layers."
)
SIDE = 28  # pixels
WIDTHS = (SIDE**2, 100, 100, 100, 100, 100, 10)
COMPRESSIONS = tuple(10 ** (k / 2) for k in range(9))  # ρ = weights before / weights after
METHODS = ("random", "magnitude", "GraSP", "SNIP", "SynFlow")
CHANCE = 0.1
RUNS = 5  # each with its own weights, digits and batches
LEARNED = (0, 2, 4, 5, 6)  # the compressions at which networks are trained: 1, 10, 100, 316, 1000
NETWORKS = 10  # pruned in fewer rounds, to see what the rounds are for


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


def learn(weights, masks, digits, test, seed):
    """Train one network under many masks, side by side; return the accuracy under each."""
    networks, masks = stack([[w.float() for w in weights]] * len(masks)), stack(masks)
    masks = [m.float() for m in masks]
    trained = train(networks, masks, *digits, steps=120, seed=seed, rate=0.01, normalise=True)
    return accuracy(trained, *test, normalise=True).tolist()


def prune_all(weights, digits, generator, rounds):
    """Return the masks of each method at each compression, the compression at which each but SynFlow collapses,
    and the weights that SynFlow keeps at ρ_max, a layer each."""
    total = sum(w.numel() for w in weights)
    scores = single_shot(weights, digits[0][:500], digits[1][:500], generator)
    masks = {m: [keep_best(s, round(total / r)) for r in COMPRESSIONS] for m, s in scores.items()}
    *masks["SynFlow"], last = prune_synflow(weights, (*COMPRESSIONS, total / len(weights)), rounds)
    return masks, [collapse(scores[method]) for method in METHODS[:-1]], [int(layer.sum()) for layer in last]


def one_run(run, rounds, examples):
    """Prune by all methods and train; *run* seeds weights, digits and batches. Return four parts.

    Accuracies (methods, learned compressions); weights kept (methods, compressions, layers); the compression
    at which each method but SynFlow collapses (methods,); weights that SynFlow keeps at ρ_max (layers,).
    """
    generator = torch.Generator().manual_seed(run)
    digits, test = (drawn_digits(n, SIDE, seed, noise=0.2) for n, seed in ((examples, run), (1500, run + 1)))
    weights = fresh_weights(WIDTHS, generator, torch.float64)
    masks, collapses, extreme = prune_all(weights, digits, generator, rounds)
    kept = np.array([[[int(layer.sum()) for layer in mask] for mask in masks[m]] for m in METHODS])
    silent = (test[1] == 0).double().mean().item()  # an empty layer: all logits are 0, class 0 wins
    right = np.full((len(METHODS), len(LEARNED)), silent)
    alive = [(m, k) for m in range(len(METHODS)) for k, c in enumerate(LEARNED) if k > 0 and kept[m, c].all()]
    chosen = [masks[METHODS[m]][LEARNED[k]] for m, k in alive]
    whole, *others = learn(weights, [masks["random"][0], *chosen], digits, test, run)
    right[:, 0] = whole  # nothing is pruned: the methods agree
    right[tuple(zip(*alive, strict=True))] = others
    return right, kept, collapses, extreme


def emptied(rounds):
    """Count the networks, of NETWORKS, that lose a layer when pruned to the highest compression in *rounds*."""
    networks = (fresh_weights(WIDTHS, torch.Generator().manual_seed(n), torch.float64) for n in range(NETWORKS))
    return sum(any(not layer.any() for layer in prune_synflow(w, COMPRESSIONS[-1:], rounds)[0]) for w in networks)


def compute(*, seed=0, rounds=100, examples=2500):
    first = 2 * RUNS * seed
    runs = [one_run(run, rounds, examples) for run in range(first, first + 2 * RUNS, 2)]
    right, kept, collapses, extreme = (np.array(part) for part in zip(*runs, strict=True))
    percent = 100 * right.mean(axis=0)  # (methods, compressions)
    rival = percent[:-1].argmax(axis=0)  # the best other method, at each compression
    others = right[:, rival, range(len(LEARNED))]  # (runs, compressions)
    ends = [100 * end for end in interval(right[:, -1] - others)]
    names = [round(COMPRESSIONS[k]) for k in LEARNED]
    return (
        {
            "total": int(kept[0, 0, 0].sum()),
            "accuracy": right,  # (runs, methods, compressions at which it learns)
            "kept": kept,  # (runs, methods, compressions, layers)
            "random_collapses": np.array(random_collapses(100)),
            "collapse": collapses,  # (runs, methods without SynFlow)
            "extreme": extreme,  # (runs, layers), SynFlow at ρ_max
            "rival": [METHODS[m] for m in rival],
            "emptied_5": emptied(5),
            "emptied_20": emptied(20),
            "table": [
                {"method": method, "compression": round(r, 2)}
                | {f"layer {n + 1}": count for n, count in enumerate(kept[0, m, k].tolist())}
                | {"accuracy, %": round(percent[m, LEARNED.index(k)], 1) if k in LEARNED else ""}
                for m, method in enumerate(METHODS)
                for k, r in enumerate(COMPRESSIONS)
            ],
        }
        | {
            f"{method.lower()}_{name}": round(float(percent[m, k]), 1)
            for m, method in enumerate(METHODS)
            for k, name in enumerate(names)
        }
        | {
            f"lead_{name}{end_name}": round(float(end[k]), 1)
            for k, name in enumerate(names)
            for end_name, end in zip(("", "_low", "_high"), ends, strict=True)
        }
    )


def draw(result, theme):
    fig, (top, *strips) = plt.subplots(
        1 + len(METHODS), sharex=True, figsize=(5.6, 6), height_ratios=[4.2, 1, 1, 1, 1, 1]
    )
    colours = {m: theme.colours[k] for m, k in zip(METHODS, (7, 5, 3, 1, 0), strict=True)}
    learned = [COMPRESSIONS[k] for k in LEARNED]
    top.axhline(100 * CHANCE, color=theme.muted, lw=1, ls=(0, (4, 3)))
    top.text(1, 100 * CHANCE - 2, "chance", color=theme.muted, va="top")
    for m, (method, marker) in enumerate(zip(METHODS, "Xs^Do", strict=True)):
        percent = 100 * result["accuracy"][:, m]  # (runs, compressions)
        wide = 2.6 if method == "SynFlow" else 1.4
        top.fill_between(learned, percent.min(0), percent.max(0), color=colours[method], alpha=0.2, lw=0)
        top.plot(learned, percent.mean(0), color=colours[method], marker=marker, ms=5, lw=wide)
    top.text(1.15, 20, "magnitude", color=colours["magnitude"])
    top.text(130, 46, "SynFlow", color=colours["SynFlow"])
    top.set(ylabel="test accuracy, %", ylim=(0, 100))
    for ax, method, kept, sign in zip(strips, METHODS, result["kept"][0], "✖■▲◆●", strict=True):
        draw_strip(ax, kept, colours[method], theme)
        ax.set_ylabel(f"{method} {sign}", color=colours[method], rotation=0, ha="right", va="center")
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
    dead = (kept == 0).any(-1)  # (runs, methods, compressions)
    assert not dead[:, -1].any(), "SynFlow keeps every layer at 10⁴"
    assert (result["extreme"] == 1).all(), "at ρ_max exactly one weight a layer: nothing wasted"
    assert result["emptied_5"] > result["emptied_20"], "the fewer rounds, the more collapse"

    _, magnitude, gradient, snip = result["collapse"].T
    assert np.allclose(magnitude, total / (41_000 * (1 - 10 / 28)), rtol=0.02)  # 4.53
    assert (kept[:, 1, 2:, 0] == 0).all(), "it is the first layer that magnitude empties"
    rank = np.log(0.5) / np.log(1 - 1000 / total)  # median rank of the output layer's best weight
    assert abs(np.log10(np.median(result["random_collapses"]) / (total / rank))) < 0.15  # 1440
    assert np.median(gradient) < 1000 and np.median(snip) < 1000

    assert len(right) == RUNS
    assert np.allclose(right[dead[:, :, LEARNED]], CHANCE, atol=0.03)
    assert (right[:, :, 0] > 0.75).all()
    rival = right[:, :-1].mean(axis=0).argmax(axis=0)
    _, low, high = interval(right[:, -1] - right[:, rival, range(len(LEARNED))])
    assert high[1] < 0, "behind the best other method at a tenth"
    assert low[3] > 0, "ahead of all others at 316"
    above = right[:, -1, 2] - CHANCE
    assert interval(above)[1] > 0 and (right[:, -1, 2] > right[:, :3, 2].max(axis=1) - 0.05).all(), (
        "and it learns at 100"
    )
