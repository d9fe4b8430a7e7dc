"""Social cards: the picture of a note that other sites show for a shared link, 1200 by 630 pixels.

A card has the note's title, its first figure if it has one, and the site's name. Text is set in the math
font, which has the letters of many scripts; symbols that it lacks, such as emoji, are left out, and so is
text with missing letters. Each card is cached by its content.
"""

import unicodedata
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from hortus.core.cache import read_cached, write_cached
from hortus.core.hashing import digest
from hortus.site.math_font import font_file

WIDTH, HEIGHT, MARGIN = 1200, 630, 90
SIZES = (92, 76, 60, 48)
"""Font sizes that are tried until the title fits."""
LINES = 4
ROOM = WIDTH - 2 * MARGIN
"""Maximum width of a line of the title, in pixels."""
ROOM_NEXT_TO_PICTURE, FRAME = 400, (560, 435)
"""The same next to a picture, and the maximum width and height of the picture."""
PAPER, INK, ACCENT = (253, 252, 249), (29, 33, 38), (47, 111, 79)
COLOURS, SHADES = 128, 32
"""Number of colours of a card with and without a picture."""
VERSION = "2"
VARIANTS = frozenset("\ufe0e\ufe0f\u20e3")
"""Variation selectors and joiners of emoji."""


def make_card(title: str, site: str, store: Path, picture: bytes = b"") -> bytes:
    """Return a card as PNG, cached. *picture* is the figure on it, a PNG, if there is one."""
    file = store / "cards" / (digest("\0".join((VERSION, title, site, digest(picture)))) + ".png")
    with suppress(OSError, ValueError):
        return read_cached(file)
    png = draw_card(title, site, picture)
    write_cached(file, png)
    return png


def draw_card(title: str, site: str, picture: bytes = b"") -> bytes:
    """Draw one card; the same text and picture give the same bytes."""
    from PIL import Image, ImageDraw

    shades = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(shades)
    size, lines = _fitted(_settable(title), ROOM_NEXT_TO_PICTURE if picture else ROOM)
    for number, line in enumerate(lines):
        pen.text((MARGIN, MARGIN + number * size * 1.2), line, font=_font(size), fill=255)
    name = _cut(_settable(site), 40, ROOM - 70)
    pen.text((MARGIN + 70, HEIGHT - MARGIN - 40), name, font=_font(40), fill=170)
    card = Image.composite(Image.new("RGB", shades.size, INK), Image.new("RGB", shades.size, PAPER), shades)
    _draw_mark(ImageDraw.Draw(card), MARGIN, HEIGHT - MARGIN - 40)
    if picture:
        _add_picture(card, picture)
    output = BytesIO()
    card.quantize(COLOURS if picture else SHADES, dither=Image.Dither.NONE).save(output, "PNG")
    return output.getvalue()


def _draw_mark(pen, left: float, top: float) -> None:
    pen.ellipse([left, top + 4, left + 40, top + 44], outline=ACCENT, width=6)
    pen.ellipse([left + 15, top + 19, left + 25, top + 29], fill=ACCENT)


def _add_picture(card, picture: bytes) -> None:
    """Put a picture on the right half of *card*, scaled to its frame."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(picture), formats=["PNG"]) as opened:
        shown = ImageOps.contain(opened.convert("RGBA"), FRAME, Image.Resampling.LANCZOS)
    left, top = WIDTH - MARGIN // 2 - FRAME[0], MARGIN // 2
    place = (left + (FRAME[0] - shown.width) // 2, top + (FRAME[1] - shown.height) // 2)
    card.paste(shown, place, shown)


def _fitted(title: str, room: float) -> tuple[int, list[str]]:
    """Return the largest font size at which the title fits, and its lines; a longer title is wrapped and cut."""
    for size in SIZES:
        lines = _wrapped(title.split(), size, room)
        if len(lines) <= LINES and all(_font(size).getlength(line) <= room for line in lines):
            return size, lines
    size = SIZES[-1]
    lines = _wrapped([piece for word in title.split() for piece in _pieces(word, size, room)], size, room)
    return size, [*lines[: LINES - 1], _cut(" ".join(lines[LINES - 1 :]), size, room)][:LINES]


def _wrapped(words: list[str], size: int, room: float) -> list[str]:
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _font(size).getlength(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _pieces(word: str, size: int, room: float) -> list[str]:
    """Split a word that is longer than a line."""
    pieces = [""]
    for letter in word:
        if _font(size).getlength(pieces[-1] + letter) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _cut(line: str, size: int, room: float) -> str:
    """Return the part of a line that fits, with an ellipsis."""
    if _font(size).getlength(line) <= room:
        return line
    while line and _font(size).getlength(f"{line}…") > room:
        line = line[:-1]
    return f"{line.rstrip()}…"


@lru_cache(maxsize=8)
def _font(size: int):
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file()), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(font_file(), lazy=True).getBestCmap())


def _settable(text: str) -> str:
    """Return *text* without symbols that the font lacks; empty if it lacks letters.

    >>> _settable("🌱 Seeds"), _settable("漢字 and kana")
    ('Seeds', '')
    """
    lacking = [letter for letter in text if ord(letter) not in _letters() and not letter.isspace()]
    if any(unicodedata.category(letter)[0] in "LNM" and letter not in VARIANTS for letter in lacking):
        return ""
    return " ".join("".join(" " if letter in lacking else letter for letter in text).split())
