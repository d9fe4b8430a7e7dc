"""Issues of texts and of their links. They are found again only where a text changed, or what its links point to."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
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


class _Known(msgspec.Struct, array_like=True):
    """The issues of a text, and the version of the text and its links that they are of."""

    version: tuple[str, bytes]
    issues: tuple[Issue, ...]


class KnownIssues(msgspec.Struct, array_like=True):
    """Keeps the issues of each text."""

    known: dict[str, _Known] = {}
    near: dict[str, tuple[str, ...]] = {}
    """What these issues suggest, by target."""

    def issues(self, graph: LinkGraph) -> dict[str, tuple[Issue, ...]]:
        """Return the issues of each text and its links, in order of place."""
        targets = graph.near.keys() | self.near.keys()
        others = {target for target in targets if graph.near.get(target, ()) != self.near.get(target, ())}
        self.known = {path: self._issues(path, graph, others) for path in graph.texts}
        self.near = dict(graph.near)
        return {path: one.issues for path, one in self.known.items()}

    def _issues(self, path: str, graph: LinkGraph, others: Collection[str]) -> _Known:
        """Return the issues of one text; *others* are the targets for which there are other suggestions than before."""
        known, version = self.known.get(path), graph.versions.get(path, ("", b""))
        same = known is not None and known.version == version and version[0] != ""
        if known and same and not (others and any(issue.target in others for issue in known.issues)):
            return known
        lasting = not any(
            isinstance(one, Ambiguous) or (isinstance(one, Found) and one.by_id) for one in graph.resolutions[path]
        )  # what is reported of these depends on other notes, too
        return _Known(version if lasting else ("", b""), issues_of(path, graph))


def read_issues(cache: Path, options: ParseOptions) -> KnownIssues:
    """Return the issues that were found last."""
    return read_cached_value(cache / FILE, _key(options), KnownIssues) or KnownIssues()


def store_issues(issues: KnownIssues, cache: Path, options: ParseOptions) -> None:
    """Store issues for the next report."""
    write_cached_value(cache / FILE, _key(options), issues)


def _key(options: ParseOptions) -> str:
    return digest(repr((code_version(), code_hash(CODE), options)))


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
    """Set the severity of issues, sort them, and remove duplicates."""
    return in_order({replace(issue, severity=SEVERITY[issue.kind]) for issue in issues})


def in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Sort issues by place."""
    return tuple(sorted(issues, key=lambda i: (i.path, i.line, i.column, i.kind, i.target, i.message)))


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
