"""The note cache: the result of `parse_note` by the hash of its input, as msgpack in SQLite.

The key covers the file, the settings that affect parsing, and the code and libraries that parse, so that
an entry is never out of date. An entry that cannot be read counts as absent: the file is parsed again.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from hortus.core.blobs import Blobs
from hortus.core.hashing import code_hash, digest
from hortus.core.model import Note, ParseOptions, Source

READERS = tuple(
    f"{name}.py"
    for name in ("core/**/*", "vault/frontmatter", "vault/properties", "vault/yaml_nodes", "queries/**/*", "parse/**/*")
)
"""Modules of Hortus that affect the result of parsing."""
LIBRARIES = ("markdown-it-py", "mdit-py-plugins", "math-core", "nh3", "pygments", "pyyaml", "regex")
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
    """Encoded notes by key; if the file is damaged or locked, entries are lost, but nothing is raised."""

    def __init__(self, file: Path | None):
        self.blobs = Blobs(file)
        self.used: set[str] = set()

    def get(self, keys: Iterable[str]) -> dict[str, Note]:
        """Return the cached notes of *keys*."""
        wanted = set(keys)
        self.used |= wanted
        found: dict[str, Note] = {}
        for key, content in self.blobs.get(wanted):
            with suppress(msgspec.MsgspecError):
                found[key] = decode_note(content)
        return found

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Return those of *keys* that have no entry; an entry that is there may still be damaged."""
        return self.blobs.missing(set(keys))

    def put(self, notes: Mapping[str, bytes]) -> None:
        """Store encoded *notes*."""
        self.blobs.change(notes)

    def close(self) -> None:
        """Remove entries that were not used, and close the file."""
        self.blobs.close(self.used)


def _installed(name: str) -> str:
    try:
        return version(name)
    except ModuleNotFoundError:
        return "none"
