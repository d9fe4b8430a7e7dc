"""Push changes to open pages by server-sent events, with one connection per page.

A page is rendered again only while it is open, and sent only if it differs from the version in the browser, which
the browser names when it connects.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hortus.preview.pages import Showing, seen_mark

KEEP_ALIVE = 20.0
"""Seconds without an event after which a comment is sent, so that the connection stays open."""


@dataclass(eq=False, slots=True)
class OpenPage:
    """A page that is open in a browser."""

    url: str
    seen: str
    """Mark of the version in the browser."""
    events: "asyncio.Queue[dict[str, Any] | None]" = field(default_factory=asyncio.Queue)


class Hub:
    """All open pages."""

    def __init__(self) -> None:
        self.pages: set[OpenPage] = set()
        self.closed = False

    async def events(self, page: OpenPage, showing: Callable[[], Showing]) -> AsyncIterator[bytes]:
        """Yield the events for one page, until it is closed."""
        if self.closed:
            return
        self.pages.add(page)
        try:
            yield b"retry: 500\n\n"
            await self._update(page, showing(), {})
            while True:
                try:
                    event = await asyncio.wait_for(page.events.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield b": here\n\n"
                    continue
                if event is None:
                    return
                yield b"data: " + json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"
        finally:
            self.pages.discard(page)

    async def show(self, showing: Showing, moved: dict[str, str], files: Iterable[str] = ()) -> None:
        """Bring every open page up to date; *moved* are new URLs by old ones, *files* URLs with new content."""
        changed = sorted(files)
        for page in list(self.pages):
            if changed:
                page.events.put_nowait({"files": changed})
            await self._update(page, showing, moved)

    def close(self) -> None:
        """End all connections, and refuse new ones."""
        self.closed = True
        for page in self.pages:
            page.events.put_nowait(None)

    async def _update(self, page: OpenPage, showing: Showing, moved: dict[str, str]) -> None:
        if page.url in moved:
            page.url = moved[page.url]
            page.events.put_nowait({"moved": f"/{page.url}"})
        text = await asyncio.to_thread(showing.current, page.url)
        mark = seen_mark(text)
        if mark != page.seen:
            page.seen = mark
            page.events.put_nowait({"page": text})
