"""Random hyperplanes as a hash.

Above, six random lines through the origin: the hash of a vector is six bits, one for the side of
each line it lies on; the fuller a bucket's colour, the more are 1. The heavy lines,
[[lsh-hyperplanes.svg#parted|two]] of them, pass between u and v, so as many of their bits differ.
Below, pairs of vectors in 64 dimensions: of 500 random hyperplanes, the share that gives both the
same bit falls on 1 − θ/π, and the share of hashes alike in all six bits on its sixth power, so a
bucket keeps what is near and drops what is far. Bars hold 99 of 100 such shares; of these 38,
[[lsh-hyperplanes.svg#outside|0]] are outside. A layer of ReLU neurons cuts space in the same way. See
[[Locality Sensitive Hashing (LSH)]].
"""

from math import comb, lgamma

import numpy as np
from matplotlib.figure import Figure

from _polygons import affine_pieces, box

ALT = (
    "Six lines through one point cut the plane into twelve buckets of six bits; {parted} pass between "
    "arrows u and v. Below, by angle, one bit's dots lie on a falling line, six bits' on a steep curve."
)
BITS = 6
DIMENSIONS = 64
TRIALS = 500  # random hyperplanes, or hashes of BITS of them, for each angle
ANGLES = np.linspace(0, np.pi, 19)
CONFIDENCE = 0.99
RIGHT, TOP = 1.75, 1.0  # of the window above
CHANCE = 1e-4  # of the check to fail although the theorem holds, for any seed
U, V = np.array([0.42, 0.33]), np.array([-0.2, 0.5])  # the arrows


def same_bit(angle):
    """The chance that a random hyperplane leaves two vectors on one side."""
    return 1 - angle / np.pi


def pair(angle, rng):
    """Return two unit vectors (DIMENSIONS,) in random directions, *angle* apart."""
    u, v = np.linalg.qr(rng.normal(size=(DIMENSIONS, 2)))[0].T
    return u, np.cos(angle) * u + np.sin(angle) * v


def shares(angle, rng):
    """Measure how often one bit is the same, and how often all BITS bits are."""
    u, v = pair(angle, rng)
    normals = rng.normal(size=(TRIALS, BITS, DIMENSIONS))
    same = (normals @ u > 0) == (normals @ v > 0)  # (TRIALS, BITS)
    return same[:, 0].mean(), same.all(axis=1).mean()


def band(p):
    """The shares, of TRIALS with chance p, below and above which lie 1 - CONFIDENCE in all."""
    p = np.clip(p, 1e-15, 1 - 1e-15)
    k = np.arange(TRIALS + 1)
    ways = np.array([lgamma(TRIALS + 1) - lgamma(j + 1) - lgamma(TRIALS - j + 1) for j in k])
    total = np.cumsum(np.exp(ways + k * np.log(p) + (TRIALS - k) * np.log1p(-p)))
    tail = (1 - CONFIDENCE) / 2
    return np.searchsorted(total, [tail, 1 - tail]) / TRIALS


def compute(*, seed=6):
    rng = np.random.default_rng(seed)
    one, every = np.array([shares(angle, rng) for angle in ANGLES]).T
    normals = rng.normal(size=(BITS, 2))
    *_, pieces = affine_pieces([(normals, np.zeros(BITS))], box(RIGHT, TOP))
    outside = sum(((share < low) | (share > high)).sum() for share, low, high in bands(one, every))
    return {
        "outside": int(outside),
        "polygons": [piece[0] for piece in pieces],
        "hashes": [piece[1] for piece in pieces],
        "normals": normals,
        "parted": int(((normals @ U > 0) != (normals @ V > 0)).sum()),
        "one": one,
        "every": every,
        "table": [
            {"degrees": round(d), "one bit": round(float(a), 3), "six bits": round(float(b), 3)}
            for d, a, b in zip(np.degrees(ANGLES), one, every, strict=True)
        ],
    }


def bands(one, every):
    """For one bit and for all: the shares measured at each angle, and the ends of their bars."""
    for measured, bits in ((one, 1), (every, BITS)):
        yield measured, *np.transpose([band(same_bit(angle) ** bits) for angle in ANGLES])


