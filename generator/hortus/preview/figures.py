"""Draw figures in the background, so that pages never wait for them.

Figures in the store are shown at once. If a script changed, its figure keeps its picture, marked as running, until
the new one is drawn. Zygotes are reused from one save to the next. Figures of one script are drawn together, since
they may share a computation. A run is ended if a newer save made all of its figures obsolete.
"""

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from hortus.core.model import Figure, FigureWanted
from hortus.figures import FigureOptions, draw_figures, make_runner
from hortus.figures.cache.key import make_plan
from hortus.figures.data import DataPlaces, data_places
from hortus.figures.job import Job, Outcome
from hortus.figures.sandbox.run import Runner

AT_ONCE = os.cpu_count() or 1
"""Number of scripts that run at the same time."""


class Run:
    """A run that draws figures of one script and can be ended; for `draw_figures` it is a `Runner`."""

    def __init__(self, runner: Runner, parts: Mapping[str, dict[str, str]]):
        self.runner = runner
        self.parts = parts
        """By name of a figure: everything that its picture depends on, as far as it is known before the run."""
        self.again: set[str] = set()
        """Names of figures to check again after the run, which may have read files before they changed."""
        self.stops: list[Callable[[], None]] = []
        self.ended = False
        self.lock = threading.Lock()

    def run(self, job: Job) -> Outcome:
        if self.ended:
            raise InterruptedError("obsolete")
        return self.runner.run(job, self._begun)

    def end(self) -> None:
        with self.lock:
            self.ended = True
            stops = list(self.stops)
        for stop in stops:
            stop()

    def _begun(self, stop: Callable[[], None]) -> None:
        with self.lock:
            self.stops.append(stop)
            ended = self.ended
        if ended:
            stop()


class Drawing:
    """The newest picture of every figure."""

    def __init__(self, options: FigureOptions, changed: Callable[[Sequence[str]], object]):
        self.runner = make_runner(options)
        self.set_up(options)
        self.changed = changed
        """Called with the names of figures that changed, in any thread."""
        self.lock = threading.Lock()
        self.wanted: dict[str, FigureWanted] = {}
        self.figures: dict[str, Figure] = {}
        self.running: set[str] = set()
        self.runs: dict[str, Run] = {}
        """By name of a figure: the run that will draw it."""
        self.threads = ThreadPoolExecutor(AT_ONCE, "figures")
        self.closed = False

    def set_up(self, options: FigureOptions) -> None:
        """Use other options from now on."""
        self.options = replace(options, mode="run", jobs=1, runner=self.runner)

    def draw(self, wanted: Sequence[FigureWanted]) -> tuple[Figure, ...]:
        """Return the current pictures of the *wanted* figures, and start to draw new and changed ones."""
        with self.lock:
            new = [one for one in wanted if self.wanted.get(one.name) != one]
            unseen = [one for one in new if one.name not in self.figures]
        found = {figure.name: figure for figure in draw_figures(unseen, self._frozen())}
        with self.lock:
            for one in new:
                known = found.get(one.name) or self.figures[one.name]
                alt = known.alt if one.name in found else one.alt or one.script.alt
                self.figures[one.name] = replace(known, script=one.script, parameters=one.parameters, alt=alt)
            self.wanted = {one.name: one for one in wanted}
            figures = tuple(self.figures[one.name] for one in wanted)
            self._end_unwanted(set(self.runs.values()))
        self._start(new)
        return figures

    def data(self) -> DataPlaces:
        """Return the places of the files that the scripts name in DATA."""
        return data_places(one.script for one in list(self.wanted.values()))

    def again(self) -> None:
        """Check all figures again, after files changed that scripts may read."""
        self._start(list(self.wanted.values()))

    def close(self) -> None:
        """End all runs."""
        self.closed = True
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.runner.close()

    def _frozen(self) -> FigureOptions:
        return replace(self.options, mode="skip", progress=None)

    def _start(self, wanted: Iterable[FigureWanted]) -> None:
        """Draw figures, script by script; a run that is already drawing the same continues."""
        groups: dict[str, list[FigureWanted]] = {}
        for one in wanted:
            groups.setdefault(one.script.name, []).append(one)
        for group in groups.values():
            parts = {one.name: make_plan(one, self.options).parts for one in group}
            with self.lock:
                under_way = {name: run for name in parts if (run := self.runs.get(name)) and not run.ended}
                for name, run in under_way.items():
                    if run.parts[name] == parts[name]:
                        run.again.add(name)
                        del parts[name]
                run = Run(self.runner, parts)
                self.runs |= dict.fromkeys(parts, run)
                self._end_unwanted(set(under_way.values()))
            if parts and not self.closed:
                self.threads.submit(self._draw, [one for one in group if one.name in parts], run)

    def _end_unwanted(self, runs: Iterable[Run]) -> None:
        """End those of *runs* that have no wanted figure left."""
        for run in runs:
            if not any(self.runs.get(name) is run and name in self.wanted for name in run.parts):
                run.end()

    def _draw(self, group: list[FigureWanted], run: Run) -> None:
        """Draw figures of one script; a picture of an older version of the script is not shown."""

        def update(done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
            self._mark(name, run, seconds is None)

        names = {one.name for one in group}
        figures: tuple[Figure, ...] = ()
        try:
            if not run.ended:
                figures = draw_figures(group, replace(self.options, progress=update, runner=run))
        except Exception as error:  # an error in Hortus is shown in place of these figures
            message = f"could not be drawn: {type(error).__name__}: {error}"
            with self.lock:
                figures = tuple(replace(self.figures[name], state="failed", error=message) for name in names)
        with self.lock:
            mine = {name for name in names if self.runs.get(name) is run}
            for name in mine:
                del self.runs[name]
            self.running -= mine
            waited_for = set() if run.ended else mine & self.wanted.keys()
            shown = {one.name: one for one in figures if one.name in waited_for - run.again}
            changed = [name for name, one in shown.items() if self.figures.get(name) != one]
            self.figures |= shown
            again = [self.wanted[name] for name in sorted(waited_for & run.again)]
        if not self.closed:
            self.changed(changed or sorted(mine))
            self._start(again)

    def _mark(self, name: str, run: Run, running: bool) -> None:
        """Record whether a run is drawing a figure, unless another run draws it now."""
        with self.lock:
            before = name in self.running
            if self.runs.get(name) is run:
                (self.running.add if running else self.running.discard)(name)
            begun = name in self.running and not before
        if begun and not self.closed:
            self.changed(())
