"""A valley's width is in the eye of the scale.

Four slices through the loss around one trained network, along the same two random directions; the
fuller the colour, the lower, and the lines are at the same heights. On the right the first layer's
weights are ten times larger and the second's ten times smaller, and the network computes the very
same function; yet above, its valley looks steep and narrow. Below, each neuron's part of a direction
is first scaled to that neuron's weights (filter normalisation), and the two pictures are equal. A
2-16-16-3 network on 240 points of three spiral arms. See [[Training Neural Networks]] and
[[Cross Entropy and Neural Network Mechanics]].
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.nn.functional import cross_entropy

ALT = (
    "Contours of the loss around a trained network. In plain directions the rescaled network's valley is far "
    "narrower than the original's; filter-normalised, the two plots are identical."
)
WIDTHS = (2, 16, 16, 3)
SCALE = 10.0  # W1, b1 × SCALE and W2 / SCALE: ReLU(c z) = c ReLU(z), so nothing changes
REACH = 1.0  # the window is ±REACH along both directions
LEVELS = np.geomspace(0.05, 12, 13)


def spirals(count, generator):
    """Scatter points on three arms: positions (count, 2) and arms (count,)."""
    arm = torch.arange(count) % 3
    along = torch.rand(count, generator=generator, dtype=torch.float64)
    angle = 4 * along + 2 * np.pi * arm / 3 + 0.15 * torch.randn(count, generator=generator, dtype=torch.float64)
    radius = 0.15 + 1.5 * along
    return torch.stack([radius * angle.cos(), radius * angle.sin()], 1), arm


def logits(x, weights, biases):
    """Run the network; weights may have leading axes (…, out, in), and so has the answer."""
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        x = torch.relu(x @ weight.mT + bias)
    return x @ weights[-1].mT + biases[-1]


def train(x, arm, generator, steps):
    def draw_weights(i, o):
        return (2 / i) ** 0.5 * torch.randn(o, i, generator=generator, dtype=x.dtype)

    weights = [draw_weights(i, o) for i, o in pairwise(WIDTHS)]
    biases = [torch.zeros(o, dtype=x.dtype) for o in WIDTHS[1:]]
    parameters = [p.requires_grad_() for p in weights + biases]
    adam = torch.optim.Adam(parameters, lr=0.01, weight_decay=1e-4, fused=True)
    for _ in range(steps):
        adam.zero_grad()
        cross_entropy(logits(x, weights, biases), arm).backward()
        adam.step()
    return [w.detach() for w in weights], [b.detach() for b in biases]


def filter_normalised(direction, weights):
    """Give each neuron's row of the direction the length of that neuron's weights."""
    pairs = zip(direction, weights, strict=True)
    return [d / d.norm(dim=1, keepdim=True) * w.norm(dim=1, keepdim=True) for d, w in pairs]


def surface(x, arm, weights, biases, directions, steps):
    """Find the loss at θ + a δ + b η on a grid, biases held: (b, a)."""
    b, a = torch.meshgrid(*[torch.linspace(-REACH, REACH, steps, dtype=x.dtype)] * 2, indexing="ij")
    a, b = a.reshape(-1, 1, 1), b.reshape(-1, 1, 1)
    moved = [w + a * d + b * e for w, d, e in zip(weights, *directions, strict=True)]
    out = logits(x, moved, biases)  # (grid, points, classes)
    loss = cross_entropy(out.flatten(0, 1), arm.repeat(len(out)), reduction="none")
    return loss.view(steps, steps, -1).mean(-1)


def compute(*, points=240, training_steps=1500, grid=41, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x, arm = spirals(points, generator)
    weights, biases = train(x, arm, generator, training_steps)
    rescaled = [weights[0] * SCALE, weights[1] / SCALE, weights[2]], [biases[0] * SCALE, *biases[1:]]
    size = sum((w**2).sum() for w in weights) ** 0.5
    plain = []
    for _ in range(2):
        direction = [torch.randn(w.shape, generator=generator, dtype=w.dtype) for w in weights]
        length = sum((d**2).sum() for d in direction) ** 0.5
        plain.append([d * size / length for d in direction])
    surfaces = {}
    for name, (w, b) in {"trained": (weights, biases), "rescaled": rescaled}.items():
        surfaces[f"plain {name}"] = surface(x, arm, w, b, plain, grid)
        fair = [filter_normalised(d, w) for d in plain]
        lengths = [(d.norm(dim=1), v.norm(dim=1)) for d, v in zip(fair[0], w, strict=True)]
        surfaces[f"normalised {name}"] = surface(x, arm, w, b, fair, grid)
    first, second = logits(x, weights, biases), logits(x, *rescaled)
    return {
        "surfaces": surfaces,
        "lengths": torch.cat([torch.stack(pair) for pair in lengths], 1),  # (direction or weights, neurons)
        "logits": first,
        "logits_rescaled": second,
        "arm": arm,
        "loss": round(cross_entropy(first, arm).item(), 3),
        "valley_percent": round(100 * (surfaces["plain trained"] < 1).double().mean().item()),
        "narrow_percent": round(100 * (surfaces["plain rescaled"] < 1).double().mean().item(), 1),
    }


def draw(result, theme):
    fig, axes = plt.subplots(2, 2, figsize=(5.6, 5.5), sharex=True, sharey=True)
    for row, kind in zip(axes, ("plain", "normalised"), strict=True):
        for ax, name in zip(row, ("trained", "rescaled"), strict=True):
            draw_surface(ax, result["surfaces"][f"{kind} {name}"], theme)
    axes[0, 0].set(title="trained", ylabel="plain directions")
    axes[0, 1].set(title=f"W₁ × {SCALE:g}, W₂ ÷ {SCALE:g}")
    axes[1, 0].set(ylabel="filter-normalised")
    return fig


def draw_surface(ax, loss, theme):
    """Draw contours on a logarithmic scale, filled the more the lower."""
    side = np.linspace(-REACH, REACH, len(loss))
    clipped = np.clip(loss, LEVELS[0], LEVELS[-1])
    shades = theme.ramp(theme.colours[0], len(LEVELS))[:0:-1]
    ax.contourf(side, side, clipped, levels=LEVELS, colors=shades)
    ax.contour(side, side, clipped, levels=LEVELS[1:-1:2], colors=theme.colours[0], linewidths=0.7)
    ax.plot(0, 0, "o", color=theme.ink, ms=3)
    ax.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])


def check(result):
    """Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets", section 4: filter normalisation.

    Rescaling layers leaves a ReLU network's function, and so its normalised picture, as it was.
    """
    logit, arm = result["logits"], result["arm"]
    assert np.allclose(logit, result["logits_rescaled"], rtol=1e-9, atol=1e-9), "the same function"
    by_hand = np.log(np.exp(logit).sum(1)) - logit[np.arange(len(arm)), arm]  # cross entropy
    for loss in result["surfaces"].values():
        middle = len(loss) // 2
        assert np.isclose(loss[middle, middle], by_hand.mean(), rtol=1e-9), "the centre is the training loss"
    plain, fair, plain_rescaled, fair_rescaled = result["surfaces"].values()
    assert np.allclose(*result["lengths"], rtol=1e-9), "each neuron's step is as long as its weights"
    assert np.allclose(fair, fair_rescaled, rtol=1e-9, atol=1e-9)
    valley, narrow = ((loss < 1).mean() for loss in (plain, plain_rescaled))
    assert valley > 0.1 and narrow < valley / 10, "the plain valley seems narrower"
