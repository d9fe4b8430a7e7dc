"""Precompute in a background process; results are stored in the cache on disk, where later steps find them.

The work uses another core, and its memory is freed with its process. If it fails, the later step does the work
again and reports the error.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.process import BaseProcess
from typing import TypeVar

Made = TypeVar("Made")


def in_background(*jobs: Callable[[], object]) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Start *jobs*, one after another; the result wraps a function so that it waits until they are done.

    On systems where processes cannot be forked, nothing is precomputed.
    """
    if sys.platform != "linux":
        return lambda make: make
    process = get_context("fork").Process(target=_work, args=(jobs,), daemon=True)
    start_uninterrupted(process)

    def after(make: Callable[..., Made]) -> Callable[..., Made]:
        def waiting(*given: object) -> Made:
            process.join()
            return make(*given)

        return waiting

    return after


def start_uninterrupted(process: BaseProcess) -> None:
    """Start a process to which Ctrl-C means nothing, from its first instruction on: its parent ends it.

    The signal stays blocked where the system can block it (not on Windows): a process that ignores it later would
    print a traceback when it is interrupted while it imports its modules.
    """
    if not hasattr(signal, "pthread_sigmask"):
        process.start()
        return
    if isinstance(process, get_context("spawn").Process):
        resource_tracker.ensure_running()  # in Python 3.11 its own start unblocks the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(jobs: tuple[Callable[[], object], ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupting the command ends this process too
    for job in jobs:
        with suppress(Exception):
            job()
    os._exit(0)  # do not flush buffers or run exit handlers of the parent
