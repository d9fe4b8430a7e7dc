"""Supervise the processes of one figure, enforce its limits, and end all of them.

1. In a new session, and in new network and PID namespaces where the kernel allows it,
   a small *init* process forks the script and reaps orphaned processes.
2. Processor time, resident memory, number of processes and size of files are checked every few hundredths of a second;
   so is the time on the clock, against scripts that sleep. Files that the script reads are recorded (`trace`).
3. Processes over a limit get TERM, then KILL; a script that takes too long first writes its stack.
4. At the end all descendants of this process are ended, whatever session or group they moved to.
"""

import ctypes
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from hortus.figures.sandbox.places import code_files, job_places
from hortus.figures.sandbox.processes import descendants, folder_size, processor_time, resident, waiting_time
from hortus.figures.sandbox.syscalls import CHANNEL

ENDED = "ended.txt"
"""Written when a script's process finished by itself, with an error outside of the script if there was one."""
STACK = "stack.txt"
"""Where a script's process writes its stack on a signal or in a crash."""
TICK, FOLDER_TICKS = 0.02, 10
NICE = 1  # the supervisor must not wait for the script
GRACE = 1.0  # seconds between TERM and KILL
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
CLONE_NEWUTS, CLONE_NEWIPC = 0x04000000, 0x08000000
NAMESPACES = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC
"""Namespaces of a script: PIDs, network, host name, System V shared memory and message queues."""
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


class Stopped(BaseException):
    """The figure must be ended. This is not an OSError, because code that reads ``/proc`` suppresses those."""


def supervise(folder: Path, work: Callable[[], None], isolate: Callable[[], bool] | None = None) -> None:
    """Run *work* in a child process within the limits of *folder*/job.json; write ``end.json``."""
    job = json.loads((folder / "job.json").read_text())
    os.setsid()
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, lambda *_: _interrupt())
    isolated = (isolate or enter_namespaces)()
    tracer = _make_tracer(folder, job)
    reader, writer = os.pipe()
    init = os.fork()
    if init == 0:
        os.close(reader)
        _init(folder, work, writer, tracer.far.fileno() if tracer else -1)
    os.close(writer)
    start, began = time.monotonic(), time.time()
    end: dict[str, Any] = {"reason": "interrupted", "memory": 0}
    try:
        end = _Watch(folder, job["limits"], reader, tracer).until_end()
    except Stopped:
        pass
    finally:
        if end["reason"] in ("time", "wall"):
            _dump_stack(init, folder / "out" / STACK)
        _end_all(init, end["reason"])
        ended = folder / "out" / ENDED
        end |= {
            "seconds": time.monotonic() - start,
            "isolated": isolated,
            "began": began,
            "reads": tracer.found() if tracer else {},
        }
        end |= {"ended": ended.read_text(errors="replace")[:300]} if ended.is_file() and not ended.is_symlink() else {}
        (folder / "end.json").write_text(json.dumps(end))


def _make_tracer(folder: Path, job: dict) -> Any:
    """Return the recorder of the script's reads; None on systems without seccomp."""
    if sys.platform != "linux" or "roots" not in job:
        return None
    from hortus.figures.sandbox.trace import Tracer

    return Tracer(job_places(str(folder), job), code_files(job))


def enter_namespaces() -> bool:
    """Enter namespaces for the processes forked from here: no network, separate PIDs, and copies of the host name and
    of System V shared memory, so that a script that runs as root cannot change the machine's."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(NAMESPACES) == 0:
        return True
    if libc.unshare(CLONE_NEWUSER | NAMESPACES) != 0:
        return False
    for file, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        try:
            Path("/proc/self", file).write_text(text)
        except OSError:
            break  # the script then runs as nobody, with the same rights to files
    return True


def _interrupt() -> NoReturn:
    raise Stopped


def _init(folder: Path, work: Callable[[], None], writer: int, channel: int) -> NoReturn:
    """Fork the script, reap processes, and report how it ended; as PID 1 of a namespace, all others end with it."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    script = os.fork()
    if script == 0:
        os.close(writer)
        _run(folder, work, channel)
    while True:
        pid, status = os.wait()
        if pid == script:
            end = {"status": os.waitstatus_to_exitcode(status), "reason": "left" if _any_alive() else ""}
            os.write(writer, json.dumps(end).encode())
            os._exit(0)


