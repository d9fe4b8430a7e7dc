"""Builds that are killed, run out of disk space, run at the same time, or read damaged caches lose nothing.

Kills, faults and limits are the system's, in separate processes: the command itself, forked from here so that its
imports are already loaded. Each case runs this often, and ten times as often with HORTUS_THOROUGH=1:

* a build, killed at 12 random moments, and killed after every system call of putting a site in its place that may
  have changed the disk (with HORTUS_THOROUGH=1 before every call);
* a full disk, reported once for each system call that needs space; limits of file size; small disks;
* builds at the same time in one folder, in 3 rounds of three;
* flipped bits in cached files, four files at a time, and then a build, 24 times;
* two random sequences of 10 edits with one cache, each compared with a clean build.
"""

import ctypes
import errno
import http.server
import ipaddress
import os
import platform
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from forked import leave_test
from thorough import THOROUGH

from hortus.cli.main import main
from hortus.core.cache import TWIN
from hortus.core.config import read_config
from hortus.core.model import HortusError, Site
from hortus.engine.build import build
from hortus.engine.steps import Steps
from hortus.engine.survey import survey
from hortus.figures.cache.store import Store
from hortus.parse.note import parse_note
from hortus.report.external_links import RateLimit, check_externals
from hortus.report.http_check import HttpPolicy
from hortus.site.writer import MANIFEST, places_for, write_files, write_site
from hortus.vault.reader import parse_bytes, read_vault

MORE = 10 if THOROUGH else 1
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="system calls are stopped as Linux does")
registers = pytest.mark.skipif(platform.machine() != "x86_64", reason="faults are put where x86-64 has its registers")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def leftovers(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir() if path.name.startswith(f".{out.name}."))


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


