"""The markup of a drawing on a page: its layers, stacked, each SVG of the page or a file."""

from collections.abc import Callable
from html import escape

from hortus.core.model import Box, Drawing, Layer, Segments, Slot
from hortus.parse.excalidraw.geometry import number
from hortus.parse.excalidraw.layers import STYLE


def drawing_markup(
    drawing: Drawing, fill: Callable[[Segments], str], label: str, width: int = 0, part: str = "", light: bool = False
) -> str:
    """Return the markup; *fill* fills slots, *width* is in pixels, *part* what follows ``#^``, and *light* asks for
    files wherever there is one."""
    box = drawing.view(part) or drawing.box
    layers = "".join(_layer(layer, drawing, box, width, fill, light) for layer in drawing.layers)
    layers = layers.replace('alt=""', f'alt="Drawing: {escape(label)}"', 1) if light else layers
    if drawing.cover and not light:
        layers += f'<svg class="drawing-cover" {_size(box, width)}>{fill(drawing.cover)}</svg>'
    return f'<span class="drawing">{layers}</span>'


def _layer(layer: Layer, drawing: Drawing, box: Box, width: int, fill: Callable[[Segments], str], light: bool) -> str:
    kind = "drawing-inks" if layer.inks else "drawing-pictures"
    if layer.inline and not (light and layer.file):
        return f'<svg class="{kind}" {_size(box, width)} {STYLE}>{fill(layer.markup)}</svg>'
    source = fill((Slot("file", 0, layer.file),))
    if box == drawing.box:
        wide, high = _pixels(box, width)
        size = f'width="{wide}" height="{high}"'
        return f'<img class="{kind}" src="{source}" alt="" {size} loading="lazy" decoding="async">'
    x, y, wide, high = map(number, drawing.box)
    image = f'<image href="{source}" x="{x}" y="{y}" width="{wide}" height="{high}"/>'
    return f'<svg class="{kind}" {_size(box, width)}>{image}</svg>'


def _size(box: Box, width: int) -> str:
    wide, high = _pixels(box, width)
    return f'viewBox="{" ".join(map(number, box))}" width="{wide}" height="{high}"'


def _pixels(box: Box, width: int) -> tuple[int, int]:
    """Return width and height in pixels: a unit is one, unless a width is asked for."""
    scale = width / box[2] if width and box[2] else 1
    return max(round(box[2] * scale), 1), max(round(box[3] * scale), 1)
