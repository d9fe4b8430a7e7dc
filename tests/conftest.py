"""Vaults in dicts, the command line, and a crawler for built sites."""

import fcntl
import functools
import gc
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import hypothesis
import pytest
from forked import run_forked
from parsing import parse_here
from thorough import often

from hortus.core.config import read_config
from hortus.core.model import Asset, LinkGraph, Note, Report, Site, Source
from hortus.engine import steps
from hortus.engine import survey as survey_module
from hortus.engine.build import build
from hortus.engine.steps import FigureMode, Steps
from hortus.engine.survey import Survey, survey
from hortus.figures import FigureOptions, draw, explain
from hortus.figures.executor import Workers
from hortus.figures.sandbox.run import Runner
from hortus.links.graph import gather
from hortus.links.linker import link_notes
from hortus.parse.note import parse_note
from hortus.site import math_font
from hortus.site.writer import write_site
from hortus.vault.reader import read_vault

REPOSITORY = Path(__file__).resolve().parent.parent
hypothesis.settings.register_profile("hortus", deadline=None, derandomize=True, database=None, max_examples=often(100))
hypothesis.settings.load_profile("hortus")
Files = Mapping[str, str | bytes]
LONG = (
    "test_draw",
    "test_look",
    "test_publish",
    "test_crash",
    "test_search",
    "test_pathological",
    "test_site",
    "test_command",
    "test_formulas",
    "test_dark",
    "test_graph",
    "test_privacy",
    "test_recovery",
    "test_search_index",
    "test_pool",
    "test_scripts_as_written",
)
"""Files of tests that take longest. They are started first, so that no process is left with one at the end."""


