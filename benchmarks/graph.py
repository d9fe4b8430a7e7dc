"""Time the graph of 5,000 notes and 30,000 links in a real browser; print a Markdown table.

The vault is made for this: notes of one line, most of whose links stay within their group. It is built
by Hortus as any other. Then Chromium opens graph.html and

1. says when the first frame with all nodes was drawn, from the start of the navigation;
2. is dragged and zoomed by a mouse for some seconds, while the page notes when each frame comes;
3. has the pointer moved over the nodes, which lights up each one's links.

Before that, the same is done to an empty page, which says what the machine has to give just then.

A frame is late when it comes more than 20 ms after the one before. The browser draws without a graphics
card here (`--disable-gpu`), which is slower than what readers have; `--gpu` lets it use one.

    python benchmarks/graph.py --notes 5000 --links 30000
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from gzip import compress
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from playwright.sync_api import Page, sync_playwright

from hortus.core.config import read_config
from hortus.engine.build import build
from hortus.engine.survey import survey
from hortus.site.graph.data import make_graph
from hortus.site.graph.layout_cache import arrange
from hortus.site.graph.nodes import Network
from hortus.site.writer import write_site
from hortus.vault.reader import read_vault

SWITCHES = "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-sync"
GROUPS = 14
WITHIN = 0.8
"""Share of links that stay in their group."""
LATE = 20.0
WATCH = """() => {
    globalThis.times = [];
    const note = (now) => { times.push(now); requestAnimationFrame(note); };
    requestAnimationFrame(note);
}"""


@dataclass(frozen=True, slots=True)
class Motion:
    """How the frames came while something moved."""

    name: str
    times: list[float]
    """Milliseconds between frames."""

    @property
    def row(self) -> str:
        times = sorted(self.times)
        late = sum(time > LATE for time in times) / len(times)
        rate = 1000 * len(times) / sum(times)
        return f"| {self.name} | {rate:.1f} | {median(times):.1f} | {times[int(len(times) * 0.95)]:.1f} | {late:.1%} |"


def write_notes(folder: Path, notes: int, links: int) -> None:
    """Write a vault of notes in groups of different sizes; some in each group draw most links."""
    random = Random(0)
    group = [int(GROUPS * random.random() ** 1.6) for _ in range(notes)]
    members = [[note for note in range(notes) if group[note] == number] for number in range(GROUPS)]
    targets: list[set[int]] = [set() for _ in range(notes)]
    made = 0
    while made < links:
        source = random.randrange(notes)
        pool = members[group[source]] if random.random() < WITHIN else range(notes)
        target = pool[int(len(pool) * random.random() ** 2.5)]
        if target != source and target not in targets[source] and source not in targets[target]:
            targets[source].add(target)
            made += 1
    for note in range(notes):
        text = " ".join(f"[[Note {target}]]" for target in sorted(targets[note]))
        file = folder / f"group-{group[note]}" / f"Note {note}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")


def build_site(vault: Path, out: Path) -> float:
    """Build the site; return the processor's seconds that the whole graph took to arrange."""
    config = read_config(vault)
    found = survey(config, read_vault(config.vault, config.settings.ignore, [config.out]))
    start = process_time()
    make_graph(Network(found.shown), arrange)
    seconds = process_time() - start
    write_site(build(config, found), out)
    return seconds


def watch(page: Page, name: str, move: Callable[[Page], None]) -> Motion:
    """Return how frames came while *move* was carried out."""
    page.evaluate("times.length = 0")
    move(page)
    frames = page.evaluate("times")
    return Motion(name, [after - before for before, after in pairwise(frames)])


def drag(page: Page) -> None:
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(180):
        page.mouse.move(x + 250 * (step % 60 - 30) / 30, y + 120 * (step % 40 - 20) / 20)
        page.wait_for_timeout(8)
    page.mouse.up()


def zoom(page: Page) -> None:
    page.mouse.move(*middle(page))
    for step in range(160):
        page.mouse.wheel(0, -60 if step % 80 < 40 else 60)
        page.wait_for_timeout(10)


def hover(page: Page) -> None:
    x, y = middle(page)
    for step in range(160):
        page.mouse.move(x + 3 * (step - 80), y + (step % 20) * 4)
        page.wait_for_timeout(10)


def middle(page: Page) -> tuple[float, float]:
    size = page.viewport_size
    assert size
    return size["width"] / 2, size["height"] * 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the graph in a browser.")
    parser.add_argument("--notes", type=int, default=5000)
    parser.add_argument("--links", type=int, default=30000)
    parser.add_argument("--gpu", action="store_true")
    given = parser.parse_args()
    program = shutil.which("chromium") or sys.exit("chromium is not installed")
    switches = [*SWITCHES.split(), *([] if given.gpu else ["--disable-gpu"])]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        vault, out = Path(folder) / "vault", Path(folder) / "site"
        write_notes(vault, given.notes, given.links)
        seconds = build_site(vault, out)
        data = (out / "assets" / "graph-data.js").read_bytes()
        browser = playwright.chromium.launch(executable_path=program, args=switches)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto("about:blank")
        page.evaluate(WATCH)
        motions = [watch(page, "an empty page, dragged", drag)]
        page.goto((out / "graph.html").as_uri())
        while not page.evaluate("performance.getEntriesByName('graph-drawn').length"):
            page.wait_for_timeout(20)  # the page's policy does not let it be asked by itself
        first = page.evaluate("performance.getEntriesByName('graph-drawn')[0].startTime")
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
        motions += [watch(page, name, move) for name, move in (("drag", drag), ("zoom", zoom), ("hover", hover))]
        browser.close()
    print(f"{given.notes} notes, {given.links} links: arranged in {seconds:.2f} s of processor time;")
    print(f"graph-data.js is {len(data) // 1000} kB, {len(compress(data)) // 1000} kB gzipped;")
    print(f"first drawn after {first:.0f} ms\n")
    print("| | frames a second | median ms | 95 % ms | late |\n|---|--:|--:|--:|--:|")
    print("\n".join(motion.row for motion in motions))


if __name__ == "__main__":
    main()
