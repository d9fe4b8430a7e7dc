"""Draw figures while pages are read: what is wanted goes in, pictures and what runs can be looked at any time.

A page never waits. What the store has is there at once; a figure whose script changed keeps its picture,
marked as running, until the new one is there. The zygotes stay warm from one save to the next. Figures of
one script are drawn together, since they may share a computation.
"""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from hortus.figures import FigureOptions, draw_figures, make_runner
from hortus.model import Figure, FigureWanted

AT_ONCE = os.cpu_count() or 1
"""Scripts whose figures are drawn at the same time."""


class Drawing:
    """Keeps the newest picture of every figure."""

    def __init__(self, options: FigureOptions, changed: Callable[[Sequence[str]], None]):
        self.runner = make_runner(options)
        self.set_up(options)
        self.changed = changed
        """Called, in some thread, with the names of the figures that are now otherwise than before."""
        self.lock = threading.Lock()
        self.wanted: dict[str, FigureWanted] = {}
        self.figures: dict[str, Figure] = {}
        self.running: set[str] = set()
        self.started: dict[str, int] = {}  # by script: how often its figures have been asked for
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
        groups: dict[str, list[FigureWanted]] = {}
        for one in wanted:
            groups.setdefault(one.script.name, []).append(one)
        for script, group in groups.items():
            with self.lock:
                number = self.started[script] = self.started.get(script, 0) + 1
            if not self.closed:
                self.threads.submit(self._draw, group, script, number)

    def _draw(self, group: list[FigureWanted], script: str, number: int) -> None:
        """Draw one script's figures; a result that has been overtaken by a newer script is not shown."""
        names = [one.name for one in group]

        def tell(done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
            self._mark({name}, seconds is None)

        if self.started[script] != number:
            return
        try:
            figures = draw_figures(group, replace(self.options, progress=tell))
        except Exception as error:  # a fault of ours spoils these figures, and is told where they stand
            message = f"could not be drawn: {type(error).__name__}: {error}"
            with self.lock:
                figures = tuple(replace(self.figures[name], state="failed", error=message) for name in names)
        finally:
            self._mark(set(names), False, tell=False)
        with self.lock:
            figures = [one for one in figures if self.started[script] == number and one.name in self.wanted]
            changed = [one.name for one in figures if self.figures.get(one.name) != one]
            self.figures |= {one.name: one for one in figures}
        if not self.closed:
            self.changed(changed or names)

    def _mark(self, names: set[str], running: bool, tell: bool = True) -> None:
        with self.lock:
            before = set(self.running)
            self.running = self.running | names if running else self.running - names
            changed = self.running != before
        if changed and tell and running and not self.closed:
            self.changed(())
