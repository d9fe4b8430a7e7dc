"""The expensive steps of a survey, and the options of its figures."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

from hortus.core.background import in_background
from hortus.core.config import Config
from hortus.core.hashing import digest
from hortus.core.model import (
    Answers,
    Figure,
    FigureScript,
    FigureWanted,
    LinkGraph,
    Note,
    ParseOptions,
    Shown,
    Source,
    Vault,
)
from hortus.core.progress import Stages
from hortus.figures import FigureOptions, Limits, read_scripts
from hortus.figures.requests import CollectedFigures
from hortus.links.graph import gather
from hortus.links.linker import Linker, read_linker, store_linker
from hortus.links.privacy import only_for_unlisted
from hortus.links.redact import Joined, join_public
from hortus.parse.all_notes import Work, parse_notes
from hortus.parse.note_cache import Memo
from hortus.report.text_issues import KnownIssues, read_issues, store_issues
from hortus.vault.history import Dates, read_dates
from hortus.vault.property_types import read_property_types
from hortus.vault.reader import picture_sizes

if TYPE_CHECKING:
    from hortus.engine.answers import Memory

FigureMode = Literal["run", "frozen", "skip"]
MANY = 500
"""Notes from which the search index takes much longer than the start of a process."""


class Steps:
    """The expensive steps of a survey; each depends only on its input. The preview has steps that cache more."""

    def __init__(self, config: Config, jobs: int = 0, stages: Stages | None = None, figures: FigureMode = "skip"):
        self.config, self.jobs, self.figures = config, jobs, figures
        self.stages = stages or Stages()
        self.memo = Memo(config.cache / "notes.sqlite")
        self.meanwhile: Callable[[], object] = lambda: None
        """Called while the first process for parsing starts."""
        self.has_index_ahead = False
        """Whether a large site's first search index is made in a background process while the survey goes on."""
        self.indexed: Callable[[], object] = tuple
        """Waits until that is done."""
        self.memory: Memory | None = None
        """What queries read, where it is kept in memory and not in the cache."""

    def parse(self, sources: Sequence[Source], options: ParseOptions) -> tuple[Note, ...]:
        work = Work(self.jobs, partial(self.stages.progress, "notes"), meanwhile=self.meanwhile)
        return parse_notes(sources, options, self.memo, work)

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

    def dates(self) -> Dates:
        return read_dates(self.config.vault, self.config.cache)

    def answers(self, graph: LinkGraph, sources: Mapping[str, Source], urls: Collection[str], dates: Dates) -> Answers:
        """Evaluate the queries of all notes; what they read is kept in the cache."""
        if not any(note.queries for note in graph.notes.values()):
            return Answers()
        from hortus.engine.answers import evaluate, gather_facts, read_memory, write_memory  # most vaults have none

        file = self.config.cache / f"queries-{digest(str(self.config.out))[:16]}.msgpack"
        memory = self.memory or read_memory(file)
        facts = gather_facts(graph, sources, urls, dates, read_property_types(self.config.vault))
        found = evaluate(graph, facts, memory)
        if self.memory is None:
            write_memory(file, memory)
        return found

    def index(self, shown: Shown) -> None:
        """Start making the search index, if no build has made one; it shows neither queries nor the report."""
        settings, cache = self.config.settings, self.config.cache
        if not self.has_index_ahead or not settings.search or len(shown.graph.notes) < MANY:
            return
        from hortus.site.search import has_index, make_index

        if not has_index(cache):
            self.indexed = in_background(partial(make_index, shown, settings, cache))(tuple)

    def finish(self) -> None:
        self.memo.close()
        store_linker(self.linker, self.config.cache, self.config.parse_options)
        store_issues(self.issues, self.config.cache, self.config.parse_options)


def figure_options(config: Config, mode: FigureMode, stages: Stages) -> FigureOptions:
    """Return how figures are made for this vault."""
    settings = config.settings.figures
    return FigureOptions(
        store=config.cache / "figures",
        folder=config.figures,
        vault=config.vault,
        mode=mode,
        limits=Limits(settings.timeout, wall=10 * settings.timeout, memory=settings.memory << 20),
        progress=stages.figure,
    )
