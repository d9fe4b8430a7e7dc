"""Progress of a build on the terminal: a bar for each stage, and the figures that are running."""

import os
import sys
from time import monotonic
from typing import TYPE_CHECKING

from hortus.core.progress import Stages

if TYPE_CHECKING:
    from rich.progress import TaskID

FIGURES = "figures"


def show_progress() -> Stages:
    """Return stages that show progress: bars on a terminal that can draw them, otherwise a line per figure."""
    moves = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")
    if not moves:
        return Stages(figure=_figure_line)
    bars = _Bars()
    return Stages(bars.show, bars.show_figure)


class _Bars:
    """A bar for each stage in progress; the bar of figures names those that are running."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[more]}", markup=False),
        )
        console = Console(file=getattr(sys.stderr, "stream", sys.stderr))
        self.bars = Progress(*columns, console=console, transient=True)
        self.tasks: dict[str, TaskID] = {}
        self.running = _Running()

    def show(self, stage: str, done: int, total: int) -> None:
        """Update the bar of a stage; it is removed when the stage is done."""
        if stage not in self.tasks:
            self.bars.start()
            self.tasks[stage] = self.bars.add_task(stage, total=total, more=self.running if stage == FIGURES else "")
        self.bars.update(self.tasks[stage], completed=done, total=total)
        if done == total:
            self.bars.remove_task(self.tasks.pop(stage))
            if not self.tasks:
                self.bars.stop()

    def show_figure(self, done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
        """Record that a figure starts (*seconds* is None) or has ended."""
        if seconds is None:
            self.running.figures[name] = monotonic(), last
        else:
            self.running.figures.pop(name, None)
        self.show(FIGURES, done, total)


class _Running:
    """The figures that are running, by name: start time, and the seconds of the last run."""

    def __init__(self) -> None:
        self.figures: dict[str, tuple[float, float | None]] = {}

    def __str__(self) -> str:
        now = monotonic()
        return " · ".join(_figure_words(name, now - start, last) for name, (start, last) in self.figures.items())


def _figure_words(name: str, seconds: float, last: float | None) -> str:
    """Describe a running figure.

    >>> _figure_words("lottery-ticket", 4.2, 5.0)
    'lottery-ticket 4 s (last 5 s)'
    """
    return f"{name} {seconds:.0f} s" + (f" (last {last:.0f} s)" if last else "")


def _figure_line(done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
    if seconds is None:
        print(
            f"figures {done}/{total} · {name}" + (f" (last {last:.0f} s)" if last else ""), file=sys.stderr, flush=True
        )
