"""Print a report: as text, with the line and carets for each issue or in groups, or as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from shutil import get_terminal_size
from typing import Any
from unicodedata import category, east_asian_width

from hortus.cli.terminal import controls_terminal, counted, plain
from hortus.core.model import Issue, Report
from hortus.core.streams import escape_json
from hortus.report.groups import Group, Target, group_issues, group_words, rank_targets
from hortus.report.kinds import SEVERITY, amount, kind_words

INDENT = " " * 6
"""Indent of a line of a note; its message has two spaces."""
NARROWEST, WIDEST = 30, 94
"""Terminal columns that a line of a note may take, including ellipses."""
VARIANTS = frozenset("\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""Variation selectors and skin tones: their width depends on the terminal."""
WHOLE_NOTE = frozenset({"orphan", "unmapped", "duplicate_url", "bad_encoding", "unread"})
"""Kinds of issue that concern a file, not a place in it."""
ABOUT_NOTES = frozenset({"orphan", "unmapped", "not_shown"})
"""Kinds whose message is the same for every note: in a long report, notes are only named."""
IN_FULL = 30
"""Up to this number of issues a report is printed in full, with the line and a caret for each."""
MOST_TARGETS, MOST_GROUPS, MOST_NAMED = 10, 20, 10
"""Per kind in a longer report: targets, notes with their own line, notes named on one line."""


def print_report(report: Report, texts: Mapping[str, str], everything: bool = False) -> None:
    """Print a short report in full and a longer one in groups, unless *everything* is set.

    *texts* are the sources of all notes that were read, by path, including unpublished ones.
    """
    if everything or len(report.issues) <= IN_FULL:
        _print_issues(report.issues, texts)
    else:
        _print_groups(report.issues)
    print(f"\n{counted(report.summary) or 'No problems found.'}")
    if not everything and len(report.issues) > IN_FULL:
        paths = len({issue.path for issue in report.issues} & texts.keys())
        print(
            f"{amount(len(report.issues), 'issue')}, {paths} of {amount(len(texts), 'note')} with any; --all lists each"
        )


def _print_issues(issues: Iterable[Issue], texts: Mapping[str, str]) -> None:
    """Print issues by note, each with its line and a caret under the place."""
    width = max(NARROWEST, min(WIDEST, get_terminal_size().columns - len(INDENT)))
    path, lines = None, []
    for issue in issues:
        if issue.path != path:
            path, lines = issue.path, texts.get(issue.path, "").split("\n")
            print(f"\n{plain(path)}")
        message = f"{issue.message.rstrip('.')}; {issue.hint}" if issue.hint else issue.message
        place = f"{path}:{issue.line}:{issue.column}"
        print(plain(f"  {place}: {issue.kind.replace('_', ' ')}: {message}"))
        if issue.path in texts and issue.kind not in WHOLE_NOTE and issue.line <= len(lines):
            for line in caret_lines(lines[issue.line - 1], issue, width):
                print(f"{INDENT}{line}")


def _print_groups(issues: Sequence[Issue]) -> None:
    """Print a section for each kind: the targets of several links, then a line for each note."""
    targets = rank_targets(issues)
    for kind, found in groupby(group_issues(issues), key=lambda group: group.kind):
        groups, wanted = list(found), [target for target in targets if target.kind == kind]
        _print_heading(kind, groups, len(wanted))
        shared = [target for target in wanted if target.count > 1]
        for target in shared[:MOST_TARGETS]:
            hint = f"; {target.hint}" if target.hint else ""
            links = f"{amount(target.count, 'link')} in {amount(len(target.paths), 'note')}"
            print(plain(f"  {links}: {target.target}{hint}"))
        if len(shared) > MOST_TARGETS:
            print(f"  and {len(shared) - MOST_TARGETS} more targets of several links")
        if kind in ABOUT_NOTES:
            more = f" and {len(groups) - MOST_NAMED} more" if len(groups) > MOST_NAMED else ""
            print(plain(f"  {', '.join(group.path for group in groups[:MOST_NAMED])}{more}"))
            continue
        for group in groups[:MOST_GROUPS]:
            print(plain(f"  {group.path}:{group.first.line}:{group.first.column}: {group_words(group)}"))
        if len(groups) > MOST_GROUPS:
            print(f"  and {amount(len(groups) - MOST_GROUPS, 'more note')}")


def _print_heading(kind: str, groups: Sequence[Group], targets: int) -> None:
    """Print how many issues of a kind there are, in how many notes, and about how many targets."""
    count = sum(len(group.issues) for group in groups)
    about = f", {amount(targets, 'target')}" if 1 < targets < count else ""
    thing = "note" if all(group.path.endswith(".md") for group in groups) else "file"
    inside = f" in {amount(len(groups), thing)}" if kind not in ABOUT_NOTES else ""
    print(f"\n{kind_words(kind, count)}{inside}{about}")


def print_json(report: Report) -> None:
    names = ("kind", "severity", "path", "line", "column", "message", "hint", "target")
    issues = [{name: getattr(issue, name) for name in names} for issue in report.issues]
    known = {
        "version": 1,
        "summary": dict(report.summary),
        "groups": [_group_record(group) for group in group_issues(report.issues)],
        "targets": [_target_record(target) for target in rank_targets(report.issues)],
        "issues": issues,
    }
    print(escape_json(json.dumps(known, ensure_ascii=False, indent=1)))


def _group_record(group: Group) -> dict[str, Any]:
    names = ("kind", "severity", "path", "line", "column")
    place = {name: getattr(group.first, name) for name in names}
    return place | {"count": len(group.issues), "targets": list(group.targets), "message": group_words(group)}


def _target_record(target: Target) -> dict[str, Any]:
    named = {"kind": target.kind, "severity": SEVERITY[target.kind], "target": target.target}
    return named | {"count": target.count, "paths": list(target.paths), "hint": target.hint}


def caret_lines(line: str, issue: Issue, width: int = WIDEST) -> list[str]:
    """Return the part of a line around a place, at most *width* terminal columns, and carets under the place.

    >>> caret_lines("看 [[b]]", Issue("broken_link", "a.md", 1, 3, "", length=5))
    ['看 [[b]]', '   ^^^^^']
    """
    first, start, room = min(issue.column - 1, len(line)), 0, width
    if _fitting(line, width) < len(line):
        room = width - 2  # for an ellipsis at each end
        start = first - _fitting(line[max(0, first - room) : first][::-1], room // 3)
    end = start + _fitting(line[start:], room)
    before, after = "…" * (start > 0), "…" * (end < len(line))
    carets = sum(map(_cells, line[first : min(end, first + issue.length)]))
    shown = "".join(map(_shown, line[start:end]))
    return [f"{before}{shown}{after}", " " * (len(before) + sum(map(_cells, line[start:first]))) + "^" * max(1, carets)]


def _fitting(text: str, room: int) -> int:
    """Return how many characters at the start of *text* fit into *room* columns."""
    for count, letter in enumerate(text):
        room -= _cells(letter)
        if room < 0:
            return count
    return len(text)


def _shown(letter: str) -> str:
    """Return what is printed for a character: a space for control characters, nothing for variation selectors."""
    return "" if letter in VARIANTS else " " if controls_terminal(letter) else letter


def _cells(letter: str) -> int:
    """Return how many terminal columns a character takes."""
    if letter.isascii():
        return 1
    return 0 if letter in VARIANTS or category(letter) in ("Mn", "Me") else 1 + (east_asian_width(letter) in "WF")
