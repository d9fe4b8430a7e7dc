"""The survey of a vault, updated after each change.

1. Read the changed files; if more than the text of notes may have changed, read the whole vault.
2. Make the same survey as a build, with drafts; its expensive steps cache their last results.
3. If that is not possible (invalid settings, a missing home note), report it, and keep the last survey.
"""

import os
import stat
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from hortus.core.config import Config, read_config
from hortus.core.model import (
    Figure,
    FigureScript,
    FigureWanted,
    HortusError,
    Note,
    ParseOptions,
    Source,
    Vault,
)
from hortus.core.progress import Stages
from hortus.engine.answers import Memory
from hortus.engine.steps import Steps, figure_options
from hortus.engine.survey import Survey, survey
from hortus.figures import parse_script
from hortus.figures.scripts import choose_scripts, script_files, script_place
from hortus.links.linker import Linker
from hortus.parse.all_notes import answer_message, load_parser, read_notes
from hortus.parse.note_cache import decode_note
from hortus.parse.pool import Pool
from hortus.preview.figures import Drawing
from hortus.report.text_issues import KnownIssues
from hortus.vault.history import Dates
from hortus.vault.property_types import SETTINGS_FILES
from hortus.vault.reader import LARGEST, open_vault, parse_bytes, picture_sizes

WARM = 2
"""Worker processes: one is enough for a save, both work if many files change at once."""
COMMITS = 60.0
"""Seconds for which the dates of commits are cached."""


@dataclass(frozen=True, slots=True)
class State:
    """What the preview shows."""

    config: Config
    vault: Vault
    found: Survey
    running: frozenset[str] = frozenset()
    """Figures that are being drawn."""
    trouble: str = ""
    """The error because of which the newest version is not shown; empty if it is."""


class Session:
    """The newest State; `refresh` makes the next. Only one thread at a time may call it."""

    def __init__(self, folder: Path | None, changed: Callable[[Sequence[str]], object] = lambda names: None):
        self.folder = (folder or Path.cwd()).absolute()  # so that it is found again if it is removed and restored
        config = read_config(folder)
        self.pool = Pool(answer_message, WARM, "spawn", load_parser)  # not forked: the preview has threads
        self.pool.warm()
        self.drawing = Drawing(figure_options(config, "run", Stages()), changed)
        self.steps = CachingSteps(config, self.pool, self.drawing)
        self.state = self._survey(config, open_vault(config, allow_empty=True))

    def close(self) -> None:
        self.drawing.close()
        self.pool.close()

    def refresh(self, changed: Collection[Path] = ()) -> State:
        """Make the next State from the files that *changed*, and from figures drawn since the last."""
        config, vault = self.state.config, self.state.vault
        try:
            if self._is_reconfigured(changed, config):
                config = read_config(self.folder)
                self.steps.set_up(config)
                self.drawing.set_up(figure_options(config, "run", self.steps.stages))
            if any(_may_be_data(path, config) for path in changed):
                self.drawing.again()
            self.state = self._survey(config, reread(vault, changed) or self._read(config))
        except (HortusError, OSError) as error:
            self.state = replace(self.state, trouble=str(error), running=frozenset(self.drawing.running))
        return self.state

    def _is_reconfigured(self, changed: Collection[Path], config: Config) -> bool:
        """Return whether the settings have to be read again: if they changed, or after an error."""
        return bool(self.state.trouble) or any(path == config.project / "hortus.toml" for path in changed)

    def _read(self, config: Config) -> Vault:
        """Read the vault; raise HortusError if it has no notes any more, since it is probably not mounted."""
        vault = open_vault(config, allow_empty=True)
        if not vault.sources and self.state.vault.sources:
            raise HortusError(f"{config.vault}: contains no notes any more; the last ones are shown")
        return vault

    def _survey(self, config: Config, vault: Vault) -> State:
        found = survey(config, vault, self.steps, drafts=True)
        return State(config, vault, found, frozenset(self.drawing.running))


def _may_be_data(path: Path, config: Config) -> bool:
    """Return whether a figure may read *path*: shared code, or a file that is not a note."""
    in_vault = _below(path, config.vault) and not _below(path, config.figures)
    return not in_vault or (path.suffix != ".md" and path != config.vault)