def draw(result, theme):
    fig = Figure(figsize=(5.6, 6.0))
    above, below = fig.subplots(2, height_ratios=(5, 4))
    draw_buckets(above, result, theme)
    draw_shares(below, result["one"], 1, "one bit", theme.colours[0], theme)
    draw_shares(below, result["every"], BITS, "six bits", theme.colours[1], theme)
    below.set(xlim=(-4, 184), ylim=(-0.03, 1.03), xlabel="angle θ between two vectors")
    below.set_xticks(range(0, 181, 45), [f"{d}°" for d in range(0, 181, 45)])
    below.set(yticks=(0, 0.5, 1), ylabel="share alike")
    return fig


def draw_buckets(ax, result, theme):
    for polygon, bits in zip(result["polygons"], result["hashes"], strict=True):
        ax.fill(*polygon.T, color=theme.colours[0], alpha=0.06 + 0.1 * sum(bits), lw=0)
        outer = polygon[abs(polygon).max(axis=1) > 1e-9]
        if np.ptp(np.unwrap(np.arctan2(outer[:, 1], outer[:, 0]))) > 0.25:
            ax.text(*(0.75 * outer.mean(axis=0)), "".join(map(str, bits)), ha="center", va="center")
    for normal in result["normals"]:
        apart = (normal @ U > 0) != (normal @ V > 0)
        way = 3 * np.array([-normal[1], normal[0]]) / np.hypot(*normal)
        ax.plot(*np.array([-way, way]).T, color=theme.ink if apart else theme.paper)
    for arrow, name in ((U, "u"), (V, "v")):
        ax.annotate("", arrow, (0, 0), arrowprops={"arrowstyle": "->", "color": theme.ink})
        ax.text(*(1.16 * arrow), name, ha="center", va="center")
    ax.set(xlim=(-RIGHT, RIGHT), ylim=(-TOP, TOP), aspect="equal")
    ax.axis("off")


def draw_shares(ax, measured, bits, label, colour, theme):
    fine = np.linspace(0, np.pi, 91)
    ax.plot(np.degrees(fine), same_bit(fine) ** bits, color=theme.muted, lw=0.9)
    low, high = np.transpose([band(same_bit(angle) ** bits) for angle in ANGLES])
    ax.vlines(np.degrees(ANGLES), low, high, color=colour, alpha=0.35, lw=4)
    ax.plot(np.degrees(ANGLES), measured, "o", color=colour, ms=4.5)
    where = 0.62 if bits == 1 else 0.17
    angle = np.pi * (1 - where ** (1 / bits))
    ax.text(np.degrees(angle) + 7, where, label, color=colour, va="bottom")


def check(result):
    """Charikar 2002, "Similarity estimation techniques from rounding algorithms", section 3: a
    random hyperplane gives two vectors the same bit with probability 1 − θ/π.
    """
    inner = len(ANGLES) - 2  # at 0° and 180° nothing is random
    bars = np.arange(2 * inner + 1)
    ways = np.array([comb(2 * inner, k) for k in bars], dtype=float)
    chance = (ways * (1 - CONFIDENCE) ** bars * CONFIDENCE ** (2 * inner - bars))[::-1].cumsum()[::-1]
    assert result["outside"] < np.searchsorted(-chance, -CHANCE, side="right"), (
        "as many outside the bars as chance allows"
    )
    for measured, low, high in bands(result["one"], result["every"]):
        ends = [0, -1]
        assert (low[ends] <= measured[ends]).all() and (measured[ends] <= high[ends]).all()
    p = same_bit(ANGLES[1:-1])
    deviations = (result["one"][1:-1] - p) / np.sqrt(p * (1 - p) / TRIALS)
    assert abs(deviations.sum()) < 4 * np.sqrt(inner), "no bias over all angles"
    u, v = pair(1.0, np.random.default_rng(0))
    assert np.allclose([u @ u, v @ v, u @ v], [1, 1, np.cos(1.0)])

    assert len(result["hashes"]) == len(set(result["hashes"])) == 2 * BITS
    for polygon, bits in zip(result["polygons"], result["hashes"], strict=True):
        assert (result["normals"] @ polygon.mean(axis=0) > 0).tolist() == [bit == 1 for bit in bits]
    u, v = ((result["normals"] @ arrow > 0).astype(int) for arrow in (U, V))
    assert {tuple(u), tuple(v)} <= set(result["hashes"])
    assert abs(u - v).sum() == result["parted"]
