"""Dataview's functions of texts. (blacksmithgu.github.io/obsidian-dataview, "Functions"; Dataview 0.5.67.)"""

from typing import Any

from hortus.queries.compare import dataview_type
from hortus.queries.functions.registry import dataview, text_given, whole
from hortus.queries.texts import dataview_text
from hortus.queries.values import LONGEST_TEXT, QueryError, Value, bounded, check_length, listed


@dataview("string", 1)
def string(env: Any, value: Value) -> Value:
    return dataview_text(value)


@dataview("lower", 1, vector=[0], nulls=[0])
def lower(env: Any, text: Value) -> Value:
    return bounded(text_given(text).lower())


@dataview("upper", 1, vector=[0], nulls=[0])
def upper(env: Any, text: Value) -> Value:
    return bounded(text_given(text).upper())


@dataview("startswith", 2, vector=[0, 1], nulls=[0, 1])
def startswith(env: Any, text: Value, part: Value) -> Value:
    return text_given(text).startswith(text_given(part))


@dataview("endswith", 2, vector=[0, 1], nulls=[0, 1])
def endswith(env: Any, text: Value, part: Value) -> Value:
    return text_given(text).endswith(text_given(part))


@dataview("replace", 3, vector=[0, 1, 2], nulls=[0, 1, 2])
def replace(env: Any, text: Value, old: Value, new: Value) -> Value:
    value, part, by = text_given(text), text_given(old), text_given(new)
    env.spend(len(value) / 20)
    if not part:
        return value
    check_length(value.count(part) * len(by))
    return bounded(value.replace(part, by))


@dataview("regextest", 2, vector=[0, 1])
def regextest(env: Any, pattern: Value, text: Value) -> Value:
    if pattern is None or text is None:
        return False
    env.spend(len(text_given(text)) / 20)
    return env.expression(text_given(pattern)).matches(text_given(text))


@dataview("regexmatch", 2, vector=[0, 1])
def regexmatch(env: Any, pattern: Value, text: Value) -> Value:
    """Return whether an expression matches all of a text."""
    if pattern is None or text is None:
        return False
    source = text_given(pattern)
    if not source.startswith("^") and not source.endswith("$"):
        source = f"^{source}$"
    env.spend(len(text_given(text)) / 20)
    return env.expression(source).matches(text_given(text))


@dataview("regexreplace", 3, vector=[0, 1, 2], nulls=[0, 1, 2])
def regexreplace(env: Any, text: Value, pattern: Value, by: Value) -> Value:
    env.spend(len(text_given(text)) / 20)
    return bounded(env.expression(text_given(pattern)).replaced(text_given(by), text_given(text), every=True))


@dataview("split", 2, 3, nulls=[0, 1])
def split(env: Any, text: Value, pattern: Value, most: Value = None) -> Value:
    """Cut at each match of a regular expression; *most*: only so many parts from the start."""
    env.spend(len(text_given(text)) / 20)
    parts = env.expression(text_given(pattern)).split(text_given(text))
    return listed(parts if most is None else parts[: max(0, whole(most))])


@dataview("substring", 2, 3, vector=[0], nulls=[0])
def substring(env: Any, text: Value, start: Value, end: Value = None) -> Value:
    value = text_given(text)
    first, last = whole(start), len(value) if end is None else whole(end)
    first, last = sorted((max(0, first), max(0, last)))
    return value[first:last]


@dataview("truncate", 2, 3, vector=[0, 1, 2], nulls=[0])
def truncate(env: Any, text: Value, length: Value, suffix: Value = "...") -> Value:
    value, most, end = text_given(text), whole(length), text_given(suffix)
    return value if len(value) <= most else value[: max(0, most - len(end))] + end


def _padding(text: Value, length: Value, by: Value) -> str:
    count, unit = whole(length) - len(text_given(text)), text_given(by) or " "
    if count > LONGEST_TEXT:
        raise QueryError(f"a text can be padded to {LONGEST_TEXT:,} characters at most")
    return (unit * (max(0, count) // len(unit) + 1))[: max(0, count)]


@dataview("padleft", 2, 3, vector=[0, 1, 2], nulls=[0, 1])
def padleft(env: Any, text: Value, length: Value, by: Value = " ") -> Value:
    return _padding(text, length, by) + text_given(text)


@dataview("padright", 2, 3, vector=[0, 1, 2], nulls=[0, 1])
def padright(env: Any, text: Value, length: Value, by: Value = " ") -> Value:
    return text_given(text) + _padding(text, length, by)


@dataview("containsword", 2, vector=[0, 1], nulls=[0, 1])
def containsword(env: Any, text: Value, word: Value) -> Value:
    """Return whether a text has a word, compared without case."""
    wanted = "".join(f"\\{sign}" if not sign.isalnum() and sign != "_" else sign for sign in text_given(word))
    env.spend(len(text_given(text)) / 20)
    return env.expression(rf"(?:^|[^\w]){wanted}(?:$|[^\w])", "i").matches(text_given(text))


@dataview("typeof", 1)
def typeof(env: Any, value: Value) -> Value:
    return dataview_type(value)