def reread(vault: Vault, changed: Iterable[Path]) -> Vault | None:
    """Read the notes that *changed*; None if files were added, removed or are not notes, so that this is not enough."""
    places = {source.path: number for number, source in enumerate(vault.sources)}
    root = os.path.realpath(vault.root)
    fresh: dict[int, Source] = {}
    for file in changed:
        if not _below(file, vault.root):
            continue
        if file == vault.root:
            return None
        path = file.relative_to(vault.root).as_posix()
        if path in SETTINGS_FILES:
            return None
        if any(part.startswith(".") for part in path.split("/")):
            continue
        try:
            known = places[path]
            status = os.lstat(file)
            if (
                not stat.S_ISREG(status.st_mode)
                or status.st_size > LARGEST
                or os.path.realpath(file) != f"{root}/{path}"
            ):
                return None
            fresh[known] = parse_bytes(path, file.read_bytes())
        except (KeyError, OSError):
            return None
    if all(vault.sources[number] == source for number, source in fresh.items()):
        return vault
    sources = list(vault.sources)
    for number, source in fresh.items():
        sources[number] = source
    return replace(vault, sources=tuple(sources))


class CachingSteps(Steps):
    """The steps of a survey; each caches its results in memory."""

    def __init__(self, config: Config, pool: Pool, drawing: Drawing):
        super().__init__(config)
        self.pool, self.drawing = pool, drawing
        self.first = True
        self.set_up(config)

    def set_up(self, config: Config) -> None:
        """Start with an empty cache, for new settings."""
        self.config = config
        self.notes: dict[tuple[str, ParseOptions], tuple[Source, Note]] = {}
        self.known_scripts: dict[Path, tuple[tuple[int, int, int], FigureScript]] = {}
        self.known_sizes: dict[str, tuple[tuple[int, int], tuple[int, int] | None]] = {}
        self.linker, self.issues = Linker(), KnownIssues()
        self.known_dates = Dates({}, {})
        self.memory = Memory()
        self.asked = -COMMITS

    def parse(self, sources: Sequence[Source], options: ParseOptions) -> tuple[Note, ...]:
        known = [self.notes.get((source.path, options)) for source in sources]
        todo = [source for source, one in zip(sources, known, strict=True) if one is None or one[0] != source]
        if todo:
            fresh = super().parse(todo, options) if self.first else self._read(todo, options)
            for source, note in zip(todo, fresh, strict=True):
                self.notes[source.path, options] = source, note
        return tuple(self.notes[source.path, options][1] for source in sources)

    def _read(self, sources: Sequence[Source], options: ParseOptions) -> list[Note]:
        """Parse notes in the worker processes."""
        found = {number: decode_note(encoded) for number, encoded, _ in read_notes(sources, options, self.pool)}
        return [found[number] for number in range(len(sources))]

    def finish(self) -> None:
        if self.first:  # later, processes are not forked, because there are threads
            super().finish()
        self.first = False

    def scripts(self) -> Mapping[str, FigureScript]:
        found = []
        for file in script_files(self.config.figures):
            with suppress(OSError):
                found.append(self._script(file))
        return choose_scripts(found)

    def _script(self, file: Path) -> FigureScript:
        status = file.stat()
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        if file not in self.known_scripts or self.known_scripts[file][0] != stamp:
            text, path = file.read_text(encoding="utf-8", errors="replace"), script_place(file, self.config.figures)
            self.known_scripts[file] = stamp, parse_script(file, text, path)
        return self.known_scripts[file][1]

    def dates(self) -> Dates:
        """Ask git only once in a while, because a save is not a commit."""
        if time.monotonic() - self.asked > COMMITS:
            self.known_dates, self.asked = super().dates(), time.monotonic()
        return self.known_dates

    def draw(self, wanted: Sequence[FigureWanted]) -> tuple[Figure, ...]:
        return self.drawing.draw(wanted)

    def sizes(self, vault: Vault, shown: Collection[str]) -> Mapping[str, tuple[int, int]]:
        stamps = {asset.path: (asset.stamp, asset.size) for asset in vault.assets if asset.path in shown}
        new = [
            a
            for a in vault.assets
            if a.path in stamps and self.known_sizes.get(a.path, ((0, 0), None))[0] != stamps[a.path]
        ]
        found = picture_sizes(replace(vault, assets=tuple(new)), stamps) if new else {}
        self.known_sizes |= {asset.path: (stamps[asset.path], found.get(asset.path)) for asset in new}
        return {path: size for path in stamps if (size := self.known_sizes[path][1])}


def _below(file: Path, folder: Path) -> bool:
    return file == folder or folder in file.parents
