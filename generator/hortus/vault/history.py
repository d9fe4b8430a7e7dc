"""When notes last changed, as their repository tells: a vault's folder in, dates by path out.

The time on a file is that of its check-out and means nothing, and moving a note changes nothing in it. A
shallow repository does not know when the files of its oldest commits changed, so those have no date here.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hortus.core.cache import keep_json, kept_json
from hortus.core.git import answer
from hortus.core.model import Note

VERSION = 2
"""Of what is remembered."""
MARK = "\x01"
READ = "-c log.showSignature=false log -z --no-color --no-ext-diff -M100% --name-status --relative".split()
MOVED = "R100"
"""Of a file that has another path and is otherwise the same: its readers see no change."""
DATES = ("updated", "modified", "lastmod", "last modified", "date modified")
"""Properties that tell when a note last changed; after them counts the note's date."""


def head(folder: Path) -> str:
    """Return the commit that *folder* is at; empty when it is in no repository."""
    return answer(folder, "rev-parse", "HEAD").strip()


def read_changes(folder: Path, cache: Path) -> dict[str, str]:
    """Return the ISO date of the last commit that changed each file of *folder*, by vault path."""
    commit = head(folder)
    if not commit:
        return {}
    file = cache / "changes.json"
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        known = kept_json(file)
        if (known["commit"], known["version"]) == (commit, VERSION):
            return {str(path): str(date) for path, date in known["changes"].items()}
    changes = _changes(folder)
    keep_json(file, {"commit": commit, "version": VERSION, "changes": changes})
    return changes


def last_changes(notes: Mapping[str, Note], committed: Mapping[str, str]) -> dict[str, str]:
    """Return the date each note last changed: its commit's, else what its properties say; unknown ones are left out."""
    dates = {path: committed.get(path) or _told(note) for path, note in notes.items()}
    return {path: date for path, date in dates.items() if date}


def _told(note: Note) -> str:
    """Return the date of the last change that a note's properties tell; empty when they tell none."""
    from hortus.vault.properties import (
        iso_date,  # brings YAML along, which asking whether anything changed does not need
    )

    return next((date for name in DATES if (date := iso_date(note.get(name)))), note.date)


def _changes(folder: Path) -> dict[str, str]:
    shallow = answer(folder, "rev-parse", "--git-path", "shallow").strip()
    oldest: set[str] = set()
    with suppress(OSError):
        oldest = set((folder / shallow).read_text().split())
    log = answer(folder, *READ, f"--format={MARK}%H %cs", "--", ".")
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
    """Yield what each commit did, the newest first: commit, date, how a file changed, and its path, or both of them."""
    words = iter(log.split("\0"))
    commit = date = ""
    for word in words:
        word = word.lstrip("\n")
        if word.startswith(MARK):
            commit, _, date = word.removeprefix(MARK).partition(" ")
        elif word:
            yield commit, date, word, [next(words, "") for _ in range(2 if word == MOVED else 1)]
