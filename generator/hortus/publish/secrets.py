"""Search a finished site for content that should not be public: a second check after private notes are removed.

1. Secrets: keys and tokens of known formats, and URLs with a password.
2. Paths: folders of this machine.
3. Private words: eight consecutive words of a private note or a comment that no public note contains.

The files are searched as they would be published, not the notes. A finding has a fingerprint, with which the
author can allow it; a secret itself is never shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from hortus.core.filetypes import is_text
from hortus.core.hashing import digest
from hortus.core.model import Source

LARGEST = 5_000_000
"""Bytes; larger files that are not text are not searched."""
RUN = 8
"""Number of consecutive words whose occurrence is unlikely to be a coincidence."""
WORD = re.compile(r"\w+")
TAG = re.compile(r"<[^<>]*>")
SECRETS: tuple[tuple[str, str, str], ...] = (
    ("a private key", "-----BEGIN ", r"(?:[A-Z]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----\s*[\w+/=:,.\- >\r\n]{40}"),
    ("an AWS key", "AKIA", r"[A-Z2-7]{16}\b"),
    ("an AWS key", "ASIA", r"[A-Z2-7]{16}\b"),
    *(("a GitHub token", f"gh{letter}_", r"[A-Za-z0-9]{36,}\b") for letter in "pousr"),
    ("a GitHub token", "github_pat_", r"\w{60,}"),
    ("a GitLab token", "glpat-", r"[\w-]{20,}"),
    ("a Slack token", "xox", r"[abeoprs]-[\w-]{20,}"),
    ("a Slack webhook", "hooks.slack.com/services/", r"T\w{8,}/B\w{8,}/\w{20,}"),
    ("a Stripe key", "sk_live_", r"[A-Za-z0-9]{20,}\b"),
    ("a Stripe key", "rk_live_", r"[A-Za-z0-9]{20,}\b"),
    ("a Google key", "AIza", r"[\w-]{35}(?![\w-])"),
    ("a Google OAuth secret", "GOCSPX-", r"[\w-]{24,}"),
    ("an OpenAI or Anthropic key", "sk-", r"(?:ant-|proj-|svcacct-)?[\w-]{0,40}[A-Za-z0-9]{20,200}"),
    ("an npm token", "npm_", r"[A-Za-z0-9]{36}\b"),
    ("a PyPI token", "pypi-AgE", r"[\w-]{50,}"),
    ("a Hugging Face token", "hf_", r"[A-Za-z0-9]{30,}\b"),
    ("a JSON web token", "eyJ", r"[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    ("an age key", "AGE-SECRET-KEY-1", r"[A-Z0-9]{58}\b"),
    ("an address with a password", "://", r"[^\s/@:\"'<>]{1,64}:[^\s/@\"'<>]{3,128}@[\w.-]+"),
)
"""Kind, prefix, and a pattern for the rest, which is tried only after the prefix, for speed."""
PATTERNS = tuple((kind, start, re.compile(rest)) for kind, start, rest in SECRETS)


@dataclass(frozen=True, slots=True)
class Leak:
    """A finding that looks secret or private."""

    url: str
    """The first file that contains it."""
    kind: str
    shown: str
    """An excerpt for finding it."""
    mark: str
    """Fingerprint for allowing it."""
    path: str = ""
    """Note that contains it; empty if none does."""
    line: int = 0


class Scan:
    """What to search for: words of *sources* that are not in the *published* texts, by path; secrets; *places* of
    this machine."""

    def __init__(self, sources: Iterable[Source], published: Mapping[str, str], places: Iterable[Path]):
        self.sources, self.published = list(sources), published
        self.private, self.folders = _private_runs(self.sources, published), _places(places)

    def find(self, files: Iterable[tuple[str, bytes | Path]]) -> tuple[Leak, ...]:
        """Search files, passed by URL and content or path; each finding is reported once, at the first file with it."""
        found: dict[str, Leak] = {}
        for url, content in files:
            for kind, secret, words in _in_file(url, content, self.folders, self.private):
                mark = digest(f"{kind}\0{secret}")[:8]
                if mark not in found:
                    found[mark] = Leak(url, kind, words, mark, *_place(secret, self.sources, self.published))
        return tuple(sorted(found.values(), key=lambda leak: (leak.path, leak.line, leak.url, leak.mark)))


def _in_file(
    url: str, content: bytes | Path, folders: Iterable[str], private: frozenset[int]
) -> Iterator[tuple[str, str, str]]:
    """Yield kind, finding, and the excerpt that may be shown."""
    if isinstance(content, Path) and not is_text(url) and content.stat().st_size > LARGEST:
        return
    raw = (content if isinstance(content, bytes) else content.read_bytes()).decode("utf-8", "replace")
    texts = [raw, unescape(TAG.sub("", raw))] if url.endswith((".html", ".svg")) else [raw]
    for text in texts:
        for kind, secret in _secrets(text):
            yield kind, secret, f"{secret[:6]}…"
        for folder in folders:
            if folder in text and re.search(rf"{re.escape(folder)}(?![\w.-])", text):
                yield "a folder of this machine", folder, folder
    if private and is_text(url):
        words = WORD.findall(unescape(TAG.sub(" ", raw)).casefold())
        for start, run in enumerate(_runs(words)):
            if run in private:
                yield (
                    "words of a private note",
                    " ".join(words[start : start + RUN]),
                    f"“{' '.join(words[start : start + 3])} …”",
                )
                return


def _secrets(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of every secret; one directly after a letter does not count, except in a URL."""
    for kind, start, pattern in PATTERNS:
        place = text.find(start)
        while place >= 0:
            match = pattern.match(text, place + len(start))
            if match and (start == "://" or not text[place - 1 : place].isalnum()):
                yield kind, text[place : match.end()]
            place = text.find(start, match.end() if match else place + 1)


def _private_runs(sources: Iterable[Source], published: Mapping[str, str]) -> frozenset[int]:
    """Return the runs of private words that no published text contains."""
    texts = (source.text for source in sources if published.get(source.path) != source.text)
    secret = {run for text in texts for run in _runs(WORD.findall(text.casefold()))}
    if secret:
        for text in published.values():
            secret.difference_update(_runs(WORD.findall(text.casefold())))
    return frozenset(secret)


def _runs(words: list[str]) -> Iterator[int]:
    return (hash(tuple(words[start : start + RUN])) for start in range(len(words) - RUN + 1))


def _places(folders: Iterable[Path]) -> list[str]:
    """Return folders at a depth of at least two, which nobody writes by chance."""
    return sorted({str(folder) for folder in folders if len(folder.parts) > 2})


def _place(secret: str, sources: Iterable[Source], published: Mapping[str, str]) -> tuple[str, int]:
    """Return the public note and line that contain a finding; an empty path if none contains it literally."""
    first = secret.split("\n")[0]
    for source in sources:
        place = source.text.find(first) if source.path in published else -1
        if place >= 0:
            return source.path, source.text.count("\n", 0, place) + 1
    return "", 0
