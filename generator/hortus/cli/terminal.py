"""Terminal output that several commands share: figures, unread notes, counts, timings."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from unicodedata import category

from hortus.core.model import Figure, Report
from hortus.report.kinds import UNREAD, amount, extra_hint, kind_words

if TYPE_CHECKING:
    from hortus.report.http_check import Answer

ANSWERS = {"fine": "ok", "broken": "broken", "unsure": "uncertain", "private": "not checked"}


def print_figures(figures: Iterable[Figure]) -> bool:
    """Print the figures that ran and those that failed; return whether any failed."""
    figures = list(figures)
    ran = sorted((figure for figure in figures if figure.ran and not figure.error), key=_seconds, reverse=True)
    if ran:
        slowest = ", ".join(f"{figure.name} {_seconds(figure):.1f} s" for figure in ran[:5])
        print(f"{amount(len(ran), 'figure')} ran in {sum(map(_seconds, ran)):.0f} s in total; slowest: {slowest}")
    failed: dict[tuple[str, str], list[str]] = {}
    for figure in figures:
        if figure.error:
            failed.setdefault((figure.error, figure.traceback), []).append(figure.name)
        for frame in figure.frames:
            if frame.error:
                failed.setdefault((frame.error, frame.traceback), []).append(f"{figure.name} ({frame.label})")
    for (error, traceback), names in failed.items():
        print(plain(f"{'figure' if len(names) == 1 else 'figures'} {', '.join(names)}: {error}"), file=sys.stderr)
        for line in traceback.splitlines() if traceback.strip() != error else ():
            print(f"  | {plain(line)}", file=sys.stderr)  # GitHub would read a line that begins with :: as a command
        if hint := extra_hint(error):
            print(f"  {hint}", file=sys.stderr)
    return bool(failed)


def print_unread(report: Report) -> None:
    """Print the notes that could not be read and are missing from the site."""
    for issue in report.issues:
        if issue.kind == UNREAD:
            message = f"{issue.message}; {issue.hint}" if issue.hint else issue.message
            print(plain(f"{issue.path}:{issue.line}:{issue.column}: {message}"), file=sys.stderr)


def _seconds(figure: Figure) -> float:
    return float(figure.provenance.get("seconds", 0))


def counted(summary: Mapping[str, int]) -> str:
    """Write the counts of a report on one line.

    >>> counted({"broken_link": 2, "todo": 1})
    '2 broken links, 1 todo'
    """
    return ", ".join(kind_words(kind, count) for kind, count in summary.items())


def print_timings(seconds: Mapping[str, float]) -> None:
    for stage, spent in seconds.items():
        print(f"{stage:8} {spent:7.3f} s", file=sys.stderr)
    print(f"{'all':8} {sum(seconds.values()):7.3f} s", file=sys.stderr)


def plain(text: str) -> str:
    """Escape the characters with which a text could control a terminal.

    >>> plain("a\\x1b[31mb\\nc")
    'a\\\\x1b[31mb\\\\nc'
    """
    return "".join(letter.encode("unicode_escape").decode() if controls_terminal(letter) else letter for letter in text)


def controls_terminal(letter: str) -> bool:
    """Return whether a character is a control, format or line-breaking character."""
    return category(letter)[0] == "C" or category(letter) in ("Zl", "Zp")


def print_unsure(answers: "Mapping[str, Answer]") -> None:
    """Print how many external links work, and which could not be checked."""
    kinds = [answer.kind for answer in answers.values()]
    for url, answer in answers.items():
        if answer.kind in ("unsure", "private"):
            print(f"{url}: {answer.message}", file=sys.stderr)
    counts = [f"{kinds.count(kind)} {words}" for kind, words in ANSWERS.items() if kind in kinds]
    print(f"external links: {', '.join(counts) or 'none'}", file=sys.stderr)
