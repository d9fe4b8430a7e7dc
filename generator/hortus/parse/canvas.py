"""Parse Obsidian ``.canvas`` files (JSON Canvas 1.0) into notes whose body is one SVG.

Text nodes are parsed like notes, file nodes and groups are drawn as boxes, edges as curves. Links in nodes
are links of the canvas, for the graph and the report.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from hortus.core.keys import stem
from hortus.core.model import Issue, Link, Note, ParseOptions, Segments, Slot, Source
from hortus.core.words import words_of
from hortus.parse.note import parse_note
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of

MARGIN = 40
"""Empty canvas units around the drawing."""
MOST, LARGEST = 2000, 20_000
"""Limits: nodes drawn, and the width and height of a node in units."""
SIDES = {"top": (0.5, 0.0, 0, -1), "bottom": (0.5, 1.0, 0, 1), "left": (0.0, 0.5, -1, 0), "right": (1.0, 0.5, 1, 0)}
"""Where an edge meets a box, as fractions of its size, and the direction in which it leaves."""
INDEXED = frozenset({"link", "embed", "caption", "url"})
"""Slots whose index is that of a link."""


@dataclass(frozen=True, slots=True)
class Box:
    """One node, in canvas units."""

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    content: str
    colour: str
    line: int


@dataclass(slots=True)
class _Drawing:
    source: Source
    options: ParseOptions
    body: list[str | Slot] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    contexts: list[Segments] = field(default_factory=list)
    parts: list[Note] = field(default_factory=list)
    issues: dict[Issue, None] = field(default_factory=dict)
    """At the line of their node, in order, each once."""


def parse_canvas(source: Source, options: ParseOptions = ParseOptions()) -> Note:
    """Draw a canvas; if it cannot be read, return a note with an issue."""
    try:
        boxes, edges = read_boxes(source.text)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        note = parse_note(Source(source.path, ""), options)
        why = (
            "it is nested too deeply" if isinstance(error, RecursionError) else "its nodes or edges are not as expected"
        )
        said = error if isinstance(error, ValueError) else why
        issue = Issue("not_shown", source.path, 1, 1, f"not a canvas: {said}", "open and save it in Obsidian")
        return replace(note, title=_title(source.path), issues=(issue,))
    drawing = _Drawing(source, options)
    left, top = (min((getattr(box, side) for box in boxes), default=0) - MARGIN for side in ("x", "y"))
    right = max((box.x + box.width for box in boxes), default=0) + MARGIN
    bottom = max((box.y + box.height for box in boxes), default=0) + MARGIN
    size = f"{_number(left)} {_number(top)} {_number(right - left)} {_number(bottom - top)}"
    label = escape(words_of(options.language)("Canvas: {title}", title=_title(source.path)))
    pixels = f'width="{_number(right - left)}" height="{_number(bottom - top)}"'
    drawing.body.append(
        f'<div class="canvas" tabindex="0" role="region" aria-label="{label}">'
        f'<svg class="canvas-drawing" viewBox="{size}" {pixels}>\n'
    )
    for box in sorted(boxes, key=lambda box: box.kind != "group"):
        _draw_box(box, drawing)
    drawing.body += _edges(edges, {box.id: box for box in boxes})
    drawing.body.append("</svg></div>\n")
    return _note(drawing)


def read_boxes(text: str) -> tuple[list[Box], list[dict[str, Any]]]:
    """Read nodes and edges; invalid nodes are skipped."""
    canvas = json.loads(text or "{}")
    boxes = []
    for node in canvas.get("nodes", [])[:MOST]:
        kind = str(node.get("type", ""))
        name = {"text": "text", "file": "file", "link": "url", "group": "label"}.get(kind)
        if name is None:
            continue
        content = str(node.get(name, "")) + (str(node.get("subpath", "")) if kind == "file" else "")
        x, y, width, height = (_bounded(node.get(side, 0)) for side in ("x", "y", "width", "height"))
        place = text.find(json.dumps(str(node.get("id", ""))))
        line = text.count("\n", 0, max(place, 0)) + 1
        boxes.append(
            Box(str(node.get("id", "")), kind, x, y, abs(width), abs(height), content, str(node.get("color", "")), line)
        )
    return boxes, [edge for edge in canvas.get("edges", [])[:MOST] if isinstance(edge, dict)]


def _bounded(value: Any) -> float:
    return max(-LARGEST, min(LARGEST, float(value)))


def _draw_box(box: Box, drawing: _Drawing) -> None:
    colour = f" colour-{box.colour}" if box.colour in tuple("123456") else ""
    place = f'x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" height="{_number(box.height)}"'
    drawing.body.append(f'<g class="canvas-{box.kind}{colour}"><rect {place} rx="8"></rect>')
    if box.kind == "group":
        drawing.body.append(f'<text x="{_number(box.x)}" y="{_number(box.y - 10)}">{escape(box.content)}</text></g>\n')
        return
    drawing.body.append(f'<foreignObject {place}><div class="canvas-content" tabindex="0">')
    _content(box, drawing)
    drawing.body.append("</div></foreignObject></g>\n")


def _content(box: Box, drawing: _Drawing) -> None:
    """Append the content of a box: Markdown, parsed like a note, with links numbered after the earlier ones."""
    if box.kind == "link":
        address = escape(box.content)
        safe = scheme_of(box.content) in SAFE_SCHEMES.union(drawing.options.url_schemes)
        drawing.body.append(f'<a class="external" href="{address}" rel="noopener">{address}</a>' if safe else address)
        return
    text = f"![[{box.content}]]" if box.kind == "file" else box.content
    note = parse_note(Source(drawing.source.path, text), drawing.options)
    first, context = len(drawing.links), len(drawing.contexts)
    prefix = f"n{len(drawing.parts) + 1}-"
    queries = sum(len(part.queries) for part in drawing.parts)
    drawing.parts.append(note)
    drawing.issues |= {replace(issue, line=box.line, column=1): None for issue in note.issues}
    for link in note.links:
        kind = "canvas" if box.kind == "file" else link.kind
        sentence = link.context + context if link.context >= 0 else -1
        drawing.links.append(
            replace(
                link,
                kind=kind,
                line=box.line,
                column=1,
                length=1,
                section=-1,
                context=sentence,
                caption=shifted(link.caption, first, prefix, queries),
            )
        )
    drawing.contexts += [shifted(part, first, prefix, queries) for part in note.contexts]
    drawing.body += shifted(note.body, first, prefix, queries)


def shifted(segments: Segments, first: int, prefix: str, queries: int = 0) -> Segments:
    """Number the links of a part from *first* on, and make its ids unique."""
    shifted: list[str | Slot] = []
    for segment in segments:
        if isinstance(segment, Slot) and segment.kind in INDEXED:
            segment = segment._replace(index=segment.index + first)
        elif isinstance(segment, Slot) and segment.kind == "query":
            segment = segment._replace(index=segment.index + queries)
        elif isinstance(segment, Slot) and segment.kind in ("id", "ref"):
            segment = segment._replace(name=prefix + segment.name)
        shifted.append(segment)
    return tuple(shifted)


def _edges(edges: Sequence[dict[str, Any]], boxes: dict[str, Box]) -> Iterator[str]:
    """Yield each edge as a curve that leaves its boxes at right angles, with arrowhead and label."""
    for edge in edges:
        start, end = boxes.get(str(edge.get("fromNode"))), boxes.get(str(edge.get("toNode")))
        if start is None or end is None:
            continue
        x1, y1, dx1, dy1 = _meeting(start, edge.get("fromSide"), end)
        x2, y2, dx2, dy2 = _meeting(end, edge.get("toSide"), start)
        reach = max(abs(x2 - x1), abs(y2 - y1), 40) / 2
        curve = (x1 + dx1 * reach, y1 + dy1 * reach, x2 + dx2 * reach, y2 + dy2 * reach, x2, y2)
        points = " ".join(map(_number, curve))
        yield f'<path class="canvas-edge" d="M{_number(x1)} {_number(y1)} C{points}"></path>'
        for end_kind, arrow in (("fromEnd", (x1, y1, dx1, dy1)), ("toEnd", (x2, y2, dx2, dy2))):
            if edge.get(end_kind, "arrow" if end_kind == "toEnd" else "none") == "arrow":
                yield f'<path class="canvas-arrow" d="{_arrow(*arrow)}"></path>'
        if edge.get("label"):
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            yield f'<text class="canvas-label" x="{_number(x)}" y="{_number(y)}">{escape(str(edge["label"]))}</text>'


def _meeting(box: Box, side: Any, other: Box) -> tuple[float, float, int, int]:
    """Return where an edge meets *box*, and the direction it leaves in; without a side the one that faces *other*."""
    if side not in SIDES:
        dx, dy = other.x + other.width / 2 - box.x - box.width / 2, other.y + other.height / 2 - box.y - box.height / 2
        side = ("right" if dx > 0 else "left") if abs(dx) > abs(dy) else ("bottom" if dy > 0 else "top")
    across, down, dx, dy = SIDES[side]
    return box.x + across * box.width, box.y + down * box.height, dx, dy


def _arrow(x: float, y: float, dx: int, dy: int) -> str:
    points = [(x, y), (x + 12 * dx + 6 * dy, y + 12 * dy + 6 * dx), (x + 12 * dx - 6 * dy, y + 12 * dy - 6 * dx)]
    return "M" + " L".join(f"{_number(px)} {_number(py)}" for px, py in points) + " Z"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _title(path: str) -> str:
    return stem(path).removesuffix(".canvas")


def _note(drawing: _Drawing) -> Note:
    """Combine the parts into one note."""
    empty = parse_note(Source(drawing.source.path, ""), drawing.options)
    parts = drawing.parts
    return replace(
        empty,
        title=_title(drawing.source.path),
        body=tuple(drawing.body),
        links=tuple(drawing.links),
        contexts=tuple(drawing.contexts),
        tags=tuple({tag.name.lower(): tag for part in parts for tag in part.tags}.values()),
        externals=tuple(external for part in parts for external in part.externals),
        excerpt=next((part.excerpt for part in parts if part.excerpt), ""),
        words=sum(part.words for part in parts),
        glyphs="".join(sorted({glyph for part in parts for glyph in part.glyphs})),
        files=tuple({name: svg for part in parts for name, svg in part.files}.items()),
        issues=tuple(drawing.issues),
        public=all(part.public for part in parts),
        queries=tuple(query for part in parts for query in part.queries),
    )
