"""Find attribute lists that exporters and other programs write at the end of a text: ``{ #id}``, ``{: .class}``.

In MkDocs (attr_list), kramdown and Pandoc they set an id or class of the text's element. In Obsidian they are
text, and here, too; they are found in order to be reported.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from markdown_it.token import Token

LIST = re.compile(
    r"""
    \{ :? [ \t]*
    (?: \# (?P<id> [A-Za-z] [\w:.-]* ) | \.[A-Za-z][\w-]* | [A-Za-z][\w-]* = (?: "[^"\n]*" | [^\s{}"]+ ) )
    (?: [ \t]+ (?: [\#.] [A-Za-z][\w:.-]* | [A-Za-z][\w-]* = (?: "[^"\n]*" | [^\s{}"]+ ) ) )*
    [ \t]* \}
    """,
    re.VERBOSE,
)
BEGINNING = re.compile(r"\{ :? [ \t]* (?: [#.][A-Za-z] | [A-Za-z][\w-]*= )", re.VERBOSE)
AT_END = re.compile(rf"{LIST.pattern}\s*\Z", re.VERBOSE)
LINKS = ("link_close", "image", "wikilink", "embed")


class AttributeList(NamedTuple):
    start: int
    """Offset in the content of the inline token."""
    text: str
    name: str
    """The id that it sets, in the syntax of block ids; may be empty."""


def find_attribute_lists(inline: Token) -> list[AttributeList]:
    """Return the list at the end of *inline*, and those directly after a link or picture in it."""
    children = inline.children or []
    found: dict[int, AttributeList] = {}
    if "}" not in inline.content or not children or not BEGINNING.search(inline.content):
        return []
    begin = max(inline.content.rfind("{"), 0)
    if children[-1].type == "text" and (match := AT_END.match(inline.content, begin)):
        found[begin] = _attribute_list(match, begin)
    last = 0
    for before, token in pairwise(children):
        if token.type == "text" and before.type in LINKS and (match := LIST.match(token.content)):
            start = inline.content.find(match[0], max(last, before.meta.get("end", 0)))
            if start >= 0:
                found[start] = _attribute_list(match, start)
                last = start + 1
    return [found[start] for start in sorted(found)]


def _attribute_list(match: re.Match[str], start: int) -> AttributeList:
    return AttributeList(start, match[0].rstrip(), re.sub(r"[^A-Za-z0-9]+", "-", match["id"] or ""))
