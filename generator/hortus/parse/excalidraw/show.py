"""Write the markup of a drawing on a page: its layers, stacked, each as inline SVG or as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from hortus.core.model import Box, Drawing, Layer, Segments, Slot
from hortus.parse.excalidraw.geometry import number
from hortus.parse.excalidraw.layers import STYLE


@dataclass(frozen=True, slots=True)
class View:
    """How a drawing is shown in one place."""

    label: str
    """Its accessible name."""
    width: int = 0
    """Width in pixels; 0 for the natural width."""
    part: str = ""
    """The part after ``#^`` in the embed; empty for the whole drawing."""
    light: bool = False
    """Layers are shown by their files where they have one."""


def drawing_markup(drawing: Drawing, view: View, fill: Callable[[Segments], str]) -> str:
    """Return the markup of a drawing; *fill* replaces slots."""
    box = drawing.view(view.part) or drawing.box
    layers = "".join(_layer(layer, drawing, box, view, fill) for layer in drawing.layers)
    layers = layers.replace('alt=""', f'alt="Drawing: {escape(view.label)}"', 1) if view.light else layers
    if drawing.cover and not view.light:
        layers += f'<svg class="drawing-cover" {_size(box, view.width)}>{fill(drawing.cover)}</svg>'
    return f'<span class="drawing">{layers}</span>'


def _layer(layer: Layer, drawing: Drawing, box: Box, view: View, fill: Callable[[Segments], str]) -> str:
    kind, width = "drawing-inks" if layer.inks else "drawing-pictures", view.width
    if layer.inline and not (view.light and layer.file):
        return f'<svg class="{kind}" {_size(box, width)} {STYLE}>{fill(layer.markup)}</svg>'
    source = fill((Slot("file", 0, layer.file),))
    if box == drawing.box:
        wide, high = _pixels(box, width)
        size = f'width="{wide}" height="{high}"'
        return f'<img class="{kind}" src="{source}" alt="" {size} loading="lazy" decoding="async">'
    x, y, width_of_all, height_of_all = map(number, drawing.box)
    image = f'<image href="{source}" x="{x}" y="{y}" width="{width_of_all}" height="{height_of_all}"/>'
    return f'<svg class="{kind}" {_size(box, width)}>{image}</svg>'


def _size(box: Box, width: int) -> str:
    wide, high = _pixels(box, width)
    return f'viewBox="{" ".join(map(number, box))}" width="{wide}" height="{high}"'


def _pixels(box: Box, width: int) -> tuple[int, int]:
    """Return width and height in pixels: one per unit, unless the embed sets a width."""
    scale = width / box[2] if width and box[2] else 1
    return max(round(box[2] * scale), 1), max(round(box[3] * scale), 1)
