"""Trees become functions: compiled once, called for each row.

`Compiler` has what both languages share; `bases` and `dql` say what names, fields, operators and calls mean. What can
be known without a row, such as an unknown function or a wrong number of arguments, is a QueryError here; what depends
on values is raised when the function is called. Both name the characters of the source.
"""

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from hortus.queries.env import Env
from hortus.queries.patterns import Expression
from hortus.queries.tree import (
    Binary,
    Call,
    Index,
    Lambda,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    ObjectOf,
    Pattern,
    Unary,
    walk,
)
from hortus.queries.values import QueryError, Value, is_truthy

Run = Callable[[Env], Value]
Operation = Callable[[Value, Value], Value]


class Body(NamedTuple):
    """An expression that is evaluated for many items, and how many parts it has."""

    run: Run
    cost: int


Asked = dict[str, tuple[str, int, int]]
"""The properties that a query names, by folded name: as written, and where it is first used."""
QUICK: dict[tuple[str, type], Operation] = {
    ("==", float): operator.eq,
    ("==", str): operator.eq,
    ("!=", float): operator.ne,
    ("!=", str): operator.ne,
    ("<", float): operator.lt,
    (">", float): operator.gt,
    ("<=", float): operator.le,
    (">=", float): operator.ge,
    ("+", float): operator.add,
    ("-", float): operator.sub,
    ("*", float): operator.mul,
}
"""Operations of two values of one type that are Python's own in both languages."""


def located(error: QueryError, node: Node) -> QueryError:
    """Return an error with the place of *node*, unless it has one."""
    if error.start < 0:
        error.start, error.end = node.start, node.end
    return error


class Compiler:
    """Compiles the trees of one query."""

    operations: dict[str, Operation] = {}  # noqa: RUF012  # set once by each subclass

    def __init__(self) -> None:
        self.scope: tuple[str, ...] = ()
        """Names that are bound where the current node is: those of lambdas."""
        self.asked: Asked = {}

    def compile(self, node: Node) -> Run:
        """Return a function that evaluates a tree in an environment."""
        if isinstance(node, Literal):
            return self.literal(node)
        if isinstance(node, Name):
            return self.name(node)
        if isinstance(node, Member):
            return self.member(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Unary):
            return self._unary(node)
        if isinstance(node, Index):
            return self.index(node)
        if isinstance(node, ListOf):
            items = tuple(map(self.compile, node.items))
            return lambda env: tuple([item(env) for item in items])
        if isinstance(node, ObjectOf):
            pairs = tuple(zip(node.keys, map(self.compile, node.items), strict=True))
            return lambda env: {key: item(env) for key, item in pairs}
        if isinstance(node, Pattern):
            return self._pattern(node)
        assert isinstance(node, Lambda), node
        return self._lambda(node)

    def literal(self, node: Literal) -> Run:
        value = node.value
        return lambda env: value

    def name(self, node: Name) -> Run:
        raise NotImplementedError

    def member(self, node: Member) -> Run:
        raise NotImplementedError

    def index(self, node: Index) -> Run:
        raise NotImplementedError

    def call(self, node: Call) -> Run:
        raise NotImplementedError

    @contextmanager
    def bound(self, *names: str) -> Iterator[None]:
        """Bind names while an inner expression is compiled."""
        before, self.scope = self.scope, (*self.scope, *names)
        try:
            yield
        finally:
            self.scope = before

    def body(self, node: Node) -> Body:
        """Compile an expression that is evaluated for many items."""
        return Body(self.compile(node), sum(1 for _ in walk(node)))

    def _pattern(self, node: Pattern) -> Run:
        source, flags = node.source, node.flags
        try:
            Expression(source, flags)
        except QueryError as error:
            raise located(error, node) from None
        return lambda env: env.expression(source, flags)

    def _unary(self, node: Unary) -> Run:
        of = self.compile(node.of)
        if node.op == "!":
            return lambda env: not is_truthy(of(env))
        subtract = self.operations["-"]

        def negative(env: Env) -> Value:
            value = of(env)
            if type(value) is float:
                return -value
            try:
                return subtract(0.0, value)
            except QueryError as error:
                raise located(error, node) from None

        return negative

    def _binary(self, node: Binary) -> Run:
        left, right = self.compile(node.left), self.compile(node.right)
        if node.op == "&&":
            return lambda env: is_truthy(left(env)) and is_truthy(right(env))
        if node.op == "||":
            return lambda env: is_truthy(left(env)) or is_truthy(right(env))
        operation = self.operations[node.op]
        if isinstance(node.right, Literal) and not self.reads_literal(node.right):
            return self._with_constant(node, left, node.right.value)

        def binary(env: Env) -> Value:
            try:
                return operation(left(env), right(env))
            except QueryError as error:
                raise located(error, node) from None

        return binary

    def _with_constant(self, node: Binary, left: Run, constant: Value) -> Run:
        """Return an operation whose right side is a literal; most conditions are such."""
        operation, kind = self.operations[node.op], type(constant)
        quick = QUICK.get((node.op, kind), operation)

        def with_constant(env: Env) -> Value:
            value = left(env)
            if type(value) is kind:
                return quick(value, constant)
            try:
                return operation(value, constant)
            except QueryError as error:
                raise located(error, node) from None

        return with_constant

    def reads_literal(self, node: Literal) -> bool:
        """Return whether a literal depends on the environment, as a link does."""
        return False

    def _lambda(self, node: Lambda) -> Run:
        with self.bound(*node.names):
            body, cost = self.body(node.body)
        names = node.names

        def make(env: Env) -> Value:
            def call(*given: Value) -> Value:
                env.steps -= cost
                if env.steps < 0:
                    env.spend(0)
                before = env.locals
                env.locals = {**before, **dict(zip(names, given, strict=False))}
                try:
                    return body(env)
                finally:
                    env.locals = before

            return call

        return make
