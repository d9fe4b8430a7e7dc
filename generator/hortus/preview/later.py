"""The search index, made only when a page asks for it.

The index is made for the notes as they are when a page begins to search; its files belong together, so they
are kept until a page begins anew. A page that searches again after a save is told by its first file.
"""

import threading
from collections.abc import Mapping

from hortus.core.config import Config
from hortus.core.model import Shown
from hortus.site.search_index import FOLDER as SEARCH
from hortus.site.search_index import search_files, start_indexing

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
