"""What training does to the bits.

Bits of the hidden layer that survive when the input is turned in one plane. Dotted, before training;
solid, after. Only the sign of the product of the first two of ten coordinates decides the class; 64
neurons are trained on 2000 points, and 1000 new points are turned. Training moves the hyperplanes: half a turn
leaves [[trained-hash.svg#after_decides|60 %]] of the bits in the plane that decides the class, and
[[trained-hash.svg#after_other|83 %]] in one that does not. Curves of the first of four runs, each with its own
weights and points. See [[Neural Networks as a Locality Sensitive Hash]].
"""

import matplotlib.pyplot as plt
import numpy as np

from _runs import interval

ALT = (
    "Share of bits that stay as the input turns by 0 to 180 degrees. Before training both planes end near "
    "{before_decides} %, after it the plane that decides the class at {after_decides} %, another at {after_other} %."
)
POINTS, DIMENSIONS, WIDTH = 2000, 10, 64
RUNS = 4  # each with its own weights and points
ANGLES = np.linspace(0, np.pi, 25)
PLANES = ((0, 1), (2, 3))  # the one that decides the class, and one that does not
STEPS, RATE, DECAY = 600, 2.0, 1e-3
LINES = [
    (k, when, n, name) for k, when in enumerate(("before", "after")) for n, name in enumerate(("decides", "other"))
]


def bits(x, layer):
    return x @ layer[0] + layer[1] > 0


def train(x, y, w, b, v):
    """Gradient descent on the logistic loss, all points at once; return the hidden layer."""
    for _ in range(STEPS):
        h = np.maximum(x @ w + b, 0)
        e = -y / (1 + np.exp(y * (h @ v))) / len(x)
        g = np.outer(e, v) * (h > 0)
        w, b, v = w - RATE * (x.T @ g + DECAY * w), b - RATE * g.sum(0), v - RATE * (h.T @ e + DECAY * v)
    return w, b


def stay(points, layer, plane, angle):
    """The share of bits that stay when the two coordinates of *plane* are turned by *angle*."""
    i, j = plane
    turned = points.copy()
    turned[:, i] = np.cos(angle) * points[:, i] - np.sin(angle) * points[:, j]
    turned[:, j] = np.sin(angle) * points[:, i] + np.cos(angle) * points[:, j]
    return (bits(points, layer) == bits(turned, layer)).mean()


def one_run(run):
    """Return the hidden layer before and after training, weights and biases each, and new points."""
    rng = np.random.default_rng(run)
    x = rng.normal(size=(POINTS, DIMENSIONS))
    y = np.where(x[:, 0] * x[:, 1] > 0, 1.0, -1.0)  # the other eight coordinates say nothing
    drawn = rng.normal(size=(DIMENSIONS, WIDTH)) / DIMENSIONS**0.5, np.zeros(WIDTH)
    trained = train(x, y, *drawn, rng.normal(size=WIDTH) / WIDTH**0.5)
    return (drawn, trained), rng.normal(size=(1000, DIMENSIONS))


def half_turn(layers, points):
    """Bits that stay after half a turn: (layer, plane), in per cent."""
    return 100 * np.array([[stay(points, layer, plane, np.pi) for plane in PLANES] for layer in layers])


def compute(*, seed=0):
    found = [one_run(run) for run in range(RUNS * seed, RUNS * (seed + 1))]
    layers, points = found[0]
    curves = np.array([[[stay(points, layer, plane, a) for a in ANGLES] for plane in PLANES] for layer in layers])
    ends = np.array([half_turn(*one) for one in found])  # (runs, layer, plane)
    (before_decides, before_other), (after_decides, after_other) = ends[0].round().astype(int).tolist()
    weight_before, weight_after = (round(100 * (w[:2] ** 2).sum() / (w**2).sum()) for w, _ in layers)
    return {
        "curves": curves,  # (layer, plane, angles)
        "ends": ends,
        "before_decides": before_decides,
        "before_other": before_other,
        "after_decides": after_decides,
        "after_other": after_other,
        "weight_before": weight_before,
        "weight_after": weight_after,
        "table": [
            {"degrees": round(degrees)}
            | {f"{name}, {when} training": round(float(curves[k, n, angle]), 3) for k, when, n, name in LINES}
            for angle, degrees in enumerate(np.degrees(ANGLES))
        ],
    } | {
        f"{name}{end_name}": round(float(end[plane]), 1)
        for plane, name in enumerate(("decides", "other"))
        for end_name, end in zip(("", "_low", "_high"), interval(ends[:, 1] - ends[:, 0]), strict=True)
    }


def draw(result, theme):
    fig, ax = plt.subplots()
    for layer, style in zip(result["curves"], (":", "-"), strict=True):
        for curve, colour in zip(layer, theme.colours, strict=False):
            ax.plot(np.degrees(ANGLES), curve, style, color=colour)
    ax.text(105, 0.66, "in the plane that decides the class", color=theme.colours[0], ha="right")
    ax.text(70, 0.925, "in a plane that does not", color=theme.colours[1])
    ax.set(xlabel="turned by, degrees", ylabel="bits that stay", xticks=range(0, 181, 45))
    return fig


def check(result):
    """Charikar 2002, "Similarity estimation techniques from rounding algorithms": before training no plane is special.

    What training changes is tested by paired differences over four runs, with 95 % intervals.
    """
    before = result["ends"][:, 0]
    assert abs(before[:, 0] - before[:, 1]).max() < 8, "random hyperplanes know no plane"
    assert result["decides_high"] < 0, "the plane that decides loses more bits"
    assert result["other_low"] > 0, "the other loses fewer"
