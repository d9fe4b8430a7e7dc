"""The site's own search: a static index that is made, and read by the browser, in parts.

words      text to words: folded, cut where scripts have no spaces, with their stems
documents  notes to what can be found of them
terms      a document to the terms it is found by, with weights
index      all terms of all documents in files, kept up to date from build to build
"""

from functools import partial
from pathlib import Path

from hortus.core.blobs import Blobs
from hortus.core.hashing import code_hash, digest
from hortus.core.model import Shown
from hortus.core.settings import Settings
from hortus.links.privacy import wanted_by_unlisted
from hortus.parse.note_cache import code_version
from hortus.site.search.documents import make_document, origins
from hortus.site.search.index import START, Index

__all__ = ["FOLDER", "START", "Index", "has_index", "make_index", "open_index", "update_index"]
FOLDER = "assets/search"
FILE = "search.sqlite"
"""Where the index is stored in the cache."""


def open_index(settings: Settings, cache: Path | None = None) -> Index:
    """Return the index that the last build left in a cache; or an empty one, also if it is of other code."""
    file = cache / FILE if cache else None
    return Index(digest(f"{code_hash(('site/search/*.py',))} {code_version()} {settings!r}"), Blobs(file))


def update_index(index: Index, shown: Shown, settings: Settings) -> None:
    """Bring an index up to date with what a site shows."""
    wanted = {*shown.graph.missing} - wanted_by_unlisted(shown.graph) if settings.report == "public" else ()
    unwritten = {shown.urls[path]: path for path in wanted}
    index.update(origins(shown), partial(make_document, shown=shown, language=settings.language), unwritten)


def has_index(cache: Path) -> bool:
    """Return whether a build left an index in a cache, of whatever code."""
    return (cache / FILE).exists()


def make_index(shown: Shown, settings: Settings, cache: Path) -> None:
    """Store an index in a cache."""
    index = open_index(settings, cache)
    update_index(index, shown, settings)
    index.keep()
