"""Check external links, with a real server on this machine, which has to be allowed explicitly."""

import http.server
import ipaddress
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import pairwise

import pytest

from hortus.core.cache import read_cached_json, write_cached_json
from hortus.report.external_links import RateLimit, check_externals
from hortus.report.http_check import Answer, HttpPolicy, check_url, is_public
from hortus.report.report import add_issues

HERE = HttpPolicy(allowed=(ipaddress.ip_network("127.0.0.1/32"),), seconds=2)
"""This machine, by one of its addresses only."""
QUICK = RateLimit(pause=0.05, longest_wait=1.0)


@dataclass
class Web:
    """A server, the requests to it, and their times."""

    port: int = 0
    asked: list[tuple[str, str, float]] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    """By path: status and headers; a list of them is used up one by one."""
    busy: int = 0
    most_busy: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]


@pytest.fixture
def web():
    """A server with configurable answers; the default is 200."""
    state = Web()

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            state.busy += 1
            state.most_busy = max(state.most_busy, state.busy)
            state.asked.append((self.command, self.path, time.monotonic()))
            said = state.answers.get(self.path, (200, {}))
            if isinstance(said, list):
                said = said.pop(0) if len(said) > 1 else said[0]
            if callable(said):
                said = said(self)
            if said is not None:
                status, headers = said
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
            state.busy -= 1

        do_GET = do_HEAD = answer

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "fine"),
        (204, "fine"),
        (304, "fine"),
        (404, "broken"),
        (410, "broken"),
        (401, "unsure"),
        (403, "unsure"),
        (429, "unsure"),
        (500, "unsure"),
        (999, "unsure"),
    ],
)
def test_status(web, status, expected):
    """A page that is gone is broken; unclear answers are not."""
    web.answers["/x"] = status, {}

    assert expected == check_url(web.url("/x"), HERE).kind


def test_head_is_not_enough(web):
    """If the server does not support HEAD, GET is tried."""
    web.answers["/x"] = lambda handler: (200, {}) if handler.command == "GET" else (405, {})

    assert "fine" == check_url(web.url("/x"), HERE).kind
    assert ["HEAD", "GET"] == [method for method, _, _ in web.asked]


def test_redirects(web):
    """Redirects are followed; endless ones are uncertain."""
    web.answers |= {
        "/a": (301, {"Location": "/b?x=1"}),
        "/b?x=1": (302, {"Location": web.url("/gone")}),
        "/gone": (404, {}),
    }
    web.answers["/round"] = 302, {"Location": "/round"}

    assert "broken" == check_url(web.url("/a"), HERE).kind
    assert "unsure" == check_url(web.url("/round"), HERE).kind


def test_nothing_there():
    """Unknown host, connection refused, invalid URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def nowhere(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    def offline(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    assert "connection refused" == check_url(f"http://127.0.0.1:{port}/", HERE).message
    assert Answer("broken", "no such host") == check_url("http://gone.example/", HttpPolicy(resolve=nowhere))
    assert "unsure" == check_url("http://there.example/", HttpPolicy(resolve=offline)).kind
    assert "broken" == check_url("http://[::1/", HERE).kind


def test_slow(web):
    """A server that sends slowly without end is left after the time limit."""

    sent = []

    def drip(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for number in range(100):
            handler.wfile.write(f"X-{number}: y\r\n".encode())
            sent.append(number)
            time.sleep(0.1)  # a slow server

    web.answers["/drip"] = drip
    answer = check_url(web.url("/drip"), HttpPolicy(HERE.allowed, seconds=0.7))

    assert "unsure" == answer.kind
    assert len(sent) < 100


def test_garbage(web):
    """An answer that is not HTTP is uncertain, without an exception."""
    web.answers["/x"] = lambda handler: handler.wfile.write(b"\0\xff\r\n\r\n") and None

    assert "unsure" == check_url(web.url("/x"), HERE).kind


# --- what is never asked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_private_addresses(address):
    """No notation or embedding of a private IP address is contacted."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        return [(family, socket.SOCK_STREAM, 6, "", (address, port, 0, 0) if ":" in address else (address, port))]

    assert not is_public(address)
    assert "private" == check_url("http://looks-harmless.example/", HttpPolicy(resolve=resolve)).kind
    assert ["looks-harmless.example"] == asked


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0",
        "127.0.0.1.",
        "LOCALHOST",
    ],
)
def test_this_machine(web, host):
    """By default this machine is not contacted, however it is spelled."""
    answer = check_url(web.url("/", host), HttpPolicy(seconds=2))

    assert answer.kind in ("private", "broken", "unsure")
    assert [] == web.asked


