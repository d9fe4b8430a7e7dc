"""Make the report: all issues, wanted notes and coverage."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hortus.core.keys import stem
from hortus.core.model import Backlink, Figure, Issue, LinkGraph, Report, Wanted
from hortus.figures.requests import caption_path
from hortus.links.link_issue import issue_at
from hortus.links.maps import make_coverage
from hortus.report.kinds import SEVERITY, figure_hint
from hortus.report.results import IN_TEXT, result_issues
from hortus.report.text_issues import KnownIssues, in_order, settled


def make_report(
    graph: LinkGraph,
    figures: Sequence[Figure] = (),
    issues: Iterable[Issue] = (),
    duplicates: Iterable[tuple[str, str, str]] = (),
    known: KnownIssues | None = None,
) -> Report:
    """Gather issues of notes, links, figures and the whole vault.

    *issues* are those found in earlier steps, *duplicates* as in `Addresses`, *known* the issues of the last report.
    """
    others: dict[str, list[Issue]] = {}
    drawn = (*_figure_issues(figures, graph), *result_issues(figures, graph))
    for issue in (*issues, *_cycle_issues(graph), *drawn, *_vault_issues(graph, duplicates)):
        others.setdefault(issue.path, []).append(issue)
    of_texts = (known or KnownIssues()).issues(graph)
    ordered: list[Issue] = []
    for path in sorted({*graph.texts, *others}):
        own = of_texts.get(path, ())
        ordered += settled([*own, *others[path]]) if path in others else own
    ordered = _once(_at_scripts(ordered, figures))
    return Report(
        issues=tuple(ordered),
        summary=_summary(ordered),
        wanted=_wanted(graph),
        coverage=tuple(make_coverage(trail) for trail in graph.trails),
        orphans=graph.orphans,
        unmapped=graph.unmapped,
    )


def _at_scripts(issues: Iterable[Issue], figures: Sequence[Figure]) -> list[Issue]:
    """Replace the paths of captions among the notes by those of their scripts."""
    files = {caption_path(figure.script, figure.name): figure.script.path for figure in figures if figure.script.path}
    return [replace(issue, path=files[issue.path]) if issue.path in files else issue for issue in issues]


def _once(issues: Iterable[Issue]) -> list[Issue]:
    """Report a missing extra only for the first note that needs it."""
    reported: set[str] = set()
    kept = []
    for issue in issues:
        if issue.hint.startswith("pip install"):
            if issue.hint in reported:
                continue
            reported.add(issue.hint)
        kept.append(issue)
    return kept


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
            texts = f"figure {figure.name}: {figure.fault or 'failed'}", figure_hint(figure.fault, figure.error)
            yield _figure_issue(kind, texts, figure, places, graph)
        for frame in figure.frames:
            if frame.error:
                kind = "figure_stale" if frame.stale else "figure_failed"
                message = f"figure {figure.name}, {frame.label}: {frame.fault or 'failed'}"
                texts = message, figure_hint(frame.fault, frame.error)
                yield _figure_issue(kind, texts, figure, places, graph)
        links = {place: graph.texts[place.source].links[place.index] for place in places}
        silent = [place for place, link in links.items() if link.kind not in IN_TEXT and not link.label]
        if not figure.alt and (silent or not places):
            hint = "set ALT in its script, `alt:` in the fence, or a label in the embed"
            yield _figure_issue("missing_alt", (f"figure {figure.name} has no alt text", hint), figure, silent, graph)


def _figure_issue(
    kind: str, texts: tuple[str, str], figure: Figure, places: Sequence[Backlink], graph: LinkGraph
) -> Issue:
    """Return an issue with *texts*, message and hint, at the first of *places*, else at the figure's script."""
    message, hint = texts
    if not places:
        line = figure.script.caption_line if figure.script.inline else 1  # that of the fence
        return Issue(kind, figure.script.path, line, 1, message, hint, figure.name)
    note = graph.texts[places[0].source]
    return issue_at(kind, note, note.links[places[0].index], message, hint, figure.name)


def _vault_issues(graph: LinkGraph, duplicates: Iterable[tuple[str, str, str]]) -> Iterator[Issue]:
    for path in graph.orphans:
        yield Issue("orphan", path, 1, 1, "no note links here, and it links to no other note")
    lone = set(graph.orphans)
    for path in graph.unmapped:
        if path not in lone:
            yield Issue("unmapped", path, 1, 1, "cannot be reached from any map of content")
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
    return narrow(report, {*report.issues, *settled(issues)})


def narrow(report: Report, issues: Iterable[Issue]) -> Report:
    """Return the report with other issues, sorted and counted."""
    ordered = in_order(issues)
    return replace(report, issues=ordered, summary=_summary(ordered))


def _summary(issues: Iterable[Issue]) -> dict[str, int]:
    """Return the number of issues of each kind that there is."""
    counts = Counter(issue.kind for issue in issues)
    return {kind: counts[kind] for kind in SEVERITY if counts[kind]}
