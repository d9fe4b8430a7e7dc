"""The hash by which content and cache entries are named and checked."""

import hashlib
from functools import lru_cache

from hortus import PACKAGE


def digest(content: str | bytes) -> str:
    """Hash *content* to 40 hexadecimal digits."""
    content = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.blake2b(content, digest_size=20).hexdigest()


@lru_cache
def code_hash(patterns: tuple[str, ...]) -> str:
    """Hash the modules of this package whose paths match one of several globs."""
    return digest(b"\0".join(file.read_bytes() for pattern in patterns for file in sorted(PACKAGE.glob(pattern))))
