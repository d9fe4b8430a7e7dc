"""The pipeline in order: a vault in, a site and the report on it out."""

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

from hortus.core.background import beside
from hortus.core.config import Config
from hortus.core.hashing import digest
from hortus.core.model import (
    Content,
    Figure,
    FigureScript,
    FigureWanted,
    Issue,
    Kept,
    LinkGraph,
    Note,
    ParseOptions,
    Report,
    Shown,
    Site,
    Source,
    Vault,
)
from hortus.core.progress import Stages
from hortus.engine.facts import Reader, RecordedPress, mark_of, where_led
from hortus.engine.parallel import FEWEST, make_one_by_one, make_side_by_side
from hortus.engine.traces import Traces, read_traces, write_traces
from hortus.figures import FigureOptions, Limits, draw_figures, read_scripts
from hortus.figures.requests import Asked, ask_figures, file_sources, script_path, script_sources
from hortus.links.graph import Given, embedded_files, gather, link_notes
from hortus.links.notebooks import read_notebooks
from hortus.links.privacy import Division, divide, idle_rules, only_for_unlisted
from hortus.links.private_names import hidden_names
from hortus.links.redact import Joined, join_public, redact_scripts
from hortus.links.resolve import index_names
from hortus.parse.all_notes import parse_notes
from hortus.parse.excalidraw.sections import published_text
from hortus.parse.note_cache import Memo, code_version
from hortus.report.report import make_report
from hortus.site.addresses import give_addresses, reached_assets
from hortus.site.attachments import attachment_issues
from hortus.site.graph.data import Arrange, make_graph
from hortus.site.graph.layout_cache import arrange_once
from hortus.site.manifest import DERIVED, GRAPHS, make_content, make_manifest
from hortus.site.math_font import math_font
from hortus.site.pages import Material, Press, Recipe
from hortus.site.search import search_files
from hortus.vault.history import last_changes, read_changes
from hortus.vault.reader import picture_sizes, read_texts, read_vault

FigureMode = Literal["run", "frozen", "skip"]
UNREADABLE = frozenset({"bad_front_matter", "bad_notebook", "unread", "bad_encoding", "unclear_privacy"})
"""Issues that are told of notes which, because of them, may not be shown."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A vault understood as a whole; nothing has been rendered."""

    shown: Shown
    opening: str | None
    """The MOC that the first page shows when no note is the first page."""
    report: Report
    markdown: Mapping[str, str]
    """Each public note's own text, without comments, by path."""
    sources: Mapping[str, Source]
    """What each public note was read from, without private names, by path."""
    vault: Vault
    """What was read: also the notebooks that notes reach, which `read_vault` leaves among the attachments."""


class Steps:
    """The costly steps of a survey, each done from its input alone; preview has steps that remember more."""

    def __init__(self, config: Config, jobs: int = 0, stages: Stages | None = None, figures: FigureMode = "skip"):
        self.config, self.jobs, self.figures = config, jobs, figures
        self.stages = stages or Stages()
        self.memo = Memo(config.cache / "notes.sqlite")

    def parse(self, sources: Sequence[Source], options: ParseOptions) -> tuple[Note, ...]:
        return parse_notes(sources, options, self.memo, self.jobs, partial(self.stages.progress, "notes"))

    def scripts(self) -> Mapping[str, FigureScript]:
        return read_scripts(self.config.figures)

    def link(self, given: Given) -> LinkGraph:
        return link_notes(given)

    def join(
        self, public: Sequence[Note], withheld: Collection[str], captions: Sequence[Note], asked: Asked, vault: Vault
    ) -> Joined:
        """Join the public notes, and take the names of what is *withheld* (paths) out of them."""
        figures = [one.name for one in asked.wanted]

        def link(notes: Sequence[Note], hidden: Sequence[str]) -> LinkGraph:
            mocs = self.config.settings.mocs
            graph = self.link(gather(notes, vault.assets, hidden, figures, captions, mocs))
            if not (quiet := only_for_unlisted(graph)):
                return graph
            notes = [replace(note, listed=False) if note.path in quiet else note for note in notes]
            return self.link(gather(notes, vault.assets, hidden, figures, captions, mocs))

        parse = partial(self.parse, options=self.config.parse_options)
        return join_public(public, withheld, vault, parse, link)

    def draw(self, wanted: Sequence[FigureWanted]) -> tuple[Figure, ...]:
        return draw_figures(wanted, figure_options(self.config, self.figures, self.stages))

    def report(self, **known: Any) -> Report:
        return make_report(**known)

    def sizes(self, vault: Vault, shown: Collection[str]) -> Mapping[str, tuple[int, int]]:
        return picture_sizes(vault, shown)

    def changes(self) -> Mapping[str, str]:
        return read_changes(self.config.vault, self.config.cache)

    def markdown(self, sources: Mapping[str, Source]) -> Mapping[str, str]:
        return {path: published_text(source) for path, source in sources.items()}

    def finish(self) -> None:
        self.memo.close()


