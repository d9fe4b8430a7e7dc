"""Words as the index has them: raw text in, folded words with their stems out.

`search.js` cuts what a reader types by the same rules; a test compares the two. Stems exist here only: the browser
looks up which words share one.

1. Text is cut into tokens: letters, digits and marks, also where ``-_.'`` joins them (``cross-entropy``, ``R_k``).
2. A token gives its parts, the parts joined, and the parts of camel case.
3. Scripts written without spaces give each pair of neighbouring characters, and the last character alone.
4. Words are folded: without case, diacritics and compatibility forms. Greek letters give their names as well.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
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
CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
"""Parts of a word of ASCII; no other word is cut, since "Café" has no part "Caf"."""
IS_SOLID = re.compile(rf"[{SOLID}]")
ACCENTS = re.compile(r"(?<![иИ])[\u0300-\u036f]+|[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")
ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=..)")
"""The Arabic article, with what is written before it."""
AROUND = "!\"$%&'()*,-./:;<=>?@[]^_`{|}~"
"""Punctuation of ASCII that no word begins or ends with; commands begin with a backslash, C++ and C# end with signs."""
COMMAND = re.compile(r"\\(?:var)?([a-z]{2,7})")
GREEK = {unicodedata.name(sign).split()[-1].lower(): sign for sign in map(chr, range(0x3B1, 0x3CA))}
"""Letters by name, as TeX has them."""
GREEK_NAMES = {sign: name for name, sign in GREEK.items()}
STEMMERS = """ar arabic ca catalan da danish de german el greek en english es spanish et estonian eu basque fi finnish
fr french ga irish hi hindi hu hungarian hy armenian id indonesian it italian lt lithuanian ne nepali nb norwegian
nn norwegian no norwegian nl dutch pt portuguese ro romanian ru russian sr serbian sv swedish ta tamil tr turkish
""".split()
Term = str
"""A stem, a tab and a word of it, both folded; nothing after the tab if the word is the stem."""


class Lexicon(dict[str, tuple[Term, ...]]):
    """The terms of what is between two spaces, in one language, each computed once.

    >>> Lexicon("en")["(Learning"], Lexicon("zh")["learning"]
    (('learn\\tlearning',), ('learning\\t',))
    """

    def __init__(self, language: str):
        self.stem, self.term = _stemmer(language.lower().replace("_", "-").partition("-")[0]), cache(self._term)

    def __missing__(self, text: str) -> tuple[Term, ...]:
        self[text] = found = tuple(map(self.term, words_of(text)))
        return found

    def _term(self, word: str) -> Term:
        """Return the term of a folded word; what is not only letters has no stem but itself."""
        is_plain = len(word) > 2 and word.isalpha() and not IS_SOLID.search(word)
        stem = fold(self.stem(word)) if is_plain else word
        return f"{stem}\t{word}" if stem and stem != word else f"{word}\t"


lexicon = lru_cache(maxsize=64)(Lexicon)


def _stemmer(language: str) -> Callable[[str], str]:
    """Return Snowball's own Python stemmer: PyStemmer, where that is installed, may be of another version."""
    if language not in STEMMERS[::2]:
        return str
    name = STEMMERS[STEMMERS.index(language) + 1]
    return getattr(import_module(f"snowballstemmer.{name}_stemmer"), f"{name.capitalize()}Stemmer")().stemWord


def fold(word: str) -> str:
    """Reduce a word to what words are compared by.

    >>> fold("Résumé"), fold("ﬁn"), fold("공부"), fold("が"), fold("Straße")
    ('resume', 'fin', '공부', 'が', 'strasse')
    """
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.translate(dict.fromkeys(map(ord, SOFT))))
    return unicodedata.normalize("NFC", ACCENTS.sub("", plain)).casefold()


def is_simple(text: str) -> bool:
    """Return whether a text is one word without parts, of ASCII letters."""
    return text.isascii() and text.isalpha() and text[1:].islower()


def words_of(text: str) -> list[str]:
    """Return the folded words that a text is found by.

    >>> words_of("cross-entropy:"), words_of("matMul(R_k)")
    (['cross', 'entropy', 'crossentropy'], ['matmul', 'mat', 'mul', 'r', 'k', 'rk'])
    >>> words_of("AI模型学"), words_of("α"), words_of(r"\\frac{\\varphi}{2}")
    (['ai', '模型', '型学', '学'], ['α', 'alpha'], ['frac', 'varphi', '2', 'φ', 'phi'])
    """
    plain = text.strip(AROUND)
    if is_simple(plain):
        return [plain.lower()]
    words = [word for token in RUN.findall(text) for word in token_words(token)]
    if "\\" in text:
        words += [word for name in COMMAND.findall(text.lower()) if name in GREEK for word in (GREEK[name], name)]
    return list(dict.fromkeys(words))


@lru_cache(maxsize=1 << 16)
def token_words(token: str) -> tuple[str, ...]:
    """Return the folded words in a token."""
    if is_simple(token):
        return (token.lower(),)
    return tuple(filter(None, map(fold, _words(token))))


def _words(token: str) -> Iterator[str]:
    pieces = PIECE.findall(token)
    for piece in pieces:
        if IS_SOLID.match(piece):
            piece = unicodedata.normalize("NFKC", piece)
            yield from map("".join, pairwise(piece))
            yield piece[-1]
            continue
        yield piece
        if piece.isascii() and len(parts := CAMEL.findall(piece)) > 1:
            yield from (part for part in parts if len(part) > 1)
        if ARTICLE.match(plain := fold(piece)):
            yield ARTICLE.sub("", plain)
        if plain in GREEK_NAMES:
            yield GREEK_NAMES[plain]
    if len(pieces) > 1 and not IS_SOLID.search(token):
        yield "".join(pieces)
    if pieces and token[-1] in "+#":
        yield f"{pieces[-1]}{token[len(token.rstrip('+#')) :]}"
