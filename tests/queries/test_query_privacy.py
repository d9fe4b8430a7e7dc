"""Private and unlisted notes in queries: nothing of them is in any result.

Laws over every function, file field and key of tasks, all taken from the registries, so that a new one is covered:

* What no public text names has no influence: results are those of the vault without the withheld notes.
* Of a note that a public text names, a query shows nothing but that name, and of a private one not even that.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import write_files

from hortus.core.config import read_config
from hortus.engine.survey import survey
from hortus.queries.bases import BOUND
from hortus.queries.dql_fields import FILE
from hortus.queries.functions import GLOBALS, METHODS
from hortus.queries.functions.dataview_values import DATE_WORDS
from hortus.queries.functions.dates import FIELDS as DATE_FIELDS
from hortus.queries.functions.files import FIELDS
from hortus.queries.functions.registry import DATAVIEW, Function
from hortus.queries.plain import plain_result
from hortus.queries.task_parts import KEYS
from hortus.queries.values import Date, File, Link
from hortus.vault.reader import read_vault

CANARY = "Zebrafink"
QUIET = "Quetzal"
PUBLIC = {
    "books/Dune.md": "---\ntags: [book, sf]\nprice: 9.5\nup: '[[Emma]]'\nmany: [1, 2, '[[Emma]]']\ndue: 2026-01-02\ncover: '[[dune.png]]'\n"
    "---\n# Dune\nmood:: good\n- [ ] read [[Emma]] 📅 2026-01-05\n- [x] done\n",
    "books/Emma.md": "---\ntags: book\nprice: 5\naliases: [Em]\ndue: 2026-02-02\n---\nSee [[Dune]] and [[dune.png]].\n",
    "index.md": "# Home\n[[Dune]] [[Emma]]\n",
    "dune.png": "picture",
}
HEADS = {"private": "private: true", "draft": "draft: true", "publish": "publish: false", "quiet": "unlisted: true"}
BODY = """---
{head}
tags: [book, {word}tag]
price: 99999
up: "[[Dune]]"
many: [99999, "[[Emma]]", {word}]
due: 2026-03-03
aliases: [{word} alias]
{word}property: {word}value
---
# {word} heading
mood:: {word}
{word}field:: [[Dune]]
See [[Dune]], ![[Emma]], [[Nowhere]] and ![[{name}.png]].
- [ ] {word} task [[Dune]] 📅 2026-03-03
  - [ ] {word} below
