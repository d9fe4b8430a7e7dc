"""Take the names of private notes out of public ones: sources and links in, sources out.

A link to a private note becomes its label, or the words "private note". What follows is read anew from
the redacted text, so that no excerpt, heading, sentence or copy of the note can hold the name.
"""

from collections.abc import Mapping, Sequence

from hortus.model import Issue, Link, LinkGraph, Note, Private, Source
from hortus.report import link_issue

WORDS = "private note"


def private_links(graph: LinkGraph) -> dict[str, tuple[Link, ...]]:
    """Return, by path of a public note, its links to private ones."""
    found = {
        path: tuple(link for link, where in zip(note.links, graph.resolutions[path], strict=True) if isinstance(where, Private))
        for path, note in graph.notes.items()
    }
    return {path: links for path, links in found.items() if links}


def private_issues(graph: LinkGraph) -> list[Issue]:
    """Return what there is to tell their author of links to private notes; it holds no name."""
    issues = []
    for path, links in private_links(graph).items():
        for link in links:
            issues.append(link_issue(link, Private(), graph.notes[path], graph))
    return [issue for issue in issues if issue is not None]


def redact(source: Source, links: Sequence[Link]) -> Source | None:
    """Return *source* without *links*; None when one of them is not found where it should stand."""
    starts = [0]
    for line in source.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    text = source.text
    for link in sorted(set(links), key=lambda link: (link.line, link.column), reverse=True):
        begin = starts[link.line - 1] + link.column - 1
        words = _words(text[begin : begin + link.length])
        if words is None:
            return None
        text = text[:begin] + words + text[begin + link.length :]
    return Source(source.path, text, source.flaws)


def _words(written: str) -> str | None:
    """Return what stays of a link as written.

    >>> _words("[[Secret|a plan]]"), _words("![[Secret]]"), _words("[the **plan**](Secret.md)"), _words("x")
    ('a plan', 'private note', 'the **plan**', None)
    """
    if written.startswith(("[[", "![[")) and written.endswith("]]"):
        label = written.rstrip("]").partition("|")[2]
        return label.strip() if label.strip() and written[0] == "[" else WORDS
    if written.startswith("[") and "](" in written and written.endswith(")"):
        return written[1 : written.rindex("](")].strip() or WORDS
    if written.startswith("![") and "](" in written and written.endswith(")"):
        return WORDS
    return None


def still_private(notes: Mapping[str, Note], graph: LinkGraph) -> set[str]:
    """Return the notes of *notes* that still name a private one after all."""
    return set(private_links(graph)) & set(notes)
