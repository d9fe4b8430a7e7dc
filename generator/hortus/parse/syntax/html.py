"""Render tokens to HTML with marks for slots: render rules for links and embeds, and sanitised raw HTML.

Raw HTML is cleaned container by container: the container's own markup is replaced by placeholders, the raw HTML
between is cleaned as one text, and the markup is put back. So a tag that is
never closed, or closed once too often, affects only its list item or quote.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from itertools import groupby
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from hortus.core.slots import CLOSE, OPEN, mark
from hortus.parse.syntax.parser import TYPE, LeanToken, NoteParser
from hortus.parse.syntax.sanitize import clean_skeleton
from hortus.parse.syntax.text import text_html

OWN = re.compile(f"{OPEN}own:(\\d+):{CLOSE}")
ELEMENT = re.compile(r'(</?[a-z][a-z0-9]*(?:[^<>"]|"[^"]*")*>)')
"""A tag in cleaned HTML."""
RAW = frozenset({"html_block", "html_inline"})
WITHIN_WORDS = frozenset("abbr b cite code del em i ins kbd mark s small span strong sub sup u var wbr".split())
Rewrite = Callable[[str, str, str], str | None]


def html_plugin(md: MarkdownIt) -> None:
    """Add the render rules of links, embeds and headings to *md*."""
    for name, rule in RULES.items():
        md.add_render_rule(name, rule)


def _link_open(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    if "slot" in token.meta:
        return mark("link", token.meta["slot"])
    if "url" in token.meta:
        return f'<a class="external" href="{escapeHtml(token.meta["url"])}" rel="noopener">'
    return '<a class="unsafe">'


def _wikilink(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    meta, shown = token.meta, escapeHtml(token.meta["shown"])
    if meta["anchor"] and not meta["label"] and meta["target"].endswith(".svg"):
        shown = mark("result", meta["slot"], shown)
    return f"{mark('link', meta['slot'])}{shown}</a>"


def _embed(self, tokens, idx, options, env) -> str:
    return mark("embed", tokens[idx].meta["slot"], tokens[idx].meta.get("place", "inline"))


def _image(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    if "slot" in token.meta:
        return _embed(self, tokens, idx, options, env)
    if "file" in token.meta:
        return f'<img src="{mark("file", 0, token.meta["file"])}" alt="{escapeHtml(token.content)}" loading="lazy">'
    label = escapeHtml(token.meta["alt"] or token.meta.get("url", ""))
    if "url" in token.meta:
        return f'<a class="external image" href="{escapeHtml(token.meta["url"])}" rel="noopener">{label}</a>'
    return f'<a class="unsafe">{label}</a>'


def _tag(self, tokens, idx, options, env) -> str:
    name = tokens[idx].meta["tag"]
    return f'<a class="tag" href="{mark("tag", 0, name)}">#{escapeHtml(name)}</a>'


def _figure(self, tokens, idx, options, env) -> str:
    return mark("figure", tokens[idx].meta["figure"]) + "\n"


def _query(self, tokens, idx, options, env) -> str:
    """Render a query's slot; the further views of a base are folded."""
    token = tokens[idx]
    shown = mark("query", token.meta["query"]) + "\n" * (token.type == "query")
    for number, name in token.meta.get("views", ()):
        more = mark("query", number)
        shown += f'<details class="query-more"><summary>{escapeHtml(name)}</summary>{more}</details>\n'
    return shown


def _caption(self, tokens, idx, options, env) -> str:
    return mark("caption", tokens[idx].meta["slot"]) + "\n"


def _cell_open(self, tokens, idx, options, env) -> str:
    """Render the alignment of a cell as a class, because the pages' Content Security Policy forbids inline styles."""
    token = tokens[idx]
    if style := token.attrs.pop("style", ""):
        token.attrs["class"] = str(style).partition(":")[2]
    return self.renderToken(tokens, idx, options, env)


RULES = {
    "th_open": _cell_open,
    "td_open": _cell_open,
    "link_open": _link_open,
    "wikilink": _wikilink,
    "embed": _embed,
    "image": _image,
    "tag": _tag,
    "figure": _figure,
    "caption": _caption,
    "query": _query,
    "query_inline": _query,
}


def render_tokens(md: NoteParser, tokens: Sequence[Token], env: dict, rewrite: Rewrite | None) -> str:
    """Render block or inline tokens; *rewrite* decides on the attributes of raw HTML; with None it is trusted.

    A token's ``meta["before"]`` and ``meta["after"]`` are written around it unchanged. An inline token with
    ``meta["html"]`` is already rendered.
    """
    if rewrite is not None and not RAW.isdisjoint(map(TYPE, tokens)):
        return _render_in_frames(md, tokens, env, rewrite)
    html: list[str] = []
    for idx, token in enumerate(tokens):
        if token.meta:
            if "before" in token.meta:
                html.append(token.meta["before"])
            html.append(_render_token(md, tokens, idx, env, rewrite))
            if "after" in token.meta:
                html.append(token.meta["after"])
        else:
            html.append(_render_token(md, tokens, idx, env, rewrite))
    return "".join(html)


