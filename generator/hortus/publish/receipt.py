"""The receipt of a published site: every file with its hash and its reason, and the problems at that time.

It is a file of the published branch, ``.hortus-receipt.json``, so that it is valid in every commit that contains
it: after a revert, a merge or a commit by somebody else, and in every clone. (A git note belongs to one
commit and is not cloned.) No page links to it, and it contains only information that the pages contain: files by
URL, notes by path, problems as hashes.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from hortus import __version__
from hortus.core.hashing import digest
from hortus.core.model import Issue, Report, Shown, Site
from hortus.site.manifest import kind_of_file
from hortus.site.pages import Recipe

RECEIPT = ".hortus-receipt.json"


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One published file."""

    id: str
    """Id of its git blob."""
    kind: str
    """``note``, ``stub`` (of a missing note), ``page``, ``attachment``, ``static`` (copied as it is), ``figure``,
    ``diagram``, ``hover`` (a hover card), ``card`` (a social card), ``search``, ``theme``; ``text`` is for machines:
    feeds, and notes as written."""
    why: tuple[str, ...] = ()
    """For a note, its text and its cards: its path; otherwise the pages that need the file."""


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


def make_receipt(
    site: Site, manifest: Mapping[str, Recipe], shown: Shown, report: Report | None, ids: Mapping[str, str]
) -> Receipt:
    """Record why each file is part of the site; *ids* are the files' blobs, *report* is None if private."""
    holders = _holders(shown)
    pieces = {url: PublishedFile(ids[url], *_reason(manifest.get(url), shown, holders)) for url in site.files}
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


def _holders(shown: Shown) -> dict[str, set[str]]:
    """Return by name of a diagram the pages of the notes that have it."""
    pages: dict[str, set[str]] = {}
    for path, note in shown.graph.notes.items():
        for name, _ in (*note.files, *note.images):
            pages.setdefault(name, set()).add(shown.urls[path])
    return pages


def _reason(recipe: Recipe | None, shown: Shown, holders: Mapping[str, Collection[str]]) -> tuple[str, tuple[str, ...]]:
    """Return the kind of a file and why it is there."""
    kind, graph = kind_of_file(recipe), shown.graph
    if not recipe or kind in ("page", "figure", "theme", "search", "static"):
        return kind, ()
    if kind == "diagram":
        return kind, tuple(sorted(holders.get(recipe.given[1], ())))
    path = recipe.given[0] if recipe.given else ""
    if path in graph.notes:
        return kind, (path,)
    return kind, tuple(sorted({shown.urls[link.source] for link in graph.backlinks.get(path, ())}))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
