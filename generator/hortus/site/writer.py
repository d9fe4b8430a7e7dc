"""Write a site: all or nothing, only what changed, never over or instead of what somebody else put there.

1. The folder is checked; one that is dangerous, or holds files nobody vouches for, is refused.
2. Beside it a new folder is made: changed files are written there as they come, then unchanged and foreign ones linked.
3. The two folders change places in one step, and the old one is removed.

A manifest in the folder names every file that Hortus wrote, by hash: only those are ever replaced or
removed. One that was edited since is moved out of the site: its note may be private by now.
"""

import json
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hortus.core.cache import read_cached_json, write_cached_json
from hortus.core.config import MANIFEST, nested_vault
from hortus.core.hashing import digest
from hortus.core.keys import above
from hortus.core.model import Content, HortusError, Kept, Site
from hortus.site.exchange import clear_away, exchange, locked

HARMLESS = frozenset({".gitignore", ".gitkeep", ".nojekyll", "CNAME", "README.md", ".DS_Store"})
"""Foreign files that a folder may hold before Hortus has written to it."""
FILE_MODE, FOLDER_MODE = 0o644, 0o755
NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


@dataclass(frozen=True, slots=True)
class Written:
    """What writing did."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    """Foreign files that were in the way, under the names they were given."""
    moved: tuple[str, ...] = ()
    """Pages that somebody edited, moved out of the site: paths next to the output folder."""
    files: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The hash of each file of the site, by address."""


def check_output(out: Path, vault: Path, figures: Path) -> None:
    """Refuse (status 4) an output folder that building could harm."""
    real, notes = out.resolve(), vault.resolve()
    reason = ""
    if real == Path(real.anchor) or real == Path(os.path.expanduser("~")).resolve():
        reason = "it is the root or a home folder"
    elif real == notes or real in notes.parents:
        reason = "it is the vault or holds it"
    elif notes in real.parents:
        reason = "it is inside the vault, where Obsidian would index it"
    elif figures.exists() and (real == figures.resolve() or real in figures.resolve().parents):
        reason = "it is the folder of figure scripts or holds it"
    elif (real / ".git").exists():
        reason = "it is the root of a repository"
    elif out.is_symlink() or (out.exists() and not out.is_dir()):
        reason = "it is not a folder of its own"
    elif out.is_dir() and not (out / MANIFEST).exists():
        foreign = sorted(set(os.listdir(out)) - HARMLESS)
        if foreign:
            named = ", ".join([*foreign[:3], *["…"] * (len(foreign) > 3)])
            reason = f"it holds files that Hortus did not write ({named})"
    if reason:
        raise HortusError(f"{out}: not written: {reason}; pass an empty or new folder with --out", 4)


def write_site(site: Site, out: Path) -> Written:
    """Make *out* hold *site*, and whatever foreign files it held before."""
    return write_files(site.files.items(), out)


