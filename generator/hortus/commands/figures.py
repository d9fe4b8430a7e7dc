"""List figures, run them, or say why they would run."""

import argparse
from pathlib import Path

from hortus.commands import FAILED, FINE
from hortus.model import HortusError
from hortus.terminal import print_figures, show_progress


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", nargs="?", metavar="NAME", help="one figure, which is then run; else all are listed")
    command.add_argument("--vault", type=Path, metavar="VAULT", help="folder of notes or of hortus.toml; else this one")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--why", action="store_true", help="say what changed since a figure was last drawn")
    what.add_argument("--verify", action="store_true", help="draw twice from nothing and compare")
    what.add_argument("--write", action="store_true", help="write the pictures into the vault, for Obsidian to show")
    command.add_argument("--executor", metavar="ADDRESS", help="where to run: dask://host:port")


def run(given: argparse.Namespace) -> int:
    from dataclasses import replace

    from hortus.build import asked_figures, figure_options
    from hortus.config import read_config
    from hortus.figures import draw_figures, verify, why

    config = read_config(given.vault)
    asked = asked_figures(config)
    wanted = [one for one in asked.wanted if given.name in (None, one.name)]
    if not wanted:
        raise HortusError(f"no figure is named {given.name!r}" if given.name else "there are no figures")
    mode = "run" if (given.name or given.write) and not given.why else "skip"
    options = replace(figure_options(config, mode, show_progress()), executor=given.executor, retry=bool(given.name))
    if given.why:
        for one in wanted:
            reasons = why(one, options) or "nothing changed; it would not run"
            print(f"{one.name}: " + reasons.replace("\n", f"\n{' ' * len(one.name)}  "))
        return FINE
    if given.verify:
        differences = verify(wanted, options)
        print("\n".join(differences) or f"{len(wanted)} figures: the same bytes twice")
        return FAILED if differences else FINE
    figures = draw_figures(wanted, options)
    if given.write:
        from hortus.vault import write_picture

        for figure in figures:
            if figure.frames:
                print(write_picture(config.vault, f"{figure.name}.svg", figure.frames[-1].svg))
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        provenance = figure.provenance
        seconds, key = provenance.get("seconds", "-"), provenance.get("key", "-")
        print(f"{figure.name:{width}}  {figure.state:8}  {seconds:>6} s  {key}")
    return FAILED if print_figures(figures) else FINE
