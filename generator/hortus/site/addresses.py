"""Assign URLs to notes, missing notes, attachments and scripts, and choose the first page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hortus.core.hashing import digest
from hortus.core.keys import above, fold
from hortus.core.model import FigureScript, HortusError, LinkGraph, Missing, Note, Trail
from hortus.core.urls import assign_urls, folder_urls, is_taken, permalink_url
from hortus.figures.requests import caption_path, script_path
from hortus.links.maps import near_notes
from hortus.links.network import reached_from
from hortus.links.tags import by_title
from hortus.site.attachments import served_path


@dataclass(frozen=True, slots=True)
class Addresses:
    """All urls, relative to the site's root."""

    urls: Mapping[str, str]
    """By path of a note, missing note, attachment or script."""
    opening: str | None
    """The MOC that the first page shows if no note is the first page."""
    redirects: Mapping[str, str]
    """By URL of an alias: the path of the note with this alias."""
    duplicates: tuple[tuple[str, str, str], ...]
    """Notes that did not get their preferred URL, with the path that has it and, for an alias's URL, the alias."""


def give_addresses(graph: LinkGraph, scripts: Iterable[FigureScript], home: str, trusted: bool = False) -> Addresses:
    """Assign a URL to everything that the site shows; *home* is the setting for the first page.

    *trusted*: attachments are served as they are.
    """
    first, opening = find_home(graph, home)
    urls, losers = assign_urls(graph.notes, claims(graph), first, graph.missing)
    urls |= asset_urls(reached_assets(graph), urls.values(), trusted)
    for script in scripts:
        names = {script_path(script): script.name} | {caption_path(script, name): name for name in script.captions}
        urls |= {path: f"figures/{name}.html" for path, name in names.items()}
    redirects, aliases = redirect_urls(graph, urls)
    duplicates = [(path, holder, "") for path, holder in losers if path in graph.notes]
    return Addresses(urls, opening, redirects, (*duplicates, *aliases))


def redirect_urls(graph: LinkGraph, urls: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Give every alias a URL that redirects to its note, unless it is taken; of equal aliases the first gets it.

    *urls* are all other URLs, by path. Also return the notes that did not get a redirect, each with the path
    that has the URL (empty for a generated page) and the alias. A wanted note whose page lists the note is no conflict.
    """
    taken = {url: path for path, url in urls.items()}
    redirects: dict[str, str] = {}
    late = []
    for path, note in graph.notes.items():
        for alias in note.aliases:
            url = permalink_url(alias)
            if not url:
                continue
            if url in taken:
                holder = taken[url]
            elif is_taken(url) or url.endswith("/index.html"):
                holder = ""
            else:
                holder = redirects.setdefault(url, path)
            if holder != path and not _is_namesake(holder, path, graph):
                late.append((path, holder, alias))
    return redirects, late


def _is_namesake(wanted: str, path: str, graph: LinkGraph) -> bool:
    """Return whether the note *path* has an alias with the name of a wanted note, whose page then lists it."""
    links = graph.backlinks.get(wanted, ()) if wanted in graph.missing else ()
    found = (graph.resolutions[link.source][link.index] for link in links)
    return any(path in one.alias_of for one in found if isinstance(one, Missing))


def find_home(graph: LinkGraph, named: str) -> tuple[str, str | None]:
    """Return the note that is the first page, otherwise the MOC that the first page shows.

    That is the MOC that no other MOC lists and from which most notes can be reached through MOCs.
    """
    if named:
        path = next((path for path in graph.notes if fold(path) in (fold(named), fold(named) + ".md")), None)
        if path is None:
            raise HortusError(f"hortus.toml: home: no note {named!r}{near_notes(named, graph.notes)}")
        return path, None
    for path in ("index.md", "Index.md", "home.md", "Home.md"):
        if path in graph.notes:
            return path, None
    return "", leading_map(graph.trails) or None


def leading_map(trails: Sequence[Trail], home: str = "") -> str:
    """Return the map that no other map lists and from which most notes can be reached; empty if there is none.

    A first page *home* that is a map, and what it lists, does not count.
    """
    trails = [trail for trail in trails if trail.moc != home]
    listed = {stop.path for trail in trails for stop in trail.stops}
    leading = [trail for trail in trails if trail.moc not in listed] or trails
    ways = {trail.moc: [stop.path for stop in trail.stops if stop.written] for trail in trails}
    first = min(
        leading, key=lambda trail: (-len(reached_from([trail.moc], ways)), -len(trail.stops), trail.moc), default=None
    )
    return first.moc if first else ""


def folder_pages(notes: Mapping[str, Note], urls: Iterable[str]) -> dict[str, str]:
    """Return the URL of the page of each folder with listed notes; *urls* are those of notes and attachments."""
    return folder_urls({name for path in by_title(notes) for name in above(path)}, urls)


def claims(graph: LinkGraph) -> dict[str, str]:
    """Return the URLs that notes claim by ``permalink``."""
    asked = {path: note.get("permalink") for path, note in graph.notes.items()}
    return {path: url for path, link in asked.items() if isinstance(link, str) and (url := permalink_url(link))}


def reached_assets(graph: LinkGraph) -> tuple[str, ...]:
    """Return the attachments that notes link to; no others are copied."""
    return tuple(sorted(graph.backlinks.keys() & graph.assets.keys()))


def asset_urls(paths: Iterable[str], taken: Iterable[str], trusted: bool = False) -> dict[str, str]:
    """Return the URL of each attachment: its path, with case, unless it is taken."""
    if not (paths := sorted(paths)):
        return {}
    pages = {fold(url) for url in taken}
    taken = pages | {fold(name) for url in pages for name in above(url)}
    urls = {}
    for path in paths:
        url = served_path(path, trusted)
        free = fold(url) not in taken and not is_taken(url) and pages.isdisjoint(map(fold, above(url)))
        urls[path] = url if free else f"files/{digest(path)[:8]}/{url.rsplit('/', 1)[-1]}"
        taken.add(fold(urls[path]))
    return urls
