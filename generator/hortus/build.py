"""The pipeline in order: a vault in, a site and the report on it out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hortus.config import Config
from hortus.figures import FigureOptions, Limits, draw_figures, read_scripts
from hortus.gallery import ask_figures, script_path, script_sources
from hortus.graph import link_notes
from hortus.memo import Memo
from hortus.model import HortusError, LinkGraph, Note, Report, Site, Source, Vault
from hortus.names import assign_urls, fold, permalink_url
from hortus.pages import Press, make_pages
from hortus.parsing import parse_notes
from hortus.render import Shown
from hortus.report import make_report
from hortus.stages import Stages
from hortus.site import asset_urls, make_site, reached_assets, theme_files

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
    scripts = read_scripts(config.figures)
    with stages.time("parse"):
        parsed = understand(config, vault.sources, script_sources(scripts.values()), jobs, stages)
        notes, captions = parsed[: len(vault.sources)], parsed[len(vault.sources) :]
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
        home, opening = find_home(graph, config.settings.home)
        urls, duplicates = assign_urls([*graph.notes, *graph.missing], claims(graph), home)
        urls |= asset_urls(reached_assets(graph), urls.values())
        urls |= {script_path(script): f"figures/{script.name}.html" for script in scripts.values()}
        unread = [issue for note in withheld for issue in note.issues if issue.kind in UNREADABLE]
        report = make_report(graph, drawn, [*vault.issues, *unread, *asked.issues], duplicates)
    titles = {script_path(script): script.title for script in scripts.values()}
    shown = Shown(graph, urls, {figure.name: figure for figure in drawn}, asked.requests, titles)
    return Survey(shown, opening, report)


def build(config: Config, found: Survey, stages: Stages | None = None) -> Site:
    """Make the site of a surveyed vault, in memory."""
    with (stages or Stages()).time("pages"):
        press = Press(found.shown, found.report, config.settings, config.project)
        return make_site(make_pages(press, found.opening), found.shown, theme_files(config.project))


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


def understand(
    config: Config, sources: Sequence[Source], scripts: Sequence[Source], jobs: int, stages: Stages
) -> tuple[Note, ...]:
    """Parse every source, or remember its note; the lines of a script's docstring are those of its editor."""
    options = config.parse_options
    texts = [(source, options) for source in sources]
    texts += [(source, replace(options, strict_line_breaks=True)) for source in scripts]
    memo = Memo(config.cache / "notes.sqlite")
    try:
        return parse_notes(texts, memo, jobs, lambda done, total: stages.progress("notes", done, total))
    finally:
        memo.close()


def find_home(graph: LinkGraph, named: str) -> tuple[str, str | None]:
    """Return the note that is the first page, and else the MOC that the first page shows.

    That is the MOC no other MOC lists and which lists most written notes.
    """
    if named:
        path = next((path for path in graph.notes if fold(path) in (fold(named), fold(named) + ".md")), None)
        if path is None:
            raise HortusError(f"hortus.toml: home: no note {named!r}")
        return path, None
    for path in ("index.md", "Index.md", "home.md", "Home.md"):
        if path in graph.notes:
            return path, None
    listed = {stop.path for trail in graph.trails for stop in trail.stops}
    leading = [trail for trail in graph.trails if trail.moc not in listed] or graph.trails
    first = min(leading, key=lambda trail: (-trail.written, -len(trail.stops), trail.moc), default=None)
    return "", first.moc if first else None


def claims(graph: LinkGraph) -> dict[str, str]:
    """Return the addresses that notes ask for by ``permalink``."""
    asked = {path: note.get("permalink") for path, note in graph.notes.items()}
    return {path: url for path, link in asked.items() if isinstance(link, str) and (url := permalink_url(link))}
