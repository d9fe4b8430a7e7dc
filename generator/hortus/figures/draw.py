"""Draw the figures of a site: from the store if nothing changed, otherwise by running their scripts.

1. Each figure is divided into the cells of its dials, one if it has none (`dials`), and each cell is planned: its code,
   inputs and style become keys (`key`).
2. Results in the store under these keys, from the same files and versions, are reused.
3. The rest runs, longest first; figures that share a computation wait for the first of them, and those that
   use the GPU wait for each other.
4. A cell that failed shows its last good picture, marked as stale, or none.
5. Cells are joined to figures again (`grid`).

If step 2 finds everything, no process is started and no library is imported.
"""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from itertools import islice, pairwise

from hortus.core.model import Figure, FigureWanted
from hortus.figures.cache.key import Plan, make_plan
from hortus.figures.cache.lookup import Action, Found, look_up
from hortus.figures.cache.record import keep_last, store_outcome
from hortus.figures.cache.store import Store
from hortus.figures.compose import compose
from hortus.figures.declare import declared_gpu
from hortus.figures.dials import cells_of
from hortus.figures.executor import Workers
from hortus.figures.grid import join_cells
from hortus.figures.job import Outcome
from hortus.figures.options import FigureOptions


def draw_figures(wanted: Sequence[FigureWanted], options: FigureOptions) -> tuple[Figure, ...]:
    """Return the figures for *wanted*, in the same order."""
    store = Store(options.store)
    divided = [cells_of(one) for one in wanted]
    plans = [make_plan(cell, options) for cells in divided for cell in cells]
    found = [look_up(plan, store, options) for plan in plans]
    waiting = [number for number, one in enumerate(found) if one.missing]
    if waiting and options.mode == "run":
        for number, result in run_missing(plans, waiting, store, options).items():
            found[number] = result
        with suppress(OSError):  # another build may prune at the same time
            store.prune(options.store_limit)
    if options.mode == "run":
        for plan, one in zip(plans, found, strict=True):
            keep_last(plan, one, store)
    drawn = iter([compose(plan, one, store, options) for plan, one in zip(plans, found, strict=True)])
    return tuple(join_cells(cells, list(islice(drawn, len(cells))), store) for cells in divided)


def run_missing(
    plans: Sequence[Plan], missing: Sequence[int], store: Store, options: FigureOptions
) -> dict[int, Found]:
    """Run the plans with the numbers *missing*, longest first; each after the plan that it waits for."""
    results: dict[int, Found] = {}
    with Workers(options, len(missing)) as workers:
        running: dict[Future[Outcome], tuple[int, Action | None]] = {}

        def start(number: int) -> None:
            known = look_up(plans[number], store, options)
            if known.missing:
                future = workers.submit(plans[number], _result(known, store), last_seconds(plans[number], store))
                running[future] = number, known.compute
            else:
                end(number, known, 0.0)

        def end(number: int, result: Found, seconds: float) -> None:
            results[number] = result
            workers.finished(plans[number].wanted.title, seconds)
            for follower in followers.pop(number, ()):
                start(follower)

        first, followers = _turns(plans, missing, store)
        for number in first:
            start(number)
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number, known = running.pop(future)
                result = store_outcome(plans[number], _outcome(future), known, store, options)
                end(number, result, result.seconds)
    return results


def last_seconds(plan: Plan, store: Store) -> float:
    """Return the seconds of the last run; unknown counts as long."""
    return float(store.last(plan.wanted.title).get("seconds", float("inf")))


def _turns(plans: Sequence[Plan], missing: Sequence[int], store: Store) -> tuple[list[int], dict[int, list[int]]]:
    """Return the plans that start immediately, in order, and those that wait for the same computation or the GPU."""
    groups = _by_computation(plans, missing, store)
    on_gpu = [
        number
        for leader, rest in groups.items()
        if any(declared_gpu(plans[one].wanted.script.code) for one in (leader, *rest))
        for number in (leader, *rest)
    ]
    after = {leader: rest for leader, rest in groups.items() if leader not in on_gpu}
    after |= {one: [following] for one, following in pairwise(on_gpu)}
    return [leader for leader in groups if leader not in on_gpu[1:]], after


def _by_computation(plans: Sequence[Plan], missing: Sequence[int], store: Store) -> dict[int, list[int]]:
    """Return the first plan of each computation, in starting order, with the plans that wait for it."""
    leaders: dict[str, int] = {}
    groups: dict[int, list[int]] = {}
    for number in sorted(missing, key=lambda number: (-last_seconds(plans[number], store), number)):
        plan = plans[number]
        leader = leaders.setdefault(plan.draw_key("") if plan.plain else plan.compute_key, number)
        groups.setdefault(leader, []).extend([] if leader == number else [number])
    return groups


def _result(known: Found, store: Store) -> bytes:
    return store.get(known.compute["result"]) or b"" if known.compute else b""


def _outcome(future: "Future[Outcome]") -> Outcome:
    """Return the outcome of a run, also if it could not be started (full disk, lost machine)."""
    try:
        return future.result()
    except Exception as error:
        message = f"could not be run: {type(error).__name__}: {error}"
        return Outcome({"stage": "", "error": {"message": message, "traceback": ""}}, {}, "", "", {})
