"""Which queries are evaluated again after an edit: those whose rows could change, and with the results of a clean build."""

import random

import pytest

from hortus.core.config import read_config
from hortus.engine import answers
from hortus.engine.answers import Answers, Memory, evaluate, gather_facts
from hortus.engine.steps import Steps
from hortus.engine.survey import survey
from hortus.queries.plain import plain_result
from hortus.vault.history import Dates
from hortus.vault.reader import read_vault

BASE = """filters: file.ext == "md"
formulas:
  double: price * 2
  back: file.backlinks.length
views:
  - type: table
    order: [file.name, formula.double, formula.back, file.tags, status]
    groupBy: status
    summaries: {formula.double: Sum}
  - type: list
    name: Linked
    filters: file.hasLink(this.file) || up == this || list(many).contains(link("b"))
    order: [file.name, file.size, file.links]
"""
QUERIES = {
    "Shelf.base": BASE,
    "ask/one.md": "![[Shelf.base]] ![[Shelf.base#Linked]] [[a]]\n\nThere are `= length(this.file.outlinks)`: `= [[c]].price` `= this.price`\n",
    "ask/two.md": "```dataview\nTABLE price, mood, file.inlinks, file.aliases FROM #t or [[b]] SORT price DESC\n```\n\n"
    "```dataview\nLIST rows.file.link FROM \"sub\" GROUP BY status\n```\n\n```dataview\nTASK WHERE !completed\n```\n\n"
    "```dataview\nTABLE up.price, up.file.tags, file.frontmatter, hidden-thing WHERE up\n```\n",
    "ask/three.md": "---\nunlisted: true\nprice: 3\n---\n`= this.price` `= this.file.inlinks`\n\n"
    "```base\nfilters: status == 'open'\nviews:\n  - type: cards\n    order: [file.name, Hidden thing]\n    limit: 2\n```\n\n"
    "```tasks\nnot done\ngroup by heading\n```\n\n```dataview\nCALENDAR due\n```\n\n"
    "```base\nfilters: file.inFolder('sub') && !file.hasTag('t')\nviews:\n  - type: table\n    order: [file.name, file.properties]\n```\n",
}  # fmt: skip
PATHS = ("a.md", "b.md", "c.md", "sub/d.md", "sub/e.md", "sub/a.md", "pic.png")
PROPERTIES = (
    "price: 1", "price: 2.5", "price: '2'", "Price: [1, 2]", "status: open", "status: [open, done]", "up: '[[b]]'",
    "up: '[[ask/one]]'", "many: ['[[b]]', x]", "tags: t", "tags: [t/u, v]", "aliases: [b, long name]", "due: 2026-01-02",
    "private: true", "draft: true", "unlisted: true", "Hidden thing: 1", "unlisted: false",
)  # fmt: skip
LINES = (
    "[[a]] and [[b|label]]", "![[pic.png]]", "[[ask/one]]", "[[sub/a]] [[gone]]", "mood:: good", "mood:: [[c]]", "#t word",
    "# Heading", "- [ ] task [[b]] 📅 2026-01-05", "- [x] done #v", "  - [ ] below", "hidden-thing:: 2", "words",
)  # fmt: skip


def some_note(dice: random.Random) -> str:
    head = dice.sample(PROPERTIES, dice.randint(0, 4))
    names = {line.partition(":")[0].lower(): line for line in head}
    front = "---\n" + "\n".join(names.values()) + "\n---\n" if names else ""
    return front + "\n".join(dice.sample(LINES, dice.randint(0, 5))) + "\n"


def edited(files: dict[str, str], dice: random.Random) -> dict[str, str]:
    """Return files after one edit: a note rewritten, added, removed, renamed, or with one line more."""
    files, path = dict(files), dice.choice(PATHS)
    match dice.randint(0, 4):
        case 0 if path in files:
            del files[path]
        case 1 if path in files:
            files[dice.choice(PATHS)] = files.pop(path)
        case 2 if path in files:
            files[path] += dice.choice(LINES) + "\n"
        case _:
            files[path] = some_note(dice)
    return files


@pytest.fixture
def ask(tmp_path):
    """Return a function that evaluates the queries of a vault with what is cached in a memory."""
    folder = tmp_path / "vault"
    for name in ("", "ask", "sub"):
        (folder / name).mkdir(parents=True)
    config = read_config(folder)

    def run(files: dict[str, str], memory: Memory) -> tuple[Answers, Answers]:
        """Return the answers with the memory, and those without one."""
        for path in folder.rglob("*.*"):
            if path.relative_to(folder).as_posix() not in files:
                path.unlink()
        for path, text in files.items():
            (folder / path).write_text(text)
        found = survey(config, read_vault(config.vault), Steps(config, 1))
        facts = gather_facts(found.shown.graph, found.sources, found.shown.urls, Dates({}, {}), {})
        return evaluate(found.shown.graph, facts, memory), evaluate(found.shown.graph, facts, Memory())

    return run


