"""Outcomes into the store, and what the store has into figures.

`remember` keeps the computation, the drawing, or the failure of a run under their keys. `compose` makes the
record that pages are made from, with the last good picture where there is no new one.
"""

import re
import signal
from collections.abc import Mapping
from typing import Any

from hortus.figures.key import Plan, observed, roots
from hortus.figures.lookup import Action, Found
from hortus.figures.options import FigureOptions, Limits
from hortus.figures.run import Outcome
from hortus.figures.store import Store
from hortus.model import Figure, Frame

STACK_LINE = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>\S+)')
SHOWN_VERSIONS = ("python", "numpy", "matplotlib", "torch")


def remember(plan: Plan, outcome: Outcome, store: Store, options: FigureOptions) -> Found:
    """Keep what a run gave, as far as it got."""
    report, seconds = outcome.report, outcome.end.get("seconds", 0.0)
    compute = _remember_compute(plan, outcome, store, options)
    error = report.get("error") or _stopped(plan, outcome, options.limits)
    if error:
        error = error | {"output": outcome.output}
        if error.get("again"):
            early = report["stage"] in ("import", "compute") and not plan.plain
            if early or compute or plan.plain:
                key = plan.compute_key if early else plan.draw_key(compute["result"] if compute else "")
                store.remember(key, {"error": error} | _circumstances(outcome, options))
        return Found(compute, error=error, ran=True, seconds=seconds)
    frames = [
        {"label": picture["label"], "svg": store.put(outcome.files[picture["file"]])} for picture in report["pictures"]
    ]
    still = report["pictures"][-1]
    png = store.put(outcome.files["still.png"])
    draw = {name: still[name] for name in ("width", "height", "words")} | {
        "frames": frames,
        "png": png,
        "objects": [*(frame["svg"] for frame in frames), png],
        "output": outcome.output,
    }
    draw |= _circumstances(outcome, options)
    store.remember(plan.draw_key(compute["result"] if compute else ""), draw)
    return Found(compute, draw, ran=True, seconds=seconds)


def _remember_compute(plan: Plan, outcome: Outcome, store: Store, options: FigureOptions) -> Action | None:
    """Keep the result; one that the run was given is only found again."""
    if plan.plain:
        return None
    if "computed" not in outcome.report:
        given = [action for action in store.actions(plan.compute_key) if "result" in action]
        return given[0] if given and "compute" not in outcome.report.get("seconds", {"compute": 0}) else None
    computed = outcome.report["computed"]
    result, table = store.put(outcome.files["result.bin"]), store.put(computed["table"].encode())
    action = {
        "result": result,
        "table": table,
        "objects": [result, table],
        "scalars": computed["scalars"],
        "versions": computed["versions"],
        "observed": observed(outcome.report["seen"].get("compute", []), roots(options)),
        "seconds": outcome.report["seconds"]["compute"],
        "memory": outcome.end.get("memory", 0),
    }
    store.remember(plan.compute_key, action)
    return action


def _circumstances(outcome: Outcome, options: FigureOptions) -> dict[str, Any]:
    """What an action depended on beside its key, and what it cost."""
    report = outcome.report
    late = [pair for stage, pairs in report["seen"].items() if stage != "compute" for pair in pairs]
    seen = late if "computed" in report or "pictures" in report else [p for ps in report["seen"].values() for p in ps]
    return {
        "observed": observed([list(pair) for pair in dict.fromkeys(map(tuple, seen))], roots(options)),
        "versions": report["versions"],
        "seconds": outcome.end["seconds"],
        "memory": outcome.end["memory"],
    }


def _stopped(plan: Plan, outcome: Outcome, limits: Limits) -> dict[str, Any]:
    """Say how a script ended that did not get to say so itself; empty when it was done."""
    if outcome.report.get("stage") == "done" and not outcome.end.get("reason"):
        return {}
    status = outcome.end.get("status", 0)
    match outcome.end.get("reason", "lost"):
        case "time":
            message = f"stopped after {limits.seconds:g} s"
        case "memory":
            message = f"stopped: it held more than {_amount(limits.memory)} of memory"
        case "processes":
            message = f"stopped: it started more than {limits.processes} processes"
        case "output":
            message = f"stopped: it wrote more than {_amount(limits.output)}"
        case "" if status < 0:
            message = f"ended by {signal.Signals(-status).name}"
        case "":
            message = f"ended by os._exit({status}) before it was done"
        case _:
            message = "its process was lost"
    known = {str(file): file.name for file, _ in plan.modules.values()}
    known |= {script_file(plan): script_label(plan)}
    places = [
        (known[match["file"]], match["line"], match["name"])
        for match in STACK_LINE.finditer(outcome.stack)
        if match["file"] in known
    ]
    if places:
        message += " (in {2}, {0}:{1})".format(*places[0])
    return {"message": message, "traceback": "\n".join("{}:{} in {}".format(*place) for place in reversed(places))}


