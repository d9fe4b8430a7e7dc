"""Write a site: all or nothing, only what changed, never over or instead of what somebody else put there.

1. The folder is checked; one that is dangerous, or holds files that Hortus did not write, is refused.
2. Next to it the new site is made, from the one before the last (`output_tree`): changed files are written as they
   come, then unchanged and foreign ones are linked, unless they are there.
3. The two folders are exchanged in one step, and the old one is kept for the next build.

A manifest in the folder names every file that Hortus wrote, by hash: only those are ever replaced or
removed. One that was edited since is moved out of the site: its note may be private by now.
"""

import json
import os
import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from json.encoder import encode_basestring
from pathlib import Path

from hortus.core.cache import TWIN
from hortus.core.cached_values import read_cached_value, write_cached_value
from hortus.core.config import MANIFEST, nested_vault
from hortus.core.hashing import digest
from hortus.core.keys import above
from hortus.core.model import Content, HortusError, Kept, Site
from hortus.site.exchange import clear_away, exchange, locked
from hortus.site.output_tree import FILE_MODE, OutputTree, files_below, keep_twin, link, make_twin, remove

HARMLESS = frozenset({".gitignore", ".gitkeep", ".nojekyll", "CNAME", "README.md", ".DS_Store"})
"""Foreign files that a folder may hold before Hortus has written to it."""
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


@dataclass(frozen=True, slots=True)
class Places:
    """Where the cache keeps what makes the next build of an output folder cheaper."""

    stamps: Path
    """A file with the hash, size and time of each output file: those that still have them are not read again."""
    twin: Path
    """A folder, the site before the last one: see `hortus.site.output_tree`."""


def places_for(out: Path, cache: Path) -> Places:
    """Return the places in *cache* for the output folder *out*."""
    name = digest(str(out))[:16]
    return Places(cache / f"stamps-{name}", cache / f"{TWIN}{name}")


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
    files: Iterable[tuple[str, Content | Kept]], out: Path, vault: str = "", places: Places | None = None
) -> Written:
    """Make *out* hold *files*, each written or compared when it comes and not kept in memory, and what was foreign.

    The manifest keeps the name of a *vault* that is a folder of its project, so that it is missed when it is gone.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with locked(out.parent):
            clear_away(out)
            return _replace(files, out, vault, places)
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


def _replace(files: Iterable[tuple[str, Content | Kept]], out: Path, vault: str, places: Places | None) -> Written:
    manifest = read_manifest(out)
    present = {url: entry.stat(follow_symlinks=False) for url, entry in files_below(str(out))} if out.is_dir() else {}
    ours = _untouched(manifest, present, out, places)
    aside = _Aside(out, places)
    try:
        new: dict[str, str] = {}
        changed = []
        for url, content in files:
            new[url] = content.check if isinstance(content, Kept) else _digest(content)
            if url not in ours or manifest[url] != new[url]:
                aside.tree.write(url, content.make() if isinstance(content, Kept) else content)
                changed.append(url)
        removed = tuple(sorted(ours.keys() - new.keys()))
        if out.is_dir() and not changed and not removed and manifest == new and nested_vault(out) == bool(vault):
            return Written((), (), (), files=new)
        aside.tree.write(MANIFEST, _manifest(new, vault))
        same = {url: ours[url] for url in new.keys() - set(changed)}
        _link_ours(aside.tree, same, out)
        foreign = present.keys() - manifest.keys() - {MANIFEST}
        names = _link_foreign(aside.tree, {url: present[url] for url in foreign}, new, out)
        aside.tree.finish()
        _keep_stamps(aside, new, same)
        edited = sorted(url for url in manifest if url in present and url not in ours)
        moved = tuple(_move_out(url, out / url, out) for url in edited)
        aside.exchange((*new, MANIFEST))
        return Written(tuple(sorted(changed)), removed, names, moved, new)
    finally:
        remove(aside.path)


class _Aside:
    """The folder that takes the place of *out*; it is not made before it is needed."""

    def __init__(self, out: Path, places: Places | None):
        self.out, self.places = out, places
        self.path = out.parent / f".{out.name}.hortus-{os.getpid()}"
        """`clear_away` removes it if this process is killed."""

    @cached_property
    def tree(self) -> OutputTree:
        return OutputTree(self.path, self.places.twin if self.places else None)

    def exchange(self, urls: Collection[str]) -> None:
        """Put the new site in its place; keep the old one as the twin, or make a twin of the first one."""
        first = not self.out.exists()
        exchange(self.path, self.out)
        if self.places and first:
            make_twin(self.out, urls, self.places.twin)
        elif self.places:
            keep_twin(self.path, self.places.twin)


def _untouched(
    manifest: Mapping[str, str], present: Mapping[str, os.stat_result], out: Path, places: Places | None
) -> dict[str, os.stat_result]:
    """Return the files that Hortus wrote and nobody changed since, with what the file system says of them."""
    known = (read_cached_value(places.stamps, MANIFEST, dict[str, tuple[object, ...]]) if places else None) or {}
    found = {}
    for url, check in manifest.items():
        status = present.get(url)
        if status and (known.get(url) == (check, *_stamp(status)) or _digest(out / url) == check):
            found[url] = status
    return found


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    """Return what changes when a file is written; links to it and to its folder change neither of these."""
    return status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino


def _keep_stamps(aside: _Aside, new: Mapping[str, str], same: Mapping[str, os.stat_result]) -> None:
    """Keep the stamps of all files of a complete site; those of unchanged files are known."""
    if aside.places:
        found = {url: _stamp(same.get(url) or os.lstat(f"{aside.path}/{url}")) for url in new}
        stamps = {url: (new[url], *stamp) for url, stamp in found.items()}
        write_cached_value(aside.places.stamps, MANIFEST, stamps)


def _manifest(files: Mapping[str, str], vault: str) -> bytes:
    lines = ",\n".join(f'{encode_basestring(url)}: "{files[url]}"' for url in sorted(files))
    named = f'\n"vault": {encode_basestring(vault)},' if vault else ""
    return f'{{{named}\n"version": 1,\n"files": {{\n{lines}\n}}}}'.encode()


def _link_ours(tree: OutputTree, files: Mapping[str, os.stat_result], out: Path) -> None:
    """Link unchanged files, and make those readable that somebody made unreadable."""
    for url, status in files.items():
        tree.link(f"{out}/{url}", url, status)
        if stat.S_IMODE(status.st_mode) != FILE_MODE:
            os.chmod(f"{tree.path}/{url}", FILE_MODE)


def _link_foreign(
    tree: OutputTree, files: Mapping[str, os.stat_result], new: Mapping[str, str], out: Path
) -> tuple[str, ...]:
    """Link foreign files; return the names of those that were in the way."""
    names = _foreign_names(sorted(files), new)
    for url, status in files.items():
        tree.link(f"{out}/{url}", names[url], status)
    return tuple(names[url] for url in sorted(files) if names[url] != url)


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
    link(str(file), str(target))
    return target.relative_to(out.parent).as_posix()


def _foreign_names(foreign: list[str], new: Mapping[str, str]) -> dict[str, str]:
    """Give foreign files names that differ from those of the site and from each other."""
    if not foreign:
        return {}
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


def _digest(content: Content) -> str:
    if isinstance(content, bytes):
        return digest(content)
    if content.is_symlink() or not content.is_file():
        return ""
    return digest(content.read_bytes())
