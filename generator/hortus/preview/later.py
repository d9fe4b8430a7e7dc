"""Files that are made only when a page asks for them: small previews of links, the search index, cards.

The index is made for the notes as they are when a page begins to search; its files belong together, so they
are kept until a page begins anew. A page that searches again after a save is told by its first file.
"""

import threading
from collections.abc import Mapping
from functools import cached_property

from hortus.core.config import Config
from hortus.core.model import Shown
from hortus.site.feeds import card_files
from hortus.site.hover import FOLDER as PREVIEWS
from hortus.site.hover import figure_preview, linked_anchors, preview_file, preview_url
from hortus.site.search_index import FOLDER as SEARCH
from hortus.site.search_index import search_files, start_indexing

CARDS = "assets/cards/"
BEGINNING = f"{SEARCH}/pagefind-entry.json"
"""The file with which every search begins."""


class Index:
    """The newest search index; it outlives the State it was made for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.files: Mapping[str, bytes] = {}
        self.made_for: Mapping[str, object] | None = None

    def file(self, url: str, shown: Shown, config: Config) -> bytes | None:
        """Return one file of the index; made anew where a search begins and notes have changed."""
        if not config.settings.search or not url.startswith(f"{SEARCH}/"):
            return None
        with self.lock:
            if self.made_for is None or (url == BEGINNING and self.made_for is not shown.graph.texts):
                self.files = dict(search_files(start_indexing(shown, config.settings.language), shown))
                self.made_for = shown.graph.texts
            return self.files.get(url)


class Later:
    """What is made when asked for, of one State."""

    def __init__(self, shown: Shown, config: Config, title: str, index: Index):
        self.shown, self.config, self.title, self.index = shown, config, title, index

    @cached_property
    def places(self) -> dict[str, tuple[str, str]]:
        """Path and anchor of what has a preview, by the preview's address; of a figure, its name and nothing."""
        wanted = {(path, "") for path in self.shown.graph.notes} | set(linked_anchors(self.shown))
        places = {preview_url(self.shown.urls[path], anchor): (path, anchor) for path, anchor in wanted}
        return places | {preview_url(f"figures/{name}.html"): (name, "") for name in self.shown.figures}

    @cached_property
    def cards(self) -> Mapping[str, bytes]:
        return dict(card_files(self.shown, self.title, self.config.cache))

    def file(self, url: str) -> bytes | None:
        """Return a file, None when there is none of that address."""
        folder = url.partition("/")[0]
        if folder == PREVIEWS and url in self.places:
            path, anchor = self.places[url]
            written = path in self.shown.graph.notes
            return (preview_file(path, anchor, self.shown) if written else figure_preview(path, self.shown)) or None
        if folder == SEARCH:
            return self.index.file(url, self.shown, self.config)
        if self.config.settings.site_url and url.startswith(CARDS):
            return self.cards.get(url)
        return None
