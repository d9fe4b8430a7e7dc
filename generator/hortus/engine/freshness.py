"""Whether anything changed since the last build: one hash of everything that a site depends on.

If the hash, and names, sizes and times of the output files are unchanged, there is nothing to do, and none of the
libraries that make a site is imported. In any doubt the site is built.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from operator import itemgetter
from pathlib import Path

from hortus import PACKAGE
from hortus.core.cache import clear_leftovers, read_cached_json, write_cached_json
from hortus.core.config import Config
from hortus.core.hashing import digest
from hortus.core.model import Vault
from hortus.engine.day import build_day
from hortus.site.output_tree import files_below
from hortus.vault.history import head
from hortus.vault.property_types import read_property_types
from hortus.vault.static_files import read_static


@dataclass(frozen=True, slots=True)
class Last:
    """The record of a build."""

    notes: int
    summary: Mapping[str, int]
    dated: bool = False
    """Whether the site shows the day of the build."""


def environment_hash(config: Config) -> str:
    """Hash everything that a site depends on, apart from the vault: code, libraries, settings, templates, style."""
    parts = [sys.version, repr(config), *_code(PACKAGE), *_code(config.project / "templates")]
    parts += _content(config.project / "theme.css")
    parts += installed()
    return digest("\n".join(parts).encode("utf-8", "surrogatepass"))


def installed() -> list[str]:
    """Return names and versions of all installed libraries, from the names of their folders.

    Asking each for its version would read a hundred files.
    """
    found: set[str] = set()
    for place in sys.path:
        with suppress(OSError):
            found.update(name for name in os.listdir(place or ".") if name.endswith((".dist-info", ".egg-info")))
    return sorted(found)


def inputs_hash(config: Config, vault: Vault, mode: str, code: str) -> str:
    """Hash everything a site is made of, *code* included; attachments count by size and time of change."""
    parts = [mode, code, head(config.vault), *_code(config.figures)]
    parts += [f"{source.path}\0{digest(source.text)}\0{source.flaws}" for source in vault.sources]
    parts.append(repr(read_property_types(config.vault)))
    static, unread = read_static(config)
    parts += [f"{asset.path}\0{asset.size}\0{asset.stamp}" for asset in (*vault.assets, *static)]
    parts += [repr(astuple(issue)) for issue in (*vault.issues, *unread)]
    return digest("\n".join(parts).encode("utf-8", "surrogatepass"))


def read_last(config: Config, inputs: str) -> Last | None:
    """Return the record of the last build if nothing has changed since, otherwise None."""
    try:
        last = read_cached_json(_file(config))
        today = last["day"] in ("", str(build_day()))
        fresh = today and last["inputs"] == inputs and last["stamps"] == _stamps(config.out)
        return Last(last["notes"], last["summary"]) if fresh else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_last(config: Config, inputs: str, last: Last) -> None:
    """Record a successful build, and remove temporary files of builds that were killed."""
    record = {"inputs": inputs, "stamps": _stamps(config.out), "notes": last.notes, "summary": dict(last.summary)}
    write_cached_json(_file(config), record | {"day": str(build_day()) if last.dated else ""})
    clear_leftovers(config.cache)


def _file(config: Config) -> Path:
    return config.cache / f"last-{digest(str(config.out))[:16]}.json"


def _stamps(out: Path) -> str:
    """Hash names, sizes and times of all files in the output folder."""
    lines = []
    for url, entry in sorted(files_below(str(out)), key=itemgetter(0)):
        stat = entry.stat(follow_symlinks=False)
        lines.append(f"{url}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}")
    return digest("\n".join(lines).encode("utf-8", "surrogateescape"))


def _code(folder: Path) -> Iterator[str]:
    """Yield name and hash of every file below *folder*, except compiled code."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            yield from (f"{name}\0{content}" for content in _content(Path(place, name)))


def _content(file: Path) -> list[str]:
    try:
        return [digest(file.read_bytes())]
    except OSError:
        return []
