"""Look up the result of a plan in the store; it is valid if everything that it depends on is unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hortus.figures.cache.key import Plan, changed_files, roots
from hortus.figures.cache.store import Store
from hortus.figures.options import FigureOptions
from hortus.figures.sandbox.libraries import differences

Action = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The stored results of a figure: its computation, its drawing, or an error."""

    compute: Action | None = None
    draw: Action | None = None
    error: Mapping[str, Any] = field(default_factory=dict)
    """``message``, ``traceback``; empty if there is no error or no result."""
    notice: str = ""
    """Installed versions that differ from those it was made with."""
    ran: bool = False
    seconds: float = 0.0

    @property
    def missing(self) -> bool:
        return self.draw is None and not self.error


def look_up(plan: Plan, store: Store, options: FigureOptions) -> Found:
    """Find a plan's actions; a cached failure counts, unless it has to be tried again."""
    compute: Action | None = None
    result, notices = "", list[str]()
    if not plan.plain:
        compute, notices = find_action(plan.compute_key, store, options)
        if compute is None:
            return Found()
        if "error" in compute:
            return Found(error=compute["error"])
        result = compute["result"]
    draw, more = find_action(plan.draw_key(result), store, options)
    if draw is None:
        return Found(compute)
    if "error" in draw:
        return Found(compute, error=draw["error"])
    return Found(compute, draw, notice="; ".join(dict.fromkeys(notices + more)))


def find_action(key: str, store: Store, options: FigureOptions) -> tuple[Action | None, list[str]]:
    """Return the newest valid action under *key*, and the versions that differ.

    Versions may differ only in modes in which nothing runs (``frozen``, ``skip``); an action without differences is
    preferred.
    """
    nearest: tuple[Action | None, list[str]] = (None, [])
    for action in store.actions(key):
        if "error" in action and options.retry:
            continue
        if changed_files(action["observed"], roots(options)):
            continue
        if not all(store.get(name) is not None for name in action.get("objects", ())):
            continue
        notices = differences(action["versions"])
        if not notices:
            return action, []
        if nearest[0] is None and options.mode != "run" and "error" not in action:
            nearest = action, notices
    return nearest
