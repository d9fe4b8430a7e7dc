"""Reports with other issues than those they were made with: found later, or left out as known."""

from collections.abc import Iterable
from dataclasses import replace

from hortus.model import Issue, Report
from hortus.report import SEVERITY


def add_issues(report: Report, issues: Iterable[Issue]) -> Report:
    """Put issues found later into a report."""
    settled = [replace(issue, severity=SEVERITY[issue.kind]) for issue in issues]
    return narrow(report, {*report.issues, *settled})


def narrow(report: Report, issues: Iterable[Issue]) -> Report:
    """Return the report with other issues, in order and counted."""
    ordered = sorted(issues, key=lambda i: (i.path, i.line, i.column, i.kind, i.target, i.message))
    kinds = [issue.kind for issue in ordered]
    summary = {kind: kinds.count(kind) for kind in SEVERITY if kind in kinds}
    return replace(report, issues=tuple(ordered), summary=summary)
