"""Folders of output files: what is in one, and one that is made, or brought up to date, to become the site.

The site before the last one is kept in the cache as a *twin* of the site. The next build renames it, replaces in it
what differs from the new site, and exchanges the two. So the cost of writing grows with what changed; only names and
inode numbers are compared for the rest.

The twin shares its files with the site: a file is never written to, only replaced. Nothing is recorded about a twin:
what is missing in it, or is another file than the site's, is linked again, and what does not belong there is removed.
"""

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from hortus.core.model import Content

FILE_MODE, FOLDER_MODE = 0o644, 0o755


def files_below(folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every file and symlink below *folder*, and every empty folder, by relative path.

    What cannot be listed would be lost: it raises OSError.
    """
    waiting: list[tuple[os.DirEntry[str] | None, str]] = [(None, "")]
    while waiting:
        place, prefix = waiting.pop()
        with os.scandir(place.path if place else folder) as scanned:
            entries = list(scanned)
        if not entries and place:
            yield prefix.rstrip("/"), place
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry, f"{prefix}{entry.name}/"))
            else:
                yield prefix + entry.name, entry


class OutputTree:
    """A folder that becomes the site; its files and folders are readable by everybody, whatever the umask.

    It is made from *twin* where that is possible, and otherwise from nothing. Call `finish` after the last file.
    """

    def __init__(self, folder: Path, twin: Path | None = None):
        self.path = str(folder)
        self.old: dict[str, int] = {}
        """Inode numbers of the twin's files that have not been used yet, by relative path."""
        self.folders: dict[str, bool] = {"": True}
        """The folders that there are, by relative path, and whether they are used."""
        if not (twin and self._take(twin)):
            os.mkdir(self.path)
        os.chmod(self.path, FOLDER_MODE)

    def _take(self, twin: Path) -> bool:
        """Start from the files of *twin*; return whether that was possible."""
        try:
            if twin.is_symlink():
                raise NotADirectoryError(twin)
            self._list(str(twin))
            os.rename(twin, self.path)
            return True
        except OSError:  # there is none, it is on another disk, it may not be read
            self.old, self.folders = {}, {"": True}
            remove(twin)
            return False

    def _list(self, folder: str, prefix: str = "") -> None:
        with os.scandir(folder) as scanned:
            for entry in scanned:
                if entry.is_dir(follow_symlinks=False):
                    if stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode) != FOLDER_MODE:
                        os.chmod(entry.path, FOLDER_MODE)
                    self.folders[prefix + entry.name] = False
                    self._list(entry.path, f"{prefix}{entry.name}/")
                else:
                    self.old[prefix + entry.name] = entry.inode()

    def write(self, url: str, content: Content) -> None:
        """Let *url* be a new file."""
        target = self._free(url)
        if isinstance(content, bytes):
            with open(target, "xb") as file:
                file.write(content)
        else:
            shutil.copyfile(content, target)
        os.chmod(target, FILE_MODE)

    def link(self, source: str, url: str, status: os.stat_result) -> None:
        """Let *url* be the same file, symlink or empty folder as *source*, which has this *status*."""
        if stat.S_ISDIR(status.st_mode):
            self._make(url)
        elif self.old.get(url) == status.st_ino:
            del self.old[url]
            self._make(url.rpartition("/")[0])
        else:
            link(source, self._free(url))

    def share(self, source: str, url: str) -> None:
        """Let *url* be the same file as *source*; raise OSError where that cannot be."""
        os.link(source, self._free(url))

    def finish(self) -> None:
        """Remove what the twin had and the site does not have."""
        for url in self.old:
            os.unlink(f"{self.path}/{url}")
        for folder in sorted((folder for folder, used in self.folders.items() if not used), reverse=True):
            os.rmdir(f"{self.path}/{folder}")

    def _free(self, url: str) -> str:
        """Return the path of *url*, at which there is nothing, in a folder that there is."""
        self._make(url.rpartition("/")[0])
        target = f"{self.path}/{url}"
        if url in self.old:
            del self.old[url]
            os.unlink(target)
        elif url in self.folders:
            shutil.rmtree(target)
            self.old = {other: inode for other, inode in self.old.items() if not other.startswith(f"{url}/")}
            self.folders = {
                other: used for other, used in self.folders.items() if other != url and not other.startswith(f"{url}/")
            }
        return target

    def _make(self, folder: str) -> None:
        if self.folders.get(folder):
            return
        self._make(folder.rpartition("/")[0])
        if folder not in self.folders:
            target = self._free(folder)
            os.mkdir(target)
            os.chmod(target, FOLDER_MODE)
        self.folders[folder] = True


def keep_twin(folder: Path, twin: Path) -> None:
    """Keep *folder*, the site before this one, as the twin; where that is not possible, remove it."""
    try:
        remove(twin)
        os.rename(folder, twin)
    except OSError:
        remove(folder)


def make_twin(out: Path, urls: Iterable[str], twin: Path) -> None:
    """Make the twin of a first site, so that the second build need not link everything."""
    remove(twin)
    try:
        tree = OutputTree(twin)
        for url in urls:
            tree.share(f"{out}/{url}", url)
    except OSError:  # on another disk, no room
        remove(twin)


def remove(folder: Path) -> None:
    """Remove a folder, or what is in its place; if that fails, it is left."""
    with suppress(OSError):
        os.unlink(folder)
        return
    shutil.rmtree(folder, ignore_errors=True)


def link(source: str, target: str) -> None:
    """Let *target* be the same file as *source*, or a copy where that cannot be."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
