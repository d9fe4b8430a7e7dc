"""Decompress LZ-String's Base64 form (``compressToBase64``, which the Excalidraw plugin writes), up to a limit.

The bits of each Base64 digit are read from the highest down; a code of *n* bits holds its lowest bit first. Codes 0
and 1 introduce a new UTF-16 code unit of 8 or 16 bits, 2 ends the stream, all others are entries of the dictionary.
"""

import re
from collections.abc import Iterator

LARGEST = 16_000_000
"""Characters of a decompressed scene; a malicious payload could grow to the square of its length."""
LONGEST = 3_000_000
"""Base64 digits of a payload."""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
BITS = {ord(digit): f"{value:06b}" for value, digit in enumerate(DIGITS)} | {ord("="): ""}
FOREIGN = re.compile(r"[^A-Za-z0-9+/=]")
END = 2


def decompress(payload: str, largest: int = LARGEST) -> str:
    """Return the text; raise ValueError for a damaged payload, or for more than *largest* characters.

    >>> decompress("BYUwNmD2Q===")
    'hello'
    """
    payload = "".join(payload.split())
    if len(payload) > LONGEST:
        raise ValueError(f"the compressed drawing is longer than {LONGEST:,} characters")
    if FOREIGN.search(payload):
        raise ValueError("the compressed drawing holds characters that are not Base64")
    pieces, size = [], 0
    for piece in _pieces(payload.translate(BITS)[::-1]):
        pieces.append(piece)
        size += len(piece)
        if size > largest:
            raise ValueError(f"the decompressed drawing exceeds {largest:,} characters")
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _pieces(bits: str) -> Iterator[str]:
    """Yield the dictionary entries that *bits*, the last one first, encode."""
    entries = ["", "", ""]  # the three codes that are not entries
    width, room, place, previous = 2, 1, len(bits), ""
    while place >= width:
        place -= width
        code = int(bits[place : place + width], 2)
        if code == END:
            return
        if code < END:
            length = 8 << code
            place = max(place - length, 0)
            entries.append(chr(int(bits[place : place + length] or "0", 2)))
            code = len(entries) - 1
            room -= 1
        if not room:
            room, width = (1 << width, width + 1) if previous else (4, 3)
        if code > len(entries) or (code == len(entries) and not previous):
            raise ValueError("the compressed drawing is damaged")
        entry = entries[code] if code < len(entries) else previous + previous[0]
        yield entry
        if previous:
            entries.append(previous + entry[0])
            room -= 1
            if not room:
                room, width = 1 << width, width + 1
        previous = entry
    raise ValueError("the compressed drawing ends too early")
