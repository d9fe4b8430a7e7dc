"""Measure the search index of synthetic vaults: what making and changing it costs, and what a reader fetches.

For each size a vault is made (`make_vault.py`) and indexed. Measured are, in processor seconds of one process:

* the index made anew and stored, and brought up to date after one note's words changed; the files that change;
* its size on disk, gzipped, in files;
* requests and bytes (gzipped) of a first search and of another one, in Chromium with an empty cache;
* milliseconds from the last key to the first result, with the processor slowed down four times: of words that are
  typed (a key every 120 ms), of words that are pasted, of which nothing was fetched before, and of a long text.

The pages in which the browser searches are those of the smallest vault, so that large ones need not be built.

The processor is timed on its own as well (a million additions), since one that others use too is slower.

    python benchmarks/search.py --sizes 100 1000 5000
    python benchmarks/search.py --judged VAULT     the judged queries for Obsidian's help, asked of a copy of it
"""

import argparse
import gc
import shutil
import sys
import tempfile
from gzip import compress
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import process_time

from budget import SLOWER, SWITCHES, Host, reading
from make_vault import make_vault, write_vault
from playwright.sync_api import Browser, Page, sync_playwright

from hortus.core.config import Config, read_config
from hortus.core.model import Site
from hortus.engine.build import build
from hortus.engine.survey import Survey, survey
from hortus.site.search import FOLDER as SEARCH
from hortus.site.search import Index, open_index, update_index
from hortus.vault.reader import read_vault

QUERIES = Path(__file__).parent.parent / "tests" / "search" / "queries.tsv"
WORDS = ("gradient", "hedge tensor", "matrix", "vector bloom")
LONG = (
    "gradient hedge tensor matrix vector bloom kernel bias token norm orchard sparse forest narrow query rank meadow "
    "mixed leaf channel field map layer curve surface"
)
ANSWERS = """([words, typed]) => new Promise(async done => {
    const dialog = document.querySelector(".search"), field = dialog.querySelector("input");
    const results = dialog.querySelector(".search-results");
    const key = end => { field.value = words.slice(0, end); field.dispatchEvent(new InputEvent("input")); };
    for (let end = 1; typed && end < words.length; end++) {
        key(end);
        await new Promise(next => setTimeout(next, 120));
    }
    results.replaceChildren();
    const start = performance.now();
    let first = 0;
    new MutationObserver((_, watch) => {
        if (!first && results.firstChild) first = performance.now() - start;
        if (dialog.dataset.answers !== words) return;
        watch.disconnect();
        done([first, performance.now() - start]);
    }).observe(dialog, { attributes: true, childList: true, subtree: true });
    key(words.length);
})"""


def understood(vault: Path) -> tuple[Config, Survey]:
    config = read_config(vault)
    return config, survey(config, read_vault(config.vault, config.settings.ignore, config.skip))


def index_costs(vault: Path, config: Config, found: Survey) -> tuple[Index, list[str]]:
    """Make the index anew, then after one edit; return the first, and cells on both."""
    settings = config.settings
    folder = config.cache / "measured"
    start = process_time()
    index = open_index(settings, folder)
    update_index(index, found.shown, settings)
    index.keep()
    cold = process_time() - start
    note = sorted(vault.rglob("*.md"))[7]
    text = note.read_text()
    note.write_text(text + "\nA gradient of unheardof words.\n")
    edited = understood(vault)[1]
    note.write_text(text)
    gc.collect()
    start = process_time()
    again = open_index(settings, folder)
    update_index(again, edited.shown, settings)
    again.keep()
    warm = process_time() - start
    changed = sum(index.versions.get(name) != version for name, version in again.versions.items())
    return index, [f"{cold:.2f} s", f"{warm:.3f} s", f"{changed}"]


def additions() -> float:
    """Return the processor seconds of a million additions."""
    start, total = process_time(), 0
    for number in range(1_000_000):
        total += number
    return process_time() - start


