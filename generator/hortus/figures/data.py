"""The files that a script names in DATA."""

import ast
import os
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

from hortus.core.hints import near_hint
from hortus.core.model import FigureScript, Issue
from hortus.figures.cache.dependencies import parsed
from hortus.figures.declare import declared, literal_node


def declared_data(code: str) -> tuple[str, ...] | None:
    """Return the names in DATA, relative to the script: files, folders and patterns; None if there is no DATA."""
    data = declared(code, "DATA")
    return None if data is None else tuple(name for name in data if isinstance(name, str))


def data_files(name: str, folder: Path) -> list[Path]:
    """Return the files that *name* in DATA means: a file, all files of a folder, or those that match a pattern."""
    place = folder / name
    if place.is_file():
        return [place]
    if place.is_dir():
        return sorted(file for file in place.rglob("*") if file.is_file())
    return sorted(file for file in map(Path, glob(str(place), recursive=True)) if file.is_file())


@dataclass(frozen=True, slots=True)
class DataPlaces:
    """Where the files are that scripts name in DATA, so that changes of them can be watched."""

    files: frozenset[Path] = frozenset()
    """Files named by themselves; they need not exist."""
    folders: frozenset[Path] = frozenset()
    """Folders that are named, or that have files or folders that a pattern or a named folder includes."""

    @property
    def watched(self) -> frozenset[Path]:
        """The existing folders whose direct entries matter."""
        return frozenset(folder for folder in {*self.folders, *(file.parent for file in self.files)} if folder.is_dir())

    def include(self, path: Path) -> bool:
        """Return whether a change of *path* may concern a script."""
        return path in self.files or path.parent in self.folders or path in self.folders


def data_places(scripts: Iterable[FigureScript]) -> DataPlaces:
    """Return the places that the DATA of *scripts* names, without ``..`` in them."""
    files: set[Path] = set()
    folders: set[Path] = set()
    for script in scripts:
        for name in declared_data(script.code) or ():
            place = Path(os.path.normpath(script.file.parent / name))
            if not place.is_dir() and not has_magic(name):
                files.add(place)
                continue
            base = next(path for path in (place, *place.parents) if not has_magic(str(path)))
            inner = [Path(os.path.normpath(file)).parent for file in data_files(name, script.file.parent)]
            between = (path for folder in inner for path in (folder, *folder.parents) if path.is_relative_to(base))
            folders |= {base, *between}
    return DataPlaces(frozenset(files), frozenset(folders))


def data_issues(script: FigureScript) -> list[Issue]:
    """Return an issue for each name in the script's DATA for which there is no file."""
    folder, first = script.file.parent, script.caption_line if script.inline else 0
    issues = []
    for node in getattr(literal_node(parsed(script.code), "DATA"), "elts", ()):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and data_files(value, folder):
            continue
        near = [file.name for file in folder.iterdir()] if folder.is_dir() else []
        problem, hint = f"DATA names {ast.unparse(node)}, which is not text", "write the names of files as text"
        if isinstance(value, str):
            problem = f'DATA names "{value}", and there is no such file'
            hint = near_hint(value, near, "names are relative to the script")
        at = first + node.lineno, node.col_offset + 1
        issues.append(Issue("figure_failed", script.path, *at, problem, hint, str(value), severity="error"))
    return issues
