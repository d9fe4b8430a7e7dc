"""Issues of texts and of their links. They are found again only where a text changed, or what its links point to."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from hortus.core.cached_values import read_cached_value, write_cached_value
from hortus.core.hashing import code_hash, digest
from hortus.core.model import Ambiguous, Found, Issue, LinkGraph, Missing, Note, ParseOptions
from hortus.links.link_issue import link_issue
from hortus.parse.note_cache import code_version
from hortus.report.kinds import SEVERITY

FILE = "issues.msgpack"
CODE = ("links/*.py", "report/*.py")
"""The modules whose change may change an issue, in addition to those that read notes."""
Near = tuple[tuple[str, ...], ...]
"""Suggestions, by issue."""


class _Known(msgspec.Struct, array_like=True):
    """The issues of a text, and what they were found from."""

    version: tuple[str, bytes]
    near: Near
    issues: tuple[Issue, ...]


class KnownIssues:
    """Keeps the issues of each text."""

    def __init__(self, known: dict[str, _Known] | None = None):
        self.known = known or {}
        self.stored = known is not None
        """Whether these are the issues in the cache."""

    def issues(self, graph: LinkGraph) -> dict[str, tuple[Issue, ...]]:
        """Return the issues of each text and its links, in order of place."""
        known = {path: self._issues(path, graph) for path in graph.texts}
        self.stored &= known == self.known
        self.known = known
        return {path: one.issues for path, one in known.items()}

    def _issues(self, path: str, graph: LinkGraph) -> _Known:
        known, version = self.known.get(path), graph.versions.get(path, ("", b""))
        if known and known.version == version and version[0] and known.near == _near(known.issues, graph):
            return known
        found = issues_of(path, graph)
        lasting = not any(
            isinstance(one, Ambiguous) or (isinstance(one, Found) and one.by_id) for one in graph.resolutions[path]
        )
        return _Known(version if lasting else ("", b""), _near(found, graph), found)


def read_issues(cache: Path, options: ParseOptions) -> KnownIssues:
    """Return the issues that were found last."""
    return KnownIssues(read_cached_value(cache / FILE, _key(options), dict[str, _Known]))


def store_issues(issues: KnownIssues, cache: Path, options: ParseOptions) -> None:
    """Store issues, if they are not those in the cache."""
    if not issues.stored:
        write_cached_value(cache / FILE, _key(options), issues.known)
        issues.stored = True


def _key(options: ParseOptions) -> str:
    return digest(repr((code_version(), code_hash(CODE), options)))


def _near(issues: Sequence[Issue], graph: LinkGraph) -> Near:
    return tuple(graph.near.get(issue.target, ()) for issue in issues)


def issues_of(path: str, graph: LinkGraph) -> tuple[Issue, ...]:
    """Return the issues of one note and its links, in order of place."""
    note = graph.texts[path]
    links = zip(note.links, graph.resolutions[path], strict=True)
    found = [issue for link, resolution in links if (issue := link_issue(link, resolution, note, graph))]
    return settled(_in_cells(note, [*_note_issues(note, graph), *found]))


def _in_cells(note: Note, issues: Iterable[Issue]) -> Iterator[Issue]:
    """Add the number of the notebook cell to each message, because Jupyter shows cells, not lines."""
    for issue in issues:
        cell = bisect_right(note.cells, (issue.line, issue.column))
        yield replace(issue, message=f"cell {cell}: {issue.message}") if cell else issue


def settled(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Set the severity of issues of one file, sort them, and remove duplicates."""
    found = {replace(issue, severity=SEVERITY[issue.kind]) for issue in issues}
    return tuple(sorted(found, key=lambda i: (i.path, i.line, i.column, i.kind, i.target, i.message)))


def _note_issues(note: Note, graph: LinkGraph) -> Iterator[Issue]:
    """Yield the issues of a note's own text, and the TODO marks without links to missing notes."""
    yield from note.issues
    found = graph.resolutions[note.path]
    todos = [todo for todo in note.todos if not any(isinstance(found[index], Missing) for index in todo.links)]
    counted = [todo for todo in todos if todo.counted]
    for todo in todos:
        if not todo.counted or len(counted) == 1:
            section = f"under “{note.headings[todo.section].text}”" if todo.section >= 0 else ""
            yield Issue("todo", note.path, todo.line, todo.column, todo.text, section, "", todo.length)
    if len(counted) > 1:
        first = counted[0]
        message = f"{len(counted)} open tasks, the first: {first.text}"
        yield Issue("todo", note.path, first.line, first.column, message, "", "", first.length)
