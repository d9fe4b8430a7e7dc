"""The folder ``static`` next to the settings: files that are copied to the root of the site, such as ``robots.txt``.

Left out are files whose names begin with a dot (except those that servers read, `SERVED`), what the setting ``ignore``
names, and symlinks out of the folder. Without settings there is no such folder, because nobody asked for it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from hortus.core.config import MANIFEST, Config
from hortus.core.keys import glob_matcher
from hortus.core.model import Asset, Issue
from hortus.core.settings import SETTINGS

STATIC = "static"
KIND = "static_file"
"""The kind of issue of files that are not copied."""
SERVED = frozenset({".well-known", ".htaccess"})
"""Names with a dot that are copied: well-known URIs (RFC 8615), and Apache's settings of a folder."""


def read_static(config: Config) -> tuple[list[Asset], list[Issue]]:
    """Return the files of the folder by path in it, and an issue for each that cannot be read."""
    root = config.project / STATIC
    if not (config.project / SETTINGS).is_file() or not root.is_dir() or (root / MANIFEST).exists():
        return [], []
    ignored, issues = glob_matcher(config.settings.ignore), list[Issue]()
    found = [_asset(path, file, root, issues) for path, file in _walk(root, "", issues) if not ignored(named(path))]
    return sorted(filter(None, found), key=lambda asset: asset.path), sorted(issues, key=lambda issue: issue.path)


def named(path: str) -> str:
    """Return what a file of the folder is called in issues and globs: its path from the settings.

    >>> named("robots.txt")
    'static/robots.txt'
    """
    return f"{STATIC}/{path}"


def _walk(folder: Path, prefix: str, issues: list[Issue]) -> Iterator[tuple[str, Path]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        issues.append(_issue(prefix.rstrip("/"), f"cannot be read: {error.strerror}"))
        return
    for entry in entries:
        path = prefix + entry.name
        if path.encode(errors="replace").decode() != path:
            issues.append(_issue(path.encode(errors="replace").decode(), "the file's name is not UTF-8", "rename it"))
        elif entry.name.startswith(".") and entry.name not in SERVED:
            continue
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), f"{path}/", issues)
        else:
            yield path, Path(entry.path)


def _asset(path: str, file: Path, root: Path, issues: list[Issue]) -> Asset | None:
    """Return a file; report one that cannot be read, or that is not in the folder, and return None."""
    real = Path(os.path.realpath(file))
    if not real.is_relative_to(os.path.realpath(root)) or not real.is_file():
        issues.append(_issue(path, "symlink to no file of this folder" if file.is_symlink() else "not a regular file"))
        return None
    try:
        with real.open("rb"):
            status = real.stat()
    except OSError as error:
        issues.append(_issue(path, f"cannot be read: {error.strerror}"))
        return None
    return Asset(path, file, status.st_size, status.st_mtime_ns)


def _issue(path: str, message: str, hint: str = "") -> Issue:
    return Issue(KIND, named(path).rstrip("/"), 1, 1, f"not copied: {message}", hint)
