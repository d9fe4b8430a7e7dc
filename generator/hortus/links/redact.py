"""Take the names of private notes out of public ones, until no text that goes on holds one.

A link to a private note becomes its label, or the words "private note". What follows is read again from
the redacted text, so that no excerpt, heading, sentence or copy of a note can hold the name. A note that
cannot be redacted is withheld as well.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from hortus.core.model import FigureScript, Issue, Link, LinkGraph, Note, Private, Source, Vault
from hortus.links.link_issue import link_issue
from hortus.links.private_names import WORDS, HiddenNames, hidden_names, holds_name, mentions_of
from hortus.parse.excalidraw.sections import published_text
from hortus.vault.properties import flat

ATTRIBUTE = re.compile(r"""\b(?:href|src|poster)\s*=\s*(?P<quote>\\?["']|)\Z""", re.IGNORECASE)
"""The text before the value of an attribute with an address; in JSON, quotes are escaped."""
JSON_ESCAPE = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
COMPOSES = re.compile(r"%%|<!--|&\#?\w|\\")
"""What can divide a name in a note's text but not on its page."""
TAG = re.compile(r"<[^<>]*>")
BLOCK = re.compile(r"</?(?:p|div|li|t[dhr]|d[dt]|h[1-6r]|pre|br|ul|ol|table|blockquote|figure|section)\b")
Parse = Callable[[Sequence[Source]], Sequence[Note]]
Join = Callable[[Sequence[Note], Sequence[str], Mapping[str, Source]], LinkGraph]
"""Joins notes; their sources by path."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Public notes with resolved links, without names of private notes."""

    graph: LinkGraph
    sources: Mapping[str, Source]
    """The redacted source of each public note."""
    issues: tuple[Issue, ...]
    """Issues about links to private notes; they contain no names."""
    hidden: frozenset[str] = frozenset()
    """Paths that are not shown: private notes and attachments, and notes that could not be redacted."""


def join_public(public: Sequence[Note], hidden: Iterable[str], vault: Vault, parse: Parse, join: Join) -> Joined:
    """Join the *public* notes of a vault; *hidden* are the paths of what nothing is shown of.

    Links to it are cut out of the notes' text, and so are its names wherever else they stand (`mentions`).
    """
    work = _Redaction(public, hidden, vault)
    while True:
        graph = join(list(work.notes.values()), work.concealed, work.texts)
        fresh = work.redact(graph)
        if fresh is None:
            return Joined(graph, work.texts, tuple(work.issues), frozenset(work.concealed))
        work.notes |= {note.path: note for note in parse(fresh)}


class _Redaction:
    """Public notes while they are redacted in rounds, until none contains a private name."""

    def __init__(self, public: Sequence[Note], hidden: Iterable[str], vault: Vault):
        self.notes = {note.path: note for note in public}
        self.texts = {source.path: source for source in vault.sources if source.path in self.notes}
        self.concealed = list(hidden)
        self.issues: list[Issue] = []
        self.assets = [asset.path for asset in vault.assets]
        self.written = [source.text for source in self.texts.values()]
        self.redacted: set[str] = set()
        self.clean: set[str] = set()
        """Notes without any of the names that are hidden now."""

    def redact(self, graph: LinkGraph) -> list[Source] | None:
        """Redact the notes that link to or name something private; return their new text, None if there are none.

        A note that names something private although it was redacted before is withheld.
        """
        names = hidden_names([*self.notes, *self.assets], self.concealed)
        if names is None:
            return None
        names.learn_headings(self.written)
        private = private_links(graph)
        unclear = [path for path in self.notes if path not in self.clean]
        named = [path for path in unclear if _names_hidden(self.texts[path], self.notes[path], names)]
        self.clean |= self.notes.keys() - {*named}
        if not private and not named:
            return None
        fresh, known = [], len(self.concealed)
        for path in sorted({*private, *named}):
            links = private.get(path, ())
            self.issues += [issue for link in links if (issue := link_issue(link, Private(), self.notes[path], graph))]
            text = None if path in self.redacted else _redacted(self.texts[path], links, names)
            if text is None:
                self._withhold(path)
                continue
            if not links:
                self._report_name(path, text.text)
            self.texts[path] = text
            fresh.append(text)
        self.redacted = {*self.redacted, *private, *named} if len(self.concealed) == known else set()
        return fresh

    def _withhold(self, path: str) -> None:
        self.concealed.append(path)
        self.clean.clear()
        del self.notes[path], self.texts[path]
        words = "not published, because it names a note that is not published"
        self.issues.append(Issue("private_link", path, 1, 1, words, "remove the name, or put it in a link"))

    def _report_name(self, path: str, text: str) -> None:
        line = _first_difference(self.texts[path].text, text)
        words = "contains the name of a note that is not published"
        self.issues.append(Issue("private_link", path, line, 1, words, f"the site shows “{WORDS}” instead"))


def _names_hidden(source: Source, note: Note, names: HiddenNames) -> bool:
    """Return whether a note names something private: in its text, its properties as YAML understands them, its page."""
    values = (text for prop in note.properties for text in (prop.name, flat(prop.value)))
    texts = [source.text, note.title, *note.aliases, *values]
    if _is_json(source):
        texts += [flat(_json_value(source.text)), shown_text(note)]
    elif COMPOSES.search(source.text):
        texts += [published_text(source), shown_text(note)]
    return mentions_of(texts, note.path, names)


def shown_text(note: Note) -> str:
    """Return the text of a note's page, where character references, escapes and comments no longer divide names."""
    html = "".join(piece for piece in note.body if isinstance(piece, str))
    return unescape(TAG.sub(lambda tag: "\n" if BLOCK.match(tag[0]) else "", html))


def _redacted(source: Source, links: Sequence[Link], names: HiddenNames) -> Source | None:
    """Return *source* without links to private notes and without their names; None if that is not possible."""
    text = redact(source, links)
    if text is None and source.path.lower().endswith(".canvas"):
        return None
    text = text or source
    plain = JSON_ESCAPE.sub(_unescaped, text.text) if _is_json(source) else text.text
    cut = replace(text, text=names.cut(plain, source.path))
    return cut if cut != source else None


def _is_json(source: Source) -> bool:
    return source.path.lower().endswith((".ipynb", ".canvas", ".excalidraw"))


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # reported when it was read
        return None


def _unescaped(escape: re.Match[str]) -> str:
    """Return the character of a JSON escape, unless it has to be escaped."""
    written = escape[0]
    if not written.startswith("\\u"):
        return "/" if written == "\\/" else written
    character = json.loads(f'"{written}"')
    return character if character.isprintable() and character not in '"\\' else written


def _first_difference(one: str, other: str) -> int:
    """Return the 1-based line of the first difference of two texts of as many lines."""
    pairs = enumerate(zip(one.split("\n"), other.split("\n"), strict=False), 1)
    return next((number for number, (a, b) in pairs if a != b), 1)


def redact_scripts(scripts: Mapping[str, FigureScript], names: HiddenNames | None) -> Mapping[str, FigureScript]:
    """Return the scripts without private names in code, docstring and alternative text.

    Comments and docstrings are no part of a figure's key, so cutting there draws nothing again.
    """
    if names is None:
        return scripts
    return {key: _redacted_script(script, names) for key, script in scripts.items()}


def _redacted_script(script: FigureScript, names: HiddenNames) -> FigureScript:
    path = f"figures/{script.name}.py"

    def cut(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: cut(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(cut, value))
        return names.cut(value, path) if isinstance(value, str) else value

    parts = ("code", "title", "caption", "alt", "citation", "parameters", "variants", "captions", "alts")
    changed = {part: new for part in parts if (new := cut(old := getattr(script, part))) != old}
    return replace(script, **changed) if changed else script


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
    """Return *source* without *links*; None if one of them is not at its recorded place."""
    starts = [0]
    for line in source.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    text = source.text
    for link in sorted(set(links), key=lambda link: (link.line, link.column), reverse=True):
        begin = starts[link.line - 1] + link.column - 1
        end = begin + link.length
        if link.kind == "html":
            begin, end = _attribute(text, begin, end)
        words = "" if link.kind == "html" else _words(text[begin:end])
        if words is None:
            return None
        text = text[:begin] + (WORDS if words and holds_name(words, link.target) else words) + text[end:]
    return Source(source.path, text, source.flaws)


def _attribute(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return where the attribute begins and ends whose value is *text* from *begin* to *end*, quotes included.

    >>> _attribute("<a href='b.md'>", 9, 13)
    (3, 14)
    """
    before = ATTRIBUTE.search(text, max(0, begin - 30), begin)
    if before is None:
        return begin, end
    quote = before["quote"]
    return before.start(), end + len(quote) * text.startswith(quote, end)


def _words(written: str) -> str | None:
    """Return the text that replaces a link.

    >>> _words("[[Secret|a plan]]"), _words("![[Secret]]"), _words("[the **plan**](Secret.md)"), _words("x")
    ('a plan', 'private note', 'the **plan**', None)
    >>> _words('[a [b]](<Secret.md> "c](d")'), _words("[a][b]"), _words("<obsidian://open?file=Secret>")
    ('a [b]', 'a', 'private note')
    """
    if written.startswith(("[[", "![[")) and written.endswith("]]"):
        label = written.rstrip("]").partition("|")[2]
        return label.strip() if label.strip() and written[0] == "[" else WORDS
    if written.startswith("<") and written.endswith(">"):
        return WORDS
    if written.endswith((")", "]")) and (words := _label(written)) is not None:
        return words.strip() or WORDS
    if written.startswith("![") and written.endswith((")", "]")):
        return WORDS
    return None


def _label(written: str) -> str | None:
    """Return the text of a Markdown link, as written; None if it is none."""
    from hortus.parse.syntax.dialect import make_parser  # most builds parse nothing in this process
    from hortus.parse.syntax.linktext import label_written

    return label_written(make_parser(), written)
