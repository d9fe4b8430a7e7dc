"""Pack the frames of a figure into one text, in which what they share is stored once.

A frame is taken apart by ``_lines`` into lines of SVG without style sheets and ``style`` attributes, which the pages'
CSP forbids in inline SVG. Equal lines are stored once. In each, corners of polygons and positions become marks, and
equal remainders (templates) are stored once; so are equal polygons, and equal points. What is left are columns of
small numbers, each written as its low bytes, then its next bytes, and so on; deflate finds the repetitions in them. A
frame is a list of runs of lines. ``theme/static/dials.js`` reads this format.

Columns, in order: of new points, their offset to the new point before, x and y, in 1/100, with signs folded; of
points, the number of new points since that point, 0 if it is new; of new polygons, twice the number of corners, plus
one if closed; of polygons, how far back the same one was, 0 if it is new; of paths, their number of polygons; of
lines, their template; of runs, their first line relative to the end of the run before, with signs folded, and their
length; of frames, their number of runs. The templates follow.
"""

import base64
import re
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Any

from hortus.figures.recolour import DECIMALS, SVG, XLINK
from hortus.figures.theme import PREFIX, STYLE_SHEET

VERSION = "4"
"""Of the format."""
PATH, POSITION, SCOPE = "\x01", "\x02", "\x03"
"""Marks in templates: a path's corners, a position, and the beginning of an id."""
ATTRIBUTES = frozenset(
    """
    clip-path clip-rule color dominant-baseline fill fill-opacity fill-rule font-family font-size font-stretch
    font-style font-variant font-weight letter-spacing opacity stop-color stop-opacity stroke stroke-dasharray
    stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor
    text-decoration visibility
    """.split()
)
"""Properties that may be attributes."""
KNOWN_STYLES = frozenset(
    (f"{STYLE_SHEET}.{PREFIX}{{fill:var(--{PREFIX}-ink)}}", "*{stroke-linejoin: round; stroke-linecap: butt}")
)
ROOT = {"fill": f"var(--{PREFIX}-ink)", "stroke-linejoin": "round", "stroke-linecap": "butt"}
"""What these style sheets say, as attributes of the root."""
POLYGONS = re.compile(r' d="(M [-\d. MLz]+)"')
POLYGON = re.compile(r"M[^M]*")
PLACE = re.compile(r' x="(-?[\d.]+)" y="(-?[\d.]+)"')
NUMBER = re.compile(r"-?[\d.]+")
LOCAL_ID = re.compile(r"(?<=[\"#])f[0-9a-f]{5}-(?=\d)")
TEXT = re.compile(r">[^<>]+(?=<)")
"""Text of the author; in it nothing may look like a position or the end of a line."""

SCALE = 10**DECIMALS
"""Coordinates become whole numbers."""

Point = tuple[int, int]
Polygon = tuple[bool, tuple[Point, ...]]
"""Whether it is closed, and its corners."""


def pack(svgs: Sequence[bytes]) -> str:
    """Return the frames *svgs*, deflated, in base64; nothing if one of them cannot be inline SVG.

    That is the case with images and with style sheets, which the CSP forbids.
    """
    try:
        frames = [_lines(svg) if svg else [] for svg in svgs]
    except ValueError:
        return ""
    compress = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = compress.compress(_body(frames)) + compress.flush()
    return base64.b64encode(body).decode()


def _lines(svg: bytes) -> list[str]:
    """Return a picture as lines of SVG; raise ValueError if it needs what inline SVG may not have."""
    root = ET.fromstring(svg)
    _simplify(root)
    root.attrib = ROOT | {name: value for name, value in root.attrib.items() if name not in ("class", "version")}
    root.tag = "svg"
    text = ET.tostring(root, encoding="unicode").replace(" />", "/>")
    text = TEXT.sub(lambda match: match[0].replace('"', "&quot;").replace("\n", " "), LOCAL_ID.sub(SCOPE, text))
    return re.sub(r">(?=<[^/])", ">\n", text).split("\n")


def _simplify(parent: ET.Element) -> None:
    """Turn styles into attributes, and remove what has no effect: groups without attributes, rotations by 0°."""
    kept: list[ET.Element] = []
    for child in parent:
        tag = child.tag.removeprefix(f"{{{SVG}}}")
        if tag == "image" or (tag == "style" and child.text not in KNOWN_STYLES):
            raise ValueError(tag)
        if tag == "style" or child.get("id") in ("light", "dark"):
            continue
        _simplify(child)
        _set_attributes(child)
        child.tag = tag
        child.tail = None
        child.text = child.text if child.text and child.text.strip() else None
        bare = not child.attrib and (tag == "g" or (tag == "defs" and len(child) == 0))
        kept += list(child) if bare else [child]
    parent[:] = kept


