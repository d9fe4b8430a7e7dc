"""Make the report: all issues, wanted notes and coverage."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hortus.core.filetypes import kind_of
from hortus.core.keys import stem
from hortus.core.model import (
    Backlink,
    Figure,
    Issue,
    LinkGraph,
    Missing,
    Note,
    Report,
    Severity,
    Wanted,
)
from hortus.links.link_issue import issue_at, link_issue
from hortus.links.maps import make_coverage

SEVERITY: dict[str, Severity] = {
    "broken_link": "error",
    "missing_heading": "warning",
    "missing_block": "warning",
    "missing_asset": "error",
    "ambiguous_link": "warning",
    "empty_link": "warning",
    "todo": "info",
    "todo_link": "info",
    "unsafe_url": "warning",
    "embed_cycle": "warning",
    "orphan": "info",
    "unmapped": "info",
    "duplicate_url": "warning",
    "bad_front_matter": "error",
    "unclear_privacy": "warning",
    "bad_tag": "warning",
    "bad_notebook": "error",
    "bad_math": "warning",
    "bad_diagram": "warning",
    "bad_encoding": "warning",
    "unclosed_comment": "warning",
    "accidental_code": "warning",
    "attribute_list": "info",
    "template_folder": "info",
    "bad_template_settings": "warning",
    "figure_failed": "error",
    "figure_stale": "warning",
    "missing_alt": "warning",
    "private_link": "warning",
    "remote_image": "info",
    "external_broken": "warning",
    "not_shown": "info",
    "unread": "error",
    "unsafe_attachment": "warning",
}
"""Every kind of issue, with its severity; docs/Report.md explains each."""
COUNTED = frozenset(
    "link image heading block asset todo url cycle orphan comment note diagram tag attachment list folder".split()
)
"""Last words of kinds that have a plural."""
UNREAD = "unread"
"""The kind for which `hortus build` and `hortus check` end with status 1: a note is missing from the site."""
EXPECTED = frozenset({"template_folder"})
"""Kinds that ``--strict`` ignores: every vault with templates has them."""
BROKEN = frozenset({"broken_link", "missing_asset", "external_broken"})
"""Kinds for which `hortus check` fails."""


def make_report(
    graph: LinkGraph,
    figures: Sequence[Figure] = (),
    issues: Iterable[Issue] = (),
    duplicates: Iterable[tuple[str, str, str]] = (),
    cached: Callable[[str], Sequence[Issue]] | None = None,
) -> Report:
    """Gather issues of notes, links, figures and the whole vault; *issues* were found before, *duplicates* are those of
    `addresses`, and *cached* is a version of `issues_of` with a cache."""
    others: dict[str, list[Issue]] = {}
    for issue in (*issues, *_cycle_issues(graph), *_figure_issues(figures, graph), *_vault_issues(graph, duplicates)):
        others.setdefault(issue.path, []).append(issue)
    ordered: list[Issue] = []
    for path in sorted({*graph.texts, *others}):
        own = (cached(path) if cached else issues_of(path, graph)) if path in graph.texts else ()
        ordered += _settled([*own, *others[path]]) if path in others else own
    ordered = _once(ordered)
    summary = Counter(issue.kind for issue in ordered)
    return Report(
        issues=tuple(ordered),
        summary={kind: summary[kind] for kind in SEVERITY if summary[kind]},
        wanted=_wanted(graph),
        coverage=tuple(make_coverage(trail) for trail in graph.trails),
        orphans=graph.orphans,
        unmapped=graph.unmapped,
    )


def issues_of(path: str, graph: LinkGraph) -> tuple[Issue, ...]:
    """Return the issues of one note and its links, in order of position."""
    note = graph.texts[path]
    links = zip(note.links, graph.resolutions[path], strict=True)
    found = [issue for link, resolution in links if (issue := link_issue(link, resolution, note, graph))]
    return _settled(_in_cells(note, [*_note_issues(note, graph), *found]))


def _in_cells(note: Note, issues: Iterable[Issue]) -> Iterator[Issue]:
    """Add the number of the notebook cell to each message, because Jupyter shows cells, not lines."""
    for issue in issues:
        cell = bisect_right(note.cells, (issue.line, issue.column))
        yield replace(issue, message=f"cell {cell}: {issue.message}") if cell else issue


def _settled(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Set the severity of issues of one file, sort them, and remove duplicates."""
    found = {replace(issue, severity=SEVERITY[issue.kind]) for issue in issues}
    return tuple(sorted(found, key=lambda i: (i.path, i.line, i.column, i.kind, i.target, i.message)))


