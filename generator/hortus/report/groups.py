"""Issues in the order in which an author fixes them: grouped by kind and note, and link targets by demand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from hortus.core.keys import fold
from hortus.core.model import Issue, Severity
from hortus.report.kinds import SEVERITY, kind_words

RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}
KINDS = sorted(SEVERITY, key=lambda kind: RANK[SEVERITY[kind]])
"""Errors first."""
NAMED = 3
"""Targets or messages listed in the line of a group."""


@dataclass(frozen=True, slots=True)
class Group:
    """The issues of one kind in one note, in order of place; there is at least one."""

    kind: str
    path: str
    issues: tuple[Issue, ...]
    targets: tuple[str, ...]
    """Targets of the issues, each once, those with most links in the vault first; empty for kinds without targets."""

    @property
    def first(self) -> Issue:
        return self.issues[0]


@dataclass(frozen=True, slots=True)
class Target:
    """A link target with one kind of issue, in its most frequent spelling."""

    kind: str
    target: str
    count: int
    """Links."""
    paths: tuple[str, ...]
    """Notes with these links."""
    hint: str


def group_issues(issues: Iterable[Issue]) -> tuple[Group, ...]:
    """Group issues by kind and note: errors first, within a kind the notes with most of them first."""
    ordered = sorted(issues, key=lambda one: (KINDS.index(one.kind), one.path, one.line, one.column))
    demand = Counter((one.kind, fold(one.target)) for one in ordered)
    groups = []
    for (kind, path), found in groupby(ordered, key=lambda one: (one.kind, one.path)):
        held = tuple(found)
        targets: dict[str, str] = {}
        for one in held:
            targets.setdefault(fold(one.target), one.target)
        ranked = sorted(filter(None, targets), key=lambda key: -demand[kind, key])
        groups.append(Group(kind, path, held, tuple(targets[key] for key in ranked)))
    return tuple(sorted(groups, key=lambda group: (KINDS.index(group.kind), -len(group.issues), group.path)))


def rank_targets(issues: Iterable[Issue]) -> tuple[Target, ...]:
    """Rank the targets of links with issues: errors first, within a kind those of most notes first.

    Spellings that differ only in case are one target.
    """
    held: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues:
        if issue.target:
            held.setdefault((issue.kind, fold(issue.target)), []).append(issue)
    targets = [_target(kind, found) for (kind, _), found in held.items()]
    return tuple(
        sorted(targets, key=lambda one: (KINDS.index(one.kind), -len(one.paths), -one.count, fold(one.target)))
    )


def _target(kind: str, issues: list[Issue]) -> Target:
    spelled = Counter(issue.target for issue in issues)
    name = min(spelled, key=lambda target: (-spelled[target], target))
    return Target(kind, name, len(issues), tuple(sorted({issue.path for issue in issues})), issues[0].hint)


def group_words(group: Group) -> str:
    """Describe a group in one line.

    >>> todos = [Issue("todo", "a.md", line, 1, words) for line, words in enumerate(["x", "y", "x", "z", "w"], 1)]
    >>> group_words(group_issues(todos)[0])
    '5 todos: x; y; z and 1 more'
    """
    if len(group.issues) == 1:
        one = group.first
        message = f"{one.message.rstrip('.')}; {one.hint}" if one.hint else one.message
        return f"{group.kind.replace('_', ' ')}: {message}"
    about = group.targets or tuple(dict.fromkeys(issue.message for issue in group.issues))
    more = f" and {len(about) - NAMED} more" if len(about) > NAMED else ""
    joined = (", " if group.targets else "; ").join(about[:NAMED])
    return f"{kind_words(group.kind, len(group.issues))}: {joined}{more}"
