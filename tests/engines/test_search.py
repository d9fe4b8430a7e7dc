"""Search in three browsers, from a disk, at a root and in a folder: found, opened, marked, gone back to, shared."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

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


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def places(tmp_path_factory, build_at):
    """Return the address of the site's root in each place where it must work."""
    vault, out = tmp_path_factory.mktemp("vault"), tmp_path_factory.mktemp("out")
    for name, text in NOTES.items():
        (vault / name).write_text(text, encoding="utf-8")
    build_at(vault).write(out / "repo")
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=one)) for one in (out / "repo", out)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    root, folder = (f"http://127.0.0.1:{server.server_port}/" for server in servers)
    yield {"disk": (out / "repo").as_uri() + "/", "root": root, "folder": f"{folder}repo/"}
    for server in servers:
        server.shutdown()
        server.server_close()


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
