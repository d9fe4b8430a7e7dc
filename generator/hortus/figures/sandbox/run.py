"""Run jobs in other processes, and return their outcomes.

1. A job is written into a new folder, in whose subfolder ``work`` the script may write.
2. A zygote of the job's profile forks the script under supervision. If forking is unsafe or the
   job runs on another machine, a new process is started for this figure.
3. The outcome is read from the folder, and the folder removed.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

from hortus import PACKAGE
from hortus.figures.job import Job, Outcome, read_outcome, relocated, write_job
from hortus.figures.sandbox.processes import remove_folder

PROFILES: dict[str, tuple[str, ...]] = {
    "matplotlib": ("numpy", "matplotlib.pyplot", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg"),
}
PROFILES["torch"] = (*PROFILES["matplotlib"], "torch", "torch._dynamo")  # every optimizer imports the latter, in 1.3 s
KEPT = (
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "VIRTUAL_ENV",
    "PYTHONHOME",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
)
"""Environment variables that scripts get; they locate programs, libraries and GPUs."""
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
FORKS = sys.platform.startswith("linux")
UNSAFE = 3
"""A zygote's exit status when it must not fork."""


class Runner:
    """Runs jobs on this machine; starts a zygote for a profile with its first job."""

    def __init__(self, scratch: Path, cache: Path):
        self.scratch, self.cache = scratch, cache
        self.zygotes: dict[tuple[str, int, str], Zygote] = {}
        self.lock, self.gpu = threading.Lock(), threading.Lock()
        self.closed = False
        _clear_old(scratch)

    def run(self, job: Job, begun: Callable[[Callable[[], None]], None] = lambda stop: None) -> Outcome:
        """Run a job to its end, after other jobs on the GPU; *begun* is called with a function that stops the job."""
        with self.gpu if job.gpu else nullcontext():
            return self._run(job, begun)

    def _run(self, job: Job, begun: Callable[[Callable[[], None]], None]) -> Outcome:
        folder = write_job(job, self.scratch)
        try:
            zygote = self.zygote(job) if FORKS else None
            if zygote:
                ended = zygote.run(folder)
                begun(partial(zygote.stop, folder))
                ended.result()
            if not zygote or zygote.unsafe():
                run_alone(folder, job, self.cache)
            return read_outcome(folder)
        finally:
            remove_folder(folder)

    def zygote(self, job: Job) -> "Zygote":
        with self.lock:
            if self.closed:
                raise InterruptedError("the build has ended")
            key = job.profile, job.hash_seed, job.capability
            if key not in self.zygotes or (self.zygotes[key].ended and not self.zygotes[key].unsafe()):
                self.zygotes[key] = Zygote(PROFILES[job.profile], environment(self.cache, job))
            return self.zygotes[key]

    def close(self) -> None:
        """Stop all running jobs; no more jobs can be run."""
        with self.lock:
            self.closed = True
        for zygote in self.zygotes.values():
            zygote.close()


class Zygote:
    """A zygote process, as its parent sees it."""

    def __init__(self, modules: tuple[str, ...], variables: dict[str, str]):
        command = [sys.executable, "-P", "-m", "hortus.figures.sandbox.zygote", *modules]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, env=variables, start_new_session=True, stdin=pipe, stdout=pipe, stderr=nothing
        )
        assert self.process.stdin and self.process.stdout
        self.commands, self.answers = self.process.stdin, self.process.stdout
        self.waiting: dict[str, Future[None]] = {}
        self.lock = threading.Lock()
        self.ended = False
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, folder: Path) -> "Future[None]":
        """Start the job in *folder*; the future is done when the job has ended in any way."""
        future: Future[None] = Future()
        with self.lock:
            self.waiting[str(folder)] = future
            try:
                self._send(str(folder))
            except OSError:
                self.waiting.pop(str(folder), None)
                future.set_result(None)
        return future

    def stop(self, folder: Path) -> None:
        """Stop the job in *folder*, with all its processes, if it is running."""
        with self.lock, suppress(OSError, ValueError):
            self._send({"stop": str(folder)})

    def _send(self, message: object) -> None:
        self.commands.write(json.dumps(message).encode() + b"\n")
        self.commands.flush()

    def unsafe(self) -> bool:
        """Return whether it exited because forks of it might hang."""
        return self.ended and self.process.wait() == UNSAFE

    def close(self) -> None:
        self.commands.close()
        self.process.wait()

    def _listen(self) -> None:
        for line in self.answers:
            with self.lock:
                future = self.waiting.pop(json.loads(line), None)
            if future:
                future.set_result(None)
        self.ended = True
        with self.lock:
            for future in self.waiting.values():
                future.set_result(None)
            self.waiting.clear()


def run_alone(folder: Path, job: Job, cache: Path) -> None:
    """Run the job in *folder* in a new process, which imports all libraries."""
    variables = environment(cache, job)
    if not any(cache.glob("fontlist*")):  # matplotlib's list of fonts, which the script must not write
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=variables, capture_output=True)
    if hasattr(os, "fork"):  # this zygote forks before any library is imported, which is safe everywhere
        zygote = Zygote((), variables)
        zygote.run(folder).result()
        zygote.close()
        return
    command = [sys.executable, "-P", "-m", "hortus.figures.sandbox.child", str(folder)]
    end: dict[str, Any] = {"reason": "", "memory": 0, "seconds": 0.0}
    with (folder / "output.txt").open("wb") as output:
        try:
            end["status"] = subprocess.run(
                command,
                env=variables,
                timeout=job.limits.wall,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ).returncode
        except subprocess.TimeoutExpired:
            end["reason"] = "wall"
    (folder / "end.json").write_text(json.dumps(end))


def run_elsewhere(job: Job) -> Outcome:
    """Run a job on a machine that has no files of the project; for executors."""
    with tempfile.TemporaryDirectory(prefix="hortus-") as place:
        scratch, project = Path(place, "run"), Path(place, "project")
        for name, content in job.data.items():
            file = project / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        project.mkdir(exist_ok=True)
        moved = relocated(job, project)
        folder = write_job(moved, scratch)
        run_alone(folder, moved, Path.home() / ".cache" / "hortus" / "matplotlib")
        return read_outcome(folder)


def _clear_old(scratch: Path) -> None:
    """Remove folders of killed builds; a job never takes a day."""
    for folder in scratch.glob("figure-*"):
        if time.time() - folder.stat().st_mtime > 86400:
            remove_folder(folder)


def environment(cache: Path, job: Job) -> dict[str, str]:
    """Return the environment variables of a figure's process."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    package = str(PACKAGE.resolve().parent)
    return (
        kept
        | dict.fromkeys(THREADS, "1")
        | ({"ATEN_CPU_CAPABILITY": job.capability} if job.capability else {})
        | {
            "PYTHONPATH": package,
            "PYTHONHASHSEED": str(job.hash_seed),
            "PYTHONIOENCODING": "utf-8",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(cache),
            "MPLBACKEND": "svg",
            "MPLCONFIGDIR": str(cache),
        }
    )
