"""The preview's HTTP server: files that change on disk are read, and open pages updated.

1. Listen on 127.0.0.1, on the first free port.
2. Check every request (`security`), and look its path up in the site's list of files.
3. Wait for changed files and figures, make the next State in a thread, and push it to open pages.
"""

import asyncio
import errno
import gc
import logging
import mimetypes
import os
import socket
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hortus.core.hashing import digest
from hortus.core.model import HortusError
from hortus.preview.events import Hub, OpenPage
from hortus.preview.pages import OWN, Showing, own_file
from hortus.preview.saves import save_words
from hortus.preview.search import LiveIndex
from hortus.preview.security import bracketed, is_loopback, refusal
from hortus.preview.session import Session, State
from hortus.preview.watch import changes
from hortus.site.pages import forget_templates
from hortus.site.search import FOLDER as SEARCH
from hortus.site.search import START

PORTS, LAST = 100, 65535
"""How many ports are tried, and the highest port."""
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass
class Preview:
    """The ASGI application, and the task that updates it."""

    session: Session
    host: str
    port: int
    tell: Callable[[str], None]
    """Called with a line for the terminal."""
    hub: Hub = field(default_factory=Hub)
    index: LiveIndex = field(default_factory=LiveIndex)
    waiting: "asyncio.Queue[Sequence[str]]" = field(default_factory=asyncio.Queue)
    """Names of figures that changed."""

    def __post_init__(self) -> None:
        self.stop = asyncio.Event()
        self.lock = asyncio.Lock()
        self.showing = self._show(self.session.state)

    # --- requests ---

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = await self._answer(Request(scope, receive))
            response.headers.update(HEADERS)
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        refused = refusal(request.method, request.scope["headers"], self.host, self.port)
        if refused:
            return PlainTextResponse(
                refused[1] + "\n", refused[0], headers={"Allow": "GET, HEAD"} if refused[0] == 405 else None
            )
        path = request.scope["path"]
        if not path.startswith("/"):
            return PlainTextResponse("not an address of this site\n", 400)
        address = path[1:]
        if address.startswith(f"{OWN}/"):
            return self._own(address.removeprefix(f"{OWN}/"), request)
        return await asyncio.to_thread(self._from_site, address, self.showing)

    def _own(self, name: str, request: Request) -> Response:
        """Answer a request for one of the preview's own URLs."""
        if name == "events" and request.method == "GET":
            showing = self.showing
            url = showing.find(request.query_params.get("page", "").removeprefix("/"))
            page = OpenPage(url or request.query_params.get("page", "")[1:], request.query_params.get("seen", ""))
            return StreamingResponse(self.hub.events(page, lambda: self.showing), media_type="text/event-stream")
        content = own_file(name)
        if content is None:
            return PlainTextResponse("no such file\n", 404)
        return Response(content, media_type=mimetypes.guess_type(name)[0])

    def _from_site(self, address: str, showing: Showing) -> Response:
        try:
            url = showing.find(address)
        except Exception as error:
            return HTMLResponse(showing.fault(f"{type(error).__name__}: {error}"), 500)
        if url is None:
            return HTMLResponse(showing.nothing(address), 404)
        if showing.is_page(url):
            return HTMLResponse(showing.page(url).encode("utf-8", "replace"))
        content = showing.file(url)
        if content is None:
            return HTMLResponse(showing.nothing(address), 404)
        if isinstance(content, Path):
            return self._copied(content, url)
        return Response(content, media_type=mimetypes.guess_type(url)[0] or "application/octet-stream")

    def _copied(self, file: Path, url: str) -> Response:
        """Answer with a file of the vault, unless it has become a symlink that points out of it."""
        root = os.path.realpath(self.showing.config.vault)
        real = os.path.realpath(file)
        if not real.startswith(root + os.sep) or not os.path.isfile(real):
            return PlainTextResponse("no such file\n", 404)
        return FileResponse(real, media_type=mimetypes.guess_type(url)[0] or "application/octet-stream")

    # --- changes ---

    async def keep_fresh(self) -> None:
        """Process changes until the server stops."""
        await asyncio.gather(self._watch_disk(), self._watch_figures())

    async def _watch_disk(self) -> None:
        while not self.stop.is_set():
            async for batch in changes(self.showing.config, self.stop, self.session.drawing.data):
                await self.refresh(batch)

    async def _watch_figures(self) -> None:
        while not self.stop.is_set():
            names = set(await self.waiting.get())
            while not self.waiting.empty():
                names |= set(self.waiting.get_nowait())
            await self.refresh(set(), names)

    def figures_changed(self, names: Sequence[str]) -> None:
        self.waiting.put_nowait(names)

    async def refresh(self, batch: set[Path], figures: Set[str] = frozenset()) -> None:
        """Make the next State and bring open pages up to date."""
        async with self.lock:
            try:
                await self._refresh(batch, figures)
            except Exception as error:  # an error in Hortus does not end the preview; the next save may avoid it
                self.tell(f"{type(error).__name__}: {error}")

    async def _refresh(self, batch: set[Path], figures: Set[str]) -> None:
        before = self.showing
        state = await asyncio.to_thread(self._next, batch)
        self.showing = self._show(state)
        if state.trouble and state.trouble != before.state.trouble:
            self.tell(state.trouble)
        if before.state.trouble and not state.trouble:
            self.tell("fixed; showing the new version")
        if words := save_words(before.state, state, batch, figures):
            self.tell(words)
        moved = moved_pages(before, self.showing) if batch else {}
        await self.hub.show(self.showing, moved, changed_files(before, self.showing, batch, figures))

    def _next(self, batch: set[Path]) -> State:
        if any(file.suffix == ".html" for file in batch):
            forget_templates()
        return self.session.refresh(batch)

    def _show(self, state: State) -> Showing:
        return Showing(state, is_loopback(self.host), self.index)


