"""``#tag`` and ``#nested/tag``, at the start of a line or after a space."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

ASCII_SIGNS = r"!-,.:-@\[-^`{-~"
OTHER_SIGNS = r"\u2000-\u200c\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\ufdd0-\ufdef"
PART = rf"[^/\s{ASCII_SIGNS}{OTHER_SIGNS}]+"
"""Letters, digits, ``_``, ``-``, emoji and other symbols of any script; no punctuation."""
TAG = re.compile(rf"(?<!\S)\#(?P<tag>{PART}(?:/{PART})*)")
NUMBER = re.compile(r"[\d/]+")


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