def _any_alive() -> bool:
    """Return whether the script left running processes behind."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _run(folder: Path, work: Callable[[], None], channel: int) -> NoReturn:
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    os.nice(NICE)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    output = os.open(folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if channel >= 0:
        os.dup2(channel, CHANNEL, inheritable=False)
    os.closerange(CHANNEL + (channel >= 0), 256)
    words = ""
    try:
        work()
        sys.stdout.flush()
    except BaseException as error:
        words = f"{type(error).__name__}: {error}"
    finally:
        with suppress(OSError):  # missing: the script ended this process itself
            (folder / "out" / ENDED).write_text(words)
        os._exit(0)


class _Watch:
    """Waits until the script ends or exceeds a limit, and meanwhile lets *tracer* record what it reads."""

    def __init__(self, folder: Path, limits: dict, reader: int, tracer: Any):
        self.folder, self.limits, self.reader, self.tracer = folder, limits, reader, tracer
        self.start, self.memory, self.ticks = time.monotonic(), 0, 0

    def until_end(self) -> dict:
        due = self.start + TICK
        while True:
            waits = [self.reader, *(self.tracer.waits if self.tracer else ())]
            ready = select.select(waits, [], [], max(0.0, due - time.monotonic()))[0]
            if self.tracer:
                self.tracer.answer(ready)
            if self.reader in ready:
                end = os.read(self.reader, 256)
                return {"memory": self.memory, **json.loads(end or b'{"status": -9, "reason": ""}')}
            if time.monotonic() >= due:
                if reason := self.exceeded():
                    return {"reason": reason, "memory": self.memory}
                due = time.monotonic() + TICK

    def exceeded(self) -> str:
        """Return the limit that is exceeded; empty if none is."""
        pids = descendants(os.getpid())
        self.memory = max(self.memory, resident(pids[1:]))  # the first is init
        self.ticks += 1
        if len(pids) > self.limits["processes"] + 1:
            return "processes"
        if self.memory > self.limits["memory"]:
            return "memory"
        if self.ticks % FOLDER_TICKS == 0 and folder_size(self.folder) > self.limits["output"]:
            return "output"
        elapsed = time.monotonic() - self.start
        if elapsed > self.limits["seconds"] and processor_time(pids) > self.limits["seconds"]:
            return "time"
        if elapsed > self.limits["wall"] and elapsed - waiting_time(pids) > self.limits["wall"]:
            return "wall"
        return ""


def _dump_stack(init: int, stack: Path) -> None:
    """Make the script write its stack, and wait until it is written (which may take a while on a busy machine)."""
    _signal(descendants(init)[:1], signal.SIGUSR1)
    deadline, size = time.monotonic() + 3 * GRACE, 0
    while time.monotonic() < deadline:
        time.sleep(2 * TICK)
        before, size = size, stack.lstat().st_size if stack.exists() else 0
        if size and size == before:
            return


def _end_all(init: int, reason: str) -> None:
    """End every descendant: TERM, a grace period, then KILL until none is left."""
    if reason:
        _signal(descendants(init), signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and descendants(init):
            time.sleep(TICK)
    stopped: set[int] = set()
    while fresh := set(descendants(os.getpid())) - stopped:  # stop all first, so that none forks
        _signal(list(fresh), signal.SIGSTOP)
        stopped |= fresh
    while pids := descendants(os.getpid()):
        _signal([init, *pids], signal.SIGKILL)
        _reap()
        time.sleep(TICK / 4)


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
