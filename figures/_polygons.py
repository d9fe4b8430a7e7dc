"""Cut a window into the polygons on which a ReLU network is affine.

Inside a polygon no neuron changes its mind, so what each neuron of the next layer computes is
affine there, and its zero is a straight line: cut along it, layer by layer. Exact, no grid.
"""

import numpy as np
from matplotlib.path import Path

ROUNDING = 1e-12  # a line this near to a corner passes through it


def box(right, top):
    """The window from (-right, -top) to (right, top), counter-clockwise: (4, 2)."""
    return np.array([(-right, -top), (right, -top), (right, top), (-right, top)])


def cut(polygon, values):
    """Part a convex *polygon* (k, 2) where *values* (k,), affine along its edges, change sign.

    Returns the part with positive values and the other; whichever has no area is None.

    >>> above, below = cut(box(1.0, 1.0), values=np.array([-1.0, -1.0, 1.0, 1.0]))
    >>> above.tolist()
    [[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 1.0]]
    """
    values = np.where(abs(values) < ROUNDING, 0.0, values)
    if not (values > 0).any():
        return None, polygon
    if not (values < 0).any():
        return polygon, None
    above, below = [], []
    for i, (point, value) in enumerate(zip(polygon, values, strict=True)):
        before = values[i - 1]
        if value * before < 0:
            crossing = polygon[i - 1] + (point - polygon[i - 1]) * (before / (before - value))
            above.append(crossing)
            below.append(crossing)
        if value >= 0:
            above.append(point)
        if value <= 0:
            below.append(point)
    return np.array(above), np.array(below)


def affine_pieces(layers, window):
    """Yield the pieces of *window* after no neuron, after the first, and so on to the last.

    *layers* are pairs of weights (out, in) and biases (out,), with a ReLU between them. A piece is
    ``(polygon, pattern, A, c)``: the pattern has a bit for every neuron that was asked, and the
    layer that is being cut receives A x + c.
    """
    pieces = [(window, (), np.eye(2), np.zeros(2))]
    yield pieces
    for W, b in layers:
        for w, bias in zip(W, b, strict=True):
            pieces = [half for piece in pieces for half in ask(piece, w, bias)]
            yield pieces
        pieces = [through(piece, W, b) for piece in pieces]


def ask(piece, w, bias):
    """Yield what a neuron, w z + bias of the z its layer receives, makes of a piece: one or two."""
    polygon, pattern, A, c = piece
    above, below = cut(polygon, polygon @ (w @ A) + (w @ c + bias))
    if above is not None:
        yield above, (*pattern, 1), A, c
    if below is not None:
        yield below, (*pattern, 0), A, c


def through(piece, W, b):
    """Send a piece through a layer all of whose neurons were asked; those that are off give 0."""
    polygon, pattern, A, c = piece
    on = np.array(pattern[-len(b) :])
    return polygon, pattern, on[:, None] * (W @ A), on * (W @ c + b)


def area(polygon):
    """The shoelace formula; positive when counter-clockwise."""
    x, y = polygon.T
    return 0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1))


def compound(polygons):
    """All the polygons as one path, so that one colour is one small element without hairlines."""
    corners = [np.vstack([polygon, polygon[:1]]) for polygon in polygons]
    return Path.make_compound_path(*[Path(ring, closed=True) for ring in corners])