def _once(issues: Iterable[Issue]) -> list[Issue]:
    """Report a missing extra only for the first note that needs it."""
    reported: set[str] = set()
    kept = []
    for issue in issues:
        extra = issue.hint if issue.hint.startswith("pip install") else ""
        if extra not in reported:
            kept.append(issue)
        reported |= {extra} - {""}
    return kept


def has_problems(summary: Mapping[str, int]) -> bool:
    """Return whether a report has problems for which ``--strict`` fails.

    >>> has_problems({"template_folder": 1}), has_problems({"template_folder": 1, "orphan": 2})
    (False, True)
    """
    return not summary.keys() <= EXPECTED


def amount(count: int, thing: str) -> str:
    """Write a count with its noun.

    >>> amount(1, "note"), amount(0, "note")
    ('1 note', '0 notes')
    """
    return f"{count} {thing}" + "s" * (count != 1)


def kind_words(kind: str, count: int) -> str:
    """Write how many issues of a kind there are.

    >>> kind_words("broken_link", 2), kind_words("todo", 1), kind_words("figure_failed", 3)
    ('2 broken links', '1 todo', '3 figures failed')
    """
    if kind.startswith("figure_"):
        return f"{amount(count, 'figure')} {kind.removeprefix('figure_')}"
    words = kind.replace("_", " ")
    return amount(count, words) if kind.rsplit("_", 1)[-1] in COUNTED else f"{count} {words}"


def _note_issues(note: Note, graph: LinkGraph) -> Iterator[Issue]:
    """Yield the issues of a note's own text, and the TODO marks without links to missing notes."""
    yield from note.issues
    found = graph.resolutions[note.path]
    todos = [todo for todo in note.todos if not any(isinstance(found[index], Missing) for index in todo.links)]
    counted = [todo for todo in todos if todo.counted]
    for todo in todos:
        if not todo.counted or len(counted) == 1:
            section = f"under “{note.headings[todo.section].text}”" if todo.section >= 0 else ""
            yield Issue("todo", note.path, todo.line, todo.column, todo.text, section, "", todo.length)
    if len(counted) > 1:
        first = counted[0]
        message = f"{len(counted)} open tasks, the first: {first.text}"
        yield Issue("todo", note.path, first.line, first.column, message, "", "", first.length)


def _cycle_issues(graph: LinkGraph) -> Iterator[Issue]:
    for ring in graph.cycles:
        for step in ring:
            note, link = graph.texts[step.source], graph.texts[step.source].links[step.index]
            message = f'embedding "{link.target or stem(step.source)}" here forms a loop'
            yield issue_at("embed_cycle", note, link, message, "it is shown once, then as a link", link.target)


def _figure_issues(figures: Sequence[Figure], graph: LinkGraph) -> Iterator[Issue]:
    """Yield failed figures and missing alt texts, at the first place that shows the figure, otherwise at its script."""
    for figure in figures:
        yield from figure.script.issues
        places = graph.figures.get(figure.name, ())
        if figure.error:
            kind = "figure_stale" if figure.state == "stale" else "figure_failed"
            yield _figure_issue(kind, f"figure {figure.name}: {figure.fault or 'failed'}", figure, places, graph)
        silent = [place for place in places if not graph.texts[place.source].links[place.index].label]
        if not figure.alt and (silent or not places):
            message = f"figure {figure.name} has no alt text"
            yield _figure_issue("missing_alt", message, figure, silent, graph)


