"""Tables from key to line, cut into small files whose names carry their content's hash.

* `postings`  key: a stem; line: each word of the stem with its notes.
* `words`     key: a word; line: how many notes have it, and its stems.
* `endings`   key: a word backwards; line: how many notes have it. Finds typing errors in the first half of a word.
* `unwritten` key: a word; line: titles and addresses of notes that are wanted and not written.

A table is cut in two steps, each a function of nothing but the lines at hand, so that a change reaches no further
than its own block: before keys with a low hash, and then, where a block is too large, near its middle.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from zlib import crc32

from hortus.core.hashing import digest

FOLDER = "assets/search"
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LARGEST = {"postings": 9_000, "words": 9_000, "endings": 9_000, "unwritten": 4_000}
"""Characters of a file after which it is cut in two; a line is never cut."""
EDGES = {"postings": 24, "words": 700, "endings": 700, "unwritten": 60}
"""One key in so many begins a block."""

Line = tuple[str, str]
"""A key, and what follows it."""
Posting = tuple[int, int]
"""A note's number, and what `weight` makes of a word's places in it."""


@lru_cache(maxsize=1 << 17)
def order(key: str) -> bytes:
    """Return what keys are sorted by: UTF-16, as the browser compares strings."""
    return key.encode("utf-16-be", "surrogatepass")


@lru_cache(maxsize=1 << 17)
def _hash(key: str) -> int:
    return crc32(key.encode("utf-8", "surrogatepass"))


def begins_block(kind: str, key: str) -> bool:
    return _hash(key) % EDGES[kind] == 0


def cut_block(kind: str, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Cut a block into files: at the key with the lowest hash in the middle half, until each is small enough.

    >>> [len(part) for part in cut_block("words", [(f"w{number}", "x" * 96) for number in range(200)])]
    [60, 27, 64, 49]
    """
    sizes = list(accumulate(len(key) + len(rest) + 2 for key, rest in lines))
    if sizes[-1] <= LARGEST[kind] or len(lines) == 1:
        yield lines
        return
    first = min(max(1, bisect_left(sizes, sizes[-1] / 4)), len(lines) - 1)
    last = max(first + 1, bisect_left(sizes, sizes[-1] * 3 / 4))
    middle = min(range(first, min(last, len(lines))), key=lambda place: _hash(lines[place][0]))
    yield from cut_block(kind, lines[:middle])
    yield from cut_block(kind, lines[middle:])


def number_text(number: int) -> str:
    """Write a number in groups of five bits, the lowest first, each but the last with the sixth bit set.

    >>> number_text(0), number_text(31), number_text(32)
    ('A', 'f', 'gB')
    """
    text = ""
    while number > 31:
        text += DIGITS[number & 31 | 32]
        number >>= 5
    return text + DIGITS[number]


def postings_text(postings: Iterable[Posting]) -> str:
    """Write postings, sorted: the distance from the note before, and the weight as one digit.

    >>> postings_text([(5, 1), (40, 2)])
    'FBjBC'
    """
    before, parts = 0, []
    for note, weight in postings:
        step = note - before
        before = note
        parts.append((DIGITS[step] if step < 32 else number_text(step)) + DIGITS[weight])
    return "".join(parts)


def read_postings(text: str) -> Iterator[Posting]:
    """Read what `postings_text` wrote.

    >>> list(read_postings("FBjBC"))
    [(5, 1), (40, 2)]
    """
    note, places = 0, iter(text)
    for sign in places:
        digit, shift = VALUES[sign], 0
        note += (digit & 31) << shift
        while digit > 31:
            shift += 5
            digit = VALUES[next(places)]
            note += (digit & 31) << shift
        yield note, VALUES[next(places)]


VALUES = {sign: value for value, sign in enumerate(DIGITS)}


def count_postings(text: str) -> int:
    """Return how many postings a text holds.

    >>> count_postings("FBjBC")
    2
    """
    return sum(1 for _ in read_postings(text))


def weight(text: float, in_heading: bool, title: int) -> int:
    """Put a word's places in a note into one digit: six levels of text, heading or not, five kinds of title.

    *text* is between 0 and 1. *title*: 0 not in it, otherwise 5 less the title's words, at least 1.
    """
    return min(5, -int(-text * 5 // 1)) * 10 + in_heading * 5 + title


def numbered(paths: Iterable[str]) -> tuple[dict[str, int], int]:
    """Give every path a number by its hash, so that other notes keep theirs when one comes or goes.

    Return the numbers, and how many there are to give: 32 for each note, more or less.
    """
    paths = sorted(paths)
    space = 32
    while space < 32 * len(paths):
        space *= 2
    taken: dict[int, str] = {}
    for path in paths:
        number = _hash(path) % space
        while number in taken:
            number = (number + 1) % space
        taken[number] = path
    return {path: number for number, path in taken.items()}, space


def file_name(kind: str, lines: Sequence[Line]) -> str:
    """Return a file's name: the first letter of its table, and the hash of its content."""
    text = "\n".join("\t".join(line) for line in lines)
    number = int(digest(text)[:8], 16)
    name = ""
    for _ in range(6):
        number, digit = divmod(number, 32)
        name += "abcdefghijklmnopqrstuvwxyz234567"[digit]
    return f"{kind[0]}{name}"


def shortened(before: str, first: str) -> str:
    """Return the shortest beginning of *first* that comes after *before*.

    >>> shortened("gradient", "graft"), shortened("", "a"), shortened("ab", "abc")
    ('graf', 'a', 'abc')
    """
    for length in range(1, len(first)):
        if order(first[:length]) > order(before):
            return first[:length]
    return first


def grouped(kind: str, lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """Yield the blocks of sorted lines, by the key that begins each; the first begins with nothing."""
    name, block = "", list[Line]()
    for line in lines:
        if begins_block(kind, line[0]):
            if block:
                yield name, block
            name, block = line[0], []
        block.append(line)
    if block:
        yield name, block


def merged(lines: Sequence[Line], changes: Mapping[str, str]) -> list[Line]:
    """Return lines with some changed, in order; an empty change takes a line out."""
    known = {**dict(lines), **changes}
    return sorted(((key, rest) for key, rest in known.items() if rest), key=lambda line: order(line[0]))
