"""What looks as if it should not be public, in a site about to be: a second net under the published set.

1. Secrets: keys and tokens that can be told by their shape, and addresses with a password in them.
2. Places: the folders of this machine.
3. Private words: eight words in a row of a private note, unless a public note has them too.

Found in the files as they would be published, so what is a comment or in a private note is not looked at.
A finding is named by a fingerprint, by which the author may allow it; a secret itself is never shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from hortus.model import Source
from hortus.names import digest

TEXT = (".html", ".json", ".xml", ".txt", ".svg", ".md", ".py", ".csv", ".js", ".css", ".canvas")
RUN = 8
"""Words in a row that are no coincidence."""
WORD = re.compile(r"\w+")
TAG = re.compile(r"<[^<>]*>")
SECRETS: dict[str, str] = {
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----\s*[\w+/=:,.\- \r\n]{40}",
    "an AWS key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})\b",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a Slack token": r"\bxox[abeoprs]-[\w-]{20,}",
    "a Slack webhook": r"hooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}",
    "a Stripe key": r"\b[rs]k_live_[A-Za-z0-9]{20,}\b",
    "a Google key": r"\bAIza[\w-]{35}(?![\w-])",
    "a Google OAuth secret": r"\bGOCSPX-[\w-]{24,}",
    "an OpenAI or Anthropic key": r"\bsk-(?:ant-|proj-|svcacct-)?[\w-]*[A-Za-z0-9]{20,}[\w-]*",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
    "a PyPI token": r"\bpypi-AgE[\w-]{50,}",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}\b",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}",
    "an age key": r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b",
    "an address with a password": r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/@:\"'<>]{1,64}:[^\s/@\"'<>]{3,128}@[\w.-]+",
}
SECRET = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, pattern in enumerate(SECRETS.values())))
HINTS = re.compile(r"PRIVATE KEY|AKIA|ASIA|gh[pousr]_|github_pat|glpat-|xox|hooks\.slack|k_live_|AIza|GOCSPX|sk-|npm_|pypi-|hf_|eyJ|AGE-SEC|://[^\s/@:\"'<>]{1,64}:")
"""What a text without any of these cannot hold a secret of the kinds above: most pages are passed at a glance."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that looks as if it should not be published."""

    url: str
    """The first file that holds it."""
    kind: str
    shown: str
    """Enough to find it by."""
    mark: str
    """Fingerprint, to allow it by."""
    path: str = ""
    """Note that holds it, with its line; empty when none does."""
    line: int = 0


def find_leaks(
    files: Mapping[str, bytes | Path], public: Iterable[Source], withheld: Iterable[Source], places: Iterable[Path]
) -> tuple[Leak, ...]:
    """Look for secrets, places of this machine and words of private notes in the files of a site."""
    public = list(public)
    private = _private_runs(public, withheld)
    folders = _places(places)
    found: dict[str, Leak] = {}
    for url, content in files.items():
        for kind, secret, words in _in_file(url, content, folders, private):
            mark = digest(f"{kind}\0{secret}")[:8]
            if mark not in found:
                found[mark] = Leak(url, kind, words, mark, *_place(secret, public))
    return tuple(sorted(found.values(), key=lambda leak: (leak.path, leak.line, leak.url, leak.mark)))


def _in_file(
    url: str, content: bytes | Path, folders: Iterable[str], private: frozenset[int]
) -> Iterator[tuple[str, str, str]]:
    """Yield kind, what was found, and the words that may be shown of it."""
    raw = (content if isinstance(content, bytes) else content.read_bytes()).decode("utf-8", "replace")
    texts = [raw, unescape(TAG.sub("", raw))] if url.endswith((".html", ".svg")) else [raw]
    for text in texts:
        for match in SECRET.finditer(text) if HINTS.search(text) else ():
            kind = list(SECRETS)[int(match.lastgroup[1:])]
            yield kind, match[0], f"{match[0][: min(6, len(match[0]) // 3)]}…"
        for folder in folders:
            if re.search(rf"{re.escape(folder)}(?![\w.-])", text):
                yield "a folder of this machine", folder, folder
    if private and url.endswith(TEXT):
        words = WORD.findall(unescape(TAG.sub(" ", raw)).casefold())
        for start, run in enumerate(_runs(words)):
            if run in private:
                yield "words of a private note", " ".join(words[start : start + RUN]), f"“{' '.join(words[start : start + 3])} …”"
                return


def _private_runs(public: Iterable[Source], withheld: Iterable[Source]) -> frozenset[int]:
    """Return the runs of words that only private notes have."""
    secret = {run for source in withheld for run in _runs(WORD.findall(source.text.casefold()))}
    if secret:
        for source in public:
            secret.difference_update(_runs(WORD.findall(source.text.casefold())))
    return frozenset(secret)


def _runs(words: list[str]) -> Iterator[int]:
    return (hash(tuple(words[start : start + RUN])) for start in range(len(words) - RUN + 1))


def _places(folders: Iterable[Path]) -> list[str]:
    """Return folders that nobody writes by chance: two names deep at least."""
    return sorted({str(folder) for folder in folders if len(folder.parts) > 2})


def _place(secret: str, sources: Iterable[Source]) -> tuple[str, int]:
    """Return the note and line that hold what was found; an empty path when none holds it as it is."""
    first = secret.split("\n")[0]
    for source in sources:
        place = source.text.find(first)
        if place >= 0:
            return source.path, source.text.count("\n", 0, place) + 1
    return "", 0
