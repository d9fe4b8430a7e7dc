"""A network places its basis functions.

Slide through training. Each of twelve ReLU neurons in one layer adds a hinge (middle), zero up to
its kink at −b/w and straight beyond; the sum of the hinges is the network, at most thirteen
straight pieces (above, over the broad curve that it learns). The kinks start evenly spaced, and
gradient descent moves them (below) to where the curve bends (shaded), although the data are equally
dense everywhere: here from [[basis-functions.svg#evenly|four]] to [[basis-functions.svg#gathered|eight]],
over 20 starts [[basis-functions.svg#gain|4.4]] more on average
([[basis-functions.svg#gain_low|3.8]] to [[basis-functions.svg#gain_high|5.1]] with 95 % confidence).
See [[Basis Functions]].
"""

import numpy as np
import torch
from matplotlib.figure import Figure

from _runs import interval

ALT = (
    "A line of straight pieces follows a curve with a dip and a bump; its {neurons} hinges; and the "
    "paths of their kinks: at first {evenly} lie where the curve bends, in the end {gathered}."
)
FRAMES = "steps"
SHOWN = (0, 10, 30, 100, 300, 1000, 3000)
RATE = 0.01
RUNS = 20  # starts that are trained, side by side; the first is shown
HUES = (0, 6, 2, 5, 1, 4, 3)  # neighbours on the line get colours that are easily told apart
BENT = 15  # second derivative from which the curve counts as bent: on 3/10 of the way


def target(x):
    dip, bump = np.exp(-(((x - 0.1) / 0.1) ** 2)), np.exp(-(((x - 0.4) / 0.13) ** 2))
    return bump - 0.6 * dip + 0.15 * x


def start(neurons, seed):
    """Return w, b, a (neurons,) and c (1,) before training: kinks evenly spread, opening to either side."""
    generator = torch.Generator().manual_seed(seed)
    kinks = torch.linspace(-1, 1, neurons + 2, dtype=torch.float64)[1:-1]
    side = torch.randn(neurons, generator=generator, dtype=torch.float64).sign()
    height = 0.3 * torch.randn(neurons, generator=generator, dtype=torch.float64)
    return 1.5 * side, -1.5 * side * kinks, height, torch.zeros(1, dtype=torch.float64)


def train(neurons, seeds):
    """Train a network for each seed, side by side on the same 201 points.

    Return x (n,); of the first network the frames, with w, b, a (neurons,), c (1,) and the output over x
    (n,), and the kinks after every step (steps + 1, neurons); at the end the kinks (seeds, neurons) and
    the mean squared errors (seeds,) of all.
    """
    w, b, a, c = (torch.stack(part) for part in zip(*(start(neurons, s) for s in seeds), strict=True))
    lines, a, c = parameters = [part.requires_grad_() for part in (torch.stack((w, b), 1), a, c)]
    w, b = lines.unbind(1)
    x = torch.linspace(-1, 1, 201, dtype=torch.float64)
    inputs = torch.stack((x, torch.ones_like(x)), 1)
    y = torch.from_numpy(target(x.numpy()))
    adam = torch.optim.Adam(parameters, lr=RATE, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, SHOWN[-1])
    frames, kinks = [], torch.empty(SHOWN[-1] + 1, neurons, dtype=torch.float64)
    for step in range(SHOWN[-1] + 1):
        hidden = torch.relu(inputs @ lines)  # (seeds, n, neurons)
        output = (hidden @ a[..., None])[..., 0] + c  # (seeds, n)
        if step in SHOWN:
            names = zip(("w", "b", "a", "c", "output"), (w, b, a, c, output), strict=True)
            frames.append({name: part[0].detach().clone() for name, part in names})
        errors = (output - y).square().mean(1)
        kinks[step] = (-b[0] / w[0]).detach()
        last = (-b / w).detach().numpy(), errors.detach().numpy()
        adam.zero_grad()
        errors.sum().backward()  # the networks don't meet
        adam.step()
        schedule.step()
    return x, frames, kinks.numpy(), *last


def best_heights(kinks):
    """The mean squared error of hinges at fixed kinks (n,) with the best heights, offset and slope."""
    x = np.linspace(-1, 1, 201)
    basis = np.column_stack([np.ones_like(x), x, np.maximum(x[:, None] - kinks, 0)])
    heights = np.linalg.lstsq(basis, target(x), rcond=None)[0]
    return np.mean((basis @ heights - target(x)) ** 2)


def compute(*, neurons=12, seed=3):
    first = 1000 + RUNS * seed  # the other starts differ for every seed
    x, frames, kinks, last, errors = train(neurons, [seed, *range(first, first + RUNS - 1)])
    gain = where_bent(last).sum(axis=1) - where_bent(kinks[0]).sum()  # (runs,)
    mean, low, high = interval(gain)
    ratios = best_heights(kinks[0]) / errors
    return {
        "x": x,
        "frames": frames,
        "kinks": kinks,
        "neurons": neurons,
        "gains": gain,
        "gain": round(mean, 1),
        "gain_low": round(low, 1),
        "gain_high": round(high, 1),
        "error_ratios": ratios,
        "better": int((ratios > 1).sum()),
        "ratio": round(np.median(ratios), 1),
        "ratio_low": round(np.quantile(ratios, 0.25), 1),
        "ratio_high": round(np.quantile(ratios, 0.75), 1),
        "table": [
            {"neuron": j + 1, "first kink": round(float(first), 4), "last kink": round(float(last), 4)}
            for j, (first, last) in enumerate(zip(kinks[0], kinks[-1], strict=True))
        ],
        "evenly": int(where_bent(kinks[0]).sum()),
        "gathered": int(where_bent(kinks[-1]).sum()),
    }