ENGINES = ("chromium", "firefox", "webkit")
TOGETHER = ("tests/engines/", "tests/figures/")
"""Folders whose tests share what takes seconds to start: browsers, and processes with the libraries of figures."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files of tests by how long they take; first come those of several engines, by engine."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> tuple[int, ...]:
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    for number, engine in enumerate(ENGINES):
        if engine in (given.get("engine"), given.get("dark_engine")):
            return -1, number, int("dark_engine" in given)
    return (LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG),)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """With ``--dist loadfile`` give each file to one process, and each folder of TOGETHER."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return next((folder for folder in TOGETHER if file.startswith(folder)), file)

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory) -> Path:
    """Keep the tests' caches out of the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    os.environ["HORTUS_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Return a function that makes a folder of a name, by a function that fills it, once for all test processes."""
    own = tmp_path_factory.getbasetemp()
    place = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        folder, draft = place / name, place / f"{name}-draft"
        with (place / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
                fill(draft)
                draft.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """Import in this process what each parsing process would import otherwise."""
    parse_note(Source("a.md", "$x$\n\n```python\nx = 1\n```\n\n<b>x</b>\n"))
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def fonts() -> Iterator[None]:
    """Make the math font for the same characters once per process, as a vault's cache does for its builds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(math_font, "subset_math_font", functools.cache(math_font.subset_math_font))
        yield


@pytest.fixture(scope="session", autouse=True)
def parsing() -> Iterator[None]:
    """Parse the notes of small vaults in this process; commands that are started or forked have processes for it."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (steps, survey_module):
            patch.setattr(module, "parse_notes", parse_here)
        yield


@pytest.fixture(scope="session", autouse=True)
def warm_figures(tmp_path_factory) -> Iterator[Path]:
    """Run the figure scripts of all tests from the same processes, which have loaded the libraries, as a preview does.

    Return the folder of matplotlib's own cache, in which its list of fonts is after the first drawing.
    """
    runners: list[Runner] = []
    folder = tmp_path_factory.mktemp("figures")

    class WarmWorkers(Workers):
        def __init__(self, options: FigureOptions, total: int):
            if not runners:
                runners.append(Runner(folder / "running", folder / "matplotlib"))
            super().__init__(options if options.runner else replace(options, runner=runners[0]), total)

    with pytest.MonkeyPatch.context() as patch:
        for module in (draw, explain):
            patch.setattr(module, "Workers", WarmWorkers)
        yield folder / "matplotlib"
    for runner in runners:
        runner.close()


# --- vaults -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """A vault, what was found in it, and its site, in memory."""

    vault: Path
    found: Survey
    site: Site

    @property
    def report(self) -> Report:
        return self.found.report

    @property
    def graph(self) -> LinkGraph:
        return self.found.shown.graph

    @property
    def urls(self) -> Mapping[str, str]:
        return self.found.shown.urls

    def page(self, url: str) -> str:
        """Return the text of one page."""
        return self.site.files[url].decode()

    def bytes(self) -> dict[str, bytes]:
        """Return every file of the site, copied ones too."""
        return {url: c if isinstance(c, bytes) else c.read_bytes() for url, c in self.site.files.items()}

    def write(self, out: Path) -> Path:
        write_site(self.site, out)
        return out


def write_files(folder: Path, files: Files) -> Path:
    """Write files by path; text as UTF-8."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture
def write_vault(tmp_path) -> Callable[..., Path]:
    """Write a vault; return its folder."""

    def write(files: Files, name: str = "vault") -> Path:
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
        return write_files(tmp_path / name, files)

    return write


def build_folder(vault: Path, jobs: int = 0, figures: FigureMode = "skip") -> Built:
    """Build the vault in *vault*, in memory."""
    config = read_config(vault)
    vault_read = read_vault(config.vault, config.settings.ignore, [config.out], config.settings.publish_templates)
    found = survey(config, vault_read, Steps(config, jobs, figures=figures))
    return Built(config.vault, found, build(config, found))


@pytest.fixture
def build_vault(write_vault) -> Callable[..., Built]:
    """Build the vault that a dict of files makes, in memory; *settings* are lines of hortus.toml."""

    def make(files: Files, settings: str = "", jobs: int = 0) -> Built:
        extra = {"hortus.toml": settings} if settings else {}
        return build_folder(write_vault({**files, **extra}), jobs)

    return make


@pytest.fixture(scope="session")
def build_at() -> Callable[..., Built]:
    """Build an existing vault."""
    return build_folder


@pytest.fixture(scope="session")
def build_site(tmp_path_factory, build_at) -> Callable[..., Path]:
    """Build a site from notes by path, into a new folder of a given name; return that folder."""

    def build(notes: dict[str, str], name: str = "site", **options: str) -> Path:
        vault, out = tmp_path_factory.mktemp("vault"), tmp_path_factory.mktemp("out") / name
        for path, text in notes.items():
            (vault / path).parent.mkdir(exist_ok=True)
            (vault / path).write_text(text, encoding="utf-8")
        build_at(vault, **options).write(out)
        return out

    return build


@pytest.fixture(scope="session")
def read_note() -> Callable[..., Note]:
    """Parse one note."""

    def read(text: str, path: str = "note.md") -> Note:
        return parse_note(Source(path, text))

    return read


@pytest.fixture(scope="session")
def join_notes() -> Callable[..., LinkGraph]:
    """Link the notes and attachments of a dict, without a disk."""

    def join(files: Mapping[str, str], **known) -> LinkGraph:
        notes = [parse_note(Source(path, text)) for path, text in files.items() if path.endswith(".md")]
        assets = [Asset(path, Path(path), 0, 0) for path in files if not path.endswith(".md")]
        return link_notes(gather(notes, assets, **known))

    return join


# --- the browser --------------------------------------------------------------------------------

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def playwright() -> Iterator:
    """Playwright, which drives browsers; a process can start it once."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # a busy machine may take longer than the five seconds that are usual
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright) -> Iterator:
    """Chromium, without windows if possible, started once for all tests of a process."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "Chromium is not installed; run tests/install-tools"
    browser = playwright.chromium.launch(executable_path=program, args=SWITCHES.split())
    yield browser
    browser.close()


# --- the command line ---------------------------------------------------------------------------


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def hortus(cache) -> Command:
    """Run the command in a process of its own, forked from this one, which has its modules."""

    def call(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_forked([*map(str, arguments)], cwd, os.environ | {"HORTUS_CACHE": str(cache)} | environment)

    return call


@pytest.fixture(scope="session")
def started_hortus(cache) -> Command:
    """Run the command in a new interpreter, which takes longer but reads its own environment."""

    def call(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        paths = [str(REPOSITORY / "generator"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        given = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "HORTUS_CACHE": str(cache)}
        return subprocess.run(
            [sys.executable, "-m", "hortus", *map(str, arguments)],
            cwd=cwd,
            env=os.environ | given | environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
        )

    return call


# --- a walk over a site -------------------------------------------------------------------------

ADDRESSES = {"href", "src", "poster", "data", "srcset", "action", "formaction", "cite", "background"}


@dataclass
class PageRead(HTMLParser):
    """The ids, URLs and text of one page."""

    text: str
    ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        self.ids += [values["id"]] if "id" in values else []
        self.addresses += [value for name, value in values.items() if name in ADDRESSES]
        self.addresses += values["data-frames"].split("|") if "data-frames" in values else []

    def handle_data(self, text):
        self.words.append(text)


def walk(site: Mapping[str, bytes], pages: Mapping[str, PageRead] | None = None) -> list[str]:
    """Return all broken links of a site, as messages; *site* is its files by URL, *pages* those that are read already."""
    read = (
        {url: PageRead(content.decode()) for url, content in site.items() if url.endswith(".html")}
        if pages is None
        else pages
    )
    ids = {url: set(page.ids) for url, page in read.items()}
    known: dict[tuple[str, str], str] = {}
    """Faults of addresses by the folder that they are relative to; by page, if they lead to a place on it."""
    wrong = []
    for url, page in read.items():
        wrong += [f"{url}: the id {name!r} is there twice" for name, count in Counter(page.ids).items() if count > 1]
        for address in {*page.addresses}:
            key = (url if address[:1] in ("", "#") else url.rpartition("/")[0], address)
            if key not in known:
                known[key] = fault(address, url, site, ids)
            wrong += [f"{url}: {known[key]}"] if known[key] else []
    return sorted(wrong)


def fault(address: str, url: str, site: Mapping[str, bytes], ids: Mapping[str, Collection[str]]) -> str:
    """Return why *address* on page *url* is broken; empty if it is not, or if it is external. *ids* are by page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return f"{address!r} is no address"
    if parts.scheme in ("http", "https", "mailto", "tel"):
        return ""
    if parts.scheme or address.startswith("/") or parts.query:
        return f"{address!r} is not relative"
    target = url if not parts.path else joined(url, unquote(parts.path, errors="strict"))
    if target not in site:
        return f"{address!r} leads to no file"
    fragment = unquote(parts.fragment)
    if target == "graph.html" and fragment in site:
        return ""  # a node of the graph
    if fragment and target in ids and fragment not in ids[target]:
        return f"{address!r} leads to no id"
    return ""


def joined(url: str, relative: str) -> str:
    """Resolve a relative URL from a page; one that leaves the site becomes a path that does not exist."""
    parts = list(PurePosixPath(url).parent.parts)
    for step in relative.split("/"):
        if step == ".." and not parts:
            return "../"
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


@pytest.fixture(scope="session")
def walk_site() -> Callable[..., list[str]]:
    """Return the broken links of a site."""
    return walk


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], PageRead]:
    """Read a page's ids, URLs and text."""
    return PageRead


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY
