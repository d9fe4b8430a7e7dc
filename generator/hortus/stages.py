"""The clock and the progress of one build."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(slots=True)
class Stages:
    """Seconds by stage, in order, and whom to tell how far a stage is."""

    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    figure: Callable[..., None] | None = None
    """Told when a figure starts and ends: `hortus.figures.options.Progress`."""
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0) + perf_counter() - start
