"""Who may ask: the browser of this machine for itself, nobody for another site."""

import pytest

from hortus.preview.security import refusal

OURS = ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000"]
HOSTS = [
    "", ":", ":8000", "localhost", "127.0.0.1", "[::1]", "localhost:80", "localhost:8001", "localhost:08000", "localhost:+8000",
    "localhost:8000 ", " localhost:8000", "localhost:8000@evil.example", "evil.example", "evil.example:8000", "evil.example:80",
    "localhost.evil.example:8000", "127.0.0.1.evil.example:8000", "127.0.0.1.nip.example:8000", "localhost.:8000", "127.0.0.2:8000",
    "127.1:8000", "2130706433:8000", "0x7f.1:8000", "0.0.0.0:8000", "[::]:8000", "::1:8000", "[::ffff:127.0.0.1]:8000", "[0:0:0:0:0:0:0:1]:8000",
    "localhost:8000:8000", "user@localhost:8000", "localhost/:8000", "localhost#:8000", "localhost\\:8000", "192.168.1.5:8000",
    "\u2460localhost:8000", "loc\u0430lhost:8000", "localhost:٨٠٠٠", "localhost,evil.example:8000",
]  # fmt: skip
ORIGINS = [
    "null", "", "http://evil.example", "http://evil.example:8000", "https://localhost:8000", "http://localhost", "http://localhost:8001",
    "http://localhost:8000.evil.example", "http://localhost.evil.example:8000", "file://", "chrome-extension://abc", "ftp://localhost:8000",
    "localhost:8000", "//localhost:8000", "http://127.0.0.1:8000, http://evil.example", "HTTP://localhost:8000", "http:// localhost:8000",
    "http://user@localhost:8000", "http://[::1]", "http://127.0.0.2:8000", "data:text/html", "http://localhost:8000/", "http://2130706433:8000",
]  # fmt: skip


def ask(host: str = "localhost:8000", method: str = "GET", listening: str = "127.0.0.1", **others: str):
    headers = [(b"host", host.encode())] + [
        (name.replace("_", "-").encode(), value.encode()) for name, value in others.items()
    ]
    return refusal(method, headers, listening, 8000)


@pytest.mark.parametrize("host", OURS)
def test_own_names(host):
    assert ask(host) is None
    assert ask(host, origin=f"http://{host}") is None


@pytest.mark.parametrize("host", HOSTS)
def test_other_names_are_refused(host):
    """A name that somebody made to point here is not ours, however much it looks like it."""
    status, _ = ask(host)

    assert status in (400, 403)


@pytest.mark.parametrize("origin", ORIGINS)
def test_other_origins_are_refused(origin):
    """A page of another site that makes the browser ask is refused."""
    status, _ = ask(origin=origin)

    assert 403 == status


def test_one_host_exactly():
    assert 400 == refusal("GET", [], "127.0.0.1", 8000)[0]
    assert 400 == refusal("GET", [(b"host", b"localhost:8000")] * 2, "127.0.0.1", 8000)[0]


def test_pictures_for_other_sites_are_refused():
    """A page elsewhere may link here, and may not show or load what is here."""
    assert 403 == ask(sec_fetch_site="cross-site", sec_fetch_mode="no-cors")[0]
    assert ask(sec_fetch_site="cross-site", sec_fetch_mode="navigate") is None
    assert ask(sec_fetch_site="same-origin", sec_fetch_mode="cors") is None


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", ""]
)
def test_only_reading(method):
    assert 405 == ask(method=method)[0]


def test_open_to_the_network():
    """On all addresses it answers to numbers, which nobody can rebind, and to no name."""
    assert ask("192.168.1.5:8000", listening="0.0.0.0") is None
    assert ask("[fe80::1]:8000", listening="::") is None
    assert 403 == ask("evil.example:8000", listening="0.0.0.0")[0]