def _figure_issue(kind: str, message: str, figure: Figure, places: Sequence[Backlink], graph: LinkGraph) -> Issue:
    hint = (
        "set ALT in its script, `alt:` in the fence, or a label in the embed"
        if kind == "missing_alt"
        else extra_hint(figure.error)
    )
    if not places:
        return Issue(kind, f"figures/{figure.script.file.name}", 1, 1, message, hint, figure.name)
    note = graph.texts[places[0].source]
    return issue_at(kind, note, note.links[places[0].index], message, hint, figure.name)


def extra_hint(error: str) -> str:
    """Return a hint for installing a library that a figure script did not find; empty if no extra has it.

    >>> extra_hint("ModuleNotFoundError: No module named 'torch'"), extra_hint("ValueError: torch")
    ("torch comes with the extra: pip install 'hortus[figures]'", '')
    """
    found = re.fullmatch(r"ModuleNotFoundError: No module named '(matplotlib|numpy|torch)'", error)
    return f"{found[1]} comes with the extra: pip install 'hortus[figures]'" if found else ""


def _vault_issues(graph: LinkGraph, duplicates: Iterable[tuple[str, str, str]]) -> Iterator[Issue]:
    for path in graph.orphans:
        yield Issue("orphan", path, 1, 1, "no note links here, and it links to no other note")
    lone = set(graph.orphans)
    for path in graph.unmapped:
        if path not in lone:
            yield Issue("unmapped", path, 1, 1, "cannot be reached from any map of content")
    for path in graph.assets:
        if path in graph.backlinks and kind_of(path) == "query":
            yield Issue("not_shown", path, 1, 1, "bases are not shown; a link to this one downloads it")
    for path, holder, alias in duplicates:
        yield _duplicate(path, holder, alias)


def _duplicate(path: str, holder: str, alias: str) -> Issue:
    if alias and not holder:
        message = f'the alias "{alias}" has no page: its address is that of a generated page'
        hint = "choose another alias, or remove it"
    elif alias:
        message, hint = f'the alias "{alias}" already points to "{holder}"', "remove it, or choose another"
    elif holder:
        message = f'its page has the same address as "{holder}"'
        hint = "it was given another address; rename one of the two notes"
    else:
        message = "its page has the same address as a generated page"
        hint = "it was given another address; rename it, or set another permalink"
    return Issue("duplicate_url", path, 1, 1, message, hint, holder)


def _wanted(graph: LinkGraph) -> tuple[Wanted, ...]:
    """Rank missing notes by the number of notes that link to them and of places in MOCs."""
    listed: dict[str, list[str]] = {}
    for trail in graph.trails:
        for stop in trail.stops:
            if not stop.written:
                listed.setdefault(stop.path, []).append(trail.moc)
    wanted = [
        Wanted(path, tuple(dict.fromkeys(link.source for link in graph.backlinks[path])), tuple(listed.get(path, ())))
        for path in graph.missing
    ]
    return tuple(sorted(wanted, key=lambda want: (-len(want.sources) - len(want.mocs), want.path)))


def add_issues(report: Report, issues: Iterable[Issue]) -> Report:
    """Add issues to a report."""
    settled = [replace(issue, severity=SEVERITY[issue.kind]) for issue in issues]
    return narrow(report, {*report.issues, *settled})


def narrow(report: Report, issues: Iterable[Issue]) -> Report:
    """Return the report with other issues, sorted and counted."""
    ordered = sorted(issues, key=lambda i: (i.path, i.line, i.column, i.kind, i.target, i.message))
    kinds = [issue.kind for issue in ordered]
    summary = {kind: kinds.count(kind) for kind in SEVERITY if kind in kinds}
    return replace(report, issues=tuple(ordered), summary=summary)
