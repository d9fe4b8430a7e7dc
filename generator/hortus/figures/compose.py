"""Turn stored results into the figures that pages show.

If there is no new picture, the last good one is shown and marked as stale.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hortus.core.model import Figure, Frame
from hortus.figures.cache.key import Plan
from hortus.figures.cache.lookup import Found
from hortus.figures.cache.record import binary, drawn_record
from hortus.figures.cache.store import Store
from hortus.figures.options import FigureOptions

SHOWN_VERSIONS = ("python", "numpy", "matplotlib", "torch")


def compose(plan: Plan, found: Found, store: Store, options: FigureOptions) -> Figure:
    """Return one figure as pages show it; nothing is written."""
    if found.draw is not None:
        return _figure(plan, found, drawn_record(plan, found), "drawn", store)
    last = store.last(plan.wanted.title)
    state = "skipped" if options.mode == "skip" else "stale" if "draw" in last else "failed"
    if options.mode == "skip":
        found = Found(found.compute)
    elif not found.error and options.mode == "frozen":
        message = "not in the figure store, and nothing may run (frozen)"
        found = Found(found.compute, error={"message": message, "public": message, "traceback": ""})
    figure = _figure(plan, found, last, state, store)
    if state == "stale" and not figure.frames:
        figure = _figure(plan, found, {}, "failed", store)
    return figure


def _figure(plan: Plan, found: Found, record: Mapping[str, Any], state: Any, store: Store) -> Figure:
    wanted, draw, compute = plan.wanted, record.get("draw") or {}, record.get("compute") or {}
    pictures = [store.get(frame["svg"]) for frame in draw.get("frames", ())]
    png = store.get(draw["png"]) if draw.get("png") else b""
    whole = bool(pictures) and None not in pictures and png is not None
    labels = [frame["label"] for frame in draw.get("frames", ())]
    frames = [Frame(label, svg or b"", b"") for label, svg in zip(labels, pictures, strict=True)] if whole else []
    nets = json.loads(store.get(draw.get("nets", "")) or b"[]")
    if whole and len(nets) == len(frames):
        frames = [replace(frame, net=json.dumps(net)) for frame, net in zip(frames, nets, strict=True)]
    if whole:
        frames[-1] = replace(frames[-1], png=png or b"")
    results = compute.get("scalars") or draw.get("scalars") or {}
    alt, flaw = _alt(wanted.alt or wanted.script.alt, results)
    flaws = (("its ALT cannot be filled", flaw), ("its net cannot be shown", draw.get("net_error", "")))
    public, flaw = next((pair for pair in flaws if draw and pair[1]), ("", ""))
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
        results=results,
        checked=bool(draw.get("checked")),
        error=error.get("message", "") or flaw,
        fault=error.get("public", "failed") if error else public,
        traceback="\n".join(filter(None, [error.get("traceback", ""), error.get("output", "")])),
        ran=found.ran,
    )


def _provenance(plan: Plan, found: Found, draw: Mapping, compute: Mapping) -> dict[str, str]:
    """Return key, versions, result and durations in display order; the page adds the parameters, including the seed.

    The key covers everything that was given to the script. Pages leave out the result's digest, which may differ
    between machines.
    """
    if not draw:
        return {}
    shown = {"key": plan.draw_key(plan.compute_key)[:16]}  # of code and inputs: results differ between processors
    versions = compute.get("versions", {}) | draw["versions"]
    shown |= {name: versions[name] for name in SHOWN_VERSIONS if name in versions}
    shown |= {"result": compute["result"][:16]} if "result" in compute else {}
    shown |= {"seconds": f"{draw['seconds']:.1f}", "memory": binary(draw["memory"])}
    return shown | ({"notice": f"made with {found.notice}"} if found.notice else {})


def _alt(text: str, scalars: Mapping[str, Any]) -> tuple[str, str]:
    """Fill placeholders in *text* from the result of compute; also return the error, if any."""
    try:
        return text.format(**scalars), ""
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        return re.sub(r"\{[^{}]*\}", "…", text), f"ALT cannot be filled: {type(error).__name__} {error}"
