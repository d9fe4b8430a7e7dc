"""Weigh the pages of a built vault in a real browser; print a Markdown table, and say what breaks the budget.

The site is served on loopback in a folder, `/repo/`, gzipped and kept for ten minutes as GitHub Pages would.
A reader with an empty cache opens one page of each kind and then the lightest note without dials, whose scripts belong
to their figure; the lightest note with dials, as such a next page, has a separate line. Counted are the requests
that the server got, and the bytes of the bodies it sent:

* requests, all bytes, and those of scripts, on that first visit; the math font is separate;
* requests and bytes of the next page.

A window fetches the site's icon, a browser without one does not: it is counted as if it did. Pictures that are
further down than the screen are fetched when they come near, and are not counted. Where every note has a figure,
the budget of a note is held by the heaviest, which the server is asked for again without its pictures.

Then the page is opened again, in a new window that has come to rest, with an empty cache and the processor slowed
down four times: when its largest part was painted, from the start of the navigation (the median of the rounds), and
by how much anything moved. Requests that the browser would send to another host are counted, and not let through.

    python benchmarks/budget.py --rounds 5 vault
"""

import argparse
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from gzip import compress, decompress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from hortus.core.config import read_config
from hortus.core.model import Site
from hortus.engine.build import build
from hortus.engine.steps import Steps
from hortus.engine.survey import Survey, survey
from hortus.vault.reader import read_vault

SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
FOLDER = "/repo/"
PLAIN, LEFT_OUT = "note without figures", "note, its figures left out"
SLOWER = 4
SETTLED = 1000
"""Milliseconds after which a new window has loaded what the browser itself needs, hundreds of files of its own."""
STILL = 0.0005
"""A shift below this is a rounding: a twentieth of a percent of the screen, times how far it moved."""
SMALL = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/xml")
"""Kinds of files that a host sends gzipped."""
PAINTS = """() => new Promise(done => {
    let largest = 0, moved = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { largest = entry.startTime; }))
        .observe({type: "largest-contentful-paint", buffered: true});
    new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done([largest, moved]), 600);
})"""


@dataclass(frozen=True, slots=True)
class Sent:
    url: str
    size: int


@dataclass(frozen=True, slots=True)
class Weight:
    """What was sent for a page."""

    sent: Sequence[Sent]

    @property
    def font(self) -> int:
        return sum(one.size for one in self.sent if one.url.endswith(".woff2"))

    @property
    def requests(self) -> int:
        return sum(not one.url.endswith(".woff2") for one in self.sent)

    @property
    def size(self) -> int:
        return sum(one.size for one in self.sent) - self.font

    @property
    def script(self) -> int:
        return sum(one.size for one in self.sent if one.url.endswith((".js", ".mjs", ".wasm")))


@dataclass(frozen=True, slots=True)
class Measured:
    kind: str
    first: Weight
    following: Weight
    paint: float
    """Milliseconds."""
    shift: float
    foreign: int
    """Requests to other hosts."""

    @property
    def row(self) -> str:
        first, following = self.first, self.following
        font = f"{first.font / 1000:.1f}" if first.font else ""
        cells = (self.kind, first.requests, _kb(first.size), _kb(first.script), font, following.requests)
        return _row(*cells, _kb(following.size), f"{self.paint:.0f} ms", f"{self.shift:.3f}", self.foreign)


@dataclass(slots=True)
class Host:
    """A site, served; it writes down what it sends."""

    site: Site
    sent: list[Sent] = field(default_factory=list)
    bodies: dict[str, tuple[bytes, str, bool]] = field(default_factory=dict)
    pictures: bool = True
    """Figures are sent."""

    def body(self, url: str) -> tuple[bytes, str, bool] | None:
        """Return a file as it is sent, its type, and whether it is gzipped."""
        if url not in self.bodies and url in self.site.files:
            content = self.site.files[url]
            content = content if isinstance(content, bytes) else content.read_bytes()
            kind = guess_type(url)[0] or "application/octet-stream"
            small = kind.startswith(SMALL)
            self.bodies[url] = compress(content, 6) if small else content, kind, small
        return self.bodies.get(url)

    def text(self, url: str) -> str:
        """Return the HTML of a page."""
        return decompress(self.body(url)[0]).decode()

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Serve on loopback; give the address of the site's root."""
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = unquote(urlsplit(self.path).path).removeprefix(FOLDER)
                found = host.body(url)
                body, kind, small = found or (b"", "text/plain", False)
                if found and url.startswith("figures/") and url.endswith(".svg") and not host.pictures:
                    found, body = None, b""
                else:
                    host.sent.append(Sent(url, len(body)))
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "max-age=600")
                if small:
                    self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{FOLDER}"
        server.shutdown()
        server.server_close()

    def taken(self) -> list[Sent]:
        """Return what was sent since this was last asked."""
        sent, self.sent = self.sent, []
        return sent


def pages_of(found: Survey, host: Host) -> dict[str, str]:
    """Return a page of each kind that the site has, the heaviest where there are several."""
    shown = found.shown
    maps = {trail.moc for trail in shown.graph.trails}
    pictured = {link.source for links in shown.graph.figures.values() for link in links}
    pictured |= {path for path, _ in shown.requests}
    notes = shown.graph.notes.keys()
    kinds = {
        PLAIN: [shown.urls[path] for path in notes - maps - pictured],
        "note with figures": [shown.urls[path] for path in notes - maps & pictured],
        "map": [shown.urls[path] for path in maps],
        "stub": [shown.urls[path] for path in shown.graph.missing],
        "figure": [f"figures/{name}.html" for name in shown.figures],
        "tag": [url for url in host.site.files if url.startswith("tags/") and url != "tags/index.html"],
    }
    single = {
        "home": "index.html",
        "all notes": "all-notes.html",
        "gallery": "figures/index.html",
        "graph": "graph.html",
        "report": "report.html",
        "wanted": "wanted.html",
    }
    heaviest = {kind: max(urls, key=lambda url: len(host.body(url)[0])) for kind, urls in kinds.items() if urls}
    if not kinds[PLAIN] and kinds["note with figures"]:
        heaviest = {LEFT_OUT: heaviest["note with figures"], **heaviest}
    return heaviest | {kind: url for kind, url in single.items() if url in host.site.files}


def measure(kind: str, url: str, following: str, browser: Browser, host: Host, root: str, rounds: int) -> Measured:
    """Open a page and then another one; open the first slowed down, a few times."""
    host.pictures = kind != LEFT_OUT
    with reading(browser, root) as (page, foreign):
        host.taken()
        page.goto(root + url, wait_until="networkidle")
        first = Weight(_with_icon(host.taken(), host))
        page.goto(root + following, wait_until="networkidle")
        second = Weight(host.taken())
    paints, shifts = [], []
    for _ in range(rounds):
        with reading(browser, root) as (page, _):
            page.wait_for_timeout(SETTLED)
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(root + url, wait_until="load")
            paint, shift = page.evaluate(PAINTS)
            paints.append(paint)
            shifts.append(shift)
    return Measured(kind, first, second, median(paints), max(shifts), len(foreign))


def next_page(browser: Browser, host: Host, root: str, url: str, following: str) -> Weight:
    """Return what is sent for the page *following*, opened after another."""
    with reading(browser, root) as (page, _):
        page.goto(root + url, wait_until="networkidle")
        host.taken()
        page.goto(root + following, wait_until="networkidle")
        return Weight(host.taken())


def lightest(urls: Sequence[str], host: Host, dials: bool) -> str | None:
    """Return the lightest page that has figures with dials or networks, or none of them."""
    some = [url for url in urls if dials == any(sign in host.text(url) for sign in ("data-dials=", "data-net="))]
    return min(some, key=lambda url: len(host.body(url)[0]), default=None)


