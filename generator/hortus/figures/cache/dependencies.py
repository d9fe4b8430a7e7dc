"""Find the code that a function depends on: parts of its script and of local modules.

1. A module is split into its top-level statements, each with the names it binds.
2. Starting from `compute` or `draw`, names that are read lead to other statements, and through imports to
   the statements of other local modules.
3. Statements that bind no name but have an effect (a call, a loop, an `if`) always count.
4. A name of the standard library or of an installed library means the library, even if a script has the same name;
   shared code, whose name begins with ``_``, comes before installed libraries.
5. Each part is serialised without positions, comments and docstrings, identically in every Python version.

Code that looks names up at run time (`globals`, `eval`, `import *`, …) depends on all of its module.
"""

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

PROSE = {"ALT", "VARIANTS", "FRAMES", "DIALS", "DATA", "GPU"}
"""Names with texts for the site, not for the script; they count only where the code reads them."""
DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "getattr", "setattr", "__import__", "importlib", "sys"}
DEFINITIONS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
)


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed script or local module."""

    label: str
    """The file's name, as a prefix for names of its parts."""
    statements: tuple[ast.stmt, ...]


@dataclass(slots=True)
class Dependencies:
    """The dependencies of a function."""

    parts: dict[str, str] = field(default_factory=dict)
    """``file: name`` -> digest."""
    imports: set[str] = field(default_factory=set)
    """Top-level names of third-party modules."""


def read_modules(code: str, *folders: Path) -> dict[str, tuple[Path, str]]:
    """Follow the imports of *code* to the modules of *folders*, the first first: name -> file and source."""
    found: dict[str, tuple[Path, str]] = {}
    waiting = [("", code)]
    while waiting:
        package, source = waiting.pop()
        for name in imported_names(source, package):
            file = next(filter(None, (_module_file(folder, name) for folder in folders)), None)
            if name not in found and file is not None:
                text = file.read_text(encoding="utf-8", errors="replace")
                found[name] = (file, text)
                waiting.append((name if file.name == "__init__.py" else name.rpartition(".")[0], text))
    return dict(sorted(found.items()))


def third_party(code: str, modules: Mapping[str, tuple[Path, str]]) -> set[str]:
    """Return top-level names of all modules that a script and its local modules import, local ones excepted."""
    sources = [("", code)] + [(name.rpartition(".")[0], text) for name, (_, text) in modules.items()]
    names = (name for package, source in sources for name in imported_names(source, package))
    return {name.partition(".")[0] for name in names} - set(modules)


def reach(code: str, label: str, modules: Mapping[str, tuple[Path, str]], roots: Iterable[str]) -> Dependencies:
    """Collect what the functions named *roots* depend on; no roots means all of the script."""
    walker = _Walker({"": parse_module(code, label)} | {n: parse_module(t, f.name) for n, (f, t) in modules.items()})
    if roots := list(roots):
        walker.module("")
        for root in roots:
            walker.name("", root)
    else:
        walker.everything("")
    return walker.reached


def parse_module(source: str, label: str) -> Module:
    return Module(label, tuple(parsed(source).body))


