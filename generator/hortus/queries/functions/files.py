"""Functions and fields of files and links in Bases."""

from collections.abc import Callable
from typing import Any

from hortus.core.keys import fold, folder, tag_key
from hortus.queries.functions.registry import MANY, method, path_given, text_given
from hortus.queries.values import File, Link, Tag, Value, basename, extension


@method("asFile", Link)
def as_file(env: Any, link: Link) -> Value:
    return File(link.path) if link.path else None


@method("linksTo", Link, 1)
def links_to(env: Any, link: Link, file: Value) -> Value:
    return bool(link.path) and has_link(env, File(link.path), file)


@method("asLink", File, 0, 1)
def as_link(env: Any, file: File, display: Value = None) -> Value:
    return env.link_to(file.path, display)


@method("hasLink", File, 1)
def has_link(env: Any, file: File, other: Value) -> Value:
    """Return whether a file links to another; a note that does not exist is compared by its name as written."""
    if other is None:
        return False
    path = path_given(env, other)
    if path:
        return path in env.linked(file.path)
    target = other.target if isinstance(other, Link) else other if type(other) is str else ""
    return bool(target) and fold(target.removeprefix("[[").removesuffix("]]")) in env.unwritten(file.path)


@method("hasProperty", File, 1)
def has_property(env: Any, file: File, name: Value) -> Value:
    return fold(text_given(name)) in env.world.properties(file.path)


@method("hasTag", File, 1, MANY)
def has_tag(env: Any, file: File, *names: Value) -> Value:
    """Return whether a file has one of the tags, or a tag below one."""
    tags = env.tags(file.path)
    for name in names:
        key = tag_key(text_given(name).removeprefix("#"))
        if key in tags or any(tag.startswith(f"{key}/") for tag in tags):
            return True
    return False


@method("inFolder", File, 1)
def in_folder(env: Any, file: File, name: Value) -> Value:
    place = text_given(name).strip("/")
    return not place or folder(file.path) == place or file.path.startswith(f"{place}/")


def _properties(env: Any, path: str) -> Value:
    names = env.world.names(path)
    return {names.get(name, name): value for name, value in env.world.properties(path).items()}


def distinct_links(env: Any, path: str, embeds: bool) -> tuple[Link, ...]:
    """Return the links of a note, those that mean the same once; *embeds*: only these."""
    found: dict[str, Link] = {}
    for link in env.world.links(path):
        if link.embed or not embeds:
            found.setdefault(link.path or fold(link.target), link)
    return tuple(found.values())


FIELDS: dict[str, Callable[[Any, str], Value]] = {
    "name": lambda env, path: path.rsplit("/", 1)[-1],
    "basename": lambda env, path: basename(path),
    "path": lambda env, path: path,
    "folder": lambda env, path: folder(path),
    "ext": lambda env, path: extension(path),
    "size": lambda env, path: env.world.size(path),
    "ctime": lambda env, path: env.world.created(path),
    "mtime": lambda env, path: env.world.changed(path),
    "tags": lambda env, path: tuple(map(Tag, env.world.tags(path))),
    "links": lambda env, path: distinct_links(env, path, False),
    "embeds": lambda env, path: distinct_links(env, path, True),
    "backlinks": lambda env, path: tuple(map(File, env.world.backlinks(path))),
    "properties": _properties,
    "file": lambda env, path: File(path),
}
"""The file properties of Bases; `folder` of a file in the vault's root is empty."""
