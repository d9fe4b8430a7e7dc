"""Explain one link: the candidate files, in order, and the rule that decides.

For a link in the note the survey's resolution is used; any other link is resolved as if it were in the note.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from hortus.core.config import Config
from hortus.core.keys import fold, folder
from hortus.core.model import (
    AnchorMissing,
    Empty,
    FigureFound,
    Link,
    LinkGraph,
    Missing,
    Note,
    Private,
    Resolution,
    Source,
    Vault,
)
from hortus.links.link_issue import link_issue
from hortus.links.privacy import is_marked, rule
from hortus.links.resolve import NameIndex, candidates, files_named, index_names, resolve
from hortus.links.suggestions import near_names
from hortus.parse.all_notes import read_note
from hortus.parse.note import parse_note
from hortus.parse.privacy_marks import marks
from hortus.parse.syntax.comment import blank_comments
from hortus.vault.properties import parse_properties
from hortus.vault.template_folders import TemplateFolders, find_template_folders

UNCUT = "it could not be read, or the name of a private note cannot be removed from it; `hortus check` reports which"


def explain_publication(path: str, vault: Vault, config: Config, shown: Collection[str]) -> tuple[list[str], bool]:
    """Return the rules that decide whether the note at *path* is published, and the result.

    *shown* are the paths of the notes that the survey publishes.
    """
    source = next((one for one in vault.sources if one.path == path), None)
    if source is None:
        return [f"{path}: not published", f"rule: {_unread(path, vault, config)}"], False
    against = list(_against(source, config)) or [UNCUT] * (path not in shown)
    if against:
        return [f"{path}: not published", *(f"rule: {words}" for words in against)], False
    listed = _note(source, config).listed
    lines = [f"{path}: published" + ("" if listed else ", unlisted"), f"rule: {_in_favour(source, config)}"]
    return lines, True


def _unread(path: str, vault: Vault, config: Config) -> str:
    """Return why a note of the vault is not read."""
    folders = TemplateFolders({}) if config.settings.publish_templates else find_template_folders(vault.root)
    if place := folders.place(path):
        name, file = folders.named[place]
        return f'a template: "{name}" is named in {file}'
    return "ignore = … in the settings"


def _against(source: Source, config: Config) -> Iterator[str]:
    """Yield every reason why a note is not published, with lines."""
    note = _note(source, config)
    if not source.path.lower().endswith(".canvas"):
        properties = parse_properties(source.text)
        for mark in marks(source, properties, blank_comments(properties.body)[0]):
            yield f"line {mark.line}: {mark.words}"
    elif not note.public:
        yield "a node of the canvas is private"
    if words := rule(note, config.settings):
        yield words


def _in_favour(source: Source, config: Config) -> str:
    if is_marked(_note(source, config)):
        return "the note says `publish: true`, and nothing makes it private"
    return "nothing makes it private"


def _note(source: Source, config: Config) -> Note:
    return read_note(source, config.parse_options)


def explain(text: str, source: str, graph: LinkGraph) -> tuple[list[str], bool]:
    """Explain the link *text* in the note *source*; also return whether it has a target."""
    note = parse_note(Source(source, text))
    if not note.links:
        return [f"no link into the vault: {text!r}; write [[name]] or [text](name.md)"], False
    link, index = note.links[0], _index(graph)
    resolution = _known(link, source, graph) or resolve(link, source, index, graph.notes)
    lines = [f"{text} in {source}", *_chosen(link, source, resolution, index)]
    known = replace(graph, near=near_names([link.target], index, graph.backlinks.keys()))
    if issue := link_issue(link, resolution, note, known):
        lines.append(f"{issue.kind.replace('_', ' ')}: {issue.message}" + (f"; {issue.hint}" if issue.hint else ""))
    lines.append(f"points to: {_destination(resolution)}")
    return lines, not isinstance(resolution, Missing | Private | Empty)


def _index(graph: LinkGraph) -> NameIndex:
    aliases = [(alias, note.path) for note in graph.notes.values() for alias in note.aliases]
    return index_names([*graph.notes, *graph.assets], aliases=aliases, figures=graph.figures)


def _known(link: Link, source: str, graph: LinkGraph) -> Resolution | None:
    """Return the resolution of a link in the note with the same target; None if there is none."""
    for other, resolution in zip(graph.notes[source].links, graph.resolutions[source], strict=True):
        if (other.target, other.anchor) == (link.target, link.anchor):
            return resolution
    return None


def _chosen(link: Link, source: str, resolution: Resolution, index: NameIndex) -> list[str]:
    """Return the files of the link's name and the rule that decides between them."""
    if isinstance(resolution, Empty | Private):
        return []
    if isinstance(resolution, FigureFound):
        return ["rule: the figure of a script wins over files of that name"]
    paths = files_named(link.target, index) if link.target else ()
    lines = [f"  {number}. {path}" for number, path in enumerate(paths, 1)]
    name = link.target.rsplit("/", 1)[-1]
    if name and not paths:
        lines.append(f"  no file is named {name} or {name}.md")
    return [*lines, f"rule: {_rule(link.target, source, index)}"]


def _rule(target: str, source: str, index: NameIndex) -> str:
    if not target:
        return "a link without a name points into its own note"
    if target.startswith(("./", "../")):
        return "a path that begins with a dot is relative to the note's folder, and must match exactly"
    if target.startswith("/"):
        return "a path that begins with a slash is relative to the vault's root, and must match exactly"
    if target.endswith("/"):
        return "a folder is not a file"
    fitting = candidates(target, source, index)
    if not fitting:
        return "no file matches: no path ends with the link's path"
    if len(index.paths[fitting[0]]) > 1:
        return "several paths differ only in case: the first in alphabetical order is taken"
    if fitting[0] in (fold(target), f"{fold(target)}.md"):
        return "an exact path from the vault's root wins"
    if len(fitting) > 1:
        return "several paths are equally short: the first in alphabetical order is taken"
    if len(files_named(target, index)) == 1:
        return "the only file of that name"
    own = fold(folder(index.paths[fitting[0]][0])) == fold(folder(source))
    return (
        "of several files, the one in the note's own folder"
        if own
        else "of several files, the one with the shortest path"
    )


def _destination(resolution: Resolution) -> str:
    match resolution:
        case Missing(path):
            return f"nothing yet; it would be {path}" if path else "nothing"
        case Empty() | Private():
            return "nothing"
        case FigureFound(name):
            return f"the figure {name}"
        case AnchorMissing(path):
            return f"the top of {path}"
        case _:
            return f"{resolution.path}#{resolution.anchor}" if resolution.anchor else resolution.path
