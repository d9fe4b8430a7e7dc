"""Report broken links, TODOs and other problems."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hortus.cli.arguments import FAILED, FINE, PROBLEMS, add_allow_empty, add_jobs, add_vault
from hortus.cli.progress_bars import show_progress
from hortus.cli.report_output import print_json, print_report
from hortus.cli.terminal import print_timings, print_unsure
from hortus.core.model import Note, Report, Vault
from hortus.core.progress import Stages

if TYPE_CHECKING:
    from hortus.core.config import Config


def add_arguments(command: argparse.ArgumentParser) -> None:
    add_vault(command)
    command.add_argument(
        "--format",
        choices=list(PRINT),
        default="text",
        help="format of the report; github: annotations for a pull request",
    )
    command.add_argument("--all", action="store_true", help="list every issue of a long report, not groups")
    command.add_argument("--strict", action="store_true", help="exit with status 2 if there is any problem")
    add_allow_empty(command)
    before = command.add_mutually_exclusive_group()
    before.add_argument("--new", action="store_true", help="only problems that are new since the last publication")
    before.add_argument("--since", metavar="REV", help="only problems that are new since a git revision: HEAD~1, v1.0")
    command.add_argument("--external", action="store_true", help="check external links over the network")
    add_jobs(command)


def run(given: argparse.Namespace) -> int:
    from hortus.core.config import read_config
    from hortus.engine.steps import Steps
    from hortus.engine.survey import survey
    from hortus.report.kinds import BROKEN, UNREAD, has_problems
    from hortus.vault.reader import open_vault

    config = read_config(given.vault)
    stages = show_progress()
    with stages.time("read"):
        vault = open_vault(config, given.allow_empty)
    found = survey(config, vault, Steps(config, given.jobs, stages))
    report = found.report
    if given.external:
        report = _with_externals(report, found.shown.graph.texts.values(), config, stages)
    if given.new or given.since:
        report = _only_new(report, config, given)
    PRINT[given.format](report, config, vault, given.all)
    if given.timings:
        print_timings(stages.seconds)
    if UNREAD in found.report.summary:  # even if it is not new
        return FAILED
    broken = any(kind in BROKEN for kind in report.summary)
    return PROBLEMS if broken or (given.strict and has_problems(report.summary)) else FINE


def _with_externals(report: Report, notes: Iterable[Note], config: "Config", stages: Stages) -> Report:
    """Check external links; return the report with the broken ones added."""
    from hortus.report.external_links import check_externals
    from hortus.report.report import add_issues

    with stages.time("external"):
        asked = check_externals(notes, config.cache / "external.json", progress=stages.progress)
    print_unsure(asked.answers)
    return add_issues(report, asked.issues)


def _only_new(report: Report, config: "Config", given: argparse.Namespace) -> Report:
    """Return the report without the issues of the last publication or of the given revision."""
    from hortus.publish.baseline import last_problems, only_new, problems_at

    known = last_problems(config) if given.new else problems_at(config, given.since, given.jobs)
    return only_new(report, known)


def _print_text(report: Report, config: "Config", vault: Vault, everything: bool) -> None:
    print_report(report, {source.path: source.text for source in vault.sources}, everything)


def _print_json(report: Report, config: "Config", vault: Vault, everything: bool) -> None:
    print_json(report)


def _print_annotations(report: Report, config: "Config", vault: Vault, everything: bool) -> None:
    from hortus.report.github import render_annotations

    places = [_from_root(folder, config.project) for folder in (config.vault, config.figures)]
    print("\n".join(render_annotations(report.issues, *places)) or "no problems found")


PRINT: dict[str, Callable[[Report, "Config", Vault, bool], None]] = {
    "text": _print_text,
    "json": _print_json,
    "github": _print_annotations,
}
"""Functions that print a report, by format name."""


def _from_root(folder: Path, project: Path) -> str:
    """Return a folder's path in the repository, otherwise in the project; empty, or with a slash at the end."""
    root = next((place for place in (project, *project.parents) if (place / ".git").exists()), project)
    way = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else ""
    return "" if way in ("", ".") else f"{way}/"
