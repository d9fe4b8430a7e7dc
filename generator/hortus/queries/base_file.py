"""A base understood: YAML in, its formulas, filters and views out, ready to be evaluated.

(help.obsidian.md, "Bases syntax" and "Views"; Obsidian 1.10.) What cannot be understood is a problem with its line and
column; the rest of the base works without it.
"""

from collections.abc import Iterator
from functools import lru_cache

from hortus.core.hints import code_hint
from hortus.queries.base_parts import Base, Column, Filter, Formula, View, column_id, column_name, cycle, problem_at
from hortus.queries.bases import BasesCompiler
from hortus.queries.bases_grammar import parse_bases
from hortus.queries.env import Env
from hortus.queries.evaluate import Run
from hortus.queries.result import Problem
from hortus.queries.summaries import SUMMARIES
from hortus.queries.tree import Member, Name, walk
from hortus.queries.values import QueryError, Reported, Value
from hortus.vault.frontmatter import Unreadable
from hortus.vault.yaml_nodes import Listing, Mapping, Node, Scalar, parse_nodes

KEYS = ("filters", "formulas", "properties", "summaries", "views", "display")
KEYS_HINT = "its keys are " + ", ".join(KEYS[:-1])
JOINS = ("and", "or", "not")
DIRECTIONS = ("ASC", "DESC")
LAYOUTS = ("table", "cards", "list")
MOST_FORMULAS = 500
OPTIONS = ("imageFit", "imageAspectRatio", "cardSize", "rowHeight", "markers", "indentProperties", "separator")
"""Keys of views that change only how they look."""
VIEW_KEYS = (
    "type", "name", "filters", "order", "sort", "groupBy", "limit", "summaries", "image", "columnSize", *OPTIONS
)  # fmt: skip


@lru_cache(maxsize=8)
def read_base(text: str) -> Base:
    """Understand the text of a base; the result is shared, as each of its views is evaluated in turn."""
    reader = _Reader(Base())
    try:
        root = parse_nodes(text)
    except Unreadable as error:
        line = min(error.line, text.rstrip().count("\n") + 1)
        reader.base.problems.append(Problem(line, 1, 1, f"this base cannot be read: {error}"))
        return reader.base
    if root is None:
        reader.base.problems.append(Problem(1, 1, 1, "this base is empty", "it needs at least `views:`"))
    elif not isinstance(root, Mapping):
        reader.wrong(root, "a base is a list of `name: value`", KEYS_HINT)
    else:
        reader.read(root)
    return reader.base


