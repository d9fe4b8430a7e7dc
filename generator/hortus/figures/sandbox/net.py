"""The small network of a figure, exported for its page, where ``theme/static/net.js`` computes with it.

`compute` returns it under ``"net"``: a dict of ``layers``, which are pairs of weights (out, in) and biases (out,) with
a ReLU between layers; ``grid``, points of the plane (n, 2); and ``outputs``, what the network itself gives there in
float64 (n, out). ``classes`` may name its classes. A dict of such dicts has a network for each frame, by label.

`infer` does the same operations as the page in the same order. A network whose outputs it does not reproduce to
`AGREES` on the grid is not exported.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

MOST = 10_000
"""Weights and biases."""
AGREES = 1e-9
Layers = Sequence[tuple[np.ndarray, np.ndarray]]


class NetError(ValueError):
    """The network cannot be exported."""


def exported(result: Mapping[str, Any], drawn: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the network of each of the *drawn* frames, with the place of the plane in it; none if there is no net."""
    nets = result.get("net")
    if nets is None:
        return []
    if not isinstance(nets, dict):
        raise NetError("net is not a dict")
    one = _export(nets) if "layers" in nets else None
    found = []
    for label, figure in drawn.items():
        net = nets.get(label, nets.get(int(label)) if label.isdecimal() else None) if one is None else nets
        if net is None:
            raise NetError(f'net has none for the frame "{label}"')
        found.append((one or _export(net)) | _plane(figure))
    return found


def infer(layers: Layers, x: np.ndarray) -> np.ndarray:
    """Return the outputs (n, out) for points *x* (n, 2): each sum begins with the bias and adds input by input."""
    for number, (weights, biases) in enumerate(layers):
        inputs = np.maximum(x, 0) if number else x
        x = np.repeat(biases[None], len(inputs), axis=0)
        for column in range(weights.shape[1]):
            x = x + weights[:, column] * inputs[:, column, None]
    return x


def _export(net: Any) -> dict[str, Any]:
    try:
        layers = [(np.asarray(w, "<f8"), np.asarray(b, "<f8")) for w, b in net["layers"]]
        grid, outputs = (np.asarray(net[name], float) for name in ("grid", "outputs"))
        classes = [str(name) for name in _list(net.get("classes", ()))]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NetError(
            "net needs layers, pairs of weights and biases; grid; and outputs on the grid; classes are a list"
        ) from None
    sizes = [2, *(len(b) for _, b in layers if b.ndim == 1)]
    if not layers or 0 in sizes or [w.shape for w, _ in layers] != list(zip(sizes[1:], sizes, strict=False)):
        raise NetError("the shapes of net's layers do not fit from a plane to the outputs")
    count = sum(w.size + b.size for w, b in layers)
    if count > MOST:
        raise NetError(f"net has {count} weights; at most {MOST} are shown")
    if grid.ndim != 2 or grid.shape[1:] != (2,) or not len(grid) or outputs.shape != (len(grid), sizes[-1]):
        raise NetError("net's grid must be points (n, 2), and its outputs (n, out)")
    if classes and len(classes) != max(2, sizes[-1]):
        raise NetError(f"net names {len(classes)} classes and has {max(2, sizes[-1])}")
    error = abs(infer(layers, grid) - outputs).max()
    if not error <= AGREES:
        raise NetError(
            f"net's outputs differ by {error:.1g} from what its layers give in float64, with ReLUs between them"
        )
    numbers = b"".join(part.tobytes() for layer in layers for part in layer)
    return {"sizes": sizes, "numbers": base64.b64encode(numbers).decode(), "classes": classes}


def _list(names: Any) -> list[Any]:
    if isinstance(names, str):
        raise TypeError(names)
    return list(names)


def _plane(figure: Any) -> dict[str, Any]:
    """Return the place of the first axes, as shares of the picture from its top left, and their limits.

    Raise NetError if they are no plane: polar, in three dimensions, or with a scale that is not linear.
    """
    axes = getattr(figure, "axes", ())
    if not axes or axes[0].name != "rectilinear" or {axes[0].get_xscale(), axes[0].get_yscale()} != {"linear"}:
        raise NetError("net needs a plane: linear axes, the first of the figure")
    place = axes[0].get_position()
    box = (place.x0, 1 - place.y1, place.x1, 1 - place.y0)
    return {
        "box": [round(float(share), 5) for share in box],
        "limits": [float(f"{limit:.12g}") for limit in (*axes[0].get_xlim(), *axes[0].get_ylim())],
    }
