"""Words as the index keeps them: raw text in, folded words with their stems out.

`search.js` cuts what a reader types by the same rules; a test compares the two. Stems exist here only: the browser
looks up which words share one.

1. Text is cut into tokens: letters, digits and marks, also where ``-_.'`` joins them (``cross-entropy``, ``R_k``).
2. A token gives its parts, the parts joined, and the parts of camel case.
3. Scripts written without spaces give each pair of neighbouring characters, and the last character alone.
4. Words are folded: without case, diacritics and compatibility forms. Greek letters give their names as well.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from itertools import pairwise

MARKS = "".join(
    chr(n)
    for n in (*range(0x300, 0x2000), *range(0x20D0, 0x2100), 0x3099, 0x309A)
    if unicodedata.category(chr(n))[0] == "M"
)
SOFT = "\u00ad\u200b\u200c\u200d\u2060\u0640"
"""Soft hyphens, joiners and the Arabic tatweel: within words, and no part of them."""
JOINS = r"_.'’‐‑·\-"
SOLID = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean: searched by pairs of characters."""
RUN = re.compile(rf"(?:[A-Za-z0-9{JOINS}]+|\w+|[{MARKS}{SOFT}]+)+(?:\+\+|#)?")
PIECE = re.compile(rf"[{SOLID}]+|[^{SOLID}{JOINS}+#]+")
CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
IS_SOLID = re.compile(rf"[{SOLID}]")
ACCENTS = re.compile(r"(?<![иИ])[\u0300-\u036f]+|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")
ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=..)")
"""The Arabic article, with what is written before it."""
COMMAND = re.compile(r"\\(?:var)?([A-Za-z]{2,7})")
STEMMERS = dict(
    part.split(":")
    for part in (
        "ar:arabic ca:catalan da:danish de:german el:greek en:english es:spanish et:estonian eu:basque fi:finnish "
        "fr:french ga:irish hi:hindi hu:hungarian hy:armenian id:indonesian it:italian lt:lithuanian ne:nepali "
        "nb:norwegian nn:norwegian no:norwegian nl:dutch pt:portuguese ro:romanian ru:russian sr:serbian sv:swedish "
        "ta:tamil tr:turkish"
    ).split()
)

Term = str
"""A stem, a tab and a word of it, both folded."""


def tokens(text: str) -> list[str]:
    """Cut text into tokens, with whatever joins or marks are at their ends.

    >>> tokens("Cross-entropy, `R_k` and C++ ... (déjà vu)")
    ['Cross-entropy', 'R_k', 'and', 'C++', '...', 'déjà', 'vu']
    """
    return RUN.findall(text)


def fold(word: str) -> str:
    """Reduce a word to what words are compared by.

    >>> fold("Résumé"), fold("ﬁn"), fold("공부"), fold("が"), fold("Straße")
    ('resume', 'fin', '공부', 'が', 'strasse')
    """
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(dict.fromkeys(map(ord, SOFT))))
    return unicodedata.normalize("NFC", ACCENTS.sub("", plain)).casefold()


@lru_cache(maxsize=1 << 16)
def terms(text: str, language: str) -> tuple[Term, ...]:
    """Return the terms that a short text is found by: what is between two spaces, as a rule.

    >>> terms("(Learning", "en"), terms("learning", "zh")
    (('learn\\tlearning',), ('learning\\tlearning',))
    """
    words = [word for token in tokens(text) for word in token_words(token)]
    if "\\" in text:
        words += greek_letters(text)
    return tuple(f"{stem(word, language)}\t{word}" for word in words)


def token_words(token: str) -> list[str]:
    """Return the folded words in a token.

    >>> token_words("cross-entropy"), token_words("matMul"), token_words("R_k")
    (['cross', 'entropy', 'crossentropy'], ['matmul', 'mat', 'mul'], ['r', 'k', 'rk'])
    >>> token_words("AI模型学"), token_words("α")
    (['ai', '模型', '型学', '学'], ['α', 'alpha'])
    """
    return list(dict.fromkeys(word for piece in _words(token) if (word := fold(piece))))


def _words(token: str) -> Iterator[str]:
    pieces = PIECE.findall(token)
    for piece in pieces:
        if IS_SOLID.match(piece):
            piece = unicodedata.normalize("NFKC", piece)
            yield from map("".join, pairwise(piece))
            yield piece[-1]
            continue
        yield piece
        parts = CAMEL.findall(piece)
        if len(parts) > 1:
            yield from (part for part in parts if len(part) > 1)
        if ARTICLE.match(plain := fold(piece)):
            yield ARTICLE.sub("", plain)
        if len(piece) == 1 and "GREEK" in (name := unicodedata.name(piece, "")):
            yield name.partition("LETTER ")[2].removeprefix("FINAL ").partition(" ")[0]
    if len(pieces) > 1 and not IS_SOLID.search(token):
        yield "".join(pieces)
    if pieces and token[-1] in "+#":
        yield f"{pieces[-1]}{token[len(token.rstrip('+#')) :]}"


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """Return the folded stem of a folded word; words that are no plain words are their own."""
    stemmer = _stemmer(language)
    if stemmer is None or len(word) < 3 or not word.isalpha() or IS_SOLID.search(word):
        return word
    return fold(stemmer.stemWord(word)) or word


@lru_cache(maxsize=1)
def _stemmers() -> dict[str, object]:
    return {}


def _stemmer(language: str):
    """Return Snowball's own Python stemmer: PyStemmer, where that is installed, may be of another version."""
    name = STEMMERS.get(language.lower().replace("_", "-").partition("-")[0])
    known = _stemmers()
    if name and name not in known:
        module = import_module(f"snowballstemmer.{name}_stemmer")
        known[name] = getattr(module, f"{name.capitalize()}Stemmer")()
    return known.get(name) if name else None


def greek_letters(text: str) -> Iterator[str]:
    """Yield the letters that the TeX commands of a text stand for.

    >>> list(greek_letters(r"\\alpha + \\frac{1}{2}\\varepsilon"))
    ['α', 'ε']
    """
    for name in COMMAND.findall(text):
        try:
            yield unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}")
        except KeyError:
            continue