class _Reader:
    def __init__(self, base: Base):
        self.base = base
        self.names: dict[str, str] = {}
        """Display names by id."""
        self.own: dict[str, Formula] = {}
        """The base's own summaries."""

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        width = len(node.raw.split("\n")[0]) if isinstance(node, Scalar) else 1
        self.base.problems.append(Problem(node.line, node.column, max(width, 1), message, hint))

    def read(self, root: Mapping) -> None:
        for key, _ in root.pairs:
            if key.text not in KEYS:
                self.wrong(key, f"a base has no `{key.text}`", code_hint(key.text, KEYS, KEYS_HINT))
        for name in ("display", "properties"):
            self._names(self.mapping(root, name))
        self._formulas(self.mapping(root, "formulas"))
        for title, node in self.mapping(root, "summaries"):
            if found := self.expression(node, ("values",)):
                self.own[title.text] = found
        self.base.filter = self.filter(_value_of(root, "filters"))
        views = self.items(root, "views")
        self.base.views = tuple(view for node in views if (view := self._view(node)))
        if not self.base.views and not self.base.problems:
            self.wrong(root, "this base has no views", "add `views:` with at least one `- type: table`")

    def mapping(self, node: Mapping, key: str) -> tuple[tuple[Scalar, Node], ...]:
        """Return the names and values below a key; a value of another shape is a problem."""
        found = _value_of(node, key)
        if isinstance(found, Mapping):
            return found.pairs
        if found is not None:
            self.wrong(found, f"`{key}` is a list of `name: value`")
        return ()

    def items(self, node: Mapping, key: str) -> tuple[Node, ...]:
        found = _value_of(node, key)
        if isinstance(found, Listing):
            return found.items
        if found is not None:
            self.wrong(found, f"`{key}` is a list", "begin each item with `- `")
        return ()

    def _names(self, pairs: tuple[tuple[Scalar, Node], ...]) -> None:
        for key, node in pairs:
            named = node.get("displayName") if isinstance(node, Mapping) else node
            if isinstance(named, Scalar) and named.text:
                self.names[column_id(key.text)] = named.text

    def _formulas(self, pairs: tuple[tuple[Scalar, Node], ...]) -> None:
        formulas = self.base.formulas
        for name, _ in pairs[:MOST_FORMULAS]:
            formulas[name.text] = _refused(f"the formula `{name.text}` has a mistake")
        uses: dict[str, list[str]] = {}
        for name, node in pairs[:MOST_FORMULAS]:
            compiler = BasesCompiler(formulas)
            if found := self.expression(node, (), compiler):
                formulas[name.text] = _placed(found)
                uses[name.text] = compiler.formula_uses
        for name, _ in pairs:
            if name.text in uses and (loop := cycle(name.text, uses)):
                self.wrong(name, f"the formula `{name.text}` uses itself: {' → '.join([*loop, name.text])}")
                for one in loop:
                    formulas[one] = _refused(f"the formula `{one}` uses itself")
                    uses.pop(one, None)

    def expression(
        self, node: Node, names: tuple[str, ...] = (), compiler: BasesCompiler | None = None
    ) -> Formula | None:
        """Compile an expression; None if it is wrong, which is a problem."""
        if not isinstance(node, Scalar):
            self.wrong(node, "an expression is expected here", "write it as text, in quotes")
            return None
        compiler = compiler or BasesCompiler(self.base.formulas, names)
        try:
            tree = parse_bases(node.text)
            run = compiler.compile(tree)
        except QueryError as error:
            self.base.problems.append(problem_at(node, error))
            return None
        for key, (name, start, _) in compiler.asked.items():
            self.base.asked.setdefault(key, (name, node, start))
        return Formula(node, tree, run, sum(1 for _ in walk(tree)))

    def filter(self, node: Node | None) -> Filter | None:
        """Read a filter: a condition, or `and`, `or` and `not` of several. What is wrong lets no row through."""
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if isinstance(node, Scalar):
            found = self.expression(node)
            return Filter("and", (found,)) if found else Filter("or", ())
        if isinstance(node, Listing):
            return Filter("and", tuple(filter(None, map(self.filter, node.items))))
        parts = []
        for key, inner in node.pairs:
            if key.text not in JOINS:
                self.wrong(key, f"a filter has no `{key.text}`", "it is text, or a list below `and`, `or` or `not`")
                return Filter("or", ())
            items = inner.items if isinstance(inner, Listing) else (inner,)
            parts.append(Filter(key.text, tuple(filter(None, map(self.filter, items)))))
        return parts[0] if len(parts) == 1 else Filter("and", tuple(parts))

    def _view(self, node: Node) -> View | None:
        if not isinstance(node, Mapping):
            self.wrong(node, "a view is a list of `name: value`", "for example `- type: table`")
            return None
        kind, name = self._text(node, "type") or "table", self._text(node, "name")
        if kind not in LAYOUTS:
            at = node.get("type") or node
            self.wrong(at, f"views of type `{kind}` are shown as a table", "the layouts are " + ", ".join(LAYOUTS))
        else:
            self._misspelt_keys(node)
        columns = tuple(column for one in self.items(node, "order") if (column := self.column(one)))
        group, image = _value_of(node, "groupBy"), _value_of(node, "image")
        return View(
            kind=kind if kind in LAYOUTS else "table",
            name=name or kind.capitalize(),
            filter=self.filter(_value_of(node, "filters")),
            columns=columns or self._file_name(node),
            sort=tuple(column for one in self.items(node, "sort") if (column := self.column(one))),
            group=self.column(group) if group else None,
            limit=self._limit(node),
            summaries=dict(self._summaries(node)),
            image=self.column(image) if image else None,
            options=dict(self._options(node, kind)) | self._widths(node, columns),
        )

    def _misspelt_keys(self, node: Mapping) -> None:
        """Report keys that are similar to known ones; others may be those of a plugin."""
        for key, _ in node.pairs:
            if key.text not in VIEW_KEYS and (hint := code_hint(key.text, VIEW_KEYS)):
                self.wrong(key, f"a view has no `{key.text}`", hint)

    def _file_name(self, node: Mapping) -> tuple[Column, ...]:
        """Return the column of a view that names none."""
        found = self.named_column("file.name", Scalar("file.name", "", node.line, node.column, True))
        return (found,) if found else ()

    def _text(self, node: Mapping, key: str) -> str:
        found = node.get(key)
        if found is not None and not isinstance(found, Scalar):
            self.wrong(found, f"`{key}` is one text")
        return found.text.strip() if isinstance(found, Scalar) else ""

    def _limit(self, node: Mapping) -> int:
        text = self._text(node, "limit")
        if text and not (text.isdecimal() and text.isascii() and len(text) < 9):
            self.wrong(node.get("limit") or node, f"`limit` is a whole number, not `{text}`")
            return 0
        return int(text or 0)

    def _summaries(self, node: Mapping) -> Iterator[tuple[str, tuple[str, Formula | None]]]:
        for key, named in self.mapping(node, "summaries"):
            name = named.text if isinstance(named, Scalar) else ""
            if name not in SUMMARIES and name not in self.own:
                self.wrong(named, f"there is no summary `{name}`", code_hint(name, [*SUMMARIES, *self.own]))
                continue
            yield column_id(key.text), (name, self.own.get(name))

    def _widths(self, node: Mapping, columns: tuple[Column, ...]) -> dict[str, str]:
        """Read `columnSize`: the widths of columns in pixels, by their order; empty for those without one."""
        given = {
            column_id(key.text): value.text
            for key, value in self.mapping(node, "columnSize")
            if isinstance(value, Scalar)
        }
        widths = [text if (text := given.get(column.id, "").strip()).isdecimal() else "" for column in columns]
        return {"columnSize": ",".join(widths)} if any(widths) else {}

    def _options(self, node: Mapping, kind: str) -> Iterator[tuple[str, str]]:
        if kind == "list":
            yield "separator", ", "
        for key, value in node.pairs:
            if key.text in OPTIONS and isinstance(value, Scalar):
                yield key.text, value.text if key.text == "separator" else value.text.strip()

    def column(self, node: Node) -> Column | None:
        """Read a property: its id, or its id and direction below `property` (once `column`)."""
        if isinstance(node, Mapping):
            inner = node.get("property") or node.get("column")
            if not isinstance(inner, Scalar):
                self.wrong(node, "the name of a property is missing", "write `property: NAME`")
                return None
            return self.named_column(inner.text, inner, self._descends(node))
        if isinstance(node, Scalar):
            return self.named_column(node.text, node)
        self.wrong(node, "the name of a property is expected here")
        return None

    def _descends(self, node: Mapping) -> bool:
        direction = self._text(node, "direction")
        if direction and direction.upper() not in DIRECTIONS:
            at = node.get("direction") or node
            self.wrong(at, f"`{direction}` is not a direction", "it is `ASC` or `DESC`")
        return direction.upper() == "DESC"

    def named_column(self, text: str, at: Scalar, descending: bool = False) -> Column | None:
        identity = column_id(text)
        prefix, _, name = identity.partition(".")
        compiler = BasesCompiler(self.base.formulas)
        tree = Member(0, len(text), Name(0, len(text), prefix), name, max(0, len(text) - len(name)))
        try:
            run = compiler.compile(tree)
        except QueryError as error:
            self.base.problems.append(problem_at(at, error))
            return None
        for key, (written, start, _) in compiler.asked.items():
            self.base.asked.setdefault(key, (written, at, start))
        return Column(identity, self.names.get(identity) or column_name(identity), run, at, descending)


def _value_of(node: Mapping, key: str) -> Node | None:
    """Return the value below a key; None if the key is missing or has none."""
    found = node.get(key)
    return None if isinstance(found, Scalar) and (found.value is None or not found.text.strip()) else found


def _refused(message: str) -> Run:
    def run(env: Env) -> Value:
        raise Reported(message)

    return run


def _placed(formula: Formula) -> Run:
    """Return what evaluates a formula; its errors have its place, whatever expression uses it."""

    def run(env: Env) -> Value:
        try:
            return formula.run(env)
        except QueryError as error:
            error.at = error.at or formula.at
            raise

    return run
