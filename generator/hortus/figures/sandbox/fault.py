"""Errors of a script: message, place, and the frames in the author's files.

A message may contain anything that the script read (paths, host names, the environment). It is for the terminal and the
preview; a site shows only the place.
"""

import errno
import os
from typing import Any

from hortus.figures.sandbox import guard, snapshot
from hortus.figures.sandbox.places import code_files


class ScriptError(Exception):
    """The script does not follow the rules for figure scripts."""


def describe(error: BaseException, stage: str, job: dict) -> dict[str, Any]:
    """Return the error in one line, its place, and whether it would occur again."""
    frames = snapshot.user_frames(error, job)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    text = " ".join(_local_names(str(error), job).split())
    match error:
        case AssertionError():
            message = f"{stage} failed: {text or (frames[-1].line if frames else 'assert')}"
        case ScriptError():
            message = text
        case SystemExit():
            message = f"called sys.exit({error.code!r})"
        case EOFError() if "reading a line" in text:
            message = "asked for input, and nobody is there"
        case OSError() if error.errno == errno.EFBIG:
            message = f"wrote or printed more than {job['limits']['output'] >> 20} MiB"
        case guard.Refused():
            message = text
        case _:
            message = f"{type(error).__name__}: {text}" if text else type(error).__name__
    again = not isinstance(error, MemoryError | ImportError | KeyboardInterrupt) and not (
        isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EMFILE, errno.ENOMEM}
    )
    lines = [*snapshot.format_frames(frames), f"{type(error).__name__}: {_local_names(str(error), job)}"[:2000]]
    return {
        "stage": stage,
        "place": where or _syntax_place(error, job),
        "message": f"{message[:300]} ({where})" if where else message[:300],
        "traceback": "\n".join(lines),
        "again": again,
    }


def _syntax_place(error: BaseException, job: dict) -> str:
    """Return the place of a syntax error in one of the author's files."""
    if not isinstance(error, SyntaxError) or error.filename not in code_files(job):
        return ""
    return f"{os.path.basename(error.filename)}:{error.lineno}"


def _local_names(text: str, job: dict) -> str:
    """Remove paths of this machine's folders from a message."""
    for folder in (os.getcwd(), job["folder"], *job["roots"]):
        text = text.replace(folder + os.sep, "")
    return text
