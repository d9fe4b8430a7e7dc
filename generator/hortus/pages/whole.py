"""Pages about the site as a whole: its graph, its report, the notes it wants, and the page for wrong addresses."""

from typing import Any
from urllib.parse import urlsplit

from hortus.feeds import site_root
from hortus.model import Issue, Page, Wanted
from hortus.names import href
from hortus.pages.press import Head, Press
from hortus.report import amount, kind_words
from hortus.wholegraph import graph_json, graph_list, graph_script

MOST_WANTED = 20
"""Wanted notes that the report names; the others are on a page of their own."""
MOST_ISSUES = 300
"""Issues of a kind that the report's page tells; `hortus check` tells all."""


def graph_page(press: Press) -> Page:
    graph = press.whole_graph
    groups, links = graph_list(graph), sum(map(len, graph.links))
    return press.page("graph.html", "graph.html", Head("Graph"), count=len(graph.nodes), links=links, groups=groups)


def graph_for_page(press: Press) -> Page:
    return Page("assets/graph-data.js", graph_script(press.whole_graph, press.network))


def graph_for_machines(press: Press) -> Page:
    return Page("graph.json", graph_json(press.whole_graph, press.network))


def report_page(press: Press) -> Page:
    url = "report.html"
    groups: dict[str, list[Issue]] = {kind: [] for kind in press.report.summary}
    for issue in press.report.issues:
        if issue.path in press.graph.texts or issue.path in press.shown.urls:
            groups[issue.kind].append(issue)
    return press.page(
        "report.html",
        url,
        Head("Report", hidden=True),
        groups=[
            {
                "kind": kind,
                "words": kind_words(kind, len(issues)),
                "count": len(issues),
                "issues": [_issue(press, issue, url) for issue in issues[:MOST_ISSUES]],
                "more": max(0, len(issues) - MOST_ISSUES),
            }
            for kind, issues in groups.items()
            if issues
        ],
        wanted=[press.entry(want.path, url, _wanted_by(want)) for want in press.report.wanted[:MOST_WANTED]],
        more_wanted=max(0, len(press.report.wanted) - MOST_WANTED),
        hubs=[press.entry(path, url, amount(count, "note")) for path, count in press.graph.hubs],
        islands=[[press.entry(path, url) for path in group] for group in press.graph.components[1:] if len(group) > 1],
        coverage=[
            {
                "title": press.title(row.moc),
                "href": href(press.shown.urls[row.moc], url),
                "written": row.written,
                "todo": row.todo,
                "missing": row.missing,
            }
            for row in press.report.coverage
        ],
    )


def wanted_page(press: Press) -> Page:
    """Rank what is linked and not written, each with the maps that list it."""
    url = "wanted.html"
    rows = [
        {
            "note": press.entry(want.path, url, amount(len(want.sources), "note")),
            "maps": [press.entry(moc, url) for moc in want.mocs],
        }
        for want in press.report.wanted
    ]
    return press.page("wanted.html", url, Head("Wanted notes", hidden=True), rows=rows)


def not_found_page(press: Press) -> Page:
    """Make the page for addresses that lead nowhere; it is shown at any of them, so its own are absolute."""
    root = urlsplit(site_root(press.settings)).path if press.settings.site_url else ""
    absolute = {"to": lambda target: root + href(target, "404.html")} if root else {}
    return press.page("missing.html", "404.html", Head("Not found", hidden=True), **absolute)


def _issue(press: Press, issue: Issue, base: str) -> dict[str, Any]:
    url = press.shown.urls.get(issue.path)
    return {
        "title": press.title(issue.path) if url else issue.path,
        "href": href(url, base) if url else "",
        "line": issue.line,
        "edit": press.edit(issue.path, issue.line),
        "message": issue.message,
        "hint": issue.hint,
    }


def _wanted_by(want: Wanted) -> str:
    maps = f", {amount(len(want.mocs), 'map')}" if want.mocs else ""
    return amount(len(want.sources), "note") + maps
