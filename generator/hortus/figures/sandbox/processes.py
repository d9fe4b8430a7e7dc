"""Process information from the system: descendants and memory use.

From ``/proc`` if it exists, otherwise from ``ps``.
"""

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
PROC = Path("/proc/self/stat").exists()
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def descendants(pid: int) -> list[int]:
    """Return all descendants of *pid*, parents before children, including zombies."""
    children = _children_table() if not _has_children_file() else None
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(0), []) if children is not None else _children(waiting.pop(0))
        found += below
        waiting += below
    return found


def resident(pids: Iterable[int]) -> int:
    """Return the memory of the processes in bytes; shared memory counts once if possible."""
    if not PROC:
        table = _ps()
        return sum(table[pid][1] for pid in pids if pid in table)
    pids = list(pids)
    total = 0
    for pid in pids:
        with suppress(OSError, IndexError, StopIteration):  # it may have just ended
            total += _proportional(pid) if len(pids) > 1 else _whole(pid)
    return total


def _whole(pid: int) -> int:
    with open(f"/proc/{pid}/statm", "rb") as file:
        return int(file.read().split()[1]) * PAGE


def _proportional(pid: int) -> int:
    """Return the proportional set size of a process (PSS); slower than the resident size."""
    if not os.path.exists(f"/proc/{pid}/smaps_rollup"):
        return _whole(pid)
    with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        return next(int(row.split()[1]) * 1024 for row in file if row.startswith(b"Pss:"))


def processor_time(pids: Iterable[int]) -> float:
    """Return the processor time in seconds that the processes, and their children that have ended, have used."""
    if not PROC:
        table = _ps()
        return sum(table[pid][2] for pid in pids if pid in table)
    ticks = 0
    for pid in pids:
        with suppress(OSError, IndexError), open(f"/proc/{pid}/stat", "rb") as file:
            ticks += sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))  # utime, stime, cutime, cstime
    return ticks / os.sysconf("SC_CLK_TCK")


def waiting_time(pids: Iterable[int]) -> float:
    """Return the longest time in seconds that one of the processes was runnable without getting a CPU; 0 if unknown."""
    longest = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/schedstat", "rb") as file:
                longest = max(longest, int(file.read().split()[1]))
        except (OSError, IndexError):
            pass
    return longest / 1e9


def folder_size(folder: Path) -> int:
    """Return the bytes on disk below *folder*; files that disappear during the scan count as 0."""
    total = 0
    with suppress(OSError):
        here = os.open(folder, FOLDER_FLAGS)
        above: list[tuple[tuple[int, int], list[str]]] = []
        try:
            size, inner = _listed(here)
            total += size
            while inner or above:
                if inner:
                    name = inner.pop()
                    below = _step(here, name)
                    if below is None:
                        continue
                    above.append((_identity(here), inner))
                    os.close(here)
                    here = below
                    size, inner = _listed(here)
                    total += size
                    continue
                known, inner = above.pop()
                upper = os.open("..", FOLDER_FLAGS, dir_fd=here)
                os.close(here)
                here = upper
                if _identity(here) != known:  # moved during the scan
                    break
        finally:
            os.close(here)
    return total


def _listed(folder: int) -> tuple[int, list[str]]:
    """Return the bytes of the files in an open folder, and the names of the folders in it."""
    total, inner = 0, []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.name)
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total, inner


def _step(folder: int, name: str) -> int | None:
    try:
        return os.open(name, FOLDER_FLAGS, dir_fd=folder)
    except OSError:
        return None


def _identity(folder: int) -> tuple[int, int]:
    stat = os.fstat(folder)
    return stat.st_dev, stat.st_ino


def remove_folder(folder: Path) -> None:
    """Remove a folder with its content, of any depth and with any modes; ignore errors.

    Nested folders are moved to the top before they are emptied, which limits the lengths of paths and the stack.
    """
    top, number = str(folder), 0
    waiting = [top]
    while waiting:
        place = waiting.pop()
        for name in _emptied(place):
            number += 1
            moved = os.path.join(top, f".removed-{os.getpid()}-{number}")
            with suppress(OSError):
                os.chmod(os.path.join(place, name), 0o700)
                os.rename(os.path.join(place, name), moved)
                waiting.append(moved)
        if place != top:
            with suppress(OSError):
                os.rmdir(place)
    with suppress(OSError):
        os.rmdir(top)


def _emptied(place: str) -> list[str]:
    """Remove the files of a folder; return the names of the folders in it."""
    inner = []
    with suppress(OSError):
        with os.scandir(place) as entries:
            listed = list(entries)
        for entry in listed:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.name)
                else:
                    os.unlink(entry.path)
    return inner


def _has_children_file() -> bool:
    return os.path.exists("/proc/self/task") and os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def _children(pid: int) -> list[int]:
    """Return children from the kernel's list, a file per thread."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        pass
    return found


def _children_table() -> dict[int, list[int]]:
    table: dict[int, list[int]] = defaultdict(list)
    parents = _proc() if PROC else {pid: parent for pid, (parent, _, _) in _ps().items()}
    for pid, parent in parents.items():
        table[parent].append(pid)
    return table


def _proc() -> dict[int, int]:
    """Return parents by process, from all of ``/proc``."""
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    table[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                pass
    return table


def _ps() -> dict[int, tuple[int, int, float]]:
    """Return parent, resident bytes and processor time by process, for systems without ``/proc``."""
    columns = "pid=,ppid=,rss=,time="
    rows = subprocess.run(["ps", "-A", "-o", columns], capture_output=True, text=True).stdout
    words = (row.split() for row in rows.splitlines())
    return {int(pid): (int(parent), int(size) * 1024, clock_seconds(time)) for pid, parent, size, time in words}


def clock_seconds(text: str) -> float:
    """Read the times of ``ps``, on Linux and on macOS.

    >>> clock_seconds("1-02:03:04"), clock_seconds("2:03.50")
    (93784.0, 123.5)
    """
    days, _, clock = text.rpartition("-")
    seconds = 0.0
    for part in clock.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds + 86400 * int(days or 0)
