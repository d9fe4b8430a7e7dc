"""What is wrong with a link: whether a missing note is broken or still to come is decided here and nowhere else."""

from collections.abc import Sequence

from hortus.core.filetypes import is_asset_name
from hortus.core.keys import heading_link, stem
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Empty,
    Found,
    Issue,
    Link,
    LinkGraph,
    Missing,
    Note,
    Private,
    Resolution,
)
from hortus.links.anchors import anchors_of


def link_issue(link: Link, resolution: Resolution, note: Note, graph: LinkGraph) -> Issue | None:
    """Say what is wrong with a link, None if nothing is."""
    match resolution:
        case Missing() if is_asset_name(link.target):
            kind, message = "missing_asset", f'no file named "{link.target}"'
        case Missing():
            kind = "todo_link" if link.todo else "broken_link"
            message = f'no note named "{link.target}"'
        case AnchorMissing(path, near):
            block = link.anchor.rsplit("#", 1)[-1].strip().startswith("^")
            kind = "missing_block" if block else "missing_heading"
            message = f'"{stem(path)}" has no {"block" if block else "heading"} "{link.anchor}"'
            return issue_at(kind, note, link, message, _did_you_mean(near), f"{link.target}#{link.anchor}")
        case Found(path, anchor, by_id=True):
            heading = anchors_of(graph.notes[path]).titles.get(anchor)
            message = f'"{anchor}" is an id on the page of "{stem(path)}"; Obsidian finds a heading by its text only'
            hint = f"write {heading_link(link.target, heading.source)}" if heading else ""
            return issue_at("missing_heading", note, link, message, hint, f"{link.target}#{link.anchor}")
        case Ambiguous(paths):
            others = ", ".join(path for path in paths if path in graph.notes or path in graph.backlinks)
            message = f'"{link.target}" fits {len(paths)} files equally; the first is taken: {others}'
            return issue_at("ambiguous_link", note, link, message, "write the folder too", link.target)
        case Empty():
            text = f'"{link.label}" ' if link.label else ""
            return issue_at("empty_link", note, link, f"the link {text}has no destination yet", "", "")
        case Private():
            return issue_at(
                "private_link", note, link, "links to a note that is not published", "only its label is shown", ""
            )
        case _:
            return None
    hint = _did_you_mean(graph.near.get(link.target, ()))
    if resolution.alias_of:
        owner = stem(resolution.alias_of[0])
        hint = f"it is an alias, which links do not follow; write [[{owner}|{link.target}]]"
    return issue_at(kind, note, link, message, hint, link.target)


def issue_at(kind: str, note: Note, link: Link, message: str, hint: str, target: str) -> Issue:
    """Make an issue at the place of *link*."""
    return Issue(kind, note.path, link.line, link.column, message, hint, target, link.length)


def _did_you_mean(near: Sequence[str]) -> str:
    quoted = " or ".join(f"“{name}”" for name in near)
    return f"did you mean {quoted}?" if near else ""
