"""Arguments that several commands share, and exit statuses. Commands import large modules only when they run."""

import argparse
from pathlib import Path

FINE, FAILED, PROBLEMS, USAGE, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit statuses."""


def add_vault(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "vault",
        nargs="?",
        type=Path,
        metavar="VAULT",
        help="vault folder, or the folder containing hortus.toml (default: current)",
    )


def add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument("--jobs", type=count, default=0, metavar="N", help="worker processes (default: one per core)")
    command.add_argument("--timings", action="store_true", help="print the seconds that each stage took")


def add_allow_empty(command: argparse.ArgumentParser) -> None:
    command.add_argument("--allow-empty", action="store_true", help="accept a vault without notes")


def add_figures(command: argparse.ArgumentParser) -> None:
    modes = ["run", "frozen", "skip"]
    command.add_argument(
        "--figures",
        choices=modes,
        default="run",
        help="run: run changed scripts; frozen: use only the cache; skip: leave out figures that are not cached",
    )


def count(text: str) -> int:
    """Parse a whole number."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)
