"""The command in a process that is forked from this one, which has loaded its modules: a tenth of a start's time."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from hortus.cli.main import run
from hortus.engine import steps, survey
from hortus.figures import draw, explain
from hortus.figures.executor import Workers
from hortus.parse.all_notes import parse_notes

SECONDS = 120
"""After which the command is ended, with the status of SIGALRM."""


def run_forked(
    arguments: Sequence[str], cwd: Path | None, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run ``hortus`` with *arguments* in *cwd* as ``python -m hortus`` does; the environment is *environment* alone.

    What an interpreter reads when it starts (hash seed, encodings, locale) is that of this process.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if not process:
            _become_command(arguments, cwd, environment, (out.fileno(), errors.fileno()))
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        texts = [_text(file.fileno()) for file in (out, errors)]
    return subprocess.CompletedProcess(["hortus", *arguments], status, *texts)


def leave_test() -> None:
    """Undo in a forked process what this session of tests has replaced in the program."""
    for module in (draw, explain):
        module.__dict__["Workers"] = Workers  # the tests' warm processes answer only to the tests
    for module in (steps, survey):
        module.__dict__["parse_notes"] = parse_notes


def _text(file: int) -> str:
    content = os.pread(file, os.fstat(file).st_size, 0)
    return content.decode("utf-8", "replace")


def _become_command(
    arguments: Sequence[str], cwd: Path | None, environment: Mapping[str, str], streams: tuple[int, int]
) -> NoReturn:
    """Run the command in this process, and end it."""
    status = 99
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, file in enumerate(streams, 1):
            os.dup2(file, number)
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # noqa: SIM115
        sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        os.chdir(cwd or ".")
        leave_test()
        sys.argv = ["hortus", *arguments]
        run()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        for stream in (sys.stdout, sys.stderr):
            if stream and not stream.closed:
                stream.flush()
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}".encode())
    finally:
        os._exit(status)
