"""Create settings, first notes and a GitHub workflow for a vault. Existing files are never overwritten."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import unquote, urlsplit

from hortus import __version__
from hortus.core.git import commit_of, find_repository
from hortus.core.model import HortusError
from hortus.core.settings import SETTINGS
from hortus.scaffold.new_note import read_scaffold, write_new

WORKFLOW = ".github/workflows/pages.yml"
REMOTE = re.compile(r"(?:https://|git@|ssh://git@)(?P<host>[\w.-]+)[:/](?P<path>[\w./-]+)")
"""URL of a remote without a user name (other than git) and password."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """The parts of the workflow that differ between vaults."""

    folder: str = "."
    """Folder of the settings, relative to the repository's root."""
    branch: str = "main"
    hortus: str = f"'hortus[diagrams]=={__version__}'"
    """What to install, as arguments for pip."""
    figures: str = f"'hortus[diagrams,figures]=={__version__}'"
    """The same, with the extra for figures."""
    torch: str = f"'hortus[torch]=={__version__}'"
    """What to install for scripts that use torch."""
    dependencies: str = WORKFLOW
    """A file that changes when the installed packages change."""
    reachable: bool = True
    """GitHub can install this; otherwise the author has to edit the workflow."""


def make_start(folder: Path, title: str, date: str) -> dict[str, str]:
    """Return the files of a new vault, by path; first notes only if there are none."""
    values = {"date": date, "title": title}
    found = {SETTINGS: Template(read_scaffold(SETTINGS)).substitute(title=json.dumps(title, ensure_ascii=False))}
    if not has_notes(folder) or (folder / "vault").is_dir():
        found["site/.gitignore"] = read_scaffold("site.gitignore")
    if not has_notes(folder):
        for name in ("Home.md", "First Note.md"):
            found[f"vault/{name}"] = Template(read_scaffold(name)).safe_substitute(values)  # notes may contain $
    return found


def has_notes(folder: Path) -> bool:
    """Return whether a folder is or contains a vault; a README alone does not count."""
    if (folder / ".obsidian").is_dir():
        return True
    for file in folder.rglob("*.md"):
        parts = file.relative_to(folder).parts
        if parts != ("README.md",) and not any(part.startswith(".") or part == "node_modules" for part in parts):
            return True
    return False


def render_workflow(workflow: Workflow) -> str:
    """Return the workflow that builds a vault and deploys it to GitHub Pages."""
    text = read_scaffold("pages.yml")
    for mark, value in (
        ("__FOLDER__", json.dumps(workflow.folder) if workflow.folder != "." else "."),
        ("__BRANCH__", json.dumps(workflow.branch) if workflow.branch != "main" else "main"),
        ("__HORTUS__", workflow.hortus),
        ("__FIGURES__", workflow.figures),
        ("__TORCH__", workflow.torch),
        ("__DEPENDENCIES__", workflow.dependencies),
    ):
        text = text.replace(mark, value)
    return text


def find_workflow(folder: Path) -> tuple[Path, Workflow]:
    """Return the path of a vault's workflow, in the repository's root, and its content."""
    try:
        repository = find_repository(folder)
    except HortusError:
        return folder / WORKFLOW, _installed(".", "main")
    root = (repository.top or folder).resolve()
    branch = repository.text("symbolic-ref", "--quiet", "--short", "HEAD") or "main"
    return root / WORKFLOW, _installed(folder.resolve().relative_to(root).as_posix(), branch)


def write_start(folder: Path, found: dict[str, str]) -> tuple[list[str], list[str]]:
    """Write files that do not exist yet; return the written and the existing paths."""
    written, kept = [], []
    for path, text in found.items():
        if (folder / path).exists() or (folder / path).is_symlink():
            kept.append(path)
        else:
            write_new(folder / path, text)
            written.append(path)
    return written, kept


def _installed(folder: str, branch: str) -> Workflow:
    """Return a workflow that installs the version of Hortus that is running."""
    try:
        origin = json.loads(metadata.distribution("hortus").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        origin = {}
    source = find_source(origin)
    if not source:
        return Workflow(folder, branch, reachable=source is not None)
    diagrams, figures, torch = (f"'hortus[{extras}]{source}'" for extras in ("diagrams", "diagrams,figures", "torch"))
    return Workflow(folder, branch, diagrams, figures, torch)


def find_source(origin: Mapping[str, Any]) -> str | None:
    """Return the source from which pip can install Hortus; *origin* is the content of ``direct_url.json``.

    Empty for a package index, where the version is enough; a commit if it was installed from git, or from a folder
    whose commit is at a remote; None if it is only on this machine.
    """
    url = str(origin.get("url", ""))
    match origin:
        case {"vcs_info": {"vcs": str(kind), "commit_id": str(commit)}}:
            return f" @ {kind}+{url}@{commit}"
        case {"dir_info": _}:
            return _pushed(Path(unquote(urlsplit(url).path)))
        case {"archive_info": _}:
            return f" @ {url}" if url.startswith("https://") else None
    return ""


def _pushed(folder: Path) -> str | None:
    """Return a checkout's commit at a public remote; None if it is at none."""
    try:
        repository = find_repository(folder)
    except HortusError:
        return None
    address = REMOTE.fullmatch(repository.text("remote", "get-url", "origin"))
    if address is None or not repository.text("branch", "--remotes", "--contains", "HEAD"):
        return None
    return f" @ git+https://{address['host']}/{address['path']}@{commit_of(repository, 'HEAD')}"
