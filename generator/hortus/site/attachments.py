"""Attachments that a browser could run, and how the site serves them.

An SVG is served as a sanitised copy (`svg`); if it cannot be read, as a placeholder picture. A page of HTML or XML
is served as text, under a URL that ends in ``.txt``, because it would run on the site's own origin, where the
site's Content Security Policy does not apply to it. With ``attachments = "trusted"`` all are served unchanged.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path

from hortus.core.filetypes import kind_of
from hortus.core.model import Asset, Content, Issue
from hortus.core.svg import LARGEST, clean_svg, parse_svg, svg_text

TRUST = 'to serve attachments unchanged, set `attachments = "trusted"` in hortus.toml'
PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="60" viewBox="0 0 360 60">'
    '<rect x="1" y="1" width="358" height="58" fill="none" stroke="#888" stroke-dasharray="4"/>'
    '<text x="180" y="35" text-anchor="middle" font-family="sans-serif" font-size="14" fill="#888">{}</text></svg>\n'
)


def served_path(path: str, trusted: bool) -> str:
    """Return the preferred path of an attachment on the site.

    >>> served_path("a/Page.HTML", False), served_path("a/Page.HTML", True), served_path("x.svg", False)
    ('a/Page.HTML.txt', 'a/Page.HTML', 'x.svg')
    """
    return f"{path}.txt" if kind_of(path) == "page" and not trusted else path


def served_content(asset: Asset, trusted: bool) -> Content:
    """Return what the site serves for an attachment: its file, or bytes instead."""
    if trusted or not _is_svg(asset):
        return asset.file
    if asset.size > LARGEST:
        return _placeholder(asset)
    try:
        root = parse_svg(asset.file.read_bytes())
    except ValueError:
        return _placeholder(asset)
    except OSError:  # removed since it was listed: the writer reports it, as for any other file
        return asset.file
    clean_svg(root)
    return f"{svg_text(root)}\n".encode()


def attachment_issues(assets: Iterable[Asset], trusted: bool) -> list[Issue]:
    """Report attachments of the site that are not served unchanged, and why."""
    issues = []
    for asset in assets if not trusted else ():
        if kind_of(asset.path) == "page":
            message = "served as text, because as a page it could run scripts on the site"
        elif _is_svg(asset):
            message = _svg_message(asset.file, asset.size, asset.stamp)
        else:
            continue
        if message:
            issues.append(Issue("unsafe_attachment", asset.path, 1, 1, message, TRUST))
    return issues


def _is_svg(asset: Asset) -> bool:
    return asset.path.lower().endswith(".svg")


@lru_cache(maxsize=4096)
def _svg_message(file: Path, size: int, stamp: int) -> str:
    """Describe what is removed from an SVG; empty if nothing is. *stamp* is part of the cache key for changed files."""
    if size > LARGEST:
        return f"not shown: it has {size:,} bytes; at most {LARGEST:,} are read"
    try:
        removed = clean_svg(parse_svg(file.read_bytes()))
    except ValueError as error:
        return f"not shown: {error}"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return f"the site serves a copy without: {', '.join(removed)}" if removed else ""


def _placeholder(asset: Asset) -> bytes:
    name = asset.path.rsplit("/", 1)[-1]
    shown = name if len(name) <= 30 else f"{name[:14]}…{name[-14:]}"
    return PLACEHOLDER.format(f"{escape(shown)} cannot be read").encode("utf-8", "replace")
