"""Find the figure scripts of a folder and of the folders in it.

1. Packages, and files and folders that begin with ``_``, are shared code; those that begin with ``.`` are ignored.
2. A script in an inner folder that another one imports is shared code, too.
3. Of two scripts with one name the first counts, those of the folder itself before those of inner folders.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from hortus.core.model import FigureScript, Issue
from hortus.figures.cache.dependencies import imported_names
from hortus.figures.declare import parse_script


def read_scripts(folder: Path) -> dict[str, FigureScript]:
    """Read every script of *folder* and the folders in it, by name."""
    return choose_scripts(
        parse_script(file, file.read_text(encoding="utf-8", errors="replace"), script_place(file, folder))
        for file in script_files(folder)
    )


def script_files(folder: Path) -> list[Path]:
    """Return the files of scripts, those of *folder* itself first; shared code begins with ``_`` or is in a package."""
    found = []
    for file in folder.rglob("*.py") if folder.is_dir() else ():
        parts = file.relative_to(folder).parts
        packaged = any((parent / "__init__.py").is_file() for parent in file.parents[: len(parts) - 1])
        if not packaged and not any(part.startswith(("_", ".")) for part in parts):
            found.append((len(parts), file))
    return [file for _, file in sorted(found)]


def script_place(file: Path, folder: Path) -> str:
    """Return the path of a script in issues: from the name of the scripts' *folder*."""
    return f"{folder.name}/{file.relative_to(folder).as_posix()}"


def choose_scripts(scripts: Iterable[FigureScript]) -> dict[str, FigureScript]:
    """Return scripts by name: the first of each name, and none in an inner folder that another one imports."""
    found: dict[str, FigureScript] = {}
    read = list(scripts)
    shared = {name for script in read for name in imported_names(script.code)}
    for script in read:
        inner = script.path.partition("/")[2].removesuffix(".py").replace("/", ".")
        if "." in inner and inner in shared:
            continue
        if script.name in found:
            first = found[script.name]
            message, hint = f'another figure is named "{script.name}": {first.path}', "rename one of the files"
            issue = Issue("figure_failed", script.path, 1, 1, message, hint, script.name, severity="error")
            found[script.name] = replace(first, issues=(*first.issues, issue))
        else:
            found[script.name] = script
    return found
