"""Evaluate the queries of all notes: from a link graph to results by place, and issues.

1. Every note gets a mark in each column of the data that queries read (`column_marks`); marks of unchanged notes are
   cached.
2. A query is evaluated again if its text, or the mark of a column that it read, has changed.

Everything in the cache is checked by these marks, and computed again if it cannot be read.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any

import msgspec

from hortus.core.cached_values import read_cached_value, write_cached_value
from hortus.core.hashing import code_hash, digest
from hortus.core.hints import code_hint
from hortus.core.keys import fold
from hortus.core.marks import mark_of
from hortus.core.model import Answers, Issue, LinkGraph, Query, Source
from hortus.engine.day import build_day
from hortus.engine.query_columns import FACTS, column_marks
from hortus.engine.query_notes import names_of
from hortus.engine.query_world import Facts, VaultWorld
from hortus.links.bases import answer_key, shown_view
from hortus.parse.note_cache import code_version
from hortus.parse.query_blocks import KIND
from hortus.queries.dates import parse_date
from hortus.queries.fields import dashed
from hortus.queries.plain import plain_problem, plain_result, result_from
from hortus.queries.result import Problem, Result
from hortus.queries.understand import answer, asked_by
from hortus.queries.values import Date
from hortus.vault.history import Dates, first_dates, last_changes

CODE = ("engine/*.py", "links/*.py")
"""The modules whose change may change a result, in addition to those that read notes and evaluate queries."""
SHOWN_BY = frozenset({"embed", "canvas"})
"""Kinds of links that show the base they point to: embeds, and boxes for files in a canvas."""
UNDATED = "commit the notes, or set properties such as `created` and `updated`; dates on the disk are not used"
MOST_HOSTS = 100
"""Highest number of tables with a note as a row that the note's page lists."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A query to evaluate: *number* in the note *path*, shown by the note *host*."""

    host: str
    path: str
    number: int

    @property
    def key(self) -> str:
        return answer_key(self.host, self.path, self.number)


class CachedResult(msgspec.Struct, array_like=True):
    """A result with its problems, the mark of its query, and the marks of the columns that the query read."""

    own: bytes
    columns: dict[str, int]
    result: Any
    problems: list[Any]
    undated: list[str]
    """Fields such as `file.mtime` that are not known of a file."""


class Memory(msgspec.Struct, array_like=True):
    """What is cached from one build to the next."""

    notes: dict[str, tuple[str, bytes]] = msgspec.field(default_factory=dict)
    """By path: the version of a note (`LinkGraph.versions`) that its marks are of."""
    columns: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    """By column that a query read: the marks of the notes that have something there."""
    results: dict[str, CachedResult] = msgspec.field(default_factory=dict)
    types: bytes = b""
    """A mark of the types of properties that the marks of notes are of."""


def gather_facts(
    graph: LinkGraph, sources: Mapping[str, Source], urls: Collection[str], dates: Dates, types: Mapping[str, str]
) -> Facts:
    """Gather the data that queries can read in addition to notes.

    Unlisted notes, and attachments that no listed note shows, are not rows.
    """
    notes = [path for path, note in graph.notes.items() if note.listed]
    unlisted = graph.notes.keys() - set(notes)
    assets = [path for path in graph.assets if path in urls]
    shown = [path for path in assets if any(link.source not in unlisted for link in graph.backlinks.get(path, ()))]
    sizes = {path: len(source.text.encode("utf-8", "replace")) for path, source in sources.items()}
    changed = last_changes(graph.notes, dates.changed) | _known(assets, dates.changed)
    created = first_dates(graph.notes, dates.created) | _known(assets, dates.created)
    return Facts(
        files=tuple(sorted([*notes, *shown])),
        pages=tuple(sorted([*graph.notes, *assets])),
        sizes=sizes | {path: graph.assets[path].size for path in assets},
        created=_dates(created),
        changed=_dates(changed),
        now=Date(build_day(), True),
        unlisted=frozenset(unlisted),
        types=types,
    )


def _known(paths: Collection[str], dates: Mapping[str, str]) -> dict[str, str]:
    return {path: dates[path] for path in paths if path in dates}


def _dates(texts: Mapping[str, str]) -> dict[str, Date]:
    return {path: date for path, text in texts.items() if (date := parse_date(text))}


def read_memory(file: Path) -> Memory:
    """Return what the last build cached; nothing if it is damaged, or of other code."""
    return read_cached_value(file, _key(), Memory) or Memory()


def write_memory(file: Path, memory: Memory) -> None:
    """Cache *memory* for the next build."""
    write_cached_value(file, _key(), memory)


def _key() -> str:
    """Hash the code that evaluates queries."""
    return digest(repr((code_version(), code_hash(CODE))))


def askings(graph: LinkGraph) -> Iterator[Asking]:
    """Yield every query to evaluate: those in notes, and views of bases that notes embed."""
    for path, note in graph.notes.items():
        for number in range(len(note.queries)):
            yield Asking(path, path, number)
        for index, link in enumerate(note.links):
            if link.kind in SHOWN_BY and (found := shown_view(graph, path, index)):
                yield Asking(path, *found)


