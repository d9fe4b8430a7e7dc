"""What flows in flows out.

A dot is a hidden neuron: the sum of its incoming weights' scores against that of its outgoing ones.
SynFlow's dots lie on the diagonal (numbers: neurons in their layer), and so every layer holds the
same total: one that loses weights gains score for each that is left, and pruning in small steps
never empties it. SNIP's scores would conserve too, but it takes their absolute values; magnitude
knows no gradient. One untrained 784-200-100-50-25-10 network without biases, and for SNIP 500 drawn
digits. See [[SynFlow-Pruning-Neural-Networks-without-data]].
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch

from _pruning import drawn_digits, fresh_weights, loss_scores, synflow

ALT = (
    "Score in against score out of {hidden} neurons: SynFlow's dots lie on the diagonal, SNIP's and "
    "magnitude's below it. Each layer's share: a fifth in all for SynFlow, for the others most in the first."
)
SIDE = 28  # pixels
WIDTHS = (SIDE**2, 200, 100, 50, 25, 10)
METHODS = ("magnitude", "SNIP", "SynFlow")


def in_and_out(scores):
    """Sum the scores into and out of each hidden neuron: (neurons, 2), layer after layer."""
    pairs = pairwise(scores)  # (units, below), (above, units)
    return torch.cat([torch.stack([below.sum(1), above.sum(0)], 1) for below, above in pairs])


def compute(*, seed=0, examples=500):
    weights = fresh_weights(WIDTHS, torch.Generator().manual_seed(seed), torch.float64)
    images, labels = drawn_digits(examples, SIDE, seed=1)
    signed = loss_scores(weights, images.double(), labels)
    flow, total = synflow(weights)
    scores = {"magnitude": [w.abs() for w in weights], "SNIP": [s.abs() for s in signed], "SynFlow": flow}
    return {
        "neurons": {method: in_and_out(s) for method, s in scores.items()},
        "signed": in_and_out(signed),
        "layers": {method: [layer.sum().item() for layer in s] for method, s in scores.items()},
        "hidden": sum(WIDTHS[1:-1]),
        "flow": torch.tensor([total, torch.linalg.multi_dot([w.abs() for w in reversed(weights)]).sum()]),
        "table": [
            {"method": method, "layer": k + 1, "weights": layer.numel(), "total": round(layer.sum().item(), 4)}
            for method, s in scores.items()
            for k, layer in enumerate(s)
        ],
    }


def draw(result, theme):
    fig, axes = plt.subplots(2, 2, figsize=(5.6, 5.4))
    *scatters, last = axes.flat
    colours = {m: theme.colours[k] for m, k in zip(METHODS, (5, 1, 0), strict=True)}
    for ax, method in zip(scatters, METHODS, strict=True):
        draw_neurons(ax, result["neurons"][method], colours[method], theme)
        ax.set_title(method, color=colours[method])
    label_layers(scatters[-1], result["neurons"]["SynFlow"], theme)
    for method, totals in result["layers"].items():
        share = 100 * np.array(totals) / sum(totals)
        marker = dict(zip(METHODS, "s^o", strict=True))[method]
        last.plot(np.arange(1, len(share) + 1), share, color=colours[method], marker=marker)
        layer, way = (3, (0, 8)) if method == "SynFlow" else (0, (14, 0))
        last.annotate(method, (layer + 1, share[layer]), way, textcoords="offset points", color=colours[method])
    last.margins(y=0.15)  # room for a label below the title
    last.set(title="each layer's share of the score", xlabel="layer", ylim=(0, None))
    last.set_xticks(range(1, len(WIDTHS)))
    last.yaxis.set_major_formatter("{x:.0f} %")
    return fig


def draw_neurons(ax, neurons, colour, theme):
    """Draw in against out, log-log, over the diagonal; neurons: (neurons, 2)."""
    decades = np.log10([neurons.min(), neurons.max()])
    low, high = 10 ** (np.floor(2 * decades[0]) / 2), 10 ** (np.ceil(2 * decades[1]) / 2)
    ax.plot([low, high], [low, high], color=theme.muted, lw=0.8)
    ax.scatter(*neurons.T, s=9, color=colour, alpha=0.6, linewidths=0, zorder=3)
    ax.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high), aspect="equal")
    ax.set(xlabel="score in", ylabel="score out")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(power_of_ten)
        axis.set_minor_formatter("")


def power_of_ten(value, _):
    exponent = round(np.log10(value))
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def label_layers(ax, neurons, theme):
    """Write its number of neurons beside the middle of each hidden layer."""
    for layer in np.split(neurons, np.cumsum(WIDTHS[1:-2])):
        at = np.exp(np.log(layer).mean(axis=0))
        ax.annotate(len(layer), at, (9, -9), textcoords="offset points", color=theme.muted, va="center")


def check(result):
    """Tanaka et al. 2020, theorems 1 and 2: conservation for each neuron and for the whole network.

    They hold for (∂R/∂θ) θ with any R of the output, hence for SNIP's scores before their |·|.
    """
    flow_in, flow_out = result["neurons"]["SynFlow"].T
    assert np.allclose(flow_in, flow_out, rtol=1e-9)
    flow, product = result["flow"]
    assert np.allclose(result["layers"]["SynFlow"], flow, rtol=1e-9)
    assert np.isclose(flow, product, rtol=1e-9), "R = 1ᵀ|W_L|…|W_1|1"
    assert np.allclose(result["neurons"]["SynFlow"].sum(0), flow * (len(WIDTHS) - 2), rtol=1e-9)
    signed_in, signed_out = result["signed"].T
    assert np.allclose(signed_in, signed_out, rtol=1e-9, atol=1e-9 * np.abs(signed_in).max())
    for method in ("magnitude", "SNIP"):
        inward, outward = result["neurons"][method].T
        assert (outward < 0.9 * inward).mean() > 0.9, "what takes no signed gradient doesn't conserve"
        assert result["layers"][method][0] > 0.5 * sum(result["layers"][method])
