"""Precompute in a background process; results are stored in the cache on disk, where later steps find them.

The work uses another core, and its memory is freed with its process. If it fails, the later step does the work
again and reports the error.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from typing import TypeVar

Made = TypeVar("Made")


def in_background(*jobs: Callable[[], object]) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Start *jobs*, one after another; the result wraps a function so that it waits until they are done.

    On systems where processes cannot be forked, nothing is precomputed.
    """
    if sys.platform != "linux":
        return lambda make: make
    process = get_context("fork").Process(target=_work, args=(jobs,), daemon=True)
    process.start()

    def after(make: Callable[..., Made]) -> Callable[..., Made]:
        def waiting(*given: object) -> Made:
            process.join()
            return make(*given)

        return waiting

    return after


def _work(jobs: tuple[Callable[[], object], ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupting the command ends this process too
    for job in jobs:
        with suppress(Exception):
            job()
    os._exit(0)  # do not flush buffers or run exit handlers of the parent