def survey(
    config: Config,
    vault: Vault,
    jobs: int = 0,
    stages: Stages | None = None,
    figures: FigureMode = "skip",
    steps: Steps | None = None,
    drafts: bool = False,
) -> Survey:
    """Understand a vault's notes, join them and draw their figures; all there is to report is known then.

    *drafts*: show what is not published as well. Only the preview asks for that.
    """
    stages = stages or Stages()
    steps = steps or Steps(config, jobs, stages, figures)
    scripts = steps.scripts()
    with stages.time("parse"):
        notes = steps.parse(vault.sources, config.parse_options)
        cut = divide(notes, vault, config.settings, drafts)
        vault, books = read_notebooks(vault, cut.public, partial(steps.parse, options=config.parse_options))
        notes = (*notes, *books)
    cut = divide(notes, vault, config.settings, drafts)
    vault = cut.vault
    with stages.time("link"):
        joined, scripts = _join(config, steps, cut, scripts)
        graph = joined.graph
        asked = ask_figures(graph.notes.values(), scripts, config.vault)
    with stages.time("figures"):
        drawn = steps.draw(asked.wanted)
    with stages.time("report"):
        trusted = config.settings.attachments == "trusted"
        addresses = give_addresses(graph, scripts.values(), config.settings.home, trusted)
        issues = [*vault.issues, *_withheld_issues(cut, notes, config), *asked.issues, *joined.issues]
        issues += attachment_issues([graph.assets[path] for path in reached_assets(graph)], trusted)
        report = steps.report(graph=graph, figures=drawn, issues=issues, duplicates=addresses.duplicates)
    with stages.time("files"):
        files = steps.parse(file_sources(read_texts(vault, embedded_files(graph))), config.parse_options)
        steps.finish()
        shown = Shown(
            graph,
            addresses.urls,
            {figure.name: figure for figure in drawn},
            asked.requests,
            {script_path(script): script.title for script in scripts.values()},
            steps.sizes(vault, addresses.urls),
            {note.path: note.body for note in files},
            addresses.redirects,
            last_changes(graph.notes, steps.changes()),
        )
    return Survey(shown, addresses.opening, report, steps.markdown(joined.sources), joined.sources, vault)


def _withheld_issues(cut: Division, notes: Sequence[Note], config: Config) -> list[Issue]:
    """Return why notes may not be shown although their authors may think so, and rules that withhold nothing."""
    unread = [issue for note in cut.withheld for issue in note.issues if issue.kind in UNREADABLE]
    return [*unread, *idle_rules(notes, cut.vault, config.settings)]


def _join(
    config: Config, steps: Steps, cut: Division, scripts: Mapping[str, FigureScript]
) -> tuple[Joined, Mapping[str, FigureScript]]:
    """Join the public notes with the scripts' captions; return the scripts too, both without private names.

    A note that cannot be redacted is hidden as well; then scripts are redacted once more, since they may name it.
    """
    hidden = frozenset({*cut.vault.withheld, *(note.path for note in cut.withheld)})
    issues: tuple[Issue, ...] = ()
    options = replace(config.parse_options, strict_line_breaks=True)
    paths = [*(note.path for note in cut.public), *(asset.path for asset in cut.vault.assets)]
    while True:
        public = [note for note in cut.public if note.path not in hidden]
        named = redact_scripts(scripts, hidden_names(index_names(paths, hidden)))
        captions = steps.parse(script_sources(named.values()), options)
        joined = steps.join(public, hidden, captions, ask_figures(public, named, config.vault), cut.vault)
        issues += joined.issues
        if joined.hidden == hidden:
            return replace(joined, issues=issues), named
        hidden = joined.hidden


def build(config: Config, found: Survey, stages: Stages | None = None) -> Site:
    """Make the site of a surveyed vault, all of it in memory."""
    return Site(dict(sorted(make_files(config, found, stages or Stages()))))


def material(config: Config, found: Survey) -> Material:
    """Return all that the site of a surveyed vault is made of."""
    return Material(found.shown, found.report, found.markdown, config.settings, config.project, config.cache)


def make_files(config: Config, found: Survey, stages: Stages) -> Iterator[tuple[str, Content]]:
    """Make the files of a site one after another; whoever asks for the next lets go of the last."""
    return ((url, content) for url, content in Making(config, found, stages).files() if not isinstance(content, Kept))


