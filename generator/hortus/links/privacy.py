"""Which notes are published: notes with their marks (`marks`) and the rules of the settings in, two heaps out.

`rule` says what the settings have against a note: by folder, glob or tag, or because only marked notes go out.
`divide` cuts notes and attachments of a vault in two. Nothing that comes after receives what is withheld.
`only_for_unlisted` and `wanted_by_unlisted` find the files and missing notes that only unlisted notes link to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from hortus.core.keys import above, glob_matcher, tag_key
from hortus.core.model import Issue, LinkGraph, Note, Vault
from hortus.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Division:
    """The vault, divided into a public and a private part."""

    public: tuple[Note, ...]
    withheld: tuple[Note, ...]
    vault: Vault
    """Without private attachments; links may name them, but pages never show them."""


def rule(note: Note, settings: Settings) -> str:
    """Return the rule of the settings that makes *note* private, as text; empty if none does."""
    if found := path_rule(note.path, settings):
        return found
    keys = {tag_key(one) for tag in note.tags for one in (*above(tag.name.strip("/")), tag.name.strip("/"))}
    for tag in (each for each in settings.private if each.startswith("#")):
        if tag_key(tag[1:].strip("/")) in keys:
            return f'private = ["{tag}"] in the settings: the note has this tag'
    if settings.publish == "marked" and not is_marked(note):
        return 'publish = "marked" in the settings: the note does not say `publish: true`'
    return ""


def path_rule(path: str, settings: Settings) -> str:
    """Return the rule that makes a note or attachment private because of its path, as text; empty if none does.

    >>> path_rule("journal/2024/a.md", Settings(private=["Journal"]))
    'private = ["Journal"] in the settings: it matches the path'
    """
    places = [place.lower() for place in (*above(path), path)]
    for glob in (each for each in settings.private if not each.startswith("#")):
        matches = glob_matcher([glob.lower()])
        if any(matches(place) for place in places):
            return f'private = ["{glob}"] in the settings: it matches the path'
    return ""


def is_marked(note: Note) -> bool:
    """Return whether a note has `publish: true`."""
    return any(prop.name.strip().lower() == "publish" and prop.value is True for prop in note.properties)


def divide(notes: Iterable[Note], vault: Vault, settings: Settings, drafts: bool = False) -> Division:
    """Divide a vault into its public and its private part. Nothing else decides this.

    *drafts* lets all notes through, for their author's eyes; those that would be withheld are not `public` even so.
    """
    ruled = settings.private or settings.publish == "marked"
    judged = [replace(note, public=False) if ruled and note.public and rule(note, settings) else note for note in notes]
    if drafts:
        return Division(tuple(judged), (), vault)
    hidden = {asset.path for asset in vault.assets if settings.private and path_rule(asset.path, settings)}
    if hidden:
        assets = tuple(asset for asset in vault.assets if asset.path not in hidden)
        vault = replace(vault, assets=assets, withheld=vault.withheld | hidden)
    return Division(
        tuple(note for note in judged if note.public), tuple(note for note in judged if not note.public), vault
    )


def idle_rules(notes: Iterable[Note], vault: Vault, settings: Settings) -> Iterator[Issue]:
    """Report rules that match nothing and may be misspelt."""
    notes = list(notes)
    paths = [*(note.path for note in notes), *(asset.path for asset in vault.assets), *vault.withheld]
    for one in settings.private:
        alone = replace(settings, private=[one], publish="all")
        if not any(path_rule(path, alone) for path in paths) and not any(rule(note, alone) for note in notes):
            message = f'private = ["{one}"]: matches no note or attachment'
            yield Issue("unclear_privacy", "hortus.toml", 1, 1, message, "correct it, or remove it")


def only_for_unlisted(graph: LinkGraph) -> frozenset[str]:
    """Return the notebooks, canvases and drawings that only unlisted notes link to.

    They belong to these notes, and so does what only they link to in turn. One that nothing links to is a note of
    its own.
    """
    quiet = {path for path, note in graph.notes.items() if not note.listed}
    if not quiet:
        return frozenset()
    waiting = [path for path, note in graph.notes.items() if note.listed and path in graph.backlinks and _is_file(note)]
    found: set[str] = set()
    while True:
        known = quiet | found
        more = {path for path in waiting if path not in known and all(a.source in known for a in graph.backlinks[path])}
        if not more:
            return frozenset(found)
        found |= more


def wanted_by_unlisted(graph: LinkGraph) -> frozenset[str]:
    """Return the missing notes that only unlisted notes link to."""
    quiet = {path for path, note in graph.notes.items() if not note.listed}
    return frozenset(
        path for path in graph.missing if quiet and all(link.source in quiet for link in graph.backlinks[path])
    )


def _is_file(note: Note) -> bool:
    path = note.path.lower()
    return note.drawing is not None or path.endswith(".excalidraw.md") or not path.endswith(".md")
