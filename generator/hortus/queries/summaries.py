"""Summaries of a column: the documented ones of Bases by name."""

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import median
from typing import Any

from hortus.queries.dates import milliseconds
from hortus.queries.functions.lists import distinct
from hortus.queries.functions.numbers import rounded
from hortus.queries.functions.texts import is_empty
from hortus.queries.values import Date, Duration, Value

Values = Sequence[Value]


def _numbers(values: Values) -> list[float]:
    return [value for value in values if type(value) is float]


def _days(values: Values) -> list[Date]:
    return sorted((value for value in values if isinstance(value, Date)), key=lambda date: date.at)


def _of_numbers(run: Callable[[list[float]], float]) -> Callable[[Any, Values], Value]:
    def summary(env: Any, values: Values) -> Value:
        numbers = _numbers(values)
        return rounded(float(run(numbers)), 10) if numbers else None

    return summary


def _deviation(numbers: list[float]) -> float:
    """Return the standard deviation of all values, not of a sample of them."""
    mean = sum(numbers) / len(numbers)
    return sqrt(sum((number - mean) ** 2 for number in numbers) / len(numbers))


def _range(env: Any, values: Values) -> Value:
    if numbers := _numbers(values):
        return rounded(max(numbers) - min(numbers), 10)
    days = _days(values)
    return Duration(0.0, milliseconds(days[-1], days[0]) / 1000) if days else None


def _earliest(env: Any, values: Values) -> Value:
    return next(iter(_days(values)), None)


def _latest(env: Any, values: Values) -> Value:
    return next(iter(_days(values)[::-1]), None)


def _count(test: Callable[[Value], bool]) -> Callable[[Any, Values], Value]:
    return lambda env, values: float(sum(1 for value in values if test(value)))


def _unique(env: Any, values: Values) -> Value:
    return float(len(distinct(env, tuple(value for value in values if not is_empty(env, value)))))


SUMMARIES: dict[str, Callable[[Any, Values], Value]] = {
    "Average": _of_numbers(lambda numbers: sum(numbers) / len(numbers)),
    "Min": _of_numbers(min),
    "Max": _of_numbers(max),
    "Sum": _of_numbers(sum),
    "Range": _range,
    "Median": _of_numbers(median),
    "Stddev": _of_numbers(_deviation),
    "Earliest": _earliest,
    "Latest": _latest,
    "Checked": _count(lambda value: value is True),
    "Unchecked": _count(lambda value: value is False),
    "Empty": _count(lambda value: bool(is_empty(None, value))),
    "Filled": _count(lambda value: not is_empty(None, value)),
    "Unique": _unique,
}
