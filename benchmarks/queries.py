"""Measure queries, in processor seconds of one process.

* A million row tests: one query that filters a list of 200 numbers in each of 5,000 notes.
* Many queries over a vault of short notes (`--notes`, `--queries`): evaluated for the first time, again after nothing
  changed, after an edit of words, and after an edit of a property that some of them read.
* The same queries over notes as in `run.py` (4.5 kB each, with properties added) and over the short notes:
  `hortus build` without a cache and when nothing changed, next to the same vault with code in place of the queries.
  Pairs take turns `--rounds` times; medians are printed, in seconds of the clock and of the processors.

    python benchmarks/queries.py --notes 5000 --queries 200 --rounds 3
"""

import argparse
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from statistics import median
from time import process_time
from typing import Any

from make_vault import make_vault, write_vault
from run import Run, build, build_cold, set_up_hortus

from hortus.core.config import read_config
from hortus.core.model import LinkGraph, Source
from hortus.engine.answers import Memory, evaluate, gather_facts
from hortus.engine.steps import Steps
from hortus.engine.survey import Survey, survey
from hortus.parse.note import parse_note
from hortus.queries.understand import answer
from hortus.queries.values import Date
from hortus.queries.world import PlainFile, PlainWorld
from hortus.vault.history import Dates
from hortus.vault.reader import read_vault

NOTE = """---
tags: [{tag}]
price: {price}
status: {status}
due: 2026-{month:02}-{day:02}
up: "[[Note {up}]]"
---
# Note {number}
Some words about [[Note {other}]] and more.

- [ ] a task 📅 2026-{month:02}-{day:02}
"""
ASKS = (
    "```base\nfilters: file.hasTag('t{n}')\nviews:\n  - type: table\n    order: [file.name, price, status, due]\n"
    "    sort:\n      - property: price\n        direction: DESC\n    limit: 50\n```\n",
    "```dataview\nTABLE price, due FROM #t{n} WHERE price > {n} SORT due LIMIT 50\n```\n",
    "```base\nfilters: file.hasLink(this.file) || up == link('Note {n}')\nviews:\n  - type: list\n```\n",
    "```dataview\nLIST rows.file.link FROM #t{n} GROUP BY status\n```\n",
    '```dataview\nTABLE length(file.outlinks) WHERE contains(file.name, "{n}") LIMIT 50\n```\n',
)


def seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    found = run()
    return process_time() - start, found


def million() -> float:
    """Return the time of one query with a million tests."""
    numbers = tuple(float(number) for number in range(200))
    files = [PlainFile(f"{number}.md", {"scores": numbers, "least": float(number % 200)}) for number in range(5000)]
    world = PlainWorld(files, Date(datetime(2026, 1, 1)))
    text = "filters: scores.filter(value > 100).length > 1000\nviews:\n  - type: table\n"
    taken, (result, problems) = seconds(lambda: answer("base", text, world, "0.md"))
    assert not result.failed and not problems and not result.count
    return taken


def vault(notes: int, queries: int) -> dict[str, str]:
    files = {
        f"Note {number}.md": NOTE.format(
            tag=f"t{number % 40}", price=number % 97, status="open done later".split()[number % 3],
            month=number % 12 + 1, day=number % 28 + 1, up=number % 50, number=number, other=number * 7 % notes,
        )
        for number in range(notes)
    }  # fmt: skip
    asked = {f"Ask {number}.md": ASKS[number % len(ASKS)].format(n=number % 40) for number in range(queries)}
    return files | asked


def write(folder: Path, files: Mapping[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def edited(found: Survey, path: str, text: str) -> LinkGraph:
    """Return the graph after an edit that changes no link."""
    graph = found.shown.graph
    notes = {**graph.notes, path: replace(parse_note(Source(path, text)), path=path)}
    return replace(graph, notes=notes, versions={**graph.versions, path: (text, graph.versions[path][1])})


def measure(folder: Path, notes: int, queries: int) -> None:
    files = vault(notes, queries)
    config = read_config(write(folder / "vault", files))
    found = survey(config, read_vault(config.vault), Steps(config, 1))
    facts = gather_facts(found.shown.graph, found.sources, found.shown.urls, Dates({}, {}), {})
    memory = Memory()

    def run(graph: LinkGraph) -> float:
        return seconds(lambda: evaluate(graph, facts, memory))[0]

    first = run(found.shown.graph)
    again = run(found.shown.graph)
    path = "Note 1.md"
    words = run(edited(found, path, files[path].replace("Some words", "Other words")))
    price = run(edited(found, path, files[path].replace("price: 1\n", "price: 2\n")))
    print(f"{notes} notes, {queries} queries: {first:.2f} s, unchanged {again:.2f} s,", end=" ")
    print(f"words edited {words:.2f} s, property edited {price:.2f} s")


def long_vault(notes: int, queries: int) -> dict[str, str]:
    """Return notes of `run.py` with the properties of the short ones, and the same queries."""
    short, long = vault(notes, queries), make_vault(notes)
    names = [PurePosixPath(path).stem for path in long]

    def renamed(text: str) -> str:
        return re.sub(r"Note (\d+)", lambda found: names[int(found[1])], text)

    files = {name: renamed(text) for name, text in short.items() if name.startswith("Ask")}
    for number, (path, text) in enumerate(long.items()):
        _, properties, _ = short[f"Note {number % notes}.md"].split("---\n", 2)
        tag, rest = properties.split("\n", 1)
        tagged = re.sub(r"(?m)^tags: \[", f"{tag[:-1]}, ", text, count=1)
        files[path] = tagged.replace("---\n", f"---\n{renamed(rest)}", 1)
    return files


def plain(files: Mapping[str, str]) -> dict[str, str]:
    """Return the vault with queries as ordinary code."""
    return {name: text.replace("```base", "```yaml").replace("```dataview", "```text") for name, text in files.items()}


def compare_builds(folder: Path, files: Mapping[str, str], notes: int, rounds: int) -> None:
    """Build with queries and with code in their place by turns, and print the medians of both."""
    tools = {"queries": set_up_hortus(folder / "queries"), "code": set_up_hortus(folder / "code")}
    write_vault(dict(files), tools["queries"].notes)
    write_vault(plain(files), tools["code"].notes)
    runs: dict[tuple[str, str], list[Run]] = {}
    for _ in range(rounds):
        for name, tool in tools.items():
            runs.setdefault((name, "cold"), []).append(build_cold(tool, notes))
            runs.setdefault((name, "unchanged"), []).extend(build(tool) for _ in range(5))
        tools = dict(reversed(tools.items()))
    for step in ("cold", "unchanged"):
        for unit in ("seconds", "cpu_seconds"):
            with_, without = (median(getattr(run, unit) for run in runs[name, step]) for name in ("queries", "code"))
            print(f"  {step}, {unit}: {with_:.2f} with queries, {without:.2f} without, {with_ / without - 1:+.0%}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--notes", type=int, default=5000)
    arguments.add_argument("--queries", type=int, default=200)
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    print(f"a million row tests: {million():.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.notes, given.queries)
        for name, make in (("notes of 4.5 kB", long_vault), ("short notes", vault)):
            print(f"{given.queries} queries over {given.notes} {name}:")
            compare_builds(Path(folder) / make.__name__, make(given.notes, given.queries), given.notes, given.rounds)


if __name__ == "__main__":
    main()
