"""Dates of last changes, from real repositories."""

import subprocess

import pytest

from hortus.vault.history import head, last_changes, read_dates


@pytest.fixture
def repository(tmp_path):
    """A repository in which a.md changed twice and `ü b.md` once; the vault is a folder of it."""
    folder = tmp_path / "repo"
    vault = folder / "my vault"
    vault.mkdir(parents=True)
    git(folder, "init", "-q")
    for day, name in (("2024-01-02", "a.md"), ("2024-02-03", "ü b.md"), ("2024-03-04", "a.md")):
        (vault / name).write_text(day)
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", day, date=f"{day}T23:30:00+02:00")
    return folder


def git(folder, *words, date="2024-01-01T00:00:00Z"):
    who = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@e.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@e.org",
    }
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_COMMITTER_DATE": date, **who}
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


def test_dates_are_those_of_the_last_commit(repository, tmp_path):
    """By path in the vault, in the committer's time zone."""
    changes = read_dates(repository / "my vault", tmp_path / "cache").changed

    assert {"a.md": "2024-03-04", "ü b.md": "2024-02-03"} == changes


def test_cached_until_the_next_commit(repository, tmp_path):
    """The log is read once per commit."""
    vault, cache = repository / "my vault", tmp_path / "cache"
    first = read_dates(vault, cache).changed
    (vault / "c.md").write_text("new")
    unchanged = read_dates(vault, cache).changed
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "c", date="2025-01-01T00:00:00Z")

    assert first == unchanged
    assert "2025-01-01" == read_dates(vault, cache).changed["c.md"]


def test_a_shallow_repository_knows_less(repository, tmp_path):
    """The oldest commit of a shallow clone contains all files, so its date does not count."""
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", str(shallow))

    assert {} == read_dates(shallow / "my vault", tmp_path / "cache").changed


def test_a_note_that_only_moved_has_not_changed(repository, tmp_path):
    """A move is no change; a new note of the old name is another."""
    vault = repository / "my vault"
    (vault / "deep").mkdir()
    git(repository, "mv", "my vault/a.md", "my vault/deep/b.md")
    git(repository, "commit", "-q", "-m", "moved", date="2025-01-01T00:00:00Z")
    (vault / "a.md").write_text("a new note")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "new", date="2025-02-02T00:00:00Z")

    assert {"a.md": "2025-02-02", "deep/b.md": "2024-03-04", "ü b.md": "2024-02-03"} == read_dates(
        vault, tmp_path / "cache"
    ).changed


def test_any_name_has_its_date(repository, tmp_path):
    """Also names that git quotes by default."""
    vault = repository / "my vault"
    for name in ('What "is" it.md', "tab\there.md", "back\\slash.md"):
        (vault / name).write_text("x")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "names", date="2025-03-03T00:00:00Z")
    changes = read_dates(vault, tmp_path / "cache").changed

    assert ["2025-03-03"] * 3 == [changes.get(n) for n in ('What "is" it.md', "tab\there.md", "back\\slash.md")]


def test_no_repository(tmp_path):
    """Without git the dates come from properties."""
    assert ("", {}) == (head(tmp_path), read_dates(tmp_path, tmp_path / "cache").changed)


def test_properties_fill_in(read_note):
    """A commit's date takes precedence; a note with neither has none."""
    notes = {
        path: read_note(text, path) for path, text in {"a.md": "---\ndate: 2020-01-01\n---\n", "b.md": "x"}.items()
    }

    assert {"a.md": "2024-03-04"} == last_changes(notes, {"a.md": "2024-03-04"})
    assert {"a.md": "2020-01-01"} == last_changes(notes, {})


def test_a_change_is_later_than_a_beginning(read_note):
    """Of a note's properties, the one with the date of the last change counts."""
    note = read_note("---\ncreated: 2020-01-01\nmodified: 2021-05-06T10:00\n---\n", "a.md")

    assert {"a.md": "2021-05-06"} == last_changes({"a.md": note}, {})
