"""Take the names of private notes out of public ones, until no text that goes on holds one.

A link to a private note becomes its label, or the words "private note". What follows is read anew from
the redacted text, so that no excerpt, heading, sentence or copy of a note can hold the name. A note that
cannot be redacted is withheld as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hortus.model import Issue, Link, LinkGraph, Note, Private, Source
from hortus.report import link_issue
from hortus.syntax import make_parser
from hortus.syntax.linktext import label_written

WORDS = "private note"
Parse = Callable[[Sequence[Source]], Sequence[Note]]
Join = Callable[[Sequence[Note], Sequence[str]], LinkGraph]


@dataclass(frozen=True, slots=True)
class Joined:
    """Public notes, joined, without the name of a private one."""

    graph: LinkGraph
    sources: Mapping[str, Source]
    """What each public note was read from, redacted."""
    issues: tuple[Issue, ...]
    """What there is to tell the author of links to private notes; it holds no name."""


def join_public(
    public: Sequence[Note], withheld: Sequence[str], sources: Mapping[str, Source], parse: Parse, join: Join
) -> Joined:
    """Join the *public* notes; *withheld* are the paths of the others."""
    notes = {note.path: note for note in public}
    texts = {path: sources[path] for path in notes}
    hidden, issues, redacted = list(withheld), [], set()
    while True:
        graph = join(list(notes.values()), hidden)
        private = private_links(graph) if hidden else {}
        if not private:
            return Joined(graph, texts, tuple(issues))
        fresh = []
        for path, links in private.items():
            issues += [issue for link in links if (issue := link_issue(link, Private(), notes[path], graph))]
            text = None if path in redacted else redact(texts[path], links)
            if text is None:
                hidden.append(path)
                del notes[path], texts[path]
                issues.append(
                    Issue("private_link", path, 1, 1, "not shown, since it names a note that is not published")
                )
            else:
                texts[path] = text
                fresh.append(text)
        redacted |= private.keys()
        notes |= {note.path: note for note in parse(fresh)}


def private_links(graph: LinkGraph) -> dict[str, tuple[Link, ...]]:
    """Return, by path of a public note, its links to private ones."""
    found = {
        path: tuple(
            link for link, where in zip(note.links, graph.resolutions[path], strict=True) if isinstance(where, Private)
        )
        for path, note in graph.notes.items()
    }
    return {path: links for path, links in found.items() if links}


def redact(source: Source, links: Sequence[Link]) -> Source | None:
    """Return *source* without *links*; None when one of them is not found where it should stand."""
    starts = [0]
    for line in source.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    text = source.text
    for link in sorted(set(links), key=lambda link: (link.line, link.column), reverse=True):
        begin = starts[link.line - 1] + link.column - 1
        words = "#" if link.kind == "html" else _words(text[begin : begin + link.length])
        if words is None:
            return None
        text = text[:begin] + words + text[begin + link.length :]
    return Source(source.path, text, source.flaws)


def _words(written: str) -> str | None:
    """Return what stays of a link as written.

    >>> _words("[[Secret|a plan]]"), _words("![[Secret]]"), _words("[the **plan**](Secret.md)"), _words("x")
    ('a plan', 'private note', 'the **plan**', None)
    >>> _words('[a [b]](<Secret.md> "c](d")')
    'a [b]'
    """
    if written.startswith(("[[", "![[")) and written.endswith("]]"):
        label = written.rstrip("]").partition("|")[2]
        return label.strip() if label.strip() and written[0] == "[" else WORDS
    if written.endswith(")") and (label := label_written(make_parser(), written)) is not None:
        return label.strip() or WORDS
    if written.startswith("![") and "](" in written and written.endswith(")"):
        return WORDS
    return None
