"""All spelling rules: what names are compared by, and what notes, headings and tags are called on the site."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from fnmatch import translate
from functools import lru_cache
from posixpath import normpath
from urllib.parse import quote, unquote

PART = re.compile(r"\.\d+\.html(?=/|$)", re.IGNORECASE)
"""What a later part of a long list is called; no note's page has a dot before its last one."""
NOT_LETTERS = re.compile(r"[\W_]+")
HEADING_NOISE = re.compile(r"""[!"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+""")
LINK_NOISE = re.compile(r"[:#|^\\\r\n]|%%|\[\[|\]\]")
"""What cannot be in a link; a space replaces it."""
TAG_PART = re.compile(r"[\w-]{1,25}")
LONGEST = 100
"""Bytes of a path segment of a url, after which it is shortened with a hash."""
PAGES = frozenset("index all-notes 404 report search graph wanted recent random gallery".split())
FOLDERS = frozenset("tags figures assets pagefind previews files".split())
FILES = frozenset("atom.xml feed.xml graph.json llms.txt sitemap.xml".split())
"""What generated pages, folders and files at the site's root are called; notes and attachments give way."""


ASSET_NAME = re.compile(
    r"""[^/] \. (?: avif|bmp|gif|jpe?g|png|svg|webp|ico
                 | flac|m4a|mp3|ogg|opus|wav|3gp|aac
                 | mkv|mov|mp4|ogv|webm
                 | pdf|canvas|base|excalidraw
                 | csv|json|ya?ml|toml|txt|py|ipynb|js|ts|css|html?|xml|sh|c|cpp|h|rs|go|java|tex|bib
                 | zip|gz|tar|docx?|xlsx?|pptx?|npz?|woff2?|ttf|otf )$""",
    re.IGNORECASE | re.VERBOSE,
)


PICTURE_NAME = re.compile(r"[^/]\.(?:avif|bmp|gif|jpe?g|png|svg|webp)$", re.IGNORECASE)


CODE_SCHEMES = frozenset("about blob data file filesystem javascript vbscript view-source".split())
"""Schemes of addresses that hold code or files; no setting allows them in a published page."""


def is_asset_name(target: str) -> bool:
    """Tell whether a link's target names a file that is no note.

    >>> is_asset_name("Figure.jpg"), is_asset_name("Note 1.2")
    (True, False)
    """
    return ASSET_NAME.search(target) is not None


def is_picture_name(target: str) -> bool:
    """Tell whether a link's target names a picture.

    >>> is_picture_name("a/Figure.JPG"), is_picture_name("Figure.pdf"), is_picture_name("https://example.org/a.png")
    (True, False, False)
    """
    return PICTURE_NAME.search(target) is not None and "://" not in target and not target.startswith("//")


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


def slug(text: str) -> str:
    """Turn words of any script into a piece of a url.

    >>> slug("Locality Sensitive Hashing (LSH)")
    'locality-sensitive-hashing-lsh'
    """
    words = NOT_LETTERS.sub("-", fold(text)).strip("-")
    if len(words.encode()) > LONGEST:
        cut = words.encode()[: LONGEST - 9].decode(errors="ignore").rstrip("-")
        words = f"{cut}-{digest(text)[:8]}"
    return words


def digest(content: str | bytes) -> str:
    """Hash *content* to 40 hexadecimal digits."""
    content = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return hashlib.blake2b(content, digest_size=20).hexdigest()


def seal(text: str) -> str:
    """Put the hash of a text before it, so that damage done to the file it is kept in shows."""
    return f"{digest(text)}\n{text}"


def unseal(sealed: str) -> str:
    """Return the text that was sealed; raise ValueError when it is no longer what it was.

    >>> unseal(seal("kept"))
    'kept'
    """
    check, _, text = sealed.partition("\n")
    if digest(text) != check:
        raise ValueError("damaged")
    return text


def unique_anchor(text: str, taken: dict[str, int]) -> str:
    """Make an id for a heading, unlike those in *taken*, which holds how often each was asked for.

    >>> taken = {}
    >>> [unique_anchor(text, taken) for text in ("Loss", "Loss", "???", "Loss 1")]
    ['loss', 'loss-1', 'section', 'loss-1-1']
    """
    base = slug(text) or "section"
    anchor = base
    while anchor in taken:
        taken[base] += 1
        anchor = f"{base}-{taken[base]}"
    taken[anchor] = 0
    return anchor


