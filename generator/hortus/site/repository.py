"""Links to a note in the repository of its vault: where it is edited, and its history."""

import re

from hortus.core.settings import FOLDER_IN_REPOSITORY, Settings

VIEWS = {
    "/tree/": {"Edit": "/edit/", "History": "/commits/"},
    "/-/tree/": {"Edit": "/-/edit/", "History": "/-/commits/"},
    "/src/branch/": {"Edit": "/_edit/", "History": "/commits/branch/"},
}
"""What replaces the part of a folder's address between repository and branch: GitHub, GitLab, Forgejo and Gitea."""


def repository_links(settings: Settings) -> dict[str, str]:
    """Return addresses with ``{path}``, the percent-encoded path of a note, by what they are for.

    >>> repository_links(Settings(repository="https://codeberg.org/a/b/src/branch/main/notes"))["History"]
    'https://codeberg.org/a/b/commits/branch/main/notes/{path}'
    """
    found = re.fullmatch(FOLDER_IN_REPOSITORY, settings.repository)
    if not found:
        return {}
    views = VIEWS[found["view"]].items()
    return {name: f"{found['repository']}{view}{found['folder'].rstrip('/')}/{{path}}" for name, view in views}
