"""A new vault: a folder in, settings, first notes and a workflow for GitHub out. Nothing is written over."""

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
from hortus.core.config import SETTINGS
from hortus.core.git import commit_of, find_repository
from hortus.core.model import HortusError
from hortus.scaffold.new_note import read_scaffold, write_new

WORKFLOW = ".github/workflows/pages.yml"
REMOTE = re.compile(r"(?:https://|git@|ssh://git@)(?P<host>[\w.-]+)[:/](?P<path>[\w./-]+)")
"""Address of a remote that names no user but git, and no password."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """What differs from one vault's workflow to another's."""

    folder: str = "."
    """Folder of the settings, relative to the repository's root."""
    branch: str = "main"
    hortus: str = f"'hortus[diagrams]=={__version__}'"
    """What to install, as arguments of pip."""
    figures: str = f"'hortus[diagrams,figures]=={__version__}'"
    """The same with what figure scripts need."""
    dependencies: str = WORKFLOW
    """File that changes whenever what is installed does."""
    reachable: bool = True
    """GitHub can get what is installed; else its owner has to say where it comes from."""


def make_start(folder: Path, title: str, date: str) -> dict[str, str]:
    """Return the files a vault starts with, by path: first notes only where there are none."""
    values = {"date": date, "title": title}
    found = {SETTINGS: Template(read_scaffold(SETTINGS)).substitute(title=json.dumps(title, ensure_ascii=False))}
    if not has_notes(folder) or (folder / "vault").is_dir():
        found["site/.gitignore"] = read_scaffold("site.gitignore")
    if not has_notes(folder):
        for name in ("Home.md", "First Note.md"):
            found[f"vault/{name}"] = Template(read_scaffold(name)).safe_substitute(values)  # a note may hold math
    return found


def has_notes(folder: Path) -> bool:
    """Tell whether a folder is a vault already, or holds one; a README alone makes none."""
    if (folder / ".obsidian").is_dir():
        return True
    for file in folder.rglob("*.md"):
        parts = file.relative_to(folder).parts
        if parts != ("README.md",) and not any(part.startswith(".") or part == "node_modules" for part in parts):
            return True
    return False


def render_workflow(workflow: Workflow) -> str:
    """Write the workflow that builds a vault and deploys it to GitHub Pages."""
    text = read_scaffold("pages.yml")
    for mark, value in (
        ("__FOLDER__", json.dumps(workflow.folder) if workflow.folder != "." else "."),
        ("__BRANCH__", json.dumps(workflow.branch) if workflow.branch != "main" else "main"),
        ("__HORTUS__", workflow.hortus),
        ("__FIGURES__", workflow.figures),
        ("__DEPENDENCIES__", workflow.dependencies),
    ):
        text = text.replace(mark, value)
    return text


def find_workflow(folder: Path) -> tuple[Path, Workflow]:
    """Return where the workflow of a vault goes, the repository's root, and what it has to say there."""
    try:
        repository = find_repository(folder)
    except HortusError:
        return folder / WORKFLOW, _installed(".", "main")
    root = (repository.top or folder).resolve()
    branch = repository.text("symbolic-ref", "--quiet", "--short", "HEAD") or "main"
    return root / WORKFLOW, _installed(folder.resolve().relative_to(root).as_posix(), branch)


def write_start(folder: Path, found: dict[str, str]) -> tuple[list[str], list[str]]:
    """Write files that are not there yet; return the paths written, and those that were there."""
    written, kept = [], []
    for path, text in found.items():
        if (folder / path).exists() or (folder / path).is_symlink():
            kept.append(path)
        else:
            write_new(folder / path, text)
            written.append(path)
    return written, kept


def _installed(folder: str, branch: str) -> Workflow:
    """Have the workflow install what runs here."""
    try:
        origin = json.loads(metadata.distribution("hortus").read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        origin = {}
    source = find_source(origin)
    if not source:
        return Workflow(folder, branch, reachable=source is not None)
    return Workflow(folder, branch, f"'hortus[diagrams]{source}'", f"'hortus[diagrams,figures]{source}'")


def find_source(origin: Mapping[str, Any]) -> str | None:
    """Return where pip finds the Hortus that came from *origin*, as ``direct_url.json`` tells it.

    Empty for a package index, which needs the version only; a commit when it came from git, or from a folder
    whose commit is at a remote; None when it is on this machine only.
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
    """Return the commit of a checkout, at a remote that everybody can ask; None when it is at none."""
    try:
        repository = find_repository(folder)
    except HortusError:
        return None
    address = REMOTE.fullmatch(repository.text("remote", "get-url", "origin"))
    if address is None or not repository.text("branch", "--remotes", "--contains", "HEAD"):
        return None
    return f" @ git+https://{address['host']}/{address['path']}@{commit_of(repository, 'HEAD')}"
