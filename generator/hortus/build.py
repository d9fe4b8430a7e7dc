"""The pipeline in order: a vault in, a site and the report on it out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from hortus.addresses import give_addresses
from hortus.config import Config
from hortus.figures import FigureOptions, Limits, draw_figures, read_scripts
from hortus.gallery import Asked, ask_figures, file_sources, script_path, script_sources
from hortus.graph import embedded_files, link_notes
from hortus.mathfont import math_font
from hortus.memo import Memo
from hortus.model import Note, ParseOptions, Report, Site, Source, Vault
from hortus.pages import Press, make_pages
from hortus.parsing import parse_notes
from hortus.render import Shown
from hortus.report import make_report
from hortus.site import make_site, theme_files
from hortus.stages import Stages
from hortus.vault import picture_sizes, read_texts, read_vault

FigureMode = Literal["run", "frozen", "skip"]
UNREADABLE = frozenset({"bad_front_matter", "slow_note", "bad_encoding"})
"""Issues that are told of notes which, because of them, may not be shown."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A vault understood as a whole; nothing has been rendered."""

    shown: Shown
    opening: str | None
    """The MOC that the first page shows when no note is the first page."""
    report: Report


def survey(
    config: Config, vault: Vault, jobs: int = 0, stages: Stages | None = None, figures: FigureMode = "skip"
) -> Survey:
    """Understand a vault's notes, join them and draw their figures; all there is to report is known then."""
    stages = stages or Stages()
    memo = Memo(config.cache / "notes.sqlite")

    def parse(sources: Sequence[Source], options: ParseOptions) -> tuple[Note, ...]:
        return parse_notes(sources, options, memo, jobs, partial(stages.progress, "notes"))

    scripts = read_scripts(config.figures)
    with stages.time("parse"):
        notes = parse(vault.sources, config.parse_options)
        captions = parse(script_sources(scripts.values()), replace(config.parse_options, strict_line_breaks=True))
    public = [note for note in notes if note.public]
    withheld = [note for note in notes if not note.public]
    asked = ask_figures(public, scripts, config.vault)
    with stages.time("link"):
        graph = link_notes(
            public,
            vault.assets,
            [note.path for note in withheld],
            [one.name for one in asked.wanted],
            captions,
            config.settings.mocs,
        )
    with stages.time("figures"):
        drawn = draw_figures(asked.wanted, figure_options(config, figures, stages))
    with stages.time("report"):
        addresses = give_addresses(graph, scripts.values(), config.settings.home)
        unread = [issue for note in withheld for issue in note.issues if issue.kind in UNREADABLE]
        report = make_report(graph, drawn, [*vault.issues, *unread, *asked.issues], addresses.duplicates)
    with stages.time("files"):
        files = parse(file_sources(read_texts(vault, embedded_files(graph))), config.parse_options)
        memo.close()
        shown = Shown(
            graph,
            addresses.urls,
            {figure.name: figure for figure in drawn},
            asked.requests,
            {script_path(script): script.title for script in scripts.values()},
            picture_sizes(vault, addresses.urls),
            {note.path: note.body for note in files},
            addresses.redirects,
        )
    return Survey(shown, addresses.opening, report)


def build(config: Config, found: Survey, stages: Stages | None = None) -> Site:
    """Make the site of a surveyed vault, in memory."""
    with (stages or Stages()).time("pages"):
        glyphs = {glyph for note in found.shown.graph.texts.values() for glyph in note.glyphs}
        theme = theme_files(config.project, math_font(glyphs, config.cache))
        press = Press(found.shown, found.report, config.settings, config.project)
        return make_site(make_pages(press, found.opening), found.shown, theme)


def asked_figures(config: Config) -> Asked:
    """Return the figures that scripts offer and notes ask for."""
    vault = read_vault(config.vault, config.settings.ignore, [config.out])
    memo = Memo(config.cache / "notes.sqlite")
    notes = [note for note in parse_notes(vault.sources, config.parse_options, memo) if note.public]
    return ask_figures(notes, read_scripts(config.figures), config.vault)


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