# --- processes ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Apart:
    """A process forked from this one, which leads a process group."""

    pid: int
    printed: Path

    def wait(self) -> int:
        """Return the exit status; of one that was killed the signal, negative."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def alone(self) -> bool:
        """Tell whether nothing that it started outlives it."""
        until = time.monotonic() + PATIENCE / 3
        while time.monotonic() < until:
            try:
                os.killpg(self.pid, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.002)
        return False


def fork(deed: Callable[[], int], printed: Path) -> Apart:
    """Run *deed* in a process of its own, which exits with the status that it returns."""
    pid = os.fork()
    if pid:
        with suppress(OSError):
            os.setpgid(pid, pid)
        return Apart(pid, printed)
    status = 99
    try:
        with suppress(OSError):
            os.setpgid(0, 0)
        file = os.open(printed, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
        os.dup2(file, 1)
        os.dup2(file, 2)
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # noqa: SIM115
        leave_test()
        status = deed()
        sys.stdout.flush()
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}".encode())
    finally:
        os._exit(status)


def build_apart(vault: Path, printed: Path, *arguments: str) -> Apart:
    """Start `hortus build`."""
    return fork(lambda: main(["build", str(vault), *arguments]), printed)


# --- a vault in two states ------------------------------------------------------------------------

OLD = {
    "index.md": "# Home MOC\n\n[[a]] [[b]] $x$\n",
    "a.md": "old words [[b]]\n",
    "b.md": "# B\n\n![[p.png]]\n",
    "p.png": "old picture " * 900,
    "gone.md": "old only [[a]]\n",
}
NEW = {
    "index.md": "# Home MOC\n\n[[a]] [[b]] [[c]] $y$\n",
    "a.md": "new words [[b]]\n",
    "b.md": "# B\n\n![[p.png]]\n",
    "p.png": "new picture " * 900,
    "folder/c.md": "new only [[a]]\n",
}
SETTINGS = 'search = false\nsite_url = "https://example.org/"\n'


@dataclass(frozen=True)
class Project:
    """A project whose vault is in one of two states, and the sites they make."""

    root: Path
    old: dict[str, bytes]
    new: dict[str, bytes]

    @property
    def out(self) -> Path:
        return self.root / "site"

    @property
    def printed(self) -> Path:
        return self.root / "printed.txt"

    def put(self, files: dict[str, str]) -> None:
        """Bring the vault into a state."""
        vault = self.root / "vault"
        for path in OLD.keys() | NEW.keys():
            if path in files:
                (vault / path).parent.mkdir(parents=True, exist_ok=True)
                (vault / path).write_text(files[path])
            else:
                (vault / path).unlink(missing_ok=True)

    def build(self, *arguments: str) -> Apart:
        return build_apart(self.root, self.printed, *arguments)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "project"
    (root / "vault").mkdir(parents=True)
    (root / "hortus.toml").write_text(SETTINGS)
    sites = []
    Project(root, {}, {}).put(OLD)
    make_site(root, tmp_path / "warm")  # what is loaded here need not be loaded in every process
    for files in (NEW, OLD):
        Project(root, {}, {}).put(files)
        assert 0 == build_apart(root, root / "printed.txt").wait()
        sites.append(snapshot(root / "site"))
    return Project(root, sites[1], sites[0])


# --- killed ---------------------------------------------------------------------------------------


def test_killed_at_any_moment(project):
    """`kill -9` at random moments: the old or the new site, complete; no process left; the next build succeeds."""
    dice = random.Random(11)
    states = [(OLD, project.old), (NEW, project.new)]
    slowest, ends = 0.0, {"old": 0, "new": 0, "done": 0}
    for number in range(12 * MORE):
        files, wanted = states[(number + 1) % 2]
        before = states[number % 2][1]
        project.put(files)
        process = project.build()
        began = time.monotonic()
        time.sleep(dice.random() * (slowest or 0.2))
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        killed = process.wait() == -signal.SIGKILL
        found = snapshot(project.out)
        assert found in (before, wanted), f"a mix: {differences(found, before)} and {differences(found, wanted)}"
        assert process.alone(), "something that it started lives on"
        ends["done" if not killed else "old" if found == before else "new"] += 1

        began = time.monotonic()
        assert 0 == project.build().wait(), project.printed.read_text()
        slowest = max(time.monotonic() - began, slowest * 0.9)
        assert [] == differences(wanted, snapshot(project.out))
        assert [] == leftovers(project.out)

    assert ends["old"] > 1, f"hardly any was killed in time: {ends}"


class SystemCalls:
    """Another process, stopped before each of its system calls."""

    SYSCALL, PEEK, POKE, OPTIONS, TRACEME = 24, 3, 6, 0x4200, 0
    NUMBER, RESULT = 15 * 8, 10 * 8
    """Where x86-64 has a call's number and its result."""

    def __init__(self) -> None:
        self.call = ctypes.CDLL(None, use_errno=True).ptrace
        self.call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.call.restype = ctypes.c_long

    def run(self, deed: Callable[[], int], printed: Path, at: Callable[["SystemCalls", int], int | None]) -> int:
        """Do something apart; before its call number n, *at* may kill it, or return an error for the call to give."""

        def traced() -> int:
            if self.call(self.TRACEME, 0, None, None):
                return 98
            os.kill(os.getpid(), signal.SIGSTOP)
            return deed()

        process = fork(traced, printed)
        self.pid = process.pid
        _, status = os.waitpid(self.pid, 0)
        if os.WIFEXITED(status):
            pytest.skip("this machine lets nobody stop another process")
        self.call(self.OPTIONS, self.pid, None, 0x1 | 0x100000)  # tell calls from signals; end with the tracer
        number, inside, fault = 0, False, None
        while True:
            self.call(self.SYSCALL, self.pid, None, None)
            _, status = os.waitpid(self.pid, 0)
            if not os.WIFSTOPPED(status):
                return os.waitstatus_to_exitcode(status)
            if os.WSTOPSIG(status) != signal.SIGTRAP | 0x80:
                continue
            inside = not inside
            if inside:
                fault = at(self, number)
                number += 1
                if fault:
                    self.call(self.POKE, self.pid, self.NUMBER, -1 & (1 << 64) - 1)
            elif fault:
                self.call(self.POKE, self.pid, self.RESULT, -fault & (1 << 64) - 1)

    @property
    def number(self) -> int:
        """Which system call it is about to make."""
        return self.call(self.PEEK, self.pid, self.NUMBER, None)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


