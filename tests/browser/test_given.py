"""Any vault, read in a browser: set HORTUS_TEST_VAULT to its folder; without, these are skipped.

Looked at are the pages that every site has, the heaviest note, a stub, a tag, parts of long lists, and some notes
spread evenly.
"""

import gzip
import os
from pathlib import Path

import pytest

OURS = ("index", "all-notes", "tags/index", "graph", "report", "wanted", "recent", "figures/index", "404")
SPREAD = 12
"""Notes that are looked at next to the heaviest."""
LIGHT = 60_000
"""Bytes of a note's page, gzipped, whatever its vault holds."""
LISTED = 30_000
"""Bytes of any page that lists what is in the vault."""
CHANCE = 10_000
"""Bytes that are fetched to choose a note at random."""
HARMLESS = {"heading-order", "image-redundant-alt", "empty-heading", "empty-table-header", "frame-title"}
"""What only an author can fix: which headings follow which, what a picture is called."""
UNSEEN = "() => [...document.images].filter(i => i.complete && !i.naturalWidth && i.offsetParent).map(i => i.src)"
SHIFTS = """() => new Promise(done => {
    let moved = 0;
    new PerformanceObserver(list => list.getEntries().forEach(e => { moved += e.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(moved), 200);
})"""


@pytest.fixture(scope="module")
def given(build_at, tmp_path_factory):
    if "HORTUS_TEST_VAULT" not in os.environ:
        pytest.skip("HORTUS_TEST_VAULT names no vault")
    built = build_at(Path(os.environ["HORTUS_TEST_VAULT"]))
    folder = tmp_path_factory.mktemp("given")
    built.write(folder)
    return built, folder


@pytest.fixture(scope="module")
def chosen(given):
    """Return the URLs of the pages to test."""
    built, _ = given
    files = built.site.files
    notes = sorted(built.urls[path] for path in built.graph.notes)
    heaviest = max(notes, key=lambda url: len(files[url]))
    stubs = sorted(built.urls[path] for path in built.graph.missing)
    tags = sorted(url for url in files if url.startswith("tags/") and url.endswith(".html"))
    own = [f"{name}.html" for name in OURS if f"{name}.html" in files]
    parts = sorted(url for url in files if url.endswith(".2.html"))
    return [*own, heaviest, *stubs[:1], *tags[-1:], *parts[:1], *parts[-1:], *notes[:: max(1, len(notes) // SPREAD)]]


@pytest.fixture
def look(given, reader):
    """Open a page of the vault from disk, with its console errors."""
    _, folder = given

    def open_page(url, **options):
        page = reader(**options).new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto((folder / url).as_uri())
        return page

    return open_page


def test_pages_are_sound(look, chosen):
    """No console errors, layout shifts, broken pictures or horizontal scrolling."""
    faults = []
    for url in dict.fromkeys(chosen):
        page = look(url, width=1440)
        moved = page.evaluate(SHIFTS)
        faults += [(url, "moves", moved)] if moved >= 0.0005 else []
        faults += [(url, "fails", image) for image in page.evaluate(UNSEEN)]
        for width in (390, 820):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults += [(url, width, wide)] if wide > width else []
        faults += [(url, complaint) for complaint in page.complaints]
        page.context.close()

    assert [] == faults


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_axe_finds_nothing(look, violations, chosen, width, theme):
    """axe finds no problem except in the author's own HTML."""
    faults = []
    for url in dict.fromkeys(chosen):
        page = look(url, width=width, theme=theme)
        faults += [
            (url, rule, [element[:200] for element in elements[:3]])
            for rule, elements in violations(page)
            if rule not in HARMLESS
        ]
        page.context.close()

    assert [] == faults


def test_without_script_notes_can_be_read(look, chosen):
    """Each page has its heading and its links."""
    for url in dict.fromkeys(chosen):
        page = look(url, java_script_enabled=False)

        assert page.locator("h1").first.is_visible(), url
        assert page.locator("main a[href]").count() or page.locator("main p").count(), url
        page.context.close()


def test_the_graph_is_drawn(look):
    """However many notes there are; the limit is generous for slow machines."""
    page = look("graph.html")
    for _ in range(100):
        drawn = page.evaluate("performance.getEntriesByName('graph-drawn')[0]?.startTime")
        if drawn:
            break
        page.wait_for_timeout(50)

    assert 0 < drawn < 5000


def weight(content):
    return len(gzip.compress(content, 6))


def test_a_page_weighs_what_it_says(given):
    """With any number of notes and backlinks pages stay below a limit, and lists below a lower one."""
    built, _ = given
    notes = {built.urls[path] for path in (*built.graph.notes, *built.graph.missing)}
    pages = {url: weight(c) for url, c in built.site.files.items() if url.endswith(".html") and isinstance(c, bytes)}

    assert notes < pages.keys()
    assert {} == {url: size for url, size in pages.items() if size > (LIGHT if url in notes else LISTED)}


def test_chance_costs_little(given, look, chosen):
    """A random note is chosen without fetching the URLs of all."""
    built, folder = given
    page = look(chosen[-1])
    before, fetched = page.url, []
    page.on("request", lambda request: fetched.append(request.url))
    page.get_by_role("link", name="Random").click()
    page.wait_for_url(lambda url: url != before)
    scripts = {url.removeprefix(folder.as_uri() + "/") for url in fetched if url.endswith(".js")} - {"assets/site.js"}

    assert "assets/random.js" in scripts
    assert sum(weight(built.site.files[url]) for url in scripts) < CHANCE
