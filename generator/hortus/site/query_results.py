"""The results of queries as HTML: tables, cards, lists, tasks and single values. No script is needed to read them."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from hortus.core.keys import stem
from hortus.queries.result import Group, Result, Shown
from hortus.queries.values import Failed, Image, Link, Value
from hortus.site.query_values import Values

COLOR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
FIRST = 50
"""Rows that are shown; the others are folded."""
NUMBER = ' class="number"'
RATIOS = (50, 75, 100, 125, 150, 200)
"""Heights of pictures on cards in percent of their widths; the nearest is taken, as pages have no inline styles."""
HEIGHTS = frozenset({"short", "medium", "tall", "extra tall"})
"""Names of the heights of rows (`rowHeight`); short is one line."""
WIDTHS = (60, 90, 120, 160, 200, 250, 300, 400)
"""Widths of columns in pixels; the nearest is taken, as pages have no inline styles."""
SIZES = ((180, "small"), (320, "medium"))
"""Highest widths of small and medium cards, in pixels."""


def render_result(result: Result, values: Values) -> str:
    """Return the HTML of a query's result."""
    if result.layout == "value":
        return _value(result, values)
    kind = escape(result.layout)
    notes = "".join(_notes(result, values))
    if not result.count:
        words = "" if result.failed else f'<p class="query-empty">{values.shown.words("No results")}</p>\n'
        return f'<div class="query query-{kind}">{words}{notes}</div>\n'
    return f'<div class="query query-{kind}">{LAYOUTS[result.layout](result, values)}{notes}</div>\n'


def _notes(result: Result, values: Values) -> Iterator[str]:
    if result.failed:
        yield f'<p class="query-failed" lang="en" dir="ltr">{escape(_sentence(result.failed))}.</p>\n'
    if day := result.options.get("day"):
        text = escape(values.shown.words("As of {day}")).format(day=f"<time>{escape(day)}</time>")
        yield f'<p class="query-day">{text}</p>\n'


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(result: Result, values: Values) -> str:
    """Return the single value of an inline query; one that cannot be had is a dash."""
    cells = [cell for group in result.groups for row in group.rows for cell in row.cells]
    shown = values.html(cells[0] if cells else Failed(result.failed))
    return f'<span class="query-value">{shown}</span>'


def _table(result: Result, values: Values) -> str:
    numeric = [_is_numeric(result, column) for column in range(len(result.columns))]
    head = _heads(result, numeric)
    foot = _summary_row(result.summaries, numeric, values) if result.summaries else ""
    row_height = result.options.get("rowHeight", "")
    tall = f" rows-{row_height.replace(' ', '-')}" if row_height in HEIGHTS else ""
    sortable = " data-sortable" if len(result.groups) == 1 else ""
    name = escape(result.title or values.shown.words("Table"))
    opening = (
        f'<div class="table query-scroll" tabindex="0" role="region" aria-label="{name}">'
        f'<table class="query-rows{tall}"{sortable}><thead><tr>{head}</tr></thead>'
    )

    def table(groups: Sequence[Group], last: bool) -> str:
        rows = "".join(_body(group, numeric, values) for group in groups)
        return f"{opening}{rows}{f'<tfoot>{foot}</tfoot>' if foot and last else ''}</table></div>\n"

    return _with_rest(result.groups, table, values)


def _heads(result: Result, numeric: Sequence[bool]) -> str:
    """Return the heads of columns, with the nearest of a few widths where a view sets them."""
    widths = result.options.get("columnSize", "").split(",") + [""] * len(result.columns)
    heads = []
    for name, number, width in zip(result.columns, numeric, widths, strict=False):
        names = ["number"] * number + ([_width(int(width))] if width else [])
        classes = f' class="{" ".join(names)}"' if names else ""
        heads.append(f'<th scope="col"{classes}>{escape(name)}</th>')
    return "".join(heads)


def _width(pixels: int) -> str:
    """Return the class of the nearest width."""
    return f"width-{min(WIDTHS, key=lambda step: abs(step - pixels))}"


