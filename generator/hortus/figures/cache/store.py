"""The figure store: a content-addressed store of objects, and for each key the actions that made them.

``objects/ab/cdef…`` contain bytes, named by their SHA-256. ``actions/ab/cdef…/*.json`` contain results of runs
with this key; there may be several, distinguished by the files they read and the versions they ran with.
``last/*.json`` contain the last good picture of a name. Every file is written to a temporary file and renamed;
every file is checked when it is read, and one that is damaged, incomplete or moved to another name
counts as absent.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hortus.core.cache import replace_file

FRESH = 3600.0
"""Seconds for which an object is safe from pruning: another build may be about to refer to it."""
TOUCH = 86400.0


class Store:
    def __init__(self, folder: Path):
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store *data*; return its digest."""
        digest = hashlib.sha256(data).hexdigest()
        if self.get(digest) is None:
            replace_file(self._object(digest), data)
        return digest

    def get(self, digest: str) -> bytes | None:
        """Return the bytes with this digest; None if they are missing or damaged."""
        if len(digest) != 64 or not digest.isalnum():
            return None
        try:
            data = self._object(digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def actions(self, key: str) -> list[dict[str, Any]]:
        """Return the actions stored under *key*, newest first."""
        folder = self.folder / "actions" / key[:2] / key[2:]
        try:
            files = sorted(folder.glob("*.json"), key=lambda file: (-file.stat().st_mtime_ns, file.name))
        except OSError:
            return []
        return [action for file in files if (action := self._read(file, touch=True)) is not None]

    def add_action(self, key: str, action: dict[str, Any]) -> None:
        """Store *action* under *key*; replace an action with the same inputs and versions."""
        apart = json.dumps([action.get("observed"), action.get("versions")], sort_keys=True)
        name = hashlib.sha256(apart.encode()).hexdigest()[:16]
        self.replace_file(self.folder / "actions" / key[:2] / key[2:] / f"{name}.json", action)

    def last(self, name: str) -> dict[str, Any]:
        """Return the record of the last good picture of *name*; empty if there is none."""
        return self._read(self._last(name)) or {}

    def set_last(self, name: str, record: dict[str, Any]) -> None:
        if self.last(name) != record:
            self.replace_file(self._last(name), record)

    def prune(self, limit: int) -> None:
        """Remove the least recently used actions until all objects that are referred to fit in *limit* bytes."""
        sizes = {digest: file.stat().st_size for digest, file in self._objects()}
        records = sorted(self._records(), key=lambda pair: -pair[1])
        kept: set[str] = set()
        total = 0
        for file, _ in records:
            named = _digests(self._read(file)) & sizes.keys()
            total += sum([sizes[digest] for digest in named - kept])
            if total > limit:
                file.unlink(missing_ok=True)
                total -= sum(sizes[digest] for digest in named - kept)
            else:
                kept |= named
        if sum(sizes.values()) <= limit:
            return
        for digest, file in self._objects():
            if digest not in kept and time.time() - file.stat().st_mtime > FRESH:
                file.unlink(missing_ok=True)

    def _records(self) -> Iterator[tuple[Path, float]]:
        for file in sorted(self.folder.glob("last/*.json")):
            yield file, float("inf")
        for file in sorted(self.folder.glob("actions/*/*/*.json")):
            yield file, file.stat().st_mtime

    def _objects(self) -> Iterator[tuple[str, Path]]:
        for file in sorted(self.folder.glob("objects/*/*")):
            yield file.parent.name + file.name, file

    def _object(self, digest: str) -> Path:
        return self.folder / "objects" / digest[:2] / digest[2:]

    def _last(self, name: str) -> Path:
        return self.folder / "last" / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def replace_file(self, file: Path, record: dict[str, Any]) -> None:
        """Write JSON with a digest of it and of the file's path, so that damaged and moved records are detected."""
        text = json.dumps(record, sort_keys=True, ensure_ascii=False).encode()
        replace_file(file, self._seal(file, text) + b"\n" + text)

    def _read(self, file: Path, touch: bool = False) -> dict[str, Any] | None:
        try:
            digest, _, text = file.read_bytes().partition(b"\n")
            if self._seal(file, text) != digest:
                return None
            record = json.loads(text)
        except (OSError, ValueError):
            return None
        with suppress(OSError):  # the store may be read-only
            if touch and time.time() - file.stat().st_mtime > TOUCH:
                os.utime(file)
        return record if isinstance(record, dict) else None

    def _seal(self, file: Path, text: bytes) -> bytes:
        place = file.relative_to(self.folder).as_posix()
        return hashlib.sha256(place.encode() + b"\n" + text).hexdigest().encode()


def _digests(value: Any) -> set[str]:
    """Return all strings in a record that may be digests of objects."""
    if isinstance(value, str):
        return {value} if len(value) == 64 else set()
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(_digests, value)) if isinstance(value, list) else set()