@lru_cache(256)
def parsed(source: str) -> ast.Module:
    """Parse *source*, cached; if it is not Python, return a module whose only statement is its text."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return ast.Module([ast.Assert(ast.Constant(source))], [])


class _Walker:
    def __init__(self, modules: Mapping[str, Module]):
        self.modules = modules
        self.reached = Dependencies()
        self.seen: set[tuple[str, str]] = set()
        self.entered: set[str] = set()
        self.bound = {name: _bindings(module) for name, module in modules.items()}

    def module(self, name: str) -> None:
        """Visit a module: statements with effects at import count, definitions only when they are used."""
        if name in self.entered:
            return
        self.entered.add(name)
        for statement in self.modules[name].statements:
            if not isinstance(statement, DEFINITIONS) and not _is_docstring(statement):
                self.statement(name, statement, "at import")

    def everything(self, module: str) -> None:
        if (module, "*") in self.seen:
            return
        self.seen.add((module, "*"))
        self.module(module)
        for name in self.bound[module]:
            if name not in PROSE:
                self.name(module, name)

    def name(self, module: str, name: str) -> None:
        if (module, name) in self.seen:
            return
        self.seen.add((module, name))
        for statement in self.bound[module].get(name, ()):
            self.statement(module, statement, name)

    def statement(self, module: str, statement: ast.stmt, name: str) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self.imported(module, statement, name)
        else:
            part = f"{self.modules[module].label}: {name}"
            text = self.reached.parts.get(part, "") + spelled(statement)
            self.reached.parts[part] = hashlib.sha256(text.encode()).hexdigest()
        for node in _referring(statement):
            if isinstance(node, ast.Name):
                if node.id in DYNAMIC:
                    self.everything(module)
                self.name(module, node.id)
            elif isinstance(node, ast.Global):
                for bound in node.names:
                    self.name(module, bound)
            elif isinstance(node, ast.Import | ast.ImportFrom) and node is not statement:
                self.imported(module, node, "")

    def imported(self, module: str, node: ast.Import | ast.ImportFrom, name: str) -> None:
        """Follow an import: to the imported names of a local module, otherwise record a third-party module."""
        package = module.rpartition(".")[0]
        taken = [alias for alias in node.names if name in ("", (alias.asname or alias.name).partition(".")[0])]
        for alias in taken or node.names:
            source = alias.name if isinstance(node, ast.Import) else _absolute(node, package)
            if isinstance(node, ast.ImportFrom) and f"{source}.{alias.name}" in self.modules:
                self.everything(f"{source}.{alias.name}")
            elif source not in self.modules:
                self.reached.imports.add(source.partition(".")[0])
            elif isinstance(node, ast.Import) or alias.name == "*":
                self.everything(source)
            else:
                self.module(source)
                self.name(source, alias.name)


@lru_cache(4096)
def spelled(statement: ast.stmt) -> str:
    return serialised(statement)


def serialised(node: ast.AST) -> str:
    """Serialise a syntax tree without positions, docstrings and empty fields: the same in every Python version.

    >>> serialised(ast.parse("x=1  # one")) == serialised(ast.parse("x = 1"))
    True
    """
    fields = []
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            items = value
            if name == "body" and value and _is_docstring(value[0]) and hasattr(node, "name"):
                items = value[1:]
            text = "".join(serialised(item) if isinstance(item, ast.AST) else repr(item) for item in items)
        else:
            text = serialised(value) if isinstance(value, ast.AST) else repr(value)
        if text and value is not None and name not in {"kind", "type_comment"}:
            fields.append(f"{name}={text}")
    return f"{type(node).__name__}({','.join(fields)})"


@lru_cache(256)
def _bindings(module: Module) -> dict[str, list[ast.stmt]]:
    """Return top-level names, each with the statements that bind it, in order."""
    bound: dict[str, list[ast.stmt]] = {}
    for statement in module.statements:
        for name in _bound_names(statement):
            bound.setdefault(name, []).append(statement)
    return bound


def _bound_names(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            for alias in names:
                yield (alias.asname or alias.name).partition(".")[0]
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                yield from {_base(node) for node in ast.walk(target) if _base(node)}


@lru_cache(4096)
def _referring(statement: ast.stmt) -> tuple[ast.AST, ...]:
    """Return the nodes of a statement that refer to other statements: names that are read, `global`, imports."""
    return tuple(
        node
        for node in ast.walk(statement)
        if (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
        or isinstance(node, ast.Global | ast.Import | ast.ImportFrom)
    )


def _base(node: ast.AST) -> str:
    """Return the name that an assignment to *node* changes: ``x`` for ``x``, ``x.y`` and ``x[0]``."""
    return node.id if isinstance(node, ast.Name) else ""


def _is_docstring(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def imported_names(source: str, package: str = "") -> Iterator[str]:
    """Return full names of all modules that *source* may import, wherever the statement is."""
    for node in _imports(source):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        else:
            name = _absolute(node, package)
            yield from _with_parents(name)
            for alias in node.names:
                yield f"{name}.{alias.name}"


@lru_cache(256)
def _imports(source: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    return tuple(node for node in ast.walk(parsed(source)) if isinstance(node, ast.Import | ast.ImportFrom))


def _with_parents(name: str) -> Iterator[str]:
    words = name.split(".")
    for count in range(1, len(words) + 1):
        yield ".".join(words[:count])


def _absolute(node: ast.ImportFrom, package: str) -> str:
    words = package.split(".") if package else []
    base = words[: len(words) - node.level + 1] if node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])


def _module_file(folder: Path, name: str) -> Path | None:
    place = folder.joinpath(*name.split("."))
    for file in (place.with_name(place.name + ".py"), place / "__init__.py"):
        if file.is_file():
            return None if _is_library(name.partition(".")[0], folder) else file
    return None


def _is_library(name: str, folder: Path) -> bool:
    """Return whether the top-level module *name* is a library's, and not only a file of *folder*."""
    if name in sys.stdlib_module_names or name.startswith("_"):
        return name in sys.stdlib_module_names
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and not (spec.origin and Path(spec.origin).is_relative_to(folder))