def _with_rest(groups: Sequence[Group], html: Callable[[Sequence[Group], bool], str], values: Values) -> str:
    """Return the HTML of the first rows, and of the rest folded; *html* takes rows, and whether they are the last."""
    first, rest = _divided(groups)
    if not rest:
        return html(first, True)
    count = sum(len(group.rows) for group in rest)
    summary = f"<summary>{values.shown.words('{n} more', n=count)}</summary>"
    return f'{html(first, False)}<details class="query-rest">{summary}{html(rest, True)}</details>\n'


def _is_numeric(result: Result, column: int) -> bool:
    """Return whether a column has numbers, and nothing else but empty cells."""
    cells = [row.cells[column] for group in result.groups for row in group.rows if column < len(row.cells)]
    there = [cell for cell in cells if cell is not None]
    return bool(there) and all(type(cell) is float for cell in there)


def _divided(groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """Divide groups after the first rows."""
    first: list[Group] = []
    rest: list[Group] = []
    left = FIRST
    for group in groups:
        shown, folded = group.rows[:left], group.rows[left:]
        left -= len(shown)
        if shown:
            first.append(Group(shown, group.name, group.key, group.summaries))
        if folded:
            rest.append(Group(folded, group.name, group.key, () if shown else group.summaries))
    return first, rest


def _body(group: Group, numeric: Sequence[bool], values: Values) -> str:
    head = ""
    if group.name:
        key = _key(group, values)
        head = f'<tr class="query-group"><th colspan="{max(1, len(numeric))}" scope="rowgroup">{key}</th></tr>'
    if group.summaries:
        head += _summary_row(group.summaries, numeric, values)
    rows = "".join(
        "<tr>"
        + "".join(_cell(cell, number, values) for cell, number in zip(row.cells, numeric, strict=False))
        + "</tr>"
        for row in group.rows
    )
    return f"<tbody>{head}{rows}</tbody>"


def _key(group: Group, values: Values) -> str:
    if group.key is not None:
        return values.html(group.key)
    return f"<em>{escape(values.shown.words('No {name}', name=group.name))}</em>"


def _cell(cell: Value, number: bool, values: Values) -> str:
    return f"<td{NUMBER * number}>{values.html(cell)}</td>"


def _summary_row(summaries: Sequence[tuple[str, Value]], numeric: Sequence[bool], values: Values) -> str:
    cells = "".join(
        f"<td{NUMBER * number}>"
        + (f'<span class="query-summary">{escape(name)}</span> {values.html(value)}' if name else "")
        + "</td>"
        for (name, value), number in zip(summaries, numeric, strict=False)
    )
    return f'<tr class="query-summaries">{cells}</tr>'


def _cards(result: Result, values: Values) -> str:
    wanted = _number(result.options.get("cardSize"), 250)
    width = next((name for most, name in SIZES if wanted <= most), "large")
    return "".join(
        _heading(group, values)
        + f'<ul class="query-cards cards-{width}">'
        + "".join(_card(row, result, values) for row in group.rows)
        + "</ul>\n"
        for group in result.groups
    )


def _card(row: Shown, result: Result, values: Values) -> str:
    count = len(result.columns)
    picture = _cover(row, result, values)
    title = values.html(row.cells[0]) if count else ""
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{shown}</dd>"
        for name, cell in zip(result.columns[1:], row.cells[1:count], strict=False)
        if (shown := values.html(cell))
    )
    return (
        f'<li class="card">{picture}<p class="card-title">{title}</p>' + (f"<dl>{facts}</dl>" * bool(facts)) + "</li>"
    )


