"""What a document is found by: terms with their weights. A function of the document alone.

A word counts by BM25F with constants in place of a site's averages, so that an edit changes the weights of its own
note only: what it says in the text saturates with repetition and fades with the note's length; title and headings are
distinguished. Tags and paths are terms too, under ``#`` and ``/``; their weight is the order of their notes' titles.
"""

from collections import Counter
from collections.abc import Iterator

from hortus.core.keys import above
from hortus.site.search.documents import Document
from hortus.site.search.tables import weight
from hortus.site.search.words import Term, fold, terms, tokens

SATURATION = 1.2
LENGTH = 300
"""Words of a note of middling length."""
FADING = 0.4
"""How much of a word's weight depends on that length."""


def document_terms(document: Document) -> dict[Term, int]:
    """Return the weight of each term of a document.

    >>> from hortus.site.search.documents import Section
    >>> nets = Document("Deep nets", "a.html", "x/a.md", "en", (), ("m",), (Section("", "", "Nets."),))
    >>> {term.partition("\\t")[2]: weight for term, weight in document_terms(nets).items()}
    {'nets': 33, 'm': 30, 'deep': 3, '#m': 13, '/x/a': 13, '/a': 13}
    """
    language = document.language
    said = Counter(" ".join([*(section.text for section in document.sections), *document.tags]).split())
    counts: dict[Term, int] = {}
    for word, count in said.items():
        for term in terms(word, language):
            counts[term] = counts.get(term, 0) + count
    headings = {term for section in document.sections for term in terms(section.title, language)}
    titles = _title_terms(document)
    slack = SATURATION * (1 - FADING + FADING * said.total() / LENGTH)
    plain = {count: weight(count / (count + slack), False, 0) for count in set(counts.values())}
    found = {term: plain[count] for term, count in counts.items()}
    for term in headings | titles.keys():
        count = counts.get(term, 0)
        found[term] = weight(count / (count + slack), term in headings, titles.get(term, 0))
    rank = title_rank(document.title)
    for key in filter_keys(document):
        found[f"{key}\t{key}"] = rank
    return found


def _title_terms(document: Document) -> dict[Term, int]:
    """Return the terms of title and aliases, each with 5 less the words of the shortest that has it, at least 1."""
    titles: dict[Term, int] = {}
    for title in (document.title, *document.aliases):
        for term in terms(title, document.language):
            titles[term] = max(titles.get(term, 0), 5 - len(tokens(title)), 1)
    return titles


def filter_keys(document: Document) -> Iterator[str]:
    """Yield what a document is narrowed by: its tags and those above, its path and the ends of it."""
    for tag in document.tags:
        for name in (*above(tag), tag):
            yield f"#{fold(name)}"
    path = " ".join(document.path.removesuffix(".md").split())
    parts = path.split("/")
    for place in range(len(parts)):
        yield f"/{fold('/'.join(parts[place:]))}"


def title_rank(title: str) -> int:
    """Return a digit that rises with the first letter of a title.

    >>> [title_rank(title) for title in ("2001", "Äpfel", "Zebra", "東京")]
    [2, 10, 35, 44]
    """
    first = fold(title[:1])[:1]
    if first.isascii() and first.isalnum():
        return int(first, 36)
    return min(59, 36 + ord(first) // 3_000) if first else 0
