"""A preview goes on after what happens to a vault and to itself, and says what it does."""

import json
import os
import re
import shutil
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import unescape
from pathlib import Path

import pytest

from hortus.preview.pages import Showing
from hortus.preview.saves import save_words
from hortus.preview.session import Session


def until(holds) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.03)


def write_files(folder: Path, files) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.fixture
def project(tmp_path) -> Path:
    files = {f"vault/n{number}.md": f"# Note {number}\n\nWords of number {number}.\n" for number in range(20)}
    return write_files(tmp_path / "garden", {"hortus.toml": 'title = "Garden"\n', **files})


def shows(running, words: str) -> bool:
    return words.encode() in running.get("/n1.html")[1]


def said(running, words: str) -> bool:
    return any(words in line for line in running.lines)


# --- the vault goes and comes -------------------------------------------------------------------


@pytest.mark.parametrize("given", ["garden", "garden/vault"])
@pytest.mark.parametrize("way", ["removed", "renamed", "exchanged"])
def test_a_vault_that_goes_and_comes_back(project, preview, way, given):
    """What is wrong is said, the last pages stay, and every later save is followed."""
    vault, away, copy = project / "vault", project.parent / "away", project.parent / "copy"
    shutil.copytree(vault, copy)
    running = preview(project.parent / given)
    if way == "exchanged":
        vault.rename(away)
        copy.rename(vault)
    else:
        if way == "removed":
            shutil.rmtree(vault)
        else:
            vault.rename(away)
        until(lambda: said(running, "vault"))
        until(
            lambda: any(re.search("gone|no such folder|No such file|contains no notes", line) for line in running.lines)
        )
        assert shows(running, "Words of number 1")
        (copy if way == "removed" else away).rename(vault)
        until(lambda: said(running, "fixed"))
    for words in ("A first save.", "A second one."):
        (vault / "n1.md").write_text(f"# Note 1\n\n{words}\n")
        until(lambda words=words: shows(running, words))


def test_a_vault_that_is_emptied(project, preview):
    """An empty folder is taken for damage: it is said, and the last pages stay until there are notes again."""
    running = preview(project)
    for file in (project / "vault").iterdir():
        file.unlink()
    until(lambda: said(running, "contains no notes any more"))
    (project / "vault" / "n1.md").write_text("# Note 1\n\nOnce more.\n")
    until(lambda: shows(running, "Once more."))


def test_a_vault_that_is_empty_at_first(tmp_path):
    """Its author is about to write: the preview starts."""
    session = Session(tmp_path)
    try:
        (tmp_path / "a.md").write_text("# A\n")

        assert {"a.md"} == session.refresh([tmp_path / "a.md"]).found.shown.graph.notes.keys()
    finally:
        session.close()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".obsidian/templates.json", '{"folder": "Forms"}'),
        (".obsidian/daily-notes.json", '{"template": "Forms/daily"}'),
        (".obsidian/plugins/templater-obsidian/data.json", '{"templates_folder": "Forms"}'),
    ],
)
def test_templates_are_named_while_the_preview_runs(tmp_path, preview, file, text):
    """A note becomes a template and a note again when the settings of Obsidian say so, without another save."""
    vault = write_files(tmp_path / "vault", {"n1.md": "# One\n", "Forms/daily.md": "# Daily\n", file: "{}"})
    running = preview(vault)
    assert 200 == running.get("/forms/daily.html")[0]
    (vault / file).write_text(text)
    until(lambda: running.get("/forms/daily.html")[0] == 404)
    (vault / file).unlink()
    until(lambda: running.get("/forms/daily.html")[0] == 200)


# --- what it says ---------------------------------------------------------------------------------


