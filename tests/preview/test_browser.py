"""A real browser next to an editor that saves as editors do."""

import json
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from hortus.figures.sandbox.processes import descendants

LINES = "\n\n".join(f"Paragraph {number} of a long note." for number in range(80))
NOTES = {
    "hortus.toml": 'title = "Garden"\n',
    "Home MOC.md": "# Home MOC\n\n- [[long]]\n- [[short]]\n- [[plans]]\n- [[later]]\n",
    "long.md": f"# Long\n\n> [!note]- Folded\n> within\n\nFirst.\n\n{LINES}\n",
    "short.md": "# Short\n\nSee [[long]] and [[gone]].\n",
    "plans.md": "---\ndraft: true\n---\n# Plans\n\nUnborn words.\n",
}
FIGURE = '''"""A line.

It rises.
"""

import matplotlib.pyplot as plt

ALT = "A line."
SLOPE = 1


def compute():
    return {"y": [0, SLOPE]}


def draw(result, theme):
    fig, ax = plt.subplots()
    ax.plot(result["y"])
    return fig
'''


def in_place(file: Path, text: str) -> None:
    """Truncate and write, as small editors do."""
    with file.open("w") as stream:
        stream.write(text[: len(text) // 2])
        stream.flush()
        stream.write(text[len(text) // 2 :])


def renamed(file: Path, text: str) -> None:
    """Write another file and rename it over the note, as Obsidian's sync and most editors do."""
    aside = file.with_name(f".{file.name}.tmp123")
    aside.write_text(text)
    os.replace(aside, file)


def with_backup(file: Path, text: str) -> None:
    """As Vim does: a probe, a swap file, the old file moved away, a new one in its place."""
    probe, swap, backup = file.with_name("4913"), file.with_name(f".{file.name}.swp"), file.with_name(f"{file.name}~")
    probe.write_text("")
    probe.unlink()
    swap.write_text("swap")
    os.rename(file, backup)
    file.write_text(text)
    backup.unlink()
    swap.unlink()


def removed_first(file: Path, text: str) -> None:
    """Delete and create."""
    file.unlink()
    file.write_text(text)


SAVES: list[Callable[[Path, str], None]] = [in_place, renamed, with_backup, removed_first]


@pytest.fixture(scope="module")
def running(tmp_path_factory, preview):
    vault = tmp_path_factory.mktemp("vault")
    for name, text in NOTES.items():
        (vault / name).write_text(text)
    return preview(vault)


@pytest.fixture
def vault(running) -> Path:
    """The vault as it was at first."""
    for file in running.vault.rglob("*.md"):
        if file.name not in NOTES:
            file.unlink()
    for name, text in NOTES.items():
        if not (running.vault / name).exists() or (running.vault / name).read_text() != text:
            (running.vault / name).write_text(text)
    return running.vault


@pytest.fixture
def look(running, tab) -> Callable[[str], object]:
    """Open a page, and mark it so that a reload would show."""

    def open_page(url: str):
        tab.goto(f"{running.address}/{url}")
        tab.locator(".hortus-badge").wait_for(state="attached")
        tab.evaluate("document.body.dataset.mark = 'same page'")
        return tab

    return open_page


def sees(page, words: str, selector: str = "main") -> None:
    page.locator(selector).filter(has_text=words).first.wait_for(timeout=60_000)


def misses(page, words: str) -> None:
    page.locator("main").filter(has_text=words).wait_for(state="detached", timeout=60_000)


def same_page(page) -> bool:
    return page.evaluate("document.body.dataset.mark") == "same page"


@pytest.mark.parametrize("save", SAVES)
def test_save_is_shown_without_a_reload(save, vault, look):
    """Scroll position, an opened part and the selection's node are what they were."""
    page = look("long.html")
    page.locator("details.callout").evaluate("part => { part.open = true }")
    page.evaluate("scrollTo(0, 900)")
    page.evaluate("window.kept = [...document.querySelectorAll('article.note > p:not([class])')].at(-1)")
    page.evaluate(
        "window.read = [...document.querySelectorAll('article.note > p:not([class])')]"
        ".find(one => one.getBoundingClientRect().top > 0)"
    )
    page.wait_for_timeout(200)  # the paragraphs come in as they are laid out
    top = page.evaluate("read.getBoundingClientRect().top")

    save(
        vault / "long.md", NOTES["long.md"].replace("Paragraph 79", "Changed 79").replace("Paragraph 40", "Changed 40")
    )

    sees(page, "Changed 40")
    sees(page, "Changed 79")
    assert same_page(page)
    if save is not removed_first:  # a busy machine may show that the note is gone in between
        assert page.evaluate("kept.isConnected && kept.textContent.includes('Changed 79')")
        assert page.locator("details.callout").evaluate("part => part.open")
        assert top == page.evaluate("read.getBoundingClientRect().top")


def test_paragraph_added_and_taken_out(vault, look):
    """Only what changed is touched: every other paragraph is the same node, and the text is a fresh build's."""
    page = look("long.html")
    page.evaluate("window.kept = [...document.querySelectorAll('article.note > p:not([class])')]")
    renamed(
        vault / "long.md",
        NOTES["long.md"]
        .replace("First.", "Zeroth.\n\n## A heading\n\nFirst.")
        .replace("Paragraph 5 of a long note.\n\n", ""),
    )
    sees(page, "Zeroth.")
    misses(page, "Paragraph 5 of")

    assert 80 == page.evaluate("kept.filter(one => one.isConnected).length")
    shown = page.locator("article.note").text_content().split()
    page.reload()
    assert shown == page.locator("article.note").text_content().split()


def test_burst_is_one_rebuild(vault, look, running):
    """Sixty saves at once are settled: the first is shown, then the last; the last save is what is there."""
    page = look("short.html")
    page.evaluate("""() => {
        window.pushes = 0;
        new MutationObserver(() => { window.pushes += 1 }).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
    }""")
    start = time.monotonic()
    for number in range(60):
        renamed(vault / "short.md", f"# Short\n\nBurst {number}.\n")
        in_place(vault / "long.md", f"# Long\n\nBurst {number}.\n")
    seconds = time.monotonic() - start
    sees(page, "Burst 59.")
    page.wait_for_timeout(300)

    assert page.evaluate("pushes") <= 3 + seconds / 0.3


def test_deletion_and_creation_heal_links(vault, look):
    """A link breaks and heals in the page that has it, as soon as its target goes or comes."""
    page = look("short.html")
    assert 1 == page.locator("main article a.missing").count()
    renamed(vault / "gone.md", "# Gone\n\nHere again.\n")
    page.locator("main article a.internal", has_text="gone").wait_for()
    (vault / "long.md").unlink()
    page.locator("main article a.missing", has_text="long").wait_for()

    assert same_page(page)


def test_renamed_note_is_followed(vault, look):
    """The page of a note that is renamed goes on at its new address; links to the old name break at once."""
    page = look("long.html")
    os.rename(vault / "long.md", vault / "longer.md")
    page.wait_for_url("**/longer.html", timeout=60_000, wait_until="commit")
    sees(page, "Paragraph 40")
    assert same_page(page)
    renamed(vault / "longer.md", "# Longer\n\nStill connected.\n")
    sees(page, "Still connected.")


def test_deleted_note_without_links(vault, look):
    renamed(vault / "lone.md", "# Lone\n\nWords.\n")
    time.sleep(1)
    page = look("lone.html")
    (vault / "lone.md").unlink()
    sees(page, "Page not found")
    renamed(vault / "lone.md", "# Lone\n\nBack.\n")
    sees(page, "Back.")


def test_draft_is_shown_and_marked(vault, look, running, build_at):
    """The preview shows a draft, says so on its page and at links to it; a build has no word of it."""
    page = look("plans.html")
    sees(page, "Unborn words.")
    sees(page, "Draft: not published")
    page = look("home-moc.html")
    assert (
        page.locator("a[data-hortus-draft]", has_text="Plans").count()
        + page.locator("a[data-hortus-draft]", has_text="plans").count()
        >= 1
    )

    files = build_at(vault).bytes()
    assert not [
        url
        for url, content in files.items()
        if b"Unborn" in content or b"plans.html" in content or b".hortus/" in content
    ]


def test_flip_to_draft_and_back(vault, look):
    page = look("short.html")
    renamed(vault / "short.md", "---\ndraft: true\n---\n" + NOTES["short.md"])
    sees(page, "Draft: not published")
    renamed(vault / "short.md", NOTES["short.md"])
    page.locator(".hortus-draft").wait_for(state="detached")


def test_broken_note_shows_its_error_and_heals(vault, look):
    page = look("short.html")
    renamed(vault / "short.md", "---\ntitle: [unclosed\n---\n# Short\n\nStill here.\n")
    page.locator(".hortus-error", has_text=re.compile("line \\d+: front matter is not YAML")).wait_for()
    renamed(vault / "short.md", NOTES["short.md"])
    page.locator(".hortus-error").wait_for(state="detached")
    sees(page, "See long")


def test_badge_counts_and_the_report_leads_into_the_editor(vault, look):
    """The badge's counts follow a save; the report's entries open the note in the editor."""
    page = look("short.html")
    badge = page.locator(".hortus-badge")
    before = int(badge.inner_text().split()[0])
    renamed(vault / "short.md", "# Short\n\n[[no such]] and [[none such]] and [[long]].\n\nTODO: more.\n")
    badge.filter(has_text=f"{before + 1} broken, 1 to do").wait_for()
    badge.locator("a").first.click()
    entry = page.locator("ul.issues details li", has_text="none such")  # one of several in its note

    assert entry.locator('a[href^="obsidian://open?path="]').get_attribute("href").endswith("short.md")


def test_editor_of_the_settings(vault, look):
    """Settings are watched like notes; the editor's address has path and line."""
    page = look("report.html")
    (vault / "hortus.toml").write_text('title = "Garden"\neditor = "vscode://file{path}:{line}"\n')
    page.locator('a[href^="vscode://file"]').first.wait_for()

    assert re.search(
        r"short\.md:3$",
        page.locator("ul.issues li", has_text="gone").locator('a[href^="vscode"]').get_attribute("href"),
    )


def test_settings_that_cannot_be_read(vault, look):
    """A mistake in the settings is told on the page; the last good ones stay."""
    page = look("short.html")
    (vault / "hortus.toml").write_text('tilte = "Garden"\n')
    page.locator(".hortus-error", has_text="did you mean `title`").wait_for()
    (vault / "hortus.toml").write_text(NOTES["hortus.toml"])
    page.locator(".hortus-error").wait_for(state="detached")


def test_theme_is_watched(vault, look):
    page = look("short.html")
    (vault / "theme.css").write_text("main { border-top: 7px solid }\n")
    page.wait_for_timeout(100)
    for _ in range(100):
        if page.evaluate("getComputedStyle(document.querySelector('main')).borderTopWidth") == "7px":
            break
        page.wait_for_timeout(100)
    assert "7px" == page.evaluate("getComputedStyle(document.querySelector('main')).borderTopWidth")
    assert same_page(page)
    (vault / "theme.css").unlink()


def test_new_formula_brings_its_style(vault, look):
    page = look("short.html")
    renamed(vault / "short.md", "# Short\n\n$\\sqrt{x}$\n")
    page.locator("main math").wait_for()

    assert 1 == page.locator('link[href$="math.css"]').count()


def test_page_that_slept_catches_up(vault, look, running):
    """A page that lost its connection shows the newest text when it has it again."""
    page = look("short.html")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    renamed(vault / "short.md", "# Short\n\nWhile it slept.\n")
    time.sleep(1.5)
    assert 0 == page.locator("main", has_text="While it slept").count()
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    sees(page, "While it slept.")
    assert same_page(page)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, preview):
    pytest.importorskip("matplotlib")
    vault = tmp_path_factory.mktemp("figures")
    (vault / "figures").mkdir()
    (vault / "figures/line.py").write_text(FIGURE)
    (vault / "note.md").write_text("# Note\n\n![[line.svg]]\n\nAfter.\n")
    return preview(vault)


def test_figure_runs_fails_and_heals(drawn, tab):
    """The page is there at once; the figure comes, runs again when saved, fails where it stands, and heals."""
    tab.set_default_timeout(240_000)  # the first figure of a vault builds matplotlib's list of fonts
    script = drawn.vault / "figures/line.py"
    tab.goto(f"{drawn.address}/note.html")
    tab.locator("figure.figure img").wait_for()
    first = tab.request.get(f"{drawn.address}/figures/line.svg").text()

    renamed(script, FIGURE.replace("SLOPE = 1", "SLOPE = 3"))
    tab.locator(".preview-running", has_text="line: running").wait_for()
    tab.locator(".preview-running").wait_for(state="detached")
    assert re.search(r"\?\d+#light$", tab.locator("figure.figure img").get_attribute("src"))
    assert first != tab.request.get(f"{drawn.address}/figures/line.svg").text()

    renamed(script, FIGURE.replace("    return fig", "    print('so far')\n    return fig.nonsense"))
    failed = tab.locator("figure.figure .preview-failed")
    failed.wait_for()
    words = failed.inner_text()
    assert "nonsense" in words and "line.py" in words and "return fig.nonsense" in words and "so far" in words
    assert tab.locator("figure.figure img").count() == 1, "the last good picture stays"

    renamed(script, FIGURE)
    failed.wait_for(state="detached")
    assert tab.locator("figure.figure img").is_visible()


def test_data_outside_of_the_vault_redraws(drawn):
    """A figure is drawn again when a file changes that its DATA names, although it is outside of the vault."""
    data = drawn.vault.parent / f"{drawn.vault.name}-height.txt"
    data.write_text("1")
    code = FIGURE.replace("SLOPE = 1", f'DATA = ["../../{data.name}"]').replace(
        "SLOPE", f'float(open("../../{data.name}").read())'
    )
    (drawn.vault / "figures/height.py").write_text(code)
    (drawn.vault / "height.md").write_text("# Height\n\n![[height.svg]]\n")

    def picture():
        status, answer = drawn.get("/figures/height.svg")
        return answer.partition(b"\r\n\r\n")[2] if status == 200 else b""

    until(picture, 240)
    first = picture()
    data.write_text("5")

    until(lambda: picture() not in (b"", first), 240)


def test_what_comes_later_gets_its_button(vault, look):
    """Code that is added while the page is open can be copied like code that was there."""
    page = look("short.html")
    renamed(vault / "short.md", "# Short\n\n```python\nx = 1\n```\n")
    page.locator(".code button.copy").wait_for()
    renamed(vault / "short.md", "# Short\n\n```python\nx = 2\n```\n\nMore.\n")
    page.locator(".code", has_text="x = 2").wait_for()

    assert 1 == page.locator(".code").count() == page.locator(".code button.copy").count()


SLOW = FIGURE.replace("def compute():\n", "import time\n\ndef compute():\n    time.sleep(50)\n")


def test_overtaken_run_is_ended(drawn, tab, cache):
    """A script that is saved again while it runs does not keep its successor waiting, nor the machine busy."""
    script = drawn.vault / "figures/line.py"
    tab.set_default_timeout(240_000)
    tab.goto(f"{drawn.address}/note.html")
    tab.locator("figure.figure img").wait_for()
    until(lambda: not at_work(cache))
    before, idle = tab.request.get(f"{drawn.address}/figures/line.svg").text(), set(descendants(drawn.process.pid))

    for slope in ("11", "12", "13"):
        renamed(script, SLOW.replace("SLOPE = 1", f"SLOPE = {slope}"))
        until(lambda slope=slope: f"SLOPE = {slope}\n" in at_work(cache))
    renamed(script, FIGURE.replace("SLOPE = 1", "SLOPE = 14"))
    begin = time.monotonic()
    until(lambda: tab.request.get(f"{drawn.address}/figures/line.svg").text() != before)
    tab.locator(".preview-running").wait_for(state="detached")
    assert time.monotonic() - begin < 50, "it waited for the runs that were overtaken"

    until(lambda: set(descendants(drawn.process.pid)) == idle)
    assert "" == at_work(cache)


def test_run_that_no_save_touched_goes_on(drawn, tab, cache):
    """Saving another script does not begin a figure again that is being drawn."""
    script = drawn.vault / "figures/line.py"
    tab.set_default_timeout(240_000)
    tab.goto(f"{drawn.address}/note.html")
    renamed(script, SLOW.replace("50", "4").replace("SLOPE = 1", "SLOPE = 21"))
    until(lambda: "SLOPE = 21\n" in at_work(cache))
    (first,) = jobs(cache)
    (drawn.vault / "figures/other.py").write_text(FIGURE)
    renamed(script, script.read_text().replace("It rises.", "It rises as before."))
    tab.locator(".preview-running", has_text="line: running").wait_for()
    tab.locator("figcaption", has_text="as before").wait_for()
    assert first in jobs(cache)
    assert 1 == at_work(cache).count("SLOPE = 21\n")

    tab.locator(".preview-running").wait_for(state="detached")
    assert tab.locator("figure.figure img").count() == 1 and not tab.locator(".preview-failed").count()
    assert tab.locator("figcaption", has_text="as before").count()


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def jobs(cache: Path) -> list[Path]:
    while True:
        with suppress(FileNotFoundError):  # a folder went while it was looked through
            return sorted(cache.glob("**/running/figure-*/job.json"))


def at_work(cache: Path) -> str:
    """Return the code of the figure scripts that run."""
    return "".join(json.loads(text)["code"] for file in jobs(cache) if (text := read(file)))


def read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:  # it has just ended
        return ""


def test_an_open_search_follows_a_save(vault, look):
    """What is typed is searched for again when any note changes, and found in the words of now."""
    page = look("short.html")
    page.keyboard.press("/")
    page.wait_for_selector("dialog.search[open]")
    page.keyboard.type("heliotrope")
    page.wait_for_selector("text=Nothing found")
    in_place(vault / "long.md", "# Long\n\nA heliotrope.\n")
    page.wait_for_selector(".search-note >> text=Long")
    in_place(vault / "long.md", "# Long\n\nNothing.\n")
    page.wait_for_selector("text=Nothing found")
