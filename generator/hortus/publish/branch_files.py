"""Files of a published branch that are not part of the site, checked before the branch is published again.

They stay on the branch because Hortus did not write them. Private content in one prevents the publication: a
file of the vault, the page of a note that is private now, or words, secrets and paths that `secrets` finds.
"""

import os
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from hortus.core.config import Config
from hortus.core.filetypes import WRITTEN, kind_of
from hortus.core.git import Entry, Repository, blob_id, blob_sizes, blobs_of_history, read_blobs
from hortus.core.hashing import digest
from hortus.core.settings import SETTINGS
from hortus.publish.receipt import Receipt
from hortus.publish.secrets import Leak, Scan

HOST_FILES = frozenset({"CNAME", "LICENSE", ".nojekyll", ".gitignore", ".gitattributes"})
"""Names of files that a branch and its vault may have in common."""
DESCRIPTIONS = frozenset({"README.md", "404.html", "index.html"})
"""Names of files that a branch and a vault at the repository's root may both have, with different content."""
BATCH = 200
"""Blobs read at a time."""


@dataclass(frozen=True, slots=True)
class OtherFiles:
    """Files that would stay on the branch, and the data of the site that they are compared with."""

    entries: Mapping[str, Entry]
    public: Collection[str]
    """Blob ids of the site's own files."""
    withheld: Set[str]
    """Paths of notes that are not published."""
    receipt: Receipt
    """The receipt of the last publication."""


def find_exposed(repository: Repository, config: Config, others: OtherFiles, scan: Scan) -> tuple[Leak, ...]:
    """Return findings in the files that would stay; one for each file of the vault."""
    if not others.entries:
        return ()
    found = _pages_of_withheld(others) | _vault_files(repository, config, others)
    rest = {path: entry for path, entry in others.entries.items() if path not in found and entry.mode != "160000"}
    return (*(found[path] for path in sorted(found)), *scan.find(_contents(repository, rest)))


def _pages_of_withheld(others: OtherFiles) -> dict[str, Leak]:
    """Find pages, texts and cards of notes that are private now, if somebody edited them on the branch."""
    pieces = others.receipt.pieces
    urls = [url for url in others.entries if url in pieces and others.withheld & set(pieces[url].why)]
    kept = (url for url in urls if pieces[url].kind in ("note", "text", "hover", "card"))
    return {url: _leak(url, others.entries[url], "the page of a note that is not published any more") for url in kept}


def _vault_files(repository: Repository, config: Config, others: OtherFiles) -> dict[str, Leak]:
    """Find files of the vault: by path, by content on disk, and by content in the history of HEAD."""
    top = Path(os.path.realpath(repository.top)) if repository.top else config.vault
    prefix = os.path.relpath(config.vault, top).replace(os.sep, "/")
    prefix = "" if prefix == "." else f"{prefix}/"
    asked = {
        path: entry
        for path, entry in others.entries.items()
        if path.rsplit("/", 1)[-1] not in HOST_FILES and entry.id not in others.public
    }
    asked.pop("404.html", None)
    settings = os.path.relpath(config.project / SETTINGS, top).replace(os.sep, "/")
    on_disk = dict(_files(config))
    sizes = blob_sizes(repository, {entry.id for entry in asked.values() if entry.mode != "160000"})
    contents = {blob_id(repository, file.read_bytes()) for file in _of_sizes(on_disk.values(), set(sizes.values()))}
    contents |= _history(repository, config, prefix, top) if asked else frozenset()
    found = {}
    for path, entry in asked.items():
        below = path.removeprefix(prefix) if path.startswith(prefix) else ""
        named = (below in on_disk and below not in DESCRIPTIONS) or (prefix and kind_of(below) in WRITTEN)
        if named or path == settings or (sizes.get(entry.id) and entry.id in contents):
            found[path] = _leak(path, entry, "a file of the vault that is not part of the site")
    return found


def _history(repository: Repository, config: Config, prefix: str, top: Path) -> frozenset[str]:
    """Return the ids of all files of the vault's folder in HEAD's history, without sites built into it."""
    paths = [f":(top,literal){prefix}" if prefix else ":(top)"]
    if config.out.is_relative_to(top):
        paths.append(f":(top,exclude,literal){config.out.relative_to(top).as_posix()}")
    return blobs_of_history(repository, *paths)


def _files(config: Config) -> Iterator[tuple[str, Path]]:
    """Yield every file of the vault, including hidden and ignored ones, by its vault path."""
    skip = {os.path.realpath(path) for path in config.skip}
    for place, folders, names in os.walk(config.vault):
        folders[:] = [name for name in folders if name != ".git" and os.path.join(place, name) not in skip]
        for name in names:
            file = Path(place, name)
            yield file.relative_to(config.vault).as_posix(), file


def _of_sizes(files: Collection[Path], sizes: Collection[int]) -> Iterator[Path]:
    """Yield the readable files with one of *sizes*; only these can be equal to a blob."""
    for file in files:
        if file.is_file() and file.stat().st_size in sizes and os.access(file, os.R_OK):
            yield file


def _contents(repository: Repository, entries: Mapping[str, Entry]) -> Iterator[tuple[str, bytes]]:
    """Read blobs in batches."""
    paths = sorted(entries)
    for start in range(0, len(paths), BATCH):
        some = paths[start : start + BATCH]
        yield from zip(some, read_blobs(repository, [entries[path].id for path in some]), strict=True)


def _leak(path: str, entry: Entry, kind: str) -> Leak:
    return Leak(path, kind, path, digest(f"{path}\0{entry.id}")[:8])
