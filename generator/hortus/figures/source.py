"""A figure's script for download: with the parameters of this picture."""

import ast

from hortus.core.model import Figure


def filled_source(figure: Figure) -> str:
    """Return the script with the defaults of its parameters replaced by the figure's, otherwise unchanged."""
    code = figure.script.code
    try:
        functions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError):
        return code
    known = [node.args for node in functions if node.name in ("compute", "draw")]
    keywords = [pair for one in known for pair in zip(one.kwonlyargs, one.kw_defaults, strict=True)]
    lines = [line.encode() for line in code.splitlines(keepends=True)]
    for argument, default in sorted(keywords, key=lambda pair: -pair[0].lineno * 10_000 - pair[0].col_offset):
        value = figure.parameters.get(argument.arg, figure.script.parameters.get(argument.arg))
        if default is None or value == figure.script.parameters.get(argument.arg):
            continue
        first, last = default.lineno - 1, (default.end_lineno or default.lineno) - 1  # columns count bytes
        tail = lines[last][default.end_col_offset :]
        lines[first] = lines[first][: default.col_offset] + repr(value).encode() + tail
        del lines[first + 1 : last + 1]
    return b"".join(lines).decode()
