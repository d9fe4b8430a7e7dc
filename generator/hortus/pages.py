"""Make pages of what is known: the only home of jinja2.

One function a kind of page; each hands its template finished values. Bodies come from render.py.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup

from hortus.arrangement import arrange
from hortus.config import Settings
from hortus.feeds import card_url, markdown_url, own_picture, site_root
from hortus.gallery import code_path, figure_files
from hortus.localgraph import draw_local
from hortus.model import Backlink, Issue, Link, Note, Page, Report, Segments, Slot, Trail, Wanted
from hortus.names import fold, folder, folder_urls, href, slug, stem, tag_key, tag_url
from hortus.network import Network
from hortus.render import Shown, render_figure, render_note, render_part, render_thumbnail
from hortus.report import BROKEN, kind_words
from hortus.wholegraph import Arrange, WholeGraph, graph_json, graph_list, graph_script, make_graph

HIDDEN_PROPERTIES = frozenset(
    "title tags tag aliases alias cssclasses cssclass publish draft private permalink cover description".split()
)
FRAME = re.compile(r"\.\d+\.svg$")
MEASURED = frozenset({"seconds", "memory"})
"""What the provenance of a figure tells that is another the next time: told in the terminal, not on a page."""
RECENT = 100
"""Notes on the page of what changed last."""
CHAINS, LONGEST_CHAIN = 4, 6
"""Breadcrumbs shown, and notes in each."""
AROUND = 5
"""Stops of a trail shown in the margin, this note's own included."""
MARGINAL = 120
"""Characters of a property that stands beside the title; a longer one stands at the foot of the note."""
UNFOLDED = 60
"""Notes in a folder, or tags below one, up to which it stands unfolded."""
MOST_WANTED = 20
"""Wanted notes that the report names; the others are on a page of their own."""
MOST_ARCS = 32
"""Stops of a trail that can be told apart in a ring."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What every page says of the whole."""

    title: str
    language: str
    broken: int
    todo: int
    figures: bool
    search: bool
    recent: bool
    """It is known of some note when it changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note in a list, as seen from one page."""

    title: str
    href: str
    written: bool = True
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder or tag in the tree of all; the whole tree is a branch without a name."""

    title: str
    href: str
    below: Sequence["Branch"]
    entries: Sequence[Entry]
    count: int
    """What hangs on it, at any depth."""
    open: bool
    """It is unfolded when the page is opened."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the top of a page says."""

    title: str
    description: str = ""
    hidden: bool = False
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    """What the page needs beside the common style: ``math``."""
    canonical: str = ""
    """Its absolute address, when the settings say where the site will be."""
    picture: str = ""
    """Absolute address of the picture that others may show of it."""
    markdown: str = ""
    """Where its Markdown is, seen from the page."""
    linked_data: Markup = Markup()
    """What it is, as JSON-LD."""


@dataclass(frozen=True, slots=True)
class TagHeld:
    """A tag as first spelled, and the notes that carry it or one below it."""

    name: str
    holders: frozenset[str]


