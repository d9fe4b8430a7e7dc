"""Cache files: written to a temporary file and renamed, so that readers see complete files; hashed to detect damage."""

import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from hortus.core.hashing import digest

TEMPORARY = ".draft-"
"""Prefix of the name of a file that is not complete."""
OLD = 3600.0
"""Seconds after which a temporary file counts as abandoned; writing one takes less than a second."""
DEPTH = 4
"""Depth of folders in the cache."""
TWIN = "twin-"
"""Prefix of the name of a folder that holds a site, not cache files: see `hortus.site.output_tree`."""


def write_cached(file: Path, content: bytes) -> None:
    """Write *content* with its hash; if that fails, nothing is cached."""
    with suppress(OSError):
        replace_file(file, digest(content).encode() + b"\n" + content)


def read_cached(file: Path) -> bytes:
    """Return cached content; raise OSError if there is none, ValueError if it is damaged."""
    check, _, content = file.read_bytes().partition(b"\n")
    if digest(content).encode() != check:
        raise ValueError(f"{file}: damaged")
    return content


def write_cached_json(file: Path, value: Any) -> None:
    """Cache a JSON value."""
    write_cached(file, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def read_cached_json(file: Path) -> Any:
    """Return a cached JSON value; raise OSError or ValueError as `read_cached` does."""
    return json.loads(read_cached(file).decode("utf-8", "surrogatepass"))


def replace_file(file: Path, content: bytes) -> None:
    """Replace a file atomically: readers see either the old or the new content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=TEMPORARY)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.replace(temporary, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def clear_leftovers(cache: Path) -> None:
    """Remove temporary files that killed processes left in *cache*; symlinks are not followed."""
    for folder, folders, files in os.walk(cache):
        if len(Path(folder).relative_to(cache).parts) >= DEPTH:
            folders.clear()
        folders[:] = [name for name in folders if not name.startswith(TWIN)]
        for name in files:
            with suppress(OSError):
                file = os.path.join(folder, name)
                if name.startswith(TEMPORARY) and time.time() - os.lstat(file).st_mtime > OLD:
                    os.unlink(file)
