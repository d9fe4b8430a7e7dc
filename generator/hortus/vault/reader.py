"""Read a vault: the text of its notes, and the names of all other files. Nothing is written.

Skipped are files and folders whose name begins with a dot (except the settings that `template_folders` and
`property_types` read), ``node_modules``, the settings, the output folder, sites that Hortus wrote, and what the
settings ignore. Of templates only the path is kept. Symlinks are followed only to files that would be read anyway.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

from hortus.core.config import MANIFEST, Config
from hortus.core.filetypes import is_sized, kind_of
from hortus.core.keys import above, glob_matcher
from hortus.core.model import Asset, HortusError, Issue, Source, Vault
from hortus.core.settings import SETTINGS
from hortus.core.slots import without_marks
from hortus.vault.template_folders import TemplateFolders, find_template_folders

NEVER = frozenset({"node_modules", SETTINGS})
LARGEST_TEXT = 200_000
"""Bytes; a larger text file is linked instead of embedded."""
LARGEST = 8_000_000
"""Bytes of a note; a larger file is not read, and is reported."""


def read_vault(
    root: Path, ignore: Iterable[str] = (), skip: Iterable[Path] = (), publish_templates: bool = False
) -> Vault:
    """Read every note under *root*, sorted by path; folders in *skip* are left out, and templates are withheld."""
    sources: list[Source] = []
    assets: list[Asset] = []
    walk = _Walk(root, ignore, skip)
    found = sorted(walk.files(), key=itemgetter(0))
    issues, withheld = walk.issues, walk.withheld
    folders = TemplateFolders({}) if publish_templates else find_template_folders(root)
    templates: list[str] = []
    for path, entry in found:
        if kind_of(path) == "note" and (place := folders.place(path)):
            templates.append(place)
            withheld.add(path)
            continue
        try:
            stat = entry.stat()
            if kind_of(path) == "note" and stat.st_size <= LARGEST:
                sources.append(parse_bytes(path, Path(entry.path).read_bytes()))
                continue
            if kind_of(path) == "note":
                issues.append(
                    Issue("unread", path, 1, 1, f"not read as a note: larger than {LARGEST:,} bytes", "split the note")
                )
            assets.append(Asset(path, Path(entry.path), stat.st_size, stat.st_mtime_ns))
        except OSError as error:
            issues.append(Issue("unread", path, 1, 1, f"cannot be read: {error.strerror}"))
    issues += folders.report(templates)
    return Vault(root, tuple(sources), tuple(assets), frozenset(withheld), tuple(issues))


def open_vault(config: Config, allow_empty: bool = False) -> Vault:
    """Read the vault of *config*; raise HortusError (3) if it has no notes, because it would empty the site.

    A folder that is not mounted, not synchronised or was emptied by mistake has no notes.
    """
    vault = read_vault(config.vault, config.settings.ignore, config.skip, config.settings.publish_templates)
    if not vault.sources and not allow_empty:
        ignored = f" ({len(vault.withheld)} ignored)" if vault.withheld else ""
        raise HortusError(
            f"{config.vault}: contains no notes{ignored}; pass --allow-empty to build the site without notes"
        )
    return vault


def read_texts(vault: Vault, paths: Iterable[str]) -> dict[str, str]:
    """Read text files that notes embed; those that are too large or unreadable are left out, and become links."""
    wanted, texts = set(paths), {}
    for asset in vault.assets:
        if asset.path in wanted and asset.size <= LARGEST_TEXT:
            with suppress(OSError):
                texts[asset.path] = parse_bytes(asset.path, asset.file.read_bytes()).text
    return texts


def picture_sizes(vault: Vault, shown: Collection[str]) -> dict[str, tuple[int, int]]:
    """Read width and height, in pixels, of the pictures that are *shown*; unknown ones are left out."""
    import imagesize

    sizes = {}
    for asset in vault.assets:
        if asset.path in shown and is_sized(asset.path):
            with suppress(Exception):  # the browser handles damaged pictures
                width, height = imagesize.get(asset.file)
                if width > 0 and height > 0:
                    sizes[asset.path] = round(width), round(height)
    return sizes


def write_picture(root: Path, name: str, svg: bytes) -> Path:
    """Write a figure into the vault; a file that is not an SVG is never overwritten."""
    file = root / "figures" / name
    if file.exists() and b"<svg" not in file.read_bytes()[:2000]:
        raise HortusError(f"{file}: not a picture that a figure made; not overwritten", 4)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(svg)
    return file


def parse_bytes(path: str, content: bytes) -> Source:
    """Decode a note; replaced characters and a wrong encoding are listed in its *flaws*."""
    flaws = []
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
        flaws.append("written in UTF-16; save it as UTF-8")
    else:
        content = content.removeprefix(b"\xef\xbb\xbf")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            flaws.append(f"not UTF-8 from line {line} on; undecodable bytes are shown as \ufffd")
            text = content.decode("utf-8", "replace")
    if "\0" in text:
        flaws.append("contains NUL characters; they are shown as \ufffd")
        text = text.replace("\0", "\ufffd")
    text = without_marks(text.replace("\r\n", "\n").replace("\r", "\n"))
    return Source(path, text, tuple(flaws))


class _Walk:
    """Finds the files of a vault; also collects ignored paths and unreadable files."""

    def __init__(self, root: Path, ignore: Iterable[str], skip: Iterable[Path]):
        self.root, self.top = root, os.path.realpath(root)
        self.ignored = glob_matcher(ignore)
        self.skip = {os.path.realpath(path) for path in skip}
        self.issues: list[Issue] = []
        self.withheld: set[str] = set()
        """Paths of notes that are ignored."""

    def files(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Yield path and entry of every file; symlinks to folders are not followed."""
        folders = [(str(self.root), "")]
        while folders:
            place, prefix = folders.pop()
            if prefix and os.path.exists(os.path.join(place, MANIFEST)):
                continue
            for entry in self._entries(place, prefix):
                path = prefix + entry.name
                if not _encodes(entry.name):
                    shown = path.encode(errors="replace").decode()
                    self._report("unread", shown, "the file's name is not UTF-8; not read", "rename it")
                elif _hidden(entry.name):
                    continue
                elif self.ignored(path):
                    self.withheld.update(_notes_below(entry, path))
                elif entry.is_symlink():
                    real = os.path.realpath(entry.path)
                    if fault := self._refusal(real):
                        self._report("missing_asset", path, fault)
                    elif os.path.isfile(real):
                        yield path, entry
                elif entry.is_dir():
                    if os.path.join(self.top, path) not in self.skip:
                        folders.append((entry.path, path + "/"))
                elif entry.is_file():
                    yield path, entry

    def _entries(self, place: str, prefix: str) -> list[os.DirEntry[str]]:
        """List a folder; report one that cannot be read, or raise HortusError if it is the vault itself."""
        try:
            with os.scandir(place) as entries:
                return list(entries)
        except OSError as error:
            if not prefix:
                raise HortusError(f"{place}: {error.strerror}") from None
            self._report("unread", prefix.rstrip("/"), f"cannot be read: {error.strerror}")
            return []

    def _report(self, kind: str, path: str, message: str, hint: str = "") -> None:
        self.issues.append(Issue(kind, path, 1, 1, message, hint))

    def _refusal(self, real: str) -> str:
        """Return why a symlink is not followed; empty if it is followed."""
        if real != self.top and not self._within(real):
            return "symlink to a place outside the vault, or to an ignored one; not followed"
        return "" if os.path.exists(real) else "symlink to a file that does not exist"

    def _within(self, real: str) -> bool:
        """Return whether a file or folder is inside the part of the vault that is read."""
        if not real.startswith(self.top + os.sep):
            return False
        path = real[len(self.top) + 1 :].replace(os.sep, "/")
        places = (*above(path), path)
        outside = any(os.path.join(self.top, place) in self.skip or self.ignored(place) for place in places)
        return not outside and not any(map(_hidden, path.split("/")))


def _notes_below(entry: os.DirEntry, path: str) -> Iterator[str]:
    """Yield the paths of ignored notes; their content is not read."""
    if not entry.is_dir(follow_symlinks=False):
        yield from [path] * (kind_of(path) == "note")
        return
    for place, _, names in os.walk(entry.path):
        below = os.path.relpath(place, entry.path).replace(os.sep, "/")
        prefix = path if below == "." else f"{path}/{below}"
        yield from (f"{prefix}/{name}" for name in names if kind_of(name) == "note" and _encodes(name))


def _hidden(name: str) -> bool:
    return name.startswith(".") or name in NEVER


def _encodes(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
