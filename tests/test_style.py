"""The limits in CONTRIBUTING.md: functions of 40 lines and five parameters, no ignored types without reasons."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest
from rooms import PACKAGE, PROJECT, modules_now

LINES, PARAMETERS = 40, 5

LONG = {
    "site.pages.catalogue.catalogue": "a list of every page of the site, one after another",
}
"""Functions of more than 40 lines, and why."""

MANY = {
    "links.graph.gather": "each is a kind of file or a setting of the vault",
    "links.link_issue.issue_at": "the fields of an Issue",
}
"""Functions of more than five parameters, ``self`` not counted, and why."""

SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
UNCHECKED = re.compile(
    "|".join(
        f"(?:{name.removeprefix('hortus.').replace('.', '/').replace('*', '.*')})(?:.py)?$"
        for one in SETTINGS
        if one.get("ignore_errors")
        for name in one["module"]
    )
    or "$^"
)
"""Paths of modules whose types are not checked yet."""
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<kind>\[[\w, -]+\])?(?P<reason>\s*#\s*\S.*)?")


def functions(name: str, tree: ast.AST) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function of a module by its full name, those inside of others included."""
    for node in ast.iter_child_nodes(tree):
        inner = name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{name}.{node.name}"
            if not isinstance(node, ast.ClassDef):
                yield inner, node
        yield from functions(inner, node)


@cache
def functions_now() -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of the package."""
    return {name: node for module, tree in modules_now().items() for name, node in functions(module, tree)}


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the parameters that a caller passes."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def test_functions_are_short():
    """Only listed functions have more than 40 lines."""
    long = {name for name, node in functions_now().items() if (node.end_lineno or 0) - node.lineno >= LINES}

    assert set() == long - LONG.keys()


def test_functions_have_few_parameters():
    """Only listed functions have more than five parameters."""
    many = {name for name, node in functions_now().items() if parameters(node) > PARAMETERS}

    assert set() == many - MANY.keys()


@pytest.mark.parametrize("text", ["x  # type: ignore", "x  # type: ignore[a]", "x  # type: ignore  # why"])
def test_an_ignore_without_kind_or_reason_is_seen(text):
    """Control: the check below finds it."""
    assert not all(IGNORE.search(text).groups())


def test_ignored_types_have_reasons():
    """``# type: ignore[kind]  # reason``."""
    checked = [
        file
        for file in PACKAGE.rglob("*.py")
        if not UNCHECKED.match(str(file.relative_to(PACKAGE))) and file.parts[-3] != "__pycache__"
    ]
    lines = [(file, line) for file in checked for line in file.read_text().splitlines()]
    found = [(str(file.relative_to(PACKAGE)), line, IGNORE.search(line)) for file, line in lines]

    assert [] == [(file, line) for file, line, match in found if match and not all(match.groups())]


def test_the_rows_of_tasks_name_files():
    """Each file in CONTRIBUTING's table of tasks exists, at most three per task unless the remarks explain more."""
    text = (PROJECT / "CONTRIBUTING.md").read_text()
    table = text.partition("## Ten first tasks")[2]
    rows = re.findall(r"^\| ([^|-]+) \| ([^|]+) \|", table, re.MULTILINE)[1:]
    files = {task: re.findall(r"`([\w/]+\.\w+)`", cell) for task, cell in rows}

    assert len(files) == 10
    assert {} == {task: names for task, names in files.items() if not names or len(names) > 3}
    assert [] == [name for names in files.values() for name in names if not (PACKAGE / name).is_file()]


def test_no_group_is_repeated_possessively():
    """Python before 3.11.5, which Debian 12 has, goes on after the place where such a group failed (gh-106052)."""
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in PACKAGE.rglob("*.py")
        if "__pycache__" not in path.parts
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"[^(]\)\s*(?:[*+?]|\{\d*,?\d*\})\+", line)
    ]

    assert [] == found