def test_redirect_into_the_private(web):
    """Redirects are checked like first requests: one to a forbidden host is not followed."""
    web.answers["/x"] = 302, {"Location": web.url("/secret", "127.0.0.2")}
    web.answers["/y"] = 302, {"Location": "file:///etc/passwd"}

    assert Answer("private", "the host is in a network that is not public") == check_url(web.url("/x"), HERE)
    assert "private" == check_url(web.url("/y"), HERE).kind
    assert {"/x", "/y"} == set(web.paths())


def test_rebinding(web):
    """A name is resolved once per request, and the connection goes to the checked IP address."""
    looked_up = []

    def resolve(host, port, **_):
        looked_up.append(host)
        place = "127.0.0.1" if len(looked_up) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port))]

    first = check_url(web.url("/x", "rebind.example"), HttpPolicy(HERE.allowed, resolve, 2))
    second = check_url(web.url("/y", "rebind.example"), HttpPolicy(HERE.allowed, resolve, 2))

    assert ("fine", "private", 2) == (first.kind, second.kind, len(looked_up))
    assert ["/x"] == web.paths()


def test_one_private_address_among_public_ones(web):
    """A name with any private IP address is not contacted."""

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in ("127.0.0.1", "10.0.0.1")]

    assert "private" == check_url(web.url("/", "mixed.example"), HttpPolicy(HERE.allowed, resolve)).kind
    assert [] == web.asked


def test_passwords_stay_here(web):
    """URLs with a user name or password are not requested."""
    assert "private" == check_url(f"http://ann:secret@127.0.0.1:{web.port}/", HERE).kind
    assert [] == web.asked


