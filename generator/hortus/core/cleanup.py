"""Clear the cache of what a command left there that was killed while it wrote.

Whatever is remembered is written beside its place and then renamed, so that nothing half written is believed.
What has not been renamed lies there under a name that only Hortus gives, and nobody would look at it again.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ASIDE = re.compile(r"(changes|graph\.json|external\.json|(last|math)-[0-9a-f]{16}|[0-9a-f]{16,40})\.\d+")
DRAFT = re.compile(r"\.draft-[a-z0-9_]{8}")
OLD = 3600.0
"""Seconds after which whoever was writing is gone: it takes none of them a second."""


def clear_leftovers(cache: Path) -> None:
    """Remove files of *cache* that were never put in their place; links are not followed."""
    for folder, name in (*_below(cache, ASIDE, 2), *_below(cache / "figures", DRAFT, 4)):
        with suppress(OSError):
            if time.time() - os.lstat(os.path.join(folder, name)).st_mtime > OLD:
                os.unlink(os.path.join(folder, name))


def _below(top: Path, name: re.Pattern[str], depth: int) -> Iterator[tuple[str, str]]:
    """Yield folder and name of the files with such a name, so many folders deep."""
    for folder, folders, files in os.walk(top):
        if len(Path(folder).relative_to(top).parts) >= depth - 1:
            folders.clear()
        yield from ((folder, file) for file in files if name.fullmatch(file))
