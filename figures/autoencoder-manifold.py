"""Autoencoders, straight and bent.

An autoencoder squeezes each point through a few numbers and builds it again from them. Top: points
of the plane, through one number. If encoder and decoder are linear (blue), all is rebuilt on a
line, and the best line is PCA's; with hidden layers (orange) the line bends along the points.
Bottom: rows of 16 pixels with a bump somewhere. Where is one number, and one is all that the bent
network needs to be left with little more than the noise. The straight one, trained for each count
of numbers, loses exactly what PCA loses, and needs four. See [[Autoencoders]].
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

ALT = (
    "A horseshoe rebuilt on a line by a linear autoencoder, on a curve by one with hidden layers. Errors: the "
    "linear one lies on PCA's; the other leaves {bent_share:.1%} with one number."
)
PIXELS = 16
BUMP = 2.0  # its width in pixels
NOISE = 0.05
CODES = (1, 2, 3, 4)
HIDDEN = 24
STEPS, LEARNING_RATE = 800, 0.01  # falling to 0 along a cosine


def horseshoe(points, generator):
    """Noisy points on three quarters of a circle: (points, 2)."""
    turn = torch.pi * (1.5 * torch.rand(points, generator=generator) - 0.25)
    x = torch.stack([torch.cos(turn), torch.sin(turn)], dim=-1)
    return (x + 0.07 * torch.randn(x.shape, generator=generator)).double()


def bumps(points, generator):
    """Rows of pixels, each with a bump at a place of its own: (points, PIXELS)."""
    place = 2 + (PIXELS - 5) * torch.rand(points, 1, generator=generator)
    x = torch.exp(-0.5 * ((torch.arange(PIXELS) - place) / BUMP) ** 2)
    return (x + NOISE * torch.randn(x.shape, generator=generator)).double()


def centred(x):
    return x - x.mean(dim=0)


def error(x, rebuilt):
    """The squared distance between a point and what became of it, on average."""
    return (x - rebuilt).square().sum(dim=1).mean()


def make_weight(rows, columns, generator):
    return (torch.randn(rows, columns, generator=generator) / rows**0.5).double().requires_grad_()


def learn_straight(x, k, generator):
    """Train x ↦ x A B by descent; return A (d, k) and B (k, d)."""
    d = x.shape[1]
    a, b = make_weight(d, k, generator), make_weight(k, d, generator)
    search = {"line_search_fn": "strong_wolfe", "tolerance_grad": 1e-6, "tolerance_change": 0}
    lbfgs = torch.optim.LBFGS([a, b], max_iter=2000, **search)

    def closure():
        lbfgs.zero_grad()
        loss = error(x, x @ a @ b)
        loss.backward()
        return loss

    lbfgs.step(closure)
    return a.detach(), b.detach()


def make_half(fan_in, out, generator):
    """Two hidden layers between *fan_in* and *out* numbers: half of a bent autoencoder."""
    sizes = (fan_in, HIDDEN, HIDDEN, out)
    layers = [nn.Linear(*pair).double() for pair in pairwise(sizes)]
    for layer in layers:
        layer.weight.data = make_weight(*layer.weight.T.shape, generator).data.T
        layer.bias.data.zero_()
    return nn.Sequential(layers[0], nn.Tanh(), layers[1], nn.Tanh(), layers[2])


def learn_bent(x, k, generator):
    """Train an encoder to k numbers and a decoder back; return both."""
    encode, decode = make_half(x.shape[1], k, generator), make_half(k, x.shape[1], generator)
    adam = torch.optim.Adam([*encode.parameters(), *decode.parameters()], lr=LEARNING_RATE, fused=True)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, STEPS)
    for _ in range(STEPS):
        loss = error(x, decode(encode(x)))
        adam.zero_grad()
        loss.backward()
        adam.step()
        falling.step()
    return encode.requires_grad_(False), decode.requires_grad_(False)


def compute(*, points=120, pictures=200, seed=0):
    generator = torch.Generator().manual_seed(seed)
    x = centred(horseshoe(points, generator))
    a, b = learn_straight(x, 1, generator)
    encode, decode = learn_bent(x, 1, generator)
    codes = encode(x)
    sweep = torch.linspace(codes.min(), codes.max(), 120).double()[:, None]

    raw = bumps(pictures, generator)
    p = centred(raw)
    straight = [learn_straight(p, k, generator) for k in CODES]
    errors = torch.stack([error(p, p @ a @ b) for a, b in straight])
    total = error(p, torch.zeros_like(p))
    encode_p, decode_p = learn_bent(p, 1, generator)
    bent = decode_p(encode_p(p))
    return {
        "x": x,
        "x_straight": x @ a @ b,
        "x_decoder": b,
        "x_bent": decode(codes),
        "curve": decode(sweep),
        "mean_picture": raw.mean(dim=0),
        "pictures": p,
        "pictures_straight": p @ straight[0][0] @ straight[0][1],
        "pictures_bent": bent,
        "decoders": [b for _, b in straight],
        "errors": errors,
        "total": round(float(total), 4),
        "bent_share": round(float(error(p, bent) / total), 3),
        "table": [
            {"numbers": k, "error": round(float(e), 4), "share": round(float(e / total), 4)}
            for k, e in zip(CODES, errors, strict=True)
        ],
    }


def draw_plane(ax, x, rebuilt, path, colour, theme):
    ends = np.stack([x, rebuilt], axis=1)  # (n, 2, 2)
    ax.plot(*ends.transpose(2, 1, 0), color=theme.muted, lw=0.5, alpha=0.7)
    ax.plot(*path.T, color=colour, lw=2.2)
    ax.plot(*x.T, "o", ms=2.6, mew=0, color=theme.colours[-1])
    ax.set(aspect="equal", xlim=(-1.45, 1.45), ylim=(-1.3, 1.1), xticks=(), yticks=())
    ax.axis("off")


def draw_pictures(ax, result, theme):
    """Four of the pictures, from the bump furthest left to the one furthest right."""
    blue, orange, *_, grey = theme.colours
    p, mean, pixel = result["pictures"], result["mean_picture"], np.arange(PIXELS)
    order = (p + mean).argmax(axis=1).argsort(kind="stable")
    for row, i in enumerate(order[np.linspace(0, len(p) - 1, 4).astype(int)]):
        ground = mean - 1.5 * row
        ax.plot(pixel, result["pictures_straight"][i] + ground, color=blue, lw=1.6)
        ax.plot(pixel, result["pictures_bent"][i] + ground, color=orange, lw=1.8)
        ax.plot(pixel, p[i] + ground, "o", ms=3, mew=0, color=grey)
    ax.set_title("one number kept", loc="left")
    ax.axis("off")


def draw_errors(ax, result, theme):
    blue, orange, *_ = theme.colours
    p, total = result["pictures"], result["total"]
    left = 1 - np.cumsum(np.linalg.eigvalsh(p.T @ p / len(p))[::-1]) / total
    ax.plot((0, *CODES), (1, *left[: len(CODES)]), color=theme.muted, lw=1)
    ax.plot(CODES, result["errors"] / total, "o", ms=5.5, color=blue)
    ax.plot(1, result["bent_share"], "o", ms=5.5, color=orange)
    ax.set(xlim=(0, 4.2), ylim=(0, 1.02), xlabel="numbers kept", yticks=(0, 0.5, 1))
    ax.set_title("error left", loc="left")
    ax.text(0.65, 0.66, "PCA", color=theme.muted)
    ax.text(1.2, 0.41, "straight")
    ax.text(1, 0.07, "bent", ha="center")


def draw(result, theme):
    blue, orange, *_ = theme.colours
    fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.9))
    line = result["x_decoder"] / np.linalg.norm(result["x_decoder"]) * [[-1.4], [1.4]]
    draw_plane(axes[0, 0], result["x"], result["x_straight"], line, blue, theme)
    draw_plane(axes[0, 1], result["x"], result["x_bent"], result["curve"], orange, theme)
    axes[0, 0].set_title("straight", loc="left")
    axes[0, 1].set_title("bent", loc="left")
    draw_pictures(axes[1, 0], result, theme)
    draw_errors(axes[1, 1], result, theme)
    return fig


def subspace_angle(decoder, x):
    """The largest angle between the decoder's rows and as many principal directions of x."""
    k = len(decoder)
    principal = np.linalg.svd(x, full_matrices=False)[2][:k].T  # (d, k)
    q, _ = np.linalg.qr(decoder.T)
    apart = q - principal @ (principal.T @ q)  # its largest singular value is the sine
    return np.arcsin(min(np.linalg.norm(apart, 2), 1))


def check(result):
    """Linear autoencoders find PCA's subspaces and its error; bending beats them.

    Baldi & Hornik 1989, "Neural networks and principal component analysis", facts 1 to 4: the
    error has one minimum, the projection on the first k eigenvectors of the covariance, and no
    other local one; what is lost there is the sum of the other eigenvalues.
    """
    assert subspace_angle(result["x_decoder"], result["x"]) < 1e-3
    p = result["pictures"]
    eigenvalues = np.linalg.svd(p, compute_uv=False) ** 2 / len(p)
    for k, decoder, error_left in zip(CODES, result["decoders"], result["errors"], strict=True):
        assert subspace_angle(decoder, p) < 1e-3, k
        assert abs(error_left / eigenvalues[k:].sum() - 1) < 1e-6, k

    total = np.square(p).sum(axis=1).mean()
    share, noise = result["errors"] / total, PIXELS * NOISE**2 / total
    assert share[3] < 1.3 * noise < share[2]  # four numbers are needed
    assert abs(result["bent_share"] / noise - 1) < 0.15, result["bent_share"]  # or one
    straight, bent = (result["x"] - result[way] for way in ("x_straight", "x_bent"))
    assert np.square(bent).sum() < 0.05 * np.square(straight).sum()