READING = {0, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 17, 21, 32, 33, 39, 72, 79, 89, 96, 98, 102, 104, 107, 108, 186, 202,
           217, 228, 262, 267, 269, 302, 318, 332, 436, 439}  # fmt: skip
"""Calls of x86-64 that change nothing on a disk, like read, close, fstat, lseek, mmap, fcntl, getdents64 and statx."""
RENAMEAT2 = 316
MAKING = {1: "write", 18: "pwrite64", 40: "sendfile", 82: "rename", 83: "mkdir", 86: "link", 257: "openat",
          258: "mkdirat", 264: "renameat", 265: "linkat", RENAMEAT2: "renameat2", 326: "copy_file_range"}  # fmt: skip
"""Calls of x86-64 that may find no room."""
FIRST = {"index.html": b"old", "a/b.html": b"old b", "same.html": b"same", "gone.html": b"gone"}
SECOND = {"index.html": b"new", "a/b.html": b"new b", "same.html": b"same", "c/d.html": b"new d"}
FOREIGN = {"CNAME": b"x.org", "mine/notes.txt": b"mine"}


def pages(folder: Path) -> dict[str, bytes] | None:
    """Return the files of a site but its manifest; None when there is no such folder."""
    return {name: c for name, c in snapshot(folder).items() if name != MANIFEST} if folder.is_dir() else None


def write_into(out: Path, site: dict[str, bytes], way: str) -> None:
    """Write a site; with a cache, so that the next one is made from a twin, if *way* says so."""
    write_files(site.items(), out, places=places_for(out, out.parent.parent / "cache") if way == "twin" else None)


def put_site(site: dict[str, bytes], foreign: dict[str, bytes], out: Path, way: str = "") -> None:
    """Write a site, and next to it what is somebody else's."""
    write_into(out, site, way)
    for name, content in foreign.items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(content)


def write_second(out: Path, way: str = "") -> Callable[[], int]:
    """Return what writes the second site, and says how that went."""

    def write() -> int:
        try:
            write_into(out, SECOND, way)
        except HortusError as error:
            print(error)
            return error.status
        return 0

    return write


def every_call(out: Path, printed: Path, way: str) -> Iterator[int]:
    """Kill the writing at its first, second, … moment until it gets through; yield after each death.

    A moment is before a system call that follows one that may have changed the disk; with HORTUS_THOROUGH=1, and where
    the calls are not known, before each call.
    """
    steps, known = SystemCalls(), platform.machine() == "x86_64" and not THOROUGH
    for last in range(10_000):
        moment, changed = -1, True

        def at(steps: SystemCalls, number: int, last: int = last) -> int | None:
            nonlocal moment, changed
            moment += changed
            if changed and moment == last:
                steps.kill()
            changed = not known or steps.number not in READING
            return errno.ENOSYS if way == "two renames" and steps.number == RENAMEAT2 else None

        if steps.run(write_second(out, way), printed, at) == 0:
            assert last > 15, "it was over before it began"
            return
        yield last
    pytest.fail("it never ended")


@linux
@pytest.mark.parametrize("way", ["exchange", "twin", pytest.param("two renames", marks=registers)])
def test_killed_before_every_system_call(tmp_path, way):
    """The old site or the new one, with all that is somebody else's, and after the next build the new one.

    Where the system cannot exchange two folders there is, for one moment, none; the next build has all of it again.
    """
    out, printed = tmp_path / "www" / "site", tmp_path / "printed"
    old, new = FIRST | FOREIGN, SECOND | FOREIGN
    put_site(FIRST, FOREIGN, out, way)
    seen: set[str] = set()
    for number in every_call(out, printed, way):
        found = pages(out)
        seen.add("none" if found is None else "old" if found == old else "new")
        assert found in (old, new) or (way == "two renames" and found is None), f"call {number}: {found}"

        write_into(out, SECOND, way)
        assert (new, []) == (pages(out), leftovers(out)), f"call {number} was not healed"
        write_into(out, FIRST, way)
        assert (old, []) == (pages(out), leftovers(out)), f"call {number} was not healed for good"

    assert {"old", "new"} | ({"none"} if way == "two renames" else set()) == seen


