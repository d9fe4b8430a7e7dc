"""Find names of private notes in text that is not parsed as links: properties, code, docstrings, addresses.

`HiddenNames.cut` takes a text and returns it without them. What counts as a mention is anything that names a file as
a link does: ``[[name]]`` and ``![[name]]``, ``[label](name)``, ``[ref]: name``, ``href="name"``, ``name.md`` with or
without folders, ``file.name == "name"``, any value of ``obsidian://…``. A label stays, unless it holds the name. Plain
words are the author's own, and so are addresses of other hosts.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from html import escape, unescape
from urllib.parse import quote, unquote

from hortus.core.escapes import unescaped
from hortus.core.filetypes import kind_of
from hortus.core.keys import fold, name_key, stem
from hortus.links.resolve import NameIndex, candidates, index_names, points_to_withheld

WORDS = "private note"
OPEN = r"(?:\\?\[|&(?:\#0*91|\#x0*5b|lsqb|lbrack);)"
CLOSE = r"(?:\\?\]|&(?:\#0*93|\#x0*5d|rsqb|rbrack);)"
"""A bracket as Markdown shows one: plain, escaped, or as a character reference."""
PATTERNS = tuple(
    re.compile(pattern, re.VERBOSE | re.MULTILINE | re.IGNORECASE)
    for pattern in (
        rf"""(?P<embed>!?) {OPEN}{OPEN} (?P<target>[^\[\]|\#\\&]{{1,300}}|[^\[\]|\#\\]{{1,300}})
            (?:\#[^\[\]|]{{0,300}}?)?
            (?: \\?\| (?P<label>[^\[\]]{{0,300}}?) )? {CLOSE}{CLOSE}""",
        r"""(?P<embed>!?) \[ (?P<label>[^\[\]]{0,300}) \] \( \s{0,9} <? (?P<target>[^()<>\n]{1,300}?) >?
            (?: \s+ (?:"[^"\n]*"|'[^'\n]*') )? \s{0,9} \)""",
        r"""(?P<before> ^ [ \t>]{0,99} \[[^\]\n]{1,300}\]: [ \t]* )
            <? (?P<target>[^<>\s]{1,300}|[^<>\n]{1,300}(?=>)) >?""",
        r"""(?P<before> \b (?:href|src|data) \s* = \s* \\?["'] ) (?P<target>[^"'\\\n]{1,300})""",
        r"""(?P<before> \b (?:href|src|data) = ) (?P<target>[^\s"'<>]{1,300})""",
        r"""(?P<asked> \b (?:hasLink|link|dv\.\w{1,20}) \( \s{0,9} \\?["'`] ) (?P<target>[^"'`\\\n]{1,300})""",
        r"""(?P<asked> \b file\.\w{1,20} [^"'\n]{0,20} \\?["'] ) (?P<target>[^"'\\\n]{1,300})""",
        r"""(?P<before> ["'] (?=[^"'\\\n]{0,300}/) ) (?P<target>[^"'\\\n]{1,300}) (?=\\?["'])""",
        r"""(?P<before> : (?<=\bpath:|\bfile:) ) (?P<target>[^\s"'<>()]{1,300})""",
    )
)
COMMAND = re.compile(r"""obsidian:/{2,3}[^\s"'<>)\]]{1,2000}""", re.IGNORECASE)
HOST = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
DEFINED = re.compile(r"(\s*(?:>\s*)*\[)([^\]\n]+)\]: *\t*")
FRAGMENT = re.compile(r"#(?P<words>[^#\[\]|\n()<>\"']{1,300})(?=[\])|>\"'#])")
HEADING = re.compile(r"^[ \t>]{0,99}#{1,6}[ \t]+(?P<words>[^\n]{0,500}\[[^\n]{0,500})$", re.MULTILINE)
DIAGRAM = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*mermaid\b.*?^[ \t>]*(?P=fence)", re.MULTILINE | re.DOTALL)
NODE = re.compile(r"""(?<=[\[({"])[^\[\](){}"\n]+(?=[\])}"])|[\w.-]+""")
"""A node's label or id: in Obsidian one with the class `internal-link` is a link."""
QUERY = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t>]+){0,9}(?P<fence>`{3,}|~{3,})[ \t]*"
    r"(?:dataview|dataviewjs|base|query|tasks)\b.*?(?:^[ \t>]*(?P=fence)|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
"""A query, which may begin in a list item, and ends with the text if nothing else ends it."""
INLINE_QUERY = re.compile(r"(?P<ticks>`+)[ ]?\$?=[^`\n]{1,2000}(?P=ticks)")
QUOTED = re.compile(r"""(?<=["'`/])[^"'`\n]{1,300}(?=["'`/])""")
"""In a query, a note is named by its name or path in quotes, ``FROM "Secret"``, or by a regular expression."""
ARGUMENT = re.compile(
    r"(?P<before>\b(?:path|filename|folder|root)[ ]+(?:includes?|do(?:es)?[ ]not[ ]include)[ ]+)"
    r"(?P<text>[^()\n]{1,300})|(?P<sign>\b(?:path|file):[ ]*)(?P<word>[^\s()]{1,300})",
    re.IGNORECASE,
)
"""In a block of tasks or a search, a note is named by what follows such words."""
PATTERN = re.compile(r"([\^$*+?|\\()\[\]{}]+|\.[*+])")
"""The signs of a regular expression."""
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
AFTER_NAME = re.compile(r"(?:\.html|/+)?(?:[#?^].*)?\Z", re.DOTALL)
"""What may follow a name in a link: a fragment, a block's mark, a query, the suffix or slash of a page's address."""
ESCAPE = re.compile(r"(?:\x1b|\\u001b|\\x1b)\[[\d;]{0,20}m$|\\[nrt]$")
"""An escape of a terminal's colours, or of a line's end within JSON; no part of a word."""
MARKS = str.maketrans("[]|#", "    ")
SIGNS = re.compile(r"[\[.:&=]|`{3}|~{3}")
"""Every mention contains one of these."""
BREAK = re.compile(r"[\s\"'<>()\[\]`|]")
"""What an address does not go on over."""


class HiddenNames:
    """Names of private notes and attachments, in all spellings that can occur in a text."""

    def __init__(self, index: NameIndex):
        self.index = index
        keys = {name_key(path) for path in index.withheld}
        self.keys = keys | {key.removesuffix(".md") for key in keys}
        spelled = {fold(path).split("/", depth)[-1] for path in index.withheld for depth in range(path.count("/") + 1)}
        ways = (quote, escape, lambda name: name.replace(" ", "%20"), lambda name: name.replace("_", "\\_"))
        encoded = {way(name).lower() for name in spelled for way in ways}
        self.files = spelled | encoded
        composed = (len(unicodedata.normalize("NFD", name)) for name in self.files)
        self.lengths = sorted({*map(len, self.files), *composed}, reverse=True)
        self.suffixes = sorted({name[name.rfind(".") :] for name in spelled if "." in name})
        self.headings: dict[str, str] = {}

    def learn_headings(self, texts: Iterable[str]) -> None:
        """Record headings that contain private names, so that links to them are redacted in the same way."""
        for text in texts:
            for heading in HEADING.finditer(text):
                cut = self.cut(heading["words"], "")
                if cut != heading["words"]:
                    self.headings[_anchor(heading["words"])] = cut.translate(MARKS).strip()

    def cut(self, text: str, source: str) -> str:
        """Return *text*, a part of the note *source*, without private names; line numbers do not change."""
        if kind_of(source) == "query":
            text = self._query(text, source)
        elif "```" in text or "~~~" in text:
            text = QUERY.sub(lambda match: self._query(match[0], source), text)
        if "`=" in text or "`$=" in text or "` =" in text:
            text = INLINE_QUERY.sub(lambda match: self._query(match[0], source), text)
        for pattern in PATTERNS:
            text = pattern.sub(lambda match: self._instead(match, source), text)
        text = COMMAND.sub(lambda match: self._command(match[0], source), text)
        if self.headings:
            text = FRAGMENT.sub(self._fragment, text)
        if "internal-link" in text:
            text = DIAGRAM.sub(lambda match: NODE.sub(lambda node: self._node(node[0], source), match[0]), text)
        pieces: list[str] = []
        last = 0
        for start, end in self._named_files(text, source):
            if start >= last:
                pieces += text[last:start], WORDS
                last = end
        return "".join(pieces) + text[last:]

    def in_text(self, text: str, source: str) -> bool:
        """Return whether *text* names a private note."""
        return self.cut(text, source) != text

    def is_hidden(self, target: str, source: str) -> bool:
        """Return whether a link to *target* in the note *source* would point to something private."""
        if "://" in target or fold(target) == WORDS:  # written by an earlier redaction
            return False
        target = " ".join(INVISIBLE.sub("", unquote(unescape(target))).replace("\\_", "_").split())
        spellings = {target.partition("#")[0].strip(), AFTER_NAME.sub("", target).strip()}
        return any(name_key(one) in self.keys and points_to_withheld(one, source, self.index) for one in spellings)

    def _fragment(self, match: re.Match[str]) -> str:
        """Return a link's fragment in the new spelling of a redacted heading."""
        words = self.headings.get(_anchor(unquote(match["words"])))
        if words is None:
            return match[0]
        return f"#{words if ' ' in match['words'] else words.replace(' ', '-')}"

    def _node(self, name: str, source: str) -> str:
        return WORDS.replace(" ", "-") if self.is_hidden(name.strip("/\\ "), source) else name

    def _query(self, text: str, source: str) -> str:
        """Return a query without private names that can still be evaluated; no note has what it asks of a private one.

        A query is not prose, so a name of several words is redacted wherever it occurs.
        """
        text = PATTERNS[0].sub(lambda link: f"[[{WORDS}]]" if self.is_hidden(link["target"], source) else link[0], text)
        text = QUOTED.sub(lambda quoted: self._pieces(quoted[0], source), text)
        text = ARGUMENT.sub(lambda match: self._argument(match, source), text)
        return self._without_several(text, source)

    def _argument(self, match: re.Match[str], source: str) -> str:
        before, named = match["before"] or match["sign"], match["text"] or match["word"]
        return before + (WORDS if self.is_hidden(named, source) else named)

    def _pieces(self, text: str, source: str) -> str:
        """Return a text, which may have escapes or be a regular expression, without private names."""
        if self.is_hidden(text, source):
            return WORDS
        decoded = unescaped(text)  # it may have escapes again: an expression in quotes of YAML has strings in a string
        if decoded != text and self._without_several(self._pieces(decoded, source), source) != decoded:
            return WORDS
        pieces = PATTERN.split(text)
        return "".join(WORDS if self.is_hidden(piece, source) else piece for piece in pieces) if pieces[1:] else text

    def _without_several(self, text: str, source: str) -> str:
        """Return a text without private names that have several words."""
        return self.several.sub(lambda name: WORDS if self.is_hidden(name[0], source) else name[0], text)

    @cached_property
    def several(self) -> re.Pattern[str]:
        """Return a pattern of the names that have several words."""
        names = sorted(
            {stem(path) for path in self.index.withheld if " " in stem(path)}, key=lambda name: (-len(name), name)
        )
        words = "|".join(r"(?:\s|%20)+".join(map(re.escape, name.split())) for name in names)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)" if words else r"(?!)", re.IGNORECASE)

    def _command(self, url: str, source: str) -> str:
        """Return an ``obsidian://`` address without values or a path that end with a private name."""
        parts = re.split(r"((?<=:)/{2,3}|[?&=#])", url)
        for place in range(2, len(parts), 2):
            holds = parts[place - 1] == "=" or (place == 2 and (parts[1] == "///" or "/" in parts[2]))
            if holds and self._ends_hidden(parts[place], source):
                parts[place] = "#"
        return "".join(parts)

    def _ends_hidden(self, path: str, source: str) -> bool:
        """Return whether the longest suffix of *path* that names a file names a private one."""
        parts = unquote(unescape(path)).partition("#")[0].strip("/").replace("\\", "/").split("/")
        ends = ("/".join(parts[first:]) for first in range(len(parts)))
        known = next((end for end in ends if end and candidates(end, source, self.index)), "")
        return bool(known) and self.is_hidden(known, source)

    def _instead(self, match: re.Match[str], source: str) -> str:
        if not self.is_hidden(match["target"], source):
            return match[0]
        parts = match.groupdict()
        if "asked" in parts:
            return f"{parts['asked']}{WORDS}"
        if "before" in parts:
            named = DEFINED.fullmatch(parts["before"])  # a definition's label may be the name as well
            return (
                f"{named[1]}{WORDS}]: #" if named and holds_name(named[2], match["target"]) else f"{parts['before']}#"
            )
        label = (parts["label"] or "").strip()
        if broken := re.search(r"\s*\n\s*", match[0]):
            space = broken[0]
            return WORDS.replace(" ", space, 1) + "\n" * (match[0].count("\n") - space.count("\n"))
        return label if label and not parts["embed"] and not holds_name(label, match["target"]) else WORDS

    def _named_files(self, text: str, source: str) -> Iterator[tuple[int, int]]:
        """Yield the places of names such as ``name.md``, with the longest matching path."""
        folded = text.lower() if len(text.lower()) == len(text) else text
        ends = sorted({found.end() for suffix in self.suffixes for found in re.finditer(re.escape(suffix), folded)})
        for end in ends:
            if folded[end : end + 1].isalnum():
                continue
            for length in (one for one in self.lengths if one <= end):
                start = end - length
                if (
                    fold(folded[start:end]) in self.files
                    and self._alone(text, start)
                    and self.is_hidden(text[start:end], source)
                ):
                    yield start, end
                    break

    def _alone(self, text: str, start: int) -> bool:
        """Return whether a name begins at *start*, and is not the end of an address of another host."""
        before = BREAK.split(ESCAPE.sub(" ", text[max(0, start - 300) : start]))[-1]
        return not before.strip("_-*~=") or (
            not (before[-1:].isalnum() or before.endswith(("_", "-"))) and not HOST.search(before)
        )


def _anchor(heading: str) -> str:
    """Return the key that a heading and all spellings of links to it have in common.

    >>> _anchor("See [[Secret]] now"), _anchor("see-secret-now")
    ('see secret now', 'see secret now')
    """
    return " ".join(re.findall(r"\w+", fold(heading)))


def hidden_names(paths: Iterable[str], withheld: Collection[str]) -> HiddenNames | None:
    """Return the names of the *withheld* among the *paths* of a vault; None if nothing is withheld."""
    return HiddenNames(index_names(paths, withheld)) if withheld else None


def holds_name(label: str, target: str) -> bool:
    """Return whether a link's label contains the name of its target.

    >>> holds_name("my **Secret** plan", "deep/Secret.md"), holds_name("a plan", "Secret")
    (True, False)
    """
    name = fold(stem(unquote(target).partition("#")[0].strip()))
    return bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", fold(re.sub(r"[*_`~=]", "", label))) is not None


def mentions_of(texts: Iterable[str], source: str, names: HiddenNames) -> bool:
    """Return whether any of several texts of a note contains a private name."""
    return any(SIGNS.search(text) and names.in_text(text, source) for text in texts)
