"""Marks: short hashes by which values are compared with what they were."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

MARK = 8
"""Bytes of a mark."""


def _encoded(value: Any) -> Any:
    """Convert what msgspec cannot encode to plain values: read-only mappings, paths."""
    return dict(value) if isinstance(value, Mapping) else str(value)


_encode = msgspec.msgpack.Encoder(enc_hook=_encoded).encode


def mark_of(value: Any) -> bytes:
    """Return a short hash of a value."""
    try:
        written = _encode(value)
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON may hold
        written = repr(value).encode("utf-8", "surrogatepass")
    return blake2b(written, digest_size=MARK).digest()
