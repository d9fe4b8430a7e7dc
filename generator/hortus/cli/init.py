"""Create a vault, or add settings to a folder of notes."""

import argparse
import sys
from pathlib import Path

from hortus.cli.arguments import FINE
from hortus.core.model import HortusError

UNREACHABLE = (
    "Hortus was installed from a local folder whose commit is at no remote; pip can only install the name and version "
    "that the workflow has now if Hortus is published under them"
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="folder of the vault (default: current); created if it does not exist",
    )
    command.add_argument(
        "--workflow", action="store_true", help="add a workflow that builds the site and deploys it to GitHub Pages"
    )


def run(given: argparse.Namespace) -> int:
    from datetime import date

    from hortus.scaffold.new_vault import find_workflow, make_start, render_workflow, write_start

    folder = (given.folder or Path.cwd()).absolute()
    if folder.exists() and not folder.is_dir():
        raise HortusError(f"{folder}: not a folder")
    folder.mkdir(parents=True, exist_ok=True)
    title = folder.name.replace("-", " ").replace("_", " ").strip() or "Notes"
    written, kept = write_start(folder, make_start(folder, title[:1].upper() + title[1:], f"{date.today():%Y%m%d}"))
    if given.workflow:
        file, workflow = find_workflow(folder)
        more = write_start(file.parent, {file.name: render_workflow(workflow)})
        written += [str(file)] * len(more[0])
        kept += [str(file)] * len(more[1])
    for path in written:
        print(f"wrote {folder / path}")
    for path in kept:
        print(f"kept  {folder / path}, which existed already")
    if given.workflow:
        print("on GitHub choose Settings, Pages, Source, GitHub Actions")
        if not workflow.reachable:
            print(f"edit the `pip install` lines in {file}: {UNREACHABLE}", file=sys.stderr)
    return FINE
