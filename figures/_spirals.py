"""Three spiral arms, and the regions that a ReLU network divides the plane into when it tells them apart."""

from itertools import pairwise

import numpy as np
import torch
from matplotlib.patches import PathPatch
from torch import nn

from _polygons import affine_pieces, area, box, compound, cut, through

RIGHT, TOP = 1.4, 1.05  # of the window
ARMS = 3
BATCH = 60
SURE = np.log(9)  # between logits: a class nine times as likely as any other


def spirals(n, spread, generator):
    """Return n points (n, 2) scattered along the arms by *spread*, and the arm of each (n,)."""
    arm = torch.arange(n) % ARMS
    radius = torch.rand(n, generator=generator, dtype=torch.float64).sqrt()
    noise = spread * torch.randn(n, generator=generator, dtype=torch.float64)
    angle = 2 * torch.pi * arm / ARMS + 5 * radius + noise
    return radius[:, None] * torch.stack([1.3 * angle.cos(), angle.sin()], dim=1), arm


def train(width, depth, spread, epochs, seed):
    """Return the held-out points, and after every epoch the layers and which arm they predict."""
    generator = torch.Generator().manual_seed(seed)
    (x, arm), (held_out, held_out_arm) = spirals(600, spread, generator), spirals(300, spread, generator)
    torch.manual_seed(seed)
    sizes = pairwise([2, *[width] * depth, ARMS])
    layers = [nn.Linear(*size, dtype=torch.float64) for size in sizes]
    net = nn.Sequential(layers[0], *[part for layer in layers[1:] for part in (nn.ReLU(), layer)])
    optimizer = torch.optim.Adam(net.parameters(), lr=0.008, fused=True)
    history = []
    for _ in range(epochs + 1):
        now = [(layer.weight.detach().clone(), layer.bias.detach().clone()) for layer in layers]
        history.append((now, net(held_out).argmax(dim=1)))
        for batch in torch.randperm(len(x), generator=generator).split(BATCH):
            loss = nn.functional.cross_entropy(net(x[batch]), arm[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return held_out, held_out_arm, history


def class_parts(polygon, A, c):
    """Yield (part, class, sure) for a piece whose logits are A x + c: cut it where logits tie."""
    for k in range(ARMS):
        part = polygon
        leads = [(A[k] - A[j], c[k] - c[j]) for j in range(ARMS) if j != k]
        for a, d in leads:
            part = None if part is None else cut(part, part @ a + d)[0]
        for a, d in leads:
            if part is not None:
                part, doubtful = cut(part, part @ a + d - SURE)
                if doubtful is not None:
                    yield doubtful, k, False
        if part is not None:
            yield part, k, True


def regions(layers):
    """Return the network's pieces, and the parts they fall into, each with class and sureness."""
    layers = [(W.numpy(), b.numpy()) for W, b in layers]
    *_, pieces = affine_pieces(layers[:-1], box(RIGHT, TOP))
    W, b = layers[-1]
    parts = []
    for piece in pieces:
        polygon, _, A, c = through(piece, *layers[-2])
        parts += class_parts(polygon, W @ A, W @ c + b)
    return {"pieces": [piece[0] for piece in pieces], "parts": parts}


def draw_regions(ax, frame, theme):
    for k, sure in sorted({part[1:] for part in frame["parts"]}):
        alike = [part[0] for part in frame["parts"] if part[1:] == (k, sure)]
        alpha = 0.5 if sure else 0.2
        ax.add_patch(PathPatch(compound(alike), fc=theme.colours[k], alpha=alpha, lw=0))
    ax.add_patch(PathPatch(compound(frame["pieces"]), fc="none", ec=theme.paper, lw=0.5))


def draw_points(ax, points, arm, predicted, theme):
    for k in range(ARMS):
        style = {"ms": 6.5, "mew": 0.6, "mec": theme.paper, "color": theme.colours[k]}
        ax.plot(*points[arm == k].T, ".", **style)
    ax.plot(*points[arm != predicted].T, "o", ms=5.5, mew=1.1, mec=theme.ink, mfc="none")


def contains(polygon, x):
    """Whether points x (n, 2) lie to the left of all edges of a counter-clockwise polygon: (n,)."""
    edge = np.roll(polygon, -1, axis=0) - polygon
    offset = x[:, None] - polygon
    return (edge[:, 0] * offset[..., 1] > edge[:, 1] * offset[..., 0]).all(axis=1)


def exported(layers):
    """The network for the figure's page, with its outputs by torch in float64 on a grid."""
    x = torch.from_numpy(grid())
    for W, b in layers[:-1]:
        x = torch.relu(nn.functional.linear(x, W, b))
    outputs = nn.functional.linear(x, *layers[-1])
    return {"layers": layers, "grid": grid(), "outputs": outputs, "classes": ["blue", "orange", "green"]}


def check_regions(frame, x):
    """Assert that the part in which each of the points x (n, 2) lies has the network's own class and sureness."""
    parts = frame["parts"]
    assert np.isclose(sum(area(part) for part, _, _ in parts), 4 * RIGHT * TOP, rtol=1e-9)
    logits = forward(frame["layers"], x)
    second, first = np.sort(logits, axis=1)[:, -2:].T
    found = np.array([contains(part, x) for part, _, _ in parts])  # (parts, points)
    assert (found.sum(axis=0) == 1).all(), "every point lies in one part"
    owner = found.argmax(axis=0)
    assert (np.array([k for _, k, _ in parts])[owner] == logits.argmax(axis=1)).all()
    assert (np.array([sure for *_, sure in parts])[owner] == (np.exp(first - second) > 9)).all()


def grid():
    """Places all over the window: (2501, 2)."""
    x = np.stack(np.meshgrid(np.linspace(-1.39, 1.39, 61), np.linspace(-1.04, 1.04, 41)), axis=-1)
    return x.reshape(-1, 2)


def forward(layers, x):
    for W, b in layers[:-1]:
        x = np.maximum(x @ W.T + b, 0)
    W, b = layers[-1]
    return x @ W.T + b
