"""Earlier problems for comparison: those of the last publication, or of the vault at a git revision.

Issues are compared by their subject (`receipt.issue_key`), so a line that moved is not new.
Nothing is checked out: the notes of a revision are read from git objects and written to a temporary folder.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hortus.core.config import Config, read_config
from hortus.core.filetypes import WRITTEN, kind_of
from hortus.core.git import Entry, Repository, commit_of, find_repository, read_blobs, read_tree
from hortus.core.model import HortusError, Report
from hortus.core.settings import SETTINGS
from hortus.engine.steps import Steps
from hortus.engine.survey import survey
from hortus.publish.receipt import RECEIPT, count_issues, new_issues, parse_receipt
from hortus.report.report import narrow
from hortus.vault.reader import read_vault

READ = (".py", ".mplstyle", SETTINGS)
"""Files whose content a survey reads, in addition to notes and notebooks; of others only the name is needed."""
LINK = "120000"


def only_new(report: Report, known: Mapping[str, int]) -> Report:
    """Return the report without the issues that were known."""
    return narrow(report, new_issues(report.issues, known))


def last_problems(config: Config, branch: str = "gh-pages", remote: str = "origin") -> Mapping[str, int]:
    """Return the problems of the last publication that is known in this repository."""
    repository = find_repository(config.project)
    tips = [commit_of(repository, name) for name in (f"refs/remotes/{remote}/{branch}", f"refs/heads/{branch}")]
    known = [tip for tip in tips if tip]
    if len(known) == 2 and repository.attempt("merge-base", "--is-ancestor", *known).returncode == 0:
        known.reverse()
    for tip in known:
        entry = read_tree(repository, tip, RECEIPT).get(RECEIPT)
        receipt = parse_receipt(read_blobs(repository, [entry.id])[0]) if entry else None
        if receipt is None:
            continue
        if receipt.problems is None:
            raise HortusError("the last publication keeps its report private; compare with a revision: --since HEAD~1")
        return receipt.problems
    raise HortusError(f"{branch} has no publication of Hortus here; compare with a revision: --since HEAD~1")


def problems_at(config: Config, revision: str, jobs: int = 0) -> Mapping[str, int]:
    """Return the problems of the vault at a revision, with its settings at that time; none if there was no vault."""
    repository = find_repository(config.project)
    commit = commit_of(repository, revision)
    if not commit:
        raise HortusError(f"--since {revision}: no such revision; a shallow clone may lack it")
    if repository.top is None:
        raise HortusError(f"{config.project}: not in a checkout; --since needs one")
    with tempfile.TemporaryDirectory(prefix="hortus-") as place:
        top = Path(place).resolve()
        project = _export(repository, commit, config, top)
        if not project.is_dir():
            return {}
        try:
            then = read_config(project)
        except HortusError as error:
            raise HortusError(f"at {revision}: {error}") from None
        then = replace(then, cache=_cache(config) or top / ".cache")
        vault = read_vault(then.vault, then.settings.ignore, [then.out], then.settings.publish_templates)
        return count_issues(survey(then, vault, Steps(then, jobs)).report.issues)


def _export(repository: Repository, commit: str, config: Config, top: Path) -> Path:
    """Write the vault, settings and scripts of a revision below *top*; return the folder of the settings."""
    root = Path(repository.top or ".").resolve()
    if not config.vault.is_relative_to(root):
        raise HortusError(f"{config.vault}: not in the repository of {config.project}; --since cannot see it")
    folders = {folder.relative_to(root).as_posix() for folder in (config.project, config.vault)}
    entries = read_tree(repository, commit, *([] if "." in folders else sorted(folders)))
    _write(repository, {path: entry for path, entry in entries.items() if entry.mode != "160000"}, top)
    return top / config.project.relative_to(root)


def _write(repository: Repository, entries: Mapping[str, Entry], top: Path) -> None:
    """Write files by path; symlinks stay symlinks, so that those out of the vault are still recognised."""
    kept = {path: entry for path, entry in entries.items() if not {"..", ".git", ""} & {*path.split("/")}}
    wanted = [
        path for path, entry in kept.items() if path.endswith(READ) or kind_of(path) in WRITTEN or entry.mode == LINK
    ]
    contents = dict(zip(wanted, read_blobs(repository, [kept[path].id for path in wanted]), strict=True))
    for path, entry in sorted(
        kept.items(), key=lambda pair: pair[1].mode == LINK
    ):  # symlinks last, so that nothing is written through one
        file = top / path
        if entry.mode != LINK:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(contents.get(path, b""))
        elif file.parent.resolve() == file.parent and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.symlink_to(os.fsdecode(contents[path]))


def _cache(config: Config) -> Path | None:
    """Return a separate cache, so that the current notes stay cached; cached figures are shared."""
    folder = config.cache / "since"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "figures").is_symlink():
            (folder / "figures").symlink_to(Path("..", "figures"))
    except OSError:
        return None
    return folder
