"""Check the parameters that a note or a variant gives against those of a script, and convert them."""

from ast import literal_eval
from collections.abc import Iterable, Mapping
from typing import Any

from hortus.core.hints import near_hint


def fit_parameters(
    given: Mapping[str, Any], defaults: Mapping[str, Any]
) -> tuple[dict[str, Any], list[tuple[str, str, str]]]:
    """Convert *given* to the types of *defaults*; return it with ``(message, hint, name)`` of invalid parameters.

    >>> fit_parameters({"depth": "3", "sed": 1}, {"depth": 2, "seed": 0})
    ({'depth': 3}, [('no parameter "sed"', 'did you mean "seed"?', 'sed')])
    """
    fitting, issues = {}, []
    for name, value in given.items():
        if name not in defaults:
            issues.append((f'no parameter "{name}"', known_hint(name, defaults), name))
            continue
        try:
            fitting[name] = finite(_fit(value, defaults[name]))
        except (TypeError, ValueError, LookupError):
            kind = type(defaults[name]).__name__
            hint = f"it is {kind}, by default {defaults[name]!r}"
            issues.append((f'parameter "{name}" cannot be {value!r}', hint, name))
    return fitting, issues


def finite(value: Any) -> Any:
    """Return *value*; raise ValueError if it has no literal, like infinity (``1e999``) and ``float("nan")``."""
    literal_eval(repr(value))
    return value


def _fit(value: Any, default: Any) -> Any:
    if default is None or type(value) is type(default):
        return value
    if isinstance(default, bool):
        return {"true": True, "false": False}[value.lower()] if isinstance(value, str) else _refuse()
    if isinstance(default, int | float) and isinstance(value, str):
        return type(default)(value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if isinstance(default, str) and isinstance(value, int | float):
        return str(value)
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(value)
    return _refuse()


def _refuse() -> Any:
    raise TypeError


def known_hint(name: str, known: Iterable[str]) -> str:
    """Return a hint with the most similar of the *known* names, or with all of them."""
    return near_hint(name, known, f"there is {', '.join(sorted(known)) or 'none'}")
