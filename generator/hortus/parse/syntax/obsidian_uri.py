"""``obsidian://`` URLs that open a note: find out which note of this vault they mean.

Obsidian's own forms are ``open?vault=V&file=F``, ``open?path=/…/V/F`` and ``vault/V/F``; the plugin Advanced URI
has ``adv-uri?vault=V&filepath=F`` with ``heading`` or ``block``. Sources: Obsidian Help, "Obsidian URI"; the
plugin's documentation, "Navigation". URLs that do more than open a note are excluded.
"""

from collections.abc import Collection
from urllib.parse import unquote, urlsplit

from hortus.core.keys import fold

NAVIGATING = frozenset("vault file path panetype filepath filename heading block line viewmode openmode uid".split())
"""Parameters that select what to open and how; with any other one the URL is a command."""


def note_of_uri(url: str, vaults: Collection[str]) -> tuple[str, str] | None:
    """Return path and anchor of the note that *url* opens in this vault; None if it does not open one.

    *vaults* are the names of this vault; if empty, every name is accepted.

    >>> note_of_uri("obsidian://open?vault=My%20Vault&file=a%2Fb%23Part", ["my vault"])
    ('a/b', 'Part')
    >>> note_of_uri("obsidian://open?vault=Other&file=b", ["my vault"])
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    action = parts.netloc.lower()
    values = _values(parts.query)
    if parts.scheme.lower() != "obsidian" or not values.keys() <= NAVIGATING:
        return None
    if action == "vault":
        vault, _, file = unquote(parts.path).strip("/").partition("/")
    elif not action:
        vault, file = _in_vault(unquote(parts.path), vaults)
    elif action == "open" and values.get("path"):
        vault, file = _in_vault(values["path"], vaults)
    elif action == "open":
        vault, file = values.get("vault", ""), values.get("file", "")
    elif action in ("adv-uri", "advanced-uri"):
        vault, file = values.get("vault", ""), values.get("filepath") or values.get("filename", "")
    else:
        return None
    known = not vault or not vaults or fold(vault) in map(fold, vaults)
    target, _, anchor = file.strip("/").partition("#")
    return (target, anchor or _anchor(values) or unquote(parts.fragment)) if known and target else None


def _values(query: str) -> dict[str, str]:
    """Parse a query as Obsidian does: a plus sign is not a space."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return {unquote(name).lower(): unquote(value) for name, _, value in pairs}


def _in_vault(path: str, vaults: Collection[str]) -> tuple[str, str]:
    """Split a path of the file system at the last folder that has the vault's name."""
    folders = path.replace("\\", "/").split("/")
    names = set(map(fold, vaults))
    place = max((number for number, name in enumerate(folders[:-1]) if fold(name) in names), default=-1)
    return (folders[place], "/".join(folders[place + 1 :])) if place >= 0 else ("", "")


def _anchor(values: dict[str, str]) -> str:
    return values.get("heading", "") or (f"^{values['block'].removeprefix('^')}" if values.get("block") else "")
