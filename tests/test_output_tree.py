"""The twin: the site before the last one, from which the next one is made, whatever happened to it meanwhile."""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from thorough import often

from hortus.core.model import Site
from hortus.site.writer import MANIFEST, Places, Written, places_for, write_files, write_site

Contents = dict[str, bytes]
SITES: list[Contents] = [
    {"index.html": b"1", "a/b.html": b"1", "same.html": b"same", "gone.html": b"gone", "deep/er/x.html": b"x"},
    {"index.html": b"2", "a/b.html": b"1", "same.html": b"same", "new/y.html": b"y"},
    {"index.html": b"3", "a/b.html": b"3", "same.html": b"same", "a/c.html": b"c"},
    {"index.html": b"4", "a": b"a page where a folder was", "same.html": b"same"},
    {"index.html": b"5", "a/b.html/c.html": b"a folder where a page was", "same.html": b"same"},
]


def contents(folder: Path) -> Contents:
    """Return every file of a site except its manifest, and empty folders as empty names."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name if path.is_file() else f"{name}/": path.read_bytes() if path.is_file() else b""
        for name, path in found.items()
        if name != MANIFEST and (path.is_file() or not any(path.iterdir()))
    }


def inodes(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "www" / "site"


@pytest.fixture
def places(out, tmp_path) -> Places:
    return places_for(out, tmp_path / "cache")


@pytest.fixture
def put(out, places) -> Callable[[int], Written]:
    """Return a function that writes the site of a number."""
    return lambda number: write_files(SITES[number % len(SITES)].items(), out, places=places)


def test_sites_one_after_another(out, places, put):
    """Each site is complete, its twin is the site before it, and nothing else is left."""
    for number in range(2 * len(SITES)):
        put(number)

        assert SITES[number % len(SITES)] == contents(out)
        assert ["site"] == os.listdir(out.parent)
        if number:
            assert SITES[(number - 1) % len(SITES)] == contents(places.twin)


def test_what_did_not_change_stays_the_same_file(out, places, put):
    """Site and twin share the files that they have in common, from the first site on."""
    put(0)
    before = inodes(out)

    assert before == inodes(places.twin)
    put(1)
    assert {name: before[name] for name in ("a/b.html", "same.html")} == {
        name: inode for name, inode in inodes(out).items() if inode in before.values()
    }


def test_foreign_files(out, put):
    """What somebody puts into the site stays in it, over any number of builds, and what they remove does not return."""
    put(0)
    mine = {"CNAME": b"x.org", "mine/notes.txt": b"mine"}
    for name, content in mine.items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(content)
    (out / "empty").mkdir()
    (out / "link").symlink_to("mine/notes.txt")
    for number in (1, 2, 3):
        put(number)

        assert SITES[number] | mine | {"empty/": b"", "link": b"mine"} == contents(out)
        assert "mine/notes.txt" == os.readlink(out / "link")
    (out / "CNAME").unlink()
    (out / "empty").rmdir()
    for number in (4, 5, 6):
        put(number)

        assert {"mine/notes.txt", "link"} == contents(out).keys() - SITES[number % len(SITES)].keys()


def edit_in_place(out: Path, twin: Path) -> None:
    (out / "same.html").write_bytes(b"edited in place")


def edit_twin(out: Path, twin: Path) -> None:
    (twin / "a" / "b.html").unlink()
    (twin / "a" / "b.html").write_bytes(b"not what the site has")


def cut_twin(out: Path, twin: Path) -> None:
    shutil.rmtree(twin / "a")
    (twin / "same.html").unlink()


def add_to_twin(out: Path, twin: Path) -> None:
    (twin / "a" / "more").mkdir()
    (twin / "a" / "more" / "added.html").write_bytes(b"added")
    (twin / "same.html").unlink()
    (twin / "same.html").mkdir()


def close_twin(out: Path, twin: Path) -> None:
    (twin / "a").chmod(0)
    twin.chmod(0o700)


def file_for_twin(out: Path, twin: Path) -> None:
    shutil.rmtree(twin)
    twin.write_bytes(b"a file")


def link_for_twin(out: Path, twin: Path) -> None:
    shutil.rmtree(twin)
    twin.symlink_to(twin.parent.parent / "precious")


def link_in_twin(out: Path, twin: Path) -> None:
    shutil.rmtree(twin / "a")
    (twin / "a").symlink_to(twin.parent.parent / "precious")


def no_twin(out: Path, twin: Path) -> None:
    shutil.rmtree(twin)


def no_cache(out: Path, twin: Path) -> None:
    shutil.rmtree(twin.parent)


def file_for_cache(out: Path, twin: Path) -> None:
    shutil.rmtree(twin.parent)
    twin.parent.write_bytes(b"a file")


def no_site(out: Path, twin: Path) -> None:
    shutil.rmtree(out)


def modes(out: Path, twin: Path) -> None:
    (out / "a").chmod(0o700)
    (twin / "a").chmod(0o711)


DAMAGE = [
    edit_in_place, edit_twin, cut_twin, add_to_twin, close_twin, file_for_twin, link_for_twin, link_in_twin,
    no_twin, no_cache, file_for_cache, no_site, modes,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage(out, places, put, tmp_path, damage):
    """Whatever happens to site and twin, the next sites are complete, and nothing outside of them is touched."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "b.html").write_bytes(b"precious")
    put(0)
    put(1)
    damage(out, places.twin)
    for number in (2, 1, 2, 3, 4):
        put(number)

        assert SITES[number] == contents(out)
        assert {0o755} == {path.stat().st_mode & 0o777 for path in (out, *out.rglob("*")) if path.is_dir()}
        assert {"b.html": b"precious"} == contents(tmp_path / "precious")
        assert {"site", "site.kept"} >= set(os.listdir(out.parent))


