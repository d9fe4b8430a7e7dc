"""The page for missing addresses, as GitHub Pages serves it: at any address below the root, without a setting."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect


class _Pages(SimpleHTTPRequestHandler):
    def send_error(self, code, message=None, explain=None):
        content = Path(self.directory, "repo/404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def start(site):
    """Return the address of a site in a folder of a server that answers as GitHub Pages does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=site / "folder"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/repo/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("url", ["shed/tools/rakes.html", "old/folder/rake.html", "Rake", "shed//rake.html"])
def test_the_nearest_page_is_offered(reader, start, url):
    """The page has its style and its theme switch, and its links lead to pages of the site."""
    page = reader().new_page()
    page.goto(start + url)
    link = page.get_by_role("link", name="Rake")
    expect(link).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(253, 252, 249)"
    expect(page.locator(".theme-switch")).to_have_attribute("aria-label", "Theme: by system")

    addresses = page.locator("a[href]").evaluate_all("all => all.map((one) => one.href)")
    assert all(address.startswith((start, page.url + "#")) for address in addresses)
    assert {404} >= {page.context.request.get(address).status for address in addresses} - {200}
    link.click()
    assert page.url == f"{start}shed/tools/rake.html"


def test_nothing_is_offered_where_nothing_is_near(reader, start):
    page = reader().new_page()
    page.goto(start + "zzzz/qqqqqqqqqqq.html")
    expect(page.locator(".theme-switch")).to_have_attribute("aria-label", "Theme: by system")

    assert page.locator(".nearest").is_hidden()
    assert page.get_by_role("link", name="Garden MOC").count() == 1


def test_no_script_of_another_host(reader, start):
    """An address that begins with two slashes is no address of another host."""
    page, asked = reader().new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(start.removesuffix("repo/") + "/example.org/x.html")
    page.wait_for_load_state("networkidle")

    assert [] == [url for url in asked if not url.startswith(start.removesuffix("repo/"))]
