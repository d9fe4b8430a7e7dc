"""Timing and progress of a build."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

Made = TypeVar("Made")


@dataclass(slots=True)
class Stages:
    """Seconds by stage, in order, and callbacks for progress."""

    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    figure: Callable[..., None] | None = None
    """Called when a figure starts and ends: `hortus.figures.options.Progress`."""
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Measure the seconds of a stage, without those of stages inside it."""
        start, inner = perf_counter(), sum(self.seconds.values())
        yield
        inner = sum(self.seconds.values()) - inner
        self.seconds[stage] = self.seconds.get(stage, 0) + perf_counter() - start - inner

    def time_each(self, stage: str, things: Iterable[Made]) -> Iterator[Made]:
        """Measure the seconds that each of *things* takes to produce, and yield it."""
        rest = iter(things)
        while True:
            with self.time(stage):
                try:
                    thing = next(rest)
                except StopIteration:
                    return
            yield thing
