"""Publish a site on a branch: build it, and commit it on top of the branch.

1. `make_draft`: build the public site without the cache, except for figures, and search it for leaks.
2. `make_plan`: fetch the branch, and compare the site with it. Files that Hortus did not write stay.
3. `execute`: write objects, push the commit, and only then move the local branch.

Nothing is checked out, nothing is forced. No reference moves until the push has succeeded.
"""

import os
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from hortus.core.blobs import make_private_folder
from hortus.core.config import Config
from hortus.core.git import (
    PLAIN_FILE,
    Entry,
    Repository,
    blob_id,
    commit_of,
    commit_tree,
    find_repository,
    move_branch,
    write_blobs,
    write_tree,
)
from hortus.core.model import HortusError, Issue, Site
from hortus.core.progress import Stages
from hortus.engine.build import Making
from hortus.engine.steps import FigureMode, Steps
from hortus.engine.survey import Survey, survey
from hortus.publish.branch import REFUSED, Base, checked_out, find_base, known_remote, push
from hortus.publish.branch_files import OtherFiles, find_exposed
from hortus.publish.receipt import RECEIPT, Receipt, make_receipt, new_issues, render_receipt
from hortus.publish.secrets import Leak, Scan
from hortus.site.pages import Recipe
from hortus.vault.reader import open_vault

NOJEKYLL = ".nojekyll"
"""Makes GitHub serve all files unchanged."""
LARGEST_FILE, LARGEST_SITE = 100 << 20, 10**9
"""Bytes above which GitHub refuses a file, and a site of GitHub Pages (GitHub Docs, "About large files on GitHub",
"GitHub Pages limits")."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A built site, before it is compared with the branch."""

    site: Site
    manifest: Mapping[str, Recipe]
    """How each of its files was made, by address."""
    found: Survey
    leaks: tuple[Leak, ...]
    scan: Scan
    """Searches other files for the same content."""
    withheld: frozenset[str]
    """Paths of notes that are not published."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would do."""

    repository: Repository
    branch: str
    remote: str
    """Empty if there is none: the branch stays local."""
    base: Base
    contents: Mapping[str, bytes | Path]
    receipt: Receipt
    added: tuple[str, ...]
    """URLs, as in the next four fields."""
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]
    """Files that are not needed any more, but that somebody else has edited; they stay."""
    blocked: tuple[str, ...]
    """Files of others at paths that the site needs."""
    problems: tuple[Issue, ...]
    """New problems since the last publication; all, if there was none."""
    elsewhere: tuple[Path, ...]
    """Checkouts that have the branch checked out."""
    exposed: tuple[Leak, ...]
    """Private content in files that stay on the branch."""

    @property
    def compared(self) -> bool:
        """The problems of the last publication are known."""
        return self.base.receipt is not None and self.base.receipt.problems is not None

    @property
    def nothing(self) -> bool:
        """The branch already has this site."""
        return (
            bool(self.base.commit)
            and self.base.receipt is not None
            and not (self.added or self.changed or self.removed)
        )


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did."""

    commit: str
    """The branch's tip; the old one if nothing changed."""
    pushed: bool
    moved: bool
    """The local branch is at the commit."""
    late_error: str = ""
    """An error after the remote had accepted the commit."""


def check_ready(folder: Path, branch: str, remote: str) -> tuple[Repository, str, tuple[Path, ...]]:
    """Return the repository of *folder*, its remote, and checkouts of the branch; raise HortusError if unusable."""
    repository = find_repository(folder)
    if branch.startswith("-") or repository.attempt("check-ref-format", f"refs/heads/{branch}").returncode:
        raise HortusError(f"--branch {branch}: not a valid branch name")
    remote = known_remote(repository, remote)
    return repository, remote, checked_out(repository, branch, remote)


