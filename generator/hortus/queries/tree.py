"""Expression trees, the same for Bases and Dataview. *start* and *end* are characters of the expression's source."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from hortus.queries.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    """A regular expression as written between slashes."""

    source: str
    flags: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    """``of.name``; *start* is that of *of*, and *at* that of the name."""

    of: Node
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Index(Node):
    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``name(…)``, or ``of.name(…)``; *at* is where the name starts."""

    of: Node | None
    name: str
    at: int
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    op: str
    of: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ObjectOf(Node):
    keys: tuple[str, ...]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    names: tuple[str, ...]
    body: Node


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below *node*."""
    for one in fields(node):
        value = getattr(node, one.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Node))


def walk(node: Node) -> Iterator[Node]:
    """Yield *node* and all nodes below it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += children(node)


def depth_of(node: Node) -> int:
    """Return how many levels a tree has."""
    level, depth = [node], 0
    while level:
        level, depth = [child for one in level for child in children(one)], depth + 1
    return depth
