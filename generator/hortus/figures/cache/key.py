"""Cache keys: everything that a picture depends on, as named parts, so that a change can be explained.

The compute key covers the code that `compute` depends on, its parameters and declared data. The draw key
covers the result, the code that `draw` and `check` depend on, and the style. So a new palette never retrains a
network, and a computation with the same result does not cause a new drawing. Versions of Python and of
libraries, and files that were read, are stored next to the keys and compared at look-up.
Never part of a key: alt text, captions, comments, paths, times.
"""

import ast
import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from stat import S_IFMT, S_ISDIR, S_ISREG
from typing import Any

from hortus import PACKAGE
from hortus.core.model import FigureScript, FigureWanted
from hortus.figures.cache.dependencies import Dependencies, parsed, reach, read_modules, third_party
from hortus.figures.data import data_files, declared_data
from hortus.figures.options import FigureOptions
from hortus.figures.theme import STYLE_SHEET, Theme

COMPUTE_SCHEMA, DRAW_SCHEMA = "5", "6"
"""Versions of the format; increase the first when results change their form, the second when pictures do."""
BASE_STYLE = PACKAGE / "figures" / "base.mplstyle"
STYLE = "style.mplstyle"

UNKNOWN = "changed during the run"
"""Used instead of a digest, and equal to none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A figure to draw, with everything that affects its appearance."""

    wanted: FigureWanted
    modules: Mapping[str, tuple[Path, str]]
    """Local modules it imports: file and source."""
    libraries: frozenset[str]
    plain: bool
    """It has neither compute nor draw; the whole script draws the figure."""
    styles: tuple[str, ...]
    reached: tuple[str, ...]
    """Third-party modules that compute uses."""
    compute_parts: Mapping[str, str]
    draw_parts: Mapping[str, str]
    """Without the result, which is known only after compute."""

    @property
    def parts(self) -> dict[str, str]:
        """All parts of both keys except the result, for explaining changes later."""
        return {**self.compute_parts, **{f"drawing: {name}": value for name, value in self.draw_parts.items()}}

    @property
    def compute_key(self) -> str:
        return digest(["compute", COMPUTE_SCHEMA, sorted(self.compute_parts.items())])

    def draw_key(self, result: str) -> str:
        """Return the key of the picture of the *result* with this digest."""
        return digest(["draw", DRAW_SCHEMA, result, sorted(self.draw_parts.items())])


def make_plan(wanted: FigureWanted, options: FigureOptions) -> Plan:
    script = wanted.script
    own = [script.file.parent] if script.file.is_relative_to(options.folder) else []
    modules = read_modules(script.code, *own, options.folder)
    label = _label(script)
    plain = not defines(script.code, {"compute", "draw"})
    inputs = _parameter_parts(wanted, script.computing) | _data_parts(script.code, script.file.parent)
    computed = Dependencies() if plain else reach(script.code, label, modules, ["compute"])
    drawn = reach(script.code, label, modules, [] if plain else ["draw", "check"])
    styles = tuple(file.read_text() for file in (BASE_STYLE, options.folder / STYLE) if file.is_file())
    look = {
        "style.mplstyle": digest(styles),
        "theme": digest([asdict(Theme()), STYLE_SHEET]),
        "name": wanted.name,
        "frames": str(bool(script.frames)),
        "PNG": str(not wanted.cell),
    } | _parameter_parts(wanted, script.drawing)
    return Plan(
        wanted=wanted,
        modules=modules,
        libraries=frozenset(third_party(script.code, modules)),
        plain=plain,
        styles=styles,
        reached=tuple(sorted(computed.imports)),
        compute_parts={} if plain else computed.parts | inputs,
        draw_parts=drawn.parts | look | (inputs if plain else {}),
    )


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def file_digest(file: Path, kind: str = "file") -> str:
    """Return the digest of what was read: a ``file``'s content, a ``folder``'s names, or, of ``stat``, kind and size.

    Empty if there is no such file. Times are not part of it.
    """
    try:
        status = file.stat()
        if kind == "stat" or not (S_ISREG(status.st_mode) or S_ISDIR(status.st_mode)):
            return f"{status.st_size} bytes" if S_ISREG(status.st_mode) else f"type {S_IFMT(status.st_mode):o}"
        if kind == "folder":
            return digest(sorted(path.name for path in file.iterdir()))
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def observed(seen: Iterable[Sequence[str]], roots: tuple[Path, ...], began: float = inf) -> list[list[Any]]:
    """Turn the paths that a script read into ``[kind, number of the root, path below it, digest]``.

    A path outside of the roots is relative to the first one, so that a moved project finds it again. A file that
    changed after the run *began* has no digest, because it is unknown which content the script read: it runs again.
    """
    found = set()
    for kind, name in seen:
        path, number = Path(name), 0
        inside = [at for at, root in enumerate(roots) if path.is_relative_to(root)]
        if inside:
            number = inside[0]
            name = path.relative_to(roots[number]).as_posix()
        else:
            with suppress(ValueError):  # another drive
                name = Path(os.path.relpath(path, roots[0])).as_posix()
        found.add((kind, number, name, UNKNOWN if _changed_since(path, began) else file_digest(path, kind)))
    return sorted(map(list, found))


def _changed_since(file: Path, began: float) -> bool:
    try:
        return file.stat().st_ctime > began
    except (OSError, ValueError):
        return False


def changed_files(recorded: list[list[Any]], roots: tuple[Path, ...]) -> list[str]:
    """Return the names of files that changed since they were read."""
    return [path for kind, number, path, known in recorded if file_digest(roots[number] / path, kind) != known]


def roots(options: FigureOptions) -> tuple[Path, Path]:
    """Return the folders in which file reads are recorded."""
    return options.folder.resolve(), options.vault.resolve()


def script_label(plan: Plan) -> str:
    """Return the script's name for messages; a script in a note has the figure's name."""
    return _label(plan.wanted.script)


def script_file(plan: Plan) -> str:
    """Return the file name with which the script is compiled."""
    script = plan.wanted.script
    return _label(script) if script.inline else str(script.file)


def _label(script: FigureScript) -> str:
    return f"{script.name}.py" if script.inline else script.file.name


def _parameter_parts(wanted: FigureWanted, names: Collection[str]) -> dict[str, str]:
    return {f"parameter {name}": repr(value) for name, value in wanted.parameters.items() if name in names}


def _data_parts(code: str, folder: Path) -> dict[str, str]:
    """Return a part for each name in DATA: the names and contents of its files."""
    files = {name: data_files(name, folder) for name in declared_data(code) or ()}
    return {
        f"data {name}": digest([(os.path.relpath(file, folder), file_digest(file)) for file in found])
        for name, found in files.items()
    }


def defines(code: str, names: set[str]) -> bool:
    """Return whether *code* defines one of the functions *names* at its top level."""
    return any(isinstance(node, ast.FunctionDef) and node.name in names for node in parsed(code).body)
