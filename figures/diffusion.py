"""From data to noise and back.

Every step forward shrinks each point and adds a little noise, until nothing of the spiral is left.
The way back asks a denoiser where a noised point came from, on average; each thin line leads from
a place to its answer. For 32 points the best answer is known: their mean, weighted by a softmax.
Followed back it returns those points and no others. A small network comes close to it but misses,
and so fills in the curve between them. [[Stable Diffusion]] paints pictures that way.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import LineCollection
from torch import nn

ALT = (
    "Noise at step 100 becomes a spiral of {points} points at step 0. The exact denoiser's cloud falls onto "
    "just these points, the network's lies along the curve through them."
)
FRAMES = "time step"
SHOWN = (100, 60, 40, 28, 18, 12, 6, 0)  # the steps that get a frame
T = 100
BETA = torch.linspace(0.0004, 0.2, T).double()  # each step's noise; the paper has 1000, smaller
ALPHA_BAR = torch.cat([torch.ones(1).double(), (1 - BETA).cumprod(0)])  # at t = 0, 1 … T
HIDDEN, STEPS, BATCH, LEARNING_RATE = 64, 1200, 256, 0.003
DRAWN, WINDOW = 192, 2.5  # points of a cloud that are drawn, and how far out


def spiral(s):
    """The curve, with s from 0 to 1 along it: (n,) -> (n, 2)."""
    turn = torch.pi * (0.6 + 2.6 * s**0.6)
    return 0.19 * turn[:, None] * torch.stack([turn.cos(), turn.sin()], dim=1)


def normal(shape, generator):
    return torch.randn(shape, generator=generator).double()


def forward(x, generator):
    """Add the noise step by step; return the cloud at t = 0 … T: (n, 2) -> (T + 1, n, 2)."""
    path = [x]
    for beta in BETA:
        path.append((1 - beta).sqrt() * path[-1] + beta.sqrt() * normal(x.shape, generator))
    return torch.stack(path)


def exact(x, t, data):
    """E[x₀ | x_t = x], if x₀ is any of the data: (n, 2) -> (n, 2)."""
    a = ALPHA_BAR[t]
    square = (x[:, None] - a.sqrt() * data).square().sum(dim=2)  # (n, points)
    return torch.softmax(-square / (2 * (1 - a)), dim=1) @ data


def features(x, a):
    """What the network sees: x itself, x as waves, and how much noise there is: (n, 13)."""
    waves = [wave(k * x) for k in (2, 4) for wave in (torch.sin, torch.cos)]
    return torch.cat([x, *waves, a.sqrt(), (1 - a).sqrt(), (a / (1 - a)).log() / 4], dim=1)


def make_network(generator):
    layers, sizes = [], (13, HIDDEN, HIDDEN, HIDDEN, 2)
    for fan_in, out in pairwise(sizes):
        layer = nn.Linear(fan_in, out).double()
        layer.weight.data = normal((out, fan_in), generator) * (1.5 / fan_in) ** 0.5
        layer.bias.data.zero_()
        layers += [layer, nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def learn(data, generator):
    """Train a network to name x₀, given x_t and t; the less noise, the more it counts."""
    network = make_network(generator)
    adam = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, fused=True)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, STEPS)
    for _ in range(STEPS):
        x_0 = data[torch.randint(len(data), (BATCH,), generator=generator)]
        a = ALPHA_BAR[torch.randint(1, T + 1, (BATCH, 1), generator=generator)]
        x_t = a.sqrt() * x_0 + (1 - a).sqrt() * normal(x_0.shape, generator)
        weight = (a / (1 - a)).clamp(max=20).sqrt()
        loss = (weight * (network(features(x_t, a)) - x_0).square()).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        falling.step()
    return network.requires_grad_(False)


def reverse(denoise, x, generator):
    """Step back from t = T to 0 as Ho et al. do; return the cloud at t = 0 … T."""
    path = [x]
    for t in range(T, 0, -1):
        now, before, beta = ALPHA_BAR[t], ALPHA_BAR[t - 1], BETA[t - 1]
        pull = before.sqrt() * beta * denoise(path[-1], t)
        stay = (1 - beta).sqrt() * (1 - before) * path[-1]
        spread = (beta * (1 - before) / (1 - now)).sqrt()
        path.append((pull + stay) / (1 - now) + spread * normal(x.shape, generator))
    return torch.stack(path[::-1])


def compute(*, points=32, cloud=4000, seed=0):
    generator = torch.Generator().manual_seed(seed)
    data = spiral((torch.arange(points).double() + 0.5) / points)
    start = data.repeat(cloud // points, 1)  # (cloud, 2)
    noised = forward(start, generator)  # (T + 1, cloud, 2)
    network = learn(data, generator)

    def best(x, t):
        return exact(x, t, data)

    def learned(x, t):
        return network(features(x, ALPHA_BAR[t].expand(len(x), 1)))

    def losses(denoise):
        return torch.stack([(denoise(noised[t], t) - start).square().mean() for t in asked])

    shown = torch.tensor(SHOWN)
    asked = shown.clamp(min=1).tolist()  # without noise there is nothing to ask
    noise = normal((DRAWN, 2), generator)
    side = torch.linspace(-2.25, 2.25, 10).double()
    places = torch.cartesian_prod(side, side)
    return {
        "data": data,
        "start": start,
        "noised": noised[shown],  # (frames, cloud, 2)
        "places": places,
        "answers": torch.stack([best(places, t) for t in asked]),  # (frames, 100, 2)
        "back_exact": reverse(best, noise, generator)[shown],
        "back_network": reverse(learned, noise, generator)[shown],
        "curve": spiral(torch.linspace(0, 1, 1000).double()),
        "loss_exact": losses(best),
        "loss_network": losses(learned),
        "table": [{"t": t, "signal left": round(float(ALPHA_BAR[t].sqrt()), 4)} for t in SHOWN],
        "points": points,
    }


def draw_cloud(ax, cloud, data, colour, title, theme):
    ax.plot(*data.T, "o", ms=5, mfc="none", mec=theme.muted, mew=0.7)
    seen = cloud[:DRAWN][np.abs(cloud[:DRAWN]).max(axis=1) < WINDOW]
    ax.plot(*seen.T, "o", ms=2.4, mew=0, color=colour)
    ax.set_title(title)


def draw_answers(ax, places, answers, colour, theme):
    lines = np.stack([places, answers], axis=1)
    ax.add_collection(LineCollection(lines, color=theme.muted, lw=0.6, alpha=0.6))
    ax.plot(*answers.T, "o", ms=3.4, mew=0, color=colour)
    ax.set_title("the exact denoiser")


def draw_moment(result, i, theme):
    blue, orange, _, violet, *_ = theme.colours
    fig, ((noised, answers), (back, learned)) = plt.subplots(2, 2, figsize=(5.6, 5.9))
    data = result["data"]
    draw_cloud(noised, result["noised"][i], data, blue, f"data, noised: t = {SHOWN[i]}", theme)
    draw_answers(answers, result["places"], result["answers"][i], violet, theme)
    draw_cloud(back, result["back_exact"][i], data, violet, "back by the exact denoiser", theme)
    draw_cloud(learned, result["back_network"][i], data, orange, "back by a network", theme)
    for ax in fig.axes:
        ax.set(xlim=(-WINDOW, WINDOW), ylim=(-WINDOW, WINDOW), aspect="equal", xticks=(), yticks=())
        ax.axis("off")
    return fig


def draw(result, theme):
    return {str(t): draw_moment(result, i, theme) for i, t in enumerate(SHOWN)}


def log_density(x, a, data):
    """Of x_t, if x₀ is any of the data, up to a constant: (n, 2) -> (n,)."""
    logs = -np.square(x[:, None] - np.sqrt(a) * data).sum(axis=2) / (2 * (1 - a))
    return np.logaddexp.reduce(logs, axis=1)


def gap_to(targets, x):
    """Distance from each of x to the nearest target."""
    return np.linalg.norm(x[:, None] - targets, axis=2).min(axis=1)


def check(result):
    """q(x_t | x₀) = N(√ᾱ x₀, (1 − ᾱ) I); the exact denoiser is exact, and only repeats the data.

    Ho, Jain & Abbeel 2020, "Denoising diffusion probabilistic models", equations 4 and 7. The
    softmax of exact() is Karras et al. 2022, appendix B.3; here it meets Tweedie's formula (Efron
    2011), √ᾱ E[x₀ | x_t] = x_t + (1 − ᾱ) ∇ log p(x_t), with the gradient by differences.
    """
    data, n, h = result["data"], len(result["start"]), 1e-5
    for i, t in enumerate(SHOWN[:-1]):
        a = float(ALPHA_BAR[t])
        z = (result["noised"][i] - np.sqrt(a) * result["start"]) / np.sqrt(1 - a)  # N(0, I)?
        assert np.abs(z.mean(axis=0)).max() < 4.5 / np.sqrt(n), t
        assert np.abs(z.T @ z / n - np.eye(2)).max() < 4.5 * np.sqrt(2 / n), t
        in_circle = (np.square(z).sum(axis=1) < 2 * np.log(2)).mean()  # half of a normal cloud
        assert abs(in_circle - 0.5) < 4.5 * np.sqrt(0.25 / n), (t, in_circle)

        x = result["places"]
        ahead = [log_density(x + step, a, data) for step in (*(h * np.eye(2)), *(-h * np.eye(2)))]
        slope = np.stack([ahead[0] - ahead[2], ahead[1] - ahead[3]], axis=1) / (2 * h)
        tweedie = (x + (1 - a) * slope) / np.sqrt(a)
        assert np.abs(tweedie - result["answers"][i]).max() < 1e-3, t

    assert (result["loss_network"] > 0.995 * result["loss_exact"]).all()  # no better answer exists
    assert (gap_to(data, result["back_exact"][-1]) < 0.02).mean() > 0.98
    end = result["back_network"][-1]
    assert (gap_to(data, end) < 0.02).mean() < 0.15 and np.median(gap_to(data, end)) > 0.04
    assert np.quantile(gap_to(result["curve"], end), 0.9) < 0.1
