"""Work done ahead in a process beside this one: what is worked out is kept on disk, and found there when asked for.

The memory that such work takes is gone with its process, and another core does it. Work that fails is no
loss: whoever asks for what should be there does it again, and says what is wrong.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from typing import TypeVar

Made = TypeVar("Made")


def beside(*jobs: Callable[[], object]) -> Callable[[Callable[..., Made]], Callable[..., Made]]:
    """Begin to do *jobs*, one after another; what is returned lets a function wait until they are done.

    Where processes cannot be forked nothing is done ahead.
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the command ends this process too
    for job in jobs:
        with suppress(Exception):
            job()
    os._exit(0)  # nothing of the command's own is flushed or cleared away a second time
