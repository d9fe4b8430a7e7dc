"""A preview in a process of its own, as its user starts it; raw requests; a real browser."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""


@dataclass
class Running:
    """A preview that runs."""

    vault: Path
    process: subprocess.Popen
    lines: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, request: bytes, host: str = "127.0.0.1") -> tuple[int, bytes]:
        """Send bytes; return the status, 0 when there was none, and all that came back."""
        with socket.create_connection((host, self.port), 30) as connection:
            connection.settimeout(120)
            connection.sendall(request)
            answer = b""
            while piece := connection.recv(1 << 16):
                answer += piece
        found = re.match(rb"HTTP/1\.1 (\d+)", answer)
        return (int(found[1]) if found else 0), answer

    def get(self, target: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
        """Ask for exactly *target*."""
        given = {
            "Host": f"127.0.0.1:{self.port}",
            "Connection": "close",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return self.send(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape"))


def start(vault: Path, *arguments: str, cache: Path) -> Running:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY / "generator"), "HORTUS_CACHE": str(cache)}
    command = [sys.executable, "-m", "hortus", "preview", str(vault), *arguments]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    running = Running(vault, process)

    def listen() -> None:
        assert process.stdout
        for line in process.stdout:
            running.lines.append(line)

    threading.Thread(target=listen, daemon=True).start()
    until(lambda: any("preview at" in line for line in running.lines) or process.poll() is not None)
    found = re.search(r"preview at http://\S+?:(\d+)/", "".join(running.lines))
    assert found, "".join(running.lines)
    running.port = int(found[1])
    return running


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> object:
    """Wait until something holds, and return it."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"not within {seconds:g} s"
        time.sleep(0.03)
    return found


@pytest.fixture(scope="module")
def preview(cache) -> Iterator[Callable[..., Running]]:
    """Start previews; they end with the module."""
    started: list[Running] = []

    def begin(vault: Path, *arguments: str) -> Running:
        running = start(vault, "--port", "8300", *arguments, cache=cache)
        started.append(running)
        return running

    yield begin
    for running in started:
        running.process.send_signal(signal.SIGINT)
        try:
            running.process.wait(20)
        except subprocess.TimeoutExpired:
            running.process.kill()


@pytest.fixture
def tab(chromium) -> Iterator:
    """A page in a real browser; a request to anywhere else, or an error in a script, fails the test."""
    context = chromium.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda request: wrong.append(request.url) if "127.0.0.1" not in request.url.split("/")[2] else None
    )
    page.on(
        "console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None
    )
    yield page
    context.close()
    assert wrong == []
