"""Explain one link: the files that could be meant, in order, and the rule that chose."""

from hortus.model import AnchorMissing, Found, LinkGraph, Missing, Resolution, Source
from hortus.names import fold, folder, name_key
from hortus.note import parse_note
from hortus.report import link_issue
from hortus.resolve import NameIndex, candidates, index_names, resolve


def explain(text: str, source: str, graph: LinkGraph) -> tuple[list[str], bool]:
    """Return what there is to say of the link *text* in the note *source*, and whether it leads anywhere."""
    note = parse_note(Source(source, text))
    if not note.links:
        return [f"{text}: no link into the vault; write [[name]] or [text](name.md)"], False
    link, index = note.links[0], index_names([*graph.notes, *graph.assets])
    resolution = resolve(link, source, index, graph.notes)
    lines = [f"{text} in {source}"]
    spelling, paths = _named(link.target, index)
    lines += [f"  {number}. {path}" for number, path in enumerate(paths, 1)]
    if link.target and not paths:
        lines.append(f"  no file is named {spelling}")
    lines.append(f"rule: {_rule(link.target, source, index)}")
    if isinstance(resolution, AnchorMissing | Missing) and (issue := link_issue(link, resolution, note, graph)):
        lines.append(f"{issue.kind.replace('_', ' ')}: {issue.message}" + (f"; {issue.hint}" if issue.hint else ""))
    lines.append(f"leads to: {_destination(resolution)}")
    return lines, isinstance(resolution, Found)


def _named(target: str, index: NameIndex) -> tuple[str, list[str]]:
    """Return the name looked for, and every file of that name, the shortest path first."""
    name = name_key(target)
    for spelling in (name, f"{name}.md"):
        if keys := index.names.get(spelling):
            paths = [path for key in keys for path in index.paths[key]]
            return spelling, [path for path in paths if path not in index.withheld]
    return f"{name} or {name}.md", []


def _rule(target: str, source: str, index: NameIndex) -> str:
    if not target:
        return "without a name it leads within its own note"
    if target.startswith(("./", "../")):
        return "a path that begins with a dot counts from the note's own folder, exactly"
    if target.startswith("/"):
        return "a path that begins with a slash counts from the vault's root, exactly"
    fitting = candidates(target, source, index)
    if not fitting:
        return "nothing fits: no path ends with what is written"
    spelled = fitting[0] if fitting[0] in (fold(target), f"{fold(target)}.md") else ""
    if spelled:
        return "an exact path from the vault's root comes first"
    if len(fitting) > 1:
        return "several paths are equally short: the first by the alphabet is taken"
    if fold(folder(index.paths[fitting[0]][0])) == fold(folder(source)):
        return (
            "of several, the one in the note's own folder"
            if len(_named(target, index)[1]) > 1
            else "the only one of its name"
        )
    return "of several, the shortest path" if len(_named(target, index)[1]) > 1 else "the only one of its name"


def _destination(resolution: Resolution) -> str:
    path = getattr(resolution, "path", "") or getattr(resolution, "name", "")
    if isinstance(resolution, Missing):
        return f"nothing yet; it would be {path}" if path else "nothing"
    anchor = getattr(resolution, "anchor", "")
    return f"{path}#{anchor}" if anchor else path or type(resolution).__name__.lower()
