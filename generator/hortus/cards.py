"""Cards: the picture of a note that other sites show where somebody shares it, 1200 by 630 pixels.

A card is the note's title and the site's, set in the math font, which has the letters of many scripts;
a title it cannot set is left out. Each card is made once and kept by what is on it.
"""

import os
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from hortus.mathfont import font_file
from hortus.names import digest

WIDTH, HEIGHT, MARGIN = 1200, 630, 90
SIZES = (92, 76, 60, 48)
"""Heights of letters that are tried until the title fits."""
LINES = 4
PAPER, INK, ACCENT = (253, 252, 249), (29, 33, 38), (47, 111, 79)
VERSION = "1"
CHECK = 20
"""Letters of the hash behind a card that is kept."""


def make_card(title: str, site: str, store: Path) -> bytes:
    """Return a card as PNG; it is drawn once."""
    file = store / "cards" / (digest("\0".join((VERSION, title, site))) + ".png")
    return _kept(file) or _keep(file, draw_card(title, site))


def _kept(file: Path) -> bytes:
    """Return the card that was kept; empty when there is none, or it is damaged."""
    with suppress(OSError):
        png, check = (content := file.read_bytes())[:-CHECK], content[-CHECK:]
        return png if digest(png)[:CHECK].encode() == check else b""
    return b""


def _keep(file: Path, png: bytes) -> bytes:
    """Keep a card with its hash behind it, and return it."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(f".{os.getpid()}")
        aside.write_bytes(png + digest(png)[:CHECK].encode())
        aside.replace(file)
    return png


def draw_card(title: str, site: str) -> bytes:
    """Draw one card; the same words give the same bytes."""
    from PIL import Image, ImageDraw

    shades = Image.new("L", (WIDTH, HEIGHT), 0)
    pen = ImageDraw.Draw(shades)
    if _can_set(title):
        size, lines = _fitted(title)
        for number, line in enumerate(lines):
            pen.text((MARGIN, MARGIN + number * size * 1.2), line, font=_font(size), fill=255)
    if _can_set(site):
        pen.text((MARGIN + 70, HEIGHT - MARGIN - 40), site, font=_font(40), fill=170)
    picture = Image.composite(Image.new("RGB", shades.size, INK), Image.new("RGB", shades.size, PAPER), shades)
    _draw_mark(ImageDraw.Draw(picture), MARGIN, HEIGHT - MARGIN - 40)
    output = BytesIO()
    picture.quantize(16, dither=Image.Dither.NONE).save(output, "PNG")
    return output.getvalue()


def _draw_mark(pen, left: float, top: float) -> None:
    pen.ellipse([left, top + 4, left + 40, top + 44], outline=ACCENT, width=6)
    pen.ellipse([left + 15, top + 19, left + 25, top + 29], fill=ACCENT)


def _fitted(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which the title fits, and its lines; a longer one is cut."""
    for size in SIZES:
        lines = _wrapped(title, size)
        if len(lines) <= LINES and all(_font(size).getlength(line) <= WIDTH - 2 * MARGIN for line in lines):
            return size, lines
    return SIZES[-1], [*lines[: LINES - 1], lines[LINES - 1][:40] + "…"]


def _wrapped(title: str, size: int) -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _font(size).getlength(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@lru_cache(maxsize=8)
def _font(size: int):
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file()), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(font_file(), lazy=True).getBestCmap())


def _can_set(text: str) -> bool:
    return all(ord(letter) in _letters() or letter.isspace() for letter in text)
