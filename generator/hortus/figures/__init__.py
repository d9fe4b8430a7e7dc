"""Figures that scripts make at build time: declared in notes, keyed, run, recoloured."""

from hortus.figures.declare import inline_script, parse_script, read_scripts, request_figure, script_figures
from hortus.figures.draw import draw_figures
from hortus.figures.options import FigureOptions, Limits

__all__ = [
    "FigureOptions",
    "Limits",
    "draw_figures",
    "inline_script",
    "parse_script",
    "read_scripts",
    "request_figure",
    "script_figures",
]
