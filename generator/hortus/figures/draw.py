"""Draw the figures a site wants: from the store where nothing changed, else by running their scripts.

1. Each figure is planned: its code, inputs and look become keys (`key`).
2. What the store has under these keys, read from the same files with the same versions, is taken.
3. The rest runs, longest first; figures that share a computation wait for the first of them.
4. What failed shows the last good picture, marked stale, or none.

When step 2 finds everything, no process is started and no library is imported.
"""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait

from hortus.figures.compose import compose, remember
from hortus.figures.executor import Workers
from hortus.figures.key import Plan, make_plan
from hortus.figures.lookup import Found, look_up
from hortus.figures.options import FigureOptions
from hortus.figures.run import Outcome
from hortus.figures.store import Store
from hortus.model import Figure, FigureWanted


def draw_figures(wanted: Sequence[FigureWanted], options: FigureOptions) -> tuple[Figure, ...]:
    """Return a figure for each that is *wanted*, in their order."""
    store = Store(options.store)
    plans = [make_plan(one, options) for one in wanted]
    found = [look_up(plan, store, options) for plan in plans]
    waiting = [number for number, one in enumerate(found) if one.missing]
    if waiting and options.mode == "run":
        for number, result in run_missing(plans, waiting, store, options).items():
            found[number] = result
        store.prune(options.store_limit)
    return tuple(compose(plan, one, store, options) for plan, one in zip(plans, found, strict=True))


def run_missing(
    plans: Sequence[Plan], missing: Sequence[int], store: Store, options: FigureOptions
) -> dict[int, Found]:
    """Run the plans numbered *missing*; a computation that several need runs once."""
    queue = sorted(missing, key=lambda number: (-_last_seconds(plans[number], store), number))
    leaders: dict[str, int] = {}
    followers: dict[int, list[int]] = {}
    for number in queue:
        key = plans[number].compute_key if not plans[number].plain else f"plain {number}"
        leader = leaders.setdefault(key, number)
        followers.setdefault(leader, []).append(number)
    results: dict[int, Found] = {}
    with Workers(options, len(missing)) as workers:
        running: dict[Future[Outcome], int] = {}
        for leader in leaders.values():
            running[_submit(workers, plans[leader], store, options)] = leader
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number = running.pop(future)
                results[number] = remember(plans[number], future.result(), store, options)
                workers.finished(plans[number].wanted.name, results[number].seconds)
                for follower in [one for one in followers.pop(number, ()) if one != number]:
                    running[_submit(workers, plans[follower], store, options)] = follower
    return results


def _submit(workers: Workers, plan: Plan, store: Store, options: FigureOptions) -> "Future[Outcome]":
    known = look_up(plan, store, options)
    result = store.get(known.compute["result"]) if known.compute and "result" in known.compute else None
    return workers.submit(plan, result or b"", _last_seconds(plan, store))


def _last_seconds(plan: Plan, store: Store) -> float:
    """How long it took last time; unknown counts as long."""
    return float(store.last(plan.wanted.name).get("seconds", float("inf")))
