"""Watch folders, and yield sets of changed files; saves in quick succession are one set.

The kind of change is ignored: editors write in place, or write another file and rename it, or use swap files; only
the state afterwards counts.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, awatch

from hortus.core.config import Config
from hortus.core.settings import SETTINGS
from hortus.figures.data import DataPlaces
from hortus.vault.property_types import SETTINGS_FILES
from hortus.vault.static_files import STATIC

QUIET = 10
"""Milliseconds without a change that end a burst."""
LONGEST = 250
"""Milliseconds after which changes are yielded even if the burst continues."""
AGAIN, PAUSE, LONGEST_BURST = 0.15, 0.08, 1.0
"""Seconds after an update within which the next save belongs to a burst; the pause that ends it; its longest time."""
LOOK = 0.5
"""Seconds between checks whether the watched folders are still the same: a watch follows a renamed folder."""
UNWATCHED = 2.0
"""Seconds between attempts if folders cannot be watched."""
Batches = asyncio.Queue[set[Path] | None]
"""Sets of files that changed; None ends them."""
OURS = frozenset({SETTINGS, "theme.css"})
"""Files next to the settings that matter; folders there are watched by themselves."""


def _own(config: Config) -> tuple[Path, ...]:
    """Return the folders of the author's scripts, templates and files, which need not exist."""
    return config.figures, config.project / "templates", config.project / STATIC


def watched(config: Config) -> tuple[Path, ...]:
    """Return the folders to watch recursively."""
    folders = (config.vault, *_own(config))
    there = sorted({folder for folder in folders if folder.is_dir()})
    return tuple(folder for folder in there if not any(other in folder.parents for other in there))


def identities(config: Config) -> list[tuple[int, int] | None]:
    """Return device and inode of each watched folder; None if it does not exist."""
    found: list[tuple[int, int] | None] = []
    for folder in (config.vault, *_own(config), config.project):
        try:
            status = os.stat(folder)
            found.append((status.st_dev, status.st_ino))
        except OSError:
            found.append(None)
    return found


async def changes(
    config: Config, stop: asyncio.Event, data: Callable[[], DataPlaces] = DataPlaces
) -> AsyncIterator[set[Path]]:
    """Yield files that changed, until stopped, or until a watched folder appears, disappears or is replaced.

    *data* are the files that scripts name, which may be anywhere. The vault itself is yielded first, because files
    may have changed before it was watched.
    """
    folders, places = watched(config), data()
    elsewhere = _elsewhere(places, folders)
    queue: Batches = asyncio.Queue()
    ended = asyncio.Event()
    tasks = [asyncio.create_task(_end(config, stop, queue))]
    if folders:
        tasks.append(asyncio.create_task(_collect(folders, config, ended, queue, recursive=True)))
    project = config.project
    if project.is_dir() and not any(folder == project or folder in project.parents for folder in folders):
        tasks.append(asyncio.create_task(_collect((project,), config, ended, queue, recursive=False)))
    if elsewhere:
        tasks.append(asyncio.create_task(_collect_data(elsewhere, places, ended, queue)))
    try:
        await asyncio.sleep(0.05)
        yield {config.vault}  # for changes before the watch started
        if data() != places:
            return  # a script that came before the watch names other files
        last = 0.0
        while (batch := await queue.get()) is not None:
            if time.monotonic() - last < AGAIN:
                batch |= await _rest(queue)
            while not queue.empty():
                batch |= queue.get_nowait() or set()
            yield batch
            last = time.monotonic()
            if watched(config) != folders or data() != places or not batch.isdisjoint(folders):
                return  # the caller starts a new watch, since a watch ends with its folder
    finally:
        ended.set()
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _collect(
    places: tuple[Path, ...], config: Config, ended: asyncio.Event, queue: Batches, *, recursive: bool
) -> None:
    """Put the files that change in *places* into the queue, in batches; None if they cannot be watched any more."""

    def wanted(path: Path) -> bool:
        return _matters(path, config, recursive)

    await _put_batches(places, wanted, ended, queue, recursive)


async def _collect_data(folders: tuple[Path, ...], data: DataPlaces, ended: asyncio.Event, queue: Batches) -> None:
    """Put the files of *data* that change in *folders* into the queue."""
    await _put_batches(folders, data.include, ended, queue, False)


async def _put_batches(
    places: tuple[Path, ...], wanted: Callable[[Path], bool], ended: asyncio.Event, queue: Batches, recursive: bool
) -> None:
    def accept(change: Change, path: str) -> bool:
        return wanted(Path(path))

    try:
        async for batch in awatch(
            *places,
            watch_filter=accept,
            debounce=LONGEST,
            step=QUIET,
            stop_event=ended,
            rust_timeout=1000,
            recursive=recursive,
        ):
            queue.put_nowait({Path(path) for _, path in batch})
    except (OSError, RuntimeError):  # a folder was removed, or the system has no more watches: retry later
        await asyncio.sleep(UNWATCHED)
    queue.put_nowait(None)


def _elsewhere(data: DataPlaces, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders of *data* that are not below the *folders* watched anyway."""
    return tuple(sorted(one for one in data.watched if not any(one.is_relative_to(folder) for folder in folders)))


async def _end(config: Config, stop: asyncio.Event, queue: Batches) -> None:
    """Put None into the queue on *stop*, or if a folder was removed, restored or replaced."""
    known = identities(config)
    while not stop.is_set() and identities(config) == known:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK)
    queue.put_nowait(None)


async def _rest(queue: Batches) -> set[Path]:
    """Collect changes until there are none for a while: saves in quick succession are a burst."""
    found: set[Path] = set()
    end = time.monotonic() + LONGEST_BURST
    while (left := end - time.monotonic()) > 0:
        try:
            more = await asyncio.wait_for(queue.get(), min(PAUSE, left))
        except TimeoutError:
            break
        if more is None:
            queue.put_nowait(None)
            break
        found |= more
    return found


def _matters(file: Path, config: Config, recursive: bool) -> bool:
    """Return whether a file may affect the preview.

    Hidden files, swap files and the site itself do not, except for the settings of Obsidian that name template folders.
    """
    if config.vault in file.parents and file.relative_to(config.vault).as_posix() in SETTINGS_FILES:
        return True
    if file.name.startswith(".") or file.name.endswith(("~", ".swp", ".swx", ".tmp")) or file.name == "4913":
        return False
    if file == config.out or config.out in file.parents or "__pycache__" in file.parts:
        return False
    if not recursive:
        return file.name in OURS or file in (config.vault, *_own(config))
    inside = file.relative_to(config.vault).parts if config.vault in file.parents else ()
    return not any(part.startswith(".") or part == "node_modules" for part in inside)