def render_each(md: NoteParser, tokens: Sequence[Token], env: dict) -> list[str]:
    """Return the HTML of each of the inline *tokens*, none of which is raw HTML."""
    rules, options, before = md.renderer.rules, md.options, ""
    html: list[str] = []
    for idx, token in enumerate(tokens):
        if token.type == "text" and before != "math_inline":  # which may take punctuation from the text
            html.append(text_html(token.content))
        elif rule := rules.get(token.type):
            html.append(rule(tokens, idx, options, env))
        else:
            html.append(_render_tag(md, tokens, idx, env))
        before = token.type
    return html


def _render_token(md: NoteParser, tokens: Sequence[Token], idx: int, env: dict, rewrite: Rewrite | None) -> str:
    token = tokens[idx]
    if token.type == "inline":
        html = token.meta.get("html")
        return render_tokens(md, token.children or (), env, rewrite) if html is None else html
    if token.type in RAW:
        return token.content
    if rule := md.renderer.rules.get(token.type):
        return rule(tokens, idx, md.options, env)
    return _render_tag(md, tokens, idx, env)


def _render_tag(md: NoteParser, tokens: Sequence[Token], idx: int, env: dict) -> str:
    """Render an opening or closing tag; the common cases of markdown-it's ``renderToken`` come first."""
    token = tokens[idx]
    if token.hidden:
        return ""
    if token.nesting == -1 and not token.attrs:
        return f"</{token.tag}>\n" if token.block else f"</{token.tag}>"
    if token.nesting == 1 and not token.attrs and not token.block:
        return f"<{token.tag}>"
    return md.renderer.renderToken(tokens, idx, md.options, env)


def _render_in_frames(md: NoteParser, tokens: Sequence[Token], env: dict, rewrite: Rewrite) -> str:
    """Render tokens with raw HTML, cleaning it container by container."""
    schemes = env.get("schemes", ())
    frames: list[list[tuple[bool, str]]] = [[]]
    for idx, token in enumerate(tokens):
        if token.nesting == 1:
            frames.append([])
        frame = frames[-1]
        if "before" in token.meta:
            frame.append((False, token.meta["before"]))
        frame.append((token.type in RAW, _render_token(md, tokens, idx, env, rewrite)))
        if "after" in token.meta:
            frame.append((False, token.meta["after"]))
        if token.nesting == -1 and len(frames) > 1:
            closed = frames.pop()
            frames[-1].append((False, _join(closed, rewrite, schemes)))
    while len(frames) > 1:
        closed = frames.pop()
        frames[-1].append((False, _join(closed, rewrite, schemes)))
    return _join(frames[0], rewrite, schemes)


def flattened(html: str, schemes: Iterable[str] = ()) -> list[Token]:
    """Return a block of raw HTML as text and links; ``meta["html"]`` of a token is the tag in its place."""
    children: list[Token] = []
    for place, piece in enumerate(ELEMENT.split(clean_skeleton(html, lambda tag, attribute, value: value, schemes))):
        if place % 2:
            name = piece.strip("</>").split()[0]
            kept = piece if name == "a" else "" if name in WITHIN_WORDS else " "
            kind = "html_inline" if name == "a" else "text"
            children.append(LeanToken(kind, content=kept, meta={"html": piece}))
        else:
            children.append(LeanToken("text", content=re.sub(r"\s+", " ", unescape(piece))))
    return children


def _join(frame: list[tuple[bool, str]], rewrite: Rewrite, schemes: Iterable[str]) -> str:
    """Join the pieces of one container, cleaning its raw HTML."""
    if not any(raw for raw, _ in frame):
        return "".join(html for _, html in frame)
    skeleton: list[str] = []
    own: list[str] = []
    for raw, pieces in groupby(frame, key=itemgetter(0)):
        html = "".join(piece for _, piece in pieces)
        if raw:
            skeleton.append(html)
        else:
            skeleton.append(mark("own", len(own)))
            own.append(html)
    cleaned = clean_skeleton("".join(skeleton), rewrite, schemes)
    left = dict(enumerate(own))
    html = OWN.sub(lambda match: left.pop(int(match[1]), ""), cleaned)
    return html + "".join(left.values())  # markup placeholders must not be lost inside a comment or script
