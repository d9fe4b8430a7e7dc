"""Figures that scripts draw at build time: declared in notes, cached by key, run in a sandbox, recoloured.

Names are imported from their modules when first used: a build whose figures are all known loads no sandbox.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hortus.figures.declare import inline_script, parse_script
    from hortus.figures.draw import draw_figures
    from hortus.figures.executor import make_runner
    from hortus.figures.explain import check_seeds, state_of, verify, why
    from hortus.figures.options import FigureOptions, Limits
    from hortus.figures.requests import request_figure, script_figures
    from hortus.figures.scripts import read_scripts
    from hortus.figures.source import filled_source

__all__ = [
    "FigureOptions",
    "Limits",
    "check_seeds",
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

MODULES = {
    "declare": "inline_script parse_script",
    "draw": "draw_figures",
    "executor": "make_runner",
    "explain": "check_seeds state_of verify why",
    "options": "FigureOptions Limits",
    "requests": "request_figure script_figures",
    "scripts": "read_scripts",
    "source": "filled_source",
}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    for module, names in MODULES.items():
        if name in names.split():
            return getattr(import_module(f"hortus.figures.{module}"), name)
    raise AttributeError(name)
