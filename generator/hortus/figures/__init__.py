"""Figures that scripts draw at build time: declared in notes, cached by key, run in a sandbox, recoloured."""

from hortus.figures.declare import inline_script, parse_script, read_scripts, request_figure, script_figures
from hortus.figures.draw import draw_figures
from hortus.figures.executor import make_runner
from hortus.figures.explain import state_of, verify, why
from hortus.figures.options import FigureOptions, Limits
from hortus.figures.source import filled_source

__all__ = [
    "FigureOptions",
    "Limits",
    "draw_figures",
    "filled_source",
    "inline_script",
    "make_runner",
    "parse_script",
    "read_scripts",
    "request_figure",
    "script_figures",
    "state_of",
    "verify",
    "why",
]