def make_draft(config: Config, figures: FigureMode = "run", jobs: int = 0, stages: Stages | None = None) -> Draft:
    """Build the public site of a vault from its files; only figures are taken from the cache."""
    stages = stages or Stages()
    with tempfile.TemporaryDirectory(prefix="hortus-") as place:
        with suppress(OSError):  # without a writable cache there are no cached figures
            make_private_folder(config.cache)
            (config.cache / "figures").mkdir(parents=True, exist_ok=True)
            Path(place, "figures").symlink_to(config.cache / "figures")
        clean = replace(config, cache=Path(place))
        with stages.time("read"):
            vault = open_vault(config, allow_empty=True)
        found = survey(clean, vault, Steps(clean, jobs, stages, figures))
        making = Making(clean, found, stages)
        site = making.site()
    if not found.shown.graph.notes:
        raise HortusError(f"{config.vault}: no public note; nothing to publish", REFUSED)
    site = Site(dict(sorted({**site.files, NOJEKYLL: b""}.items())))
    with stages.time("leaks"):
        places = {config.project, config.vault, config.cache, Path(os.path.expanduser("~"))}
        scan = Scan(found.vault.sources, found.markdown, places)
        leaks = scan.find(site.files.items())
    read = found.vault
    withheld = read.withheld | {source.path for source in read.sources if source.path not in found.markdown}
    return Draft(site, making.manifest, found, leaks, scan, withheld)


def make_plan(config: Config, draft: Draft, branch: str = "gh-pages", remote: str = "origin") -> Plan:
    """Compare a site with the branch; nothing is written except fetched objects."""
    repository, remote, elsewhere = check_ready(config.project, branch, remote)
    base = find_base(repository, branch, remote)
    ids = {url: blob_id(repository, _content(content)) for url, content in draft.site.files.items()}
    report = draft.found.report if config.settings.report == "public" else None
    receipt = make_receipt(draft.site, draft.manifest, draft.found.shown, report, ids)
    text = render_receipt(receipt)
    contents = {**draft.site.files, RECEIPT: text}
    ids[RECEIPT] = blob_id(repository, text)
    old = base.receipt or Receipt()
    ours = {url for url, piece in old.pieces.items() if base.entries.get(url) == Entry(PLAIN_FILE, piece.id)}
    ours |= {RECEIPT} if base.receipt else set()
    site, present = draft.site.files, base.entries
    removed = ours - contents.keys()
    others = {path: entry for path, entry in present.items() if path not in contents and path not in removed}
    compared = OtherFiles(others, frozenset(ids.values()), draft.withheld, old)
    return Plan(
        repository,
        branch,
        remote,
        base,
        contents,
        receipt,
        added=tuple(url for url in site if url not in present),
        changed=tuple(url for url in site if url in present and not _as_wanted(url, ids[url], present)),
        removed=tuple(sorted(removed)),
        edited=tuple(sorted(url for url in old.pieces if url in present and url not in ours and url not in contents)),
        blocked=_blocked(ids, present, ours),
        problems=new_issues(draft.found.report.issues, old.problems or {}),
        elsewhere=elsewhere,
        exposed=find_exposed(repository, config, compared, draft.scan),
    )


def without_exposed(plan: Plan, allowed: Collection[str]) -> Plan:
    """Return the plan with exposed files removed, except those with an *allowed* mark."""
    dropped = {leak.url for leak in plan.exposed if leak.mark not in allowed}
    removed = tuple(sorted({*plan.removed, *dropped}))
    return replace(plan, removed=removed, edited=tuple(url for url in plan.edited if url not in dropped))


def size_warnings(contents: Mapping[str, bytes | Path]) -> list[str]:
    """Return warnings about files, and a site, that are too large for GitHub."""
    sizes = {url: len(one) if isinstance(one, bytes) else one.stat().st_size for url, one in contents.items()}
    words = [
        f"{url}: {size / 1e6:.0f} MB; GitHub refuses files over {LARGEST_FILE >> 20} MiB"
        for url, size in sorted(sizes.items())
        if size > LARGEST_FILE
    ]
    if sum(sizes.values()) > LARGEST_SITE:
        words.append(f"the site has {sum(sizes.values()) / 1e9:.1f} GB; GitHub Pages serves sites up to 1 GB")
    return words


