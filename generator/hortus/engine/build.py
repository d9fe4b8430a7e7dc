"""Make the files of a surveyed site: all of them, or only those that changed."""

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property, partial

from hortus.core.background import in_background
from hortus.core.config import Config
from hortus.core.hashing import digest
from hortus.core.model import Content, Kept, Site
from hortus.core.progress import Stages
from hortus.engine.facts import Reader
from hortus.engine.parallel import FEWEST, make_one_by_one, make_side_by_side
from hortus.engine.recorded import RecordedPress
from hortus.engine.survey import Survey
from hortus.engine.traces import Traces, read_traces, write_traces
from hortus.parse.note_cache import code_version
from hortus.site.graph.data import Arrange, make_graph
from hortus.site.graph.layout_cache import arrange_once
from hortus.site.manifest import DERIVED, GRAPHS, HERE, make_content, make_manifest
from hortus.site.math_font import math_font
from hortus.site.pages import Material, Press, Recipe
from hortus.site.search import open_index, update_index

MANY = 100
"""The number of files from which another process saves more time than its start takes."""


def build(config: Config, found: Survey, stages: Stages | None = None) -> Site:
    """Make the site of a surveyed vault, all of it in memory."""
    return Making(config, found, stages or Stages()).site()


def material(config: Config, found: Survey) -> Material:
    """Return the input of the site of a surveyed vault."""
    return Material(found.shown, found.report, found.markdown, config.settings, config.project, config.cache)


class Making:
    """Makes the files of a site from what was surveyed; with a *key*, only those that changed since the last build.

    *key* covers everything that is not a fact, such as code and settings: see `hortus.engine.traces`.
    """

    def __init__(self, config: Config, found: Survey, stages: Stages, key: str = "", jobs: int = 0):
        self.config, self.found, self.stages, self.jobs = config, found, stages, jobs
        self.press = Press(material(config, found))
        self.made = 0
        """The number of files that were made."""
        self.absent: set[str] = set()
        """Addresses whose recipes made nothing."""
        site = self.press.site, self.press.home
        self.key = digest(repr((key, code_version(), site))) if key else ""
        self.file = config.cache / f"traces-{digest(str(config.out))[:16]}.msgpack"
        self.indexed: Callable[[], object] = tuple
        """Waits until no other process makes the search index."""
        self.reader = Reader()
        self.traces = Traces()

    @cached_property
    def manifest(self) -> dict[str, Recipe]:
        """How each file is made, by address. The search index, which decides its own files, is updated first."""
        if self.config.settings.search:
            with self.stages.time("search"):
                self._index()
        with self.stages.time("trace"):
            return make_manifest(self.press, self.found.opening)

    def files(self) -> Iterator[tuple[str, Content | Kept]]:
        """Yield every file, one after another; none is kept in memory."""
        manifest = self.manifest
        with self.stages.time("trace"):
            press, stale = self._stale(manifest)
            self.press.arrange = self._ahead(manifest, stale)
        yield from self._kept(manifest, stale)
        yield from self.stages.time_each("pages", self._made(manifest, press, stale))

    def site(self) -> Site:
        """Return all files in memory; call it without a *key*, with which unchanged files are not made."""
        return Site({url: content for url, content in sorted(self.files()) if not isinstance(content, Kept)})

    def _index(self) -> None:
        """Bring the search index of the last build up to date."""
        self.indexed()
        self.press.search = index = open_index(self.config.settings, self.config.cache)
        update_index(index, self.found.shown, self.config.settings)
        index.keep()

    def finish(self, checks: Mapping[str, str]) -> None:
        """Store the traces, once the files are written; *checks* are the hashes of the files."""
        self.traces.weigh(self.reader)
        self.traces.drop(checks.keys() | self.absent)
        write_traces(self.file, self.key, self.traces, checks)

    def _stale(self, manifest: Mapping[str, Recipe]) -> tuple[Press, Collection[str]]:
        """Return a press that records what is read, and the addresses of the files to be made."""
        if not self.key:
            return self.press, manifest.keys()
        press, traces = RecordedPress(self.press, self.reader), read_traces(self.file, self.key)
        versions = self.found.shown.graph.versions
        if traces is None:
            self.traces.notes = dict(versions)
            return press, manifest.keys()
        self.traces = traces
        changed = traces.changed(self.reader, versions, lambda fact: press.derive_again(DERIVED, fact))
        return press, traces.stale(manifest, changed)

    def _ahead(self, manifest: Mapping[str, Recipe], stale: Collection[str]) -> Arrange:
        """Start computing the graph layout and the math font in a background process, if a large site needs them."""
        arrange = partial(arrange_once, store=self.config.cache)
        if len(manifest) < MANY:
            return arrange
        jobs: list[Callable[[], object]] = []
        if any(url in stale and manifest[url].function in GRAPHS for url in manifest):
            jobs.append(partial(make_graph, self.press.network, arrange))
        if "assets/math.woff2" in stale:
            jobs.append(partial(math_font, self.press.glyphs, self.config.cache))
        return in_background(*jobs)(arrange) if jobs else arrange

    def _kept(self, manifest: Mapping[str, Recipe], stale: Collection[str]) -> Iterator[tuple[str, Kept]]:
        """Yield the files that need not be made."""
        for url, recipe in manifest.items():
            if url in stale:
                continue
            if check := self.traces.files[url][1]:
                make = partial(make_content, recipe, self.press)
                yield url, Kept(check, make)  # type: ignore[arg-type]  # there is a file, as it has a hash
            else:
                self.absent.add(url)

    def _made(
        self, manifest: Mapping[str, Recipe], press: Press, stale: Collection[str]
    ) -> Iterator[tuple[str, Content]]:
        """Make the files that are *stale*, and yield them."""
        for url, content in self._remade({url: manifest[url] for url in manifest if url in stale}, press):
            self.made += 1
            if content is None:
                self.absent.add(url)
            else:
                yield url, content

    def _remade(self, recipes: Mapping[str, Recipe], press: Press) -> Iterator[tuple[str, Content | None]]:
        """Make files, in several processes if there are many; some are made here, last."""
        if not self.key:
            yield from ((url, make_content(recipe, press)) for url, recipe in recipes.items())
            return
        jobs = self.jobs or os.cpu_count() or 1
        if jobs > 1 and sys.platform == "linux" and len(recipes) >= FEWEST:
            shared = {url: recipe for url, recipe in recipes.items() if recipe.function not in HERE}
            yield from make_side_by_side(shared, press, self.reader, self.traces, jobs)
            recipes = {url: recipe for url, recipe in recipes.items() if recipe.function in HERE}
        yield from make_one_by_one(recipes, press, self.reader, self.traces)
