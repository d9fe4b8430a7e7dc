"""What a document is found by: terms with their weights, and how the index writes them.

A word counts by BM25F with constants in place of a site's averages, so that an edit changes the weights of its own
note only: what it says in the text saturates with repetition and fades with the note's length; title and headings are
distinguished. Tags and paths are terms too, under ``#`` and ``/``; their weight is the order of their notes' titles.
"""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate, chain
from operator import sub

from hortus.core.keys import above
from hortus.site.search.documents import Document
from hortus.site.search.words import Term, fold, lexicon

SATURATION = 1.2
LENGTH = 300
"""Words of a note of middling length."""
FADING = 0.4
"""How much of a word's weight depends on that length."""
WEIGHTS = "".join(sign for sign in map(chr, range(33, 127)) if sign not in '0123456789"\\\\')
"""A sign for each weight: tens are for the text (0 to 7), 5 for a heading, ones for the title (0 to 4)."""
POSTING = re.compile(r"(\d+)(\D)")


def document_terms(document: Document) -> dict[Term, int]:
    """Return the weight of each term of a document.

    >>> from hortus.site.search.documents import Section
    >>> nets = Document("Deep nets", "a.html", "a.md", "en", (), ("m",), (Section("", "", "Nets."),))
    >>> document_terms(nets)
    {'net\\tnets': 53, 'm\\t': 50, 'deep\\t': 3, '#m\\t': 13, '/a\\t': 13}
    """
    words = lexicon(document.language)
    said = " ".join([*(section.text for section in document.sections), *document.tags]).split()
    counts = Counter(chain.from_iterable(map(words.__getitem__, said)))
    slack = SATURATION * (1 - FADING + FADING * len(said) / LENGTH)
    tens = {count: -int(-7 * count / (count + slack) // 1) * 10 for count in {*counts.values()}}
    found = dict(zip(counts, map(tens.__getitem__, counts.values()), strict=True))
    for term in {term for section in document.sections for text in section.title.split() for term in words[text]}:
        found[term] = found.get(term, 0) + 5
    titles: dict[Term, int] = {}
    for title in map(str.split, (document.title, *document.aliases)):
        rest = max(1, 5 - len(title))
        titles |= {term: max(titles.get(term, 0), rest) for text in title for term in words[text]}
    for term, weight in titles.items():
        found[term] = found.get(term, 0) + weight
    first = fold(document.title)[:1]
    rank = int(first, 36) if first.isascii() and first.isalnum() else 36
    tags = {name for tag in document.tags for name in (*above(tag), tag)}
    parts = " ".join(document.path.removesuffix(".md").split()).split("/")
    ends = {"/".join(parts[place:]) for place in range(len(parts))}
    return found | {f"#{fold(tag)}\t": rank for tag in tags} | {f"/{fold(end)}\t": rank for end in ends}


def postings_text(postings: Mapping[int, int]) -> str:
    """Write the weights of a term by note, sorted: for each the distance from the note before, and a sign.

    >>> postings_text({5: 1, 40: 2})
    '5#35$'
    """
    parts = [""] * (2 * len(postings))
    parts[::2] = map(str, map(sub, postings, (0, *postings)))
    parts[1::2] = map(WEIGHTS.__getitem__, postings.values())
    return "".join(parts)


def read_postings(text: str) -> dict[int, int]:
    """Read what `postings_text` wrote.

    >>> read_postings("5#35$")
    {5: 1, 40: 2}
    """
    steps, weights = zip(*POSTING.findall(text), strict=True) if text else ((), ())
    return dict(zip(accumulate(map(int, steps)), map(WEIGHTS.index, weights), strict=True))
