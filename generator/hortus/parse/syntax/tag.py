"""``#tag`` and ``#nested/tag``, at the start of a line or after a space; and tags that properties name."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from hortus.vault.properties import flat

ASCII_SIGNS = r"!-,.:-@\[-^`{-~"
OTHER_SIGNS = r"\u2000-\u200c\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\ufdd0-\ufdef"
PART = rf"[^/\s{ASCII_SIGNS}{OTHER_SIGNS}]+"
"""Letters, digits, ``_``, ``-``, emoji and other symbols of any script; no punctuation."""
TAG = re.compile(rf"(?<!\S)\#(?P<tag>{PART}(?:/{PART})*+)")
NUMBER = re.compile(r"[\d/]+")


NAME = re.compile(rf"{PART}(?:/{PART})*")
SLASHES = re.compile(r"/{2,}")
OUTSIDE = re.compile(rf"[\s{ASCII_SIGNS}{OTHER_SIGNS}]")
"""What no tag contains."""


def tag_plugin(md: MarkdownIt) -> None:
    """Teach *md* ``#tag``; it comes out as ``tag``, unless it is in the label of a link or only a number."""
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
    """Return the texts of a property that are to be tags, as Obsidian splits them: words of a text, items of a list.

    In the items of a *line* of Markdown, such as the block at a note's end, each word is one.

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
    """Return the tag that a property names, empty if it is none, and what is wrong with it, empty if nothing.

    >>> read_tag("#a/b"), read_tag("a//b"), read_tag("with space")
    (('a/b', ''), ('a/b', 'it has an empty level, and is read as "a/b"'), ('', 'it contains a space'))
    """
    bare = text.removeprefix("#").strip("/")
    name = SLASHES.sub("/", bare)
    if not name:
        return "", "it is empty"
    if not NAME.fullmatch(name):
        outside = OUTSIDE.search(name)
        assert outside is not None  # else it would be a name
        sign = outside[0]
        return "", "it contains a space" if sign.isspace() else f"it contains `{sign}`"
    if NUMBER.fullmatch(name):
        return "", "it has only digits"
    return name, "" if name == bare else f'it has an empty level, and is read as "{name}"'
