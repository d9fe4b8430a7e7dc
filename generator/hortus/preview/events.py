"""Tell open pages what changed: server-sent events, one connection a page that is looked at.

A page is made again only while somebody looks at it, and sent only when its text is another than the one that
is in the browser, which the browser says when it connects.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from hortus.preview.pages import Showing, seen_mark

KEEP_ALIVE = 20.0
"""Seconds after which a silent connection says that it is there."""


@dataclass(eq=False, slots=True)
class Looker:
    """One page in one browser."""

    url: str
    seen: str
    """Mark of the text that is there."""
    events: "asyncio.Queue[dict[str, Any] | None]" = field(default_factory=asyncio.Queue)


class Hub:
    """All pages that are looked at."""

    def __init__(self) -> None:
        self.lookers: set[Looker] = set()
        self.closed = False

    async def events(self, looker: Looker, showing: Callable[[], Showing]) -> AsyncIterator[bytes]:
        """Yield what one page is told, until it is closed."""
        if self.closed:
            return
        self.lookers.add(looker)
        try:
            yield b"retry: 500\n\n"
            await self._tell(looker, showing(), {})
            while True:
                try:
                    event = await asyncio.wait_for(looker.events.get(), KEEP_ALIVE)
                except TimeoutError:
                    yield b": here\n\n"
                    continue
                if event is None:
                    return
                yield b"data: " + json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"
        finally:
            self.lookers.discard(looker)

    async def show(self, showing: Showing, moved: dict[str, str], files: Iterable[str] = ()) -> None:
        """Bring every open page up to date; *moved* are new addresses by old ones, *files* those with new content."""
        changed = sorted(files)
        for looker in list(self.lookers):
            if changed:
                looker.events.put_nowait({"files": changed})
            await self._tell(looker, showing, moved)

    def close(self) -> None:
        """End all connections, and those that are yet to come."""
        self.closed = True
        for looker in self.lookers:
            looker.events.put_nowait(None)

    async def _tell(self, looker: Looker, showing: Showing, moved: dict[str, str]) -> None:
        if looker.url in moved:
            looker.url = moved[looker.url]
            looker.events.put_nowait({"moved": f"/{looker.url}"})
        text = await asyncio.to_thread(showing.look_at, looker.url)
        mark = seen_mark(text)
        if mark != looker.seen:
            looker.seen = mark
            looker.events.put_nowait({"page": text})
