"""Keys by which paths, headings and tags are compared."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from fnmatch import translate
from functools import lru_cache
from posixpath import normpath

HEADING_NOISE = re.compile(r"""[!"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+""")
LINK_NOISE = re.compile(r"[:#|^\\\r\n]|%%|\[\[|\]\]")
"""Characters that cannot be in a link; a space replaces them."""


def fold(text: str) -> str:
    """Return the key by which names and paths are compared: NFC, case-folded, no-break spaces as spaces.

    >>> fold("Café") == fold("CAFE\\u0301")
    True
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", spaced(text)).casefold())


def spaced(text: str) -> str:
    """Turn no-break spaces into spaces, as Obsidian does in paths.

    >>> spaced("a\\u00a0b\\u202fc")
    'a b c'
    """
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def name_key(path: str) -> str:
    """Return the key by which links without folders are compared: the last segment, with the extension."""
    return fold(path.rsplit("/", 1)[-1])


def stem(path: str) -> str:
    """Return a note's name, without folders and extension.

    >>> stem("papers/Note 1.2.md")
    'Note 1.2'
    """
    return path.rsplit("/", 1)[-1].removesuffix(".md")


def folder(path: str) -> str:
    """Return the folder of *path*, empty for the vault's root."""
    return path.rpartition("/")[0]


def above(path: str) -> list[str]:
    """Return the folders that contain *path*, the outermost first; for a tag, its parent tags.

    >>> above("a/b/c.md")
    ['a', 'a/b']
    """
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def inside(path: str) -> str | None:
    """Normalise a vault path with dots in it; None if it leaves the vault.

    >>> inside("a/../b.md"), inside("a/../../b.md")
    ('b.md', None)
    """
    normal = normpath(path)
    return None if normal == ".." or normal.startswith(("../", "/")) else normal


@lru_cache(maxsize=1 << 16)
def heading_key(text: str) -> str:
    """Return the key by which headings and links to them are compared (docs/Links.md, Headings).

    >>> heading_key("Q&A: what's new?")
    "q a what's new"
    """
    return fold(HEADING_NOISE.sub(" ", text).strip())


def heading_link(target: str, heading: str) -> str:
    """Return a link to a heading with this source, as Obsidian's autocompletion writes it.

    >>> heading_link("Maths.md", "Rings: an [[Overview|aside]]")
    '[[Maths#Rings an Overview aside]]'
    """
    words = " ".join(LINK_NOISE.sub(" ", heading).split())
    return f"[[{target.removesuffix('.md')}#{words}]]"


def tag_key(tag: str) -> str:
    """Return the key by which tags are compared."""
    return fold(tag).strip("/")


def glob_matcher(globs: Iterable[str]) -> Callable[[str], bool]:
    """Return a predicate for paths; a glob without a slash matches names at any depth.

    >>> fits = glob_matcher(["*.tmp.md", "drafts/**"])
    >>> fits("a/x.tmp.md"), fits("drafts"), fits("a/drafts/x.md")
    (True, True, False)
    """
    patterns = []
    for glob in globs:
        glob = unicodedata.normalize("NFC", glob.removeprefix("./").strip("/"))
        patterns.append(translate(glob if "/" in glob else f"*/{glob}"))
        patterns.append(translate(glob.removesuffix("/**")))
    if not patterns:
        return lambda path: False
    matches = re.compile("|".join(patterns)).match
    return lambda path: bool(matches(plain := unicodedata.normalize("NFC", path)) or matches(f"/{plain}"))
