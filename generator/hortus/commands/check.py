"""Report broken links, TODOs and other problems."""

import argparse

from hortus.commands import FINE, PROBLEMS, add_jobs, add_vault
from hortus.terminal import print_json, print_report, print_timings, show_progress


def add_arguments(command: argparse.ArgumentParser) -> None:
    add_vault(command)
    command.add_argument("--format", choices=["text", "json"], default="text", help="how to print the report")
    command.add_argument("--strict", action="store_true", help="end with status 2 when there is any problem")
    add_jobs(command)


def run(given: argparse.Namespace) -> int:
    from hortus.build import survey
    from hortus.config import read_config
    from hortus.report import BROKEN
    from hortus.vault import read_vault

    config = read_config(given.vault)
    stages = show_progress()
    with stages.time("read"):
        vault = read_vault(config.vault, config.settings.ignore, [config.out])
    report = survey(config, vault, given.jobs, stages).report
    if given.format == "json":
        print_json(report)
    else:
        print_report(report, {source.path: source.text for source in vault.sources})
    if given.timings:
        print_timings(stages.seconds)
    broken = any(kind in BROKEN for kind in report.summary)
    return PROBLEMS if broken or (given.strict and report.issues) else FINE
