"""Pages about the site as a whole: graph, report, wanted notes, 404."""

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from hortus.core.keys import fold
from hortus.core.model import Coverage, Issue, Missing, Page, Wanted
from hortus.core.urls import href
from hortus.report.groups import NAMED, Group, Target, group_issues, rank_targets
from hortus.report.kinds import SEVERITY, TITLES
from hortus.site.feeds import site_root
from hortus.site.graph.data import count_filters, graph_json, graph_list, graph_script
from hortus.site.pages.meta import Head
from hortus.site.pages.pagination import Listing, Section
from hortus.site.pages.templates import Press
from hortus.site.pages.tree import Entry

MOST_WANTED = 20
"""Wanted notes in the report; all are on a separate page."""
MOST_GROUPS, MOST_ISSUES, MOST_TARGETS = 200, 100, 10
"""Limits of the report's page: notes per kind, issues per note, targets per kind; `hortus check --all` lists all."""
MOST_MAPS = 100
"""Maps with coverage in the report."""
ISOLATED = 20
"""Isolated groups in the report, and notes of each."""
MOST_WANTING = 5
"""Maps listed for a wanted note."""
AT_RANDOM = 100
"""Number of URLs in one script for the random page."""


def graph_page(press: Press) -> Page:
    graph = press.whole_graph
    groups, links = graph_list(graph), sum(map(len, graph.links))
    filters = count_filters(graph, press.network)
    head = Head(press.words("Graph"))
    return press.page(
        "graph.html", "graph.html", head, count=len(graph.nodes), links=links, groups=groups, filters=filters
    )


def graph_for_page(press: Press) -> Page:
    return Page("assets/graph-data.js", graph_script(press.whole_graph, press.network))


def graph_for_machines(press: Press) -> Page:
    return Page("graph.json", graph_json(press.whole_graph, press.network))


def random_url(number: int) -> str:
    """Return the URL of a part of the notes' URLs, from which one is chosen at random."""
    return f"assets/notes.{number}.js"


def random_parts(count: int) -> range:
    """Return the numbers of the parts for *count* notes, of which the random page fetches only one."""
    return range(1, max(1, ceil(count / AT_RANDOM)) + 1)


def random_script(press: Press, number: int) -> Page:
    """Write URLs and titles as a classic script, because pages opened from file:// cannot fetch JSON."""
    paths = press.listed_notes
    part = paths[(number - 1) * AT_RANDOM : number * AT_RANDOM]
    urls, titles = [href(press.shown.urls[path], "index.html") for path in part], [press.title(path) for path in part]
    known = {"count": len(paths), "each": AT_RANDOM, "urls": urls, "titles": titles}
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return Page(random_url(number), f"globalThis.hortusNotes = {text};\n")


def report_page(press: Press) -> Page:
    url = "report.html"
    known = press.graph.texts.keys() | press.shown.urls.keys()
    issues = [issue for issue in press.report.issues if issue.path in known and press.listed(issue.path)]
    targets = rank_targets(issues)
    listed = ([path for path in group if press.listed(path)] for group in press.graph.components[1:])
    islands = [group for group in listed if len(group) > 1]
    return press.page(
        "report.html",
        url,
        Head(press.words("Report"), hidden=True),
        count=len(issues),
        notes=len({issue.path for issue in issues}),
        all_notes=len(press.graph.notes),
        kinds=[
            _kind(press, kind, list(found), targets)
            for kind, found in groupby(group_issues(issues), key=lambda group: group.kind)
        ],
        wanted=capped(
            _listed_wanted(press), MOST_WANTED, lambda one: press.entry(one.path, url, _map_count(press, one))
        ),
        hubs=_hubs(press, url),
        islands=capped(islands, ISOLATED, lambda paths: capped(paths, ISOLATED, lambda p: press.entry(p, url))),
        coverage=capped(press.report.coverage, MOST_MAPS, lambda row: _coverage(press, row, url)),
    )


@dataclass(frozen=True, slots=True)
class Capped:
    """The first items of a list, and the number of further ones."""

    shown: Sequence[Any]
    more: int


def capped(items: Sequence[Any], most: int, show: Callable[[Any], Any]) -> Capped:
    """Return the first *most* items of a list, rendered by *show*."""
    return Capped([show(item) for item in items[:most]], max(0, len(items) - most))


def _hubs(press: Press, base: str) -> list[Entry]:
    hubs = [(path, count) for path, count in press.graph.hubs if press.listed(path)]
    return [press.entry(path, base, press.words("{n} notes", n=count)) for path, count in hubs]


