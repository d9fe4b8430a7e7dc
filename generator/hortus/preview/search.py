"""The search index, updated when a page requests its first file, which it does when the search dialog opens."""

import threading
from collections.abc import Mapping
from dataclasses import replace

from hortus.core.config import Config
from hortus.core.model import Shown
from hortus.core.settings import Settings
from hortus.site.search import FOLDER, START, Index, open_index, update_index


class LiveIndex:
    """The newest search index; it is kept from one State to the next."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.index: Index | None = None
        self.settings: Settings | None = None
        self.made_for: Mapping[str, object] | None = None

    def file(self, url: str, shown: Shown, config: Config) -> bytes | None:
        """Return one file of the index; the index is updated first if a search begins and notes have changed."""
        name = url.removeprefix(f"{FOLDER}/").removesuffix(".js")
        if not config.settings.search or url != f"{FOLDER}/{name}.js":
            return None
        with self.lock:
            settings = replace(config.settings, report="public")  # the author always sees missing notes
            if self.index is None or self.settings != settings:
                self.index, self.settings, self.made_for = open_index(settings), settings, None
            if self.made_for is None or (name == START and self.made_for is not shown.graph.texts):
                update_index(self.index, shown, settings)
                self.made_for = shown.graph.texts
            return self.index.get(name)
