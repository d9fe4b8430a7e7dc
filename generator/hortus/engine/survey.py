"""A vault understood as a whole: read, parsed, joined, its figures drawn, everything there is to report known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from hortus.core.config import Config
from hortus.core.model import (
    FigureScript,
    Issue,
    LinkGraph,
    Note,
    Report,
    Segments,
    Shown,
    Source,
    Vault,
)
from hortus.engine.steps import Steps
from hortus.figures import read_scripts
from hortus.figures.requests import CollectedFigures, caption_titles, collect_figures, file_sources, script_sources
from hortus.links.graph import embedded_files
from hortus.links.notebooks import read_notebooks
from hortus.links.privacy import Division, divide, idle_rules
from hortus.links.private_names import hidden_names
from hortus.links.redact import Joined, redact_scripts
from hortus.parse.all_notes import parse_notes
from hortus.parse.excalidraw.sections import published_text
from hortus.parse.note_cache import Memo
from hortus.report.report import make_report
from hortus.site.addresses import give_addresses, reached_assets
from hortus.site.attachments import attachment_issues
from hortus.site.static_files import place_static
from hortus.vault.history import last_changes
from hortus.vault.reader import open_vault, read_texts

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


def survey(config: Config, vault: Vault, steps: Steps | None = None, drafts: bool = False) -> Survey:
    """Parse a vault's notes, join them and draw their figures; everything to report is known afterwards.

    *drafts*: show what is not published as well. Only the preview asks for that.
    """
    steps = steps or Steps(config)
    scripts = steps.scripts()
    with steps.stages.time("parse"):
        cut, notes = _parse(config, vault, steps, drafts)
    with steps.stages.time("link"):
        joined, scripts = _join(config, steps, cut, scripts)
        graph = joined.graph
        asked = collect_figures(graph.notes.values(), scripts, config.vault)
    with steps.stages.time("figures"):
        drawn = steps.draw(asked.wanted)
    with steps.stages.time("report"):
        addresses = give_addresses(graph, scripts.values(), config.settings.home, _trusted(config))
        figures = {figure.name: figure for figure in drawn}
        shown = Shown(graph, addresses.urls, figures=figures, requests=asked.requests)
        steps.index(shown)
        dates = steps.dates()
        answers = steps.answers(graph, joined.sources, addresses.urls, dates)
        static, uncopied = place_static(config, graph, addresses)
        issues = [*_vault_issues(config, cut, notes, graph), *uncopied, *asked.issues, *joined.issues, *answers.issues]
        report = make_report(graph, drawn, issues, addresses.duplicates, steps.issues)
    with steps.stages.time("files"):
        shown = replace(
            shown,
            titles=caption_titles(scripts.values()),
            sizes=steps.sizes(cut.vault, addresses.urls),
            files=_embedded(config, cut.vault, graph, steps),
            redirects=addresses.redirects,
            changed=last_changes(graph.notes, dates.changed),
            answers=answers.results,
            listed_in=answers.listed,
            static=static,
            language=config.settings.language,
        )
        steps.finish()
    return Survey(shown, addresses.opening, report, Markdown(joined.sources), joined.sources, cut.vault)


def _parse(config: Config, vault: Vault, steps: Steps, drafts: bool) -> tuple[Division, tuple[Note, ...]]:
    """Parse the notes, and the notebooks that public notes reach; return them, and what of them is public."""
    notes = steps.parse(vault.sources, config.parse_options)
    cut = divide(notes, vault, config.settings, drafts)
    vault, books = read_notebooks(vault, cut.public, partial(steps.parse, options=config.parse_options))
    notes = (*notes, *books)
    return divide(notes, vault, config.settings, drafts), notes


def _embedded(config: Config, vault: Vault, graph: LinkGraph, steps: Steps) -> dict[str, Segments]:
    """Return the text files that notes embed, by path, as notes show them."""
    files = steps.parse(file_sources(read_texts(vault, embedded_files(graph))), config.parse_options)
    return {note.path: note.body for note in files}


def _trusted(config: Config) -> bool:
    """Return whether SVG and HTML attachments are published as they are."""
    return config.settings.attachments == "trusted"


def _vault_issues(config: Config, cut: Division, notes: Sequence[Note], graph: LinkGraph) -> list[Issue]:
    """Return the issues of what was read: notes withheld that their authors may expect, idle rules, attachments."""
    unread = [issue for note in cut.withheld for issue in note.issues if issue.kind in UNREADABLE]
    reached = [graph.assets[path] for path in reached_assets(graph)]
    served = attachment_issues(reached, _trusted(config))
    return [*cut.vault.issues, *unread, *idle_rules(notes, cut.vault, config.settings), *served]


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
    vault = open_vault(config, allow_empty=True)
    memo = Memo(config.cache / "notes.sqlite")
    notes = parse_notes(vault.sources, config.parse_options, memo)
    return collect_figures(divide(notes, vault, config.settings).public, read_scripts(config.figures), config.vault)
