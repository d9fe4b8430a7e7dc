"""What happens to distance when dimensions are many.

Top: the distance between two random points of the unit cube. As the dimension d grows the bump
walks away like √(d/6) but does not get wider; its standard deviation settles at 0.24. Left: the
ball that touches every face of the cube holds ever less of it. Right: measured from a random place,
the nearest of 500 points is in the end nearly as far as the farthest (the band holds nine of ten
places). This is the trouble with [[High Dimensional Spaces]], and why
[[Locality Sensitive Hashing (LSH)]] settles for neighbours that are near enough.
"""

import math
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np

ALT = (
    "Bumps of distances move out but stay as wide from 4 to 256 dimensions. The ball's share of the cube falls "
    "to {share_10:.1%} in ten; nearest over farthest climbs to {ratio_4096:.2f} in 4096."
)
BUMPS = (4, 16, 64, 256)  # four times the dimensions, twice the mean
BALLS = tuple(range(1, 11))
RATIOS = tuple(2**k for k in range(13))
QUERIES = 40
STEP = 0.08  # width of a histogram's bin


def pair_distances(d, pairs, rng):
    """Distances between two uniform points of the unit cube, *pairs* times: (pairs,)."""
    return np.sqrt(sum((rng.random(pairs) - rng.random(pairs)) ** 2 for _ in range(d)))


def ball_share(d):
    """The volume of the ball of diameter 1, in closed form."""
    return (math.pi / 4) ** (d / 2) / math.gamma(d / 2 + 1)


def ball_hits(d, darts, rng):
    """Count how many of *darts* points thrown into the cube hit that ball."""
    return int((sum((rng.random(darts) - 0.5) ** 2 for _ in range(d)) <= 0.25).sum())


def nearest_over_farthest(d, points, rng):
    """One ratio for each of QUERIES random places among the points: (QUERIES,)."""
    x = rng.random((points, d))
    r = np.array([np.linalg.norm(x - place, axis=1) for place in rng.random((QUERIES, d))])
    return r.min(axis=1) / r.max(axis=1)  # r: (QUERIES, points)


def compute(*, points=500, pairs=20_000, darts=200_000, seed=0):
    rng = np.random.default_rng(seed)
    distances = np.array([pair_distances(d, pairs, rng) for d in BUMPS])  # (bump, pair)
    hits = np.array([ball_hits(d, darts, rng) for d in BALLS])
    ratios = np.array([nearest_over_farthest(d, points, rng) for d in RATIOS])
    middle = np.median(ratios, axis=1)
    return {
        "distances": distances,
        "shares": np.array([ball_share(d) for d in BALLS]),
        "hits": hits,
        "darts": darts,
        "points": points,
        "ratios": ratios,
        "share_10": round(ball_share(10), 5),
        "ratio_4096": round(float(middle[-1]), 3),
        "table": [
            {"d": d, "ball share": round(ball_share(d), 6), "darts in the ball": n / darts}
            for d, n in zip(BALLS, hits.tolist(), strict=True)
        ],
    }


def draw_bumps(ax, distances, colour):
    for d, sample in zip(BUMPS, distances, strict=True):
        edges = np.arange(np.floor(sample.min() / STEP), np.ceil(sample.max() / STEP) + 1) * STEP
        heights, _ = np.histogram(sample, edges, density=True)
        ax.stairs(heights, edges, fill=True, color=colour, alpha=0.3, lw=0)
        ax.stairs(heights, edges, color=colour, lw=1.4)
        ax.text(sample.mean(), heights.max() + 0.1, f"d = {d}", ha="center")
    ax.set(xlim=(0, 7.6), ylim=(0, 2), yticks=[], xlabel="distance between two random points")
    ax.spines["left"].set_visible(False)


def draw_balls(ax, result, colour):
    ax.plot(BALLS, result["shares"], color=colour)
    ax.plot(BALLS, result["hits"] / result["darts"], "o", color=colour)
    ax.set(xlabel="dimension", xticks=(1, 2, 4, 6, 8, 10), ylim=(-0.03, 1.05), yticks=(0, 0.5, 1))
    ax.set_title("ball ÷ cube", loc="left")


def draw_ratios(ax, ratios, colour, theme):
    low, middle, high = np.quantile(ratios, (0.05, 0.5, 0.95), axis=1)
    ax.axhline(1, color=theme.muted, lw=0.8, ls=(0, (4, 3)))
    ax.fill_between(RATIOS, low, high, color=colour, alpha=0.25, lw=0)
    ax.plot(RATIOS, middle, color=colour)
    ax.set_xscale("log", base=2)
    ticks = (1, 16, 256, 4096)
    ax.set_xticks(ticks, [str(d) for d in ticks])
    ax.set(xlabel="dimension", ylim=(-0.03, 1.05), yticks=(0, 0.5, 1))
    ax.minorticks_off()
    ax.set_title("nearest ÷ farthest", loc="left")


def draw(result, theme):
    blue, orange, green, *_ = theme.colours
    fig, axes = plt.subplot_mosaic([["bumps", "bumps"], ["balls", "ratios"]], figsize=(5.6, 4.5))
    fig.get_layout_engine().set(hspace=0.08)
    draw_bumps(axes["bumps"], result["distances"], blue)
    draw_balls(axes["balls"], result, orange)
    draw_ratios(axes["ratios"], result["ratios"], green, theme)
    return fig


def check(result):
    """The ball's known volumes, the moments of the distance, and the ratio's way to 1.

    A coordinate's squared difference has mean 1/6 and variance 7/180, so the squared distance has
    mean d/6 and the distance a deviation that tends to √(7/120) = 0.2415.
    Beyer, Goldstein, Ramakrishnan & Shaft 1999, "When is 'nearest neighbor' meaningful?",
    Theorem 1: when the relative spread of distances vanishes, nearest ÷ farthest tends to 1.
    """
    shares = dict(zip(BALLS, result["shares"], strict=True))
    for d, known in {1: 1, 2: 0.785, 3: 0.524, 5: 0.1645, 10: 0.00249}.items():
        assert abs(shares[d] / known - 1) < 1e-3, shares[d]
    spread = np.sqrt(result["darts"] * result["shares"] * (1 - result["shares"]))
    assert (abs(result["hits"] - result["darts"] * result["shares"]) <= 4 * spread).all()

    for d, sample in zip(BUMPS, result["distances"], strict=True):
        square_error = math.sqrt(7 / 180 * d / len(sample))  # standard error of the mean square
        assert abs((sample**2).mean() - d / 6) < 4 * square_error, d
        assert abs(sample.std() - math.sqrt(7 / 120)) < 0.015, (d, sample.std())
    assert abs(sample.std() - math.sqrt(7 / 120)) < 0.004, sample.std()  # d = 256: the limit

    middle = np.median(result["ratios"], axis=1)
    assert (np.diff(middle) > 0).all() and middle[0] < 0.02, middle
    n = result["points"]  # from a fixed place a distance deviates by √(1/20); n normals reach:
    reach = math.sqrt(1 / 20) * NormalDist().inv_cdf((n - 0.375) / (n + 0.25))
    for d, ratio in list(zip(RATIOS, middle, strict=True))[-5:]:
        expected = (math.sqrt(d / 6) - reach) / (math.sqrt(d / 6) + reach)
        assert abs(ratio - expected) < 0.01, (d, ratio, expected)
