"""What the pruning figures share: drawn digits, networks without biases, scores for their weights.

A network is a list of weight matrices (out, in). With a leading axis (nets, out, in) it is a stack
of networks, trained side by side on the same batches.
"""

from itertools import pairwise

import numpy as np
import torch
from torch.nn.functional import cross_entropy

CLASSES = 10
PENS = (  # a digit each: the corners of its pen's path, in the unit square
    ".5 1 .2 .85 .1 .5 .2 .15 .5 0 .8 .15 .9 .5 .8 .85 .5 1",
    ".25 .75 .5 1 .5 .5 .5 0",
    ".1 .75 .3 1 .7 1 .85 .7 .5 .35 .1 0 .9 0",
    ".1 .9 .5 1 .85 .8 .75 .55 .4 .52 .75 .5 .9 .25 .55 0 .1 .1",
    ".7 0 .7 .5 .7 1 .1 .35 .5 .35 .95 .35",
    ".85 1 .25 1 .15 .55 .55 .62 .88 .35 .6 .02 .1 .08",
    ".75 1 .35 .8 .12 .35 .3 .03 .7 .03 .88 .3 .6 .5 .15 .35",
    ".1 1 .5 1 .9 1 .65 .5 .4 0",
    ".5 .52 .2 .75 .5 1 .8 .75 .5 .52 .12 .25 .5 0 .88 .25 .5 .52",
    ".85 .68 .55 .5 .15 .65 .3 .97 .7 .97 .85 .68 .8 .3 .6 0",
)


def drawn_digits(count, side, seed, noise=0.3):
    """Draw shaky digits on noisy paper: images (count, side²) and labels (count,)."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=count)
    paths = np.stack([_even_steps(np.array(pen.split(), float).reshape(-1, 2)) for pen in PENS])
    shape = np.eye(2) * [0.5, 0.7] + rng.normal(0, 0.1, (count, 2, 2))  # stretched, slanted, turned
    place = 0.5 + rng.normal(0, 0.05, (count, 1, 2))
    pen = (paths[labels] - 0.5) @ shape + place  # (count, points, 2)
    tremor = np.cumsum(rng.normal(0, 0.015, pen.shape), axis=1)
    pen += tremor - tremor.mean(axis=1, keepdims=True)
    pixels = (np.arange(side) + 0.5) / side
    ink = np.exp(-(((pen[..., None] - pixels) / 0.04) ** 2) / 2)  # (count, points, 2, side)
    images = np.minimum(ink[:, :, 1, ::-1].transpose(0, 2, 1) @ ink[:, :, 0], 1)  # row, column
    images += rng.normal(0, noise, images.shape)
    return torch.tensor(images.reshape(count, -1), dtype=torch.float32), torch.tensor(labels)


def _even_steps(corners, points=40):
    """Walk along the path of *corners* in even steps: (points, 2)."""
    along = np.append(0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T)))
    steps = np.linspace(0, along[-1], points)
    return np.stack([np.interp(steps, along, axis) for axis in corners.T], axis=1)


def digits_of_runs(runs, count, side, noise=0.3):
    """Draw new digits for each run; *runs* are seeds: images (runs, count, side²), labels (runs, count)."""
    images, labels = zip(*(drawn_digits(count, side, run, noise) for run in runs), strict=True)
    return torch.stack(images), torch.stack(labels)


def fresh_weights(widths, generator, dtype=torch.float32):
    """Draw weights as PyTorch does by default: uniform within ±1/√fan_in."""
    return [
        (2 * torch.rand(n_out, n_in, generator=generator, dtype=dtype) - 1) / n_in**0.5
        for n_in, n_out in pairwise(widths)
    ]


def logits(x, weights, normalise=False):
    """Run a ReLU network on x (batch, in); a stack of networks gives (nets, batch, classes).

    *normalise* standardises each hidden unit over the batch, as batch normalisation does.
    """
    for weight in weights[:-1]:
        x = _times(x, weight)
        if normalise:
            x = x - x.mean(-2, keepdim=True)
            x = x * (x.square().mean(-2, keepdim=True) + 1e-12).rsqrt()
        x = torch.relu(x)
    return _times(x, weights[-1])


def _times(x, weight):
    """x Wᵀ; for the same x (batch, in) and a stack of weights in one large product, the fastest on a CPU."""
    if x.dim() == 2 and weight.dim() == 3:
        return (x @ weight.flatten(0, 1).T).unflatten(1, weight.shape[:2]).transpose(0, 1)
    return x @ weight.mT


def stack(networks):
    """Put networks of one shape side by side."""
    return [torch.stack(layer) for layer in zip(*networks, strict=True)]


def train(weights, masks, images, labels, *, steps, seed, batch=32, rate=1.2e-3, normalise=False):
    """Train a stack of masked networks with Adam; return their weights, zero where masked.

    *images* are the same for all networks (count, in), or differ between runs (runs, count, in): then network
    i of the stack belongs to run i modulo runs, and the networks of a run get the same batches.
    """
    weights = [(w * m).requires_grad_() for w, m in zip(weights, masks, strict=True)]
    adam = torch.optim.Adam(weights, lr=rate, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        pick = torch.randint(labels.shape[-1], (*labels.shape[:-1], batch), generator=generator)
        if labels.dim() == 1:
            x, y = images[pick], labels[pick]
        else:
            rows = torch.arange(len(labels)).repeat(len(weights[0]) // len(labels))
            x, y = images[rows[:, None], pick[rows]], labels[rows[:, None], pick[rows]]
        out = logits(x, weights, normalise)
        loss = cross_entropy(out.flatten(0, 1), y.expand(out.shape[:2]).flatten(), reduction="sum")
        adam.zero_grad()
        (loss / batch).backward()  # a stack is a sum of losses: the networks don't meet
        for w, m in zip(weights, masks, strict=True):
            w.grad.mul_(m)  # what is pruned stays zero
        adam.step()
    return [w.detach() for w in weights]


@torch.no_grad()
def accuracy(weights, images, labels, normalise=False):
    """Share of *images* that each network of a stack gets right: (nets,); images as for `train`."""
    if labels.dim() == 2:
        copies = len(weights[0]) // len(labels)
        images, labels = images.repeat(copies, 1, 1), labels.repeat(copies, 1)
    return (logits(images, weights, normalise).argmax(-1) == labels).double().mean(-1)


def synflow(weights):
    """Score by R = 1ᵀ|W_L|…|W_1|1, which asks no data: (∂R/∂θ) θ. Return the scores and R."""
    absolute = [w.abs().requires_grad_() for w in weights]
    ones = torch.ones(1, absolute[0].shape[1], dtype=absolute[0].dtype)
    flow = logits(ones, absolute).sum()
    return [g * w.detach() for g, w in zip(torch.autograd.grad(flow, absolute), absolute, strict=True)], flow.item()


def loss_scores(weights, images, labels):
    """Score by g θ, what the loss loses at first order with the weight: SNIP's, before its |·|."""
    weights = [w.detach().requires_grad_() for w in weights]
    loss = cross_entropy(logits(images, weights), labels)
    return [g * w.detach() for g, w in zip(torch.autograd.grad(loss, weights), weights, strict=True)]


