"""The site's own search: a static index that is made, and read by the browser, in parts.

words      text to words: folded, stemmed, cut where scripts have no spaces
documents  notes and figures to what can be found of them
terms      a document to the terms it is found by, with weights
tables     sorted lines to small files
index      all of it kept up to date from build to build
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from hortus.core.keys import above, stem, tag_key
from hortus.core.model import Shown
from hortus.links.privacy import wanted_by_unlisted
from hortus.site.search.documents import make_document, origins
from hortus.site.search.index import FOLDER, START, Index, load_index, save_index

__all__ = ["FOLDER", "START", "Index", "facets", "load_index", "save_index", "search_files", "update_index"]
OFFERED = 12
"""Tags and folders that the dialog offers before anything is asked for."""


def search_files(shown: Shown, language: str, cache: Path, wanted: bool) -> Iterator[tuple[str, bytes]]:
    """Yield all files of the index, kept in *cache* from build to build; *wanted*: notes that are not written, too."""
    file = cache / "search.msgpack"
    index = load_index(file)
    update_index(index, shown, language, wanted)
    save_index(index, file)
    yield from index.files(facets(shown))


def update_index(index: Index, shown: Shown, language: str, wanted: bool) -> None:
    """Bring an index up to date with what a site shows."""
    missing = {*shown.graph.missing} - wanted_by_unlisted(shown.graph) if wanted else ()
    titles = {shown.urls[path]: stem(path) for path in missing}
    index.update(origins(shown, language), partial(make_document, shown=shown, language=language), titles)


def facets(shown: Shown) -> Mapping[str, object]:
    """Return the tags and folders with most notes, those above others included."""
    tags: Counter[str] = Counter()
    folders: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for path, note in shown.graph.notes.items():
        if note.listed:
            names = {one for tag in note.tags for one in (*above(tag.name.strip("/")), tag.name.strip("/"))}
            for name in names:
                spelling[tag_key(name)] = min(spelling.get(tag_key(name), name), name)
            tags.update({tag_key(name) for name in names})
            folders.update(above(path))
    most = [sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:OFFERED] for counts in (tags, folders)]
    return {"tags": [[spelling[key], count] for key, count in most[0]], "folders": most[1]}
