"""Five features in two dimensions.

A network has two numbers to carry five features (a colour each), and may tell them apart with one
ReLU each. While features come all at once it keeps the two that matter most, at right angles, and
drops the others. The more often a feature is absent, the less it costs that two share a direction:
four fit as two opposite pairs, and then all five, as a pentagon, 72° apart. Below, WᵀW: what each
feature reads back of itself (diagonal) and of the others (teal adds, ochre takes away). The best of
eight runs at each sparsity. See [[Autoencoders]] and [[High Dimensional Spaces]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import PolyCollection

ALT = (
    "Arrows from the middle of a circle, for features absent 0, 50, 80, 90 and 97 % of the time: "
    "{kept} of them. First at a right angle, then in two opposite pairs, at last a pentagon. Below "
    "each the matrix WᵀW as squares: from two on the diagonal to all five, with negative and "
    "positive ones off it."
)
FEATURES, HIDDEN = 5, 2
ABSENT = (0.0, 0.5, 0.8, 0.9, 0.97)  # S: the probability that a feature is 0
IMPORTANCE = 0.9  # of each feature, relative to the one before


def every_pattern(draws, generator):
    """Switch the features on in all 2⁵ ways, *draws* random heights each: (patterns, draws, 5)."""
    on = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * FEATURES)
    return on[:, None] * torch.rand(len(on), draws, FEATURES, generator=generator)


def chances(absent):
    """Tell how probable each pattern is: (networks, patterns)."""
    on = torch.cartesian_prod(*[torch.arange(2)] * FEATURES).sum(1)
    return (1 - absent[:, None]) ** on * absent[:, None] ** (FEATURES - on)


def loss(weight, bias, x, absent):
    """L = E Σ_i I_i (x_i − ReLU(WᵀWx + b)_i)², in units of how often a feature is there: (networks,)."""
    chance = chances(absent)
    importance = IMPORTANCE ** torch.arange(FEATURES)
    read_back = torch.relu(x.flatten(0, 1) @ weight.mT @ weight + bias).unflatten(1, x.shape[:2])
    missed = (importance * (x - read_back) ** 2).sum(-1).mean(-1)  # (networks, patterns)
    return (chance * missed).sum(-1) / (1 - absent)


def compute(*, tries=8, steps=800, draws=40, seed=0):
    generator = torch.Generator().manual_seed(seed)
    absent = torch.tensor(ABSENT).repeat_interleave(tries)
    weight = (0.5 * torch.randn(len(absent), HIDDEN, FEATURES, generator=generator)).requires_grad_()
    bias = torch.zeros(len(absent), 1, FEATURES, requires_grad=True)
    adam = torch.optim.Adam([weight, bias], lr=0.03, fused=True)
    slower = torch.optim.lr_scheduler.LinearLR(adam, 1, 0.02, steps)
    for _ in range(steps):
        adam.zero_grad()
        loss(weight, bias, every_pattern(draws, generator), absent).sum().backward()
        adam.step()
        slower.step()
    with torch.no_grad():
        final = loss(weight, bias, every_pattern(20 * draws, generator), absent).view(-1, tries)
    best = final.argmin(1)  # there are local minima: keep the best of the tries
    found = weight.detach().view(len(ABSENT), tries, HIDDEN, FEATURES)[range(len(ABSENT)), best]
    kept = (found.norm(dim=1) > 0.3).sum(1).tolist()
    return {
        "W": found,  # (sparsities, 2, 5)
        "kept": ", ".join(map(str, kept)),
        "table": [
            {"absent": s, "feature": i + 1, "x": w[0, i].item(), "y": w[1, i].item()}
            for s, w in zip(ABSENT, found, strict=True)
            for i in range(FEATURES)
        ],
    }


def draw(result, theme):
    fig, axes = plt.subplots(2, len(ABSENT), figsize=(5.6, 2.85))
    for ax, weight, absent in zip(axes[0], result["W"], ABSENT, strict=True):
        draw_features(ax, weight, theme)
        ax.set_title(f"{100 * absent:.0f} %", color=theme.muted)
    for ax, weight in zip(axes[1], result["W"], strict=True):
        draw_squares(ax, weight.T @ weight, theme)
    fig.suptitle("how often a feature is absent", size="medium", color=theme.muted)
    axes[1, 0].set_ylabel("WᵀW", color=theme.muted)
    return fig


def draw_features(ax, weight, theme):
    """Draw each feature's direction, the most important one turned up; weight: (2, 5)."""
    turn = 1j / np.exp(1j * np.angle(weight[0, 0] + 1j * weight[1, 0]))
    tips = (weight[0] + 1j * weight[1]) * turn
    circle = np.exp(2j * np.pi * np.linspace(0, 1, 61))
    ax.plot(circle.real, circle.imag, color=theme.muted, lw=0.6)
    for tip, colour in zip(tips, theme.colours, strict=False):
        ax.plot([0, tip.real], [0, tip.imag], color=colour, lw=2)
        ax.plot(tip.real, tip.imag, "o", color=colour, ms=5 * min(1, abs(tip)), clip_on=False)
    ax.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), aspect="equal")
    ax.axis("off")


def draw_squares(ax, matrix, theme):
    """Draw a matrix as squares whose area is the entry's size: teal above zero, ochre below."""
    row, column = np.indices(matrix.shape).reshape(2, -1)
    entries = matrix.reshape(-1)
    half = 0.42 * np.sqrt(np.abs(entries) / 1.4)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    squares = np.stack([column, -row], axis=1)[:, None] + corners * half[:, None, None]
    *_, ochre, teal, _ = theme.colours  # the features have the first five
    colours = [teal if entry > 0 else ochre for entry in entries]
    ax.add_collection(PolyCollection(squares, facecolors=colours, linewidths=0))
    ax.set(xlim=(-0.6, FEATURES - 0.4), ylim=(0.4 - FEATURES, 0.6), aspect="equal", xticks=[], yticks=[])
    for side in ax.spines.values():
        side.set(visible=True, color=theme.muted, linewidth=0.6)


def angles(weight):
    """Measure the gaps between neighbouring kept features, in degrees, from the first kept one on."""
    kept = weight[:, np.hypot(*weight) > 0.3]
    around = np.sort(np.degrees(np.arctan2(kept[1], kept[0])))
    return np.diff(np.append(around, around[0] + 360))


def check(result):
    """Elhage et al. 2022, "Toy Models of Superposition": its first example, five features in the plane.

    Dense, two at a right angle; 80 % absent, two opposite pairs; 90 % and more, the pentagon.
    """
    dense, _, pairs, *pentagons = result["W"]
    assert np.allclose(np.linalg.norm(dense, axis=0), [1, 1, 0, 0, 0], atol=0.3)
    assert np.allclose(sorted(angles(dense)), [90, 270], atol=3), "the two that matter most"
    assert np.allclose(angles(pairs), 90, atol=3) and len(angles(pairs)) == 4
    assert abs(np.linalg.norm(pairs[:, 4])) < 0.1, "the fifth, least important, is dropped"
    across = np.sort((pairs.T @ pairs)[:4, :4], axis=1)
    assert np.allclose(across[:, 0], -1, atol=0.1), "each of the four has an opposite"
    for weight in pentagons:
        assert len(angles(weight)) == FEATURES and np.allclose(angles(weight), 72, atol=3)
    assert (np.diff([int(kept) for kept in result["kept"].split(", ")]) >= 0).all()
