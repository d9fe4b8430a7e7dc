"""Say where a link leads, and by which rule."""

import argparse
from pathlib import Path

from hortus.commands import FINE, PROBLEMS
from hortus.model import HortusError


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("link", metavar="LINK", help="as written in the note: '[[SGD#Step size]]' or '[text](SGD.md)'")
    command.add_argument("--from", dest="note", required=True, metavar="NOTE", help="path of the note it stands in")
    command.add_argument("--vault", type=Path, metavar="VAULT", help="folder of notes or of hortus.toml; else this one")


def run(given: argparse.Namespace) -> int:
    from hortus.build import survey
    from hortus.config import read_config
    from hortus.explain import explain
    from hortus.vault import read_vault

    config = read_config(given.vault)
    vault = read_vault(config.vault, config.settings.ignore, config.skip)
    graph = survey(config, vault).shown.graph
    path = given.note if given.note in graph.notes else f"{given.note}.md"
    if path not in graph.notes:
        raise HortusError(f"{given.note}: no such note; give its path in the vault")
    lines, found = explain(given.link, path, graph)
    print("\n".join(lines))
    return FINE if found else PROBLEMS
