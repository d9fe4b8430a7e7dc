"""Records of what is read from the disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hortus.core.model.issues import Issue


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one note, as read from disk."""

    path: str
    text: str
    """Decoded, without byte order mark, with ``\\n`` line ends."""
    flaws: tuple[str, ...] = ()
    """Messages about encoding problems."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Any other file of the vault; its content is read only when a page needs it."""

    path: str
    file: Path
    size: int
    """Bytes."""
    stamp: int
    """Modification time in nanoseconds, to look up a known hash; never part of the output."""


@dataclass(frozen=True, slots=True)
class Vault:
    root: Path
    sources: tuple[Source, ...]
    assets: tuple[Asset, ...]
    withheld: frozenset[str] = frozenset()
    """Paths of ignored notes, only to distinguish links to them from broken links."""
    issues: tuple["Issue", ...] = ()
    """Issues found while reading the vault."""


TaskMode = Literal["count", "list", "off"]
"""Open tasks of a note: one issue with their count, one issue each, or no issue (and not TODO marks)."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """The settings that `parse_note` depends on; part of the key of a cached note."""

    strict_line_breaks: bool = False
    html: Literal["safe", "trusted"] = "safe"
    macros: tuple[tuple[str, str], ...] = ()
    """Names and bodies of the vault's LaTeX commands; a body without a name is a whole preamble."""
    todo_marks: tuple[str, ...] = ()
    """Words and symbols that mark something as still to do, in addition to TODO and FIXME."""
    tasks: TaskMode = "count"
    url_schemes: tuple[str, ...] = ()
    """Schemes that links may have, in addition to http, https, mailto and tel."""
    vault_names: tuple[str, ...] = ()
    """Names of this vault in ``obsidian://`` links; if empty, every such link is assumed to mean this vault."""
    language: str = "en"
    """Language of the interface texts within a note, such as the default titles of callouts."""