def _set_attributes(element: ET.Element) -> None:
    for part in filter(str.strip, element.attrib.pop("style", "").split(";")):
        name, _, value = part.partition(":")
        if name.strip() not in ATTRIBUTES:
            raise ValueError(name)
        element.set(name.strip(), value.strip())
    if re.match(r"rotate\(-?0 ", element.get("transform", "")):
        del element.attrib["transform"]
    if f"{{{XLINK}}}href" in element.attrib:
        element.set("href", element.attrib.pop(f"{{{XLINK}}}href"))


def _body(frames: Sequence[Sequence[str]]) -> bytes:
    """Return the columns and templates of frames."""
    numbers: dict[str, int] = {}
    runs = [_runs([numbers.setdefault(line, len(numbers)) for line in lines]) for lines in frames]
    templates: dict[str, int] = {}
    polygons: list[Polygon] = []
    counts: list[int] = []
    used = [templates.setdefault(_template(line, polygons, counts), len(templates)) for line in numbers]
    new_polygons, polygon_references = _references(polygons, back=True)
    new_points, point_references = _references([point for _, corners in new_polygons for point in corners], back=False)
    steps = list(pairwise([(0, 0), *new_points]))
    starts = [start - end for frame in runs for (_, end), (start, _) in pairwise([(0, 0), *frame])]
    columns = (
        map(_folded, [after[0] - before[0] for before, after in steps]),
        map(_folded, [after[1] - before[1] for before, after in steps]),
        point_references,
        [2 * len(corners) + closed for closed, corners in new_polygons],
        polygon_references,
        counts,
        used,
        map(_folded, starts),
        [end - start for frame in runs for start, end in frame],
        map(len, runs),
    )
    return b"".join(map(_column, columns)) + "\n".join(templates).encode()


def _template(line: str, polygons: list[Polygon], counts: list[int]) -> str:
    """Return a line with marks for its shapes, which are added to *polygons*, and to *counts* how many a path has."""

    def path(match: re.Match[str]) -> str:
        parts = POLYGON.findall(match[1])
        counts.append(len(parts))
        polygons.extend(("z" in part, _points(NUMBER.findall(part))) for part in parts)
        return f' d="{PATH}"'

    def place(match: re.Match[str]) -> str:
        polygons.append((False, _points(match.groups())))
        return POSITION

    return PLACE.sub(place, POLYGONS.sub(path, line))


def _points(numbers: Sequence[str]) -> tuple[Point, ...]:
    whole = [round(SCALE * float(number)) for number in numbers]
    return tuple(zip(whole[::2], whole[1::2], strict=True))


def _references(items: Sequence[Any], back: bool) -> tuple[list[Any], list[int]]:
    """Return the distinct items, and for each item 0 if it is new, else a reference to the same one before.

    That is how far *back* it was, or the number of new ones since that one was new.

    >>> _references("abba", back=True), _references("abba", back=False)
    ((['a', 'b'], [0, 0, 1, 3]), (['a', 'b'], [0, 0, 1, 2]))
    """
    first: dict[Any, int] = {}
    last: dict[Any, int] = {}
    references = []
    for at, item in enumerate(items):
        if item not in first:
            references.append(0)
            first[item] = len(first)
        else:
            references.append(at - last[item] if back else len(first) - first[item])
        last[item] = at
    return list(first), references


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of consecutive numbers: first one, and the one after the last.

    >>> _runs([3, 4, 5, 9])
    [(3, 6), (9, 10)]
    """
    groups = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    found = [[number for _, number in group] for _, group in groups]
    return [(run[0], run[-1] + 1) for run in found]


def _folded(number: int) -> int:
    """
    >>> [_folded(number) for number in (0, -1, 1, -2)]
    [0, 1, 2, 3]
    """
    return 2 * number if number >= 0 else -2 * number - 1


def _column(numbers: Iterable[int]) -> bytes:
    """Return numbers byte by byte, the low bytes of all first; before them how many bytes each has, and their count."""
    column = list(numbers)
    width = (max(column, default=0).bit_length() + 7) // 8
    planes = (bytes((number >> 8 * place) & 255 for number in column) for place in range(width))
    return bytes([width]) + len(column).to_bytes(3, "little") + b"".join(planes)