@pytest.fixture
def session(tmp_path):
    write_files(tmp_path, {"a.md": "# A\n", "b.md": "# B [[a]]\n", "p.png": b"x"})
    found = Session(tmp_path)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.md": "# A\n\nmore\n"}, "changed a.md"),
        ({"a.md": "# A\n\n[[none]]\n"}, "changed a.md; report: 1 broken link (before: 0)"),
        ({"a.md": "# A\n"}, "saved a.md: nothing changed"),
        ({"c.md": "# C [[a]]\n", "p.png": b"xy"}, "changed p.png; new c.md"),
        ({"a.md": None}, "removed a.md; report: 1 broken link (before: 0)"),
        ({f"{number}.md": "[[b]]" for number in range(5)}, "new 5 files"),
    ],
)
def test_what_a_save_did(session, files, words):
    """One line names the files and what is new in the report."""
    root, before = session.folder, session.state
    write_files(root, {path: content for path, content in files.items() if content is not None})
    for path, content in files.items():
        if content is None:
            (root / path).unlink()
    batch = [root / path for path in files]

    assert save_words(before, session.refresh(batch), batch, set()).startswith(words)


def test_a_look_that_finds_nothing_says_nothing(session):
    before = session.state

    assert "" == save_words(before, session.refresh([session.folder]), [session.folder], set())


def test_saves_are_said_in_the_terminal(project, preview):
    """In the terminal in which the preview runs."""
    running = preview(project)
    (project / "vault" / "n3.md").write_text("# Note 3\n\n[[nowhere]]\n")
    until(lambda: said(running, "changed n3.md; report: "))

    assert said(running, "1 broken link (before: 0)")


def counts(session: Session) -> tuple[int, int, int]:
    """Return what the badge counts: broken links, errors, things to do."""
    page = Showing(session.state).page("a.html")
    told = json.loads(unescape(re.search(r'<meta name="hortus-preview"[^>]*content="([^"]*)"', page)[1]))
    return told["broken"], told["faults"], told["todo"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n", (0, 0, 0)),
        ("$\\frac{1$\n", (0, 1, 0)),
        ("---\ntags: [a\n---\n", (0, 1, 0)),
        ("```figure\nsrc: none\n```\n", (0, 1, 0)),
        ("[[none]] $\\frac{1$\n\nTODO more\n", (1, 1, 1)),
    ],
)
def test_the_badge_counts_errors(session, text, expected):
    """Bad formulas, bad front matter and failing figures are errors; broken links and TODOs have their own counts."""
    (session.folder / "a.md").write_text(text)
    session.refresh([session.folder / "a.md"])

    assert expected == counts(session)


# --- its own end, and its clients -------------------------------------------------------------------


def test_interrupted_with_pages_open(project, preview):
    """Ctrl-C ends the preview at once, with status 0 and not a word of errors."""
    running = preview(project)
    request = f"GET /.hortus/events?page=/n1.html HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode()
    pages = [socket.create_connection(("127.0.0.1", running.port), 30) for _ in range(3)]
    for page in pages:
        page.sendall(request)
        assert b"200 OK" in page.recv(1 << 16)
    before = len(running.lines)
    os.killpg(running.process.pid, signal.SIGINT)
    status = running.process.wait(30)
    for page in pages:
        page.close()

    assert (0, []) == (status, running.lines[before:])


def test_many_clients_after_oversized_headers(project, preview):
    """200 clients at once get their pages, each its own, whatever another client sent before."""
    running = preview(project)
    for size in (70_000, 1_000_000, 5_000_000):
        head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nConnection: close\r\nX: "
        with suppress(OSError):  # it is cut off, perhaps before all is sent
            running.send(head.encode() + b"a" * size + b"\r\n\r\n")
    with ThreadPoolExecutor(200) as clients:
        answers = list(clients.map(lambda number: running.get(f"/n{number % 20}.html"), range(200)))

    assert {200} == {status for status, _ in answers}
    assert all(f"Words of number {number % 20}.".encode() in text for number, (_, text) in enumerate(answers))


# --- the preamble -------------------------------------------------------------------------------


def test_an_edited_preamble_is_followed(project, preview):
    """Commands of `preamble.sty` change on the pages when the file is saved."""
    (project / "vault/preamble.sty").write_text(r"\newcommand{\set}{\mathbb{P}}")
    (project / "vault/n1.md").write_text("# Note 1\n\n$\\set$\n")
    running = preview(project / "vault")
    until(lambda: shows(running, "ℙ"))
    (project / "vault/preamble.sty").write_text(r"\newcommand{\set}{\mathbb{Q}}")
    until(lambda: shows(running, "ℚ"))
