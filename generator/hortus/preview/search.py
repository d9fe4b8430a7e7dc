"""The search index, brought up to date when a page asks for its first file, as each does that opens the dialog."""

import threading
from collections.abc import Mapping

from hortus.core.config import Config
from hortus.core.model import Shown
from hortus.site import search


class Index:
    """The newest search index; it outlives the State it was made for."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index = search.Index()
        self.files: Mapping[str, bytes] = {}
        self.made_for: Mapping[str, object] | None = None

    def file(self, url: str, shown: Shown, config: Config) -> bytes | None:
        """Return one file of the index, brought up to date where a search begins and notes have changed."""
        if not config.settings.search or not url.startswith(f"{search.FOLDER}/"):
            return None
        with self.lock:
            if self.made_for is None or (url == search.START and self.made_for is not shown.graph.texts):
                search.update_index(self.index, shown, config.settings.language, True)
                self.files = dict(self.index.files(search.facets(shown)))
                self.made_for = shown.graph.texts
            return self.files.get(url)
