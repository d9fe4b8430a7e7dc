"""What pruning leaves of each layer.

Turn the compression and the seed: a network with newly drawn weights, pruned before any training in three
ways. A bar shows how much is left of a layer, on a logarithmic scale; at × nothing is left, and no signal
passes. Magnitude empties the first layer at a compression of about 6.8 with every seed, because its
weights are the smallest. SynFlow, whose scores are conserved from layer to layer, empties none. The
network is 196-100-100-100-10 without biases. See [[SynFlow-Pruning-Neural-Networks-without-data]].
"""

import numpy as np
import torch
from matplotlib.figure import Figure

from _pruning import fresh_weights, keep_best, prune_synflow

ALT = (
    "Three groups of four bars, the weights left in each layer at a compression of {compression}. SynFlow leaves "
    "at least {synflow_least} in every layer, magnitude {magnitude_first} in the first."
)
DIALS = {"compression": [2, 5, 10, 100, 1000], "seed": range(3)}
WIDTHS = (196, 100, 100, 100, 10)
METHODS = ("random", "magnitude", "SynFlow")


def compute(*, compression=10, seed=0):
    generator = torch.Generator().manual_seed(seed)
    weights = fresh_weights(WIDTHS, generator, torch.float64)
    count = round(sum(w.numel() for w in weights) / compression)
    noise = [torch.rand(w.shape, generator=generator) for w in weights]
    masks = (
        keep_best(noise, count),
        keep_best([w.abs() for w in weights], count),
        *prune_synflow(weights, (compression,)),
    )
    kept = np.array([[int(layer.sum()) for layer in mask] for mask in masks])  # (methods, layers)
    return {
        "compression": compression,
        "size": [w.numel() for w in weights],
        "kept": kept,
        "synflow_least": int(kept[-1].min()),
        "magnitude_first": int(kept[1, 0]),
        "table": [
            {"method": method} | {f"layer {n + 1}": int(left) for n, left in enumerate(row)}
            for method, row in zip(METHODS, kept, strict=True)
        ],
    }


def draw(result, theme):
    fig = Figure(figsize=(5.6, 3.2))
    ax = fig.subplots()
    size = np.array(result["size"])
    colours = {"random": theme.colours[7], "magnitude": theme.colours[5], "SynFlow": theme.colours[0]}
    for place, (method, kept) in enumerate(zip(METHODS, result["kept"], strict=True)):
        x = place * (len(size) + 1) + np.arange(len(size))
        share = np.maximum(kept, 0.5) / size
        ax.bar(x[kept > 0], share[kept > 0], 0.84, color=colours[method])
        ax.plot(x[kept == 0], np.full((kept == 0).sum(), 1.3e-4), "x", color=theme.ink, ms=5)
        ax.text(x.mean(), 1.7, method, color=colours[method], ha="center")
    ax.axhline(1 / result["compression"], color=theme.muted, lw=1, ls=(0, (4, 3)))
    ax.set(yscale="log", ylim=(1e-4, 1), ylabel="share left")
    ax.set_yticks([1, 0.1, 0.01, 0.001], ["100 %", "10 %", "1 %", "0.1 %"])
    ticks = [place * (len(size) + 1) + n for place in range(len(METHODS)) for n in range(len(size))]
    ax.set_xticks(ticks, [str(n + 1) for _ in METHODS for n in range(len(size))])
    ax.set_xlabel("layer, input first")
    ax.minorticks_off()
    return fig


def check(result):
    """Tanaka et al. 2020, "Pruning neural networks without any data by iteratively conserving synaptic flow".

    Magnitude's collapse has a closed form under PyTorch's initialisation, ±1/√fan_in: the first layer's
    largest weight is 1/14, and 1 − 10/14 of the other layers' 21 000 weights are larger.
    """
    size, kept, compression = np.array(result["size"]), result["kept"], result["compression"]
    assert (kept.sum(axis=1) == round(size.sum() / compression)).all()
    assert (kept[-1] > 0).all(), "SynFlow empties no layer"
    critical = size.sum() / (size[1:].sum() * (1 - 10 / 14))  # 6.8
    assert (kept[1, 0] == 0) == (compression > critical), "magnitude empties the first layer from there on"
    assert (abs(kept[0] - size / compression) < 5 * np.sqrt(size / compression) + 1).all(), "random treats all alike"
