"""Build the site."""

import argparse
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from hortus.cli.arguments import FAILED, FINE, PROBLEMS, add_allow_empty, add_figures, add_jobs, add_vault
from hortus.cli.progress_bars import show_progress
from hortus.cli.terminal import counted, print_figures, print_timings, print_unread
from hortus.core.progress import Stages
from hortus.report.kinds import UNREAD, amount, has_problems

if TYPE_CHECKING:
    from hortus.core.config import Config
    from hortus.core.model import Vault
    from hortus.engine.survey import Survey
    from hortus.site.writer import Written


def add_arguments(command: argparse.ArgumentParser) -> None:
    add_vault(command)
    command.add_argument("--out", type=Path, metavar="DIR", help="folder for the site (default: the setting `out`)")
    command.add_argument("--strict", action="store_true", help="exit with status 2 if there is any problem")
    add_allow_empty(command)
    add_figures(command)
    add_jobs(command)


def run(given: argparse.Namespace) -> int:
    from hortus.core.config import read_config
    from hortus.engine.freshness import Last, environment_hash, inputs_hash, keep_last, read_last
    from hortus.site.writer import check_output
    from hortus.vault.reader import open_vault

    config = read_config(given.vault, given.out)
    check_output(config.out, config.vault, config.figures)
    stages = show_progress()
    with stages.time("read"):
        vault = open_vault(config, given.allow_empty)
        code = environment_hash(config)
        inputs = inputs_hash(config, vault, given.figures, code)
        last = read_last(config, inputs)
    failed, made = False, None
    if last is not None:
        print(f"{amount(last.notes, 'note')}, nothing changed")
    else:
        found, written, made = _make(given, config, vault, stages, code)
        last = Last(len(found.shown.graph.notes), found.report.summary, found.is_dated)
        failed = _print_failures(found)
        if not failed:
            keep_last(config, inputs, last)
        _print_written(written, config.out, last.notes)
    if given.timings:
        _print_timings(stages, made)
    print(f"report: {counted(last.summary) or 'no problems found'}")
    print(f"open {config.out / 'index.html'}")
    if failed:
        return FAILED
    return PROBLEMS if given.strict and has_problems(last.summary) else FINE


def _make(
    given: argparse.Namespace, config: "Config", vault: "Vault", stages: Stages, code: str
) -> tuple["Survey", "Written", int]:
    """Make and write the site; return what was found and written, and how many files were made."""
    from hortus.core.config import VAULT
    from hortus.engine.steps import Steps
    from hortus.engine.survey import survey
    from hortus.site.writer import places_for, write_files

    steps = Steps(config, given.jobs, stages, given.figures)
    steps.meanwhile = partial(import_module, "hortus.engine.build")  # so that notes are parsed in the meantime
    steps.has_index_ahead = True
    found = survey(config, vault, steps)
    from hortus.engine.build import Making

    with stages.time("write"):
        making = Making(config, found, stages, code, given.jobs)
        making.indexed = steps.indexed
        nested = VAULT * (config.vault == config.project / VAULT)
        written = write_files(making.files(), config.out, nested, places_for(config.out, config.cache))
        making.finish(written.files)
    return found, written, making.made


def _print_failures(found: "Survey") -> bool:
    """Print figures that failed and notes that could not be read; return whether there are any."""
    failed = print_figures(found.shown.figures.values())
    print_unread(found.report)
    return failed or UNREAD in found.report.summary


def _print_timings(stages: Stages, made: int | None) -> None:
    """Print the number of files made, unless nothing had changed, and the seconds of each stage."""
    if made is not None:
        print(f"{amount(made, 'file')} made")
    print_timings(stages.seconds)


def _print_written(written: "Written", out: Path, notes: int) -> None:
    """List files that the user edited with their new paths, and count changed files."""
    for name in written.moved:
        print(f"{out.parent / name}: edited since Hortus wrote it; moved out of the site to this place")
    for name in written.kept:
        print(f"{out / name}: edited since Hortus wrote it; kept under this name")
    changed, removed = amount(len(written.changed), "file"), len(written.removed)
    print(f"{amount(notes, 'note')}, {changed} changed, {removed} removed")
