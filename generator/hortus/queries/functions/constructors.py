"""Bases' global functions that make links, files, lists and what is shown."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from hortus.queries.functions.registry import function, path_given, text_given, written_link
from hortus.queries.texts import text_of
from hortus.queries.values import File, Html, Icon, Image, Link, QueryError, Value, is_truthy, type_name


@function("if", 2, 3, lazy=True)
def if_(
    env: Any, condition: Callable[..., Value], yes: Callable[..., Value], no: Callable[..., Value] | None = None
) -> Value:
    """Evaluate one of two expressions; without the second, null."""
    if is_truthy(condition(env)):
        return yes(env)
    return no(env) if no else None


@function("list", 1)
def list_(env: Any, value: Value) -> Value:
    """Return a list as it is, nothing as an empty list, and any other value in a list."""
    if type(value) is tuple:
        return value
    return () if value is None else (value,)


@function("link", 1, 2)
def link(env: Any, path: Value, display: Value = None) -> Value:
    if path is None:
        return None
    if isinstance(path, File):
        return env.link_to(path.path, display)
    found = path if isinstance(path, Link) else written_link(env, text_of(path))
    return found if display is None else Link(found.target, found.path, found.anchor, display)


@function("file", 1)
def file(env: Any, path: Value) -> Value:
    found = path_given(env, path) if path is not None else ""
    return File(found) if found else None


@function("image", 1)
def image(env: Any, source: Value) -> Value:
    if source is None or isinstance(source, Image):
        return source
    found = link(env, source)
    if not isinstance(found, Link):
        raise QueryError(f"a {type_name(source)} is not a picture")
    return Image(found)


@function("icon", 1)
def icon(env: Any, name: Value) -> Value:
    return Icon(text_given(name))


@function("html", 1)
def html(env: Any, text: Value) -> Value:
    return Html(text_given(text))


@function("random", 0)
def random(env: Any) -> Value:
    """Return a number from 0 to 1 that depends on the row's path alone, so that the same vault gives the same site."""
    return int.from_bytes(blake2b(env.path.encode(), digest_size=6).digest()) / 2**48
