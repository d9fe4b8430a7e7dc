"""Explain where a link points, or whether a note is published, and by which rule."""

import argparse
from dataclasses import replace
from pathlib import Path

from hortus.cli.arguments import FINE, PROBLEMS
from hortus.core.keys import fold
from hortus.core.model import HortusError, Vault

LINK_LINE = 3
"""Lines between the end of a note and the link that is appended to it."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "link", nargs="?", metavar="LINK", help="the link as written: '[[SGD#Step size]]' or '[text](SGD.md)'"
    )
    command.add_argument("--from", dest="note", metavar="NOTE", help="the note that contains the link")
    command.add_argument(
        "--published", metavar="NOTE", help="explain whether this note is published, and by which rule"
    )
    command.add_argument(
        "--vault",
        type=Path,
        metavar="VAULT",
        help="vault folder, or the folder containing hortus.toml (default: current)",
    )


def run(given: argparse.Namespace) -> int:
    from hortus.core.config import read_config
    from hortus.vault.reader import open_vault

    if (given.link is None) == (given.published is None) or (given.link is None) != (given.note is None):
        raise HortusError("pass LINK --from NOTE, or --published NOTE")
    config = read_config(given.vault)
    vault = open_vault(config, allow_empty=True)
    return _published(given, config, vault) if given.published else _link(given, config, vault)


def _published(given: argparse.Namespace, config, vault: Vault) -> int:
    from hortus.engine.survey import survey
    from hortus.report.explain import explain_publication

    ignored = [path for path in vault.withheld if fold(path) in (fold(given.published), fold(f"{given.published}.md"))]
    path = ignored[0] if ignored else find_note(given.published, vault)
    lines, published = explain_publication(path, vault, config, survey(config, vault).shown.graph.notes)
    print("\n".join(lines))
    return FINE if published else PROBLEMS


def _link(given: argparse.Namespace, config, vault: Vault) -> int:
    from hortus.engine.survey import survey
    from hortus.report.explain import explain

    path = find_note(given.note, vault)
    found = survey(config, with_link(vault, path, given.link))
    if path not in found.shown.graph.notes:
        raise HortusError(f"{given.note}: this note is not published, so its links are not resolved")
    last = next(source.text.count("\n") for source in vault.sources if source.path == path) + LINK_LINE
    private = [one for one in found.report.issues if (one.kind, one.path, one.line) == ("private_link", path, last)]
    if private:
        message = f"private link: {private[0].message}; {private[0].hint}"
        print(f"{given.link} in {path}", message, "points to: nothing", sep="\n")
        return PROBLEMS
    lines, has_target = explain(given.link, path, found.shown.graph)
    print("\n".join(lines))
    return FINE if has_target else PROBLEMS


def find_note(name: str, vault: Vault) -> str:
    """Return the vault path of a note that the user names by vault path, with or without ``.md``, or by file."""
    paths = {fold(source.path): source.path for source in reversed(vault.sources)}
    file = Path(name).resolve()
    inside = file.relative_to(vault.root.resolve()).as_posix() if file.is_relative_to(vault.root.resolve()) else name
    for path in (name, inside):
        for one in (path, f"{path}.md"):
            if found := next((source.path for source in vault.sources if source.path == one), paths.get(fold(one))):
                return found
    raise HortusError(f"{name}: no such note; pass its path in the vault")


def with_link(vault: Vault, path: str, link: str) -> Vault:
    """Return the vault with *link* appended to the note, so that it is parsed like all other links."""
    sources = (replace(one, text=f"{one.text}\n\n{link}\n") if one.path == path else one for one in vault.sources)
    return replace(vault, sources=tuple(sources))
