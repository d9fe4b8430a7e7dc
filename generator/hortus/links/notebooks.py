"""Notebooks and bases that notes link to or embed: only these are read and have pages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from hortus.core.filetypes import kind_of
from hortus.core.keys import fold
from hortus.core.model import Asset, Issue, Note, Source, Vault
from hortus.links.resolve import NameIndex, candidates, index_names
from hortus.vault.reader import parse_bytes

KINDS = frozenset({"notebook", "query"})
LARGEST = 32_000_000
"""Bytes of a file; a larger one is not read and counts as private."""


def read_notebooks(
    vault: Vault, notes: Iterable[Note], parse: Callable[[Sequence[Source]], Sequence[Note]]
) -> tuple[Vault, tuple[Note, ...]]:
    """Read the notebooks and bases that *notes* link to, and those that these link to.

    They are returned with the vault in which they are sources and no attachments. One that cannot be read is
    withheld, since nobody knows whether it is private.
    """
    waiting = {asset.path: asset for asset in vault.assets if kind_of(asset.path) in KINDS}
    if not waiting:
        return vault, ()
    paths = [*(source.path for source in vault.sources), *(asset.path for asset in vault.assets)]
    index = index_names(paths, vault.withheld)
    found: list[Note] = []
    fresh: Sequence[Note] = tuple(notes)
    while fresh:
        reached = sorted({path for note in fresh for path in _linked(note, index)} & waiting.keys())
        sources, vault = _read([waiting.pop(path) for path in reached], vault)
        read = parse(sources) if sources else ()
        found += read
        fresh = [note for note in read if note.public]
    return vault, tuple(found)


def _linked(note: Note, index: NameIndex) -> Iterable[str]:
    for link in note.links:
        if kind_of(fold(link.target)) in KINDS:
            yield from (path for key in candidates(link.target, note.path, index) for path in index.paths[key])


def _read(assets: Sequence[Asset], vault: Vault) -> tuple[list[Source], Vault]:
    """Read notebooks and bases; return their sources, and the vault without them as attachments."""
    sources, issues, withheld = [], list(vault.issues), set(vault.withheld)
    for asset in assets:
        try:
            if asset.size > LARGEST:
                raise ValueError(f"it is larger than {LARGEST:,} bytes")
            sources.append(parse_bytes(asset.path, asset.file.read_bytes()))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            hint = "it is private until this is fixed"
            kind = "bad_query" if kind_of(asset.path) == "query" else "bad_notebook"
            issues.append(Issue(kind, asset.path, 1, 1, f"not read: {reason}", hint))
            withheld.add(asset.path)
    gone = {asset.path for asset in assets}
    return sources, replace(
        vault,
        sources=(*vault.sources, *sources),
        assets=tuple(asset for asset in vault.assets if asset.path not in gone),
        withheld=frozenset(withheld),
        issues=tuple(issues),
    )
