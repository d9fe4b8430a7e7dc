"""Results of queries in three browsers: sorted by click and by key, cards as a list, and no page wider than a phone."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ROWS = 60
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
TABLE = (
    "views:\n  - type: table\n    order: [file.name, number, day, empty, long, tags]\n    summaries: {number: Sum}\n"
)
FILES = {
    "index.md": f"# Home\n```base\nfilters: number >= 0\n{TABLE}```\n",
    "cards.md": "# Cards\n```base\nfilters: number < 5\nviews:\n  - type: cards\n    order: [file.name, number, long]\n    image: note.cover\n```\n",
    "rest.md": "# Rest\n```base\nfilters: number < 5\nviews:\n  - type: list\n    order: [file.name, long]\n```\n\n```tasks\nnot done\n```\n\n"
    "```dataview\nTABLE rows.long, rows.file.link FROM #t WHERE number < 9 GROUP BY number > 3\n```\n\n"
    "```base\nfilters: number < 9\nviews:\n  - type: table\n    order: [file.name, number, long]\n    groupBy: empty\n    rowHeight: short\n```\n",
} | {
    f"row {number:02}.md": f"---\nnumber: {number * 7 % ROWS}\nday: 2026-01-{number % 28 + 1:02}\ntags: t\n"
    + ("empty: x\n" if number == 30 else "") + f"long: {LONG}\n---\n- [ ] task {LONG}\n"
    for number in range(ROWS)
}  # fmt: skip
NAMES = "return [...document.querySelectorAll('.query-rows tbody tr')].map((row) => row.cells[0].textContent)"
SORTED = "return [...document.querySelectorAll('.query-rows th')].map((head) => head.ariaSort ?? '')"


@pytest.fixture(scope="session")
def site(build_site, serve):
    """Return the address of a site with results of every kind, and with frames that show its pages on a phone's width."""
    out = build_site(FILES)
    for name in ("index", "cards", "rest"):
        frame = f'<!doctype html><iframe src="{name}.html" width="390" height="800" style="border:0"></iframe>'
        (out / f"phone-{name}.html").write_text(frame)
    return serve(out)


def until(engine, script: str) -> object:
    return WebDriverWait(engine, 60).until(lambda driver: driver.execute_script(script))


def test_sorting(engine, site):
    """A click or key sorts by a column, down and up, with the folded rows; a third one restores the order."""
    engine.get(f"{site}index.html")
    until(engine, "return document.querySelectorAll('.sort').length === 12")
    names = [f"row {number:02}" for number in range(ROWS)]
    by_number = sorted(names, key=lambda name: int(name[4:]) * 7 % ROWS)
    head = engine.find_elements(By.CSS_SELECTOR, ".sort")[1]
    found = [engine.execute_script(NAMES)]
    for press in (head.click, lambda: head.send_keys(Keys.ENTER), lambda: head.send_keys(Keys.SPACE)):
        press()
        found.append(engine.execute_script(NAMES))
        state = engine.execute_script(SORTED)[1]
        assert state == {2: "ascending", 3: "descending", 4: ""}[len(found)]
    engine.find_elements(By.CSS_SELECTOR, ".sort")[3].click()

    assert [names, by_number, by_number[::-1], names] == found
    assert "row 30" == engine.execute_script(NAMES)[0]
    assert ["", "", "", "ascending", "", ""] * 2 == engine.execute_script(SORTED)


def test_cards_as_a_list(engine, site):
    """A button shows them so, and says which is shown."""
    engine.get(f"{site}cards.html")
    until(engine, "return document.querySelector('.query-switch')")
    button = engine.find_element(By.CSS_SELECTOR, ".query-switch")
    shown = []
    for _ in range(3):
        pressed = button.get_attribute("aria-pressed")
        shown.append(
            (
                pressed,
                engine.execute_script("return getComputedStyle(document.querySelector('ul.query-cards')).display"),
            )
        )
        button.click()

    assert [("false", "grid"), ("true", "block"), ("false", "grid")] == shown


@pytest.mark.parametrize("name", ["index", "cards", "rest"])
def test_no_page_is_wider_than_a_phone(engine, site, name):
    """A wide table scrolls in its own box; long words break or scroll with it."""
    engine.get(f"{site}phone-{name}.html")
    inner = "document.querySelector('iframe').contentDocument"
    until(engine, f"return {inner}?.readyState === 'complete' && !!{inner}.querySelector('.query')")

    assert 390 >= engine.execute_script(f"return {inner}.documentElement.scrollWidth")
