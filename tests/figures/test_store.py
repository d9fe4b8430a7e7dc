"""The figure store: damaged entries count as absent, old ones are removed."""

import os
import random

import pytest

from hortus.figures.cache import store as stores
from hortus.figures.cache.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_what_is_put_is_got(store):
    digest = store.put(b"picture")
    store.add_action("k" * 64, {"objects": [digest]})

    assert b"picture" == store.get(digest)
    assert [{"objects": [digest]}] == store.actions("k" * 64)


def test_any_damage_makes_it_absent(store):
    """With any flipped bit, truncation or foreign content an entry is absent, never wrong, never an error."""
    digest = store.put(b"picture")
    store.add_action("k" * 64, {"objects": [digest]})
    chance = random.Random(0)
    for file in [file for file in store.folder.rglob("*") if file.is_file()]:
        whole = file.read_bytes()
        damaged = [whole[: len(whole) // 2], b"", b"{}", b'["x"]\n', b"\xff" * 40]
        for _ in range(100):
            place, bit = chance.randrange(len(whole)), 1 << chance.randrange(8)
            damaged.append(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        for content in damaged:
            file.write_bytes(content)
            assert (None, 1) == (store.get(digest), len(store.actions("k" * 64))) or (
                (b"picture", 0) == (store.get(digest), len(store.actions("k" * 64)))
            )
        file.write_bytes(whole)

    assert b"picture" == store.get(digest)


def test_a_record_in_anothers_place_is_absent(store):
    """A record of another key or name is never used, and is valid again in its own place."""
    store.add_action("k" * 64, {"objects": []})
    store.add_action("m" * 64, {"objects": ["other"]})
    store.set_last("one", {"seconds": 1})
    store.set_last("two", {"seconds": 2})
    one, two = (next(store.folder.glob(f"actions/{key}/*/*.json")) for key in ("kk", "mm"))
    exchange(one, two)
    exchange(*sorted(store.folder.glob("last/*.json")))
    moved = store.actions("k" * 64), store.actions("m" * 64), store.last("one"), store.last("two")
    exchange(one, two)

    assert ([], [], {}, {}) == moved
    assert [{"objects": []}] == store.actions("k" * 64)


def exchange(one, two):
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 63, "../" + "a" * 61])
def test_a_name_that_is_no_digest_leads_nowhere(store, digest):
    assert store.get(digest) is None


def test_the_oldest_goes_when_it_is_full(store):
    """The least recently used go first; last good pictures stay."""
    old, new, last = (store.put(name * 1000) for name in (b"o", b"n", b"l"))
    store.add_action("o" * 64, {"objects": [old]})
    store.add_action("n" * 64, {"objects": [new]})
    store.set_last("name", {"draw": {"objects": [last]}})
    for file in store.folder.rglob("*"):
        os.utime(file, (1, 1) if file.parent.name == "o" * 62 or file.parent.parent.name == "objects" else None)
    store.prune(2500)

    assert [None, b"n" * 1000, b"l" * 1000] == [store.get(digest) for digest in (old, new, last)]
    assert [] == store.actions("o" * 64)


def test_a_fresh_object_is_not_pruned(store):
    """Another build may be about to refer to it."""
    digest = store.put(b"x" * 1000)
    store.prune(10)

    assert store.get(digest) is not None
    assert stores.FRESH > 0
