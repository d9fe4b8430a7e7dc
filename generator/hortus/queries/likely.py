"""The files that the filters of a base can let pass, found by indexes, so that the others need no test.

A condition that no index knows lets every file pass. Indexes may name too many files, never too few: each file that is
found is still tested. They are made once for all queries of a vault.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from hortus.core.keys import fold, tag_key
from hortus.queries.base_parts import PREFIXES, Filter, Formula
from hortus.queries.env import Env
from hortus.queries.functions.constructors import link
from hortus.queries.texts import text_of
from hortus.queries.tree import Binary, Call, Index, Literal, Member, Name, Node
from hortus.queries.values import File, Link, This, Value

Paths = frozenset[str]
RESERVED = frozenset({*PREFIXES, "this"})
"""Names that are not properties."""
CONTAINS = frozenset({"contains", "containsAny"})


def likely(paths: Sequence[str], filters: Sequence[Filter], env: Env) -> Sequence[str]:
    """Return those of *paths*, which are all files, that can pass all filters; sorted, as all files are."""
    found = _all_of(_of_filter(one, env) for one in filters)
    return paths if found is None else sorted(found)


def _all_of(parts: Iterator[Paths | None]) -> Paths | None:
    """Return the files that are in every part; None where no part is known."""
    known = [part for part in parts if part is not None]
    return frozenset.intersection(*known) if known else None


def _any_of(parts: Iterator[Paths | None]) -> Paths | None:
    """Return the files that are in any part; None where a part is unknown."""
    found: set[str] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


def _of_filter(found: Filter | Formula, env: Env) -> Paths | None:
    if isinstance(found, Formula):
        return _of_node(found.tree, env)
    if found.join == "not":
        return None
    return (_any_of if found.join == "or" else _all_of)(_of_filter(part, env) for part in found.parts)


def _of_node(node: Node, env: Env) -> Paths | None:
    if isinstance(node, Binary) and node.op in ("&&", "||"):
        sides = (_of_node(side, env) for side in (node.left, node.right))
        return (_any_of if node.op == "||" else _all_of)(sides)
    if isinstance(node, Binary) and node.op == "==":
        found = _equal(node.left, node.right, env)
        return _equal(node.right, node.left, env) if found is None else found
    if not isinstance(node, Call) or node.of is None:
        return None
    constants = [_constant(one, env) for one in node.arguments]
    if None in constants or not constants:
        return None
    if isinstance(node.of, Name) and node.of.name == "file":
        read = FILE.get(node.name)
        return read(env, constants) if read else None
    listed = _property_list(node.of, env) if node.name in CONTAINS else None
    return _any_of(listed[0].find(one, listed[1]) for one in constants) if listed else None


def _constant(node: Node, env: Env) -> Value:
    """Return the value of a text, a number, `this`, `this.file` or a link to a text; None for any other node."""
    if isinstance(node, Literal):
        return node.value if type(node.value) in (str, float) else None
    if isinstance(node, Name):
        return This(env.this) if node.name == "this" else None
    if isinstance(node, Member) and isinstance(node.of, Name) and (node.of.name, node.name) == ("this", "file"):
        return File(env.this)
    if isinstance(node, Call) and node.of is None and node.name == "link" and len(node.arguments) == 1:
        given = _constant(node.arguments[0], env)
        return link(env, given) if type(given) is str else None
    return None


def _tagged(env: Env, names: Sequence[Value]) -> Paths | None:
    if not all(type(name) is str for name in names):
        return None
    return frozenset().union(*(env.tagged(tag_key(name.removeprefix("#"))) for name in names))


def _below(env: Env, names: Sequence[Value]) -> Paths | None:
    place = fold(names[0].strip("/")) if type(names[0]) is str else ""
    return env.below(place) if place else None


def _linking(env: Env, targets: Sequence[Value]) -> Paths | None:
    """Return the files that link to a file; to one that does not exist by its name as written."""
    if type(targets[0]) is float:
        return None
    target = link(env, targets[0])
    paths = env.world.files()
    env.world.links("")  # asked also where the table is known
    table = env.shared(("linking",), lambda: _by_link(env, paths))
    return frozenset(table.get(target.path or ("", fold(target.target)), ()))


def _by_link(env: Env, paths: Sequence[str]) -> dict[Hashable, set[str]]:
    found: dict[Hashable, set[str]] = {}
    for path in paths:
        for key in (*env.linked(path), *(("", name) for name in env.unwritten(path))):
            found.setdefault(key, set()).add(path)
    return found


FILE: dict[str, Callable[[Env, Sequence[Value]], Paths | None]] = {
    "hasTag": _tagged,
    "inFolder": _below,
    "hasLink": _linking,
}
"""The conditions on `file` that an index knows."""


@dataclass(slots=True)
class PropertyIndex:
    """The files by the values of one property, those in lists as well."""

    by_key: dict[Hashable, set[str]] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)
    """Files where the property is no list and no link: a text may contain others, and a number is an error."""
    others: set[str] = field(default_factory=set)
    """Files with a value that is not compared by a key, such as a date."""

    def add(self, path: str, value: Value) -> None:
        if type(value) is not tuple and type(value) is not Link:
            self.single.add(path)
        for item in value if type(value) is tuple else (value,):
            keys = _keys(item)
            if keys is None:
                self.others.add(path)
            for key in keys or ():
                self.by_key.setdefault(key, set()).add(path)

    def find(self, wanted: Value, strict: bool = True) -> Paths | None:
        """Return the files whose property can equal or contain a value; not *strict*: or be what `contains` is for."""
        keys = _keys(wanted)
        if keys is None:
            return None
        found = self.others.union(*(self.by_key.get(key, ()) for key in keys))
        return frozenset(found if strict else found | self.single)


def _keys(value: Value) -> tuple[Hashable, ...] | None:
    """Return keys of which equal values have one in common; None for a value that is not compared by keys."""
    kind = type(value)
    if kind is str:
        return (("text", fold(value)),)
    if kind is float or kind is bool:
        return ((kind, value),)
    if isinstance(value, File):
        return (("text", value.path),)
    if kind is Link:
        return ("text", value.path), ("text", fold(value.target)), ("text", fold(text_of(value)))
    return None


def _property(node: Node) -> str:
    """Return the key of the property that a node reads; empty if it is none."""
    name = ""
    if isinstance(node, Name) and node.name not in RESERVED:
        name = node.name
    elif isinstance(node, Member | Index) and isinstance(node.of, Name) and node.of.name == "note":
        key = node.name if isinstance(node, Member) else node.key.value if isinstance(node.key, Literal) else ""
        name = key if type(key) is str else ""
    return fold(name.strip())


def _index(name: str, env: Env) -> PropertyIndex:
    paths, world = env.world.files(), env.world
    world.properties("").get(name)  # asked also where the table is known

    def make() -> PropertyIndex:
        index = PropertyIndex()
        for path in paths:
            if (value := world.properties(path).get(name)) is not None:
                index.add(path, value)
        return index

    return env.shared(("property", name), make)


def _equal(node: Node, other: Node, env: Env) -> Paths | None:
    """Return the files whose property *node* can equal the constant *other*."""
    name, constant = _property(node), _constant(other, env)
    return _index(name, env).find(constant) if name and constant is not None else None


def _property_list(node: Node, env: Env) -> tuple[PropertyIndex, bool] | None:
    """Return the index of a property, and whether it is certainly a list: ``list(name)``."""
    strict = isinstance(node, Call) and node.of is None and node.name == "list" and len(node.arguments) == 1
    name = _property(node.arguments[0] if isinstance(node, Call) and strict else node)
    return (_index(name, env), strict) if name else None
