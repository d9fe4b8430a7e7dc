"""Cached values: encoded by msgspec, under a key that covers everything they depend on."""

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hortus.core.cache import read_cached, write_cached

Value = TypeVar("Value")


def write_cached_value(file: Path, key: str, value: Any) -> None:
    """Cache a value that msgspec can encode, and the key that it is valid for."""
    try:
        write_cached(file, msgspec.msgpack.encode((key, value)))
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON may hold: not cached
        return


def read_cached_value(file: Path, key: str, kind: type[Value]) -> Value | None:
    """Return a cached value of the type *kind*; None if there is none, it is damaged, or it has another key."""
    try:
        known, value = msgspec.msgpack.decode(read_cached(file), type=tuple[str, kind])  # type: ignore[valid-type]  # known when this runs
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return value if known == key else None