def _kind(press: Press, kind: str, groups: Sequence[Group], targets: Sequence[Target]) -> dict[str, Any]:
    """Return the section of one kind: targets of several links, then notes."""
    url, count = "report.html", sum(len(group.issues) for group in groups)
    wanted = [target for target in targets if target.kind == kind]
    shared = [target for target in wanted if target.count > 1 and kind != "todo_link"]  # these are the wanted notes
    return {
        "kind": kind,
        "severity": SEVERITY[kind],
        "title": press.words(TITLES[kind]),
        "count": count,
        "targets": len(wanted) if 1 < len(wanted) < count else 0,
        "shared": capped(shared, MOST_TARGETS, lambda target: _target(press, target, url)),
        "groups": capped(groups, MOST_GROUPS, lambda group: _group(press, group, url)),
    }


def _target(press: Press, target: Target, base: str) -> dict[str, Any]:
    """Return a target of several links, with the page of the missing note if it is one."""
    graph, source, words = press.graph, target.paths[0], press.words
    pairs = zip(graph.texts[source].links, graph.resolutions[source], strict=True) if source in graph.texts else ()
    wanted = fold(target.target)
    path = next((one.path for link, one in pairs if isinstance(one, Missing) and fold(link.target) == wanted), "")
    url = press.shown.urls.get(path, "")
    return {
        "name": target.target,
        "href": href(url, base) if url else "",
        "words": ", ".join((words("{n} links", n=target.count), words("{n} notes", n=len(target.paths)))),
        "hint": target.hint,
    }


def _group(press: Press, group: Group, base: str) -> dict[str, Any]:
    url = press.shown.urls.get(group.path)
    about = group.targets or tuple(dict.fromkeys(issue.message for issue in group.issues))
    return {
        "title": press.title(group.path) if url else group.path,
        "href": href(url, base) if url else "",
        "count": len(group.issues),
        "about": about[:NAMED],
        "more": max(0, len(about) - NAMED),
        "named": bool(group.targets),
        "issues": capped(group.issues, MOST_ISSUES, lambda issue: _issue(press, issue)),
    }


def _issue(press: Press, issue: Issue) -> dict[str, Any]:
    return {
        "line": issue.line,
        "edit": press.edit(issue.path, issue.line),
        "message": issue.message,
        "hint": issue.hint,
    }


def _coverage(press: Press, row: Coverage, base: str) -> dict[str, Any]:
    counts = {"written": row.written, "todo": row.todo, "missing": row.missing}
    return {"title": press.title(row.moc), "href": href(press.shown.urls[row.moc], base)} | counts


def wanted_notes(press: Press) -> Listing:
    """List missing notes, the most wanted first, each with the maps that list it."""
    url = "wanted.html"

    def row(want: Wanted) -> dict[str, Any]:
        return {
            "note": press.entry(want.path, url, press.words("{n} notes", n=len(want.sources))),
            "maps": [press.entry(moc, url) for moc in want.mocs[:MOST_WANTING]],
            "more": max(0, len(want.mocs) - MOST_WANTING),
        }

    wanted = Section("", _listed_wanted(press), row)
    return Listing(url, press.words("Wanted notes"), [wanted], ranked=True, hidden=True, template="wanted.html")


FIND_ROOT = """\
(() => {
  const steps = location.pathname.split("/").slice(1, -1).filter(Boolean);
  function look() {
    const script = document.createElement("script");
    script.src = `/${steps.map((step) => `${step}/`).join("")}assets/missing.js`;
    script.onerror = () => steps.pop() !== undefined && look();
    document.head.append(script);
  }
  look();
})();
"""
"""Finds the root of the site from an address below it, by looking for a script there."""
MOST_OFFERED = 12
"""Maps on the 404 page."""


def not_found_page(press: Press) -> Page:
    """Make the 404 page; it is served at any URL, so its links are absolute if the site's URL is known.

    If not, a script finds the root of the site and corrects them.
    """
    root = urlsplit(site_root(press.settings)).path if press.settings.site_url else ""
    absolute = {"to": lambda target: root + href(target, "404.html")} if root else {}
    maps = [trail.moc for trail in press.graph.trails if press.listed(trail.moc)]
    return press.page(
        "missing.html",
        "404.html",
        Head(press.words("Not found"), hidden=True),
        find_root=Markup(FIND_ROOT),
        hash=f"sha256-{b64encode(sha256(FIND_ROOT.encode()).digest()).decode()}",
        maps=[{"title": press.title(path), "url": press.shown.urls[path]} for path in maps[:MOST_OFFERED]],
        **absolute,
    )


def _listed_wanted(press: Press) -> list[Wanted]:
    return [want for want in press.wanted if press.listed(want.path)]


def _map_count(press: Press, want: Wanted) -> str:
    words = press.words
    maps = f", {words('{n} maps', n=len(want.mocs))}" if want.mocs else ""
    return words("{n} notes", n=len(want.sources)) + maps
