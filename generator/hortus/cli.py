"""The command line: arguments in, exit status out. With terminal.py the only module that prints."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from hortus import __version__
from hortus.model import HortusError
from hortus.stages import Stages
from hortus.terminal import counted, print_figures, print_json, print_report, print_timings, show_progress

FINE, FAILED, PROBLEMS, USAGE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    try:
        given = _parser().parse_args(arguments)
        return given.run(given)
    except HortusError as error:
        print(f"hortus: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except KeyboardInterrupt:
        print("hortus: interrupted", file=sys.stderr)
        return INTERRUPTED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str):
        raise HortusError(f"{message}; see `{self.prog} --help`", USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hortus", description="Turn a vault of notes into a site.")
    parser.add_argument("--version", action="version", version=f"hortus {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)
    for name, run, words in (
        ("build", _build, "make the site"),
        ("check", _check, "report broken links, TODOs and other problems"),
    ):
        command = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        command.set_defaults(run=run)
        command.add_argument("vault", nargs="?", type=Path, metavar="VAULT", help="folder of notes or of hortus.toml; else this one")
        command.add_argument("--strict", action="store_true", help="end with status 2 when there is any problem")
        command.add_argument("--jobs", type=_count, default=0, metavar="N", help="processes for reading notes; else one a core")
        command.add_argument("--timings", action="store_true", help="print seconds, stage by stage")
        if run is _build:
            modes = ["run", "frozen", "skip"]
            command.add_argument("--figures", choices=modes, default="run", help="run scripts, take what is there, or neither")
            command.add_argument("--out", type=Path, metavar="DIR", help="folder for the site; else site/")
        else:
            command.add_argument("--format", choices=["text", "json"], default="text", help="how to print the report")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)


def _build(given: argparse.Namespace) -> int:
    from hortus.config import read_config
    from hortus.freshness import Last, inputs_hash, keep_last, read_last
    from hortus.output import check_output, write_site
    from hortus.vault import read_vault

    config = read_config(given.vault, given.out)
    check_output(config.out, config.vault, config.figures)
    stages = show_progress()
    with stages.time("read"):
        vault = read_vault(config.vault, config.settings.ignore, [config.out])
        inputs = inputs_hash(config, vault, given.figures)
        last = read_last(config, inputs)
    failed = False
    if last is not None:
        print(f"{last.notes} notes, nothing changed")
    else:
        from hortus.build import build, survey

        found = survey(config, vault, given.jobs, stages, given.figures)
        site = build(config, found, stages)
        with stages.time("write"):
            written = write_site(site, config.out)
        last = Last(len(found.shown.graph.notes), found.report.summary)
        failed = print_figures(found.shown.figures.values())
        if not failed:
            keep_last(config, inputs, last)
        for name in written.kept:
            print(f"{config.out / name}: edited since Hortus wrote it; kept under this name")
        print(f"{last.notes} notes, {len(written.changed)} files changed, {len(written.removed)} removed")
    if given.timings:
        print_timings(stages.seconds)
    print(f"report: {counted(last.summary) or 'nothing to complain about'}")
    print(f"open {config.out / 'index.html'}")
    if failed:
        return FAILED
    return PROBLEMS if given.strict and last.summary else FINE


def _check(given: argparse.Namespace) -> int:
    from hortus.build import survey
    from hortus.config import read_config
    from hortus.report import BROKEN
    from hortus.vault import read_vault

    config = read_config(given.vault)
    stages = Stages()
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
