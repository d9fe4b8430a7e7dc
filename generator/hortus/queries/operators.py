"""Arithmetic and comparison in Bases and Dataview."""

from collections.abc import Callable
from math import fmod, inf, nan

from hortus.queries.compare import as_duration, as_number, comparable, equal, order_key
from hortus.queries.dates import between, milliseconds, shifted
from hortus.queries.texts import dataview_text, text_of
from hortus.queries.values import (
    LONGEST_TEXT,
    Date,
    Duration,
    Link,
    QueryError,
    Tag,
    Value,
    bounded,
    check_length,
    listed,
    type_name,
)

TEXTS = (str, Tag, Link)


def divided(left: float, right: float) -> float:
    """Divide as JavaScript does: by zero, the result is infinite, or no number."""
    if right:
        return left / right
    return nan if not left or left != left else inf if left > 0 else -inf


def remainder(left: float, right: float) -> float:
    return fmod(left, right) if right and abs(left) != inf else nan


def scaled(duration: Duration, by: float) -> Duration:
    return Duration(duration.months * by, duration.seconds * by)


def added(left: Duration, right: Duration, sign: int = 1) -> Duration:
    return Duration(left.months + sign * right.months, left.seconds + sign * right.seconds)


def _refused(sign: str, left: Value, right: Value, hint: str = "") -> QueryError:
    return QueryError(f"`{sign}` cannot join a {type_name(left)} and a {type_name(right)}", hint=hint)


def plus(left: Value, right: Value) -> Value:
    """Add numbers, or a duration to a date; join texts. Absent values are empty texts, and make sums absent."""
    one, other = type(left), type(right)
    if one is float and other is float:
        return left + right
    if one is Date and (by := as_duration(right)) is not None:
        return shifted(left, by)
    if one is Duration and isinstance(right, Date):
        return shifted(right, left)
    if one is Duration and isinstance(right, Duration):
        return added(left, right)
    if one in TEXTS or other in TEXTS:
        return bounded(text_of(left) + text_of(right))
    if left is None or right is None:
        return None
    if one in (bool, float) and other in (bool, float):
        return float(left) + float(right)
    raise _refused("+", left, right)


def minus(left: Value, right: Value) -> Value:
    one = type(left)
    if one is float and type(right) is float:
        return left - right
    if one is Date and isinstance(right, Date):
        return milliseconds(left, right)
    if one is Date and (by := as_duration(right)) is not None:
        return shifted(left, by, -1)
    if one is Duration and (by := as_duration(right)) is not None:
        return added(left, by, -1)
    return _numeric("-", left, right, lambda a, b: a - b)


def times(left: Value, right: Value) -> Value:
    if type(left) is float and type(right) is float:
        return left * right
    if type(left) is Duration and type(right) is float:
        return scaled(left, right)
    if type(right) is Duration and type(left) is float:
        raise _refused("*", left, right, "the duration must be on the left")
    return _numeric("*", left, right, lambda a, b: a * b)


def over(left: Value, right: Value) -> Value:
    if type(left) is float and type(right) is float:
        return divided(left, right)
    if type(left) is Duration and type(right) is float and right:
        return scaled(left, 1 / right)
    return _numeric("/", left, right, divided)


def modulo(left: Value, right: Value) -> Value:
    return _numeric("%", left, right, remainder)


def _numeric(sign: str, left: Value, right: Value, run: Callable[[float, float], float]) -> Value:
    if left is None or right is None:
        return None
    one, other = as_number(left), as_number(right)
    if one is not None and other is not None:
        return run(one, other)
    raise _refused(sign, left, right)


BASES = {
    "+": plus,
    "-": minus,
    "*": times,
    "/": over,
    "%": modulo,
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": lambda left, right: (pair := comparable(left, right)) is not None and pair[0] < pair[1],
    ">": lambda left, right: (pair := comparable(left, right)) is not None and pair[0] > pair[1],
    "<=": lambda left, right: (pair := comparable(left, right)) is not None and pair[0] <= pair[1],
    ">=": lambda left, right: (pair := comparable(left, right)) is not None and pair[0] >= pair[1],
}


def dataview_plus(left: Value, right: Value) -> Value:
    one, other = type(left), type(right)
    if one is float and other is float:
        return left + right
    if one in (str, Tag) or other in (str, Tag):
        return bounded(dataview_text(left) + dataview_text(right))
    if one is Date and other is Duration:
        return shifted(left, right)
    if one is Duration and other in (Date, Duration):
        return shifted(right, left) if other is Date else added(left, right)
    if one is tuple and other is tuple:
        return listed(left + right)
    if one is dict and other is dict:
        return {**left, **right}
    return _null("+", left, right)


def dataview_minus(left: Value, right: Value) -> Value:
    one, other = type(left), type(right)
    if one is float and other is float:
        return left - right
    if one is Date and other is Date:
        return between(left, right)
    if one is Date and other is Duration:
        return shifted(left, right, -1)
    if one is Duration and other is Duration:
        return added(left, right, -1)
    return _null("-", left, right)


def dataview_times(left: Value, right: Value) -> Value:
    if type(left) is float and type(right) is not float:
        left, right = right, left
    if type(right) is float:
        if type(left) is float:
            return left * right
        if type(left) is Duration:
            return scaled(left, right)
        if type(left) is str:
            count = max(0, int(right)) if abs(right) < LONGEST_TEXT else LONGEST_TEXT
            check_length(len(left) * count)
            return left * count
    return _null("*", left, right)


def dataview_over(left: Value, right: Value) -> Value:
    if type(right) is float:
        if type(left) is float:
            return divided(left, right)
        if type(left) is Duration and right:
            return scaled(left, 1 / right)
    return _null("/", left, right)


def dataview_modulo(left: Value, right: Value) -> Value:
    if type(left) is float and type(right) is float:
        return remainder(left, right)
    return _null("%", left, right)


def _null(sign: str, left: Value, right: Value) -> Value:
    """Return null where one operand is absent; otherwise the types do not fit."""
    if left is None or right is None:
        return None
    raise _refused(sign, left, right)


def _before(left: Value, right: Value) -> bool:
    if type(left) is float and type(right) is float:
        return left < right
    return order_key(left) < order_key(right)


def _same(left: Value, right: Value) -> bool:
    kind = type(left)
    if kind is type(right) and kind in (float, str, bool):
        return left == right
    return order_key(left) == order_key(right)


DATAVIEW = {
    "+": dataview_plus,
    "-": dataview_minus,
    "*": dataview_times,
    "/": dataview_over,
    "%": dataview_modulo,
    "==": _same,
    "!=": lambda left, right: not _same(left, right),
    "<": _before,
    ">": lambda left, right: _before(right, left),
    "<=": lambda left, right: not _before(right, left),
    ">=": lambda left, right: not _before(left, right),
}