def test_an_edit_in_place_is_kept(out, put):
    """A page that was edited, and with it its twin's, is moved out of the site as ever."""
    put(0)
    put(1)
    edit_in_place(out, out)

    assert ("site.kept/same.html",) == put(2).moved
    assert b"edited in place" == (out.with_name("site.kept") / "same.html").read_bytes()


def test_a_site_of_an_older_version(out, put, places):
    """A site that was written without a twin gets one with the next build."""
    write_site(Site(SITES[0]), out)
    put(1)

    assert SITES[1] == contents(out)
    assert SITES[0] == contents(places.twin)


@pytest.fixture
def other_disk(tmp_path) -> Iterator[Path]:
    """A folder on another file system."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is one disk only")
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_a_cache_on_another_disk(out, other_disk):
    """Then there is no twin; sites are made as without one."""
    places = places_for(out, other_disk)
    for number in (0, 1, 2, 1):
        write_files(SITES[number].items(), out, places=places)

        assert SITES[number] == contents(out)
        assert ["site"] == os.listdir(out.parent)
        assert not places.twin.exists()


def test_a_site_that_moved_to_another_disk(out, places, put, other_disk):
    """A twin that no longer is on the disk of the site is removed."""
    put(0)
    put(1)
    elsewhere = replace(places, twin=other_disk / "twin")
    shutil.move(places.twin, elsewhere.twin)
    write_files(SITES[2].items(), out, places=elsewhere)

    assert SITES[2] == contents(out)
    assert not elsewhere.twin.exists()


def test_the_twin_of_a_failed_build(out, put, places, tmp_path):
    """A build that fails leaves the site as it was, and the next one is complete."""
    put(0)
    put(1)
    with pytest.raises(Exception, match="the site was left unchanged"):
        write_files((SITES[2] | {"z.png": tmp_path / "vanished.png"}).items(), out, places=places)

    assert (SITES[1], ["site"]) == (contents(out), os.listdir(out.parent))
    put(2)
    assert SITES[2] == contents(out)


NAMES = ["index.html", "a.html", "a", "a/b", "a/b/c.html", "a/d.html", "e/f.html", "e", "mine/x", "mine"]


def some_site(dice: random.Random) -> Contents:
    """Return a few files none of which is in the way of another."""
    files: Contents = {}
    for name in dice.sample(NAMES, 5):
        if not any(one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in files):
            files[name] = str(dice.randint(0, 1)).encode()
    return files


@pytest.mark.parametrize("seed", range(often(32)))
def test_random_sites(out, places, seed):
    """Over one twin, with foreign files that come and go, the folder is what it is without a twin."""
    dice = random.Random(seed)
    plain = out.parent.with_name("plain") / "site"
    for _ in range(12):
        site = some_site(dice)
        written = write_site(Site(site), plain), write_files(site.items(), out, places=places)

        assert contents(plain) == contents(out)
        assert written[0] == written[1]
        name, text = dice.choice(["mine/x", "mine2", "a/mine", "e/f/g"]), f"{dice.random()}"
        for folder in (plain, out):
            target = folder / name
            if target.is_file():
                target.unlink()
            elif not target.exists() and not any(place.is_file() for place in target.parents):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
