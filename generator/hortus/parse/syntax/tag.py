"""``#tag`` and ``#nested/tag`` at the start of a line or after a space, and tags in properties."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from hortus.vault.properties import flat

ASCII_SIGNS = r"!-,.:-@\[-^`{-~"
OTHER_SIGNS = r"\u2000-\u200c\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\ufdd0-\ufdef"
PART = rf"[^/\s{ASCII_SIGNS}{OTHER_SIGNS}]+"
"""Letters, digits, ``_``, ``-``, emoji and other symbols of any script; no punctuation."""
TAG = re.compile(rf"(?<!\S)\#(?P<tag>{PART}(?:/{PART})*)")
NUMBER = re.compile(r"[\d/]+")


NAME = re.compile(rf"{PART}(?:/{PART})*")
SLASHES = re.compile(r"/{2,}")
OUTSIDE = re.compile(rf"[\s{ASCII_SIGNS}{OTHER_SIGNS}]")
"""Characters that tags cannot contain."""


def tag_plugin(md: MarkdownIt) -> None:
    """Add ``#tag`` to *md*, as a ``tag`` token, except in the label of a link and for numbers."""
    md.inline.ruler.push("tag", _tag)


def _tag(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "#" or state.linkLevel:
        return False
    match = TAG.match(state.src, state.pos, state.posMax)
    if match is None or NUMBER.fullmatch(match["tag"]):
        return False
    if not silent:
        token = state.push("tag", "a", 0)
        token.content = match[0]
        token.meta = {"tag": match["tag"], "pos": state.pos, "end": match.end()}
    state.pos = match.end()
    return True


def written_tags(value: object, line: bool) -> list[str]:
    """Split a property into tags as Obsidian does: words of a text, items of a list.

    In items from a *line* of Markdown, as in the block at a note's end, each word is a tag.

    >>> written_tags("#a, b c", False), written_tags(["#a", "b c"], False), written_tags(["#a", "b c"], True)
    (['#a', 'b', 'c'], ['#a', 'b c'], ['#a', 'b', 'c'])
    """
    items = value if isinstance(value, list) else [value]
    texts = []
    for item in items:
        text = f"[{flat(item)}]" if isinstance(item, list) else flat(item).lower() if item is True else flat(item)
        nested = isinstance(item, list | dict)
        texts += text.replace(",", " ").split() if not nested and (line or items is not value) else [text.strip()]
    return [text for text in texts if text]


def read_tag(text: str) -> tuple[str, str]:
    """Return the tag in a property's text, empty if invalid, and its problem, empty if there is none.

    >>> read_tag("#a/b"), read_tag("a//b"), read_tag("with space")
    (('a/b', ''), ('a/b', 'it has an empty level, and is read as "a/b"'), ('', 'it contains a space'))
    """
    bare = text.removeprefix("#").strip("/")
    name = SLASHES.sub("/", bare)
    if not name:
        return "", "it is empty"
    if not NAME.fullmatch(name):
        outside = OUTSIDE.search(name)
        assert outside is not None  # otherwise it would be a name
        sign = outside[0]
        return "", "it contains a space" if sign.isspace() else f"it contains `{sign}`"
    if NUMBER.fullmatch(name):
        return "", "it has only digits"
    return name, "" if name == bare else f'it has an empty level, and is read as "{name}"'
