"""Functions of numbers in Bases."""

from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor, isfinite
from typing import Any

from hortus.queries.dates import epoch
from hortus.queries.functions.registry import MANY, function, method, number_of, whole
from hortus.queries.values import Date, QueryError, Value, number_text, type_name

DIGITS = 100
"""The most decimal places, as in JavaScript."""


@method("abs", float)
def absolute(env: Any, number: float) -> Value:
    return abs(number)


@method("ceil", float)
def ceil_(env: Any, number: float) -> Value:
    return float(ceil(number)) if isfinite(number) else number


@method("floor", float)
def floor_(env: Any, number: float) -> Value:
    return float(floor(number)) if isfinite(number) else number


@method("round", float, 0, 1)
def round_(env: Any, number: float, digits: Value = 0.0) -> Value:
    """Round a half up, as JavaScript does: ``(-2.5).round()`` is -2."""
    return rounded(number, whole(digits))


def rounded(number: float, places: int) -> float:
    """Round to decimal places; a half goes up.

    >>> rounded(2.5, 0), rounded(-2.5, 0), rounded(2.3333, 2), rounded(1.005, 2)
    (3.0, -2.0, 2.33, 1.01)
    """
    if not isfinite(number) or abs(places) > DIGITS:
        return number
    if not places:
        return float(floor(number + 0.5))
    exact = Decimal(repr(number)).scaleb(places)
    below = exact.to_integral_value(rounding="ROUND_FLOOR")
    return float((below + (1 if exact - below >= Decimal("0.5") else 0)).scaleb(-places))


@method("toFixed", float, 0, 1)
def to_fixed(env: Any, number: float, digits: Value = 0.0) -> Value:
    places = whole(digits)
    if not 0 <= places <= DIGITS:
        raise QueryError(f"`toFixed` takes 0 to {DIGITS} places")
    if not isfinite(number) or abs(number) >= 1e21:
        return number_text(number)
    fixed = Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(fixed) if not fixed and number >= 0 else fixed:f}"


@function("number", 1)
def number(env: Any, value: Value) -> Value:
    """Return a value as a number: dates as milliseconds since 1970, true as 1, texts as what they say."""
    if value is None or type(value) is float:
        return value
    if type(value) is bool:
        return float(value)
    if isinstance(value, Date):
        return epoch(value)
    if type(value) is str:
        try:
            return float(value.strip().replace("_", "x") or "x")
        except ValueError:
            raise QueryError(f"`{value[:40]}` is not a number") from None
    raise QueryError(f"a {type_name(value)} is not a number")


def _numbers(values: tuple[Value, ...]) -> list[float]:
    return [number_of(value) for value in values if value is not None]


@function("max", 1, MANY)
def max_(env: Any, *values: Value) -> Value:
    return max(_numbers(values), default=None)


@function("min", 1, MANY)
def min_(env: Any, *values: Value) -> Value:
    return min(_numbers(values), default=None)
