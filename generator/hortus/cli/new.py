"""Create a note at the path that its links point to."""

import argparse
import sys
from pathlib import Path

from hortus.cli.arguments import FINE
from hortus.core.model import HortusError

MOST = 20


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("title", nargs="?", metavar="TITLE", help="the note's name, with or without a folder")
    command.add_argument("--wanted", action="store_true", help="list the missing notes, most wanted first")
    command.add_argument(
        "--template", type=Path, metavar="FILE", help="template of the note, with $title, $date and $links"
    )
    command.add_argument(
        "--vault",
        type=Path,
        metavar="VAULT",
        help="vault folder, or the folder containing hortus.toml (default: current)",
    )


def run(given: argparse.Namespace) -> int:
    from datetime import date

    from hortus.core.config import read_config
    from hortus.engine.survey import survey
    from hortus.scaffold.new_note import find_place, make_note, write_note
    from hortus.vault.reader import open_vault

    if bool(given.title) == given.wanted:
        raise HortusError("pass the title of a note, or --wanted")
    config = read_config(given.vault)
    vault = open_vault(config, allow_empty=True)
    report = survey(config, vault).report
    title = given.title or _choose(report.wanted)
    if not title:
        return FINE
    place = find_place(title, report, [source.path for source in vault.sources])
    template = _template(given.template) if given.template else ""
    text = make_note(place, f"{date.today():%Y%m%d}", [source.text for source in vault.sources], template)
    print(write_note(config.vault, place, text))
    if not place.wanted:
        print("no note links to it yet", file=sys.stderr)
    return FINE


def _choose(wanted) -> str:
    """List missing notes; on a terminal, ask which one to create."""
    for number, want in enumerate(wanted[:MOST], 1):
        maps = f", in {len(want.mocs)} map{'s' * (len(want.mocs) > 1)}" if want.mocs else ""
        notes = f"{len(want.sources)} note{'s' * (len(want.sources) > 1)}"
        print(f"{number:3}  {want.path.removesuffix('.md')}  (wanted by {notes}{maps})")
    if len(wanted) > MOST:
        print(f"     and {len(wanted) - MOST} more")
    if not wanted:
        print("all linked notes are written")
    if not wanted or not sys.stdin.isatty():
        return ""
    try:
        answer = input("note to create (number, or Enter for none)? ").strip()
    except EOFError:
        return ""
    if answer and not (answer.isdecimal() and 1 <= int(answer) <= len(wanted)):
        raise HortusError(f"{answer!r} is not one of the numbers")
    return wanted[int(answer) - 1].path if answer else ""


def _template(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HortusError(f"{file}: cannot be read: {error}") from None
