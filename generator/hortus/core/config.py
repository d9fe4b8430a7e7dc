"""The vault, the folders around it and the settings, from the command line and ``hortus.toml``."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from hortus.core.hashing import digest
from hortus.core.model import HortusError, ParseOptions
from hortus.core.settings import SETTINGS, Settings, line_of, read_settings

MANIFEST = ".hortus.json"
"""List of all files that Hortus wrote to a folder; a folder with it is a site."""
VAULT = "vault"
"""Default folder of the notes in a project."""
DESCRIPTIONS = frozenset(
    f"{name}.md" for name in ("readme", "license", "changelog", "contributing", "code_of_conduct", "security")
)
"""Files that describe a repository; a folder with only these is not a vault."""
PREAMBLE = "preamble.sty"
"""LaTeX preamble of a vault, as named by Obsidian's plugins."""
LONGEST_PREAMBLE = 1 << 18


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with resolved folders."""

    project: Path
    """The folder of the settings, or of the vault if there are none."""
    vault: Path
    out: Path
    cache: Path
    settings: Settings

    @property
    def skip(self) -> tuple[Path, ...]:
        """Folders that are not part of the vault even if they are inside it."""
        return self.out, self.cache

    @property
    def parse_options(self) -> ParseOptions:
        settings = self.settings
        return ParseOptions(
            settings.strict_line_breaks,
            settings.html,
            _preamble(self.vault / PREAMBLE) + tuple(sorted(settings.macros.items())),
            tuple(sorted({mark.strip() for mark in settings.todo_marks})),
            settings.tasks,
            tuple(sorted(map(str.lower, settings.url_schemes))),
            tuple(sorted({self.vault.name, self.project.name, settings.title} - {""})),
            settings.language,
        )

    @property
    def figures(self) -> Path:
        """The folder of figure scripts; it need not exist."""
        folder = self.project / self.settings.figures.folder
        return folder if folder.is_dir() else self.vault / self.settings.figures.folder


def read_config(folder: Path | None = None, out: Path | None = None) -> Config:
    """Find settings and folders for *folder*: a vault, or a folder with settings or a vault."""
    given = Path(os.path.realpath(folder or Path.cwd()))
    if not os.path.isdir(given):
        raise HortusError(f"{folder}: no such folder; pass the folder of your notes")
    try:
        project = _project(given)
    except OSError as error:
        raise HortusError(f"{error.filename}: {error.strerror}") from None
    settings = read_settings(project / SETTINGS) if project else Settings()
    base = project or given
    vault = _vault(base, settings)
    output = Path(os.path.abspath(out or (base / settings.out if settings.out else _out(base, vault, project is None))))
    try:
        output.resolve()
    except (OSError, RuntimeError):  # the second up to Python 3.12
        raise HortusError(f"{output}: symlinks form a loop") from None
    if vault == base and not settings.vault and _is_gone(base, output if out or settings.out else base / "site"):
        raise _gone(base / VAULT)
    return Config(base, vault, output, _cache(vault), settings)


def _vault(base: Path, settings: Settings) -> Path:
    """Return the vault of a project; raise HortusError if one that is named, or was read before, does not exist."""
    if settings.vault:
        vault = Path(os.path.realpath(base / settings.vault))
        if not os.path.isdir(vault):
            line = line_of((base / SETTINGS).read_text("utf-8-sig"), "vault")
            raise HortusError(f"{SETTINGS}:{line}: vault: no folder {settings.vault!r}; it is relative to the settings")
        return vault
    vault = base / VAULT
    if vault.is_dir():
        return vault
    was_read_before = os.path.lexists(vault) or _cache(vault).is_dir()
    if was_read_before:  # notes next to it belong to another vault
        raise _gone(vault)
    return base


def _is_gone(base: Path, out: Path) -> bool:
    """Return whether *base* probably had a vault that is gone: it has a site, or only files that describe a project.

    *out* is the output folder. The `site` of the current folder is ignored: it may belong to another vault.
    """
    sites = {out, base / "site"}
    if any(nested_vault(site) for site in sites):
        return True
    parts = (SETTINGS, "figures", "site")
    return any((base / part).exists() for part in parts) and _only_describes(base)


def nested_vault(site: Path) -> bool:
    """Return whether the manifest of *site* says that its notes were in a folder `vault` of a project."""
    try:
        return json.loads((site / MANIFEST).read_text("utf-8")).get("vault") == VAULT
    except (OSError, ValueError, AttributeError):
        return False


def _only_describes(base: Path) -> bool:
    """Return whether *base* has notes, and all of them are files such as README.md that describe a repository."""
    found = False
    for _, folders, names in os.walk(base):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in (name for name in names if name.lower().endswith((".md", ".canvas", ".excalidraw"))):
            if name.lower() not in DESCRIPTIONS:
                return False
            found = True
    return found


def _gone(vault: Path) -> HortusError:
    return HortusError(f'{vault}: the vault is gone; restore it, or write `vault = "."` into {SETTINGS}')


def _out(base: Path, vault: Path, alone: bool) -> Path:
    """Return the default output folder, which is never inside the vault. *alone*: there are no settings."""
    if vault != base:
        return base / "site"
    here = Path(os.path.realpath(Path.cwd()))
    outer = _obsidian_vault(vault)
    if alone and here != outer and outer not in here.parents:
        return here / "site"
    return outer.parent / f"{vault.name}-site"


def _obsidian_vault(folder: Path) -> Path:
    """Return the Obsidian vault that *folder* is or is in; without one, the folder itself."""
    return next((one for one in (folder, *folder.parents) if (one / ".obsidian").is_dir()), folder)


def _preamble(file: Path) -> tuple[tuple[str, str], ...]:
    """Return the text of the vault's LaTeX preamble as a command without a name; empty if there is none."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LONGEST_PREAMBLE:
            return ()
        return (("", file.read_text(encoding="utf-8", errors="replace")),)
    except OSError:
        return ()


def _project(given: Path) -> Path | None:
    """Return the folder with the settings for *given*: itself, or its parent if that names it as its vault."""
    if (given / SETTINGS).exists():
        return given
    parent = given.parent
    if (parent / SETTINGS).exists():
        settings = read_settings(parent / SETTINGS)
        if (parent / (settings.vault or "vault")).resolve() == given:
            return parent
    return None


def _cache(vault: Path) -> Path:
    """Return the cache folder of *vault*, which is never inside it."""
    chosen = os.environ.get("HORTUS_CACHE")
    try:
        root = Path(chosen) if chosen else user_cache_path("hortus")
    except RuntimeError:  # the user is unknown to the system
        raise HortusError("there is no home folder for the cache; set HORTUS_CACHE to a folder") from None
    cache = root.absolute() / digest(str(vault))[:16]
    if vault in Path(os.path.realpath(cache)).parents:
        words = "is inside the vault, where nothing is written; set HORTUS_CACHE to a folder elsewhere"
        raise HortusError(f"{root}: the cache {words}", 4)
    return cache
