"""Files of the cache: written aside and renamed, so that nothing half written is read; sealed, so that damage shows."""

import json
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from hortus.core.hashing import digest

ASIDE = ".draft-"
"""What the name of a file begins with until it is complete."""
OLD = 3600.0
"""Seconds after which the process that was writing a file is gone: none takes a second for one."""
DEPTH = 4
"""How many folders below the cache's own may hold files."""


def keep(file: Path, content: bytes) -> None:
    """Keep *content* with its hash; what cannot be written is not kept, and is made again next time."""
    with suppress(OSError):
        replace_file(file, digest(content).encode() + b"\n" + content)


def kept(file: Path) -> bytes:
    """Return what was kept; raise OSError when there is none, ValueError when it is damaged."""
    check, _, content = file.read_bytes().partition(b"\n")
    if digest(content).encode() != check:
        raise ValueError(f"{file}: damaged")
    return content


def keep_json(file: Path, value: Any) -> None:
    """Keep a value of JSON."""
    keep(file, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def kept_json(file: Path) -> Any:
    """Return a value of JSON that was kept; raise OSError or ValueError as `kept` does."""
    return json.loads(kept(file).decode("utf-8", "surrogatepass"))


def replace_file(file: Path, content: bytes) -> None:
    """Write a file so that its readers see either what it was or all of *content*."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, aside = tempfile.mkstemp(dir=file.parent, prefix=ASIDE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.replace(aside, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise


def clear_leftovers(cache: Path) -> None:
    """Remove what processes that were killed left half written in *cache*; symbolic links are not followed."""
    for folder, folders, files in os.walk(cache):
        if len(Path(folder).relative_to(cache).parts) >= DEPTH:
            folders.clear()
        for name in files:
            with suppress(OSError):
                file = os.path.join(folder, name)
                if name.startswith(ASIDE) and time.time() - os.lstat(file).st_mtime > OLD:
                    os.unlink(file)
