"""What paths, headings and tags are compared by."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from fnmatch import translate
from functools import lru_cache
from posixpath import normpath

HEADING_NOISE = re.compile(r"""[!"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+""")
LINK_NOISE = re.compile(r"[:#|^\\\r\n]|%%|\[\[|\]\]")
"""What cannot be in a link; a space replaces it."""


def fold(text: str) -> str:
    """Reduce *text* to what names and paths are compared by: NFC, without case, no-break spaces as spaces.

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
    """Reduce a path to what links without folders are compared by: its last segment, extension included."""
    return fold(path.rsplit("/", 1)[-1])


def stem(path: str) -> str:
    """Return a note's own name.

    >>> stem("papers/Note 1.2.md")
    'Note 1.2'
    """
    return path.rsplit("/", 1)[-1].removesuffix(".md")


def folder(path: str) -> str:
    """Return the folder of *path*, empty for the vault's root."""
    return path.rpartition("/")[0]


def above(path: str) -> list[str]:
    """Return the folders that *path* lies in, the outermost first; the same of a tag, the tags above it.

    >>> above("a/b/c.md")
    ['a', 'a/b']
    """
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def inside(path: str) -> str | None:
    """Normalise a vault path with dots in it; None when it leaves the vault.

    >>> inside("a/../b.md"), inside("a/../../b.md")
    ('b.md', None)
    """
    normal = normpath(path)
    return None if normal == ".." or normal.startswith(("../", "/")) else normal


@lru_cache(maxsize=1 << 16)
def heading_key(text: str) -> str:
    """Reduce a heading to what links to it are compared by (LINKS.md, Headings).

    >>> heading_key("Q&A: what's new?")
    "q a what's new"
    """
    return fold(HEADING_NOISE.sub(" ", text).strip())


def heading_link(target: str, heading: str) -> str:
    """Write a link to a heading, given its source, as Obsidian's completion does.

    >>> heading_link("Maths.md", "Rings: an [[Overview|aside]]")
    '[[Maths#Rings an Overview aside]]'
    """
    words = " ".join(LINK_NOISE.sub(" ", heading).split())
    return f"[[{target.removesuffix('.md')}#{words}]]"


def tag_key(tag: str) -> str:
    """Reduce a tag to what tags are compared by."""
    return fold(tag).strip("/")


def glob_matcher(globs: Iterable[str]) -> Callable[[str], bool]:
    """Return a test for paths; a glob without a slash is for names at any depth.

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
