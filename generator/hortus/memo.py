"""Notes remembered: `parse_note` by the hash of its input, in SQLite; nothing is pickled.

The key covers the file, the settings that reach it, and the code and libraries that read it, so that
an entry is never out of date. An entry that cannot be read is no entry: the file is parsed again.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from hortus.model import Note, ParseOptions, Source
from hortus.names import digest

READERS = ("canvas.py", "model.py", "names.py", "mathfont.py", "note.py", "properties.py", "slots.py", "syntax/*.py")
"""The modules of ours whose change may change a note."""
LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "math-core", "nh3", "pygments", "pyyaml")
encode_note = msgspec.msgpack.Encoder().encode
decode_note = msgspec.msgpack.Decoder(Note).decode


@lru_cache(maxsize=1)
def code_version() -> str:
    """Hash what understands a note: our modules, and the versions of the libraries."""
    here = Path(__file__).parent
    own = [file.read_bytes() for pattern in READERS for file in sorted(here.glob(pattern))]
    return digest(b"\0".join([*own, *(f"{name} {_installed(name)}".encode() for name in (*LIBRARIES, "mmdr"))]))


def note_key(source: Source, options: ParseOptions) -> str:
    """Return the key under which the note of *source* is remembered."""
    return digest(msgspec.msgpack.encode((code_version(), options, source)))


class Memo:
    """A table from key to encoded note; damage and locks make it forget, never fail."""

    def __init__(self, file: Path | None):
        self.table: sqlite3.Connection | None = None
        self.used: set[str] = set()
        if file is None:
            return
        try:
            self.table = _open(file)
        except sqlite3.DatabaseError:
            with suppress(OSError, sqlite3.DatabaseError):
                file.unlink()
                self.table = _open(file)
        except OSError:
            self.table = None

    def get(self, keys: Iterable[str]) -> dict[str, Note]:
        """Return what is remembered of *keys*."""
        wanted = set(keys)
        self.used |= wanted
        if self.table is None:
            return {}
        found = {}
        try:
            rows = self.table.execute("SELECT key, digest, note FROM notes")
            for key, check, content in rows:
                if key in wanted and isinstance(content, bytes) and digest(content) == check:
                    with suppress(msgspec.MsgspecError):
                        found[key] = decode_note(content)
        except sqlite3.DatabaseError:
            pass
        return found

    def keep(self, notes: Mapping[str, bytes]) -> None:
        """Remember encoded *notes*."""
        if self.table is None or not notes:
            return
        with suppress(sqlite3.DatabaseError), self.table:
            rows = [(key, digest(content), content) for key, content in notes.items()]
            self.table.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Forget what nobody asked for, and let go of the file."""
        if self.table is None:
            return
        with suppress(sqlite3.DatabaseError), self.table:
            old = [(key,) for (key,) in self.table.execute("SELECT key FROM notes") if key not in self.used]
            self.table.executemany("DELETE FROM notes WHERE key = ?", old)
        self.table.close()


def _open(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    table = sqlite3.connect(file, timeout=2)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = NORMAL")
    table.execute("CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, digest TEXT, note BLOB) WITHOUT ROWID")
    return table


def _installed(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "none"
