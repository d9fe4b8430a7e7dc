"""A vault understood as a whole: read, parsed, joined, its figures drawn, everything there is to report known."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal

from hortus.core.config import Config
from hortus.core.hashing import digest
from hortus.core.model import (
    Figure,
    FigureScript,
    FigureWanted,
    Issue,
    LinkGraph,
    Note,
    ParseOptions,
    Report,
    Shown,
    Source,
    Vault,
)
from hortus.core.progress import Stages
from hortus.engine.answers import Answers, Memory, evaluate, gather_facts, memory_key, read_memory, write_memory
from hortus.figures import FigureOptions, Limits, read_scripts
from hortus.figures.requests import CollectedFigures, collect_figures, file_sources, script_path, script_sources
from hortus.links.graph import embedded_files, gather
from hortus.links.linker import Linker, read_linker, store_linker
from hortus.links.notebooks import read_notebooks
from hortus.links.privacy import Division, divide, idle_rules, only_for_unlisted
from hortus.links.private_names import hidden_names
from hortus.links.redact import Joined, join_public, redact_scripts
from hortus.parse.all_notes import parse_notes
from hortus.parse.excalidraw.sections import published_text
from hortus.parse.note_cache import Memo
from hortus.report.report import make_report
from hortus.report.text_issues import KnownIssues, read_issues, store_issues
from hortus.site.addresses import give_addresses, reached_assets
from hortus.site.attachments import attachment_issues
from hortus.vault.history import last_changes, read_changes, read_dates
from hortus.vault.reader import picture_sizes, read_texts, read_vault

FigureMode = Literal["run", "frozen", "skip"]


UNREADABLE = frozenset({"bad_front_matter", "bad_notebook", "unread", "bad_encoding", "unclear_privacy"})
"""Issues reported for notes that are withheld because of them."""


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

    @property
    def is_dated(self) -> bool:
        """Return whether a page shows the day of the build, or what depends on it."""
        return any(result.dated for result in self.shown.answers.values())


class Markdown(Mapping[str, str]):
    """The notes' own text as others may read it, made when asked for."""

    def __init__(self, sources: Mapping[str, Source]):
        self.sources = sources

    def __getitem__(self, path: str) -> str:
        return published_text(self.sources[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self.sources)

    def __len__(self) -> int:
        return len(self.sources)


class Steps:
    """The expensive steps of a survey; each depends only on its input. The preview has steps that cache more."""

    def __init__(self, config: Config, jobs: int = 0, stages: Stages | None = None, figures: FigureMode = "skip"):
        self.config, self.jobs, self.figures = config, jobs, figures
        self.stages = stages or Stages()
        self.memo = Memo(config.cache / "notes.sqlite")
        self.memory: Memory | None = None
        """What queries read, where it is kept in memory and not in the cache."""

    def parse(self, sources: Sequence[Source], options: ParseOptions) -> tuple[Note, ...]:
        return parse_notes(sources, options, self.memo, self.jobs, partial(self.stages.progress, "notes"))

    def scripts(self) -> Mapping[str, FigureScript]:
        return read_scripts(self.config.figures)

    @cached_property
    def linker(self) -> Linker:
        """What knows the links of the last survey."""
        return read_linker(self.config.cache, self.config.parse_options)

    def join(
        self,
        public: Sequence[Note],
        withheld: Collection[str],
        captions: Sequence[Source],
        asked: CollectedFigures,
        vault: Vault,
    ) -> Joined:
        """Join the public notes, and take the names of what is *withheld* (paths) out of them."""
        figures, mocs = [one.name for one in asked.wanted], self.config.settings.mocs
        texts = self.parse(captions, replace(self.config.parse_options, strict_line_breaks=True))
        known = {source.path: source for source in captions}

        def link(notes: Sequence[Note], hidden: Sequence[str], sources: Mapping[str, Source]) -> LinkGraph:
            read = {**sources, **known}
            graph = self.linker.link(gather(notes, vault.assets, hidden, figures, texts, mocs, read))
            if not (quiet := only_for_unlisted(graph)):
                return graph
            notes = [replace(note, listed=False) if note.path in quiet else note for note in notes]
            return self.linker.link(gather(notes, vault.assets, hidden, figures, texts, mocs, read))

        parse = partial(self.parse, options=self.config.parse_options)
        return join_public(public, withheld, vault, parse, link)

    def draw(self, wanted: Sequence[FigureWanted]) -> tuple[Figure, ...]:
        if not wanted:
            return ()
        from hortus.figures import draw_figures

        return draw_figures(wanted, figure_options(self.config, self.figures, self.stages))

    @cached_property
    def issues(self) -> KnownIssues:
        """The issues that were found last."""
        return read_issues(self.config.cache, self.config.parse_options)

    def sizes(self, vault: Vault, shown: Collection[str]) -> Mapping[str, tuple[int, int]]:
        return picture_sizes(vault, shown)

    def changes(self) -> Mapping[str, str]:
        return read_changes(self.config.vault, self.config.cache)

    def answers(self, graph: LinkGraph, sources: Mapping[str, Source], urls: Collection[str]) -> Answers:
        """Evaluate the queries of all notes; what they read is kept in the cache."""
        if not any(note.queries for note in graph.notes.values()):
            return Answers()
        file = self.config.cache / f"queries-{digest(str(self.config.out))[:16]}.msgpack"
        memory = self.memory or read_memory(file, memory_key())
        facts = gather_facts(graph, sources, urls, read_dates(self.config.vault, self.config.cache))
        found = evaluate(graph, facts, {path: source.text for path, source in sources.items()}, memory)
        if self.memory is None:
            write_memory(file, memory)
        return found

    def finish(self) -> None:
        self.memo.close()
        store_linker(self.linker, self.config.cache, self.config.parse_options)
        store_issues(self.issues, self.config.cache, self.config.parse_options)


def survey(
    config: Config,
    vault: Vault,
    jobs: int = 0,
    stages: Stages | None = None,
    figures: FigureMode = "skip",
    steps: Steps | None = None,
    drafts: bool = False,
) -> Survey:
    """Parse a vault's notes, join them and draw their figures; everything to report is known afterwards.

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
        asked = collect_figures(graph.notes.values(), scripts, config.vault)
    with stages.time("figures"):
        drawn = steps.draw(asked.wanted)
    with stages.time("report"):
        trusted = config.settings.attachments == "trusted"
        addresses = give_addresses(graph, scripts.values(), config.settings.home, trusted)
        issues = [*vault.issues, *_withheld_issues(cut, notes, config), *asked.issues, *joined.issues]
        answers = steps.answers(graph, joined.sources, addresses.urls)
        issues += answers.issues
        issues += attachment_issues([graph.assets[path] for path in reached_assets(graph)], trusted)
        report = make_report(graph, drawn, issues, addresses.duplicates, steps.issues)
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
            answers=answers.results,
            listed_in=answers.listed,
        )
    return Survey(shown, addresses.opening, report, Markdown(joined.sources), joined.sources, vault)


def _withheld_issues(cut: Division, notes: Sequence[Note], config: Config) -> list[Issue]:
    """Return why notes are withheld that their authors may expect to be shown, and rules that match nothing."""
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
    paths = [*(note.path for note in cut.public), *(asset.path for asset in cut.vault.assets)]
    while True:
        public = [note for note in cut.public if note.path not in hidden]
        named = redact_scripts(scripts, hidden_names(paths, hidden))
        captions = script_sources(named.values())
        joined = steps.join(public, hidden, captions, collect_figures(public, named, config.vault), cut.vault)
        issues += joined.issues
        if joined.hidden == hidden:
            return replace(joined, issues=issues), named
        hidden = joined.hidden


def asked_figures(config: Config) -> CollectedFigures:
    """Return the figures that scripts offer and notes ask for."""
    vault = read_vault(config.vault, config.settings.ignore, config.skip, config.settings.publish_templates)
    memo = Memo(config.cache / "notes.sqlite")
    notes = parse_notes(vault.sources, config.parse_options, memo)
    return collect_figures(divide(notes, vault, config.settings).public, read_scripts(config.figures), config.vault)


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
