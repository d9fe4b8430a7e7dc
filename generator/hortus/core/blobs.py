"""Byte strings by key in an SQLite file of the cache; if it is damaged or locked, entries are lost, no error raised."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hortus.core.hashing import digest

DAMAGE = (sqlite3.Error, ValueError)
"""What a damaged file makes SQLite raise; its own messages may be damaged too."""
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
COLUMNS = ["key", "digest", "content"]


class Blobs:
    """A table of byte strings; without a *file*, or where it cannot be opened, nothing is stored."""

    def __init__(self, file: Path | None):
        self.file = file
        self.table: sqlite3.Connection | None = None
        if file is None:
            return
        try:
            self.table = _open(file)
        except OSError:
            return
        except DAMAGE as error:
            self._reset(error)

    def get(self, keys: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield those *keys* that have content, with it, in no particular order."""
        if self.table is None:
            return
        try:
            query = "SELECT key, digest, content FROM entries WHERE key IN (SELECT value FROM json_each(?))"
            for key, check, content in self.table.execute(query, [json.dumps(list(keys))]):
                if isinstance(content, bytes) and _check(key, content) == check:
                    yield key, content
        except DAMAGE as error:
            self._reset(error)

    def missing(self, keys: Collection[str]) -> set[str]:
        """Return those *keys* that have no content."""
        if self.table is None:
            return set(keys)
        try:
            query = "SELECT key FROM entries WHERE key IN (SELECT value FROM json_each(?))"
            return {*keys}.difference(key for (key,) in self.table.execute(query, [json.dumps(list(keys))]))
        except DAMAGE as error:
            self._reset(error)
            return set(keys)

    def change(self, put: Mapping[str, bytes], drop: Iterable[str] = ()) -> None:
        """Store some entries and remove others, all of them or none."""
        if self.table is None:
            return
        rows = [(key, _check(key, content), content) for key, content in put.items()]
        try:
            with self.table:
                self.table.executemany("DELETE FROM entries WHERE key = ?", [(key,) for key in drop])
                self.table.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
        except DAMAGE as error:
            self._reset(error)

    def close(self, used: Collection[str] | None = None) -> None:
        """Close the file; entries whose keys are not *used* are removed first."""
        if self.table is None:
            return
        if used is not None:
            with suppress(*DAMAGE):
                self.change({}, [key for (key,) in self.table.execute("SELECT key FROM entries") if key not in used])
        if self.table is not None:
            self.table.close()
            self.table = None

    def _reset(self, error: Exception) -> None:
        """Begin with an empty table, unless the only trouble is that another process holds this one."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in LOCKED:
            return
        if self.table is not None:
            self.table.close()
            self.table = None
        with suppress(OSError, *DAMAGE):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            assert self.file is not None  # without one there is no table that could raise an error
            self.table = _open(self.file)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can read, because the cache contains private notes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _check(key: str, content: bytes) -> str:
    """Hash an entry with its key, so that no other entry can take its place."""
    return digest(key.encode() + content)


def _open(file: Path) -> sqlite3.Connection:
    make_private_folder(file.parent)
    table = sqlite3.connect(file, timeout=2)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = NORMAL")
    table.execute("CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, digest TEXT, content BLOB) WITHOUT ROWID")
    if [column[1] for column in table.execute("PRAGMA table_info(entries)")] != COLUMNS:
        raise sqlite3.DatabaseError("another table of this name")
    return table
