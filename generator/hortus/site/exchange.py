"""One folder put in the place of another in one step, one build at a time, and repaired after a crash."""

import ctypes
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EXCHANGE = 2
"""RENAME_EXCHANGE of renameat2(2)."""


def exchange(aside: Path, out: Path) -> None:
    """Put *aside* in the place of *out*, in one step; what was there is then at *aside*."""
    if not out.exists():
        aside.rename(out)
        return
    if _renameat2(aside, out):
        return
    old = aside.with_name(aside.name + "-old")
    out.rename(old)  # no exchange on this system: for a moment there is no site; `clear_away` heals a crash here
    try:
        aside.rename(out)
    except OSError:
        old.rename(out)
        raise
    with suppress(OSError):  # the new site is in place; the next build removes the rest
        old.rename(aside)


def _renameat2(aside: Path, out: Path) -> bool:
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    here = -100  # AT_FDCWD
    if call(here, os.fsencode(aside), here, os.fsencode(out), EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(number, os.strerror(number), str(out))


def clear_away(out: Path) -> None:
    """Remove what a killed build left next to *out*."""
    ours = re.compile(rf"\.{re.escape(out.name)}\.hortus-\d+(?P<old>-old)?")
    for left in sorted(out.parent.iterdir()):
        if match := ours.fullmatch(left.name):
            if match["old"] and not out.exists():
                left.rename(out)
            else:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one build at a time change what is in *folder*; the system frees the lock of one that is killed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
