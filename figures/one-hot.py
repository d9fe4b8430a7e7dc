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
    "X times E equals X E. X has a row for each word of 'the root feeds the leaf', zeros but for a single 1; "
    "in the product each row is the word's row of E, the same for both 'the'."
)
VOCABULARY = ("feeds", "leaf", "root", "seed", "soil", "the")
SENTENCE = ("the", "root", "feeds", "the", "leaf")
NARROW, WIDE = 0.9, 1.4  # widths of a switch and of a weight; a row's height is 1
X_LEFT, E_LEFT, GAP, EQUATION = 0.0, 7.8, 1.2, 6.75


def one_hot(ids, v):
    """Write each id as a row with one 1: (T,) -> (T, v)."""
    rows = np.zeros((len(ids), v), dtype=np.float32)
    rows[np.arange(len(ids)), ids] = 1
    return rows


def bits(numbers):
    """The 32 bits of each float: unlike ==, they also tell 0 from -0."""
    return numbers.view(np.uint32)


def compute(*, width=3, large_vocabulary=2000, large_width=64, large_ids=500, seed=4):
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
            {"word": word} | {f"E{j}": round(float(weight), 1) for j, weight in enumerate(row)}
            for word, row in zip(VOCABULARY, e, strict=True)
        ],
    }


def draw_cell(ax, left, row, width, text, fill, ink):
    """A cell one high; *fill* is its colour and how much of it shows, 0 to 1."""
    colour, strength = fill
    ax.add_patch(plt.Rectangle((left, row), width, 1, fc=colour, alpha=strength, lw=0))
    ax.text(left + width / 2, row + 0.53, text, ha="center", va="center", color=ink)


def draw_switches(ax, x, colours, theme):
    for i, (word, row) in enumerate(zip(SENTENCE, x, strict=True)):
        for j, on in enumerate(row):
            fill, ink = (colours[word], 0.65 * on), theme.ink if on else theme.muted
            draw_cell(ax, X_LEFT + NARROW * j, i, NARROW, f"{on:.0f}", fill, ink)
    for j, word in enumerate(VOCABULARY):
        ax.text(X_LEFT + NARROW * (j + 0.35), -0.25, word, va="bottom", rotation=60)


def draw_weights(ax, left, weights, words, colours, theme):
    for i, (word, row) in enumerate(zip(words, weights, strict=True)):
        for j, w in enumerate(row):
            fill = colours[word], min(0.1 + 0.35 * abs(w), 0.65)
            text = f"{w:.1f}".replace("-", "−")
            draw_cell(ax, left + WIDE * j, i, WIDE, text, fill, theme.ink)


def draw_frame(ax, left, cell, shape, name, theme):
    """Hairlines round the cells of one matrix, and its name on the line of the equation."""
    rows, columns = shape
    lines = {"color": theme.grid, "lw": 0.8}
    ax.hlines(range(rows + 1), left, left + columns * cell, **lines)
    ax.vlines([left + j * cell for j in range(columns + 1)], 0, rows, **lines)
    ax.text(left + columns * cell / 2, EQUATION, name, ha="center", va="center", size=12)


def draw(result, theme):
    blue, orange, green, violet, *_, grey = theme.colours
    colours = dict(zip(VOCABULARY, (blue, orange, green, grey, grey, violet), strict=True))
    x, e, product = result["x"], result["e"], result["product"]
    e_right, y_left = E_LEFT + WIDE * e.shape[1], E_LEFT + WIDE * e.shape[1] + GAP

    fig, ax = plt.subplots(figsize=(5.6, 2.55))
    draw_switches(ax, x, colours, theme)
    draw_weights(ax, E_LEFT, e, VOCABULARY, colours, theme)
    draw_weights(ax, y_left, product, SENTENCE, colours, theme)
    draw_frame(ax, X_LEFT, NARROW, x.shape, "X", theme)
    draw_frame(ax, E_LEFT, WIDE, e.shape, "E", theme)
    draw_frame(ax, y_left, WIDE, product.shape, "X E", theme)
    ax.text(E_LEFT - GAP, EQUATION, "×", ha="center", va="center", size=12)
    ax.text(e_right + GAP / 2, EQUATION, "=", ha="center", va="center", size=12)
    for left, words in ((X_LEFT, SENTENCE), (E_LEFT, VOCABULARY)):
        for i, word in enumerate(words):
            ax.text(left - 0.2, i + 0.53, word, ha="right", va="center")
    ax.set(xlim=(-2.1, y_left + WIDE * e.shape[1] + 0.05), ylim=(7.3, -1.9))
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
