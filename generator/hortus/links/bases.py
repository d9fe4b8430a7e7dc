"""Bases that notes embed, and the names of queries' results."""

from hortus.core.filetypes import kind_of
from hortus.core.model import Found, LinkGraph
from hortus.links.graph import target_path


def answer_key(host: str, path: str, number: int) -> str:
    """Return the key of a query's result: it depends on the note that shows it, which is its `this`."""
    return f"{host}\0{path}\0{number}"


def shown_view(graph: LinkGraph, path: str, index: int) -> tuple[str, int] | None:
    """Return the base that link *index* of a note points to, and the number of the view it means; None for no base."""
    resolution = graph.resolutions[path][index]
    target = target_path(resolution)
    note = graph.notes.get(target) if kind_of(target) == "query" else None
    if note is None or not note.queries:
        return None
    anchor = resolution.anchor if isinstance(resolution, Found) else ""
    places = [number for number, heading in enumerate(note.headings) if heading.anchor == anchor]
    return target, (places or [0])[0]
