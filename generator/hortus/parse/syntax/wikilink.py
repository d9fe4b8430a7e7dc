"""``[[target#anchor|label]]`` and ``![[target#anchor|label]]``.

The shortest match up to ``]]`` counts, trimmed; a nested ``[[`` is not allowed, a single ``]`` is.
The first ``|`` begins the label; a backslash before it, required in table cells, is dropped.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

WIKILINK = re.compile(
    r"""
    !? \[\[ (?P<inside> (?: (?! \[\[ | \]\] ) [^\n] )+ ) \]\]
    """,
    re.VERBOSE,
)


def wikilink_plugin(md: MarkdownIt) -> None:
    """Add wikilinks and embeds to *md*, as ``wikilink`` and ``embed`` tokens."""
    md.inline.ruler.before("link", "wikilink", _wikilink)


def split_wikilink(inside: str) -> dict[str, str]:
    """Split the text between the brackets.

    >>> split_wikilink("SGD#Step size|how far")
    {'target': 'SGD', 'anchor': 'Step size', 'label': 'how far', 'shown': 'how far'}
    """
    destination, _, label = inside.partition("|")
    if label or "|" in inside:
        destination = destination.removesuffix("\\")
    target, _, anchor = destination.partition("#")
    target, anchor, label = target.strip(), anchor.strip(), label.strip()
    shown = label or target
    if anchor and not label:
        shown = " > ".join(part.strip() for part in (target, *anchor.split("#")) if part.strip())
    return {"target": target, "anchor": anchor, "label": label, "shown": shown}


def _wikilink(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith(("[[", "![["), state.pos):
        return False
    match = WIKILINK.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    parts = split_wikilink(match["inside"])
    if not parts["target"] and not parts["anchor"]:  # [[]] and [[|x]] stay text
        return False
    if not silent:
        token = state.push("embed" if match[0][0] == "!" else "wikilink", "", 0)
        token.content = match[0]
        token.meta = {"pos": state.pos, "end": match.end(), **parts}
    state.pos = match.end()
    return True