def execute(plan: Plan, replacing: bool = False) -> Published:
    """Commit and push the planned changes; *replacing*: replace files of others that are in the way."""
    if plan.blocked and not replacing:
        listed = "".join(f"\n  {url}" for url in plan.blocked)
        raise HortusError(
            f"{plan.branch} holds files that Hortus did not write where the site has to be:{listed}\n"
            "nothing was published; --replace puts the site in their place (the branch's history keeps them)",
            REFUSED,
        )
    commit = plan.base.commit if plan.nothing else _commit(plan)
    pushed = bool(plan.remote) and commit != plan.base.remote
    late_error = push(plan.repository, commit, plan.base, plan.branch, plan.remote) if pushed else ""
    moved = plan.base.local == commit
    if not moved and not plan.elsewhere:
        with suppress(*[OSError] * pushed):  # the commit is public already
            moved = move_branch(plan.repository, plan.branch, commit, plan.base.local)
        if not moved and not plan.remote:
            raise HortusError(f"{plan.branch} changed meanwhile; nothing was published: run it again", 1)
    return Published(commit, pushed, moved, late_error)


def _commit(plan: Plan) -> str:
    """Write a commit with the site on top of the branch."""
    repository, entries = plan.repository, plan.base.entries
    wanted = {url: piece.id for url, piece in plan.receipt.pieces.items()}
    wanted[RECEIPT] = blob_id(repository, _content(plan.contents[RECEIPT]))
    written = {url: Entry(PLAIN_FILE, name) for url, name in wanted.items() if not _as_wanted(url, name, entries)}
    removed = {*plan.removed, *plan.blocked} - written.keys()
    write_blobs(repository, (_unchanged(plan, url, wanted[url]) for url in written))
    tree = write_tree(repository, plan.base.commit, {**dict.fromkeys(sorted(removed)), **written})
    return commit_tree(repository, tree, plan.base.commit, _message(plan))


def _unchanged(plan: Plan, url: str, name: str) -> bytes:
    """Read a file again, and check that it still has the hash of the receipt."""
    content = _content(plan.contents[url])
    if blob_id(plan.repository, content) != name:
        raise HortusError(f"{url}: changed while it was being published; run it again", 1)
    return content


def _message(plan: Plan) -> str:
    pages = [url for url in plan.receipt.pieces if url.endswith(".html")]
    kinds = (plan.added, "added"), (plan.changed, "changed"), (plan.removed, "removed")
    counts = [f"{len(urls)} {word}" for urls, word in kinds if urls]
    source = commit_of(plan.repository, "HEAD")
    dirty = source and plan.repository.text("status", "--porcelain", "--", ".")
    origin = f"\n\nFrom {source}{' and changes not committed' if dirty else ''}." if source else ""
    return f"Publish {len(pages)} pages{': files ' + ', '.join(counts) if counts else ''}{origin}\n"


def _blocked(ids: Mapping[str, str], present: Mapping[str, Entry], ours: Collection[str]) -> tuple[str, ...]:
    """Return files of others at paths that the site's files or their folders need."""
    folders = {parent.as_posix() for url in ids for parent in PurePosixPath(url).parents}
    blocked = set()
    for path in present:
        if path in ours or _as_wanted(path, ids.get(path, ""), present):
            continue
        if path in ids or path in folders or any(parent.as_posix() in ids for parent in PurePosixPath(path).parents):
            blocked.add(path)
    return tuple(sorted(blocked))


def _as_wanted(url: str, name: str, present: Mapping[str, Entry]) -> bool:
    """Return whether the branch has a file with the site's content; any ``.nojekyll`` is accepted."""
    return url in present and (url == NOJEKYLL or present[url] == Entry(PLAIN_FILE, name))


def _content(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
