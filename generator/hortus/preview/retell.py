"""The report after a save: what is said of a note is kept while neither it nor what its links point to changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hortus.core.model import Figure, Issue, LinkGraph, Note, Report
from hortus.report.report import issues_of, make_report


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one text, and what it was said from."""

    text: Note
    resolutions: tuple
    near: tuple[tuple[str, ...], ...]
    issues: tuple[Issue, ...]


@dataclass
class Teller:
    """Remembers what was said, by path."""

    told: dict[str, Told] = field(default_factory=dict)

    def report(
        self,
        graph: LinkGraph,
        figures: Sequence[Figure] = (),
        issues: Iterable[Issue] = (),
        duplicates: Iterable[tuple[str, str, str]] = (),
    ) -> Report:
        """Gather issues: see `hortus.report.report.make_report`."""
        return make_report(graph, figures, issues, duplicates, lambda path: self._issues(path, graph))

    def _issues(self, path: str, graph: LinkGraph) -> tuple[Issue, ...]:
        text, resolutions = graph.texts[path], graph.resolutions[path]
        known = self.told.get(path)
        if (
            known
            and known.text is text
            and known.resolutions is resolutions
            and known.near == _near(known.issues, graph)
        ):
            return known.issues
        found = issues_of(path, graph)
        self.told[path] = Told(text, resolutions, _near(found, graph), found)
        return found


def _near(issues: Sequence[Issue], graph: LinkGraph) -> tuple[tuple[str, ...], ...]:
    return tuple(graph.near.get(issue.target, ()) for issue in issues)
