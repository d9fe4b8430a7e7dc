"""When notes last changed, as their repository tells: a vault's folder in, dates by path out.

The time on a file is that of its check-out and means nothing. A shallow repository does not know when
the files of its oldest commits changed, so those have no date here.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hortus.model import Note
from hortus.names import seal, unseal

MARK = "\x01"


def head(folder: Path) -> str:
    """Return the commit that *folder* is at; empty when it is in no repository."""
    return _git(folder, "rev-parse", "HEAD").strip()


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
    shallow = _git(folder, "rev-parse", "--git-path", "shallow").strip()
    oldest: set[str] = set()
    with suppress(OSError):
        oldest = set((folder / shallow).read_text().split())
    log = _git(
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


def _git(folder: Path, *words: str) -> str:
    """Ask git; empty when it is not there, or this is no repository."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "TZ": "UTC"}
    with suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(
            ["git", *words], cwd=folder, env=environment, capture_output=True, timeout=60, stdin=subprocess.DEVNULL
        )
        if answer.returncode == 0:
            return answer.stdout.decode("utf-8", "surrogateescape")
    return ""
