"""Read the declarations of figure scripts without running them.

1. The module is parsed with `ast`; docstring, ALT, VARIANTS, FRAMES, DATA and GPU are literals.
2. `compute`'s keywords and their defaults are the parameters, which notes may change.
3. Parameters in a note are checked against them; an unknown name is an issue with the most similar name.

A script without `compute` and `draw` is plain matplotlib, and so is code in a fence.
"""

import ast
import hashlib
import inspect
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from glob import glob
from pathlib import Path
from typing import Any

from hortus.core.model import FigureRequest, FigureScript, FigureWanted, Issue
from hortus.figures.cache.dependencies import imported_names, parsed

LITERALS: dict[str, type | tuple[type, ...]] = {
    "ALT": str,
    "VARIANTS": dict,
    "FRAMES": str,
    "DATA": (list, tuple),
    "GPU": bool,
}


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


def parse_script(file: Path, code: str, path: str = "") -> FigureScript:
    """Read one script; *path* is its path in issues, by default the names of its folder and file."""
    path = path or f"{file.parent.name}/{file.name}"
    reader = _Reader(path)
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError) as error:
        reader.report(getattr(error, "lineno", 1) or 1, f"not Python: {getattr(error, 'msg', error)}")
        tree = ast.Module([], [])
    reader.hidden_helpers(tree, file.parent)
    literals = reader.literals(tree)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    parameters = reader.parameters(functions.get("compute"))
    texts = reader.variant_texts(literals.get("VARIANTS", {}), parameters, tree)
    variants = reader.variants(literals.get("VARIANTS", {}), parameters, tree)
    if ("compute" in functions) != ("draw" in functions):
        found, other = ("compute", "draw") if "compute" in functions else ("draw", "compute")
        reader.report(functions[found].lineno, f"has {found} but no {other}", f"add {other}")
    title, caption, line = _docstring(tree)
    check = functions.get("check")
    return FigureScript(
        name=file.stem,
        file=file,
        code=code,
        title=title or file.stem,
        caption=caption,
        caption_line=line,
        alt=" ".join(literals.get("ALT", "").split()),
        parameters=parameters,
        variants=variants,
        frames=literals.get("FRAMES", ""),
        citation=(ast.get_docstring(check) or "") if check else "",
        issues=tuple(reader.issues),
        captions={name: one["caption"] for name, one in texts.items() if "caption" in one},
        alts={name: one["alt"][0] for name, one in texts.items() if "alt" in one},
        path=path,
    )


def inline_script(request: FigureRequest, file: Path, path: str) -> FigureScript:
    """Return the script of inline code in a fence; *file* and *path* are those of the note."""
    script = parse_script(file, request.code, path)
    name = request.name
    issues = tuple(_moved(issue, request) for issue in script.issues)
    return FigureScript(
        name=name,
        file=file,
        code=request.code,
        title=script.title if ast_docstring(request.code) else name,
        caption=request.caption or script.caption,
        caption_line=request.line,
        alt=request.alt or script.alt,
        parameters=script.parameters,
        variants={},
        frames=script.frames,
        citation=script.citation,
        issues=issues,
        path=path,
    )


def script_figures(script: FigureScript) -> tuple[FigureWanted, ...]:
    """Return the figures that a script declares: the default one, then its variants."""
    own = FigureWanted(script.name, script, dict(script.parameters))
    variants = (
        FigureWanted(name, script, {**script.parameters, **changes}, script.alts.get(name, ""))
        for name, changes in sorted(script.variants.items())
    )
    return (own, *variants)


def request_figure(
    request: FigureRequest, scripts: Mapping[str, FigureScript], path: str
) -> FigureWanted | tuple[Issue, ...]:
    """Return the figure that a fence in the note at *path* asks for, or the reason why it cannot be drawn."""
    offered = {wanted.name: wanted for script in scripts.values() for wanted in script_figures(script)}
    source = request.src.rsplit("/", 1)[-1].removesuffix(".py").removesuffix(".svg")
    if source not in offered:
        message = f'no figure script named "{source}"'
        return (_issue(path, request, message, _nearest(source, offered), request.src),)
    base = offered[source]
    changes, issues = fit_parameters(dict(request.parameters), base.script.parameters)
    if issues:
        return tuple(_issue(path, request, message, hint, target) for message, hint, target in issues)
    parameters = {**base.parameters, **changes}
    name = request.name or _request_name(source, base.parameters, parameters)
    return FigureWanted(name, base.script, parameters, request.alt)


