"""The author's own files at the root of the site: those that are copied, and an issue for each other one.

Files of the site take precedence. Private files are left out without an issue, as everywhere.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from hortus.core.config import Config
from hortus.core.filetypes import WRITTEN, kind_of
from hortus.core.keys import above, fold
from hortus.core.model import Asset, Issue, LinkGraph
from hortus.core.urls import is_taken
from hortus.links.privacy import path_rule
from hortus.site.addresses import Addresses, folder_pages
from hortus.site.feeds import markdown_url
from hortus.vault.static_files import KIND, STATIC, named, read_static


def place_static(config: Config, graph: LinkGraph, addresses: Addresses) -> tuple[dict[str, Asset], list[Issue]]:
    """Return the files to copy by URL, which is their path, and an issue for each that is not copied."""
    files, issues = read_static(config)
    taken = _taken(graph, addresses) if files else {}
    folders = {place for url in taken for place in above(url)}
    placed: dict[str, Asset] = {}
    for asset in files:
        url = asset.path
        if path_rule(_vault_path(url, config), config.settings):
            continue
        key = fold(url)
        if kind_of(url) in WRITTEN:
            message, hint = "it is a note, and would be served with its private parts", "move it into the vault"
        elif is_taken(url) or key in taken or key in folders or taken.keys() & above(key):
            holder = taken.get(key, "")
            message = f"its address is that of {holder}" if holder else "its address belongs to the site"
            hint = "rename it"
        else:
            placed[url] = asset
            taken[key] = named(url)
            folders.update(above(key))
            continue
        issues.append(Issue(KIND, named(url), 1, 1, f"not copied: {message}", hint))
    return placed, issues


def _vault_path(path: str, config: Config) -> str:
    """Return the path for private rules: that in the vault if the folder is in it."""
    vault, folder = Path(os.path.realpath(config.vault)), Path(os.path.realpath(config.project / STATIC))
    return (folder / path).relative_to(vault).as_posix() if folder.is_relative_to(vault) else named(path)


def _taken(graph: LinkGraph, addresses: Addresses) -> dict[str, str]:
    """Return the folded URLs of the site's own files, except those that `is_taken` knows, with the owner of each."""
    urls: Mapping[str, str] = addresses.urls
    known = {url: path for path, url in urls.items()} | dict(addresses.redirects)
    known |= {markdown_url(urls[path]): path for path in graph.notes}
    known |= {url: f"the folder {name}" for name, url in folder_pages(graph.notes, urls.values()).items()}
    return {fold(url): holder for url, holder in known.items()}
