"""What the person at the keyboard reads: progress, reports with carets, timings. It prints, for the commands alone."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from unicodedata import category

from hortus.model import Figure, Issue, Report
from hortus.stages import Stages

if TYPE_CHECKING:
    from hortus.probe import Answer

WIDTH = 88
"""Characters of a source line that are shown around a place."""
ANSWERS = {"fine": "are there", "broken": "are not", "unsure": "would not say", "private": "were not asked"}
WHOLE_NOTE = frozenset({"orphan", "unmapped", "duplicate_url", "bad_encoding", "slow_note"})
"""Kinds of issue that are about a file, not about a place in it."""


def show_progress() -> Stages:
    """Return stages that tell how far they are: a bar on a terminal, a line a stage elsewhere."""
    return _bars() if sys.stderr.isatty() else Stages(figure=_figure_line)


def _bars() -> Stages:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[names]}"))
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, int] = {}
    running: dict[str, str] = {}

    def tell(stage: str, done: int, total: int, names: str = "") -> None:
        if stage not in tasks:
            bars.start()
            tasks[stage] = bars.add_task(stage, total=total, names=names)
        bars.update(tasks[stage], completed=done, total=total, names=names)
        if done == total:
            bars.remove_task(tasks.pop(stage))
            if not tasks:
                bars.stop()

    def tell_figure(done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
        if seconds is None:
            running[name] = f"{name} (last {last:.0f} s)" if last else name
        else:
            running.pop(name, None)
        tell("figures", done, total, " · ".join(running.values()))

    return Stages(tell, tell_figure)


def _figure_line(done: int, total: int, name: str, seconds: float | None, last: float | None) -> None:
    if seconds is None:
        print(
            f"figures {done}/{total} · {name}" + (f" (last {last:.0f} s)" if last else ""), file=sys.stderr, flush=True
        )


def print_figures(figures: Iterable[Figure]) -> bool:
    """Tell of the figures that ran, and of those that failed; return whether any did."""
    figures = list(figures)
    ran = sorted((figure for figure in figures if figure.ran), key=_seconds, reverse=True)
    if ran:
        slowest = ", ".join(f"{figure.name} {_seconds(figure):.1f} s" for figure in ran[:5])
        print(f"{len(ran)} figures ran in {sum(map(_seconds, ran)):.0f} s of their own; slowest: {slowest}")
    failed = [figure for figure in figures if figure.error]
    for figure in failed:
        print(f"figure {figure.name}: {figure.error}", file=sys.stderr)
        for line in figure.traceback.splitlines():
            print(f"  {line}", file=sys.stderr)
    return bool(failed)


def _seconds(figure: Figure) -> float:
    return float(figure.provenance.get("seconds", 0))


def counted(summary: Mapping[str, int]) -> str:
    """Write the counts of a report on one line.

    >>> counted({"broken_link": 2, "todo": 1})
    '2 broken links, 1 todo'
    """
    from hortus.report import kind_words

    return ", ".join(kind_words(kind, count) for kind, count in summary.items())


def print_timings(seconds: Mapping[str, float]) -> None:
    for stage, spent in seconds.items():
        print(f"{stage:8} {spent:7.3f} s", file=sys.stderr)
    print(f"{'all':8} {sum(seconds.values()):7.3f} s", file=sys.stderr)


def print_json(report: Report) -> None:
    names = ("kind", "severity", "path", "line", "column", "message", "hint", "target")
    issues = [{name: getattr(issue, name) for name in names} for issue in report.issues]
    print(json.dumps({"version": 1, "summary": dict(report.summary), "issues": issues}, ensure_ascii=False, indent=1))


def plain(text: str) -> str:
    """Show the characters by which a text could command a terminal.

    >>> plain("a\\x1b[31mb\\nc")
    'a\\\\x1b[31mb\\\\nc'
    """
    return "".join(letter.encode("unicode_escape").decode() if _commands(letter) else letter for letter in text)


def _commands(letter: str) -> bool:
    """Tell whether a character is no letter, mark, sign or space: a control, a format, a break."""
    return category(letter)[0] == "C" or category(letter) in ("Zl", "Zp")


def print_report(report: Report, texts: Mapping[str, str]) -> None:
    """Print issues grouped by note, each with its line and a caret under the place; *texts* are sources by path."""
    path = None
    for issue in report.issues:
        if issue.path != path:
            path = issue.path
            print(f"\n{plain(path)}")
        hint = f"; {issue.hint}" if issue.hint else ""
        place = f"{path}:{issue.line}:{issue.column}"
        print(plain(f"  {place}: {issue.kind.replace('_', ' ')}: {issue.message}{hint}"))
        if issue.path in texts and issue.kind not in WHOLE_NOTE:
            for line in caret_lines(texts[issue.path], issue):
                print(f"      {line}")
    print(f"\n{counted(report.summary) or 'Nothing to complain about.'}")


def print_unsure(answers: "Mapping[str, Answer]") -> None:
    """Tell how many links out of the site are there, and which would not say."""
    kinds = [answer.kind for answer in answers.values()]
    for url, answer in answers.items():
        if answer.kind in ("unsure", "private"):
            print(f"{url}: {answer.message}", file=sys.stderr)
    counts = [f"{kinds.count(kind)} {words}" for kind, words in ANSWERS.items() if kind in kinds]
    print(f"links out of the site: {', '.join(counts) or 'none'}", file=sys.stderr)


def caret_lines(text: str, issue: Issue) -> list[str]:
    """Return the part of a line around a place, and carets under the place.

    >>> caret_lines("see [[b]]", Issue("broken_link", "a.md", 1, 5, "", length=5))
    ['see [[b]]', '    ^^^^^']
    """
    source = "".join(" " if _commands(letter) else letter for letter in text.split("\n")[issue.line - 1])
    first = issue.column - 1
    start = max(0, first - WIDTH // 3) if len(source) > WIDTH else 0
    shown = source[start : start + WIDTH]
    before, after = "…" * (start > 0), "…" * (start + WIDTH < len(source))
    carets = "^" * max(1, min(issue.length, len(shown) - (first - start)))
    return [f"{before}{shown}{after}", " " * (len(before) + first - start) + carets]
