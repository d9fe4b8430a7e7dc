"""File types, by suffix: the only table of them."""

import re
from typing import Literal

Kind = Literal["note", "notebook", "query", "image", "audio", "video", "pdf", "page", "text", "other", ""]

KINDS: dict[Kind, str] = {
    "note": "md canvas excalidraw",
    "notebook": "ipynb",
    "query": "base",
    "image": "avif bmp gif jpeg jpg png svg webp ico",
    "audio": "flac m4a mp3 ogg opus wav 3gp aac",
    "video": "mkv mov mp4 ogv webm",
    "pdf": "pdf",
    "page": "htm html shtml xhtml xht mht mhtml xml xsl xslt rdf rss atom mml mathml",
    "text": "bib c cpp css csv go h java js json py rs sh tex toml ts txt yaml yml",
    "other": "zip gz tar doc docx xls xlsx ppt pptx np npz woff woff2 ttf otf",
}
"""Suffixes of each kind. Browsers open files of kind *page* as pages, and run their scripts."""
KIND: dict[str, Kind] = {suffix: kind for kind, suffixes in KINDS.items() for suffix in suffixes.split()}

UNSIZED = frozenset(["ico"])
"""Images whose width and height are not read."""
SHARED = frozenset(["png", "jpg", "jpeg", "gif", "webp"])
"""Images that other sites and messengers show for a shared page."""
WRITTEN: frozenset[Kind] = frozenset(["note", "notebook", "query"])
"""Kinds of files that authors write in Obsidian."""
NAME = re.compile(r"[^/]\.(?P<suffix>[a-z0-9]+)$", re.IGNORECASE)


def suffix_of(path: str) -> str:
    """Return the suffix of a path in lower case, without its dot; empty if there is none.

    >>> suffix_of("a/B.PNG"), suffix_of(".png"), suffix_of("Note 1.2. Words")
    ('png', '', '')
    """
    name = NAME.search(path)
    return name["suffix"].lower() if name else ""


def kind_of(path: str) -> Kind:
    """Return the kind of a file; empty if its suffix is unknown.

    >>> kind_of("a/B.PNG"), kind_of("Sketch.excalidraw.md"), kind_of("Note 1.2")
    ('image', 'note', '')
    """
    return KIND.get(suffix_of(path), "")


def is_asset_name(target: str) -> bool:
    """Return whether a link's target names a file other than a Markdown note.

    >>> is_asset_name("Figure.jpg"), is_asset_name("Plan.canvas"), is_asset_name("Note 1.2"), is_asset_name("a.md")
    (True, True, False, False)
    """
    return kind_of(target) != "" and suffix_of(target) != "md"


def is_picture_name(target: str) -> bool:
    """Return whether a link's target names a picture of this vault.

    >>> is_picture_name("a/Figure.JPG"), is_picture_name("Figure.pdf"), is_picture_name("https://example.org/a.png")
    (True, False, False)
    """
    return is_sized(target) and "://" not in target and not target.startswith("//")


def is_sized(path: str) -> bool:
    """Return whether a file is a picture whose width and height are read."""
    return kind_of(path) == "image" and suffix_of(path) not in UNSIZED


def is_text(path: str) -> bool:
    """Return whether a file contains searchable text: notes, data, code, pages, SVG."""
    return kind_of(path) in ("note", "notebook", "query", "page", "text") or suffix_of(path) == "svg"
