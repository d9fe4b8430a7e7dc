"""Describe the effect of a save in a line for the terminal, from the States before and after it."""

from collections.abc import Collection, Mapping, Set
from pathlib import Path
from typing import Any

from hortus.preview.session import State
from hortus.report.kinds import kind_words

NAMED = 3
"""Highest number of files that are named; of more, only the number is printed."""


def save_words(before: State, now: State, batch: Collection[Path], figures: Set[str]) -> str:
    """Describe which files changed, which figures were drawn and how the report changed; empty if nothing did."""
    old, new = _content(before), _content(now)
    parts = [
        _named("changed", {path for path in old.keys() & new.keys() if old[path] != new[path]}),
        _named("new", new.keys() - old.keys()),
        _named("removed", old.keys() - new.keys()),
        _named("changed", {file.name for file in batch if now.config.vault not in (file, *file.parents)}),
        *(_figure(name, now) for name in sorted(figures & now.found.shown.figures.keys())),
        _report(before.found.report.summary, now.found.report.summary),
    ]
    words = "; ".join(filter(None, parts))
    saved = {file.relative_to(now.config.vault).as_posix() for file in batch if now.config.vault in file.parents}
    same = sorted(saved & new.keys())
    return words or (f"saved {', '.join(same[:NAMED])}: nothing changed" if same and not now.trouble else "")


def _content(state: State) -> Mapping[str, Any]:
    """Return by path a value that changes with the content of a file."""
    notes = {source.path: source for source in state.vault.sources}
    return notes | {asset.path: (asset.size, asset.stamp) for asset in state.vault.assets}


def _named(what: str, paths: Collection[str]) -> str:
    if len(paths) > NAMED:
        return f"{what} {len(paths)} files"
    return f"{what} {', '.join(sorted(paths))}" if paths else ""


def _figure(name: str, state: State) -> str:
    figure = state.found.shown.figures[name]
    if name in state.running:
        return ""
    return f"figure {name} failed: {figure.error}" if figure.error else f"figure {name} drawn"


def _report(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """Describe the changed counts of issues, by kind."""
    kinds = [kind for kind in {**before, **now} if before.get(kind, 0) != now.get(kind, 0)]
    changes = [f"{kind_words(kind, now.get(kind, 0))} (before: {before.get(kind, 0)})" for kind in kinds]
    return f"report: {', '.join(changes)}" if changes else ""