def script_label(plan: Plan) -> str:
    """What messages call the script; one in a note goes by its own name."""
    script = plan.wanted.script
    return script.file.name if script.file.suffix == ".py" else f"{script.name}.py"


def script_file(plan: Plan) -> str:
    script = plan.wanted.script
    return str(script.file) if script.file.suffix == ".py" else script_label(plan)


def compose(plan: Plan, found: Found, store: Store, options: FigureOptions) -> Figure:
    """Make the record of one figure."""
    name = plan.wanted.name
    if found.draw is not None:
        record = {"compute": found.compute, "draw": found.draw, "parts": _parts(plan)}
        if options.mode == "run":
            seconds = found.seconds if found.ran else store.last(name).get("seconds", found.draw["seconds"])
            store.set_last(name, record | {"seconds": seconds})
        return _figure(plan, found, record, "drawn", store)
    last = store.last(name)
    state = "skipped" if options.mode == "skip" else "stale" if "draw" in last else "failed"
    if not found.error and options.mode == "frozen":
        message = "not in the figure store, and nothing may run (frozen)"
        found = Found(found.compute, error={"message": message, "traceback": ""})
    figure = _figure(plan, found, last, state, store)
    if state == "stale" and not figure.frames:
        figure = _figure(plan, found, {}, "failed", store)
    return figure


def _figure(plan: Plan, found: Found, record: Mapping[str, Any], state: Any, store: Store) -> Figure:
    wanted, draw, compute = plan.wanted, record.get("draw") or {}, record.get("compute") or {}
    pictures = [store.get(frame["svg"]) for frame in draw.get("frames", ())]
    png = store.get(draw.get("png", ""))
    whole = bool(pictures) and None not in pictures and png is not None
    labels = [frame["label"] for frame in draw.get("frames", ())]
    frames = [Frame(label, svg or b"", b"") for label, svg in zip(labels, pictures, strict=True)] if whole else []
    if whole:
        frames[-1] = Frame(frames[-1].label, frames[-1].svg, png or b"")
    alt, flaw = _alt(wanted.alt or wanted.script.alt, compute.get("scalars", {}))
    error = dict(found.error)
    return Figure(
        name=wanted.name,
        script=wanted.script,
        parameters=wanted.parameters,
        alt=alt,
        state=state,
        frames=tuple(frames),
        width=draw.get("width", 0),
        height=draw.get("height", 0),
        words=draw.get("words", ""),
        table=(store.get(compute.get("table", "")) or b"").decode(),
        provenance=_provenance(plan, found, draw, compute),
        error=error.get("message", "") or flaw,
        traceback="\n".join(filter(None, [error.get("traceback", ""), error.get("output", "")])),
        ran=found.ran,
    )


def _provenance(plan: Plan, found: Found, draw: Mapping, compute: Mapping) -> dict[str, str]:
    """Key, versions, seed, cost: in the order they are shown."""
    if not draw:
        return {}
    shown = {"key": (plan.draw_key(compute.get("result", "")))[:16]}
    versions = compute.get("versions", {}) | draw["versions"]
    shown |= {name: versions[name] for name in SHOWN_VERSIONS if name in versions}
    shown |= {"seed": str(plan.wanted.parameters["seed"])} if "seed" in plan.wanted.parameters else {}
    shown |= {"seconds": f"{draw['seconds']:.1f}", "memory": _amount(draw["memory"])}
    return shown | ({"notice": f"made with {found.notice}"} if found.notice else {})


def _alt(text: str, scalars: Mapping[str, Any]) -> tuple[str, str]:
    """Fill *text* from what compute returned; beside it, what was wrong with that."""
    try:
        return text.format(**scalars), ""
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        return (text, f"ALT cannot be filled: {error}") if scalars or "{" in text else (text, "")


def _parts(plan: Plan) -> dict[str, str]:
    return dict(plan.compute_parts) | {f"draw {name}": value for name, value in plan.draw_parts.items()}


def _amount(size: float) -> str:
    """
    >>> _amount(2 << 30), _amount(96_600_000)
    ('2 GiB', '92 MiB')
    """
    return f"{size / 2**30:.3g} GiB" if size >= 2**30 else f"{size / 2**20:.0f} MiB"
