"""Records of the report."""

from collections.abc import Mapping
from dataclasses import dataclass

from hortus.core.model.issues import Issue


@dataclass(frozen=True, slots=True)
class Wanted:
    """A missing note, for the list of wanted notes."""

    path: str
    sources: tuple[str, ...]
    """Notes that link to it."""
    mocs: tuple[str, ...]
    """MOCs that list it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a MOC is written."""

    moc: str
    written: int
    missing: int
    todo: int


@dataclass(frozen=True, slots=True)
class Report:
    issues: tuple[Issue, ...]
    """By path, line, column."""
    summary: Mapping[str, int]
    wanted: tuple[Wanted, ...]
    """Most wanted first."""
    coverage: tuple[Coverage, ...]
    orphans: tuple[str, ...]
    unmapped: tuple[str, ...]
