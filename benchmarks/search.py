"""Measure the search index of synthetic vaults: what making and changing it costs, and what a reader fetches.

For each size a vault is made (`make_vault.py`) and built. Measured are, in processor seconds of one process:

* the index made anew, and brought up to date after one note's words changed; the files that change;
* its size on disk, gzipped, in files;
* requests and bytes (gzipped) of a first search and of another one, in Chromium with an empty cache;
* milliseconds from the last key to the first result, with the processor slowed down four times.

    python benchmarks/search.py --sizes 100 1000 5000
    python benchmarks/search.py --judged VAULT     the judged queries for Obsidian's help, asked of a copy of it
"""

import argparse
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
from hortus.site import search
from hortus.vault.reader import read_vault

QUERIES = Path(__file__).parent.parent / "tests" / "search" / "queries.tsv"
WORDS = ("gradient", "hedge tensor", "matrix", "vector bloom")
ANSWERS = """words => new Promise(done => {
    const dialog = document.querySelector(".search"), field = dialog.querySelector("input");
    const start = performance.now();
    new MutationObserver((_, watch) => {
        if (dialog.dataset.answers !== words) return;
        watch.disconnect();
        done(performance.now() - start);
    }).observe(dialog, { attributes: true });
    field.value = words;
    field.dispatchEvent(new InputEvent("input"));
})"""


def understood(vault: Path) -> tuple[Config, Survey]:
    config = read_config(vault)
    return config, survey(config, read_vault(config.vault, config.settings.ignore, config.skip))


def index_costs(vault: Path, config: Config, found: Survey) -> tuple[dict[str, bytes], list[str]]:
    """Make the index anew, then after one edit; return its files, and cells on both."""
    kept = config.cache / "measured.sqlite"
    start = process_time()
    index = search.Index()
    search.update_index(index, found.shown, "en", True)
    search.save_index(index, kept)
    files = dict(index.files(search.facets(found.shown)))
    cold = process_time() - start
    note = sorted(vault.rglob("*.md"))[7]
    text = note.read_text()
    note.write_text(text + "\nA gradient of unheardof words.\n")
    edited = understood(vault)[1]
    note.write_text(text)
    start = process_time()
    index = search.load_index(kept)
    loaded = process_time() - start
    start = process_time()
    search.update_index(index, edited.shown, "en", True)
    search.save_index(index, kept)
    warm = process_time() - start
    after = dict(index.files(search.facets(edited.shown)))
    changed = sum(files.get(url) != content for url, content in after.items())
    return files, [f"{cold:.2f} s", f"{loaded:.2f} + {warm:.2f} s", f"{changed}"]


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
        times = [page.evaluate(ANSWERS, words) for words in ("kernel", "bias", "token norm", "orchard", "sparse")]
        most = max(further)
        return [first, f"{most[0]}, {max(size for _, size in further):.0f} kB", f"{median(times):.0f} ms"]


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
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--judged", type=Path, help="a copy of Obsidian's help")
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.browser, args=SWITCHES.split())
        if options.judged:
            return judge(options.judged, browser)
        print("| Notes | Index anew | One edit: read + change | Files changed | Index, gzipped | Files ", end="")
        print("| First search | Another, at most | To the answer, 4x slower | Memory |")
        print("|---:" * 10 + "|")
        for size in options.sizes:
            with tempfile.TemporaryDirectory() as folder:
                vault = Path(folder) / "vault"
                write_vault(make_vault(size), vault)
                config, found = understood(vault)
                files, costs = index_costs(vault, config, found)
                theme = build(config, found).files
                weight = sum(len(compress(content, 6)) for content in files.values()) / 1e6
                reader = search_costs(Site({**theme, **files}), browser)
                memory = getrusage(RUSAGE_SELF).ru_maxrss // 1024
                cells = [size, *costs, f"{weight:.1f} MB", len(files), *reader, f"{memory} MB"]
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
