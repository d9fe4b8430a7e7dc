"""Files of the site and nothing else, whatever is asked; nothing is written anywhere."""

import hashlib
import json
import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from hortus.preview.pages import Showing
from hortus.preview.search import LiveIndex
from hortus.preview.session import Session

CANARY = b"canary-7f3a"
UPS = [
    "../", "..%2f", "..%2F", "%2e%2e/", "%2e%2e%2f", "%2E%2E%2F", ".%2e/", "%2e./", "..\\", "..%5c", "..%5C", "%2e%2e%5c", "%252e%252e%252f",
    "..%252f", "..%255c", "....//", "....\\\\", "..;/", "..%00/", "%c0%ae%c0%ae/", "%c0%ae%c0%ae%c0%af", "%e0%80%ae%e0%80%ae/", "\uff0e\uff0e/",
    "%ef%bc%8e%ef%bc%8e/", "..%c0%af", "..%ef%bc%8f", "/../", "./../", "..//", "%2e%2e//", ".../", "..%09/", "..%20/", "..%0d%0a/", "%u002e%u002e/",
]  # fmt: skip
PLACES = ["", "assets/", "deep/", ".hortus/", "a.html/"]
DIRECT = [
    "/etc/passwd", "//etc/passwd", "///etc/passwd", "/%2fetc/passwd", "/file:///etc/passwd", "/\\etc\\passwd", "/~/.ssh/id_rsa", "/.env", "/%2eenv",
    "/.git/config", "/.obsidian/app.json", "/deep/.hidden.md", "/out.txt", "/%6futside/out.txt", "/linked/out.txt", "/link.txt", "/unreached.txt",
    "/hortus.toml", "/vault/a.md", "/site/index.html", "/.hortus/../out.txt", "/.hortus/server.py", "/.hortus/../server.py", "/.hortus/%2e%2e/session.py",
    "/.hortus//etc/passwd", "/.hortus/static/preview.js", "/assets/../../theme/static/style.css", "/CON", "/NUL", "/a.html%00.txt", "/a.md::$DATA",
    "/out.txt?", "/./out.txt", "/.//out.txt", "http://127.0.0.1/out.txt", "*", "out.txt",
]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory, preview):
    """A vault with everything around it that nobody may get at."""
    root = tmp_path_factory.mktemp("world")
    vault = root / "vault"
    for name in ("deep", ".git", ".obsidian"):
        (vault / name).mkdir(parents=True)
    (vault / "a.md").write_text("# A\n\n[[b]] ![[pic.svg]] [t](notes.txt)\n")
    (vault / "deep/b.md").write_text("# B\n\n[[a]] $x^2$\n")
    (vault / "secret.md").write_text("---\ndraft: true\n---\nnot yet\n")
    (vault / "pic.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (vault / "notes.txt").write_text("plain")
    (root / "outside").mkdir()
    for place in (
        "outside/out.txt",
        "out.txt",
        "vault/.env",
        "vault/.git/config",
        "vault/.obsidian/app.json",
        "vault/deep/.hidden.md",
        "vault/unreached.txt",
    ):
        (root / place).write_bytes(CANARY)
    (root / "hortus.toml").write_text(f'title = "{CANARY.decode()[:6]}"\n# {CANARY.decode()}\n')
    (vault / "link.txt").symlink_to(root / "out.txt")
    (vault / "linked").symlink_to(root / "outside")
    before = snapshot(root)
    return preview(vault), root, before


def snapshot(root: Path) -> dict[str, str]:
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(root.rglob("*"))
        if file.is_file() and not file.is_symlink()
    }


def spellings() -> list[str]:
    targets = ("out.txt", "outside/out.txt", "etc/passwd", "vault/.env", "hortus.toml")
    ups = [
        f"/{place}{up * depth}{targets[(number + depth) % len(targets)]}"
        for place in PLACES
        for number, up in enumerate(UPS)
        for depth in (1, 3, 9)
    ]
    return [*dict.fromkeys([*DIRECT, *ups])]


def test_enough_spellings():
    assert len(spellings()) >= 100


def test_no_way_out(world):
    """Not one of hundreds of spellings gets at a file that is not the site's."""
    running, _, _ = world
    got = {}
    for target in spellings():
        raw = "".join(c if c.isascii() else quote(c) for c in target)
        status, answer = running.get(raw)
        _, _, body = answer.partition(b"\r\n\r\n")
        assert CANARY not in body and b"root:" not in body and b"import" not in body, target
        got[target] = status

    assert set(got.values()) <= {400, 404}, {
        target: status for target, status in got.items() if status not in (400, 404)
    }


def test_what_is_there(world):
    running, _, _ = world
    for target in (
        "/",
        "/a.html",
        "/a",
        "/deep/b.html",
        "/notes.txt",
        "/pic.svg",
        "/assets/style.css",
        "/assets/math.css",
        "/report.html",
        "/a.md",
        "/secret.html",
        "/.hortus/preview.js",
    ):
        status, answer = running.get(target)
        assert 200 == status, target
        assert b"no-store" in answer


def test_head_has_no_body(world):
    running, _, _ = world
    status, answer = running.get("/a.html", "HEAD")

    assert 200 == status
    assert b"" == answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_but_reading(world, method):
    running, _, _ = world

    assert 405 == running.get("/a.html", method)[0]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example:{port}", "localhost:1", "127.0.0.1"]
)
def test_other_hosts(world, host):
    running, _, _ = world
    status, answer = running.get("/a.html", Host=host.format(port=running.port))

    assert 403 == status
    assert b"# A" not in answer and b"<h1" not in answer