class Making:
    """The files of a site, made from what was surveyed; with *traces*, those alone that are not what they were.

    *key* covers everything that a file is made of and that is no fact: see `hortus.engine.traces`.
    """

    def __init__(self, config: Config, found: Survey, stages: Stages, key: str = "", jobs: int = 0):
        self.config, self.found, self.stages, self.jobs = config, found, stages, jobs
        self.press = Press(material(config, found))
        self.made = 0
        """Files that were made."""
        self.absent: set[str] = set()
        """Addresses of which it turned out that nothing is there."""
        site = self.press.site, self.press.home
        self.key = digest(repr((key, code_version(), site))) if key else ""
        self.file = config.cache / f"traces-{digest(str(config.out))[:16]}.msgpack"
        self.reader = Reader()
        self.traces = Traces()

    def files(self) -> Iterator[tuple[str, Content | Kept]]:
        """Yield every file, one after another."""
        shown, settings = self.found.shown, self.config.settings
        with self.stages.time("trace"):
            manifest = make_manifest(self.press, self.found.opening)
            press, stale = self._stale(manifest)
            self.press.arrange = self._ahead(manifest, stale)
        yield from self.stages.time_each("pages", self._made(manifest, press, stale))
        if settings.search:
            files = search_files(shown, settings.language, self.config.cache, settings.report == "public")
            yield from self.stages.time_each("search", files)

    def finish(self, checks: Mapping[str, str]) -> None:
        """Keep the traces, once the files are written; *checks* are their hashes."""
        self.traces.drop(checks.keys() | self.absent)
        write_traces(self.file, self.key, self.traces, checks)

    def _stale(self, manifest: Mapping[str, Recipe]) -> tuple[Press, Collection[str]]:
        """Return a press that records what is read, and the addresses of the files to be made."""
        if not self.key:
            return self.press, manifest.keys()
        press, traces = RecordedPress(self.press, self.reader), read_traces(self.file, self.key)
        versions = note_versions(self.found)
        if traces is None:
            self.traces.notes = versions
            return press, manifest.keys()
        self.traces = traces
        changed = traces.changed(self.reader, versions, lambda fact: press.derive_again(DERIVED, fact))
        return press, traces.stale(manifest, changed)

    def _ahead(self, manifest: Mapping[str, Recipe], stale: Collection[str]) -> Arrange:
        """Begin to lay out the graph and to make the math font in a process of their own, if they are needed."""
        arrange = partial(arrange_once, store=self.config.cache)
        jobs: list[Callable[[], object]] = []
        if any(url in stale and manifest[url].function in GRAPHS for url in manifest):
            jobs.append(partial(make_graph, self.press.network, arrange))
        if "assets/math.woff2" in stale:
            jobs.append(partial(math_font, self.press.glyphs, self.config.cache))
        return beside(*jobs)(arrange) if jobs else arrange

    def _made(
        self, manifest: Mapping[str, Recipe], press: Press, stale: Collection[str]
    ) -> Iterator[tuple[str, Content | Kept]]:
        for url, recipe in manifest.items():
            if url in stale:
                continue
            if check := self.traces.files[url][1]:
                make = partial(make_content, recipe, self.press)
                yield url, Kept(check, make)  # type: ignore[arg-type]  # there is a file, as it has a hash
            else:
                self.absent.add(url)
        for url, content in self._remade({url: manifest[url] for url in manifest if url in stale}, press):
            self.made += 1
            if content is None:
                self.absent.add(url)
            else:
                yield url, content

    def _remade(self, recipes: Mapping[str, Recipe], press: Press) -> Iterator[tuple[str, Content | None]]:
        """Make files: many in several processes, but not those that wait for the layout of the graph."""
        if not self.key:
            yield from ((url, make_content(recipe, press)) for url, recipe in recipes.items())
            return
        jobs = self.jobs or os.cpu_count() or 1
        if jobs > 1 and sys.platform == "linux" and len(recipes) >= FEWEST:
            shared = {url: recipe for url, recipe in recipes.items() if recipe.function not in GRAPHS}
            yield from make_side_by_side(shared, press, self.reader, self.traces, jobs)
            recipes = {url: recipe for url, recipe in recipes.items() if recipe.function in GRAPHS}
        yield from make_one_by_one(recipes, press, self.reader, self.traces)


def note_versions(found: Survey) -> dict[str, tuple[str, bytes]]:
    """Return, by path, what tells a note from its next version, and where its links lead.

    A note is another one when its text is, or when it comes to be listed.
    """
    notes, resolutions = found.shown.graph.notes, found.shown.graph.resolutions
    return {
        path: (digest(f"{notes[path].listed}\0{source.flaws}\0{source.text}"), mark_of(where_led(resolutions[path])))
        for path, source in found.sources.items()
        if path in notes
    }


def asked_figures(config: Config) -> Asked:
    """Return the figures that scripts offer and notes ask for."""
    vault = read_vault(config.vault, config.settings.ignore, config.skip, config.settings.publish_templates)
    memo = Memo(config.cache / "notes.sqlite")
    notes = parse_notes(vault.sources, config.parse_options, memo)
    return ask_figures(divide(notes, vault, config.settings).public, read_scripts(config.figures), config.vault)


def figure_options(config: Config, mode: FigureMode, stages: Stages) -> FigureOptions:
    """Return how figures are made for this vault."""
    settings = config.settings.figures
    return FigureOptions(
        store=config.cache / "figures",
        folder=config.figures,
        vault=config.vault,
        mode=mode,
        limits=Limits(seconds=settings.timeout, memory=settings.memory << 20),
        progress=stages.figure,
    )