def search(browser: Browser, host: Host, root: str, url: str, words: str) -> Weight:
    """Return what is sent when the search is opened and *words* are typed."""
    with reading(browser, root) as (page, _):
        page.goto(root + url, wait_until="networkidle")
        host.taken()
        page.keyboard.press("/")
        page.locator("dialog[open] input:focus").wait_for()
        page.keyboard.type(words)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        return Weight(host.taken())


@contextmanager
def reading(browser: Browser, root: str) -> Iterator[tuple[Page, list[str]]]:
    """Open a window with an empty cache; requests to other hosts are listed and stopped."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, foreign = context.new_page(), []

    def note(request):
        if not request.url.startswith((root, "data:", "blob:")):
            foreign.append(request.url)

    page.on("request", note)
    yield page, foreign
    context.close()


def _with_icon(sent: list[Sent], host: Host) -> list[Sent]:
    icon = "assets/icon.svg"
    there = any(one.url == icon for one in sent)
    return sent if there else [*sent, Sent(icon, len(host.body(icon)[0]))]


def faults(note: Measured, all_pages: Sequence[Measured]) -> list[str]:
    """Say what breaks the budget: that of a note, and what holds on every page."""
    limits = [
        ("requests", note.first.requests, 5),
        ("bytes", note.first.size, 25_000),
        ("bytes of script", note.first.script, 12_000),
        ("requests of the next page", note.following.requests, 2),
        ("ms until the largest paint", note.paint, 500),
    ]
    broken = [
        f"{note.kind}: {value:.0f} {name}, and {most} are allowed" for name, value, most in limits if value > most
    ]
    for one in all_pages:
        broken += [f"{one.kind}: what is drawn moves ({one.shift:.4f})"] if one.shift >= STILL else []
        broken += [f"{one.kind}: {one.foreign} requests to other hosts"] if one.foreign else []
    return broken


def _kb(size: int) -> str:
    return f"{size / 1000:.1f}"


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def print_head(version: str, notes: int) -> None:
    """Print the head of the table, whose rows are printed as soon as they are measured."""
    print(f"Chromium {version}, {notes} notes, kB of 1000 bytes, gzipped\n")
    print(
        _row(
            "Page", "Requests", "kB", "Script", "Math font", "Next page", "kB", "Largest paint", "Shift", "Other hosts"
        )
    )
    print("|---|" + "---:|" * 9)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vault", nargs="?", type=Path, default=Path("vault"))
    parser.add_argument("--figures", choices=["run", "frozen", "skip"], default="run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=[], help="kinds of pages to weigh, such as map; all by default")
    parser.add_argument("--words", default="network", help="what is typed into the search")
    parser.add_argument("--browser", default=shutil.which("chromium") or shutil.which("google-chrome") or "chromium")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        config = read_config(options.vault, Path(folder) / "site")
        vault = read_vault(config.vault, config.settings.ignore, config.skip)
        found = survey(config, vault, Steps(config, figures=options.figures))
        host = Host(build(config, found))
        pages = {kind: url for kind, url in pages_of(found, host).items() if kind in options.only or not options.only}
        notes = [found.shown.urls[path] for path in found.shown.graph.notes]
        dialled = lightest(notes, host, dials=True)
        light = lightest(notes, host, dials=False) or dialled
        with sync_playwright() as playwright, host.serve() as root:
            browser = playwright.chromium.launch(executable_path=options.browser, args=SWITCHES.split())
            print_head(browser.version, len(notes))
            measured = []
            for kind, url in pages.items():
                measured.append(measure(kind, url, light, browser, host, root, options.rounds))
                print(measured[-1].row, flush=True)
            turned = next_page(browser, host, root, light, dialled) if dialled else Weight([])
            found_words = search(browser, host, root, light, options.words)
            browser.close()

    if dialled:
        print(f"\nThe lightest note with dials, as next page: {turned.requests} requests, {_kb(turned.size)} kB.")
    size = f"{found_words.size / 1000:.1f} kB"
    print(
        f"\nSearch, opened for the first time and asked for {options.words!r}: {found_words.requests} requests, {size}."
    )
    broken = faults(measured[0], measured)
    print("\n" + ("\n".join(broken) or "Within the budget."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