def test_own_hosts(world):
    running, _, _ = world
    for host in ("localhost", "127.0.0.1", "[::1]"):
        assert 200 == running.get("/a.html", Host=f"{host}:{running.port}")[0]
    assert 403 == running.get("/.hortus/events?page=/a.html", Origin="http://evil.example")[0]
    assert 403 == running.get("/notes.txt", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0]


def test_two_hosts(world):
    running, _, _ = world
    request = (
        f"GET /a.html HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )

    assert 400 == running.send(request.encode())[0]


def test_nothing_is_written(world):
    """The vault and what lies around it are byte for byte what they were, and no site has come."""
    _, root, before = world

    assert before == snapshot(root)
    assert not (root / "site").exists()


def test_attachment_that_becomes_a_link_out(world):
    """A file that was listed as the vault's own is looked at again before it is sent."""
    running, root, _ = world
    file = root / "vault/notes.txt"
    held = file.read_bytes()
    file.unlink()
    file.symlink_to(root / "out.txt")
    try:
        for _ in range(5):
            assert CANARY not in running.get("/notes.txt")[1]
    finally:
        file.unlink()
        file.write_bytes(held)


def test_only_on_this_machine(world):
    """It listens at 127.0.0.1, and at no other address of this machine."""
    running, _, _ = world
    hexadecimal = f":{running.port:04X}"
    lines = [
        line.split()
        for name in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(name).exists()
        for line in Path(name).read_text().splitlines()[1:]
    ]
    listening = {words[1] for words in lines if words[1].endswith(hexadecimal) and words[3] == "0A"}

    assert {f"0100007F{hexadecimal}"} == listening


def test_next_free_port_and_loud_when_open(world, preview, tmp_path):
    """A port that is taken is passed over; open to the network it says what that shows, and no file's place."""
    (tmp_path / "a.md").write_text("TODO: [[b]]\n")
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = preview(tmp_path, "--host", "0.0.0.0", "--port", str(port))

    assert running.port > port
    assert "drafts and private ones" in "".join(running.lines)
    assert str(tmp_path).encode() not in running.get("/report.html")[1]
    assert 403 == running.get("/a.html", Host=f"evil.example:{running.port}")[0]


def test_interrupt_ends_everything(preview, tmp_path):
    """Ctrl+C ends the preview, its readers and its figure processes, while a page is connected."""
    (tmp_path / "a.md").write_text("# A\n")
    running = preview(tmp_path)
    with socket.create_connection(("127.0.0.1", running.port)) as open_page:
        open_page.sendall(
            f"GET /.hortus/events?page=/a.html HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode()
        )
        open_page.recv(100)
        running.process.send_signal(signal.SIGINT)
        running.process.wait(30)

    assert 0 == running.process.returncode
    until(
        lambda: (
            not [
                pid
                for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
                if in_session(pid, running.process.pid)
            ]
        )
    )


def until(holds, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def in_session(pid: int, session: int) -> bool:
    try:
        return os.getsid(pid) == session
    except ProcessLookupError:
        return False


def test_every_file_of_a_build_is_there(world, build_at):
    """What a build would write is served at the same address, search and all; nothing needs a build first."""
    running, root, _ = world
    missing = [
        url
        for url in build_at(root / "vault").site.files
        if running.get("/" + quote(url))[0] != 200 and not url.startswith("assets/search/")  # drafts are found too
    ]

    assert [] == missing
    assert 200 == running.get("/assets/search/index.js")[0]
    assert 404 == running.get("/assets/search/none.js")[0]
    assert 404 == running.get("/assets/search/../../out.txt")[0]


def test_search_is_indexed_when_first_asked_for(write_vault):
    """Pages come without it; whoever searches gets the words of now."""
    session = Session(write_vault({"a.md": "# A\n\nwords\n"}))
    index = LiveIndex()
    try:
        showing = Showing(session.state, True, index)
        assert "words" in showing.page("a.html")
        assert not index.index

        assert b'"notes":1' in showing.file("assets/search/index.js")
        assert any(b"words" in content for content in index.index.values())
    finally:
        session.close()


def test_a_private_report_is_shown_to_its_author(write_vault):
    """The preview has the report, the wanted notes and the links to them, whatever the setting says."""
    folder = write_vault({"a.md": "[[new]]", "hortus.toml": 'report = "private"'})
    session = Session(folder)
    try:
        showing = Showing(session.state)

        assert {"report.html", "wanted.html"} <= showing.manifest.keys()
        assert 'href="report.html"' in showing.page("a.html")
        assert '>Broken links <span class="detail">1' in showing.page("report.html")
    finally:
        session.close()


def test_notebooks_follow_their_files(write_vault):
    """A notebook that a note reaches is shown, and shown again when it is saved; one that none reaches any more is not."""

    def notebook(text: str) -> str:
        return json.dumps({"cells": [{"cell_type": "markdown", "source": text}], "metadata": {}})

    folder = write_vault({"a.md": "[[n.ipynb]]", "n.ipynb": notebook("before")})
    session = Session(folder)
    try:
        assert "before" in Showing(session.state).page("n-ipynb.html")

        (folder / "n.ipynb").write_text(notebook("afterwards"))
        session.refresh([folder / "n.ipynb"])
        assert "afterwards" in Showing(session.state).page("n-ipynb.html")

        (folder / "a.md").write_text("nothing")
        session.refresh([folder / "a.md"])
        assert "n-ipynb.html" not in Showing(session.state).notes
    finally:
        session.close()
