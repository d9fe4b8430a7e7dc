"""Run git as a program; the only module that does. Checkouts, index and settings of the user are never changed.

Objects are written, references are moved only from their expected old value, and pushes are never forced. Making a
tree needs an index, which is a temporary file.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from hortus.core.model import HortusError

FOREIGN = ("GIT_INDEX_FILE", "GIT_PREFIX", "GIT_INTERNAL_SUPER_PREFIX", "GIT_QUARANTINE_PATH")
"""Environment variables that git sets for hooks and that must not reach these calls."""
ANONYMOUS = {"NAME": "Hortus", "EMAIL": "hortus@hortus.invalid"}
"""Author and committer if git has none configured; git's guess would reveal the names of user and machine."""
NOTHING: Mapping[str, str] = MappingProxyType({})
PLAIN_FILE = "100644"
LITERAL_PATHS = {"GIT_LITERAL_PATHSPECS": "1"}
TIMEOUT = 60.0
"""Seconds for queries that a build can do without."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree."""

    mode: str
    id: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that holds *folder*."""

    folder: Path
    top: Path | None
    """Root of the checkout that holds the folder; None if there is none."""
    algorithm: str
    """Hash function of object ids: ``sha1`` or ``sha256``."""

    def run(self, *arguments: str, stdin: bytes | None = None, environment: Mapping[str, str] = NOTHING) -> bytes:
        """Run git; return its output, or raise HortusError with its message."""
        done = self.attempt(*arguments, stdin=stdin, environment=environment)
        if done.returncode:
            raise HortusError(f"git: {error_message(done)}", 1)
        return done.stdout

    def attempt(
        self, *arguments: str, stdin: bytes | None = None, environment: Mapping[str, str] = NOTHING
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git; return the completed process."""
        return _run(self.folder, arguments, stdin, environment)

    def text(self, *arguments: str) -> str:
        """Return the first line that git prints; empty if it fails."""
        done = self.attempt(*arguments)
        return "" if done.returncode else os.fsdecode(done.stdout).partition("\n")[0]


def find_repository(folder: Path) -> Repository:
    """Find the repository that holds *folder*, or raise HortusError."""
    done = _run(folder, ["rev-parse", "--is-inside-git-dir", "--show-object-format"])
    if done.returncode:
        words = error_message(done)
        if "not a git repository" in words:
            raise HortusError(f"{folder}: not in a git repository; `git init` makes one")
        raise HortusError(f"{folder}: {words}")
    inside, algorithm = done.stdout.decode().split()
    if inside == "true":
        raise HortusError(f"{folder}: is inside git's own folder; move the vault out of it")
    top = _run(folder, ["rev-parse", "--show-toplevel"])
    place = os.fsdecode(top.stdout).removesuffix("\n")
    return Repository(folder, Path(place) if top.returncode == 0 and place else None, algorithm)


def query(folder: Path, *words: str) -> str:
    """Return the output of git; empty if it fails, is not installed or takes too long."""
    with suppress(HortusError, OSError, subprocess.TimeoutExpired):
        done = _run(folder, words, seconds=TIMEOUT)
        return "" if done.returncode else os.fsdecode(done.stdout)
    return ""


