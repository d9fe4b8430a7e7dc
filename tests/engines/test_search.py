"""Search in three browsers, from a disk, at a root and in a folder: found, opened, marked, gone back to, shared."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

NOTES = {
    "Home.md": "# Home\n[[Rivers]] and [[Hills]].\n",
    "Rivers.md": "# Rivers\nThe delta of a river, $\\alpha \\le 1$.\n",
    "Hills.md": "# Hills\nA hill without water.\n",
}
TITLES = "return [...document.querySelectorAll('.search-note .search-title')].map((one) => one.textContent)"


@pytest.fixture(scope="session")
def places(build_site, serve):
    """Return the address of the site's root in each place where it must work."""
    out = build_site(NOTES, "repo")
    return {"disk": f"{out.as_uri()}/", "root": serve(out), "folder": f"{serve(out.parent)}repo/"}


@pytest.mark.parametrize("place", ["disk", "root", "folder"])
def test_found_and_gone_back_to(engine, places, place):
    """A misspelt word finds the note, whose words are marked; going back shows the words that were typed."""

    def until(script: str) -> object:
        return WebDriverWait(engine, 60).until(lambda driver: driver.execute_script(script))

    engine.get(f"{places[place]}index.html?q=detla")
    assert ["Rivers"] == until(TITLES + ".slice(0, document.querySelector('.search')?.dataset.answers ? 9 : 0)")
    until("return new URLSearchParams(location.search).get('q') === 'detla'")
    engine.find_element(By.ID, "search-words").send_keys(Keys.ENTER)
    assert "delta" == until("return document.querySelector('mark.found')?.textContent")
    engine.back()
    until("return document.querySelector('#search-words')?.value === 'detla'")
    assert ["Rivers"] == until(TITLES)
