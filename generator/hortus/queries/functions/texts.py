"""Functions of texts in Bases."""

from typing import Any

from hortus.queries.functions.registry import ANY, MANY, function, method, text_given, whole
from hortus.queries.patterns import Expression
from hortus.queries.texts import text_of
from hortus.queries.values import Value, bounded, check_length, is_truthy, listed, type_name

ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


@method("isTruthy", ANY)
def is_truthy_(env: Any, value: Value) -> Value:
    return is_truthy(value)


@method("isType", ANY, 1)
def is_type(env: Any, value: Value, name: Value) -> Value:
    return type_name(value) == text_given(name).lower()


@method("toString", ANY)
def to_string(env: Any, value: Value) -> Value:
    return text_of(value)


@method("isEmpty", ANY)
def is_empty(env: Any, value: Value) -> Value:
    """Return whether a text, list or object has nothing in it, or the value is absent."""
    return value is None or (type(value) in (str, tuple, dict) and not value)


@function("escapeHTML", 1)
def escape_html(env: Any, text: Value) -> Value:
    return bounded("".join(ENTITIES.get(sign, sign) for sign in text_given(text)))


@method("contains", str, 1)
def contains(env: Any, text: str, part: Value) -> Value:
    return part is not None and text_given(part) in text


@method("containsAll", str, 1, MANY)
def contains_all(env: Any, text: str, *parts: Value) -> Value:
    return all(contains(env, text, part) for part in parts)


@method("containsAny", str, 1, MANY)
def contains_any(env: Any, text: str, *parts: Value) -> Value:
    return any(contains(env, text, part) for part in parts)


@method("endsWith", str, 1)
def ends_with(env: Any, text: str, part: Value) -> Value:
    return part is not None and text.endswith(text_given(part))


@method("startsWith", str, 1)
def starts_with(env: Any, text: str, part: Value) -> Value:
    return part is not None and text.startswith(text_given(part))


@method("lower", str)
def lower(env: Any, text: str) -> Value:
    return bounded(text.lower())


@method("title", str)
def title(env: Any, text: str) -> Value:
    """Write the first letter of each word in upper case, and the rest as it is in lower case."""
    words = bounded(text.lower()).split(" ")
    return " ".join(word[:1].upper() + word[1:] for word in words)


@method("trim", str)
def trim(env: Any, text: str) -> Value:
    return text.strip()


@method("reverse", str)
def reverse(env: Any, text: str) -> Value:
    return text[::-1]


@method("repeat", str, 1)
def repeat(env: Any, text: str, count: Value) -> Value:
    times = max(0, whole(count))
    check_length(len(text) * times)
    env.spend(len(text) * times / 100)
    return text * times


@method("slice", str, 1, 2)
def slice_(env: Any, text: str, start: Value, end: Value = None) -> Value:
    return text[whole(start) : None if end is None else whole(end)]


@method("split", str, 1, 2)
def split(env: Any, text: str, by: Value, most: Value = None) -> Value:
    """Cut at a text or a regular expression; *most*: only so many parts from the start."""
    env.spend(len(text) / 20)
    if isinstance(by, Expression):
        parts: list[str] = by.split(text)
    else:
        separator = text_given(by)
        parts = text.split(separator) if separator else list(text)
    return listed(parts if most is None else parts[: max(0, whole(most))])


@method("replace", str, 2)
def replace(env: Any, text: str, pattern: Value, by: Value) -> Value:
    """Replace every occurrence of a text, or what a regular expression matches (all of it with the flag ``g``)."""
    env.spend(len(text) / 20)
    new = text_given(by)
    if isinstance(pattern, Expression):
        return bounded(pattern.replaced(new, text, pattern.every))
    old = text_given(pattern)
    check_length(text.count(old) * len(new))
    return bounded(text.replace(old, new))


@method("matches", Expression, 1)
def matches(env: Any, pattern: Expression, text: Value) -> Value:
    value = text_given(text)
    env.spend(len(value) / 20)
    return pattern.matches(value)
