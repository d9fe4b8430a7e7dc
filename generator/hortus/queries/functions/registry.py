"""Where functions are registered: Bases' global functions and methods by type, and Dataview's functions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hortus.queries.compare import as_date
from hortus.queries.fields import wikilink
from hortus.queries.texts import text_of
from hortus.queries.values import Date, File, Link, QueryError, Tag, Value, type_name

ANY = object
"""The type of methods that every value has."""
MANY = 1000
"""The highest number of arguments of functions that take any number."""


@dataclass(frozen=True, slots=True)
class Function:
    """*run* gets the environment, for methods the value, and the values of the arguments; functions, where *lazy*."""

    name: str
    run: Callable[..., Value]
    low: int
    high: int
    lazy: bool = False
    vector: tuple[int, ...] = ()
    """Of Dataview: the arguments that may be lists, for each of whose items the function is called."""
    nulls: tuple[int, ...] = ()
    """Of Dataview: the arguments of which none may be null; otherwise the result is null."""


GLOBALS: dict[str, Function] = {}
METHODS: dict[str, dict[type, Function]] = {}
DATAVIEW: dict[str, Function] = {}
Register = Callable[[Callable[..., Value]], Callable[..., Value]]


def function(name: str, low: int, high: int = -1, lazy: bool = False) -> Register:
    """Register a global function of Bases."""

    def register(run: Callable[..., Value]) -> Callable[..., Value]:
        GLOBALS[name] = Function(name, run, low, low if high < 0 else high, lazy)
        return run

    return register


def method(name: str, kinds: type | Sequence[type], low: int = 0, high: int = -1, lazy: bool = False) -> Register:
    """Register a method of Bases for one type or several."""

    def register(run: Callable[..., Value]) -> Callable[..., Value]:
        for kind in [kinds] if isinstance(kinds, type) else kinds:
            METHODS.setdefault(name, {})[kind] = Function(name, run, low, low if high < 0 else high, lazy)
        return run

    return register


def dataview(name: str, low: int, high: int = -1, vector: Iterable[int] = (), nulls: Iterable[int] = ()) -> Register:
    """Register a function of Dataview."""

    def register(run: Callable[..., Value]) -> Callable[..., Value]:
        most = low if high < 0 else high
        DATAVIEW[name] = Function(name, run, low, most, False, tuple(vector), tuple(nulls))
        return run

    return register


def check_count(found: Function, count: int) -> str:
    """Return what is wrong with a number of arguments; empty if nothing is."""
    if found.low <= count <= found.high:
        return ""
    if found.high >= MANY:
        wanted = f"at least {found.low}"
    else:
        wanted = str(found.low) if found.low == found.high else f"{found.low} to {found.high}"
    plural = "" if wanted in ("1", "at least 1") else "s"
    return f"`{found.name}` takes {wanted} argument{plural}, not {count}"


def number_of(value: Value, what: str = "a number") -> float:
    """Return a number, or raise QueryError."""
    if type(value) is float:
        return value
    if type(value) is bool:
        return float(value)
    raise QueryError(f"{what} is expected, not a {type_name(value)}")


def whole(value: Value, what: str = "a number") -> int:
    """Return a number without its fraction, or raise QueryError; what is not finite is 0."""
    number = number_of(value, what)
    return int(max(-1e9, min(1e9, number))) if number == number else 0


def text_given(value: Value) -> str:
    """Return text, or the text of a link, tag or number where text is expected."""
    if type(value) is str:
        return value
    if value is None or type(value) in (float, bool, Link, Tag):
        return text_of(value)
    raise QueryError(f"a text is expected, not a {type_name(value)}")


def date_given(value: Value) -> Date:
    """Return a date, also that which a text is, or raise QueryError."""
    found = as_date(value)
    if found is None:
        raise QueryError(f"a date is expected, not a {type_name(value)}")
    return found


def path_given(env: Any, value: Value) -> str:
    """Return the path of a file, link or text; empty if there is no such file."""
    if isinstance(value, File | Link):
        return value.path
    if type(value) is str:
        return written_link(env, value).path
    raise QueryError(f"a file is expected, not a {type_name(value)}")


def written_link(env: Any, text: str) -> Link:
    """Read ``[[target#anchor|label]]``, a target alone, or an address."""
    inner = text.strip().removeprefix("!")
    bracketed = inner.startswith("[[") and inner.endswith("]]")
    inner = inner[2:-2] if bracketed else inner
    if "://" in inner or inner.startswith("mailto:"):
        return Link(inner)
    found = wikilink(inner, bracketed and text.strip().startswith("!"))
    return env.link(found.target, found.anchor, found.display, found.embed)
