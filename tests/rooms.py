"""Print the rooms of the package and who imports whom, now or at revisions: ``python tests/rooms.py [REVISION…]``.

A room is a folder or a module directly inside of the package. An arrow is a pair of rooms of which one imports the other.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "generator" / "hortus"
ORDER = "core vault queries parse links figures report site engine preview publish scaffold cli __main__".split()
"""A module imports only from its own room and from rooms before it."""


def names_now() -> dict[str, Path]:
    """Return the files of the package's modules by their full names, without the package's own: ``site.pages.notes``."""
    files = sorted(file for file in PACKAGE.rglob("*.py") if file.parts[-3] != "__pycache__")  # compiled templates
    return {module_name(str(file.relative_to(PACKAGE))): file for file in files}


@cache
def modules_now() -> dict[str, ast.Module]:
    """Return the modules of the package by their full names, parsed."""
    return {name: ast.parse(file.read_text()) for name, file in names_now().items()}


def modules_at(revision: str) -> dict[str, ast.Module]:
    """Return the modules as they were at a revision of git."""
    prefix = "generator/hortus/"
    listed = _git("ls-tree", "-r", "--name-only", revision, prefix).splitlines()
    files = [name for name in listed if name.endswith(".py")]
    return {module_name(name.removeprefix(prefix)): ast.parse(_git("show", f"{revision}:{name}")) for name in files}


def module_name(path: str) -> str:
    """Name a module by its path in the package; the package's own ``__init__`` is called so."""
    name = path.removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__")


@cache
def imported(tree: ast.Module) -> set[str]:
    """Return the full names of all that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imports(modules: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Return for each module the modules of ours that it imports."""
    return {name: set(_ours(tree, modules)) - {name} for name, tree in modules.items()}


def _ours(tree: ast.Module, modules: Mapping[str, ast.Module]) -> Iterator[str]:
    for name in imported(tree):
        if name.split(".")[0] == "hortus":
            inner = name.partition(".")[2]
            yield inner if inner in modules else inner.rpartition(".")[0] or "__init__"


def room(module: str) -> str:
    """Return the room of a module.

    >>> room("site.pages.notes"), room("__main__")
    ('site', '__main__')
    """
    return module.split(".")[0]


def arrows(modules: Mapping[str, ast.Module]) -> set[tuple[str, str]]:
    """Return the pairs of rooms of which the first imports the second; the package itself is no room."""
    pairs = {(room(name), room(other)) for name, others in imports(modules).items() for other in others}
    return {(one, other) for one, other in pairs if one != other and "__init__" not in (one, other)}


def floors(pairs: set[tuple[str, str]]) -> list[list[str]]:
    """Sort rooms so that each imports from earlier lines only; raise ValueError where they form a circle."""
    rooms = {name for pair in pairs for name in pair}
    lines: list[list[str]] = []
    while rooms:
        free = sorted(name for name in rooms if not any(one == name and other in rooms for one, other in pairs))
        if not free:
            raise ValueError(f"a circle of imports: {', '.join(sorted(rooms))}")
        lines.append(free)
        rooms -= set(free)
    return lines


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=PROJECT, check=True, capture_output=True, text=True).stdout


def main(revisions: list[str]) -> None:
    """Print a table of the rooms of each revision, and of the working tree as it is."""
    for title, modules in [*((name, modules_at(name)) for name in revisions), ("now", modules_now())]:
        pairs = arrows(modules)
        lines = floors(pairs)
        print(f"{title}: {len({room(name) for name in modules} - {'__init__'})} rooms, {len(pairs)} arrows")
        for line in lines:
            print("   ", " ".join(line))


if __name__ == "__main__":
    main(sys.argv[1:])
