"""The branch of the published site: its local and remote state, and how it is updated.

Commits of others are always kept: the new commit is on top of both tips, or publishing is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hortus.core.git import (
    Entry,
    Repository,
    checkouts,
    commit_of,
    error_message,
    read_blobs,
    read_tree,
    symbolic_target,
)
from hortus.core.model import HortusError
from hortus.publish.receipt import RECEIPT, Receipt, parse_receipt

REFUSED = 4


@dataclass(frozen=True, slots=True)
class Base:
    """The current state of the branch."""

    commit: str
    """Empty if there is no branch."""
    local: str
    remote: str
    entries: Mapping[str, Entry]
    receipt: Receipt | None
    """None if Hortus never published here."""


def known_remote(repository: Repository, remote: str) -> str:
    """Return the remote's name; empty if the repository has no remotes."""
    remotes = repository.run("remote").decode().split("\n")[:-1]
    if remotes and remote not in remotes:
        raise HortusError(f"no remote is named {remote!r}; pass --remote {' or '.join(remotes)}")
    return remote if remotes else ""


def checked_out(repository: Repository, branch: str, remote: str) -> tuple[Path, ...]:
    """Return the checkouts of the branch; raise HortusError if it is the branch of the notes, or cannot be moved."""
    if target := symbolic_target(repository, f"refs/heads/{branch}"):
        raise _alias_refused(branch, target, f"`git symbolic-ref --delete refs/heads/{branch}` removes the alias")
    places = checkouts(repository).get(branch, [])
    here = symbolic_target(repository, "HEAD")
    if here == f"refs/heads/{branch}" and repository.top is not None:
        raise HortusError(
            f"{branch} is the branch of your notes; pass another branch for the site with --branch", REFUSED
        )
    if places and not remote:
        message = f"{branch} is checked out in {places[0]}, where it would move; remove that checkout, or pass --branch"
        raise HortusError(message, REFUSED)
    return tuple(places)


def _alias_refused(branch: str, target: str, hint: str) -> HortusError:
    """Return the error for a branch that is a symbolic reference: publishing would move another branch."""
    moved = target.removeprefix("refs/heads/")
    return HortusError(f"{branch} is an alias of {moved}, and publishing would move {moved}; {hint}", REFUSED)


def find_base(repository: Repository, branch: str, remote: str) -> Base:
    """Fetch the branch's tip and return the commit to build on; local and remote commits are all kept."""
    local = commit_of(repository, f"refs/heads/{branch}")
    there = _fetch(repository, branch, remote) if remote else ""
    if there and local and not _holds(repository, there, local) and not _holds(repository, local, there):
        raise HortusError(
            f"the local {branch} and {branch} at {remote} have diverged, and one would be lost; "
            f"if nothing local is needed, `git branch -D {branch}`, otherwise merge them",
            REFUSED,
        )
    commit = there if not local or (there and _holds(repository, there, local)) else local
    entries = read_tree(repository, commit)
    receipt = parse_receipt(read_blobs(repository, [entries[RECEIPT].id])[0]) if RECEIPT in entries else None
    return Base(commit, local, there, entries, receipt)


def push(repository: Repository, commit: str, base: Base, branch: str, remote: str) -> str:
    """Push *commit* as the branch's new tip, never by force; the user's push hooks run.

    Returns an error that occurred after the remote had accepted the commit; empty if there was none.
    """
    target = f"{commit}:refs/heads/{branch}"
    done = repository.attempt("push", "--quiet", "--recurse-submodules=no", remote, target)
    if done.returncode == 0:
        return ""
    now = repository.attempt("ls-remote", "--heads", remote, f"refs/heads/{branch}").stdout.split()
    if now and now[0].decode() == commit:
        return error_message(done)
    meanwhile = bool(now) and now[0].decode() != base.remote
    reason = "somebody else has pushed to it meanwhile; run it again" if meanwhile else error_message(done)
    raise HortusError(f"{branch} at {remote}: not pushed: {reason}; nothing was published", 1)


def _fetch(repository: Repository, branch: str, remote: str) -> str:
    """Fetch the branch's commits without moving references; return its tip, empty if the remote has no such branch."""
    done = repository.attempt("ls-remote", "--symref", "--heads", remote, f"refs/heads/{branch}")
    if done.returncode:
        raise HortusError(f"{remote} cannot be reached: {error_message(done)}; nothing was published", 1)
    if not done.stdout.strip():
        return ""
    lines = done.stdout.decode().splitlines()
    if lines[0].startswith("ref: "):
        hint = f"it has to be a branch of its own at {remote}; or pass --branch"
        raise _alias_refused(branch, lines[0].removeprefix("ref: ").partition("\t")[0], hint)
    tip = lines[0].split()[0]
    quiet = [
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--refmap=",
    ]
    done = repository.attempt("fetch", *quiet, remote, f"refs/heads/{branch}")
    if done.returncode or not commit_of(repository, tip):
        raise HortusError(f"{branch} at {remote} cannot be fetched: {error_message(done)}; nothing was published", 1)
    return tip


def _holds(repository: Repository, commit: str, older: str) -> bool:
    """Return whether *older* is an ancestor of *commit*."""
    return repository.attempt("merge-base", "--is-ancestor", older, commit).returncode == 0
