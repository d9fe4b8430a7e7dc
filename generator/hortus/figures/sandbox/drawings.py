"""Pictures from what scripts draw: matplotlib figures, several of them, animations, and charts of Altair and Plotly.

`Collector` watches a script that is written for a window or for files: `savefig` with a file name keeps the figure
instead of writing it, an animation is kept, and a widget is refused, because a page has no Python that could answer it.
`vector` and `raster` save whatever was drawn: the first in sentinel colours, the second in those of a theme.
"""

import copy
import io
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from hortus.figures.recolour import SVG
from hortus.figures.sandbox.fault import ScriptError
from hortus.figures.theme import Inks, Theme

FRAMES = 40
"""Frames that are taken from an animation, evenly."""
SUPPORTED = "supported are matplotlib and what draws with it (pandas, seaborn, scikit-learn), and Altair"
FRAMES_BY_LABEL = "return a dict of figures from draw, by label, and name the slider in FRAMES"
DIALS_INSTEAD = 'DIALS = {"parameter": [1, 2, 3]} draws the figure for all values of a parameter of compute or draw'
Frames = dict[str, Any]


class Collector:
    """What a script saved and animated, in order."""

    def __init__(self) -> None:
        self.saved: list[Any] = []
        self.animations: list[Any] = []
        self.created = count()

    def clear(self) -> None:
        self.saved.clear()
        self.animations.clear()

    def install(self) -> None:
        """Watch matplotlib in this process."""
        from matplotlib import animation, figure, widgets

        make: Callable = figure.Figure.__init__
        write: Callable = figure.Figure.savefig
        begin: Callable = animation.Animation.__init__

        def create(drawn: Any, *args: Any, **options: Any) -> None:
            make(drawn, *args, **options)
            drawn.hortus_order = next(self.created)

        def savefig(drawn: Any, target: Any, *args: Any, **options: Any) -> Any:
            if not isinstance(target, str | os.PathLike):
                return write(drawn, target, *args, **options)
            return self.saved.append(drawn)

        def animate(moving: Any, *args: Any, **options: Any) -> None:
            begin(moving, *args, **options)
            moving._draw_was_started = True  # no warning that it is never shown
            self.animations.append(moving)

        def refuse(widget: Any, *args: Any, **options: Any) -> None:
            raise ScriptError(
                f"matplotlib's {type(widget).__name__} needs a running Python, which a page does not have: "
                f"{DIALS_INSTEAD}"
            )

        classes: Any = figure.Figure, animation.Animation, widgets.AxesWidget
        classes[0].__init__, classes[1].__init__, classes[2].__init__ = create, animate, refuse
        classes[0].savefig, classes[1].save = savefig, lambda moving, *args, **options: None


@dataclass(frozen=True, slots=True)
class Stack:
    """Several figures of one script, one below the other."""

    figures: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of Altair or Plotly, drawn by the library's own exporter."""

    chart: Any

    def draw(self, kind: str, theme: Theme, ground: str | None = None) -> bytes:
        """Return the chart as ``svg`` or ``png`` in the colours of *theme*, on the colour *ground* or on none."""
        draw = _altair if _library(self.chart) == "altair" else _plotly
        return draw(self.chart, kind, theme, ground)


def vector(drawn: Any) -> bytes:
    """Return the SVG of a figure, stack or chart, in sentinel colours."""
    if isinstance(drawn, Stack):
        return stacked([vector(figure) for figure in drawn.figures])
    if isinstance(drawn, Chart):
        return drawn.draw("svg", Theme())
    stream = io.BytesIO()
    drawn.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def raster(drawn: Any, inks: Inks, **how: Any) -> bytes:
    """Return the pixels of a figure, stack or chart in the colours *inks*; *how* as for ``savefig``."""
    if not isinstance(drawn, Stack | Chart):
        from hortus.figures.sandbox.paint import painted

        return painted(drawn, inks, **how)
    from PIL import Image

    ground = how.get("facecolor")
    if isinstance(drawn, Chart):
        parts = [drawn.draw("png", Theme(**inks), ground)]
    else:
        parts = [raster(figure, inks, **how) for figure in drawn.figures]
    images = [Image.open(io.BytesIO(part)).convert("RGBA") for part in parts]
    size = max(image.width for image in images), sum(image.height for image in images)
    whole = Image.new("RGBA", size, ground or "#00000000")
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    stream = io.BytesIO()
    whole.save(stream, how["format"], **how.get("pil_kwargs", {}))
    return stream.getvalue()


def stacked(svgs: Sequence[bytes]) -> bytes:
    """Return one SVG with all *svgs*, one below the other; lengths are in points."""
    roots = [ET.fromstring(svg) for svg in svgs]
    sizes = [[float(root.get(side, "0").removesuffix("pt")) for side in ("width", "height")] for root in roots]
    width, height = max(size[0] for size in sizes), sum(size[1] for size in sizes)
    whole = ET.Element(f"{{{SVG}}}svg", {"width": f"{width}pt", "height": f"{height}pt", "version": "1.1"})
    whole.set("viewBox", f"0 0 {width} {height}")
    top = 0.0
    for root, (wide, high) in zip(roots, sizes, strict=True):
        root.attrib |= {"x": "0", "y": str(top), "width": str(wide), "height": str(high)}
        whole.append(root)
        top += high
    return ET.tostring(whole)


