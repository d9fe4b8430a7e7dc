"""Which files count as a script's data: the project's, and others that belong neither to the system nor to Hortus.

Files of the system, of Python and of installed libraries are the environment, which the recorded versions cover.
A compiled module counts as its source.
"""

import os
import sys
from collections.abc import Iterable
from importlib.util import source_from_cache

from hortus import PACKAGE

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/proc", "/sys", "/dev", "/run", "/nix", "/snap"),
    *("/var/lib", "/var/cache", "/System", "/Library", "/opt/homebrew"),
)
PACKAGES = ("site-packages", "dist-packages")
"""Names of folders with installed libraries, which may be outside of Python's own folders."""


def job_places(folder: str, job: dict) -> "Places":
    """Return the places of the job in *folder*; matplotlib's cache is not data."""
    return Places(job["roots"], [folder, os.environ.get("MPLCONFIGDIR", folder)])


def code_files(job: dict) -> set[str]:
    """Return the files of a job's code, the digests of which are in its key."""
    return {file for file, _ in job["modules"].values()} | {job["file"]}


class Places:
    """Tells data from the environment: *roots* are the project's folders, *own* the folders of this run."""

    def __init__(self, roots: Iterable[str], own: Iterable[str]):
        environment = [*SYSTEM, *library_folders(), *own]
        self.folders = {folder: True for place in roots for folder in (place, os.path.realpath(place))}
        self.folders |= {folder: False for place in environment for folder in (place, os.path.realpath(place))}
        self.known: dict[str, str] = {}

    def data_path(self, path: str) -> str:
        """Return the absolute path under which the file at the absolute *path* is recorded; empty if it is no data."""
        if path not in self.known:
            self.known[path] = self._data_path(path)
        return self.known[path]

    def record(self, seen: dict[str, str], path: str, kind: str) -> None:
        """Add a read of *path*, as `data_path` returns it, to *seen*: path -> kind.

        Of several kinds ``file`` counts before ``folder``, and ``folder`` before ``stat``: the alphabetical order.
        """
        if path and not (kind == "stat" and self.is_above(path)):
            seen[path] = min(kind, seen.get(path, kind))

    def is_above(self, path: str) -> bool:
        """Return whether a project's or run's folder is *path* or below it, so that its existence says nothing."""
        prefix = path.rstrip(os.sep) + os.sep
        return any((folder + os.sep).startswith(prefix) for folder in self.folders)

    def _data_path(self, path: str) -> str:
        if os.pardir in path.split(os.sep):
            path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        path = os.path.normpath(path)
        inside = self._inside(path)
        if inside is None:
            real = os.path.realpath(path)
            inside = self._inside(real)
            path = real if inside else path
        return "" if inside is False else _source(path)

    def _inside(self, path: str) -> bool | None:
        """Return True in the project, False in the environment, None elsewhere; the innermost folder decides."""
        around = [
            folder for folder in self.folders if path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
        ]
        return self.folders[max(around, key=len)] if around else None


def library_folders() -> list[str]:
    """Return the folders of Python, of Hortus and of installed libraries; not those of editable ones, which change."""
    python = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    return [*python, str(PACKAGE.resolve().parent), *(path for path in sys.path if os.path.basename(path) in PACKAGES)]


def _source(path: str) -> str:
    if f"{os.sep}__pycache__{os.sep}" not in path:
        return path
    try:
        return source_from_cache(path)
    except (ValueError, NotImplementedError):
        return ""
