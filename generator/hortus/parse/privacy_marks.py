"""Find marks of privacy in a note's properties and text, with their lines.

A note that is not clearly public is private, and private wins over public.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hortus.core.model import Issue, Source
from hortus.vault.properties import PUBLIC, Properties

PASSWORD = "password"
"""Other generators encrypt notes with this property; Hortus cannot, so such a note is not published."""
NO = frozenset({"false", "no", "off", "0", "n"})
YES = frozenset({"true", "yes", "on", "1", "y"})
SPELLED = {"draft": YES, "private": YES, "publish": NO}
"""Values with which a line in a note's text is a mark."""
LOOKALIKES = "авеорсухѕіһԁԝιορυνατ"
HOMOGLYPHS = str.maketrans(LOOKALIKES, "abeopcyxsihdwiopuvat")
"""Cyrillic and Greek letters that look like Latin ones (Unicode Technical Standard 39, confusables)."""
LOOKALIKE = re.compile(f"[{LOOKALIKES}]")
IGNORABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
"""Invisible characters: controls, and Default_Ignorable_Code_Point of Unicode 15's DerivedCoreProperties."""
STRAY = re.compile(r"""["'*_]*(?P<name>draft|private|publish|password)["'*_]*\s*(?:::?|=)\s*["']?(?P<value>[^"']*)""")
INLINE = re.compile(r"[\[(]\s*(?P<name>draft|private|publish)\s*::\s*(?P<value>[^\])]*)[\])]")
"""An inline field of Dataview."""
BREAKS = re.compile("[\x0b\x0c\x85\u2029]")
"""Characters that are line breaks in some editors and not in Markdown."""
RULE = re.compile(r"\s*(?:-{3,}|\+{3,}|;{3,})\s*$")
KEY = re.compile(r"""\s*(?:["'*_]*\w[\w .-]{0,40}["'*_]*\s*[:=]|[-*+]\s|\s)""")
FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
KEYWORDS = re.compile("draft|private|publish|password")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a note that makes it private."""

    line: int
    words: str
    """The reason, as part of a sentence."""
    hint: str = ""
    """What to do if that was not intended; empty if the mark is unambiguous and not reported."""


def marks(source: Source, properties: Properties, body: str) -> tuple[Mark, ...]:
    """Return all marks that make a note private, in order; *body* is its text without comments."""
    found = []
    if properties.error:
        found.append(Mark(properties.error_line, "front matter that cannot be read"))
    for entry in properties.entries:
        found += value_marks(entry.name, entry.value, entry.line)
    if source.flaws and "\ufffd" in source.text:
        found.append(Mark(1, "the file is not UTF-8, so its marks of privacy cannot be read"))
    found += [*_json_marks(body), *_stray_marks(body)]
    return tuple(sorted(found, key=lambda mark: mark.line))


def mark_issues(path: str, found: Iterable[Mark]) -> Iterator[Issue]:
    """Report marks that the author may not have intended, or that other generators interpret differently."""
    for mark in found:
        if mark.hint:
            yield Issue("unclear_privacy", path, mark.line, 1, f"{mark.words}; the note is not published", mark.hint)


def is_listed(properties: Properties) -> bool:
    """Return whether lists, feeds, search and graph include a note: not with ``unlisted``, unless it is ``false``."""
    return all(entry.value is False for entry in properties.entries if plain_key(entry.name) == "unlisted")


def plain_key(name: str) -> str:
    """Normalise a property's name: lower case, no invisible characters, no lookalikes of other widths or alphabets.

    >>> plain_key("Dra\\u200bft"), plain_key("ｐｒｉｖａｔｅ")
    ('draft', 'private')
    """
    return _without_lookalikes(name).strip()


def _without_lookalikes(text: str) -> str:
    """Return *text* in lower case, without invisible characters and lookalikes; line numbers stay the same."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", IGNORABLE.sub("", text)).casefold()
    return folded.translate(HOMOGLYPHS) if LOOKALIKE.search(folded) else folded  # to translate a long text is slow


def value_marks(name: str, value: Any, line: int) -> Iterator[Mark]:
    """Yield the marks of a property and of properties nested in it."""
    key = plain_key(name)
    if key in PUBLIC:
        if value is not PUBLIC[key]:
            odd = key != name.strip().lower()
            hint = f"write `{key}` with plain letters" if odd else ""
            yield Mark(
                line, f"`{key}` with a letter that only looks like it" if odd else f"`{key}: {_shown(value)}`", hint
            )
    elif key == PASSWORD:
        hint = "Hortus has no password protection; remove the property to publish the note"
        yield Mark(line, "`password` means private", hint)
    elif key == "published" and str(value).strip().lower() in NO:
        yield Mark(line, f"`published: {_shown(value)}` means private", "write `publish: false`")
    inner: Iterable[tuple[str, Any]] = ()
    if isinstance(value, Mapping):
        inner = value.items()
    elif isinstance(value, list):
        inner = [("", item) for item in value]
    for inner_name, inner_value in inner:
        yield from value_marks(str(inner_name), inner_value, line)


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)[:40]


def _json_marks(body: str) -> Iterator[Mark]:
    """Yield marks in a JSON object at the start of the note, which is front matter for Hugo."""
    text = body.lstrip("\ufeff \t\n")
    if not text.startswith("{"):
        return
    try:
        value = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return
    for mark in value_marks("", value, body.count("\n", 0, len(body) - len(text)) + 1):
        yield replace(mark, hint=mark.hint or "write it in front matter between lines of `---`")


def _stray_marks(body: str) -> Iterator[Mark]:
    """Yield lines outside of the properties that would make the note private in front matter: in a second block of
    properties, in a block at the end that is not one, on a line of their own. Code is skipped."""
    seen = _without_lookalikes(BREAKS.sub("\u2028", body))
    if not KEYWORDS.search(seen):
        return
    for line, text, in_block in _lines_outside_code(seen):
        for part in text.split("\u2028"):
            match = STRAY.match(part.strip())
            if match and _is_mark(match, in_block):
                yield _stray(line, match)
        for match in INLINE.finditer(text):
            if _is_mark(match, False):
                yield _stray(line, match)


def _is_mark(match: re.Match[str], in_block: bool) -> bool:
    name, value = match["name"], match["value"].strip(" ,;*_")
    if not in_block:
        return name in SPELLED and value in SPELLED[name]
    return name == PASSWORD or value != str(PUBLIC[name]).lower()


def _stray(line: int, match: re.Match[str]) -> Mark:
    words = f"`{match['name']}: {match['value'].strip()[:40]}` outside the front matter"
    return Mark(line, words, f"write `{match['name']}` in the front matter, or put the line in code")


def _lines_outside_code(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield number and text of each line that is not code, and whether it is in a block of names and values that
    follow a rule such as ``---``."""
    fence, in_block = "", False
    for number, line in enumerate(text.split("\n"), 1):
        opened = FENCE.match(line)
        if opened and (not fence or (opened[1].startswith(fence) and line.strip(" \t>") == opened[1])):
            fence = "" if fence else opened[1]
        elif fence:
            continue
        elif RULE.match(line):
            in_block = True
        else:
            in_block = in_block and (not line.strip() or KEY.match(line) is not None)
            if in_block or not line.startswith(("    ", "\t")):
                yield number, line, in_block
