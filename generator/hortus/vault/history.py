"""Dates of the first commit and of the last change of notes, from git.

The modification time of a file is that of its checkout, so it is not used. Moving a note is not a change. In a
shallow repository the files of the oldest commits have no date, because it is not known when they changed.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hortus.core.cache import read_cached_json, write_cached_json
from hortus.core.git import query
from hortus.core.model import Note

VERSION = 3
"""Version of the cached data."""
MARK = "\x01"
READ = "-c log.showSignature=false log -z --no-color --no-ext-diff -M100% --name-status --relative".split()
MOVED = "R100"
"""Status of a file that was moved without other changes, which readers do not see."""
DATES = ("updated", "modified", "lastmod", "last modified", "date modified")
"""Properties with the date of the last change, in order; after them the note's date is used."""
CREATED = ("created", "ctime", "date created", "date")
"""Properties with the date on which a note was created, in order."""


def head(folder: Path) -> str:
    """Return the current commit of *folder*; empty if it is not in a repository."""
    return query(folder, "rev-parse", "HEAD").strip()


@dataclass(frozen=True, slots=True)
class Dates:
    """ISO dates of commits by vault path: the last that changed a file, and the first."""

    changed: Mapping[str, str]
    created: Mapping[str, str]


def read_dates(folder: Path, cache: Path) -> Dates:
    """Return the dates of each file of *folder*."""
    commit = head(folder)
    if not commit:
        return Dates({}, {})
    file = cache / "changes.json"
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        known = read_cached_json(file)
        if (known["commit"], known["version"]) == (commit, VERSION):
            return Dates(_texts(known["changes"]), _texts(known["created"]))
    dates = _dates(folder)
    kept = {"commit": commit, "version": VERSION, "changes": dates.changed, "created": dates.created}
    write_cached_json(file, kept)
    return dates


def _texts(known: Mapping[str, str]) -> dict[str, str]:
    return {str(path): str(date) for path, date in known.items()}


def last_changes(notes: Mapping[str, Note], committed: Mapping[str, str]) -> dict[str, str]:
    """Return the date of each note's last change: from git, otherwise from its properties; omit unknown dates."""
    dates = {path: committed.get(path) or _date_from_properties(note) for path, note in notes.items()}
    return {path: date for path, date in dates.items() if date}


def first_dates(notes: Mapping[str, Note], committed: Mapping[str, str]) -> dict[str, str]:
    """Return the date on which each note was created: from its properties, otherwise from git; omit unknown dates."""
    from hortus.vault.properties import iso_date

    own = {
        path: next((day for name in CREATED if (day := iso_date(note.get(name)))), "") for path, note in notes.items()
    }
    dates = {path: own[path] or committed.get(path, "") for path in notes}
    return {path: date for path, date in dates.items() if date}


def _date_from_properties(note: Note) -> str:
    """Return the date of the last change from a note's properties; empty if there is none."""
    values = {prop.name.lower(): prop.value for prop in reversed(note.properties)}
    if not (known := [name for name in DATES if name in values]):
        return note.date
    from hortus.vault.properties import iso_date  # imports YAML, which an unchanged build does not need

    return next((date for name in known if (date := iso_date(values[name]))), note.date)


def _dates(folder: Path) -> Dates:
    shallow = query(folder, "rev-parse", "--git-path", "shallow").strip()
    oldest: set[str] = set()
    with suppress(OSError):
        oldest = set((folder / shallow).read_text().split())
    log = query(folder, *READ, f"--format={MARK}%H %cs", "--", ".")
    changes: dict[str, str] = {}
    created: dict[str, str] = {}
    today: dict[str, str] = {}
    for commit, date, status, paths in _steps(log):
        if status == MOVED:
            before, after = paths
            today[before] = today.get(after, after)
        elif commit not in oldest:
            path = today.get(paths[0], paths[0])
            changes.setdefault(path, date)
            created[path] = date  # the log goes back in time
    return Dates(dict(sorted(changes.items())), dict(sorted(created.items())))


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
