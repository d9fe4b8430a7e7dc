"""The jinja2 environment: the templates of the theme, compiled once per installation, and those of the project."""

import os
import shutil
import sys
from functools import lru_cache, partial
from importlib.util import cache_from_source
from pathlib import Path
from traceback import extract_tb

import jinja2
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    ModuleLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
)
from markupsafe import Markup, escape

from hortus import PACKAGE
from hortus.core.hashing import digest
from hortus.core.model import HortusError
from hortus.core.words import Words, words_of

OPTIONS = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "auto_reload": False}


def template_error(error: TemplateError, overrides: Path | None) -> Exception:
    """Return an error with the line of a template of the project; other errors are returned unchanged."""
    frames = extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(frames) if overrides and Path(frame.filename).parent == overrides), None)
    return HortusError(f"templates/{Path(place.filename).name}:{place.lineno}: {error}") if place else error


def forget_templates() -> None:
    """Clear the cache of templates."""
    environment.cache_clear()


@lru_cache(maxsize=4)
def environment(overrides: Path | None, language: str) -> Environment:
    """Make the environment of templates; those next to the settings override the theme's.

    In templates ``t`` returns an interface text of the *language*, and ``fill`` one whose values are HTML.
    """
    loaders = [FileSystemLoader(overrides)] if overrides else []
    ours = Environment(loader=PackageLoader("hortus", "theme/templates"), undefined=StrictUndefined, **OPTIONS)  # type: ignore[arg-type]  # each option has its own type
    loader = ChoiceLoader([*loaders, *_compiled(ours), ours.loader])  # type: ignore[list-item]  # it has one
    ours.globals["t"], ours.globals["fill"] = words_of(language), partial(_filled, words_of(language))
    return ours.overlay(loader=loader)


def _filled(words: Words, text: str, **values: object) -> Markup:
    return Markup(escape(words(text))).format(**values)


def _compiled(theme: Environment) -> list[ModuleLoader]:
    """Return a loader of the theme's compiled templates, which are where Python keeps compiled modules of this package.

    They are compiled by the first process; if Python keeps no compiled modules, there are none.
    """
    if sys.dont_write_bytecode:
        return []
    source = PACKAGE / "theme" / "templates"
    texts = [(file.name, file.read_bytes()) for file in sorted(source.glob("*.html"))]
    name = digest(repr((jinja2.__version__, OPTIONS, texts)))[:16]
    folder = Path(cache_from_source(str(PACKAGE / "templates.py"))).parent / f"compiled_{name}"
    if not folder.is_dir():
        temporary = folder.with_name(f"{folder.name}-{os.getpid()}")
        try:
            theme.compile_templates(temporary, extensions=["html"], zip=None)
            os.rename(temporary, folder)
        except OSError:  # not writable, or another process was faster
            shutil.rmtree(temporary, ignore_errors=True)
    return [ModuleLoader(folder)] if folder.is_dir() else []
