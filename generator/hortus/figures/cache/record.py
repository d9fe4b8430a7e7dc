"""Store the outcome of a run: the computation, the drawing, or the failure.

Only failures that would occur again are cached: an exception, but not a time-out, a crash, too little memory
or a missing library.
"""

import json
import re
import signal
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any

from hortus.figures.cache.key import Plan, observed, roots, script_file, script_label
from hortus.figures.cache.lookup import Action, Found
from hortus.figures.cache.store import Store
from hortus.figures.job import Outcome
from hortus.figures.options import FigureOptions, Limits

STACK_LINE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>\S+)')


def store_outcome(plan: Plan, outcome: Outcome, known: Action | None, store: Store, options: FigureOptions) -> Found:
    """Store the results of a run as far as it got; *known* is the computation that it started from, if any."""
    seconds = outcome.end.get("seconds", 0.0)
    try:
        compute = known or _store_compute(plan, outcome, store, options)
        error = outcome.report.get("error") or stopped(plan, outcome, options.limits)
        if error:
            error = {**error, "public": _public_message(plan, error.get("place")), "output": outcome.output}
            failed = Found(compute, error=error, ran=True, seconds=seconds)
            if error.get("again"):
                _store_failure(plan, outcome, failed, store, options)
            return failed
        draw = _store_drawing(plan, outcome, compute, store, options)
    except OSError as flaw:
        error = {"message": f"could not be stored: {flaw.strerror}", "traceback": "", "output": outcome.output}
        return Found(known, error=error, ran=True, seconds=seconds)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as flaw:
        error = {"message": f"its report is invalid: {flaw!r}", "traceback": "", "output": outcome.output}
        return Found(known, error=error, ran=True, seconds=seconds)
    return Found(compute, draw, ran=True, seconds=seconds)


def keep_last(plan: Plan, found: Found, store: Store) -> None:
    """Store a good picture as the last one of its name, which is shown if a later run fails."""
    if found.draw is None:
        return
    name = plan.wanted.title
    seconds = found.seconds if found.ran else store.last(name).get("seconds", found.draw["seconds"])
    with suppress(OSError):  # on a full disk only the fallback for later failures is lost, not this picture
        store.set_last(name, drawn_record(plan, found) | {"seconds": seconds})


def drawn_record(plan: Plan, found: Found) -> dict[str, Any]:
    """Return the record of a drawn picture: its actions, and the parts of their keys."""
    return {"compute": found.compute, "draw": found.draw, "parts": dict(plan.parts)}


def _store_compute(plan: Plan, outcome: Outcome, store: Store, options: FigureOptions) -> Action | None:
    computed = outcome.report.get("computed")
    if computed is None:
        return None
    result, table = store.put(outcome.files["result.bin"]), store.put(computed["table"].encode())
    action = {
        "result": result,
        "table": table,
        "objects": [result, table],
        "scalars": computed["scalars"],
        "versions": computed["versions"],
        "observed": observed(outcome.report["seen"]["compute"], roots(options), outcome.end.get("began", inf)),
        "seconds": outcome.report["seconds"]["compute"],
        "memory": outcome.end["memory"],
    }
    store.add_action(plan.compute_key, action)
    return action


def _store_drawing(
    plan: Plan, outcome: Outcome, compute: Action | None, store: Store, options: FigureOptions
) -> Action:
    pictures = outcome.report["pictures"]
    frames = [{"label": one["label"], "svg": store.put(outcome.files[one["file"]])} for one in pictures]
    png = store.put(outcome.files["still.png"]) if not plan.wanted.cell else ""
    nets = store.put(json.dumps(outcome.report.get("nets", [])).encode())
    draw = {
        "frames": frames,
        "png": png,
        "nets": nets,
        "net_error": outcome.report.get("net_error", ""),
        "objects": [*(frame["svg"] for frame in frames), *filter(None, [png]), nets],
        "output": outcome.output,
        "checked": outcome.report.get("checked", False),
        "scalars": outcome.report.get("scalars", {}),
        **{name: pictures[-1][name] for name in ("width", "height", "words")},
        **_circumstances(outcome, ("check", "draw"), options),
    }
    store.add_action(plan.draw_key(compute["result"] if compute else ""), draw)
    return draw


def _store_failure(plan: Plan, outcome: Outcome, failed: Found, store: Store, options: FigureOptions) -> None:
    compute = failed.compute
    stages = ("check", "draw") if compute or plan.plain else ("import", "compute")
    key = plan.draw_key(compute["result"] if compute else "") if compute or plan.plain else plan.compute_key
    store.add_action(key, {"error": failed.error} | _circumstances(outcome, (*stages, "import"), options))


def _circumstances(outcome: Outcome, stages: tuple[str, ...], options: FigureOptions) -> dict[str, Any]:
    """Return what an action depended on in addition to its key, and its duration and memory."""
    seen = {tuple(pair) for stage in stages for pair in outcome.report["seen"].get(stage, ())}
    return {
        "observed": observed(seen, roots(options), outcome.end.get("began", inf)),
        "versions": outcome.report["versions"],
        "seconds": outcome.end["seconds"],
        "memory": outcome.end["memory"],
    }


def stopped(plan: Plan, outcome: Outcome, limits: Limits) -> dict[str, Any]:
    """Return an error if the script's process ended before it could report one; empty if it finished."""
    if outcome.report.get("stage") == "done" and not outcome.end.get("reason"):
        return {}
    known = {str(file): file.name for file, _ in plan.modules.values()} | {script_file(plan): script_label(plan)}
    places = [
        (known[match["file"]], match["line"], match["name"])
        for match in STACK_LINE.finditer(outcome.stack)
        if match["file"] in known
    ]
    message = _ending(outcome.end, limits) + (" (in {2}, {0}:{1})".format(*places[0]) if places else "")
    place = f"{places[0][0]}:{places[0][1]}" if places else ""
    return {
        "message": message,
        "place": place,
        "traceback": "\n".join("{}:{} in {}".format(*place) for place in reversed(places)),
    }


def _public_message(plan: Plan, place: Any) -> str:
    """Return a message without the script's text: that the figure failed, and the line if known.

    The script's process wrote *place*, so it is used only if it is a line of one of the figure's own files.
    """
    known = {file.name for file, _ in plan.modules.values()} | {script_label(plan), Path(script_file(plan)).name}
    file, _, line = place.rpartition(":") if isinstance(place, str) else ("", "", "")
    return f"failed at {file}:{line}" if file in known and line.isascii() and line.isdecimal() else "failed"


def _ending(end: dict[str, Any], limits: Limits) -> str:
    status = end.get("status", 0)
    match end.get("reason", "lost"):
        case "time":
            return f"stopped after {limits.seconds:g} s of processor time"
        case "wall":
            return f"stopped after {limits.wall:g} s, in which it mostly waited"
        case "memory":
            return f"stopped: it held more than {binary(limits.memory)} of memory"
        case "processes":
            return f"stopped: it started more than {limits.processes} processes"
        case "output":
            return f"stopped: it wrote more than {binary(limits.output)}"
        case "left":
            return "left processes behind"
        case "" if status < 0:
            return f"ended by {signal.Signals(-status).name}"
        case "" if "ended" in end:
            return f"its result could not be written{': ' if end['ended'] else ''}{end['ended']}"
        case "":
            return f"ended by os._exit({status}) before it was done"
        case _:
            return "its process was lost"


def binary(size: float) -> str:
    """Format a number of bytes.

    >>> binary(2 << 30), binary(96_600_000)
    ('2 GiB', '92 MiB')
    """
    return f"{size / 2**30:.3g} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"