def evaluate(graph: LinkGraph, facts: Facts, memory: Memory) -> Answers:
    """Evaluate all queries; *memory* is brought up to date."""
    asked = list(dict.fromkeys(askings(graph)))
    if not asked:
        memory.notes, memory.columns, memory.results = {}, {}, {}
        return Answers()
    world = VaultWorld(graph, facts)
    columns = _Columns(world, memory)
    cached = {one.key: _answered(one, world, columns, memory.results.get(one.key)) for one in asked}
    memory.results, memory.columns = cached, columns.of_notes
    results = {key: result_from(one.result) for key, one in cached.items()}
    return Answers(results, _listed(asked, results), tuple(_issues(asked, cached, graph)))


class _Columns:
    """The marks of columns, each computed when first needed, for the notes that changed since the last build."""

    def __init__(self, world: VaultWorld, memory: Memory):
        types = mark_of(sorted(world.facts.types.items()))
        self.world, self.before = world, memory.columns if memory.types == types else {}
        memory.types = types
        self.marks: dict[str, int] = {}
        self.of_notes: dict[str, dict[str, int]] = {}
        """By column that was needed: the marks of notes."""
        notes, versions = world.graph.notes, world.graph.versions
        self.gone = [path for path in memory.notes if path not in notes]
        self.changed = [path for path in notes if path not in versions or memory.notes.get(path) != versions[path]]
        memory.notes = {path: versions[path] for path in notes if path in versions}

    def mark(self, column: str) -> int:
        if column not in self.marks:
            read = FACTS.get(column)
            self.marks[column] = int.from_bytes(mark_of(read(self.world.facts))) if read else self._of_notes(column)
        return self.marks[column]

    def _of_notes(self, column: str) -> int:
        """Return the sum of the marks of all notes."""
        known = self.before.get(column)
        marks = dict(known or {})
        for path in (*self.gone, *self.changed):
            marks.pop(path, None)
        marks |= column_marks(self.world, self.world.graph.notes if known is None else self.changed, column)
        self.of_notes[column] = marks
        return reduce(xor, marks.values(), 0)


def _answered(asking: Asking, world: VaultWorld, columns: _Columns, known: CachedResult | None) -> CachedResult:
    """Return the cached result if it cannot have changed; otherwise evaluate the query."""
    query = world.graph.notes[asking.path].queries[asking.number]
    own = mark_of([query.language, query.text, query.view])
    if known and known.own == own and all(columns.mark(name) == mark for name, mark in known.columns.items()):
        return known
    world.begin(asking.host)
    result, problems = answer(query.language, query.text, world, asking.host, query.view)
    problems = (*problems, *_unknown(query, world))
    if result.dated:
        day = world.facts.now.at.date().isoformat()
        result = replace(result, options={**result.options, "day": day})
    marks = {name: columns.mark(name) for name in sorted(world.asked)}
    plain_problems = [plain_problem(problem) for problem in problems]
    return CachedResult(own, marks, plain_result(result), plain_problems, sorted(world.undated))


def _unknown(query: Query, world: VaultWorld) -> Iterator[Problem]:
    """Yield the properties of a query that no listed note has."""
    wanted = asked_by(query.language, query.text)
    if not wanted:
        return
    if "names" not in world.shared:
        notes = (note for note in world.graph.notes.values() if note.listed)
        names = {fold(name): None for note in notes for name in names_of(note)}
        world.shared["names"] = names, set(map(dashed, names))
    names, others = world.shared["names"]
    for key, problem in wanted:
        world.asked |= {f"p:{key}", "files"}
        if key not in names and key not in others:
            world.asked |= {"p:*", "fields"}
            yield replace(problem, hint=problem.hint or code_hint(key, names, "it is empty in every row"))


def _listed(asked: Sequence[Asking], results: Mapping[str, Result]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, by path of a row, the other notes that show it in a table, with the table's title."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for one in asked:
        result = results[one.key]
        for path in _rows(result):
            if path != one.host:
                found.setdefault(path, {}).setdefault((one.host, result.title), None)
    return {path: tuple(hosts)[:MOST_HOSTS] for path, hosts in sorted(found.items())}


def _rows(result: Result) -> Collection[str]:
    if result.layout == "value":
        return ()
    return dict.fromkeys(row.path for group in result.groups for row in group.rows if row.path)


def _issues(asked: Sequence[Asking], cached: Mapping[str, CachedResult], graph: LinkGraph) -> Iterator[Issue]:
    """Yield problems that only the evaluation shows, at their place in the query's file; each once."""
    seen = set()
    for one in asked:
        query = graph.notes[one.path].queries[one.number]
        for line, column, length, message, hint in cached[one.key].problems:
            place = (one.path, query.line + line - 1, query.column + column - 1)
            if place not in seen:
                seen.add(place)
                yield Issue(KIND, *place, message, hint, "", length)
    if undated := next((one for one in asked if cached[one.key].undated), None):
        query = graph.notes[undated.path].queries[undated.number]
        names = " and ".join(f"`{name}`" for name in sorted({name for one in cached.values() for name in one.undated}))
        message = f"{names}: not known for every file, because neither git nor a property has it; such cells are empty"
        yield Issue(KIND, undated.path, query.line, query.column, message, UNDATED)
