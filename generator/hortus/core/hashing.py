"""The hash by which content and cache entries are named and checked."""

import hashlib


def digest(content: str | bytes) -> str:
    """Hash *content* to 40 hexadecimal digits."""
    content = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.blake2b(content, digest_size=20).hexdigest()