def moved_pages(before: Showing, now: Showing) -> dict[str, str]:
    """Return new URLs by old ones, of notes that were renamed and are otherwise unchanged."""
    if before.shown.graph.notes.keys() == now.shown.graph.notes.keys():
        return {}
    texts = {source.path: source.text for source in before.state.vault.sources}
    gone = {
        digest(texts[path]): url
        for url, path in before.notes.items()
        if path not in now.shown.graph.notes and path in texts
    }
    return {
        gone[key]: now.shown.urls[source.path]
        for source in now.state.vault.sources
        if source.path in now.shown.graph.notes and source.path not in texts and (key := digest(source.text)) in gone
    }


def changed_files(before: Showing, now: Showing, batch: set[Path], figures: Set[str]) -> list[str]:
    """Return the URLs, other than pages, with new content."""
    assets = now.shown.graph.assets
    inside = {file.relative_to(now.config.vault).as_posix() for file in batch if now.config.vault in file.parents}
    found = [now.shown.urls[path] for path in inside if path in assets and path in now.shown.urls]
    found += [url for name in figures for url in (f"figures/{name}.svg", f"figures/{name}.png")]
    if any(file.name == "theme.css" for file in batch):
        found.append("assets/style.css")
    if now.shown.graph.texts is not before.shown.graph.texts:
        found.append(f"{SEARCH}/{START}.js")
    return [f"/{url}" for url in found]


def listen(host: str, port: int) -> socket.socket:
    """Open a socket on the first free port, starting at *port*."""
    if port > LAST:
        raise HortusError(f"--port {port}: no such port; the last is {LAST}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, min(port + PORTS, LAST + 1)):
        found = socket.socket(family)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, number))
            found.listen(128)
            return found
        except OSError as error:
            found.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise HortusError(f"--host {host}: {error.strerror}") from None
    raise HortusError(f"--port {port}: neither it nor the next {PORTS} are free")


class _Server(uvicorn.Server):
    """Ends the connections of open pages when it stops; otherwise it would wait for them, and report errors."""

    def __init__(self, config: uvicorn.Config, ended: Callable[[], object]):
        super().__init__(config)
        self.ended = ended

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # connections that end now are no errors
        self.ended()
        super().handle_exit(sig, frame)


async def serve(session: Session, listener: socket.socket, host: str, tell: Callable[[str], None]) -> None:
    """Serve until interrupted."""
    port = listener.getsockname()[1]
    preview = Preview(session, host, port, tell)
    loop = asyncio.get_running_loop()
    session.drawing.changed = lambda names: loop.call_soon_threadsafe(preview.figures_changed, tuple(names))
    preview.figures_changed(())  # some may have been drawn already
    settings = uvicorn.Config(
        preview, lifespan="off", log_level="error", access_log=False, server_header=False, timeout_graceful_shutdown=1
    )
    server = _Server(settings, lambda: loop.call_soon_threadsafe(preview.hub.close))
    gc.collect()
    gc.freeze()  # notes stay in memory: exclude them from garbage collection
    fresh = asyncio.create_task(preview.keep_fresh())
    try:
        await server.serve(sockets=[listener])
    finally:
        preview.stop.set()
        preview.hub.close()
        fresh.cancel()
        await asyncio.gather(fresh, return_exceptions=True)


def address_of(host: str, port: int) -> str:
    """Return the URL for a browser on this machine.

    >>> address_of("0.0.0.0", 8000)
    'http://127.0.0.1:8000/'
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{bracketed(shown)}:{port}/"
