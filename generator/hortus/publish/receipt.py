"""The receipt of a published site: every file with its hash and its reason, and the problems at that time.

It is a file of the published branch, ``.hortus-receipt.json``, so that it is valid in every commit that contains
it: after a revert, a merge or a commit by somebody else, and in every clone. (A git note belongs to one
commit and is not cloned.) No page links to it, and it contains only information that the pages contain: files by
URL, notes by path, problems as hashes.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hortus import __version__
from hortus.core.hashing import digest
from hortus.core.model import Issue, Report, Shown, Site
from hortus.site.addresses import reached_assets
from hortus.site.feeds import markdown_url

RECEIPT = ".hortus-receipt.json"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One published file."""

    id: str
    """Id of its git blob."""
    kind: str
    """``note``, ``stub`` (of a note not written), ``page``, ``attachment``, ``figure``, ``diagram``, ``theme``;
    ``text`` is for machines: feeds, and notes as they were written."""
    why: tuple[str, ...] = ()
    """For a note its path; otherwise the pages that need it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    pieces: Mapping[str, PublishedFile] = field(default_factory=dict)
    """By address."""
    problems: Mapping[str, int] | None = field(default_factory=dict)
    """Number of issues by the hash of their subject (`issue_key`); None if the report is private."""


def issue_key(issue: Issue) -> str:
    """Return a hash of an issue's subject, independent of its position in the note.

    >>> one = Issue("todo", "a.md", 3, 1, "measure this")
    >>> issue_key(one) == issue_key(Issue("todo", "a.md", 40, 7, "measure this"))
    True
    """
    return digest("\0".join((issue.kind, issue.path, issue.target or issue.message)))[:16]


def count_issues(issues: Iterable[Issue]) -> dict[str, int]:
    """Count issues by their subject."""
    return dict(sorted(Counter(map(issue_key, issues)).items()))


def new_issues(issues: Iterable[Issue], known: Mapping[str, int]) -> tuple[Issue, ...]:
    """Return the issues that were not *known*; of several with the same subject, the last ones."""
    left = dict(known)
    found = []
    for issue in issues:
        key = issue_key(issue)
        if left.get(key, 0):
            left[key] -= 1
        else:
            found.append(issue)
    return tuple(found)


def make_receipt(site: Site, shown: Shown, report: Report | None, ids: Mapping[str, str]) -> Receipt:
    """Record why each file is part of the site; *ids* are the files' blobs, *report* is None if private."""
    reasons = _reasons(shown)
    pieces = {url: PublishedFile(ids[url], *reasons.get(url, (_kind(url), ()))) for url in site.files}
    return Receipt(pieces, count_issues(report.issues) if report else None)


def render_receipt(receipt: Receipt) -> bytes:
    """Write a receipt as JSON, with a line for each file."""
    files = [
        f"  {_json(url)}: {_json({'id': piece.id, 'kind': piece.kind} | ({'why': piece.why} if piece.why else {}))}"
        for url, piece in sorted(receipt.pieces.items())
    ]
    made = _json(f"hortus {__version__}")
    body = ",\n".join(files)
    problems = _json(receipt.problems)
    return f'{{"version": 1, "made_by": {made},\n "files": {{\n{body}}},\n "problems": {problems}}}\n'.encode()


def parse_receipt(text: bytes) -> Receipt | None:
    """Read a receipt; None if the text is not one."""
    try:
        found = json.loads(text)
        if found["version"] != 1:
            return None
        pieces = {
            str(url): PublishedFile(str(piece["id"]), str(piece["kind"]), tuple(map(str, piece.get("why", ()))))
            for url, piece in found["files"].items()
        }
        problems = found["problems"]
        return Receipt(pieces, None if problems is None else {str(key): int(n) for key, n in problems.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _reasons(shown: Shown) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return kind and reason of notes, and of files that notes link to or contain."""
    graph, urls = shown.graph, shown.urls
    reasons: dict[str, tuple[str, tuple[str, ...]]] = {urls[path]: ("note", (path,)) for path in graph.notes}
    reasons |= {markdown_url(urls[path]): ("text", (path,)) for path in graph.notes}
    for kind, paths in (("stub", graph.missing), ("attachment", reached_assets(graph))):
        for path in paths:
            pages = {urls[link.source] for link in graph.backlinks.get(path, ())}
            reasons[urls[path]] = kind, tuple(sorted(pages))
    diagrams: dict[str, set[str]] = {}
    for path, note in graph.notes.items():
        for name, _ in (*note.files, *note.images):
            diagrams.setdefault(f"assets/diagrams/{name}", set()).add(urls[path])
    reasons |= {url: ("diagram", tuple(sorted(pages))) for url, pages in diagrams.items()}
    return reasons


def _kind(url: str) -> str:
    if url.endswith(".html"):
        return "page"
    return {"figures": "figure", "assets": "theme"}.get(url.partition("/")[0], "text")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
