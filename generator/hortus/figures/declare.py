"""Read the declarations of figure scripts without running them.

1. The module is parsed with `ast`; docstring, ALT, VARIANTS, FRAMES, DATA and GPU are literals.
2. The keywords of `compute` and `draw` and their defaults are the parameters, which variants and notes may change
   (`parameters`), and readers by dials (`dials`).

A script without `compute` and `draw` is plain matplotlib, and so is code in a fence.
"""

import ast
import inspect
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hortus.core.model import Dial, FigureRequest, FigureScript, Issue
from hortus.figures.cache.dependencies import parsed
from hortus.figures.dials import read_dials
from hortus.figures.parameters import finite, fit_parameters

LITERALS: dict[str, type | tuple[type, ...]] = {
    "ALT": str,
    "VARIANTS": dict,
    "FRAMES": str,
    "DATA": (list, tuple),
    "GPU": bool,
}


def parse_script(file: Path, code: str, path: str = "") -> FigureScript:
    """Read one script; *path* is its path in issues, by default the names of its folder and file."""
    path = path or f"{file.parent.name}/{file.name}"
    reader = _Reader(path)
    tree = reader.tree(code)
    reader.hidden_helpers(tree, file.parent)
    literals = reader.literals(tree)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    computing, drawing = reader.parameters(functions.get("compute")), reader.draw_parameters(functions.get("draw"))
    reader.conflicts(functions.get("draw"), computing, drawing)
    parameters = drawing | computing
    texts = reader.variant_texts(literals.get("VARIANTS", {}), parameters, tree)
    variants = reader.variants(literals.get("VARIANTS", {}), parameters, tree)
    reader.half(functions)
    frames = literals.get("FRAMES", "")
    dials = reader.dials(literal_node(tree, "DIALS"), parameters, frames)
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
        frames=frames,
        citation=(ast.get_docstring(check) or "") if check else "",
        captions={name: one["caption"] for name, one in texts.items() if "caption" in one},
        alts={name: one["alt"][0] for name, one in texts.items() if "alt" in one},
        path=path,
        computing=frozenset(computing),
        drawing=frozenset(drawing),
        dials=dials,
        issues=tuple(reader.issues),
    )


def inline_script(request: FigureRequest, file: Path, path: str) -> FigureScript:
    """Return the script of inline code in a fence; *file* and *path* are those of the note."""
    script = parse_script(file, request.code, path)
    return replace(
        script,
        name=request.name,
        title=script.title if ast_docstring(request.code) else request.name,
        caption=request.caption or script.caption,
        caption_line=request.line,
        alt=request.alt or script.alt,
        variants={},
        captions={},
        alts={},
        issues=tuple(replace(issue, line=request.line + issue.line) for issue in script.issues),
    )


class _Reader:
    """Reads the literals of one module and collects issues about them."""

    def __init__(self, path: str):
        self.path = path
        self.issues: list[Issue] = []

    def report(self, line: int, message: str, hint: str = "") -> None:
        self.issues.append(Issue("figure_failed", self.path, line, 1, message, hint, severity="error"))

    def tree(self, code: str) -> ast.Module:
        """Parse a script; if it is not Python, report that and return an empty module."""
        try:
            return ast.parse(code)
        except (SyntaxError, ValueError) as error:
            self.report(getattr(error, "lineno", 1) or 1, f"not Python: {getattr(error, 'msg', error)}")
            return ast.Module([], [])

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

    def half(self, functions: dict[str, ast.FunctionDef]) -> None:
        """Report a script with only one of compute and draw."""
        if ("compute" in functions) != ("draw" in functions):
            found, other = ("compute", "draw") if "compute" in functions else ("draw", "compute")
            self.report(functions[found].lineno, f"has {found} but no {other}", f"add {other}")

    def literals(self, tree: ast.Module) -> dict[str, Any]:
        found = {}
        for node in tree.body:
            name, assigned = _assignment(node)
            if name not in LITERALS or assigned is None:
                continue
            try:
                value = ast.literal_eval(assigned)
            except (ValueError, TypeError):
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
        return self.defaults(arguments)

    def draw_parameters(self, draw: ast.FunctionDef | None) -> dict[str, Any]:
        """Return the parameters of draw in addition to the result and the theme: its keywords."""
        return self.defaults(draw.args) if draw else {}

    def conflicts(self, draw: ast.FunctionDef | None, computing: dict[str, Any], drawing: dict[str, Any]) -> None:
        """Report parameters of both functions with different defaults: both get one value."""
        for name in sorted(computing.keys() & drawing.keys()):
            if repr(computing[name]) != repr(drawing[name]):
                message = f'parameter "{name}" is {computing[name]!r} in compute and {drawing[name]!r} in draw'
                self.report(draw.lineno if draw else 1, message, "give it one default, or two names")

    def defaults(self, arguments: ast.arguments) -> dict[str, Any]:
        found = {}
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            try:
                if default is None:
                    raise ValueError
                found[argument.arg] = finite(ast.literal_eval(default))
            except (ValueError, TypeError):
                self.report(argument.lineno, f'parameter "{argument.arg}" has no literal default')
        return found

    def dials(self, node: ast.AST, parameters: dict[str, Any], frames: str) -> tuple[Dial, ...]:
        """Return the dials; none if one has the name of the slider of the *frames*."""
        dials = read_dials(node, parameters, self.report)
        if frames not in [dial.name for dial in dials]:
            return dials
        message = f'FRAMES and a dial are both named "{frames}"'
        self.report(getattr(node, "lineno", 1), message, "give the slider of the frames another name")
        return ()

    def variant_texts(
        self, declared: dict, parameters: dict, tree: ast.Module
    ) -> dict[str, dict[str, tuple[str, int]]]:
        """Remove `caption` and `alt` from *declared* unless they are parameters, and return them with their lines."""
        nodes = [node for node in ast.walk(literal_node(tree, "VARIANTS")) if isinstance(node, ast.Constant)]
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
        line = getattr(literal_node(tree, "VARIANTS"), "lineno", 1)
        found = {}
        for name, given in declared.items():
            if not isinstance(name, str) or not isinstance(given, dict):
                self.report(line, f"variant {name!r} is not a name with parameters")
                continue
            found[name], problems = fit_parameters(given, parameters)
            for message, hint, _ in problems:
                self.report(line, f'variant "{name}": {message}', hint)
        return found


def declared(code: str, name: str) -> Any:
    """Return the literal *name* of a script; None if it has none, or one of the wrong type."""
    return _Reader("").literals(parsed(code)).get(name)


def declared_gpu(code: str) -> bool:
    """Return whether the script declares that it uses the GPU."""
    return bool(declared(code, "GPU"))


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


def literal_node(tree: ast.Module, name: str) -> ast.AST:
    """Return the value that is assigned to *name* last; an empty node if there is none."""
    found = [value for assigned, value in map(_assignment, tree.body) if assigned == name and value]
    return found[-1] if found else ast.Pass()
