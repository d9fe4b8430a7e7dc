"""The state of figures, why one would run again, whether checks hold for other seeds, and whether two runs agree."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from hortus.core.model import Figure, FigureWanted, HortusError
from hortus.figures.cache.key import changed_files, defines, make_plan, roots
from hortus.figures.cache.lookup import look_up
from hortus.figures.cache.record import stopped
from hortus.figures.cache.store import Store
from hortus.figures.dials import cells_of
from hortus.figures.draw import draw_figures
from hortus.figures.executor import Workers
from hortus.figures.options import FigureOptions
from hortus.figures.sandbox.libraries import differences


def state_of(wanted: FigureWanted, options: FigureOptions) -> str:
    """Return the state of a figure: ``drawn``, ``changed`` since then, ``failed``, or ``new``.

    Of its cells the one counts that is first in the order failed, changed, new, drawn.
    """
    store = Store(options.store)
    states = {_state(cell, store, replace(options, mode="run")) for cell in cells_of(wanted)}
    return next(state for state in ("failed", "changed", "new", "drawn") if state in states)


def _state(cell: FigureWanted, store: Store, options: FigureOptions) -> str:
    found = look_up(make_plan(cell, options), store, options)
    if found.draw is not None:
        return "drawn"
    return "failed" if found.error else "changed" if store.last(cell.title) else "new"


def why(wanted: FigureWanted, options: FigureOptions) -> str:
    """Return what changed since the last good picture of *wanted*, one line each; empty if it would not run.

    A line is about all cells, or names the first of those that it is about, and their number.
    """
    cells = cells_of(wanted)
    about: dict[str, list[str]] = {}
    for cell in cells:
        for reason in _reasons(cell, replace(options, mode="run")):
            about.setdefault(reason, []).append(cell.cell or "its first picture")
    return "\n".join(
        reason
        if len(names) == len(cells)
        else f"{names[0]}{f' and {len(names) - 1} more' * (len(names) > 1)}: {reason}"
        for reason, names in about.items()
    )


def _reasons(wanted: FigureWanted, options: FigureOptions) -> list[str]:
    store = Store(options.store)
    plan = make_plan(wanted, options)
    found = look_up(plan, store, options)
    if found.draw is not None:
        return []
    last = store.last(wanted.title)
    reasons = (
        [f"it failed and is not run again until something changes: {found.error['message']}"] if found.error else []
    )
    if not last:
        return [*reasons, "it was never drawn"]
    reasons += compare_parts(last["parts"], plan.parts)
    actions = [action for action in (last.get("compute"), last["draw"]) if action]
    for action in actions:
        reasons += [f"{name}, which it read, has changed" for name in changed_files(action["observed"], roots(options))]
        reasons += [f"made with {difference}" for difference in differences(action["versions"])]
        if any(store.get(name) is None for name in action["objects"]):
            reasons.append("its results are missing in the store")
    return list(dict.fromkeys(reasons)) or ["its results were removed from the store"]


def compare_parts(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Describe the differences between the parts of two keys.

    >>> compare_parts({"parameter seed": "1", "a.py: f": "x"}, {"parameter seed": "2", "a.py: g": "y"})
    ['a.py: f is gone', 'a.py: g is new', 'parameter seed is 2, was 1']
    """
    lines = []
    for name in sorted({*before, *now}):
        if name not in now:
            lines.append(f"{name} is gone")
        elif name not in before:
            lines.append(f"{name} is new")
        elif before[name] != now[name]:
            change = f"is {now[name]}, was {before[name]}" if name.startswith("parameter ") else "changed"
            lines.append(f"{name} {change}")
    return lines


def check_seeds(wanted: FigureWanted, seeds: int, options: FigureOptions) -> tuple[str, ...]:
    """Compute and check a figure with the seeds 0 to *seeds* - 1; return an error for each, empty if the check passed.

    Nothing is drawn or stored. Raises a `HortusError` if the script has no parameter ``seed``, or no check.
    """
    if "seed" not in wanted.parameters or not defines(wanted.script.code, {"check"}):
        lacks = "check" if "seed" in wanted.parameters else "parameter named seed"
        raise HortusError(f"{wanted.name} has no {lacks}")
    options = replace(options, draws=False)
    ones = [
        replace(wanted, name=f"{wanted.name} seed {k}", parameters={**wanted.parameters, "seed": k})
        for k in range(seeds)
    ]
    plans = [make_plan(one, options) for one in ones]
    errors = []
    with Workers(options, seeds) as workers:
        running = [workers.submit(plan, b"", float("inf")) for plan in plans]
        for plan, future in zip(plans, running, strict=True):
            outcome = future.result()
            workers.finished(plan.wanted.name, outcome.end.get("seconds", 0.0))
            error = outcome.report.get("error") or stopped(plan, outcome, options.limits)
            errors.append(error.get("message", ""))
    return tuple(errors)


def verify(wanted: Sequence[FigureWanted], options: FigureOptions, capability: str = "") -> tuple[str, ...]:
    """Draw all of *wanted* twice without the cache, and return the differences.

    The second run has another working folder, number of workers and Python hash seed. If it has another *capability*,
    an instruction set for torch, only what pages show is compared: the last digits of results differ.
    """
    with tempfile.TemporaryDirectory(prefix="hortus-verify-") as place:
        runs = [
            draw_figures(
                wanted,
                replace(
                    options, store=Path(place, name), mode="run", jobs=jobs, hash_seed=seed, capability=cpu, retry=True
                ),
            )
            for name, jobs, seed, cpu in (
                ("once", options.jobs, 0, ""),
                ("and/once/more", options.jobs % 4 + 1, 1, capability),
            )
        ]
    pairs = zip(*runs, strict=True)
    return tuple(line for once, again in pairs for line in compare_figures(once, again, shown=bool(capability)))


def compare_figures(once: Figure, again: Figure, shown: bool = False) -> list[str]:
    """Describe the differences between two runs of a figure, or only between what pages show of them."""
    if once.state != "drawn" or again.state != "drawn":
        return [f"{once.name}: {once.error or again.error}"]
    lines = [f"{once.name}, {frame.label}: {frame.error}" for frame in once.frames if frame.error]
    if len(once.frames) != len(again.frames):
        lines.append(f"{once.name}: {len(once.frames)} frames, then {len(again.frames)}")
    for number, (one, two) in enumerate(zip(once.frames, again.frames, strict=False), 1):
        lines += [f"{once.name}: SVG of frame {number} differs"] * (one.svg != two.svg)
        lines += [f"{once.name}: PNG differs"] * (one.png != two.png)
    same = shown or once.provenance.get("result") == again.provenance.get("result")  # drawn or not
    same &= (once.table, once.alt, once.results) == (again.table, again.alt, again.results)
    return lines + [f"{once.name}: the result of compute differs"] * (not same)
