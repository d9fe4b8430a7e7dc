"""Move embeds that are alone on their line out of paragraphs, and attach the captions under them."""

from collections.abc import Sequence

from markdown_it.token import Token

from hortus.core.filetypes import is_asset_name
from hortus.parse.syntax.parser import TYPE
from hortus.parse.syntax.words import sized

EMBEDS = frozenset({"embed", "image"})


def arranged(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with embeds that are alone on their line outside of paragraphs, and captions attached to them."""
    kept: list[Token] = []
    for token in tokens:
        if token.type == "paragraph_close" and [before.type for before in kept[-2:]] == ["paragraph_open", "inline"]:
            opening, inline = kept[-2:]
            pieces = _pieces(inline.children or [])
            if pieces is None and (len(kept) < 3 or not _lone_block(kept[-3])):
                inline.meta = {}
                kept.append(token)
                continue
            del kept[-2:]
            for piece in pieces or [inline.children or []]:
                before = kept[-1] if kept else None
                if piece and _is_embed(piece[0]) and piece[0].meta.get("place") == "block":
                    named = {name: opening.meta.pop(name) for name in ("block_id",) if name in opening.meta}
                    kept.append(_with_children(inline, piece, named))
                elif before is not None and (embed := _lone_block(before)) and _pure_emphasis(piece):
                    meta = {"embed": embed, "inline": _with_children(inline, piece)}
                    kept.append(Token("caption", "", 0, map=inline.map, meta=meta))
                else:
                    kept += [opening, _with_children(inline, piece), token]
                    opening, token = opening.copy(meta={}, attrs={}), token.copy()
        else:
            kept.append(token)
    return kept


def _pieces(children: Sequence[Token]) -> list[list[Token]] | None:
    """Split a paragraph at embeds that are alone on their line or show a page; None if there are none."""
    if EMBEDS.isdisjoint(map(TYPE, children)):
        return None
    lone = _lone_embeds(children)
    pieces: list[list[Token]] = [[]]
    depth = 0
    for position, child in enumerate(children):
        depth += child.nesting
        if depth == 0 and (position in lone or _is_note(child)):
            child.meta["place"] = "block"
            pieces += [[child], []]
        else:
            pieces[-1].append(child)
    trimmed = [_trimmed(piece) for piece in pieces]
    return [piece for piece in trimmed if piece] or [[]]


def _lone_embeds(children: Sequence[Token]) -> set[int]:
    """Return the indices of embeds that are alone on their line."""
    lone: set[int] = set()
    line: list[int] = []
    for position, child in enumerate(children):
        if _is_break(child):
            lone.update(line if len(line) == 1 else ())
            line = []
        elif not _is_blank(child):
            line.append(position)
    lone.update(line if len(line) == 1 else ())
    return {position for position in lone if _is_embed(children[position])}


def _is_break(token: Token) -> bool:
    return token.type in ("softbreak", "hardbreak")


def _is_blank(token: Token) -> bool:
    return token.type == "text" and not token.content.strip()


def _is_embed(token: Token) -> bool:
    return token.type in EMBEDS


def _is_note(token: Token) -> bool:
    """Return whether an embed shows a note, notebook, canvas or drawing.

    A drawing with a width stays inline like a picture, because it may be an icon.
    """
    if token.type != "embed":
        return False
    target = token.meta["target"].lower()
    if target.endswith(".excalidraw"):
        return not sized(token.meta["label"])[1]
    return target.endswith((".ipynb", ".canvas")) or not is_asset_name(target)


def _trimmed(piece: list[Token]) -> list[Token]:
    """Remove breaks and white space at both ends."""
    blank = [_is_break(token) or _is_blank(token) for token in piece]
    start = next((i for i, empty in enumerate(blank) if not empty), len(piece))
    end = next((i for i in range(len(piece), 0, -1) if not blank[i - 1]), 0)
    return piece[start:end]


def _lone_block(token: Token) -> Token | None:
    """Return the block embed that is the only content of an inline token."""
    children = token.children or []
    lone = token.type == "inline" and len(children) == 1 and children[0].meta.get("place") == "block"
    return children[0] if lone else None


def _pure_emphasis(piece: Sequence[Token]) -> bool:
    """Return whether the whole piece is inside one pair of emphasis."""
    if len(piece) < 3 or piece[0].type not in ("em_open", "strong_open") or piece[-1].nesting != -1:
        return False
    depth = 0
    for token in piece[:-1]:
        depth += token.nesting
        if depth == 0:
            return False
    return depth == 1


def _with_children(inline: Token, children: list[Token], meta: dict | None = None) -> Token:
    return inline.copy(children=children, meta=meta or {})
