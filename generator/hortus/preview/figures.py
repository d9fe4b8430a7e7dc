"""Draw figures while pages are read: what is wanted goes in, pictures and what runs can be looked at any time.

A page never waits. What the store has is there at once; a figure whose script changed keeps its picture,
marked as running, until the new one is there. The zygotes stay warm from one save to the next. Figures of
one script are drawn together, since they may share a computation. A run whose pictures nobody waits for any
more, since a newer save has overtaken it, is ended; one that a save did not touch goes on.
"""

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from hortus.core.model import Figure, FigureWanted
from hortus.figures import FigureOptions, draw_figures, make_runner
from hortus.figures.cache.key import make_plan
from hortus.figures.job import Job, Outcome
from hortus.figures.sandbox.run import Runner

AT_ONCE = os.cpu_count() or 1
"""Scripts whose figures are drawn at the same time."""


class Run:
    """One drawing of a script's figures, which can be ended; `draw_figures` takes it for a `Runner`."""

    def __init__(self, runner: Runner, parts: Mapping[str, dict[str, str]]):
        self.runner = runner
        self.parts = parts
        """By name of a figure: all that its picture depends on, as far as it is known before it runs."""
        self.again: set[str] = set()
        """Names of figures to be looked at again when they are drawn: they may have read what has changed."""
        self.stops: list[Callable[[], None]] = []
        self.ended = False
        self.lock = threading.Lock()

    def run(self, job: Job) -> Outcome:
        if self.ended:
            raise InterruptedError("overtaken")
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
    """Keeps the newest picture of every figure."""

    def __init__(self, options: FigureOptions, changed: Callable[[Sequence[str]], object]):
        self.runner = make_runner(options)
        self.set_up(options)
        self.changed = changed
        """Called, in some thread, with the names of the figures that are now otherwise than before."""
        self.lock = threading.Lock()
        self.wanted: dict[str, FigureWanted] = {}
        self.figures: dict[str, Figure] = {}
        self.running: set[str] = set()
        self.runs: dict[str, Run] = {}
        """By name of a figure: the run that is to give its picture."""
        self.threads = ThreadPoolExecutor(AT_ONCE, "figures")
        self.closed = False

    def set_up(self, options: FigureOptions) -> None:
        """Draw by these options from now on."""
        self.options = replace(options, mode="run", jobs=1, runner=self.runner)

    def draw(self, wanted: Sequence[FigureWanted]) -> tuple[Figure, ...]:
        """Return what there is of the figures that are *wanted*, and begin to draw what is new or changed."""
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

    def again(self) -> None:
        """Something that scripts read has changed: look at all of them."""
        self._start(list(self.wanted.values()))

    def close(self) -> None:
        """End what runs."""
        self.closed = True
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.runner.close()

    def _frozen(self) -> FigureOptions:
        return replace(self.options, mode="skip", progress=None)

    def _start(self, wanted: Iterable[FigureWanted]) -> None:
        """Draw figures, script by script; a run that is already drawing just that is left to it."""
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
        """End the runs none of whose figures is still wanted of them."""
        for run in runs:
            if not any(self.runs.get(name) is run and name in self.wanted for name in run.parts):
                run.end()

    def _draw(self, group: list[FigureWanted], run: Run) -> None:
        """Draw one script's figures; a picture that has been overtaken by a newer script is not shown."""

        def tell(done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
            self._mark(name, run, seconds is None)

        names = {one.name for one in group}
        figures: tuple[Figure, ...] = ()
        try:
            if not run.ended:
                figures = draw_figures(group, replace(self.options, progress=tell, runner=run))
        except Exception as error:  # a fault of ours spoils these figures, and is told where they stand
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
        """Note that a run's figure is being drawn, or no longer is; one that has been overtaken says nothing."""
        with self.lock:
            before = name in self.running
            if self.runs.get(name) is run:
                (self.running.add if running else self.running.discard)(name)
            begun = name in self.running and not before
        if begun and not self.closed:
            self.changed(())
