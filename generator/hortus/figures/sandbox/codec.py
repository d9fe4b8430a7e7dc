"""Encode and decode results of `compute` without pickle: structure as JSON, arrays as npy.

The first line is JSON, followed by the arrays. The same result gives the same bytes.
NumPy numbers become Python numbers, tensors become arrays: a script always gets its result as restored here,
whether it was just computed or cached.
"""

import io
import json
from typing import Any

import numpy as np


def encode(value: Any) -> bytes:
    arrays: list[np.ndarray] = []
    structure = json.dumps(_pack(value, arrays, "result"), ensure_ascii=False).encode()
    stream = io.BytesIO()
    stream.write(structure + b"\n")
    for array in arrays:
        np.lib.format.write_array(stream, array, allow_pickle=False)
    return stream.getvalue()


def decode(data: bytes) -> Any:
    stream = io.BytesIO(data)
    structure = json.loads(stream.readline())
    arrays: list[np.ndarray] = []
    end = len(data)
    while stream.tell() < end:
        arrays.append(np.lib.format.read_array(stream, allow_pickle=False))
    return _unpack(structure, arrays)


def _pack(value: Any, arrays: list[np.ndarray], place: str) -> Any:
    """Return a JSON value: plain values unchanged, others as an object with one key, their kind."""
    if hasattr(value, "detach"):  # a tensor
        value = value.detach().cpu().resolve_conj().numpy()
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(f"{place} is an array of objects, which cannot be cached")
        arrays.append(np.ascontiguousarray(value).reshape(value.shape))
        return {"array": len(arrays) - 1}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, list | tuple):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_pack(item, arrays, f"{place}[{i}]") for i, item in enumerate(value)]}
    if isinstance(value, dict):
        return {"dict": [_pack_item(*item, arrays, place) for item in value.items()]}
    raise TypeError(f"{place} is a {type(value).__name__}, which cannot be cached: return numbers, text or arrays")


def _pack_item(key: Any, value: Any, arrays: list[np.ndarray], place: str) -> list[Any]:
    if not isinstance(key, str | int | float | tuple | np.generic):
        raise TypeError(f"{place} has the key {key!r}, which cannot be cached")
    return [_pack(key, arrays, place), _pack(value, arrays, f"{place}[{key!r}]")]


def _unpack(packed: Any, arrays: list[np.ndarray]) -> Any:
    if not isinstance(packed, dict):
        return packed
    ((kind, inner),) = packed.items()
    match kind:
        case "array":
            return arrays[inner]
        case "complex":
            return complex(*inner)
        case "list":
            return [_unpack(item, arrays) for item in inner]
        case "tuple":
            return tuple(_unpack(item, arrays) for item in inner)
        case "dict":
            return {_unpack(key, arrays): _unpack(item, arrays) for key, item in inner}
    raise ValueError(f"unknown kind {kind!r}")