def write_files(
    files: Iterable[tuple[str, Content | Kept]], out: Path, vault: str = "", stamps: Path | None = None
) -> Written:
    """Make *out* hold *files*, each written or compared when it comes and then let go of, and what was foreign.

    The manifest keeps the name of a *vault* that is a folder of its project, so that it is missed when it is gone.
    *stamps* is a file of the cache that keeps the size and time of each output file: those that have them still are
    not read again.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with locked(out.parent):
            clear_away(out)
            return _replace(files, out, vault, stamps)
    except OSError as error:
        place = error.filename or out
        raise HortusError(f"{place}: {error.strerror}; the site was left unchanged", 1) from None


def read_manifest(out: Path) -> dict[str, str]:
    """Return the hash of each file that Hortus wrote to *out*; empty when it wrote none, or that is not known.

    A manifest that is there and cannot be read just now is no sign that nothing is ours: it raises OSError.
    """
    try:
        files = json.loads((out / MANIFEST).read_text("utf-8"))["files"]
        return {str(url): str(check) for url, check in files.items()}
    except (*NO_FILE, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _replace(files: Iterable[tuple[str, Content | Kept]], out: Path, vault: str, stamps: Path | None) -> Written:
    manifest = read_manifest(out)
    present = dict(_files(str(out))) if out.is_dir() else {}
    ours = _untouched(manifest, present, stamps)
    aside = _Aside(out.parent / f".{out.name}.hortus-{os.getpid()}")  # `clear_away` removes it if this is killed
    try:
        new: dict[str, str] = {}
        for url, content in files:
            new[url] = content.check if isinstance(content, Kept) else _digest(content)
            if url not in ours or manifest[url] != new[url]:
                aside.write(url, content.make() if isinstance(content, Kept) else content)
        changed = tuple(sorted(url for url, check in new.items() if url not in ours or manifest[url] != check))
        removed = tuple(sorted(ours.keys() - new.keys()))
        edited = sorted(url for url in manifest if url in present and url not in ours)
        foreign = sorted(present.keys() - manifest.keys() - {MANIFEST})
        if out.is_dir() and not changed and not removed and manifest == new and nested_vault(out) == bool(vault):
            return Written((), (), (), files=new)
        for url in new.keys() - set(changed):
            aside.link(present[url], url, ours[url].st_mode)
        names = _foreign_names(foreign, new)
        for url in foreign:
            aside.link(present[url], names[url])
        record = {"version": 1, "files": new} | ({"vault": vault} if vault else {})
        aside.write(MANIFEST, json.dumps(record, ensure_ascii=False, indent=0, sort_keys=True).encode())
        _keep_stamps(stamps, new, {url: ours[url] for url in new.keys() - set(changed)}, aside.path)
        moved = tuple(_move_out(url, Path(present[url]), out) for url in edited)
        exchange(Path(aside.path), out)
        return Written(changed, removed, tuple(names[url] for url in foreign if names[url] != url), moved, new)
    finally:
        shutil.rmtree(aside.path, ignore_errors=True)


def stamps_name(out: Path) -> str:
    """Return the name of the file of the cache that keeps the stamps of the site in *out*."""
    return f"stamps-{digest(str(out))[:16]}"


def _untouched(
    manifest: Mapping[str, str], present: Mapping[str, str], stamps: Path | None
) -> dict[str, os.stat_result]:
    """Return the files that Hortus wrote and nobody changed since, with what the file system says of them."""
    known: Mapping[str, Any] = {}
    with suppress(OSError, ValueError):
        known = dict(read_cached_json(stamps)) if stamps else {}
    found = {}
    for url, check in manifest.items():
        if url in present:
            status = os.lstat(present[url])
            if known.get(url) == [check, *_stamp(status)] or _digest(Path(present[url])) == check:
                found[url] = status
    return found


def _stamp(status: os.stat_result) -> list[int]:
    """Return what changes when a file is written; links to it and to its folder change neither of these."""
    return [status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino]


def _keep_stamps(
    stamps: Path | None, new: Mapping[str, str], linked: Mapping[str, os.stat_result], folder: str
) -> None:
    """Keep the stamps of all files of a site that is complete in *folder*; those of *linked* files are known."""
    if stamps:
        found = {url: linked.get(url) or os.lstat(f"{folder}/{url}") for url in new}
        write_cached_json(stamps, {url: [new[url], *_stamp(status)] for url, status in found.items()})


class _Aside:
    """Make a new folder next to the site; its files and folders are readable by everybody, whatever the umask."""

    def __init__(self, folder: Path):
        self.path = str(folder)
        os.mkdir(self.path)
        os.chmod(self.path, FOLDER_MODE)
        self.folders = {self.path}

    def write(self, url: str, content: Content) -> None:
        target = self._place(url)
        if isinstance(content, bytes):
            with open(target, "wb") as file:
                file.write(content)
        else:
            shutil.copyfile(content, target)
        os.chmod(target, FILE_MODE)

    def link(self, source: str, url: str, mode: int = 0) -> None:
        """Let *url* be the same file as *source*; *mode* is the file's if it is one of ours."""
        target = self._place(url)
        if os.path.isdir(source) and not os.path.islink(source):
            self._make(target)
            return
        _link(source, target)
        if mode and stat.S_IMODE(mode) != FILE_MODE:
            os.chmod(target, FILE_MODE)

    def _place(self, url: str) -> str:
        target = f"{self.path}/{url}"
        self._make(target.rpartition("/")[0])
        return target

    def _make(self, folder: str) -> None:
        if folder in self.folders:
            return
        self._make(folder.rpartition("/")[0])
        if not os.path.isdir(folder):
            os.mkdir(folder)
        os.chmod(folder, FOLDER_MODE)
        self.folders.add(folder)


def _move_out(url: str, file: Path, out: Path) -> str:
    """Keep an edited file next to the site, for its owner only; return where, relative to the parent of *out*."""
    kept = out.with_name(f"{out.name}.kept")
    kept.mkdir(mode=0o700, exist_ok=True)
    target, number = kept / url, 0
    while os.path.lexists(target) or any(place.is_file() for place in target.parents):
        if _digest(target) == _digest(file) != "":
            return target.relative_to(out.parent).as_posix()
        number += 1
        target = kept / f"{number}" / url
    target.parent.mkdir(parents=True, exist_ok=True)
    _link(str(file), str(target))
    return target.relative_to(out.parent).as_posix()


def _foreign_names(foreign: list[str], new: Mapping[str, str]) -> dict[str, str]:
    """Give foreign files names that differ from those of the site and from each other."""
    files = set(new)
    folders = {place for url in new for place in above(url)}
    names: dict[str, str] = {}
    for url in sorted(foreign, key=lambda url: (bool(_blocking(url, files, folders)), url)):  # who can stay, stays
        name = url
        while blocking := _blocking(name, files, folders):
            name = f"{blocking}.kept{name[len(blocking) :]}"
        names[url] = name
        files.add(name)
        folders.update(above(name))
    return names


def _blocking(name: str, files: Collection[str], folders: Collection[str]) -> str:
    """Return the part of a path that is taken by something else, empty when it is free."""
    return next((place for place in above(name) if place in files), name if name in files or name in folders else "")


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """Yield every file and link of the file system below *folder*, and every empty folder, by relative path.

    What cannot be listed would be lost: it raises OSError.
    """
    waiting = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        with os.scandir(place) as scanned:
            entries = list(scanned)
        if not entries and prefix:
            yield prefix.rstrip("/"), place
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{prefix}{entry.name}/"))
            else:
                yield prefix + entry.name, entry.path


def _digest(content: Content) -> str:
    if isinstance(content, bytes):
        return digest(content)
    if content.is_symlink() or not content.is_file():
        return ""
    return digest(content.read_bytes())


def _link(source: str, target: str) -> None:
    """Let *target* be the same file as *source*, or a copy where that cannot be."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