@lru_cache(maxsize=1 << 16)
def note_url(path: str) -> str:
    """Return the page of a note, relative to the site's root, when nothing else claims it.

    >>> note_url("notes/Stable Diffusion.md")
    'notes/stable-diffusion.html'
    """
    return "/".join(slug(part) or digest(part)[:8] for part in path.removesuffix(".md").split("/")) + ".html"


def permalink_url(permalink: str) -> str:
    """Return the page that a ``permalink`` asks for, empty when it names none.

    >>> permalink_url("/guides/Start here/"), permalink_url("../x")
    ('guides/start-here.html', 'x.html')
    """
    parts = [slug(part) for part in permalink.removesuffix(".html").split("/")]
    return "/".join(part for part in parts if part) + ".html" if any(parts) else ""


def tag_key(tag: str) -> str:
    """Reduce a tag to what tags are compared by."""
    return fold(tag).strip("/")


def tag_url(tag: str) -> str:
    """Return the page of a tag.

    >>> tag_url("todo/Later")
    'tags/todo/later.html'
    """
    parts = tag_key(tag).split("/")
    named = [
        part if TAG_PART.fullmatch(part) and part != "index" else f"{slug(part)}-{digest(part)[:8]}" for part in parts
    ]
    return f"tags/{'/'.join(named)}.html"


def assign_urls(
    paths: Iterable[str], claims: Mapping[str, str], home: str, missing: Iterable[str] = ()
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Give every path a url of its own; return those that did not get the one they wanted, with its holder.

    *claims* are urls asked for by property; they go first, and *missing* notes last. Among equals the first in
    order of path keeps the url; the others get a hash of their path. *home* lives at the site's root.
    The holder is empty when it is a page that every site has.
    """
    urls: dict[str, str] = {}
    holders: dict[str, str] = {}
    losers = []
    ordered = sorted(paths, key=lambda path: (path != home, path not in claims, path))
    for path in (*ordered, *sorted(missing)):
        url = "index.html" if path == home else claims.get(path) or note_url(path)
        if path != home and (url in holders or is_taken(url)):
            losers.append((path, holders.get(url, "")))
            url = f"{url.removesuffix('.html')}-{digest(path)[:8]}.html"
        urls[path] = url
        holders[url] = path
    return urls, losers


def is_taken(url: str) -> bool:
    """Tell whether a generated page or folder needs this address.

    >>> is_taken("tags/x.png"), is_taken("report.html"), is_taken("notes/index.2.html"), is_taken("notes/report.html")
    (True, True, True, False)
    """
    first, _, rest = url.partition("/")
    known = first in FOLDERS if rest else first in FILES or first.removesuffix(".html") in PAGES
    return known or PART.search(url) is not None


def folder_urls(folders: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Give every folder's page an address unlike those *taken*.

    >>> folder_urls(["AI", "Machine Learning"], ["ai/index.html"])
    {'AI': 'ai/index-086f8f4b.html', 'Machine Learning': 'machine-learning/index.html'}
    """
    taken = set(taken)
    urls = {}
    for name in sorted(folders):
        url = "/".join(slug(part) or digest(part)[:8] for part in name.split("/")) + "/index.html"
        if url in taken or is_taken(url):
            url = f"{url.removesuffix('.html')}-{digest(name)[:8]}.html"
        taken.add(url)
        urls[name] = url
    return urls


def href(url: str, base: str) -> str:
    """Return the percent-encoded relative address of *url* on page *base*.

    >>> href("notes/b.html", "notes/a.html"), href("index.html", "notes/x/a.html")
    ('b.html', '../../index.html')
    """
    target = _quoted(url)
    if "/" not in base:
        return target
    parts, source = target.split("/"), _quoted(base).split("/")
    common = 0
    while common < len(source) - 1 and common < len(parts) - 1 and source[common] == parts[common]:
        common += 1
    return "../" * (len(source) - 1 - common) + "/".join(parts[common:])


@lru_cache(maxsize=1 << 16)
def _quoted(url: str) -> str:
    return quote(url, safe="/!$&'()*+,;=@~-._")


def inside(path: str) -> str | None:
    """Normalise a vault path with dots in it; None when it leaves the vault.

    >>> inside("a/../b.md"), inside("a/../../b.md")
    ('b.md', None)
    """
    normal = normpath(path)
    return None if normal == ".." or normal.startswith(("../", "/")) else normal


def unquoted(text: str) -> str:
    """Percent-decode a Markdown destination; what is no escape stays."""
    return unicodedata.normalize("NFC", unquote(text, errors="replace")) if "%" in text or not text.isascii() else text


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
