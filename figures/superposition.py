"""Five features in two dimensions.

A network has two numbers to carry five features (numbered by importance), and may tell them apart with
one ReLU each. While features come all at once it keeps the two that matter most, at right angles, and
drops the others. The more often a feature is absent, the less it costs that two share a direction:
four fit as two opposite pairs, and then all five, as a pentagon, 72° apart. Below, WᵀW: what each
feature reads back of itself (diagonal) and of the others (full squares add, hollow ones take away). The
best of six networks at each sparsity. Pairs at 80 % and the pentagon at 97 % come out in all of four runs
with different random draws; of features that are always there, [[superposition.svg#dense_two|three]] runs
keep two alone, the others a third beside them. See [[Superposition]] and [[High Dimensional Spaces]].
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import PolyCollection

ALT = (
    "Arrows of the features kept when each is absent 0, 50, 80, 90 and 97 % of the time: {kept}. First a right "
    "angle, then two opposite pairs, at last a pentagon. Below, the matrices WᵀW."
)
FEATURES, HIDDEN = 5, 2
ABSENT = (0.0, 0.5, 0.8, 0.9, 0.97)  # S: the probability that a feature is 0
IMPORTANCE = 0.9  # of each feature, relative to the one before
COPIES = 8  # of the pattern with all features, the only one where none is ever absent
RUNS = 4  # each with different random draws, and the best of its networks; the first is shown


def patterns():
    """All 2⁵ ways to switch the features on, the last of them COPIES times: (patterns, 5)."""
    on = torch.cartesian_prod(*[torch.tensor([0, 1])] * FEATURES)
    return torch.cat([on, on[-1:].expand(COPIES - 1, -1)])


def every_pattern(draws, generator):
    """Give each pattern *draws* random heights, for every run: (runs, patterns, draws, 5)."""
    on = patterns()
    return on[:, None] * torch.rand(RUNS, len(on), draws, FEATURES, generator=generator)


def chances(absent):
    """Tell how probable each pattern is: (networks, patterns)."""
    on = patterns().sum(1)
    chance = (1 - absent[:, None]) ** on * absent[:, None] ** (FEATURES - on)
    return torch.where(on == FEATURES, chance / COPIES, chance)


def loss(weight, bias, x, absent):
    """L = E Σ_i I_i (x_i − ReLU(WᵀWx + b)_i)², in units of how often a feature is there: (runs, networks)."""
    seen = x.flatten(1, 2).mT  # (runs, 5, patterns · draws)
    sums = (weight.mT @ weight).flatten(1, 2) @ seen  # of all networks: (runs, networks · 5, patterns · draws)
    read_back = torch.relu(sums.unflatten(1, (-1, FEATURES)) + bias)
    chance = (chances(absent) / x.shape[2]).repeat_interleave(x.shape[2], dim=1)  # (networks, patterns · draws)
    missed = ((seen[:, None] - read_back).square() @ chance[:, :, None])[..., 0]  # (runs, networks, 5)
    return missed @ IMPORTANCE ** torch.arange(FEATURES) / (1 - absent)


def compute(*, tries=6, steps=800, draws=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    absent = torch.tensor(ABSENT).repeat_interleave(tries)
    weight = (0.5 * torch.randn(RUNS, len(absent), HIDDEN, FEATURES, generator=generator)).requires_grad_()
    bias = torch.zeros(RUNS, len(absent), FEATURES, 1, requires_grad=True)
    adam = torch.optim.Adam([weight, bias], lr=0.03, fused=True)
    slower = torch.optim.lr_scheduler.LinearLR(adam, 1, 0.02, steps)
    for _ in range(steps):
        adam.zero_grad()
        loss(weight, bias, every_pattern(draws, generator), absent).sum().backward()
        adam.step()
        slower.step()
    with torch.no_grad():
        final = loss(weight, bias, every_pattern(60 * draws, generator), absent).view(RUNS, len(ABSENT), tries)
    best = final.argmin(2)  # there are local minima: keep the best of the tries
    trained = weight.detach().view(RUNS, len(ABSENT), tries, HIDDEN, FEATURES)
    runs = trained.gather(2, best[..., None, None, None].expand(-1, -1, 1, HIDDEN, FEATURES))[:, :, 0]
    found, kept = runs[0], (runs.norm(dim=2) > 0.3).sum(2)  # (runs, sparsities)
    return {
        "dense_two": int((kept[:, 0] == 2).sum()),
        "W": found,  # (sparsities, 2, 5)
        "runs": runs,  # (runs, sparsities, 2, 5)
        "counts": kept,
        "gain_90": round(runs[:, 3].square().sum(1).mean().item(), 1),
        "gain_97": round(runs[:, 4].square().sum(1).mean().item(), 1),
        "kept": ", ".join(map(str, kept[0].tolist())),
        "table": [
            {"absent": s, "feature": i + 1, "x": round(w[0, i].item(), 3), "y": round(w[1, i].item(), 3)}
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
    for number, tip in enumerate(tips, 1):
        if abs(tip) > 0.3:
            at = tip * (1 + 0.34 / abs(tip))
            ax.text(at.real, at.imag, str(number), ha="center", va="center")
    ax.set(xlim=(-1.7, 1.7), ylim=(-1.7, 1.7), aspect="equal", xticks=(), yticks=())
    ax.axis("off")


def draw_squares(ax, matrix, theme):
    """Draw a matrix as squares whose area is the entry's size: full above zero, hollow below."""
    row, column = np.indices(matrix.shape).reshape(2, -1)
    entries = matrix.reshape(-1)
    half = 0.42 * np.sqrt(np.abs(entries) / 1.4)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    squares = np.stack([column, -row], axis=1)[:, None] + corners * half[:, None, None]
    *_, ochre, teal, _ = theme.colours  # the features have the first five
    colours = [teal if entry > 0 else ochre for entry in entries]
    faces = [colour if entry > 0 else "none" for entry, colour in zip(entries, colours, strict=True)]
    widths = [0.0 if entry > 0 or size < 0.06 else 1.2 for entry, size in zip(entries, half, strict=True)]
    ax.add_collection(PolyCollection(squares, facecolors=faces, edgecolors=colours, linewidths=widths))
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

    80 % absent, two opposite pairs, 97 %, the pentagon, in every run; dense, two at a right angle in half of
    the runs or more: some keep a third, a local minimum.
    """
    counts, usual = result["counts"], 0
    assert (counts[:, [2, 4]] == [4, 5]).all() and (counts[:, :2] <= 4).all()
    assert result["dense_two"] >= RUNS / 2, "two of the features that are always there"
    for dense, _, pairs, *pentagons in result["runs"]:
        if len(angles(dense)) == 2:
            assert np.allclose(sorted(angles(dense)), [90, 270], atol=5)
            usual += np.allclose(np.linalg.norm(dense, axis=0), [1, 1, 0, 0, 0], atol=0.3)
        assert np.allclose(angles(pairs), 90, atol=4)
        across = np.sort(pairs.T @ pairs, axis=1)[np.linalg.norm(pairs, axis=0) > 0.3]
        assert np.allclose(across[:, 0], -1, atol=0.15), "each of the four has an opposite"
        for weight in pentagons:
            if len(angles(weight)) == FEATURES:
                assert np.sqrt(np.mean((angles(weight) - 72) ** 2)) < 3
    assert usual >= RUNS / 2, "the two that matter most"
