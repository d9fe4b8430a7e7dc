"""Draw the neighbours of a note as an SVG with links, with a fixed layout.

Notes that link here are on the left, notes that this one links to on the right, on two arcs; notes with links in both
directions are where there is room, with a thicker line. Maps are diamonds, notes discs, figures squares, missing notes
circles. All shapes of a kind are one path, which keeps the drawing small; the link is the name next to a shape.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import accumulate
from math import sqrt

from hortus.core.urls import href
from hortus.core.words import Words
from hortus.site.graph.nodes import Network, Node

MOST = 10
"""Nodes per side."""
BYTES = 3000
"""Links among neighbours are drawn up to this size; links of maps never, because maps link to everything."""
WIDTH, ROW, TOP = 400, 28, 22
NEAR, FAR = 36, 62
"""Distances of the ends and the middle of an arc from the centre line."""
LABEL = 22
"""Maximum width of a name, in letters."""
KINDS = ("map", "note", "figure", "missing")
SHAPES = {
    "map": "M{0} {1}m-6 0l6-6 6 6-6 6z",
    "note": "M{0} {1}h0",
    "figure": "M{0} {1}h0",
    "missing": "M{0} {1}m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
}


@dataclass(frozen=True, slots=True)
class LocalGraph:
    svg: str
    """Empty if nothing is linked."""
    more: int = 0
    """Number of neighbours that are not shown."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A neighbour and its position."""

    node: Node
    x: int
    y: int
    both: bool


def draw_local(node: str, network: Network, words: Words) -> LocalGraph:
    """Draw the neighbours of a note or missing note, with URLs relative to its page."""
    targets, sources = network.targets(node), network.sources(node)
    left, right, both = _sides(node, targets, sources, network)
    count = len(set(targets) | set(sources))
    if not count:
        return LocalGraph("")
    height = TOP + ROW * max(len(left), len(right), 2)
    spots = [*_arc(left, -1, both, height), *_arc(right, 1, both, height)]
    middle = (TOP + height) // 2
    here = network.node(node)
    left_names = "".join(_name(spot, -10, here.url, words) for spot in spots[: len(left)])
    right_names = "".join(_name(spot, 10, here.url, words) for spot in spots[len(left) :])
    start = f'<svg class="local-graph" viewBox="0 0 {WIDTH} {height}" role="group" aria-labelledby="around-title">'
    drawn = (
        f"{_links(spots, middle)}{_shapes(spots)}"
        f'<path class="{here.kind} here" d="{SHAPES[here.kind].format(WIDTH // 2, middle)}"/>'
        f"{_side(words('Links here'), 'end', 130, left_names)}"
        f"{_side(words('Links to'), 'start', 270, right_names)}</svg>"
    )
    crossing = _crossing(spots, network, BYTES - len(start + drawn))
    return LocalGraph(start + crossing + drawn, count - len(spots))


def _sides(
    node: str, targets: list[str], sources: list[str], network: Network
) -> tuple[list[Node], list[Node], set[str]]:
    """Divide the neighbours into left and right; if there are too many, maps and mutual links come first."""
    both = set(targets) & set(sources)
    left, right = [source for source in sources if source not in both], [one for one in targets if one not in both]
    for one in targets:
        if one in both:
            (left if len(left) < len(right) else right).append(one)

    def chosen(side: list[str]) -> list[Node]:
        nodes = [network.node(one) for one in side]
        nodes.sort(key=lambda one: (one.kind != "map", one.id not in both))
        return sorted(nodes[:MOST], key=lambda one: KINDS.index(one.kind))

    return chosen(left), chosen(right), both


def _arc(nodes: list[Node], side: int, both: set[str], height: int) -> list[_Spot]:
    """Place nodes from top to bottom on an arc; *side* is -1 on the left."""
    first = TOP + (height - TOP - ROW * (len(nodes) - 1)) / 2
    spots = []
    for number, node in enumerate(nodes):
        y = first + ROW * number
        off = (y - (TOP + height) / 2) / (height / 2)
        x = WIDTH / 2 + side * (NEAR + (FAR - NEAR) * sqrt(1 - off * off))
        spots.append(_Spot(node, round(x), round(y), node.id in both))
    return spots


def _links(spots: list[_Spot], middle: int) -> str:
    """Return the links of the note itself."""
    lines = [(spot.both, f"M{WIDTH // 2} {middle}L{spot.x} {spot.y}") for spot in spots]
    single = "".join(line for both, line in lines if not both)
    double = "".join(line for both, line in lines if both)
    return _path("link", single) + _path("link both", double)


def _crossing(spots: list[_Spot], network: Network, room: int) -> str:
    """Return links among neighbours, curved towards the centre, up to *room* bytes."""
    places = {spot.node.id: number for number, spot in enumerate(spots) if spot.node.kind != "map"}
    pairs = {
        (min(number, places[target]), max(number, places[target]))
        for node, number in places.items()
        for target in places
        if network.has_link(node, target)
    }
    bends = ""
    for one, other in sorted(pairs):
        a, b = spots[one], spots[other]
        bend = f"M{a.x} {a.y}Q{(a.x + b.x + WIDTH) // 4} {(a.y + b.y) // 2} {b.x} {b.y}"
        if len(_path("cross", bends + bend)) > room:
            break
        bends += bend
    return _path("cross", bends)


def _shapes(spots: list[_Spot]) -> str:
    """Return the shapes of neighbours, one path per kind."""
    return "".join(
        _path(kind, "".join(SHAPES[kind].format(spot.x, spot.y) for spot in spots if spot.node.kind == kind))
        for kind in KINDS
    )


def _path(name: str, drawing: str) -> str:
    return f'<path class="{name}" d="{drawing}"/>' if drawing else ""


def _side(title: str, anchor: str, x: int, names: str) -> str:
    if not names:
        return ""
    return f'<g text-anchor="{anchor}"><text class="side" x="{x}" y="11">{title}</text>{names}</g>'


def _name(spot: _Spot, away: int, base: str, words: Words) -> str:
    node = spot.node
    label = shortened(node.title, LABEL)
    missing = node.kind == "missing"
    label_text = words("{title}, not written yet", title=node.title) if missing else node.title
    title = f"<title>{escape(label_text, quote=False)}</title>" if label_text != label else ""
    name = f'<text x="{spot.x + away}" y="{spot.y + 4}">{escape(label, quote=False)}</text>'
    kind = ' class="missing"' if missing else ""
    return f'<a{kind} href="{escape(href(node.url, base))}">{title}{name}</a>'


@lru_cache(maxsize=1 << 12)
def shortened(text: str, width: int) -> str:
    """Shorten a name that is wider than *width* letters; Chinese, Japanese and Korean characters count twice.

    >>> shortened("Stochastic Gradient Descent", 12), shortened("確率的勾配降下法", 8)
    ('Stochastic…', '確率的…')
    """
    widths = [_width(sign) for sign in text]
    if sum(widths) <= width:
        return text
    fitting = [end for end, taken in enumerate(accumulate(widths, initial=0)) if taken < width]
    return text[: fitting[-1]].rstrip() + "…"


def _width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
