"""When notes last changed, as their repository tells: a vault's folder in, dates by path out.

The time on a file is that of its check-out and means nothing. A shallow repository does not know when
the files of its oldest commits changed, so those have no date here.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hortus.git import answer
from hortus.model import Note
from hortus.names import seal, unseal

MARK = "\x01"


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
        known = json.loads(unseal(file.read_text("utf-8")))
        if known["commit"] == commit:
            return {str(path): str(date) for path, date in known["changes"].items()}
    changes = _changes(folder)
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{os.getpid()}")
        aside.write_text(seal(json.dumps({"commit": commit, "changes": changes})), "utf-8")
        aside.replace(file)
    return changes


def last_changes(notes: Mapping[str, Note], committed: Mapping[str, str]) -> dict[str, str]:
    """Return the date each note last changed: its commit's, else what its properties say; unknown ones are left out."""
    dates = {path: committed.get(path) or note.date for path, note in notes.items()}
    return {path: date for path, date in dates.items() if date}


def _changes(folder: Path) -> dict[str, str]:
    shallow = answer(folder, "rev-parse", "--git-path", "shallow").strip()
    oldest: set[str] = set()
    with suppress(OSError):
        oldest = set((folder / shallow).read_text().split())
    log = answer(
        folder, "-c", "core.quotePath=false", "log", f"--format={MARK}%H %cs", "--name-only", "--relative", "--", "."
    )
    changes: dict[str, str] = {}
    for entry in log.split(MARK)[1:]:
        first, *paths = entry.split("\n")
        commit, _, date = first.partition(" ")
        if commit not in oldest:
            for path in filter(None, paths):
                changes.setdefault(path, date)
    return dict(sorted(changes.items()))