def asked(page: Page, host: Host, words: str) -> tuple[int, float]:
    """Ask for words; return how many requests that takes, and kB."""
    host.taken()
    page.fill("#search-words", words)
    page.locator(".search").and_(page.locator(f"[data-answers='{words}']")).wait_for()
    page.wait_for_load_state("networkidle")
    sent = host.taken()
    return len(sent), sum(one.size for one in sent) / 1000


def search_costs(site: Site, browser: Browser) -> list[str]:
    """Return cells on a first search, others, and the time to an answer."""
    host = Host(site)
    with host.serve() as root, reading(browser, root) as (page, _):
        page.goto(root + "all-notes.html", wait_until="networkidle")
        host.taken()
        page.keyboard.press("/")
        page.locator("dialog[open] input:focus").wait_for()
        page.wait_for_load_state("networkidle")
        opened = host.taken()
        requests, size = asked(page, host, WORDS[0])
        first = f"{len(opened) + requests}, {sum(one.size for one in opened) / 1000 + size:.0f} kB"
        further = [asked(page, host, words) for words in WORDS[1:]]
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        typed = [
            page.evaluate(ANSWERS, [words, True])[0] for words in ("kernel", "bias", "token norm", "orchard", "sparse")
        ]
        pasted = [
            page.evaluate(ANSWERS, [words, False])[0] for words in ("forest", "narrow", "query rank", "meadow", "mixed")
        ]
        long = page.evaluate(ANSWERS, [LONG, False])[0]
        most, size = (max(column) for column in zip(*further, strict=True))
        return [first, f"{most}, {size:.0f} kB", *(f"{time:.0f} ms" for time in (median(typed), median(pasted), long))]


def judge(vault: Path, browser: Browser) -> int:
    """Ask the judged queries of a copy of Obsidian's help; print what is not right."""
    rows = [line.split("\t") for line in QUERIES.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row[0] == "obsidian-help"]
    config, found = understood(vault)
    host, right = Host(build(config, found)), 0
    with host.serve() as root, reading(browser, root) as (page, _):
        page.goto(root + "index.html")
        page.keyboard.press("/")
        page.locator("dialog[open] input:focus").wait_for()
        for _, query, titles, _ in rows:
            page.fill("#search-words", query)
            page.locator(f".search[data-answers='{query}']").wait_for()
            found_titles = page.locator(".search-note .search-title").all_inner_texts()[:3]
            fits = bool({title.strip() for title in found_titles} & set(titles.split("|")))
            right += fits
            if not fits:
                print(f"{query}: {', '.join(found_titles)}")
    before = sum(row[3] != "0" for row in rows)
    print(f"{right} of {len(rows)} right; Pagefind had {before}")
    return 0 if right >= 0.95 * len(rows) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000, 20000])
    parser.add_argument("--judged", type=Path, help="a copy of Obsidian's help")
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    options = parser.parse_args()
    gc.set_threshold(100_000, 50)  # as the command has it
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=SWITCHES.split())
        if options.judged:
            return judge(options.judged, browser)
        print("| Notes | Index anew | One edit | Files changed | Index, gzipped | Files | First search ", end="")
        print(
            "| Another, at most | First result, 4x slower: typed | pasted | long text | Memory | A million additions |"
        )
        print("|---:" * 13 + "|")
        with tempfile.TemporaryDirectory() as folder:
            write_vault(make_vault(100), Path(folder))
            shell = build(*understood(Path(folder)))
        for size in options.sizes:
            with tempfile.TemporaryDirectory() as folder:
                vault = Path(folder) / "vault"
                write_vault(make_vault(size), vault)
                config, found = understood(vault)
                addition = additions()
                index, costs = index_costs(vault, config, found)
                files = {f"{SEARCH}/{name}.js": content for name, content in index.items()}
                pages = {url: content for url, content in shell.files.items() if not url.startswith(f"{SEARCH}/")}
                reader = search_costs(Site(pages | files), browser)
                weight = f"{sum(len(compress(content, 6)) for content in files.values()) / 1e6:.1f} MB"
                memory = f"{getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB"
                cells = [size, *costs, weight, len(index), *reader, memory, f"{addition * 1000:.0f} ms"]
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
