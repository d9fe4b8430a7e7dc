"""Force-directed layout of a graph: from names and neighbours to integer positions.

1. The initial position of a node comes from the hash of its name.
2. Nodes move to the mean of their neighbours several times, so that linked nodes come together.
3. The result is spread evenly over a disc, keeping directions.
4. Links attract and density repels, with decreasing step size. Repulsion is the gradient of a density field: around
   each position, nodes are counted in neighbourhoods of doubling size, on grids of halving resolution.
5. Nodes that still overlap are separated.

There is no randomness and no state, so the same graph always looks the same. Nothing
depends on the order or number of nodes, so a new note hardly moves the others.
Only sums, products and square roots are used, so that every machine gets the same positions.
"""

import hashlib
from collections.abc import Callable, Sequence
from math import pi, sqrt
from operator import itemgetter

Row = list[float]
Neighbours = Sequence[Sequence[int]]
"""By node: the nodes linked to it, in either direction, each once."""

SPACING = 24
"""Average distance between adjacent nodes, in the units of `radius`."""
ROUNDS = 40
ATTRACTION, REPULSION, GRAVITY = 0.25, 0.25, 0.04
FINEST, CELL = 64, 0.7
"""Cells per side of the finest grid, and their minimum width; in smaller cells a node would repel itself."""
TEMPERATURE = 0.05
"""Maximum move of a node in the first round, in radii of the disc."""
GAP = 4
"""Units between two nodes."""


def radius(degree: int) -> float:
    """Return the radius of a node, as in graph.js."""
    return min(3 + sqrt(degree) * 0.9, 14)


def place_nodes(names: Sequence[str], neighbours: Neighbours) -> list[tuple[int, int]]:
    """Return the position of each node, centred at zero.

    >>> place_nodes(["a"], [[]])
    [(0, 0)]
    """
    if len(names) < 2:
        return [(0, 0) for _ in names]
    middle = _middle(neighbours)
    starts = [_start(name) for name in names]
    xs, ys = _gathered(starts, neighbours, middle)
    edge = 1.3 * sqrt(len(names) / pi)
    _spread(xs, ys, names, edge)
    _relax(xs, ys, middle, edge)
    xs, ys = [x * SPACING for x in xs], [y * SPACING for y in ys]
    _separate(xs, ys, [radius(len(near)) for near in neighbours])
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return [(round(a - x), round(b - y)) for a, b in zip(xs, ys, strict=True)]


def _start(name: str) -> tuple[float, float]:
    """Return a point in the square from -1 to 1."""
    drawn = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(drawn[:4]) / 2**31 - 1, int.from_bytes(drawn[4:]) / 2**31 - 1


def _middle(neighbours: Neighbours) -> Callable[[Row], Row]:
    """Return a function that gives each node the mean of its neighbours' values, hubs weighted less."""
    weights = [1 / sqrt(len(near)) if near else 0.0 for near in neighbours]
    pairs = [(*near, *near) if len(near) == 1 else near for near in neighbours]  # itemgetter of one is no tuple
    getters = [itemgetter(*near) if near else None for near in pairs]
    totals = [sum(weights[other] for other in near) for near in pairs]

    def middle(values: Row) -> Row:
        weighted = [value * weight for value, weight in zip(values, weights, strict=True)]
        return [
            sum(get(weighted)) / total if get else value
            for get, total, value in zip(getters, totals, values, strict=True)
        ]

    return middle


def _gathered(
    starts: Sequence[tuple[float, float]], neighbours: Neighbours, middle: Callable[[Row], Row]
) -> tuple[Row, Row]:
    """Move neighbours together, along two orthogonal directions.

    The most linked nodes fix the orientation, so that another node with few links does not flip the layout.
    """
    weights = [len(near) + 0.5 for near in neighbours]
    total = sum(weights)
    axes = []
    for axis in (0, 1):
        values = [start[axis] * weight for start, weight in zip(starts, weights, strict=True)]
        for _ in range(max(4, 2 * len(starts).bit_length() - 4)):
            values = [(old + new) / 2 for old, new in zip(values, middle(values), strict=True)]
            mean = sum(value * weight for value, weight in zip(values, weights, strict=True)) / total
            values = [value - mean for value in values]
        axes.append(values)

    def product(one: Row, other: Row) -> float:
        return sum(a * b * weight for a, b, weight in zip(one, other, weights, strict=True)) / total

    xs, ys = axes
    shared = product(xs, ys) / (product(xs, xs) or 1)
    ys = [y - x * shared for x, y in zip(xs, ys, strict=True)]
    for axis, values in enumerate((xs, ys)):
        size = sqrt(product(values, values)) or 1
        # a part of the initial position is kept; otherwise nodes with equal neighbours would stay at one position
        values[:] = [value / size + 0.1 * start[axis] for value, start in zip(values, starts, strict=True)]
    return xs, ys


def _spread(xs: Row, ys: Row, names: Sequence[str], edge: float) -> None:
    """Spread the points evenly over a disc by their rank in distance, keeping directions."""
    count = len(names)
    distances = [sqrt(x * x + y * y) or 1 for x, y in zip(xs, ys, strict=True)]
    for rank, node in enumerate(sorted(range(count), key=lambda node: (distances[node], names[node]))):
        factor = edge * sqrt((rank + 0.5) / count) / distances[node]
        xs[node] *= factor
        ys[node] *= factor