def fit_parameters(
    given: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Convert *given* to the types of *defaults*; return it with ``(message, hint, name)`` of invalid parameters.

    >>> fit_parameters({"depth": "3", "sed": 1}, {"depth": 2, "seed": 0})
    ({'depth': 3}, [('no parameter "sed"', 'did you mean "seed"?', 'sed')])
    """
    fitting, issues = {}, []
    for name, value in given.items():
        if name not in defaults:
            issues.append((f'no parameter "{name}"', _nearest(name, defaults), name))
            continue
        try:
            fitting[name] = _fit(value, defaults[name])
        except (TypeError, ValueError, LookupError):
            kind = type(defaults[name]).__name__
            hint = f"it is {kind}, by default {defaults[name]!r}"
            issues.append((f'parameter "{name}" cannot be {value!r}', hint, name))
    return fitting, issues


def _fit(value: Any, default: Any) -> Any:
    if default is None or type(value) is type(default):
        return value
    if isinstance(default, bool):
        return {"true": True, "false": False}[value.lower()] if isinstance(value, str) else _refuse()
    if isinstance(default, int | float) and isinstance(value, str):
        return type(default)(value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if isinstance(default, str) and isinstance(value, int | float):
        return str(value)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    return _refuse()


def _refuse() -> Any:
    raise TypeError


class _Reader:
    """Reads the literals of one module and collects issues about them."""

    def __init__(self, path: str):
        self.path = path
        self.issues: list[Issue] = []

    def report(self, line: int, message: str, hint: str = "") -> None:
        self.issues.append(Issue("figure_failed", self.path, line, 1, message, hint, severity="error"))

    def hidden_helpers(self, tree: ast.Module, folder: Path) -> None:
        """Report imports of shared code that has the name of a module of the standard library."""
        for node in ast.walk(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            local = isinstance(node, ast.ImportFrom) and node.level > 0
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            for name in [] if local else names:
                top = name.partition(".")[0]
                if top.startswith("_") and top in sys.stdlib_module_names and (folder / f"{top}.py").is_file():
                    hint = f"give {top}.py another name"
                    self.report(node.lineno, f'"{top}" is a module of Python\'s standard library', hint)

    def literals(self, tree: ast.Module) -> dict[str, Any]:
        found = {}
        for node in tree.body:
            name, assigned = _assignment(node)
            if name not in LITERALS or assigned is None:
                continue
            try:
                value = ast.literal_eval(assigned)
            except ValueError:
                self.report(node.lineno, f"{name} is computed", "the script is not run to read it: write a literal")
                continue
            if isinstance(value, LITERALS[name]):
                found[name] = value
            else:
                self.report(node.lineno, f"{name} is a {type(value).__name__}")
        return found

    def parameters(self, compute: ast.FunctionDef | None) -> dict[str, Any]:
        if compute is None:
            return {}
        arguments = compute.args
        if arguments.posonlyargs or arguments.args or arguments.vararg or arguments.kwarg:
            self.report(compute.lineno, "compute's parameters must be keywords", "write compute(*, …)")
        found = {}
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            try:
                if default is None:
                    raise ValueError
                found[argument.arg] = ast.literal_eval(default)
            except (ValueError, TypeError):
                self.report(argument.lineno, f'parameter "{argument.arg}" has no literal default')
        return found

    def variant_texts(
        self, declared: dict, parameters: dict, tree: ast.Module
    ) -> dict[str, dict[str, tuple[str, int]]]:
        """Return `caption` and `alt` of variants, with their lines, unless they are parameters."""
        nodes = [node for node in ast.walk(_literal(tree, "VARIANTS")) if isinstance(node, ast.Constant)]
        found: dict[str, dict[str, tuple[str, int]]] = {}
        for name, given in declared.items():
            for key in ("caption", "alt") if isinstance(given, dict) else ():
                if key in given and key not in parameters:
                    text = given.pop(key)
                    line = next((node.lineno for node in nodes if node.value == text), 1)
                    if isinstance(text, str):
                        found.setdefault(name, {})[key] = inspect.cleandoc(text), line
                    else:
                        self.report(line, f'{key} of variant "{name}" is not text')
        return found

    def variants(self, declared: dict, parameters: dict, tree: ast.Module) -> dict[str, dict[str, Any]]:
        line = getattr(_literal(tree, "VARIANTS"), "lineno", 1)
        found = {}
        for name, given in declared.items():
            if not isinstance(name, str) or not isinstance(given, dict):
                self.report(line, f"variant {name!r} is not a name with parameters")
                continue
            found[name], problems = fit_parameters(given, parameters)
            for message, hint, _ in problems:
                self.report(line, f'variant "{name}": {message}', hint)
        return found


def declared_data(code: str) -> tuple[str, ...] | None:
    """Return the names in DATA, relative to the script: files, folders and patterns; None if there is no DATA."""
    data = _Reader("").literals(parsed(code)).get("DATA")
    return None if data is None else tuple(name for name in data if isinstance(name, str))


def data_files(name: str, folder: Path) -> list[Path]:
    """Return the files that *name* in DATA means: a file, all files of a folder, or those that match a pattern."""
    place = folder / name
    if place.is_file():
        return [place]
    if place.is_dir():
        return sorted(file for file in place.rglob("*") if file.is_file())
    return sorted(file for file in map(Path, glob(str(place), recursive=True)) if file.is_file())


def data_issues(script: FigureScript) -> list[Issue]:
    """Return an issue for each name in the script's DATA for which there is no file."""
    nodes = [node for node in parsed(script.code).body if _assignment(node)[0] == "DATA"]
    names = [name for node in nodes for name in getattr(_assignment(node)[1], "elts", ())]
    folder, first = script.file.parent, script.caption_line if script.file.suffix != ".py" else 0
    issues = []
    for node in names:
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and data_files(value, folder):
            continue
        near = [file.name for file in folder.iterdir()] if folder.is_dir() else []
        problem, hint = f"DATA names {ast.unparse(node)}, which is not text", "write the names of files as text"
        if isinstance(value, str):
            problem = f'DATA names "{value}", and there is no such file'
            hint = _nearest(value, near) if get_close_matches(value, near, 1) else "names are relative to the script"
        at = first + node.lineno, node.col_offset + 1
        issues.append(Issue("figure_failed", script.path, *at, problem, hint, str(value), severity="error"))
    return issues


def declared_gpu(code: str) -> bool:
    """Return whether the script declares that it uses the GPU."""
    return bool(_Reader("").literals(parsed(code)).get("GPU", False))


def ast_docstring(code: str) -> str:
    """Return the module's docstring; empty if there is none, or if the code is not Python."""
    try:
        return ast.get_docstring(ast.parse(code)) or ""
    except (SyntaxError, ValueError):
        return ""


def _docstring(tree: ast.Module) -> tuple[str, str, int]:
    """Return title, caption and the line the caption starts on."""
    text = ast.get_docstring(tree, clean=False)
    if not text:
        return "", "", 1
    first, _, rest = inspect.cleandoc(text).partition("\n")
    leading = len(text) - len(text.lstrip())
    after = text.lstrip().partition("\n")[2]
    blank = len(after) - len(after.lstrip())
    line = tree.body[0].lineno + text[:leading].count("\n") + 1 + after[:blank].count("\n")
    return first.strip().removesuffix("."), rest.strip(), line


def _assignment(node: ast.stmt) -> tuple[str, ast.expr | None]:
    """Return the name and value of a simple assignment; an empty name for any other statement."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return "", None


def _literal(tree: ast.Module, name: str) -> ast.AST:
    """Return the value that is assigned to *name*; an empty node if there is none."""
    return next((value for found, value in map(_assignment, tree.body) if found == name and value), ast.Pass())


def _request_name(source: str, base: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    """Name a figure after its script and the changed parameters: ``relu-regions-depth-3``."""
    changed = {name: value for name, value in parameters.items() if base.get(name) != value}
    words = "".join(f"-{name}-{value}" for name, value in changed.items())
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in words).lower()
    digest = hashlib.sha256(repr(sorted(changed.items())).encode()).hexdigest()[:8]
    lossy = any(c not in "-abcdefghijklmnopqrstuvwxyz0123456789" for c in words)
    return f"{source}{plain[:60]}{'-' + digest if lossy or len(plain) > 60 else ''}"


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    if near:
        return f'did you mean "{near[0]}"?'
    return "there is " + ", ".join(sorted(known)) if known else "there is none"


def _issue(path: str, request: FigureRequest, message: str, hint: str, target: str) -> Issue:
    return Issue("figure_failed", path, request.line, request.column, message, hint, target, severity="error")


def _moved(issue: Issue, request: FigureRequest) -> Issue:
    """Count lines from the start of the note: the code begins on the line after the fence."""
    return Issue(
        issue.kind, issue.path, request.line + issue.line, 1, issue.message, issue.hint, severity=issue.severity
    )
