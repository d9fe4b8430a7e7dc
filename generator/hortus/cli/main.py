"""The command line: parse arguments, run a command, return the exit status."""

import argparse
import atexit
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from hortus import __version__
from hortus.cli.arguments import FAILED, FINE, INTERRUPTED, PROBLEMS, USAGE
from hortus.core.hints import nearest
from hortus.core.model import HortusError
from hortus.core.streams import PlainStream

COMMANDS = {
    "build": "build the site",
    "check": "report broken links, TODOs and other problems",
    "preview": "show the vault in a browser while you write",
    "new": "create a note at the path its links point to",
    "init": "create a vault, or add settings to a folder of notes",
    "publish": "publish the site on a git branch, for GitHub Pages or another server",
    "figures": "list figures, run them, or explain why they would run",
    "why": "explain where a link points, or whether a note is published",
}
"""Commands with their help texts; each has a module in `hortus.cli`."""


def run() -> NoReturn:
    """Run the command that this process was started for, and end the process.

    After success it ends without freeing its memory object by object, which would take an eighth of a build after
    an edit. By then all files are closed and all processes have ended. After an interruption it does not leave the
    status to Python either: if Ctrl-C came within `exec` or `eval` of a string (every dataclass is made by one),
    `python -m hortus` would end by the signal, although the exception was caught.
    """
    status = main()
    if status == INTERRUPTED:
        atexit._run_exitfuncs()  # ends the processes that are left
    if status in (FINE, PROBLEMS, INTERRUPTED):
        with suppress(OSError, ValueError):
            for stream in (sys.stdout, sys.stderr):
                if stream:  # None where it was closed before
                    stream.flush()
            os._exit(status)
    sys.exit(status)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for name in ("stdout", "stderr"):
        if type(stream := getattr(sys, name)) is io.TextIOWrapper:
            stream.reconfigure(errors="backslashreplace")  # replace characters that the terminal cannot encode
            setattr(sys, name, PlainStream(stream))
    gc.set_threshold(100_000, 50)  # notes stay in memory to the end; garbage collection would take a sixth of a build
    try:
        given = _parser(sys.argv[1:] if arguments is None else arguments).parse_args(arguments)
        status = given.run(given)
        print(end="", flush=True)
        return status
    except HortusError as error:
        print(f"hortus: {error}", file=sys.stderr)
        return error.status
    except BrokenPipeError:
        sys.stderr.close()
        return FINE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"hortus: {place}{error.strerror or error}", file=sys.stderr)
        with suppress(OSError):
            sys.stdout.close()  # do not print the rest again at exit
        return FAILED
    except KeyboardInterrupt:
        print("hortus: interrupted", file=sys.stderr)
        return INTERRUPTED


class _Parser(argparse.ArgumentParser):
    """Raises usage errors as HortusError, with the command's help and the most similar option."""

    def error(self, message: str):
        raise HortusError(f"{message}; see `{self.prog} --help`", USAGE)

    def parse_known_args(self, args=None, namespace=None):
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = [option for option in self._option_string_actions if option.startswith("--")]
            near = nearest(unknown[0], options)
            self.error(f"no argument {unknown[0]}" + (f", did you mean {near}?" if near else ""))
        return known, unknown


def _parser(arguments: Sequence[str] = tuple(COMMANDS)) -> argparse.ArgumentParser:
    """Return the parser of all commands; only modules of commands that are among the *arguments* are imported."""
    parser = _Parser(prog="hortus", description="Turn a vault of notes into a site.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"hortus {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", parser_class=_Parser)
    for name, words in COMMANDS.items():
        sentence = f"{words[0].upper()}{words[1:]}."
        command = commands.add_parser(name, help=words, description=sentence, allow_abbrev=False)
        if name in arguments:
            module = import_module(f"hortus.cli.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser
