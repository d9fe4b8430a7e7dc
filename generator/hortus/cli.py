"""The command line: arguments in, exit status out. The only module that prints."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hortus import __version__
from hortus.model import HortusError

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
    from hortus.build import Stages, build, survey
    from hortus.config import read_config
    from hortus.output import check_output, write_site

    config = read_config(given.vault, given.out)
    check_output(config.out, config.vault, config.figures)
    stages = Stages()
    found = survey(config, given.jobs, stages, given.figures)
    site = build(config, found, stages)
    with stages.time("write"):
        written = write_site(site, config.out)
    for name in written.kept:
        print(f"{config.out / name}: edited since Hortus wrote it; kept under this name")
    if given.timings:
        _print_timings(stages.seconds)
    summary = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in found.report.summary.items())
    print(f"{len(found.shown.graph.notes)} notes, {len(written.changed)} files changed, {len(written.removed)} removed")
    print(f"report: {summary or 'nothing to complain about'}")
    print(f"open {config.out / 'index.html'}")
    return PROBLEMS if given.strict and found.report.issues else FINE


def _check(given: argparse.Namespace) -> int:
    from hortus.build import Stages, survey
    from hortus.config import read_config
    from hortus.report import BROKEN

    config = read_config(given.vault)
    stages = Stages()
    found = survey(config, given.jobs, stages)
    if given.format == "json":
        _print_json(found.report)
    else:
        _print_report(found.report, {source.path: source.text for source in found.vault.sources})
    if given.timings:
        _print_timings(stages.seconds)
    broken = any(kind in BROKEN for kind in found.report.summary)
    return PROBLEMS if broken or (given.strict and found.report.issues) else FINE


def _print_timings(seconds: dict[str, float]) -> None:
    for stage, spent in seconds.items():
        print(f"{stage:8} {spent:7.3f} s", file=sys.stderr)
    print(f"{'all':8} {sum(seconds.values()):7.3f} s", file=sys.stderr)


def _print_json(report) -> None:
    names = ("kind", "severity", "path", "line", "column", "message", "hint", "target")
    issues = [{name: getattr(issue, name) for name in names} for issue in report.issues]
    print(json.dumps({"version": 1, "summary": dict(report.summary), "issues": issues}, ensure_ascii=False, indent=1))


def _print_report(report, texts: dict[str, str]) -> None:
    """Print issues grouped by note, each with its line and a caret under the place."""
    path = None
    for issue in report.issues:
        if issue.path != path:
            path = issue.path
            print(f"\n{path}")
        hint = f"; {issue.hint}" if issue.hint else ""
        print(f"  {path}:{issue.line}:{issue.column}: {issue.kind.replace('_', ' ')}: {issue.message}{hint}")
        if issue.path in texts and issue.kind not in ("orphan", "unmapped", "duplicate_url", "bad_encoding"):
            for line in _excerpt(texts[issue.path], issue.line, issue.column, issue.length):
                print(f"      {line}")
    counts = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in report.summary.items())
    print(f"\n{counts or 'Nothing to complain about.'}")


def _excerpt(text: str, line: int, column: int, length: int, width: int = 88) -> list[str]:
    """Return the part of a line around a place, and a caret line under it."""
    source = text.split("\n")[line - 1].replace("\t", " ")
    start = max(0, column - 1 - width // 3) if len(source) > width else 0
    shown = source[start : start + width]
    before, after = "…" * (start > 0), "…" * (start + width < len(source))
    marks = "^" * max(1, min(length, len(shown) - (column - 1 - start)))
    return [f"{before}{shown}{after}", " " * (len(before) + column - 1 - start) + marks]
