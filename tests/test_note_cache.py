"""The note cache: whatever happens to it, notes are those of a clean parse."""

import os
import random
import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thorough import often

from hortus.core.hashing import digest
from hortus.core.model import ParseOptions, Source
from hortus.parse.all_notes import Work, parse_notes
from hortus.parse.note import parse_note
from hortus.parse.note_cache import Memo, decode_note, encode_note, note_key
from hortus.vault.reader import parse_bytes

TEXTS = {
    "a.md": "---\ntitle: A\nlist: [x, [y]]\n---\n# H\n[[b]] $x^2$ TODO\n\n![[p.png|300]]\n*words*\n",
    "b.md": "---\ndraft: true\n---\n| a |\n|---|\n| [[c\\|d]] |\n",
    "c.md": "```python\nx = 1\n```\n\n> [!note] T\n> text ^id\n\n- [ ] task #tag\n",
}
SOURCES = [Source(path, text) for path, text in TEXTS.items()]
PLAIN = ParseOptions()
CLEAN = tuple(parse_note(source) for source in SOURCES)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / "notes.sqlite"


def read(file, sources=SOURCES, options=PLAIN):
    """Parse notes with the cache in *file*, as a build does; return how many were parsed."""
    fresh = []
    memo = Memo(file)
    notes = parse_notes(sources, options, memo, Work(progress=lambda done, total: fresh.append(done)))
    memo.close()
    return notes, len(fresh)


def test_cached(file):
    """The second time nothing is parsed, and the notes are equal."""
    assert (CLEAN, 3) == read(file)
    assert (CLEAN, 0) == read(file)


def test_one_changed(file):
    """Only changed notes are parsed."""
    read(file)
    changed = [*SOURCES[:2], Source("c.md", "other")]

    assert ((*CLEAN[:2], parse_note(changed[2])), 1) == read(file, changed)


@pytest.mark.parametrize("path", ["x.md", "sub/a.md", "A.md"])
def test_renamed(file, path):
    """The same text with another path is another note."""
    read(file)
    moved = replace(SOURCES[0], path=path)

    assert (parse_note(moved),) == read(file, [moved])[0]


@pytest.mark.parametrize(
    "options",
    [
        ParseOptions(strict_line_breaks=True),
        ParseOptions(html="trusted"),
        ParseOptions(macros=(("\\R", "\\mathbb{R}"),)),
    ],
)
def test_other_settings(file, options):
    """Settings that affect parsing are part of the key."""
    source = Source("a.md", "one\ntwo <u onclick='x'>three</u> $\\R$\n")
    read(file, [source])

    assert ((parse_note(source, options),), 1) == read(file, [source], options)


def test_flaws_are_part_of_the_key(file):
    """The same text with encoding problems is reported."""
    read(file)
    flawed = replace(SOURCES[0], flaws=("broken",))

    assert (parse_note(flawed),) == read(file, [flawed])[0]


def test_unused_entries_are_removed(file):
    """The table does not grow with every edit."""
    for number in range(5):
        read(file, [Source("a.md", f"text {number}")])
    with sqlite3.connect(file) as table:
        assert [(1,)] == table.execute("SELECT count(*) FROM entries").fetchall()


def all_bytes(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    "content",
    [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000, b"\0" * 100_000],
    ids=["empty", "words", "a torn head", "zeros"],
)
def test_no_database(file, content):
    """If the file is not a database, everything is parsed, and cached again."""
    file.parent.mkdir()
    file.write_bytes(content)

    assert (CLEAN, 3) == read(file)
    assert (CLEAN, 0) == read(file)


@pytest.mark.parametrize("seed", range(often(40)))
def test_damage(file, seed):
    """With damaged bytes anywhere the notes are right, and nothing is raised."""
    read(file)
    dice = random.Random(seed)
    content = bytearray(file.read_bytes())
    for _ in range(dice.choice([1, 10, 1000])):
        content[dice.randrange(len(content))] = dice.randrange(256)
    file.write_bytes(content[: dice.choice([len(content), dice.randrange(len(content))])])

    assert CLEAN == read(file)[0]
    assert CLEAN == read(file)[0]
    assert (CLEAN, 0) == read(file)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET content = (SELECT content FROM entries LIMIT 1)",
        "UPDATE entries SET content = x'00'",
        "UPDATE entries SET content = NULL",
        "UPDATE entries SET content = 'text', digest = 3",
        "UPDATE entries SET digest = ''",
        "UPDATE entries SET key = key || 'x'",
        "DROP TABLE entries",
        "DROP TABLE entries; CREATE TABLE entries (key TEXT)",
        "DROP TABLE entries; CREATE TABLE entries (key TEXT PRIMARY KEY, digest TEXT, content BLOB, more TEXT)",
        "ALTER TABLE entries RENAME COLUMN content TO body",
        "PRAGMA user_version = 99",
    ],
)
def test_tampering(file, change):
    """Inconsistent rows are ignored; another table is replaced."""
    read(file)
    with sqlite3.connect(file) as table:
        table.executescript(change)
    table.close()

    assert CLEAN == read(file)[0]
    assert (CLEAN, 0) == read(file)


def test_another_record(file):
    """A row with a valid hash from code with another record type is ignored."""
    read(file)
    foreign = b"\x81\xa4path\xa1x"
    with sqlite3.connect(file) as table:
        for (key,) in table.execute("SELECT key FROM entries").fetchall():
            check = digest(key.encode() + foreign)
            table.execute("UPDATE entries SET content = ?, digest = ? WHERE key = ?", (foreign, check, key))
    table.close()

    assert (CLEAN, 3) == read(file)


def test_a_note_of_another_path(file):
    """If rows are swapped, with valid hashes, each note is still its own."""
    read(file)
    with sqlite3.connect(file) as table:
        rows = table.execute("SELECT key, digest, content FROM entries ORDER BY key").fetchall()
        for (key, _, _), (_, check, note) in zip(rows, rows[1:] + rows[:1], strict=True):
            table.execute("UPDATE entries SET digest = ?, content = ? WHERE key = ?", (check, note, key))
    table.close()

    assert CLEAN == read(file)[0]


def test_locked_by_another(file):
    """A build that cannot write to the table works without it."""
    read(file)
    holder = sqlite3.connect(file)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert (*CLEAN, parse_note(Source("d.md", "new"))) == read(file, [*SOURCES, Source("d.md", "new")])[0]
    finally:
        holder.close()


def test_a_folder_in_its_place(file):
    """A cache that cannot be opened is not used."""
    file.mkdir(parents=True)

    assert CLEAN == read(file)[0]


def test_a_file_in_the_place_of_its_folder(file):
    """The same."""
    file.parent.write_text("")

    assert CLEAN == read(file)[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_may_not_be_written(file):
    """The same."""
    file.parent.mkdir()
    file.parent.chmod(0o500)

    assert CLEAN == read(file)[0]


def test_no_memory():
    """Without a file nothing is cached."""
    assert (CLEAN, 3) == read(None)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_a_note_comes_back_as_it_was(text):
    """Encoding and decoding gives an equal note."""
    note = parse_note(parse_bytes("a.md", text.encode()))

    assert note == decode_note(encode_note(note))


def test_keys_tell_sources_apart():
    """The boundary between path and text is part of the key."""
    keys = {note_key(Source(path, text), ParseOptions()) for path, text in [("a", "bc"), ("ab", "c"), ("abc", "")]}

    assert 3 == len(keys)


# --- processes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_processes_are_invisible(jobs):
    """The number of processes changes neither notes nor their order."""
    sources = [
        Source(f"{number}.md", f"# {number}\n[[{number + 1}]] " + "word " * (number % 7)) for number in range(60)
    ]

    assert tuple(parse_note(source) for source in sources) == parse_notes(
        sources, ParseOptions(), Memo(None), Work(jobs)
    )


def test_a_note_that_takes_too_long(file):
    """It is one issue, and is parsed again next time; the others are not affected."""
    slow = Source("slow.md", "word [[x]] " * 100_000)
    memo = Memo(file)
    found = parse_notes([*SOURCES, slow], ParseOptions(), memo, Work(limit=0.2))
    memo.close()

    assert CLEAN == found[:3]
    assert ("slow.md", False, ["unread"]) == (
        found[3].path,
        found[3].public,
        [issue.kind for issue in found[3].issues],
    )
    with sqlite3.connect(file) as table:
        assert [(3,)] == table.execute("SELECT count(*) FROM entries").fetchall()


@pytest.mark.parametrize("before", [None, 0o755])
def test_the_cache_is_its_owners(tmp_path, before):
    """Only its owner can read it, also if an earlier version left it open."""
    folder = tmp_path / "cache"
    if before:
        folder.mkdir(before)
    Memo(folder / "notes.sqlite").close()

    assert 0o700 == folder.stat().st_mode & 0o777
