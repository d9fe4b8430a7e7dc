"""A zygote: a process that has imported the libraries once and forks a child for each figure.

Started as ``python -m hortus.figures.sandbox.zygote MODULE…``. Each line on standard input is a job folder, or asks
to stop one; each line on standard output is a folder whose job has ended. No tensor operation runs here, and there
is one thread only, because a fork after OpenMP has started threads would hang. End of input ends it, and
everything it started.
"""

import importlib
import json
import os
import selectors
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from hortus.figures.sandbox import libraries, supervise
from hortus.figures.sandbox.child import run_job
from hortus.figures.sandbox.run import UNSAFE

THREADS = Path("/proc/self/task")


def main(modules: list[str]) -> None:
    replies = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for name in modules:
        with suppress(ImportError):  # a script that needs it reports the error
            importlib.import_module(name)
    if modules:
        libraries.distributions()
    if THREADS.exists() and len(list(THREADS.iterdir())) > 1:
        sys.exit(UNSAFE)  # a library has started a thread
    serve(replies)


def serve(replies: int) -> None:
    """Fork a supervisor for each folder named on standard input until the input ends."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(wake, selectors.EVENT_READ)
    running: dict[int, str] = {}
    pending = b""
    while True:
        for key, _ in selector.select():
            if key.fd == wake:
                os.read(wake, 4096)
                _reap(running, replies)
                continue
            data = os.read(0, 65536)
            if not data:
                _stop(running)
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                asked = json.loads(line)
                if isinstance(asked, dict):
                    _interrupt([pid for pid, folder in running.items() if folder == asked["stop"]])
                else:
                    running[_fork_supervisor(Path(asked), (replies, wake, woken))] = asked


def _fork_supervisor(folder: Path, private: tuple[int, ...]) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in private:
            os.close(descriptor)
        supervise.supervise(folder, lambda: run_job(folder))
    finally:
        os._exit(0)


def _reap(running: dict[int, str], replies: int) -> None:
    for pid in list(running):
        if os.waitpid(pid, os.WNOHANG)[0]:
            os.write(replies, json.dumps(running.pop(pid)).encode() + b"\n")


def _interrupt(supervisors: Iterable[int]) -> None:
    """Signal supervisors, which are not reaped yet, to end their figures."""
    for pid in supervisors:
        os.kill(pid, signal.SIGTERM)


def _stop(running: dict[int, str]) -> None:
    """End every figure, and wait."""
    _interrupt(running)
    for pid in running:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