def test_certificates(tmp_path):
    """An untrusted certificate breaks a link; a trusted one does not."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    name = ["-subj", "/CN=there.example", "-addext", "subjectAltName=DNS:there.example"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.RequestHandlerClass.log_message = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    trust = ssl.create_default_context(cafile=str(certificate))
    there, other = (f"https://{host}.example:{server.server_port}/" for host in ("there", "other"))
    policies = HttpPolicy(HERE.allowed, resolve, 5, trust), HttpPolicy(HERE.allowed, resolve, 5)
    kinds = [check_url(there, policies[0]).kind, check_url(other, policies[0]).kind, check_url(there, policies[1]).kind]
    server.shutdown()
    server.server_close()

    assert ["fine", "broken", "broken"] == kinds


# --- many of them ----------------------------------------------------------------------------------


def test_issues(web, build_vault, tmp_path):
    """A broken link is an issue at each of its places, counted and sorted; fragments do not count."""
    web.answers["/gone"] = 404, {}
    notes = {
        "a.md": f"[x]({web.url('/gone')}) and [y]({web.url('/there')})\n",
        "b.md": f"\n[z]({web.url('/gone#part')})\n",
    }
    built = build_vault(notes)
    asked = check_externals(built.graph.notes.values(), tmp_path / "cache.json", HERE, QUICK)
    report = add_issues(built.report, asked.issues)
    found = [(i.path, i.line, i.severity) for i in report.issues if i.kind == "external_broken"]

    assert [("a.md", 1, "warning"), ("b.md", 2, "warning")] == found
    assert 2 == report.summary["external_broken"]
    assert {"/gone", "/there"} == set(web.paths()) and web.paths().count("/there") == 1


def test_cache(web, build_vault, tmp_path):
    """Cached answers are not requested again; a damaged cache is empty."""
    web.answers |= {"/gone": (404, {}), "/closed": (403, {})}
    links = " ".join(f"[x]({web.url(path)})" for path in ("/gone", "/there", "/closed"))
    notes = build_vault({"a.md": links}).graph.notes.values()
    cache = tmp_path / "cache.json"
    first = check_externals(notes, cache, HERE, QUICK)
    web.asked.clear()
    second = check_externals(notes, cache, HERE, QUICK)

    assert first == second
    assert {"/closed"} == set(web.paths())

    rows = read_cached_json(cache)
    rows["answers"] = {url: [kind, said, time.time() - 1] for url, (kind, said, _) in rows["answers"].items()}
    write_cached_json(cache, rows)
    web.asked.clear()
    check_externals(notes, cache, HERE, QUICK)

    assert {"/gone", "/there", "/closed"} == set(web.paths())

    for damage in ("", "[]", '{"answers": {"http://x/": 3}}', '{"answers": {"http://x/": ["odd", "", 9e99]}}', "\0"):
        cache.write_text(damage)

        assert first.issues == check_externals(notes, cache, HERE, QUICK).issues


def test_one_at_a_time(web, build_vault, tmp_path):
    """One host gets one request at a time, with pauses."""
    links = " ".join(f"[x]({web.url(f'/{number}')})" for number in range(6))
    notes = build_vault({"a.md": links}).graph.notes.values()
    check_externals(notes, tmp_path / "cache.json", HERE, RateLimit(pause=0.1))
    moments = [moment for _, _, moment in web.asked]

    assert 1 == web.most_busy
    assert all(later - earlier > 0.09 for earlier, later in pairwise(moments))


def test_side_by_side(web, build_vault, tmp_path):
    """Different hosts are contacted in parallel."""
    together = threading.Barrier(3, timeout=5)
    web.answers["/x"] = lambda handler: together.wait() >= 0 and (200, {})

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    links = " ".join(f"[x]({web.url('/x', f'{name}.example')})" for name in "abc")
    notes = build_vault({"a.md": links}).graph.notes.values()
    asked = check_externals(notes, tmp_path / "cache.json", HttpPolicy(HERE.allowed, resolve, 5), QUICK)

    assert ["fine"] * 3 == [answer.kind for answer in asked.answers.values()]


@pytest.mark.parametrize("after", ["1", "date"])
def test_retry_after(web, build_vault, tmp_path, after):
    """A server's Retry-After is respected."""
    notes = build_vault({"a.md": f"[x]({web.url('/x')})"}).graph.notes.values()
    said = formatdate(time.time() + 2, usegmt=True) if after == "date" else after
    web.answers["/x"] = [(429, {"Retry-After": said}), (200, {})]
    asked = check_externals(notes, tmp_path / "cache.json", HERE, RateLimit(pause=0, longest_wait=3))
    first, second = (moment for _, _, moment in web.asked)

    assert ["fine"] == [answer.kind for answer in asked.answers.values()]
    assert second - first > 0.5


def test_left_alone(web, build_vault, tmp_path):
    """A server that asks for a long wait is skipped with all its URLs, also next time."""
    web.answers["/1"] = 503, {"Retry-After": "3600"}
    links = " ".join(f"[x]({web.url(f'/{number}')})" for number in range(1, 4))
    notes = build_vault({"a.md": links}).graph.notes.values()
    for _ in range(2):
        asked = check_externals(notes, tmp_path / "cache.json", HERE, QUICK)

        assert ["unsure"] * 3 == [answer.kind for answer in asked.answers.values()]
    assert ["/1"] == web.paths()
    assert () == asked.issues


def test_off_by_default(web, hortus, write_vault):
    """Nothing is requested without --external; and with it, not from this machine."""
    vault = write_vault({"a.md": f"[x]({web.url('/x')})\n"})
    plain, external = hortus("check", vault), hortus("check", vault, "--external")

    assert (0, 0, []) == (plain.returncode, external.returncode, web.asked)
    assert "external links" not in plain.stderr and "1 not checked" in external.stderr
