"""Run figures in child processes on this machine, or on any `concurrent.futures.Executor`."""

import re
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hortus.core.model import FigureScript, HortusError
from hortus.figures.cache.key import Plan, roots, script_file
from hortus.figures.data import data_files, declared_data
from hortus.figures.declare import declared_gpu
from hortus.figures.job import Job, Outcome
from hortus.figures.options import FigureOptions
from hortus.figures.sandbox.run import Runner, run_elsewhere


class Workers:
    """Submits plans, returns futures of their outcomes, and reports each start and end."""

    def __init__(self, options: FigureOptions, total: int):
        self.options, self.total, self.done = options, total, 0
        self.last: dict[str, float | None] = {}
        self.lock = threading.Lock()
        self.elsewhere = options.executor is not None
        self.runner = options.runner or make_runner(options)
        self.executor, self.client = open_executor(options)

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *error: object) -> None:
        if not self.elsewhere:
            self.executor.shutdown(wait=False, cancel_futures=True)
            if self.options.runner is None:
                self.runner.close()
            self.executor.shutdown()
        elif self.client is not None:
            self.client.close()

    def submit(self, plan: Plan, result: bytes, last_seconds: float) -> "Future[Outcome]":
        """Run *plan*, from its *result* if that is known."""
        job = make_job(plan, self.options, result)
        self.last[job.title] = last_seconds if last_seconds < float("inf") else None
        if self.elsewhere:
            self.report(job.title, None)
            return self.executor.submit(run_elsewhere, job)
        return self.executor.submit(self._run, job)

    def finished(self, name: str, seconds: float) -> None:
        with self.lock:
            self.done += 1
        self.report(name, seconds)

    def report(self, name: str, seconds: float | None) -> None:
        if self.options.progress is not None:
            with self.lock:
                self.options.progress(self.done, self.total, name, seconds, self.last.get(name))

    def _run(self, job: Job) -> Outcome:
        self.report(job.title, None)
        return self.runner.run(job)


def make_runner(options: FigureOptions) -> Runner:
    store = options.store.resolve()
    return Runner(store / "running", store / "matplotlib")


def open_executor(options: FigureOptions) -> tuple[Executor, Any]:
    """Return the executor to use, and the client to close afterwards if there is one."""
    asked: Any = options.executor
    if asked is None:
        return ThreadPoolExecutor(max(1, options.jobs), "figure"), None
    if isinstance(asked, Executor):
        return asked, None
    if isinstance(asked, str) and re.fullmatch(r"dask://[^/]+:\d+", asked):
        try:
            from distributed import Client
        except ImportError:
            raise HortusError("dask:// needs the extra: pip install hortus[cluster]") from None
        try:
            client = Client("tcp://" + asked.removeprefix("dask://"), set_as_default=False)
        except OSError as error:
            raise HortusError(f"cannot connect to a cluster at {asked}: {error}") from None
        return client.get_executor(pure=False), client
    if hasattr(asked, "submit"):  # has the interface without being a subclass, like Dask's
        return asked, None
    raise HortusError(f'unknown executor "{asked}"; use dask://host:port')


def make_job(plan: Plan, options: FigureOptions, result: bytes) -> Job:
    """Return a job with everything that is needed to run a plan."""
    script, folder, given = plan.wanted.script, options.folder.resolve(), plan.wanted.parameters
    data = _data(script, folder) if options.executor is not None else {}
    return Job(
        name=plan.wanted.name,
        file=script_file(plan),
        place=str(script.file.resolve()),
        code=script.code,
        folder=str(folder),
        modules={name: (str(file), text) for name, (file, text) in plan.modules.items()},
        roots=tuple(map(str, roots(options))),
        reached=plan.reached,
        plain=plan.plain,
        title=plan.wanted.title,
        parameters=repr({name: given[name] for name in given if name in script.computing}),
        draw_parameters=repr({name: given[name] for name in given if name in script.drawing}),
        frames=bool(script.frames),
        styles=plan.styles,
        limits=options.limits,
        profile="torch" if "torch" in plan.libraries else "matplotlib",
        result=result,
        data=data,
        hash_seed=options.hash_seed,
        capability=options.capability,
        declares=declared_data(script.code) is not None,
        draws=options.draws,
        still=not plan.wanted.cell,
        gpu=declared_gpu(script.code),
    )


def _data(script: FigureScript, folder: Path) -> dict[str, bytes]:
    """Return the files in DATA, for another machine; those outside of *folder* stay here."""
    place = script.file.resolve().parent
    files = [file.resolve() for name in declared_data(script.code) or () for file in data_files(name, place)]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files if file.is_relative_to(folder)}