@linux
@pytest.mark.parametrize("way", ["exchange", "twin"])
def test_killed_before_every_system_call_of_the_first_site(tmp_path, way):
    """Without an earlier site there is none, or the complete new one."""
    out = tmp_path / "www" / "site"
    for number in every_call(out, tmp_path / "printed", way):
        assert pages(out) in (None, SECOND), f"call {number}"

        write_into(out, SECOND, way)
        assert (SECOND, []) == (pages(out), leftovers(out)), f"call {number} was not healed"
        shutil.rmtree(out.parent)


# --- no room ----------------------------------------------------------------------------------------


@linux
@registers
@pytest.mark.parametrize("way", ["exchange", "twin", "two renames"])
def test_no_room_at_every_system_call(tmp_path, way):
    """Whichever call fails with a full disk: the old site and a message, or the new site."""
    out, printed = tmp_path / "www" / "site", tmp_path / "printed"
    old, new = FIRST | FOREIGN, SECOND | FOREIGN
    put_site(FIRST, FOREIGN, out, way)
    steps, full, ends = SystemCalls(), -1, {0: 0, 1: 0}
    while True:
        full += 1
        made = 0

        def at(steps: SystemCalls, number: int, full: int = full) -> int | None:
            nonlocal made
            call = steps.number
            if way == "two renames" and call == RENAMEAT2:
                return errno.ENOSYS
            if call in MAKING:
                made += 1
                return errno.ENOSPC if made == full + 1 else None
            return None

        status = steps.run(write_second(out, way), printed, at)
        if made <= full:
            break
        assert status in ends, printed.read_text()
        ends[status] += 1
        assert (new if status == 0 else old) == pages(out), f"the {full}th: {printed.read_text()}"
        assert status == 0 or "No space left on device; the site was left unchanged" in printed.read_text()

        write_into(out, SECOND, way)
        assert (new, []) == (pages(out), leftovers(out))
        write_into(out, FIRST, way)

    assert 0 == status and pages(out) == new
    assert ends[1] > 10, "no room was missing"


def limited(project: Project, size: int) -> Callable[[], int]:
    def run() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return main(["build", str(project.root)])

    return run


def reported_or_done(status: int, before: dict[str, bytes], wanted: dict[str, bytes], out: Path, said: Path) -> str:
    """Return what is wrong after a build with little space: it must report that and change nothing, or succeed."""
    printed, found = said.read_text(), snapshot(out)
    if "Traceback" in printed:
        return printed
    if status == 0:
        return "" if found == wanted else f"status 0, and {differences(found, wanted)} are not there"
    if status != 1 or (printed and "the site was left unchanged" not in printed):
        return f"status {status}: {printed}"
    return "" if found == before else f"status 1, and {differences(found, before)} are changed"


def test_files_that_may_not_grow(project):
    """File size limits for site and cache: at every limit, the old or the new site."""
    dice = random.Random(12)
    states = [(OLD, project.old), (NEW, project.new)]
    largest = max(map(len, project.new.values()))
    statuses = set()
    for number in range(8 * MORE):
        now, before = states[(number + 1) % 2], states[number % 2][1]
        project.put(now[0])
        forget(number)
        size = int(largest ** dice.random()) if number % 4 else dice.randrange(largest * 2)
        statuses.add(status := fork(limited(project, size), project.printed).wait())

        assert "" == reported_or_done(status, before, now[1], project.out, project.printed), f"at {size} bytes"
        assert 0 == project.build().wait()
        assert ([], []) == (differences(now[1], snapshot(project.out)), leftovers(project.out))

    assert {0, 1} == statuses


