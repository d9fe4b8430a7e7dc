"""List figures, run them, or explain why they would run."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from hortus.cli.arguments import FAILED, FINE, count
from hortus.cli.progress_bars import show_progress
from hortus.cli.terminal import print_figures
from hortus.core.hints import near_hint
from hortus.core.model import Figure, FigureWanted, HortusError, Issue
from hortus.figures.options import FigureMode, FigureOptions
from hortus.report.kinds import amount


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", metavar="NAME", help="the figure to run (default: list all)")
    command.add_argument(
        "--vault",
        type=Path,
        metavar="VAULT",
        help="vault folder, or the folder containing hortus.toml (default: current)",
    )
    what = command.add_mutually_exclusive_group()
    what.add_argument("--why", action="store_true", help="print what changed since a figure was last drawn")
    what.add_argument("--verify", action="store_true", help="draw twice without the cache, and compare the bytes")
    what.add_argument(
        "--seeds", type=count, metavar="N", help="compute and check with the seeds 0 to N - 1; print how many pass"
    )
    what.add_argument(
        "--write", action="store_true", help="write the pictures into the vault, so that Obsidian shows them"
    )
    command.add_argument(
        "--capability",
        default="",
        metavar="SET",
        help="with --verify: the instruction set of torch in the second run (default, avx2, avx512); "
        "only what pages show is compared",
    )
    command.add_argument("--executor", metavar="ADDRESS", help="where to run: dask://host:port")


def run(given: argparse.Namespace) -> int:
    from dataclasses import replace

    from hortus.core.config import read_config
    from hortus.engine.steps import figure_options
    from hortus.engine.survey import asked_figures
    from hortus.figures import draw_figures, state_of, verify, why

    config = read_config(given.vault)
    asked = asked_figures(config)
    wanted = choose(asked.wanted, given.name)
    mode: FigureMode = "run" if (given.name or given.write) and not given.why else "skip"
    options = replace(figure_options(config, mode, show_progress()), executor=given.executor)
    if not given.name:
        print_issues([*asked.issues, *(issue for one in wanted for issue in one.script.issues)])
    if given.why:
        for one in wanted:
            reasons = why(one, options) or "nothing changed; it would not run"
            print(f"{one.name}: " + reasons.replace("\n", f"\n{' ' * len(one.name)}  "))
        return FINE
    if given.verify:
        differences = verify(wanted, options, given.capability)
        same = "show the same" if given.capability else "gave the same bytes"
        print("\n".join(differences) or f"{amount(len(wanted), 'figure')}: both runs {same}")
        return FAILED if differences else FINE
    if given.seeds:
        return print_seeds(wanted, given.seeds, replace(options, mode="run"))
    figures = draw_figures(wanted, replace(options, retry=bool(given.name)))
    if given.write:
        from hortus.vault.reader import write_picture

        for figure in figures:
            if figure.frames:
                print(write_picture(config.vault, f"{figure.name}.svg", figure.shown.svg))
    states = [state_of(one, options) for one in wanted] if mode == "skip" else [figure.state for figure in figures]
    print_list(figures, states)
    return FAILED if print_figures(figures) else FINE


def print_seeds(wanted: Sequence[FigureWanted], seeds: int, options: FigureOptions) -> int:
    """Print for each figure how many seeds pass its check, and the errors of the others; all figures that have both."""
    from hortus.figures import check_seeds

    status = FINE
    for one in wanted:
        try:
            errors = check_seeds(one, seeds, options)
        except HortusError as error:
            if len(wanted) == 1:
                raise
            print(f"{error}")
            continue
        passed = errors.count("")
        print(f"{one.name}: {passed} of {amount(seeds, 'seed')} pass ({100 * passed / seeds:.0f} %)")
        for seed, message in enumerate(errors):
            if message:
                print(f"  seed {seed}: {message}")
                status = FAILED
    return status


def choose(offered: Sequence[FigureWanted], name: str | None) -> list[FigureWanted]:
    """Return the figure named *name*, or all figures."""
    wanted = [one for one in offered if name in (None, one.name)]
    if not offered:
        raise HortusError("there are no figures")
    if not wanted:
        hint = near_hint(str(name), [one.name for one in offered], "`hortus figures` lists them")
        raise HortusError(f'no figure is named "{name}"; {hint}')
    return wanted


def print_issues(issues: Iterable[Issue]) -> None:
    """Print problems of scripts and of figures in notes; these figures are not in the list."""
    for issue in dict.fromkeys(issues):
        hint = f"; {issue.hint}" if issue.hint else ""
        print(f"{issue.path}:{issue.line}:{issue.column}: {issue.message}{hint}", file=sys.stderr)


def print_list(figures: Sequence[Figure], states: Sequence[str]) -> None:
    """Print one line per figure: name, state, seconds of the last run, key."""
    width = max(len(figure.name) for figure in figures)
    for figure, state in zip(figures, states, strict=True):
        known = figure.provenance
        cost = f"{known['seconds']:>6} s  {known['key']}" if known else ""
        print(f"{figure.name:{width}}  {state:8}  {cost}".rstrip())
