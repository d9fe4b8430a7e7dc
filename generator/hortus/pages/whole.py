"""Pages about the site as a whole: its graph, its report, the notes it wants, and the page for wrong addresses."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from hortus.feeds import site_root
from hortus.model import Issue, Page, Wanted
from hortus.names import href
from hortus.pages.head import Head
from hortus.pages.parts import Listing, Section
from hortus.pages.press import Press
from hortus.report import amount, kind_words
from hortus.wholegraph import graph_json, graph_list, graph_script

MOST_WANTED = 20
"""Wanted notes that the report names; the others are on a page of their own."""
MOST_ISSUES = 300
"""Issues of a kind that the report's page tells; `hortus check` tells all."""
MOST_MAPS = 100
"""Maps whose coverage the report tells."""
MOST_APART = 20
"""Groups of notes apart from the rest that the report tells, and notes that it names of each."""
MOST_WANTING = 5
"""Maps named beside a note that they want."""
AT_RANDOM = 100
"""Addresses in one script."""


def graph_page(press: Press) -> Page:
    graph = press.whole_graph
    groups, links = graph_list(graph), sum(map(len, graph.links))
    return press.page("graph.html", "graph.html", Head("Graph"), count=len(graph.nodes), links=links, groups=groups)


def graph_for_page(press: Press) -> Page:
    return Page("assets/graph-data.js", graph_script(press.whole_graph, press.network))


def graph_for_machines(press: Press) -> Page:
    return Page("graph.json", graph_json(press.whole_graph, press.network))


def random_url(number: int) -> str:
    """Return where a part of the notes' addresses is, from which one is chosen at random."""
    return f"assets/notes.{number}.js"


def random_parts(press: Press) -> list[Sequence[str]]:
    """Cut the notes into parts: whoever wants one of them at random need not fetch all."""
    paths = tuple(press.graph.notes)
    return [paths[start : start + AT_RANDOM] for start in range(0, max(1, len(paths)), AT_RANDOM)]


def random_script(press: Press, paths: Sequence[str], number: int) -> Page:
    """Write addresses as a classic script, which a page on a disk may load where it may not fetch."""
    urls = [href(press.shown.urls[path], "index.html") for path in paths]
    known = {"count": len(press.graph.notes), "each": AT_RANDOM, "urls": urls}
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return Page(random_url(number), f"globalThis.hortusNotes = {text};\n")


def report_page(press: Press) -> Page:
    url = "report.html"
    groups: dict[str, list[Issue]] = {kind: [] for kind in press.report.summary}
    for issue in press.report.issues:
        if issue.path in press.graph.texts or issue.path in press.shown.urls:
            groups[issue.kind].append(issue)
    islands = [group for group in press.graph.components[1:] if len(group) > 1]
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
        islands=[
            {"notes": [press.entry(path, url) for path in group[:MOST_APART]], "more": max(0, len(group) - MOST_APART)}
            for group in islands[:MOST_APART]
        ],
        more_islands=max(0, len(islands) - MOST_APART),
        coverage=[
            {
                "title": press.title(row.moc),
                "href": href(press.shown.urls[row.moc], url),
                "written": row.written,
                "todo": row.todo,
                "missing": row.missing,
            }
            for row in press.report.coverage[:MOST_MAPS]
        ],
        more_maps=max(0, len(press.report.coverage) - MOST_MAPS),
    )


def wanted_notes(press: Press) -> Listing:
    """Rank what is linked and not written, each with the maps that list it."""
    url = "wanted.html"

    def row(want: Wanted) -> dict[str, Any]:
        return {
            "note": press.entry(want.path, url, amount(len(want.sources), "note")),
            "maps": [press.entry(moc, url) for moc in want.mocs[:MOST_WANTING]],
            "more": max(0, len(want.mocs) - MOST_WANTING),
        }

    wanted = Section("", press.report.wanted, row)
    return Listing(url, "Wanted notes", [wanted], ranked=True, hidden=True, template="wanted.html")


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