def where_bent(x, h=1e-3):
    """Whether x lies in the window and the target bends there."""
    return (abs(x) < 1) & (abs(target(x + h) - 2 * target(x) + target(x - h)) > BENT * h**2)


def hinges(frame, x):
    """What each neuron adds to the output: x (n,) -> (n, neurons)."""
    return np.maximum(x[:, None] * frame["w"] + frame["b"], 0) * frame["a"]


def bends():
    """The stretches of the window where the target bends: (start, end) each."""
    x = np.linspace(-1, 1, 2001)
    bent = where_bent(x)
    edges = np.flatnonzero(bent[1:] != bent[:-1]) + 1
    return x[edges].reshape(-1, 2).tolist()


def output(frame, x):
    return hinges(frame, x).sum(axis=1) + frame["c"]


def draw(result, theme):
    return {str(step): draw_step(result, i, theme) for i, step in enumerate(SHOWN)}


def draw_step(result, i, theme):
    frame, step = result["frames"][i], SHOWN[i]
    fig = Figure(figsize=(5.6, 6.0))
    above, middle, below = fig.subplots(3, height_ratios=(4, 4, 4), sharex=True)
    n = result["neurons"]
    colours = [theme.colours[HUES[j * len(HUES) // n]] for j in range(n)]
    draw_sum(above, frame, colours, theme)
    draw_hinges(middle, frame, colours, theme)
    draw_paths(below, result["kinks"][: step + 1], colours)
    names = (f"the network, step {step}", "its hinges", "kinks, from step 0 down")
    for ax, name in zip((above, middle, below), names, strict=True):
        for start, end in bends():
            ax.axvspan(start, end, color=theme.grid, alpha=0.35, lw=0, zorder=0)
        ax.text(0, 1, name, transform=ax.transAxes, va="top", color=theme.ink)
    return fig


def draw_sum(ax, frame, colours, theme):
    x = np.linspace(-1, 1, 401)
    ax.plot(x, target(x), color=theme.muted, alpha=0.3, lw=7, solid_capstyle="butt")
    kinks = -frame["b"] / frame["w"]
    corners = np.sort([-1, 1, *kinks[abs(kinks) < 1]])
    ax.plot(corners, output(frame, corners), color=theme.ink, lw=1.4)
    for kink, y, colour in zip(kinks, output(frame, kinks), colours, strict=True):
        if abs(kink) < 1:
            ax.plot(kink, y, "o", color=colour, ms=6)
    ax.set(xlim=(-1, 1), ylim=(-0.85, 1.3))
    ax.axis("off")


def draw_hinges(ax, frame, colours, theme):
    """Each hinge where it is not zero: from its kink to the side it opens to."""
    ax.axhline(0, color=theme.muted, lw=0.6)
    kinks, end = -frame["b"] / frame["w"], np.sign(frame["w"])
    rise = hinges(frame, end).diagonal()
    for kink, x, y, colour in zip(kinks, end, rise, colours, strict=True):
        if kink * x < 1:  # else zero all over the window
            ax.plot([kink, x], [0, y], color=colour)
        if abs(kink) < 1:
            ax.plot(kink, 0, "o", color=colour, ms=5)
    ax.set(ylim=(-2.3, 2.3))
    ax.axis("off")


def draw_paths(ax, kinks, colours):
    for path, colour in zip(kinks.T, colours, strict=True):
        ax.plot(path, np.arange(len(kinks)), color=colour)
        if abs(path[-1]) < 1:
            ax.plot(path[-1], len(kinks) - 1, "o", color=colour, ms=5.5)
    ax.set_yscale("symlog", linthresh=10)
    ax.set(ylim=(1.4 * SHOWN[-1], -4), yticks=SHOWN[1:], xticks=(-1, 0, 1))
    ax.set_yticklabels(SHOWN[1:])
    ax.minorticks_off()
    ax.spines.left.set_visible(False)
    ax.tick_params(left=False)


def check(result):
    """With one input a hidden ReLU bends the output once, at −b/w, by a |w|, so there are at most
    n + 1 pieces: Σ_{j≤1} C(n, j), Zaslavsky 1975, as Montúfar et al. 2014 count a single layer.
    That kinks gather where the curve bends holds over 20 starts: the 95 % interval of the gain is above 0.
    """
    x, n, h = result["x"], result["neurons"], 1e-6
    for frame, step in zip(result["frames"], SHOWN, strict=True):
        assert abs(output(frame, x) - frame["output"]).max() < 1e-12
        kinks = result["kinks"][step]
        for kink in kinks:
            around = output(frame, kink + h * np.array([-2, -1, 1, 2]))
            here = abs(kinks - kink) < h  # kinks may fall on each other
            if (~here & (abs(kinks - kink) < 4 * h)).any():
                continue  # or nearly, so that the differences see a part of another
            bend = (around[3] - around[2] - around[1] + around[0]) / h
            assert np.isclose(bend, (frame["a"] * abs(frame["w"]))[here].sum(), atol=1e-6)
        straight = abs(np.diff(output(frame, np.linspace(-1, 1, 10_001)), n=2)) < 1e-12
        starts = straight & ~np.append(False, straight[:-1])
        assert starts.sum() <= n + 1, "pieces"
    assert abs(where_bent(np.linspace(-1, 1, 2001)).mean() - 0.3) < 0.03
    assert len(result["gains"]) == RUNS
    _, low, _ = interval(result["gains"])
    assert low > 0, "kinks gather where the curve bends"
