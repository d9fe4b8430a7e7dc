"""An induction head, built by hand.

Two heads of attention, not trained but written down, read a word that comes twice. At every place
the first head (arcs below) looks one place back and notes which letter it saw. The second (arcs
above) then looks for the place that noted its own letter: that is the letter which *followed* it
last time. It copies that letter as its guess, so the whole second word is guessed right; with
nothing to find, it rests on the start mark. In the maps each row is a reader: its weights add up
to 1, and nothing after it gets any. Trained [[Transformers]] come to build the same pair of heads.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Arc

ALT = (
    "The text {text}, with arcs: a first head reads the letter before, a second the one that followed last "
    "time. Below, their weights as triangles with stripes 1 and {shift} places off the diagonal."
)
START = "•"
SLOTS = 32  # letters there is room for, the start mark is number 0
HALF = 0.5  # how well the start mark matches any letter: better than no match, worse than a match


def softmax(scores):
    """Turn each row into weights; a score of -inf gets exactly nothing."""
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def attend(queries, keys):
    """Causal attention, (T, d) and (T, d) -> (T, T): row i is what place i reads."""
    scores = queries @ keys.T
    future = np.triu(np.ones_like(scores, dtype=bool), k=1)
    return softmax(np.where(future, -np.inf, scores))


def read(tokens, sharpness):
    """Return both heads' weights (T, T) and the guess of what comes next (T, SLOTS)."""
    letter, place = np.eye(SLOTS)[tokens], np.eye(len(tokens))
    one_back = np.eye(len(tokens), k=-1)  # row i is the place i - 1

    previous = attend(sharpness * one_back, place)
    noted = previous @ letter  # (T, SLOTS): who came before me?

    start = HALF * (tokens[:, None] == 0)
    induction = attend(sharpness * letter, noted + start)  # who noted my letter?
    return previous, induction, induction @ letter


def compute(*, word="hortus-", sharpness=9.0):
    letters = START + 2 * word
    alphabet = START + "".join(sorted(set(word)))
    tokens = np.array([alphabet.index(letter) for letter in letters])  # (T,)
    previous, induction, guess = read(tokens, sharpness)
    return {
        "letters": letters,
        "text": 2 * word,
        "shift": len(word) - 1,
        "tokens": tokens,
        "previous": previous,
        "induction": induction,
        "guess": guess,
        "guesses": "".join(alphabet[i] for i in guess.argmax(axis=1)),
        "sharpness": sharpness,
    }


def draw_arcs(ax, weights, colours, side):
    """An arc from each reader to what it reads; *side* is 1 above the letters, -1 below."""
    for i, j in np.argwhere(weights > 0.05):
        if i > j:
            box = {"width": i - j, "height": 0.62 * (i - j) ** 0.7}
            turn = {"theta1": 0, "theta2": 180} if side > 0 else {"theta1": 180, "theta2": 360}
            colour = colours[1] if j == 0 and side > 0 else colours[0]
            look = {"color": colour, "alpha": weights[i, j], "lw": 1.5}
            ax.add_patch(Arc(((i + j) / 2, 0.32 * side), **box, **turn, **look))


def draw_text(ax, result, theme):
    blue, orange, *_, grey = theme.colours
    draw_arcs(ax, result["induction"], (blue, grey), 1)
    draw_arcs(ax, result["previous"], (orange, grey), -1)
    nexts = result["letters"][1:] + result["letters"][1]
    for i, (letter, guess) in enumerate(zip(result["letters"], result["guesses"], strict=True)):
        ax.text(i, 0, letter, ha="center", va="center_baseline", size=12)
        ink = theme.ink if guess == nexts[i] else theme.muted
        ax.text(i, -1.1, guess, ha="center", va="center_baseline", size=12, color=ink)
    ax.text(-0.9, 0, "text", ha="right", va="center_baseline")
    ax.text(-0.9, -1.1, "guess", ha="right", va="center_baseline")
    ax.set(xlim=(-2.6, len(result["letters"]) - 0.4), ylim=(-1.4, 1.9))
    ax.axis("off")


def draw_map(ax, weights, letters, colour, theme):
    T = len(letters)
    for i in range(T):  # the past of place i, and i itself
        ax.add_patch(plt.Rectangle((0, i), i + 1, 1, fc=theme.grid, alpha=0.4, lw=0))
    seen = np.argwhere(weights > 0.004)
    cells = [[(j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1)] for i, j in seen]
    shades = [to_rgba(colour, weights[i, j]) for i, j in seen]
    ax.add_collection(PolyCollection(cells, facecolors=shades, lw=0))
    ax.set_xticks(np.arange(T) + 0.5, letters)
    ax.set_yticks(np.arange(T) + 0.5, letters, ha="center")
    ax.tick_params(length=0)
    ax.tick_params("y", pad=7)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(0, T), ylim=(T, 0), aspect="equal", xlabel="read")


def draw(result, theme):
    fig, axes = plt.subplot_mosaic(
        [["text", "text"], ["previous", "induction"]], figsize=(5.6, 4.9), height_ratios=(2, 3)
    )
    draw_text(axes["text"], result, theme)
    blue, orange, *_ = theme.colours
    letters = list(result["letters"])
    draw_map(axes["previous"], result["previous"], letters, orange, theme)
    draw_map(axes["induction"], result["induction"], letters, blue, theme)
    axes["previous"].set(title="first head", ylabel="reader")
    axes["induction"].set(title="second head")
    return fig


def check(result):
    """Both maps are causal averages; the second reads what followed its letter last time.

    Olsson et al. 2022, "In-context learning and induction heads": an induction head *matches a
    prefix* (attends to the token after an earlier occurrence) and *copies* (raises its logit).
    The same must hold for random strings, whatever their letters.
    """
    runs = [(result["tokens"], result["previous"], result["induction"], result["guess"])]
    for seed in range(20):
        half = np.random.default_rng(seed).permutation(np.arange(1, SLOTS))[:12]
        tokens = np.concatenate([[0], half, half])
        runs.append((tokens, *read(tokens, result["sharpness"])))

    for tokens, previous, induction, guess in runs:
        for weights in (previous, induction):
            assert np.abs(weights.sum(axis=1) - 1).max() < 1e-12
            assert (np.triu(weights, k=1) == 0).all()
        assert (np.diagonal(previous, offset=-1) > 0.99).all()
        for i in range(1, len(tokens)):
            followers = [j for j in range(1, i + 1) if tokens[j - 1] == tokens[i]]
            if followers:
                assert induction[i, followers].sum() > 0.95, (i, induction[i])
                assert guess[i].argmax() in tokens[followers]
            else:
                assert induction[i].argmax() == 0, (i, induction[i])
