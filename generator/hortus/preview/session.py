"""The vault, understood, and understood again where it changed: files that changed in, a new Survey out.

1. Files that changed are read; when more than notes' words may have changed, the vault is read again.
2. The same survey as a build's runs, drafts shown; each of its costly steps remembers what it did last.
3. What is in the way (settings that cannot be read, a home note that is gone) is told, and the last
   good survey stays.
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
from hortus.links.linker import Linker
from hortus.parse.all_notes import answer_message, load_parser, read_notes
from hortus.parse.note_cache import decode_note
from hortus.parse.pool import Pool
from hortus.preview.figures import Drawing
from hortus.report.text_issues import KnownIssues
from hortus.vault.history import Dates
from hortus.vault.reader import LARGEST, open_vault, parse_bytes, picture_sizes
from hortus.vault.template_folders import NAMED_IN

WARM = 2
"""Worker processes that are kept: one is enough for a save, both work when many files change at once."""
COMMITS = 60.0
"""Seconds for which the dates of the last commits are believed."""


@dataclass(frozen=True, slots=True)
class State:
    """What there is to show now."""

    config: Config
    vault: Vault
    found: Survey
    running: frozenset[str] = frozenset()
    """Figures that are being drawn."""
    trouble: str = ""
    """What keeps the newest settings from being shown."""


class Session:
    """Keeps the newest State; `refresh` makes the next. One thread at a time may call it."""

    def __init__(self, folder: Path | None, changed: Callable[[Sequence[str]], object] = lambda names: None):
        self.folder = (folder or Path.cwd()).absolute()  # so that it is found again after it was removed
        config = read_config(folder)
        self.pool = Pool(answer_message, WARM, "spawn", load_parser)  # not forked: the preview has threads
        self.pool.warm()
        self.drawing = Drawing(figure_options(config, "run", Stages()), changed)
        self.steps = RememberingSteps(config, self.pool, self.drawing)
        self.state = self._survey(config, open_vault(config, allow_empty=True))

    def close(self) -> None:
        self.drawing.close()
        self.pool.close()

    def refresh(self, changed: Collection[Path] = ()) -> State:
        """Take in the files that *changed*, and whatever figures have been drawn since."""
        config, vault = self.state.config, self.state.vault
        try:
            if self._settled_by(changed, config):
                config = read_config(self.folder)
                self.steps.set_up(config)
                self.drawing.set_up(figure_options(config, "run", self.steps.stages))
            if any(_below(path, config.figures) for path in changed):
                self.drawing.again()
            self.state = self._survey(config, reread(vault, changed) or self._read(config))
        except (HortusError, OSError) as error:
            self.state = replace(self.state, trouble=str(error), running=frozenset(self.drawing.running))
        return self.state

    def _settled_by(self, changed: Collection[Path], config: Config) -> bool:
        """Return whether settings, or what has to do with them, are among what changed; also after trouble."""
        return bool(self.state.trouble) or any(path == config.project / "hortus.toml" for path in changed)

    def _read(self, config: Config) -> Vault:
        """Read the vault; one that held notes and holds none any more is taken for damage."""
        vault = open_vault(config, allow_empty=True)
        if not vault.sources and self.state.vault.sources:
            raise HortusError(f"{config.vault}: contains no notes any more; the last ones are shown")
        return vault

    def _survey(self, config: Config, vault: Vault) -> State:
        found = survey(config, vault, self.steps, drafts=True)
        return State(config, vault, found, frozenset(self.drawing.running))


def reread(vault: Vault, changed: Iterable[Path]) -> Vault | None:
    """Read again the notes that *changed*; None if that is not enough, since files came, went or are no notes."""
    places = {source.path: number for number, source in enumerate(vault.sources)}
    root = os.path.realpath(vault.root)
    fresh: dict[int, Source] = {}
    for file in changed:
        if not _below(file, vault.root):
            continue
        if file == vault.root:
            return None
        path = file.relative_to(vault.root).as_posix()
        if path in NAMED_IN:
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


class RememberingSteps(Steps):
    """The steps of a survey, each of which does only what it has not done before."""

    def __init__(self, config: Config, pool: Pool, drawing: Drawing):
        super().__init__(config)
        self.pool, self.drawing = pool, drawing
        self.first = True
        self.set_up(config)

    def set_up(self, config: Config) -> None:
        """Begin with new settings."""
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
        """Read notes in the warm processes."""
        found = {number: decode_note(encoded) for number, encoded, _ in read_notes(sources, options, self.pool)}
        return [found[number] for number in range(len(sources))]

    def finish(self) -> None:
        if self.first:  # from now on processes are not forked: there are threads
            super().finish()
        self.first = False

    def scripts(self) -> Mapping[str, FigureScript]:
        folder = self.config.figures
        scripts: dict[str, FigureScript] = {}
        for file in sorted(folder.glob("*.py")) if folder.is_dir() else []:
            with suppress(OSError):
                if not file.name.startswith("_"):
                    scripts[file.stem] = self._script(file)
        return scripts

    def _script(self, file: Path) -> FigureScript:
        status = file.stat()
        stamp = status.st_mtime_ns, status.st_size, status.st_ino
        if file not in self.known_scripts or self.known_scripts[file][0] != stamp:
            script = parse_script(file, file.read_text(encoding="utf-8", errors="replace"))
            self.known_scripts[file] = stamp, script
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