"""


def withheld() -> dict[str, str]:
    """Return notes of each kind that is not listed, with everything that a query can find; each has a picture."""
    files = {}
    for kind, head in HEADS.items():
        word = QUIET if kind == "quiet" else CANARY
        name = f"{word} {kind}"
        files[f"books/{name}.md"] = BODY.format(head=head, word=word, name=name)
        files[f"books/{name}.png"] = "picture"
    return files


BASES_VALUES = (
    "file", "this", "file.backlinks", "file.links", "file.tags", "file.properties", "price", "up", "many", "due",
    "file.name", "file.backlinks.length",
)  # fmt: skip
DATAVIEW_VALUES = (
    "file.inlinks", "file.outlinks", "file.etags", "file.link", "file.frontmatter", "file.tasks", "price", "up", "many",
    "due", "file.name", "this", "row", "length(file.inlinks)",
)  # fmt: skip
RECEIVERS = {
    str: ("file.name", "file.backlinks.toString()"),
    float: ("file.backlinks.length", "price", "list(price).map(value).length"),
    tuple: ("file.backlinks", "file.links", "file.tags", "many", "file.embeds"),
    dict: ("file.properties",),
    File: ("file", "this.file"),
    Link: ("up", "file.asLink()"),
    Date: ("due",),
}
"""Expressions with a value of each type; other types are made by the functions themselves."""


def calls(name: str, found: Function, values: tuple[str, ...]) -> Iterator[str]:
    """Yield calls of a function with each value as each of its arguments, with few and with many of them."""
    if found.lazy and name in BOUND:
        values = ("value", "value.toString()", "1")
    for count in sorted({found.low, min(found.high, found.low + 1)}):
        if not count:
            yield f"{name}()"
        for value in values * bool(count):
            yield f"{name}({', '.join([value] * count)})"
        if count > 1:
            yield f"{name}({', '.join([*values[:1], *['1'] * (count - 1)])})"


def bases_expressions(values: tuple[str, ...] = BASES_VALUES) -> Iterator[str]:
    yield from (f"file.{field}" for field in FIELDS)
    yield from (f"this.file.{field}" for field in FIELDS)
    yield from (f"up.asFile().{field}" for field in FIELDS)
    yield from (f"due.{field}" for field in DATE_FIELDS)
    for name, found in GLOBALS.items():
        if name not in ("now", "today"):
            yield from calls(name, found, values)
    for name, table in METHODS.items():
        for kind, found in table.items():
            for receiver in RECEIVERS.get(kind, ("file.backlinks",)):
                yield from (f"{receiver}.{call}" for call in calls(name, found, values))


def dataview_expressions(values: tuple[str, ...] = DATAVIEW_VALUES) -> Iterator[list[str]]:
    """Yield the columns of a table for each function."""
    for of in ("file", "this.file", "up.file", "rows.file"):
        yield [f"{of}.{field}" for field in FILE]
    yield [f"date({word})" for word in DATE_WORDS if not {"now", "today"} & {word}]
    for name, found in DATAVIEW.items():
        if name.isidentifier():
            one, *more = values
            yield [*calls(name, found, values), f"{name}({', '.join([one, *['(x) => x'] * (found.low - 1)])})"] + [
                call for value in more[:2] for call in calls(name, found, (value,))
            ]


def queries(bases: Iterable[str], dataview: Iterable[list[str]]) -> dict[str, str]:
    """Return notes with these expressions as columns of tables, and rows grouped by each field and key."""
    formulas = list(dict.fromkeys(bases))
    blocks = []
    for start in range(0, len(formulas), 200):
        some = formulas[start : start + 200]
        lines = "".join(f"  f{number}: '{text.replace(chr(39), chr(39) * 2)}'\n" for number, text in enumerate(some))
        order = ", ".join(f"formula.f{number}" for number in range(len(some)))
        view = f"views:\n  - type: table\n    order: [file.name, {order}]\n"
        blocks.append(f"```base\nformulas:\n{lines}{view}```\n")
    tables = []
    for columns in dataview:
        rows = "\nGROUP BY file.folder" if columns[0].startswith("rows.") else ""
        tables.append(f"```dataview\nTABLE {', '.join(columns)}{rows}\n```\n")
    return {"asks/bases.md": "\n".join(blocks), "asks/dataview.md": "\n".join(tables)}


def grouped() -> dict[str, str]:
    """Return notes whose queries group, sort and sum by every field and key."""
    views = "\n".join(f"```base\n{GROUPED.format(field=field)}```\n" for field in FIELDS)
    rows = "TABLE rows.file.link, length(rows), sum(rows.price)"
    flat = "\n".join(f"```dataview\n{rows}\nFLATTEN file.{field} AS one\nGROUP BY one\n```\n" for field in FILE)
    tasks = "\n".join(f"```tasks\ngroup by {key}\nsort by {key}\n```\n" for key in KEYS)
    return {"asks/views.md": views, "asks/flat.md": flat, "asks/tasks.md": tasks}


GROUPED = """filters: '!file.hasProperty("nothing")'
views:
  - type: table
    name: Grouped
    order: [file.name, price, file.{field}]
    groupBy: file.{field}
    sort: [{{property: file.{field}, direction: DESC}}]
    summaries: {{price: Sum, file.{field}: Unique, cover: Filled}}
  - type: cards
    order: [file.name, file.{field}]
    image: note.cover