def _altair(chart: Any, kind: str, theme: Theme, ground: str | None) -> bytes:
    try:
        import vl_convert
    except ImportError:
        raise ScriptError("Altair's exporter is not installed: pip install vl-convert-python") from None
    text = {"labelColor": theme.ink, "titleColor": theme.ink}
    axis = text | {"domainColor": theme.muted, "tickColor": theme.muted, "gridColor": theme.grid}
    config = {
        "background": ground,
        "axis": axis,
        "legend": text,
        "title": {"color": theme.ink, "subtitleColor": theme.muted},
        "view": {"stroke": theme.grid},
        "text": {"color": theme.ink},
        "range": {"category": list(theme.colours)},
        "mark": {"color": theme.colours[0]},
    }
    specification = chart.to_dict()
    if kind == "svg":
        return vl_convert.vegalite_to_svg(specification, config=config).encode()
    return vl_convert.vegalite_to_png(specification, config=config, scale=2)


def _plotly(chart: Any, kind: str, theme: Theme, ground: str | None) -> bytes:
    chart.update_layout(paper_bgcolor=ground or "rgba(0,0,0,0)", font_color=theme.ink)
    try:
        return chart.to_image(format=kind, scale=1 if kind == "svg" else 2)
    except Exception as error:
        first = str(error).strip().partition("\n")[0]
        raise ScriptError(f"Plotly's exporter does not work here ({first[:80]}): {SUPPORTED}") from None


def _library(value: Any) -> str:
    """Return the library of a chart: ``altair``, ``plotly``, or nothing."""
    top = type(value).__module__.partition(".")[0]
    if top == "altair" and hasattr(value, "to_dict"):
        return top
    return top if top == "plotly" and hasattr(value, "to_image") else ""


def drawn_frames(drawn: Any) -> Frames:
    """Return the pictures by label of what `draw` returned: one figure, a dict of them, or an animation."""
    from matplotlib.animation import Animation

    if isinstance(drawn, Animation):
        return animation_frames(drawn)
    frames = {str(label): one for label, one in drawn.items()} if isinstance(drawn, dict) else {"": drawn}
    if not frames:
        raise ScriptError("draw returned no figure")
    return {label: _picture(one) for label, one in frames.items()}


def _picture(drawn: Any) -> Any:
    """Return the figure of *drawn*: a figure, its axes, a grid of seaborn, or a chart."""
    from matplotlib.figure import Figure

    figure = drawn if isinstance(drawn, Figure) else getattr(drawn, "figure", None)
    if isinstance(figure, Figure):
        return figure
    if _library(drawn):
        return Chart(drawn)
    raise ScriptError(f"draw returned {type(drawn).__name__}, not a matplotlib Figure; {SUPPORTED}")


def open_frames(collected: Collector, unused: Any, variables: Mapping[str, Any]) -> Frames:
    """Return the pictures of a plain script: all its figures, those that it saved and closed as well, in order.

    *unused* is the figure that the script got and did not draw in, if any.
    """
    import matplotlib.pyplot as plt

    figures = {id(figure): figure for figure in [*map(plt.figure, plt.get_fignums()), *collected.saved]}
    found = sorted((one for one in figures.values() if one is not unused), key=lambda one: one.hortus_order)
    charts = list({id(value): Chart(value) for value in variables.values() if _library(value)}.values())
    if not found and charts:
        return {"": charts[-1]}
    if not found:
        raise ScriptError("the script drew nothing" if unused else "no figure is open at the end of the script")
    if not collected.animations:
        return {"": found[0] if len(found) == 1 else Stack(found)}
    if len(found) > 1 or len(collected.animations) > 1:
        raise ScriptError("an animation must be the only figure of its script")
    return animation_frames(collected.animations[0])


def animation_frames(moving: Any) -> Frames:
    """Return at most `FRAMES` copies of an animation's figure, by the values of its frames or their numbers."""
    moving._init_draw()
    steps = list(moving.new_saved_frame_seq())
    taken = {round(number * (len(steps) - 1) / max(1, min(FRAMES, len(steps)) - 1)) for number in range(FRAMES)}
    copies = []
    for number, step in enumerate(steps):
        moving._draw_frame(step)  # without drawing the canvas, which costs as much as saving it
        if number in taken:
            plain = isinstance(step, int | float | str) or hasattr(step, "item")
            copies.append((str(step) if plain else str(number + 1), number, _copied(moving._fig)))
    labels = [label for label, _, _ in copies]
    unique = len(set(labels)) == len(labels)
    return {label if unique else str(number + 1): figure for label, number, figure in copies}


def _copied(figure: Any) -> Any:
    import matplotlib.pyplot as plt

    try:
        copied = copy.deepcopy(figure)
    except (AttributeError, TypeError, ValueError, NotImplementedError) as error:
        raise ScriptError(f"the animation's figure cannot be copied ({error}): {FRAMES_BY_LABEL}") from None
    plt.close(copied)  # pyplot does not keep it open
    return copied