def _relax(xs: Row, ys: Row, middle: Callable[[Row], Row], edge: float) -> None:
    """Apply attraction and repulsion with decreasing temperature."""
    size = FINEST
    while size > 4 and 2.6 * edge / size < CELL:
        size //= 2
    cell = 2.6 * edge / size
    for number in range(ROUNDS):
        heat = edge * TEMPERATURE * (1 - number / ROUNDS) + 0.05
        slopes = _gradients(xs, ys, size, cell)
        pulled = zip(middle(xs), middle(ys), strict=True)
        for node, ((across, down), (to_x, to_y)) in enumerate(zip(slopes, pulled, strict=True)):
            x, y = xs[node], ys[node]
            step_x = ATTRACTION * (to_x - x) + REPULSION * across - GRAVITY * x
            step_y = ATTRACTION * (to_y - y) + REPULSION * down - GRAVITY * y
            length = sqrt(step_x * step_x + step_y * step_y)
            if length > heat:
                step_x *= heat / length
                step_y *= heat / length
            xs[node] = x + step_x
            ys[node] = y + step_y


def _gradients(xs: Row, ys: Row, size: int, cell: float) -> list[tuple[float, float]]:
    """Return the negative gradient of the density field at each node.

    A node's weight is distributed to the four cells around it (bilinear interpolation).
    """
    last = size - 1.001
    crowd = [0.0] * (size * size)
    places = []
    for x, y in zip(xs, ys, strict=True):
        across, down = x / cell + size / 2 - 0.5, y / cell + size / 2 - 0.5
        across, down = min(max(across, 0.0), last), min(max(down, 0.0), last)
        column, row = int(across), int(down)
        right, below = across - column, down - row
        at, both = row * size + column, right * below
        crowd[at] += 1 - right - below + both
        crowd[at + 1] += right - both
        crowd[at + size] += below - both
        crowd[at + size + 1] += both
        places.append((at, right, below))
    height = _density(crowd, size)
    slopes = []
    for at, right, below in places:
        a, b, c, d = height[at], height[at + 1], height[at + size], height[at + size + 1]
        slopes.append(((a - b) * (1 - below) + (c - d) * below, (a - c) * (1 - right) + (b - d) * right))
    return slopes


def _density(crowd: Row, size: int) -> Row:
    """Add up the number of nodes near each cell, in neighbourhoods of doubling size."""
    near = _blurred(crowd, size)
    if size <= 2:
        return near
    coarse: Row = []
    for at in range(0, size * size, 2 * size):
        pair = [a + b for a, b in zip(crowd[at : at + size], crowd[at + size : at + 2 * size], strict=True)]
        coarse += [a + b for a, b in zip(pair[::2], pair[1::2], strict=True)]
    return [a + b for a, b in zip(near, _doubled(_density(coarse, size // 2), size // 2), strict=True)]


def _blurred(grid: Row, size: int) -> Row:
    """Blur the grid: each cell gives a quarter of its value to both neighbours in its row, then in its column."""
    rows = []
    for at in range(0, size * size, size):
        row = grid[at : at + size]
        rows.append(_mixed([0.0, *row[:-1]], row, [*row[1:], 0.0]))
    none = [0.0] * size
    return [value for above, row, below in _around(rows, none, none) for value in _mixed(above, row, below)]


def _mixed(before: Row, row: Row, after: Row) -> Row:
    return [0.25 * a + 0.5 * b + 0.25 * c for a, b, c in zip(before, row, after, strict=True)]


def _doubled(grid: Row, size: int) -> Row:
    """Return the grid with twice the resolution, interpolated."""
    wide = []
    for at in range(0, size * size, size):
        row = grid[at : at + size]
        cells = [0.0] * (2 * size)
        cells[::2] = _leaning(row, [row[0], *row[:-1]])
        cells[1::2] = _leaning(row, [*row[1:], row[-1]])
        wide.append(cells)
    tall: Row = []
    for above, row, below in _around(wide, wide[0], wide[-1]):
        tall += _leaning(row, above)
        tall += _leaning(row, below)
    return tall


def _leaning(row: Row, other: Row) -> Row:
    return [0.75 * a + 0.25 * b for a, b in zip(row, other, strict=True)]


def _around(rows: list[Row], first: Row, last: Row):
    return zip([first, *rows[:-1]], rows, [*rows[1:], last], strict=True)


def _separate(xs: Row, ys: Row, radii: Row) -> None:
    """Move overlapping nodes apart, by half the overlap each, several times."""
    cell = 2 * max(radii) + GAP
    for _ in range(8):
        cells: dict[tuple[int, int], list[int]] = {}
        for node, (x, y) in enumerate(zip(xs, ys, strict=True)):
            cells.setdefault((int(x // cell), int(y // cell)), []).append(node)
        calm = True
        for (column, row), nodes in cells.items():
            nearby = [cells.get((column + right, row + down), ()) for right, down in ((1, 0), (-1, 1), (0, 1), (1, 1))]
            others = [other for group in nearby for other in group]
            for number, node in enumerate(nodes):
                for other in (*nodes[number + 1 :], *others):
                    calm &= not _push_apart(node, other, radii[node] + radii[other] + GAP, xs, ys)
        if calm:
            return


def _push_apart(node: int, other: int, wanted: float, xs: Row, ys: Row) -> bool:
    """Move two nodes to a distance of at least *wanted*; return whether they moved."""
    across, down = xs[other] - xs[node], ys[other] - ys[node]
    square = across * across + down * down
    if square >= wanted * wanted:
        return False
    distance = sqrt(square)
    if not distance:
        across, down, distance = 1.0, 0.0, 1.0
    share = (wanted - distance) / 2 / distance
    xs[node] -= across * share
    ys[node] -= down * share
    xs[other] += across * share
    ys[other] += down * share
    return True
