"""Check external links for broken ones. Only on request, because it contacts other hosts.

1. Every URL is requested once, however often it is linked; results are cached for days.
2. Hosts are contacted in parallel, with one request at a time per host, pauses, and ``Retry-After``.
3. A URL that does not exist any more becomes an issue; one without a clear answer does not.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from hortus.core.cache import read_cached_json, write_cached_json
from hortus.core.model import External, Issue, Note
from hortus.report.http_check import Answer, HttpPolicy, check_url

DAY = 86400.0
CACHED_FOR = {"fine": 7 * DAY, "broken": DAY, "private": 0.0, "unsure": 0.0}
"""Seconds for which an answer is cached."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Rate limits for other hosts."""

    hosts: int = 8
    """Hosts contacted in parallel."""
    pause: float = 1.0
    """Seconds between two requests to one host."""
    longest_wait: float = 60.0
    """Longest wait for a host that asks to retry later; if it asks for more, it is skipped this time."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check: issues, and the answer for every URL."""

    issues: tuple[Issue, ...]
    answers: Mapping[str, Answer]


def check_externals(
    notes: Iterable[Note],
    cache: Path,
    policy: HttpPolicy | None = None,
    limit: RateLimit | None = None,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Checked:
    """Check every URL that *notes* link to; *cache* is the file of cached answers."""
    places = _places(notes)
    known = _read(cache)
    now = time.time()
    answers = {url: known[url][0] for url in places if url in known and known[url][1] > now}
    hosts: dict[str, list[str]] = {}
    for url in places:
        if url not in answers:
            hosts.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    total = sum(map(len, hosts.values()))
    fresh: dict[str, tuple[Answer, float]] = {}

    def keep(url: str, answer: Answer) -> None:
        fresh[url] = answer, time.time() + max(CACHED_FOR[answer.kind], answer.wait)
        progress("links", len(fresh), total)

    pool = ThreadPoolExecutor(max_workers=(limit or RateLimit()).hosts)
    try:
        checks = [pool.submit(_check_host, urls, policy, limit or RateLimit(), keep) for urls in hosts.values()]
        for one in checks:
            one.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _write(cache, {**known, **fresh}, now)
    answers |= {url: answer for url, (answer, _) in fresh.items()}
    broken = ((url, answer) for url, answer in answers.items() if answer.kind == "broken")
    return Checked(tuple(_issue(path, link, answer) for url, answer in broken for path, link in places[url]), answers)


def _places(notes: Iterable[Note]) -> dict[str, list[tuple[str, External]]]:
    """Return the links to each URL (without fragment), sorted."""
    places: dict[str, list[tuple[str, External]]] = {}
    for note in notes:
        for link in note.externals:
            with suppress(ValueError):
                if urlsplit(link.url).scheme.lower() in ("http", "https"):
                    places.setdefault(urldefrag(link.url)[0], []).append((note.path, link))
    return dict(sorted(places.items()))


def _issue(path: str, link: External, answer: Answer) -> Issue:
    return Issue(
        "external_broken", path, link.line, link.column, f"{link.url}: {answer.message}", "", link.url, link.length
    )


def _check_host(
    urls: Sequence[str], policy: HttpPolicy | None, limit: RateLimit, keep: Callable[[str, Answer], None]
) -> None:
    """Check the URLs of one host in turn; if it asks to retry later, skip the rest."""
    unavailable: Answer | None = None
    for number, url in enumerate(urls):
        if unavailable is not None:
            keep(url, unavailable)
            continue
        time.sleep(limit.pause if number else 0)
        answer = check_url(url, policy)
        if answer.wait and answer.wait <= limit.longest_wait:
            time.sleep(answer.wait)
            answer = check_url(url, policy)
        if answer.wait:
            unavailable = answer
        keep(url, answer)


def _read(cache: Path) -> dict[str, tuple[Answer, float]]:
    """Read the cached answers with the time until which they are valid."""
    try:
        rows = read_cached_json(cache)["answers"]
        found = {url: (Answer(kind, str(message)), float(until)) for url, (kind, message, until) in rows.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {url: row for url, row in found.items() if row[0].kind in CACHED_FOR}


def _write(cache: Path, answers: Mapping[str, tuple[Answer, float]], now: float) -> None:
    rows = {
        url: [answer.kind, answer.message, until] for url, (answer, until) in sorted(answers.items()) if until > now
    }
    write_cached_json(cache, {"version": 1, "answers": rows})
