"""Save a figure that was drawn in sentinel colours as pixels in the colours of a theme, without drawing it again.

The renderer replaces the sentinels in whatever matplotlib gives it to paint, so all artists are covered; colours within
an image are not, as they are not in the SVG.
"""

import io
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb

from hortus.figures.theme import Inks, Theme


def painted(figure: Any, inks: Inks, **how: Any) -> bytes:
    """Return the pixels of *figure* with *inks* instead of the sentinels; *how* as for ``savefig``."""
    figure.set_layout_engine("none")  # keep the layout of the SVG
    stream = io.BytesIO()
    _Canvas(figure, inks).print_figure(stream, **how)
    return stream.getvalue()


class _Canvas(FigureCanvasAgg):
    def __init__(self, figure: Any, inks: Inks):
        super().__init__(figure)
        self.inks = inks

    def get_renderer(self) -> "_Renderer":
        box = self.figure.bbox
        self.renderer = _Renderer(self.inks, int(box.width), int(box.height), self.figure.dpi)
        return self.renderer


class _Renderer(RendererAgg):
    """Replaces colours in the arguments of all drawing methods."""

    def __init__(self, inks: Inks, *size: float):
        theme, given = Theme(), {"black": inks["ink"], "white": inks["paper"]}  # as in the SVG
        given |= {getattr(theme, name): colour for name, colour in inks.items()}
        self.inks = {_bytes(to_rgb(old)): to_rgb(new) for old, new in given.items()}
        super().__init__(*size)

    def _update_methods(self) -> None:
        super()._update_methods()
        bound: Any = self  # with the methods of the C++ renderer
        markers, collection = bound.draw_markers, bound.draw_path_collection
        mesh, triangles = bound.draw_quad_mesh, bound.draw_gouraud_triangles

        def draw_markers(*given):
            return markers(*given[:5], *map(self.ink, given[5:]))

        def draw_path_collection(*given, **more):
            return collection(*given[:6], self.inked(given[6]), self.inked(given[7]), *given[8:], **more)

        def draw_quad_mesh(*given):
            return mesh(*given[:7], self.inked(given[7]), given[8], self.inked(given[9]))

        def draw_gouraud_triangles(gc, points, colours, moved):
            return triangles(gc, points, self.inked(colours), moved)

        bound.draw_markers, bound.draw_path_collection = draw_markers, draw_path_collection
        bound.draw_quad_mesh, bound.draw_gouraud_triangles = draw_quad_mesh, draw_gouraud_triangles

    def new_gc(self) -> GraphicsContextBase:
        return _Context(self)

    def draw_path(self, gc, path, transform, rgbFace=None):
        super().draw_path(gc, path, transform, self.ink(rgbFace))

    def ink(self, colour: Any) -> Any:
        """Return the colour that replaces *colour*, with its alpha."""
        if colour is None:
            return None
        return (*self.inks.get(_bytes(colour), tuple(colour[:3])), *colour[3:])

    def inked(self, colours: Any) -> np.ndarray:
        """Replace the colours of an array, the last axis of which is RGBA."""
        colours = np.array(colours, dtype=float)
        for sentinel, colour in self.inks.items():
            colours[(np.rint(255 * colours[..., :3]) == sentinel).all(axis=-1), :3] = colour
        return colours


class _Context(GraphicsContextBase):
    """The colours of lines, texts and hatches."""

    def __init__(self, renderer: _Renderer):
        super().__init__()
        self.renderer = renderer

    def set_foreground(self, fg: Any, isRGBA: bool = False) -> None:
        super().set_foreground(fg, isRGBA)
        context: Any = self
        context._rgb = self.renderer.ink(context._rgb)

    def set_hatch_color(self, hatch_color: Any) -> None:
        super().set_hatch_color(self.renderer.ink(hatch_color))


def _bytes(colour: Any) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in colour[:3])
    return red, green, blue
