"""A one-hot vector looks up a row.

Each word of the sentence is a row of X with a single 1. Multiplied by the table E, that 1 picks
out the word's row, and every 0 wipes out another: follow a colour from left to right. So the
first layer of [[Transformers]] is stored as a table and read by index, and the matrix product is
never taken; for finite numbers the two agree to the last bit. Picking the right word's logarithm
out of the predictions is the same trick, see [[Cross Entropy and Neural Network Mechanics]].
"""

import matplotlib.pyplot as plt
import numpy as np

ALT = (
    "Three grids of numbers: X times E equals X E. X has a row for each of the five words of 'the "
    "root feeds the leaf', all zeros but for a single 1; in the product each row equals the row "
    "of E that belongs to the word, and both rows for 'the' are alike."
)
VOCABULARY = ("feeds", "leaf", "root", "seed", "soil", "the")
SENTENCE = ("the", "root", "feeds", "the", "leaf")
X_LEFT, E_LEFT, Y_LEFT = 0.0, 8.1, 12.4  # in cells


def one_hot(ids, v):
    """Write each id as a row with one 1: (T,) -> (T, v)."""
    rows = np.zeros((len(ids), v), dtype=np.float32)
    rows[np.arange(len(ids)), ids] = 1
    return rows


def bits(numbers):
    """The 32 bits of each float: unlike ==, they also tell 0 from -0."""
    return numbers.view(np.uint32)


def compute(*, width=3, large_vocabulary=2000, large_width=64, large_ids=500, seed=0):
    rng = np.random.default_rng(seed)
    ids = np.array([VOCABULARY.index(word) for word in SENTENCE])  # (T,)
    x = one_hot(ids, len(VOCABULARY))  # (T, V)
    e = rng.standard_normal((len(VOCABULARY), width), dtype=np.float32)  # (V, d)

    # The same at a size where sums are long, with weights from tiny to huge.
    shape = (large_vocabulary, large_width)
    table = (rng.standard_normal(shape) * 10.0 ** rng.integers(-30, 30, shape)).astype(np.float32)
    many = rng.integers(large_vocabulary, size=large_ids)
    return {
        "ids": ids,
        "x": x,
        "e": e,
        "product": x @ e,
        "large_rows": table[many],
        "large_product": one_hot(many, large_vocabulary) @ table,
        "table": [
            {"word": word} | {f"E{j}": float(weight) for j, weight in enumerate(row)}
            for word, row in zip(VOCABULARY, e, strict=True)
        ],
    }


def draw_cell(ax, left, top, text, colour, strength, theme):
    """A unit cell; its *strength* between 0 and 1 is how much of its colour it shows."""
    box = plt.Rectangle((left, top), 1, 1, fc=colour, alpha=strength, lw=0)
    ax.add_patch(box)
    ax.add_patch(plt.Rectangle((left, top), 1, 1, fill=False, ec=theme.grid, lw=0.8))
    ax.text(left + 0.5, top + 0.53, text, ha="center", va="center", size=9, color=theme.ink)


def draw_weights(ax, left, weights, words, colours, theme):
    for i, (word, row) in enumerate(zip(words, weights, strict=True)):
        for j, w in enumerate(row):
            text = f"{w:.1f}".replace("-", "−")
            draw_cell(ax, left + j, i, text, colours[word], min(0.12 + 0.3 * abs(w), 0.7), theme)


def draw(result, theme):
    colours = dict(zip(VOCABULARY, (*theme.colours[:3], *theme.colours[-1:] * 2, theme.colours[3])))
    fig, ax = plt.subplots(figsize=(5.6, 2.8))
    for i, (word, row) in enumerate(zip(SENTENCE, result["x"], strict=True)):
        ax.text(X_LEFT - 0.2, i + 0.53, word, ha="right", va="center", color=colours[word])
        for j, bit in enumerate(row):
            draw_cell(ax, X_LEFT + j, i, f"{bit:.0f}", colours[word], 0.6 * bit, theme)
    for i, word in enumerate(VOCABULARY):
        ax.text(X_LEFT + i + 0.5, -0.2, word, ha="center", va="bottom", rotation=60, color=colours[word])
        ax.text(E_LEFT - 0.2, i + 0.53, word, ha="right", va="center", color=colours[word])
    draw_weights(ax, E_LEFT, result["e"], VOCABULARY, colours, theme)
    draw_weights(ax, Y_LEFT, result["product"], SENTENCE, colours, theme)
    ax.set(xlim=(-1.6, Y_LEFT + 3.1), ylim=(6.9, -1.8), aspect="equal")
    ax.axis("off")
    return fig


def check(result):
    """X E and E[ids] are equal bit for bit, however long the sums and uneven the weights.

    IEEE 754: 0·w is a zero for finite w, w + 0 is w, and 1·w is w. (A weight of -0 would lose its
    sign, an infinite one would turn the whole column into NaN.) Bengio et al. 2003, "A neural
    probabilistic language model", section 2: the first layer is a table, read by index.
    """
    x, e = result["x"], result["e"]
    assert [VOCABULARY[i] for i in x.argmax(axis=1)] == list(SENTENCE)
    assert ((x == 1).sum(axis=1) == 1).all() and x.sum() == len(SENTENCE)
    assert (bits(result["product"]) == bits(e[result["ids"]])).all()
    assert (bits(result["product"][0]) == bits(result["product"][3])).all()  # both are "the"
    assert (bits(result["large_product"]) == bits(result["large_rows"])).all()