def error_message(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return git's error message on one line, without hints."""
    lines = done.stderr.decode("utf-8", "replace").splitlines() or [f"ended with status {done.returncode}"]
    kept = [line.strip() for line in lines if line.strip() and not line.startswith("hint:")]
    important = [line for line in kept if line.startswith(("fatal:", "error:", "remote:"))]
    important = kept if len(kept) <= 3 or not important else important
    return "; ".join(line.removeprefix("fatal: ").removeprefix("error: ").removesuffix(".") for line in important)


def blob_id(repository: Repository, content: bytes) -> str:
    """Return the id that git gives *content*, without writing it."""
    found = hashlib.new(repository.algorithm, usedforsecurity=False)
    found.update(b"blob %d\0" % len(content))
    found.update(content)
    return found.hexdigest()


def commit_of(repository: Repository, name: str) -> str:
    """Return the commit of *name*; empty if there is none."""
    return repository.text("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def read_tree(repository: Repository, commit: str, *paths: str) -> dict[str, Entry]:
    """Return the files of a commit by path, from the root of the tree; with *paths* only those below them."""
    if not commit:
        return {}
    entries = {}
    listed = repository.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths, environment=LITERAL_PATHS)
    for line in listed.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _, name = about.decode().split(" ")
        entries[os.fsdecode(path)] = Entry(mode, name)
    return entries


def read_blobs(repository: Repository, ids: Iterable[str]) -> list[bytes]:
    """Return the content of blobs, in order."""
    wanted = list(ids)
    stream = repository.run("cat-file", "--batch", stdin="".join(f"{one}\n" for one in wanted).encode())
    found, place = [], 0
    for one in wanted:
        end = stream.index(b"\n", place)
        size = stream[place:end].split(b" ")[-1]
        if not size.isdigit():
            raise HortusError(f"git: object {one} is missing; is the clone complete?", 1)
        found.append(stream[end + 1 : end + 1 + int(size)])
        place = end + int(size) + 2
    return found


def blob_sizes(repository: Repository, ids: Iterable[str]) -> dict[str, int]:
    """Return the size of each blob in bytes, without reading it."""
    stdin = "".join(f"{one}\n" for one in ids).encode()
    listed = repository.run("cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=stdin).decode()
    pairs = (line.split(" ") for line in listed.splitlines() if "missing" not in line)
    return {name: int(size) for name, size in pairs}


def blobs_of_history(repository: Repository, *paths: str) -> frozenset[str]:
    """Return the ids of all objects below *paths* (pathspecs) in HEAD's history; empty without a commit."""
    done = repository.attempt("rev-list", "--objects", "--no-object-names", "HEAD", "--", *paths)
    return frozenset(done.stdout.decode().split()) if done.returncode == 0 else frozenset()


def write_blobs(repository: Repository, contents: Iterable[bytes]) -> None:
    """Write *contents* as objects, without conversion."""
    with tempfile.TemporaryDirectory(prefix="hortus-") as place:
        names = []
        for number, content in enumerate(contents):
            Path(place, str(number)).write_bytes(content)
            names.append(f"{place}/{number}\n")
        if names:
            listed = "".join(names).encode()
            repository.run("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=listed)


def write_tree(repository: Repository, base: str, changes: Mapping[str, Entry | None]) -> str:
    """Return the tree of commit *base* (empty: of none) with *changes*; None removes a file."""
    with tempfile.TemporaryDirectory(prefix="hortus-") as place:
        index = {"GIT_INDEX_FILE": f"{place}/index"}
        quiet = ["-c", "core.hooksPath=/dev/null"]  # the user's hooks must not run for this temporary index
        repository.run(*quiet, "read-tree", *([f"{base}^{{tree}}"] if base else ["--empty"]), environment=index)
        gone = "0" * hashlib.new(repository.algorithm, usedforsecurity=False).digest_size * 2
        removed = [f"0 {gone}\t{path}\0" for path, entry in changes.items() if entry is None]
        written = [f"{entry.mode} {entry.id}\t{path}\0" for path, entry in changes.items() if entry is not None]
        lines = os.fsencode("".join(removed + written))  # removals first, because a folder may replace a file
        repository.run(*quiet, "update-index", "-z", "--index-info", stdin=lines, environment=index)
        return repository.run(*quiet, "write-tree", environment=index).decode().strip()


def commit_tree(repository: Repository, tree: str, parent: str, message: str) -> str:
    """Write a commit, signed if the user's commits are; no hook runs and no reference moves."""
    environment: dict[str, str] = {}
    for role in ("AUTHOR", "COMMITTER"):
        if not repository.text("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT"):
            environment |= {f"GIT_{role}_{part}": value for part, value in ANONYMOUS.items()}
    signed = ["-S"] if repository.text("config", "--type=bool", "commit.gpgSign") == "true" else []
    parents = ["-p", parent] if parent else []
    done = repository.attempt("commit-tree", tree, *parents, *signed, stdin=message.encode(), environment=environment)
    if done.returncode:
        raise HortusError(f"git could not make the commit: {error_message(done)}; nothing was published", 1)
    return done.stdout.decode().strip()


def symbolic_target(repository: Repository, name: str) -> str:
    """Return the target of the symbolic reference *name* (`git symbolic-ref`); empty if it is not one."""
    return repository.text("symbolic-ref", "--quiet", name)


def remote_address(repository: Repository, remote: str) -> str:
    """Return the push address of *remote*, without a password."""
    address = repository.text("remote", "get-url", "--push", remote) or remote
    return re.sub(r"(?<=://)[^/@]*@", "", address)


def move_branch(repository: Repository, branch: str, new: str, old: str) -> bool:
    """Move *branch* to *new* if it is still at *old* (empty: does not exist); return whether it was moved."""
    done = repository.attempt(
        "update-ref", "--no-deref", "-m", "hortus publish", f"refs/heads/{branch}", new, old or "0" * len(new)
    )
    return done.returncode == 0


def checkouts(repository: Repository) -> dict[str, list[Path]]:
    """Return the checkouts by branch."""
    found: dict[str, list[Path]] = {}
    place = Path()
    for line in os.fsdecode(repository.run("worktree", "list", "--porcelain")).splitlines():
        name, _, value = line.partition(" ")
        if name == "worktree":
            place = Path(value)
        elif name == "branch":
            found.setdefault(value.removeprefix("refs/heads/"), []).append(place)
    return found


def _run(
    folder: Path,
    arguments: Iterable[str],
    stdin: bytes | None = None,
    more: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    for name in ("GIT_DIR", "GIT_WORK_TREE"):
        if name in environment:
            environment[name] = os.path.abspath(environment[name])
    environment |= {"LC_ALL": "C", "LANGUAGE": "C", "GIT_OPTIONAL_LOCKS": "0"}
    if not sys.stdin or not sys.stdin.isatty():
        environment.setdefault("GIT_TERMINAL_PROMPT", "0")
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            env=environment | dict(more or {}),
            timeout=seconds,
        )
    except FileNotFoundError:
        raise HortusError("git is not installed or not found; publishing needs it") from None
