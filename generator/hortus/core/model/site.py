"""Records of pages and of the site."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hortus.core.model.figures import Figure
from hortus.core.model.links import LinkGraph
from hortus.core.model.note import Segments
from hortus.core.model.vault import Asset
from hortus.core.words import SOURCE, Words, words_of


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that pages show of notes, with addresses."""

    graph: LinkGraph
    urls: Mapping[str, str]
    """Pages of notes and missing notes, and files of attachments, by path."""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """By name."""
    requests: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """By note and number of its figure request: the figure's name."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of figures, by the path of their script."""
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Width and height of pictures, by path."""
    files: Mapping[str, Segments] = field(default_factory=dict)
    """Text files that notes embed, as highlighted code, by path."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """Notes by the url of an alias."""
    changed: Mapping[str, str] = field(default_factory=dict)
    """ISO date of each note's last change, by path; missing if unknown."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """HTML below a figure's picture, by name: the preview's notices about running and failed figures."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Results of queries (`hortus.queries.result.Result`), by `hortus.links.bases.answer_key`."""
    listed_in: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By path of a note: notes whose tables list it, with the title of the table."""
    static: Mapping[str, Asset] = field(default_factory=dict)
    """The author's own files that are copied as they are, by url."""
    language: str = SOURCE

    @property
    def words(self) -> Words:
        """The interface texts."""
        return words_of(self.language)


@dataclass(frozen=True, slots=True)
class Page:
    """A text file of the site; *url* is relative to the site's root, not percent-encoded."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An unchanged output file: the hash of its content, and how to make it if it is missing."""

    check: str
    make: Callable[[], "Content"]


Content = bytes | Path
"""Of an output file: its bytes, or the file to copy them from."""


@dataclass(frozen=True, slots=True)
class Site:
    """All output files, by address."""

    files: Mapping[str, Content]
