"""What the order of links in a map of content means: previous, next, position, coverage."""

from collections.abc import Iterable, Mapping

from hortus.model import Ambiguous, AnchorMissing, Coverage, Found, Missing, Note, Resolution, Stop, Trail
from hortus.names import fold, stem, tag_key


def is_moc(note: Note, named: Iterable[str] = ()) -> bool:
    """Tell whether a note is a map of content.

    It is one when its name or title ends in ``MOC``, its type or one of its tags is ``moc``, or the
    settings (*named*: paths or names) say so.
    """
    if stem(note.path).endswith("MOC") or note.title.rstrip().endswith("MOC"):
        return True
    kind = note.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if any(isinstance(one, str) and fold(one.lstrip("#")) == "moc" for one in kinds):
        return True
    if any(tag_key(tag.name) == "moc" for tag in note.tags):
        return True
    names = {fold(name).removesuffix(".md") for name in named}
    return fold(note.path).removesuffix(".md") in names or fold(stem(note.path)) in names


def make_trail(moc: Note, resolutions: tuple[Resolution, ...], notes: Mapping[str, Note]) -> Trail:
    """Read a MOC's links in order; each note counts once, at its first place, and the MOC itself never."""
    stops: dict[str, Stop] = {}
    for link, resolution in zip(moc.links, resolutions, strict=True):
        if link.kind in ("property", "embed", "image") or not isinstance(
            resolution, Found | AnchorMissing | Ambiguous | Missing
        ):
            continue
        path = resolution.path
        written = path in notes
        if not path or path == moc.path or (not written and not isinstance(resolution, Missing)):
            continue
        if path in stops:
            continue
        heading = moc.headings[link.section] if link.section >= 0 else None
        section, anchor = (heading.text, heading.anchor) if heading and heading.level > 1 else ("", "")
        stops[path] = Stop(path, written, link.todo and not written, section, anchor)
    return Trail(moc.path, tuple(stops.values()))


def make_coverage(trail: Trail) -> Coverage:
    """Count how much of a MOC is written, missing, and missing but marked as still to come."""
    todo = sum(stop.todo for stop in trail.stops)
    return Coverage(trail.moc, trail.written, len(trail.stops) - trail.written - todo, todo)