def grasp(weights, images, labels):
    """Score by (H g) θ, what the gradient's squared norm loses at first order, halved. Signed."""
    weights = [w.detach().requires_grad_() for w in weights]
    loss = cross_entropy(logits(images, weights), labels)
    slope = torch.autograd.grad(loss, weights, create_graph=True)
    norm = sum((g * g.detach()).sum() for g in slope)
    return [hg * w.detach() for hg, w in zip(torch.autograd.grad(norm, weights), weights, strict=True)]


def keep_best(scores, count):
    """Keep the *count* best scores of the whole network: masks of 0 and 1."""
    flat = torch.cat([s.flatten() for s in scores])
    mask = torch.zeros_like(flat)
    mask[flat.topk(count, sorted=False).indices] = 1
    return [m.view_as(s) for m, s in zip(mask.split([s.numel() for s in scores]), scores, strict=True)]


def prune_synflow(weights, compressions, rounds=100):
    """Prune to the last of the rising *compressions* in *rounds*, by the same factor in each.

    Return the masks of 0 and 1 at each compression; all but the last are met on the way.
    """
    sizes = [w.numel() for w in weights]
    left = [w.abs().double().flatten().numpy() for w in weights]
    places = [np.arange(size) for size in sizes]
    masks = []
    for before, after in pairwise((1, *compressions)):
        part = round(rounds * np.log(after / before) / np.log(compressions[-1])) if after > 1 else 0
        for k in range(1, part + 1):
            keep = round(sum(sizes) / before * (after / before) ** (-k / part))
            left, places = _drop_smallest(left, places, [w.shape for w in weights], keep)
        masks.append([_mask(place, w) for place, w in zip(places, weights, strict=True)])
    return masks


def _drop_smallest(left, places, shapes, keep):
    """Keep the weights with the *keep* largest scores of those that are left."""
    scores = _flows(left, places, shapes)
    together = np.concatenate(scores)
    kept = np.zeros(len(together), bool)
    kept[np.argpartition(together, len(together) - keep)[len(together) - keep :]] = True
    parts = np.split(kept, np.cumsum([len(s) for s in scores])[:-1])
    return [[one[part] for one, part in zip(many, parts, strict=True)] for many in (left, places)]


def _mask(places, weight):
    """1 at the flat *places* of the weight, else 0."""
    mask = torch.zeros(weight.numel(), dtype=weight.dtype)
    mask[torch.from_numpy(places)] = 1
    return mask.view_as(weight)


def _flows(left, places, shapes):
    """Score the weights that are left, given by size and flat place: |w| × inflow × outflow, a layer each.

    Sums over the layers below (prefix) and above (suffix) replace SynFlow's gradient.
    """
    rows = [np.divmod(place, columns) for place, (_, columns) in zip(places, shapes, strict=True)]
    inflow, outflow = [np.ones(shapes[0][1])], [np.ones(shapes[-1][0])]
    for w, (i, j), (out, _) in zip(left, rows, shapes, strict=True):
        inflow.append(np.bincount(i, w * inflow[-1][j], out))
    for w, (i, j), (_, columns) in reversed(list(zip(left, rows, shapes, strict=True))):
        outflow.append(np.bincount(j, w * outflow[-1][i], columns))
    flows = zip(left, rows, inflow, reversed(outflow[:-1]), strict=False)
    return [w * before[j] * after[i] for w, (i, j), before, after in flows]