def plain(found: Answers) -> tuple:
    results = {key: plain_result(result) for key, result in found.results.items()}
    return results, dict(found.listed), found.issues


@pytest.mark.parametrize("seed", range(4))
def test_answers_with_a_memory_are_those_without(seed, ask):
    """After any edits, privacy and lists of notes included, results, backlinks of tables and issues are the same."""
    dice, memory = random.Random(seed), Memory()
    files = QUERIES | {path: some_note(dice) for path in dice.sample(PATHS, 4)}
    for _ in range(12):
        kept, clean = ask(files, memory)

        assert plain(clean) == plain(kept)
        files = edited(files, dice)


NOTE = "---\nprice: 2\nother: 1\ntags: t\nup: '[[b]]'\n---\nwords\n"
ASKS = {
    "price": "```dataview\nTABLE price WHERE price > 1\n```\n",
    "tags": "```dataview\nLIST FROM #t\n```\n",
    "links": "```base\nfilters: file.hasLink('b')\nviews:\n  - type: table\n    order: [file.name]\n```\n",
    "folder": "```base\nfilters: file.inFolder('sub')\nviews:\n  - type: table\n    order: [file.name]\n```\n",
    "tasks": "```tasks\nnot done\n```\n",
    "this": "`= this.file.name`\n",
    "size": "```base\nviews:\n  - type: table\n    order: [file.name, file.size]\n```\n",
}


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param(("words", "other words"), {"size"}, id="words"),
        pytest.param(("words", "# Heading\n\nwords ^block"), {"size"}, id="a heading"),
        pytest.param(("other: 1", "other: 55"), {"size"}, id="a property that is not read"),
        pytest.param(("price: 2", "price: 33"), {"price", "size"}, id="a property that is read"),
        pytest.param(("tags: t", "tags: uv"), {"tags", "size"}, id="a tag"),
        pytest.param(("words", "words [[b]]"), {"links", "size"}, id="a link"),
        pytest.param(("words", "- [ ] words"), {"tasks", "size"}, id="a task"),
        pytest.param(("words", "- [ ] words [[b]]"), {"tasks", "links", "size"}, id="a task with a link"),
    ],
)
def test_only_queries_that_read_what_changed(change, again, ask, monkeypatch):
    """Each query reads one kind of thing; an edit of another kind does not evaluate it."""
    files = {"sub/a.md": NOTE, "b.md": "x\n"} | {f"ask/{name}.md": text for name, text in ASKS.items()}
    memory, evaluated, answer = Memory(), [], answers.answer
    first, _ = ask(files, memory)
    monkeypatch.setattr(answers, "answer", lambda *given: evaluated.append(given[3]) or answer(*given))
    ask(files | {"sub/a.md": NOTE.replace(*change)}, memory)
    known = set(evaluated[: -len(ASKS)])

    assert len(ASKS) == len(first.results)
    assert {f"ask/{name}.md" for name in again} == known


def test_a_query_that_nothing_reads_for_is_dropped(ask):
    """Marks of columns that no query reads are not kept."""
    memory = Memory()
    ask({"a.md": NOTE, "ask/q.md": ASKS["price"]}, memory)
    before = set(memory.columns)
    ask({"a.md": NOTE, "ask/q.md": ASKS["tags"]}, memory)

    assert "p:price" in before
    assert "p:price" not in memory.columns


FLIPPED = (0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3, 0)
"""Every change from one of four states to another."""
STATES = ("", "unlisted: true\n", "private: true\n", "draft: true\n")
NAMING = (
    "```dataview\nTABLE [[b]].price, file.outlinks, length(file.outlinks), file.tasks.outlinks, up.price\n```\n\n"
    "```dataview\nTABLE length(rows), sum(rows.price) GROUP BY up\n```\n\n`= [[b]].file.inlinks` `= [[b]].file.size`\n\n"
    "```base\nformulas:\n  p: link('b').asFile().properties\nviews:\n  - type: table\n    order: [file.name, formula.p, up]\n```\n"
)


INLINE = (
    "`= [[b]].price` `= this.file.outlinks` `= this.file.tasks.outlinks` `= [[b]].file.mtime` `= [[b]].file.size`\n"
)
"""Queries that read no list of files."""


def test_a_note_that_becomes_private_and_public_again(ask):
    """Or unlisted, or a draft, in any order: it is in results exactly while it is listed."""
    memory = Memory()
    files = {"a.md": f"---\nup: '[[b]]'\n---\n- [ ] [[b]]\n\n{INLINE}", "c.md": "[[a]]\n", "ask/q.md": NAMING} | QUERIES
    for state in FLIPPED:
        kept, clean = ask(files | {"b.md": f"---\n{STATES[state]}price: 4242\n---\nwords\n"}, memory)
        result = next(value for key, value in kept.results.items() if key.startswith("ask/q.md"))

        assert plain(clean) == plain(kept)
        assert (state == 0) == ("4242" in str(result))
