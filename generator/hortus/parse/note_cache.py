"""The note cache: the result of `parse_note` by the hash of its input, as msgpack in SQLite.

The key covers the file, the settings that affect parsing, and the code and libraries that parse, so that
an entry is never out of date. An entry that cannot be read counts as absent: the file is parsed again.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from hortus.core.hashing import code_hash, digest
from hortus.core.model import Note, ParseOptions, Source

READERS = tuple(f"{name}.py" for name in ("core/**/*", "vault/frontmatter", "vault/properties", "parse/**/*"))
"""Modules of Hortus that affect the result of parsing."""
LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "math-core", "nh3", "pygments", "pyyaml")
DAMAGE = (sqlite3.Error, ValueError)
"""Exceptions that SQLite raises for a damaged file; decoding its error message may fail, too."""
LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
encode_note = msgspec.msgpack.Encoder().encode
decode_note = msgspec.msgpack.Decoder(Note).decode
encode_job = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(tuple[Source, ParseOptions]).decode
"""The input of a worker process."""


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash everything that parsing depends on: our modules, and the versions of libraries."""
    return digest("\0".join([code_hash(READERS), *(f"{name} {_installed(name)}" for name in (*LIBRARIES, "mmdr"))]))


def note_key(source: Source, options: ParseOptions) -> str:
    """Return the key under which the note of *source* is cached."""
    return digest(msgspec.msgpack.encode((code_version(), options, source)))


class Memo:
    """A table from key to encoded note; if the file is damaged or locked, entries are lost, but nothing is raised."""

    def __init__(self, file: Path | None):
        self.file = file
        self.table: sqlite3.Connection | None = None
        self.used: set[str] = set()
        if file is None:
            return
        try:
            self.table = _open(file)
        except OSError:
            return
        except DAMAGE as error:
            self._reset(error)

    def get(self, keys: Iterable[str]) -> dict[str, Note]:
        """Return the cached data of *keys*."""
        wanted = set(keys)
        self.used |= wanted
        found: dict[str, Note] = {}
        if self.table is None:
            return found
        try:
            for key, check, content in self.table.execute("SELECT key, digest, note FROM notes"):
                if key in wanted and isinstance(content, bytes) and _check(key, content) == check:
                    with suppress(msgspec.MsgspecError):
                        found[key] = decode_note(content)
        except DAMAGE as error:
            self._reset(error)
        return found

    def put(self, notes: Mapping[str, bytes]) -> None:
        """Store encoded *notes*."""
        rows = [(key, _check(key, content), content) for key, content in notes.items()]
        if rows:
            self._change("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Remove entries that were not used, and close the file."""
        if self.table is None:
            return
        with suppress(*DAMAGE):
            old = [(key,) for (key,) in self.table.execute("SELECT key FROM notes") if key not in self.used]
            self._change("DELETE FROM notes WHERE key = ?", old)
        if self.table is not None:
            self.table.close()

    def _change(self, statement: str, rows: list[tuple]) -> None:
        if self.table is None:
            return
        try:
            with self.table:
                self.table.executemany(statement, rows)
        except DAMAGE as error:
            self._reset(error)

    def _reset(self, error: Exception) -> None:
        """Start with an empty table, unless the only problem is that another build has locked this one."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in LOCKED:
            return
        if self.table is not None:
            self.table.close()
            self.table = None
        with suppress(OSError, *DAMAGE):
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.file}{suffix}").unlink(missing_ok=True)
            assert self.file is not None  # without a file there is no table that could raise an error
            self.table = _open(self.file)


def _check(key: str, content: bytes) -> str:
    """Hash an entry with its key, so that an entry stored under another key is detected."""
    return digest(key.encode() + content)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can read, because the cache contains private notes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _open(file: Path) -> sqlite3.Connection:
    make_private_folder(file.parent)
    table = sqlite3.connect(file, timeout=2)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = NORMAL")
    table.execute("CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, digest TEXT, note BLOB) WITHOUT ROWID")
    if [column[1] for column in table.execute("PRAGMA table_info(notes)")] != ["key", "digest", "note"]:
        raise sqlite3.DatabaseError("another table of this name")
    return table


def _installed(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "none"