"""
OTHERS = {
    "asks/All.base": 'views:\n  - type: list\n    order: [file.name, file.ext, file.size, file.backlinks]\n  - type: table\n    name: This\n    filters: file.hasLink(this) || this.file.hasLink(file) || list(this.file.backlinks).contains(file)\n',
    "asks/embeds.md": "![[All.base]]\n\n![[All.base#This]]\n\n[[Dune]]\n",
    "books/asks of.md": "`= this.file.inlinks` `= length(this.file.outlinks)` `= [[Dune]].file.inlinks` `= [[Nowhere]].file.inlinks`"
    " `= sum([[Dune]].file.inlinks.price)` `= [[Dune]].file.inlinks.file.tasks.text`\n\n"
    "```dataview\nLIST FROM [[Dune]] or outgoing([[Dune]]) or [[Nowhere]]\n```\n\n"
    "```dataview\nLIST FROM #book or \"books\"\n```\n\n```dataview\nTASK\n```\n\n```dataview\nCALENDAR due\n```\n\n"
    "```dataview\nTABLE rows.file.link FLATTEN many GROUP BY many SORT length(rows) DESC\n```\n\n"
    "```tasks\nheading includes heading\n```\n\n```tasks\npath includes books\n```\n\n```tasks\ntags include tag\n```\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def public() -> dict[str, str]:
    return PUBLIC | queries(bases_expressions(), dataview_expressions()) | grouped() | OTHERS


def results(folder: Path, files: Mapping[str, str]) -> dict[str, list]:
    """Return the results of all queries of a vault, as plain values, without those of its unlisted notes."""
    config = read_config(write_files(folder, files))
    shown = survey(config, read_vault(config.vault)).shown
    return {key: plain_result(found) for key, found in shown.answers.items() if QUIET not in key}


def texts(value: Any) -> Iterator[str]:
    """Yield all texts in a plain value."""
    if isinstance(value, str):
        yield value
    for item in value.items() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from texts(item)


@pytest.fixture(scope="module")
def without(tmp_path_factory, public) -> dict[str, list]:
    """Ask the public notes alone."""
    return results(tmp_path_factory.mktemp("without"), public)


def test_the_queries_show_something(without):
    """Most cells have a value; otherwise the laws below would say nothing."""
    cells = [cell for _, groups, _ in without.values() for rows, *_ in groups for _, cells in rows for cell in cells]
    failed = [cell for cell in cells if isinstance(cell, list) and cell[0] == "failed"]

    assert len(cells) > 5000
    assert len(failed) < len(cells) / 2
    assert not [key for key, ((*_, failed), _, _) in without.items() if failed]


def test_no_function_reads_what_is_withheld(without, public, tmp_path):
    """Every result is the same with and without private, draft, unpublished and unlisted notes."""
    beside = results(tmp_path, public | withheld())

    assert [] == [key for key in without if without[key] != beside[key]]


def test_nothing_is_read_of_a_note_that_is_named(tmp_path):
    """Queries that name an unlisted or private note, and rows that link to one, show nothing that is in it."""
    given = tuple(f"{make}('{word} {kind}')" for make in ("link", "file") for word, kind in NAMED)
    asks = queries(
        [f"{one}{after}" for one in given for after in AFTER]
        + [call for call in bases_expressions(given) if "(" in call],
        [*([f"{one}.{name}" for name in NAMES] for one in LINKS), *dataview_expressions(LINKS)],
    )
    links = {"links.md": "[[Quetzal quiet]]\n- [ ] see [[Quetzal quiet]]\n", "more.md": "![[Quetzal quiet]]\n"}
    found = results(tmp_path, PUBLIC | asks | grouped() | OTHERS | links | withheld())
    shown = [text.lower() for result in found.values() for text in texts(result)]

    assert len(shown) > 5000
    assert [] == [text for text in shown if CANARY.lower() in text or SECRET.search(text)]


SECRET = re.compile(f"{QUIET}(tag|property|value|field| alias| heading| task| below)|99999", re.IGNORECASE)
NAMED = (("Quetzal", "quiet"), ("Zebrafink", "private"))
LINKS = ("[[Quetzal quiet]]", "[[Zebrafink private]]", 'link("books/Quetzal quiet.md")')
AFTER = tuple(f".asFile().{name}" for name in FIELDS)
NAMES = ("price", "mood", "tags", "aliases", "up", "many", "due", *(f"file.{field}" for field in FILE))


COMMENTS = """---
tags: t
---
Words %%{c}:: 5 [[{c}]] #{c}%% and <!-- [k:: {c}] #{c} --> more.

- [ ] task %%{c}%% end <!-- {c} [k:: {c}] -->
- item <!-- {c}
  and more {c} --> end `<!-- code -->`

%%
- [ ] {c} task
{c}field:: v
%%

<!--
- [ ] {c}
k:: {c}
-->
> [!note]
> %%{c}%% [z:: 5]
"""


def test_comments_of_public_notes_are_in_no_result(tmp_path):
    """Neither Obsidian's nor HTML's; code that looks like one stays."""
    files = {"a.md": COMMENTS.replace("{c}", CANARY), "q.md": "```dataview\nTASK\n```\n"} | grouped()
    files["fields.md"] = "```dataview\nTABLE k, z, file.lists.text, file.lists.k, file.tags, file.outlinks\n```\n"
    shown = [text for result in results(tmp_path, files).values() for text in texts(result)]

    assert [] == [text for text in shown if CANARY.lower() in text.lower()]
    assert any("<!-- code -->" in text for text in shown)
