"""Latent spaces, stitched together.

x
"""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.collections import LineCollection, PolyCollection
from torch import nn

from _polygons import affine_pieces, area, cut, square

ALT = "{regions}"
VARIANTS = {"relu-regions-deep": {"depth": 3}}
FRAMES = "neurons"
HALF = 1.0
PETALS = 5

def flower(x):  # x: (..., 2) -> (...), positive inside
    angle = torch.atan2(x[..., 1], x[..., 0])
    return 0.58 + 0.22 * torch.cos(PETALS * (angle - torch.pi / 2)) - x.norm(dim=-1)

def train(width, depth, seed):
    torch.manual_seed(seed)
    sizes = [2] + [width] * depth + [1]
    layers = [nn.Linear(i, o, dtype=torch.float64) for i, o in zip(sizes, sizes[1:])]
    net = nn.Sequential(*[m for l in layers[:-1] for m in (l, nn.ReLU())], layers[-1])
    x = 2 * HALF * torch.rand(1000, 2, dtype=torch.float64) - HALF
    y = (flower(x) > 0).double()
    opt = torch.optim.Adam(net.parameters(), lr=0.02)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 1500)
    for _ in range(1500):
        loss = nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y)
        opt.zero_grad(); loss.backward(); opt.step(); sched.step()
    return [(l.weight.detach().numpy(), l.bias.detach().numpy()) for l in layers], ((net(x)[:, 0] > 0) == (y > 0)).double().mean().item(), loss.item()
if __name__ == "__main__":
    import time
    for depth in (2, 3):
        for seed in range(8):
            t = time.time(); L, acc, loss = train(8, depth, seed); t1 = time.time()
            pieces = list(affine_pieces(L[:-1], square(HALF)))
            print(depth, seed, round(acc, 3), round(loss, 3), len(pieces[-1]), len(pieces[8]), min(area(p[0]) for p in pieces[-1]), "%.1f %.2f" % (t1 - t, time.time() - t1))