class Press:
    """Prints pages of one site: templates, and what they all need.

    *edit* gives the address that opens a note at a line in its author's editor; only the preview has one.
    """

    def __init__(
        self,
        shown: Shown,
        report: Report,
        settings: Settings,
        project: Path | None = None,
        edit: Callable[[str, int], str] = lambda path, line: "",
        arrange: Arrange = arrange,
    ):
        self.shown, self.graph, self.report, self.edit = shown, shown.graph, report, edit
        self.settings, self.arrange, self.network = settings, arrange, Network(shown)
        home = self.graph.notes.get(next((path for path, url in shown.urls.items() if url == "index.html"), ""))
        broken = sum(count for kind, count in report.summary.items() if kind in BROKEN)
        todo = sum(report.summary.get(kind, 0) for kind in ("todo", "todo_link"))
        title = settings.title or (home.title if home else "Notes")
        self.site = SiteInfo(
            title, settings.language, broken, todo, bool(shown.figures), settings.search, bool(shown.changed)
        )
        self.templates = _environment(project / "templates" if project else None)
        self.stops = _stops(self.graph.trails)
        self.mocs = {trail.moc for trail in self.graph.trails}
        names = {name for path in self.graph.notes for name in _folders(path)}
        self.folder_urls = folder_urls(names, shown.urls.values())

    @cached_property
    def whole_graph(self) -> WholeGraph:
        return make_graph(self.network, self.arrange)

    @cached_property
    def tags(self) -> dict[str, TagHeld]:
        return _tags(self.graph.notes)

    def page(self, template: str, url: str, head: Head, **values: Any) -> Page:
        if _has_math(values):
            head = replace(head, features=("math",))
        common = {"site": self.site, "page": head, "to": lambda target: href(target, url)}
        text = self.templates.get_template(template).render(common | values)
        return Page(url, text)

    def title(self, path: str) -> str:
        if path in self.graph.notes:
            return self.graph.notes[path].title
        return self.shown.titles.get(path) or stem(path)

    def entry(self, path: str, base: str, detail: str = "") -> Entry:
        return Entry(self.title(path), href(self.shown.urls[path], base), path in self.graph.notes, detail)

    # --- pages of notes ---

    def note(self, path: str) -> Page:
        note, url = self.graph.notes[path], self.shown.urls[path]
        description = note.get("description")
        head = self._abroad(
            path,
            Head(
                note.title,
                description if isinstance(description, str) else note.excerpt,
                classes=tuple(slug(name) for name in _words(note.get("cssclasses"))),
                markdown=href(markdown_url(url), url) if path.endswith(".md") else "",
            ),
        )
        return self.page(
            "note.html",
            url,
            head,
            **self._text(note, url),
            properties=self._properties(note, url),
            tags=[{"name": tag.name, "href": href(tag_url(tag.name), url)} for tag in note.tags],
            headings=self._headings(note, url),
            breadcrumbs=self._breadcrumbs(path, url),
            trails=self._trails(path, url),
            around=self._around(path),
            backlinks=self._backlinks(path, url),
        )

    def _abroad(self, path: str, head: Head) -> Head:
        """Add what other sites and machines want to know of a note, once the site has an address."""
        if not self.settings.site_url:
            return head
        site, url = site_root(self.settings), self.shown.urls[path]
        page, picture = (
            site + quote(url, safe="/"),
            site + quote(own_picture(path, self.shown) or card_url(url), safe="/"),
        )
        data = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": head.title,
            "description": head.description,
            "url": page,
            "image": picture,
            "inLanguage": self.settings.language,
            "isPartOf": {"@type": "WebSite", "name": self.site.title, "url": site},
        }
        data |= {"dateModified": self.shown.changed[path]} if path in self.shown.changed else {}
        data |= {"author": {"@type": "Person", "name": self.settings.author}} if self.settings.author else {}
        linked = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        return replace(head, canonical=page, picture=picture, linked_data=Markup(linked))

    def stub(self, path: str) -> Page:
        url = self.shown.urls[path]
        return self.page(
            "stub.html",
            url,
            Head(stem(path), hidden=True),
            breadcrumbs=self._breadcrumbs(path, url),
            trails=self._trails(path, url),
            around=self._around(path),
            backlinks=self._backlinks(path, url),
        )

    def _text(self, note: Note, base: str) -> dict[str, Markup]:
        """Return a note's own title, empty when it does not open with one, and what follows."""
        body = render_note(note.path, base, self.shown)
        titled = bool(note.headings) and note.headings[0].level == 1 and note.headings[0].start == 0
        heading, end, rest = body.partition("</h1>") if titled else ("", "", body)
        return {"heading": Markup(heading + end), "body": Markup(rest)}

    def redirect(self, url: str, path: str) -> Page:
        """Make the page of an alias, which leads on to its note."""
        return self.page(
            "redirect.html", url, Head(self.title(path), hidden=True), target=href(self.shown.urls[path], url)
        )

    def _properties(self, note: Note, base: str) -> list[dict[str, Any]]:
        return [
            {"name": prop.name, "html": html, "long": sum(len(item.striptags()) for item in html) > MARGINAL}
            for prop in note.properties
            if prop.items and prop.name.strip().lower() not in HIDDEN_PROPERTIES
            for html in [[Markup(render_part(note.path, item, base, self.shown)) for item in prop.items]]
        ]

    def _headings(self, note: Note, base: str) -> list[dict[str, Any]]:
        shown = [heading for heading in note.headings if heading.text and (heading.level > 1 or heading.start > 0)]
        top = min((heading.level for heading in shown), default=1)
        return [
            {
                "anchor": heading.anchor,
                "depth": heading.level - top,
                "html": Markup(render_part(note.path, heading.html, base, self.shown)),
            }
            for heading in shown
        ]

    def _breadcrumbs(self, path: str, base: str) -> list[list[Entry]]:
        """Return the ways from the top down to a note, the shortest first."""
        chains = sorted(_chains(path, self.graph.parents), key=lambda chain: (len(chain), chain))[:CHAINS]
        return [[self.entry(above, base) for above in chain] for chain in chains]

    def _trails(self, path: str, base: str) -> list[dict[str, Any]]:
        """Return a note's trails: those of its parents first, a short one before a long one."""
        found = []
        parents = self.graph.parents.get(path, ())
        nearest = sorted(self.stops.get(path, ()), key=lambda stop: (stop[0].moc not in parents, len(stop[0].stops)))
        for trail, position in nearest:
            stops = trail.stops
            first = max(0, min(position - AROUND // 2, len(stops) - AROUND))
            found.append(
                {
                    "title": self.title(trail.moc),
                    "href": href(self.shown.urls[trail.moc], base),
                    "section": stops[position].section,
                    "position": position + 1,
                    "total": len(stops),
                    "written": trail.written,
                    "ring": _ring(trail),
                    "before": [self.entry(stop.path, base) for stop in stops[first:position]],
                    "after": [self.entry(stop.path, base) for stop in stops[position + 1 : first + AROUND]],
                    "more_before": first > 0,
                    "more_after": first + AROUND < len(stops),
                    "previous": self.entry(stops[position - 1].path, base) if position else None,
                    "next": self.entry(stops[position + 1].path, base) if position + 1 < len(stops) else None,
                }
            )
        return found

    def _around(self, path: str) -> dict[str, Any] | None:
        """Return the drawing of what is one link away, if anything is."""
        drawn = draw_local(path, self.network)
        return {"svg": Markup(drawn.svg), "more": drawn.more} if drawn.svg else None

    def _backlinks(self, path: str, base: str) -> list[dict[str, Any]]:
        """Return the notes that lead here: what kind each is, and what it says, place by place."""
        groups = []
        for source, links in groupby(self.graph.backlinks.get(path, ()), key=lambda link: link.source):
            kind = "figure" if source not in self.graph.notes else "map" if source in self.mocs else "prose"
            groups.append(
                {
                    "title": self.title(source),
                    "href": href(self.shown.urls[source], base),
                    "kind": kind,
                    "places": self._places(source, list(links), base),
                }
            )
        return groups

    def _places(self, source: str, links: Sequence[Backlink], base: str) -> list[dict[str, Any]]:
        """Return where in a note links stand: under which heading, or in which property, and in which sentences."""
        note, url = self.graph.texts[source], href(self.shown.urls[source], base)
        places: dict[tuple[str, str, int], list[Backlink]] = {}
        for link in links:
            places.setdefault(_place(note, note.links[link.index]), []).append(link)
        found = []
        for (way, name, section), group in places.items():
            heading = note.headings[section] if section >= 0 else None
            title = Markup(render_part(source, heading.html, base, self.shown)) if heading else name
            sentences = self._sentences(source, group, base)
            if title or way or sentences:
                address = f"{url}#{heading.anchor}" if heading else ""
                found.append({"way": way, "title": title, "href": address, "sentences": sentences})
        return found

    def _sentences(self, source: str, links: Sequence[Backlink], base: str) -> list[Markup]:
        """Return what is said around links: embeds are only named, and a bare link says nothing."""
        note = self.graph.texts[source]
        contexts = dict.fromkeys(context for link in links if (context := note.links[link.index].context) >= 0)
        sentences = [_unembedded(note.contexts[context]) for context in contexts]
        return [
            Markup(render_part(source, sentence, base, self.shown)) for sentence in sentences if not _is_bare(sentence)
        ]

    # --- pages of the whole ---

    def home(self, moc: str | None) -> Page:
        """Make a first page for a vault that has none: its leading MOC, or a list of all notes."""
        if moc is None:
            return self._list("index.html", self.site.title, (), tree=self._folder_tree("index.html"))
        note = self.graph.notes[moc]
        return self.page(
            "note.html",
            "index.html",
            Head(note.title, note.excerpt),
            **self._text(note, "index.html"),
            properties=[],
            tags=[],
            headings=self._headings(note, "index.html"),
            breadcrumbs=[],
            trails=[],
            around=None,
            backlinks=[],
        )

    # --- pages of figures ---

    def figure(self, name: str) -> Page:
        figure = self.shown.figures[name]
        url = f"figures/{name}.html"
        shows = [link.source for link in self.graph.figures.get(name, ())]
        asks = [path for (path, _), asked in self.shown.requests.items() if asked == name]
        notes = sorted({path for path in (*shows, *asks) if path in self.graph.notes})
        code = code_path(figure.script.name)
        return self.page(
            "figure.html",
            url,
            Head(figure.script.title, figure.alt),
            picture=Markup(render_figure(name, url, self.shown)),
            figure=figure,
            provenance={name: value for name, value in figure.provenance.items() if name not in MEASURED},
            code=Markup(render_note(code, url, self.shown)) if code in self.graph.texts else "",
            source=figure.script.code,
            files=[name for name in sorted(figure_files(figure, "")) if not FRAME.search(name)],
            rows=list(csv.reader(figure.table.splitlines())),
            notes=[self.entry(path, url) for path in notes],
        )

    def gallery(self) -> Page:
        url = "figures/index.html"
        figures = [
            {"title": figure.script.title, "name": name, "picture": Markup(render_thumbnail(name, url, self.shown))}
            for name, figure in sorted(self.shown.figures.items())
        ]
        return self.page("gallery.html", url, Head("Figures"), figures=figures)

    def recent(self) -> Page:
        """List the notes that changed last, by month."""
        url, changed = "recent.html", self.shown.changed
        paths = sorted(changed, key=lambda path: (changed[path], path), reverse=True)[:RECENT]
        sections = [
            {"title": month, "href": "", "entries": [self.entry(path, url, changed[path]) for path in group]}
            for month, group in groupby(paths, key=lambda path: changed[path][:7])
        ]
        return self._list(url, "Recently changed", sections)

    def all_notes(self) -> Page:
        url = "all-notes.html"
        return self._list(url, "All notes", (), tree=self._folder_tree(url))

    def _folder_tree(self, base: str) -> Branch:
        """Return all notes as they lie in folders."""
        held: dict[str, list[str]] = {"": [], **{name: [] for name in self.folder_urls}}
        for path in sorted(self.graph.notes, key=lambda path: (fold(self.title(path)), path)):
            held[folder(path)].append(path)
        parts = {
            name: (name.rpartition("/")[2], self.folder_urls.get(name, ""), [self.entry(path, base) for path in paths])
            for name, paths in held.items()
        }
        return _grown(parts, base)

    def folder(self, name: str) -> Page:
        """Make the page of a folder that holds notes."""
        url = self.folder_urls[name]
        inside = [child for child in self.folder_urls if folder(child) == name]
        below = [Entry(child.rsplit("/", 1)[-1], href(self.folder_urls[child], url)) for child in inside]
        own = sorted(
            (path for path in self.graph.notes if folder(path) == name), key=lambda path: (fold(self.title(path)), path)
        )
        sections = [{"title": "Folders", "href": "", "entries": below}] if below else []
        return self._list(
            url, name, [*sections, {"title": "", "href": "", "entries": [self.entry(path, url) for path in own]}]
        )

    def tag(self, key: str) -> Page:
        """Make the page of a tag that notes carry, or of one above it."""
        url, tags = tag_url(key), self.tags
        below = [child for child in tags if folder(child) == key]
        entries = [
            self.entry(path, url) for path in sorted(tags[key].holders, key=lambda path: (fold(self.title(path)), path))
        ]
        sections = [{"title": "Tags below", "href": "", "entries": self._tag_entries(below, url)}] if below else []
        return self._list(url, f"#{tags[key].name}", [*sections, {"title": "", "href": "", "entries": entries}])

    def all_tags(self) -> Page:
        url = "tags/index.html"
        above = {folder(key) for key in self.tags}
        held: dict[str, list[str]] = {"": [], **{key: [] for key in self.tags if key in above}}
        for key in self.tags:
            if key not in above:
                held[folder(key)].append(key)
        parts = {
            key: (self._tag_name(key), tag_url(key) if key else "", self._tag_entries(keys, url))
            for key, keys in held.items()
        }
        counts = {key: len(held.holders) for key, held in self.tags.items()}
        return self._list(url, "Tags", (), tree=_grown(parts, url, counts))

    def _tag_name(self, key: str) -> str:
        return f"#{self.tags[key].name}" if key else ""

    def _tag_entries(self, keys: Iterable[str], base: str) -> list[Entry]:
        return [
            Entry(f"#{self.tags[key].name}", href(tag_url(key), base), detail=str(len(self.tags[key].holders)))
            for key in keys
        ]

    def _list(
        self, url: str, title: str, sections: Iterable[Mapping[str, Any]], lead: str = "", tree: Branch | None = None
    ) -> Page:
        return self.page("list.html", url, Head(title), sections=list(sections), lead=lead, tree=tree)

    def graph_page(self) -> Page:
        graph = self.whole_graph
        groups, links = graph_list(graph), sum(map(len, graph.links))
        return self.page("graph.html", "graph.html", Head("Graph"), count=len(graph.nodes), links=links, groups=groups)

    def graph_for_page(self) -> Page:
        return Page("assets/graph-data.js", graph_script(self.whole_graph, self.network))

    def graph_for_machines(self) -> Page:
        return Page("graph.json", graph_json(self.whole_graph, self.network))

    def not_found(self) -> Page:
        """Make the page for addresses that lead nowhere; it is shown at any of them, so its own are absolute."""
        root = urlsplit(site_root(self.settings)).path if self.settings.site_url else ""
        absolute = {"to": lambda target: root + href(target, "404.html")} if root else {}
        return self.page("missing.html", "404.html", Head("Not found", hidden=True), **absolute)

    def report_page(self) -> Page:
        url = "report.html"
        groups: dict[str, list[dict[str, Any]]] = {}
        told = [
            issue for issue in self.report.issues if issue.path in self.graph.texts or issue.path in self.shown.urls
        ]
        for kind in self.report.summary:
            groups[kind] = [self._issue(issue, url) for issue in told if issue.kind == kind]
        return self.page(
            "report.html",
            url,
            Head("Report", hidden=True),
            groups=[
                {"kind": kind, "words": kind_words(kind, len(issues)), "issues": issues}
                for kind, issues in groups.items()
                if issues
            ],
            wanted=[self.entry(want.path, url, _wanted_by(want)) for want in self.report.wanted[:MOST_WANTED]],
            more_wanted=max(0, len(self.report.wanted) - MOST_WANTED),
            coverage=[
                {
                    "title": self.title(row.moc),
                    "href": href(self.shown.urls[row.moc], url),
                    "written": row.written,
                    "todo": row.todo,
                    "missing": row.missing,
                }
                for row in self.report.coverage
            ],
        )

    def wanted(self) -> Page:
        """Rank what is linked and not written, each with the maps that list it."""
        url = "wanted.html"
        rows = [
            {
                "note": self.entry(want.path, url, _counted(len(want.sources), "note")),
                "maps": [self.entry(moc, url) for moc in want.mocs],
            }
            for want in self.report.wanted
        ]
        return self.page("wanted.html", url, Head("Wanted notes", hidden=True), rows=rows)

    def _issue(self, issue: Issue, base: str) -> dict[str, Any]:
        url = self.shown.urls.get(issue.path)
        return {
            "title": self.title(issue.path) if url else issue.path,
            "href": href(url, base) if url else "",
            "line": issue.line,
            "edit": self.edit(issue.path, issue.line),
            "message": issue.message,
            "hint": issue.hint,
        }


def make_pages(press: Press, home: str | None) -> Iterator[Page]:
    """Make every page of the site. *home* is the MOC to open with when no note is the first page."""
    return (make() for make in catalogue(press, home).values())


def catalogue(press: Press, home: str | None) -> dict[str, Callable[[], Page]]:
    """Return, for the address of every page of the site, what makes that page."""
    shown, urls = press.shown, press.shown.urls
    makers: dict[str, Callable[[], Page]] = {urls[path]: partial(press.note, path) for path in press.graph.notes}

    def add(url: str, make: Callable[..., Page], *given: str | None) -> None:
        assert url not in makers, url
        makers[url] = partial(make, *given)

    for path in press.graph.missing:
        add(urls[path], press.stub, path)
    for url, path in shown.redirects.items():
        add(url, press.redirect, url, path)
    if "index.html" not in makers:
        add("index.html", press.home, home)
    add("all-notes.html", press.all_notes)
    if shown.changed:
        add("recent.html", press.recent)
    for name, url in press.folder_urls.items():
        add(url, press.folder, name)
    for key in press.tags:
        add(tag_url(key), press.tag, key)
    add("tags/index.html", press.all_tags)
    for name in sorted(shown.figures):
        add(f"figures/{name}.html", press.figure, name)
    if shown.figures:
        add("figures/index.html", press.gallery)
    add("graph.html", press.graph_page)
    add("assets/graph-data.js", press.graph_for_page)
    add("graph.json", press.graph_for_machines)
    add("report.html", press.report_page)
    add("wanted.html", press.wanted)
    add("404.html", press.not_found)
    return makers


def _tags(notes: Mapping[str, Note]) -> dict[str, TagHeld]:
    """Return every tag and every tag above one, by key."""
    holders: dict[str, set[str]] = {}
    spelling: dict[str, str] = {}
    for path, note in notes.items():
        for tag in note.tags:
            parts = tag.name.strip("/").split("/")
            for depth in range(1, len(parts) + 1):
                name = "/".join(parts[:depth])
                key = tag_key(name)
                spelling.setdefault(key, name)
                holders.setdefault(key, set()).add(path)
    return {key: TagHeld(spelling[key], frozenset(holders[key])) for key in sorted(holders)}


def _grown(
    parts: Mapping[str, tuple[str, str, Sequence[Entry]]], base: str, counts: Mapping[str, int] | None = None
) -> Branch:
    """Grow a tree from title, url and entries of each branch; *counts* says how many hang on one when it is no sum."""
    children: dict[str, list[str]] = {}
    for name in sorted(parts, key=fold):
        if name:
            children.setdefault(folder(name), []).append(name)

    def grow(name: str) -> Branch:
        below = [grow(child) for child in children.get(name, ())]
        title, url, entries = parts[name]
        count = sum(branch.count for branch in below) + len(entries)
        shown = (counts or {}).get(name, count)
        return Branch(title, href(url, base) if url else "", below, entries, shown, count <= UNFOLDED)

    return grow("")


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _has_math(value: Any) -> bool:
    """Tell whether a formula is anywhere in what a template is handed."""
    if isinstance(value, str):
        return "<math" in value
    if isinstance(value, dict):
        return any(map(_has_math, value.values()))
    return isinstance(value, list) and any(map(_has_math, value))


def _stops(trails: Sequence[Trail]) -> dict[str, list[tuple[Trail, int]]]:
    """By path of a note: the trails it is in, and its place in each."""
    places: dict[str, list[tuple[Trail, int]]] = {}
    for trail in trails:
        for position, stop in enumerate(trail.stops):
            places.setdefault(stop.path, []).append((trail, position))
    return places


def _place(note: Note, link: Link) -> tuple[str, str, int]:
    """Return how a link leads on, ``embed``, ``property`` or simply, the property's name, and its heading's number.

    The heading that is the note's own title is no place within it.
    """
    if link.kind == "property":
        return "property", link.name, -1
    titled = link.section >= 0 and note.headings[link.section].level == 1 and note.headings[link.section].start == 0
    return "embed" if link.kind == "embed" else "", "", -1 if titled else link.section


def _chains(path: str, parents: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return ways from the top down to *path*, which is not in them; rings are cut."""
    chains = []
    waiting = [(parent,) for parent in parents.get(path, ())]
    while waiting and len(chains) < 4 * CHAINS:
        chain = waiting.pop(0)
        above = [parent for parent in parents.get(chain[0], ()) if parent not in chain and parent != path]
        if above and len(chain) < LONGEST_CHAIN:
            waiting += [(parent, *chain) for parent in above]
        else:
            chains.append(chain)
    return chains


def _unembedded(sentence: Segments) -> Segments:
    """Turn embedded notes into links."""
    return tuple(
        part._replace(name="inline") if isinstance(part, Slot) and part.kind == "embed" else part for part in sentence
    )


def _is_bare(sentence: Segments) -> bool:
    """Tell whether a sentence is nothing but one link or embed.

    >>> _is_bare((Slot("link", 0, ""), "SGD</a>")), _is_bare((Slot("link", 0, ""), "SGD</a> is slow"))
    (True, False)
    """
    first, *rest = sentence or ("",)
    if not isinstance(first, Slot):
        return False
    return not rest if first.kind == "embed" else len(rest) == 1 and str(rest[0]).strip().endswith("</a>")


def _ring(trail: Trail) -> str:
    """Return the dashes and gaps of a ring with an arc for each written stop; empty when there are too many."""
    if len(trail.stops) > MOST_ARCS:
        return ""
    lengths = [0.0, 0.0]  # a dash, a gap, and so on, round a ring as long as the trail
    for stop in trail.stops:
        if stop.written:
            lengths += [0.7, 0.3]
        else:
            lengths[-1] += 1
    return " ".join(f"{length:g}" for length in lengths)


def _words(value: Any) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
    return [str(word) for word in values if str(word).strip()]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _wanted_by(want: Wanted) -> str:
    maps = f", {_counted(len(want.mocs), 'map')}" if want.mocs else ""
    return _counted(len(want.sources), "note") + maps


def forget_templates() -> None:
    """Read templates anew when next asked for."""
    _environment.cache_clear()


@lru_cache(maxsize=4)
def _environment(overrides: Path | None) -> Environment:
    """Load templates: single ones beside the settings win over the theme's."""
    loaders = [FileSystemLoader(overrides)] if overrides and overrides.is_dir() else []
    return Environment(
        loader=ChoiceLoader([*loaders, PackageLoader("hortus", "theme/templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