def _cover(row: Shown, result: Result, values: Values) -> str:
    """Return the picture of a card, if its view has one; a card without has an empty place."""
    if "image" not in result.options:
        return ""
    place = int(_number(result.options["image"], -1))
    cell = row.cells[place] if 0 <= place < len(row.cells) else None
    cell = cell[0] if type(cell) is tuple and cell else cell
    cell = cell.source if isinstance(cell, Image) else cell
    picture = _picture(cell, stem(row.path), values)
    fit = "contain" if result.options.get("imageFit") == "contain" else "cover"
    wanted = _number(result.options.get("imageAspectRatio"), 1) * 100
    ratio = min(RATIOS, key=lambda ratio: abs(ratio - wanted))
    return f'<div class="card-cover fit-{fit} ratio-{ratio}">{picture}</div>'


def _picture(cell: Value, label: str, values: Values) -> str:
    """Return the picture of a card: a file, a colour, or a link to a picture of another site, as in notes."""
    if isinstance(cell, Link):
        return values.picture(cell, label) or (values.link(cell) if cell.external else "")
    if type(cell) is str and COLOR.fullmatch(cell.strip()):
        return f'<svg viewBox="0 0 1 1" preserveAspectRatio="none"><path fill="{cell.strip()}" d="M0 0h1v1H0z"/></svg>'
    return values.link(Link(cell.strip())) if type(cell) is str and "://" in cell else ""


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text or otherwise)
    except ValueError:
        return otherwise


def _heading(group: Group, values: Values) -> str:
    return f'<p class="query-key">{_key(group, values)}</p>' if group.name else ""


def _list(result: Result, values: Values) -> str:
    markers = result.options.get("markers")
    tag = "ol" if markers in ("number", "numbers") else "ul"
    plain = ' class="query-plain"' if markers == "none" else ""
    nested = result.options.get("indentProperties") == "true"
    between = result.options.get("separator") or ": "

    def lists(groups: Sequence[Group], last: bool) -> str:
        html = []
        for group in groups:
            rows = "".join(f"<li>{_line(row, nested, between, values)}</li>" for row in group.rows)
            html.append(f"{_heading(group, values)}<{tag}{plain}>{rows}</{tag}>\n")
        return "".join(html)

    return _with_rest(result.groups, lists, values)


def _line(row: Shown, nested: bool, between: str, values: Values) -> str:
    cells = [shown for cell in row.cells if (shown := values.html(cell))]
    if nested and len(cells) > 1:
        return cells[0] + "<ul>" + "".join(f"<li>{cell}</li>" for cell in cells[1:]) + "</ul>"
    return escape(between).join(cells)


def _tasks(result: Result, values: Values) -> str:
    sources = "backlink" not in result.options.get("hidden", "")
    return "".join(_heading(group, values) + _tree(group.rows, sources, values) for group in result.groups)


def _tree(rows: Sequence[Shown], sources: bool, values: Values) -> str:
    """Return tasks as lists within lists; *sources*: each task that is not below another links to its note."""
    html, depth = ['<ul class="query-tasks">'], 0
    for number, row in enumerate(rows):
        text, status, level = row.cells[0], row.cells[1], int(row.cells[2])
        level = min(level, depth + 1)
        if number:
            html.append("<ul>" if level > depth else "</li>" + "</ul></li>" * (depth - level))
        depth = level
        html.append(_task(row.path, text, status, sources and level == 0, values))
    return "".join(html) + "</li>" + "</ul></li>" * depth + "</ul>\n"


def _task(path: str, text: Value, status: Value, sourced: bool, values: Values) -> str:
    words = values.html(text)
    source = f' <span class="query-source">{values.link(Link(stem(path), path))}</span>' if sourced else ""
    if type(status) is not str:
        return f"<li>{words}"
    done = status.strip() != ""
    said = values.shown.words
    name = said("Done") if status in "xX" else said("Marked {sign}", sign=escape(status)) if done else said("To do")
    box = f'<input type="checkbox" disabled{" checked" * done} aria-label="{name}"> '
    return f'<li class="task" data-task="{escape(status)}">{box}{words}{source}'


LAYOUTS: dict[str, Callable[[Result, Values], str]] = {
    "table": _table,
    "cards": _cards,
    "list": _list,
    "calendar": _list,
    "tasks": _tasks,
}
