"""The command line: arguments in, exit status out. Only this, the commands and terminal.py print."""

import argparse
import io
import sys
from collections.abc import Sequence
from importlib import import_module

from hortus import __version__
from hortus.commands import FINE, INTERRUPTED, USAGE
from hortus.model import HortusError

COMMANDS = {
    "build": "make the site",
    "check": "report broken links, TODOs and other problems",
    "preview": "show the vault in a browser while it is written",
    "new": "write a note where the links that want it lead",
    "init": "start a vault, or make a folder of notes one",
    "publish": "put the site on a branch that a server shows",
    "figures": "list figures, run them, or say why they would run",
    "why": "say where a link leads, and by which rule",
}
"""Each is a module of hortus.commands."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of few letters is no reason to fail
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
    for name, words in COMMANDS.items():
        module = import_module(f"hortus.commands.{name}")
        command = commands.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser
