"""Files of the cache: complete or absent, and damage is noticed."""

import os
import time

import pytest

from hortus.core.cache import (
    OLD,
    clear_leftovers,
    read_cached,
    read_cached_json,
    replace_file,
    write_cached,
    write_cached_json,
)


def test_what_is_kept_is_returned(tmp_path):
    """Bytes and values, in new folders."""
    write_cached(tmp_path / "a" / "b.bin", b"one\ntwo")
    write_cached_json(tmp_path / "c.json", {"a": ["é", "\ud800"]})

    assert b"one\ntwo" == read_cached(tmp_path / "a" / "b.bin")
    assert {"a": ["é", "\ud800"]} == read_cached_json(tmp_path / "c.json")


@pytest.mark.parametrize("place", range(0, 50, 7))
def test_damage_is_noticed(tmp_path, place):
    """One flipped bit, wherever it is."""
    write_cached(tmp_path / "x", b"0123456789")
    content = bytearray((tmp_path / "x").read_bytes())
    content[place % len(content)] ^= 1
    (tmp_path / "x").write_bytes(content)

    with pytest.raises(ValueError, match="damaged"):
        read_cached(tmp_path / "x")


def test_what_cannot_be_written_is_not_kept(tmp_path):
    """If a file is in place of a folder: no error, and nothing cached."""
    (tmp_path / "file").write_text("")
    write_cached(tmp_path / "file" / "x", b"1")

    with pytest.raises(OSError):
        read_cached(tmp_path / "file" / "x")


def test_a_file_is_replaced_or_not_at_all(tmp_path):
    """If a folder has the name, it stays, and no temporary file is left."""
    (tmp_path / "x" / "y").mkdir(parents=True)

    with pytest.raises(OSError):
        replace_file(tmp_path / "x", b"1")
    assert ["x"] == os.listdir(tmp_path)


def test_what_was_left_half_written_is_removed_when_it_is_old(tmp_path):
    """New temporary files may be in use; complete files stay, however old."""
    for name in (".draft-old", ".draft-new", "kept", "figures/a/b/.draft-old"):
        replace_file(tmp_path / name, b"1")
    long_ago = time.time() - OLD - 60
    for name in (".draft-old", "kept", "figures/a/b/.draft-old"):
        os.utime(tmp_path / name, (long_ago, long_ago))

    clear_leftovers(tmp_path)

    assert {".draft-new", "kept"} == {file.name for file in tmp_path.rglob("*") if file.is_file()}
