"""Which notes are templates: folders and notes that three of Obsidian's settings files name.

* ``.obsidian/templates.json``: ``folder``, of the core plugin Templates
* ``.obsidian/daily-notes.json``: ``template``, the note of the core plugin Daily notes
* ``.obsidian/plugins/templater-obsidian/data.json``: ``templates_folder``, of Templater

Only these keys are used; of dot folders, nothing is read but this and what `property_types` reads. A file that is not
a regular file in the vault counts as absent; a damaged one is reported, because its templates are then published.
"""

import errno
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hortus.core.keys import above, fold, inside
from hortus.core.model import Issue

NAMED_IN = {
    ".obsidian/templates.json": "folder",
    ".obsidian/daily-notes.json": "template",
    ".obsidian/plugins/templater-obsidian/data.json": "templates_folder",
}
"""The key that names a folder or note, by file."""
LARGEST = 2_000_000
"""Bytes of such a file."""


@dataclass(frozen=True, slots=True)
class TemplateFolders:
    """Folders and notes that are templates."""

    named: dict[str, tuple[str, str]]
    """By the folded path of a folder or note: the path as written, and the file that names it."""
    issues: tuple[Issue, ...] = ()
    """About files that cannot be read."""

    def place(self, path: str) -> str:
        """Return the folded path of the folder or note that makes *path* a template; empty if it is not one."""
        key = fold(path)
        return next((part for part in (*above(key), key, key.removesuffix(".md")) if part in self.named), "")

    def report(self, places: Iterable[str]) -> list[Issue]:
        """Report how many notes are left out for each place; *places* has one result of `place` per note."""
        return [*self.issues, *(self._issue(place, count) for place, count in sorted(Counter(places).items()))]

    def _issue(self, place: str, count: int) -> Issue:
        path, file = self.named[place]
        amount = "1 template is" if count == 1 else f"{count} templates are"
        message = f'{amount} not published: "{path}" is named in {file}'
        return Issue(
            "template_folder", file, 1, 1, message, "`publish_templates = true` in hortus.toml publishes them", path
        )


def find_template_folders(root: Path) -> TemplateFolders:
    """Read the settings files of the vault *root*; damaged files are reported."""
    named: dict[str, tuple[str, str]] = {}
    issues: list[Issue] = []
    for file, key in NAMED_IN.items():
        try:
            settings = json.loads(settings_text(root, file) or "{}")
        except (ValueError, RecursionError):
            issues.append(_unusable(file, "is not valid JSON"))
            continue
        except OSError as error:
            issues.append(_unusable(file, f"cannot be read: {error.strerror}"))
            continue
        path = settings.get(key) if isinstance(settings, dict) else None
        path = inside(path.strip().strip("/")) if isinstance(path, str) and "\0" not in path else None
        if path and path != ".":
            named.setdefault(fold(path).removesuffix(".md"), (path, file))
    return TemplateFolders(named, tuple(issues))


def _unusable(file: str, what: str) -> Issue:
    message = f"{what}; the templates that it names are published"
    return Issue("bad_template_settings", file, 1, 1, message, "fix the file, or remove it")


def settings_text(root: Path, file: str) -> str:
    """Read a settings file; empty if it is absent, not a regular file, or outside the vault.

    Raise OSError if it is too large or cannot be read.
    """
    top, real = os.path.realpath(root), os.path.realpath(root / file)
    if not real.startswith(top + os.sep) or not os.path.isfile(real):
        return ""
    if os.path.getsize(real) > LARGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return Path(real).read_bytes().decode("utf-8-sig")
