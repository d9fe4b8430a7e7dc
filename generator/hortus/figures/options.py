"""Options for drawing figures, and the limits of scripts."""

import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Progress = Callable[[int, int, str, float | None, float | None], None]
"""``(done, total, name, seconds, last_seconds)``; *seconds* is None when it starts, *last_seconds* if unknown."""

FigureMode = Literal["run", "frozen", "skip"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one script."""

    seconds: float = 60.0
    """Processor time of all its processes together, so that results do not depend on how busy the machine is."""
    wall: float = 600.0
    """Time on the clock, without waiting for a processor: for scripts that sleep or wait for each other."""
    memory: int = 2 << 30
    """Resident bytes of all its processes together."""
    output: int = 64 << 20
    """Bytes, each for one file, for printed output, and for all files together."""
    processes: int = 64


@dataclass(frozen=True, slots=True)
class FigureOptions:
    store: Path
    """Folder of the figure store; it can be deleted at any time."""
    folder: Path
    """The figure scripts."""
    vault: Path
    mode: FigureMode = "run"
    """``frozen`` runs nothing, and a missing figure is an error; ``skip`` runs nothing and omits missing figures."""
    jobs: int = os.cpu_count() or 1
    limits: Limits = Limits()
    executor: Executor | str | None = None
    """Where to run instead of on this machine: ``dask://host:port`` for a cluster."""
    progress: Progress | None = None
    runner: Any = None
    """A `figures.sandbox.run.Runner` for several drawings, so that its processes stay warm; the caller closes it."""
    retry: bool = False
    """Run figures with a cached failure again."""
    store_limit: int = 1 << 30
    """Size limit of the store in bytes."""
    draws: bool = True
    """Draw after the check; `check_seeds` needs no pictures."""
    capability: str = ""
    """Instruction set that torch uses: the value of ``ATEN_CPU_CAPABILITY``; empty for the best."""
    hash_seed: int = 0
    """Python's hash seed in scripts; `verify` changes it to find results that depend on the order of a set."""