def forget(number: int) -> None:
    """Remove cached data that is quickly made again, and sometimes all."""
    cache = Path(os.environ["HORTUS_CACHE"])
    for path in sorted(cache.rglob("*")):
        if path.is_file() and (number % 10 == 0 or path.suffix not in (".png", ".woff2")):
            path.unlink()


@pytest.fixture
def disk(tmp_path) -> Iterator[Callable[[int], Path]]:
    """Return a function that makes a disk of so many kilobytes, and returns its path."""
    place = tmp_path / "disk"
    place.mkdir()

    def size(kilobytes: int) -> Path:
        options = f"{'remount,' if os.path.ismount(place) else ''}size={kilobytes}k"
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True).returncode:
            pytest.skip("this machine lets nobody mount a disk")
        return place

    yield size
    if os.path.ismount(place):
        subprocess.run(["umount", "--lazy", place], check=True)


def test_small_disks(project, disk, monkeypatch):
    """Site and cache on one disk that is full, or has a little space, increasing until it is enough."""
    place = disk(8192)
    project = replace(project, root=Path(shutil.move(project.root, place / "project")))
    printed = place.parent / "printed.txt"
    monkeypatch.setenv("HORTUS_CACHE", str(place / "cache"))
    statuses = []
    for number, spare in enumerate([*range(0, 240, 40 // MORE), 4000]):
        disk(8192)
        project.put(OLD)
        assert 0 == build_apart(project.root, printed).wait()
        project.put(NEW)
        forget(number)
        disk(shutil.disk_usage(place).used // 1024 + spare)
        status = build_apart(project.root, printed).wait()
        statuses.append(status)

        assert "" == reported_or_done(status, project.old, project.new, project.out, printed), f"{spare} kB to spare"
        assert [] == leftovers(project.out)

    assert 1 in statuses and 0 == statuses[-1]


# --- at once ----------------------------------------------------------------------------------------


def test_builds_at_once(project):
    """Three builds on one folder and cache, one killed: the site is complete at any time, and correct at the end."""
    dice = random.Random(13)
    for number in range(3 * MORE):
        files, wanted = (NEW, project.new) if number % 2 == 0 else (OLD, project.old)
        before = project.old if number % 2 == 0 else project.new
        project.put(files)
        processes = [build_apart(project.root, project.root / f"printed{n}.txt") for n in range(3)]
        time.sleep(dice.random() * 0.1)
        os.kill(processes[0].pid, signal.SIGKILL)
        killed = processes[0].wait()
        assert snapshot(project.out) in (before, wanted)
        statuses = [process.wait() for process in processes[1:]]

        assert killed in (0, -signal.SIGKILL)
        assert [0, 0] == statuses, [process.printed.read_text() for process in processes]
        assert ([], []) == (differences(wanted, snapshot(project.out)), leftovers(project.out))


def test_different_builds_at_once(project, tmp_path):
    """Two vaults built into one folder: one build waits, and the folder has one site."""
    others = tmp_path / "others"
    shutil.copytree(project.root, others)
    project.put(NEW)
    for _ in range(2 * MORE):
        processes = [
            build_apart(root, root / "printed.txt", "--out", str(project.out)) for root in (project.root, others)
        ]

        assert [0, 0] == [process.wait() for process in processes], [p.printed.read_text() for p in processes]
        assert pages(project.out) in (
            {n: c for n, c in site.items() if n != MANIFEST} for site in (project.old, project.new)
        )
        assert [] == leftovers(project.out)


# --- what is remembered, damaged ------------------------------------------------------------------


def turn(file: Path, dice: random.Random) -> None:
    """Flip one bit."""
    content = bytearray(file.read_bytes())
    if content:
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        file.write_bytes(content)


def test_damaged_cache(project, capfd):
    """With flipped bits in cached files, four at a time, site and report are correct."""
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.invalid"]
    for words in (["init", "--quiet"], ["add", "vault"], [*settings, "commit", "--quiet", "-m", "notes"]):
        subprocess.run(["git", *words], cwd=project.root, check=True, env=os.environ | {"GIT_CONFIG_NOSYSTEM": "1"})
    with (project.root / "vault" / "a.md").open("a") as note:
        note.write("\n[[nowhere]] TODO\n\n[x]()\n")
    shutil.rmtree(os.environ["HORTUS_CACHE"])
    assert 0 == main(["build", str(project.root)])
    clean, said = snapshot(project.out), capfd.readouterr().out
    cache = read_config(project.root).cache
    dice, turned = random.Random(14), {}
    for _ in range(24 * MORE):
        shutil.rmtree(cache / "figures", ignore_errors=True)
        files = sorted(path for path in cache.rglob("*") if path.is_file() and TWIN not in str(path))
        kinds: dict[str, list[Path]] = {}
        for file in files:
            kinds.setdefault(file.name.split("-")[0] if file.suffix != ".png" else "card", []).append(file)
        last = kinds.pop("last")  # without it all is read again
        chosen = dice.sample(sorted(kinds.keys() - {"math"}), 3)
        chosen[0] = "math" if dice.random() < 0.1 else chosen[0]  # it takes long to make
        for file in [last[0], *(dice.choice(kinds[kind]) for kind in chosen)]:
            turn(file, dice)
            kind = file.name.split("-")[0] if file.suffix != ".png" else "card"
            turned[kind] = turned.get(kind, 0) + 1
        status, printed = main(["build", str(project.root)]), capfd.readouterr()

        assert (0, "") == (status, printed.err)
        assert [] == differences(clean, snapshot(project.out)), sorted(turned)
        assert said.splitlines()[1:] == printed.out.splitlines()[1:]

    assert 96 * MORE == sum(turned.values())
    caches = {"changes.json", "graph.json", "issues.msgpack", "links.msgpack", "notes.sqlite"}
    kinds = caches | {"card", "last", "math", "stamps", "traces"}
    assert kinds == turned.keys()


@pytest.mark.parametrize("deed", ["a bit", "cut", "empty", "another's"])
def test_damaged_figures(tmp_path, deed):
    """The figure store returns what was stored, or nothing; "another's": an object in another file's place."""
    store = Store(tmp_path / "figures")
    dice = random.Random(deed)
    objects = [store.put(dice.randbytes(300)) for _ in range(4)]
    contents = [content for name in objects if (content := store.get(name)) is not None]
    action, record = (
        {"objects": objects, "observed": [["a.csv", "1"]], "versions": {"x": "1"}},
        {"key": objects[0], "alt": "é"},
    )
    for _ in range(30 * MORE):
        assert objects == [store.put(content) for content in contents]
        store.add_action("k" * 64, action)
        store.set_last("figure", record)
        files = sorted(path for path in store.folder.rglob("*") if path.is_file())
        file = dice.choice(files)
        if deed == "a bit":
            turn(file, dice)
        elif deed == "another's":
            file.write_bytes(dice.choice(contents))
        else:
            file.write_bytes(file.read_bytes()[: dice.randrange(50) if deed == "cut" else 0])

        assert [] == [
            name for name, content in zip(objects, contents, strict=True) if store.get(name) not in (content, None)
        ]
        assert store.actions("k" * 64) in ([action], [])
        assert store.last("figure") in (record, {})


@pytest.fixture
def stranger() -> Iterator[str]:
    """A server on this machine with one page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200 if self.path == "/there" else 404)
            self.end_headers()

        do_GET = do_HEAD

        def log_message(self, *_) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_damaged_answers_of_servers(tmp_path, stranger):
    """A cached answer is used unchanged, or requested again."""
    notes = [parse_note(parse_bytes("a.md", f"[x]({stranger}/gone) [y]({stranger}/there)\n".encode()))]
    file, dice = tmp_path / "links.json", random.Random(15)
    here = HttpPolicy(allowed=(ipaddress.ip_network("127.0.0.1/32"),), seconds=5)
    clean = check_externals(notes, file, here, RateLimit(pause=0))
    kept = file.read_bytes()
    for _ in range(30 * MORE):
        file.write_bytes(kept)
        turn(file, dice)

        assert clean == check_externals(notes, file, here, RateLimit(pause=0))


# --- what the killed leave in the cache ---------------------------------------------------------------


def killed_at_rename(count: int, cache: Path, command: list[str]) -> int:
    """Store a figure and run the command, but end without a word before the rename after *count* others."""
    left, rename = count, os.replace

    def rename_or_end(*places, **more):
        nonlocal left
        left -= 1
        return rename(*places, **more) if left >= 0 else os._exit(9)

    os.replace = Path.replace = rename_or_end
    store = Store(cache / "figures")
    store.add_action("0" * 64, {"result": store.put(f"picture {count}".encode())})
    return main(command)


def test_what_the_killed_left_in_the_cache(tmp_path, monkeypatch):
    """Killed before a cache file is renamed: a later build removes the temporary file, and nothing else."""
    vault, notes = tmp_path / "vault", {"a.md": "# A{0}\n\n$x_{0}$ [[index]]\n", "index.md": "[[a]]\n"}
    vault.mkdir()
    (tmp_path / "hortus.toml").write_text('site_url = "https://notes.example/"\n')
    monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / "cache"))
    own, command = read_config(vault).cache, ["build", str(vault), "--out", str(tmp_path / "site")]
    statuses: list[int] = []
    while 0 not in statuses:
        for name, text in notes.items():
            (vault / name).write_text(text.replace("{0}", str(len(statuses))))
        printed, count = tmp_path / "printed", len(statuses)
        statuses.append(fork(lambda count=count: killed_at_rename(count, own, command), printed).wait())
        assert statuses[-1] in (0, 9)
    left = [file for file in own.rglob("*") if file.name.startswith(".draft-")]
    assert len(left) >= len(statuses) - 1 > 4  # what works in the background was killed as well
    foreign = [own / "thesis.2024", own / "notes.sqlite.1", own / "cards/me.png.3", own / "figures/.draft"]
    for file in foreign:
        file.write_text("mine")
    for file in (*left, *foreign):
        os.utime(file, (0, 0))
    (own / ".draft-abcdefgh").write_text("being written now")

    (vault / "index.md").write_text("[[a]] again\n")
    assert 0 == main(command)

    assert [] == [file for file in left if file.exists()]
    assert ["mine"] * len(foreign) == [file.read_text() for file in foreign]
    assert (own / ".draft-abcdefgh").exists()


# --- edits --------------------------------------------------------------------------------------------

NAMES = [
    "Alpha.md",
    "beta.md",
    "Gamma MOC.md",
    "sub/Delta.md",
    "sub/beta.md",
    "zeta 1.2.md",
    "Index MOC.md",
    "map.canvas",
]
PIECES = [
    "see [[Alpha]] and [[beta|other]].", "![[Delta]]", "![[beta#Part]]", "[x](sub/Delta.md)", "[[Missing one]] TODO",
    "# Part\ntext ^b", "[[zeta 1.2#^b]] #tag", "> [!note] T\n> [[#Part]]", "![[p.png|100]]\n*A caption with [[beta]].*",
    "x[^1]\n\n[^1]: words [[Alpha]]", "```python\nx = 1\n```", "%%hidden [[Alpha]]%%", "![[data.csv]]", "[[Renamed 1]]",
]  # fmt: skip
HEADS = [
    "", "", "---\ntags: [one]\naliases: [AL]\n---\n", "---\ndraft: true\n---\n", "---\nprivate: [\n---\n",
    "---\ntitle: T\ndate: 2024-05-06\nup: '[[Gamma MOC]]'\n---\n",
]  # fmt: skip
CANVAS = '{"nodes":[{"id":"1","type":"file","file":"%s","x":0,"y":0,"width":9,"height":9}],"edges":[]}'
TOML = [
    "search = false\n",
    SETTINGS,
    'search = false\nignore = ["sub/**"]\n',
    "search = false\nstrict_line_breaks = true\n",
]
DEEDS = (
    "write", "write", "hide", "rename", "swap", "delete", "move", "folder", "asset", "settings", "theme", "append",
)  # fmt: skip


def edit(dice: random.Random, root: Path) -> str:
    """Edit a vault as its owner might; return a description."""
    vault = root / "vault"
    notes = sorted(path for path in vault.rglob("*") if path.suffix in (".md", ".canvas"))
    note = dice.choice(notes) if notes else vault / "Alpha.md"
    deed = dice.choice(DEEDS) if notes else "write"
    if deed == "write":
        file = vault / dice.choice(NAMES)
        file.parent.mkdir(exist_ok=True)
        body = "\n\n".join(dice.sample(PIECES, dice.randint(0, 5)))
        file.write_text(CANVAS % dice.choice(NAMES) if file.suffix == ".canvas" else f"{dice.choice(HEADS)}{body}\n")
    elif deed == "hide":
        mark = f"{dice.choice(['draft', 'private'])}: {dice.choice(['true', 'false'])}"
        note.write_text(f"---\n{mark}\n---\n{dice.choice(PIECES)}\n")
    elif deed == "rename":
        note.rename(note.with_name(f"Renamed {dice.randint(0, 2)}{note.suffix}"))
    elif deed == "swap":
        other = dice.choice(notes)
        one, two = note.read_bytes(), other.read_bytes()
        note.write_bytes(two), other.write_bytes(one)
    elif deed == "delete":
        note.unlink()
    elif deed == "move":
        target = vault / dice.choice(["", "sub", "new folder"])
        target.mkdir(exist_ok=True)
        note.rename(target / note.name)
    elif deed == "folder" and (vault / "sub").is_dir():
        shutil.rmtree(vault / "other", ignore_errors=True)
        (vault / "sub").rename(vault / "other")
    elif deed == "asset":
        file = vault / dice.choice(["p.png", "sub/p.png", "data.csv"])
        file.parent.mkdir(exist_ok=True)
        file.unlink() if file.exists() and dice.random() < 0.3 else file.write_text(f"a,{dice.random()}\n")
    elif deed == "settings":
        (root / "hortus.toml").write_text(dice.choice(TOML))
    elif deed == "theme":
        (root / "theme.css").write_text(f"/* {dice.random()} */\n")
    elif deed == "append":
        note.write_text(note.read_text() + f"\n\n{dice.choice(PIECES)}\n")
    return f"{deed} {note.name}"


def make_site(root: Path, cache: Path) -> Site:
    """Build in memory the site of `hortus build`."""
    config = replace(read_config(root), cache=cache)
    return build(
        config, survey(config, read_vault(config.vault, config.settings.ignore, config.skip), Steps(config, 1))
    )


@pytest.mark.parametrize("seed", range(2 * MORE))
def test_edits(tmp_path, seed):
    """After each of many sequences of edits, with one cache and folder, the site is that of a clean build."""
    dice = random.Random(seed)
    root = tmp_path / "project"
    (root / "vault").mkdir(parents=True)
    (root / "hortus.toml").write_text(SETTINGS)
    for _ in range(6):
        edit(dice, root)
    done = []
    for number in range(10):
        done.append([edit(dice, root) for _ in range(dice.randint(1, 4))])
        write_site(make_site(root, tmp_path / "cache"), root / "site")
        clean = make_site(root, tmp_path / f"clean{number}").files
        wanted = {url: c if isinstance(c, bytes) else c.read_bytes() for url, c in clean.items()}

        assert [] == differences(wanted, pages(root / "site")), done
        shutil.rmtree(tmp_path / f"clean{number}", ignore_errors=True)
