"""Dates of the last change of notes, from git.

The modification time of a file is that of its checkout, so it is not used. Moving a note is not a change. In a
shallow repository the files of the oldest commits have no date, because it is not known when they changed.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hortus.core.cache import read_cached_json, write_cached_json
from hortus.core.git import query
from hortus.core.model import Note

VERSION = 2
"""Version of the cached data."""
MARK = "\x01"
READ = "-c log.showSignature=false log -z --no-color --no-ext-diff -M100% --name-status --relative".split()
MOVED = "R100"
"""Status of a file that was moved without other changes, which readers do not see."""
DATES = ("updated", "modified", "lastmod", "last modified", "date modified")
"""Properties with the date of the last change, in order; after them the note's date is used."""


def head(folder: Path) -> str:
    """Return the current commit of *folder*; empty if it is not in a repository."""
    return query(folder, "rev-parse", "HEAD").strip()


def read_changes(folder: Path, cache: Path) -> dict[str, str]:
    """Return the ISO date of the last commit that changed each file of *folder*, by vault path."""
    commit = head(folder)
    if not commit:
        return {}
    file = cache / "changes.json"
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        known = read_cached_json(file)
        if (known["commit"], known["version"]) == (commit, VERSION):
            return {str(path): str(date) for path, date in known["changes"].items()}
    changes = _changes(folder)
    write_cached_json(file, {"commit": commit, "version": VERSION, "changes": changes})
    return changes


def last_changes(notes: Mapping[str, Note], committed: Mapping[str, str]) -> dict[str, str]:
    """Return the date of each note's last change: from git, otherwise from its properties; omit unknown dates."""
    dates = {path: committed.get(path) or _date_from_properties(note) for path, note in notes.items()}
    return {path: date for path, date in dates.items() if date}


def _date_from_properties(note: Note) -> str:
    """Return the date of the last change from a note's properties; empty if there is none."""
    from hortus.vault.properties import (
        iso_date,  # imports YAML, which an unchanged build does not need
    )

    return next((date for name in DATES if (date := iso_date(note.get(name)))), note.date)


def _changes(folder: Path) -> dict[str, str]:
    shallow = query(folder, "rev-parse", "--git-path", "shallow").strip()
    oldest: set[str] = set()
    with suppress(OSError):
        oldest = set((folder / shallow).read_text().split())
    log = query(folder, *READ, f"--format={MARK}%H %cs", "--", ".")
    changes: dict[str, str] = {}
    today: dict[str, str] = {}
    for commit, date, status, paths in _steps(log):
        if status == MOVED:
            before, after = paths
            today[before] = today.get(after, after)
        elif commit not in oldest:
            changes.setdefault(today.get(paths[0], paths[0]), date)
    return dict(sorted(changes.items()))


def _steps(log: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield the changes of each commit, the newest first: commit, date, status, and the path or paths of a file."""
    words = iter(log.split("\0"))
    commit = date = ""
    for word in words:
        word = word.lstrip("\n")
        if word.startswith(MARK):
            commit, _, date = word.removeprefix(MARK).partition(" ")
        elif word:
            yield commit, date, word, [next(words, "") for _ in range(2 if word == MOVED else 1)]
