"""What a document is found by: terms with their weights, and how the index writes them.

A word counts by BM25F with constants in place of a site's averages, so that an edit changes the weights of its own
note only: what it says in the text saturates with repetition and fades with the note's length; title and headings are
distinguished. Tags and paths are terms too, under ``#`` and ``/``; their weight is the order of their notes' titles.
"""

import sys
from array import array
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from math import ceil
from operator import sub

from hortus.core.keys import above
from hortus.site.search.documents import Document
from hortus.site.search.words import Term, fold, lexicon

SATURATION = 1.2
LENGTH = 300
"""Words of a note of middling length."""
FADING = 0.4
"""How much of a word's weight depends on that length."""
FIRST, MOST = 35, 0xD7FF - 35
"""Of the numbers in postings: the character for 0, and the largest that has one; larger ones are sums."""
UTF_16 = f"utf-16-{sys.byteorder[0]}e"


def document_terms(document: Document) -> dict[Term, int]:
    """Return the weight of each term of a document: tens for the text (0 to 7), 5 for a heading, ones for the title.

    >>> from hortus.site.search.documents import Section
    >>> nets = Document("Deep nets", "a.html", "a.md", "en", (), ("m",), (Section("", "", "Nets."),))
    >>> dict(document_terms(nets))
    {'net\\tnets': 53, 'm\\t': 50, 'deep\\t': 3, '#m\\t': 14, '/a\\t': 14}
    """
    words = lexicon(document.language)
    said = " ".join([*(section.text for section in document.sections), *document.tags]).split()
    counts: dict[Term, int] = {}
    for text, count in Counter(said).items():
        for term in words[text]:
            counts[term] = counts.get(term, 0) + count
    slack = SATURATION * (1 - FADING + FADING * len(said) / LENGTH)
    tens = {count: ceil(7 * count / (count + slack)) * 10 for count in {*counts.values()}}
    found = {term: tens[count] for term, count in counts.items()}
    for term in {term for section in document.sections for text in section.title.split() for term in words[text]}:
        found[term] = found.get(term, 0) + 5
    titles: dict[Term, int] = {}
    for title in map(str.split, (document.title, *document.aliases)):
        rest = max(1, 5 - len(title))
        titles |= {term: max(titles.get(term, 0), rest) for text in title for term in words[text]}
    for term, weight in titles.items():
        found[term] = found.get(term, 0) + weight
    first = fold(document.title)[:1]
    rank = int(first, 36) + 1 if first.isascii() and first.isalnum() else 37
    tags = {name for tag in document.tags for name in (*above(tag), tag)}
    parts = " ".join(document.path.removesuffix(".md").split()).split("/")
    ends = {"/".join(parts[place:]) for place in range(len(parts))}
    for key in (*(f"#{fold(tag)}\t" for tag in tags), *(f"/{fold(end)}\t" for end in ends)):
        found[key] = rank
    return found


def postings_text(postings: Mapping[int, int]) -> str:
    """Write the weights of a term by note, sorted: a character for each distance from the note before, then weights.

    >>> postings_text({5: 10, 40: 2})
    '(F-%'
    """
    steps, weights = list(map(sub, postings, (0, *postings))), list(postings.values())
    for at in [at for at, step in enumerate(steps) if step > MOST][::-1]:
        steps[at : at + 1] = [*[MOST] * (steps[at] // MOST), steps[at] % MOST]
        weights[at:at] = [0] * (len(steps) - len(weights))
    return array("H", map(FIRST.__add__, steps + weights)).tobytes().decode(UTF_16)


def read_postings(text: str) -> dict[int, int]:
    """Read what `postings_text` wrote; a weight of 0 is no note.

    >>> read_postings("(F-%")
    {5: 10, 40: 2}
    """
    numbers = [number - FIRST for number in array("H", text.encode(UTF_16))]
    notes = accumulate(numbers[: len(text) // 2])
    return {note: weight for note, weight in zip(notes, numbers[len(text) // 2 :], strict=True) if weight}
